# What a real kernel answered (tests/vectors/README.md) is what we answer, line by line.
. "${top_srcdir:-.}/tests/support/tap.sh"

policy=$build/tests/property/policy_tool
vectors=$top/tests/vectors
tab=$(printf '\t')

for profile in t_mount t_two; do
	grep "^$profile$tab" "$vectors/raw.6.1.tsv" >"$scratch/asked"
	cut -f 3 "$scratch/asked" >"$scratch/wanted"
	cut -f 1,2 "$scratch/asked" |
		"$policy" ask "$vectors/$profile.bin" >"$scratch/answered" || :
	is "$(wc -l <"$scratch/wanted")" 700 "700 queries of $profile"
	same "$scratch/answered" "$scratch/wanted" 'are answered as the kernel did'

	grep "^[0-9]* $profile|" "$vectors/syscalls.6.1.txt" >"$scratch/asked"
	sed 's/^13 .*/denied/; t; s/.*/allowed/' "$scratch/asked" >"$scratch/wanted"
	cut -d ' ' -f 2- "$scratch/asked" |
		"$policy" calls "$vectors/$profile.bin" >"$scratch/answered" || :
	is "$(grep -c . "$scratch/wanted")" "$(grep -c "^[0-9]* $profile|" \
		"$vectors/syscalls.6.1.txt")" "every call of $profile is there"
	ok 'hundreds of them' test "$(wc -l <"$scratch/wanted")" -gt 250
	same "$scratch/answered" "$scratch/wanted" 'is decided as the kernel did'
done

# What tests/vm recorded: queries of all classes, and calls of all kinds.  A call is
# denied when its errno says so.
judge()
{
	awk -F "$tab" -v answered="$scratch/answered" '
		{
			getline line <answered
			split(line, ours, FS)
			refused = $2 == 13 || ($2 == 1 && (NF == 6 || $6 == "readtrace"))
			verdict = refused ? "denied" : "allowed"
			if (ours[1] != verdict || ours[2] != $3 ||
			    (ours[3] != "?" && ours[3] != $4))
				print $0 ": " line
		}' "$1"
}

for target in debian12 debian13; do
	set=$vectors/$target
	kernel=$(sed -n "s/^kernel$tab//p" "$set/answers.tsv")
	case $kernel in
	6.1.*) ask=ask ;;
	*) ask='ask-lock' ;;
	esac
	grep "^raw$tab" "$set/answers.tsv" >"$scratch/asked"
	cut -f 2 "$scratch/asked" >"$scratch/wanted"
	cut -f 3,4 "$scratch/asked" |
		"$policy" "$ask" "$set/policy.bin" >"$scratch/answered" || :
	ok "hundreds of queries to Linux $kernel" \
		test "$(wc -l <"$scratch/wanted")" -gt 500
	same "$scratch/answered" "$scratch/wanted" 'are answered as it did'

	grep "^call$tab" "$set/answers.tsv" >"$scratch/asked"
	cut -f 5- "$scratch/asked" | "$build/tests/property/call_tool" "$set/policy.bin" \
		"$kernel" >"$scratch/answered" || :
	ok 'and hundreds of calls' test "$(wc -l <"$scratch/asked")" -gt 500
	is "$(wc -l <"$scratch/answered")" "$(wc -l <"$scratch/asked")" 'of known kinds'
	is "$(judge "$scratch/asked")" '' 'are decided and logged as it did'
done

finish
