# The rules of a rule file, for the mutations of tests/property/cut_rules.sh: a line for
# each, "FIRST-LINE COLUMN LAST-LINE COLUMN TEXT", the columns of its first and its last
# byte.  Rules end with a comma, directives with a semicolon, blocks with a brace; what
# stands in `expect` and `assert never` is no rule of the profile.
function flush_word() { first = 0; text = ""; quote = 0; paren = 0; glob = 0; empty = 1 }
BEGIN { flush_word(); tests = 0; depth = 0 }
{
	line = $0
	n = length(line)
	for (i = 1; i <= n + 1; i++) {
		c = i <= n ? substr(line, i, 1) : "\n"
		before = i > 1 ? substr(line, i - 1, 1) : "\n"
		after = i < n ? substr(line, i + 1, 1) : "\n"
		blank = (before == " " || before == "\t" || before == "\n")
		if (c == "#" && !quote && (blank || before == ";"))
			break
		if (c == "\"")
			quote = !quote
		if (empty && c !~ /[ \t\n]/) {
			empty = 0
			first = NR; column = i
		}
		if (!quote && c == "(") paren++
		if (!quote && c == ")") paren--
		if (!quote && c == "{") {
			# a block stands apart, a glob in a word; ${ and @{ never end one
			if (blank && after ~ /[ \t\n]/) {
				depth++
				if (!tests && text ~ /^(expect|assert)/)
					tests = depth
				flush_word()
				continue
			}
			glob++
		}
		if (!quote && c == "}") {
			if (glob)
				glob--
			else {
				if (tests == depth)
					tests = 0
				depth--
				flush_word()
				continue
			}
		}
		if (!quote && !glob && !paren && c == ";") {
			flush_word()
			continue
		}
		if (!empty)
			text = text (c == "\n" || c == "\t" ? " " : c)
		if (!quote && !glob && !paren && c == "," && after ~ /[ \t\n]/ &&
		    !directive()) {
			if (!tests && depth) {
				gsub(/ +/, " ", text)
				print first, column, NR, i, text
			}
			flush_word()
		}
	}
}
# Their commas stand between words.
function directive(  word) {
	word = text
	sub(/ .*/, "", word)
	return index(" requires conflicts use flags param when slug lxc accept template " \
		"tunables deprecated if for else condition profile fragment attach ",
		" " word " ")
}
