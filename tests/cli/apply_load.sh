# apply with a kernel: the profiles are loaded before any file names them, all in one
# write, and are put back when the files cannot be written.  The kernel is a folder that
# looks like one; tests/vm has real ones.
. "${top_srcdir:-.}/tests/support/tap.sh"
. "$top/tests/support/halving.sh"
. "$top/tests/support/fleet.sh"
. "$top/tests/support/site.sh"
. "$top/tests/support/apparmorfs.sh"
needs_parser 'what apply loads is what apparmor_parser makes'
cd "$scratch" || exit 99
fs=root/sys/kernel/security/apparmor
# The tool does not run from where the program was built.
cp -r "$top/rules/targets" rules
cp -r "$top/templates" templates

fresh() # LINE of the kernel's list of profiles
{
	rm -rf root
	site root
	mkdir -p "$fs"
	make_features rules/targets/debian12.features "$scratch/$fs/features"
	mkdir -p "$fs/features/policy"
	echo yes >"$fs/features/policy/set_load"
	: >"$fs/.replace"
	: >"$fs/.remove"
	printf '%s' "$1" >"$fs/profiles"
	look root before
}

# The files as they were, whatever stands in the kernel.
as_before()
{
	look root now
	grep -v "sys/kernel" before >files.before
	grep -v "sys/kernel" now >files.now
	same files.before files.now "$1"
}

names() # FILE of compiled policy
{
	"$build/tests/property/policy_tool" read "$1" | cut -d ' ' -f 1 | sort |
		tr '\n' ' '
}

faulty() # N ARGUMENT...: the Nth call that writes fails
{
	n=$1
	shift
	status=0
	"$build/tests/host/fault_tool" fail "$n" count --root root -r rules -t templates \
		-c /srv/fleet.json --target debian12 "$@" >"$out" 2>"$err" </dev/null ||
		status=$?
}

# ---- loaded, then named --------------------------------------------------------------

fresh ''
run put root apply
exits 0 'apply with a kernel'
is "$(names "$fs/.replace")" "$(cd root/etc/apparmor.d && echo *) " \
	'loads the profiles that it puts in place, in one write'
is "$(cat "$fs/.remove")" '' 'and takes none out'
: >"$fs/.replace"
run put root apply --no-load
exits 0 'without loading'
is "$(cat "$fs/.replace")" '' 'the kernel is left alone'
run put root apply --dry-run
is "$(cat "$fs/.replace")" '' 'so it is when nothing is to be done'

fresh ''
rm "$fs/.replace"
run put root apply
exits 3 'a kernel that takes no policy'
says 'kernel-refuses-policy' 'is told'
as_before 'and no file is changed'

# ---- put back ------------------------------------------------------------------------

fresh ''
faulty 12 apply
exits 3 'a write that fails'
as_before 'leaves the files as they were'
ok 'after the profiles were loaded' test -s "$fs/.replace"
ok 'which are taken out again' grep -q 'lxc-' "$fs/.remove"

fresh 'lxc-docker (enforce)
'
mkdir -p root/etc/apparmor.d
printf 'abi <abi/3.0>,\nprofile lxc-docker {\n  /old r,\n}\n' \
	>root/etc/apparmor.d/lxc-docker
look root before
faulty 14 apply
exits 3 'a write that fails'
as_before 'leaves the files as they were'
ok 'a profile that was loaded' not grep -q '^lxc-docker$' "$fs/.remove"
head -c "$(printf 'abi <abi/3.0>,\nprofile lxc-docker {\n  /old r,\n}\n' |
	"$parser" -qQKS --config-file /dev/null -M rules/targets/debian12.features \
		>old.bin 2>"$err"; wc -c <old.bin)" "$fs/.replace" >start.bin
same old.bin start.bin 'is what its file says again'

fresh 'lxc-docker (enforce)
'
faulty 14 apply
exits 3 'a write that fails'
is "$(grep -c '^lxc-docker$' "$fs/.remove")" 0 'a profile that no file holds'
says "'lxc-docker' stays in the kernel.*profile-kept" 'stays, which is told'
finish
