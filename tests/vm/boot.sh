#!/bin/sh
# Boots a kernel with the recorder as its only program and gives what it answered.
#
#     tests/vm/boot.sh KERNEL RECORDER PLAN POLICY… >ANSWERS
#
# POLICY may be a folder, too: then what is in it is put into the guest.
# KERNEL is a folder that tests/vm/kernel.sh made; the plan names policy by the last part
# of its path.  One processor, emulated, and a limit of 20 minutes (AAC_VM_TIMEOUT, in
# seconds).
set -eu
[ $# -ge 3 ] || { echo 'usage: boot.sh KERNEL RECORDER PLAN POLICY...' >&2; exit 64; }
kernel=$1 recorder=$2 plan=$3
shift 3
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
trap 'exit 1' HUP INT TERM

if command -v cpio >/dev/null; then pack=cpio; else pack='busybox cpio'; fi
mkdir "$work/root"
cp "$recorder" "$work/root/init"
cp "$plan" "$work/root/plan"
for policy; do
	if [ -d "$policy" ]; then
		cp -R "$policy/." "$work/root/"
	else
		cp "$policy" "$work/root/"
	fi
done
cp -R "$kernel/modules" "$work/root/"
(cd "$work/root" && find . | LC_ALL=C sort | $pack -o -H newc 2>/dev/null) >"$work/initrd"
truncate -s 256M "$work/disk"
# A busy machine delays the emulated timer, which the kernel would take for a broken one.
options="console=ttyS0 ${AAC_VM_QUIET-quiet} panic=-1 rdinit=/init no_timer_check"
options="$options apparmor=1 security=apparmor audit=1 audit_backlog_limit=65536"
nice timeout "${AAC_VM_TIMEOUT:-1200}" qemu-system-x86_64 -M pc -accel tcg,thread=single \
	-cpu max -smp 1 -m 768 -nodefaults -no-user-config -display none -serial stdio \
	-no-reboot -kernel "$kernel/vmlinuz" -initrd "$work/initrd" -append \
	"$options log_buf_len=16M" \
	-drive "id=a,file=$work/disk,format=raw,if=none" -device virtio-blk-pci,drive=a \
	</dev/null >"$work/console" 2>&1 || { cat "$work/console" >&2; exit 1; }
tr -d '\0' <"$work/disk" >"$work/answers"
if [ "$(tail -n 1 "$work/answers")" != end ]; then
	cat "$work/console" >&2
	echo 'boot.sh: the recorder did not come to its end' >&2
	exit 1
fi
cat "$work/console" >&2
sed '$d' "$work/answers"
