#!/bin/sh
# Stands in for apparmor_parser: what it makes of a profile called `two` is cut off, the
# rest is whole, so that the kernel gets a set in which one profile is bad.
PATH=/usr/sbin:/usr/bin
export PATH
case " $* " in
*' --version '*) exec apparmor_parser "$@" ;;
esac
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cat >"$work/text"
apparmor_parser "$@" <"$work/text" >"$work/policy" || exit
if grep -q '^profile two' "$work/text"; then
	head -c 400 "$work/policy"
else
	cat "$work/policy"
fi
