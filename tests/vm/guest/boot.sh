# shellcheck shell=sh disable=SC2154 # variables of container.sh
# Makes the disk ready for a boot with its own systemd, whose aa-compose.service loads
# what is built here.  booted.sh looks at what came of it.

cat >/root/booted.json <<'EOF'
{ "lxc_configs": { "booted": { "apparmor_fragments": ["base"] },
"other": { "apparmor_fragments": ["nesting"] } } }
EOF
run aac -c /root/booted.json -o /var/lib/aa-compose/out --no-test build
exits 0 'a build where the unit looks'
run aac -o /var/lib/aa-compose/out load --cache
exits 0 'is loaded, and kept'
prints '^2 profiles loaded, 0 from the cache$' 'compiled'
cat /sys/kernel/security/apparmor/policy/profiles/lxc-base.*/sha* >/root/digest
ok 'the kernel tells its digest' test -s /root/digest

# What apparmor.service finds is older; the many that Debian 13 has would be minutes.
find /etc/apparmor.d -maxdepth 1 -type f ! -name '*lxc*' -delete
printf 'profile lxc-base { file, }\n' >/etc/apparmor.d/lxc-base
make_container booted 'lxc.apparmor.profile = lxc-base' 'lxc.start.auto = 1'
mkdir -p /etc/systemd/system
echo 0123456789abcdef0123456789abcdef >/etc/machine-id
printf 'USE_LXC_BRIDGE="false"\n' >/etc/default/lxc-net
cat >/etc/systemd/system/booted.service <<'EOF'
[Unit]
After=aa-compose.service lxc.service
[Service]
Type=oneshot
ExecStart=/bin/sh /in/booted.sh
[Install]
WantedBy=multi-user.target
EOF
ln -s /dev/null /etc/systemd/system/getty.target
ok 'the units are enabled' env SYSTEMCTL_SKIP_SYSV=1 systemctl --root=/ enable \
	apparmor.service aa-compose.service lxc.service booted.service
sync
