# Decisions on compiled policy beside a second evaluator, which reads the rules' text as
# apparmor.d(5) explains it (file_rules.awk): random file rules, random accesses; the
# verdict, the log entry and the rule that is named must agree.  AAC_DECISIONS=N takes N
# profiles instead of 12, AAC_SEED the first seed.
. "${top_srcdir:-.}/tests/support/tap.sh"
. "$top/tests/support/halving.sh"

needs_parser 'random accesses beside another evaluator'
first=${AAC_SEED:-1}
asked=0

# VERDICT AUDITED LINE of each answer.
answers()
{
	jq -r '"\(.verdict) \(.audited) \(.rule.line // "-")"' "$out"
}

# Each answer is as it must be; the line of the rule is one of those that may be named.
agree()
{
	answers | paste -d ' ' - "$scratch/wanted" "$scratch/accesses" | awk '
		$1 != $4 || $2 != $5 || ($3 == "-" ? $6 != "-" : !index($6, "," $3 ",")) {
			print
			wrong++
		}
		END { exit wrong > 0 || NR != 300 }'
}

for seed in $(seq "$first" $((first + ${AAC_DECISIONS:-12} - 1))); do
	awk -f "$top/tests/property/file_rules.awk" \
		-f "$top/tests/property/decisions.awk" -v seed="$seed" \
		-v profile="$scratch/profile" -v accesses="$scratch/accesses" \
		-v wanted="$scratch/wanted"
	status=0
	aac --target debian12 query --format json "$scratch/profile" \
		<"$scratch/accesses" >"$out" 2>"$err" || status=$?
	asked=$((asked + $(wc -l <"$out")))
	ok "seed $seed: both agree" agree
	cat "$scratch/wanted" >>"$scratch/all"
done
is "$asked" "$((300 * ${AAC_DECISIONS:-12}))" "$asked accesses"
for sort in 'allowed false ,' 'allowed true ,' 'denied true -' 'denied true ,' \
	'denied false ,'; do
	ok "some are '$sort'" grep -q "^$sort" "$scratch/all"
done

# ---- must fire -----------------------------------------------------------

sed 's/^denied/allowed/' "$scratch/wanted" >"$scratch/other"
mv "$scratch/other" "$scratch/wanted"
ok 'another verdict is noticed' not agree
finish
