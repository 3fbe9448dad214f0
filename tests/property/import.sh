# shellcheck shell=sh
# import: what apparmor_parser takes is imported, and what is composed of it compiles to
# the same bytes as the file itself; what apparmor_parser refuses is refused.  The few
# texts that the language has no words for are told as that.  AAC_PARSER41 names a parser
# 4.1; AAC_PROFILES names folders of further profiles.  With --split and --against the
# rules stand elsewhere: where the bytes are others, the two are proved equal.
. "${top_srcdir:-.}/tests/support/tap.sh"
. "$top/tests/support/halving.sh"

texts=$top/tests/property
needs_parser 'imported profiles against apparmor_parser'
mkdir "$scratch/rules"

# The policy of all profiles that RULES were built to, in order.
compile_built() # COMPILE
{
	sed -n 's/^profile \([^ ]*\) .*/\1/p' "$scratch/rules/x.aaf" |
		while IFS= read -r built; do
			"$1" "$scratch/built/$built" || { cat "$err" >&2; exit 1; }
		done
}

# Compiled policy in pieces of one profile, in an order of their own.
pieces() # FILE
{
	od -An -v -tx1 "$1" | tr -d ' \n' |
		sed 's/04080076657273696f6e00/\
&/g' | LC_ALL=C sort
}

# How profiles are imported, and with which other rules they are composed.
how=''
beside=''

# 0: the same policy, or not for this parser; 2: the language has no words for it.
round_trip() # COMPILE TARGET FILE
{
	"$1" "$3" >"$scratch/a" || return 0
	rm -rf "$scratch/built"
	# shellcheck disable=SC2086 # words
	if ! aac import $how --target "$2" "$3" >"$scratch/rules/x.aaf" \
		2>"$scratch/log"; then
		grep -q 'not-importable' "$scratch/log" && return 2
		cat "$scratch/log"
		return 1
	fi
	grep -q '^profile ' "$scratch/rules/x.aaf" || { [ ! -s "$scratch/a" ]; return; }
	# shellcheck disable=SC2086 # words
	aac build --no-check -q -r "$scratch/rules" $beside --target "$2" \
		-o "$scratch/built" >"$scratch/log" 2>&1 ||
		{ cat "$scratch/log"; return 1; }
	compile_built "$1" >"$scratch/b" 2>"$scratch/log" ||
		{ cat "$scratch/log"; return 1; }
	cmp -s "$scratch/a" "$scratch/b" && return
	pieces "$scratch/a" >"$scratch/a.sorted"
	pieces "$scratch/b" >"$scratch/b.sorted"
	[ -n "$how" ] || { cmp "$scratch/a.sorted" "$scratch/b.sorted"; return; }
	cmp -s "$scratch/a.sorted" "$scratch/b.sorted" && return
	proved=$((proved + 1))
	"$build/tests/property/compare_tool" compare "$scratch/a" "$scratch/b"
}

# round_trip for each FILE: at least LEAST, of which WORDLESS may have no words; prints
# those that fail.
all_round() # COMPILE TARGET LEAST WORDLESS FILE...
{
	round_compile=$1 round_target=$2 round_least=$3 round_wordless=$4
	shift 4
	count=0
	wordless=0
	proved=0
	bad=0
	for file; do
		count=$((count + 1))
		result=0
		round_trip "$round_compile" "$round_target" "$file" \
			>"$scratch/why" 2>&1 ||
			result=$?
		case $result in
		0) ;;
		2) wordless=$((wordless + 1)) ;;
		*)
			bad=$((bad + 1))
			printf '%s: %s: %s\n' "$file" "$(head -n 1 "$file")" \
				"$(head -n 3 "$scratch/why")"
			;;
		esac
	done
	echo "# $count texts, $wordless without words for them, $proved proved equal"
	[ "$bad" -eq 0 ] && [ "$count" -ge "$round_least" ] &&
		[ "$wordless" -le "$round_wordless" ]
}

# Each text of LIST as a file of its own below FOLDER.
cut() # LIST FOLDER
{
	mkdir -p "$2"
	n=1000
	while IFS= read -r text; do
		case $text in '# '*) continue ;; esac
		n=$((n + 1))
		printf '%b\n' "$text" >"$2/$n"
	done <"$1"
}

