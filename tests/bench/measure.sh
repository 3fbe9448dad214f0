# shellcheck shell=sh disable=SC2154
# What the parts of tests/bench/run stand on; sourced, it gives
#
#   command_file NAME [-i INPUT] [-b BEFORE] ARGUMENT...
#                       a command for the stopwatch: INPUT is its standard input, BEFORE
#                       a line of shell that is run, untimed, before each run
#   measure RUNS NAME...    runs them in turns; then
#   wall NAME, cpu NAME     seconds (median), and peak NAME, MiB, of the last measurement
#   instructions NAME       counted by valgrind
#   row ID WHAT VALUE UNIT OP GOAL [NOTE]
#                       a line of the table; OP is <= or >=, GOAL may be -
#   skip_row ID WHAT WHY

mkdir -p "$scratch/commands"
: >"$scratch/rows"
: >"$scratch/measured"

command_file()
{
	name=$1
	shift
	: >"$scratch/commands/$name"
	while :; do
		case $1 in
		-i) echo "<$2" ;;
		-b) echo "!$2" ;;
		*) break ;;
		esac >>"$scratch/commands/$name"
		shift 2
	done
	printf '%s\n' "$@" >>"$scratch/commands/$name"
}

measure()
{
	times=$1
	shift
	(cd "$scratch/commands" && "$build/tests/support/stopwatch" "$times" "$@") \
		>"$scratch/last" || exit 1
	cat "$scratch/last" >>"$scratch/measured"
	awk -v names="$*" '$5 != 0 && $5 != 1 {
		printf "bench: %s ends with exit status %d\n", $1, $5 >"/dev/stderr"
		bad = 1
	} END { exit bad }' "$scratch/last"
}

field() # NAME NUMBER SCALE
{
	awk -v name="$1" -v at="$2" -v scale="$3" '$1 == name { value = $at / scale }
		END { printf "%.6f\n", value }' "$scratch/measured"
}

wall() { field "$1" 2 1000000; }
cpu() { field "$1" 3 1000000; }
peak() { field "$1" 4 1024; }

# Of a command without -i and -b, and of what it starts.
instructions() # NAME
{
	tr '\n' '\0' <"$scratch/commands/$1" |
		xargs -0 valgrind --trace-children=yes --tool=callgrind \
			--callgrind-out-file=/dev/null 2>&1 >/dev/null |
		awk '/Collected :/ { n += $NF } END { printf "%.0f\n", n }'
}

# Arithmetic on decimals.
calc()
{
	awk "BEGIN { printf \"%.6f\\n\", $1 }"
}

row()
{
	printf '%s\t%s\t%s\t%s\t%s\t%s\t%s\n' "$1" "$2" "$3" "$4" "$5" "$6" "${7-}" \
		>>"$scratch/rows"
	printf '  %s: %.4g %s\n' "$2" "$3" "$4" >&2
}

skip_row()
{
	printf '%s\t%s\t\t\t\t\t%s\n' "$1" "$2" "not measured: $3" >>"$scratch/rows"
	echo "bench: $2: not measured: $3" >&2
}
