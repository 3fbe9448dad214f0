# What the rule kinds take and refuse, held against apparmor_parser: the rules of rules.ok
# must compile to the same bytes in our canonical spelling, those of rules.bad must be
# refused by both, and so on; each list says what it holds.  The rules of the abstractions
# that are installed here are judged as well.
. "${top_srcdir:-.}/tests/support/tap.sh"
. "$top/tests/support/halving.sh"

tool=${RULE_TOOL:-$build/tests/property/rule_tool}
rules=$top/tests/property
tab=$(printf '\t')
needs_parser 'rule kinds against apparmor_parser'

preamble()
{
	echo 'abi <abi/3.0>,'
	echo 'include <tunables/global>'
	echo '@{V}=/a /b'
}

# One profile for each line of FILE, from its column N.
profiles() # N FILE
{
	preamble
	cut -f "$1" "$2" | awk '{ print "profile p" NR " {"; print; print "}" }'
}

# Do both columns of FILE compile, and to the same bytes?
agree() # FILE
{
	profiles 1 "$1" >"$scratch/a.profile"
	profiles 2 "$1" >"$scratch/b.profile"
	compile "$scratch/a.profile" >"$scratch/a" &&
		compile "$scratch/b.profile" >"$scratch/b" &&
		cmp -s "$scratch/a" "$scratch/b"
}

compiles() # FILE
{
	profiles 2 "$1" >"$scratch/b.profile"
	compile "$scratch/b.profile" >"$scratch/b"
}

# RULE<TAB>TEXT for each rule of FILE, and a file of the verdicts that are not VERDICT.
judge() # VERDICT FILE RESULT
{
	grep -v -e '^#' -e '^$' "$2" >"$3.rules"
	"$tool" rules <"$3.rules" >"$3.verdicts" || exit 99
	paste "$3.rules" "$3.verdicts" >"$3.all"
	awk -F '\t' -v want="$1" '$2 != want' "$3.all" >"$3.others"
	cut -f 1,3 "$3.all" >"$3"
	echo "# $(wc -l <"$3") rules of ${2##*/}"
}

empty() # FILE
{
	[ ! -s "$1" ] || { head -n 20 "$1"; return 1; }
}

# Prints the rules of FILE that the parser does not answer with STATUS: 0 takes, 1
# refuses.
not_answered() # STATUS FILE
{
	while read -r rule; do
		{ preamble; echo 'profile t {'; printf '%s\n' "$rule"; echo '}'; } \
			>"$scratch/one.profile"
		got=0
		compile "$scratch/one.profile" >"$scratch/one" || got=1
		[ "$got" = "$1" ] || printf '%s\n' "$rule"
	done <"$2"
}

answered() # STATUS FILE
{
	[ -z "$(not_answered "$@" | tee "$scratch/not_answered")" ] || {
		cat "$scratch/not_answered"
		return 1
	}
}

judge ok "$rules/rules.ok" "$scratch/ok"
ok 'we take the rules of rules.ok, and print them so that they read the same again' \
	empty "$scratch/ok.others"
ok 'our spelling of them compiles to the same bytes' none agree "$scratch/ok"

judge bad "$rules/rules.bad" "$scratch/bad"
ok 'we refuse the rules of rules.bad' empty "$scratch/bad.others"
ok 'so does apparmor_parser' answered 1 "$scratch/bad.rules"
ok 'every refusal has a slug' not grep -q "${tab}silent:" "$scratch/bad.verdicts"

