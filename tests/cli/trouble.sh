# apply and revert in bad company: locks that others hold, two runs at once, kill -9 at
# any moment, a disk that is full, a folder that may not be written to.
#
# AAC_KILLS=N sets how often a run is killed.
. "${top_srcdir:-.}/tests/support/tap.sh"
. "$top/tests/support/fleet.sh"
. "$top/tests/support/site.sh"
cd "$scratch" || exit 99

apply() # ROOT ARGUMENT...
{
	where=$1
	shift
	put "$where" apply --no-check --no-load -q "$@"
}

site old
cp -a old new
apply new >"$out" 2>&1
look old look.old
look new look.new

is_one() # FOLDER LOOK
{
	look "$1" now
	diff "$2" now && settled "$1"
}

# ---- locks ---------------------------------------------------------------------------

if command -v flock >/dev/null; then
	cp -a old root
	mkdir -p root/run/lock/lxc
	lock=root/run/lock/lxc/pve-config-101.lock
	flock "$lock" sleep 1 &
	apply root >"$out" 2>&1
	is $? 0 'a lock that Proxmox holds for a moment is waited for'
	wait
	ok 'and then all is done' is_one root look.new
	rm -rf root
	cp -a old root
	mkdir -p root/run/lock/lxc
	: >ready
	flock "$lock" sh -c 'rm ready; exec sleep 30' &
	holder=$!
	while [ -e ready ]; do sleep 0.05; done
	run apply root
	exits 3 'one that is held for long is a refusal'
	says 'another program holds the lock .*pve-config-101.lock.*\[file-busy\]' \
		'and told'
	ok 'and nothing has changed' is_one root look.old
	kill "$holder"
	wait
	rm -rf root
else
	skip 'locks that others hold' 'no flock: apt-get install util-linux'
fi

# ---- two at once ---------------------------------------------------------------------

two_at_once() # both succeed, and the end is one of theirs
{
	rm -rf root
	cp -a old root
	apply root >first 2>&1 &
	first=$!
	apply root --mode inline >second 2>&1
	second_status=$?
	wait "$first"
	[ "$?-$second_status" = 0-0 ] || { cat first second; return 1; }
	settled root || return 1
	aac --root root revert --all >first 2>&1 || { cat first; return 1; }
	is_one root look.old
}

i=0
bad=
while [ $i -lt 15 ]; do
	two_at_once >said 2>&1 || { cat said; bad=$i; break; }
	i=$((i + 1))
done
is "$bad" '' 'two runs at once wait for each other, fifteen times'

# ---- kill -9 -------------------------------------------------------------------------

never_torn() # FOLDER: each file is old or new
{
	find "$1" -path '*/var/lib/aa-compose' -prune -o -path "$1/run" -prune -o \
		-type f ! -name '.*.aa-compose' -print | while read -r file; do
		cmp -s "$file" "old/${file#"$1"/}" ||
			cmp -s "$file" "new/${file#"$1"/}" ||
			{ echo "$file is torn"; return 1; }
	done
}

# Kill a run after a while that differs each time, by its own id.
kill_one() # NUMBER
{
	rm -rf root
	case $(($1 % 3)) in
	0) cp -a old root && set -- "$1" apply --no-check --no-load --mode include ;;
	1) cp -a new root && set -- "$1" revert --all ;;
	2) cp -a new root && set -- "$1" apply --no-check --no-load --mode inline ;;
	esac
	number=$1
	shift
	"$build/aa-compose" --root root -r rules -c /srv/fleet.json --target debian12 -q \
		"$@" >said 2>&1 &
	victim=$!
	sleep "0.0$(printf %03d $((number * 7919 % 400)))"
	kill -KILL "$victim" 2>/dev/null
	wait "$victim" 2>/dev/null
	case $* in
	*inline*) ;;
	*) never_torn root || return 1 ;;
	esac
	# The next run settles it: revert, or apply itself.
	if [ $((number % 2)) -eq 0 ]; then
		aac --root root -q revert >said 2>&1 || [ $? -eq 64 ] ||
			{ cat said; return 1; }
	fi
	apply root --mode include >said 2>&1 || { cat said; return 1; }
	is_one root look.new || return 1
	aac --root root revert --all >said 2>&1 || { cat said; return 1; }
	is_one root look.old
}

