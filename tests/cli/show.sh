# aa-compose show: the composition, and why.
. "${top_srcdir:-.}/tests/support/tap.sh"
. "$top/tests/support/fleet.sh"
cd "$scratch" || exit 99

run fleet show
exits 0 'show without an argument'
prints '^CTID  NAME ' 'has a heading'
prints '^101   web .* lxc-nesting  *base nesting$' 'a container and its profile'
prints '^102   docker-a .* lxc-docker  *base nesting docker$' 'required ones included'
prints '^104   docker-c .* lxc-docker-[0-9a-f]\{8\} ' 'a value of its own'
prints '^105   plain  *-  *(' 'a container without a profile, and why'
prints '^106   desk.*lxc-workstation' 'a declared profile'
lacks "$(printf '\033')" 'a name cannot send control characters'
lacks "$(printf '\342\200\256')" 'nor turn the direction of writing'
lacks ' $' 'no line ends in a space'

run fleet show 104
exits 0 'show CTID'
prints '^profile  *lxc-docker-' 'its profile'
prints '  docker  .*wants_docker.*rules/docker.aaf:3' 'a fragment and why it is there'
prints '  nesting  .*required by docker' 'a required one'
prints 'docker.data_root  "/srv/docker"  \.docker\.data_root' 'a value and its origin'
prints 'lxc.mount.auto = cgroup:mixed' 'its LXC lines'
run fleet show 102
prints 'docker.data_root  "/var/lib/docker"  default' 'a default is called so'
run fleet --set 102:docker.data_root=/opt/d show 102
prints 'docker.data_root  "/opt/d"  --set' 'and --set'

run fleet show lxc-docker
exits 0 'show PROFILE'
prints '  102  docker-a' 'names the containers that share it'
prints '  103  docker-b' 'all of them'
lacks docker-c 'and no other'
run fleet show lxc-spare
exits 0 'show a profile that is only declared'
prints '  nesting  ' 'its fragments'
run aac -r rules --target debian12 show lxc-spare
exits 0 'also without containers'

run fleet show 10x
exits 2 'an unknown container'
says "no container and no profile '10x'" 'is named'
run fleet show docker-a
says "container of that name is '102'" 'a name leads to its CTID'
run fleet show lxc-dokcer
says "did you mean 'lxc-docker'" 'a slip of the pen'

run fleet show --text 101
exits 0 'show --text'
cp "$out" text
fleet -q --no-check build -o out >/dev/null
same out/lxc-nesting text 'prints what build writes'
run fleet show --text 105
exits 1 'no profile, no text: the answer is no'
says 'gets no profile' 'and why'

run fleet show --format json
ok 'the overview as JSON' jq -e 'length == 6 and .[0].ctid == "101"
	and .[0].profile == "lxc-nesting" and .[4].profile == null' "$out"
run fleet show 104 --format json
ok 'a container as JSON' jq -e '.ctid == "104" and .name == "docker-c"
	and ([.fragments[].name] == ["base", "nesting", "docker"])
	and (.fragments[2] | .why != "" and .file == "rules/docker.aaf" and .line == 3)
	and .parameters["docker.data_root"] ==
		{"value": "/srv/docker", "from": ".docker.data_root"}' "$out"
run fleet show lxc-docker --format json
ok 'a profile as JSON' jq -e '.profile == "lxc-docker"
	and .containers == ["102", "103"]' "$out"
run fleet show 106 --format json
ok 'a hostile name survives in JSON' \
	jq -e '.name == "desk\u001b[31m\u202etop\n"' "$out"

finish
