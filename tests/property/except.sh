# `PATTERN except (…)` means just that: random patterns, held against the globs' own
# automata name by name (except_tool), and compiled by apparmor_parser.  There a rule with
# exceptions, beside denies of them, is proved equal to the plain rule beside the same
# denies; alone it is proved to allow nothing of what it excepts.
. "${top_srcdir:-.}/tests/support/tap.sh"
. "$top/tests/support/halving.sh"

tool=$build/tests/property/except_tool
count=${AAC_EXCEPTS:-40}
seed=${AAC_SEED:-3}
tab=$(printf '\t')

run "$tool" 2000 "$seed"
exits 0 'name by name the ladders are exact'
ok 'there are as many as were asked for' test "$(grep -c "^/.*$tab" "$out")" -eq 2000

needs_parser 'what apparmor_parser compiles'

"$tool" "$count" $((seed + 1)) >"$scratch/cases"
cd "$scratch" || exit 99
mkdir with without with-link without-link never
cp -r "$top/templates" .

# A profile for each case: WITH or without the exceptions, DENY or assert them.  Files and
# mount points take turns; quotes keep what a list would end at.
write_rules() # WITH DENY PERMISSIONS
{
	awk -F '\t' -v with="$1" -v deny="$2" -v perms="$3" '
		function rule(path) {
			return NR % 2 ? path " " perms "," : "mount fstype=x -> " path ","
		}
		{
			printf "profile lxc-p%d {\n    when .n == %d;\n", NR, NR
			except = ""
			for (i = 2; i <= NF; i++)
				except = except (i > 2 ? ", " : " except (") "\"" $i "\""
			print "    " rule("\"" $1 "\"" (with ? except ")" : ""))
			if (!deny)
				print "    assert never {"
			for (i = 2; i <= NF; i++)
				print "    " (deny ? "deny " : "") rule("\"" $i "\"")
			print (deny ? "" : "    }\n") "}"
		}' cases
}
write_rules 1 1 rwk >with/a.aaf
write_rules 0 1 rwk >without/a.aaf
write_rules 1 1 rwkl >with-link/a.aaf
write_rules 0 1 rwkl >without-link/a.aaf
write_rules 1 0 rwkl >never/a.aaf
awk 'BEGIN { printf "{ \"lxc_configs\": {" }
	{ printf "%s \"%d\": { \"n\": %d }", (NR > 1 ? "," : ""), NR, NR }
	END { print " } }" }' cases >config.json

hold() # TARGET OPTION...
{
	target=$1
	shift
	for rules in with without with-link without-link never; do
		run aac build -q -c config.json -r $rules -t templates --no-check \
			--target "$target" -o "$rules-$target"
		exits 0 "$target: $rules: it composes"
	done
	is "$(find "with-$target" -name 'lxc-p*[0-9]' | grep -c .)" "$count" \
		"$target: all of them"
	run aac diff --target "$target" "$@" "with-$target" "without-$target"
	exits 0 "$target: with the excepted denied it is the plain rule"
	# Of links only the deny of a name that was allowed leaves no line in the log.
	for pair in 'with without' 'without with'; do
		run aac diff --target "$target" "$@" --widening-only \
			"${pair% *}-link-$target" "${pair#* }-link-$target"
		exits 0 "$target: it allows no other links than that: $pair"
	done
	run aac test -q -c config.json -r never -t templates --target "$target" "$@"
	exits 0 "$target: nothing of what is excepted is allowed"
}
hold debian12
if [ -n "${AAC_PARSER41-}" ]; then
	mkdir -p root/etc
	cp -r "$(dirname "$AAC_PARSER41")/root/etc/apparmor.d" root/etc
	hold debian13 --root root --parser "$AAC_PARSER41"
else
	skip 'the same with parser 4.1' 'AAC_PARSER41 names none'
fi

# What must be found: an exception that is not taken away.
sed 's/ except (.*) rwkl,/ rwkl,/' never/a.aaf >never/b && mv never/b never/a.aaf
run aac test -q -c config.json -r never -t templates --target debian12
exits 1 'an exception that is none is found'
finish
