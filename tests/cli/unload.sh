# aa-compose unload: what the manifest lists goes out of the kernel, and nothing else, and
# not from under a running container.  The kernel is a folder that looks like one; what
# is written to its `.remove` is kept by a pipe.
. "${top_srcdir:-.}/tests/support/tap.sh"
. "$top/tests/support/apparmorfs.sh"
cd "$scratch" || exit 99

fs=$scratch/root/sys/kernel/security/apparmor
mkdir -p rules "$fs" root/proc
make_features "$top/rules/targets/debian12.features" "$fs/features"
: >"$fs/.replace"
mkfifo "$fs/.remove"
exec 9<>"$fs/.remove"
cat >rules/a.aaf <<'END_OF_RULES'
fragment a "for the test" {
    /a r,
}
profile one "one" { template raw; use a; }
profile two "another" { template raw; use a; }
profile three "a third" { template raw; use a; }
END_OF_RULES
run aac -r rules -t "$top/templates" --target debian12 -o out --no-check build
exits 0 'a build'

unload() # ARGUMENT...
{
	run aac --root root -o out unload "$@"
}

# The names that were written since the last time, in their order.
removed()
{
	printf '\nend\n' >&9
	sed '/^end$/q' <&9 | tr '\0' ' ' | tr -d '\n' | sed 's/ *end$//'
}

loaded() # LINE...
{
	printf '%s\n' "$@" >"$fs/profiles"
}

# A process, in the control group of the container NAME, with NUMBER inside it.
process() # PID NAME NUMBER LABEL
{
	mkdir -p "root/proc/$1/attr/apparmor"
	printf 'Name:\tx\nNSpid:\t%s\t%s\n' "$1" "$3" >"root/proc/$1/status"
	printf '0::%s\n' "$2" >"root/proc/$1/cgroup"
	printf '%s\n' "$4" >"root/proc/$1/attr/apparmor/current"
}

# ---- what goes -----------------------------------------------------------------------

loaded 'docker-default (enforce)' 'one (enforce)' 'one//kid (enforce)' \
	'three (complain)' ':lxc-9:two (enforce)' 'two (enforce)'
process 10 /init.scope 1 unconfined
unload
exits 0 'the profiles of a build'
silent 'go without a word'
is "$(cat "$out")" '3 profiles unloaded' 'but how many'
is "$(removed)" 'one three two' 'each by its name, and no other'
mkdir named
echo 'profile four "named" { template raw; name "/usr/bin/a b"; /a r, }' >named/a.aaf
run aac -r named -t "$top/templates" --target debian12 -o other --no-check build
loaded '/usr/bin/a b (enforce)' 'four (enforce)'
run aac --root root -o other unload
exits 0 'a profile that AppArmor calls otherwise'
is "$(removed)" '/usr/bin/a b' 'goes by that name'
loaded 'one (enforce)' 'three (complain)' 'two (enforce)'
unload -v two
prints '^unloaded  *two$' 'one that is named'
is "$(removed)" two 'goes alone'
unload --format json two two
is "$(jq -c . "$out")" '{"unloaded":["two"],"absent":[]}' 'as JSON, too, and once'
is "$(removed)" two 'and is asked for once'

loaded 'one (enforce)' ':ns:two (enforce)' 'three//kid (enforce)'
unload
exits 0 'what is not loaded'
silent 'is no error'
prints '^absent  *two$' 'and is told'
prints '^1 profile unloaded, 2 not loaded before$' 'beside what was'
is "$(removed)" one 'the kernel is not asked for it'
unload --format json
is "$(jq -c . "$out")" '{"unloaded":["one"],"absent":["three","two"]}' 'as JSON, too'
removed >/dev/null
loaded 'docker-default (enforce)'
unload
exits 0 'nothing of ours in the kernel'
prints '^0 profiles unloaded, 3 not' 'is told'
rm "$fs/profiles"
unload
exits 0 'a kernel that does not list its profiles'
is "$(removed)" 'one three two' 'is asked for each'
unload towo
exits 2 'a profile that was not built'
says "did you mean 'two'" 'is told with one that was'
unload docker-default
exits 2 'one of somebody else'
is "$(removed)" '' 'is not touched'

