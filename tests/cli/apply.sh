# aa-compose apply and revert: what they change, that nothing else changes, and that every
# byte comes back.
. "${top_srcdir:-.}/tests/support/tap.sh"
. "$top/tests/support/fleet.sh"
. "$top/tests/support/site.sh"
cd "$scratch" || exit 99

apply() # ARGUMENT...: most of these tests are about neither the parser nor the kernel
{
	put root apply --no-check --no-load "$@"
}

fresh() # a new site in root, and what it is like
{
	chmod -R u+rwX root 2>/dev/null
	rm -rf root
	site root
	look root before
}

unchanged() # WHAT
{
	look root now
	same before now "$1"
}

conf=root/etc/pve/lxc

# ---- Proxmox, mode include -----------------------------------------------------------

fresh
run put root apply --no-check
exits 3 'a kernel without AppArmor'
says 'cannot be loaded.*kernel-load' 'is told'
says 'hint: with --no-load' 'with the way out'
unchanged 'and nothing is changed'
run apply --dry-run
exits 1 'there is something to do'
prints '^--- /etc/pve/lxc/101.conf$' 'a diff for each file'
prints '^-lxc.apparmor.profile: unconfined$' 'with what goes'
prints '^+lxc.include: /etc/pve/aa-compose/101.conf$' 'and what comes'
prints '^+++ /srv/real/fleet.json$' 'the container file, too'
unchanged 'and nothing is changed'
ok 'not even a folder is made' not test -e root/var
cp "$out" dry.diff

run apply
exits 0 'apply'
prints '^created  /etc/apparmor.d/lxc-docker$' 'says what it wrote'
prints '^5 containers: 6 files created, 3 files changed$' 'and how much'
says '101.conf:5:1: warning: container 101 has a profile.*conf-profile-moved' \
	'what was in the way'
says 'note: container 103 is a template.*container-template' 'what is left alone'
says 'note: 2 containers have no configuration on this host: 104, 106 .conf-missing' \
	'what is not there'
is "$(cat "$conf/101.conf")" '#Web%0Aserver
arch: amd64
features: nesting=1
hostname: web
lxc.mount.auto: proc:rw
lxc.include: /etc/pve/aa-compose/101.conf' 'Proxmox sees no profile, only an include'
is "$(sed -n '4,7p' "$conf/102.conf")" 'lxc.include: /etc/pve/aa-compose/102.conf

[pve:pending]
cores: 4' 'ours stand in the main part, before all sections'
is "$(grep -v '^#' root/etc/pve/aa-compose/102.conf)" 'lxc.apparmor.profile = lxc-docker
lxc.mount.auto = cgroup:mixed' 'the included file has profile and lines'
is "$(cat "$conf/103.conf")" 'arch: amd64
template: 1' 'a template stays'
ok 'the container file is still a link' test -h root/srv/fleet.json
ok 'its mode is kept' test "$(stat -c %a root/srv/real/fleet.json)" = 640
ok 'the container file names the profiles' jq -e '.lxc_configs |
	.["101"].apparmor_profile == "lxc-nesting" and
	.["102"].apparmor_profile == "lxc-docker" and
	.["106"].apparmor_profile == "lxc-workstation" and
	(.["105"] | has("apparmor_profile") | not)' root/srv/fleet.json
jq -S 'del(.lxc_configs[].apparmor_profile)' fleet.json >a
jq -S 'del(.lxc_configs[].apparmor_profile)' root/srv/fleet.json >b
same a b 'and is the same but for that key'
sed -e 's/"unconfined"/"lxc-nesting"/' \
	-e '/"102"/s/\["docker"\]/&, "apparmor_profile": "lxc-docker"/' \
	-e '/"103"/s/"docker"\]/&, "apparmor_profile": "lxc-docker"/' \
	-e '/"106"/s/"desktop"/&, "apparmor_profile": "lxc-workstation"/' fleet.json >a
name=$(jq -r '.lxc_configs["104"].apparmor_profile' root/srv/fleet.json)
awk -v added="\"apparmor_profile\": \"$name\"" '
	/srv\/docker/ { sub(/ },$/, ",\n\t\t" added " },") }
	{ print }' a >b
same b root/srv/fleet.json 'byte for byte'

