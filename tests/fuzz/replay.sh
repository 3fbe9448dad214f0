# The fuzzers on all that they begin with, and on what they once found: nothing crashes,
# and no property fails.
. "${top_srcdir:-.}/tests/support/tap.sh"

sh "$top/tests/fuzz/seeds" "$scratch" || exit 99

replay() # FUZZER
{
	find "$scratch/$1" -type f | LC_ALL=C sort >"$scratch/list"
	[ -s "$scratch/list" ] || { echo 'there are no seeds'; return 1; }
	# shellcheck disable=SC2046 # names without spaces
	"$build/tests/fuzz/fuzz_$1" $(cat "$scratch/list") >"$out" 2>"$err" ||
		{ tail -n 20 "$out" "$err"; return 1; }
}

for source in "$top"/tests/fuzz/fuzz_*.c; do
	name=$(basename "$source" .c)
	name=${name#fuzz_}
	ok "$name: the seeds" replay "$name"
done

finish