# ---- what is in use ------------------------------------------------------------------

loaded 'one (enforce)' 'two (enforce)' 'three (enforce)'
process 7001 /lxc.payload.953 1 'two (enforce)'
process 7002 /lxc.payload.953/system.slice 5 'two//kid (enforce)'
process 7003 /lxc.payload.953/system.slice 6 ':lxc-953:one (enforce)'
unload
exits 3 'one that a container runs under'
says "'two' is in use by container '953': its init has the label 'two (enforce)'" \
	'is told with the container and its label'
says 'and so have 1 more' 'and how many processes more have it'
says 'stop it first; with --force' 'and what to do'
is "$(removed)" '' 'and all stay'
lacks "'one'" 'the same name in a namespace of its own is another'
unload one three
exits 0 'those that nobody uses'
is "$(removed)" 'one three' 'go'
process 7001 /lxc/953 1 'three//&:lxc-953_<-var-lib-lxc>:unconfined (enforce)'
unload three
exits 3 'one that is stacked'
says "its init has the label 'three//&:lxc-953_<-var-lib-lxc>:unconfined (enforce)'" \
	'is in use'
process 7001 /lxc/953 1 ':lxc-953:x//&three (enforce)'
unload three
exits 0 'a stacked one that is of the other namespace'
is "$(removed)" three 'is not ours'
process 7001 /lxc/953 1 unconfined
unload two
exits 3 'one that only a process of a container has'
says "container '953': its process 7002 has the label 'two//kid (enforce)'" 'is in use'
rm -r root/proc/700*
process 81 /user.slice 1 'one (complain)'
unload one
exits 3 'one that a process of the host has'
says "process 81: it has the label 'one (complain)'" 'is in use'
unload --force
exits 0 'by force'
says 'warning.*profile-in-use' 'it is told all the same'
says 'without that confinement until it is restarted' 'with what it means'
is "$(removed)" 'three two one' 'and goes last'
mkdir -p root/proc/82/attr
printf 'one (complain)\n' >root/proc/82/attr/current
rm -r root/proc/81
unload one
exits 3 'a label that stands where it used to stand'
says 'process 82' 'counts'
rm -r root/proc
unload
exits 3 'without /proc'
says "cannot tell who uses the profiles: '/proc': No such file" 'nobody knows'
is "$(removed)" '' 'so all stay'
unload --force one
exits 0 'but by force'
is "$(removed)" one 'they go'

# ---- what is in the way --------------------------------------------------------------

mkdir root/proc
cp out/manifest.json kept
printf '{}' >out/manifest.json
unload
exits 2 'a manifest that is none'
sed 's/"digest"/"label": ":ns:sub", "digest"/' kept >out/manifest.json
loaded ':ns:sub (enforce)'
unload one
exits 0 'a profile of a namespace'
is "$(removed)" ':ns:sub' 'goes by that name'
process 7001 /lxc/953 1 ':ns:sub (enforce)'
unload one
exits 3 'one of a namespace'
says ":ns:sub (enforce)'" 'is in use there'
for label in 7 '""' '"a\\u0001b"'; do
	sed "s/\"digest\"/\"label\": $label, \"digest\"/" kept >out/manifest.json
	unload
	exits 2 "a label that is none: $label"
	says manifest-invalid 'is told'
done
cp kept out/manifest.json
loaded 'one (enforce)' 'three (enforce)' 'two (enforce)'
rm "$fs/.remove"
unload
exits 3 'a kernel that takes none out'
says "does not give up the profile 'one': No such file" 'is told'
mkdir "$fs/.remove"
unload two
exits 3 'one that refuses'
says "'two': Is a directory" 'is told in its words'
rm -r out
unload
exits 2 'without a build'
says 'aa-compose build -o out' 'it is told to make one'
rm -r root/sys
unload
exits 3 'without AppArmor'
says kernel-without-apparmor 'it is told'
finish
