# shellcheck shell=sh disable=SC2154
# aa-compose jq-guard: its options, its exit codes, what it writes and what it refuses.
# What it finds in scripts is in tests/property/jq_guard.sh.
. "${top_srcdir:-.}/tests/support/tap.sh"
cd "$scratch" || exit 99

guard() { aac jq-guard "$@"; }

printf '#!/bin/sh\njq -r ".x[]" f\n' >bad.sh
printf '#!/bin/sh\njq -r "(.x // [])[]" f\n' >good.sh
printf '#!/bin/sh\njq -r "$1" f\n' >unknown.sh
cp bad.sh kept.sh

run guard bad.sh
exits 1 'something is found'
says '^bad.sh:2:8: warning: .*\.x\[\].*\[jq-null-iteration\]' 'with its place'
says 'hint: write (.x // \[\])\[\]' 'and its cure'
prints '^1 iteration that fails on null in 1 of 1 script$' 'and counted'
same bad.sh kept.sh 'and left as it is'
run guard --check good.sh
exits 0 'nothing is found'
silent 'and nothing said'
run guard unknown.sh
exits 1 'what cannot be decided is an answer that is no yes'
says '^unknown.sh:2:8: warning: cannot be decided: \$1 .*\[jq-undecided\]' 'and is told'
prints '1 cannot be decided' 'and counted apart'
run guard -q bad.sh unknown.sh
exits 1 '-q: the exit code stays'
silent '-q: no warnings'
run guard --diff bad.sh good.sh
exits 1 '--diff of something'
silent '--diff: what is shown is not told'
prints '^+jq -r "(.x // \[\])\[\]" f$' '--diff shows the new line'
lacks good.sh '--diff is silent about what does not change'
if command -v patch >/dev/null; then
	cp bad.sh patched.sh
	ok 'patch takes the diff' patch patched.sh "$out"
	same patched.sh good.sh 'and makes of it what --write makes'
else
	skip 'patch takes the diff' 'there is no patch'
fi
run guard --diff good.sh
exits 0 '--diff of nothing'
is "$(cat "$out")" '' 'is nothing'

# More than ten of a kind are all listed.
{ echo '#!/bin/sh'; seq 1 30 | sed 's/.*/jq ".x&[]" f/'; } >many.sh
run guard many.sh
is "$(grep -c 'jq-null-iteration' "$err")" 30 'all findings are listed'

# ---- JSON -----------------------------------------------------------------

run guard --format json bad.sh unknown.sh
exits 1 'JSON: the same exit code'
ok 'JSON: the result' jq -e '.scripts == 2 and .unsafe == 1 and .undecided == 1
	and .files[0] == {file: "bad.sh", unsafe: 1, undecided: 0, written: false,
	findings: [{slug: "jq-null-iteration", message: .files[0].findings[0].message,
	file: "bad.sh", line: 2, column: 8, end_line: 2, end_column: 12,
	hint: "write (.x // [])[]"}]}
	and .files[1].findings[0].slug == "jq-undecided"' "$out"
ok 'JSON: the messages' jq -se 'length == 2 and .[0].slug == "jq-null-iteration"
	and .[0].line == 2 and .[1].severity == "warning"' "$err"
run guard --format json --diff bad.sh
ok 'JSON: the diff' jq -e '.files[0].diff |
	startswith("--- bad.sh\n+++ bad.sh\n@@")' "$out"

# ---- writing --------------------------------------------------------------

chmod 4751 bad.sh
run guard --write bad.sh good.sh
exits 0 'all is mended'
silent 'and nothing is left to tell'
prints '^1 iteration mended in 1 of 2 scripts$' 'and counted'
same bad.sh good.sh 'the script is mended'
is "$(stat -c %a bad.sh)" 4751 'its mode is kept'
is "$(find . -name '.*' -type f ! -name '.stdout' ! -name '.stderr' ! -name .ok)" '' \
	'no other file is left'
