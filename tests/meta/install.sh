# make install, into a scratch folder: what stands where, and that the profiles that were
# built go into apparmor.d and out of it again.
. "${top_srcdir:-.}/tests/support/tap.sh"
make=${MAKE:-make}
root=$scratch/root
made=$scratch/out
mkdir -p "$made"
echo one >"$made/lxc-one"
echo '{}' >"$made/lxc-one.map.json"
echo two >"$made/lxc-two.x"
echo '{}' >"$made/lxc-two.x.map.json"
echo '{}' >"$made/manifest.json"
echo stray >"$made/stray"
echo '{}' >"$made/gone.map.json"

install_tree() # TARGET
{
	"$make" -C "$build" "$1" DESTDIR="$root" outdir="$made" \
		prefix=/usr sysconfdir=/etc
}

run install_tree install
exits 0 'make install succeeds'
data=$root/usr/share/aa-compose
ok 'the program' test -x "$root/usr/bin/aa-compose"
ok 'the rules' cmp "$top/rules/nesting.aaf" "$data/rules/nesting.aaf"
for target in debian12 debian13 pve8 pve9; do
	ok "the target $target" test -n "$(find "$data/rules/targets" -name "$target*")"
done
ok 'the template' cmp "$top/templates/lxc.profile" "$data/templates/lxc.profile"
ok 'aa-compose(1)' test -f "$root/usr/share/man/man1/aa-compose.1"
ok 'aaf(5)' test -f "$root/usr/share/man/man5/aaf.5"
is "$(ls "$root/etc/apparmor.d")" "lxc-one
lxc-two.x" 'the profiles, and nothing else of out/'
same "$made/lxc-one" "$root/etc/apparmor.d/lxc-one" 'a profile as it was built'

echo mine >"$root/etc/apparmor.d/mine"
run install_tree uninstall
exits 0 'make uninstall succeeds'
is "$(find "$root" -type f)" "$root/etc/apparmor.d/mine" "what is the user's own stays"

rm -rf "$root" "$made"
run install_tree install
exits 0 'make install without any profile succeeds'
ok 'and makes no apparmor.d' not test -e "$root/etc"

finish
