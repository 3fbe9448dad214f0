# shellcheck shell=sh disable=SC2154 # variables of tap.sh
# `load` puts in all profiles of a build or none, under running containers as well, and
# says what is in its way; `status` reads stacks and namespaces.

spaces=/sys/kernel/security/apparmor/policy/namespaces
policy=/sys/kernel/security/apparmor/policy/profiles

# What the kernel has of a profile, as a digest.
loaded() # NAME
{
	cat "$policy/$1".*/sha* 2>/dev/null
}

# Rule files whose profiles need no container.
make_raw() # FOLDER RULE NAME...
{
	mkdir -p "$1"
	{
		printf 'fragment f "test" {\n    /srv/** r,\n    %s\n}\n' "$2"
		shift 2
		printf 'profile %s "test" { template raw; use f; }\n' "$@"
	} >"$folder/f.aaf"
}

build_raw() # FOLDER RULE NAME...
{
	folder=$1
	make_raw "$@"
	aac -r "$folder" -t /usr/local/share/aa-compose/templates -o "$folder/out" build
}

ok 'a build of three profiles' build_raw /tmp/first '' one two three
run aac -o /tmp/first/out load
exits 0 'is loaded'
before="$(loaded one) $(loaded two) $(loaded three)"
ok 'and the kernel tells their digests' test "${#before}" -gt 100
ok 'another, of the same' build_raw /tmp/second '/opt/** r,' one two three
run aac -o /tmp/second/out --parser /in/cut-parser.sh load
exits 3 'a set with a bad profile is refused'
says "it is 'two'" 'and the bad one is named'
is "$(loaded one) $(loaded two) $(loaded three)" "$before" 'nothing has changed'
run aac -o /tmp/second/out load
exits 0 'whole it is loaded'
for name in one two three; do
	case " $before " in
	*" $(loaded "$name") "*) tap_fail "$name is still the old one" ;;
	*) tap_pass "$name is the new one" ;;
	esac
done

# ---- what is in the way ----------------------------------------------------------------

# As a program that starts another, since `aac` is a function of this shell's.  One with
# a path is none of busybox's, as this shell is.
load_under() # COMMAND...
{
	run "$@" "$build/aa-compose" --parser-timeout 1200 -o /tmp/first/out load
}

before=$(loaded one)
load_under /usr/bin/setpriv --bounding-set -mac_admin
exits 3 'without CAP_MAC_ADMIN'
says 'has no CAP_MAC_ADMIN.*mac-admin-missing' 'it is told'
load_under unshare --user --map-root-user
exits 3 'in a user namespace that has no policy of its own'
says "the policy namespace 'root' is closed.*policy-locked-down" 'it is told'
load_under unshare --mount sh -c 'umount -l /sys/kernel/security && "$@"' sh
exits 3 'where securityfs is not mounted'
says 'kernel-hides-apparmor' 'it is told'
says 'mount -t securityfs' 'with the cure'
load_under unshare --mount sh -c \
	'mount -o remount,bind,ro /sys/kernel/security && "$@"' sh
exits 3 'where it is read-only'
says 'mounted read-only.*policy-read-only' 'it is told'
is "$(loaded one)" "$before" 'and nothing has changed'

# ---- policy namespaces -----------------------------------------------------------------

mkdir /tmp/spaces
cat >/tmp/spaces/a.aaf <<'EOF'
profile plain "of the host" { template raw; /a r, }
profile space "of a namespace" { template raw; name ":lxc-load:inner"; /a r, }
EOF
run aac -r /tmp/spaces -t /usr/local/share/aa-compose/templates -o /tmp/spaces/out build
exits 0 'a build for two policy namespaces'
run aac -o /tmp/spaces/out load
exits 2 'is not loaded at once'
says 'mixed-namespaces' 'and it is told why'
is "$(loaded plain)" '' 'nothing of it is there'
run aac -o /tmp/spaces/out load plain
exits 0 'the one by itself'
run aac -o /tmp/spaces/out load space
exits 0 'and the other'
ok 'which is in its namespace' grep -qx inner "$spaces"/lxc-load/profiles/inner.*/name
run aac -o /tmp/spaces/out unload
exits 0 'both are taken out'
is "$(loaded plain)" '' 'of the host'
is "$(ls "$spaces/lxc-load/profiles" 2>/dev/null)" '' 'and of the namespace'

