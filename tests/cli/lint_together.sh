# Many small fragments are compiled in few runs of the parser.  Nothing but speed tells
# it: whatever a run of many has to say, each is asked about by itself, as with so many
# jobs that none is beside another.
# shellcheck disable=SC2154 # tap.sh sets them
. "${top_srcdir:-.}/tests/support/tap.sh"
. "$top/tests/support/fleet.sh"
cd "$scratch" || exit 99

if ! can_check; then
	skip 'many in one run' 'apparmor_parser does not suit debian12'
	finish
	exit
fi
cp "$build/tests/support/counted_parser" parser || exit 99
kept=$XDG_CACHE_HOME/aa-compose
mkdir -p host/etc rules
rm -f rules/*
cp -r /etc/apparmor.d host/etc/ && cp -r "$top/templates" . || exit 99

lint() # PARSER JOBS ARGUMENT...
{
	lint_parser=$1
	lint_jobs=$2
	shift 2
	aac --root "$scratch/host" -r rules -t templates --target debian12 \
		--parser "$scratch/$lint_parser" lint -j "$lint_jobs" "$@"
}

fragment() # NAME RULES
{
	printf 'fragment %s "One" {\n    when .%s is set;\n%s\n}\n' "$1" "$1" "$2" \
		>"rules/$1.aaf"
}

i=0
while [ "$i" -lt 40 ]; do
	fragment "f$i" "    /srv/$i/** rw,
    /etc/x$i/{a,b}*[0-9] rk,
    capability setuid,
    signal (send) set=(term) peer=p$i,"
	i=$((i + 1))
done
# What compiled policy tells of one of them.
fragment f0 '    /srv/0/** rw,
    /srv/0/x r,'

# ---- parsers that do not do what they should -----------------------------------------

rm -rf "$kept"
run lint parser 64
cp "$out" good.out
cp "$err" good.err
exits 1 'one has a rule too many'
says 'no-effect' 'one has a rule too many: it is told'
# With many texts it does HOW.
bad() # HOW WHAT
{
	cat >bad.parser <<END
#!/bin/sh
[ "\$1" != --version ] || exec /sbin/apparmor_parser "\$@"
real() { /sbin/apparmor_parser "\$@"; }
case \$* in
*/dev/fd/*)
	echo together >>'$scratch/bad.runs'
	$1 ;;
esac
real "\$@"
END
	chmod +x bad.parser
	: >bad.runs
	run lint bad.parser 1 --parser-timeout 5
	is "$status" 1 "$2: the exit status"
	same "$out" good.out "$2: what is found"
	same "$err" good.err "$2: what is said"
	ok "$2: it was tried" test -s bad.runs
}
# shellcheck disable=SC2016 # the script is to expand them
{
	bad ':' 'one that is right'
	bad 'exit 1' 'one that fails'
	bad 'exit 0' 'one that gives nothing'
	bad 'kill -SEGV $$' 'one that crashes'
	bad 'exec sleep 60' 'one that takes long'
	bad 'echo "Warning: what is this" >&2' 'one that says something'
	bad 'real "$@"' 'one that gives all of it twice'
	bad 'set -- "${@%/dev/fd/5}"; set -- $*' 'one that leaves a profile out'
	bad 'real "$@" | head -c 3000; exit 0' 'one that cuts off'
	bad 'echo "profile other { }" | real -QKS' 'one that gives another profile first'
	bad 'real "$@" | sed "s/lxc-lint/lxc-lent/"; exit 0' \
		'one that gives a profile another name'
}

# ---- a parser that does what it should -----------------------------------------------

# alike WHAT [MOST]: what is said and kept is the same as when each is run by itself;
# MOST: and for that the parser was run no more than so often.
alike()
{
	rm -rf "$kept" apart
	run lint parser 64
	alike_status=$status
	cp "$out" apart.out
	cp "$err" apart.err
	mv "$kept" apart
	: >parser.runs
	run lint parser 1
	is "$status" "$alike_status" "$1: the exit status"
	same "$out" apart.out "$1: what is found"
	same "$err" apart.err "$1: what is said"
	ok "$1: what is kept" diff -r apart "$kept"
	[ -z "${2-}" ] ||
		ok "$1: few runs" test "$(wc -l <parser.runs)" -le "$2"
}
# 40 texts of at most 32, the one without any rule, and the rules one by one.
alike 'good ones' 5

# ---- those that go by themselves -----------------------------------------------------

fragment f3 '    signal peer=@{profile_name},'
fragment f4 '    include <abstractions/named>'
printf 'ptrace peer=@{profile_name},\n' >host/etc/apparmor.d/abstractions/named
fragment f5 '    profile inner {
        /inner/** r,
    }'
fragment f6 '    signal peer=lxc-lint,'
fragment f9 '    /{,x}* Cx -> inner,
    profile inner { /y r, }'
alike 'some that ask for their name, or have children' 7

mkdir -p host/etc/apparmor.d/force-complain
: >host/etc/apparmor.d/force-complain/7
alike 'where a file may be singled out by its name'
rm host/etc/apparmor.d/force-complain/7

# ---- messages ------------------------------------------------------------------------

fragment f8 '    include <abstractions/base>'
alike 'one about which there is something to say'
says 'include-not-enforced' 'one about which there is something to say: it is said'
rm rules/f8.aaf
fragment f20 '    userns,'
alike 'a rule that the target does not know'
is "$status" 1 'a rule that the target does not know: it is told'
fragment f20 '    include <abstractions/sockets>'
echo 'unix (send) type=dgram,' >host/etc/apparmor.d/abstractions/sockets
alike 'an include of what is not enforced'
says 'include-not-enforced' 'an include of what is not enforced: it is told'
fragment f21 '    include <abstractions/broken>'
echo 'nonsense' >host/etc/apparmor.d/abstractions/broken
alike 'an include that the parser refuses'
says 'parser-refused' 'an include that the parser refuses: it is told'
rm host/etc/apparmor.d/abstractions/broken
alike 'an include that leads nowhere'
says 'unknown-abstraction' 'an include that leads nowhere: it is told'
finish
