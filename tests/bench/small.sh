# shellcheck shell=sh disable=SC2154
# What a person waits for: the start of the program, layout and lint of many files,
# questions and comparisons.  Sourced by tests/bench/run.

bench_start()
{
	command_file start "$build/aa-compose" --version
	measure 20 start
	row start 'program start (--version)' "$(calc "$(wall start) * 1000")" ms '<=' 3
}

bench_files()
{
	mkdir "$scratch/files"
	awk -v folder="$scratch/files" 'BEGIN {
		for (i = 0; i < 1000; i++) {
			file = folder "/" i ".aaf"
			printf "fragment f%d \"Number %d\" {\n", i, i >file
			printf "    when .number == %d;\n\n", i >file
			printf "    ## What it reads and writes.\n" >file
			for (j = 0; j < 10; j++)
				printf "    /srv/%d/%d/** rw,\n", i, j >file
			printf "    network inet stream,\n}\n" >file
			close(file)
		}
	}'
	command_file fmt "$build/aa-compose" fmt --check "$scratch/files"/*.aaf
	measure "$runs" fmt
	row fmt 'fmt of 1,000 files' "$(calc "$(cpu fmt) * 1000")" ms '<=' 200
	if ! "$build/aa-compose" lint --help >/dev/null 2>&1; then
		skip_row lint 'lint of 1,000 files' 'there is no lint'
		return
	fi
	command_file lint env "XDG_CACHE_HOME=$scratch/lint" "$build/aa-compose" \
		lint "$scratch/files"/*.aaf
	command_file lint-first -b "rm -rf '$scratch/lint'" \
		env "XDG_CACHE_HOME=$scratch/lint" "$build/aa-compose" \
		lint "$scratch/files"/*.aaf
	command_file lint-texts "$build/aa-compose" lint --no-check "$scratch/files"/*.aaf
	measure "$heavy_runs" lint-first
	measure "$runs" lint lint-texts
	row lint 'lint of 1,000 files, looked at before' \
		"$(calc "$(cpu lint) * 1000")" ms '<=' 200
	row lint-texts 'lint of 1,000 files, their texts alone' \
		"$(calc "$(cpu lint-texts) * 1000")" ms '<=' 200 '--no-check'
	row lint-first 'lint of 1,000 files, for the first time' \
		"$(calc "$(cpu lint-first) * 1000")" ms '<=' 200 \
		'each is compiled, many in a run of apparmor_parser'
}

# COUNT accesses: to files, of other kinds, or of other kinds and always the same.
accesses() # COUNT KIND
{
	awk -v count="$1" -v kind="$2" 'BEGIN {
		for (i = 0; i < count; i++) {
			n = kind == "repeated" ? i % 5 : i
			if (kind == "file")
				print "file /usr/lib/a" i ".so r"
			else if (n % 5 == 0)
				print "mount fstype=proc proc -> /mnt/" n "/"
			else if (n % 5 == 1)
				print "signal receive peer=p" n " set=term"
			else if (n % 5 == 2)
				print "ptrace trace peer=p" n
			else if (n % 5 == 3)
				print "umount /mnt/" n "/"
			else
				print "unix bind type=stream addr=@s" n
		}
	}'
}

# The time of 240,000 less that of 40,000: what the start and the compile take is in
# both.  HOW is the option that says what is printed.
bench_query() # ID KIND HOW WHAT
{
	for count in 40000 240000; do
		accesses "$count" "$2" >"$scratch/$2-$count"
		command_file "$1-$count" -i "$scratch/$2-$count" \
			env "XDG_CACHE_HOME=$cache" "$build/aa-compose" "$3" \
			-r "$top/rules" -t "$top/templates" --parser "$parser" \
			--target debian12 -c "$check_config" query 1000
	done
	measure "$runs" "$1-40000" "$1-240000"
	fast=$(cpu "$1-40000")
	slow=$(cpu "$1-240000")
	row "$1" "$4" "$(calc "200000 / ($slow - $fast) / 1000000")" million '>=' 2 \
		'reading the questions included'
}

bench_queries()
{
	for kind in file other repeated; do
		bench_query "query-$kind" "$kind" -q \
			"decisions of query a second, $kind accesses"
		bench_query "answers-$kind" "$kind" --format=text \
			"the same, printed with the rules that decided"
	done
}

bench_diff()
{
	set --
	for file in "$scratch"/checked/*.map.json; do
		set -- "$@" "${file%.map.json}"
	done
	command_file diff env "XDG_CACHE_HOME=$cache" "$build/aa-compose" -q \
		-r "$top/rules" --parser "$parser" --target debian12 diff "$1" "$2"
	measure 1 diff
	measure "$runs" diff
	row diff 'diff of two LXC profiles, compiled before' \
		"$(calc "$(cpu diff) * 1000")" ms '<=' 20
}
