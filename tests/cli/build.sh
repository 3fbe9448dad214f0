# aa-compose build: what it writes, what it leaves alone, and that nothing but the input
# decides about the bytes.
. "${top_srcdir:-.}/tests/support/tap.sh"
. "$top/tests/support/fleet.sh"
cd "$scratch" || exit 99

quick() # ARGUMENT...: most of these tests are not about the parser
{
	fleet --no-check "$@"
}

stamps() # FOLDER: when and where each file was written
{
	find "$1" -type f -exec stat -c '%n %i %y' {} + | sort
}

run quick build
exits 0 'build'
prints '^4 profiles for 5 containers in out: 4 written, 0 unchanged$' 'sums up'
for name in lxc-nesting lxc-docker lxc-workstation; do
	ok "$name is there" test -s "out/$name"
	ok "$name has a map" jq -e '.lines | length > 0' "out/$name.map.json"
done
ok 'the manifest' jq -e '.target == "debian12" and (.containers | length) == 6
	and .containers["105"].profile == null
	and .profiles["lxc-docker"].containers == ["102", "103"]
	and ([.inputs[].file] | index("rules/docker.aaf") != null)
	and ([.inputs[].file] | index("fleet.json") != null)' out/manifest.json
is "$(jq -r '.profiles["lxc-docker"].digest' out/manifest.json)" \
	"$(sha256sum <out/lxc-docker | cut -d ' ' -f 1)" 'digests are those of the files'
ok 'a line knows its origin' jq -e '[.lines[] | select(.fragment == "docker")][0] |
	.file == "rules/docker.aaf" and .source_line == 9' out/lxc-docker.map.json

stamps out >before
run quick build
prints '0 written, 4 unchanged$' 'a second build writes nothing'
stamps out >after
same before after 'not even a time stamp'

# Not the place, the locale, the order of the folders or the way to them.
mkdir -p other/place
cp -r rules fleet.json other/place
run env LC_ALL=tr_TR.UTF-8 TZ=Asia/Tokyo "$build/aa-compose" --no-check \
	--target debian12 -r "$scratch/other/place/rules/" -c other/place/fleet.json \
	-o other/out build
ok 'another place and locale, the same bytes' diff -r out other/out
mkdir two
mv other/place/rules/base.aaf two/base.aaf
run aac --no-check --target debian12 -r other/place/rules -r two \
	-c "$scratch/other/place/fleet.json" -o "$scratch/other/out2" build
ok 'another split into folders, the same bytes' diff -r -x manifest.json out other/out2

run quick build --format json -o fresh
ok 'the summary as JSON' jq -e '(.written | length) == 4 and .unchanged == []
	and .removed == [] and .profiles == 4 and .containers == 5' "$out"
run quick build -v
prints '^unchanged  lxc-docker$' 'a line for each profile with -v'

# Some containers only.
rm -r fresh
run quick build -o fresh 102
prints '^1 profile for 1 container in fresh: 1 written' 'build of one container'
is "$(cd fresh && echo *)" 'lxc-docker lxc-docker.map.json manifest.json' \
	'writes its profile'
ok 'and lists it alone' jq -e '(.containers | keys) == ["102"]' fresh/manifest.json
run quick build -o fresh 101 101
prints '^1 profile for 1 container' 'a container that is named twice counts once'
ok 'the manifest holds both' \
	jq -e '(.containers | keys) == ["101", "102"]' fresh/manifest.json
ok 'and the other profile is still there' test -s fresh/lxc-docker
run quick build -o fresh 1o1
exits 2 'an unknown container'
says "no container '1o1'" 'is named'
run quick build -o fresh --target debian13 101
exits 2 'half a folder for another target is refused'
says output-other-target 'as what it is'

# A profile that is no container's is nobody's to remove.
cat >rules/thing.aaf <<'END'
profile thing { template raw; attach "/usr/bin/thing"; capability chown, }
END
run quick build -o lone
prints '^5 profiles for 5 containers' 'a profile that is no container'\''s is built'
run quick build -o lone 101
prints '^1 profile for 1 container in lone: 0 written, 1 unchanged$' \
	'and survives a build of one container'
ok 'in the folder' test -s lone/thing
ok 'and in the manifest' jq -e '.profiles.thing.containers == []' lone/manifest.json
run aac -r rules --target debian12 --no-check -o alone build
prints '^1 profile for 0 containers' 'it needs no container file'
rm rules/thing.aaf

mkdir root
run aac --root root --no-check --target debian12 -r rules -c fleet.json -o /deep/out build
exits 0 'build below --root'
ok 'writes below it' diff -r -x manifest.json out root/deep/out
run sh -c 'cat fleet.json | "$0" --no-check --target debian12 -r rules -c /dev/stdin \
	-o piped build' "$build/aa-compose"
ok 'the containers may come through a pipe' diff -r -x manifest.json out piped

run quick --per-container build -o each
prints '^5 profiles for 5 containers' 'a profile for each container'
run quick --set 102:docker.data_root=/elsewhere -o fresh build
prints '^5 profiles' '--set makes one more'

# What is no longer made goes; what a person wrote stays.
sed -i.orig 's/"pct_options": \["nesting=1"\]/"pct_options": []/' fleet.json
run quick build
prints '^3 profiles .*3 unchanged, 1 removed$' 'a profile that nobody has is removed'
ok 'with its map' not test -e out/lxc-nesting.map.json
ok 'itself' not test -e out/lxc-nesting
mv fleet.json.orig fleet.json
quick -q build >"$out"
echo '# mine' >>out/lxc-nesting
sed -i.orig 's/"pct_options": \["nesting=1"\]/"pct_options": []/' fleet.json
run quick build
exits 0 'a profile that was edited'
says 'changed by hand and is kept' 'is kept'
ok 'with what was written' grep -q '^# mine' out/lxc-nesting
mv fleet.json.orig fleet.json
echo '# mine' >>out/lxc-docker
run quick build
says 'changed by hand; the build replaces it' 'an edit that is lost is announced'
rm -r out

mkdir out
echo 'a letter to my aunt' >out/lxc-docker
run quick build
exits 2 'a file that no build has written'
says 'output-not-ours' 'is not overwritten'
is "$(cat out/lxc-docker)" 'a letter to my aunt' 'not a byte of it'
is "$(cd out && echo *)" lxc-docker 'and nothing else is written'
rm out/lxc-docker
echo 'a diary' >out/lxc-docker.map.json
run quick build
exits 2 'nor one that has the name of a map'
rm out/lxc-docker.map.json
quick build >/dev/null 2>&1
rm out/manifest.json
run quick build
exits 0 'what says that it is ours is ours, manifest or not'
echo '{' >out/manifest.json
run quick build
exits 2 'a broken manifest'
says 'manifest' 'is named'
rm -r out

# Nothing is written when anything is wrong.
echo 'fragment broken { capability nonsense, }' >rules/z.aaf
run quick build
exits 2 'a broken rule'
says 'rules/z.aaf:1:' 'is located'
ok 'leaves no folder behind' not test -e out
printf 'profile lxc-odd { template nowhere; use base; }\n' >rules/z.aaf
run quick build
exits 2 'an unknown template'
says 'rules/z.aaf:1:28: error.*unknown-template' 'is located where it is named'
is "$(grep -c unknown-template "$err")" 1 'once'
rm rules/z.aaf

if [ "$(id -u)" -ne 0 ]; then
	mkdir sealed
	chmod a-w sealed
	run quick build -o sealed
	exits 3 'a folder that may not be written to is a refusal'
else
	: >file
	run quick build -o file/out
	exits 3 'a folder that cannot be made is a refusal'
fi

finish
