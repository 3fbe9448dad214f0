# build --prove: what composing leaves out changes nothing; it says so when it does, and
# tells of denies that override allows where the rules' texts do not tell.
. "${top_srcdir:-.}/tests/support/tap.sh"
. "$top/tests/support/halving.sh"
. "$top/tests/support/fleet.sh"
needs_parser 'build --prove'
cd "$scratch" || exit 99

run fleet build --prove --no-check
exits 64 '--prove with --no-check'

# ---- rules that are left out ---------------------------------------------------------

mkdir left
cat >left/a.aaf <<'END'
fragment wide {
	/a/** rw,
	mount fstype=proc -> /proc/,
	audit /b r,
	signal (send, receive) peer=x,
	deny /c/** w,
	profile inner { /x/** r, /x/y r, }
}
fragment narrow {
	/a/b r,
	/a/{b,c}/* w,
	mount fstype=proc -> /proc/,
	mount options=(rw, bind) /s/ -> /t/,
	mount options=(bind) /s/ -> /t/,
	/b r,
	signal send peer=x,
	deny /c/d w,
	profile inner { /x/z r, }
}
profile lxc-left { use wide, narrow; when .name is set; }
END
left() # OPTION...
{
	aac -r left -c fleet.json --target debian12 -o out-left "$@"
}

run left build --prove
exits 0 'rules that others cover'
ok 'were left out' test "$(jq '.dropped | length' out-left/lxc-left.map.json)" -ge 5

# A parser that loses a rule when it is told the rules that were left out, too.
cat >losing <<END
#!/bin/sh
case " \$* " in
*' --version '*) exec "$parser" --version ;;
esac
text=\$(cat)
case \$text in
*'/a/b r,'*) text=\$(printf '%s\\n' "\$text" | grep -v '^ */a/..  *rw,') ;;
esac
printf '%s\\n' "\$text" | exec "$parser" "\$@"
END
chmod +x losing
rm -r out-left
run left --parser "$scratch/losing" build --prove
exits 1 'a difference'
says 'composing profile lxc-left changed it: .file /a/[^ ]* r*w.* is allowed' \
	'is told with an access'
says 'not-proved' 'by its word'
ok 'and nothing is written' test ! -e out-left

# ---- denies over allows --------------------------------------------------------------

mkdir denied
cat >denied/a.aaf <<'END'
fragment a {
	@{PROC}/driver/** r,
	/x/[a-c] w,
	mount options=(ro, nosuid, remount) -> /y/,
	change_profile -> other,
	accept deny-overrides "wanted";
	@{PROC}/other/** r,
	/w{,/} r,
	deny /proc/**/secret r,
	deny /x/[c-e] w,
	deny mount fstype=ext4,
	deny /proc/*/attr/exec w,
	deny /w/ r,
}
profile lxc-denied { use a; when .name is set; }
END
denied()
{
	aac -r denied -c fleet.json --target debian12 -o out-denied "$@"
}
run denied build
exits 0 'denies over allows'
run denied build --prove
exits 0 'and proved'
says "'@{PROC}/driver/\*\* r,' is overridden in part" 'a variable'
says "denied by 'deny /proc/\*\*/secret r,', as is 'file /proc/driver/[^ ]*secret r'" \
	'with an access'
says "'/x/\[a-c\] w,' is overridden in part" 'patterns that overlap'
is "$(grep -c '\[deny-overrides\]' "$err")" 3 'and no others'
lacks "$err" 'other' 'not what an accept settles'
lacks "$err" 'attr/exec' 'not what parsers add to a rule'
lacks "$err" 'ext4' 'nor what old ones read into it'

finish
