# aa-compose load --cache: what was compiled once is loaded again without compiling, as
# long as nothing has changed, and whatever else stands in the cache is compiled anew.
# The kernel is a folder that looks like one.
. "${top_srcdir:-.}/tests/support/tap.sh"
. "$top/tests/support/halving.sh"
. "$top/tests/support/apparmorfs.sh"
needs_parser 'what is kept is what apparmor_parser makes'
cd "$scratch" || exit 99
real=$(command -v "$parser")

root=$scratch/root
fs=$root/sys/kernel/security/apparmor
base=$root/etc/apparmor.d
mkdir -p "$root/etc" rules "$fs" extra
cp -R /etc/apparmor.d "$root/etc/"
cp -R "$top/templates" templates
cp -R "$top/rules/targets" rules
mkdir -p "$base/mine.d"
echo '/folder r,' >"$base/mine.d/a"
echo '/nested r,' >"$base/nested"
printf '# not an include: include <nowhere>\n#include <nested>\n' >"$base/mine"
echo '/absolute r,' >extra/absolute
cat >rules/a.aaf <<END_OF_RULES
fragment a "for the test" {
    /a r,
    include <mine>
    include <mine.d>
    include if exists <local/perhaps>
    include "$scratch/extra/absolute"
}
profile one "one" { template raw; use a; }
profile two "another" { template raw; use a; /b r, }
END_OF_RULES
make_features "$top/rules/targets/debian12.features" "$fs/features"
mkdir -p "$fs/features/policy"
echo yes >"$fs/features/policy/set_load"
: >"$fs/.replace"
# Every compilation leaves a line in counted.runs.
cp "$build/tests/support/counted_parser" counted

build()
{
	run aac --root root -r rules -t templates --parser "$real" \
		--target debian12 -o out build
	exits 0 'a build'
}

load() # ARGUMENT...
{
	: >counted.runs
	rm -rf "$XDG_CACHE_HOME"
	rm -f "$fs/.replace"
	: >"$fs/.replace"
	run aac --root root --parser ./counted -o out load "$@"
}

compiled()
{
	wc -l <counted.runs
}

# Both are compiled again, and kept again.
misses() # WHAT
{
	load --cache
	exits 0 "$1"
	is "$(compiled)" "${2-2}" 'is compiled anew'
	cp "$fs/.replace" first
	load
	same first "$fs/.replace" 'and right'
	load --cache
	is "$(compiled)" 0 'and kept'
	same first "$fs/.replace" 'as it is'
}

build
load
exits 0 'loading without a cache'
cp "$fs/.replace" wanted
ok 'keeps nothing' not test -e "$root/var"
load --cache
exits 0 'with one'
silent 'loading'
prints '^2 profiles loaded, 0 from the cache$' 'compiles what is not in it'
is "$(compiled)" 2 'each once'
same wanted "$fs/.replace" 'to the same'
cache=$(find "$root/var/cache/aa-compose/policy" -mindepth 1 -maxdepth 1)
is "$("$real" --print-cache-dir --cache-loc "$root/var/cache/aa-compose/policy" \
	--kernel-features "$fs/features" 2>/dev/null)" "$cache" \
	'into the folder in which apparmor_parser would look'
cat "$cache/one" "$cache/two" >kept
same wanted kept 'by the names of the profiles'
is "$(stat -c %a "$root/var/cache/aa-compose/policy")" 700 'which others do not write in'
load --cache -v
exits 0 'the next time'
prints '^loaded  *one (cached)$' 'it is taken from there'
prints '^2 profiles loaded, 2 from the cache$' 'and told'
is "$(compiled)" 0 'nothing is compiled'
same wanted "$fs/.replace" 'and the kernel gets the same'
load --cache --format json two
is "$(jq -c . "$out")" '{"loaded":["two"],"cached":["two"]}' 'as JSON, too'
load
is "$(compiled)" 2 'without --cache all is compiled'

# ---- what has changed ----------------------------------------------------------------

