# shellcheck shell=sh
# lint: every check finds something in its bad example and nothing in its good one; what
# it says of files, folders and containers, in each format; accepts; the shipped rules.
. "${top_srcdir:-.}/tests/support/tap.sh"

cd "$scratch" || exit 99
unset AAC_DATA

# Value of KEY (a string) in the JSON object in FILE.
value() # FILE KEY
{
	jq -r --arg key "$2" '.[$key] // ""' "$1"
}

# ---- examples --------------------------------------------------------------------------

# Exit status and findings of the example WHICH of the check in check.json.
try_example() # WHICH
{
	name=example.aaf
	[ "$(value check.json language)" = aaf ] || name=example
	rm -rf case
	mkdir -p case/empty
	value check.json "$1" >"case/$name"
	echo 'condition aa-none = true;' >case/empty/none.aaf
	options=$(value check.json options)
	jq -e .compiled check.json >/dev/null || options="$options --no-check"
	# shellcheck disable=SC2086 # options are words
	run aac lint $options -r case/empty "case/$name" --format json
	cp "$out" "$1.json"
}

finds() # WHICH SLUG
{
	jq -e --arg slug "$2" 'any(.[]; .slug == $slug and .accepted == null)' \
		"$1.json" >/dev/null || { cat "$1.json" "$err"; false; }
}

# Nothing else may be an error in an example.
no_error() # WHICH SLUG
{
	jq -e --arg slug "$2" 'all(.[]; .severity != "error" or .slug == $slug)' \
		"$1.json" >/dev/null || { cat "$1.json" "$err"; false; }
}

aac list checks --format json >checks.json || exit 99
slugs=$(jq -r '.[] | select(.lint) | .slug' checks.json)
count=$(echo "$slugs" | wc -l)
ok 'there are more than thirty checks' test "$count" -gt 30
for slug in $slugs; do
	aac lint --explain "$slug" --format json >check.json || exit 99
	try_example bad
	ok "$slug: its bad example is found" finds bad "$slug"
	is "$status" "$(jq 'if any(.[]; .accepted == null and .severity != "note")
		then 1 else 0 end' bad.json)" "$slug: exit status"
	try_example good
	ok "$slug: its good example is not" not finds good "$slug"
	ok "$slug: nothing is wrong with that" no_error good "$slug"
	ok "$slug: the manual has it" \
		grep -Eq "(^| )${slug}([ ,.]|\$)" "$top/doc/aa-compose.1"
	ok "$slug: says why" test -n "$(value check.json rationale)"
	ok "$slug: says how to cure it" test -n "$(value check.json cure)"
done

run aac lint --explain raw-memory
exits 0 'a check is explained'
prints '^raw-memory (warning): ' 'what it finds'
prints '^Cure: ' 'how to cure it'
prints '^    fragment a ' 'an example'
run aac lint --explain raw-memry
exits 64 'a check that there is none of'
says "did you mean 'raw-memory'" 'the one that is meant'
run aac lint --explain bad-glob
exits 64 'a diagnostic that is no check'
run aac lint --explain raw-memory x.aaf
exits 64 'a file to explain'
run aac lint - -
exits 64 'standard input twice'
run aac lint -c x.json x.aaf
exits 64 'a file and containers'
run aac check --format sarif
exits 64 'another command has no SARIF'

# ---- accepts ---------------------------------------------------------------------------

mkdir mine
cat >mine/a.aaf <<'END'
fragment a "Reads memory" {
    when .a == true;
    accept raw-memory "Crash dumps are what it is for.";
    /dev/mem r,
    /dev/kmem r,
    expect { allow file /dev/mem r; }
}
END
run aac lint -r mine
exits 1 'one of two is settled'
says ':5:5: warning: .*\[raw-memory\]' 'the other one is told'
lacks ':4:5: ' 'the settled one is not'
prints '^1 finding, 1 more accepted$' 'both are counted'
run aac lint -r mine -v
prints '^accepted .*a.aaf:4: raw-memory: Crash dumps' '-v lists the reason'
sed -i 's/    accept raw/    accept fragment raw/' mine/a.aaf
run aac lint --strict -r mine
exits 0 'an accept of the fragment settles both'
prints '^0 findings, 2 more accepted$' 'and both are counted'
sed -i 's,/dev/k*mem,/dev/null,' mine/a.aaf
sed -i '5d' mine/a.aaf
run aac lint -r mine
exits 1 'what settles nothing is found'
says ':3:21: warning: .*settles nothing \[accept-unused\]' 'at its place'
run aac lint --no-check -r mine
exits 0 'without compiling nobody can tell'
cat >mine/a.aaf <<'END'
fragment a "Reads memory" {
    when .a == true;
    accept raw-memroy "Typing.";
    /dev/null r,
    expect { allow file /dev/null r; }
}
END
run aac lint -r mine
says "did you mean 'raw-memory'" 'an accept of no check has a cure'

