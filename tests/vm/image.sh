#!/bin/sh
# A whole Debian for a guest, laid out from its packages: FOLDER/root.img is an ext4 with
# systemd, LXC, Docker and AppArmor, FOLDER/vmlinuz its kernel, FOLDER/initrd what mounts
# it.  The same tree is the guest's own root and that of the containers in it.
#
#     tests/vm/image.sh CACHE RELEASE
#
# Prints FOLDER, which is CACHE/RELEASE-KEY; the key comes of the packages' versions and
# of these scripts, so what is there is used again until one of them changes.  Where the
# list of packages cannot be fetched, what is there is taken.  No mount, no chroot, no
# maintainer script; but files keep their owners, so it has to be root.
set -eu
[ $# -eq 2 ] || { echo 'usage: image.sh CACHE RELEASE' >&2; exit 64; }
here=$(cd "$(dirname "$0")" && pwd -P)
mkdir -p "$1"
cache=$(cd "$1" && pwd -P)
release=$2
no() { echo "image.sh: $*" >&2; exit 1; }

[ "$(id -u)" -eq 0 ] || no 'only root can lay out a root file system'
PATH=$PATH:/usr/sbin:/sbin
command -v mke2fs >/dev/null || no 'there is no mke2fs (package e2fsprogs)'

packages="+linux-image-cloud-amd64 base-files libc-bin bash busybox-static coreutils
	grep sed util-linux mount procps kmod systemd dbus iproute2 iptables apparmor lxc
	uidmap docker.io containerd runc"
case $release in
bookworm) other= ;;
*) other=docker-cli ;;
esac
# They come with the others, and nothing that runs here needs them.
needless="-perl -perl-base -perl-modules-5.36 -libperl5.36 -dpkg -debconf -dnsmasq-base
	-initramfs-tools -initramfs-tools-core -initramfs-tools-bin -klibc-utils -libklibc
	-dracut-install -cpio -usrmerge -adduser"

work=$cache/$release.new
rm -rf "$work"
trap 'rm -rf "$work"' EXIT
trap 'exit 1' HUP INT TERM
mkdir "$work"
fetch() # OPTION... : names or packages, of all that is needed
{
	# shellcheck disable=SC2086 # words
	sh "$here/../support/debian.sh" --all "$@" "$work" "$release" \
		$packages $other $needless
}
if fetch --names >"$work/names"; then
	key=$(cat "$work/names" "$here/image.sh" "$here/modules.sh" "$here/initrd" |
		grep -v '^#' | sha256sum | cut -c 1-12)
	folder=$cache/$release-$key
else
	folder=$(find "$cache" -maxdepth 1 -name "$release-*" -type d | head -n 1)
	[ -n "$folder" ] || no 'the packages cannot be had, nor is there an image'
	echo "image.sh: going on with $folder" >&2
fi
if [ -e "$folder/root.img" ]; then
	echo "$folder"
	exit
fi

# ---- the tree --------------------------------------------------------------------------

root=$work/root
mkdir -p "$root/usr/bin" "$root/usr/sbin" "$root/usr/lib" "$root/usr/lib64"
for name in bin sbin lib lib64; do
	ln -s "usr/$name" "$root/$name"
done
fetch
kernel=$(ls "$root/usr/lib/modules")

# What a guest never reads.
(cd "$root/usr/share" && rm -rf doc man locale info lintian bash-completion zsh perl5)
(cd "$root/usr/lib/modules/$kernel/kernel" && rm -rf sound drivers/infiniband \
	drivers/net/ethernet drivers/gpu drivers/hid drivers/usb drivers/input \
	drivers/nvme drivers/scsi drivers/md drivers/ata arch/x86/kvm fs/xfs fs/ocfs2)
rm -rf "$root/usr/lib/udev/hwdb.d"

# What maintainer scripts would have done.
(cd "$root" && mkdir -p proc sys dev run tmp in out mnt srv root opt var/lib/lxc \
	var/lib/docker var/cache/lxc var/log var/tmp etc/docker var/lib/misc)
chmod 1777 "$root/tmp" "$root/var/tmp"
rm -rf "$root/var/run"
ln -s /run "$root/var/run"
busybox=$root/usr/bin/busybox
[ -x "$busybox" ] || no 'there is no busybox in the tree'
"$busybox" --list | while read -r name; do
	[ -e "$root/usr/bin/$name" ] || [ -L "$root/usr/bin/$name" ] ||
		[ -e "$root/usr/sbin/$name" ] || ln -s busybox "$root/usr/bin/$name"
done
for name in iptables iptables-save iptables-restore ip6tables ip6tables-save \
	ip6tables-restore; do
	ln -sf xtables-nft-multi "$root/usr/sbin/$name"
done
cat >"$root/etc/passwd" <<'EOF'
root:x:0:0:root:/root:/bin/sh
nobody:x:65534:65534:nobody:/nonexistent:/usr/sbin/nologin
messagebus:x:101:101::/nonexistent:/usr/sbin/nologin
EOF
cat >"$root/etc/group" <<'EOF'
root:x:0:
tty:x:5:
utmp:x:43:
shadow:x:42:
messagebus:x:101:
docker:x:102:
nogroup:x:65534:
EOF
printf 'root:*:19000:0:99999:7:::\nnobody:*:19000:0:99999:7:::\n' >"$root/etc/shadow"
printf 'root:100000:65536\n' | tee "$root/etc/subuid" >"$root/etc/subgid"
chmod 600 "$root/etc/shadow"
printf '127.0.0.1 localhost\n' >"$root/etc/hosts"
printf 'passwd: files systemd\ngroup: files systemd\nshadow: files\nhosts: files\n' \
	>"$root/etc/nsswitch.conf"
: >"$root/etc/fstab"
: >"$root/etc/resolv.conf"
ln -sf multi-user.target "$root/usr/lib/systemd/system/default.target"
PATH=$PATH ldconfig -r "$root"
"$busybox" depmod -b "$root" "$kernel"

# ---- what boots it ---------------------------------------------------------------------

mkdir -p "$work/start/bin" "$work/start/proc" "$work/start/sys" "$work/start/dev" \
	"$work/start/new" "$work/start/in"
sh "$here/modules.sh" "$root/usr/lib/modules" "$work/start/modules"
cp "$busybox" "$work/start/bin/busybox"
cp "$here/initrd" "$work/start/init"
chmod +x "$work/start/init"
mkdir "$work/image"
(cd "$work/start" && find . | LC_ALL=C sort | "$busybox" cpio -o -H newc 2>/dev/null) \
	>"$work/image/initrd"
cp "$busybox" "$work/image/busybox"
mv "$root/boot/vmlinuz-$kernel" "$work/image/vmlinuz"
rm -rf "${root:?}/boot"
size=$(($(du -sm "$root" | cut -f 1) + 400))
mke2fs -q -t ext4 -m 0 -E lazy_itable_init=1,lazy_journal_init=1 -d "$root" \
	"$work/image/root.img" "${size}M" >&2
cp "$work/names" "$work/image/names"
# What it replaces is of no more use.
find "$cache" -maxdepth 1 -name "$release-*" -type d -exec rm -rf {} +
mv "$work/image" "$folder"
echo "$folder"
