# The table of README.md, from probes.tsv: a row for each topic, in its columns what came
# of all its probes.  "works" is every one; "denied" is none, at least one refused by
# AppArmor; "kernel" is none, all refused without it.  Two words are those of the two
# releases.

function word(cell)
{
	if (cell == "ok" || cell == "logged" || cell == "ENXIO")
		return "works"
	return cell ~ /EACCES$/ ? "denied" : "kernel"
}

# Adds a probe's word to what its topic has so far.
function add(key, new)
{
	if (!(key in sum))
		sum[key] = new
	else if (sum[key] != new)
		sum[key] = sum[key] new ~ /works|in part/ ? "in part" : "denied"
}

BEGIN {
	FS = "\t"
	columns = split("base nesting docker gpu unified docker-u", shown, " ")
}

NR == 1 {
	for (i = 3; i <= NF; i++)
		at[$i] = i
	next
}

{
	if (!($1 in known)) {
		known[$1] = 1
		topic[++topics] = $1
	}
	for (i = 1; i <= columns; i++) {
		split($(at[shown[i]]), cell, "/")
		add($1 SUBSEP i SUBSEP 1, word(cell[1]))
		add($1 SUBSEP i SUBSEP 2, word(cell[2] == "" ? cell[1] : cell[2]))
	}
}

END {
	printf "| |"
	for (i = 1; i <= columns; i++)
		printf " %s |", shown[i]
	printf "\n|---|"
	for (i = 1; i <= columns; i++)
		printf "---|"
	print ""
	for (t = 1; t <= topics; t++) {
		printf "| %s |", topic[t]
		for (i = 1; i <= columns; i++) {
			one = sum[topic[t], i, 1]
			other = sum[topic[t], i, 2]
			printf " %s |", one == other ? one : one " / " other
		}
		print ""
	}
}
