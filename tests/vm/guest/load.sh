# shellcheck shell=sh
# `load` puts in all profiles of a build or none, under running containers as well.

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

# A container that runs while its profile is replaced.
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

# Many at once.
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
