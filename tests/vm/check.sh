# Real kernels (README.md beside this): what they answered when tests/vectors was made
# they answer now, and what we say of further queries is what they say.
. "${top_srcdir:-.}/tests/support/tap.sh"

policy=$build/tests/property/policy_tool
vectors=$top/tests/vectors
cache=${AAC_VM_CACHE:-$build/vm}
tab=$(printf '\t')

# Why nothing can be shown here, or nothing.
missing()
{
	if ! command -v qemu-system-x86_64 >/dev/null; then
		echo 'there is no qemu-system-x86_64 (package qemu-system-x86)'
	elif ! command -v cpio >/dev/null && ! command -v busybox >/dev/null; then
		echo 'there is no cpio'
	elif ! ${CC:-cc} -std=gnu11 -O1 -static -o "$scratch/recorder" \
		"$top/tests/vm/recorder.c" "$top/tests/vm/calls.c" 2>"$scratch/cc"; then
		echo "no static program compiles: $(head -n 1 "$scratch/cc")"
	fi
}

# What was recorded, as a plan, and queries that nobody has chosen.
make_plan() # FOLDER
{
	printf 'load\tpolicy.bin\n'
	awk -F "$tab" -v OFS="$tab" '
		$1 == "raw" { print "ask", $3, $4 }
		$1 == "call" {
			sub(/^[^\t]*\t[^\t]*\t[^\t]*\t[^\t]*\t/, "")
			print "call", $0
		}' "$1/answers.tsv"
	"$policy" wander "$1/policy.bin" 5000 | sed "s/^/ask$tab/"
}

check_release() # RELEASE TARGET ASK
{
	set=$vectors/$2
	if ! sh "$top/tests/vm/kernel.sh" "$cache/$1" "$1" >"$scratch/log" 2>&1; then
		skip "the kernel of $2" "$(tail -n 1 "$scratch/log")"
		return
	fi
	make_plan "$set" >"$scratch/plan"
	run sh "$top/tests/vm/boot.sh" "$cache/$1" "$scratch/recorder" "$scratch/plan" \
		"$set/policy.bin"
	exits 0 "the kernel of $2 runs"
	cp "$out" "$scratch/raw"
	run awk -f "$top/tests/vm/answers.awk" "$scratch/raw" "$scratch/plan"
	exits 0 'and answers everything'
	cp "$out" "$scratch/answers"
	grep -v '^kernel' "$set/answers.tsv" >"$scratch/recorded"
	head -n "$(wc -l <"$scratch/recorded")" "$scratch/answers" >"$scratch/again"
	same "$scratch/recorded" "$scratch/again" 'it answers what it did'
	grep '^raw' "$scratch/answers" >"$scratch/asked"
	cut -f 2 "$scratch/asked" >"$scratch/wanted"
	cut -f 3,4 "$scratch/asked" |
		"$policy" "$3" "$set/policy.bin" >"$scratch/ours"
	same "$scratch/ours" "$scratch/wanted" 'and further queries as we do'
}

# ---- our own program -----------------------------------------------------------------

