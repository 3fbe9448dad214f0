# Vim's files: syntax groups of words where they stand, every word of the grammar, all
# shipped rules; the layout by `fmt`, and our messages in the quickfix list.
. "${top_srcdir:-.}/tests/support/tap.sh"
. "$top/tests/support/editors.sh"
cd "$scratch" || exit 99
files=$top/doc/editors/vim

if ! vim --version 2>/dev/null | grep -q '+syntax'; then
	skip "Vim's files" 'no vim with +syntax'
	finish
fi
PATH=$build:$PATH
HOME=$scratch
export PATH HOME
unset VIM VIMRUNTIME VIMINIT

# FILE SCRIPT...: Vim as it is after installation, with our files; what it complains about
# stands in $err, and what the script puts into `result`, in that file.
edit()
{
	file=$1
	shift
	printf '%s\n' 'let result = []' "$@" 'call writefile(result, "result")' 'qa!' \
		>script
	rm -f result
	run timeout 60 vim -X -V1 -es -u NONE -i NONE -N --cmd "set rtp^=$files" \
		--cmd 'filetype plugin indent on' --cmd 'syntax on' "$file" -S script
	grep '^E[0-9]*:\|^Error' "$err" >complaints
	ok "Vim has nothing to complain about in ${file##*/}" \
		test ! -s complaints -a -s result
}

# ---- groups ----------------------------------------------------------------------------

# The groups of what `wanted` names, a line each.
groups='for line in readfile("wanted")
  let [n, word] = split(line, " ")[0:1]
  let at = stridx(getline(n), word)
  let group = substitute(synIDattr(synID(n, at + 1, 1), "name"), "^aaf", "", "")
  call add(result, group ==# "" ? "-" : group)
endfor'
editor_cases
edit sample.aaf 'let result = [&filetype]'
is "$(cat result)" aaf 'the type of a file is found by its name'
edit sample.aaf "$groups"
is "$(editor_misses result)" '' 'words have the groups of where they stand'
ok 'these are many' test "$(wc -l <result)" -gt 80
sed '1s/.*/Path/' result >wrong
is "$(editor_misses wrong)" '1 fragment Directive Path' 'another group would be noticed'

editor_words
edit words.aaf "$groups"
is "$(editor_misses result)" '' 'every word of the grammar is known'
ok 'there are many' test "$(wc -l <result)" -gt 70

for rules in "$top"/rules/*.aaf; do
	editor_statements "$rules"
	edit "$rules" "$groups"
	is "$(editor_misses result)" '' "the statements of ${rules##*/}"
	ok 'there are some' test "$(wc -l <result)" -gt 5
done

# ---- fmt, lint, messages ---------------------------------------------------------------

printf 'fragment a { capability   chown,\n/x    r, }\n' >ugly.aaf
aac fmt - <ugly.aaf >pretty.aaf
edit ugly.aaf 'normal! gg=G' 'let result = getline(1, "$")'
same pretty.aaf result '= is fmt'
edit pretty.aaf 'normal! ggOx' 'let result = [&commentstring, &makeprg, getline(1)]' \
	'call setline(1, "fragment y {")' 'normal! ox' 'call add(result, getline(2))' \
	'normal! o}' 'call add(result, getline(3))'
is "$(sed -n 1p result)" '# %s' 'a comment is written so'
is "$(sed -n 2p result | tr -s ' ')" 'aa-compose --color=never lint %:S' ':make is lint'
is "$(sed -n '4,5p' result)" '    x
}' 'a block is indented, its end is not'
edit pretty.aaf 'let g:aa_compose_options = "-r mine"' 'edit!' 'let result = [&makeprg]'
is "$(cat result)" 'aa-compose --color=never -r mine lint %:S' 'with options of the user'

mkdir mine
printf 'fragment a {\n    param root: path = "/x" from .root;\n    when .a is set;\n' \
	>mine/a.aaf
printf '    ${root}/ r,\n}\nfragment b {\n    param x: paht;\n}\n' >>mine/a.aaf
echo '{"lxc_configs": {"1": {"a": 1, "root": 5}}}' >c.json
run aac fmt mine/a.aaf
cp "$err" messages
sed -i 's/paht/path = "\/y"/' mine/a.aaf
run aac -r mine -c c.json --target debian12 show
cat "$err" >>messages
sed -i 's/5}/"\/r"}/' c.json
run aac -r mine -c c.json --target debian12 show
cat "$err" >>messages
run aac -r missing list
cat "$err" >>messages
list='for e in getqflist()
  call add(result, (e.bufnr ? bufname(e.bufnr) : "-") . " " . e.lnum . " " . e.col . " "
  \ . e.type . " " . substitute(e.text, "\n", " / ", "g"))
endfor'
# cgetexpr reads with the global value, :make with the buffer's.
edit mine/a.aaf 'let &g:errorformat = &l:errorformat' \
	'cgetexpr readfile("messages")' "$list"
is "$(cut -d ' ' -f 1-4 result)" 'mine/a.aaf 7 14 E
c.json 1 40 E
mine/a.aaf 2 11 I
mine/a.aaf 6 10 W
- 0 0 E' 'messages have file, line, column and sort'
ok 'and the cure' grep -q "no type 'paht' .unknown-type. / types: path" result
ok 'but no line with a caret' not grep -q '\^~\|5 |' result

run aac lint --help
if [ "$status" -ne 0 ]; then
	skip ':make' 'aa-compose has no lint'
	finish
fi
printf 'fragment a {\n    param x: paht;\n}\n' >wrong.aaf
edit wrong.aaf 'silent make!' "$list"
ok ':make finds the place' grep -q '^wrong.aaf 2 14 E' result

finish
