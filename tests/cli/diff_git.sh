# diff of commits: what two of them make of the containers, and files of them, read
# without anything of the repository being run.
. "${top_srcdir:-.}/tests/support/tap.sh"
. "$top/tests/support/halving.sh"

PATH=$PATH:/usr/sbin:/sbin
if ! command -v git >/dev/null; then
	skip 'commits' 'there is no git'
	finish
fi
needs_parser 'diff of commits'
cp -R "$top/tests/golden/cli/explain/rules" "$top/tests/golden/cli/explain/config.json" \
	"$top/templates" "$scratch"
chmod -R u+w "$scratch"
cd "$scratch" || exit 99

# Nobody's configuration.
HOME=$scratch
GIT_CONFIG_NOSYSTEM=1
export HOME GIT_CONFIG_NOSYSTEM
commit()
{
	git add -A rules templates config.json &&
		git -c user.name=t -c user.email=t@t commit -qm "$1"
}
differ()
{
	run aac --target debian12 -r rules -t templates -c config.json diff "$@"
}

git init -q . 2>"$scratch/log"
ok 'a repository' commit one
sed -i 's,/etc/app.conf r,/etc/app.conf rw,' rules/app.aaf
ok 'and a change' commit two
sed -i 's,"/srv/app","/srv/other",' config.json

differ --revisions HEAD~1..HEAD
exits 1 'two commits'
printf '%s:\n  + file /etc/app.conf w\n' lxc-app lxc-app-20e1b797 lxc-strict >want
same "$out" want 'what the second allows more, profile by profile'
differ --revisions HEAD~1.. 1
exits 1 '.. alone ends at HEAD'
is "$(grep -c : "$out")" 1 'a container that is named is the only one'
differ --revisions HEAD..HEAD
exits 0 'a commit and itself'
prints '^equal: 3 profiles$' 'are proved equal'
differ --revisions HEAD~1..HEAD --widening-only
exits 1 'the gate for a change'
differ --revisions HEAD..HEAD~1 --widening-only
exits 0 'and one that takes away'
differ --revisions HEAD
exits 1 'a commit and what is there now'
cat >want <<'END'
lxc-app-20e1b797, lxc-app-992ee188:
  - file /srv/app/a rw
  + file /srv/other/a rw
END
same "$out" want 'a container whose profile has another name is compared with itself'
differ --revisions HEAD --format json
is "$(jq -c '[.equal, .gained[0].access]' "$out")" \
	'[false,"file /srv/other/a rw"]' 'as JSON'

sed -i 's,/etc/app.conf rw,/etc/app.conf deny,' rules/app.aaf
ok 'a commit with a mistake' commit three
differ --revisions HEAD~1..HEAD
exits 2 'is wrong input'
says '^HEAD:rules/app.aaf:11:' 'and called by commit, file and line'
git reset -q --hard HEAD~1

# ---- files of commits ----------------------------------------------------------------

aac --target debian12 -r rules -t templates -c config.json -q build >"$scratch/log"
git add -f out
ok 'built profiles, committed' commit built
sed -i 's,/etc/app.conf rw,/etc/app.conf rwk,' rules/app.aaf
aac --target debian12 -r rules -t templates -c config.json -q build >"$scratch/log"
differ HEAD:out out
exits 1 'a folder of a commit, and the folder now'
is "$(grep -c '^  + file /etc/app.conf k$' "$out")" 3 'profile by profile'
differ HEAD:out/lxc-app ./out/lxc-app
exits 1 'a file of a commit'
cd out || exit 99
run aac --target debian12 diff HEAD:./lxc-app HEAD:out/lxc-strict
exits 0 'from here, as git spells it'
cd .. || exit 99
differ HEAD:nowhere out
exits 2 'a path that is not there'
says 'no such file or folder' 'which is said'

# ---- what is wrong, and what is hostile ----------------------------------------------

differ --revisions nowhere..HEAD
exits 2 'a commit that there is not'
says 'nowhere: the repository has no such commit \[revision-unreadable\]' 'is named'
differ --revisions --output=x..HEAD
exits 64 'an option is no commit'
differ --revisions HEAD...HEAD
exits 64 'and neither are three dots'
is "$(ls x 2>&1)" "ls: cannot access 'x': No such file or directory" 'nothing is written'
differ --revisions 'HEAD$(touch touched)..HEAD'
exits 2 'no shell reads the name'
run aac --target debian12 -r "$top/../.." diff --revisions HEAD
exits 2 'a folder that is in no repository'

# Whatever a repository would have git run.
for key in core.fsmonitor core.pager core.editor core.sshCommand diff.external \
	filter.x.smudge filter.x.clean core.hooksPath; do
	git config "$key" "touch $scratch/touched"
done
printf '*.aaf filter=x diff=x\n' >.gitattributes
git config diff.x.textconv "touch $scratch/touched"
git config diff.x.command "touch $scratch/touched"
differ --revisions HEAD~1..HEAD
exits 0 'a repository full of traps is read'
ok 'and none of them goes off' test ! -e touched
ln -s /etc/passwd rules/link.aaf
git add -f rules/link.aaf 2>"$scratch/log"
git -c core.hooksPath=/dev/null -c core.fsmonitor=false -c user.name=t -c user.email=t@t \
	commit -qm link
differ --revisions HEAD~1..HEAD
exits 0 'a link is no rule file of a commit'

# ---- several examples ----------------------------------------------------------------

printf 'abi <abi/3.0>,\nprofile p { /a r, }\n' >a
printf 'abi <abi/3.0>,\nprofile p { /a r, /b/** r, /c/x r, /d/y r, }\n' >b
run aac --target debian12 diff ./a ./b --examples 3
cat >want <<'END'
p:
  + file /b/a r
      file /c/x r
      file /b/a/ r
END
same "$out" want '--examples: several of each sort, the shortest first'
run aac --target debian12 diff ./a ./b --examples 2 --format json
is "$(jq -c '.gained[0].examples' "$out")" '["file /c/x r"]' 'and in JSON'
run aac --target debian12 diff ./a ./b --examples 0
exits 64 'none is no number of them'
finish
