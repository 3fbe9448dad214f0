# shellcheck shell=sh disable=SC2154
# jq-guard with the real jq and the real bash.
#
# 1. Filters (jq_guard.filters): each is mended as the list says, a second run finds
#    nothing; where it gave anything before it gives the same after, and on null, missing
#    and empty jq never says that it cannot iterate over null.
# 2. Scripts (tests/golden/jq_guard): findings and mended text as written down there, by
#    --check, --diff and --write; bash and shellcheck find nothing new in the mended ones;
#    they print the same on full lists, and run to their end on null, missing and empty.
# 3. Scripts that are made here: each path in each quoting, in each form of a command.
. "${top_srcdir:-.}/tests/support/tap.sh"
cd "$scratch" || exit 99
TMPDIR=$scratch
export TMPDIR
golden=$top/tests/golden/jq_guard

guard() { aac jq-guard "$@"; }

# Are the bytes of FILE all in MENDED, in their order?
only_insertions() # FILE MENDED
{
	awk 'BEGIN { RS = "\001" }
		NR == FNR { old = $0; next }
		{
			from = 1
			for (i = 1; i <= length(old); i++) {
				at = index(substr($0, from), substr(old, i, 1))
				if (!at) { print "lost: byte " i; exit 1 }
				from += at
			}
		}' "$1" "$2"
}

# ---- filters --------------------------------------------------------------

full='{"a":[{"b":[{"c":[1],"f":1}],"t":[1],"c":[2],"x":1,"d":{"e":[{"f":1}]}}],
"b":[{"c":[3],"d":4}],"c":[{"d":5,"b":6}],"x":[{"y":[7]}],"y":[8],"features":["p","q"],
"a b":[9],"and":[1]}'
nothing=$(jq -cn --argjson full "$full" '[null, {},
	($full | map_values(null)), ($full | map_values([])),
	($full | .a[0] |= map_values(null)), ($full | .a[0] |= map_values([]))] | .[]')
gave=0

agree() # FILTER-FILE MENDED-FILE
{
	before=$(printf '%s' "$full" | jq -c -f "$1" 2>"$err")
	# jq 1.6 does not know .a.[], nor modules that are not there: 3, it cannot be run.
	case $? in
	0) ;;
	3) return 3 ;;
	*) return 0 ;;
	esac
	[ -z "$before" ] || gave=$((gave + 1))
	cmp -s "$1" "$2" && return
	after=$(printf '%s' "$full" | jq -c -f "$2") || return 1
	[ "$before" = "$after" ] || { echo "$before / $after"; return 1; }
}

# What functions of jq iterate over is theirs: map, add and the like fail on null before
# and after.
lives() # MENDED-FILE
{
	! grep -qE '\b(map|add|join|sort_by|group_by|flatten|unique)\b' "$1" || return 0
	printf '%s\n' "$nothing" | jq -c -f "$1" 2>&1 >/dev/null | tee "$err" |
		grep -q 'Cannot iterate over null' || return 0
	cat "$err"
	return 1
}

try_filter() # FILTER WANTED
{
	printf '%b' "$1" >x.jq
	printf '%b' "$2" >wanted
	cp x.jq y.jq
	guard -q --write y.jq >"$out" 2>&1 || { cat "$out"; return 1; }
	cmp y.jq wanted || { cat y.jq; return 1; }
	guard --check y.jq >"$out" 2>&1 || { cat "$out"; return 1; }
	agree x.jq y.jq || { [ $? -eq 3 ]; return; }
	lives y.jq
}

while IFS= read -r line; do
	case $line in
	'## '*) continue ;;
	*' => '*) filter=${line%% => *} wanted=${line##* => } ;;
	*) filter=$line wanted=$line ;;
	esac
	ok "filter: $filter" try_filter "$filter" "$wanted"
done <"$top/tests/property/jq_guard.filters"
ok "many of them give something ($gave)" test "$gave" -ge 120

# ---- scripts --------------------------------------------------------------

shellcheck_codes() # FILE
{
	shellcheck -f gcc "$1" 2>/dev/null |
		sed 's/^[^:]*:\([0-9]*\):[0-9]*:.*\[\(SC[0-9]*\)\]$/\1 \2/' | sort
}

