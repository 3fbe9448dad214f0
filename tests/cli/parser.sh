# Programs that only pretend to be apparmor_parser: each is told as what it is, by the
# exit code too, and nothing is written.
. "${top_srcdir:-.}/tests/support/tap.sh"
. "$top/tests/support/fleet.sh"
cd "$scratch" || exit 99

# pretend SCRIPT: a parser that runs it for each profile.
pretend()
{
	cat >fake <<END
#!/bin/sh
case " \$* " in
*' --version '*) echo 'AppArmor parser version 3.0.8'; exit 0 ;;
esac
$1
END
	chmod +x fake
}

# told SCRIPT CODE PATTERN WHAT
told()
{
	pretend "$1"
	run fleet --parser "$scratch/fake" build 101
	exits "$2" "$4"
	says "$3" "$4: told as such"
	ok "$4: nothing is written" not test -e out
}

# shellcheck disable=SC2016 # for the script, not for this one
{
	told 'kill -SEGV $$' 3 'was killed by SIGSEGV' 'a crash'
	told 'kill -KILL $$' 3 'was killed by SIGKILL' 'a kill'
	says 'hint: the kernel does so when memory' 'a kill: what it mostly means'
	told 'echo std::bad_alloc >&2; kill -ABRT $$' 3 'ran out of memory' 'no memory'
}
told 'echo std::bad_alloc >&2; exit 1' 3 'could not work: std::bad_alloc' \
	'no memory, and an exit'
told 'echo "AppArmor parser error: boo" >&2; exit 0' 2 'parser error: boo' \
	'an error with exit 0'
told 'echo "AppArmor parser error: boo"; exit 0' 2 'parser error: boo' \
	'an error on the wrong stream with exit 0'
told 'exit 1' 2 'does not say why' 'a silent refusal'
told 'exec <&-; exit 1' 2 'does not say why' 'one that reads nothing'

told 'echo "AppArmor parser error for stdin in profile stdin at line 999999: boo" >&2
exit 1' 2 'boo' 'a line that does not exist'
lacks '999999\|stdin' 'its number is not shown'

# shellcheck disable=SC2016 # for the script, not for this one
told 'line=$(grep -n "^profile " | cut -d: -f1)
echo "AppArmor parser error for stdin in profile stdin at line $line: boo" >&2
exit 1' 2 "lxc.profile:[0-9]*:1: error: boo, in the line 'profile lxc-nesting flags=" \
	'a line that the template wrote'
told 'head -c 3000000 /dev/zero | tr "\000" x >&2; exit 1' 2 'xxx \[\.\.\.\]' \
	'megabytes in one line'
ok 'which is cut' test "$(wc -c <"$err")" -lt 2000
told 'seq 1 500000 >&2; exit 1' 2 "lines more" 'megabytes in many lines'
is "$(grep -c '^error: ' "$err")" 4 'of which a few are shown'
told 'printf "\000boo\033[31m\377\n" >&2; exit 1' 2 'boo' 'binary bytes'
ok 'which do not reach the terminal' not grep -q "$(printf '\033')" "$err"

# A good parser gives compiled policy on its standard output.
told 'exit 0' 3 "has compiled nothing of profile 'lxc-nesting'" \
	'a success without a policy'
told 'echo "profile: all is well"' 3 'has compiled nothing' 'words instead of a policy'

# One that hangs.
pretend 'sleep 1000'
run fleet --parser "$scratch/fake" --parser-timeout 1 -j 1 build
exits 3 'a hang'
says 'took longer than 1 second while' 'a hang: told as such'
says 'hint: give it more time with --parser-timeout SECONDS' 'a hang: and what to do'
is "$(grep -c 'took longer' "$err")" 1 'a hang: once'
says 'profiles\{0,1\} more w.* not compiled' 'a hang: what was not tried'
ok 'a hang: nothing is written' not test -e out
# shellcheck disable=SC2016 # for the script, not for this one
pretend 'text=$(cat)
case $text in *fstype=proc*) sleep 1000 ;; esac
printf "\004\010\000version\000"'
run fleet --parser "$scratch/fake" --parser-timeout 1 build 101
exits 3 'a hang for one rule'
says 'rules/nesting.aaf:4:2: error: .*took longer than 1 second' \
	'a hang for one rule: at that rule'

# Must not fire: what a good parser may do as well.
pretend 'printf "\004\010\000version\000"
echo "profile: AppArmor parser error"
echo "Warning kernel does not support audit modifier for change_profile rule." >&2
exit 0'
run fleet --parser "$scratch/fake" check 101
exits 0 'chatter is no error'
lacks 'audit modifier\|all is well' 'and not shown'

# What cannot be run at all.
refuses()
{
	run fleet --parser "$scratch/$1" build 101
	exits 3 "$2"
	says "$3" "$2: told as such"
	ok "$2: nothing is written" not test -e out
}
mkdir folder
refuses folder 'a folder' "folder' is no program"
: >plain
refuses plain 'a file that is not executable' "plain' is no program"
ln -s loop loop
refuses loop 'a link to itself' 'loop'
printf '#!/no/such/interpreter\n' >orphan
chmod +x orphan
if [ -z "${AAC_UNDER-}" ]; then
	refuses orphan 'a script without its interpreter' \
		"orphan --version' could not be run"
else
	skip 'a script without its interpreter' 'valgrind dies of an execve that fails'
fi
printf 'no program' >garbage
chmod +x garbage
refuses garbage 'a file that is no program' "garbage --version' could not be run"
# shellcheck disable=SC2016 # for the script, not for this one
printf '#!/bin/sh\nkill -SEGV $$\n' >crashing
chmod +x crashing
refuses crashing 'one that always crashes' "crashing --version' was killed by SIGSEGV"

finish
