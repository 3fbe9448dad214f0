#!/bin/sh
# Debian 13's apparmor_parser beside the one of this machine: its packages are fetched by
# name from where this machine's own apt fetches, unpacked into FOLDER and never
# installed, and run with their own loader.  Prints the path of a wrapper; without it,
# says why on standard error and exits with 1.  What is there already is used again.
#
#     tests/support/parser41.sh FOLDER
set -eu
mkdir -p "$1"
folder=$(cd "$1" && pwd -P)
wrapper=$folder/apparmor_parser

no() { echo "parser41: $*" >&2; exit 1; }

works() { [ -x "$wrapper" ] && "$wrapper" --version | grep -q 'version 4\.'; }

if works; then
	echo "$wrapper"
	exit
fi
sh "$(dirname "$0")/debian.sh" "$folder" trixie apparmor libapparmor1 libc6 libstdc++6 \
	libgcc-s1 libzstd1 zlib1g >&2 || no 'the packages could not be had'
libraries=$(dirname "$(find "$folder/root" -name libc.so.6 | head -n 1)")
loader=$(find "$libraries" -name 'ld-linux*' | head -n 1)
[ -n "$loader" ] || no 'the packages hold no loader'
cat >"$wrapper" <<WRAPPER
#!/bin/sh
exec '$loader' --library-path '$libraries' '$folder/root/usr/sbin/apparmor_parser' "\$@"
WRAPPER
chmod +x "$wrapper"
works || no 'what was unpacked does not run'
echo "$wrapper"
