# A rule taken out of a shipped fragment, or a wide one put in: an expect must fail.
# Taken out is what changes a profile of the fleet in expects.json and what it allows:
# compiled policy without the rule is compared with that with it.
#
# `make check` tries a sample.  All of them, which takes an hour for each target:
#
#     AAC_MUTATIONS=all sh tests/property/expects_mutations.sh
#
# AAC_MUTATIONS=all:debian12:base takes those of one target, out of one fragment.
. "${top_srcdir:-.}/tests/support/tap.sh"
. "$top/tests/support/halving.sh"
needs_parser 'mutations are judged on policy that apparmor_parser makes'
cd "$scratch" || exit 99
compare=$build/tests/property/compare_tool
allowed=3   # of a hundred may stay unnoticed
cp -r "$top/rules" original
cp -r "$top/templates" .
whole=$top/tests/property/expects.json

IFS=: read -r amount only_target only_fragment <<END
${AAC_MUTATIONS-sample}
END

# ---- one target ---------------------------------------------------------------------

here() # ARGUMENT...: with the rules of the folder rules
{
	# shellcheck disable=SC2086 # words
	aac -q -r rules -t templates --target "$target" --parser-timeout 600 \
		-c fleet.json $with "$@"
}

# The containers that have this fragment in the most ways.
fleet_of() # FRAGMENT
{
	case $1 in
	base) ids='b n d u' ;;
	hardening | systemd) ids='b n u' ;;
	nesting) ids='n u' ;;
	docker) ids='d d2 ad' ;;
	gpu) ids='g0 g1 g2 g3 ga gb gi gj' ;;
	shared-storage) ids='s s2 s3' ;;
	*) ids='l u' ;;
	esac
	jq --arg ids " $ids " '.lxc_configs |= with_entries(.key as $k |
		select($ids | contains(" \($k) ")))' "$whole" >fleet.json
}

choose_target() # NAME FRAGMENT
{
	target=$1
	fleet_of "$2"
	with=
	base=/etc/apparmor.d
	use=$parser
	case $1 in debian13 | pve9)
		use=$AAC_PARSER41
		with="--root root --parser $use"
		base=root/etc/apparmor.d
		;;
	esac
	rm -rf rules before
	cp -r original rules
	here --no-check -o before build >"$out" 2>"$err" &&
		digests before >before.digests
}

# CTID PROFILE DIGEST of each container.
digests() # FOLDER
{
	jq -r '.profiles as $p | .containers | to_entries[] | select(.value.profile) |
		"\(.key) \(.value.profile) \($p[.value.profile].digest)"' \
		"$1/manifest.json" | sort
}

compile_profile() # FILE
{
	"$use" -QKS -j1 --config-file /dev/null --base "$base" \
		-M "$top/rules/targets/$target.features" "$1" 2>"$err"
}

# ---- one mutation -------------------------------------------------------------------

# The containers whose profile the rules in `rules` change, one for each new text.
changed()
{
	rm -rf after
	here --no-check -o after build >"$out" 2>"$err" || return
	digests after >after.digests
	join before.digests after.digests | awk '$3 != $5 && !seen[$5]++ { print $1 }'
}

tab=$(printf '\t')
kinds="$tab\\(gained\\|lost\\|changed\\)$tab" # not: what is logged

# What the mutation changes of what CTID's profile allows.
differs() # CTID
{
	old=$(awk -v id="$1" '$1 == id { print $2 }' before.digests)
	new=$(awk -v id="$1" '$1 == id { print $2 }' after.digests)
	sed "s/^profile [^ ]*/profile p/" "before/$old" >old.profile
	sed "s/^profile [^ ]*/profile p/" "after/$new" >new.profile
	compile_profile old.profile >old.bin && compile_profile new.profile >new.bin ||
		return 2
	"$compare" compare old.bin new.bin >differences && return 1
	grep -q "$kinds" differences
}

# caught; the same: nothing is changed; missed CTID: what it changes.
judge() # [CTID]: for that one only
{
	if ! ids=$(changed); then
		echo 'refused'
		return
	fi
	if [ "$#" -eq 1 ]; then
		# Another container may have the same text.
		ids=$1
		join before.digests after.digests | awk -v id="$1" \
			'$1 == id && $3 == $5 { exit 1 }' || { echo 'the same'; return; }
	fi
	first=$(echo "$ids" | head -n 1)
	[ -n "$first" ] || { echo 'the same'; return; }
	for id in $first $(echo "$ids" | tail -n +2); do
		code=0
		here test "$id" >"$out" 2>"$err" || code=$?
		case $code in
		0) ;;
		1) echo caught; return ;;
		*) echo refused; return ;;
		esac
	done
	for id in $ids; do
		if differs "$id"; then
			echo "missed $id: $(grep "$kinds" differences | head -n 1)"
			return
		fi
	done
	echo 'the same'
}

