# explain: logs in all their forms, and cures that are what they say: with one the access
# is allowed, without it it is denied.
. "${top_srcdir:-.}/tests/support/tap.sh"

case=$top/tests/golden/cli/explain
cp -R "$case/rules" "$case/config.json" "$case/kernel.log" "$scratch"
chmod -R u+w "$scratch"
cd "$scratch" || exit 99

# apparmor_parser stands in sbin.
PATH=$PATH:/usr/sbin:/sbin

explain()
{
	aac --target debian12 -t "$top/templates" -r rules -c config.json -q explain "$@"
}

query() # ARGUMENT...
{
	aac --target debian12 -t "$top/templates" -r rules -c config.json -q "$@"
}

ctid_of() # ACCESS
{
	jq -r --arg access "$1" 'map(select(.access == $access))[0].containers[0]' found
}

# ---- cures ---------------------------------------------------------------------------

explain --format json kernel.log >found
is "$?" 1 'something is denied still: 1'
is "$(jq length found)" 36 'each sort of denials once'
for slug in denied-by-default denied-by-peer denied-on-purpose denial-cured \
	denial-foreign denial-unclear; do
	ok "there is one that is $slug" jq -e --arg slug $slug 'any(.slug == $slug)' found
done
for key in severity slug message file line column end_line end_column hint notes access \
	verdict rule profile containers records cure; do
	ok "each has the key $key" jq -e --arg key $key 'all(has($key))' found
done

jq -c '.[] | select(.cure and .cure.rule) |
	{access, rule: .cure.rule, ctid: .containers[0]}' found >rules.json
ok 'a dozen rules are proposed' test "$(wc -l <rules.json)" -gt 11
while read -r one; do
	access=$(printf '%s' "$one" | jq -r .access)
	ctid=$(printf '%s' "$one" | jq -r .ctid)
	case $access in
	*'-> lxc-inner') continue ;; # told in the words of change_profile
	esac
	run query query "$ctid" "$access"
	exits 1 "denied: $access"
	cp rules/app.aaf kept.aaf
	printf '%s' "$one" | jq -r .rule >rule
	sed '/audit deny \/proc/{
		h
		r rule
	}' kept.aaf >rules/app.aaf
	run query query "$ctid" "$access"
	exits 0 'with the rule it is allowed'
	cp kept.aaf rules/app.aaf
done <rules.json

for access in 'owner file /opt/tools/run x' 'owner file /srv/data/app/y w' \
	'owner file /backup/x w'; do
	ctid=$(ctid_of "$access")
	jq -r --arg access "$access" '.[] | select(.access == $access) | .cure.params |
		to_entries[] | "\(.key)=\(.value)"' found >value
	run query query "$ctid" "$access"
	exits 1 "denied: $access"
	run query --set "$ctid:$(cat value)" query "$ctid" "$access"
	exits 0 "with $(cat value) it is allowed"
done

jq '.lxc_configs["1"].apparmor_fragments = ["app", "web"]' config.json >more.json
run query -c more.json query 1 'capability net_bind_service'
exits 0 'with the fragment that is proposed it is allowed'

# What stands by intent has no cure, and no cure takes from it unsaid.
jq -r '.[] | select(.slug == "denied-on-purpose") | "\(.access): \(.cure)"' found >purpose
printf '%s: null\n' 'owner file /proc/sysrq-trigger w' 'owner file /etc/shadow w' \
	'capability sys_module' >wanted
same purpose wanted 'what is denied on purpose has no cure'

# A deny that is taken out denies no more.
run query query 1 'owner file /proc/sysrq-trigger w'
exits 1 'a deny denies'
sed -i '/sysrq-trigger/s/.*/    file \/proc\/sysrq-trigger w,/' rules/app.aaf
printf '%s\n' "$(grep sysrq kernel.log)" >one.log
run explain one.log
exits 0 'without it the denial is cured'
prints 'cured already: it is allowed now, by rules/app.aaf:21:5' 'and that is said'
cp kept.aaf rules/app.aaf

# What others deny is told, and is no answer of no.
grep 'docker-default" name="/etc/x"\|cupsd' kernel.log >others.log
run explain others.log
exits 0 'a log of profiles that are not made here: 0'
is "$(grep -c '^profile' "$out")" 2 'and each of them is told'

# A child, and a profile that is no container's.
mkdir raw
cat >raw/r.aaf <<'END'
profile daemon "A daemon" {
    template raw;
    /etc/daemon r,
    profile helper {
        /etc/helper r,
    }
}
END
sed -n 's/lxc-app" name="\/srv\/data\/app\/x"/daemon" name="\/etc\/y"/p
	s/lxc-app" name="\/srv\/data\/app\/y"/daemon\/\/helper" name="\/etc\/z"/p
	s/lxc-app" name="\/opt\/tools\/run"/daemon\/\/gone" name="\/etc\/g"/p' \
	kernel.log >raw.log
run aac --target debian12 -r raw -t "$top/templates" -q explain raw.log
exits 1 'profiles under template raw'
is "$(grep -c 'cure: a rule more: owner file /etc/y r,' "$out")" 1 'have cures'
prints 'nearest is raw/r.aaf:5:9  /etc/helper r,' 'a child is asked for itself'
prints "no cure: it is up to the child profile's own rules" 'and has its own rules'
prints 'by a profile that is not made here' 'a child that there is not is none of ours'

# ---- forms of logs -------------------------------------------------------------------

