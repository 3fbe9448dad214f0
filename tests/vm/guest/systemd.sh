# shellcheck shell=sh disable=SC2034,SC2154 # what container.sh looks at, and suite.sh
# Containers with systemd as init, of this release and of the other one: they come up with
# no failed unit, and so do units in sandboxes, with a dynamic user, with credentials.  In
# the stage systemd-u the containers have users of their own.

# Units of ours, each of which checks from inside that its sandbox is there.
make_units() # ROOT
{
	units=$1/etc/systemd/system
	mkdir -p "$units/multi-user.target.wants" "$1/srv/data"
	echo secret >"$1/srv/credential"
	for unit in sandbox private dynamic credential; do
		ln -sf "../test-$unit.service" "$units/multi-user.target.wants/"
	done
	cat >"$units/test-sandbox.service" <<-'EOF'
		[Service]
		Type=oneshot
		RemainAfterExit=yes
		ProtectSystem=strict
		ProtectHome=yes
		ProtectProc=invisible
		ProtectKernelTunables=yes
		ProtectKernelModules=yes
		ProtectControlGroups=yes
		PrivateTmp=yes
		NoExecPaths=/srv
		ReadWritePaths=/srv/data
		ExecStart=/bin/sh -c 'echo x >/srv/data/x'
		ExecStart=/bin/sh -c '! echo x >/etc/x'
		ExecStart=/bin/sh -c '! echo x >/proc/sys/net/ipv4/ip_forward'
	EOF
	cat >"$units/test-private.service" <<-'EOF'
		[Service]
		Type=oneshot
		RemainAfterExit=yes
		PrivateDevices=yes
		PrivateNetwork=yes
		PrivateUsers=yes
		BindReadOnlyPaths=/usr:/mnt
		TemporaryFileSystem=/srv
		InaccessiblePaths=/root
		ExecStart=/bin/sh -c 'echo x >/dev/null'
		ExecStart=/bin/sh -c '[ ! -e /srv/credential ]'
		ExecStart=/bin/sh -c '[ -d /mnt/bin ]'
	EOF
	cat >"$units/test-dynamic.service" <<-'EOF'
		[Service]
		Type=oneshot
		RemainAfterExit=yes
		DynamicUser=yes
		StateDirectory=test
		ExecStart=/bin/sh -c 'echo x >/var/lib/test/x && [ $(id -u) -ge 61184 ]'
	EOF
	cat >"$units/test-credential.service" <<-'EOF'
		[Service]
		Type=oneshot
		RemainAfterExit=yes
		LoadCredential=file:/srv/credential
		SetCredential=text:word
		ExecStart=/bin/sh -c 'grep -qx secret "$CREDENTIALS_DIRECTORY/file"'
		ExecStart=/bin/sh -c 'grep -qx word "$CREDENTIALS_DIRECTORY/text"'
	EOF
	echo 0123456789abcdef0123456789abcdef >"$1/etc/machine-id"
}

# As on a host that was set up by its distribution: the modes of LXC's own.
make_systemd() # NAME ROOT LINE...
{
	guest=$1
	container_root=$2
	container_init=/usr/lib/systemd/systemd
	shift 2
	make_common "$guest" "$@"
	unset container_root container_init
}

# What is not running, as one line.
failed_units()
{
	inside "$1" systemctl list-units --failed --plain --no-legend | cut -d ' ' -f 1 |
		sort | tr '\n' ' '
}

# Waits until all units have been started, or have failed.
state_of() # NAME
{
	tries=0
	while [ "$tries" -lt 200 ]; do
		tries=$((tries + 1))
		state=$(inside "$1" systemctl is-system-running 2>/dev/null)
		case $state in
		running | degraded | maintenance | stopping) break ;;
		esac
		sleep 2
	done
	echo "${state:-none}"
}

boot_systemd() # NAME WANTED-UNITS
{
	records >/dev/null
	ok "$1: the container starts" start_container "$1"
	case $1 in
	unconfined*) ;;
	*) is "$(label_of "$1" | sed 's/.* //')" '(enforce)' "$1: its init is confined" ;;
	esac
	state=$(state_of "$1")
	failed=$(failed_units "$1")
	is "$failed" "$2" "$1: these units failed: ${2:-none}"
	case $2 in
	'') is "$state" running "$1: its state" ;;
	*) is "$state" degraded "$1: its state" ;;
	esac
	for unit in sandbox private dynamic credential; do
		case " $2" in
		*" test-$unit.service "*) ;;
		*) is "$(inside "$1" systemctl is-active "test-$unit")" active \
			"$1: the unit test-$unit" ;;
		esac
	done
	for unit in $failed; do
		inside "$1" systemctl status --no-pager -n 20 "$unit" | sed 's/^/#   /'
	done
	inside "$1" journalctl --no-pager -b -p 4 >"/out/journal.$1" 2>&1
	keep_records "$1"
	stop_container "$1"
}

users=${stage#systemd}
make_units /srv/ct
mkdir -p /srv/other
mountpoint -q /srv/other || mount -t ext4 /dev/vdd /srv/other
make_units /srv/other
for name in unconfined base-s nesting-s; do
	for which in ct other; do
		case $name in
		unconfined) make_systemd "$name-$which$users" "/srv/$which" \
			'lxc.apparmor.profile = unconfined' ;;
		*) make_systemd "$name-$which$users" "/srv/$which" ;;
		esac
	done
done
run aac -c "/in/$stage.json" apply
exits 0 'apply to containers with systemd'
# Two gaps that no rule closes (rules/systemd.aaf): Linux 6.1 refuses units with a dynamic
# user a lock on a unix socket, and the parser of Debian 12 has no word for a flag that
# systemd 257 seals credentials with.
case $(uname -r) in
6.1.*)
	wanted_ct='test-dynamic.service '
	wanted_other="systemd-journal-flush.service systemd-journald-dev-log.socket"
	wanted_other="$wanted_other systemd-journald.service systemd-journald.socket"
	wanted_other="$wanted_other systemd-sysctl.service"
	wanted_other="$wanted_other systemd-tmpfiles-setup-dev-early.service"
	wanted_other="$wanted_other systemd-tmpfiles-setup-dev.service"
	wanted_other="$wanted_other systemd-tmpfiles-setup.service"
	wanted_other="$wanted_other systemd-udev-load-credentials.service"
	wanted_other="$wanted_other test-credential.service test-dynamic.service " ;;
*) wanted_ct='' wanted_other='' ;;
esac
# Linux mounts no debugfs for them, confined or not, and the unit tries since they have
# all capabilities among themselves.
refused=
[ -z "$users" ] || refused='sys-kernel-debug.mount '
boot_systemd "unconfined-ct$users" "$refused"
boot_systemd "unconfined-other$users" "$refused"
for name in base-s nesting-s; do
	boot_systemd "$name-ct$users" "$refused$wanted_ct"
	boot_systemd "$name-other$users" "$refused$wanted_other"
done
