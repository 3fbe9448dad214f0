# aa-compose test: what the rule files expect of the profiles, decided on compiled policy;
# each verdict and each way to fail, the values of containers, the forms, and 'build'.
. "${top_srcdir:-.}/tests/support/tap.sh"
. "$top/tests/support/halving.sh"
needs_parser 'expects are decided on policy that apparmor_parser makes'
cd "$scratch" || exit 99
mkdir rules

expects() # ARGUMENT...
{
	aac -r rules -t "$top/templates" --target debian12 "$@"
}

# ---- must hold, must fail -----------------------------------------------------------

# Rules of the profile; then lines of an expect, in front of each how it is told when it
# does not hold, or "holds".
cat >rules/kinds.aaf <<'END'
fragment kinds "a few rules" {
    accept fragment deny-overrides "on purpose";
    accept fragment mount-widened "on purpose";
    capability chown,
    audit capability kill,
    /srv/** rw,
    deny /srv/no w,
    audit deny /srv/loud w,
    audit /srv/log w,
    owner /home/** r,
    mount fstype=proc proc -> /proc/,
    mount options=(move) /a/ -> /mnt/,
    signal (send, receive) peer=other,
    signal send peer=@{profile_name},
    umount /mnt/*/,
END
cat >cases <<'END'
holds|allow file /srv/a rw;
holds|allow file /srv/no r;
is denied|allow file /srv/no w;
is denied|allow file /srv/no rw;
is denied|allow file /etc/a r;
holds|allow owner file /home/a r;
is denied|allow file /home/a r;
holds|deny file /srv/no w;
is allowed in part|deny file /srv/no rw;
is allowed|deny file /srv/a w;
holds|deny file /etc/a rw;
is allowed|deny owner file /home/a r;
holds|audit file /srv/log w;
is allowed, and not logged,|audit file /srv/a w;
is denied|audit file /srv/loud w;
holds|audit capability kill;
is allowed, and not logged,|audit capability chown;
is allowed in part|deny capability chown sys_admin;
is denied|allow capability chown sys_admin;
holds|deny capability sys_admin sys_module;
holds|allow mount fstype=proc proc -> /proc/;
is denied|allow mount fstype=proc proc -> /mnt/;
holds|deny mount fstype=proc proc -> /mnt/;
is allowed|deny mount fstype=proc proc -> /proc/;
holds|deny mount options=(move) "" -> /mnt/;
depends on what is not known|allow mount options=(move) -> /mnt/;
depends on what is not known|deny mount options=(move) -> /mnt/;
holds|allow umount /mnt/x/;
holds|deny umount /;
holds|allow signal send set=kill peer=other;
holds|allow userns;
is not mediated, so allowed,|deny userns;
is not mediated, so allowed,|audit userns;
holds|deny signal send set=kill peer=@{profile_name};
is denied|allow signal send set=kill peer=@{profile_name};
END
cp rules/kinds.aaf kinds.before
{
	echo '    expect {'
	cut -d '|' -f 2 cases
	echo '    }'
	echo '}'
	echo 'profile lxc-kinds { use kinds; }'
} >>rules/kinds.aaf
first=$(($(wc -l <kinds.before) + 2)) # the line of the first case

run expects test lxc-kinds
exits 1 'something does not hold'
silent 'what does not is the result'
failing=$(grep -vc '^holds' cases)
prints "^$failing of $(wc -l <cases) expects failed in 1 profile for debian12\$" \
	'summed up'
sed -n -e "s/^rules.kinds.aaf:\([0-9]*\):1: error: '.*' \(is .*\) in profile .*/\1|\2/p" \
	-e "s/^rules.kinds.aaf:\([0-9]*\):1: error: '.*' \(depends .*\) in .*/\1|\2/p" \
	"$out" >got
awk -F '|' -v n="$first" '$1 != "holds" { print NR + n - 1 "|" $1 }' cases >wanted
same wanted got 'each line that does not hold is told, as what it is'
run expects test -v lxc-kinds
sed -n 's/^held  rules.kinds.aaf:\([0-9]*\): lxc-kinds: .*/\1/p' "$out" >got
awk -F '|' -v n="$first" '$1 == "holds" { print NR + n - 1 }' cases >wanted
same wanted got 'with -v what holds is told as well'

run expects test lxc-kinds
prints 'kinds.aaf:6:5: note: this rule allows it: /srv/\*\* rw,$' 'the rule that allows'
prints 'kinds.aaf:7:5: note: this rule denies it: deny /srv/no w,$' 'the rule that denies'
prints 'kinds.aaf:10:5: note: nearest is this rule: owner /home' 'the nearest rule'
prints 'hint: no rule of the profile allows it' 'and when there is none, that'
prints 'hint: it depends on the source: name that' 'what it depends on'
prints 'write: if target supports "userns" { deny userns; }' \
	'where the kernel does not ask'

# Complain mode lets everything pass: that is no allow, and no grant.
cat >rules/kinds.aaf <<'END'
profile lxc-c {
    flags complain;
    /a r,
    deny /c r,
    expect {
        allow file /a r;
        deny  file /b r;
        allow file /b r;
        deny  file /c r;
    }
}
END
run expects test lxc-c
exits 1 'complain mode'
prints "kinds.aaf:8:9: error: .* is only let pass because of complain mode" \
	'is no allow'
prints '^1 of 4 expects failed' 'and no grant'

# ---- values of containers -----------------------------------------------------------

cat >rules/kinds.aaf <<'END'
fragment site "values decide" {
    when .site is set;
    param root: path = "/srv/site" from .root;
    param only: path = "/srv/only" from .only;
    param caps: list of enum("chown", "kill") = [] from .caps;
    /srv/** r,
    if ${root} == "/opt/site" {
        /opt/site/** r,
    }
    capability chown,
    expect {
        allow file ${root}/index r;
        allow file ${only} r;
        allow capability ${caps};
        for v in .volumes {
            allow file ${v.at} r;
        }
        if .strict == true {
            deny file /srv/x r;
        } else {
            allow file /srv/x r;
        }
        if ${ctid} == "9" {
            allow file /srv/${ctid} r;
        }
        if with other { deny file /srv/other r; }
    }
}
fragment other "another" {
    requires site;
    when .other == true;
    deny /srv/other r,
    accept fragment deny-overrides "on purpose";
    expect { deny file /srv/other r; }
}
profile lxc-site { use site; when .site == "p"; expect { allow file /srv/p r; } }
END
cat >c.json <<'END'
{ "lxc_configs": {
  "1": { "site": "p" },
  "2": { "site": "p", "only": "/srv/2" },
  "3": { "site": "p", "volumes": [{ "at": "/srv/a" }, { "at": "/srv/b" }] },
  "4": { "site": "p", "caps": ["chown"] },
  "9": { "site": "p" },
  "5": { "site": "p", "root": "/opt/site" },
  "6": { "site": "x", "other": true }
} }
END
run expects -c c.json test -v
exits 0 'values, all well'
silent 'nothing is said'
prints '^held .*lxc-site: allow file /srv/2 r$' "a container's own value"
prints '^held .*lxc-site: allow file /srv/only r$' 'beside those of the others'
prints '^held .*lxc-site: allow file /srv/b r$' 'each element of its list'
prints '^held .*lxc-site: allow capability chown$' 'a list of words'
prints '^held .*lxc-site: allow file /srv/9 r$' 'its CTID'
is "$(grep -c 'lxc-site: allow file /srv/x r' "$out")" 1 'equal lines are one'
is "$(grep -c 'lxc-site: allow file /srv/p r' "$out")" 1 "and a profile's own"
prints '^held .*lxc-site-other: deny file /srv/other r$' \
	'who else is composed decides'
run expects -c c.json show
is "$(awk '$1 ~ /^[1-49]$/ { print $2 }' "$out" | sort -u)" lxc-site \
	'what only an expect reads gives no profile another name'
is "$(awk '$1 == 5 { print $2 }' "$out" | grep -c '^lxc-site-[0-9a-f]\{8\}$')" 1 \
	'what a rule reads does'

sed 's,"/srv/2","/etc/2",; s,"at": "/srv/b",\0\, "x": 1,' c.json >bad.json
run expects -c bad.json test
exits 1 'one container of several'
prints "'file /etc/2 r' is denied in profile 'lxc-site'" 'its line is told'
prints 'note: site.only is "/etc/2" here' 'with the value that it has there'
prints '^1 of [0-9]* expects failed in 3 profiles' 'and only that one'
printf '{"lxc_configs": {"1": {"site": "p", "only": "/a//b"}}}' >bad.json
run expects -c bad.json test
exits 2 'a value that no access can have'
says 'bad.json:1:' 'is told at its place'
printf '{"lxc_configs": {"1": {"site": "p", "volumes": [{ "at": "b" }]}}}' >bad.json
run expects -c bad.json test
exits 2 'nor a relative path'
says '/lxc_configs/1/volumes/0/at' 'told with its pointer'
printf '{"lxc_configs": {"1": {"site": "p", "volumes": [{ "n": "b" }]}}}' >bad.json
run expects -c bad.json test
exits 2 'a value that is missing'
says 'is not there' 'is told'

# ---- which profiles -----------------------------------------------------------------

run expects -c c.json test 6 lxc-site 1
exits 0 'by container and by name'
prints '^[0-9]* expects held in 2 profiles for debian12$' 'each profile once'
run expects test lxc-site
exits 0 'a declared profile needs no containers'
run expects test
exits 64 'without a name there must be some'
run expects -c c.json test 77
exits 2 'an unknown container'
says '77' 'is named'
printf '{"lxc_configs": {"1": {}}}' >none.json
run expects -c none.json test
exits 0 'no profile at all'
prints '^no profiles to test$' 'is told'
run expects -c none.json test 1
exits 2 'a container without a profile'
run expects -q -c c.json test
is "$(cat "$out")" '' '-q says nothing when all is well'
run expects --parser /nix -c c.json test
exits 3 'no parser'

# One rule for all: the line is told once, with the other profiles.
cat >rules/wide.aaf <<'END'
fragment wide "too much" { when .site is set; /etc/** r, expect { deny file /etc/x r; } }
END
sed -i 's/use site;/use site, wide;/' rules/kinds.aaf
run expects -c c.json --per-container test
exits 1 'the same in many profiles'
is "$(grep -c 'error:' "$out")" 1 'is told once'
prints "note: the same in 'lxc-2-.*', 'lxc-3-.*', 'lxc-4-.*' and 3 more\$" \
	'with the others'

# ---- forms --------------------------------------------------------------------------

run expects -c c.json --format json test 6
exits 1 'as JSON'
ok 'a list of what does not hold' jq -e 'length == 1 and (.[0] |
	.severity == "error" and .slug == "expect-failed" and .line == 1 and .column == 67
	and .end_line == 1 and .end_column == 86 and .hint == null
	and (.message | test("is allowed in profile"))
	and .notes[0].line == 1 and (.notes[0].message | test("allows it"))
	and .profile == "lxc-site-other-wide" and .fragment == "wide"
	and .expect == "deny"
	and .held == false and .access == "file /etc/x r" and .verdict == "allowed"
	and .rule.text == "/etc/** r," and .rule.fragment == "wide" and .values == {})' \
	"$out"
run expects -c c.json --format json test -v 6
ok '-v: of everything' jq -e '(length > 4) and ([.[] | select(.held)] | length) > 3 and
	(.[] | select(.access == "file /srv/site/index r") |
	.values["site.root"] == "/srv/site" and .rule == null
	and .slug == "expect-held")' \
	"$out"
echo 'fragment wide "nothing" { when .site is set; }' >rules/wide.aaf
run expects -c c.json --format json test
exits 0 'all is well'
is "$(tr -d ' \n' <"$out")" '[]' 'an empty list'

# Names that end words of other languages.
cat >rules/wide.aaf <<'END'
fragment wide "odd names" {
    when .site is set;
    param odd: string = "x" from .odd;
    expect {
        deny  file "/a\#b<&>'${odd}" r;
        allow file "/a\#b<&>'${odd}" r;
        allow file /srv/x r;
    }
}
END
cat >odd.json <<'END'
{"lxc_configs": {"1": {"site": "p", "odd": "]]>&\"\\# TODO \u202e"}}}
END
run expects -c odd.json --format tap test
exits 1 'as TAP'
ok 'with a version' sh -c 'head -n 1 "$1" | grep -qx "TAP version 13"' - "$out"
plan=$(sed -n 's/^1\.\.//p' "$out")
is "$(grep -c '^\(not \)\{0,1\}ok [0-9]* - ' "$out")" "$plan" 'all that are planned'
is "$(grep -c '^not ok' "$out")" 1 'one is not ok'
is "$(grep -c '^  ---$' "$out"; grep -c '^  \.\.\.$' "$out")" "1
1" 'and says why'
lacks '[^\\]#' 'no directive can come from a name'
if command -v prove >/dev/null; then
	cp "$out" odd.tap
	run prove -e cat odd.tap
	prints '^  Failed test:  ' 'a harness reads it'
	prints "Tests: $plan Failed: 1" 'in whole'
else
	skip 'a harness reads the TAP' 'there is no prove (perl)'
fi
run expects -c odd.json --format junit test
exits 1 'as JUnit'
ok 'no control characters' not grep -q "$(printf '\342\200\256')" "$out"
if command -v xmllint >/dev/null; then
	cp "$out" odd.xml
	ok 'it is well-formed XML' xmllint --noout odd.xml
	xpath() { xmllint --xpath "$1" odd.xml; }
	is "$(xpath 'string(/testsuites/@tests)')" "$plan" 'the count of all'
	is "$(xpath 'string(/testsuites/@failures)')" 1 'and of those that failed'
	is "$(xpath 'count(/testsuites/testsuite/testcase)')" "$plan" 'the cases'
	is "$(xpath 'count(//testcase/failure[@type="expect-failed"])')" 1 'the failure'
	is "$(xpath 'string(//testcase[failure]/@classname)')" lxc-site.wide \
		'by profile and fragment'
else
	skip 'JUnit is well-formed XML' 'there is no xmllint (libxml2-utils)'
fi
for form in tap junit; do
	run expects -c none.json --format "$form" test
	exits 0 "$form of nothing"
	run expects -c c.json --format "$form" check
	exits 64 "'check' has no --format $form"
	says "'check' has no --format $form" 'and says so'
done
run expects -c c.json --format xml test
exits 64 'nor is there any other'

# ---- build --------------------------------------------------------------------------

cat >rules/wide.aaf <<'END'
fragment wide "too much" { when .site is set; /etc/** r, expect { deny file /etc/x r; } }
END
run expects -c c.json -o out build
exits 1 'build with a test that fails'
says 'wide.aaf:1:67.*expect-failed' 'says which'
ok 'and writes nothing' not test -e out
is "$(cat "$out")" '' 'nor sums up'
run expects -c c.json -o out --format json build
exits 1 'the same as JSON'
ok 'tells it as a diagnostic' jq -e '.slug == "expect-failed"' "$err"
run expects -c c.json -o out build --no-test
exits 0 '--no-test leaves the tests out'
ok 'and writes' test -s out/manifest.json
run expects -c c.json -o out2 build --no-check
exits 0 '--no-check does so, too'
printf '# changed\n' >>rules/kinds.aaf
sed -i 's,/srv/\*\* r\,,/srv/** rw\,,' rules/kinds.aaf
cp -r out before
run expects -c c.json -o out build
exits 1 'a second build with a test that fails'
ok 'leaves what is there' diff -r out before
echo 'fragment wide "nothing" { when .site is set; }' >rules/wide.aaf
run expects -c c.json -o out build -v
exits 0 'a build whose tests hold'
prints '^tested  *[0-9]* expects$' 'counts them with -v'
run expects -c c.json -o out build --format json
ok 'and as JSON' jq -e '.tested and .expects > 10' "$out"
run expects -c c.json -o out build --format json --no-check
ok 'or says that they were not run' jq -e '.tested == false and .expects == 0' "$out"
finish
