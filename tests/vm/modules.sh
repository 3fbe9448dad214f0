#!/bin/sh
# What a kernel of Debian needs to see its disk: the modules that it has not built in, out
# of TREE into FOLDER, under names whose order is that in which they are loaded.
#
#     tests/vm/modules.sh TREE FOLDER
set -eu
[ $# -eq 2 ] || { echo 'usage: modules.sh TREE FOLDER' >&2; exit 64; }
mkdir -p "$2"
number=0
for module in virtio_ring virtio virtio_pci_legacy_dev virtio_pci_modern_dev virtio_pci \
	virtio_blk; do
	number=$((number + 1))
	file=$(find "$1" -name "$module.ko*")
	case $file in
	'') ;;
	*.xz) xz -dc "$file" >"$2/$number-$module.ko" ;;
	*) cp "$file" "$2/$number-$module.ko" ;;
	esac
done
