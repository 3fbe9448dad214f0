# aa-compose schema: a schema of draft 2020-12 that takes the container files that `build`
# takes, and no fragments that there are not.  Debian's python3-jsonschema is the judge.
. "${top_srcdir:-.}/tests/support/tap.sh"
cd "$scratch" || exit 99

python=
for candidate in python3 /usr/bin/python3; do
	if "$candidate" -c 'from jsonschema import Draft202012Validator' 2>/dev/null; then
		python=$candidate
		break
	fi
done

# SCHEMA, then files; what it says stands in $out.
judge()
{
	schema=$1
	shift
	printf '%s\n' "$@" >files
	"$python" "$top/tests/support/schema.py" "$schema" <files >"$out" 2>"$err"
}

# ---- what is in it, by jq alone --------------------------------------------------------

mkdir rules
cat >rules/a.aaf <<'AAF'
condition wanted = .features split "," contains "web"
                or .features matches "www" or .features matches "w*"
                or .level == 3 or .level == 007 or .apparmor.web == true
                or not .mode == "off" or .pair[].kind contains "x";

fragment web "Serves \"pages\"" {
    when wanted;
    when $.site.kind == "web";
    ## Where the pages are,
    ## and nowhere else.
    param root:  path = "/srv/www" from .apparmor.web.root, .web.root;
    param ports: list of int = [80, 443] from .apparmor.ports split "," absent "none";
    param mode:  enum("a", "b") = "a" from .apparmor.mode absent "-";
    param big:   bool = false from .apparmor.big;
    param names: list of name from .apparmor.names[].name;
    param free:  string = "" from .apparmor.free;
    ${root}/** r,
    for v in .volumes { ${v.path} r, }
}
fragment old { deprecated "use web"; capability chown, }
profile lxc-web "Pinned" { use web when .role == "edge"; }
AAF
run aac schema -r rules
exits 0 'schema'
silent 'has nothing to complain about'
cp "$out" schema.json
has() { ok "$1" jq -e "$2" schema.json; }
container='."$defs".container.properties'
has 'it says its draft' '."$schema" | endswith("draft/2020-12/schema")'
has 'the fragments with their summaries' '[."$defs".fragment.oneOf[] | .const] ==
	["old", "web"] and ."$defs".fragment.oneOf[1].description == "Serves \"pages\""'
has 'a deprecated one' '."$defs".fragment.oneOf[0] | .deprecated and
	(.description | contains("use web"))'
has 'the profiles' '[."$defs".profile.oneOf[] | .const] == ["lxc-web"]'
has 'names for apparmor_profile' "$container.apparmor_profile.examples ==
	[\"lxc-web\", \"unconfined\", \"generated\", \"unchanged\"]"
has 'parameters' "[$container.apparmor.properties.params.properties | keys[]] ==
	[\"web.big\", \"web.free\", \"web.mode\", \"web.names\", \"web.ports\",
	\"web.root\"]"
has 'documentation and type' "$container.apparmor.properties.params.properties |
	.\"web.root\".description ==
	\"web.root (path): Where the pages are,\nand nowhere else.\""
has 'defaults' "$container.apparmor.properties.params.properties |
	.\"web.root\".default == \"/srv/www\" and .\"web.ports\".default == [80, 443] and
	.\"web.big\".default == false and (.\"web.names\" | has(\"default\") | not)"
has 'words of an enum' "$container.apparmor.properties.params.properties |
	.\"web.mode\".enum == [\"a\", \"b\", null]"
has 'a path that a parameter takes' "$container.web.properties.root |
	.default == \"/srv/www\" and (.description | startswith(\"web.root (path)\"))"
has 'another program'"'"'s key is held to no type' "$container.web.properties.root |
	keys == [\"default\", \"description\"]"
has 'words of conditions' "$container.features.items.examples == [\"web\", \"www\"]"
has 'and their values' "$container.level.examples == [3, 7] and
	$container.mode.examples == [\"off\"] and
	$container.apparmor.properties.web.examples == [true]"
has 'who reads' "$container.features.description == \"Read by condition wanted\" and
	$container.role.description == \"Read by profile lxc-web\" and
	$container.volumes.description == \"Read by fragment web\""
has 'the elements of a list' "$container.pair.items.properties.kind.items.examples ==
	[\"x\"]"
has 'keys of the file itself' '.properties.site.properties.kind.examples == ["web"]'
run aac schema -r rules
same "$out" schema.json 'the same again'

steps=.k.k.k.k.k.k.k.k.k.k.k.k.k.k.k.k
mkdir deep
printf 'fragment f { capability chown, when %s%s == 1; when %s%s.z == 1; }\n' \
	$steps $steps $steps $steps >deep/a.aaf
run aac schema -r deep
exits 0 'a path of 33 steps'
lacks '"z"' 'is left out'
is "$(grep -c '"k"' "$out")" 32 'one of 32 is not'

# ---- as a validator reads it ----------------------------------------------------------

# NAME, then the container; what must and what must not be taken.
one() { printf '{"lxc_configs": {"7": %s}}\n' "$2" >"$1.json"; }

if [ -z "$python" ]; then
	skip 'container files against the schema' 'no python3-jsonschema'
	finish
fi
one y1 '{"name": "x", "apparmor_profile": "unconfined", "memory_mb": 5, "features": 9}'
one y2 '{"apparmor_fragments": ["web", "old"], "apparmor_profile": "lxc-mine"}'
one y3 '{"apparmor_fragments": [], "apparmor": {"profile": "lxc-web", "x": {}}}'
one y4 '{"apparmor_fragments": null, "apparmor_profile": null, "apparmor": null}'
one y5 'null'
one y6 '{"apparmor": {"params": {"web.root": "/", "web.ports": 80, "web.big": "true",
	"web.mode": "b", "web.names": ["a.b-c", 5, null], "web.free": 12}}}'
one y7 '{"apparmor": {"params": {"web.root": "/a/..b/.c/d.", "web.ports": ["80", 81],
	"web.big": false, "web.names": "one", "web.free": null}, "ports": "80, 443"}}'
one y8 '{"apparmor": {"web": {"root": "/x/"}, "ports": ["none", 80, "1,2"], "mode": "-",
	"names": [{"name": "a"}, {"name": null}, 4], "free": "[ä]", "big": true}}'
one y9 '{"volumes": {"a": 1}, "pair": 4, "web": {"root": 5}, "mode": "off"}'
one y11 '{"apparmor": {"web": true}}'
echo '{"lxc_configs": {}, "site": 4, "other": []}' >y10.json
one n1 '{"apparmor_fragments": "web"}'
one n2 '{"apparmor_fragments": ["wed"]}'
one n3 '{"apparmor_fragments": [1]}'
one n4 '{"apparmor_profile": 4}'
one n5 '{"apparmor": {"profile": "lxc-wed"}}'
one n6 '{"apparmor": {"params": {"web.rot": "/x"}}}'
one n7 '{"apparmor": {"params": {"web.root": "x"}}}'
one n8 '{"apparmor": {"params": {"web.root": "/a/../b"}}}'
one n9 '{"apparmor": {"params": {"web.root": "/a//b"}}}'
one n10 '{"apparmor": {"params": {"web.ports": ["x"]}}}'
one n11 '{"apparmor": {"params": {"web.mode": "c"}}}'
one n12 '{"apparmor": {"params": {"web.big": "yes"}}}'
one n13 '{"apparmor": {"params": {"web.names": ["a b"]}}}'
one n14 '{"apparmor": {"params": {"web.free": "a\nb"}}}'
one n15 '{"apparmor": {"params": []}}'
one n16 '{"apparmor": {"web": {"root": "x"}}}'
one n17 '{"apparmor": {"mode": "none"}}'
one n18 '{"apparmor": {"names": [{"name": ["a"]}]}}'
one n19 '{"apparmor": []}'
one n20 '[]'
echo '{"lxc_configs": []}' >n21.json
echo '{"lxc_config": {}}' >n22.json
echo '{"lxc_configs": {"a/b": {}}}' >n23.json
echo '[]' >n24.json
run judge schema.json ./[yn]*.json
silent 'the validator runs'
prints '^yes schema.json$' 'the schema is one, by the metaschema'
cp "$out" verdicts
verdict() { ok "$(tr -s '\n\t' ' ' <"$2.json") is $3" grep -q "^$1 ./$2.json" verdicts; }
for n in 1 2 3 4 5 6 7 8 9 10 11; do
	verdict yes "y$n" right
	run aac -r rules -c "y$n.json" --target debian12 show
	lacks '\[\(config-type\|param-type\|unknown-.*\|json-.*\)\]' 'for the program too'
done
n=0
while [ "$((n += 1))" -le 24 ]; do
	verdict no "n$n" wrong
done

# What is wrong is wrong for the program, too, where the container gets the fragment.
for n in 1 2 3 5 15 19 20 21 22 23 24; do
	run aac -r rules -c "n$n.json" --target debian12 show
	says '\[' "which the program says of n$n.json"
done
for n in 7 8 9 10 11 12 13 14 16 17 18; do
	jq -c '.lxc_configs."7" += {apparmor_fragments: ["web"]}' "n$n.json" >chosen.json
	run aac -r rules -c chosen.json --target debian12 show
	says '\[param-type\]' "which the program says of n$n.json"
done

# ---- files that are there already -----------------------------------------------------

run aac schema -r "$top/rules"
exits 0 'the schema of the shipped rules'
cp "$out" shipped.json
run judge shipped.json "$top"/examples/*.json "$top/tests/property/expects.json"
silent 'the validator runs'
lacks '^no ' 'the shipped examples are right, and so is their schema'
is "$(grep -c '^yes' "$out")" "$(($(find "$top/examples" -name '*.json' | wc -l) + 2))" \
	'all of them were looked at'

# The golden cases, without what $AAC_UNDER names: they are many, and nothing new to it.
# What `show` takes without a word about types or names the schema takes.
count=0
for case in "$top"/tests/golden/cli/*/config.json; do
	folder=${case%/config.json}
	[ -d "$folder/rules" ] || continue
	run "$build/aa-compose" -r "$folder/rules" -c "$case" --target debian12 show
	[ "$status" -eq 0 ] || continue
	grep -q '\[config-type\]\|\[unknown-param\]' "$err" && continue
	run "$build/aa-compose" schema -r "$folder/rules"
	cp "$out" golden.json
	run judge golden.json "$case"
	! grep '^no ' "$out" || echo "$folder" >>refused
	count=$((count + 1))
done
ok "at least 10 golden cases were looked at: $count" test "$count" -ge 10
ok 'the schema of each takes its container file' not test -e refused

printf 'profile lxc-bare { capability chown, }\n' >rules/a.aaf
run aac schema -r rules
cp "$out" none.json
run judge none.json n1.json y3.json n2.json y5.json
prints '^yes none.json' 'rules without a fragment have a schema'
prints '^no n2.json' 'that takes no fragment'

finish
