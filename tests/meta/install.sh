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

install_tree() # TARGET [VAR=VALUE]...
{
	"$make" -C "$build" "$@" DESTDIR="$root" outdir="$made" \
		prefix=/usr sysconfdir=/etc systemdsystemunitdir=/lib/systemd/system
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
unit=$root/lib/systemd/system/aa-compose.service
ok 'the unit' test -f "$unit"
is "$(sed -n 's/^ExecStart=//p' "$unit")" \
	'/usr/bin/aa-compose load --cache -o /var/lib/aa-compose/out' \
	'starts what is installed'
is "$(grep -c '@\|^ExecStop=' "$unit")" 0 'stopping it takes nothing out'
for after in lxc.service lxc-net.service pve-guests.service; do
	ok "it comes before $after" grep -q "^Before=.*\<$after\>" "$unit"
done
ok 'it comes after apparmor.service' grep -q '^After=.*\<apparmor.service\>' "$unit"
ok 'it is not enabled' test -z "$(find "$root" -type l -name 'aa-compose*')"
for kind in ftdetect ftplugin indent syntax; do
	ok "Vim's $kind" cmp "$top/doc/editors/vim/$kind/aaf.vim" \
		"$root/usr/share/vim/vimfiles/$kind/aaf.vim"
done
same "$top/doc/editors/vscode/syntaxes/aaf.tmLanguage.json" \
	"$data/vscode/syntaxes/aaf.tmLanguage.json" "VS Code's grammar"
same "$top/doc/editors/vscode/package.json" "$data/vscode/package.json" \
	"VS Code's package"
run aac schema -r "$top/rules"
same "$out" "$data/containers.schema.json" 'the schema of container files'
run aac completion bash
same "$out" "$root/usr/share/bash-completion/completions/aa-compose" 'bash completion'
is "$(ls "$root/etc/apparmor.d")" "lxc-one
lxc-two.x" 'the profiles, and nothing else of out/'
same "$made/lxc-one" "$root/etc/apparmor.d/lxc-one" 'a profile as it was built'

echo mine >"$root/etc/apparmor.d/mine"
run install_tree uninstall
exits 0 'make uninstall succeeds'
is "$(find "$root" -type f)" "$root/etc/apparmor.d/mine" "what is the user's own stays"

# The program of another machine cannot be run: what it would print is left out.
rm -rf "$root"
run install_tree install CROSS_COMPILING=yes
exits 0 'make install of what was compiled for another machine succeeds'
says 'containers.schema.json.*left out' 'and says what is left out'
ok 'the program is there' test -x "$root/usr/bin/aa-compose"
ok 'the schema is not' not test -e "$data/containers.schema.json"
ok 'nor is the completion' not test -e "$root/usr/share/bash-completion"

rm -rf "$root" "$made"
run install_tree install
exits 0 'make install without any profile succeeds'
ok 'and makes no apparmor.d' not test -e "$root/etc"

is "$(find "$root" -name 'aa-compose.service')" "$unit" 'but with the unit'
run "$make" -C "$build" install-unit DESTDIR="$root/none" systemdsystemunitdir=
exits 0 'where no folder of units is known'
ok 'none is installed' not test -e "$root/none"

# ---- what systemd says of it ---------------------------------------------------------

# A program that is there, and units that start containers.
mkdir "$scratch/units"
for name in lxc-net lxc pve-guests pve-ha-lrm apparmor; do
	printf '%s\n' '[Unit]' Description=x '[Service]' Type=oneshot \
		ExecStart=/bin/true >"$scratch/units/$name.service"
done
printf '[Unit]\nRequires=lxc.service aa-compose.service apparmor.service\n' \
	>"$scratch/units/all.target"
sed -i 's/^Description.*/&\nDefaultDependencies=no\nBefore=sysinit.target/' \
	"$scratch/units/apparmor.service"
run "$make" -C "$build" install-unit systemdsystemunitdir="$scratch/units" \
	bindir="$build"
exits 0 'the unit for the program that was built'
verify()
{
	run env SYSTEMD_UNIT_PATH="$scratch/units:" systemd-analyze --man=no verify \
		"$scratch/units/all.target" "$scratch/units/aa-compose.service"
}
if ! command -v systemd-analyze >/dev/null; then
	skip 'what systemd says of the unit' 'there is no systemd-analyze'
else
	verify
	exits 0 'systemd takes the unit'
	silent 'without a word'
	echo 'Before=apparmor.service' >"$scratch/circle"
	sed -i "/^Before=/r $scratch/circle" "$scratch/units/aa-compose.service"
	verify
	says 'cycle' 'while it would tell of a circle'
fi

finish
