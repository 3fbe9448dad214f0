# `assert never { … }`: no access that its rules match may be allowed.  Found on compiled
# policy, each with an access and the rule that grants it; then nothing is written.
. "${top_srcdir:-.}/tests/support/tap.sh"
. "$top/tests/support/halving.sh"
. "$top/tests/support/fleet.sh"
needs_parser 'assert never'
cd "$scratch" || exit 99

# A build of one profile with the rules GRANTED and the assertions NEVER.
decide() # GRANTED NEVER
{
	rm -rf out
	mkdir -p asserted
	printf 'fragment a {\n\tparam dir: path = "/srv/a";\n%s\n}\n' "$1" \
		>asserted/a.aaf
	printf 'profile lxc-a { use a; when .name == "plain"; assert never {\n%s\n} }\n' \
		"$2" >asserted/b.aaf
	run aac -r asserted -c fleet.json --target debian12 -o out build 105
}

# ---- it holds ------------------------------------------------------------------------

while IFS='|' read -r granted never; do
	decide "$granted" "$never"
	exits 0 "$granted: never $never"
	ok 'it is built' test -e out/lxc-a
done <<'END'
/proc/** r,|/proc/sysrq-trigger w,
/proc/** rw, deny /proc/sysrq-trigger w,|/proc/sysrq-trigger w,
mount fstype=proc -> /proc/,|mount fstype=ext4,
mount options=(rw, bind) /s/ -> /t/,|mount fstype=ext4,
mount fstype=ext4 options=(ro, nosuid) -> /y/,|mount options=(ro, nosuid, remount) -> /y/,
/etc/** w,|change_profile -> unconfined,
/bin/sh m,|/bin/sh ix,
${dir}/** rw,|/srv/b/** w,
network,|if target supports "dbus" { dbus, }
/x/** r,|for x in .none { /x/${x} r, }
capability kill,|
owner /a r,|/b r,
END

# ---- it does not ---------------------------------------------------------------------

while IFS='|' read -r granted never access; do
	decide "$granted" "$never"
	exits 1 "$granted: never $never"
	says "^asserted/b.aaf:2:[0-9]*: error: '$access' is allowed in profile 'lxc-a" \
		'is told with an access'
	says '^asserted/a.aaf:3:[0-9]*: note: this rule allows it: ' 'and the rule'
	is "$(grep -c ': error: ' "$err")" 1 'once'
	ok 'nothing is written' test ! -e out
done <<'END'
/proc/** rw,|/proc/sysrq-trigger w,|file /proc/sysrq-trigger w
/proc/** a,|/proc/sysrq-trigger w,|file /proc/sysrq-trigger a
owner /proc/** rw,|/proc/sysrq-trigger w,|owner file /proc/sysrq-trigger w
mount,|mount fstype=ext4,|mount fstype=ext4 /a -> /
mount fstype=ext* -> /mnt/**,|mount fstype=ext4,|mount fstype=ext4 /a -> /mnt/a/
mount options=(ro, remount),|mount fstype=ext4,|mount fstype=ext4 options=(ro) /a -> /
mount options=(bind) /s/ -> /t/,|mount options=(bind),|mount options=(bind) /s/ -> /t/
capability,|capability sys_module,|capability sys_module
network,|network packet,|network packet stream
change_profile,|change_profile -> unconfined,|change_profile -> unconfined
profile inner { /etc/** w, }|/etc/shadow w,|file /etc/shadow w
/b{in,oot}/* px,|/bin/sh ix,|file /bin/sh x
${dir}/** rw,|/srv/*/x w,|file /srv/a/x w
/n/* r,|for x in .name { /n/${x} r, }|file /n/plain r
/n/* r,|if target supports "dbus" { dbus, } else { /n/x r, }|file /n/x r
END

decide 'mount, /x w,' 'mount fstype=ext4,
/x w,
/y w,
capability kill,'
exits 1 'several assertions'
is "$(grep -c '\[assertion-failed\]' "$err")" 2 'each that does not hold'

for option in --no-check --no-test; do
	rm -rf out
	run aac -r asserted -c fleet.json --target debian12 -o out build 105 $option
	exits 0 "$option decides none of it"
done

asserted()
{
	aac -r asserted -c fleet.json --target debian12 test 105 "$@"
}
run asserted
exits 1 'test'
prints '^2 of 4 expects failed' 'counts the rules'
prints "^asserted/b.aaf:3:1: error: '/x w' is allowed\|^asserted/b.aaf:3:1: .*file /x w" \
	'and tells them'
run asserted --format tap
prints '^not ok 1 - lxc-a: never mount fstype=ext4 /a -> / (asserted/b.aaf:2)$' 'as TAP'
prints '^ok 3 - lxc-a: never /y w (asserted/b.aaf:4)$' 'also what holds'
run asserted --format json
is "$(jq -r '.[] | select(.expect == "never") | .rule.text' "$out" | tr '\n' ' ')" \
	'mount, /x w, ' 'as JSON, with the rules'
run asserted --format junit
prints '<failure type="assertion-failed" message=' 'as JUnit'

run aac -r asserted -c fleet.json --target debian12 --format json -o out build 105
exits 1 'as JSON'
is "$(jq -r .slug "$err" | grep -c assertion)" 2 'by its word'

# A flag that lets everything happen.
printf 'fragment a { /x r, }\nprofile lxc-a { use a; flags unconfined; %s }\n' \
	'when .name == "plain"; assert never { /y w, }' >asserted/a.aaf
rm -rf out asserted/b.aaf
run aac -r asserted -c fleet.json --target debian12 -o out build 105
exits 1 'a profile that is not enforced'
says 'hint: the profile is not enforced' 'is told as that'
finish
