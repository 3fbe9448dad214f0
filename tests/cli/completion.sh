# aa-compose completion: the script for bash, sourced and called as readline calls it,
# offers each command and each option that --help tells of, and names from the program.
. "${top_srcdir:-.}/tests/support/tap.sh"
cd "$scratch" || exit 99

run aac completion bash
exits 0 'completion bash'
silent 'has nothing to complain about'
cp "$out" script
ok 'bash reads it' bash -n script
run aac completion
exits 64 'completion of nothing'
run aac completion zsh
exits 64 'completion of another shell'
says 'needs bash' 'and what there is'

# COMP_WORDS as bash cuts them; what is completed is the last one. One line each.
cat >pressed <<'BASH'
source ./script
COMP_WORDS=("$@")
COMP_CWORD=$(($# - 1))
_aa_compose
printf '%s\n' "${COMPREPLY[@]}"
BASH
program=$build/aa-compose
press() # WORD...: sorted into $out
{
	run bash pressed "$program" "$@"
	sort "$out" >sorted
	tr '\n' ' ' <sorted >"$out"
}
offers() # WANTED WHAT
{
	is "$(cat "$out")" "$1 " "$2"
}

# ---- every command, every option ------------------------------------------------------

aac --help >help
commands=$(sed -n '/^Commands:/,/^$/s/^  \([a-z][a-z-]*\).*/\1/p' help)
ok 'there are commands' test "$(echo "$commands" | wc -w)" -gt 15
press ''
silent 'completing says nothing'
# shellcheck disable=SC2086 # words
offers "$(printf '%s\n' $commands | sort | tr '\n' ' ' | sed 's/ $//')" 'all commands'

spellings() # FILE: the options that a help tells of
{
	awk '{ sub(",", ""); for (i = 1; i <= 2; i++) if ($i ~ /^-/) print $i }' "$1" |
		sort -u | tr '\n' ' '
}
sed -n '/^Options/,/^$/p' help | grep '^ \{1,6\}-' >options
press -
offers "$(spellings options | sed 's/ $//')" 'all options'
for command in $commands; do
	aac "$command" --help | sed -n '/^Options:/,/^$/p' | grep '^ \{1,6\}-' >options
	wanted=$(spellings options | sed 's/ $//')
	press "$command" -
	tr ' ' '\n' <"$out" | grep -vx -e --version -e '' >given
	is "$(tr '\n' ' ' <given)" "$wanted " "the options of $command"
done

# A word for a value that the script does not know would offer nothing, in silence.
for command in $commands; do
	aac "$command" --help | sed -n '/^Usage:/,/^$/p' | tr -s ' |[]' '\n' |
		sed 's/^\.*//; s/\.\.\.$//' | grep '^[A-Z]' | grep -vx 'OPTION\|Usage:'
done >values
grep -o '{ "[a-z-]*", [^,]*, "[A-Z][^"]*"' "$top/src/cli/options.c" |
	cut -d '"' -f 4 >>values
ok 'there are words for values' test "$(sort -u values | wc -l)" -gt 15
unknown=$(sort -u values | while read -r word; do
	grep -qF "{ \"$word\", \"" "$top/src/cli/bash_script.c" || echo "$word"
done)
is "$unknown" '' 'bash_script.c knows each of them'

# ---- values and arguments -------------------------------------------------------------

press lis
offers list 'a command begun'
press list c
offers 'checks conditions' 'the words of an argument'
press list checks ''
offers '' 'and nothing more behind it'
press --color ''
offers 'always auto never' 'the words of an option'
press --color = a
offers 'always auto' 'the same behind ='
press --color =
offers 'always auto never' 'and right behind it'
press show --format ''
offers 'json text' 'formats'
press test --format ''
offers 'json junit tap text' 'formats that one command has more'
press apply --mode i
offers 'include inline' 'modes'
press --target debian
offers 'debian12 debian13' 'targets'
press --jobs ''
offers '' 'no number is guessed'
press completion b
offers bash 'the shell'

mkdir folder rules
echo '{}' >other.json
echo >text
cat >fleet.json <<'JSON'
{"lxc_configs": {"950": {}, "951": {}, "web": {}, "$(touch${IFS}trap)": {},
	"`touch${IFS}trap`": {}, "a;b": {}, "*": {}}}
JSON
cat >rules/a.aaf <<'AAF'
fragment one { param size: int = 4; param name: string = ""; capability chown, }
fragment two { param size: int = 4; capability chown, }
profile lxc-edge { use one; }
AAF
press -c ''
offers 'fleet.json folder other.json rules' 'container files and folders'
press -r f
offers folder 'folders'
press fmt te
offers text 'files'
press -c fleet.json build ''
offers '950 951 web' 'containers, and no name that a shell would read otherwise'
ok 'nothing in a name is run' not test -e trap
press -c fleet.json build 950 95
offers '950 951' 'and another'
press --config = fleet.json show 9
offers '950 951' 'with the file behind ='
press --config=fleet.json --color=never show 9
offers '950 951' 'in one word, as other shells have it'
press show 9
offers '' 'none without a file'
press -c missing.json show ''
silent 'and no word where it cannot be read'
press -r rules -c fleet.json show ''
offers '950 951 lxc-edge web' 'containers and profiles'
press -r rules show lxc-e
offers lxc-edge 'a profile'
mkdir built
touch built/lxc-made.map.json
press -r rules -o built load lxc
offers 'lxc-edge lxc-made' 'and those that are built'
press -c fleet.json get ''
offers '950 951 web' 'the first argument'
press -c fleet.json get 950 ''
offers '' 'the second is another'
press -r rules -c fleet.json --set 9
offers '950: 951:' '--set: a container'
press -r rules -c fleet.json --set 950 :
offers 'one.name= one.size= two.size=' 'its parameters'
press -r rules -c fleet.json --set 950 : t
offers 'two.size=' 'one begun'
press -r rules --set = 950 : t
offers 'two.size=' 'the same behind ='
press --set 950 : two.size = ''
offers '' 'and nothing for the value'
press -r rules -c fleet.json --set 950 : two.size = 5 build 95
offers '950 951' 'what follows it is completed'

run aac lint --help
if [ "$status" -eq 0 ]; then
	press lint --explain raw-
	offers raw-memory 'checks'
else
	skip 'checks' 'aa-compose has no lint'
fi

for sort in containers fragments parameters profiles; do
	run aac -c fleet.json -r rules completion "$sort"
	exits 0 "names: $sort"
	ok 'there are some' test -s "$out"
done
run aac -r rules completion fragments
is "$(tr '\n' ' ' <"$out")" 'one two ' 'fragments'

finish
