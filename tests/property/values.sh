# shellcheck shell=sh
# A value is data: profiles full of hostile values, in every place of every rule kind,
# mean exactly what the same bytes mean when every one of them is spelled in octal, as
# apparmor_parser compiles both; what a place cannot hold is refused.
. "${top_srcdir:-.}/tests/support/tap.sh"

parser=${APPARMOR_PARSER:-apparmor_parser}
if ! command -v "$parser" >/dev/null; then
	skip 'values in the compiled policy' 'there is no apparmor_parser'
	finish
fi
cd "$scratch" || exit 99

# Every pair of bytes that mean something to somebody, and words that would be rules.
bytes='\ " , # * ? [ ] { } ^ @ ( ) = ; $ a -'
set -f
for x in $bytes; do
	for y in $bytes; do
		printf '%s%s\n%s %s\n' "$x" "$y" "$x" "$y"
	done
done >values
cat >>values <<'END'
 rw, capability sys_admin, file, #
/** rwx,\
a b\
"\
\" r, file, "
@{HOME}/**
{a,b}
[^x]*
END
grep -v '^-' values | sort -u >sorted
set +f

mkdir rules
cat >rules/a.aaf <<'END'
fragment a "Each value in several places" {
    when .values is set;
    param values: list of string = [] from .values;
    for v in ${values} {
        /p/x${v} r,
        mount options=(bind) /m/x${v}/ -> /t/x${v}/,
        signal (send) peer=s${v},
        change_profile -> c${v},
    }
}
END
jq -R . sorted | jq -s '{lxc_configs: {"1": {values: .}}}' >config.json
run aac -r rules -t "$top/templates" -c config.json --target debian12 -q show --text 1
exits 0 'hostile values compose'
cp "$out" composed

# The same by other means: each byte of each value as \ooo.
{
	sed '/^profile/q' composed
	while IFS= read -r value; do
		octal=$(printf %s "$value" | od -An -v -to1 | tr -d '\n' | sed 's/ /\\/g')
		printf '/p/x%s r,\n' "$octal"
		printf 'mount options=(bind) /m/x%s/ -> /t/x%s/,\n' "$octal" "$octal"
		printf 'signal (send) peer=s%s,\n' "$octal"
		printf 'change_profile -> c%s,\n' "$octal"
	done <sorted
	echo '}'
} >spelled

compile() # FILE
{
	"$parser" -QKS --config-file /dev/null --kernel-features \
		"$top/rules/targets/debian12.features" <"$1" 2>>"$err"
}

ok 'the composed profile compiles' compile composed
compile composed >composed.bin
compile spelled >spelled.bin
ok "$(wc -l <sorted) values mean their own bytes" cmp composed.bin spelled.bin
ok 'there are many' test "$(wc -l <sorted)" -gt 500
# The oracle itself: it must see one byte that is another.
sed 's/^    \/p\/xaa r,/    \/p\/xab r,/' composed >wrong
compile wrong >wrong.bin
ok 'another value is found' not cmp wrong.bin spelled.bin

# ---- every place of every kind ------------------------------------------------------

# value_tool makes values, hostile ones and pseudo-random ones of hostile pieces, and
# spells the rules by itself.  AAC_VALUES tells how many, AAC_SEED which.
tool=$build/tests/property/value_tool
places=$top/tests/property/values.places
features=$top/rules/targets/pve8.features
count=${AAC_VALUES:-200}
seed=${AAC_SEED:-1}
echo "# AAC_VALUES=$count AAC_SEED=$seed"

make_values() # WHAT
{
	"$tool" "$1" "$seed" "$count" <"$places"
}

rm -r rules
mkdir rules
cp -R "$top/rules/targets" rules
"$tool" fragments <"$places" >rules/a.aaf
make_values taken >taken.json
make_values refused >refused.json
run aac -r rules -c taken.json -t "$top/templates" --target pve8 -q -o out \
	build --no-check
exits 0 'values in every place compose'
jq -r '.containers | to_entries[] | "\(.key) \(.value.profile)"' out/manifest.json >names

whole() # PLACE: a profile of the rules on stdin
{
	echo 'abi <abi/3.0>,'
	echo 'include <tunables/global>'
	echo "profile p$1 {"
	cat
	echo '}'
}

pairs=0
while read -r place name; do
	sed -e '1,/^profile .*{$/d' -e '/^}$/d' "out/$name" |
		whole "$place" >"$place.ours"
	"$tool" spelled "$seed" "$count" "$place" <"$places" >rules.spelled
	pairs=$((pairs + $(wc -l <rules.spelled)))
	whole "$place" <rules.spelled >"$place.theirs"
done <names

# Places whose two profiles are not the same policy to COMMAND.
differing() # COMMAND...
{
	while read -r place name; do
		if ! "$@" "$place.ours" >ours.bin 2>message ||
			! "$@" "$place.theirs" >theirs.bin 2>message; then
			sed "s/^/$place does not compile: /;q" message
		else
			cmp -s ours.bin theirs.bin || echo "$place differs"
		fi
	done <names
}

newer()
{
	"$AAC_PARSER41" -qQKS --config-file /dev/null -M "$features" "$1"
}

ok 'thousands of them' test "$pairs" -ge 5000
ok 'in sixty places' test "$(wc -l <names)" -ge 60
is "$(differing "$parser" -qQKS --config-file /dev/null -M "$features")" '' \
	"$pairs values mean their own bytes"
if [ -n "${AAC_PARSER41-}" ]; then
	is "$(differing newer)" '' 'and to 4.1'
else
	skip 'and to 4.1' 'AAC_PARSER41 names none'
fi
# The oracle again.
sed 's/^ *\/p\/xay r,/\/p\/xby r,/;s/a/e/' 1.ours >1.other
"$parser" -qQKS --config-file /dev/null -M "$features" 1.other >ours.bin 2>message
"$parser" -qQKS --config-file /dev/null -M "$features" 1.theirs >theirs.bin
ok 'other values would be found' not cmp ours.bin theirs.bin

# What a place cannot hold is refused, at its place in the JSON.
jq -c '.lxc_configs | to_entries[] | {lxc_configs: {(.key): .value}}' refused.json >each
while IFS= read -r line; do
	printf '%s\n' "$line" >one.json
	id=${line#*:\{\"} id=${id%%\"*}
	run aac -r rules -c one.json -t "$top/templates" --target pve8 show --text "$id"
	if [ "$status" -ne 2 ] || ! grep -q '/lxc_configs/[0-9-]*/values' "$err"; then
		printf '%s\n' "$line"
		sed 's/^/  /;4q' "$err"
	fi
done <each >taken
is "$(head -n 20 taken)" '' "$(wc -l <each) values are refused, and shown in the JSON"
ok 'there are hundreds' test "$(wc -l <each)" -ge 200
finish
