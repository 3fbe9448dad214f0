# Mount rules for parsers before 3.0.10, proved on compiled policy: what 3.0.8 makes of
# a narrowed rule allows nothing beyond what 4.1 makes of the rule as it was written, with
# the rules that it is told to be widened by; and the same of whole profiles, one of each
# family of the shipped fragments.  Needs both parsers: AAC_PARSER41 names the newer one.
. "${top_srcdir:-.}/tests/support/tap.sh"
. "$top/tests/support/halving.sh"

tool=$build/tests/property/rule_tool
compare=$build/tests/property/compare_tool
features=$top/rules/targets/debian12.features
tab=$(printf '\t')
config=$top/examples/phoenix_lxc_configs.json
needs_parser 'narrowed mount rules against apparmor_parser'
if [ -z "${AAC_PARSER41-}" ]; then
	skip 'narrowed mount rules against apparmor_parser' 'AAC_PARSER41 names none'
	finish
	exit
fi

# One kernel for both, so that they differ by the parser alone.
old() # FILE
{
	"$parser" -qQKS -j1 --config-file /dev/null -M "$features" "$1" 2>"$err"
}

new() # FILE
{
	"$AAC_PARSER41" -qQKS -j1 --config-file /dev/null -M "$features" "$1" 2>"$err"
}

# What FILE allows beyond OTHER.  Parsers differ about what "any flags" are beyond those
# that rules have words for; what mounts them makes nothing of them.
differs() # FILE OTHER
{
	"$compare" beyond "$1" "$2" >"$scratch/differs"
	[ $? -le 1 ] || return 2
	! grep -v "${tab}an odd [a-z ]*${tab}" "$scratch/differs"
}

# What OLD allows under the old parser, beyond what NEW does under the new one.
beyond() # OLD NEW
{
	old "$1" >"$1.bin" || return 2
	new "$2" >"$2.bin" || return 2
	differs "$1.bin" "$2.bin"
}

# ---- rules -----------------------------------------------------------

# Every set of up to three options, in every form of the rule.
rules()
{
	awk 'function put(set) {
		print "mount options=(" set ") -> /t/,"
		print "mount options=(" set ") /s/ -> /t/,"
		print "audit mount options=(" set "),"
		print "remount options=(" set ") /t/,"
		print "mount options in (" set ") -> /t/,"
		print "remount options in (" set ") /t/,"
	}
	BEGIN {
		n = split("ro rw nosuid noatime silent bind rbind move remount private " \
			"rshared strictatime", o, " ")
		for (i = 1; i <= n; i++) {
			put(o[i])
			for (j = i + 1; j <= n; j++) {
				put(o[i] ", " o[j])
				for (k = j + 1; k <= n; k++)
					put(o[i] ", " o[j] ", " o[k])
			}
		}
	}'
}

# One profile for each NARROWED<TAB>WIDENED<TAB>RULE of FILE, with the columns that awk's
# expression names.
profiles() # COLUMNS FILE
{
	echo 'abi <abi/3.0>,'
	awk -F '\t' "{ print \"profile p\" NR \" {\"; print $1; print \"}\" }" "$2"
}

# The profiles of COLUMNS that 3.0.8 allows more by than 4.1 by OTHER.
beyond_by() # COLUMNS OTHER FILE
{
	profiles "$1" "$3" >"$scratch/old"
	profiles "$2" "$3" >"$scratch/new"
	beyond "$scratch/old" "$scratch/new"
}

# FILE's rules are this many, or nothing was tested.
many() # COUNT FILE
{
	echo "# $(wc -l <"$2") rules"
	[ "$(wc -l <"$2")" -ge "$1" ]
}

rules | "$tool" narrow 3.0.8 | sort -u >"$scratch/lines"
grep "$tab.*$tab" "$scratch/lines" | grep -v "$tab$tab" >"$scratch/wide"
grep "${tab}[a-z ]*mount options=([^$tab]*$" "$scratch/lines" >"$scratch/exact"
ok 'sets of options in all forms' many 1000 "$scratch/lines"
ok 'allow nothing beyond what is told' \
	beyond_by '$1' '$2; print $3' "$scratch/lines"
ok 'rules are told to be widened' many 300 "$scratch/wide"
run beyond_by '$1' '$3' "$scratch/wide"
exits 1 'and they are'
is "$(cut -f 1 "$out" | sort -u | wc -l)" "$(wc -l <"$scratch/wide")" 'each of them'
ok 'rules with options=(...)' many 200 "$scratch/exact"
profiles '$3' "$scratch/exact" >"$scratch/new"
profiles '$1' "$scratch/exact" >"$scratch/old"
new "$scratch/new" >"$scratch/new.bin"
old "$scratch/old" >"$scratch/old.bin"
ok "lose nothing by narrowing" \
	differs "$scratch/new.bin" "$scratch/old.bin"

# ---- must fire -----------------------------------------------------------

echo "mount options=(rw, bind) -> /t/,$tab${tab}mount options=(rw, bind) -> /t/," \
	>"$scratch/line"
run beyond_by '$1' '$3' "$scratch/line"
exits 1 'a rule that is not narrowed is found'
prints "^p1${tab}lost${tab}mount${tab}a new mount${tab}mount fstype=proc a -> /t/$" \
	'with what it allows'

# ---- families -----------------------------------------------------------

# TEXT without what it includes of LXC's abstractions: nobody can narrow their rules.
own() # TEXT
{
	grep -v '^ *include <abstractions/lxc/' "$1"
}

# The profile of MAP and TEXT as its rules were written, with what is told to widen them.
as_written() # TEXT MAP
{
	sed '/^profile .* {$/q' "$1"
	jq -r '(.lines[] | .narrowed.written? // .rule, .widened),
		(.dropped[] | .rule) | values' "$2" |
		grep -v '^include <abstractions/lxc/'
	echo '}'
}

families=0
run aac -r "$top/rules" -t "$top/templates" -c "$config" --target debian12 -q \
	-o "$scratch/out" build --no-check
exits 0 'the example builds for debian12'
for map in "$scratch"/out/*.map.json; do
	text=${map%.map.json}
	families=$((families + 1))
	own "$text" >"$scratch/own"
	as_written "$text" "$map" >"$scratch/written"
	ok "${text##*/}: nothing beyond its rules" \
		beyond "$scratch/own" "$scratch/written"
	jq 'del(.lines[].widened)' "$map" >"$scratch/plain.json"
	as_written "$text" "$scratch/plain.json" >"$scratch/written"
	run beyond "$scratch/own" "$scratch/written"
	exits 1 "${text##*/}: but for what is listed as widened"
	is "$(cut -f 3 "$out" | sort -u)" mount "${text##*/}: which is mounts"
done
ok "$families families" [ "$families" -ge 5 ]
finish
