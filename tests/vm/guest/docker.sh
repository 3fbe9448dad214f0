# shellcheck shell=sh disable=SC2154 # variables of suite.sh
# containerd and dockerd inside of a container, and what people do with them.  No image is
# fetched: one is imported that holds busybox alone.  In the stage docker-u the containers
# have users of their own.

make_docker() # NAME LINE...
{
	make_common "$@" 'lxc.mount.auto =' \
		'lxc.mount.auto = cgroup:rw proc:rw sys:rw' \
		'lxc.mount.entry = /out out none bind,create=dir 0 0'
}

# The test inside prints lines like ours.
run_docker() # NAME
{
	records >/dev/null
	ok "$1: the container starts" start_container "$1"
	inside "$1" sh /in/docker-inside.sh "$1" >"/out/docker.$1" 2>"/out/docker-log.$1"
	while IFS= read -r line; do
		case $line in
		'ok '*) tap_pass "$1: ${line#* - }" ;;
		'not ok '*) tap_fail "$1: ${line#* - }" ;;
		1..*) finished=yes ;;
		*) printf '%s\n' "$line" ;;
		esac
	done <"/out/docker.$1"
	is "${finished-no}" yes "$1: and comes to its end"
	finished=no
	keep_records "$1"
	stop_container "$1"
}

users=${stage#docker}
for name in "unconfined-d$users" "docker-d$users" "unified-d$users"; do
	case $name in
	unconfined-d*) make_docker "$name" 'lxc.apparmor.profile = unconfined' ;;
	*) make_docker "$name" ;;
	esac
done
run aac -c "/in/$stage.json" apply
exits 0 'apply to containers with Docker'
run aac -c "/in/$stage.json" status
prints ' enforce, same ' 'and the kernel has what it should'
for name in "unconfined-d$users" "docker-d$users" "unified-d$users"; do
	run_docker "$name"
done
