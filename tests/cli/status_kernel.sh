# aa-compose status on a kernel that shows its policy: whether what is loaded is what
# would be loaded now, and what containers run under, in stacks and namespaces.  The
# kernel is a folder that looks like one; its digests are made here of what
# apparmor_parser gives.
. "${top_srcdir:-.}/tests/support/tap.sh"
. "$top/tests/support/halving.sh"
. "$top/tests/support/fleet.sh"
. "$top/tests/support/site.sh"
. "$top/tests/support/apparmorfs.sh"
needs_parser 'what is loaded is what apparmor_parser makes'
cd "$scratch" || exit 99
real=$(command -v "$parser")

fs=$scratch/root/sys/kernel/security/apparmor
cp -R "$top/rules/targets" rules
cp -R "$top/templates" templates
# One of the profiles has a child.
cat >>rules/nesting.aaf <<'END_OF_RULES'
fragment child "a child" {
    profile kid { /k r, }
}
END_OF_RULES
sed -i 's/requires nesting;/requires nesting, child;/' rules/docker.aaf
site root
make_features "$top/rules/targets/debian12.features" "$fs/features"
cp "$build/tests/support/counted_parser" counted

look_at() # ARGUMENT...
{
	: >counted.runs
	rm -rf "$XDG_CACHE_HOME"
	run put root --parser ./counted status --format json "$@"
}

state() # CTID FILTER
{
	jq -r ".[] | select(.ctid == \"$1\") | $2" "$out"
}

# Each profile of compiled policy, without its header, as it is digested: behind the 12
# bytes of `version` comes the number that counts.
cut_profiles() # POLICY PREFIX
{
	LC_ALL=C grep -abo 'version' "$1" | cut -d : -f 1 >offsets
	size=$(wc -c <"$1")
	sed 1d offsets >ends
	echo $((size + 3)) >>ends
	count=0
	paste offsets ends | while read -r from to; do
		tail -c +$((from + 10)) "$1" | head -c $((to - from - 12)) >"$2.$count"
		count=$((count + 1))
	done
}

# The kernel has NAME, as PARTS say.
hold() # FOLDER NAME MODE PART PROGRAM FILE
{
	mkdir -p "$1"
	echo "$2" >"$1/name"
	echo "$3" >"$1/mode"
	[ -z "$5" ] || "$5" <"$4" | cut -d ' ' -f 1 >"$1/$6"
}

compile() # TEXT
{
	"$real" -qQKS --config-file /dev/null --kernel-features "$fs/features" \
		--policy-features "$abi" "$1"
}

run put root show lxc-docker --text
cp "$out" text
compile text >docker.bin 2>"$err"
cut_profiles docker.bin docker
ok 'the profile has a child' test -s docker.1
profiles=$fs/policy/profiles
printf '%s\n' 'lxc-docker (enforce)' 'lxc-docker//kid (enforce)' >"$fs/profiles"

look_at 102
is "$(state 102 '.equal, .equal_why')" "null
the kernel does not show its policy here (/sys/kernel/security/apparmor/policy)" \
	'a kernel that does not show its policy: nobody knows'
ok 'which is no drift' test "$(state 102 '.where | contains("kernel")')" = false
is "$(wc -l <counted.runs)" 0 'and nothing is compiled'

# ---- by digest -----------------------------------------------------------------------

hold "$profiles/lxc-docker.7" lxc-docker enforce docker.0 sha256sum sha256
hold "$profiles/lxc-docker.7/profiles/kid.8" kid enforce docker.1 sha256sum sha256
look_at 102
is "$(state 102 '.equal, .equal_why, .mode')" "true
null
enforce" 'what is loaded is what would be'
is "$(wc -l <counted.runs)" 1 'as it is compiled now'
run put root --parser ./counted status 102
prints '^102 .*enforce, same ' 'as text, too'
rm "$profiles/lxc-docker.7/sha256" "$profiles/lxc-docker.7/profiles/kid.8/sha256"
hold "$profiles/lxc-docker.7" lxc-docker enforce docker.0 sha1sum sha1
hold "$profiles/lxc-docker.7/profiles/kid.8" kid enforce docker.1 sha1sum sha1
look_at 102
is "$(state 102 .equal)" true 'so it is on a kernel that has SHA-1'
look_at 101
is "$(wc -l <counted.runs)" 0 'what is not loaded is not compiled'

