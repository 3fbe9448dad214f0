# aa-compose import: AppArmor's own profiles as profiles of the language.  That they mean
# the same is tests/property/import.sh's question; here it is what is printed and told.
. "${top_srcdir:-.}/tests/support/tap.sh"
cd "$scratch" || exit 99

for case in "$top"/tests/golden/import/*.in; do
	name=$(basename "$case" .in)
	aac import - <"$case" >got 2>&1
	[ -z "${AAC_UPDATE_GOLDEN-}" ] || cp got "${case%.in}.out"
	same "${case%.in}.out" got "$name"
	aac fmt - <got >again 2>&1
	same got again "$name: is laid out"
	mkdir "$name" && cp got "$name/got.aaf"
	ok "$name: is a rule file" aac list -r "$name"
	ok "$name: is composed" aac build --no-check -r "$name" --target debian12 -o out
	cp "$case" origin
	ok "$name: every comment is there" \
		sh -c 'for file; do grep -o "#.*" "$file" |
			grep -Ev "^#include" | sed "s/ *$//" |
			LC_ALL=C sort -u >"$file.comments"; done
			[ -z "$(LC_ALL=C comm -23 origin.comments got.comments)" ]' \
		sh origin got
done

# In fragments, and held against others; that it means the same is asked there, too.
in_parts() # NAME OPTION...
{
	name=$1
	shift
	aac import --target debian12 "$@" "$top/tests/golden/import/split.profile" \
		>"$scratch/got" 2>&1
	[ -z "${AAC_UPDATE_GOLDEN-}" ] || cp "$scratch/got" \
		"$top/tests/golden/import/$name.parts"
	same "$top/tests/golden/import/$name.parts" "$scratch/got" "$name"
	aac fmt - <"$scratch/got" >"$scratch/again" 2>&1
	same "$scratch/got" "$scratch/again" "$name: is laid out"
}
in_parts split --split
in_parts against --against "$top/tests/golden/import/against"
in_parts split-against --split --against "$top/tests/golden/import/against"
printf 'profile a {\n  /x r,\n\n  network inet,\n  /y r,\n\n  network inet6,\n}\n' >text
run aac import --split --target debian12 text
exits 0 'groups of rules'
is "$(sed -n '/^    .x r,$/,/^    .y r,$/p' "$out" | grep -c '^$')" 1 \
	'stay apart when rules between them go'
run aac import --split --against nowhere "$top/tests/golden/import/split.profile"
exits 2 'rules that are not there'
ok 'stop it' not test -s "$out"

# refused PATTERN TEXT WHAT
refused()
{
	printf '%b' "$2" >text
	run aac import text
	exits 2 "$3 is refused"
	says "$1" "$3: at its place"
	ok "$3: nothing is printed" not test -s "$out"
}

refused '^text:1:13: error: .*no value.*\[bad-variable\]$' \
	'profile a { if $B { /x r, } }\n' 'a condition on what has no value'
refused '^text:2:21: error: .*no value.*\[bad-variable\]$' \
	'$A = false\nprofile a { if $A { if $B { /x r, } } }\n' \
	'one that does not count, too'
refused '^text:1:13: error: .*differently.*\[not-importable\]$' \
	'profile a { if defined $B { /x r, } }\n' 'what parsers decide differently'
refused '^text:2:13: error: .*is false, and .*\[not-importable\]$' \
	'$B = false\nprofile a { if defined $B { /x r, } }\n' 'and of a false one'
run aac import --target debian12 text
prints '^    /x r,$' "to 3.0 'defined' asks whether it was set"
run aac import --target debian13 text
prints '^    #  *.x r,$' 'to 4.1 it asks what it is'
refused '^text:2:13: error: .*cannot be read here.*\[not-importable\]$' \
	'include <nowhere>\nprofile a { if defined @{B} { /x r, } }\n' \
	'a condition on a file that is not there'
refused '^text:1:34: error: .*declared twice.*\[duplicate-name\]\|^text.*declared twice' \
	'profile a { if not defined @{X} { ^h { } } ^h { } }\n' \
	'a hat that is there twice then'
refused '^text:1:1: error: .*hat outside.*\[not-importable\]$' \
	'^h { /x r, }\n' 'a hat alone'
printf 'profile a xattrs=(user.x=y user.z="b c",user.q) { }\n' >text
run aac import text
exits 0 'extended attributes are imported'
prints '^ *xattrs  *"user.x=y", "user.z=\\"b c\\"", "user.q";$' 'each in its spelling'
cat >text <<'END'
profile a xattrs=(user.a="x\"y" user.b=x\"y) { }
END
mkdir quoted
aac import text >quoted/a.aaf
ok 'quotes in the value of one' \
	aac -r quoted --target debian12 build -q --no-check -o quoted/out
ok 'stay what they are' grep -qF 'xattrs=(user.a="x\"y" user.b=x\"y)' quoted/out/a
for list in 'user.a={c,d}' 'user.a=""' '""' 'user.{a,b}' 'user.a=[a,b]' 'user.a=b #'; do
	printf 'profile a xattrs=(%s\n) { }\n' "$list" >text
	run aac import text
	exits 2 "a list of attributes with $list is refused"
	says '^text:1:[123][0-9]: error: .*\[bad-head\]$' 'at its place'
done
refused '^text:1:16: error: .*hat.*extended attributes.*\[bad-head\]$' \
	'profile a { ^h xattrs=(user.x=y) { } }\n' 'a hat with xattrs'
mkdir attributes
for item in 'user.x=' '=y' 'user.x=a b' 'user.x=a)' 'user.x=\"a' 'a,b' ''; do
	printf 'profile a { template raw; xattrs "%s"; }\n' "$item" >attributes/x.aaf
	run aac -r attributes --target debian12 build --no-check -o attributes/out
	exits 2 "'$item' is no extended attribute"
	says '^attributes/x.aaf:1:34: error: .*\[bad-head\]$' "'$item': at its place"
done
printf 'profile lxc-a { xattrs "user.x"; }\n' >attributes/x.aaf
run aac -r attributes --target debian12 build --no-check -o attributes/out
exits 2 'extended attributes are for profiles under raw'
says 'misplaced-directive' 'which is told'
refused '^text:1:21: error: .*differently.*\[not-importable\]$' \
	'profile a { audit { deny /x r, } }\n' 'what parsers read differently in a block'
refused '^text:1:21: error: .*no rule alone.*\[not-importable\]\|differently' \
	'profile a { owner { audit /x r, } }\n' 'what no rule alone says'
refused '^text:1:21: error: .*no such rule.*\[bad-combination\]$' \
	'profile a { audit { change_profile /x -> y, } }\n' 'what no block may hold'
refused '^text:1:21: error: .*cannot be read here.*\[not-importable\]$' \
	'profile a { audit { include <nowhere>\n } }\n' \
	'a block around a file that is not there'

# What is included stands in the blocks around it.
mkdir -p root/etc/apparmor.d/t
printf '/b r,\ncapability chown,\ninclude <t/c>\n' >root/etc/apparmor.d/t/b
printf 'owner /c r,\n' >root/etc/apparmor.d/t/c
printf '@{FOUND} = /x\n' >root/etc/apparmor.d/t/variables
printf 'include <t/variables>\nprofile a {\n if defined @{FOUND} {\n' >text
printf '  audit { include <t/b>\n }\n }\n}\n' >>text
run aac --root root import text
exits 0 'a block around an include'
prints '^ *# laid inline: include <t/b>$' 'has its rules in it'
prints '^ *audit /b ' 'as they are read there'
prints '^ *audit owner /c ' 'also those of the files that it includes'
prints '^ *# forgotten by apparmor_parser: capability chown,$' 'less what is forgotten'
printf 'include <t/twice>\ninclude <t/twice>\n/d r,\n' >root/etc/apparmor.d/t/twice
# apparmor_parser reads a file once in a profile.
printf '$A = true\nprofile a {\n audit {\n include <t/twice>\n }\n' >text
printf ' if $A {\n deny /e w,\n include <t/twice>\n }\n}\n' >>text
run aac --root root --target debian12 import text
exits 0 'a file that includes itself twice comes to an end'
is "$(grep -c '^ *audit /d ' "$out")" 1 'and is laid once'
prints '^ *# read before: include <t/twice>$' 'what comes later stays as a comment'
says '^text:8:2: warning: .*\[included-twice\]$' 'and is told at its place'
printf 'profile a {\n if defined @{X} {\n include <t/c>\n }\n include <t/c>\n' >text
printf ' ^h {\n include <t/c>\n }\n}\n' >>text
run aac --root root --target debian12 import text
exits 0 'a file that was read where nothing counts'
is "$(grep -c '^ *include <t/c>$' "$out")" 1 'is not read again'
says '^text:5:2: warning: .*\[included-twice\]$' 'which is told'
printf '/e r,\ninclude <t/c>\n' >root/etc/apparmor.d/t/d
printf 'profile a {\n audit {\n include <t/c>\n }\n include <t/d>\n}\n' >text
run aac --root root --target debian12 import text
prints '^ */e  *r,$' 'a file that leads to one that was laid is laid too'
is "$(grep -c 'owner /c' "$out")" 1 'without what was read before'

