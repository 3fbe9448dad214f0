# shellcheck shell=sh
# Mistakes: tests/golden/errors/GROUP.cases holds broken inputs, one mistake each, and
# GROUP.out what the user reads.  A case is a rule file, or a fragment's body; with
# "--- config.json" a container file, with "--- rules.aaf" a rule file of odd beginning.
# For each: exit status 2, one error, with file,
# line and column, and a cure.  AAC_UPDATE_GOLDEN=1 writes what came out.
. "${top_srcdir:-.}/tests/support/tap.sh"

groups=$top/tests/golden/errors
total=0

# One file for each case of FILE in FOLDER; prints their names in order.
cut_cases() # FILE FOLDER
{
	awk -v to="$2" '/^=== / { name = to "/" $2; print $2; printf "" >name; next }
		{ print >name }' "$1"
}

# The input that case FILE stands for, in the present folder.
lay_out() # FILE
{
	mkdir rules
	printf '{ "lxc_configs": { "1": { "apparmor_fragments": ["a"],\n%s } } }\n' \
		'"bad_path": "x/y", "newline": "a\nb", "list": [1]' >config.json
	if [ "$(head -n 1 "$1")" = '--- config.json' ]; then
		tail -n +2 "$1" >config.json
		echo 'fragment a { /x r, }' >rules/a.aaf
		return
	fi
	if [ "$(head -n 1 "$1")" = '--- rules.aaf' ]; then
		tail -n +2 "$1" >rules/a.aaf
		return
	fi
	case $(cat "$1") in
	fragment* | amend* | \
	fragmnet* | fragmnt* | condition* | profile\ lxc* | profile\ web*)
		cp "$1" rules/a.aaf ;;
	/x\ r,*fragment*) cp "$1" rules/a.aaf ;;
	*) { echo 'fragment a {'; sed 's/^./    &/' "$1"; echo '}'; } >rules/a.aaf ;;
	esac
	# A declared profile is chosen by its condition, not by a list.
	if grep -q '^profile ' rules/a.aaf; then
		echo '{ "lxc_configs": { "1": { } } }' >config.json
	fi
}

try_case() # FILE
{
	rm -rf "$scratch/case"
	mkdir "$scratch/case"
	cd "$scratch/case" || exit 99
	lay_out "$1"
	aac --target debian12 -t "$top/templates" -r rules -c config.json show --text 1
}

# What must hold of each message, whatever it says.
sound() # STATUS
{
	[ "$1" -eq 2 ] || { echo "exit status $1"; return 1; }
	errors=$(grep -c ': error: ' "$err")
	[ "$errors" -eq 1 ] || { echo "$errors errors"; return 1; }
	grep -q '^[^ ]*:[0-9]*:[0-9]*: error: ' "$err" || { echo 'no place'; return 1; }
	grep -q '^ *hint: ' "$err" || grep -q ': error: expected ' "$err" ||
		{ echo 'no cure'; return 1; }
}

