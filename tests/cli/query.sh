# aa-compose query: accesses decided on compiled policy, and the rule that decided, for
# every kind of access; what is asked on standard input; files instead of compositions.
. "${top_srcdir:-.}/tests/support/tap.sh"
. "$top/tests/support/halving.sh"

mkdir "$scratch/rules"
cat >"$scratch/rules/a.aaf" <<'END'
fragment a "one rule of each kind" {
    capability chown,
    audit capability kill,
    deny capability sys_module,
    network inet stream,
    /etc/passwd r,
    audit /etc/shadow r,
    accept deny-overrides "on purpose";
    owner /home/** rw,
    deny /home/secret w,
    audit deny /home/logged w,
    /srv/log a,
    /usr/bin/* ix,
    /usr/bin/su Px,
    /usr/bin/ping px -> ping,
    /usr/sbin/* cx,
    /opt/* Ux,
    /tmp/{,**} rwl,
    link /var/a -> /var/b,
    mount fstype=proc proc -> /proc/,
    mount fstype=(tmpfs, ramfs) options=(nosuid, nodev) -> /run/**,
    mount options=(bind) /src/ -> /dst/,
    mount options=(rslave) -> /,
    mount options=(move) /a/ -> /b/,
    accept mount-widened "on purpose";
    remount options=(ro) /ro/,
    deny mount fstype=ext4,
    umount /mnt/*/,
    pivot_root oldroot=/new/old/ /new/,
    signal send set=(kill, term) peer=other,
    signal receive peer=lxc-*,
    ptrace read peer=other,
    change_profile -> lxc-inner,
    set rlimit nofile <= 1024,
    set rlimit cpu <= 1h,
    set rlimit data <= 1M,
    set rlimit nice <= -5,
    profile child {
        /child r,
    }
}
profile lxc-t "for the test" { use a; }
END
needs_parser 'queries are decided on policy that apparmor_parser makes'

query() # ACCESS...
{
	aac -r "$scratch/rules" -t "$top/templates" --target debian12 query "$@"
}

# A line for each: VERDICT|LINE of the rule, or nothing|ACCESS
cat >"$scratch/cases" <<'END'
allowed|2|capability chown
allowed, audited|3|capability kill
denied silently|4|capability sys_module
denied||capability sys_admin
denied||capability chown sys_admin
allowed|5|network inet stream
denied||network inet dgram
denied||network inet6 stream
depends||network inet
allowed|6|file /etc/passwd r
denied||file /etc/passwd w
denied||file /etc/passwd rw
allowed, audited|7|file /etc/shadow r
allowed|9|owner file /home/u/x rw
denied||file /home/u/x rw
denied silently|10|owner file /home/secret w
denied|11|owner file /home/logged w
allowed|9|owner file /home/logged r
allowed|12|file /srv/log a
denied||file /srv/log w
allowed|13|file /usr/bin/id x
allowed|13|file /usr/bin/id ix
denied||file /usr/bin/id px
denied||file /usr/bin/id r
allowed|14|file /usr/bin/su x
allowed|14|file /usr/bin/su Px
denied||file /usr/bin/su px
allowed|15|file /usr/bin/ping px -> ping
denied||file /usr/bin/ping px -> pong
denied||file /usr/bin/ping px
allowed|16|file /usr/sbin/x cx
denied||file /usr/sbin/x Cx
allowed|17|file /opt/x Ux
denied||file /opt/x ux
allowed|18|link /tmp/a -> /tmp/b
allowed|19|link /var/a -> /var/b
denied||link /var/a -> /var/c
allowed|18|link /tmp/a -> /etc/passwd
denied||owner link /tmp/a -> /etc/passwd
allowed|18|owner link /tmp/a -> /tmp/b
allowed|20|mount fstype=proc proc -> /proc/
denied||mount fstype=proc proc -> /proc
allowed|20|mount fstype=proc options=(ro) proc -> /proc/
denied||mount fstype=proc proc -> /mnt/
allowed|21|mount fstype=tmpfs options=(nodev, nosuid) none -> /run/x/
allowed|21|mount fstype=ramfs options=(nosuid, nodev) x -> /run/x/y/
denied||mount fstype=tmpfs options=(nodev) none -> /run/x/
allowed|22|mount options=(bind) /src/ -> /dst/
allowed|22|mount options=(ro, nosuid, bind) /src/ -> /dst/
denied||mount options=(rbind) /src/ -> /dst/
denied||mount options=(bind) /etc/ -> /dst/
allowed|23|mount options=(rslave) -> /
denied||mount options=(slave) -> /
allowed|24|mount options=(move) /a/ -> /b/
denied||mount options=(move) /a/ -> /c/
allowed|26|remount options=(ro) /ro/
allowed|26|mount options=(ro, remount) -> /ro/
denied||remount /ro/
denied silently|27|mount fstype=ext4 /dev/sda1 -> /mnt/
allowed|28|umount /mnt/x/
denied||umount /mnt/
allowed|29|pivot_root oldroot=/new/old/ /new/
denied||pivot_root oldroot=/old/ /new/
depends||pivot_root /new/
allowed|30|signal send set=kill peer=other
allowed|30|signal send set=(kill term) peer=other
denied||signal send set=hup peer=other
denied||signal send set=(kill hup) peer=other
denied||signal send set=kill peer=else
depends||signal send set=kill
allowed|31|signal receive set=rtmin+3 peer=lxc-x
denied||signal (send receive) set=kill peer=lxc-x
allowed|32|ptrace read peer=other
denied||ptrace trace peer=other
allowed|33|change_profile lxc-inner
allowed|33|change_profile -> lxc-inner
denied||change_profile unconfined
allowed|34|set rlimit nofile <= 1024
denied|34|set rlimit nofile <= 1025
denied|34|set rlimit nofile <= infinity
allowed|35|set rlimit cpu <= 60min
denied|35|set rlimit cpu <= 3601
allowed|36|set rlimit data <= 1024K
denied|36|set rlimit data <= 1025K
denied|37|set rlimit nice <= -5
denied|37|set rlimit nice <= 4
allowed|37|set rlimit nice <= 5
not mediated||set rlimit core <= infinity
not mediated||dbus send bus=system name=a path=/x interface=a.b member=c
denied||unix create type=stream
END
cut -d '|' -f 3 "$scratch/cases" >"$scratch/accesses"
sed 's/|[^|]*$//' "$scratch/cases" >"$scratch/wanted"