judge bad "$rules/rules.strict" "$scratch/strict"
ok 'we refuse the rules of rules.strict' empty "$scratch/strict.others"
ok 'apparmor_parser takes them' answered 0 "$scratch/strict.rules"
awk '/^# [a-z-]+:/ { slug = substr($2, 1, length($2) - 1) }
	/^[^#]/ { print slug }' \
	"$rules/rules.strict" >"$scratch/slugs"
sed 's/^bad\t\([^:]*\):.*/\1/' "$scratch/strict.verdicts" >"$scratch/strict.slugs"
same "$scratch/slugs" "$scratch/strict.slugs" 'for the reason that each stands under'

judge ok "$rules/rules.respelt" "$scratch/respelt"
ok 'we take the rules of rules.respelt' empty "$scratch/respelt.others"
ok 'apparmor_parser refuses them' answered 1 "$scratch/respelt.rules"
ok 'and takes our spelling of them' none compiles "$scratch/respelt"

judge ok "$rules/rules.late" "$scratch/late"
ok 'we take the rules of rules.late' empty "$scratch/late.others"
ok 'apparmor_parser 3.0 does not know them' answered 1 "$scratch/late.rules"

# Every word of the kinds in every place, right or wrong as the parser says.
products() # KIND COUNT
{
	awk -v kind="$1" -f "$rules/rules.awk" >"$scratch/$1"
	[ "$(wc -l <"$scratch/$1")" -ge "$2" ] || { echo 'too few'; return 1; }
	judge ok "$scratch/$1" "$scratch/made"
	grep "^[^$tab]*${tab}ok$tab" "$scratch/made.all" | cut -f 1,3 >"$scratch/taken"
	cut -f 1 "$scratch/made.others" >"$scratch/refused"
	! grep -v "${tab}bad$tab" "$scratch/made.others" || return 1
	products_fine=0
	none agree "$scratch/taken" || products_fine=1
	answered 1 "$scratch/refused" || products_fine=1
	return "$products_fine"
}

all_products() # WHOSE
{
	while read -r kind count; do
		ok "$1$kind: of $count products we refuse what the parser refuses" \
			products "$kind" "$count"
	done <<-END
		file 500
		mount 350
		network 200
		unix 200
		dbus 160
		signal 190
		ptrace 150
		small 440
	END
}

all_products ''

# What is installed: rules on one line, in files that are to be included.
find /etc/apparmor.d/abstractions -type f -exec cat {} + 2>"$err" | tr '\t' ' ' |
	sed -e 's/ #.*//' -e 's/^ *//' -e 's/ *$//' | grep -E '^[^#].*,$' |
	grep -v -e '^abi' -e '^include' -e '@{system_share_dirs}' \
		-e '@{user_share_dirs}' \
		-e '^[a-z_]*=' | sort -u >"$scratch/list"
if [ -s "$scratch/list" ]; then
	judge ok "$scratch/list" "$scratch/real"
	# Lines that only end a rule are no rules.
	grep -v "${tab}syntax: " "$scratch/real.others" >"$scratch/real.refused"
	ok 'we take the rules of the installed abstractions' empty "$scratch/real.refused"
	awk -F '\t' '$2 == "ok" { print $1 "\t" $3 }' "$scratch/real.all" >"$scratch/real"
	ok 'our spelling of them compiles to the same bytes' none agree "$scratch/real"
else
	skip 'the installed abstractions' 'there are none'
fi

# The same lists before apparmor_parser 4.1, with the features that debian13 has.
if [ -n "${AAC_PARSER41-}" ]; then
	compile() { compile41 "$1"; }
	preamble()
	{
		echo 'include <tunables/global>'
		echo '@{V}=/a /b'
	}
	ok '4.1: our spelling of rules.ok compiles to the same bytes' \
		none agree "$scratch/ok"
	grep -v -x -F -f "$rules/rules.old" "$scratch/bad.rules" >"$scratch/bad41"
	ok '4.1: the rules of rules.bad are refused' answered 1 "$scratch/bad41"
	grep -v '^#' "$rules/rules.old" >"$scratch/old"
	ok '4.1: but for those of rules.old' answered 0 "$scratch/old"
	ok '4.1: our spelling of rules.late compiles to the same bytes' \
		none agree "$scratch/late"
	all_products '4.1: '
else
	skip 'the same with parser 4.1' 'AAC_PARSER41 names none'
fi

finish
