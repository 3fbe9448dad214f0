# shellcheck shell=sh disable=SC2154
# Composing and rendering: time and memory for fleets of all sizes, how both grow, and
# aa-easyprof beside it.  Sourced by tests/bench/run.

# NAME: a build without the check, into an empty folder.
compose_command() # NAME CONFIG [OPTION...]
{
	compose_name=$1
	compose_config=$2
	shift 2
	command_file "$compose_name" -b "rm -rf '$scratch/out-$compose_name'" \
		"$build/aa-compose" -q -c "$compose_config" --target debian12 \
		-t "$top/templates" -o "$scratch/out-$compose_name" --no-check "$@" build
}

bench_fleets()
{
	for bodies in $bodies_list; do
		set --
		for count in $sizes; do
			[ "$bodies" -le "$count" ] || continue
			fleet "$count" "$bodies" >"$scratch/fleet-$count-$bodies.json"
			compose_command "compose-$count-$bodies" \
				"$scratch/fleet-$count-$bodies.json" -r "$top/rules"
			set -- "$@" "compose-$count-$bodies"
		done
		[ $# -eq 0 ] || measure "$runs" "$@"
		for name; do
			row "$name" \
				"compose, ${name#compose-} (containers-bodies)" \
				"$(cpu "$name")" s '<=' - "peak $(peak "$name") MiB"
		done
	done
}

# A straight line through what the containers cost; what is left at none is the start.
bench_growth()
{
	for count in 1000 2500 5000 10000; do
		fleet "$count" 10 >"$scratch/growth-$count.json"
		compose_command "growth-$count" "$scratch/growth-$count.json" \
			-r "$top/rules"
	done
	measure "$runs" growth-1000 growth-2500 growth-5000 growth-10000
	row growth-time '10 x the containers: times the time' \
		"$(calc "$(cpu growth-10000) / $(cpu growth-1000)")" x '<=' 11
	row growth-memory '10 x the containers: times the memory' \
		"$(calc "$(peak growth-10000) / $(peak growth-1000)")" x '<=' 11
	for count in 1000 2500 5000 10000; do
		echo "$count $(cpu "growth-$count")"
	done | awk '{
			n++
			x = log($1)
			y = log($2)
			sx += x
			sy += y
			xx += x * x
			xy += x * y
		}
		END { print (n * xy - sx * sy) / (n * xx - sx * sx) }' \
		>"$scratch/exponent"
	row growth-exponent 'time grows as the containers to the power of' \
		"$(cat "$scratch/exponent")" '' '<=' 1.05 'fitted over 4 sizes'
}

bench_rules()
{
	echo '{ "lxc_configs": { "1": { "cores": 1 } } }' >"$scratch/one.json"
	for count in 2000 20000; do
		mkdir "$scratch/rules-$count"
		rule_file "$count" >"$scratch/rules-$count/a.aaf"
		compose_command "rules-$count" "$scratch/one.json" \
			-r "$scratch/rules-$count"
	done
	measure "$runs" rules-2000 rules-20000
	row growth-rules '10 x the rules: times the time' \
		"$(calc "$(cpu rules-20000) / $(cpu rules-2000)")" x '<=' 12
}

bench_large()
{
	fleet 100000 10 >"$scratch/large.json"
	compose_command large "$scratch/large.json" -r "$top/rules"
	measure 3 large
	row large-time '100,000 containers composed' "$(cpu large)" s '<=' 2 \
		'processor time'
	row large-memory '100,000 containers: memory' "$(peak large)" MiB '<=' 200
}

easyprof_command() # NAME [OPTION...]
{
	easyprof_name=$1
	shift
	command_file "$easyprof_name" \
		-b "rm -rf '$scratch/easyprof'; mkdir '$scratch/easyprof'" \
		aa-easyprof "--manifest=$scratch/easyprof.json" \
		"--output-directory=$scratch/easyprof" "$@"
}

bench_easyprof()
{
	if ! command -v aa-easyprof >/dev/null; then
		skip_row easyprof 'faster than aa-easyprof, per profile' \
			'apt install apparmor-easyprof'
		return
	fi
	easyprof_manifest 50 >"$scratch/easyprof.json"
	easyprof_command easyprof
	easyprof_command unverified --no-verify
	fleet 100000 10 >"$scratch/beside.json"
	compose_command beside "$scratch/beside.json" -r "$top/rules"
	measure "$runs" easyprof unverified beside
	each=$(calc "$(cpu beside) / 100000")
	row easyprof 'faster than aa-easyprof, per profile' \
		"$(calc "$(cpu easyprof) / 50 / $each")" x '>=' 2000 \
		'50 of one manifest against 100,000 containers'
	row easyprof-unverified 'the same, with --no-verify' \
		"$(calc "$(cpu unverified) / 50 / $each")" x '>=' -
}
