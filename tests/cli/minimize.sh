# build --minimize: rules that another covers, though their texts do not tell, are left
# out; what is built allows and logs the same, and nothing else is missing.
. "${top_srcdir:-.}/tests/support/tap.sh"
. "$top/tests/support/halving.sh"
. "$top/tests/support/fleet.sh"
needs_parser 'build --minimize'
compare=$build/tests/property/compare_tool
cd "$scratch" || exit 99

mkdir small
cat >small/a.aaf <<'END'
fragment a {
	include <abstractions/consoles>
	/proc/** r,
	@{PROC}/x/y r,
	/dev/console rw,
	/a/[ab] w,
	/a/{b,a} w,
	/b/* r,
	audit /b/c r,
	/c/** rw,
	owner /c/d r,
	/d/** Px,
	/d/e Px -> other,
	deny /e/** w,
	deny /e/[f] w,
	audit deny /e/g w,
	mount options=(ro, bind) /s/ -> /t/,
	mount options=(nosuid, bind) /s/ -> /t/,
	capability kill,
	signal send peer=@{profile_name},
	signal send peer=x,
	set rlimit nofile <= 10,
	profile inner { @{PROC}/x r, /proc/* r, }
}
profile lxc-small { use a; when .name == "plain"; }
END
small() # OUTDIR OPTION...
{
	out_folder=$1
	shift
	run aac -r small -c fleet.json --target debian12 -o "$out_folder" build 105 "$@"
	exits 0 "build $*"
}

small whole
small less --minimize
dropped()
{
	jq -r '.dropped[].rule' "$1/lxc-small.map.json" | sort
}
dropped whole >whole.dropped
dropped less >less.dropped
comm -13 whole.dropped less.dropped >out.dropped
printf '%s\n' '/dev/console rw,' '@{PROC}/x/y r,' | sort >wanted
same out.dropped wanted 'what another covers is left out, and nothing else'
is "$(jq -r '.dropped[] | select(.rule == "@{PROC}/x/y r,") | .by.rule' \
	less/lxc-small.map.json)" '/proc/** r,' 'the map names the one that covers it'
ok 'it is no longer in the text' not grep -q '/x/y' less/lxc-small
for folder in whole less; do
	compile $folder/lxc-small >$folder.bin
done
run "$compare" compare whole.bin less.bin
exits 0 'the policy is the same'
is "$("$compare" compare whole.bin less.bin | wc -l)" 0 'proved'

small again --minimize --prove
same again/lxc-small less/lxc-small 'the same once more'
run aac -r small -c fleet.json --target debian12 -o no build --minimize --no-check
exits 64 '--minimize with --no-check'
finish