# VERDICT|LINE of each answer on standard output.
answers()
{
	awk '/^[a-z]/ { verdict = substr($0, 1, 18); sub(/ *$/, "", verdict) }
		/^ / { line = ""
			if ($1 == "by" && split($2, p, ":") > 2) line = p[2]
			print verdict "|" line }' "$out"
}

status=0
query lxc-t <"$scratch/accesses" >"$out" 2>"$err" || status=$?
exits 1 'some are not allowed'
silent 'and nothing else is said'
answers >"$scratch/got"
is "$(wc -l <"$scratch/got")" "$(wc -l <"$scratch/cases")" \
	"$(wc -l <"$scratch/cases") accesses are answered"
paste -d '|' "$scratch/got" "$scratch/accesses" >"$scratch/all"
ok 'each as it should be, by the right rule' diff "$scratch/cases" "$scratch/all"

# The same by Debian 13's parser, whose abstractions and abi stand below a root, and what
# only it knows: priorities.
if [ -z "${AAC_PARSER41-}" ]; then
	skip 'the same with parser 4.1' 'AAC_PARSER41 names none'
else
	cp -R "$top/templates" "$scratch/templates"
	cp -R "$(dirname "$AAC_PARSER41")/root/etc" "$scratch/etc"
	mkdir "$scratch/late"
	cat >"$scratch/late/a.aaf" <<'END'
