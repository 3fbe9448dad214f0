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
for tool in apt-get dpkg dpkg-deb; do
	command -v "$tool" >/dev/null || no "there is no $tool"
done
arch=$(dpkg --print-architecture)
source=$(apt-get indextargets --format '$(REPO_URI) $(RELEASE) $(COMPONENT)' 2>/dev/null |
	awk '($2 == "bookworm" || $2 == "trixie") && $3 == "main" { print $1; exit }')
[ -n "$source" ] || no 'apt knows no source of Debian 12 or 13'
keys=/usr/share/keyrings/debian-archive-keyring.gpg
[ -f "$keys" ] || no "there is no $keys (debian-archive-keyring)"

# A configuration, state and cache of its own: the machine's apt is not touched.
apt=$folder/apt
mkdir -p "$apt/state/lists/partial" "$apt/cache/archives/partial" "$apt/parts" \
	"$folder/debs" "$folder/root"
: >"$apt/status"
echo "deb [signed-by=$keys] $source trixie main" >"$apt/sources.list"
cat >"$apt/apt.conf" <<CONF
Dir::State "$apt/state";
Dir::State::status "$apt/status";
Dir::Cache "$apt/cache";
Dir::Etc::sourcelist "$apt/sources.list";
Dir::Etc::sourceparts "$apt/parts";
Dir::Etc::preferences "/dev/null";
Dir::Etc::preferencesparts "$apt/parts";
APT::Sandbox::User "root";
Acquire::Languages "none";
APT::Architectures "$arch";
CONF
APT_CONFIG=$apt/apt.conf
export APT_CONFIG
apt-get update -qq >&2 || no 'the list of packages could not be fetched'
(cd "$folder/debs" && apt-get download -qq apparmor libapparmor1 libc6 libstdc++6 \
	libgcc-s1 libzstd1 zlib1g >&2) || no 'the packages could not be fetched'
for deb in "$folder"/debs/*.deb; do
	dpkg-deb -x "$deb" "$folder/root"
done
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
