# shellcheck shell=sh disable=SC2154
# aa-compose get: values for scripts, against jq where it can tell the same.
. "${top_srcdir:-.}/tests/support/tap.sh"
cd "$scratch" || exit 99

cat >c.json <<'END'
{ "version": 1.50,
  "lxc_configs": {
	"101": {
		"name": "web", "features": ["nesting", "two words", "a\nb",
			"\u00e9\ud83d\ude00"],
		"cores": 2, "share": 0.50, "big": 12345678901234567890e-10, "up": false,
		"none": null, "void": [], "blank": "", "empty": {},
		"nulls": [null, null],
		"mixed": ["a", null, "", 1.10, true, {"b" : [1, 2]}, []],
		"volumes": [
			{ "name": "data", "size": 5, "tags": ["x", "y"] },
			{ "size": 6 },
			{ "name": "log", "tags": null }
		],
		"network_config": { "name": "eth0", "ip": "10.0.0.9/24",
			"a key": { "b-c": "d" } },
		"nul": "a\u0000b", "quote \"q\"": "q", "tricky": { "k": " a , ] } \\\" " }
	},
	"102": { "name": "db" }, "1003": null
} }
END

get() { aac -c c.json get "$@"; }
gives() # WANTED ARGUMENT...: just these bytes, nothing on stderr, status 0
{
	wanted=$1
	shift
	run get "$@"
	# shellcheck disable=SC2059 # its escapes are meant
	printf "$wanted" >wanted
	ok "get $*" cmp wanted "$out"
	is "$status$(cat "$err")" 0 "get $* succeeds silently"
}

gives 'nesting\ntwo words\na\nb\n\303\251\360\237\230\200\n' 101 .features
gives 'nesting\n' 101 '.features[0]'
gives 'nesting\0two words\0a\nb\0\303\251\360\237\230\200\0' -0 101 '.features[]'
gives 'data\nlog\n' 101 '.volumes[].name'
gives 'data\n' 101 '.volumes[0].name'
gives 'log\n' 101 '.volumes[-1]["name"]'
gives '["x","y"]\n' 101 '.volumes[].tags'
gives 'x\ny\n' 101 '.volumes[].tags[]'
gives 'x\ny\n' 101 '.volumes[]?.tags[]?'
gives '10.0.0.9/24\n' 101 .network_config.ip
gives 'd\n' 101 '.network_config."a key".b-c'
gives 'd\n' 101 '.network_config["a key"]["b-c"]'
gives 'q\n' 101 '."quote \"q\""'
gives '{"name":"eth0","ip":"10.0.0.9/24","a key":{"b-c":"d"}}\n' 101 .network_config
gives 'eth0\n10.0.0.9/24\n{"b-c":"d"}\n' 101 '.network_config[]'
gives 'a\n\n1.10\ntrue\n{"b":[1,2]}\n[]\n' 101 .mixed
gives '0.50\n' 101 .share
gives '12345678901234567890e-10\n' 101 .big
gives 'false\n' 101 .up
gives '1.50\n' 101 '$.version'
gives 'db\n' 101 '$.lxc_configs."102".name'
gives '{"name":"db"}\n' 102 .

# Nothing, and success.
for path in .none .void .blank .empty .missing .missing.x '.missing[].x' .name.x \
	'.name[]' '.features.x' '.features[9]' '.features[-9]' '.volumes[].nix' \
	'.cores[]' \
	'.network_config[0]' '.["x"]' '.nulls[]'; do
	gives '' 101 "$path"
	gives '' 101 "$path" --format json
	gives 'd v\n' 101 "$path" --default 'd v'
	gives '' 101 "$path" --default ''
	gives '"d v"\n' 101 "$path" --default 'd v' --format json
	gives '[]\n' 101 "$path" --default '[]' --format json
done
gives '' 101 .nulls
gives 'd\n' 101 .nulls --default d
gives '' 1003 .features
gives '2\n' 101 .cores --default 5
gives 'false\n' 101 .up --default true

gives '["x","y"]\n' 101 '.volumes[0].tags' --format json
gives '["data","log"]\n' 101 '.volumes[].name' --format json
gives '[1.10,true]\n' 101 '$.lxc_configs."9"' --default '[1.10,true]' --format json
gives '"web"\n' 101 .name --format json
gives '"a\\u0000b"\n' 101 .nul --format json
gives 'a\0b\n' 101 .nul
gives '{"k":" a , ] } \\\\\\" "}\n' 101 .tricky
for path in .features .volumes .network_config .mixed .tricky; do
	jq -c ".lxc_configs.\"101\"$path" c.json >wanted
	run get 101 "$path" --format json
	jq -c . "$out" >got
	same wanted got "$path as jq sees it"
done

run get -0 101 .nul
exits 2 'a NUL inside of a string that NUL would end'
says 'c.json:17:10: error: .*\[value-refused\]' 'is told with its place'

refused() # STATUS PATTERN ARGUMENT...
{
	code=$1 pattern=$2
	shift 2
	run aac "$@"
	exits "$code" "$* is refused"
	says "$pattern" "$*: says why"
	is "$(cat "$out")" '' "$*: prints nothing"
}
refused 2 "holds no container '1010'" -c c.json get 1010 .x
says "did you mean '101'" 'a slip of the pen'
refused 2 "of that name is '102'" -c c.json get db .x
refused 2 'no-such-file' -c none.json get 101 .x
refused 64 'needs a CTID and a path' -c c.json get 101
refused 64 'needs the containers' get 101 .x
refused 64 "begin with a '.'" -c c.json get 101 features
refused 64 'pipe a value to jq' -c c.json get 101 '.features | length'
refused 64 'before no key' -c c.json get 101 .a.
refused 64 'not closed' -c c.json get 101 '.a[0'
refused 64 'not closed' -c c.json get 101 '."a'
refused 64 'no JSON string' -c c.json get 101 '."\x"'
refused 64 'a number or a string' -c c.json get 101 '.a[x]'
refused 64 'at most 2' -c c.json get 101 .a .b
refused 64 'exclude each other' -c c.json get 101 .a -0 --format json

# The element is found however long the way is.
{
	printf '{"lxc_configs":{"1":{"a":['
	awk 'BEGIN { for (i = 0; i < 200000; i++) printf "%d,", i }'
	printf '"end"]}}}'
} >long.json
run aac -c long.json get 1 .a
is "$(wc -l <"$out") $(tail -n 1 "$out")" '200001 end' 'a long list'

# As in a script.
cat >use.sh <<'END'
set -euo pipefail
get() { "$AAC" -c c.json get "$@"; }
while IFS= read -r feature; do echo "<$feature>"; done < <(get 102 .features)
mapfile -d '' -t all < <(get -0 101 .features)
echo "${#all[@]} ${all[1]}"
for v in $(get 101 '.volumes[].name'); do echo "v=$v"; done
[ -z "$(get 101 .none)" ] && echo "$(get 101 .none --default fallback)"
END
run env AAC="$build/aa-compose" bash use.sh
is "$(cat "$out")" '4 two words
v=data
v=log
fallback' 'a script that sets -e lives on'

finish