inode=$(stat -c %i bad.sh)
run guard --write bad.sh
exits 0 'a second run'
prints '^1 script: no iteration that fails on null$' 'finds nothing'
is "$(stat -c %i bad.sh)" "$inode" 'and writes nothing'
cat unknown.sh kept.sh >both.sh
run guard --write both.sh
exits 1 'what cannot be decided is left'
says 'both.sh:2:8: warning' 'and told'
lacks 'jq-null-iteration' 'what is mended is not'
ok 'the rest is mended' grep -q '"(.x // \[\])\[\]"' both.sh

mkdir real
cp kept.sh real/x.sh
ln -s real/x.sh link.sh
run guard --write link.sh
exits 0 'a symbolic link is followed'
ok 'and stays one' test -L link.sh
same real/x.sh good.sh 'what it leads to is mended'
cp kept.sh twice.sh
run guard --write twice.sh ./twice.sh
exits 0 'a script that is named twice'
same twice.sh good.sh 'is mended once'
if [ "$(id -u)" -eq 0 ]; then
	cp kept.sh owned.sh
	chown 12345:23456 owned.sh
	run guard --write owned.sh
	is "$(stat -c %u:%g owned.sh)" 12345:23456 'its owner is kept'
else
	mkdir locked
	cp kept.sh locked/x.sh
	chmod 555 locked
	run guard --write locked/x.sh
	exits 3 'a folder that may not be written to'
	same locked/x.sh kept.sh 'the script is as it was'
fi
mkdir root
cp kept.sh root/in.sh
run aac --root "$scratch/root" jq-guard --write /in.sh
exits 0 '--root'
same root/in.sh good.sh '--root: the script below it is mended'

# When one script is wrong no other is written.
cp kept.sh one.sh
printf '#!/bin/sh\necho "\njq ".x[]" f\n' >open.sh
run guard --write one.sh open.sh
exits 2 'a quote that is not closed'
says '^open.sh:[0-9]*:[0-9]*: error: .*not closed \[script-unreadable\]' 'is told where'
same one.sh kept.sh 'and nothing is written'

# ---- what is no script ----------------------------------------------------

printf '#!/bin/sh\njq ".x[]"\0 f\n' >nul.sh
run guard nul.sh
exits 2 'bytes that are no text'
says '^nul.sh:2:10: error: .*\[script-binary\]' 'are told'
printf '#!/usr/bin/python3\nx = "jq .x[]"\nprint(`it`s)\n' >x.py
run guard x.py
exits 0 'another language'
says 'x.py:1:1: warning: .*\[script-not-shell\]' 'is told and passed over'
run guard none.sh
exits 2 'a script that is not there'
says 'no-such-file' 'is told'
run guard "$scratch"
exits 2 'a folder'
: >empty.sh
run guard empty.sh
exits 0 'an empty script'
printf 'jq ".x[]"' >end.sh
run guard --write end.sh
is "$(od -An -c end.sh | tr -d ' \n')" 'jq"(.x//[])[]"' 'no newline at the end stays none'
printf '#!/bin/sh\r\njq ".x[]" f\r\ncat <<E\r\njq ".y[]"\r\nE\r\njq ".z[]" f\r\n' >crlf.sh
run guard --write crlf.sh
is "$(grep -c "$(printf '\r')\$" crlf.sh) $(grep -c '// \[\]' crlf.sh)" '6 2' \
	'line ends of another system stay'
printf '#!/bin/sh\n# caf\351\njq ".x[]" f # \200\n' >latin.sh
run guard --write latin.sh
exits 0 'bytes that are no UTF-8'
is "$(wc -c <latin.sh)" 41 'stay as they are'
head -c 17000000 /dev/zero | tr '\0' '#' >huge.sh
run guard huge.sh
exits 3 'a file that no script can be'
says 'file-too-large' 'is told'

# ---- filters in files -----------------------------------------------------

