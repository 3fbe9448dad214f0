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

# What is told of fragment b, which the parser is asked about again.
no_effect()
{
	exits 1 "$1"
	says "'/srv/b/x r,' changes nothing" "$1: it is told"
}
# clean WHAT: all is as it was at first, and known from then.
clean()
{
	: >parser.runs
	run lint
	exits 0 "$1"
	same "$out" first "$1: the result is the first one"
	looks 0 "$1: the parser is not asked"
}
# verdicts: how many answers and verdicts are kept.
verdicts() { find "$kept" -type f | wc -l; }
# anew WHAT: fragments were looked at that had been looked at before.
anew()
{
	exits 0 "$1"
	same "$out" first "$1: nothing is wrong"
	ok "$1: it is looked at anew" test "$(verdicts)" -gt "$before"
}
clean 'an included file as it was'

# ---- what a verdict depends on -------------------------------------------------------

# An include that leads nowhere, or somewhere at last.
mv host/etc/apparmor.d/abstractions/mine mine
run lint
exits 1 'an included file disappears'
says "'abstractions/mine'" 'an included file disappears: it is told'
mv mine host/etc/apparmor.d/abstractions/mine
clean 'an included file appears again'
cp host/rules/d.aaf d.aaf
fragment d '    include if exists <abstractions/maybe>
    /srv/d/** r,' >host/rules/d.aaf
run lint
exits 0 'an include of what is not there'
: >parser.runs
run lint
looks 0 'an include of what is not there: it is known'
printf '/srv/d/** r,\n' >host/etc/apparmor.d/abstractions/maybe
run lint
exits 1 'the included file appears'
says "'/srv/d/\*\* r,' changes nothing" 'the included file appears: it matters'
rm host/etc/apparmor.d/abstractions/maybe
: >parser.runs
run lint
exits 0 'the included file disappears'
looks 0 'the included file disappears: that was known'
cp d.aaf host/rules/d.aaf
clean 'the include from before'

# What the parser is, and what it is told of the kernel.
mv host/etc/apparmor.d/abi/3.0 abi
sed '/^caps/,/^}/d' abi >host/etc/apparmor.d/abi/3.0
run lint
ok 'another abi file has it asked' test "$(wc -l <parser.runs)" -gt 4
mv abi host/etc/apparmor.d/abi/3.0
clean 'the abi file from before'
cp parser first.parser
printf x >>parser
run lint
exits 0 'another parser'
ok 'another parser is asked' test "$(wc -l <parser.runs)" -gt 4
mv first.parser parser
clean 'the parser from before'
cp -r "$top/rules/targets" host/rules/ || exit 99
run lint
exits 0 'a folder of targets'
sed 's/ checkpoint_restore$//' host/rules/targets/debian12.features >features
mv features host/rules/targets/debian12.features
: >parser.runs
run lint
exits 0 'other features of the kernel'
ok 'other features have the parser asked' test "$(wc -l <parser.runs)" -gt 4
before=$(verdicts)
sed 's/^parser = .*/parser = 3.0.9/' host/rules/targets/debian12.target >record
mv record host/rules/targets/debian12.target
run lint
anew 'a target whose parser reads in another way'
cp host/rules/targets/debian12.target host/rules/targets/twin.target
ln -s debian12.features host/rules/targets/twin.features
before=$(verdicts)
run lint --target twin
anew 'a target with the same features'
# Another build of the program, by the linker's digest of it.
place=$(readelf -SW "$build/aa-compose" 2>/dev/null |
	sed -n 's/.*note\.gnu\.build-id *NOTE *[0-9a-f]* \([0-9a-f]*\) .*/\1/p')
if [ "$place" ] && [ -z "${AAC_UNDER-}" ]; then
	cp "$build/aa-compose" other || exit 99
	printf 'other' | dd of=other bs=1 seek=$((0x$place + 16)) conv=notrunc status=none
	before=$(verdicts)
	run ./other --root "$scratch/host" -r /rules -t /templates \
		--target twin --parser "$scratch/parser" lint
	anew 'another build'
