#!/bin/sh
# Packages of Debian beside those of this machine: fetched by name from where this
# machine's own apt fetches, unpacked into FOLDER/root and never installed; the machine's
# apt is not touched.  When they cannot be had, says why on standard error and exits 1.
#
#     tests/support/debian.sh [--all] [--names] FOLDER RELEASE PACKAGE...
#
# A package `+NAME` stands for the first linux-image that NAME depends on, and -NAME for
# one that is left out.  With --all what they depend on comes along; with --names nothing
# is fetched, and the names of the packages, with their versions, are printed.
set -eu
all=no names=no
while :; do
	case ${1-} in
	--all) all=yes ;;
	--names) names=yes ;;
	*) break ;;
	esac
	shift
done
[ $# -ge 3 ] || {
	echo 'usage: debian.sh [--all] [--names] FOLDER RELEASE PACKAGE...' >&2
	exit 64
}
folder=$1 release=$2
shift 2
no() { echo "debian.sh: $*" >&2; exit 1; }

for tool in apt-get apt-cache dpkg dpkg-deb; do
	command -v "$tool" >/dev/null || no "there is no $tool"
done
source=$(apt-get indextargets --format '$(REPO_URI) $(RELEASE) $(COMPONENT)' 2>/dev/null |
	awk '($2 == "bookworm" || $2 == "trixie") && $3 == "main" { print $1; exit }')
[ -n "$source" ] || no 'apt knows no source of Debian 12 or 13'
keys=/usr/share/keyrings/debian-archive-keyring.gpg
[ -f "$keys" ] || no "there is no $keys (debian-archive-keyring)"

# A configuration, state and cache of its own.
apt=$folder/apt
mkdir -p "$apt/state/lists/partial" "$apt/cache/archives/partial" "$apt/parts" \
	"$folder/debs" "$folder/root"
: >"$apt/status"
echo "deb [signed-by=$keys] $source $release main" >"$apt/sources.list"
cat >"$apt/apt.conf" <<CONF
Dir::State "$apt/state";
Dir::State::status "$apt/status";
Dir::Cache "$apt/cache";
Dir::Etc::sourcelist "$apt/sources.list";
Dir::Etc::sourceparts "$apt/parts";
Dir::Etc::preferences "/dev/null";
Dir::Etc::preferencesparts "$apt/parts";
APT::Sandbox::User "root";
APT::Install-Recommends "false";
Acquire::Languages "none";
APT::Architectures "$(dpkg --print-architecture)";
Debug::NoLocking "true";
CONF
APT_CONFIG=$apt/apt.conf
export APT_CONFIG
apt-get update -qq >&2 || no 'the list of packages could not be fetched'

wanted=
without=
for package; do
	case $package in
	+*)
		package=$(apt-cache depends "${package#+}" |
			sed -n 's/.*Depends: \(linux-image-[0-9].*\)/\1/p' | head -n 1)
		[ -n "$package" ] || no 'there is no kernel'
		wanted="$wanted $package"
		;;
	-*) without="$without ${package#-}" ;;
	*) wanted="$wanted $package" ;;
	esac
done
if [ "$all" = yes ]; then
	# 'ADDRESS' NAME_VERSION_ARCHITECTURE.deb SIZE DIGEST
	# shellcheck disable=SC2086 # words
	apt-get install --print-uris -qq -y $wanted >"$apt/uris" || no 'apt finds no way'
	wanted=$(awk -v without=" $without " '{
		name = $2
		sub(/_.*/, "", name)
		if (index(without, " " name " ") == 0) print name
	}' "$apt/uris")
fi
if [ "$names" = yes ]; then
	# shellcheck disable=SC2086 # words
	apt-get download --print-uris -qq $wanted >"$apt/uris" ||
		no 'apt finds no package'
	awk '{ print $2 }' "$apt/uris" | LC_ALL=C sort
	exit
fi
# shellcheck disable=SC2086 # words
(cd "$folder/debs" && apt-get download -qq $wanted >&2) ||
	no 'the packages could not be fetched:' $wanted
# A package's folder may be a link in the root: bin is usr/bin where they were merged.
for deb in "$folder"/debs/*.deb; do
	dpkg-deb --fsys-tarfile "$deb" |
		tar -x --keep-directory-symlink -C "$folder/root"
done
