# Holds what the probes of one guest answered against probes.tsv, as lines of a test.
#
#     awk -f judge.awk -v answers=FOLDER -v side=1|2 probes.tsv
#
# The folder has answers.SET and records.SET for each column of the table; of a cell
# "X/Y" the first side is meant or the second.  A cell is
#
#   ok          it worked, and AppArmor recorded no refusal
#   logged      it worked, and AppArmor logged that it did
#   N:EACCES    AppArmor refused the call number N (no number: the first), and recorded it
#   N:MODE      EACCES that AppArmor has not recorded: the file's mode refused it
#   N:ERROR     something else refused it, and AppArmor nothing
#
# With -v fill=1 it prints what it found, number, tab, set, tab, cell, for fill.awk.
# Every probe is one assertion in each set; a refusal that no probe has caused is another.

function quote(record, key,   at)
{
	at = index(record, key "=\"")
	if (!at)
		return ""
	record = substr(record, at + length(key) + 2)
	return substr(record, 1, index(record, "\"") - 1)
}

function read_records(set,   file, line, name)
{
	file = answers "/records." set
	while ((getline line <file) > 0) {
		name = quote(line, "comm")
		if (name !~ /^probe[0-9]+$/) {
			stray[set] = stray[set] "\n#   " line
			continue
		}
		sub(/probe/, "", name)
		kind[set, name, quote(line, "apparmor")] = 1
		text[set, name] = text[set, name] "\n#   " line
	}
	close(file)
}

function read_set(set,   file, line, parts)
{
	file = answers "/answers." set
	while ((getline line <file) > 0) {
		split(line, parts, "\t")
		answer[set, parts[1]] = parts[2]
	}
	close(file)
	read_records(set)
}

# What came of a probe, in the words of a cell.
function found(set, number,   what)
{
	what = answer[set, number]
	if (what == "ok" && (set, number, "AUDIT") in kind)
		what = "logged"
	if (what !~ /EACCES$/ && (set, number, "DENIED") in kind)
		return what ", but there is a record of a refusal"
	if (!((set, number, "DENIED") in kind))
		sub(/EACCES/, "MODE", what)
	return what == "" ? "nothing" : what
}

BEGIN { FS = "\t" }

NR == 1 {
	for (i = 3; i <= NF; i++) {
		name[i] = $i
		read_set($i)
	}
	sets = NF
	next
}

{
	for (i = 3; i <= sets; i++) {
		split($i, cell, "/")
		wanted = side == 2 && cell[2] != "" ? cell[2] : cell[1]
		got = found(name[i], NR - 1)
		if (fill) {
			print NR - 1 "\t" name[i] "\t" got
			continue
		}
		if (got == wanted) {
			print "ok - " name[i] ": " $2 " (" wanted ")"
			continue
		}
		print "not ok - " name[i] ": " $2 " (" wanted ")"
		print "# probe " NR - 1 ", " $1 ": it is " got text[name[i], NR - 1]
	}
}

END {
	for (i = 3; i <= sets && !fill; i++) {
		what = name[i] ": no other refusal"
		print (stray[name[i]] == "" ? "ok - " : "not ok - ") what stray[name[i]]
	}
}
