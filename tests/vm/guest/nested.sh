# shellcheck shell=sh disable=SC2154 # variables of suite.sh
# Containers inside of containers: LXC with the profile of the outer one (`unchanged`),
# with one that the fragment names, and runc by itself.  In the stage nested-u the outer
# ones have users of their own.

# Loaded on the host for those inside; as wide as a test needs it.
load_inner()
{
	cat >/tmp/inner <<-'EOF'
		profile lxc-inner flags=(attach_disconnected, mediate_deleted) {
		    file,
		    capability,
		    network,
		    mount,
		    umount,
		    pivot_root,
		    signal,
		    ptrace,
		    unix,
		}
	EOF
	apparmor_parser -Kr /tmp/inner
}

# The outer container keeps its own cgroups and may show AppArmor's files inside.
make_outer() # NAME LINE...
{
	outer=$1
	shift
	make_common "$outer" 'lxc.include = /usr/share/lxc/config/nesting.conf' \
		'lxc.mount.entry = /out out none bind,create=dir 0 0' "$@"
}

# Gives the lines of a test that ran inside.
run_nested() # NAME PROFILE...
{
	name=$1
	shift
	records >/dev/null
	ok "$name: the container starts" start_container "$name"
	inside "$name" sh /in/nested-inside.sh "$name" "$@" >"/out/nested.$name" \
		2>"/out/nested-log.$name"
	finished=no
	while IFS= read -r line; do
		case $line in
		'ok '*) tap_pass "$name: ${line#* - }" ;;
		'not ok '*) tap_fail "$name: ${line#* - }" ;;
		1..*) finished=yes ;;
		*) printf '%s\n' "$line" ;;
		esac
	done <"/out/nested.$name"
	is "$finished" yes "$name: and comes to its end"
	keep_records "$name"
	stop_container "$name"
}

security='/sys/kernel/security sys/kernel/security none bind,optional 0 0'
ok 'a profile for those inside' load_inner
users=${stage#nested}
make_outer "unconfined-n$users" 'lxc.apparmor.profile = unconfined'
make_outer "nesting-n$users"
make_outer "named-n$users" "lxc.mount.entry = $security"
make_outer "docker-n$users"
make_outer "unified-n$users"
run aac -c "/in/$stage.json" apply
exits 0 'apply to containers with containers inside'
run_nested "unconfined-n$users" unchanged
run_nested "nesting-n$users" unchanged
run_nested "named-n$users" unchanged lxc-inner
run_nested "docker-n$users" unchanged
run_nested "unified-n$users" unchanged
