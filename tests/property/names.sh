# shellcheck shell=sh
# Compiled policy under another name is byte for byte what apparmor_parser writes for the
# text under that name, and what is put together of a slow and a fast part decides as its
# own does; a build compiles once what differs in the name alone, and only the fast part
# where that speaks of it.
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

# ---- put together -------------------------------------------------------------------

splice=$build/tests/property/splice_tool
compare=$build/tests/property/compare_tool

# Rules behind SLOW are not in the small text.
parts() # NUMBER
{
	case $1 in
	1) cat <<-'END' ;;
		abi <abi/3.0>,
		profile @NAME@ flags=(attach_disconnected) {
			SLOW /etc/** r,
			SLOW owner /home/** rwk,
			SLOW deny /etc/shadow r,
			SLOW audit /var/log/[^a]* w,
			signal peer=@{profile_name},
			signal send set=term peer=lxc-*,
			ptrace (read, trace) peer=@{profile_name}//&*,
			deny ptrace peer=lxc-b*,
			capability net_admin,
		}
	END
	2) cat <<-'END' ;;
		abi <abi/3.0>,
		profile @NAME@ {
			SLOW /bin/** Px -> two,
			SLOW /usr/bin/* pux -> other,
			SLOW /sbin/* ix,
			SLOW link subset /a* -> /b/*,
			SLOW mount fstype=tmpfs options=(rw, nosuid) tmpfs -> /t/{,**},
			SLOW deny umount /t/x,
			SLOW pivot_root oldroot=/o/ /n/,
			network inet stream,
			network unix,
			change_profile -> @{profile_name},
			change_profile -> lxc-c*,
			audit deny change_profile -> unconfined,
			change_profile /bin/x -> two,
			change_profile unsafe /opt/** -> @{profile_name}//x,
			unix (connect) type=stream peer=(label=@{profile_name}),
			unix (bind) addr="@s*",
			dbus send peer=(label=@{profile_name}),
			set rlimit nofile <= 1024,
		}
	END
	3) cat <<-'END' ;;
		profile @NAME@ {
			SLOW file,
			SLOW deny /** x,
			network,
			SLOW mount,
			change_profile,
			signal peer=@{profile_name},
			deny signal set=kill peer=@{profile_name},
			dbus,
		}
	END
	esac
}

# compile_parts PARSER NUMBER NAME: NAME.full and NAME.small
compile_parts()
{
	for part in full small; do
		if [ "$part" = full ]; then
			parts "$2" | sed 's/SLOW //'
		else
			parts "$2" | grep -v SLOW
		fi >"$scratch/text"
		compile "$1" "$3" || return
		mv "$scratch/$3.bin" "$scratch/$3.$part"
	done
}

put_together() # PARSER
{
	held=0
	for number in 1 2 3; do
		compile_parts "$1" "$number" lxc-from || { cat "$err"; return 1; }
		for name in lxc-from lxc- lxc-b lxc-ba2 lxc-c1 two unconfined a \
			$(names "${AAC_SEED:-$number}" | head -n 4); do
			compile_parts "$1" "$number" "$name" || { cat "$err"; return 1; }
			"$splice" lxc-from "$scratch/lxc-from.full" \
				"$scratch/lxc-from.small" "$name" \
				"$scratch/$name.small" >"$scratch/made" || return 1
			"$compare" compare "$scratch/$name.full" "$scratch/made" \
				>"$scratch/differences" || return 1
			if [ -s "$scratch/differences" ]; then
				echo "$number: $name"
				cat "$scratch/differences"
				return 1
			fi
			held=$((held + 1))
		done
	done
}

ok 'what is put together decides as the whole' put_together "$parser"
is "$held" 36 'for each name and text'
if [ -n "${AAC_PARSER41-}" ]; then
	ok 'and as what parser 4.1 writes' put_together "$AAC_PARSER41"
	is "$held" 36 'for each name and text of it'
else
	skip 'and as what parser 4.1 writes' 'AAC_PARSER41 names none'
fi

# apart WHAT RULE: a small text with the name in what is taken from the full one.
apart()
{
	for name in lxc-from lxc-to; do
		echo "profile @NAME@ { $2 }" >"$scratch/text"
		compile "$parser" "$name"
		mv "$scratch/$name.bin" "$scratch/$name.small"
	done
	echo "profile @NAME@ { $2 /x r, }" >"$scratch/text"
	compile "$parser" lxc-from
	run "$splice" lxc-from "$scratch/lxc-from.bin" "$scratch/lxc-from.small" lxc-to \
		"$scratch/lxc-to.small"
	is "$status" 1 "no putting together with the name in $1"
}

apart 'a path' '/srv/@{profile_name}/** r,'
apart 'the path of an exec' 'change_profile /srv/@{profile_name}/x -> two,'
apart 'a mount' 'mount /srv/@{profile_name}/ -> /mnt/,'
apart 'a link' 'link /srv/@{profile_name}/x -> /y,'
run "$splice" lxc-from "$scratch/lxc-from.bin" "$scratch/cut" lxc-to "$scratch/cut"
is "$status" 1 'nor with what is cut off'

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
	rm -rf "$scratch/cache"
	again "$1"
}

again() # LINE
{
	cat >"$scratch/rules/a.aaf" <<-END
		fragment a "A folder" {
			when .folder is set;
			param folder: path from .folder;
			\${folder}/** r,
			$1
			$many
		}
	END
	rm -rf "$scratch/out"
	run env "XDG_CACHE_HOME=$scratch/cache" "$build/aa-compose" -v \
		-r "$scratch/rules" -t "$top/templates" -c "$scratch/fleet.json" \
		--target debian12 --parser "$(command -v "$parser")" \
		-o "$scratch/out" --per-container --no-test build
	sed -n 's/^compiled *//p' "$out"
	[ "$status" -eq 0 ] || cat "$err" >&2
}

