# VS Code's files: what its grammar makes of words where they stand, of every word of the
# language and of all shipped rules, by a tokeniser of our own; by VS Code's, too, where
# AAC_NODE_MODULES names the folder that tests/support/vscode_tokeniser.sh prints.
. "${top_srcdir:-.}/tests/support/tap.sh"
. "$top/tests/support/editors.sh"
cd "$scratch" || exit 99
files=$top/doc/editors/vscode
grammar=$files/syntaxes/aaf.tmLanguage.json

for file in package.json language-configuration.json syntaxes/aaf.tmLanguage.json; do
	ok "$file is JSON" jq -e . "$files/$file"
done
for file in $(jq -r '.contributes | .languages[].configuration, .grammars[].path' \
	"$files/package.json"); do
	ok "package.json names $file" test -f "$files/$file"
done
is "$(jq -r '.contributes.grammars[0].scopeName' "$files/package.json")" \
	"$(jq -r .scopeName "$grammar")" 'and the scope of the grammar'

if ! python3 -c '' 2>/dev/null; then
	skip "VS Code's grammar" 'no python3'
	finish
fi

tokens() # FILE: into $out
{
	run python3 "$top/tests/support/textmate.py" "$grammar" "$1"
}

# The innermost scopes of what `wanted` names, in the terms of Vim's file; a line each.
groups() # FILE, whose tokens are in $out
{
	awk 'BEGIN {
		map["comment.line.documentation"] = "Doc"
		map["comment.line.number-sign"] = "Comment"
		map["constant.language"] = "Constant"
		map["constant.numeric"] = "Number"
		map["constant.other.permissions"] = "Permissions"
		map["entity.name.type"] = "Clause"
		map["keyword.control"] = "Directive"
		map["keyword.control.import"] = "Include"
		map["keyword.operator.arrow"] = "Arrow"
		map["keyword.operator.word"] = "Operator"
		map["keyword.other"] = "Word"
		map["keyword.other.except"] = "Except"
		map["keyword.other.without"] = "Less"
		map["meta.directive"] = "Clause"
		map["source"] = "-"
		map["storage.modifier"] = "Qualifier"
		map["storage.type.rule"] = "Kind"
		map["string.quoted.double"] = "String"
		map["string.unquoted.include"] = "File"
		map["string.unquoted.path"] = "Path"
		map["string.unquoted.value"] = "Value"
		map["support.type"] = "Type"
		map["variable.other.constant"] = "Variable"
		map["variable.other.hole"] = "Hole"
		map["variable.other.json"] = "Json"
		map["variable.parameter"] = "Key"
	}
	FILENAME == ARGV[1] { text[FNR] = $0; next }
	FILENAME == ARGV[2] { run[$1, ++runs[$1]] = $2 " " $3 " " $NF; next }
	{
		at = index(text[$1], $2) - 1
		for (i = 1; i <= runs[$1]; i++) {
			split(run[$1, i], token, " ")
			if (token[1] <= at && at < token[2]) break
		}
		sub(/\.aaf$/, "", token[3])
		print token[3] in map ? map[token[3]] : token[3]
	}' "$1" "$out" wanted
}

run python3 "$top/tests/support/textmate.py" "$grammar"
exits 0 'every expression compiles, every include leads somewhere'

editor_cases
sed -i 's/ \(Rest\|Value\)$/& Path Key/' wanted # which are one with these here
tokens sample.aaf
silent 'the tokeniser has nothing to complain about'
groups sample.aaf >result
is "$(editor_misses result)" '' 'words have the scopes of where they stand'
ok 'these are many' test "$(wc -l <result)" -gt 80
sed '1s/.*/Path/' result >wrong
is "$(editor_misses wrong)" '1 fragment Directive Path' 'another scope would be noticed'

editor_words
tokens words.aaf
groups words.aaf >result
is "$(editor_misses result)" '' 'every word of the grammar is known'
ok 'there are many' test "$(wc -l <result)" -gt 70

for rules in "$top"/rules/*.aaf; do
	editor_statements "$rules"
	tokens "$rules"
	silent "the tokeniser reads ${rules##*/}"
	groups "$rules" >result
	is "$(editor_misses result)" '' 'its statements have their scopes'
	ok 'there are some' test "$(wc -l <result)" -gt 5
done

# ---- messages --------------------------------------------------------------------------

printf 'fragment a {\n    param x: paht;\n}\n' >wrong.aaf
run aac fmt wrong.aaf
jq -r '.contributes.problemMatchers[0].pattern.regexp' "$files/package.json" >regexp
python3 - "$err" >found <<-'PY'
	import re, sys
	regexp = re.compile(open("regexp").read().rstrip("\n"))
	for line in open(sys.argv[1]):
	    match = regexp.search(line.rstrip("\n"))
	    if match:
	        print(*match.groups(), sep="|")
PY
is "$(cat found)" "wrong.aaf|2|14|error|there is no type 'paht'|unknown-type" \
	'the problem matcher reads our messages, and the line with the caret is none'

# ---- VS Code's own ---------------------------------------------------------------------

modules=${AAC_NODE_MODULES-}
if [ ! -d "$modules/vscode-textmate" ] || ! command -v node >/dev/null; then
	skip "VS Code's own tokeniser" 'AAC_NODE_MODULES names none, or no node'
	finish
fi
for rules in sample.aaf words.aaf "$top"/rules/*.aaf; do
	tokens "$rules"
	cp "$out" ours
	run node "$top/tests/support/textmate.js" "$modules" "$grammar" "$rules"
	same ours "$out" "VS Code's own tokeniser says the same of ${rules##*/}"
done

finish
