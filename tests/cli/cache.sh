# What apparmor_parser has answered is not asked again, and nothing but speed tells it:
# whatever the answer depends on is a new question, and what is kept is not trusted.
# shellcheck disable=SC2154 # tap.sh sets them
. "${top_srcdir:-.}/tests/support/tap.sh"
. "$top/tests/support/fleet.sh"
cd "$scratch" || exit 99

if ! can_check; then
	skip 'what was compiled before' 'apparmor_parser does not suit debian12'
	finish
fi
cp "$build/tests/support/counted_parser" parser || exit 99
kept=$XDG_CACHE_HOME/aa-compose
# A host of its own, with policy that may be edited.
mkdir -p host/etc
cp -r /etc/apparmor.d host/etc/ || exit 99
rm -rf "$kept"

compose() { with parser "$@"; }
with() # PARSER ARGUMENT...
{
	with=$1
	shift
	aac --root "$scratch/host" -r rules -c fleet.json --target debian12 \
		--parser "$scratch/$with" "$@"
}

# asks COUNT WHAT: so many profiles were compiled since it was last asked.
asks()
{
	is "$(wc -l 2>/dev/null <parser.runs || echo 0)" "$1" "$2"
	: >parser.runs
}
: >parser.runs

# ---- it is not asked again -----------------------------------------------------------

run compose check
exits 0 'the profiles are good'
cp "$out" first.out
cp "$err" first.err
count=$(wc -l <parser.runs)
ok 'each is compiled' test "$count" -ge 4
: >parser.runs
run compose check
exits 0 'once more'
asks 0 'none is compiled again'
same "$out" first.out 'the result is the same'
same "$err" first.err 'and so are the messages'
run compose build -v
exits 0 'another command'
prints "^compiled   0 texts, $count known from before" 'knows them, too'
asks 0 'and asks no parser'
run compose --recompile check
asks "$count" '--recompile has all compiled'
is "$(find "$kept" -type f | wc -l)" "$(find "$kept" -type f ! -perm /077 | wc -l)" \
	'what is kept is for its owner only'

# ---- what the answer depends on ------------------------------------------------------

sed 's/capability net_bind_service/capability net_admin/' rules/base.aaf >new
mv new rules/base.aaf
run compose check
asks "$count" 'a rule of all profiles'
sed 's/ rwk,$/ rw,/' rules/docker.aaf >new
mv new rules/docker.aaf
run compose check
exits 0 'a rule of some profiles'
ran=$(wc -l <parser.runs)
ok 'is compiled for these alone' test "$ran" -gt 0 -a "$ran" -lt "$count"
: >parser.runs

# A template's include, an include in an include, and a folder that is included.
sed 's/^fragment base.*/&\n\tinclude <abstractions\/mine>/' rules/base.aaf >new
mv new rules/base.aaf
echo '#include <abstractions/deep>' >host/etc/apparmor.d/abstractions/mine
echo 'include if exists <abstractions/deep.d>' >host/etc/apparmor.d/abstractions/deep
run compose check
exits 0 'includes'
asks "$count" 'are compiled'
run compose check
asks 0 'and known'
echo '/x r,' >>host/etc/apparmor.d/abstractions/deep
run compose check
asks "$count" 'an include of an include is edited'
mkdir host/etc/apparmor.d/abstractions/deep.d
run compose check
asks "$count" 'a folder appears that is included if it exists'
echo '/y r,' >host/etc/apparmor.d/abstractions/deep.d/one
run compose check
asks "$count" 'a file appears in it'
echo '/y rw,' >host/etc/apparmor.d/abstractions/deep.d/one
run compose check
asks "$count" 'and is edited'
echo 'broken' >host/etc/apparmor.d/abstractions/deep.d/one
run compose check
exits 2 'a broken one is told'
cp "$err" broken.err
: >parser.runs
run compose check
exits 2 'and told again'
same "$err" broken.err 'in the same words'
ok 'a refusal is not kept' test -s parser.runs
rm -r host/etc/apparmor.d/abstractions/deep.d
: >parser.runs
run compose check
exits 0 'it is gone again'
asks 0 'and what was known before is right again'
mv host/etc/apparmor.d/abi/3.0 abi
sed '/^caps/,/^}/d' abi >host/etc/apparmor.d/abi/3.0
run compose check
asks "$count" 'another abi file'
mv abi host/etc/apparmor.d/abi/3.0

