# `target supports "WORD"` for every rule kind and every option of mounts, on every pinned
# target, held against the target's own apparmor_parser: yes when it takes the rule and
# would enforce it on the target's kernel.  Where the answer is no, the rule alone is
# refused and names the gate.  AAC_PARSER41 names the parser of the newer targets.
. "${top_srcdir:-.}/tests/support/tap.sh"
. "$top/tests/support/halving.sh"

tab=$(printf '\t')
needs_parser 'what targets support against apparmor_parser'
"$build/tests/property/rule_tool" words >"$scratch/words" || exit 99

# A rule for a line of words; nothing for what stands in no body.
sample() # KIND WORD
{
	case $1:$2 in
	option:norelatime) echo 'mount options=(norelatime, ro) -> /a/,' ;;
	option:*) echo "mount options=($2) -> /a/," ;;
	*:abi | *:alias | *:@* | *:include) ;;
	*:capability) echo 'capability chown,' ;;
	*:network) echo 'network inet,' ;;
	*:file) echo '/a r,' ;;
	*:link) echo 'link /a -> /b,' ;;
	*:rlimit) echo 'set rlimit nofile <= 8,' ;;
	*:change_profile) echo 'change_profile -> b,' ;;
	*) echo "$2," ;;
	esac
}

while IFS="$tab" read -r kind word; do
	rule=$(sample "$kind" "$word")
	[ -z "$rule" ] || printf '%s\t%s\n' "$word" "$rule"
done <"$scratch/words" >"$scratch/samples"
is "$(grep -c '^kind' "$scratch/words")" \
	"$(($(grep -vc "${tab}mount options" "$scratch/samples") + 4))" \
	'a rule for each kind but abi, alias, include and variables'
is "$(grep -c '^option' "$scratch/words")" \
	"$(grep -c "${tab}mount options" "$scratch/samples")" \
	'a rule for each option'

fragment() # BODY
{
	rm -rf "$scratch/rules"
	mkdir "$scratch/rules"
	cp -R "$top/rules/targets" "$scratch/rules"
	printf 'fragment a "A" {\n\twhen .x;\n%s\n}\n' "$1" >"$scratch/rules/a.aaf"
}
echo '{"lxc_configs": {"1": {"x": true}}}' >"$scratch/config.json"

show() # TARGET
{
	aac -q -t "$top/templates" -r "$scratch/rules" \
		-c "$scratch/config.json" --target "$1" show --text 1
}

# The words that are supported: their gated rules are in the profile.
supported() # TARGET
{
	fragment "$(awk -F '\t' '{
		print "\tif target supports \"" $1 "\" { change_profile -> w" NR ", }"
	}' "$scratch/samples")"
	show "$1" | sed -n 's/.*change_profile -> w\([0-9]*\),.*/\1/p' | sort -n
}

# The same by the parser: it takes the rule, and warns of none that is not enforced.
enforced() # PARSER FEATURES
{
	number=0
	while IFS="$tab" read -r word rule; do
		number=$((number + 1))
		printf 'profile p {\n%s\n}\n' "$rule" >"$scratch/profile"
		"$1" -QK --config-file /dev/null -M "$2" \
			--warn=rule-not-enforced --warn=rule-downgraded \
			"$scratch/profile" >"$scratch/said" 2>&1 || continue
		# Of `all` the kernel enforces what it has.
		[ "$word" != all ] &&
			grep -q -e 'not enforced' -e 'downgrading' "$scratch/said" ||
			echo "$number"
	done <"$scratch/samples"
}

# Each rule alone is taken when it is supported, else refused with the gate as the cure.
gated() # TARGET SUPPORTED
{
	number=0
	while IFS="$tab" read -r word rule; do
		number=$((number + 1))
		fragment "	$rule"
		run show "$1"
		if grep -qx "$number" "$2"; then
			[ "$status" -eq 0 ] || echo "refused: $rule"
		elif [ "$status" -ne 2 ]; then
			echo "taken: $rule"
		elif ! grep -q 'hint: put it in: if target ' "$err"; then
			echo "no cure: $rule"
		fi
	done <"$scratch/samples"
}

fact() # NAME RECORD
{
	sed -n "s/^$1 = //p" "$2"
}

for record in "$top"/rules/targets/*.target; do
	target=$(basename "$record" .target)
	case $(fact parser "$record") in
	3.*) judge=$parser ;;
	*) judge=${AAC_PARSER41-} ;;
	esac
	supported "$target" >"$scratch/ours"
	ok "$target: answers" [ "$(wc -l <"$scratch/ours")" -gt 40 ]
	is "$(gated "$target" "$scratch/ours" | head -n 9)" '' \
		"$target: the others are refused"
	if [ -z "$judge" ]; then
		skip "$target: as its parser has it" 'AAC_PARSER41 names none'
		continue
	fi
	enforced "$judge" "${record%.target}.features" >"$scratch/theirs"
	is "$(diff "$scratch/ours" "$scratch/theirs" | grep '^[<>]')" '' \
		"$target: as its parser has it"
done
finish
