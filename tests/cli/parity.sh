# shellcheck shell=sh
# The unified profile holds every rule of the profile that was written by hand: emitted,
# or listed in the map as dropped with what covers it, or as narrowed for an old parser;
# on every pinned target.  The containers with nesting of the example have it.
. "${top_srcdir:-.}/tests/support/tap.sh"

unified=lxc-nesting-gpu-docker-storage
rules=$scratch/rules
grep -v '^#' "$top/tests/golden/parity/rules" >"$rules"
config=$top/examples/phoenix_lxc_configs.json

for target in debian12 debian13 pve8 pve9; do
	folder=$scratch/$target
	run aac -r "$top/rules" -t "$top/templates" -c "$config" --target "$target" -q \
		-o "$folder" build --no-check
	exits 0 "$target: the example builds"
	silent "$target: without a word"
	jq -r '(.lines[] | .rule, .narrowed.written?), (.dropped[] | .rule) | values' \
		"$folder/$unified.map.json" | sort -u >"$scratch/there"
	sort -u "$rules" | comm -23 - "$scratch/there" >"$scratch/lost"
	is "$(cat "$scratch/lost")" "" "$target: no rule of the old profile is lost"
	ok "$target: its flags are there" grep -q \
		"^profile $unified flags=(attach_disconnected, mediate_deleted) {" \
		"$folder/$unified"
	map=$folder/$unified.map.json
	is "$(jq -r '[.dropped[] | select(.by == null)] | length' "$map")" 0 \
		"$target: what is dropped names what covers it"
	for rule in 'audit deny change_profile -> unconfined,' \
		'pivot_root /var/lib/docker/overlay2/\*/merged/,'; do
		ok "$target: holds $rule" grep -q "^ *$rule" "$folder/$unified"
	done
	for ctid in 953 954; do
		profile=$(jq -r ".containers.\"$ctid\".profile" "$folder/manifest.json")
		is "$profile" "$unified" "$target: container $ctid has it"
	done
done

# On old parsers what they would read as "any new mount" is narrowed, and told.
map=$scratch/debian12/$unified.map.json
written=$(jq -r '.lines[] | select(.rule == "mount options=(bind),")
	| .narrowed.written' "$map")
is "$written" 'mount options=(rw, bind),' \
	'debian12: the bind rule is narrowed and the map says so'
ok 'debian13: the bind rule is as written' grep -q 'mount options=(rw, bind),' \
	"$scratch/debian13/$unified"
finish