find root -printf '%p %i %T@ %C@\n' | grep -v '/lock$\|root/run' | sort >stamps
run apply
exits 0 'a second time'
prints '^5 containers: nothing to do$' 'there is nothing to do'
find root -printf '%p %i %T@ %C@\n' | grep -v '/lock$\|root/run' | sort >stamps.now
same stamps stamps.now 'and nothing is touched, not even a time stamp'
run apply --dry-run
exits 0 '--dry-run agrees'
is "$(cat "$out")" '' 'without a word'

run aac --root root revert 102
exits 0 'revert of one container'
prints '^1 container: 2 files changed, 1 file removed$' 'says what it did'
is "$(sha256sum <"$conf/102.conf")" "$(sed -n 's|  .*/102.conf$|  -|p' before)" \
	'its configuration is what it was'
ok 'its key is gone, the others stay' jq -e '.lxc_configs |
	(.["102"] | has("apparmor_profile") | not) and
	.["103"].apparmor_profile == "lxc-docker"' root/srv/fleet.json
ok 'a profile that others have stays' test -e root/etc/apparmor.d/lxc-docker
run aac --root root revert --all --dry-run
exits 1 'revert --dry-run'
prints '^+lxc.apparmor.profile: unconfined$' 'shows what comes back'
run aac --root root revert --all
exits 0 'revert of all'
unchanged 'every byte, mode and folder is what it was'
run aac --root root revert --all
exits 0 'revert again'
prints '^0 containers: nothing to do$' 'has nothing to do'
run aac --root root revert 102
exits 0 'revert of what was not applied'
says 'apply has given container 102 nothing.*not-applied' 'is told'

# The container file by another of its names is the same file.
apply -q >"$out" 2>&1
run aac --root root -r rules -c /srv/real/fleet.json --target debian12 apply --no-check \
	--no-load
prints 'nothing to do' 'another name of the container file is no other file'
run aac --root root -r rules -c root/srv/fleet.json --target debian12 status -q
exits 0 'nor is a path that has --root in front already'
aac --root root revert --all >"$out" 2>&1
unchanged 'and every byte comes back'

# ---- what somebody has edited since --------------------------------------------------

apply -q >"$out" 2>&1
sed -i 's/hostname: docker-a/hostname: other\ncores: 2/' "$conf/102.conf"
sed -i 's/"name": "docker-b"/"name": "changed"/; s/"lxc-workstation"/"lxc-mine"/' \
	root/srv/real/fleet.json
echo '# mine' >>root/etc/apparmor.d/lxc-nesting
run aac --root root revert --all
exits 0 'revert of edited files'
says "102.conf' was changed since apply wrote it; only what is ours" 'says so'
says 'apparmor_profile of container 106 was changed since.*' 'of a value'
says 'applied-edited' 'under its name'
says "lxc-nesting' was changed since apply wrote it, and is kept" 'of a profile'
is "$(cat "$conf/102.conf")" 'arch: amd64
hostname: other
cores: 2
parent: before

[pve:pending]
cores: 4

[before]
arch: amd64
lxc.apparmor.profile: unconfined' 'the edit stays, ours is out'
sed -e 's/"name": "docker-b"/"name": "changed"/' \
	-e '/"106"/s/"desktop"/&, "apparmor_profile": "lxc-mine"/' fleet.json >a
same a root/srv/fleet.json 'so in the container file'
ok 'an edited profile is kept' grep -q '^# mine' root/etc/apparmor.d/lxc-nesting
run aac --root root revert --all
prints 'nothing to do' 'and that is the end of it'

fresh
apply -q >"$out" 2>&1
echo 'lxc.uts.name: by-hand' >>"$conf/101.conf"
run apply
exits 0 'apply after an edit that does not matter'
prints 'nothing to do' 'changes nothing'
sed -i '/lxc.include/d' "$conf/101.conf"
run apply
prints '^changed  /etc/pve/lxc/101.conf$' 'one that does is mended'
is "$(tail -n 2 "$conf/101.conf")" 'lxc.uts.name: by-hand
lxc.include: /etc/pve/aa-compose/101.conf' 'and the rest of it is kept'
run aac --root root revert --all
is "$(tail -n 1 "$conf/101.conf")" 'lxc.uts.name: by-hand' 'by revert, too'