sed -i 's,/b r,/c r,' rules/a.aaf
build
misses 'a text that has changed' 1
echo '/nested w,' >>"$base/nested"
misses 'a file that an included file includes'
echo '/more r,' >"$base/mine.d/b"
misses 'a file more in an included folder'
rm "$base/mine.d/a"
misses 'one less'
mkdir -p "$base/local"
echo '/perhaps r,' >"$base/local/perhaps"
misses 'one that is there now'
rm "$base/local/perhaps"
misses 'and is no longer'
echo '/absolute w,' >>extra/absolute
misses 'one that is named by its whole path'
mkdir -p "$base/force-complain"
: >"$base/force-complain/stdin"
misses 'what turns the parser to complain mode'
rm "$base/force-complain/stdin"
load --cache
echo '# another' >>"$base/abi/3.0"
misses 'the policy features'
echo '# another' >>counted
misses 'the parser'
echo 'create' >"$fs/features/caps/another"
misses 'the kernel'
is "$(find "$root/var/cache/aa-compose/policy" -mindepth 1 -maxdepth 1 | wc -l)" 2 \
	'has another folder'
rm "$fs/features/caps/another"
load --cache
is "$(compiled)" 0 'and the one before finds its own again'
touch "$base/nested" counted
load --cache
is "$(compiled)" 0 'times do not matter'
echo '/unrelated r,' >"$base/unrelated"
load --cache
is "$(compiled)" 0 'nor does what is not included'

# ---- what is not ours ----------------------------------------------------------------

cp -a "$cache" good
damage() # WHAT COMMAND...
{
	what=$1
	shift
	rm -rf "$cache"
	cp -a good "$cache"
	(cd "$cache" && "$@")
	misses "$what" 1
}

flip()
{
	printf '\377' | dd of=one bs=1 seek=900 conv=notrunc 2>/dev/null
}

swap()
{
	cp two one && cp .two.key .one.key
}

foreign()
{
	"$real" -qQKS --config-file /dev/null --kernel-features "$fs/features" \
		"$scratch/foreign" >one
}

newer()
{
	sed "s/ .*/ $(sha256sum <two | cut -c 1-64)/" .one.key >key && mv key .one.key
}

echo 'profile one { /** rw, }' >foreign
damage 'policy that was cut off' truncate -s 1000 one
damage 'policy of which a byte differs' flip
damage 'policy that is empty' truncate -s 0 one
damage 'policy that is gone' rm one
damage 'policy that another has compiled' foreign
damage 'policy and key of another profile' swap
damage 'a key that is gone' rm .one.key
damage 'a key that is none' cp /etc/passwd .one.key
damage 'a key that was cut off' truncate -s 70 .one.key
damage 'the key of other policy' newer
damage 'a link' sh -c 'mv one other && ln -s other one'
rm -rf "$cache"
cp -a good "$cache"
mkdir "$cache/folder" && rm "$cache/one" && mv "$cache/folder" "$cache/one"
load --cache
exits 0 'a folder in its place'
is "$(compiled)" 1 'is no policy'
says 'warning.*cache-unusable' 'and is told, as nothing can be kept'
rm -rf "$cache"
misses 'a folder that is gone'

# ---- what cannot be kept -------------------------------------------------------------

chmod 777 "$cache"
load --cache
exits 0 'a folder in which others may write'
says 'others may write in it.*cache-unusable' 'is told'
is "$(compiled)" 2 'and not used'
chmod 700 "$cache"
rm -r "$root/var/cache"
: >"$root/var/cache"
load --cache
exits 0 'where no folder can be made'
says 'policy: Not a directory.*cache-unusable' 'it is told'
is "$(compiled)" 2 'and all is loaded'
rm -r "${root:?}/var"
rm "$fs/.replace"
mkdir "$fs/.replace"
run aac --root root --parser ./counted -o out load --cache
exits 3 'what the kernel refuses'
is "$(find "$root/var" -name one)" '' 'is not kept'
rmdir "$fs/.replace"
finish
