# diff: what is planted is told, with an access; what is the same is proved to be; of
# files, folders, containers and profiles; by two parsers.
. "${top_srcdir:-.}/tests/support/tap.sh"
. "$top/tests/support/halving.sh"
. "$top/tests/support/fleet.sh"
needs_parser 'diff'
cd "$scratch" || exit 99

differ() # ARGUMENT...
{
	run aac --target debian12 diff "$@"
}

cat >a.profile <<'END'
abi <abi/3.0>,
profile one {
	/a/** r,
	/bin/x Px,
	capability kill,
	mount options=(ro, bind) /s/ -> /t/,
	profile inner { /i r, }
}
END
cat >b.profile <<'END'
abi <abi/3.0>,
profile one {
	/a/** rw,
	audit /a/b r,
	/bin/x Px -> other,
	mount options=(ro, bind) /s/ -> /t/,
	profile inner { /i r, }
	profile more { /m r, }
}
END

differ ./a.profile ./b.profile
exits 1 'two files'
cat >want <<'END'
one:
  - capability kill
  + file /a/a w
  ! file /a/b r    # allowed, now logged
  ~ file /bin/x x    # Px -> other, was Px
+ profile one//more
END
same "$out" want 'every difference, a line each'
differ ./a.profile ./b.profile --widening-only
exits 1 '--widening-only: what B allows more'
is "$(grep -c '^  [+~]' "$out")" 2 'is told'
is "$(grep -c '^  [-!]' "$out")" 0 'and nothing else'
differ ./b.profile ./a.profile --widening-only
exits 1 'a profile that is gone'
prints '^- profile one//more$' 'counts as well'
sed '/capability/d' a.profile >less.profile
differ ./a.profile ./less.profile --widening-only
exits 0 '--widening-only: what is only lost'
prints '^nothing more is allowed: 2 profiles$' 'is no matter'

cat >same.profile <<'END'
abi <abi/3.0>,
profile two {
	mount options=(bind, ro) /s/ -> /t/,
	/{a,a}/[^/]** r,
	/a/b r,
	capability kill,
	/bin/{x,x} Px,
	profile inner { /[i] r, }
}
END
differ ./a.profile ./same.profile
exits 0 'another name and other words'
prints '^equal: 2 profiles$' 'are proved equal'
differ ./a.profile ./same.profile -q
silent 'nothing is said with -q'

"$parser" -QKSq -j1 --config-file /dev/null -M "$top/rules/targets/debian12.features" \
	a.profile >a.bin
differ ./a.bin ./b.profile --format json
exits 1 'compiled policy, as JSON'
is "$(jq -c '[.equal, .proved, .compared, .only_b]' "$out")" \
	'[false,true,2,["one//more"]]' 'what it is'
is "$(jq -c '.gained, .lost, .changed, .audit | map([.class, .access, .summary])' "$out" |
	tr '\n' ' ')" '[["file","file /a/a w","now allowed"]] '\
'[["capability","capability kill","no longer allowed"]] '\
'[["file","file /bin/x x","Px -> other, was Px"]] '\
'[["file","file /a/b r","allowed, now logged"]] ' 'by kind'

# ---- compositions and folders --------------------------------------------------------

run fleet diff 102 103
exits 0 'containers of one profile'
run fleet diff 102 104
exits 1 'containers with another value'
prints '^  [+] file /srv/docker/a wk$' 'what the one gains'
prints '^  - file /var/lib/docker/a wk$' 'and loses'
run fleet diff lxc-nesting lxc-docker --widening-only
exits 1 'profiles'
run fleet -o before build
exits 0 'a folder'
sed 's/capability net_bind_service,/capability net_admin,/' rules/base.aaf >base.new
mv base.new rules/base.aaf
run fleet -o after build --no-test
exits 0 'another one'
differ before after
exits 1 'folders'
prints '^  [+] capability net_admin$' 'what is gained'
prints '^  - capability net_bind_service$' 'what is lost'
differ before before
exits 0 'a folder and itself'

# ---- parsers -------------------------------------------------------------------------

cat >mount.profile <<'END'
profile one { mount options=(ro, bind) /s/ -> /t/, }
END
if [ -z "${AAC_PARSER41-}" ]; then
	skip 'two parsers' 'AAC_PARSER41 names none'
else
	differ --parsers "$(command -v "$parser")" "$AAC_PARSER41" ./mount.profile
	exits 1 'two parsers'
	prints '^  - mount fstype=ext4 options=(ro) /s/ -> /t/    # a new mount$' \
		'3.0.8 reads a new mount into a bind'
fi
differ --parsers "$(command -v "$parser")" "$(command -v "$parser")" ./mount.profile
exits 0 'one parser twice'

# ---- mistakes ------------------------------------------------------------------------

differ ./a.profile
exits 64 'one argument'
differ --parsers ./a.profile ./b.profile
exits 64 '--parsers with two'
differ ./none ./a.profile
exits 2 'a file that is not there'
says "cannot read './none'\|'./none'" 'is told'
echo 'profile x { nonsense }' >bad.profile
differ ./bad.profile ./a.profile
exits 2 'text that is no profile'
: >empty.profile
differ ./empty.profile ./a.profile
exits 2 'an empty file'
finish