else
	skip 'another build' 'its mark is not found'
fi
rm -r host/rules/targets
clean 'the targets from before'

# Another file: what it amends, and what it grants already.
cat >host/rules/z.aaf <<'END'
fragment y "Two" {
    when .y is set;
    /srv/y/** r,
    expect { allow file /srv/y/x r; }
}
END
fragment a '    requires y;
    /srv/a/** r,' >host/rules/a.aaf
run lint
exits 0 'a fragment that requires another'
cp "$out" two
printf 'amend b { /srv/b/x r, }\n' >host/rules/amend.aaf
run lint
no_effect 'a rule that another file adds'
printf 'amend a { expect { allow file /srv/y/x r; } }\n' >host/rules/amend.aaf
run lint
ok 'a test that another file adds holds anyway' grep -q 'expect-always-true' "$err"
rm host/rules/amend.aaf
sed 's|/srv/y/\*\* r,|& /srv/a/** r,|' host/rules/z.aaf >z.aaf
cp host/rules/z.aaf y.aaf
mv z.aaf host/rules/z.aaf
run lint
exits 1 'what is required grants it'
says "'/srv/a/\*\* r,' changes nothing" 'what is required grants it: it is told'
# The text of both together stays the same.
sed 's|/srv/y/\*\* r,|& /srv/a/x r,|' y.aaf >host/rules/z.aaf
run lint
ok 'what is required grants what is expected' grep -q 'expect-always-true' "$err"
mv y.aaf host/rules/z.aaf
: >parser.runs
run lint
same "$out" two 'what is required as it was: the result is that one'
looks 0 'what is required as it was: the parser is not asked'

# The fragment's own file: what is expected of it, and its parameters.
sed 's|allow file /srv/a/x r;|& allow file /srv/y/x r;|' host/rules/a.aaf >a.aaf
mv a.aaf host/rules/a.aaf
run lint
ok 'a test that holds anyway is told' grep -q 'expect-always-true' "$err"
fragment a '    /srv/a/** r,' >host/rules/a.aaf
rm host/rules/z.aaf
clean 'the files from before'
with_param() # DEFAULT
{
	fragment b "    param root: path = \"$1\";
    \${root}/** r,
    /srv/b/x r," >host/rules/b.aaf
}
with_param /srv/other
run lint
exits 0 'a parameter'
with_param /srv/b
run lint
no_effect 'another default of the parameter'
with_param /srv/other
printf 'amend b { default root = "/srv"; }\n' >host/rules/z.aaf
run lint
no_effect 'a default from another file'
rm host/rules/z.aaf
: >parser.runs
run lint
exits 0 'the parameter from before'
looks 0 'the parameter from before: the parser is not asked'

# What is accepted, and how findings are looked for and told.
fragment b '    /srv/b/** r,
    /srv/b/x r,' >host/rules/b.aaf
run lint --no-check
exits 0 'nothing is compiled'
run lint
no_effect 'nothing was compiled before'
fragment b '    /srv/b/** r,
    accept no-effect "As an example."
    /srv/b/x r,' >host/rules/b.aaf
sed 's/example."/&;/' host/rules/b.aaf >b.aaf && mv b.aaf host/rules/b.aaf
for turn in first second; do
	run lint
	exits 0 "it is accepted: the $turn time"
done
fragment b '    /srv/b/** r,
    /srv/b/x r,' >host/rules/b.aaf
run lint
no_effect 'it is no longer accepted'
fragment b '    accept no-effect "As an example.";
    /srv/b/** r,' >host/rules/b.aaf
for turn in first second; do
	run lint
	exits 1 "nothing is there to be accepted: the $turn time"
	says 'accept-unused' "nothing is there to be accepted: it is told the $turn time"
done
fragment b '    /srv/b/** r,' >host/rules/b.aaf
clean 'it is as it was'
run lint --strict
exits 0 'nothing is wrong by --strict'
looks 0 'nothing is wrong by --strict: the parser is not asked'
clean 'nor without'

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
