# What the shipped fragments expect of themselves holds: for a fleet of typical values,
# alone and together, on our own base and on LXC's abstractions, for every target that a
# parser is at hand for.  AAC_PARSER41 names Debian 13's.
. "${top_srcdir:-.}/tests/support/tap.sh"
. "$top/tests/support/halving.sh"
needs_parser 'the shipped expects are decided on policy that apparmor_parser makes'
cd "$scratch" || exit 99
cp -r "$top/rules" "$top/templates" .
cp "$top/tests/property/expects.json" fleet.json
cp "$top/examples/phoenix_lxc_configs.json" example.json

hold() # TARGET FILE WHAT [ARGUMENT...]
{
	target=$1
	file=$2
	what=$3
	shift 3
	run aac -q -r rules -t templates --target "$target" --parser-timeout 600 \
		-c "$file" --format json "$@"
	exits 0 "$target: $what"
	is "$(tr -d ' \n' <"$out")" '[]' "$target: all of it, of $what"
}

hold debian12 fleet.json 'typical values' test
hold debian12 example.json 'the example' test
hold pve8 fleet.json 'some of them' test b n d g1 s u

# The lines that were decided, each once.
run aac -q -r rules -t templates --target debian12 --parser-timeout 600 \
	-c fleet.json --format json test -v \
	b n d d2 g0 g1 g2 ga gi s s2 u l
lines=$(jq -r '.[] | "\(.file):\(.line)"' "$out" | sort -u | wc -l)
ok "$lines lines are decided, 500 at least" test "$lines" -ge 500
for fragment in base hardening systemd nesting docker gpu shared-storage legacy-mounts; do
	count=$(jq --arg f "$fragment" '[.[] | select(.fragment == $f) | .line] | unique |
		length' "$out")
	ok "$fragment: $count of them" test "$count" -ge 8
done
for verdict in allow deny audit; do
	ok "some $verdict" jq -e --arg v "$verdict" 'any(.expect == $v)' "$out"
done

if [ -z "${AAC_PARSER41-}" ]; then
	skip 'debian13 and pve9' 'AAC_PARSER41 names no parser of Debian 13'
	finish
	exit
fi
# Its abi lies beside it; the abstractions are this machine's.
mkdir -p root/etc
cp -r "$(dirname "$AAC_PARSER41")/root/etc/apparmor.d" root/etc
cp -r /etc/apparmor.d/abstractions/lxc root/etc/apparmor.d/abstractions
hold debian13 fleet.json 'typical values' --root root --parser "$AAC_PARSER41" test
hold debian13 example.json 'the example' --root root --parser "$AAC_PARSER41" test
hold pve9 fleet.json 'some of them' --root root --parser "$AAC_PARSER41" \
	test b n d g1 s u
finish
