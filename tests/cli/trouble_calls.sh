# apply and revert on a host that fails: at every system call that writes, once, for good,
# or by SIGKILL.  Whatever happens, each file is wholly old or wholly new; a run that says
# that it failed has changed nothing, and what a killed one left the next one settles.
#
# AAC_FAULT_STEP=1 does so at every call for all three; else each third one is killed at
# and each third one fills the disk.
# Thousands of fsync() on a disk take long.
[ ! -w /dev/shm ] || TMPDIR=/dev/shm
export TMPDIR
. "${top_srcdir:-.}/tests/support/tap.sh"
. "$top/tests/support/fleet.sh"
. "$top/tests/support/site.sh"
cd "$scratch" || exit 99
# The tool does not run from where the program was built.
cp -r "$top/rules/targets" rules
cp -r "$top/templates" templates

tool() # MODE N ROOT ARGUMENT...
{
	mode=$1
	n=$2
	root=$3
	shift 3
	rm -f count
	status=0
	"$build/tests/host/fault_tool" "$mode" "$n" count --root "$root" -r rules \
		-t templates -c /srv/fleet.json --target debian12 -q "$@" \
		>"$out" 2>"$err" </dev/null || status=$?
}

# Each file of a folder as it is in one of the two others, whatever was killed.
never_torn() # FOLDER OLD NEW
{
	find "$1" -path '*/var/lib/aa-compose' -prune -o -path "$1/run" -prune -o \
		-type f ! -name '.*.aa-compose' -print | while read -r file; do
		name=${file#"$1"/}
		cmp -s "$file" "$2/$name" || cmp -s "$file" "$3/$name" ||
			{ echo "$name is neither old nor new"; return 1; }
	done
}

old_or_new() # FOLDER: the whole of it
{
	look "$1" now
	cmp -s now look.old || cmp -s now look.new ||
		{ diff look.old now; diff look.new now; return 1; }
}

# One fault; OLD and NEW are what the folder is before and after.
try() # MODE N ARGUMENT...
{
	rm -rf work
	cp -a old work
	mode=$1
	n=$2
	shift 2
	tool "$mode" "$n" work "$@"
	never_torn work old new || return 1
	case $mode-$status in
	kill-137) ;;
	fail-0 | full-0) ;; # it was done; only tidying up failed
	fail-3)
		grep -q 'apply-undone\|cannot' "$err" ||
			{ echo 'without a word'; return 1; }
		look work now
		diff look.old now || { echo 'it failed and changed something'; return 1; }
		settled work || return 1
		;;
	full-3)	;;
	*) echo "exit code $status"; cat "$err"; return 1 ;;
	esac
	was=$status
	tool none 0 work revert
	case $status in
	0 | 64) ;; # 64: there was nothing to settle
	*) echo "revert: $status"; cat "$err"; return 1 ;;
	esac
	old_or_new work && settled work || return 1
	[ "$was" -ne 0 ] || { look work now && diff look.new now; } || return 1
	# And the job can be done.
	tool none 0 work "$@"
	[ "$status" -eq 0 ] || { echo "again: $status"; cat "$err"; return 1; }
	look work now
	diff look.new now
}

every() # MODE ARGUMENT...
{
	mode_of=$1
	shift
	i=1
	while [ "$i" -le "$calls" ]; do
		try "$mode_of" "$i" "$@" ||
			{ echo "at call $i of $calls"; return 1; }
		case $mode_of in
		fail) i=$((i + 1)) ;;
		*) i=$((i + ${AAC_FAULT_STEP:-3})) ;;
		esac
	done
}

# OLD is there; make NEW, count the calls, then go through them.
scenario() # NAME ARGUMENT...
{
	name=$1
	shift
	rm -rf new
	cp -a old new
	tool none 0 new "$@"
	[ "$status" -eq 0 ] || cat "$err"
	is "$status" 0 "$name: it can be done"
	calls=$(cat count)
	look old look.old
	look new look.new
	ok "$name: it writes" test "$calls" -gt 20
	ok "$name: it changes something" not cmp -s look.old look.new
	for mode in fail full kill; do
		ok "$name: $mode at each of $calls calls" every "$mode" "$@"
	done
}

site old
scenario 'first apply' apply --no-load --no-check
rm -rf old
mv new old
sed -i 's/"pct_options": \["nesting=1"\]/"pct_options": []/' old/srv/real/fleet.json
sed -i 's|/var/lib/docker|/srv/docker|' rules/docker.aaf
scenario 'apply of something else' apply --no-load --no-check
rm -rf old
mv new old
echo 'lxc.uts.name: by hand' >>old/etc/pve/lxc/102.conf
scenario 'revert' revert --all

finish
