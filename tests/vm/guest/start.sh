#!/bin/sh
# The guest's first program: what an init would do for a host of containers, then the
# test, then what it left goes to the second disk, and the power goes off.
# A disk that the stage `boot` has made ready has an init of its own.
if [ -e /etc/systemd/system/booted.service ]; then
	/usr/bin/busybox mount -t devtmpfs dev /dev
	/usr/bin/busybox mount -t ext4 /dev/vdc /srv/ct
	exec /usr/lib/systemd/systemd
fi
PATH=/usr/sbin:/usr/bin
HOME=/root
export PATH HOME
mount -t proc proc /proc
mount -t sysfs sysfs /sys
mount -t devtmpfs dev /dev
mkdir -p /dev/pts /dev/shm
mount -t devpts -o gid=5,mode=620,ptmxmode=666 devpts /dev/pts
mount -t tmpfs shm /dev/shm
mount -t tmpfs run /run
mount -t tmpfs tmp /tmp
mount -t tmpfs -o mode=1777 out /out
mkdir -p /run/lock
mount -t securityfs securityfs /sys/kernel/security
mount -t cgroup2 -o nsdelegate cgroup2 /sys/fs/cgroup
mount --make-rshared /
ln -sfn /proc/self/fd /dev/fd
ln -sfn fd/0 /dev/stdin
ln -sfn fd/1 /dev/stdout
ln -sfn fd/2 /dev/stderr
# Records stay out of the console, which is slow; none is dropped.
sysctl -qw kernel.printk='1 4 1 7' kernel.printk_ratelimit=0
# What `deny` without `audit` refuses is told, too.
printf noquiet >/sys/module/apparmor/parameters/audit
sysctl -qw net.ipv4.ip_forward=1
ip link set lo up
for module in overlay binfmt_misc fuse veth bridge br_netfilter nf_nat nft_compat \
	nft_chain_nat xt_MASQUERADE xt_conntrack xt_addrtype xt_nat xt_tcpudp nf_tables \
	autofs4; do
	modprobe "$module" || echo "no module $module"
done
# The program was built elsewhere and brings its libraries along.
cp -R /in/tree/. /

# On the console too, for whoever waits.
sh /in/suite.sh 2>/out/log </dev/null | tee /out/tap
dmesg >/out/dmesg
cut -d ' ' -f 1 /proc/uptime >/out/END
tar -c -f /dev/vdb -C /out .
# Nothing else is synced: a disk that stays is as after a power cut.
sync /dev/vdb
poweroff -f -n
