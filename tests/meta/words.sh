# Words that do not belong into the tree: paths of one machine, package mirrors, marks of
# work left undone, white space at the ends of lines.
. "${top_srcdir:-.}/tests/support/tap.sh"
cd "$top" || exit 99

find src grammar rules templates examples doc tests .ci bootstrap configure.ac \
	Makefile.am ./*.md -type f ! -path 'grammar/aaf.[ch]' \
	! -path grammar/aaf_lex.c ! -path grammar/jq_guard_lex.c ! -name '*.o' \
	! -name '*~' ! -name '*.log' ! -path tests/meta/words.sh \
	>"$scratch/files" 2>/dev/null

free_of() # EXTENDED-REGEX [FILE-PATTERN]
{
	! grep -E "${2:-.}" "$scratch/files" | tr '\n' '\0' |
		xargs -0 -r grep -InE -e "$1" /dev/null
}

ok 'there are files to look at' test -s "$scratch/files"
ok 'no paths of a developer'"'"'s machine' \
	free_of '(^|[^A-Za-z0-9_.*/-])/(work|farm|Users)/[a-z]'
ok 'no package mirrors' free_of '(deb|security|snapshot)\.debian\.org|registry\.npmjs'
ok 'no marks of undone work' free_of '\b(TODO|FIXME|XXX)\b|not implemented[ ]yet' \
	'^(src|grammar|rules|templates|bootstrap|configure\.ac|Makefile\.am)'
ok 'no white space at the end of a line' free_of '[[:blank:]]+$' \
	'\.([chly]|def|sh|aaf|am|ac|1|5|7)$|/run$|/bootstrap$'
ok 'C is indented with tabs' free_of '^ {8}' '\.[ch]$'

finish