# What is not there is told, where there are files of AppArmor's.
printf 'profile a {\n include <t/none>\n include if exists <t/none>\n' >text
printf ' include <t/b>\n ^h {\n include "t/b"\n }\n}\n' >>text
run aac --root root --target debian12 import text
exits 0 'a file that is not there'
says "^text:2:10: warning: there is no 't/none' in .*\[include-missing\]$" 'is told'
says "^text:6:10: warning: there is no 't/b' in .*\[include-missing\]$" \
	'also one that is searched elsewhere'
says 'hint: write <t/b>' 'with its cure'
is "$(grep -c include-missing "$err")" 2 'and none that may be missing'

# decides TARGET CODE PATTERN TEXT WHAT
decides()
{
	printf '%b' "$4" >text
	run aac import --target "$1" text
	exits "$2" "$1: $5"
	if [ "$2" -eq 0 ]; then
		prints "$3" "$1: $5: as it is read"
	else
		says "$3" "$1: $5: at its place"
	fi
}
decides debian12 2 '^text:1:13: error: .*block with a .deny.*\[bad-combination\]$' \
	'profile a { deny { } }\n' 'a block with a deny'
decides debian12 2 '^text:1:31: error: .*\[bad-combination\]$' \
	'profile a { if defined @{X} { deny { /d w, } } }\n' 'one that does not count'
