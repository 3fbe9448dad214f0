# What is shown in the guest, as a test in the manner of tap.sh; the stages that
# /in/stages names.  Beside it answers and records go to /out, and are judged where the
# tables are.
top_srcdir=/in
top_builddir=/usr/local/bin
export top_srcdir top_builddir
# shellcheck source=tests/support/tap.sh
. /in/tap.sh
# shellcheck source=tests/vm/guest/container.sh
. /in/container.sh

# An emulated machine takes its time, a busy one even more.
aac() { "$build/aa-compose" --parser-timeout 1200 "$@"; }

mkdir -p /srv/ct
mount -t ext4 /dev/vdc /srv/ct
read -r stages </in/stages
for stage in $stages; do
	. "/in/${stage%-u}.sh"
	echo "# $stage: $(cut -d ' ' -f 1 /proc/uptime) s"
done
finish