i=0
bad=
while [ $i -lt "${AAC_KILLS:-40}" ]; do
	kill_one $i >why 2>&1 || { cat why; bad=$i; break; }
	i=$((i + 1))
done 2>/dev/null
is "$bad" '' "killed ${AAC_KILLS:-40} times, nothing is lost and nothing torn"

# ---- a file that changes while the plan is made ---------------------------------------

# An apparmor_parser that somebody is faster than: when it compiles, the file changes.
cat >parser <<END
#!/bin/sh
case " \$* " in
*' --stdout '*)
	[ ! -e "$scratch/hit" ] || echo ' ' >>"$scratch/root/srv/real/fleet.json"
	rm -f "$scratch/hit"
	;;
esac
exec apparmor_parser "\$@"
END
chmod +x parser
rm -rf root
cp -a old root
run put root check --parser "$scratch/parser"
if [ "$status" -eq 0 ]; then
	: >hit
	run put root apply --parser "$scratch/parser" --no-load
	exits 3 'a container file that changes while the profiles are checked'
	says "fleet.json' was changed since it was read.*file-changed" 'is refused'
	is "$(tail -n 1 root/srv/real/fleet.json)" ' ' 'and keeps the change'
	ok 'nothing else is written' not test -e root/etc/apparmor.d
	rm -rf root
	cp -a old root
	cp rules/docker.aaf .
	sed -i '$s/}/expect { deny file \/srv\/x r; } }/' rules/docker.aaf
	run put root apply --no-load
	exits 1 'a profile that is not what its rule file expects'
	says 'expect-failed' 'is told'
	ok 'and not brought into use' not test -e root/etc/apparmor.d
	cp docker.aaf rules
else
	skip 'a file that changes meanwhile' 'this apparmor_parser is not for debian12'
fi

# ---- no room, no permission ----------------------------------------------------------

mounted=
trap '[ -z "$mounted" ] || umount "$mounted"
	chmod -R u+rwX "$scratch"
	rm -rf "$scratch"' EXIT
rm -rf root
mkdir small
if [ "$(id -u)" -eq 0 ] && mount -t tmpfs -o size=512k none small 2>/dev/null; then
	mounted=$scratch/small
	cp -a old small/root
	# From a disk that is full to one with just enough room.
	room=0
	done_at=
	while [ "$room" -le 200 ]; do
		rm -f small/fill
		dd if=/dev/zero of=small/fill bs=1k count=512 2>/dev/null
		truncate -s "-$((room * 1024))" small/fill
		status=0
		apply small/root >"$out" 2>"$err" || status=$?
		if [ "$status" -eq 0 ]; then
			done_at=$room
			break
		fi
		[ "$status" -eq 3 ] || { cat "$err"; break; }
		is_one small/root look.old >why 2>&1 || { cat why "$err"; break; }
		room=$((room + 4))
	done
	ok 'a full disk: nothing changes until there is room for all' test -n "$done_at"
	ok 'and there was a time without' test "${done_at:-0}" -gt 4
	rm -f small/fill
	ok 'then all is done' is_one small/root look.new
	mount -o remount,ro small
	run aac --root small/root revert --all
	exits 3 'a read-only file system is a refusal'
	mount -o remount,rw small
	ok 'and changes nothing' is_one small/root look.new
	umount small
	mounted=
else
	skip 'a full disk' 'only root can mount a small one'
fi

sealed() # FOLDER
{
	if [ "$(id -u)" -eq 0 ]; then
		chattr +i "$1" 2>/dev/null
	else
		chmod a-w "$1"
	fi
}

cp -a old root
mkdir -p root/etc/apparmor.d
look root look.sealed
for folder in etc/pve/nodes/here/lxc srv/real etc/apparmor.d; do
	if ! sealed "root/$folder"; then
		skip "a folder that may not be written to: $folder" \
			'this file system seals none for root'
		continue
	fi
	run apply root
	[ "$(id -u)" -ne 0 ] || chattr -i "root/$folder"
	chmod u+w "root/$folder"
	exits 3 "a folder that may not be written to: $folder"
	ok 'changes nothing anywhere' is_one root look.sealed
done

finish
