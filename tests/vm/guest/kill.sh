# shellcheck shell=sh disable=SC2154 # tap.sh, `measure`
# apply is killed at random moments, and then the power goes: the disk of this guest
# stays, and the next guest boots from it.  Whenever it was, the container starts under
# the old profile or under the new one.

configuration=/root/killed.json
one='"base"'
other='"nesting"'

# As apparmor.service does at boot.
load_as_at_boot()
{
	for file in /etc/apparmor.d/lxc-base /etc/apparmor.d/lxc-nesting; do
		[ ! -f "$file" ] || apparmor_parser -r "$file" || return
	done
}

# What the container asks for, as its owner edits it: the other one each time.  What
# apply has noted would be the new profile's name, too.
edit()
{
	sed -i 's/, "apparmor_profile": "[^"]*"//' "$configuration"
	if grep -q "$one" "$configuration"; then
		sed -i "s/$one/$other/" "$configuration"
	else
		sed -i "s/$other/$one/" "$configuration"
	fi
}

# A number from 0 to LIMIT - 1.
draw() # LIMIT
{
	echo $(($(od -An -N 2 -t u2 /dev/urandom) % $1))
}

# Milliseconds since the start.
now()
{
	read -r seconds _ </proc/uptime
	echo "${seconds%.*}${seconds#*.}0"
}

# Anywhere between its start and the time that a whole one takes; every second time the
# files alone are changed, or most of it would be the parser's time.
kill_apply() # WHOLE PLAIN
{
	# Not by a function, whose shell would be killed in its place.
	if [ "$(draw 2)" -eq 0 ]; then
		"$build/aa-compose" -q --parser-timeout 1200 -c "$configuration" apply \
			>/tmp/killed 2>&1 &
		limit=$1
	else
		"$build/aa-compose" -q -c "$configuration" --no-check apply --no-load \
			>/tmp/killed 2>&1 &
		limit=$2
	fi
	victim=$!
	usleep "$(($(draw "$limit") * 1000))"
	kill -9 "$victim" 2>/dev/null
	wait "$victim"
	result=$?
}

starts() # WHAT
{
	if ! start_container killed; then
		tap_fail "$1: the container starts" /out/lxc-killed.log
		return
	fi
	case $(label_of killed) in
	'lxc-base (enforce)' | 'lxc-nesting (enforce)')
		tap_pass "$1: the container starts: $(label_of killed)" ;;
	*) tap_fail "$1: its label is $(label_of killed)" ;;
	esac
	stop_container killed
}

measure() # VARIABLE COMMAND...
{
	began=$(now)
	variable=$1
	shift
	"$@" >/tmp/measured 2>&1 || return
	eval "$variable=$(($(now) - began))"
}

if [ ! -f "$configuration" ]; then
	echo '{ "lxc_configs": { "killed": { "apparmor_fragments": ["base"] } } }' \
		>"$configuration"
	make_container killed
	ok 'apply' aac -c "$configuration" apply
	sync
else
	ok 'the profiles that are there are loaded at boot' load_as_at_boot
	starts 'after the power went'
	ok 'apply goes on' aac -c "$configuration" apply
	run aac -c "$configuration" status
	exits 0 'and all is in sync'
	load_as_at_boot
fi
edit
measure whole aac -c "$configuration" apply
edit
measure plain aac -c "$configuration" --no-check apply --no-load
echo "# apply takes $whole ms, of its files $plain ms"
number=0
killed=0
while [ "$number" -lt 5 ]; do
	number=$((number + 1))
	edit
	kill_apply "$whole" "$plain"
	[ "$result" -ne 137 ] || killed=$((killed + 1))
	starts "kill number $number (exit code $result)"
done
echo "# $killed of $number were killed before their end"
edit
kill_apply "$plain" "$plain"
