# aa-compose status: the truth about each container's profile, in all places where it may
# stand; and what liblxc itself reads from what apply has written.
. "${top_srcdir:-.}/tests/support/tap.sh"
. "$top/tests/support/fleet.sh"
. "$top/tests/support/site.sh"
cd "$scratch" || exit 99

apply()
{
	put root apply --no-check --no-load -q "$@" >"$out" 2>&1
}

state() # CTID FILTER: of the JSON that was printed
{
	jq -r ".[] | select(.ctid == \"$1\") | $2" "$out"
}

conf=root/etc/pve/lxc
site root
look root before
run put root status
exits 1 'before apply'
prints '^CTID  PROFILE  *JSON  *CONFIG  *DISK  *KERNEL  *RUNNING  STATE$' 'has columns'
missing='missing (json, config, disk)'
prints "^101 .*unconfined  *unconfined  *-  *no AppArmor  *-  *$missing$" \
	'says where it drifted'
prints '^105   -  .*no profile$' 'a container without a profile is none of its business'
prints "^102: the container file names no profile$" 'and why'
look root now
same before now 'it changes nothing'

apply
run put root status
exits 0 'after apply'
prints '^101   lxc-nesting  *same  *same  *same  *no AppArmor  *-  *in sync$' \
	'all is well'
run put root status --format json
exits 0 'as JSON'
ok 'a list with the keys of the contract' jq -e 'all(.[];
	has("ctid") and has("state") and has("reasons") and
	(.profile | keys) == ["conf", "disk", "json", "kernel", "running", "wanted"])' \
	"$out"
is "$(state 102 '.profile | [.wanted, .json, .conf, .disk, .kernel] | join(" ")')" \
	'lxc-docker lxc-docker lxc-docker lxc-docker ' 'with the values'
is "$(state 102 .apparmor)" absent 'and that the kernel has no AppArmor'
is "$(state 104 '.reasons[0]')" 'it has no configuration on this host' 'reasons'
run put root status 101
is "$(wc -l <"$out")" 2 'one container'
run put root status 1o1
exits 2 'one that there is not'

# ---- what drifts ---------------------------------------------------------------------

sed -i 's/"lxc-docker"/"lxc-other"/' root/srv/real/fleet.json
run put root status 102
exits 1 'a changed container file'
prints 'drifted (json)$' 'has drifted'
apply
sed -i '1s/^/lxc.apparmor.profile: unconfined\n/' "$conf/102.conf"
run put root status 102
exits 0 'an earlier line does not matter to liblxc'
sed -i '1d' "$conf/102.conf"
sed -i '1s/^/lxc.apparmor.profile: lxc-nesting\n/' "$conf/101.conf"
run put root status 101
prints 'drifted (config)$' 'but to Proxmox, where nesting is on'
prints "^101: a line .* makes Proxmox ignore 'features: nesting=1'$" 'as it says'
apply
run put root status 101
exits 0 'and apply mends it'
sed -i 's/^parent/lxc.include: \/mine\nparent/' "$conf/102.conf"
echo 'lxc.apparmor.profile = lxc-mine' >root/mine
sed -i '/aa-compose/d' "$conf/102.conf"
run put root status --format json 102
is "$(state 102 '.profile.conf + " " + .state + " " + .reasons[0]')" \
	"lxc-mine drifted '/mine' names 'lxc-mine'" 'an included file is followed'
rm root/mine
run put root status --format json 102
why="LXC would not load '/etc/pve/lxc/102.conf': line 3"
is "$(state 102 '.state + ": " + .reasons[1]')" \
	"missing: $why includes '/mine', which is not there" \
	'a missing one is told'
apply
echo '# mine' >>root/etc/apparmor.d/lxc-docker
rm root/etc/apparmor.d/lxc-nesting
run put root status
prints '^101 .*missing (disk)$' 'a profile that is not there'
prints '^103 .*differs .*drifted (disk)$' 'one that is not what it should be'
apply

# ---- the kernel, and what runs -------------------------------------------------------

mkdir -p root/sys/kernel/security/apparmor
printf '%s\n' 'lxc-docker (enforce)' 'lxc-docker-x (complain)' 'lxc-nesting (complain)' \
	'/a b (enforce)' >root/sys/kernel/security/apparmor/profiles
run put root status
prints '^102 .*enforce, unknown  *-  *in sync$' 'a profile that is loaded'
prints '^101 .*complain, unknown  *-  *in sync$' 'with its mode'
prints '^104 .*missing (kernel)$' 'and one that is not'
run put root apply --no-check --no-load
says 'container 104 will not start until the profile .lxc-docker-.*profile-not-loaded' \
	'apply says it, too'
run put root apply --no-check
exits 3 'a kernel that takes no policy'
says 'kernel-refuses-policy' 'and apply says so'

