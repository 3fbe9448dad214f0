# aa-compose list: what there is, for people and for programs.
. "${top_srcdir:-.}/tests/support/tap.sh"
. "$top/tests/support/fleet.sh"
cd "$scratch" || exit 99

run aac list -r rules
exits 0 'list without an argument'
silent 'has nothing to complain about'
prints '^fragments:$' 'fragments first'
prints '^profiles:$' 'then profiles'
prints '^conditions:$' 'then conditions'
prints '  docker  dockerd and its containers' 'a fragment with its summary'
prints 'rules/docker.aaf:3' 'and its place, from the current folder'
prints 'requires  *nesting' 'and what it requires'
prints 'when  *wants_docker' 'and what selects it'
prints 'data_root  path  = "/var/lib/docker"  from .docker.data_root' 'and its parameters'
prints '  lxc-workstation  Desktops' 'a profile'
prints '  wants_docker' 'a condition'
prints 'features contains "docker"' 'and its expression'
lacks ' $' 'no line ends in a space'

run aac list fragments -r rules
prints '  base  what every' 'list fragments'
lacks workstation 'lists no profiles'

run aac list targets
exits 0 'list targets'
prints '^host  .*default' 'marks the default'
prints '^debian12 ' 'names the pinned ones'
run aac list checks
exits 0 'list checks'
prints '^output-not-ours ' 'names the slugs'

for topic in fragments profiles conditions checks targets; do
	run aac list "$topic" -r rules --format json
	ok "list $topic as JSON" jq -e 'type == "array" and length > 0' "$out"
done
run aac list -r rules --format json
ok 'everything as JSON' jq -e '(.fragments | length) == 3 and (.profiles | length) == 2
	and (.conditions[0].name) == "wants_docker"' "$out"
run aac list fragments -r rules --format json
ok 'a parameter as JSON' jq -e '.[] | select(.name == "docker") | .parameters[0] |
	.name == "data_root" and .type == "path" and .default == "\"/var/lib/docker\""
	and .from == [".docker.data_root"] and .line == 6' "$out"
ok 'a place as JSON' jq -e '.[] | select(.name == "docker") |
	.file == "rules/docker.aaf" and .line == 3' "$out"

mkdir more
printf 'fragment extra "more" {\n\tcapability chown,\n}\n' >more/docker.aaf
run aac list fragments -r rules -r more -r ./rules
exits 0 'several rule folders, one of them twice'
prints '  extra  more' 'the second is read'
printf 'fragment docker "again" {\n\tcapability chown,\n}\n' >more/docker.aaf
run aac list -r rules -r more
exits 2 'two declarations of one name'
says 'rules/docker.aaf:3' 'show the first place'
says 'more/docker.aaf:1' 'and the second'
run aac list -r rules -r more --format json
ok 'diagnostics are JSON too' jq -es '.[0].severity == "error" and .[0].line > 0' "$err"
is "$(cat "$out")" '' 'and no half result is printed'

finish
