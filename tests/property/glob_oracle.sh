# What the glob engine claims, held against apparmor_parser: glob_pairs makes up pairs of
# globs, here they become rules.  A covered rule must leave the compiled policy as it is;
# names that are said to be disjoint may have two kinds of exec transition, and names that
# are said to overlap may not.  A variable must not matter, whatever its value.
. "${top_srcdir:-.}/tests/support/tap.sh"

pairs=${GLOB_PAIRS:-$build/tests/property/glob_pairs}
parser=${APPARMOR_PARSER:-apparmor_parser}
PATH=$PATH:/usr/sbin:/sbin
seed=${GLOB_SEED:-20240607}
tab=$(printf '\t')

if ! command -v "$parser" >"$out"; then
	skip 'globs against apparmor_parser' 'there is no apparmor_parser'
	finish
	exit
fi

compile() # FILE
{
	timeout 10 "$parser" -QKS --config-file /dev/null "$1" 2>"$err"
}

# One profile for each pair, with the rules that the formats make of its two globs.
profiles() # VALUE WIDE-RULE NARROW-RULE FILE
{
	echo "@{v}=$1"
	W=$2 N=$3 awk -F '\t' '
		function rule(format, glob,    at) {
			at = index(format, "%")
			if (!at) return
			print substr(format, 1, at - 1) glob substr(format, at + 1)
		}
		{
			print "profile p" NR " {"
			rule(ENVIRON["W"], $4)
			rule(ENVIRON["N"], $5)
			print "}"
		}' "$4"
}

# Prints the pairs for which CHECK fails, found by halving.
offenders() # CHECK VALUE FILE
{
	"$1" "$2" "$3" && return
	offenders_count=$(wc -l <"$3")
	if [ "$offenders_count" -eq 1 ]; then
		echo "with @{v}=$2: $(cut -f 4,5 "$3")"
		return
	fi
	head -n $((offenders_count / 2)) "$3" >"$3.a"
	tail -n +$((offenders_count / 2 + 1)) "$3" >"$3.b"
	(offenders "$1" "$2" "$3.a")
	(offenders "$1" "$2" "$3.b")
}

none() # CHECK VALUE FILE: there are pairs, and none of them offends
{
	[ -s "$3" ] || { echo 'no pairs to judge'; return 1; }
	found=$(offenders "$@")
	[ -z "$found" ] || { echo "$found"; return 1; }
}

covered() # VALUE FILE
{
	profiles "$1" '"%" r,' '' "$2" >"$2.wide"
	profiles "$1" '"%" r,' '"%" r,' "$2" >"$2.both"
	compile "$2.wide" >"$2.1" && compile "$2.both" >"$2.2" && cmp -s "$2.1" "$2.2"
}

# A rule without a glob would win over one with, so that all begin with one.  Names that
# begin with "//" are left out, for behind it they would be squeezed.
exec_rules() # VALUE FILE
{
	profiles "$1" '"/?%" ix,' '"/?%" px,' "$2" >"$2.exec"
	compile "$2.exec" >"$2.1"
}

disjoint() # VALUE FILE
{
	exec_rules "$@"
}

overlapping() # VALUE FILE: of one pair
{
	! exec_rules "$@" && grep -q 'conflicting x modifiers' "$err"
}

every_overlapping() # FILE
{
	[ -s "$1" ] || { echo 'no pairs to judge'; return 1; }
	while IFS= read -r line; do
		printf '%s\n' "$line" >"$1.one"
		overlapping a "$1.one" || { echo "$line"; return 1; }
	done <"$1"
}

pick() # PATTERN COUNT: pairs whose names may stand behind a prefix
{
	grep "^$1" pairs | grep -v "${tab}//" | head -n "$2"
}

run "$pairs" "${GLOB_COUNT:-6000}" "$seed"
exits 0 'pairs are made'
cp "$out" "$scratch/pairs"
cd "$scratch" || exit 99
grep "^yes${tab}[a-z]*${tab}0" pairs >covered
grep "^yes${tab}[a-z]*${tab}1" pairs >covered.var
pick "[a-z]*${tab}no${tab}0" 400 >disjoint
pick "[a-z]*${tab}no${tab}1" 200 >disjoint.var
pick "[a-z]*${tab}yes${tab}0" 150 >overlapping
pick "[a-z]*${tab}yes${tab}1" 50 >>overlapping

ok "each of $(wc -l <covered) covered rules is redundant" none covered a covered
ok "each of $(wc -l <disjoint) disjoint pairs compiles" none disjoint a disjoint
ok "each of $(wc -l <overlapping) overlapping pairs conflicts" \
	every_overlapping overlapping
# In {{,@{v}},} with nothing for @{v} the parser loops for ever.
grep -v '{[^v]' covered.var >covered.flat
grep -v '{[^v]' disjoint.var >disjoint.flat
for value in a /a/ / '""' '*' '**' '{a,b/}' 'a,b' 'a b/'; do
	set -- covered.var disjoint.var
	[ "$value" != '""' ] || set -- covered.flat disjoint.flat
	ok "with @{v}=$value too: $(wc -l <"$1") covered" \
		none covered "$value" "$1"
	ok "with @{v}=$value too: $(wc -l <"$2") disjoint" \
		none disjoint "$value" "$2"
done

# The oracle itself: it must see what is not so.
printf 'no\tyes\t0\t/a/*\t/a/\n' >wrong
ok 'a rule that is not covered is found' not none covered a wrong
printf 'no\tyes\t0\t/a/*\t/a/b*\n' >wrong
ok 'an overlap is found' not none disjoint a wrong
printf 'no\tno\t0\t/a/*\t/a/\n' >wrong
ok 'disjoint names are told from overlapping ones' not every_overlapping wrong

finish
