# That nothing is wrong with a fragment is found again, and nothing but speed tells it:
# whatever its verdict depends on has it looked at anew.
# shellcheck disable=SC2154 # tap.sh sets them
. "${top_srcdir:-.}/tests/support/tap.sh"
. "$top/tests/support/fleet.sh"
cd "$scratch" || exit 99

if ! can_check; then
	skip 'what was looked at before' 'apparmor_parser does not suit debian12'
	finish
	exit
fi
cp "$build/tests/support/counted_parser" parser || exit 99
kept=$XDG_CACHE_HOME/aa-compose
rm -rf "$kept"
mkdir -p host/etc host/rules
cp -r /etc/apparmor.d host/etc/ && cp -r "$top/templates" host/ || exit 99
printf '/inside/** r,\n' >host/etc/apparmor.d/abstractions/mine

fragment() # NAME RULES
{
	printf 'fragment %s "One" {\n    when .%s is set;\n%s\n' "$1" "$1" "$2"
	printf '    expect { allow file /srv/%s/x r; }\n}\n' "$1"
}

lint()
{
	aac --root "$scratch/host" -r /rules -t /templates \
		--target debian12 --parser "$scratch/parser" lint "$@"
}

# looks COUNT WHAT: the parser was run so often since it was last asked.
looks()
{
	is "$(wc -l 2>/dev/null <parser.runs || echo 0)" "$1" "$2"
	: >parser.runs
}
: >parser.runs

for name in a b c; do
	fragment "$name" "    /srv/$name/** r," >"host/rules/$name.aaf"
done
fragment d '    include <abstractions/mine>
    /srv/d/** r,' >host/rules/d.aaf
run lint
exits 0 'nothing is wrong'
cp "$out" first
ok 'the parser is asked' test "$(wc -l <parser.runs)" -gt 4
: >parser.runs
run lint
exits 0 'once more'
same "$out" first 'the result is the same'
looks 0 'and the parser is not asked'

fragment b '    /srv/b/** r,
    /srv/b/x r,' >host/rules/b.aaf
run lint
exits 1 'a rule without effect in one file'
says 'no-effect' 'is found'
ok 'the parser is asked about that fragment alone' test "$(wc -l <parser.runs)" -le 3
: >parser.runs
run lint
exits 1 'what is found'
says 'no-effect' 'is found each time'
fragment b '    /srv/b/** r,' >host/rules/b.aaf
run lint
exits 0 'as it was before'
same "$out" first 'the result is that one'

# A file that is included.
printf '/inside/** r,\n/srv/d/** r,\n' >host/etc/apparmor.d/abstractions/mine
run lint
exits 1 'an included file that grants the rule'
says "'/srv/d/\*\* r,' changes nothing" 'is noticed'
printf '/inside/** r,\n' >host/etc/apparmor.d/abstractions/mine
: >parser.runs

# Another file's amend, and another target.
printf 'amend c { deny /srv/c/** r, }\n' >host/rules/z.aaf
run lint
exits 1 'an amend of another file'
says 'dead-under-deny\|deny-overrides' 'is noticed'
rm host/rules/z.aaf
run aac --root "$scratch/host" -r /rules -t /templates \
	--target pve8 --parser "$scratch/parser" lint
ok 'another target is asked for' test "$(wc -l <parser.runs)" -gt 0

# clean WHAT: all is as it was at first, and known from then.
clean()
{
	: >parser.runs
	run lint
	exits 0 "$1"
	same "$out" first "$1: the result is the first one"
	looks 0 "$1: the parser is not asked"
}
cp host/rules/d.aaf d.aaf
# ---- what changes while it is looked at ----------------------------------------------

# The verdict is of the text as it became, so it is none of that before.
rm host/rules/d.aaf
sed 's/fragment d/fragment e/' d.aaf >host/rules/e.aaf
printf '/srv/d/** r,\n' >host/etc/apparmor.d/abstractions/mine
cat >parser.meanwhile <<END
echo '/inside/** r,' >'$scratch/host/etc/apparmor.d/abstractions/mine'
END
run lint
exits 0 'an included file is edited meanwhile'
ok 'it was edited' test -f parser.ran -a ! -f parser.meanwhile
printf '/srv/d/** r,\n' >host/etc/apparmor.d/abstractions/mine
run lint
exits 1 'the file as it was before'
says "'/srv/d/\*\* r,' changes nothing" 'what was found of the other is not kept for it'
printf '/inside/** r,\n' >host/etc/apparmor.d/abstractions/mine
mv d.aaf host/rules/d.aaf
rm host/rules/e.aaf
clean 'all is as it was'

# What is kept is not trusted.
: >parser.runs
run lint
looks 0 'all is known'
for file in "$kept"/*; do
	printf 'x' | dd of="$file" bs=1 seek=60 conv=notrunc status=none
done
run lint
exits 0 'with every entry damaged'
same "$out" first 'the result is the same'
ok 'and the parser is asked' test "$(wc -l <parser.runs)" -gt 4
finish
