#!/bin/sh
# Boots an image of tests/vm/image.sh and gives what the guest left behind.
#
#     tests/vm/guest.sh IMAGE INPUT OUTPUT [DISK...]
#
# The folder INPUT is the guest's /in; it holds start.sh, the guest's first program.
# What is in the guest's /out at its end is in the new folder OUTPUT, with its console.
# Further disks are /dev/vdc and so on; nothing is ever written to them, nor to the image,
# unless AAC_VM_DISK names a disk to boot from in its place, which then keeps it.
#
# Two emulated processors: /dev/kvm may be there and not work.  AAC_VM_TIMEOUT is its time
# in seconds, AAC_VM_MEMORY its memory in MiB, AAC_VM_OPTIONS more of the kernel's command
# line.  Exits with 1 when the guest did not come to its end.
set -eu
[ $# -ge 3 ] || { echo 'usage: guest.sh IMAGE INPUT OUTPUT [DISK...]' >&2; exit 64; }
image=$1 input=$2 output=$3
shift 3
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
trap 'exit 1' HUP INT TERM

mkdir -p "$output" "$work/files"
cp -R "$input" "$work/files/in"
(cd "$work/files" && find . | LC_ALL=C sort | "$image/busybox" cpio -o -H newc) \
	>"$work/more" 2>"$work/packed" || { cat "$work/packed" >&2; exit 1; }
cat "$image/initrd" "$work/more" >"$work/initrd"
truncate -s 128M "$work/out"
first="file=$image/root.img,snapshot=on"
[ -z "${AAC_VM_DISK-}" ] || first="file=$AAC_VM_DISK,cache=writethrough"
number=0
letters=cdefgh
for disk; do
	number=$((number + 1))
	letter=$(printf '%s' "$letters" | cut -c "$number")
	set -- "$@" -drive "id=$letter,file=$disk,format=raw,if=none,snapshot=on" \
		-device "virtio-blk-pci,drive=$letter"
	shift
done
# A busy machine delays the emulated timer, which the kernel would take for a broken one.
options='console=ttyS0 quiet panic=-1 reboot=t no_timer_check'
options="$options apparmor=1 security=apparmor audit=1 sysctl.kernel.printk_ratelimit=0"
options="$options audit_backlog_limit=65536 log_buf_len=16M ${AAC_VM_OPTIONS-}"
status=0
timeout -k 10 "${AAC_VM_TIMEOUT:-3600}" qemu-system-x86_64 -M pc \
	-accel tcg,thread=multi,tb-size=512 -cpu max -smp 2 -m "${AAC_VM_MEMORY:-2048}" \
	-nodefaults -no-user-config -display none -serial stdio -no-reboot \
	-kernel "$image/vmlinuz" -initrd "$work/initrd" -append "$options" \
	-drive "id=a,$first,format=raw,if=none" -device virtio-blk-pci,drive=a \
	-drive "id=b,file=$work/out,format=raw,if=none" -device virtio-blk-pci,drive=b \
	"$@" </dev/null >"$output/console" 2>&1 || status=$?
tar -x -C "$output" -f "$work/out" 2>/dev/null || :
if [ "$status" -ne 0 ] || [ ! -s "$output/END" ]; then
	echo "guest.sh: the guest did not come to its end (qemu exits $status):" >&2
	tail -n 20 "$output/console" >&2
	exit 1
fi