record=$(grep '/srv/data/app/x' kernel.log | sed 's/.*audit: type=1400 //')
# The log is form.log.
form() # WHAT
{
	run explain --format json form.log
	is "$(jq -c 'map([.access, .records])' "$out")" \
		'[["owner file /srv/data/app/x r",1]]' "$1"
}
body=${record#*: }

echo "[    1.0] audit: type=1400 $record" >form.log
form dmesg
echo "Nov 30 18:00:00 pve kernel: audit: type=1400 $record" >form.log
form syslog
echo "2026-11-30T18:00:00.1+01:00 pve kernel: [ 1.0] audit: type=1400 $record" >form.log
form 'a newer syslog'
echo "type=AVC msg=$record" >form.log
form audit.log
printf 'type=AVC msg=%s\035FSUID="root" OUID="root"\n' "$record" >form.log
form 'an enriched audit.log'
jq -cn --arg m "audit: type=1400 $record" '{MESSAGE: $m, PRIORITY: "5"}' >form.log
form 'journalctl -o json'
jq -n --arg m "AVC $body" '{_TRANSPORT: "audit", MESSAGE: $m}' >form.log
form 'journalctl -o json-pretty'
printf 'PRIORITY=5\nMESSAGE=audit: type=1400 %s\n' "$record" >form.log
form 'journalctl -o export'
printf 'audit: type=1400 %s\r\n' "$record" >form.log
form 'CRLF'
echo "$record" | sed 's/"\/srv\/data\/app\/x"/2F7372762F646174612F6170702F78/' >form.log
form 'a name in hexadecimal digits'
printf '\000\377\001 %s\n' "$record" | tr -d '\n' >form.log
form 'bytes of another file before it'
echo "$record" | sed 's/class="file" //' >form.log
form 'an older kernel'

run explain </dev/null
exits 0 'an empty log denies nothing'
printf '%s\n' "$record" >pipe.log
status=0
explain - <pipe.log >"$out" 2>"$err" || status=$?
exits 1 '- is standard input'
status=0
explain <pipe.log >"$out" 2>"$err" || status=$?
exits 1 'and so is nothing'

# ---- records that cannot be read -----------------------------------------------------

cut()
{
	aac --target debian12 -t "$top/templates" -r rules -c config.json \
		explain broken.log
}

len=${#record}
i=$((len - 1))
while [ $i -gt 40 ]; do
	printf '%s\n' "$record" | dd bs=1 count=$i 2>/dev/null
	echo
	i=$((i - 7))
done >broken.log
printf '%s\n' "$record" >>broken.log
run cut
says 'records of AppArmor.s cannot be explained' 'what is cut off is told'
broken=$(sed -n 's/.*warning: \([0-9]*\) records* of App.*/\1/p' "$err")
read=$(sed -n 's/^ *\([0-9]*\) records*, first.*/\1/p' "$out" |
	awk '{ sum += $1 } END { print sum }')
is $((broken + read)) "$(grep -c . broken.log)" 'no record is lost'

# Two writers in one line: the first is broken, the second is whole.
first=$(printf '%s' "$record" | sed 's/name=.*//')
printf '%s%s\n' "$first" "$record" >broken.log
run cut
says '1 record of AppArmor.s cannot be explained' 'a record that another broke into'
prints 'file /srv/data/app/x r' 'and the other is explained'

printf '%s\n' "$first" >broken.log
run cut
exits 2 'a log of nothing but broken records is wrong'
run explain nowhere.log
exits 2 'and so is one that is not there'
says "there is no log 'nowhere.log'" 'which is said'
mkdir folder
run explain folder
exits 2 'a folder is no log'

# A program's name cannot hide what stands behind it.
printf '%s\n' "$record" | sed 's/comm="[^"]*"/comm="apparmor="/' >form.log
form 'a sly name'

# ---- much ----------------------------------------------------------------------------

awk -v record="$record" 'BEGIN {
	for (i = 0; i < 200000; i++) {
		print "kernel: usb 1-1: new device number " i
		if (i % 2) print record
	}
}' >long.log
run explain --format json long.log
is "$(jq -c 'map([.access, .records])' "$out")" \
	'[["owner file /srv/data/app/x r",100000]]' 'equal records of a long log are one'

# ---- learning ------------------------------------------------------------------------

explain --learn seen kernel.log >learned.aaf
is "$?" 1 'what cannot be learned is an answer of no'
run aac fmt --check learned.aaf
exits 0 'a learned fragment is laid out as fmt does'
cp learned.aaf rules/seen.aaf
jq '.lxc_configs |= map_values(.apparmor_fragments = ["app", "seen"])' config.json \
	>more.json
run query -c more.json query 1 'capability net_bind_service' 'file /etc/a rw' \
	'owner file /opt/tools/run x' 'mount options=(rslave) -> /' \
	'signal send set=kill peer=unconfined' 'umount /mnt/'
exits 0 'with it the log would pass'
rm rules/seen.aaf
grep -v 'sysrq-trigger\|ptrace' kernel.log | grep '10.0000\(0[3-9]\|1[0-9]\)' >fine.log
run explain --learn seen fine.log
exits 0 'where all is learned the answer is yes'
silent 'and nothing is left out'
run explain --learn app fine.log
exits 64 'a name that is taken is refused'
run explain --learn 'a b' fine.log
exits 64 'and so is one that is none'
for n in 1 22 333; do
	echo "$record" | sed "s/app\/x/$n\/cache-0a1b2c3d4e5f\/data.7/"
done >many.log
run explain --learn seen --generalize many.log
prints 'owner file /srv/data/\[0-9\]\*/cache-\[0-9a-f\]\*/data.\[0-9\]\* r,' \
	'numbers and hashes become globs when that is asked for'
is "$(grep -c file "$out")" 1 'one for all of them'
run explain --learn seen many.log
is "$(grep -c file "$out")" 3 'and else each is a rule'

finish
