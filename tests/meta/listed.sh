# Makefile.am's lists are written by hand: each file of the tree stands in them, or the
# folder that it is in, or the release's archive and the tests would quietly lack it.
. "${top_srcdir:-.}/tests/support/tap.sh"
cd "$top" || exit 99

listed() # FILE: it or a folder above it is a word of Makefile.am; programs have no .c
{
	name=$1
	while [ "$name" != . ]; do
		grep -qxF -e "$name" "$scratch/words" && return
		name=$(dirname "$name")
	done
	case $1 in
	tests/*.c) grep -qxF -e "${1%.c}" "$scratch/words" ;;
	*) return 1 ;;
	esac
}

all_listed() # FILE...
{
	found=$(for file; do listed "$file" || echo "$file"; done)
	[ -z "$found" ] || { echo "not in Makefile.am: $found"; return 1; }
}

all_there() # WORD...
{
	found=$(for word; do [ -e "$word" ] || [ -e "$word.c" ] || echo "$word"; done)
	[ -z "$found" ] || { echo "in Makefile.am but not here: $found"; return 1; }
}

tr -s '[:blank:]\134' '\n' <Makefile.am >"$scratch/words"
for folder in src grammar rules templates examples doc tests; do
	# shellcheck disable=SC2046 # names without spaces
	ok "each file of $folder is listed" all_listed $(find "$folder" -type f \
		! -path 'grammar/aaf.[ch]' ! -path grammar/aaf_lex.c \
		! -path grammar/jq_guard_lex.c \
		! -name '.*' ! -name '*~' ! -name '*.o' ! -name '*.log' ! -name '*.trs')
done
# shellcheck disable=SC2046
ok 'what is listed is there' all_there $(grep -E \
	'^(src|rules|templates|examples|doc|tests)/[a-zA-Z0-9_/.-]*$' "$scratch/words" |
	grep -v '_LDADD\|_LDFLAGS')
ok 'a file that is not listed is found' not all_listed src/core/no-such-file.c

finish
