# The example, of all shipped fragments, for each target whose parser is at hand: composed
# profiles are the plain union of their rules, proved by build --prove.
. "${top_srcdir:-.}/tests/support/tap.sh"
. "$top/tests/support/halving.sh"
needs_parser 'the shipped rules proved'
cd "$scratch" || exit 99

for target in debian12 pve8; do
	run aac -r "$top/rules" -t "$top/templates" --target $target -o "out-$target" \
		-c "$top/examples/phoenix_lxc_configs.json" build --prove
	exits 0 "the example for $target"
	prints '^8 profiles' 'all of it'
done
if [ -z "${AAC_PARSER41-}" ]; then
	skip 'the example for debian13 and pve9' 'AAC_PARSER41 names none'
elif ! [ -d /etc/apparmor.d/abstractions/lxc ]; then
	skip 'the example for debian13 and pve9' 'LXC is not installed'
else
	# Their parser brings its own abi; what LXC installs it can read here as well.
	mkdir -p root/etc
	cp -r /etc/apparmor.d root/etc
	cp -r "$top/rules" "$top/templates" "$top/examples" root
	for target in debian13 pve9; do
		cp "$top/rules/targets/$target.features" root/etc/apparmor.d/abi/4.0
		run aac --root "$scratch/root" -r /rules -t /templates --target $target \
			--parser "$AAC_PARSER41" -o "out-$target" \
			-c /examples/phoenix_lxc_configs.json build --prove
		exits 0 "the example for $target"
		prints '^8 profiles' 'all of it'
	done
fi
finish
