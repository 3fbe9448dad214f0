# shellcheck shell=sh
# Containers of LXC, and what the kernel says of them.  Sourced; gives
#
#   make_container NAME LINE...   its configuration, as an administrator would leave it
#   make_common NAME LINE...      the same, with what LXC adds by default to its kind
#   start_container NAME          and waits until it runs
#   stop_container NAME
#   label_of NAME                 what its first process is confined by, and how
#   inside NAME COMMAND...        in the container
#   records                       takes what AppArmor has recorded since the last time
#   keep_records NAME             the same, for the host to judge
#
# Its root is the second copy of the guest's own image, at /srv/ct; its init only waits.
# Those whose name ends in -u have users of their own, as Proxmox makes containers by
# default.

make_container()
{
	made=$1
	mkdir -p "/var/lib/lxc/$made"
	{
		cat <<-EOF
			lxc.include = /usr/share/lxc/config/common.conf
			lxc.uts.name = $made
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
		case $made in
		*-u) printf 'lxc.idmap = %s 0 100000 65536\n' u g
			echo 'lxc.rootfs.options = idmap=container' ;;
		esac
	} >"/var/lib/lxc/$made/config"
}

make_common()
{
	case $1 in
	*-u) set -- "$@" 'lxc.include = /usr/share/lxc/config/userns.conf' ;;
	esac
	make_container "$@"
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
