# A unit of the guest's, when its own systemd has booted it: aa-compose.service has loaded
# what is built, out of the cache, behind apparmor.service and before LXC starts anything.
PATH=/usr/local/bin:/usr/sbin:/usr/bin
HOME=/root
top_srcdir=/in
top_builddir=/usr/local/bin
export PATH HOME top_srcdir top_builddir
mkdir -p /out
mount -t tmpfs out /out
exec >/out/tap 2>/out/log
# shellcheck source=tests/support/tap.sh
. /in/tap.sh
# shellcheck source=tests/vm/guest/container.sh
. /in/container.sh

property() # UNIT PROPERTY
{
	systemctl show --value -p "$2" "$1"
}

unit=aa-compose.service
is "$(property init.scope ActiveState)" active 'systemd is the init'
is "$(property $unit ActiveState), $(property $unit Result)" 'active, success' \
	"$unit has done its work"
run journalctl -b -o cat -u $unit
prints '^2 profiles loaded, 2 from the cache$' 'without a compilation'
records=$(dmesg | grep 'apparmor="STATUS"' | grep 'name="lxc-base"' |
	sed 's/.*operation="\([a-z_]*\)".*/\1/' | tr '\n' ' ')
is "$records" 'profile_load profile_replace ' 'behind what apparmor.service has loaded'
is "$(cat /sys/kernel/security/apparmor/policy/profiles/lxc-base.*/sha*)" \
	"$(cat /root/digest)" 'the kernel has what was built'
ok 'before LXC began' test "$(property $unit ActiveEnterTimestampMonotonic)" -lt \
	"$(property lxc.service InactiveExitTimestampMonotonic)"
ok 'which has started its container' lxc-wait -n booted -s RUNNING -t 120
is "$(label_of booted)" 'lxc-base (enforce)' 'confined'
systemctl stop $unit
is "$(label_of booted)" 'lxc-base (enforce)' 'which stopping the unit leaves as it is'
ok 'the unit starts again' systemctl start $unit

# There is no way back from this one.
printf 1 >/sys/module/apparmor/parameters/lock_policy
run "$build/aa-compose" -o /var/lib/aa-compose/out load --cache
exits 3 'policy that is locked'
says 'locked until the machine starts again.*policy-locked' 'is told'
systemctl restart $unit
is "$(property $unit Result)" exit-code 'and the unit fails'
is "$(label_of booted)" 'lxc-base (enforce)' 'the container stays confined'
journalctl -b -o short-monotonic >/out/journal
systemctl list-units --failed --plain --no-legend >/out/failed
dmesg >/out/dmesg
(finish)
cut -d ' ' -f 1 /proc/uptime >/out/END
tar -c -f /dev/vdb -C /out .
sync /dev/vdb
poweroff -f -n
