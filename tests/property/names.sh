# shellcheck shell=sh
# Compiled policy under another name is byte for byte what apparmor_parser writes for the
# text under that name; and a build compiles once what differs in the name alone, but not
# where anything speaks of it.
. "${top_srcdir:-.}/tests/support/tap.sh"
. "$top/tests/support/halving.sh"

rename=$build/tests/property/rename_tool
needs_parser 'policy under another name'

# ---- the bytes ----------------------------------------------------------------------

# FILE's text with @NAME@ for the profile's name, compiled under NAME.
compile() # PARSER NAME
{
	sed "s/@NAME@/$2/" "$scratch/text" | "$1" -qQKS -j1 --config-file /dev/null \
		-M "$abi" >"$scratch/$2.bin" 2>"$err"
}

text() # NUMBER
{
	case $1 in
	1) echo 'profile @NAME@ { /etc/** r, }' ;;
	2) cat <<-'END' ;;
		abi <abi/3.0>,
		profile @NAME@ flags=(attach_disconnected, complain) {
			capability net_admin,
			network inet stream,
			mount fstype=tmpfs options=(rw, nosuid) tmpfs -> /t/{,**},
			signal send set=(term kill) peer=two,
			unix (connect) type=stream peer=(addr="@sock*"),
			set rlimit nofile <= 1024,
			change_profile /bin/x -> two,
			/etc/** r,
			owner /home/** rwk,
			deny /etc/shadow r,
			/bin/** Px -> two,
			link subset /a -> /b/*,
		}
	END
	3) echo 'profile @NAME@ /usr/bin/{a,b}*[0-9] { file, deny /x w, }' ;;
	4) echo 'profile @NAME@ { }' ;;
	esac
}

# Names of all lengths that padding can tell apart, drawn anew for each text.
names() # SEED
{
	awk -v seed="$1" 'BEGIN {
		srand(seed)
		letters = "abcdefghijklmnopqrstuvwxyz0123456789.-_ABCXYZ"
		for (i = 0; i < 10; i++) {
			name = "lxc-"
			for (n = i + int(rand() * 3) * 17; n >= 0; n--)
				name = name substr(letters,
					int(rand() * length(letters)) + 1, 1)
			print name
		}
	}'
}

hold() # PARSER
{
	held=0
	for number in 1 2 3 4; do
		text "$number" >"$scratch/text"
		compile "$1" "lxc-from" || { cat "$err"; return 1; }
		for name in $(names "${AAC_SEED:-$number}"); do
			compile "$1" "$name" || { cat "$err"; return 1; }
			"$rename" lxc-from "$name" <"$scratch/lxc-from.bin" \
				>"$scratch/made" &&
				cmp "$scratch/made" "$scratch/$name.bin" || return 1
			rm "$scratch/$name.bin"
			held=$((held + 1))
		done
	done
}

ok 'a renamed policy is what the parser writes' hold "$parser"
is "$held" 40 'for each name and text'
if [ -n "${AAC_PARSER41-}" ]; then
	ok 'and what parser 4.1 writes' hold "$AAC_PARSER41"
else
	skip 'and what parser 4.1 writes' 'AAC_PARSER41 names none'
fi

refused() # WHAT TEXT
{
	echo "$2" >"$scratch/text"
	ok "$1 is compiled" compile "$parser" lxc-from
	run "$rename" lxc-from lxc-to <"$scratch/lxc-from.bin"
	is "$status" 1 "$1 gets no other name"
}

refused 'a profile with a child' 'profile @NAME@ { /a r, profile b { /c r, } }'
refused 'a second profile' 'profile @NAME@ { /a r, }
profile b { /c r, }'
printf 'profile @NAME@ { /a r, }\n' >"$scratch/text"
compile "$parser" lxc-from
run "$rename" lxc-other lxc-to <"$scratch/lxc-from.bin"
is "$status" 1 'nor does a profile of another name'
head -c 300 "$scratch/lxc-from.bin" >"$scratch/cut"
run "$rename" lxc-from lxc-to <"$scratch/cut"
is "$status" 1 'nor what is cut off'

# ---- a build ------------------------------------------------------------------------

mkdir "$scratch/rules"
awk 'BEGIN {
	print "{ \"lxc_configs\": {"
	for (i = 1; i <= 6; i++)
		printf "\"%d\": { \"folder\": \"/srv/%d\" }%s\n", i, i % 2,
			i < 6 ? "," : ""
	print "} }"
}' >"$scratch/fleet.json"

# The build with one more line in the fragment; "compiled" as it tells.
compiled() # LINE
{
	cat >"$scratch/rules/a.aaf" <<-END
		fragment a "A folder" {
			when .folder is set;
			param folder: path from .folder;
			\${folder}/** r,
			$1
		}
	END
	rm -rf "$scratch/cache" "$scratch/out"
	run env "XDG_CACHE_HOME=$scratch/cache" "$build/aa-compose" -v \
		-r "$scratch/rules" -t "$top/templates" -c "$scratch/fleet.json" \
		--target debian12 --parser "$(command -v "$parser")" \
		-o "$scratch/out" --per-container --no-test build
	sed -n 's/^compiled *//p' "$out"
	[ "$status" -eq 0 ] || cat "$err" >&2
}

all='6 texts, 0 known from before'
is "$(compiled '')" '2 texts, 0 known from before, 4 but for the name' \
	'two bodies of six names are compiled twice'
is "$(compiled 'signal peer=@{profile_name},')" "$all" \
	'a rule with the own name: each is compiled'
is "$(compiled 'signal peer=${profile},')" "$all" 'with the name itself, too'
# shellcheck disable=SC2016 # the language's hole
is "$(compiled 'file "/run/${ctid}" r,')" "$all" 'what holds the number differs'
is "$(compiled 'profile inner { /x r, }')" "$all" \
	'a child profile has the name in its own'
is "$(compiled 'include <abstractions/base>')" "$all" \
	'an included file may ask for the name'
compiled 'signal peer=lxc-3-a,' >"$scratch/said"
is "$(cat "$scratch/said")" '3 texts, 0 known from before, 3 but for the name' \
	'one name in a rule: that one is compiled'
finish
