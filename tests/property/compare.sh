# Two compiled profiles compared, on what apparmor_parser writes: what was planted is
# found, with an access that shows it; what is the same is proved to be; no access of
# those that are drawn at random differs where nothing was found.
. "${top_srcdir:-.}/tests/support/tap.sh"
. "$top/tests/support/halving.sh"

compare=$build/tests/property/compare_tool
needs_parser 'comparing what apparmor_parser compiles'
tab=$(printf '\t')

# The profile of these rules, compiled into $scratch/NAME.bin.
profile() # NAME RULES FLAGS
{
	printf 'abi <abi/3.0>,\nprofile one %s{\n%s\n}\n' "${3-}" "$2" \
		>"$scratch/$1.profile"
	compile "$scratch/$1.profile" >"$scratch/$1.bin"
}

differences() # A B
{
	run "$compare" compare "$scratch/$1.bin" "$scratch/$2.bin"
}

# ---- planted: a rule more -----------------------------------------------------------

grep -v '^#' "$top/tests/property/compare.planted" >"$scratch/planted"
while IFS="$tab" read -r class access rule; do
	kept='/a/b r, change_profile -> kept, mount options=(ro, bind) /k/ -> /l/,'
	profile more "$kept $rule"
	profile less "$kept"
	differences less more
	exits 1 "found: $rule"
	cut -f 2,3,5 "$out" >"$scratch/told"
	ok "as $access" grep -qxF "gained$tab$class$tab$access" "$scratch/told"
	is "$(cut -f 1 "$scratch/told" | sort -u)" gained "and nothing lost: $rule"
	is "$(cut -f 2 "$scratch/told" | grep -cvx "$class\|network\|unix")" 0 \
		"of no other class: $rule"
	differences more less
	is "$(cut -f 2 "$out" | sort -u)" lost "lost the other way: $rule"
	run "$compare" sample "$scratch/less.bin" "$scratch/more.bin" 1 4000
	exits 0 "no other access differs: $rule"
done <"$scratch/planted"

# A limit is the other way round: a rule takes away.
profile less 'set rlimit nofile <= 10,'
profile more 'set rlimit nofile <= 20,'
differences less more
prints "^one${tab}gained${tab}rlimit${tab}${tab}set rlimit nofile <= 11$" 'a higher limit'
profile more '/a r,'
profile less '/a r, set rlimit cpu <= 20,'
differences more less
prints "^one${tab}lost${tab}rlimit${tab}${tab}set rlimit cpu <= 21$" 'a limit at all'

# ---- the same, proved ---------------------------------------------------------------

equal() # A B
{
	"$compare" compare "$1" "$2"
}

# Published profiles, in each form that a parser can write them.
forms=0
for file in /etc/apparmor.d/lxc-containers /etc/apparmor.d/usr.bin.man \
	/etc/apparmor.d/usr.bin.lxc-start; do
	[ -f "$file" ] || continue
	compile "$file" >"$scratch/plain.bin" || continue
	for option in equiv no-minimize diff-encode no-diff-encode compress-fast; do
		"$parser" -QKSq -j1 --config-file /dev/null -M "$abi" -O "$option" \
			"$file" >"$scratch/form.bin" 2>"$err" || continue
		forms=$((forms + 1))
		ok "${file##*/}, -O $option" \
			equal "$scratch/plain.bin" "$scratch/form.bin"
	done
done
if [ $forms -eq 0 ]; then
	skip 'published profiles in several forms' 'none is installed'
else
	run "$compare" sample "$scratch/plain.bin" "$scratch/form.bin" 3 20000
	exits 0 'and no access differs'
fi

# The packed permissions, and tables of them.
if [ -z "${AAC_PARSER41-}" ] || ! [ -f /etc/apparmor.d/lxc-containers ]; then
	skip 'tables of permissions' 'AAC_PARSER41 or LXC is not there'
else
	features=$top/rules/targets/debian13.features
	compile41 /etc/apparmor.d/lxc-containers >"$scratch/plain.bin"
	for version in 2 3; do
		sed "s/\(permstable32_version {0x00000\)1/\1$version/" "$features" \
			>"$scratch/features"
		"$AAC_PARSER41" -QKSq -j1 --config-file /dev/null -M "$scratch/features" \
			/etc/apparmor.d/lxc-containers >"$scratch/table.bin" 2>"$err"
		ok "a table of permissions, version $version" \
			equal "$scratch/plain.bin" "$scratch/table.bin"
		ok 'is one' [ "$(wc -c <"$scratch/table.bin")" -gt \
			"$(wc -c <"$scratch/plain.bin")" ]
	done
fi

# Other words, another order.
while IFS='|' read -r a b; do
	profile a "$a"
	profile b "$b"
	ok "$a is $b" equal "$scratch/a.bin" "$scratch/b.bin"
	run "$compare" sample "$scratch/a.bin" "$scratch/b.bin" 5 4000
	exits 0 'and no access differs'
done <<'END'
/a/** r, /b w, capability kill,|capability kill, /b w, /a/** r,
/a/{b,c} r,|/a/b r, /a/[c] r,
/a/** r, /a/x/* r,|/a/** r,
/a r, deny /a r,|deny /a r,
signal set=(hup int) peer=x,|signal set=(int) peer=x, signal set=(hup) peer=x,
mount, mount fstype=proc -> /proc/,|mount,
audit deny /a r, /b r,|/b r,
owner /a r, /a r,|/a r,
/x//y r, /z r,|/x/y r, /z r,
END

# ---- planted: where it leads, what is logged, settings ---------------------------------

grep -v '^#' "$top/tests/property/compare.changed" >"$scratch/changed"
while IFS='|' read -r kind class access flags_a rules_a flags_b rules_b; do
	profile a "$rules_a" "$flags_a"
	profile b "$rules_b" "$flags_b"
	differences a b
	is "$(cut -f 2,3,5 "$out")" "$kind$tab$class$tab$access" \
		"$kind: $rules_b $flags_b"
	run "$compare" sample "$scratch/a.bin" "$scratch/b.bin" 2 4000
	ok "no other access differs" test "$class" = profile -o "$status" -eq 0
done <"$scratch/changed"

# ---- what two have in common ----------------------------------------------------------

grep -v '^#' "$top/tests/property/compare.common" >"$scratch/common"
while IFS='|' read -r set rules access; do
	profile a "$set"
	profile b "$rules"
	run "$compare" common "$scratch/a.bin" "$scratch/b.bin"
	cut -f 5 "$out" >"$scratch/told"
	if [ -n "$access" ]; then
		ok "$set and $rules" grep -qxF "$access" "$scratch/told"
	else
		is "$(cat "$scratch/told")" '' "$set and $rules: nothing"
	fi
done <"$scratch/common"

finish