nothing_new() # FILE MENDED
{
	shellcheck_codes "$1" >codes
	shellcheck_codes "$2" >new
	comm -13 codes new >fresh
	[ ! -s fresh ] || { cat fresh; return 1; }
}

# The variants of $1 that lack what scripts iterate over.
jq 'walk(if type == "object" then with_entries(if .key | IN("features", "volumes",
	"options") then .value = null else . end) else . end)' \
	"$golden/config.json" >null.json
jq 'walk(if type == "object" then del(.features, .volumes, .options) else . end)' \
	"$golden/config.json" >missing.json
jq 'walk(if type == "object" then with_entries(if .key | IN("features", "volumes",
	"options") then .value = [] else . end) else . end)' \
	"$golden/config.json" >empty.json
cp "$golden/config.json" config.json

run_script() # SCRIPT DATA
{
	run env F="$2" LXC_CONFIG_FILE="$2" bash "./$1"
}

for path in "$golden"/*.script; do
	name=$(basename "$path" .script)
	cp "$path" "$name.sh"
	run guard "$name.sh"
	cp "$err" found
	echo "exit status $status" >>found
	cat "$out" >>found
	run guard -q --diff "$name.sh"
	cp "$out" diff
	cp "$name.sh" "$name.mended"
	chmod 751 "$name.mended"
	run guard -q --write "$name.mended"
	if [ -n "${AAC_UPDATE_GOLDEN-}" ]; then
		cp found "$golden/$name.found"
		cp "$name.mended" "$golden/$name.mended"
	fi
	same "$golden/$name.found" found "$name: what --check tells"
	same "$golden/$name.mended" "$name.mended" "$name: what --write makes of it"
	diff -u --label "$name.sh" --label "$name.sh" "$name.sh" "$name.mended" >wanted
	same wanted diff "$name: what --diff shows"
	is "$(stat -c %a "$name.mended")" 751 "$name: keeps its mode"
	ok "$name: nothing is lost" only_insertions "$name.sh" "$name.mended"
	ok "$name: bash reads it" bash -n "$name.mended"
	run guard "$name.mended"
	lacks '\[jq-null-iteration\]' "$name: a second run finds nothing"
	if command -v shellcheck >/dev/null; then
		ok "$name: shellcheck finds nothing new" nothing_new "$name.sh" \
			"$name.mended"
	else
		skip "$name: shellcheck" 'there is no shellcheck'
	fi
	run_script "$name.sh" config.json
	cp "$out" before
	exits 0 "$name: runs before"
	run_script "$name.mended" config.json
	exits 0 "$name: runs after"
	same before "$out" "$name: prints the same"
	# Each of them takes as many runs of jq: all three where these are few.
	case $name in
	phoenix | ages) variants='null missing empty' ;;
	*) variants=null ;;
	esac
	for data in $variants; do
		run_script "$name.mended" "$data.json"
		exits 0 "$name: $data"
		lacks 'Cannot iterate' "$name: $data: no iteration fails"
	done
done
# The scripts show something only if they fail before.
for name in phoenix ages; do
	run_script "$name.sh" null.json
	says 'Cannot iterate over null' "$name: fails as long as it is not mended"
done

# ---- made scripts ---------------------------------------------------------

cat >paths <<'END'
.a[]
.lxc."101".features[]
.lxc."101".features[] | ascii_upcase
.lxc["101"].volumes[].name
[.lxc."101".volumes[].opts[]][]
.lxc."101" | .features[] | "<\(.)>"
.lxc."101".volumes[] | select(.opts[] == "ro") | .name
[.a[] | . + 1][]
.["a"][]
.lxc | ."101" | .volumes | .[] | .name
first(.a[]), .lxc."101".features[]
.a as $all | $all[]
END
echo '{"a":[1,2],"lxc":{"101":{"features":["x","y z"],"volumes":[
	{"name":"v","opts":["ro","rw"]},{"name":"w","opts":["rw"]}]}}}' >full.json
# A stream of documents: jq reads one after the other.
cat >nothing.json <<'END'
{"a":null,"lxc":{"101":{"features":null,"volumes":null}}}
{"lxc":{"101":{}}}
{"a":[],"lxc":{"101":{"features":[],"volumes":[]}}}
{"lxc":{"101":null}}
END

# A path as a word, in a quoting; $2 is a sed program for it.
quote() # STYLE
{
	case $1 in
	single) sed "s/.*/'&'/" ;;
	double) sed 's/["$\\`]/\\&/g; s/.*/"&"/' ;;
	ansi) sed "s/[\\\\']/\\\\&/g; s/.*/\$'&'/" ;;
	bare) sed 's/[^A-Za-z0-9_.]/\\&/g' ;;
	mixed) sed "s/^\\(...\\)\\(.*\\)/'\\1''\\2'/" ;;
	halves) sed "s/^\\(\\.\\)\\(.*\\)/\"\\1\"'\\2'/" ;;
	esac
}