init() # PID CGROUP LABEL
{
	mkdir -p "root/proc/$1/attr/apparmor"
	printf 'Name:\tinit\nNSpid:\t%s\t1\n' "$1" >"root/proc/$1/status"
	printf '0::%s\n' "$2" >"root/proc/$1/cgroup"
	printf '%s\n' "$3" >"root/proc/$1/attr/apparmor/current"
}
init 7001 /lxc/101/ns/init.scope 'unconfined'
init 7002 /lxc/102/ns/init.scope 'lxc-docker (enforce)'
mkdir -p root/proc/7003
printf 'Name:\tsh\nNSpid:\t7003\t9\n' >root/proc/7003/status
run put root status
prints '^101 .*unconfined  *needs restart$' 'a container that still runs as before'
prints '^102 .*same  *in sync$' 'and one that runs as it should'
prints "^101: it runs as 'unconfined'$" 'as what'
run put root status 101
exits 1 'is not in sync'
rm root/sys/kernel/security/apparmor/profiles
run put root status 102
prints 'unreadable' 'a kernel that may not be looked into'
rm -r root/proc root/sys
mkdir -p root/sys/module/apparmor/parameters
echo Y >root/sys/module/apparmor/parameters/enabled
run put root status --format json 102
is "$(state 102 .apparmor)" unreadable 'or whose securityfs is not mounted'
rm -r root/sys

: >root/var/lib/aa-compose/journal
printf '{"version": 1, "number": 99, "folders": [], "steps": []}\n' \
	>root/var/lib/aa-compose/journal
run put root status
exits 1 'a run that was broken off'
says 'apply-interrupted' 'is told'
run put root apply --no-check --dry-run
says 'apply-interrupted' 'by --dry-run, too'
run aac --root root revert
exits 0 'and settled by revert'
ok 'for good' not test -e root/var/lib/aa-compose/journal
echo '{' >root/var/lib/aa-compose/journal
run aac --root root revert
exits 3 'a journal that is none'
rm root/var/lib/aa-compose/journal
cp root/var/lib/aa-compose/receipts.json .
start='{"version": 1, "number": 1, "folders": []'
for bad in '{}' '[1]' '{"version": 2}' \
	"$start, \"files\": [{\"path\": \"x\"}], \"containers\": []}" \
	"$start, \"files\": [], \"containers\": [7]}"; do
	echo "$bad" >root/var/lib/aa-compose/receipts.json
	run aac --root root revert --all
	exits 3 "receipts that are none: $bad"
	says 'receipt-invalid' 'are told as that'
done
cp receipts.json root/var/lib/aa-compose
run aac --root root revert --all
exits 0 'and that are'

# ---- liblxc --------------------------------------------------------------------------

if ! command -v lxc-info >/dev/null; then
	skip 'liblxc reads what status says' 'no lxc-info: apt-get install lxc'
	finish
fi

liblxc() # NAME
{
	lxc-info -P "$scratch/root/var/lib/lxc" -n "$1" -c lxc.apparmor.profile 2>&1 |
		sed 's/^lxc.apparmor.profile = *//; s/^lxc.apparmor.profile =$//'
}

agrees() # WHAT
{
	run put root status --format json 101
	is "$(state 101 '.profile.conf // ""')" "$(liblxc 101)" "$1"
}

rm -rf root
mkdir -p root/srv root/var/lib/lxc/101 folder
cp fleet.json root/srv
# liblxc knows no --root, so what is included lies in both worlds.
mkdir -p "root$scratch"
ln -s "$scratch/folder" "root$scratch/folder"
text=root/var/lib/lxc/101/config
printf 'lxc.apparmor.profile = from-folder\n' >folder/one.conf
printf 'lxc.apparmor.profile = not-read\n' >folder/two.txt
printf 'lxc.apparmor.profile =\n' >folder/reset
for lines in 'lxc.apparmor.profile = a' ' lxc.apparmor.profile=  a b ' \
	'lxc.apparmor.profile = "q"' "lxc.apparmor.profile = 'q'" \
	'lxc.apparmor.profile = a # b' \
	'lxc.apparmor.profile = a\nlxc.apparmor.profile = b' \
	'lxc.apparmor.profile = a\nlxc.apparmor.profile =' 'lxc.apparmor.profile = a\r' \
	'#lxc.apparmor.profile = a' 'lxc.apparmor.profile = a=b' 'lxc.uts.name = x' \
	'lxc.apparmor.profile = a\nlxc.include = @/folder' \
	'lxc.include = @/folder\nlxc.apparmor.profile = a' \
	'lxc.include = @/folder/one.conf' 'lxc.include = "@/folder/one.conf"' \
	'lxc.apparmor.profile = a\nlxc.include = @/folder/reset' \
	'lxc.apparmor.profile = a\nlxc.include =' \
	'other = 1\nlxc.apparmor.profile = a'; do
	for end in '' '\n'; do
		printf '%b' "$lines$end" | sed "s|@|$scratch|" >$text
		agrees "as liblxc reads it: $lines$end"
		cp $text config.before
		apply 101
		is "$(liblxc 101)" lxc-nesting 'and after apply'
		agrees 'so says status'
		aac --root root revert --all >"$out" 2>&1
		same config.before $text 'and back'
	done
done

finish
