# Containers under the shipped profiles on real kernels (README.md beside this).  A guest
# of Debian 12 and one of Debian 13 run what tests/vm/guest holds, with the program that
# was built here; what the probes in them answered is held against probes.tsv.
#
#     tests/vm/containers.sh [STAGE...]
#
# AAC_UPDATE_GOLDEN=1 writes the tables anew: look at them before you commit them.
# AAC_VM_TARGETS is debian12, debian13 or both; AAC_VM_RULES a folder whose rule files
# stand in for the shipped ones.
. "${top_srcdir:-.}/tests/support/tap.sh"

here=$top/tests/vm
cache=${AAC_VM_CACHE:-$build/vm}
kept=${AAC_VM_KEEP:-$scratch/guests}

# Why nothing can be shown here, or nothing.
missing()
{
	if ! command -v qemu-system-x86_64 >/dev/null; then
		echo 'there is no qemu-system-x86_64 (package qemu-system-x86)'
	elif ! ${CC:-cc} -std=gnu11 -O1 -static -o "$scratch/probe" "$here/probe.c" \
		2>"$scratch/cc"; then
		echo "no static program compiles: $(head -n 1 "$scratch/cc")"
	fi
}

# The program as it is installed, with the libraries of this machine and their loader.
make_tree() # FOLDER
{
	make -C "$build" install DESTDIR="$1" >"$scratch/log" 2>&1 || return
	program=$(find "$1" -path '*/bin/aa-compose')
	own=/usr/local/lib/aa-compose
	mkdir -p "$1$own"
	for file in $(ldd "$program" | grep -o '/[^ ]*'); do
		cp -L "$file" "$1$own/"
	done
	loader=$(find "$1$own" -name 'ld-linux*')
	mv "$program" "$1$own/program"
	program=$1/usr/local/bin/aa-compose
	mkdir -p "$(dirname "$program")"
	cat >"$program" <<-EOF
		#!/bin/sh
		exec $own/${loader##*/} --library-path $own $own/program "\$@"
	EOF
	chmod +x "$program"
	rm -rf "${1:?}/usr/local/share/man"
	# The guest's /lib is a link.
	mkdir -p "$1/usr/lib"
	[ ! -d "$1/lib" ] || { cp -R "$1/lib/." "$1/usr/lib/" && rm -r "${1:?}/lib"; }
	if [ -n "${AAC_VM_RULES-}" ]; then
		cp "$AAC_VM_RULES"/*.aaf "$(find "$1" -type d -name rules)/"
	fi
}

make_input() # FOLDER STAGE...
{
	input=$1
	shift
	mkdir -p "$input"
	cp "$here"/guest/* "$here"/*.json "$top/tests/support/tap.sh" \
		"$scratch/probe" "$input/"
	chmod +x "$input/start.sh" "$input/cut-parser.sh"
	cp -R "$scratch/tree" "$input/tree"
	awk -F '\t' -v OFS='\t' 'NR > 1 { print NR - 1, $2 }' "$here/probes.tsv" \
		>"$input/plan"
	echo "$*" >"$input/stages"
}

# What the guest has shown, as if it were shown here.
adopt() # TARGET FILE
{
	while IFS= read -r line; do
		case $line in
		'ok '*) tap_pass "$1: ${line#*- }" ;;
		'not ok '*) tap_fail "$1: ${line#*- }" ;;
		1..*) ;;
		*) printf '%s\n' "$line" ;;
		esac
	done <"$2"
}

# The probes' answers.  With the switch they are what the table gets.
judge() # TARGET SIDE
{
	[ -f "$kept/$1/answers.base" ] || return 0
	if [ -n "${AAC_UPDATE_GOLDEN-}" ]; then
		awk -f "$here/judge.awk" -v fill=1 -v answers="$kept/$1" -v side="$2" \
			"$here/probes.tsv" >"$scratch/found.$2"
		return
	fi
	awk -f "$here/judge.awk" -v answers="$kept/$1" -v side="$2" "$here/probes.tsv" \
		>"$scratch/judged"
	adopt "$1" "$scratch/judged"
}

# What was refused beside the probes: no more than allowed-records has of this set.
check_records() # TARGET
{
	for file in "$kept/$1"/records.*; do
		set=${file##*.}
		if [ ! -f "$file" ] || head -n 1 "$here/probes.tsv" | tr '\t' '\n' |
			grep -qx -e "$set"; then
			continue
		fi
		awk -f "$here/records.awk" "$file" | LC_ALL=C sort >"$scratch/refused"
		awk -F '\t' -v target="$1" -v set="$set" '
			index(" " $1 " ", " " target " ") == 0 { next }
			index(" " $2 " ", " " set " ") { print $3 }
			' "$here/allowed-records" >"$scratch/allowed"
		grep -vxE -f "$scratch/allowed" "$scratch/refused" >"$scratch/unexpected"
		if [ -s "$scratch/unexpected" ]; then
			tap_fail "$1: $set: something was refused" "$scratch/unexpected"
		else
			tap_pass "$1: $set: nothing was refused that should not be"
		fi
	done
}

# Boots from one disk, which keeps what each has written, and ends as a power cut ends it.
check_boots() # TARGET IMAGE STAGE BOOT...
{
	target=$1 image=$2 stage=$3
	shift 3
	make_input "$scratch/in.$stage" "$stage"
	cp --sparse=always "$image/root.img" "$scratch/disk"
	for boot; do
		left=$kept/$target-$stage$boot
		rm -rf "${left:?}"
		ok "$target: $stage, boot $boot comes to its end" \
			env AAC_VM_DISK="$scratch/disk" sh "$here/guest.sh" "$image" \
			"$scratch/in.$stage" "$left" "$image/root.img"
		[ -s "$left/tap" ] || return
		adopt "$target: $stage, boot $boot" "$left/tap"
		ok "$target: $stage, boot $boot: its test came to its end" \
			grep -q '^1\.\.' "$left/tap"
	done
	rm -f "$scratch/disk"
}

check_release() # TARGET SIDE IMAGE OTHER-IMAGE STAGE...
{
	target=$1 image=$3 other=$4
	side=$2
	shift 4
	make_input "$scratch/in.$target" "$@"
	mkdir -p "$kept"
	rm -rf "${kept:?}/$target"
	ok "$target: the guest comes to its end" \
		sh "$here/guest.sh" "$image" "$scratch/in.$target" "$kept/$target" \
		"$image/root.img" "$other/root.img"
	[ -s "$kept/$target/tap" ] || return
	adopt "$target" "$kept/$target/tap"
	ok "$target: its test came to its end" grep -q '^1\.\.' "$kept/$target/tap"
	judge "$target" "$side"
	check_records "$target"
}

# README.md has the table between two comments.
readme()
{
	awk -f "$here/table.awk" "$here/probes.tsv" >"$scratch/table"
	awk -v table="$scratch/table" '
		/^<!-- end of the table/ { skip = 0 }
		!skip { print }
		/^<!-- table of tests\/vm/ {
			while ((getline line <table) > 0) print line
			skip = 1
		}' "$top/README.md" >"$scratch/README.md"
	if [ -n "${AAC_UPDATE_GOLDEN-}" ]; then
		cp "$scratch/README.md" "$top/README.md"
	fi
	same "$top/README.md" "$scratch/README.md" 'README.md has the table'
}

PATH=$PATH:/usr/sbin:/sbin
why=$(missing)
if [ -n "$why" ]; then
	skip 'containers on real kernels' "$why"
	finish
fi
for release in bookworm trixie; do
	if ! sh "$here/image.sh" "$cache" "$release" >"$scratch/$release" \
		2>"$scratch/log"; then
		skip "containers on $release" "$(tail -n 1 "$scratch/log")"
		finish
	fi
done
image12=$(cat "$scratch/bookworm")
image13=$(cat "$scratch/trixie")
ok 'the program is installed for the guests' make_tree "$scratch/tree"
[ $# -gt 0 ] || set -- confine load nested nested-u systemd systemd-u docker \
	docker-u boot kill
stages=
boots=
for stage; do
	case $stage in
	boot | kill) boots="$boots $stage" ;;
	*) stages="$stages $stage" ;;
	esac
done
for target in ${AAC_VM_TARGETS:-debian12 debian13}; do
	case $target in
	debian12) side=1 image=$image12 other=$image13 ;;
	*) side=2 image=$image13 other=$image12 ;;
	esac
	if [ -n "$stages" ]; then
		# shellcheck disable=SC2086 # words
		check_release "$target" "$side" "$image" "$other" $stages
	fi
	for stage in $boots; do
		case $stage in
		boot) check_boots "$target" "$image" boot 1 2 ;;
		kill) check_boots "$target" "$image" kill 1 2 3 ;;
		esac
	done
done
if [ -n "${AAC_UPDATE_GOLDEN-}" ] && [ -f "$scratch/found.1" ] &&
	[ -f "$scratch/found.2" ]; then
	awk -f "$here/fill.awk" "$scratch/found.1" "$scratch/found.2" \
		"$here/probes.tsv" >"$scratch/probes.tsv"
	cp "$scratch/probes.tsv" "$here/probes.tsv"
fi
readme
finish
