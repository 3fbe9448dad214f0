# shellcheck shell=sh
# shellcheck disable=SC2154 # tap.sh has set $top
# What the files for editors are held to; sourced behind tap.sh by their tests. Each of
# these writes `wanted`, lines of `LINE WORD GROUP...`, for a text: the first such word of
# that line is of one of these groups, in the terms of Vim's file; - is none.
#
#   editor_cases               words where they stand, from editors.cases, in sample.aaf
#   editor_words               every word of the language, in words.aaf: none is forgotten
#   editor_statements FILE     the first words of the statements of a shipped rule file

table_words() # FILE TABLE: the first string of each row of the array TABLE
{
	sed -n "/$2\[\] = {/,/^};/p" "$1" | grep -o '{ "[a-z]*", [A-Z]' | cut -d '"' -f 2
}

vocabulary()
{
	case $1 in
	directives) sed -n '/^} directives\[\] = {/,/^};/p' "$top/grammar/aaf.l" |
		grep -o '{ "[a-z]*", TOK' | cut -d '"' -f 2 ;;
	words) table_words "$top/grammar/aaf.l" words ;;
	qualifiers) table_words "$top/grammar/aaf.l" qualifiers ;;
	kinds) sed -n 's/^KIND([A-Z_]*, \([a-z_]*\))$/\1/p' "$top/src/core/kinds.def" |
		grep -vx variable && echo unmount ;;
	types) grep -o '{ "[a-z]*", AAC_TYPE' "$top/src/core/parse_node.c" |
		cut -d '"' -f 2 ;;
	esac
}

# In the cases the line behind lines of `> WORD GROUP` is the text.
editor_cases()
{
	awk '/^> / { held[++n] = $2 " " $3; next }
		{ print >"sample.aaf"; line++
		  for (i = 1; i <= n; i++) print line, held[i] >"wanted"; n = 0 }' \
		"$top/tests/support/editors.cases"
}

demand() # WORD GROUPS TEXT
{
	number=$((number + 1))
	printf '%s\n' "$3" >>words.aaf
	echo "$number $1 $2" >>wanted
}

editor_words()
{
	number=0
	: >words.aaf
	: >wanted
	for word in $(vocabulary directives); do
		demand "$word" Directive "    $word \"x\";"
	done
	# Behind a directive that holds no other word.
	for word in $(vocabulary words) $(vocabulary types); do
		demand "$word" 'Word Operator Type Constant' "    tunables $word x;"
	done
	for word in $(vocabulary qualifiers); do
		demand "$word" Qualifier "    $word /x r,"
	done
	demand priority Qualifier '    priority=5 /x r,'
	for word in $(vocabulary kinds); do
		demand "$word" 'Kind Include' "    deny $word <x>,"
	done
}

editor_statements() # FILE
{
	awk -v directives=" $(vocabulary directives | tr '\n' ' ')" '
		{ split($0, word, /[ ;]+/); first = word[1] == "" ? word[2] : word[1] }
		first ~ /^##/ { print NR, "##", "Doc"; next }
		first ~ /^#/ { print NR, "#", "Comment"; next }
		first ~ /^\// { print NR, "/", "Path"; next }
		first ~ /^@/ { print NR, "@", "Variable"; next }
		first ~ /^(mount|capability|signal|ptrace|umount|file)$/ {
			print NR, first, "Kind"; next }
		first ~ /^(audit|deny|allow)$/ { print NR, first, "Qualifier"; next }
		first != "" && index(directives, " " first " ") {
			print NR, first, "Directive" }' "$1" >wanted
}

# Those lines of `wanted` that the groups in FILE, line by line, do not satisfy.
editor_misses() # FILE
{
	paste -d ' ' wanted "$1" | awk '{ found = 0
		for (i = 3; i < NF; i++) found += $i == $NF
		if (!found) print }'
}