fresh
mkdir -p root/etc/apparmor.d
echo 'profile lxc-docker { }' >root/etc/apparmor.d/lxc-docker
mkdir root/etc/apparmor.d/lxc
printf '# profile lxc-docker\n  profile lxc-nesting flags=(complain) { }\n' \
	>root/etc/apparmor.d/lxc/mine
look root before
run apply
exits 0 'a profile that somebody else has written'
says "lxc/mine' defines the profile 'lxc-nesting' as well.*profile-rival" \
	'one of the same name in another file is told'
is "$(grep -c profile-rival "$err")" 1 'once, and a comment is none'
says "lxc-docker' is there already, and apply has not.*applied-replaces" 'is told'
run aac --root root revert --all
unchanged 'and comes back'

# ---- what is no longer wanted --------------------------------------------------------

fresh
apply -q >"$out" 2>&1
jq 'del(.lxc_configs["101"].pct_options) | del(.lxc_configs["102"])' \
	root/srv/fleet.json >a && cat a >root/srv/real/fleet.json
run apply
exits 0 'apply, after a container has lost its reason and another is gone'
says 'container 101 has no profile any more.*taken back' 'says so'
says 'container 102 has no profile any more' 'of both'
ok 'its configuration is what it was' grep -q '^lxc.apparmor.profile: unconfined' \
	"$conf/101.conf"
ok 'nothing includes anything' not grep -q include "$conf/102.conf"
ok 'its key is what it was' jq -e \
	'.lxc_configs["101"].apparmor_profile == "unconfined"' root/srv/fleet.json
ok 'its profile is gone' not test -e root/etc/apparmor.d/lxc-nesting

# ---- modes ---------------------------------------------------------------------------

fresh
run apply --mode inline 101 102
exits 0 'mode inline'
is "$(tail -n 3 "$conf/101.conf")" 'lxc.mount.auto: proc:rw
lxc.apparmor.allow_nesting: 1
lxc.apparmor.profile: lxc-nesting' 'with what the profile makes Proxmox drop'
is "$(sed -n 4,5p "$conf/102.conf")" 'lxc.mount.auto: cgroup:mixed
lxc.apparmor.profile: lxc-docker' 'and the lines of the fragments'
run apply 101 102
prints 'nothing to do' 'and stays the mode of these containers'
run apply --mode include 101
exits 0 'another mode'
is "$(tail -n 1 "$conf/101.conf")" 'lxc.include: /etc/pve/aa-compose/101.conf' \
	'takes the place of the first'
run aac --root root revert --all
unchanged 'and all of it comes back'
run apply --mode outline
exits 64 'a mode that is none'

rm -rf root
mkdir -p root/srv root/var/lib/lxc/101 root/var/lib/lxc/docker-a
cp fleet.json root/srv
printf 'lxc.include = /none\nlxc.apparmor.profile = generated\n# end' \
	>root/var/lib/lxc/101/config
printf '\nlxc.uts.name = a\nlxc.apparmor.profile = x\nlxc.apparmor.profile = y\n' \
	>root/var/lib/lxc/docker-a/config
look root before
run apply
exits 0 'plain LXC'
says "'.*101/config', line 1, includes '/none', which is not there" \
	'what liblxc would refuse is told'
is "$(cat root/var/lib/lxc/101/config)" 'lxc.include = /none
# end
lxc.apparmor.profile = lxc-nesting' 'inline is the default there'
is "$(cat root/var/lib/lxc/docker-a/config)" '
lxc.uts.name = a
lxc.mount.auto = cgroup:mixed
lxc.apparmor.profile = lxc-docker' 'a container may be known by its name'
run aac --root root revert --all
unchanged 'and comes back'
run apply --mode include
exits 0 'include works there as well'
ok 'from a folder of ours' grep -q 'profile = lxc-docker' \
	root/etc/lxc/aa-compose/docker-a.conf
run aac --root root revert --all
unchanged 'and goes with it'

# ---- refusals ------------------------------------------------------------------------

fresh
echo 'lock: backup' >>"$conf/101.conf"
look root before
run apply
exits 3 'a container that Proxmox has locked'
says 'container 101 is locked by Proxmox: backup.*container-locked' \
	'is refused with the reason'
