# shellcheck shell=sh
# What the shell tests stand on; sourced, it gives (all of it POSIX sh):
#
#   $top $build $scratch   source tree, build tree, an empty folder that goes away
#   aac ARGUMENT...        runs the program that was built, under $AAC_UNDER if set
#   run COMMAND...         keeps its $status, and its streams in the files $out, $err
#   exits CODE WHAT        that run's exit code; prints both streams when it is another
#   says PATTERN WHAT      a line of stderr matches the basic regular expression
#   prints PATTERN WHAT    a line of stdout does
#   lacks PATTERN WHAT     no line of stdout or stderr does
#   silent WHAT            nothing was written to stderr
#   ok WHAT COMMAND...     the command succeeds (use `not` in front for the opposite)
#   same FILE FILE WHAT    equal byte for byte
#   is GOT WANTED WHAT     equal strings
#   skip WHAT WHY          counted as skipped, never as passed
#   finish                 prints the plan; a test that does not get here has failed
#
#     . "${top_srcdir:-.}/tests/support/tap.sh"
#     run aac -r "$top/rules" list fragments
#     exits 0 'list succeeds'
#     finish

# By hand, from the top of the tree: sh tests/cli/NAME.sh
top=$(cd "${top_srcdir:-.}" && pwd)
build=$(cd "${top_builddir:-$top/build}" 2>/dev/null && pwd)
scratch=$(mktemp -d) || exit 99
trap 'chmod -R u+rwX "$scratch"; rm -rf "$scratch"' EXIT
trap 'exit 99' HUP INT TERM
out=$scratch/.stdout
err=$scratch/.stderr
: >"$out"
: >"$err"
status=0
tap_count=0
tap_failed=0

# The tests mean what they say in any environment.
LC_ALL=C
export LC_ALL
# And each for itself.
XDG_CACHE_HOME=$scratch/.cache
export XDG_CACHE_HOME
unset MAKEFLAGS MFLAGS MAKELEVEL

aac()
{
	# shellcheck disable=SC2086 # words
	${AAC_UNDER-} "$build/aa-compose" "$@"
}

run()
{
	status=0
	"$@" >"$out" 2>"$err" </dev/null || status=$?
}

not()
{
	! "$@"
}

tap_pass()
{
	tap_count=$((tap_count + 1))
	printf 'ok %d - %s\n' "$tap_count" "$1"
}

# Further arguments are files to show.
tap_fail()
{
	tap_count=$((tap_count + 1))
	tap_failed=$((tap_failed + 1))
	printf 'not ok %d - %s\n' "$tap_count" "$1"
	shift
	for tap_file; do
		printf '# %s:\n' "${tap_file##*/.}"
		head -n 40 "$tap_file" | sed 's/^/#   /'
	done
}

ok()
{
	tap_what=$1
	shift
	if "$@" >"$scratch/.ok" 2>&1; then
		tap_pass "$tap_what"
	else
		tap_fail "$tap_what" "$scratch/.ok"
	fi
}

is()
{
	if [ "$1" = "$2" ]; then
		tap_pass "$3"
	else
		tap_fail "$3"
		printf '# got:    %s\n# wanted: %s\n' "$1" "$2"
	fi
}

same()
{
	ok "$3" diff -u "$1" "$2"
}

exits()
{
	if [ "$status" -eq "$1" ]; then
		tap_pass "$2"
	else
		tap_fail "$2" "$out" "$err"
		printf '# exit code %d, wanted %d\n' "$status" "$1"
	fi
}

tap_grep() # FILE PATTERN WHAT
{
	if grep -q -e "$2" "$1"; then
		tap_pass "$3"
	else
		tap_fail "$3" "$out" "$err"
		printf '# no line matches: %s\n' "$2"
	fi
}

says() { tap_grep "$err" "$1" "$2"; }
prints() { tap_grep "$out" "$1" "$2"; }

lacks()
{
	if grep -q -e "$1" "$out" "$err"; then
		tap_fail "$2" "$out" "$err"
		printf '# a line matches: %s\n' "$1"
	else
		tap_pass "$2"
	fi
}

silent()
{
	if [ -s "$err" ]; then
		tap_fail "$1" "$err"
	else
		tap_pass "$1"
	fi
}

skip()
{
	tap_count=$((tap_count + 1))
	printf 'ok %d - %s # SKIP %s\n' "$tap_count" "$1" "$2"
}

finish()
{
	printf '1..%d\n' "$tap_count"
	[ "$tap_failed" -eq 0 ]
	exit
}
