# shellcheck shell=sh disable=SC2154 # variables of tap.sh
# Each shipped profile, and none, around a container: its first process is confined, and
# the probes are asked in it.

sets='base nesting docker gpu all unified base-u docker-u unified-u'
configuration=/in/containers.json

# The nodes of GPUs that are not there: opened, they give ENXIO where nothing refuses.
make_nodes() # FOLDER
{
	mkdir -p "$1/nvidia-caps" "$1/dri"
	for number in 0 1 2 17; do
		mknod "$1/nvidia$number" c 195 "$number"
	done
	mknod "$1/nvidiactl" c 195 255
	mknod "$1/nvidia-modeset" c 195 254
	mknod "$1/nvidia-uvm" c 505 0
	mknod "$1/nvidia-caps/nvidia-cap1" c 506 1
	mknod "$1/dri/card0" c 226 0
	mknod "$1/dri/renderD128" c 226 128
	mknod "$1/kfd" c 507 0
	chmod 666 "$1"/nvidia[0-9]* "$1"/nvidiactl "$1"/nvidia-modeset "$1"/nvidia-uvm \
		"$1"/nvidia-caps/* "$1"/dri/* "$1/kfd"
}

# What an administrator adds by hand: all nodes, and whoever asks may open them.  The
# container `all` has just what the fragment says for GPUs 0 and 1.
gpu_lines() # NAME
{
	for node in nvidia0 nvidia1 nvidia2 nvidia17 nvidiactl nvidia-modeset \
		nvidia-uvm kfd; do
		echo "lxc.mount.entry = /dev/$node dev/$node none bind,create=file 0 0"
	done
	for node in nvidia-caps dri; do
		echo "lxc.mount.entry = /dev/$node dev/$node none bind,create=dir 0 0"
	done
	echo 'lxc.cgroup2.devices.allow = c 505:* rw'
	[ "$1" != all ] || return 0
	for number in 195 226 506 507; do
		echo "lxc.cgroup2.devices.allow = c $number:* rw"
	done
}

# A container whose kernel lets it write everything: its profile has to hold by itself.
make_confined() # NAME LINE...
{
	make_container "$@" 'lxc.mount.auto =' \
		'lxc.mount.auto = cgroup:rw proc:rw sys:rw' "$(gpu_lines "$1")"
}

ask_probes() # NAME
{
	records >/dev/null
	inside "$1" /in/probe </in/plan >"/out/answers.$1" 2>"/out/broken.$1"
	ok "$1: the probes ran" not test -s "/out/broken.$1"
	records >"/out/records.$1"
}

# What the probes name.
for folder in var/cache/lxc/x usr/lib/x86_64-linux-gnu/lxc/rootfs; do
	mkdir -p "/srv/ct/$folder"
done
cp -a /dev/vda /srv/ct/disk
make_nodes /dev
printf 'profile %s {\n    file,\n}\n' other lxc-other >/tmp/other
ok 'two profiles to switch to' apparmor_parser -Kr /tmp/other

for name in $sets; do
	make_confined "$name"
	cp "/var/lib/lxc/$name/config" "/tmp/config.$name"
done
for name in unconfined unconfined-u; do
	make_confined "$name" 'lxc.apparmor.profile = unconfined'
done

run aac -c "$configuration" status
exits 1 'status: nothing was applied'
prints '^base  *lxc-base .* missing (json, config, disk, kernel)$' 'and says so'
run aac -c "$configuration" test
exits 0 'what the fragments expect holds for the kernel that runs'
# Without it, so that what the containers show is shown even where that has failed.
run aac -c "$configuration" -v --no-test apply
exits 0 'apply'
prints '^changed  /var/lib/lxc/all/config$' 'changes the configurations'
run aac -c "$configuration" status
exits 0 'status: all in sync'
is "$(grep -c ' enforce, same .* in sync$' "$out")" 9 'what is loaded is what would be'

for name in unconfined unconfined-u $sets; do
	records >/dev/null
	ok "$name: the container starts" start_container "$name"
	profile=$(sed -n 's/^lxc.apparmor.profile = //p' "/var/lib/lxc/$name/config")
	case $name in
	unconfined*) wanted=unconfined ;;
	*) wanted="$profile (enforce)" ;;
	esac
	is "$(label_of "$name")" "$wanted" "$name: its init is confined: $wanted"
	is "$(records)" '' "$name: and nothing was refused"
	ask_probes "$name"
	if [ "$name" = unified ]; then
		run aac -c "$configuration" status "$name"
		prints ' enforce, same  *same  *in sync$' 'status knows what runs'
	fi
	stop_container "$name"
done

run aac revert --all
exits 0 'revert'
for name in $sets; do
	ok "$name: its configuration is what it was" \
		cmp "/tmp/config.$name" "/var/lib/lxc/$name/config"
done
