# The reader of compiled policy, on what apparmor_parser writes: every form is read, what
# it says is what the rules say, and harmed policy is refused or read, never worse.
. "${top_srcdir:-.}/tests/support/tap.sh"
. "$top/tests/support/halving.sh"

policy=$build/tests/property/policy_tool
needs_parser 'compiled policy of apparmor_parser'

cat >"$scratch/all.profile" <<'END'
abi <abi/3.0>,
profile one /usr/bin/one flags=(attach_disconnected) {
	capability net_admin,
	network inet stream,
	mount fstype=tmpfs options=(rw, nosuid) tmpfs -> /t/{,**},
	umount /t/,
	pivot_root oldroot=/old/ /new/,
	signal send set=(term kill) peer=two,
	ptrace trace peer=two,
	unix (connect) type=stream peer=(addr="@sock*"),
	dbus send bus=system path=/a interface=b.c member=d peer=(name=e),
	set rlimit nofile <= 1024,
	change_profile /bin/x -> two,
	/etc/** r,
	owner /home/** rwk,
	deny /etc/shadow r,
	/bin/** Px -> two,
	/bin/l l,
	link subset /a -> /b/*,
	profile inner { /x r, }
	^hat { /y w, }
}
profile two flags=(complain) { /z r, }
END

# FILE's profiles by the parser with more options, as `policy_tool read` lists them.
reads() # FILE OPTION...
{
	file=$1
	shift
	"$parser" -qQKS -j1 --config-file /dev/null -M "$abi" "$@" "$file" \
		>"$scratch/blob" 2>"$err" && "$policy" read "$scratch/blob"
}

run reads "$scratch/all.profile"
exits 0 'several profiles, children and a hat'
is "$(cut -d ' ' -f 1 "$out" | sort | tr '\n' ' ')" \
	'one one//hat one//inner two ' 'are read by their names'
prints '^one 2 4 7 9 10 14 16 32' 'with the classes they mediate'
cp "$scratch/blob" "$scratch/plain"

for option in no-equiv equiv compress-fast no-minimize diff-encode no-diff-encode; do
	run reads "$scratch/all.profile" -O "$option"
	exits 0 "-O $option is read"
	run "$build/tests/property/compare_tool" compare "$scratch/plain" "$scratch/blob"
	exits 0 "-O $option is the same policy"
done

# Without rules of files there is no automaton of them, but there may be targets.
for rule in 'pivot_root /a/ -> two,' 'deny pivot_root /a/ -> two,' \
	'pivot_root -> two, mount,' 'pivot_root /a/ -> two, /bin/x px -> three,'; do
	echo "profile one { $rule }" >"$scratch/rule"
	run reads "$scratch/rule"
	exits 0 "$rule is read"
done

run "$policy" harm "$scratch/plain"
exits 0 'harmed policy is refused or read'
prints '^[0-3] beginnings read, [1-9][0-9]* changes read, [1-9][0-9]* refused$' \
	'a beginning is read only where a profile ends'
printf 'no policy' >"$scratch/none"
run "$policy" read "$scratch/none"
exits 2 'what is no policy'
says '/none: byte 0: no compiled policy begins here' 'is told with its offset'
finish