# A script of COMMANDs with each word of standard input for FILTER.
form() # FORM
{
	echo '#!/bin/bash'
	echo 'set -euo pipefail; F=$1; export F'
	case $1 in
	call) echo 'q() { jq -c "$1" "$F"; }' ;;
	piped_call) echo 'q() { local id=$1 query="$2"; jq -c ". | $query" "$F"; }' ;;
	pass) echo 'q() { jq "$@" <"$F"; }' ;;
	esac
	while IFS= read -r word; do
		case $1 in
		plain) printf 'jq -c %s "$F"\n' "$word" ;;
		continued) printf 'cat "$F" |\n\tjq \\\n\t-c \\\n\t%s | cat\n' "$word" ;;
		substituted) printf 'x=$(jq -c %s "$F"); [ -z "$x" ] || echo "$x"\n' \
			"$word" ;;
		nested) printf 'x="$(echo "$(jq -c %s "$F")")"
			[ -z "$x" ] || echo "$x"\n' "$word" ;;
		loop) printf 'while read -r x; do echo "$x"; done < <(jq -c %s "$F")\n' \
			"$word" ;;
		document) printf 'cat <<EOF | sed "/^$/d"\n$(jq -c %s "$F")\nEOF\n' \
			"$word" ;;
		script) printf 'bash <<"END"\njq -c %s "$F"\nEND\n' "$word" ;;
		if) printf 'if :; then case x in x) jq -c %s "$F" ;; esac; fi\n' \
			"$word" ;;
		bash_c) printf 'bash -c %s\n' "$(printf 'jq -c %s "$F"' "$word" |
			sed "s/'/'\\\\''/g; s/.*/'&'/")" ;;
		call) printf 'q %s\n' "$word" ;;
		piped_call) printf 'q 101 %s\n' "$word" ;;
		pass) printf 'q -c %s\n' "$word" ;;
		esac
	done
}

lives_on() # SCRIPT
{
	bash "$1" nothing.json >"$out" 2>"$err" </dev/null || { cat "$err"; return 1; }
	[ ! -s "$out" ] || { echo "it prints:"; cat "$out"; return 1; }
}

try_form() # STYLE FORM
{
	# Each has two of the paths, and all have all of them.
	made=$((made + 1))
	awk -v n="$made" '{ line[NR] = $0 }
		END { for (i = 0; i < 2; i++) print line[(2 * n + i) % NR + 1] }' paths |
		quote "$1" | form "$2" >made.sh
	bash made.sh full.json >before 2>"$err" </dev/null || { cat "$err"; return 1; }
	[ -s before ] || { echo 'it prints nothing'; return 1; }
	cp made.sh mended.sh
	guard -q --write mended.sh >"$out" 2>&1 || { cat "$out"; return 1; }
	only_insertions made.sh mended.sh || return 1
	bash -n mended.sh || return 1
	guard mended.sh >"$out" 2>&1 || { cat "$out"; return 1; }
	bash mended.sh full.json >after 2>&1 </dev/null || { cat after; return 1; }
	diff before after && lives_on mended.sh
}

made=0
for form in plain continued substituted nested loop document script if bash_c call \
	piped_call pass; do
	for style in single double ansi bare mixed halves; do
		ok "made: $style, $form" try_form "$style" "$form"
	done
done

finish