decides debian13 0 '^ *deny {$' \
	'profile a { if not defined @{X} { deny { /d w, } } }\n' 'one in a condition'
decides debian13 2 '^text:1:21: error: .*no such rule.*\[bad-combination\]$' \
	'profile a { audit { deny /e x, } }\n' 'a denied x in a block that allows'
decides debian13 2 '^text:1:37: error: .*no such rule.*\[bad-combination\]$' \
	'profile a { { if not defined @{B} { audit deny /e x, } } }\n' \
	'one in a condition in a block'
decides debian13 2 '^text:1:23: error: .*no such rule.*\[bad-combination\]$' \
	'profile a { { deny {  /e px, } } }\n' 'an exec mode in a deny in a block'
decides debian13 2 '^text:1:39: error: .*no such rule.*\[bad-combination\]$' \
	'profile a { if defined @{X} { audit { deny /e x, } } }\n' \
	'a denied x that does not count'
decides debian12 0 '^ *deny owner /e  *x,$' \
	'profile a { owner { audit deny /e x, } }\n' 'a denied x in a block that allows'
for target in debian12 debian13; do
	decides $target 2 '^text:1:39: error: .*no such rule.*\[bad-combination\]$' \
		'profile a { if defined @{X} { audit { change_profile /x -> y, } } }\n' \
		'what no block may hold'
	decides $target 2 '^text:1:21: error: .*no rule alone.*\[not-importable\]$' \
		'profile a { owner { change_profile unsafe /x -> y, } }\n' \
		'an unsafe change in a block'
done
decides debian12 0 '^ *audit deny change_profile /x -> y,$' \
	'profile a { audit { audit deny change_profile /x -> y, } }\n' 'a denied change'
decides debian13 2 '^text:1:21: error: .*no such rule.*\[bad-combination\]$' \
	'profile a { audit { audit deny change_profile /x -> y, } }\n' 'a denied change'
# 3.0 lays a condition's rules about the network over those that stand before it.
decides debian12 0 '^ *deny network inet dgram,$' \
	'$B = true\nprofile a { network, if $B { deny network inet dgram, } }\n' \
	'a rule about the network in a condition'
decides debian12 0 '^ *# forgotten .*network inet,$' \
	'$B = true\nprofile a { if $B { network inet, } network, }\n' \
	'one that no other stands before'
decides debian12 0 '^ *# forgotten .*network inet,$' \
	'$B = true\nprofile a { ^h { network, } if $B { network inet, } }\n' \
	'one in another profile'
decides debian12 2 '^text:2:30: error: .*no rule alone.*\[not-importable\]$' \
	'$B = true\nprofile a { network, if $B { deny network dgram, } }\n' \
	'one about sockets that have rules of their own'