unchanged 'and nothing is changed anywhere'
run apply 103
exits 0 'the others can be applied'
fresh
apply -q >"$out" 2>&1
sed -i '1s/^/lock: snapshot\n/' "$conf/102.conf"
run apply
exits 0 'a lock does not matter where there is nothing to do'
run apply --mode inline
exits 3 'only where there is'
run aac --root root revert 102
exits 3 'and for revert'

fresh
sed -i 's/lxc "lxc.mount.auto"/lxc "lxc.no.such.key"/' rules/docker.aaf
run apply
exits 2 'a key that liblxc does not know'
says "'lxc.no.such.key = cgroup:mixed' of its fragments is no key.*conf-line-refused" \
	'is told'
sed -i 's/lxc "lxc.no.such.key"/lxc "lxc.no_new_privs"/; s/cgroup:mixed/1/' \
	rules/docker.aaf
run apply --mode inline
exits 2 'a key that Proxmox does not keep'
run apply --mode include
exits 0 'is none where only liblxc reads it'
sed -i 's/lxc "lxc.no_new_privs" = "1"/lxc "lxc.mount.auto" = "cgroup:mixed"/' \
	rules/docker.aaf

fresh
mkdir elsewhere
cp root/srv/real/fleet.json elsewhere
ln -sfn "$scratch/elsewhere/fleet.json" root/srv/fleet.json
run apply
exits 3 'a link that leads out of --root'
says 'leads to .*elsewhere/fleet.json.*not below --root' 'is refused'
same fleet.json elsewhere/fleet.json 'and what it leads to stays'

rm -rf root
mkdir -p root/etc/pve root/var/lib/pve-cluster root/srv
: >root/var/lib/pve-cluster/config.db
cp fleet.json root/srv
run apply
exits 3 'a Proxmox host without /etc/pve'
says 'not mounted at /etc/pve' 'is refused'

fresh
mkdir -p root/etc/pve/nodes/there/lxc
mv "$conf/102.conf" root/etc/pve/nodes/there/lxc
run apply
says "container 102 is on the node 'there'" 'a container of another node is told'

fresh
apply -q >"$out" 2>&1
rm root/etc/pve/lxc/102.conf
run aac --root root revert --all
exits 0 'a configuration that has gone since'
says "102.conf' is no longer there.*applied-gone" 'is told'
sed -i '/102.conf/d' before
look root now
sed '/102.conf/d' now >a
same before a 'and everything else comes back'
fresh
sed -i 's/nesting=1/nesting=1,fuse=1/' "$conf/101.conf"
run apply
says "container 101: what 'features: nesting=1,fuse=1' allows.*conf-feature-unused" \
	'what a feature does not do any more'

rm -rf root
mkdir -p root/srv root/var/lib/lxc/101
jq '.lxc_configs["102"].name = "101" | .lxc_configs["103"].role = "raw"' fleet.json \
	>root/srv/fleet.json
: >root/var/lib/lxc/101/config
run apply 101 102
exits 2 'two containers with one configuration'
says "101/config' is the configuration of two containers.*conf-not-effective" 'are told'
printf 'lxc.uts.name = a\0' >root/var/lib/lxc/101/config
run apply 101
exits 2 'a configuration with a NUL'
cat >rules/raw.aaf <<'END'
profile bare { template raw; when .role == "raw"; capability chown, }
END
run apply 103
exits 2 'a profile whose name does not begin with lxc-'
says "container 103 cannot be given the profile 'bare'.*profile-name" 'is refused'
rm rules/raw.aaf
ok 'nothing is changed' not test -e root/etc

fresh
printf 'not json' >root/srv/real/fleet.json
run apply
exits 2 'a broken container file'
run aac --root root apply
exits 64 'no container file'
run aac --root root revert
exits 64 'revert of nothing'
run aac --root root revert --all 101
exits 64 'revert of all and of one'

# A container file that is named by a path relative to here may lie outside of --root.
fresh
cp fleet.json mine.json
run aac --root root -r rules -c mine.json --target debian12 apply --no-check --no-load
exits 0 'a container file outside of --root'
ok 'is changed' grep -q lxc-nesting mine.json
run aac --root root revert --all
exits 0 'revert finds it'
same fleet.json mine.json 'and puts it back'

finish
