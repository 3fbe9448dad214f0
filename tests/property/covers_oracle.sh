# What aac_rule_covers and aac_rule_conflict claim, held against apparmor_parser 3.0.  A
# covered rule must leave the compiled policy as it is, a deny also beneath a rule that
# allows all, or its effect would not be seen.  Pairs that conflict must be refused, the
# others taken.
. "${top_srcdir:-.}/tests/support/tap.sh"
. "$top/tests/support/halving.sh"

tool=${RULE_TOOL:-$build/tests/property/rule_tool}
rules=$top/tests/property
needs_parser 'covers and conflicts against apparmor_parser'

# ALL<TAB>RULE<TAB>RULE for all pairs of one group of FILE.
all_pairs() # FILE
{
	awk '
		function flush(    i, j) {
			for (i = 1; i <= n; i++)
				for (j = 1; j <= n; j++)
					if (i != j) print all "\t" rule[i] "\t" rule[j]
			n = 0
		}
		/^## / { flush(); all = substr($0, 4); next }
		/^#/ || /^$/ { next }
		{ rule[++n] = $0 }
		END { flush() }' "$1"
}

# ALL<TAB>COVERS<TAB>OVERLAP<TAB>CONFLICT<TAB>RULE<TAB>RULE, rules as narrowed for PARSER.
claims() # FILE PARSER
{
	all_pairs "$1" >"$scratch/pairs"
	cut -f 2,3 "$scratch/pairs" | "$tool" pairs "$2" >"$scratch/answers" || exit 99
	cut -f 1 "$scratch/pairs" | paste - "$scratch/answers"
}

# ALL<TAB>RULE<TAB>RULE of the claims for which the awk expression TEST holds.
where() # TEST FILE
{
	awk -F '\t' "$1"' { print $1 "\t" $5 "\t" $6 }' "$2" | sort -u
}

# Drops the pairs of FILE, in this order.
without_known() # FILE
{
	awk -F '\t' -v known="$1" '
		BEGIN { while ((getline line <known) > 0) skip[line] = 1 }
		!(($2 FS $3) in skip)'
}

# One profile for each ALL<TAB>WIDE<TAB>NARROW of FILE; both rules or the wide one alone.
profiles() # BOTH FILE
{
	echo 'abi <abi/3.0>,'
	echo '@{V}=/a /b'
	echo '@{PROC}=/proc/'
	awk -F '\t' -v both="$1" '{
		print "profile p" NR " {\n" $1 "\n" $2
		if (both) print $3
		print "}"
	}' "$2"
}

covered() # FILE
{
	profiles '' "$1" >"$scratch/a.profile"
	profiles 1 "$1" >"$scratch/b.profile"
	compile "$scratch/a.profile" >"$scratch/a" &&
		compile "$scratch/b.profile" >"$scratch/b" &&
		cmp -s "$scratch/a" "$scratch/b"
}

merged() # FILE
{
	profiles 1 "$1" >"$scratch/b.profile"
	compile "$scratch/b.profile" >"$scratch/b"
}

# Each pair of FILE that the parser takes, or refuses for another reason, is printed.
not_refused() # FILE
{
	while IFS= read -r pair; do
		printf '%s\n' "$pair" >"$scratch/pair"
		if merged "$scratch/pair" ||
			! grep -q 'conflicting x modifiers' "$err"; then
			cat "$scratch/pair"
		fi
	done <"$1"
}

all_refused() # FILE
{
	[ -s "$1" ] || { echo 'nothing to judge'; return 1; }
	not_refused "$1" >"$scratch/taken"
	[ ! -s "$scratch/taken" ] || { cat "$scratch/taken"; return 1; }
}

claims "$rules/covers.rules" 3.0.8 >"$scratch/covers"
ok 'every rule of covers.rules is one' not grep error "$scratch/covers"
where '$2 == 1 && $5 != $6' "$scratch/covers" | sed 's/^[^	]*//' | sort -u |
	without_known "$rules/covers.known" >"$scratch/alone"
echo "# $(wc -l <"$scratch/alone") claims of $(wc -l <"$scratch/covers") pairs"
ok 'a covered rule leaves the compiled policy as it is' none covered "$scratch/alone"
where '$2 == 1 && $5 != $6 && $5 ~ /deny /' "$scratch/covers" >"$scratch/denied"
echo "# $(wc -l <"$scratch/denied") claims about deny rules"
ok 'so does a covered deny beneath a rule that allows all' none covered "$scratch/denied"

conflicts() # PARSER WHOSE
{
	claims "$rules/conflicts.rules" "$1" >"$scratch/conflicts"
	ok "$2every rule of conflicts.rules is one" not grep error "$scratch/conflicts"
	where '$4 == 1 && $5 <= $6' "$scratch/conflicts" >"$scratch/clash"
	where '$4 == 0 && $5 <= $6' "$scratch/conflicts" |
		without_known "$rules/conflicts.known" >"$scratch/fine"
	echo "# $(wc -l <"$scratch/clash") conflicts, $(wc -l <"$scratch/fine") others"
	ok "$2pairs with conflicting exec transitions are refused" \
		all_refused "$scratch/clash"
	ok "$2the others are taken" none merged "$scratch/fine"
}

conflicts 3.0.8 ''
if [ -n "${AAC_PARSER41-}" ]; then
	compile() { compile41 "$1"; }
	conflicts 4.1 '4.1: '
else
	skip 'conflicts with parser 4.1' 'AAC_PARSER41 names none'
fi

finish