for group in "$groups"/*.cases; do
	name=$(basename "$group" .cases)
	mkdir "$scratch/$name"
	: >"$scratch/$name.out"
	for case in $(cut_cases "$group" "$scratch/$name"); do
		total=$((total + 1))
		status=0
		(try_case "$scratch/$name/$case") >"$out" 2>"$err" </dev/null || status=$?
		{ echo "=== $case"; sed "s,$top/,,g" "$err"; } >>"$scratch/$name.out"
		ok "$name: $case" sound "$status"
	done
	[ -z "${AAC_UPDATE_GOLDEN-}" ] || cp "$scratch/$name.out" "$groups/$name.out"
	same "$groups/$name.out" "$scratch/$name.out" "$name: messages"
done
# Every diagnostic has a case there or in tests/golden/cli.  These have their must-fire
# case where a parser, a file system or a target can be made to fail; the word behind is
# the test, or "none" with the reason.
elsewhere='
assertion-failed tests/cli/assert.sh
bad-map tests/cli/query.sh
denial-cured tests/cli/explain.sh
denial-foreign tests/cli/explain.sh
denial-unclear tests/cli/explain.sh
denied-by-default tests/cli/explain.sh
denied-by-peer tests/cli/explain.sh
denied-on-purpose tests/cli/explain.sh
edited-profile tests/cli/load.sh
expect-failed tests/cli/test.sh
applied-edited tests/cli/apply.sh
applied-gone tests/cli/apply.sh
applied-replaces tests/cli/apply.sh
apply-interrupted tests/cli/status.sh
apply-undone tests/cli/trouble_calls.sh
conf-feature-unused tests/cli/apply.sh
conf-line-refused tests/cli/apply.sh
conf-missing tests/cli/apply.sh
conf-not-effective tests/cli/apply.sh
conf-profile-moved tests/cli/apply.sh
container-locked tests/cli/apply.sh
container-template tests/cli/apply.sh
file-busy tests/cli/trouble.sh
file-changed tests/host/test_replace.c
kernel-load tests/cli/apply.sh
mixed-namespaces tests/cli/load.sh
not-applied tests/cli/apply.sh
profile-not-loaded tests/cli/status.sh
profile-rival tests/cli/apply.sh
receipt-invalid tests/cli/status.sh
file-not-restored none a rename fails and the one back fails as well
file-too-large tests/host/test_host.c
file-unreadable tests/host/test_host.c
include-missing tests/host/test_parser.c
include-not-enforced tests/host/test_compiler.c
jq-null-iteration tests/cli/jq_guard.sh
jq-undecided tests/cli/jq_guard.sh
json-too-deep tests/cli/hostile_json.sh
cache-unusable tests/cli/load_cache.sh
kernel-apparmor-off tests/cli/load.sh
kernel-hides-apparmor tests/cli/load.sh
kernel-refuses-policy tests/cli/load.sh
kernel-without-apparmor tests/cli/load.sh
mac-admin-missing tests/cli/load.sh
layout-unsure none a layout that changes a token is a defect of fmt
not-importable tests/cli/import.sh
not-proved tests/cli/prove.sh
nothing-built tests/cli/load.sh
output-name-clash none profile-name refuses the names that could clash
lint-incomplete tests/cli/lint.sh
parser-failed tests/host/test_compiler.c
parser-missing tests/host/test_compiler.c
parser-refused tests/host/test_parser.c
parser-version tests/host/test_compiler.c
parser-warning tests/host/test_compiler.c
policy-format tests/cli/query.sh
policy-locked tests/cli/load.sh
policy-locked-down tests/cli/load.sh
policy-read-only none root writes through the modes of a folder that looks like apparmorfs
rule-not-enforced tests/host/test_parser.c
profile-in-use tests/cli/unload.sh
profile-kept tests/cli/apply_load.sh
several-profiles tests/cli/query.sh
revision-unreadable tests/cli/diff_git.sh
script-binary tests/cli/jq_guard.sh
script-not-shell tests/cli/jq_guard.sh
script-unreadable tests/cli/jq_guard.sh
unload-partial none it takes a kernel that gives up one profile and refuses the next
target-assumed tests/host/test_targets.c
target-features tests/unit/test_target.c
target-record tests/unit/test_target.c'

# Which test of SLUG the list names; nothing: the slug is not in it.
listed_test() # SLUG
{
	echo "$elsewhere" | sed -n "s/^$1 \([^ ]*\).*/\1/p"
}

fires() # SLUG
{
	file=$(listed_test "$1")
	if grep -qF "[$1]" "$groups"/*.out "$top"/tests/golden/cli/*/stderr; then
		[ -n "$file" ] || return 0
		echo 'has a golden case: take it off the list'
		return 1
	elif [ -z "$file" ]; then
		echo "no case gives it: add one to tests/golden"
		return 1
	else
		[ "$file" = none ] || grep -qF "$1" "$top/$file"
	fi
}

slugs=$(sed -n 's/^DIAG("\([a-z-]*\)".*/\1/p' "$top/src/core/diag.def")
for slug in $slugs; do
	ok "[$slug] has a case in which it fires" fires "$slug"
done
ok 'the slugs are found' test "$(echo "$slugs" | wc -l)" -ge 130
for group in "$groups"/*.cases; do
	is "$(grep '^=== ' "$group" | sort | uniq -d)" '' \
		"$(basename "$group" .cases): no two mistakes have one name"
done

# A file that is wrong throughout is told of, not gone through.
mkdir "$scratch/wrong"
{
	echo 'fragment a {'
	seq -f 'foo%.0f,' 1000
	echo '}'
} >"$scratch/wrong/a.aaf"
run aac -r "$scratch/wrong" list
exits 2 'a thousand wrong rules'
is "$(grep -c 'error: ' "$err")" 20 'are twenty errors'
sed 's/fragment/profile/' "$scratch/wrong/a.aaf" >"$scratch/wrong/profile"
run aac import "$scratch/wrong/profile"
is "$(grep -c 'error: ' "$err")" 20 'also in a profile that is imported'

ok 'there are at least 700 mistakes' test "$total" -ge 700
finish
