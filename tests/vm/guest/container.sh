# shellcheck shell=sh
# Containers of LXC, and what the kernel says of them.  Sourced; gives
#
#   make_container NAME LINE...   its configuration, as an administrator would leave it
#   start_container NAME          and waits until it runs
#   stop_container NAME
#   label_of NAME                 what its first process is confined by, and how
#   inside NAME COMMAND...        in the container
#   records                       takes what AppArmor has recorded since the last time
#   keep_records NAME             the same, for the host to judge
#
# Its root is the second copy of the guest's own image, at /srv/ct; its init only waits.

make_container()
{
	mkdir -p "/var/lib/lxc/$1"
	{
		cat <<-EOF
			lxc.include = /usr/share/lxc/config/common.conf
			lxc.uts.name = $1
			lxc.arch = amd64
			lxc.rootfs.path = dir:${container_root:-/srv/ct}
			lxc.net.0.type = empty
			lxc.init.cmd = ${container_init:-/bin/sh /in/idle.sh}
			lxc.mount.entry = /in in none bind,create=dir 0 0
			lxc.mount.entry = tmpfs run tmpfs create=dir 0 0
			lxc.mount.entry = tmpfs tmp tmpfs create=dir 0 0
			lxc.mount.entry = tmpfs var/lib/docker tmpfs create=dir 0 0
			lxc.mount.entry = tmpfs var/lib/lxc tmpfs create=dir 0 0
		EOF
		shift
		for line; do
			echo "$line"
		done
	} >"/var/lib/lxc/$1/config"
}

start_container()
{
	lxc-start -n "$1" -l info -o "/out/lxc-$1.log" &&
		lxc-wait -n "$1" -s RUNNING -t 120
}

stop_container()
{
	lxc-stop -n "$1" -k
}

label_of()
{
	cat "/proc/$(lxc-info -n "$1" -pH)/attr/current"
}

inside()
{
	entered=$1
	shift
	lxc-attach -n "$entered" -- "$@"
}

# Loading is recorded, too, and is not what anyone asks for here.
records()
{
	dmesg -c | sed -n 's/.*\(apparmor="[A-Z]*" .*\)/\1/p' |
		grep -v 'apparmor="STATUS"'
}

# A refusal of our own shows that refusals are seen.
keep_records() # NAME
{
	inside "$1" touch /tmp/kcore >/tmp/touched 2>&1
	records >/tmp/records
	case $1 in
	unconfined*) ;;
	*) ok "$1: what is refused is recorded" grep -q '"/tmp/kcore"' /tmp/records ;;
	esac
	grep -v 'name="/tmp/kcore"' /tmp/records >"/out/records.$1"
}