# The rule at these places is blanks.
take_out() # FILE LINE COLUMN LINE COLUMN
{
	awk -v l1="$2" -v c1="$3" -v l2="$4" -v c2="$5" '
		NR < l1 || NR > l2 { print; next }
		{ from = NR == l1 ? c1 : 1
		  to = NR == l2 ? c2 : length($0)
		  print substr($0, 1, from - 1) substr($0, to + 1) }' \
		"original/$1" >"rules/$1"
}

# The first rule of the fragment is RULE.
put_in() # FILE RULE
{
	awk -v rule="$2" '{ print } /^(fragment|profile) .*\{$/ ||
		(head && /\{$/) { if (!done++) print "    " rule }
		{ head = /^profile / && !/\{$/ }' \
		"original/$1" >"rules/$1"
}

# Rules that are there for silence; what parsers before 3.0.10 read into them is no
# promise.
silent='without deny mount options=(ro, remount) -> /,
without deny mount options=(ro, remount, silent) -> /,'

count()
{
	verdict=$1
	what=$2
	case $verdict in
	missed*) echo "$silent" | grep -qxF "${what#*: }" && verdict='the same' ;;
	esac
	case $verdict in
	caught) caught=$((caught + 1)) ;;
	missed*)
		missed=$((missed + 1))
		echo "# $target: $what: $verdict"
		;;
	'the same') same=$((same + 1)) ;;
	refused)
		refused=$((refused + 1))
		echo "# $target: $what: $verdict: $(head -n 1 "$err")"
		;;
	esac
}

# Every rule of FILE, or some: PLACES TEXT
rules_of() # FILE
{
	step=1
	[ "$amount" = all ] || step=37
	awk -f "$top/tests/property/cut_rules.awk" "original/$1" |
		awk -v step="$step" '(NR + 2) % step == 0 || step == 1'
}

# ---- all of them --------------------------------------------------------------------

wide='mount,
/** rwmklix,
capability,
change_profile,
ptrace,
signal,
umount,
pivot_root,
/proc/** rw,
/sys/** rw,
/dev/** rw,
mount fstype=proc,
mount fstype=sysfs,
mount fstype=ext4,
mount fstype=securityfs,
mount fstype=devtmpfs,
mount options=(bind),
mount options=(rbind),
mount options=(move),
mount -> /mnt/**,
signal send,
ptrace trace,
change_profile -> lxc-**,'

reset()
{
	caught=0 missed=0 same=0 refused=0
}

tell() # WHAT
{
	ok "$1: $caught caught, $missed missed, $same change nothing" \
		test "$((missed * 100))" -le "$((allowed * (caught + missed)))"
	is "$refused" 0 "$1: each was composed"
	ok "$1: and there were some" test "$caught" -gt 0
}

take_out_each() # TARGET
{
	reset
	for fragment in $fragments; do
		choose_target "$1" "$fragment" || { cat "$err"; return; }
		rules_of "$fragment.aaf" >some.rules
		while read -r l1 c1 l2 c2 text; do
			take_out "$fragment.aaf" "$l1" "$c1" "$l2" "$c2"
			count "$(judge)" "$fragment.aaf:$l1: without $text"
			cp "original/$fragment.aaf" rules
		done <some.rules
		echo "# $1, $fragment: $caught caught, $missed missed, $same the same"
	done
	tell "$1, taken out"
}

put_in_each() # TARGET
{
	reset
	n=0
	echo "$wide" >wide.rules
	for family in $families; do
		fragment=${family%%:*}
		choose_target "$1" "$fragment" || { cat "$err"; return; }
		while read -r rule; do
			n=$((n + 1))
			[ "$amount" = all ] || [ $((n % 18)) -eq 1 ] || continue
			put_in "$fragment.aaf" "$rule"
			count "$(judge "${family#*:}")" "$family: with $rule"
			cp "original/$fragment.aaf" rules
		done <wide.rules
	done
	tell "$1, put in"
}

# Where a wide rule is put in, and the container that it must be noticed in.
families='base:b nesting:n docker:d gpu:g1 shared-storage:s legacy-mounts:l profiles:u'
fragments='hardening systemd nesting docker shared-storage legacy-mounts gpu base'
fragments=${only_fragment:-$fragments}
targets=debian12
if [ "$amount" = all ] && [ -n "${AAC_PARSER41-}" ]; then
	targets='debian12 debian13'
	mkdir -p root/etc
	cp -r "$(dirname "$AAC_PARSER41")/root/etc/apparmor.d" root/etc
	cp -r /etc/apparmor.d/abstractions/lxc root/etc/apparmor.d/abstractions
fi
for one in ${only_target:-$targets}; do
	take_out_each "$one"
	put_in_each "$one"
done
finish