printf '$A = true\nprofile a {\n if $A # { /w r,\n {\n  /x r,\n }\n}\n' >text
run aac import text
exits 0 'a brace in a comment before the block begins'
prints '^ *# if \$A {$' 'is none'
prints '^ *\/x r,$' 'what stands in the block is taken'
is "$(grep -c /w "$out")" 0 'and nothing of the comment'
printf 'profile a { audit { /x r, capability chown, } }\n' >text
run aac import text
exits 0 'a block of qualifiers is imported'
says '^text:1:27: warning: .*\[qualifier-block-forgets\]$' 'what it forgets is told'
prints '# forgotten by apparmor_parser: capability chown,' 'and stays as a comment'
printf 'profile a { /x r, abi <abi/3.0>, }\n' >text
run aac import text
exits 0 'an abi rule in a profile is imported'
prints '^ *# without effect here: abi <abi/3.0>,$' 'as what it is'
refused '^text:1:1: error: .*without a profile.*\[not-importable\]$' \
	'include <lxc>\n' 'a file without a profile'
refused '^text:2:8: error: .*cannot be both.*\|^text:2:.*error' \
	'profile a {\n  /x rwz,\n}\n' 'what apparmor_parser refuses'
refused "^text:1:17: error: expected ','" 'profile a { /x r }\n' 'a missing comma'

refused '^text:1:28: error: .*two exec transitions.*\[exec-conflict\]$' \
	'profile a { /bin/{x,y} px, /bin/x cx -> b, profile b { } }\n' 'two ways to run'

refused '^text:1:48: error: .*two exec transitions.*\[exec-conflict\]$' \
	'profile a { deny change_profile unsafe /x, { } deny change_profile /x, }\n' \
	'two ways to switch'
printf 'profile a { change_profile unsafe /x -> b, change_profile /x -> c, }\n' >text
run aac import text
exits 0 'two ways to switch to two profiles'

printf '$A = true\nprofile a {\n\tif $A { /a r, } else { /b r, }\n' >text
printf '\tabi <abi/3.0>,\n\n\n\t/bin/{x,y} px,\n\t/bin/x cx -> b,\n' >>text
printf '\tprofile b { } if not defined @{X} { audit owner { /y r, ^h {} } }\n}\n' >>text
run aac import text
exits 2 'two ways to run behind a condition are refused'
says '^text:8:2: error: .*two exec transitions.*\[exec-conflict\]$' 'at their place'
says '^text:7:2: note: the other stands here$' 'and both'
printf 'profile a {\n\tif not defined @{X} {\n\t\t^h { }\n\t}\n\t^h { }\n}\n' >text
run aac import text
says '^text:5:2: error: .*declared twice.*\[duplicate-name\]$' 'a hat there, too'
says '^text:3:3: note: first declared here$' 'and the first'

printf '/bin/a { /x r, }\n' >one
printf '/bin/a { /y r, }\n' >two
run aac import one two
exits 0 'several files'
prints '^profile bin.a {$' 'have each its profile'
prints '^profile bin.a-2 {$' 'by a name of its own'
is "$(grep -c 'name     "/bin/a";' "$out")" 2 "which is not AppArmor's"
run aac import one nowhere
exits 2 'a missing file'
ok 'stops everything' not test -s "$out"
run aac import
exits 64 'a file is needed'
run aac import - -
exits 64 'standard input is read once'

# A name of AppArmor's is what the policy has, and what queries go by the language's.
if command -v apparmor_parser >"$out" || [ -x /usr/sbin/apparmor_parser ]; then
	mkdir asked
	aac import one >asked/one.aaf
	run aac -r asked --target debian12 query bin.a 'file /x r' 'file /y r'
	exits 1 'an imported profile can be asked'
	prints '^allowed  *file /x r$' 'for what it allows'
	prints '^denied  *file /y r$' 'and what not'
	# A file that another one sources has no preamble of its own.
	printf 'profile part {\n include <abstractions/base>\n}\n' >part
	mkdir sourced
	aac import part >sourced/part.aaf
	run aac -r sourced --target debian12 build -o sourced/out
	exits 2 'a part of a file does not compile'
	says 'is never declared' 'for want of variables'
	says "hint: .*include <tunables/global>.*preamble" 'and the cure is told'
else
	skip 'an imported profile can be asked' 'there is no apparmor_parser'
fi

finish
