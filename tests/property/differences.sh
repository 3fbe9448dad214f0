# diff beside a brute force that stands on another evaluator (file_rules.awk): pairs of
# random profiles, of which one rule differs or none.  What diff tells is so for that
# evaluator, each letter of it, and of hundreds of accesses that are drawn at random none
# differs that diff does not tell; where it says that they are equal, none does.
# AAC_DIFFERENCES=N takes N pairs instead of 24, AAC_SEED the first seed.
. "${top_srcdir:-.}/tests/support/tap.sh"
. "$top/tests/support/halving.sh"

needs_parser 'random differences beside a brute force'
first=${AAC_SEED:-1}
pairs=${AAC_DIFFERENCES:-24}

second() # ARGUMENT...
{
	awk -f "$top/tests/property/file_rules.awk" \
		-f "$top/tests/property/differences.awk" -v a="$scratch/a" \
		-v b="$scratch/b" -v truth="$scratch/truth" "$@"
}

for seed in $(seq "$first" $((first + pairs - 1))); do
	change=$(second -v seed="$seed")
	status=0
	aac --target debian12 diff "$scratch/a" "$scratch/b" >"$out" 2>"$err" || status=$?
	ok "seed $seed, $change: it is compared" test "$status" -le 1
	is "$(second -v seed="$seed" -v told="$out")" '' \
		'what is told is so, and it is all'
	[ $status -eq 1 ] || is "$(cut -d ' ' -f 1 "$scratch/truth" | sort -u)" = \
		'what is equal never differs'
	[ "$change" != none ] || is $status 0 'nothing is found where nothing is'
	cut -d ' ' -f 1 "$scratch/truth" >>"$scratch/signs"
	echo "$status" >>"$scratch/statuses"
done
is "$(wc -l <"$scratch/signs")" $((400 * pairs)) 'that many accesses'
if [ "$pairs" -ge 24 ]; then
	for sign in + - '!' =; do
		ok "some are '$sign'" grep -qxF -e "$sign" "$scratch/signs"
	done
	for status in 0 1; do
		ok "some pairs give $status" grep -qx "$status" "$scratch/statuses"
	done
fi

# ---- must fire -----------------------------------------------------------------------

# Three lies: an access that does not differ so, the other sign, and nothing at all.
seed=$first
while second -v seed="$seed" >"$scratch/change" && ! grep -q '^[-+]' "$scratch/truth"; do
	seed=$((seed + 1))
done
aac --target debian12 diff "$scratch/a" "$scratch/b" >"$scratch/told" || :
is "$(second -v seed="$seed" -v told="$scratch/told")" '' 'the truth passes'
lie() # WHAT, what diff is to have said in $scratch/lie
{
	ok "$1" test -n "$(second -v seed="$seed" -v told="$scratch/lie")"
}
echo '  + file /nowhere/at/all r' >"$scratch/lie"
lie 'an access that does not differ is noticed'
sed 's/^  +/  #/; s/^  -/  +/; s/^  #/  -/' "$scratch/told" >"$scratch/lie"
lie 'the other sign is noticed'
: >"$scratch/lie"
lie 'a difference that is not told is noticed'
finish
