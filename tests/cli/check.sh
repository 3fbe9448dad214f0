# aa-compose check, and build with its check: what apparmor_parser says comes home.
. "${top_srcdir:-.}/tests/support/tap.sh"
. "$top/tests/support/fleet.sh"
cd "$scratch" || exit 99

run fleet --parser "$scratch/nowhere" check
exits 3 'a parser that is not there is a refusal'
says 'nowhere' 'it is named'
run fleet --parser "$scratch/nowhere" build
exits 3 'for build, too'
ok 'which writes nothing' not test -e out
run fleet check 1o1
exits 2 'an unknown container'

# A parser of some version, which accepts all that it is given.
versioned() # VERSION
{
	cat >versioned <<END
#!/bin/sh
case " \$* " in
*' --version '* | *' -V '*) echo 'AppArmor parser version $1'; exit 0 ;;
esac
cat >/dev/null
printf '\\004\\010\\000version\\000'
END
	chmod +x versioned
}

# STATUS TARGET VERSION: only a parser of the target's range is asked.
while read -r wanted target version; do
	versioned "$version"
	run aac -r rules -t "$top/templates" -c fleet.json \
		--target "$target" --parser "$scratch/versioned" check 101
	exits "$wanted" "$target with a parser of version $version"
	[ "$wanted" -eq 0 ] ||
		says "'$target' needs apparmor_parser .* is version $version" 'told so'
done <<'END'
3 debian12 2.13.6
0 debian12 3.0.0
0 debian12 3.0.8
0 debian12 3.0.13
3 debian12 3.0.14
3 debian12 3.1.0
3 debian12 4.1.0
3 debian13 3.0.8
3 debian13 4.0.3
0 debian13 4.1.0
0 debian13 4.1.7
3 debian13 4.2.0
3 pve8 4.1.0
0 pve9 4.1.1
END

if ! can_check; then
	skip 'checking' "no apparmor_parser for debian12: $(head -n 1 .can)"
	finish
fi

run fleet check
exits 0 'check'
prints '^4 profiles accepted by apparmor_parser [0-9.]* for debian12$' 'sums up'
ok 'writes nothing' not test -e out
run fleet check 102 103
prints '^1 profile accepted' 'a shared profile is compiled once'
run fleet check --format json
ok 'the result as JSON' jq -e '.accepted == 4 and .target == "debian12"
	and (.profiles | index("lxc-docker") != null)' "$out"
run fleet check -v -j 1
prints '^accepted   lxc-docker$' 'a line for each profile with -v'
run fleet build
exits 0 'build checks, then writes'
ok 'the profiles' test -s out/lxc-docker

# A parser that always refuses line 1 of what the docker fragment wrote.
cat >refusing <<'END'
#!/bin/sh
case " $* " in
*' --version '* | *' -V '*) echo 'AppArmor parser version 3.0.8'; exit 0 ;;
esac
for last; do :; done
if [ -f "$last" ]; then text=$(cat "$last"); else text=$(cat); fi
line=$(printf '%s\n' "$text" | grep -n '^[^#]*/var/lib/docker/' | sed 's/:.*//;q')
[ -n "$line" ] || { printf '\004\010\000version\000'; exit 0; }
echo "AppArmor parser error for $last in profile $last at line $line: nonsense" >&2
exit 1
END
chmod +x refusing
rm -r out
run fleet --parser "$scratch/refusing" build
exits 2 'what the parser refuses is wrong input'
says 'rules/docker.aaf:9:.*nonsense' 'and is shown at the line of the rule file'
ok 'and nothing is written' not test -e out
run fleet --parser "$scratch/refusing" check 101
exits 0 'a profile without that rule is accepted'

# What is wrong with a variable is said once, where it is wrong.
mkdir raw
echo '{ "lxc_configs": { "1": { } } }' >raw.json
while read -r line said rules; do
	printf 'fragment a { /a r, }\nprofile p {\ntemplate raw; use a; %b\n}\n' \
		"when .x is empty;\n$rules" >raw/a.aaf
	run aac -r raw -c raw.json -t "$top/templates" --target debian12 check
	exits 2 "variables: $rules"
	says "^raw/a.aaf:$line:.*$said" 'told at its place'
	is "$(grep -c ': error: ' "$err")" 1 'and once'
done <<'END'
5 recursively @{X} = /a@{X}\n@{X}/b r,
5 undefined @{X} = /a@{Y}\n@{X}/b r,
5 already @{X} = /a\n@{X} = /b
4 declaration @{X} += /a
4 never @{X}/b r,
END

finish
