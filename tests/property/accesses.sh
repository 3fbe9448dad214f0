# Accesses that are read without the grammar ask what the grammar's ask: random ones of
# all kinds, with names that mean something elsewhere (accesses.awk).  AAC_ACCESSES=N
# takes N of them instead of 20,000, AAC_SEED another seed.
. "${top_srcdir:-.}/tests/support/tap.sh"
. "$top/tests/support/halving.sh"

awk -f "$top/tests/property/accesses.awk" -v seed="${AAC_SEED:-1}" \
	-v count="${AAC_ACCESSES:-20000}" >"$scratch/accesses"
read_both()
{
	"$build/tests/property/access_tool" <"$scratch/accesses" >"$out"
}
ok 'random accesses are read as the grammar reads them' read_both
summary=$(tail -n 1 "$out")
echo "# $summary"
part() # NAME
{
	echo "$summary" | sed "s/.*[^0-9]\([0-9]*\) $1.*/\1/"
}
ok 'many of them are read by a form' \
	test "$(part by)" -gt "$(($(wc -l <"$scratch/accesses") / 4))"
ok 'some are plain files' test "$(part plain)" -gt 0
ok 'some are refused' test "$(part refused)" -gt 0

# The same answers from the command, whichever way it takes.
cat >"$scratch/profile" <<'END'
abi <abi/3.0>,
profile p {
  /srv/** r,
  mount fstype=proc proc -> /mnt/*/,
  umount /mnt/a*/,
  signal receive peer=lxc-*,
  ptrace trace peer={a,b}*,
  unix bind type=stream addr=@a*,
  deny unix bind type=stream addr=@ab,
}
END
needs_parser 'answers of the command'
for i in a ab b c9 abc; do
	printf 'mount fstype=proc proc -> /mnt/%s/\numount /mnt/%s/\n' "$i" "$i"
	printf 'signal receive set=term peer=lxc-%s\nptrace trace peer=%s\n' "$i" "$i"
	printf 'unix bind type=stream addr=@%s\nfile /srv/%s r\n' "$i" "$i"
done >"$scratch/asked"
aac --target debian12 query "$scratch/profile" <"$scratch/asked" >"$scratch/read" || :
while read -r access; do
	aac --target debian12 query "$scratch/profile" "$access" || :
done <"$scratch/asked" >"$scratch/given"
same "$scratch/read" "$scratch/given" 'lines are answered as arguments are'
is "$(grep -c '^[a-z]' "$scratch/read")" "$(wc -l <"$scratch/asked")" 'all of them'
ok 'not all of them alike' grep -q '^denied' "$scratch/read"
finish