# The program as it is installed, apparmor_parser, and what both are linked with.
make_tree() # FOLDER
{
	make -C "$build" install DESTDIR="$1" >"$scratch/log" 2>&1 || return
	program=$(find "$1" -path '*/bin/aa-compose')
	parser=$(command -v apparmor_parser)
	ldd "$program" "$parser" | tr ' ' '\n' | grep '/' | grep -v ':$' | tr -d '\t' |
		sort -u >"$scratch/libraries"
	for file in "$parser" $(cat "$scratch/libraries"); do
		mkdir -p "$1$(dirname "$file")"
		cp -L "$file" "$1$file"
	done
	mkdir -p "$1/etc"
	cp -R /etc/apparmor.d "$1/etc/"
	program=${program#"$1"}
}

# A build of two profiles; RULE stands in both.
build_two() # FOLDER RULE
{
	mkdir -p "$scratch/rules"
	{
		printf 'fragment f "test" {\n    /f/d1/f2 r,\n    %s\n}\n' "$2"
		printf 'profile %s "test" { template raw; use f; }\n' one two
	} >"$scratch/rules/f.aaf"
	aac -r "$scratch/rules" -t "$top/templates" --target debian12 -o "$1" build
}

check_load() # RELEASE TARGET
{
	[ -f "$cache/$1/vmlinuz" ] || return 0
	printf '%s\n' "load|bad" "call|one|open|/f/d1/f2|0" \
		"run|$program|-o|/first|load" "call|one|open|/f/d1/f1|0" \
		"call|two|open|/f/d1/f2|0" "run|$program|-o|/second|load" \
		"call|one|open|/f/d1/f1|0" "call|two|open|/f/d1/f1|0" \
		"run|$program|--root|/none|load" |
		tr '|' '\t' >"$scratch/plan"
	printf '%s\n' 71 'failed 2' 0 "13$tab" "0$tab" 0 "0$tab" "0$tab" 3 \
		"log${tab}0${tab}D" "log${tab}1${tab}D" >"$scratch/wanted"
	run sh "$top/tests/vm/boot.sh" "$cache/$1" "$scratch/recorder" "$scratch/plan" \
		"$scratch/tree" "$scratch/bad"
	exits 0 "the kernel of $2 runs our program"
	sed 1d "$out" >"$scratch/answers"
	same "$scratch/answers" "$scratch/wanted" \
		'which loads a build, and then another; a set with a bad profile is not'
}

# ---- explaining: what the kernel logs is cured, or denied on purpose -------------------

# Calls that a program may well make; the last is denied on purpose.
learn_calls()
{
	printf '%s\n' 'open|/f/d1/f2|0' 'open|/f/d1/f3|2' 'open|/f/d1/new|1089' \
		'mkdir|/f/d1/new' 'unlink|/f/d2/f1' 'symlink|/f/d2/new' 'chmod|/f/d1/f1' \
		'truncate|/f/d1/f4' 'link|/f/d1/f1|/f/d2/new' \
		'rename|/f/d1/f1|/f/d2/new' 'lock|/f/d1/f3' 'map|/f/d1/f3' 'exec|/x/a' \
		'change|two' 'setexec|two' 'mount|none|/mnt/a|tmpfs|6|-' \
		'mount|/src|/mnt/b|-|4096|-' 'umount|/mnt/b' 'kill|-|15' 'trace|-' \
		'socket|2|3|1' 'socket|2|1|0' 'sys_time' 'sys_chroot' 'open|/f/d2/f2|1' |
		sed 's/^/call|one|/' | tr '|' '\t'
}

learn_rules() # FRAGMENTS
{
	cat >"$rules/f.aaf" <<-END
		fragment f "test" {
		    /f/d1/f1 r,
		    audit deny /f/d2/f2 w,
		}
		profile one "test" { template raw; use $1; }
		profile two "test" { template raw; use f; }
	END
}

# The profile one with what has been learned in rules/seen.aaf, if anything.
learn_build()
{
	uses=f
	[ ! -s "$rules/seen.aaf" ] || uses='f, seen'
	learn_rules "$uses"
	aac -r "$rules" -t "$top/templates" --target debian12 -o "$scratch/learned" \
		build &&
		apparmor_parser -qQKS --config-file /dev/null "$scratch/learned/one" \
			"$scratch/learned/two" >"$scratch/learned.bin" 2>"$scratch/log"
}

# Boots, calls, and learns from the log until nothing more is denied but on purpose.
learn_round() # RELEASE
{
	ok "round $round: it builds" learn_build
	{ printf 'load\tlearned.bin\nrecords\n' && learn_calls; } >"$scratch/plan"
	run sh "$top/tests/vm/boot.sh" "$cache/$1" "$scratch/recorder" "$scratch/plan" \
		"$scratch/learned.bin"
	exits 0 "round $round: and the kernel of $1 makes the calls"
	cp "$out" "$scratch/answers"
	sed -n "s/^record$tab//p" "$out" >>"$scratch/kernel.log"
	grep -v '^record' "$scratch/answers" | sed '1,2d; /^log/d' |
		cut -f 1 >"$scratch/errors"
	rm -f "$rules/seen.aaf"
	learn_rules f
	status=0
	aac -r "$rules" -t "$top/templates" --target debian12 -q explain --learn seen \
		--generalize "$scratch/kernel.log" >"$scratch/seen" 2>"$err" || status=$?
	ok "round $round: it learns" test "$status" -le 1
	cp "$scratch/seen" "$rules/seen.aaf"
}

check_learn() # RELEASE
{
	[ -f "$cache/$1/vmlinuz" ] || return 0
	rules=$scratch/learn
	rm -rf "$rules" "$scratch/kernel.log"
	mkdir -p "$rules"
	learn_calls | sed '$d; s/.*/0/' >"$scratch/wanted"
	echo 13 >>"$scratch/wanted"
	for round in 1 2 3 4 5 6; do
		learn_round "$1"
		! cmp -s "$scratch/errors" "$scratch/wanted" || break
	done
	same "$scratch/errors" "$scratch/wanted" \
		'with what was learned all is allowed but what is denied on purpose'
	ok 'which took more than one round' test "$round" -gt 1
}

load_everywhere()
{
	if ! command -v apparmor_parser >/dev/null; then
		skip 'loading' 'there is no apparmor_parser'
		return
	fi
	ok 'the program is installed for the guest' make_tree "$scratch/tree"
	ok 'a build' build_two "$scratch/tree/first" ''
	ok 'and another' build_two "$scratch/tree/second" '/f/d1/f1 r,'
	# One profile that is whole, and one that is cut off.
	for name in one two; do
		apparmor_parser -qQKS --config-file /dev/null \
			"$scratch/tree/first/$name" 2>"$scratch/log" >"$scratch/$name"
	done
	{ cat "$scratch/one"; head -c 500 "$scratch/two"; } >"$scratch/bad"
	check_load bookworm debian12
	check_load trixie debian13
}

PATH=$PATH:/usr/sbin:/sbin
why=$(missing)
if [ -n "$why" ]; then
	skip 'real kernels' "$why"
	finish
fi
check_release bookworm debian12 ask
check_release trixie debian13 ask-lock
load_everywhere
if command -v apparmor_parser >/dev/null; then
	check_learn bookworm
	check_learn trixie
fi
finish
