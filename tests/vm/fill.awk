# Writes the cells of probes.tsv anew from what `judge.awk -v fill=1` found on Debian 12
# (the first file) and on Debian 13 (the second).
BEGIN { FS = OFS = "\t" }
FILENAME == ARGV[1] { first[$1, $2] = $3; next }
FILENAME == ARGV[2] { second[$1, $2] = $3; next }
FNR == 1 {
	for (i = 3; i <= NF; i++)
		name[i] = $i
	sets = NF
}
FNR > 1 {
	for (i = 3; i <= sets; i++) {
		one = first[FNR - 1, name[i]]
		other = second[FNR - 1, name[i]]
		$i = one == other ? one : one "/" other
	}
}
{ print }
