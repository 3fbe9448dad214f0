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

finish
