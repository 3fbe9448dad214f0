# Texts that are compiled in one run of the parser get the bytes of a run of their own:
# the rules of rules.ok, each in a fragment and four in one, with both parsers.  What is
# kept is compared, which is all that was compiled.
# shellcheck disable=SC2154 # tap.sh sets them
. "${top_srcdir:-.}/tests/support/tap.sh"
. "$top/tests/support/fleet.sh"
cd "$scratch" || exit 99

if ! can_check; then
	skip 'texts of one run' 'apparmor_parser does not suit debian12'
	finish
	exit
fi
rm -f rules/*
printf 'fragment none "Nothing" { when .none is set; }\n' >rules/none.aaf
cp -r "$top/templates" . || exit 99

# Fragments of SIZE rules each, in folders of at most 120 files: few enough for as many
# jobs.
write_rules() # SIZE
{
	rm -rf files
	mkdir files
	awk -v size="$1" '
		/^#/ || !NF { next }
		n % size == 0 {
			number = int(n / size)
			folder = "files/" int(number / 120)
			if (number % 120 == 0)
				system("mkdir " folder)
			if (n)
				print "}" >file
			file = folder "/r" number ".aaf"
			printf "fragment r%d \"Rules\" {\n    when .r%d is set;\n", \
				number, number >file
		}
		{ print "    " $0 >file; n++ }
		END { print "}" >file }' "$top/tests/property/rules.ok"
}

lint() # KEPT JOBS FILE...
{
	lint_kept=$1
	lint_jobs=$2
	shift 2
	XDG_CACHE_HOME=$scratch/$lint_kept aac --root "$scratch/$host" -r rules \
		-t templates --parser "$scratch/parser" --target "$target" \
		lint -j "$lint_jobs" "$@"
}

# A file that is refused would keep all others from being compiled.
drop_refused()
{
	while :; do
		run lint none 1 --no-check "$folder"/*.aaf
		sed -n 's/^\(files[^:]*\):[0-9:]* error.*/\1/p' "$err" | sort -u >refused
		[ -s refused ] || break
		xargs rm -f <refused
	done
}

# judge SIZE: few in one run, and many, beside each by itself.
judge()
{
	write_rules "$1"
	compiled=0
	for folder in files/*; do
		drop_refused
		what="$1 rules a fragment for $target, $folder"
		rm -rf one
		: >parser.runs
		run lint one 64 "$folder"/*.aaf
		cp "$out" one.out
		cp "$err" one.err
		apart=$(wc -l <parser.runs)
		compiled=$((compiled + apart))
		for jobs in 20 1; do
			rm -rf some
			: >parser.runs
			run lint some "$jobs" "$folder"/*.aaf
			same "$out" one.out "$what: what is found"
			same "$err" one.err "$what: what is said"
			ok "$what: what is kept" diff -r one some
			# The odd ones among them go by themselves.
			[ "$jobs" = 1 ] || [ "$1" -gt 1 ] || ok "$what: fewer runs" \
				test "$(wc -l <parser.runs)" -lt "$apart"
		done
	done
	ok "$1 rules a fragment for $target: many are compiled" \
		test "$compiled" -gt "$((400 / $1))"
}

cp "$build/tests/support/counted_parser" parser || exit 99
cp -r "$top/rules/targets" rules/ || exit 99
# A program that was written just now is not known by its times.
sleep 4
host=host
mkdir -p host/etc
cp -r /etc/apparmor.d host/etc/ || exit 99
target=pve8
judge 1
judge 4
if [ -z "${AAC_PARSER41-}" ]; then
	skip 'the same with parser 4.1' 'AAC_PARSER41 names none'
else
	ln -s "$AAC_PARSER41" parser.real
	host=late
	mkdir late
	cp -R "$(dirname "$AAC_PARSER41")/root/etc" late/etc
	target=pve9
	judge 1
	judge 4
fi
finish
