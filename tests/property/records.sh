# Records that real kernels wrote (tests/vectors): what we read in each is what the kernel
# had asked, since the policy that it came from decides it as the kernel did; and it is
# what libapparmor reads, where that reads it.
. "${top_srcdir:-.}/tests/support/tap.sh"

tool=$build/tests/property/record_tool
vectors=$top/tests/vectors
tab=$(printf '\t')

# Records that policy alone does not explain: a transition to a profile that there is not,
# and a family of sockets that rules have no word for.
explained()
{
	sed "s/^DENIED${tab}denied.*/agrees/; s/^ALLOWED${tab}complains.*/agrees/
		s/^AUDIT${tab}allowed.*/agrees/
		s/^DENIED${tab}allowed${tab}g15${tab}owner file .* x${tab}.*/no profile/
		s/^unread${tab}it is about a number that rules have no word for/no word/"
}

for target in debian12 debian13; do
	log=$vectors/$target/records.log
	"$tool" "$vectors/$target/policy.bin" <"$log" >"$scratch/judged" || :
	ok "a hundred records of $target" test "$(wc -l <"$scratch/judged")" -gt 100
	is "$(wc -l <"$scratch/judged")" "$(wc -l <"$log")" 'one for each line'
	explained <"$scratch/judged" | sort | uniq -c | sed 's/^ *//' >"$scratch/sorts"
	if [ $target = debian12 ]; then
		printf '%s\n' '107 agrees' '1 no profile' >"$scratch/wanted"
	else
		printf '%s\n' '117 agrees' '1 no word' >"$scratch/wanted"
	fi
	same "$scratch/sorts" "$scratch/wanted" 'and each is decided as it was'
	"$tool" <"$log" >"$scratch/held" || :
	# The library of 3.0 knows no `requested=`, and of the numbers it keeps few.
	grep -v '^same$' "$scratch/held" | sort -u >"$scratch/other"
	ok 'libapparmor reads most of them' \
		test "$(grep -c '^same$' "$scratch/held")" -gt 80
	is "$(grep -v refused "$scratch/other")" '' 'and in each the same'
done

# Cut off anywhere, a record is read whole, or told; and never with another access.
cut_one() # RECORD
{
	printf '%s\n' "$1" >"$scratch/whole"
	"$tool" "$vectors/debian12/policy.bin" <"$scratch/whole" >"$scratch/judged"
	awk '{ for (i = 40; i < length; i++) print substr($0, 1, i) }' "$scratch/whole" |
		"$tool" "$vectors/debian12/policy.bin" |
		grep -v "^unread$tab\|^broken$tab" | sort -u >"$scratch/cut"
}

sed -n '1p; 15p; 30p; 40p; 50p; 60p; 70p; 80p' "$vectors/debian12/records.log" |
	grep -v 'info="profile' >"$scratch/some"
while read -r record; do
	cut_one "$record"
	is "$(grep -vFc -f "$scratch/judged" "$scratch/cut")" 0 \
		"cut off: $(cut -f 4 "$scratch/judged")"
done <"$scratch/some"
finish
