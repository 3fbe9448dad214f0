# aa-compose fmt: the canonical layout, on golden texts, on the shipped rules, and on
# layouts drawn at random; nothing is lost, and doing it again changes nothing.
. "${top_srcdir:-.}/tests/support/tap.sh"
cd "$scratch" || exit 99

# ---- the layout ------------------------------------------------------------------------

for case in "$top"/tests/golden/fmt/*.in; do
	name=$(basename "$case" .in)
	aac fmt - <"$case" >"$scratch/got" 2>&1
	[ -z "${AAC_UPDATE_GOLDEN-}" ] || cp "$scratch/got" "${case%.in}.out"
	same "${case%.in}.out" "$scratch/got" "$name"
	aac fmt - <"$scratch/got" >"$scratch/again" 2>&1
	same "$scratch/got" "$scratch/again" "$name: laid out again"
done

ok 'the shipped rules are laid out' aac fmt --check "$top"/rules/*.aaf
ok 'random layouts of the shipped rules' "$build/tests/property/format_tool" 1 20 \
	"$top"/rules/*.aaf
# shellcheck disable=SC2046 # names without spaces
ok 'random layouts of the golden cases' "$build/tests/property/format_tool" 2 20 \
	"$top"/tests/golden/fmt/*.in \
	$(find "$top"/tests/golden/cli/*/rules -name '*.aaf' | LC_ALL=C sort)

# What is composed from rules that were laid out is what was composed before.
same_profiles()
{
	composed=0
	for case in "$top"/tests/golden/cli/*/; do
		if [ ! -d "$case/rules" ] || [ ! -f "$case/config.json" ]; then
			continue
		fi
		rm -rf before after laid
		cp -R "$case/rules" laid
		aac build --no-check -q -c "$case/config.json" -r "$case/rules" \
			--target debian13 -o before >log 2>&1 || continue
		aac fmt laid/*.aaf 2>&1 || return 1
		aac build --no-check -q -c "$case/config.json" -r laid \
			--target debian13 -o after 2>&1 || return 1
		rm -f before/*.json after/*.json
		diff -r before after || return 1
		composed=$((composed + 1))
	done
	echo "# $composed cases composed"
	[ "$composed" -gt 10 ]
}
ok 'what is composed stays the same' same_profiles

# ---- the command -----------------------------------------------------------------------

printf 'fragment a {\n/x r,\n}\n' >a.aaf
printf 'fragment b {\n    /x r,\n}\n' >b.aaf
printf 'fragment c {\n    /x r\n}\n' >wrong.aaf
cp a.aaf a.orig
chmod 640 a.aaf

run aac fmt --check a.aaf b.aaf
exits 1 '--check finds one'
prints '^a.aaf$' 'and lists it'
lacks 'b.aaf' 'and no other'
ok 'and changes nothing' cmp a.aaf a.orig
run aac fmt --check b.aaf
exits 0 '--check of what is laid out'
run aac fmt --diff a.aaf b.aaf
exits 1 '--diff finds one'
cp "$out" changes
prints '^--- a.aaf$' 'and shows it'
prints '^@@ -1,3 +1,3 @@$' 'with its place'
prints '^-/x r,$' 'the old line'
prints '^+    /x r,$' 'and the new one'
run aac fmt --format json --check a.aaf b.aaf
exits 1 '--format json'
is "$(jq -c '[.[] | .changed]' "$out")" '[true,false]' 'is JSON'

run aac fmt a.aaf wrong.aaf
exits 2 'a wrong file is refused'
says '^wrong.aaf:2:9: error: expected .,. at the end of the rule' 'at its place'
ok 'and no other is written' cmp a.aaf a.orig
run aac fmt a.aaf b.aaf
exits 0 'files are written in place'
silent 'without a word'
ok 'as --diff said' sh -c 'patch -s a.orig <changes && cmp a.orig a.aaf'
is "$(stat -c %a a.aaf)" 640 'and keep their mode'
find . -name "*a.aaf*" >names-before
run aac fmt a.aaf
find . -name "*a.aaf*" >names-after
ok 'and nothing is left beside them' cmp names-before names-after

cp a.orig 'far.aaf'
printf 'fragment a {\n/x r,\n}\n' >far.aaf
mkdir deep
ln -s ../far.aaf deep/link.aaf
run aac fmt deep/link.aaf far.aaf
exits 0 'a link is followed, and one file under two names is one'
ok 'the link stays' test -L deep/link.aaf
ok 'its file is laid out' cmp far.aaf a.aaf

run sh -c "'$build/aa-compose' fmt - <wrong.aaf"
exits 2 'wrong standard input'
says '^-:2:9: error' 'is called -'
run aac fmt
exits 64 'a file is needed'
run aac fmt --check --diff a.aaf
exits 64 '--check and --diff exclude each other'
run aac fmt nowhere.aaf
exits 2 'a missing file'
printf 'fragment a {\n# \000\000x\n/x r,\n}\n' >nul.aaf
aac fmt nul.aaf
is "$(tr '\000' N <nul.aaf | tail -n 3 | tr '\n' ' ')" '    # NNx     /x r, } ' \
	'bytes NUL stay where they may stand'
printf '\357\273\277fragment a { }\r\n' | aac fmt - >got
printf 'fragment a { }\n' >want
same want got 'a byte order mark and carriage returns go'
: | aac fmt - >got
ok 'nothing stays nothing' not test -s got

# A text that is far from its layout: the diff is still one that patch takes.
awk 'BEGIN { print "fragment big {"; for (i = 0; i < 3000; i++)
	printf "  /p%d r, /q%d    rw,\n\n\n", i, i; print "}" }' >big.aaf
cp big.aaf big.orig
aac fmt --diff big.aaf >changes
aac fmt big.aaf
ok 'a long diff applies' sh -c 'patch -s big.orig <changes && cmp big.orig big.aaf'

finish