printf '# .c[]\n.x[]\n| .y[]\n' >f.jq
printf '#!/bin/sh\njq -r -f "$DIR/f.jq" f\n' >uses.sh
run guard uses.sh
exits 1 'a filter in a file of its own'
says 'uses.sh:2:10: .*\[jq-undecided\]' 'is told'
run guard --write uses.sh f.jq
exits 0 'named beside the script it is looked at'
is "$(cat f.jq)" "$(printf '# .c[]\n(.x // [])[]\n| (.y // [])[]')" 'and mended'

# ---- wrappers -------------------------------------------------------------

printf '. ./lib.sh\nq 1 .x[] ".y[]"\nother ".z[]" ".u[]"\n' >calls.sh
printf 'q() {\n\tjq "$2" f\n}\n' >lib.sh
run guard calls.sh
exits 0 'functions that are not known hand nothing to jq'
printf 'jq_get "$1" ".x[]"\njq_get "$1" "(.x // [])[]"\nget "$1" ".x[]"\n' >far.sh
run guard far.sh
exits 1 'a function named for jq that is nowhere'
says "far.sh:1:13: warning: .*'jq_get' .*jq-undecided" 'may hand a filter to jq'
says 'hint: .*--wrapper jq_get:2' 'and how to tell is told'
is "$(grep -c 'warning:' "$err")" 1 'not so filters that are safe, and other functions'
run guard --diff --wrapper jq_get:2 far.sh
prints '^+jq_get "$1" "(.x // \[\])\[\]"$' 'with --wrapper it is mended'
run guard --diff calls.sh lib.sh
prints "^+q 1 '(.x // \[\])\[\]' \".y\[\]\"\$" 'functions of other scripts are known'
run guard --diff --wrapper other:2 calls.sh
prints '^+other ".z\[\]" "(.u // \[\])\[\]"$' '--wrapper NAME:N'
run guard --diff --wrapper other calls.sh
prints '^+other "(.z // \[\])\[\]" "(.u // \[\])\[\]"$' '--wrapper NAME'
run guard --diff --wrapper q:3 --wrapper other:1 calls.sh
prints '^+q 1 .x\[\] "(.y // \[\])\[\]"$' 'two of them'
run guard calls.sh lib.sh other.sh
exits 2 'one of several is missing'

# ---- the command line -----------------------------------------------------

refused() # PATTERN ARGUMENT...
{
	pattern=$1
	shift
	run guard "$@"
	exits 64 "jq-guard $*"
	says "$pattern" "jq-guard $*: says what is wrong"
}
refused 'needs a script'
refused 'exclude each other' --check --write good.sh
refused 'exclude each other' --diff --write good.sh
refused 'NAME or NAME:N' --wrapper x:y good.sh
refused 'NAME or NAME:N' --wrapper x:0 good.sh
refused 'NAME or NAME:N' --wrapper :1 good.sh
refused 'takes no option --text' --text good.sh

# ---- size -----------------------------------------------------------------

{
	echo '#!/bin/bash'
	echo 'q() { local f="$2"; jq -r ".c.\"$1\" | $f" "$F"; }'
	awk 'BEGIN { for (i = 0; i < 2000; i++) printf "%s\n", \
		"step_" i "() {\n\tlocal id=\"$1\" v\n\tfor v in $(q \"$id\" \".f" i \
		"[]\"); do\n\t\techo \"$v $(jq \".g[] | .h\" \"$F\")\"\n\tdone\n}" }'
} >large.sh
run guard --write large.sh
exits 0 'a script of 12,000 lines'
prints '^4000 iterations mended' 'every one of its iterations is found'
ok 'and it is still one' bash -n large.sh
for piece in '$(' '"$(' '$((' '${x:-' '`' '(' 'case x in a) ' 'if x; then ' '"' "jq '(" \
	"jq '[" 'x=(' '<(' "\$'" '{ ' 'f() { '; do
	awk -v piece="$piece" 'BEGIN { for (i = 0; i < 20000; i++) printf "%s", piece }' \
		>deep.sh
	run guard deep.sh
	ok "20,000 times $piece: an answer" test "$status" -le 2
done

finish