fragment a "priorities" {
    userns,
    accept deny-overrides "the other has a higher priority";
    priority=2 /a/** r,
    deny /a/** r,
    priority=3 deny /a/b r,
}
profile lxc-t "for the test" { use a; }
END
	late() # RULES
	{
		aac --root "$scratch" -r "$scratch/$1" -t "$scratch/templates" \
			--target debian13 --parser "$AAC_PARSER41" query lxc-t
	}
	late rules <"$scratch/accesses" >"$out" 2>"$err" || :
	answers | paste -d '|' - "$scratch/accesses" >"$scratch/all"
	ok 'the same with parser 4.1' diff "$scratch/cases" "$scratch/all"
	printf 'userns\nfile /a/c r\nfile /a/b r\nfile /a/b w\n' >"$scratch/asked"
	late late <"$scratch/asked" >"$out" 2>"$err" || :
	is "$(answers | tr '\n' ' ')" 'allowed|2 allowed|4 denied silently|6 denied| ' \
		'rules of higher priority decide'
fi

# ---- exit codes and forms -----------------------------------------------------------

run query lxc-t 'capability chown' 'file /etc/passwd r'
exits 0 'all are allowed'
prints '^allowed  *file /etc/passwd r$' 'with its text'
prints 'a.aaf:6:5  /etc/passwd r,$' 'and the rule'
run query -q lxc-t 'capability sys_admin'
exits 1 '-q answers by the exit code'
is "$(cat "$out")" '' 'and prints nothing'
run query lxc-t 'file /home/u/x rw'
prints 'nearest is .*a.aaf:9:5  owner /home' 'the rule that nearly allows it is named'
run query lxc-t 'file /usr/bin/ping x'
prints '(px -> ping)$' 'an exec tells where it leads'
run query lxc-t 'network inet'
prints 'on the socket type$' 'what it depends on is named'
run query lxc-t//child 'file /child r'
exits 0 'a child profile is asked by its name'
run query lxc-t//child 'file /etc/passwd r'
exits 1 'and has its own rules only'
run query lxc-t 'signal send set=kill peer=@{profile_name}'
exits 1 'the name of the profile may stand in an access'

# ---- JSON -----------------------------------------------------------

run query --format json lxc-t 'file /home/secret w' 'owner file /home/secret w' \
	'file /usr/bin/ping x' 'network inet' 'set rlimit core <= 1'
exits 1 'the same as JSON'
is "$(wc -l <"$out")" 5 'an object a line'
jq -r '[.verdict, .audited, .quiet, .mediated, .rule.line, .depends_on[0]] | @csv' \
	"$out" | tr -d '"' | sed 's,/.*/,,' >"$scratch/got"
cat >"$scratch/wanted" <<'END'
denied,false,true,true,10,
denied,false,true,true,10,
allowed,false,false,true,15,
depends,true,false,true,,the socket type
allowed,false,false,false,,
END
same "$scratch/got" "$scratch/wanted" 'with its verdict, its rule and what it depends on'
is "$(jq -r '[.exec, .rule.text, .rule.fragment, .access] | @csv' "$out" | sed -n 3p)" \
	'"px -> ping","/usr/bin/ping px -> ping,","a","file /usr/bin/ping x"' \
	'an exec, the text of the rule, its fragment'

# ---- files -----------------------------------------------------------

cat >"$scratch/two" <<'END'
abi <abi/3.0>,
include <tunables/global>
profile one {
  /one r,
  signal send peer=two,
  profile kid {
    /kid r,
  }
}
profile two {
  @{PROC}/two r,
  deny signal receive,
}
END
file() # ACCESS...
{
	aac --target debian12 query "$@"
}
run file "$scratch/two" 'file /one r'
exits 2 'a file with two profiles'
says 'holds 2 profiles.*\[several-profiles\]' 'one of them must be named'
says 'name one with --profile: one, two' 'and both are'
run file --profile one "$scratch/two" 'file /one r'
exits 0 'is asked for one'
prints '/two:4:3  /one r,$' 'whose rules are named by their lines'
run file --profile one//kid "$scratch/two" 'file /kid r'
exits 0 'or for a child'
run file --profile two "$scratch/two" 'file /proc/two r'
exits 0 'variables of the preamble hold'
prints '/two:11:3' 'for the rules one by one, too'
run file --profile three "$scratch/two" 'file /x r'
exits 2 'a profile that is not there'
says "no profile 'three'" 'is told'
run file --profile one "$scratch/two" 'signal send set=kill peer=two'
exits 1 'the other side of a signal is asked, too'
prints "by the peer's profile" 'and says no'

# Without an abi rule a text is read as if it had the target's, composed or not.
mkdir "$scratch/raw"
echo 'profile web { template raw; network inet stream, }' >"$scratch/raw/a.aaf"
aac -q -r "$scratch/raw" -t "$top/templates" --target debian12 -o "$scratch/raw/out" \
	build --prove >"$out" 2>"$err"
run aac -r "$scratch/raw" -t "$top/templates" --target debian12 query web \
	'network inet dgram'
exits 1 'a composition without an abi rule mediates sockets'
run file "$scratch/raw/out/web" 'network inet dgram'
exits 1 'and so does what was built'

# An include that decides is looked into, and so is what it includes.
mkdir -p "$scratch/root/etc/apparmor.d/local.d" "$scratch/root/etc/apparmor.d/abi"
cp -R /etc/apparmor.d/tunables "$scratch/root/etc/apparmor.d"
cp "$abi" "$scratch/root/etc/apparmor.d/abi"
printf '# first\n/in/a r,\ninclude <local.d>\n' >"$scratch/root/etc/apparmor.d/outer"
printf '  deny /in/b w,\n' >"$scratch/root/etc/apparmor.d/local.d/one"
printf '@{PROC}/c r,\nowner @{HOME}/d r,\n' >"$scratch/root/etc/apparmor.d/local.d/two"
printf 'abi <abi/3.0>,\ninclude <tunables/global>\nprofile p {\n  include <outer>\n}\n' \
	>"$scratch/root/p"
run aac --root "$scratch/root" --target debian12 query --format json /p 'file /in/a r' \
	'file /in/b w' 'file /proc/c r' 'owner file /home/u/d r' 'file /in/x r'
exits 1 'a profile that includes files'
jq -r '[.verdict, .rule.line, .inside.file, .inside.line] | @csv' \
	"$out" | tr -d '"' | sed 's,/.*/,,' >"$scratch/got"
cat >"$scratch/wanted" <<'END'
allowed,4,outer,2
denied,4,one,1
allowed,4,two,1
allowed,4,two,2
denied,,,
END
same "$scratch/got" "$scratch/wanted" 'names the file and the line that decided'

# What a build wrote names the fragment's lines; compiled policy has none.
aac -r "$scratch/rules" -t "$top/templates" --target debian12 show --text lxc-t \
	>"$scratch/built" 2>"$err"
line=$(grep -n '/etc/passwd  *r,' "$scratch/built" | cut -d : -f 1)
printf '{"lines": [{"line": %s, "file": "rules/a.aaf", "source_line": 6, %s}]}' "$line" \
	'"source_column": 5, "fragment": "a"' >"$scratch/built.map.json"
run file "$scratch/built" 'file /etc/passwd r'
prints 'by rules/a.aaf:6:5  /etc/passwd r,' 'a built profile is named through its map'
printf '{"lines": [{"line": -1}]}' >"$scratch/built.map.json"
run file "$scratch/built" 'file /etc/passwd r'
exits 2 'a map that is none is refused'
says '\[bad-map\]' 'as that'
rm "$scratch/built.map.json"
"$parser" -qQKS --config-file /dev/null -M "$top/rules/targets/debian12.features" \
	"$scratch/built" >"$scratch/built.bin"
run file "$scratch/built.bin" 'file /etc/passwd r'
exits 0 'compiled policy is asked as it is'
prints 'names no rules' 'it tells no rule'
head -c 300 "$scratch/built.bin" >"$scratch/cut.bin"
run file "$scratch/cut.bin" 'file /etc/passwd r'
exits 2 'compiled policy that is cut off is refused'
says '\[policy-format\]' 'as that'
printf 'profile p {\n  /x q,\n}\n' >"$scratch/bad"
run file "$scratch/bad" 'file /x r'
exits 2 'text that the parser refuses'
says 'bad:2:' 'is told with its line'
: >"$scratch/empty"
run file "$scratch/empty" 'file /x r'
exits 2 'text without a profile is refused'
says 'there is no profile in it' 'as that'
run file "$scratch/none" 'file /x r'
exits 2 'a file that is not there is wrong input'

# What else recorded kernels do (tests/vectors): learning does not undo silent denials,
# and a program that no rule names may change to the profile at exec, too.
cat >"$scratch/modes" <<'END'
profile learn flags=(complain) {
  deny /silent r,
  audit deny /logged r,
  deny /program x,
}
profile change {
  change_profile /bin/a -> x,
  change_profile /bin/{b,c} -> y,
}
profile all flags=(audit) {
  /f rm,
}
END
cat >"$scratch/cases" <<'END'
learn|denied silently|file /silent r
learn|allowed, complains|file /logged r
learn|allowed, complains|file /other r
learn|allowed, complains|file /program x
change|allowed|change_profile /bin/a -> x
change|denied|change_profile /bin/a -> y
change|allowed|change_profile /bin/z -> x
change|denied|change_profile /bin/z -> z
change|allowed|change_profile -> x
all|allowed, audited|file /f r
all|allowed|file /f m
END
while IFS='|' read -r name verdict access; do
	run file --profile "$name" "$scratch/modes" "$access"
	prints "^$verdict  *$access" "in $name: $access"
done <"$scratch/cases"

# ---- mistakes -----------------------------------------------------------

run query lxc-t 'file /x q'
exits 2 'a wrong access'
says 'access 1:1:9' 'is told with its place'
run query lxc-t 'allow file /x r'
exits 2 'an access has no verdict'
run query lxc-t 'file /x* r'
exits 2 'and no pattern'
run query lxc-t 'capability chown' 'file x r'
exits 2 'with one wrong access'
is "$(cat "$out")" '' 'none is answered'
run query
exits 64 'no argument'
run query lxc-nix 'file /x r'
exits 2 'an unknown profile'
says 'lxc-nix' 'is named'
printf 'file /etc/passwd r\n\n# a comment\nfile nonsense\nfile /etc/passwd r\n' \
	>"$scratch/lines"
status=0
query lxc-t <"$scratch/lines" >"$out" 2>"$err" || status=$?
exits 2 'a wrong line on standard input'
says '^-:4:' 'is told with its line'
is "$(grep -c '^allowed' "$out")" 2 'the others are answered'
status=0
query lxc-t </dev/null >"$out" 2>"$err" || status=$?
exits 0 'no access at all is allowed'
finish
