# aa-compose load: what a build wrote goes into the kernel in one write, or nothing does.
# The kernel is a folder that looks like one; tests/vm/check.sh has real ones.
. "${top_srcdir:-.}/tests/support/tap.sh"
. "$top/tests/support/halving.sh"
. "$top/tests/support/apparmorfs.sh"
needs_parser 'what is loaded is what apparmor_parser makes'
parser=$(command -v "$parser")

root=$scratch/root
fs=$root/sys/kernel/security/apparmor
module=$root/sys/module/apparmor/parameters
mkdir -p "$root/etc" "$scratch/rules" "$module"
cp -R /etc/apparmor.d "$root/etc/"
cat >"$scratch/rules/a.aaf" <<'END'
fragment a "for the test" {
    /a r,
    mount fstype=proc -> /proc/,
}
profile one "one" { template raw; use a; }
profile two "another" { template raw; use a; }
END

load() # ARGUMENT...
{
	run aac --root "$root" --parser "$parser" -o "$root/out" load "$@"
}

# ---- no kernel that takes it ---------------------------------------------------------

rm -r "$module"
load
exits 3 'a kernel without AppArmor'
says 'kernel-without-apparmor' 'is told'
says 'apparmor=1' 'with the cure'
mkdir -p "$module" "$root/proc/self"
echo N >"$module/enabled"
load
exits 3 'one in which it is switched off'
says 'is not switched on.*kernel-apparmor-off' 'is told'
for word in apparmor=0 lsm=lockdown,selinux security=selinux; do
	echo "BOOT_IMAGE=/vmlinuz root=/dev/sda1 $word quiet" >"$root/proc/cmdline"
	load
	says "off by '$word'" 'and by what'
done
echo 'lsm=lockdown,apparmor xlsm=0' >"$root/proc/cmdline"
load
says 'is not switched on' 'or that it is not known'
echo Y >"$module/enabled"
load
exits 3 'one whose securityfs is not mounted'
says 'kernel-hides-apparmor' 'is told'
says 'mount -t securityfs' 'with the cure'
mkdir -p "$fs"
load
exits 3 'one that shows no place for policy'
says 'kernel-refuses-policy' 'as in a container'
says 'load the profiles on its host' 'is told to load it elsewhere'

# ---- loading -------------------------------------------------------------------------

make_features "$top/rules/targets/debian12.features" "$fs/features"
: >"$fs/.replace"
load
exits 2 'without a build'
says 'aa-compose build -o' 'it is told to make one'
run aac -r "$scratch/rules" -t "$top/templates" --target debian12 -o "$root/out" build
exits 0 'after a build'
load
exits 0 'its profiles are loaded'
silent 'without a word'
is "$(cat "$out")" '2 profiles loaded' 'but how many'
for name in one two; do
	"$parser" -qQKS --config-file /dev/null --kernel-features "$fs/features" \
		--policy-features "$abi" "$root/out/$name"
done >"$scratch/wanted"
same "$fs/.replace" "$scratch/wanted" 'as apparmor_parser compiles them for the kernel'
: >"$fs/.replace"
load --recompile -j 4
same "$fs/.replace" "$scratch/wanted" 'and in their order, however many at a time'
: >"$fs/.replace"
load -v two
exits 0 'one of them alone'
prints '^loaded  *two$' 'is named'
is "$("$build/tests/property/policy_tool" read "$fs/.replace" | cut -d ' ' -f 1)" two \
	'and loaded'
load --format json two two
is "$(jq -c . "$out")" '{"loaded":["two"],"cached":[]}' 'as JSON, too, and once'

# ---- namespaces ----------------------------------------------------------------------

mkdir "$scratch/spaces"
cat >"$scratch/spaces/a.aaf" <<'END'
profile plain "of the host" { template raw; /a r, }
profile inner "of a namespace" { template raw; name ":ns:x"; /a r, }
profile outer "of another" { template raw; name ":other:x"; /a r, }
END
run aac -r "$scratch/spaces" -t "$top/templates" --target debian12 -o "$root/spaces" build
exits 0 'profiles of namespaces are built'
spaces() # ARGUMENT...
{
	run aac --root "$root" --parser "$parser" -o "$root/spaces" load "$@"
}

: >"$fs/.replace"
spaces inner
exits 0 'one of a namespace is loaded'
ok 'there' grep -q namespace "$fs/.replace"
for names in 'plain inner' 'inner outer' ''; do
	: >"$fs/.replace"
	# shellcheck disable=SC2086 # words
	spaces $names
	exits 2 "of several namespaces: ${names:-all}"
	says 'mixed-namespaces' 'none is'
	is "$(wc -c <"$fs/.replace")" 0 'as the kernel would mix them up'
done

# ---- what is not loaded --------------------------------------------------------------

