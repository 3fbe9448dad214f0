# shellcheck shell=sh disable=SC2154
# With apparmor_parser: a build beside the parser alone on the same files, and beside the
# loop that fills a template and calls the parser for each container; what a second build
# costs; what is handed to the parser.  Sourced by tests/bench/run.

check_config=$scratch/checked.json
cache=$scratch/cache
features=$top/rules/targets/debian12.features

build_command() # NAME BEFORE [OPTION...]
{
	build_name=$1
	build_before=$2
	shift 2
	command_file "$build_name" -b "$build_before" env "XDG_CACHE_HOME=$cache" \
		"$build/aa-compose" -q -r "$top/rules" -t "$top/templates" \
		--parser "$parser" --target debian12 -o "$scratch/checked" "$@" build
}

parser_command() # NAME FILE...
{
	parser_name=$1
	shift
	command_file "$parser_name" "$parser" --skip-kernel-load --skip-cache \
		--config-file /dev/null --kernel-features "$features" "-j$(nproc)" "$@"
}

# One container of the loop: the template is the profile of a body.
loop_script()
{
	cat >"$scratch/loop" <<-EOF
		#!/bin/sh
		for i in \$(seq "\$1"); do
			sed "s/@NAME@/lxc-\$i/" "$scratch/template" >"$scratch/made"
			"$parser" --skip-kernel-load --skip-cache \\
				--config-file /dev/null --kernel-features "$features" \\
				"$scratch/made" || exit
		done
	EOF
	chmod +x "$scratch/loop"
}

bench_cold()
{
	fleet 1000 10 >"$check_config"
	anew="rm -rf '$cache' '$scratch/checked'"
	build_command cold "$anew" -c "$check_config" --no-test
	build_command tested "$anew" -c "$check_config"
	measure 1 cold
	set --
	for file in "$scratch"/checked/*.map.json; do
		set -- "$@" "${file%.map.json}"
	done
	parser_command alone "$@"
	sed "s/^profile [^ ]*/profile \"@NAME@\"/" "$1" >"$scratch/template"
	loop_script
	command_file loop "$scratch/loop" 5
	measure "$heavy_runs" loop
	measure "$runs" cold alone tested
	row check 'build with check, beside apparmor_parser -j alone' \
		"$(calc "$(wall cold) / $(wall alone)")" x '<=' 1.05 \
		'1,000 containers, 10 bodies; --no-test'
	row check-tested 'the same with the expectations tested' \
		"$(calc "$(wall tested) / $(wall alone)")" x '<=' -
	row check-loop 'faster than a shell loop over the containers' \
		"$(calc "$(wall loop) / 5 * 1000 / $(wall cold)")" x '>=' 100 \
		'1,000 containers, 10 bodies: N/B is 100; the loop over 5, times 200'
}

bench_warm()
{
	build_command warm true -c "$check_config"
	build_command fill true -c "$check_config"
	measure 1 fill
	measure "$runs" warm
	row warm 'second build, nothing changed, 1,000 containers' \
		"$(calc "$(cpu warm) * 1000")" ms '<=' 30 'no parser is run'
	XDG_CACHE_HOME=$cache "$build/aa-compose" -v -r "$top/rules" -t "$top/templates" \
		--parser "$parser" --target debian12 -o "$scratch/checked" \
		-c "$check_config" build >"$scratch/said" 2>/dev/null
	row warm-compiled 'texts compiled by it' \
		"$(sed -n 's/^compiled  *\([0-9]*\).*/\1/p' "$scratch/said")" '' '<=' 0
}

# A fragment that one container of the fleet has.
bench_changed()
{
	cp -r "$top/rules" "$scratch/changed-rules"
	jq '.lxc_configs["1000"] = { only: true }' "$check_config" \
		>"$scratch/changed.json"
	for rule in before after; do
		echo "fragment only { requires base; when .only; deny /bench/$rule w, }" \
			>"$scratch/changed-rules/only.aaf"
		XDG_CACHE_HOME=$cache "$build/aa-compose" -v -r "$scratch/changed-rules" \
			-t "$top/templates" --parser "$parser" --target debian12 \
			--no-test -o "$scratch/changed" -c "$scratch/changed.json" build \
			>"$scratch/said" 2>/dev/null
	done
	row changed 'one fragment changed: texts compiled' \
		"$(sed -n 's/^compiled  *\([0-9]*\).*/\1/p' "$scratch/said")" '' '<=' 1 \
		'of 11 profiles one holds it'
}

bench_names()
{
	build_command names "rm -rf '$cache' '$scratch/checked'" \
		-c "$scratch/names.json" --per-container --no-test
	fleet "$names" 10 >"$scratch/names.json"
	measure 1 names
	row names "$names names of 10 bodies, beside as many full compiles" \
		"$(calc "$(cpu names) / ($(cpu alone) / 10 * $names)")" x '<=' 1 \
		'processor time'
}

# What composing saves the parser: the rules that were left out, put back.
bench_naive()
{
	fleet 1 1 | jq '.lxc_configs["1000"].gpu_assignment = "0"' >"$scratch/naive.json"
	XDG_CACHE_HOME=$cache "$build/aa-compose" -q -r "$top/rules" -t "$top/templates" \
		--target debian12 -o "$scratch/naive" -c "$scratch/naive.json" \
		--no-check build >/dev/null
	map=$(echo "$scratch"/naive/*.map.json)
	emitted=${map%.map.json}
	jq -r '.dropped[].rule' "$map" >"$scratch/dropped"
	awk -v dropped="$scratch/dropped" '{ line[NR] = $0; if ($0 == "}") last = NR }
		END { for (i = 1; i <= NR; i++) {
			while (i == last && (getline rule <dropped) > 0)
				print "  " rule
			print line[i]
		} }' "$emitted" >"$scratch/naive.profile"
	for text in "$emitted" "$scratch/naive.profile"; do
		"$parser" --skip-kernel-load --skip-cache --config-file /dev/null \
			--kernel-features "$features" --stdout "$text" 2>/dev/null | wc -c
	done >"$scratch/sizes"
	parser_command emitted "$emitted"
	parser_command naive "$scratch/naive.profile"
	measure $((3 * runs)) emitted naive
	! command -v valgrind >/dev/null ||
		row naive-instructions \
			'the emitted profile, beside the naive union: instructions' \
			"$(calc "$(instructions emitted) / $(instructions naive)")" \
			x '<=' 1 'of apparmor_parser, counted by valgrind'
	row naive-time 'the emitted profile, beside the naive union: time to compile' \
		"$(calc "$(cpu emitted) / $(cpu naive)")" x '<=' 1 \
		"$(wc -l <"$scratch/dropped") rules were left out"
	row naive-size 'the same: size of the compiled policy' \
		"$(awk '{ n[NR] = $1 } END { print n[1] / n[2] }' "$scratch/sizes")" \
		x '<=' 1
}

# For the parts that only ask: the profiles, compiled and kept.
bench_refill()
{
	[ -f "$check_config" ] || fleet 1000 10 >"$check_config"
	build_command refill true -c "$check_config" --no-test
	measure 1 refill
}
