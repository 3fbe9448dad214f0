# Runs in the outer container: starts an inner one with LXC under each profile that is
# named behind the outer one's name, then one with runc.
top_srcdir=/in
top_builddir=/usr/local/bin
export top_srcdir top_builddir
PATH=/usr/sbin:/usr/bin
HOME=/root
export PATH HOME
# shellcheck source=tests/support/tap.sh
. /in/tap.sh
outer=$1
shift

make_root() # FOLDER
{
	mkdir -p "$1/bin" "$1/proc" "$1/sys" "$1/dev" "$1/etc" "$1/tmp" "$1/in"
	cp /usr/bin/busybox "$1/bin/"
	for applet in sh cat echo sleep true mount umount; do
		ln -sf busybox "$1/bin/$applet"
	done
}

ip link set lo up
own=$(cat /proc/self/attr/current)
for profile; do
	make_root /var/lib/lxc/inner/rootfs
	cat >/var/lib/lxc/inner/config <<-EOF
		lxc.uts.name = inner
		lxc.rootfs.path = dir:/var/lib/lxc/inner/rootfs
		lxc.mount.auto = proc:mixed sys:mixed
		lxc.apparmor.profile = $profile
		lxc.net.0.type = empty
		lxc.tty.max = 0
		lxc.pty.max = 16
		lxc.init.cmd = /bin/sleep 1000
	EOF
	run lxc-start -n inner -l debug -o "/out/inner.$outer"
	exits 0 "lxc-start inside, profile $profile"
	run lxc-wait -n inner -s RUNNING -t 60
	exits 0 'it runs'
	case $profile in
	unchanged) wanted=$own ;;
	*) wanted="$profile (enforce)" ;;
	esac
	is "$(cat "/proc/$(lxc-info -n inner -pH)/attr/current")" "$wanted" \
		"its label is '$wanted'"
	run lxc-attach -n inner -- /bin/sh -c \
		'echo x >/tmp/x && cat /proc/self/attr/current'
	exits 0 'lxc-attach'
	is "$(cat "$out")" "$wanted" 'with the same label'
	run lxc-stop -n inner -k
	exits 0 'lxc-stop'
	rm -rf /var/lib/lxc/inner
done

# As dockerd lays it out, where the profile has that capability.
bundle=/run/bundle
case $outer in
docker* | unified*) root=/var/lib/docker/overlay2/l/merged ;;
*) root=/var/lib/lxc/runc/rootfs ;;
esac
make_root "$root"
mkdir -p "$bundle"
cd "$bundle" || exit 1
runc spec
sed -i -e 's/"terminal": true/"terminal": false/' -e "s#\"rootfs\"#\"$root\"#" \
	-e 's#"sh"#"sh", "-c", "echo hello; cat /proc/self/attr/current"#' config.json
run timeout 60 runc run alone
exits 0 'runc run'
prints '^hello$' 'what it says'
prints "^$own" 'with the same label'
finish
