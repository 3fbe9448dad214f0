# ./bootstrap without a network and without touching this system: a copy of it runs
# against a dpkg-query, an apt-get, an id and a sudo that only say what they were asked.
. "${top_srcdir:-.}/tests/support/tap.sh"

tree=$scratch/tree
bin=$scratch/bin
mkdir "$tree" "$bin"
cp "$top/bootstrap" "$tree/bootstrap"

tool() # NAME LINE...
{
	name=$1
	shift
	printf '%s\n' '#!/bin/sh' "$@" >"$bin/$name"
	chmod +x "$bin/$name"
}

# Only these, and what a script cannot do without: no sudo unless a test lays one.
for name in sh awk cut sed tr cat tail dirname mkdir touch find grep env; do
	ln -s "$(command -v "$name")" "$bin/$name"
done
bare() { env -i PATH="$bin" sh "$tree/bootstrap" "$@"; }
tool apt-get 'echo "apt-get $*" >>"'"$scratch"'/asked"'
lacking='shift 3; for p; do case $p in bison|flex) ;; *) echo "installed $p"; esac; done'
tool dpkg-query "$lacking" 'exit 1'
tool id 'echo 1000'

run bare --no-install
exits 3 '--no-install fails when something is missing'
prints '^  bison  *makes the parser' 'it says what is missing, and what for'
lacks '^  gcc' 'it does not name what is there'
says 'apt-get install --no-install-recommends bison flex$' 'it says what to type'
ok 'it installs nothing' not test -e "$scratch/asked"

run bare --packages build
exits 3 'neither root nor sudo: it fails'
says 'there is no sudo; as root: apt-get install .*bison flex$' 'and says what to type'
ok 'it did not try' not test -e "$scratch/asked"

tool sudo 'echo sudo >>"'"$scratch"'/asked"' 'exec "$@"'
run bare --packages build
exits 0 'with sudo it installs'
ok 'through sudo' grep -q '^sudo$' "$scratch/asked"
ok 'the lists are renewed first' grep -q '^apt-get .*update$' "$scratch/asked"
ok 'just what is missing' grep -q \
	'^apt-get install --yes --no-install-recommends bison flex -q' "$scratch/asked"

rm "$scratch/asked"
tool id 'echo 0'
run bare --packages build
ok 'root needs no sudo' not grep -q '^sudo$' "$scratch/asked"

tool apt-get 'case "$*" in *install*) echo "E: no such package"; exit 100; esac'
run bare --packages build
exits 3 'a failing apt-get fails it'
says '^E: no such package' "with apt-get's own words"

tool dpkg-query 'shift 3; for p; do echo "installed $p"; done'
run bare --packages build run check bench ci
exits 0 'nothing is missing'
lacks . 'then it says nothing'

run bare --packages nonsense
exits 64 'an unknown group is a usage error'
run bare --nonsense
exits 64 'an unknown option is a usage error'
run bare 'a;b'
exits 64 'a target is a word'

mkdir "$scratch/with space"
cp "$top/bootstrap" "$scratch/with space/bootstrap"
run env -i PATH="$bin" sh "$scratch/with space/bootstrap" --no-install
exits 1 'a path that autotools cannot build in'
says 'without spaces' 'is told as such'

finish