# A rule that only another target gets may keep its accept.
cat >mine/a.aaf <<'END'
fragment a "Reads memory" {
    when .a == true;
    if target parser >= "99" {
        accept raw-memory "Some day.";
        /dev/mem r,
    }
    expect { deny file /dev/mem w; }
}
END
run aac lint --strict -r mine
exits 0 'an accept that was not looked at is left alone'

# ---- meaning, not spelling -------------------------------------------------------------

cat >mine/a.aaf <<'END'
fragment a "Memory by another name" {
    when .a == true;
    /d{e,x}v/[m]e? r,
    /dev/kmem r,
    audit deny /dev/k* rwklx,
    expect { allow file /dev/mem r; }
}
END
run aac lint -r mine
says ':3:5: .*\[raw-memory\]' 'a pattern that matches is found'
says ':4:5: .*\[dead-under-deny\]' 'a rule that a deny takes away is dead'
lacks ':4:5: .*\[raw-memory\]' 'and reaches nothing'
cp mine/a.aaf memory.aaf

# Parameters without a value, empty lists, a list of words of a vocabulary.
cat >mine/a.aaf <<'END'
fragment a "Parameters" {
    when .a == true;
    param caps: list of name = [];
    param keep: list of path = [];
    param root: path;
    capability ${caps},
    for k in ${keep} { ${k}/** ux, }
    ${root}/** ux,
    expect { deny file /x w; }
}
fragment b "Words" {
    when .a == true;
    param keep: list of path = [];
    for k in ${keep} { ${k}/** ux, }
    expect { deny file /x w; }
}
fragment c "Never" {
    requires a, d;
    when .c == true;
    /dev/mem r,
    expect { deny file /x w; }
}
fragment d "Not with a" {
    conflicts a;
    when .d == true;
    /srv/d r,
    expect { allow file /srv/d r; }
}
END
run aac lint -r mine
says ':8:5: .*\[exec-unconfined\]' 'a parameter without a value gets one'
says ':14:24: .*\[exec-unconfined\]' 'an empty list gets an element'
lacks ':7:24: ' 'not where that would be no word'
says ':17:10: note: .* conflict.*\[lint-incomplete\]' 'what cannot be composed is told'
lacks ':20:5: .*\[raw-memory\]' 'and is not looked at'
says '\[fragment-unreachable\]' 'but its text is'
printf 'fragment a "A" {\n  when .a == 1;\n  include <abstractions/none>\n}\n' >mine/a.aaf
printf 'fragment b "B" {\n  when .b == 1;\n  /dev/mem r,\n}\n' >mine/b.aaf
run aac lint -r mine
says 'a.aaf:3:11: error: .*\[unknown-abstraction\]' 'an include that leads nowhere'
says 'b.aaf:3:3: .*\[raw-memory\]' 'keeps nothing else from being looked at'
rm mine/b.aaf

cat >mine/a.aaf <<'END'
fragment a "A child" {
    when .a == true;
    profile helper {
        /dev/mem r,
        accept raw-memory "It dumps.";
        /dev/kmem r,
    }
    /srv/** r,
    expect { allow file /srv/x r; }
}
END
run aac lint -r mine
says ':4:9: .*\[raw-memory\]' 'a child in a fragment is looked at'
lacks ':6:9: .*\[raw-memory\]' 'with its accepts'

# What a mount says, not what an old parser makes of it.
cat >m <<'END'
profile lxc-a {
  mount fstype=tmpfs,
  mount options=(rw, bind) /a/ -> /b/,
}
END
run aac lint --target debian12 m
lacks ':2:3: .*\[no-effect\]' 'a bind covers no new mount'
lacks '\[mount-any\]' 'and is not any mount'
says ':3:3: .*\[mount-widens-on-old-parser\]' 'that it may be read as one is told'

cat >mine/a.aaf <<'END'
fragment a "Memory" {
    when .a == true;
    /dev/mem r,
    expect { allow file /dev/mem r; }
}
END
# Only what is in the file that is named is told.
mkdir more
cat >more/b.aaf <<'END'
fragment b "More" {
    requires a;
    when .b == true;
    /dev/mem r,
    expect { allow file /dev/mem r; }
}
END
run aac lint -r mine more/b.aaf
says 'more/b.aaf:4:5: .*\[no-effect\]' 'a rule file is read with the folders'
lacks '^mine/a.aaf:[0-9]*:[0-9]*: warning' 'whose own findings are not told'

# ---- AppArmor's own text ---------------------------------------------------------------

cat >hand <<'END'
profile lxc_hand flags=(attach_disconnected,mediate_deleted) {
  #include <abstractions/lxc/container-base>
  mount options=(ro,bind),
  mount fstype=overlay,
  /dev/nvidia* rwm,
  deny audit mount fstype=binfmt_misc,
}
END
run aac lint --target debian12 hand
exits 2 'a text that does not compile'
says '^hand:6:3: error: .*\[qualifier-order\]' 'why it does not'
says '^hand:1:1: error: .*\[profile-name-not-lxc\]' 'why it is never applied'
says '^hand:2:3: warning: .*\[missing-preamble\]' 'what it lacks'
says '^hand:2:3: error: .*\[deny-blocks-runc\]' 'why Docker fails under it'
says 'container-base:[0-9]*:[0-9]*: note: by .deny /sys/' 'with the rule in the include'
says '^hand:3:3: warning: .*\[mount-widens-on-old-parser\]' 'what it opens'
says '^hand:3:3: warning: .*\[bind-flags-ignored\]' 'what it does not close'
says '^hand:5:3: warning: .*beside .file,. \[no-effect\]' 'what changes nothing'
says '^hand:5:3: warning: .*\[mmap-on-device\]' 'and is not mknod'
run aac lint --target debian12 --no-check hand
exits 2 'the same without compiling'
says '\[mmap-on-device\]' 'what the text tells'
lacks '\[no-effect\]' 'not what only policy tells'
sed 's/deny audit/audit deny/' hand >mended
run aac lint --target debian12 - <mended
aac lint --target debian12 --format json - <mended >"$out" 2>"$err"
is "$?" 1 'standard input'
ok 'what it is called' jq -e 'all(.[]; .file == "-" and .line > 0)' "$out"
{ sed '/deny audit/d; s/^}//' hand; printf '  deny /sys/** wklx,\n}\n'; } >two
run aac lint --target debian12 two
says '^two:2:3: error: .*\[deny-blocks-runc\]' 'each deny that stops runc is told'
says '^two:[78]:3: error: .*\[deny-blocks-runc\]' 'the own one, too'
printf 'profile lxc-a {\n  /srv/** r,\n  profile b {\n    /dev/mem r,\n  }\n}\n' >child
run aac lint --target debian12 child
says '^child:4:5: .*\[raw-memory\]' 'a child profile is looked at'
mkdir folder && cp child folder/b && printf 'profile lxc-b {\n  /x ux,\n}\n' >folder/a
run aac lint --no-check --target debian12 folder
exits 0 'a folder of profiles'
run aac lint --target debian12 folder/
says '^folder/a:2:3: .*\[exec-unconfined\]' 'each of its files is looked at'
says '^folder/b:4:5: .*\[raw-memory\]' 'the other one, too'
mkdir rules && echo 'fragment a "A" { /dev/x m, }' >rules/a.aaf
run aac lint --no-check rules
says '^rules/a.aaf:1:18: ' 'a folder of rule files'
echo 'profile lxc-a { include <abstractions/lxc/container-bas> }' >near
run aac lint --no-check near
exits 1 'an include that is not there'
says "did you mean 'abstractions/lxc/container-base'" 'the one that is meant'
run aac lint none
exits 2 'a file that is not there'
run aac lint none.aaf
exits 2 'a rule file that is not there'

# ---- formats ---------------------------------------------------------------------------

aac lint --target debian12 --format json hand >found.json 2>"$err"
is "$?" 2 'JSON of a text that is wrong'
ok 'it holds what is wrong, too' jq -e 'any(.[]; .slug == "qualifier-order")' found.json
ok 'each with the keys of a diagnostic' jq -e 'all(.[]; has("severity") and has("message")
	and has("file") and has("line") and has("column") and has("end_line") and
	has("end_column") and has("hint") and has("notes") and has("accepted") and
	has("fragment") and has("profile"))' found.json
ok 'in the order of the lines' jq -e '[.[].line] == ([.[].line] | sort)' found.json

mkdir 'with space'
{ echo '# ä'; cat memory.aaf; } >'with space/ä.aaf'
sed -i 's,^    /dev/kmem,    accept fragment dead-under-deny "Later.";\n&,' \
	'with space/ä.aaf'
aac lint --target debian12 --format sarif -r 'with space' >a.sarif 2>"$err"
is "$?" 1 'SARIF of rule files'
aac lint --target debian12 --format sarif hand >b.sarif 2>"$err"
is "$?" 2 'SARIF of a text that is wrong'
aac lint --no-check --format sarif -r "$top/rules" >c.sarif 2>"$err"
is "$?" 0 'SARIF of the shipped rules'
# shellcheck disable=SC2016 # $rules is jq's
sound='.version == "2.1.0" and (.runs | length) == 1 and (.runs[0] |
	.tool.driver.name == "aa-compose" and .columnKind == "unicodeCodePoints" and
	(.tool.driver.rules | map(.id) | length == (unique | length)) and
	(.tool.driver.rules as $rules | all(.results[];
		.ruleId == $rules[.ruleIndex].id and
		(.level | IN("error", "warning", "note")) and
		(.message.text | length > 0) and
		(.partialFingerprints["aaComposeLint/v1"] |
			test("^[0-9a-f]{32}:[0-9]+$")) and
		(.suppressions | type == "array") and all(.locations[].physicalLocation;
			(.artifactLocation.uri | test("^[-A-Za-z0-9._~/%:]+$")) and
			.region.startLine >= 1 and .region.startColumn >= 1 and
			(.region.endLine > .region.startLine or
			.region.endColumn > .region.startColumn)))))'
for file in a b c; do
	ok "$file.sarif is as services read it" jq -e "$sound" "$file.sarif"
done
ok 'a rule has help in two forms' jq -e 'any(.runs[0].tool.driver.rules[];
	.id == "raw-memory" and (.help.text | length > 100) and
	(.help.markdown | contains("```")) and
	.defaultConfiguration.level == "warning")' \
	a.sarif
ok 'a name is a relative URI' jq -e 'any(.runs[0].results[].locations[].physicalLocation;
	.artifactLocation == {uri: "with%20space/%C3%A4.aaf", uriBaseId: "%SRCROOT%"})' \
	a.sarif
ok 'an accept is a suppression' jq -e '.runs[0].results |
	any(.ruleId == "dead-under-deny" and .suppressions ==
		[{kind: "inSource", justification: "Later."}])' a.sarif
ok 'fingerprints differ' jq -e '[.runs[0].results[].partialFingerprints[]] |
	length > 5 and length == (unique | length)' b.sarif
{ echo '# one line more'; cat hand; } >b && mv b hand
aac lint --target debian12 --format sarif hand >d.sarif 2>"$err"
prints_of() { jq -c '[.runs[0].results[].partialFingerprints[]] | sort' "$1"; }
is "$(prints_of d.sarif)" "$(prints_of b.sarif)" 'a line above changes no fingerprint'
aac lint --target debian12 --format sarif hand >e.sarif 2>"$err"
same d.sarif e.sarif 'the same input, the same bytes'
valid() # FILE
{
	echo "$1" | python3 "$top/tests/support/schema.py" "$AAC_SARIF_SCHEMA" >judged
	[ "$(tail -n 1 judged)" = "yes $1" ]
}

if [ -z "${AAC_SARIF_SCHEMA-}" ]; then
	skip 'SARIF by its schema' 'AAC_SARIF_SCHEMA names none'
elif ! python3 -c 'import jsonschema' 2>/dev/null; then
	skip 'SARIF by its schema' 'there is no python3-jsonschema'
else
	for file in a b c; do
		ok "$file.sarif is valid by the schema" valid "$file.sarif"
	done
	jq '.runs[0].results[0].level = "bad"' a.sarif >bad.sarif
	ok 'the schema refuses what is wrong' not valid bad.sarif
fi

# ---- what is shipped -------------------------------------------------------------------

# Minutes under valgrind, and no other code than above.
for target in ${AAC_UNDER:-debian12 pve8}; do
	[ -z "${AAC_UNDER-}" ] || {
		skip 'the shipped rules' 'it takes too long here'
		break
	}
	run aac lint --strict --target "$target" -r "$top/rules" -t "$top/templates"
	if [ "$status" -eq 3 ]; then
		skip "the shipped rules for $target" 'this parser is not for it'
		continue
	fi
	exits 0 "the shipped rules pass lint --strict for $target"
	prints '^0 findings, ' 'and that is said'
done
for target in debian13 pve9; do
	run aac lint --strict --no-check --target "$target" -r "$top/rules" \
		-t "$top/templates"
	exits 0 "the texts pass for $target"
	if [ -z "${AAC_PARSER41-}" ] || [ -n "${AAC_UNDER-}" ]; then
		skip "the shipped rules for $target" 'AAC_PARSER41 names no parser'
		continue
	fi
	# Its abi and abstractions stand below a root, LXC's are this machine's.
	if [ ! -d "$scratch/late/etc" ]; then
		mkdir -p "$scratch/late"
		cp -R "$(dirname "$AAC_PARSER41")/root/etc" "$scratch/late/etc"
		cp -R /etc/apparmor.d/abstractions/lxc \
			"$scratch/late/etc/apparmor.d/abstractions"
		cp -R "$top/rules" "$top/templates" "$scratch/late"
	fi
	cd "$scratch/late" || exit 99
	run aac lint --strict --root "$scratch/late" --target "$target" \
		--parser "$AAC_PARSER41" -r rules -t templates
	exits 0 "the shipped rules pass lint --strict for $target"
	prints '^0 findings, ' 'and that is said'
done
cd "$top" || exit 99
run aac lint --target debian12 -c examples/phoenix_lxc_configs.json
exits 0 'the containers of the example pass'
finish
