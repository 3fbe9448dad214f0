# shellcheck shell=sh
# A container's profile does not depend on who else is in the file: containers drawn at
# random, many of them alike in what the rules read, are given in one fleet what each is
# given alone; in any order, and however the file is spelled.
. "${top_srcdir:-.}/tests/support/tap.sh"

count=${AAC_CONTAINERS:-60}
if ! command -v jq >/dev/null; then
	skip 'a fleet against its containers alone' 'there is no jq'
	finish
fi
mkdir "$scratch/rules"
cp "$top"/rules/*.aaf "$scratch/rules"
cat >"$scratch/rules/zz.aaf" <<'END'
condition is_old = .age > 3 or not .marks is empty;

fragment own "its own folder, by its number" {
	when .features contains "own";
	/own/${ctid}/** r,
}

fragment lists "reads lists and the root" {
	when is_old;
	param tags: list of string = ["none"] from .tags, .marks[].name;
	for mark in .marks[].path {
		${mark} r,
	}
	if $.site == "north" {
		/north r,
	}
	for tag in ${tags} {
		/tags/${tag} r,
	}
	expect { deny file /etc/shadow w; }
}
END

# What is not read (name, memory_mb) always differs; what is, comes from short lists.
draw() # SEED
{
	awk -v seed="$1" -v count="$count" '
	function pick(list,   words, n) {
		n = split(list, words, "|")
		return words[int(rand() * n) + 1]
	}
	BEGIN {
		srand(seed)
		print "{ \"site\": \"north\", \"lxc_configs\": {"
		features = "|\"docker\"|\"own\"|\"docker\", \"own\"|\"x\""
		marks = "[]|[{\"path\": \"/m\", \"name\": \"m\"}]"
		marks = marks "|[{\"path\": \"/\\u006d\"}]"
		shared = "[{\"mount_point\": \"/mnt/shared\"}]"
		gpus = "\"none\"|\"0\"|\"0,1\"|\"\""
		tags = "null|[]|[\"a\"]|[\"a\", \"b\"]|\"a\""
		fragments = "null|[]|[\"base\"]|[\"lists\", \"base\"]"
		settings = "null|{}|{\"params\": {\"docker.data_root\": \"/srv\"}}"
		settings = settings "|{\"params\": {\"no.such\": 1}}"
		for (i = 0; i < count; i++) {
			volumes = "[{\"mount_point\": \"/x\", \"size\": " i "}]"
			volumes = "[]|" shared "|" volumes
			printf "\"%d\": { \"name\": \"c%d\", \"memory_mb\": %d,", i, i, i
			printf "\"features\": [%s],", pick(features)
			printf "\"pct_options\": %s,", pick("[]|[\"nesting=1\"]|null")
			printf "\"gpu_assignment\": %s,", pick(gpus)
			printf "\"age\": %s,", pick("1|2|7|7.0|\"7\"|null")
			printf "\"marks\": %s,", pick(marks)
			printf "\"tags\": %s,", pick(tags)
			printf "\"volumes\": %s,", pick(volumes)
			if (rand() < 0.2)
				printf "\"apparmor_fragments\": %s,", pick(fragments)
			if (rand() < 0.3)
				printf "\"apparmor\": %s,", pick(settings)
			printf "\"apparmor_profile\": %s }", pick("\"unconfined\"|null")
			print i + 1 < count ? "," : ""
		}
		print "} }"
	}'
}

compose() # CONFIG OUTDIR
{
	run aac -r "$scratch/rules" -t "$top/templates" -c "$1" -o "$2" \
		--target debian12 --no-check -v build
	[ "$status" -eq 0 ] || { cat "$err" >&2; return 1; }
}

# What the last run said of single containers, without where.
told()
{
	grep 'warning: container' "$err" | sed 's/^[^ ]* //'
}

# The manifest's lines of the containers, and of the profiles without who has them.
containers_of() # OUTDIR
{
	jq -cS '.containers | to_entries[]' "$1/manifest.json" | LC_ALL=C sort
}

profiles_of() # OUTDIR...
{
	for folder; do
		jq -cS '.profiles | to_entries[] | del(.value.containers)' \
			"$folder/manifest.json"
	done | LC_ALL=C sort -u
}

for seed in 1 2; do
	draw "$seed" >"$scratch/fleet.json"
	ok "fleet $seed is composed" compose "$scratch/fleet.json" "$scratch/all"
	told | sort >"$scratch/told"
	ok "fleet $seed: there is something to tell" test -s "$scratch/told"
	containers_of "$scratch/all" >"$scratch/together"
	: >"$scratch/alone"
	: >"$scratch/told_alone"
	rm -rf "$scratch"/one-*
	for i in $(seq 0 "$((count - 1))"); do
		jq --arg i "$i" '.lxc_configs |= { ($i): .[$i] }' "$scratch/fleet.json" \
			>"$scratch/one.json"
		compose "$scratch/one.json" "$scratch/one-$i" || break
		containers_of "$scratch/one-$i" >>"$scratch/alone"
		told >>"$scratch/told_alone"
	done
	LC_ALL=C sort -o "$scratch/alone" "$scratch/alone"
	same "$scratch/alone" "$scratch/together" "fleet $seed: each as if it were alone"
	profiles_of "$scratch"/one-* >"$scratch/profiles_alone"
	profiles_of "$scratch/all" >"$scratch/profiles"
	same "$scratch/profiles_alone" "$scratch/profiles" "fleet $seed: the same rules"
	sort -o "$scratch/told_alone" "$scratch/told_alone"
	same "$scratch/told_alone" "$scratch/told" "fleet $seed: each is told its own"
	jq -c '.lxc_configs |= (to_entries | reverse | from_entries)' \
		"$scratch/fleet.json" >"$scratch/turned.json"
	ok "fleet $seed turned round is composed" \
		compose "$scratch/turned.json" "$scratch/turned"
	containers_of "$scratch/turned" >"$scratch/turned_together"
	same "$scratch/together" "$scratch/turned_together" "fleet $seed in another order"
	is "$(wc -l <"$scratch/together")" "$count" "fleet $seed: none is missing"
done
finish