echo 0000000000000000000000000000000000000000 >"$profiles/lxc-docker.7/sha1"
look_at 102
exits 1 'another one'
is "$(state 102 '.equal, .equal_why')" "false
'lxc-docker' is another one" 'is told'
ok 'as drift' test "$(state 102 '.where | contains("kernel")')" = true
run put root --parser ./counted status 102
prints '^102 .*enforce, differs ' 'as text, too'
prints 'what is loaded is not what would be loaded now' 'with words'
hold "$profiles/lxc-docker.7" lxc-docker enforce docker.0 sha1sum sha1
hold "$profiles/lxc-docker.7/profiles/kid.8" kid enforce docker.0 sha1sum sha1
look_at 102
is "$(state 102 .equal_why)" "'lxc-docker//kid' is another one" 'another child'
rm -r "$profiles/lxc-docker.7/profiles/kid.8"
look_at 102
is "$(state 102 .equal_why)" "'lxc-docker//kid' is not loaded" 'one less'
hold "$profiles/lxc-docker.7/profiles/kid.8" kid enforce docker.1 sha1sum sha1
hold "$profiles/lxc-docker.7/profiles/more.9" more enforce docker.1 sha1sum sha1
look_at 102
is "$(state 102 .equal_why)" "'lxc-docker//more' is loaded, too" 'one more'
rm -r "$profiles/lxc-docker.7/profiles/more.9"
hold "$profiles/lxc-docker.7/profiles/null-.9" null-/bin/x complain docker.1 \
	sha1sum sha1
look_at 102
is "$(state 102 .equal)" true 'what is only learnt does not count'
mkdir -p "$fs/policy/namespaces/ns/profiles"
hold "$fs/policy/namespaces/ns/profiles/lxc-docker.1" lxc-docker enforce docker.1 \
	sha1sum sha1
look_at 102
is "$(state 102 .equal)" true 'nor does the same name in another namespace'

# What no kernel shows leads nowhere, and not in circles.
for i in 1 2 3 4 5 6 7 8; do
	ln -s ../.. "$fs/policy/namespaces/ns$i"
	ln -s .. "$profiles/lxc-docker.7/profiles/link.$i"
done
look_at 102
is "$(state 102 .equal)" true 'links are not followed'
rm "$fs"/policy/namespaces/ns[1-8] "$profiles"/lxc-docker.7/profiles/link.*

# ---- by what was loaded --------------------------------------------------------------

raw() # FILE
{
	for folder in "$profiles/lxc-docker.7" "$profiles/lxc-docker.7/profiles/kid.8"; do
		: >"$folder/sha1"
		rm -f "$folder/raw_data"
		[ -z "$1" ] || cp "$1" "$folder/raw_data"
	done
}
raw ''
look_at 102
is "$(state 102 '.equal, .equal_why')" "null
the kernel keeps neither a digest of it nor its bytes" 'without a digest: nobody knows'
echo 'profile before { /** r, }' >before
compile before >before.bin 2>"$err"
cat before.bin docker.bin >load.bin
raw load.bin
look_at 102
is "$(state 102 .equal)" true 'the bytes of a load are looked through'
sed 's,/k r,/k rw,' text >changed
compile changed >changed.bin 2>"$err"
raw changed.bin
look_at 102
is "$(state 102 '.equal, .equal_why')" "false
'lxc-docker//kid' is another one" 'in which one differs'
raw before.bin
look_at 102
is "$(state 102 '.equal, .equal_why')" "null
the bytes that the kernel shows of it cannot be read" 'or is not'
printf '\050\265\057\375compressed' >zstd
raw zstd
look_at 102
is "$(state 102 .equal_why)" 'the kernel shows its bytes compressed, and no digest' \
	'or that cannot be read'
raw docker.bin

# ---- compiling -----------------------------------------------------------------------

