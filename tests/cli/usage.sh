# The command line itself: help, usage errors, exit codes, and standard streams that fail.
. "${top_srcdir:-.}/tests/support/tap.sh"
. "$top/tests/support/fleet.sh"

refused() # PATTERN ARGUMENT...
{
	pattern=$1
	shift
	run aac "$@"
	exits 64 "'$*' is a usage error"
	says "$pattern" "'$*' says what is wrong"
}

narrow() # nothing is wider than 80 columns
{
	! grep -q '.\{81\}' "$out"
}

refused 'say what to do'
refused "did you mean 'build'" biuld
refused "there is no command 'frobnicate'" frobnicate
refused "did you mean '--color'" list --colr
refused "there is no option '--frobnicate'" --frobnicate list
refused "there is no option '-Z'" list -Z
refused 'takes no option --text' list --text
refused 'takes no option --no-check' check --no-check
refused 'takes no option --per-container' list --per-container
refused 'at most 1 argument' list fragments profiles
refused "did you mean 'fragments'" list fragmens
refused 'a number from 1' build -j 0
refused 'a number from 1' build -j many
refused 'needs a value: CONFIG.json' build -c
refused 'not an empty one' build -c ''
refused 'takes no value' build --strict=yes
refused 'text or json' list --format xml
refused 'auto, always or never' list --color blue
refused '953:docker.data_root' build --set docker.data_root=/x
refused '953:docker.data_root' build --set 953:docker.data-root
refused '--text needs' -c "$scratch/fleet.json" show --text
refused 'exclude each other' show --text --format json 101
refused 'needs the containers' -r "$scratch/rules" --target debian12 show
refused 'needs the containers' -r "$scratch/rules" --target debian12 build
refused 'needs the containers' -r "$scratch/rules" --target debian12 check 101
refused 'needs the containers' apply
refused 'needs the containers' status
refused 'include or inline' apply --mode both
refused 'say which containers' --root "$scratch" revert
refused 'not both' revert --all 101
refused 'takes no option --dry-run' status --dry-run
refused 'takes no option --all' apply --all

run aac --help
exits 0 'help is an answer'
silent 'and not an error'
ok 'help fits 80 columns' narrow
for command in list show build check apply revert status; do
	run aac --help
	prints "^  $command " "help names $command"
	run aac "$command" --help
	exits 0 "$command has help"
	prints "^Usage: aa-compose $command " "help of $command shows how to call it"
	prints '^  aa-compose ' "help of $command has an example"
	ok "help of $command fits 80 columns" narrow
done
run aac --version
prints '^aa-compose [0-9][0-9.]*$' 'the version'

run aac list targets
cp "$out" "$scratch/after"
run env POSIXLY_CORRECT=1 "$build/aa-compose" list targets --format text
same "$scratch/after" "$out" 'options may follow the command, POSIXLY_CORRECT or not'
run aac --format text list targets
same "$scratch/after" "$out" 'and stand before it'

run aac list --rules "$scratch/nowhere"
exits 2 'a rule folder that is not there is wrong input'
says "nowhere'.*no-such-file" 'it is named'
run aac -c "$scratch/nowhere.json" -r "$scratch/rules" show
exits 2 'a container file that is not there is wrong input'
run aac -c "$scratch" -r "$scratch/rules" show
exits 2 'a container file that is a folder is wrong input'
mkdir "$scratch/empty"
run aac list -r "$scratch/empty"
exits 2 'a rule folder without rules is wrong input'
run aac --target nowhere -c "$scratch/fleet.json" show
exits 2 'a target that is not there is wrong input'
if [ "$(id -u)" -ne 0 ]; then
	: >"$scratch/secret.json"
	chmod 0 "$scratch/secret.json"
	run aac -c "$scratch/secret.json" -r "$scratch/rules" show
	exits 3 'a container file that may not be read is a refusal'
else
	skip 'a container file that may not be read is a refusal' 'root reads everything'
fi

full()
{
	aac list checks >/dev/full
}
closed()
{
	aac list checks >&-
}
run full
exits 3 'a full disk is a refusal'
says 'No space left' 'and says so'
run closed
exits 3 'a closed standard output is a refusal'
says 'cannot write the result' 'and says so'
is "$(aac list checks | head -n 1 | wc -l)" 1 'a reader that leaves early is no trouble'

finish