many=
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

# With enough that is compiled slowly.
many='/a/** r, /b/** r, /c/** w, /d/** r, mount /e/ -> /f/, umount /g/, /h/** r, /i r,
/bin/** ix, link /j -> /k,'
few='2 texts, 0 known from before, 4 but for the name'
for rule in 'signal peer=@{profile_name},' 'ptrace peer=@{profile_name}//*,' \
	'change_profile -> @{profile_name},'; do
	is "$(compiled "$rule")" "$few" "$rule is compiled for each name, not the rest"
	is "$(again "$rule")" '0 texts, 6 known from before' 'and all of it once'
done
is "$(compiled 'include <abstractions/base>')" "$few" \
	'an included file may ask for the name where those rules do'
for rule in '/srv/@{profile_name}/** r,' 'change_profile /x/@{profile_name} -> two,' \
	'/bin/x px -> @{profile_name},' 'signal peer=${profile},' \
	'mount /@{profile_name}/ -> /mnt/,'; do
	is "$(compiled "$rule")" "$all" "$rule: each is compiled"
done

# What is left out of an included file is what the parser reads as a rule there, not the
# end of a string, behind which the lines that stay mean another thing.
mkdir -p "$scratch/root/etc"
cp -R /etc/apparmor.d "$scratch/root/etc/apparmor.d"
cp -R "$top/templates" "$scratch/templates"

# The build with the text on standard input for an included file.
including()
{
	cat >"$scratch/root/etc/apparmor.d/abstractions/mine"
	rm -rf "$scratch/cache" "$scratch/out"
	(
		cd "$scratch" || exit
		XDG_CACHE_HOME=$scratch/cache "$build/aa-compose" -v --root root \
			-r rules -t templates -c fleet.json --target debian12 \
			--parser "$(command -v "$parser")" -o out --per-container \
			--no-test build
	) >"$out" 2>"$err" || cat "$err" >&2
	sed -n 's/^compiled *//p' "$out"
}

again 'include <abstractions/mine>' >"$scratch/said" 2>&1 # which is not there yet
is "$(including <<-'END'
	/x/** r,
	signal peer=@{profile_name}, # their "own
	deny mount options=(ro, remount) -> /,
	@{PROC}/x r,
END
)" "$all" 'a comment behind the rule that speaks of the name: each is compiled'
is "$(including <<-'END'
	/x/** r, # "
	signal peer=@{profile_name},
	deny mount options=(ro, remount) -> /,
	include if exists <abstractions/mine.d>
END
)" "$few" 'whole lines: what speaks of the name is'
is "$(including <<-'END'
	signal peer=@{profile_name},
	mount fstype="a,
	# " /m -> /n,
	"/b -> /c,
	signal peer=@{profile_name},
	umount fstype=" r,
	/xyz
	# "
	r,
END
)" "$all" 'strings of several lines: each is compiled'
is "$(including <<-'END'
	signal peer=@{profile_name},
	mount fstype=(a,
	#) -> /m/,
END
)" "$all" 'a list of several lines: each is compiled'

# What is left out of an included file after all, another include in the old spelling, is
# missed when the first name's policy is compared with the parser's.
printf 'signal send peer=other,\n' >"$scratch/root/etc/apparmor.d/abstractions/behind"
is "$(including <<-'END'
	signal peer=@{profile_name},
	#include if exists <abstractions/behind>
END
)" "$all" 'what cannot be taken apart: each is compiled'

# What was put together is not what status compares with the kernel's, and is kept apart.
# The expectations hold of it as of what is compiled whole.
tested() # NAME
{
	cat >"$scratch/rules/b.aaf" <<-END
		fragment b "Peers" {
			requires a;
			when .folder is set;
			signal peer=@{profile_name},
			change_profile -> @{profile_name},
			expect {
				allow signal send set=kill peer=$1;
				deny signal send set=kill peer=lxc-x;
				allow change_profile $1;
				deny change_profile lxc-x;
				allow file /a/x r;
				deny file /z w;
			}
		}
		profile lxc-both "Both" {
			use a, b;
			when .folder is set;
			assert never { /etc/shadow w, }
		}
	END
	rm -rf "$scratch/cache" "$scratch/out"
	run env "XDG_CACHE_HOME=$scratch/cache" "$build/aa-compose" -v \
		-r "$scratch/rules" -t "$top/templates" -c "$scratch/fleet.json" \
		--target debian12 --parser "$(command -v "$parser")" \
		-o "$scratch/out" --per-container build
}
compiled '' >"$scratch/said"
tested '@{profile_name}'
exits 0 'what is expected of the own name holds'
once='3 texts, 0 known from before, 4 but for the name'
is "$(sed -n 's/^compiled *//p' "$out")" "$once" \
	'of what is put together; and what must never be is compiled once for all'
tested lxc-3-both
exits 1 'of another name it does not'
says "the same in 'lxc-2-both', 'lxc-4-both', 'lxc-5-both' and 1 more" \
	'but of the profile that is called so'
finish
