# Texts with mistakes that nobody thought of: each line of the input is a text, \n in it a
# line break and \\ a backslash, as in profiles.ok; each line of the output is one of them
# after one to three changes of its words. The changes depend on the seed alone, not on
# this awk's rand(): the same everywhere.
#
#     awk -v seed=1 -v count=1000 -f mutations.awk profiles.ok …

# A number from 1 to N.
function pick(n)
{
	state = (state * 16807) % 2147483647
	return int(state / 2147483647 * n) + 1
}

# The words of TEXT in parts[1..]: runs of white space, of what words are made of, and
# single bytes of anything else. A line break is \001 in here.
function split_words(text,    n)
{
	gsub(/\\\\/, "\002", text)
	gsub(/\\n/, "\001", text)
	gsub(/\002/, "\\", text)
	n = 0
	while (text != "") {
		if (match(text, /^[ \t]+/)) ;
		else if (match(text, /^[A-Za-z0-9_.\/*-]+/)) ;
		else if (!match(text, /^(->|[@$]\{|\+=|<=)/)) RLENGTH = 1
		parts[++n] = substr(text, 1, RLENGTH)
		text = substr(text, RLENGTH + 1)
	}
	return n
}

# Any word of any text, each as often as it stands there.
function any_word(    at)
{
	at = pick(texts)
	return words[at, pick(lengths[at])]
}

# One change of parts[1..n]; the new n.
function change(n,    how, at, to, held)
{
	how = pick(9)
	at = pick(n)
	to = pick(n)
	if (how <= 2) parts[at] = ""
	else if (how == 3) parts[at] = parts[at] parts[at]
	else if (how == 4) {
		held = parts[at]
		parts[at] = parts[to]
		parts[to] = held
	} else if (how == 5) parts[at] = parts[at] any_word()
	else if (how == 6) parts[at] = parts[at] " " any_word() " "
	else if (how == 7) parts[at] = any_word()
	else if (how == 8) parts[at] = substr(parts[at], 1, pick(length(parts[at])) - 1)
	# The end of another text behind the beginning of this.
	else {
		other = pick(texts)
		from = pick(lengths[other])
		for (n = at; from <= lengths[other]; from++) parts[++n] = words[other, from]
	}
	return n
}

!/^# / && NF {
	texts++
	lengths[texts] = split_words($0)
	for (i = 1; i <= lengths[texts]; i++) words[texts, i] = parts[i]
}

END {
	state = seed * 7919 + 12345
	for (i = 0; i < 10; i++) pick(2)
	while (made < count) {
		text = pick(texts)
		n = lengths[text]
		for (i = 1; i <= n; i++) parts[i] = words[text, i]
		for (i = pick(3); i > 0; i--) n = change(n)
		line = ""
		for (i = 1; i <= n; i++) line = line parts[i]
		# Lines that begin with it are comments to those who read ours.
		if (line ~ /^#/) line = "\001" line
		if (line == "" || line in seen) {
			# Few texts have only so many mutations.
			if (++again > 100 * count) exit
			continue
		}
		seen[line] = 1
		gsub(/\\/, "&&", line)
		gsub(/\001/, "\\n", line)
		print line
		made++
	}
}