: >"$fs/.replace"
load twoo
exits 2 'a profile that was not built'
says "did you mean 'two'" 'is told with one that was'
sed 's/\/a r/\/a rw/' "$root/out/two" >"$scratch/edited"
cp "$root/out/two" "$scratch/kept"
cp "$scratch/edited" "$root/out/two"
load
exits 2 'a profile that was edited'
says 'edited-profile' 'is refused'
cp "$scratch/kept" "$root/out/two"
rm "$root/out/one"
load
exits 2 'a profile that is gone'
says 'nothing-built' 'is told'
load two
exits 0 'while the others can be loaded'
: >"$fs/.replace"
printf '{}' >"$root/out/manifest.json"
load
exits 2 'a manifest that is none'
is "$(wc -c <"$fs/.replace")" 0 'loads nothing'
rm "$root/out/manifest.json"
run aac -r "$scratch/rules" -t "$top/templates" --target debian12 -o "$root/out" build
rm -r "$fs/.replace"
mkdir "$fs/.replace"
load
exits 3 'a kernel that refuses'
says 'took none of the profiles: Is a directory' 'is told in its words'
# The log holds records of others, of sound profiles, and the one that tells.
mkdir "$root/dev"
mkfifo "$root/dev/kmsg"
exec 8<>"$root/dev/kmsg"
record() # TEXT...
{
	for text; do
		echo "5,1,2,-;audit: type=1400 apparmor=\"STATUS\" $text" >&8
	done
}
sound='info="valid profile in failed atomic policy load"'
record 'operation="profile_load" profile="unconfined" name="one" pid=1' \
	'operation="profile_load" info="not policy admin" error=-13 pid=1' \
	"operation=\"profile_load\" $sound error=-21 name=\"one\" pid=1" \
	'info="missing required dfa" error=-21 name="two" pid=1 name="two" offset=2809'
load
exits 3 'a refusal with its record in the log'
says "it is 'two': missing required dfa" 'tells of which profile, and why'
record 'info="bad name" error=-21 profile="unconfined" name=6C78632061 pid=1'
load
says "it is 'lxc a': bad name" 'a name that is written in hexadecimal, too'
record 'operation="profile_load" info="failed" error=-21 pid=1 ns="a//b"'
load
says "the kernel's log says: failed (namespace 'a//b')" 'a record without a profile'
exec 8>&-
rm -r "${root:?}/dev"
mkdir -p "$root/var/log/audit"
mkfifo "$root/var/log/audit/audit.log"
exec 8<>"$root/var/log/audit/audit.log"
record 'info="torn" error=-21 profile="unconfined" name="one" pid=1'
load
says "it is 'one': torn" 'and one that auditd has taken'
exec 8>&-
rm -r "${root:?}/var"
load
says 'cannot be read here: journalctl -k' 'without a log it is told where to look'
rmdir "$fs/.replace"
: >"$fs/.replace"

# ---- who may not ---------------------------------------------------------------------

# EPERM, whoever runs this.
if chmod 444 "$fs/.replace" &&
	{ [ "$(id -u)" -ne 0 ] || chattr +i "$fs/.replace" 2>/dev/null; }; then
	load
	exits 3 'a kernel that lets nobody'
	says 'took none of the profiles: \(Operation not\|Permission\)' 'is told'
	printf 'Name:\tx\nCapEff:\t000001fdffffffff\n' >"$root/proc/self/status"
	load
	exits 3 'a process that may not'
	says 'has no CAP_MAC_ADMIN.*mac-admin-missing' 'is told'
	says 'run it as root' 'with the cure'
	printf 'Name:\tx\nCapEff:\t000001ffffffffff\n' >"$root/proc/self/status"
	echo '         0     100000      65536' >"$root/proc/self/uid_map"
	echo lxc-953 >"$fs/.ns_name"
	load
	exits 3 'a user namespace that may not'
	says "namespace 'lxc-953' is closed to this user.*policy-locked-down" 'is told'
	says 'lxc.apparmor.allow_nesting' 'with the cure'
	echo '         0          0 4294967295' >"$root/proc/self/uid_map"
	load
	lacks 'policy-locked-down' 'the first one may'
	echo Y >"$module/lock_policy"
	load
	exits 3 'policy that is locked'
	says 'until the machine starts again.*policy-locked' 'is told'
	rm "$module/lock_policy"
	[ "$(id -u)" -ne 0 ] || chattr -i "$fs/.replace"
else
	skip 'a kernel that lets nobody' 'root writes to any file here'
fi
chmod 644 "$fs/.replace"
: >"$fs/.replace"
rm "$fs/features/policy/set_load"
load
exits 3 'one that would take profiles one by one'
says 'only one by one, not all or none' 'is told'
is "$(wc -c <"$fs/.replace")" 0 'is given none'
finish