# One who is in a namespace loads into that.
mkdir -p "$spaces/lxc-child"
load_under aa-exec -n lxc-child -p unconfined --
exits 0 'from within a namespace'
ok 'it is loaded there' test -e "$spaces"/lxc-child/profiles/one.*
is "$(loaded one)" "$before" 'and nowhere else'

# ---- a container that runs while its profile is replaced -------------------------------

mkdir -p /srv/ct/srv
echo data >/srv/ct/srv/running
cat >/tmp/running.json <<'EOF'
{ "lxc_configs": { "running": { "apparmor_fragments": ["base"] } } }
EOF
make_container running
cp -R /usr/local/share/aa-compose/rules /tmp/rules
run aac -c /tmp/running.json -r /tmp/rules apply
exits 0 'apply to a container'
ok 'it starts' start_container running
is "$(label_of running)" 'lxc-base (enforce)' 'confined'
ok 'it reads its data' inside running cat /srv/running
sed -i 's,^    requires hardening\, systemd;,&\n    audit deny /srv/running r\,,' \
	/tmp/rules/base.aaf
run aac -c /tmp/running.json -r /tmp/rules -o /tmp/changed --no-test build
exits 0 'the profile changes'
run aac -o /tmp/changed load
exits 0 'and is replaced under the container'
is "$(label_of running)" 'lxc-base (enforce)' 'which stays confined'
records >/dev/null
ok 'and may read no more' not inside running cat /srv/running
ok 'which is recorded' sh -c \
	'dmesg | grep "DENIED.*profile=\"lxc-base\" name=\"/srv/running\"" >/dev/null'
run aac -o /tmp/changed unload
exits 3 'unload refuses while it runs'
says "'*running" 'and names the container'
is "$(label_of running)" 'lxc-base (enforce)' 'which stays confined, too'
stop_container running
run aac -o /tmp/changed unload
exits 0 'unload, when it has stopped'
is "$(loaded lxc-base)" '' 'takes the profile out'
run aac revert --all
exits 0 'revert'

# ---- what runs -------------------------------------------------------------------------

# Starts the container with LABEL in place of what `apply` has written, and asks status.
runs_as() # LABEL
{
	printf 'lxc.apparmor.profile = %s\n' "$1" >>/var/lib/lxc/running/config
	ok "it starts as $1" start_container running
	cp /tmp/applied /var/lib/lxc/running/config
	run aac -c /tmp/running.json -v status
	label=$(label_of running)
	stop_container running
}

run aac -c /tmp/running.json apply
exits 0 'apply once more'
cp /var/lib/lxc/running/config /tmp/applied
runs_as 'lxc-base//&:lxc-child:'
is "$label" 'lxc-base//&:lxc-child:unconfined (enforce)' 'in a stack'
prints '^running .* same  *in sync$' 'status sees its profile in it'
prints "it runs in a stack: '$label'" 'and tells the whole'
printf 'profile lxc-watch flags=(complain) { file, }\n' >/tmp/watch
ok 'a profile that only watches' apparmor_parser -Kr /tmp/watch
runs_as 'lxc-base//&lxc-watch'
is "$label" 'lxc-base//&lxc-watch (mixed)' 'in a stack of two modes'
prints '^running .* same (mixed)  *in sync$' 'status tells that'
ok 'the same name in a namespace' aa-exec -n lxc-child -p unconfined -- \
	apparmor_parser -Kr /etc/apparmor.d/lxc-base
runs_as ':lxc-child:lxc-base'
is "$(echo "$label" | sed 's,://,:,')" ':lxc-child:lxc-base (enforce)' 'is its label'
prints '^running .*needs restart$' 'and is another profile'
prints "it runs as '$label'" 'which status tells'
run unshare --mount sh -c 'umount -l /sys/kernel/security && "$@"' sh \
	"$build/aa-compose" -c /tmp/running.json status
prints ' unreadable ' 'without securityfs status says that it cannot see'
run aac revert --all
exits 0 'revert'

# ---- many at once ----------------------------------------------------------------------

names=$(seq 200 | sed 's/^/many/')
# shellcheck disable=SC2086 # words
ok 'a build of 200 profiles' build_raw /tmp/many '' $names
run aac -o /tmp/many/out load
exits 0 'is loaded'
is "$(grep -c '^many[0-9]* (enforce)$' /sys/kernel/security/apparmor/profiles)" 200 \
	'all of it'
run aac -o /tmp/many/out unload
exits 0 'and taken out'
is "$(grep -c '^many' /sys/kernel/security/apparmor/profiles)" 0 'all of it'
