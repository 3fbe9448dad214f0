# shellcheck shell=sh disable=SC2154
# A Proxmox host in a folder, for the tests of apply; sourced after fleet.sh, it gives
#
#   site FOLDER           makes it: 101 with nesting and a profile line of its own, 102
#                         with snapshots, 103 a template, 104 without a configuration;
#                         the container file is reached through a link
#   put ROOT ARGUMENT...  aac with the rules of fleet.sh below ROOT
#   look FOLDER FILE      what everything in it is, but for what apply keeps for itself
#   settled FOLDER        nothing that a run had beside a file is left

site()
{
	mkdir -p "$1/etc/pve/nodes/here/lxc" "$1/srv/real"
	ln -s nodes/here/lxc "$1/etc/pve/lxc"
	cp "$scratch/fleet.json" "$1/srv/real/fleet.json"
	ln -s real/fleet.json "$1/srv/fleet.json"
	chmod 640 "$1/srv/real/fleet.json"
	cat >"$1/etc/pve/lxc/101.conf" <<-'END'
		#Web%0Aserver
		arch: amd64
		features: nesting=1
		hostname: web
		lxc.apparmor.profile: unconfined
		lxc.mount.auto: proc:rw
	END
	cat >"$1/etc/pve/lxc/102.conf" <<-'END'
		arch: amd64
		hostname: docker-a
		parent: before

		[pve:pending]
		cores: 4

		[before]
		arch: amd64
		lxc.apparmor.profile: unconfined
	END
	printf 'arch: amd64\ntemplate: 1\n' >"$1/etc/pve/lxc/103.conf"
	chmod 600 "$1/etc/pve/lxc/103.conf"
}

put()
{
	put_root=$1
	shift
	aac --root "$put_root" -r rules -c /srv/fleet.json --target debian12 \
		"$@"
}

look()
{
	(
		cd "$1" || exit 1
		find . \( -path ./var/lib/aa-compose -o -path ./run \) -prune -o \
			-printf '%p %y %m %U %G %l\n' | grep -v '^\./var' | sort
		find . -path ./var/lib/aa-compose -prune -o -path ./run -prune -o \
			-type f -print | sort | xargs sha256sum
	) >"$2"
}

settled()
{
	found=$(find "$1" -path '*/var/lib/aa-compose' -prune -o \
		-name '.*.aa-compose' -print)
	[ -z "$found" ] || { echo "$found"; return 1; }
	[ ! -e "$1/var/lib/aa-compose/journal" ] ||
		{ echo 'a journal is left'; return 1; }
}
