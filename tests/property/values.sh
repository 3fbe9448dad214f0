# shellcheck shell=sh
# A value is data: profiles full of hostile values, one after the other, mean exactly what
# the same bytes mean when every one of them is spelled in octal, as apparmor_parser
# compiles both.
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
finish
