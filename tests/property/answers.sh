# Answers that are given again: `query` asked in a stream, where it remembers by the
# states that an access leads to, against the same accesses as arguments, each of which is
# decided and looked for anew.  AAC_ANSWERS=N asks for N accesses of each profile,
# AAC_SEED draws others.
. "${top_srcdir:-.}/tests/support/tap.sh"
. "$top/tests/support/halving.sh"

needs_parser 'queries are decided on policy that apparmor_parser makes'
count=${AAC_ANSWERS:-800}
asked=0

# The accesses of $scratch/accesses, at once and one by one, are answered alike in each
# format; so they are when they come twice.
alike() # WHAT ARGUMENT...
{
	what=$1
	shift
	for format in text json; do
		one=0
		tr '\n' '\0' <"$scratch/accesses" |
			xargs -0 -x -n "$((count + 1))" -s 1000000 \
				"$build/aa-compose" --format "$format" "$@" \
				>"$scratch/anew" 2>"$err" || one=$?
		status=0
		cat "$scratch/accesses" "$scratch/accesses" |
			aac --format "$format" "$@" >"$out" 2>"$err" || status=$?
		# xargs says 123 for a 1.
		is "$one" "$((status * 123))" "$what, $format: the exit codes"
		cat "$scratch/anew" "$scratch/anew" >"$scratch/twice"
		same "$scratch/twice" "$out" "$what, $format: the answers"
	done
	asked=$((asked + 2 * count))
	cat "$scratch/twice" >>"$scratch/all"
}

accesses() # FILE
{
	awk -f "$top/tests/property/answers.awk" -v count="$count" \
		-v seed="$((${AAC_SEED:-1} + asked))" "$1" >"$scratch/accesses"
	echo 'file /bin/pig x' >>"$scratch/accesses"
}

# ---- profiles that somebody wrote ------------------------------------------

mkdir -p "$scratch/local/more.d"
printf '  /inc/** r,\n  deny /inc/no/** w,\n  include "%s"\n' "$scratch/local/deeper" \
	>"$scratch/local/one"
printf '  audit /deep/{a,b}* rw,\n  owner /inc/own/* w,\n' >"$scratch/local/deeper"
printf '  /inc/*/part rk,\n' >"$scratch/local/more.d/a"
printf '  deny /inc/b/** x,\n  /part/** mr,\n' >"$scratch/local/more.d/b"
cat >"$scratch/odd" <<END
@{dirs} = /var/lib /srv
alias /old/ -> /var/lib/,
profile main {
  include "$scratch/local/one"
  include "$scratch/local/more.d"
  include if exists "$scratch/local/none"
  @{dirs}/** rw,
  deny @{dirs}/secret/** w,
  audit deny @{dirs}/logged* rwklx,
  owner /home/*/** rwkl,
  /home/*/.ssh/ r,
  /home//twice/** r,
  /e/f/g r,
  /e/f/ r,
  /bin/[a-f]* ix,
  /bin/fu px,
  /bin/pi* px -> ping,
  /bin/{k,l}b* cx -> kid,
  /bin/u? Ux,
  /opt/** PUx,
  deny /bin/evil x,
  deny /bin/w1? x,
  /lib/[a-m]* mr,
  /lib/[^a-m]* m,
  /proc/[0-9]*/{stat,status} r,
  audit /proc/sys/** r,
  deny /proc/sys/[^k]*/** w,
  link /l/* -> /m/**,
  /l/** l,
  mount fstype=proc [a-m]* -> /e/**,
  mount options=(bind) /home/** -> /l/**,
  deny mount fstype=tmpfs -> /**/w[0-9]*/,
  audit umount /**/w*/,
  pivot_root oldroot=/var/** /srv/**,
  signal send set=(kill, term) peer=peer[0-4]*,
  deny signal peer=*w1*,
  ptrace (read, trace) peer=peer[5-9]*,
  unix bind type=stream,
  dbus send bus=system path=/*/w* interface=a.* peer=(label=peer*),
  change_profile /bin/* -> peer*,
  network inet stream,
  profile kid {
    /kid/** rw,
    deny /kid/x/* w,
  }
}
profile learn flags=(complain) {
  /a/** r,
  deny /a/b* w,
  audit deny /bin/* x,
}
profile free flags=(unconfined) {
}
profile nothing {
  capability chown,
}
profile other {
  signal receive set=term peer=main,
  deny ptrace peer=main,
}
profile all flags=(audit) {
  /f/* rm,
  file,
  deny /sys/** w,
}
END
cat "$scratch"/local/[!m]* "$scratch"/local/more.d/* "$scratch/odd" >"$scratch/text"
for name in main main//kid learn free nothing other all; do
	accesses "$scratch/text"
	alike "$name" --target debian12 query --profile "$name" "$scratch/odd"
done

# ---- ours ------------------------------------------------------------------

cat "$top"/rules/*.aaf >"$scratch/text"
accesses "$scratch/text"
for target in debian12 pve8; do
	for number in 952 956; do
		alike "$number for $target" -r "$top/rules" -t "$top/templates" \
			-c "$top/examples/phoenix_lxc_configs.json" --target "$target" \
			query "$number"
	done
done
"$build/aa-compose" -q -r "$top/rules" -t "$top/templates" --target debian12 -o \
	"$scratch/built" -c "$top/examples/phoenix_lxc_configs.json" build \
	>"$out" 2>"$err" || cat "$err"
for file in "$scratch"/built/*.map.json; do
	alike 'a built file with its map' --target debian12 query "${file%.map.json}"
	rm "$file"
	alike 'and without' --target debian12 query "${file%.map.json}"
	break
done

# ---- what there was to answer ------------------------------------------------

ok "$asked accesses" test "$asked" -gt 0
for sort in '"verdict": "allowed", "audited": true' \
	'"verdict": "denied", "audited": true' \
	'"quiet": true' '"mediated": false' '"complain": true' \
	'"exec": "px -> ping"' '"inside": {' '"nearest": {' \
	'"text": "mount ' '"text": "deny signal'; do
	ok "some have $sort" grep -qF "$sort" "$scratch/all"
done
finish
