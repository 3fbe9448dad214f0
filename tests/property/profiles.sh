# shellcheck shell=sh
# Whole profile text, held against apparmor_parser: what it takes we take, canonical text
# is a fixpoint and compiles to the same bytes; what it refuses we refuse.  The profiles
# that are installed here are judged as well.  AAC_PARSER41 names a parser 4.1.
. "${top_srcdir:-.}/tests/support/tap.sh"
. "$top/tests/support/halving.sh"

tool=${RULE_TOOL:-$build/tests/property/rule_tool}
texts=$top/tests/property
needs_parser 'profile text against apparmor_parser'

# FILE and its canonical text, read again, are one.
settles() # FILE
{
	"$tool" profile <"$1" >"$scratch/once" 2>"$err" || { head -n 1 "$err"; return 1; }
	"$tool" profile <"$scratch/once" >"$scratch/twice" 2>"$err" ||
		{ head -n 1 "$err"; return 1; }
	cmp "$scratch/once" "$scratch/twice"
}

# The same with COMPILE as the judge of both texts.
same_policy() # COMPILE FILE
{
	settles "$2" || return 1
	"$1" "$2" >"$scratch/a" || return 0 # not this parser's: nothing to compare
	"$1" "$scratch/once" >"$scratch/b" || { cat "$err"; return 1; }
	cmp "$scratch/a" "$scratch/b"
}

refused() # COMPILE FILE
{
	! "$1" "$2" >"$scratch/a" || { echo 'apparmor_parser takes it'; return 1; }
	! "$tool" profile <"$2" >"$scratch/once" 2>"$err" ||
		{ echo 'we take it'; return 1; }
	[ -s "$err" ] || { echo 'refused in silence'; return 1; }
}

# CHECK for each text of LIST; prints those for which it fails.
each() # LIST COUNT CHECK ARGUMENT...
{
	each_list=$1
	each_least=$2
	each_count=0
	each_bad=0
	shift 2
	while IFS= read -r text; do
		case $text in '# '*) continue ;; esac
		each_count=$((each_count + 1))
		printf '%b\n' "$text" >"$scratch/text"
		"$@" "$scratch/text" >"$scratch/why" 2>&1 && continue
		each_bad=$((each_bad + 1))
		printf '%s: %s\n' "$text" "$(head -n 1 "$scratch/why")"
	done <"$each_list"
	echo "# $each_count texts of ${each_list##*/}"
	[ "$each_bad" -eq 0 ] && [ "$each_count" -ge "$each_least" ]
}

installed()
{
	installed_count=0
	installed_bad=0
	for file in /etc/apparmor.d/*; do
		[ -f "$file" ] || continue
		compile "$file" >"$scratch/a" || continue
		installed_count=$((installed_count + 1))
		same_policy compile "$file" >"$scratch/why" 2>&1 && continue
		installed_bad=$((installed_bad + 1))
		printf '%s: %s\n' "$file" "$(head -n 1 "$scratch/why")"
	done
	echo "# $installed_count installed profiles"
	[ "$installed_bad" -eq 0 ] && [ "$installed_count" -gt 0 ]
}

ok 'right texts settle and keep their policy' \
	each "$texts/profiles.ok" 90 same_policy compile
ok 'wrong texts are refused by both' each "$texts/profiles.bad" 90 refused compile
ok 'what only 4.1 takes settles' each "$texts/profiles.late" 8 settles
ok 'installed profiles keep their policy' installed
if [ -n "${AAC_PARSER41-}" ]; then
	ok '4.1: right texts keep their policy' \
		each "$texts/profiles.ok" 90 same_policy compile41
	ok '4.1: wrong texts are refused' each "$texts/profiles.bad" 90 refused compile41
	ok '4.1: its own texts keep their policy' \
		each "$texts/profiles.late" 8 same_policy compile41
else
	skip 'the same with parser 4.1' 'AAC_PARSER41 names none'
fi
finish
