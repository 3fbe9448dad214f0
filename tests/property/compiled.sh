# The reader of compiled policy, on what apparmor_parser writes: every form is read, what
# it says is what the rules say, and harmed policy is refused or read, never worse.
. "${top_srcdir:-.}/tests/support/tap.sh"
. "$top/tests/support/halving.sh"

policy=$build/tests/property/policy_tool
needs_parser 'compiled policy of apparmor_parser'
tab=$(printf '\t')

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
	run "$policy" beyond "$scratch/plain" "$scratch/blob"
	exits 0 "-O $option allows no less"
	run "$policy" beyond "$scratch/blob" "$scratch/plain"
	exits 0 "-O $option allows no more"
done

# Rules taken away and added: one line each, of the class that they are of.
while IFS="$tab" read -r class rule; do
	printf 'abi <abi/3.0>,\nprofile one {\n\t/a/b r,\n\t%s\n}\n' "$rule" \
		>"$scratch/more.profile"
	printf 'abi <abi/3.0>,\nprofile one {\n\t/a/b r,\n}\n' >"$scratch/less.profile"
	reads "$scratch/more.profile" >"$out" && cp "$scratch/blob" "$scratch/more"
	reads "$scratch/less.profile" >"$out" && cp "$scratch/blob" "$scratch/less"
	run "$policy" beyond "$scratch/more" "$scratch/less"
	exits 1 "found: $rule"
	is "$(cut -f 2 "$out" | sort -u)" "$class" "by its class: $rule"
	run "$policy" beyond "$scratch/less" "$scratch/more"
	exits 0 "and nothing the other way: $rule"
done <<'END'
capability	capability sys_admin,
file	/a/c r,
file	owner /a/b w,
file	/bin/x px,
file	/bin/x ix,
file	/l l,
file	link /l -> /m,
file	change_profile -> other,
mount	mount,
mount	mount fstype=proc -> /proc/,
mount	mount options=(bind) /a/ -> /b/,
mount	mount options=(move) /a/ -> /b/,
mount	mount options=(rslave) -> /,
mount	mount options=(ro, remount) -> /,
mount	umount /a/,
mount	pivot_root /a/,
network	network inet stream,
network	network unix,
signal	signal send peer=x,
signal	signal receive set=term,
ptrace	ptrace read peer=x,
dbus	dbus bus=system,
dbus	dbus bind bus=session name=a.b,
END

run "$policy" harm "$scratch/plain"
exits 0 'harmed policy is refused or read'
prints '^[0-3] beginnings read, [1-9][0-9]* changes read, [1-9][0-9]* refused$' \
	'a beginning is read only where a profile ends'
printf 'no policy' >"$scratch/none"
run "$policy" read "$scratch/none"
exits 2 'what is no policy'
says '/none: byte 0: no compiled policy begins here' 'is told with its offset'
finish