printf x >>parser
run compose check
asks "$count" 'another parser'
cat >script <<END
#!/bin/sh
exec "$scratch/parser" "\$@"
END
chmod +x script
for turn in first second; do
	run with script check
	asks "$count" "a script may do anything, so it is asked: the $turn time"
done

# ---- what is kept is not trusted ------------------------------------------------------

run compose check
asks 0 'all is known'
# spoiled WHAT COMMAND...: for each file that is kept; all are compiled again.
spoiled()
{
	what=$1
	shift
	run compose check
	: >parser.runs
	for entry in "$kept"/*; do
		"$@" "$entry"
	done
	run compose check
	exits 0 "$what: all is well"
	asks "$count" "$what: all are compiled again"
	rm -rf "$kept"
}
flip() { printf '\377' | dd of="$1" bs=1 seek=700 conv=notrunc status=none; }
cut_off() { truncate -s 600 "$1"; }
grow() { echo >>"$1"; }
empty() { : >"$1"; }
garbage() { head -c 5000 /dev/zero >"$1"; }
open_up() { chmod g+w "$1"; }
lead_away()
{
	mv "$1" "$scratch/away"
	ln -s "$scratch/away" "$1"
}
spoiled 'a byte that differs' flip
spoiled 'a file that is cut' cut_off
spoiled 'one that has grown' grow
spoiled 'an empty one' empty
spoiled 'garbage' garbage
spoiled 'one that others may write to' open_up
run compose check
greatest=$(find "$kept" -type f -size +2 | LC_ALL=C sort | head -n 1)
cp "$greatest" greatest
: >parser.runs
for entry in "$kept"/*; do
	[ "$entry" = "$greatest" ] || cp greatest "$entry"
done
run compose check
exits 0 "another question's answer: all is well"
asks "$((count - 1))" "another question's answer: it is not taken"
rm -rf "$kept"
spoiled 'a link' lead_away

run compose check
: >parser.runs
chmod g+w "$kept"
run compose check
exits 0 'a folder that others may write to'
asks "$count" 'is not read'
silent_but_first() { same "$err" first.err "$1"; }
silent_but_first 'without a word'
rm -rf "$kept" "$XDG_CACHE_HOME"
: >"$XDG_CACHE_HOME"
run compose check
exits 0 'a file in the place of the folder is no trouble'
silent_but_first 'of which nothing is said'
rm "$XDG_CACHE_HOME"
: >parser.runs

# Two at once; what comes of it is what one alone makes.
(compose -o one -q build; echo $? >one.status) >one.log 2>&1 &
run compose -o two -q build
exits 0 'two at once: one'
wait
is "$(cat one.status)" 0 'two at once: the other'
ok 'they make the same' diff -r one two
: >parser.runs
run compose check
asks 0 'and all is known'
is "$(find "$kept" -name 'aside*' | wc -l)" 0 'nothing is left half written'

# ---- verdicts -------------------------------------------------------------------------

cat >>rules/base.aaf <<'END'
fragment more "with an expectation" { expect { allow file /a r; } }
profile lxc-more "More" { use base, more; when .name == "web"; }
END
run compose build
exits 0 'what is expected holds'
sed 's/allow file/deny file/' rules/base.aaf >new
mv new rules/base.aaf
run compose build
exits 1 'another expectation of the same profile is decided'
sed 's/deny file/allow file/' rules/base.aaf >new
mv new rules/base.aaf
run compose build
exits 0 'and the first one is known to hold'
finish