run put root --parser ./counted --target pve8 status --format json 102
is "$(state 102 .equal)" true 'whatever is composed for, it is this kernel that counts'
mkdir -p root/etc/apparmor.d
printf '#!/bin/sh\ncase "$*" in *--version*) exec %s "$@" ;; esac\nexit 1\n' \
	"$real" >broken
chmod +x broken
run put root --parser ./broken status --format json 102
is "$(state 102 '.equal, .equal_why')" "null
apparmor_parser does not compile it here" 'a parser that refuses: nobody knows'

# ---- what runs -----------------------------------------------------------------------

init() # LABEL
{
	mkdir -p root/proc/7002/attr/apparmor
	printf 'Name:\tinit\nNSpid:\t7002\t1\n' >root/proc/7002/status
	echo '0::/lxc.payload.102/init.scope' >root/proc/7002/cgroup
	printf '%s\n' "$1" >root/proc/7002/attr/apparmor/current
	look_at 102
}

runs() # LABEL RUNNING MODE STACK REASON
{
	init "$1"
	is "$(state 102 '.profile.running, .running_mode, .label,
		([.stack[] | (.namespace // "-") + "|" + .name] | join(",")),
		(.reasons | map(select(startswith("it runs"))) | join("; ")) + "."')" \
		"$2
$3
$1
$4
$5." "it runs as '$1'"
}

runs 'lxc-docker (enforce)' lxc-docker enforce '-|lxc-docker' ''
runs 'lxc-docker (complain)' lxc-docker complain '-|lxc-docker' \
	"it runs in the mode 'complain', not 'enforce'"
stack='lxc-docker//&:lxc-102_<-var-lib-lxc>:unconfined (enforce)'
runs "$stack" lxc-docker enforce '-|lxc-docker,lxc-102_<-var-lib-lxc>|unconfined' \
	"it runs in a stack: '$stack'"
stack='lxc-docker//&:ns:a//&b (mixed)'
runs "$stack" lxc-docker mixed '-|lxc-docker,ns|a,ns|b' "it runs in a stack: '$stack'"
runs 'lxc-docker//kid (enforce)' lxc-docker enforce '-|lxc-docker//kid' \
	"it runs under a child: 'lxc-docker//kid (enforce)'"
runs ':ns:lxc-docker (enforce)' ':ns:lxc-docker' enforce 'ns|lxc-docker' \
	"it runs as ':ns:lxc-docker (enforce)'"
exits 1 'the same name in another namespace is another profile'
runs 'unconfined' unconfined null '-|unconfined' "it runs as 'unconfined'"
runs 'lxc-x//&lxc-y (enforce)' lxc-x enforce '-|lxc-x,-|lxc-y' \
	"it runs as 'lxc-x//&lxc-y (enforce)'"
init 'lxc-docker//&:ns:a (mixed)'
run put root status 102
prints '^102 .* same (mixed) ' 'as text, too'

# ---- two names of one body -----------------------------------------------------------

# A build compiles once what they share; here only the parser's own bytes will do.
cat >rules/many.aaf <<'END_OF_RULES'
fragment many "rules that are compiled slowly" {
    /a/** w, /b/** w, /c/** w, /d/** w, /e/** w, /f/** w, /g/** w, /h/** w,
    signal peer=@{profile_name},
}
profile lxc-first "One" { use many; when .name == "docker-a"; }
profile lxc-second "One" { use many; when .name == "docker-b"; }
END_OF_RULES
rm -r "$profiles" root/proc/7002
: >"$fs/profiles"
for name in first second; do
	run put root show "lxc-$name" --text
	cp "$out" text
	compile text >"$name.bin" 2>"$err"
	cut_profiles "$name.bin" "$name"
	hold "$profiles/lxc-$name.1" "lxc-$name" enforce "$name.0" sha1sum sha1
	echo "lxc-$name (enforce)" >>"$fs/profiles"
done
look_at
is "$(state 102 .equal) $(state 103 .equal)" 'true true' \
	'profiles that differ in the name alone are the same as the kernel has'
is "$(wc -l <counted.runs)" 2 'for which each is compiled whole'
finish
