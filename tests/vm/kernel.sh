#!/bin/sh
# A kernel of Debian for tests/vm/boot.sh: FOLDER/vmlinuz, and in FOLDER/modules what its
# disk needs.  What is there already is used again.  Exits with 1 when it cannot be had.
#
#     tests/vm/kernel.sh FOLDER RELEASE
set -eu
[ $# -eq 2 ] || { echo 'usage: kernel.sh FOLDER RELEASE' >&2; exit 64; }
mkdir -p "$1"
folder=$(cd "$1" && pwd -P)
[ ! -e "$folder/vmlinuz" ] || exit 0
sh "$(dirname "$0")/../support/debian.sh" "$folder" "$2" +linux-image-cloud-amd64
sh "$(dirname "$0")/modules.sh" "$folder/root" "$folder/modules"
cp "$folder"/root/boot/vmlinuz-* "$folder/vmlinuz.new"
mv "$folder/vmlinuz.new" "$folder/vmlinuz"
rm -rf "$folder/root" "$folder/debs" "$folder/apt"
