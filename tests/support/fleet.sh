# shellcheck shell=sh disable=SC2154
# A small fleet for the tests of the commands; sourced after tap.sh, it gives
#
#   $scratch/rules        base, nesting, docker; profiles lxc-workstation and lxc-spare
#   $scratch/fleet.json   101 nesting; 102 and 103 docker; 104 docker with its own folder;
#                         105 nothing; 106 lxc-workstation, with a hostile name
#   fleet ARGUMENT...     aac with these, for the target debian12
#
# It does not use the shipped rules, so what they say does not matter here.

mkdir "$scratch/rules"
cat >"$scratch/rules/base.aaf" <<'END'
fragment base "what every container needs" {
	capability net_bind_service,
	/** r,
}
END
cat >"$scratch/rules/docker.aaf" <<'END'
condition wants_docker = .features contains "docker";

fragment docker "dockerd and its containers" {
	requires nesting;
	when     wants_docker;
	param data_root: path = "/var/lib/docker" from .docker.data_root;

	## All that docker keeps.
	${data_root}/** rwk,
	lxc "lxc.mount.auto" = "cgroup:mixed";
}
END
cat >"$scratch/rules/nesting.aaf" <<'END'
fragment nesting "containers in containers" {
	requires base;
	when     .pct_options contains "nesting=1";
	mount fstype=proc -> /proc/,
}

profile lxc-workstation "Desktops" {
	use  docker;
	when .role == "desktop";
}
profile lxc-spare "For later" { use nesting; }
END
cat >"$scratch/fleet.json" <<'END'
{ "lxc_configs": {
	"101": { "name": "web", "features": [], "pct_options": ["nesting=1"],
		"apparmor_profile": "unconfined" },
	"102": { "name": "docker-a", "features": ["docker"] },
	"103": { "name": "docker-b", "features": ["base_setup", "docker"] },
	"104": { "name": "docker-c", "features": ["docker"],
		"docker": { "data_root": "/srv/docker" } },
	"105": { "name": "plain", "features": null },
	"106": { "name": "desk\u001b[31m\u202etop\n", "role": "desktop" }
} }
END

fleet()
{
	aac -r "$scratch/rules" -c "$scratch/fleet.json" --target debian12 "$@"
}

# Does this machine's apparmor_parser suit the target?
can_check()
{
	fleet -q check >"$scratch/.can" 2>&1
}
