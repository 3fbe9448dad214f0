# What fits the eye: functions of at most 60 lines, files of at most 500 (the header
# comment of a longer one says "Long because ..."), lines of at most 90 columns (tables,
# as *.def and productions are, and rules have one row a line, of at most 120); each file
# of source opens with a comment that says what it is.
. "${top_srcdir:-.}/tests/support/tap.sh"
cd "$top" || exit 99
LC_ALL=C.UTF-8

sources=$(find src tests -name '*.[ch]' | sort)
texts=$(find src grammar tests rules templates bootstrap .ci/run -type f \
	! -path 'tests/golden/*' \( -name run -o \
	-name '*.[chly]' -o -name '*.def' -o -name '*.sh' -o -name '*.aaf' -o \
	-name bootstrap \) ! -path 'grammar/aaf.[ch]' ! -path grammar/aaf_lex.c \
	! -path grammar/jq_guard_lex.c | sort)

long_functions() # LIMIT FILE...
{
	limit=$1
	shift
	found=$(ctags -x --languages=C --kinds-C=f \
		--_xformat='%{name} %{line} %{end} %{input}' "$@" |
		awk -v limit="$limit" '$3 - $2 + 1 > limit {
			print $4 ":" $2 ": " $1 " has " $3 - $2 + 1 " lines" }')
	[ -z "$found" ] || { echo "$found"; return 1; }
}

long_files() # LIMIT FILE...
{
	limit=$1
	shift
	found=$(for file; do
		lines=$(wc -l <"$file")
		[ "$lines" -le "$limit" ] ||
			head -n 15 "$file" | grep -q 'Long because' ||
			echo "$file has $lines lines"
	done)
	[ -z "$found" ] || { echo "$found"; return 1; }
}

# wc -L counts columns as a terminal would, a tab to the next eighth.
wide_lines() # LIMIT FILE...
{
	limit=$1
	shift
	found=$(for file; do
		width=$(wc -L <"$file")
		[ "$width" -le "$limit" ] || echo "$file is $width columns wide"
	done)
	[ -z "$found" ] || { echo "$found"; return 1; }
}

no_header() # FILE...
{
	found=$(for file; do
		head -n 3 "$file" | grep -qE '^(/\*|//|#)' || echo "$file"
	done)
	[ -z "$found" ] || { echo "no comment at the top: $found"; return 1; }
}

is "$(ctags --version | head -n 1 | grep -c Universal)" 1 'ctags is Universal Ctags'
# shellcheck disable=SC2086,SC2046 # lists of names without spaces
{
	ok 'functions have at most 60 lines' long_functions 60 $sources
	ok 'files have at most 500 lines' long_files 500 $texts
	ok 'lines have at most 90 columns' wide_lines 90 \
		$(printf '%s\n' $texts | grep -v '\.def$\|\.[ly]$\|\.aaf$')
	ok 'rows of tables have at most 120 columns' wide_lines 120 $texts
	ok 'each .c file opens with a comment' \
		no_header $(printf '%s\n' $sources | grep 'c$')
}
is "$(printf '%s\n' "$sources" | grep -E '/(util|helper|misc|common|manager)s?\.')" '' \
	'no file is called util, helper, misc, common or manager'

printf 'int f(void)\n{\n\n\n\treturn 0;\n}\n' >"$scratch/f.c"
ok 'a function over the limit is found' not long_functions 5 "$scratch/f.c"
ok 'a function at the limit is not' long_functions 6 "$scratch/f.c"
ok 'a file over the limit is found' not long_files 5 "$scratch/f.c"
ok 'a wide line is found' not wide_lines 10 "$scratch/f.c"
ok 'a missing comment is found' not no_header "$scratch/f.c"

finish
