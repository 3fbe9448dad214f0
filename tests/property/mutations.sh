# shellcheck shell=sh
# Profile text with mistakes that nobody thought of: the texts and rules of the other
# tests and the profiles that are installed here, changed at random (mutations.awk), and
# held against apparmor_parser 3.0 and 4.1.  What we take, one of them takes as we print
# it, and both that take it make the same policy of both spellings; what we refuse, one of
# them refuses, but for mutations.strict.  AAC_MUTATIONS and AAC_SEED choose how many
# and which.
. "${top_srcdir:-.}/tests/support/tap.sh"
. "$top/tests/support/halving.sh"

tool=${RULE_TOOL:-$build/tests/property/rule_tool}
texts=$top/tests/property
tab=$(printf '\t')
count=${AAC_MUTATIONS:-400}
seed=${AAC_SEED:-1}
needs_parser 'mutations of profile text'
if [ -z "${AAC_PARSER41-}" ]; then
	skip 'mutations of profile text' 'AAC_PARSER41 names no parser 4.1'
	finish
	exit
fi

# What is right only with other files, or is told of the whole profile: apparmor_parser's
# message is brought home by the build.
elsewhere()
{
	grep -q -e 'is never declared' -e 'Unset boolean variable' -e 'Could not open' \
		-e 'failed to find features' -e 'conflicting x modifiers' \
		-e 'references undefined' -e 'referenced recursively' \
		-e 'unexpected TOK_ABI' "$err"
}

# Both parsers on FILE: the policy in $scratch/NAME.3 and .4; their verdicts, 0 is yes, in
# $took3 and $took4, or elsewhere.
ask() # FILE NAME
{
	took3=0
	took4=0
	compile "$1" >"$scratch/$2.3" || took3=1
	[ "$took3" -eq 0 ] || { elsewhere && took3=elsewhere; }
	compile41 "$1" >"$scratch/$2.4" || took4=1
	[ "$took4" -eq 0 ] || { elsewhere && took4=elsewhere; }
}

# 4.1 does not make the same bytes twice of every text.
settled()
{
	compile41 "$scratch/text" >"$scratch/again.4" &&
		cmp -s "$scratch/text.4" "$scratch/again.4"
}

same_policies() # CANONICAL
{
	printf '%b' "$1" >"$scratch/canonical"
	text3=$took3
	text4=$took4
	ask "$scratch/canonical" canonical
	case $took3$took4 in
	*0* | *elsewhere*) ;;
	*) echo 'both refuse our spelling'; return 1 ;;
	esac
	# To 3.0 these are paths.
	case $1 in
	*mqueue* | *userns* | *io_uring*) text3=1 ;;
	esac
	if [ "$text3" = 0 ] && ! cmp -s "$scratch/text.3" "$scratch/canonical.3"; then
		echo '3.0 makes another policy of our spelling'
		return 1
	fi
	if [ "$text4" = 0 ] && ! cmp -s "$scratch/text.4" "$scratch/canonical.4" &&
		settled; then
		echo '4.1 makes another policy of our spelling'
		return 1
	fi
}

refused_by_one() # MESSAGE
{
	[ "$took3$took4" = 00 ] || return 0
	! printf '%s\n' "$1" | grep -q -E -f "$scratch/strict" || return 0
	echo "both take it, we say: $1"
	return 1
}

held() # VERDICT CANONICAL-OR-MESSAGE
{
	ask "$scratch/text" text
	case $1 in
	ok) same_policies "$2" ;;
	bad) refused_by_one "$2" ;;
	# A brace in the name of an extended attribute makes one word of several.
	loose) grep -q 'xattrs=(.*[{}]' "$scratch/text" ||
		{ echo 'our spelling reads as another'; return 1; } ;;
	*) echo "it is $1"; return 1 ;;
	esac
}

# The mutations of the texts in FILES.
mutations() # LEAST FILES...
{
	least=$1
	shift
	grep -v '^#' "$texts/mutations.strict" | grep . >"$scratch/strict"
	awk -v seed="$seed" -v count="$count" -f "$texts/mutations.awk" "$@" \
		>"$scratch/mutated" || return 1
	"$tool" texts <"$scratch/mutated" >"$scratch/verdicts" || return 1
	paste "$scratch/mutated" "$scratch/verdicts" >"$scratch/both"
	tried=0
	right=0
	wrong=0
	while IFS=$tab read -r text verdict rest; do
		tried=$((tried + 1))
		[ "$verdict" != ok ] || right=$((right + 1))
		printf '%b\n' "$text" >"$scratch/text"
		held "$verdict" "$rest" >"$scratch/why" && continue
		wrong=$((wrong + 1))
		printf '%s\n    %.1200s\n' "$(cat "$scratch/why")" "$text"
	done <"$scratch/both"
	echo "# $tried mutations, $right of them right"
	[ "$wrong" -eq 0 ] && [ "$tried" -ge "$least" ] && [ "$right" -gt 0 ]
}

# Each rule of a list in a profile, a text a line.
as_texts() # LIST...
{
	cat "$@" | awk '/^#/ || !NF { next } { gsub(/\\/, "&&")
		print "@{V}=/a /b\\nprofile p {\\n" $0 "\\n}" }'
}

# The small ones of the profiles that are installed here, without their comments.
installed_texts()
{
	for file in /etc/apparmor.d/*; do
		# Of folders that are included, 4.1 makes other bytes each time.
		[ -f "$file" ] || continue
		! grep -q '^#*include <lxc>' "$file" || continue
		[ "$(wc -c <"$file")" -lt 4000 ] || continue
		sed -e 's/\\/&&/g' -e 's/^ *#[^i].*//' -e 's/ #.*//' "$file" |
			awk '{ printf "%s\\n", $0 } END { print "" }'
	done
}

ok 'of profile texts' mutations "$count" \
	"$texts/profiles.ok" "$texts/profiles.bad" "$texts/profiles.late"
as_texts "$texts/rules.ok" "$texts/rules.late" >"$scratch/rules"
ok 'of right rules' mutations "$count" "$scratch/rules"
as_texts "$texts/rules.bad" "$texts/rules.strict" >"$scratch/rules"
ok 'of wrong rules' mutations "$count" "$scratch/rules"
installed_texts >"$scratch/installed"
if [ -s "$scratch/installed" ]; then
	count=$((count / 4))
	ok 'of installed profiles' mutations 1 "$scratch/installed"
else
	skip 'of installed profiles' 'there are none'
fi
finish