# A profile for each OUTER, a block with rules of all qualifiers that its parser can say
# in it, and one with a block around that, below FOLDER.
blocks() # FOLDER OUTER...
{
	folder=$1
	mkdir -p "$folder"
	shift
	for outer; do
		rules=
		n=0
		for inner in '' allow deny 'audit deny' audit 'audit allow' \
			owner 'allow owner' 'deny owner' 'audit deny owner' \
			'audit owner' \
			other 'deny other' 'audit deny other' 'audit other'; do
			# What nobody is left for is no rule, and an audit of more than
			# what a block of 3.0 leaves over cannot be said.
			case "$outer { $inner" in
			*owner*other* | *other*owner*) continue ;;
			audit*) ;;
			*owner*audit*owner | *other*audit*other | *audit*deny*) ;;
			*owner*audit* | *other*audit*) continue ;;
			esac
			n=$((n + 1))
			rules="$rules $inner /p$n rw, $inner link /l$n -> /m,"
		done
		name=$folder/$(printf '%s' "$outer" | tr ' ' -)
		echo "profile a { $outer { $rules change_profile -> b, } }" >"$name"
		echo "profile a { audit { $outer { $rules } } }" >"$name-audit"
	done
}

cut "$texts/profiles.ok" "$scratch/ok"
ok 'right texts keep their policy' all_round compile debian12 90 4 "$scratch"/ok/*
blocks "$scratch/blocks" audit allow 'audit allow' owner other 'audit owner' \
	'allow other'
ok 'blocks of all qualifiers keep their policy' \
	all_round compile debian12 14 0 "$scratch"/blocks/*
set --
for file in /etc/apparmor.d/*; do
	[ ! -f "$file" ] || set -- "$@" "$file"
done
for folder in ${AAC_PROFILES-}; do
	for file in "$folder"/*; do
		[ ! -f "$file" ] || set -- "$@" "$file"
	done
done
ok 'installed profiles keep their policy' all_round compile debian12 2 1 "$@"
mkdir "$scratch/some"
cp "$scratch"/ok/*7 "$scratch/some"

# Texts of our own, which the shipped fragments give nearly whole.
cp "$top/tests/property/expects.json" "$scratch/fleet.json"
ours() # TARGET
{
	rm -rf "$scratch/ours"
	aac build --no-check --no-test -q -c "$scratch/fleet.json" -r "$top/rules" \
		-t "$top/templates" --target "$1" -o "$scratch/ours" b d g1 s \
		>"$out" 2>&1 ||
		return 1
	rm -f "$scratch"/ours/*.json
}
other_ways() # WHAT COMPILE TARGET INSTALLED...
{
	what=$1 other_compile=$2 other_target=$3
	shift 3
	for how in '--split' "--split --against $top/rules"; do
		beside=
		[ "$how" = --split ] || beside="-r $top/rules"
		# Composing all fragments for each text takes its time.
		least=90 texts=$scratch/ok
		[ "$how" = --split ] || least=9 texts=$scratch/some
		ok "$what right texts keep their policy: ${how%% /*}" \
			all_round "$other_compile" "$other_target" $least 4 "$texts"/*
		ok "$what installed profiles keep theirs: ${how%% /*}" \
			all_round "$other_compile" "$other_target" 2 1 "$@"
		ours "$other_target"
		ok "$what profiles of ours keep theirs: ${how%% /*}" \
			all_round "$other_compile" "$other_target" 4 0 "$scratch"/ours/*
	done
	how='' beside=''
}
other_ways '' compile debian12 "$@"
if [ -n "${AAC_PARSER41-}" ]; then
	other_ways '4.1:' compile41 debian13 "$@"
	ok '4.1: right texts keep their policy' \
		all_round compile41 debian13 90 4 "$scratch"/ok/*
	blocks "$scratch/blocks" deny 'audit deny' 'deny owner'
	ok '4.1: blocks of all qualifiers keep their policy' \
		all_round compile41 debian13 20 0 "$scratch"/blocks/*
	cut "$top/tests/property/profiles.late" "$scratch/late"
	ok '4.1: its own texts keep their policy' \
		all_round compile41 debian13 12 0 "$scratch"/late/*
	ok '4.1: installed profiles keep their policy' \
		all_round compile41 debian13 2 1 "$@"
else
	skip 'the same with parser 4.1' 'AAC_PARSER41 names none'
fi
finish
