# Container files that are broken, huge or no files: a located error and the right status,
# or the right answer; never a crash.
. "${top_srcdir:-.}/tests/support/tap.sh"
cd "$scratch" || exit 99

mkdir rules
echo 'fragment a { /a r, }' >rules/a.aaf

# asks FILE: what container 1 gets
asks()
{
	run aac -r rules -c "$1" --target debian12 show --text 1
}

# refuses STATUS PATTERN WHAT: of bad.json
refuses()
{
	asks bad.json
	exits "$1" "$3"
	says "$2" "$3: told"
}

repeat()
{
	head -c "$2" /dev/zero | tr '\000' "$1"
}

{
	printf '{"lxc_configs":{"1":{"x":'
	repeat '[' 20000
	repeat ']' 20000
	printf '}}}'
} >bad.json
refuses 2 '^bad.json:1:[0-9]*: error: .*\[json-too-deep\]' '20,000 levels'
echo '{"lxc_configs":{"1":{"x":1e999}}}' >bad.json
refuses 2 '^bad.json:1:26: error: .*\[json-number\]' '1e999'
printf '{"lxc_configs":{"1":{"x":%s}}}' "$(repeat 9 400)" >bad.json
refuses 2 '^bad.json:1:26: error: .*\[json-number\]' '400 digits'
echo '{"lxc_configs":{"1":{"x":"\ud800b"}}}' >bad.json
refuses 2 '^bad.json:1:[0-9]*: error: .*surrogate' 'half a surrogate pair'
printf '\357\273\277{"lxc_configs":{"1":{}}}' >bad.json
refuses 2 '^bad.json:1:1: error: .*byte order mark' 'a byte order mark'
echo '{"lxc_configs":{"1":{},"1":{}}}' >bad.json
refuses 2 '^bad.json:1:24: error: .*\[json-duplicate-key\]' 'a key twice'
printf '{"lxc_configs":{"1":{"name":' >bad.json
refuses 2 '^bad.json:1:.*\[json-truncated\]' 'a file cut off'
: >bad.json
refuses 2 '^bad.json:1:1: error: .*\[json-empty\]' 'an empty file'

mkdir folder
asks folder
exits 2 'a folder'
says "'folder' is a folder" 'a folder: told'
asks /dev/zero
exits 3 'an endless device'
says "'/dev/zero': it is a device" 'an endless device: told'

mkfifo fifo
asks fifo
exits 3 'a FIFO without a writer'
says "'fifo': it is a FIFO, and nobody writes to it" 'a FIFO without a writer: told'
echo '{"lxc_configs":{"1":{"apparmor_fragments":["a"]}}}' >good.json
(sleep 1; cat good.json >fifo) &
asks fifo
wait
exits 0 'a FIFO with a slow writer'
prints '/a r,' 'a FIFO with a slow writer: composed'

# What is not there, or is nothing, gives nothing; what is no container is none.
for what in null '[]' '"text"' '{}'; do
	echo '{"lxc_configs":{"1":'"$what"'}}' >odd.json
	asks odd.json
	exits 1 "a container that is $what"
	says "container '1' gets no profile" "a container that is $what: told"
done
printf '{"lxc_configs":{"1":{"apparmor_fragments":["a"],"x":"a\\u0000b"}}}' >nul.json
asks nul.json
exits 0 'an escaped NUL in a value that no rule takes'

# Valgrind would take minutes for the whole.
size=100000000
[ -z "${AAC_UNDER-}" ] || size=1000000
{
	printf '{"lxc_configs":{"1":{"name":"n","apparmor_fragments":["a"],"x":"'
	repeat a $size
	printf '"}}}'
} >big.json
asks big.json
exits 0 'a very big file'
prints '/a r,' 'a very big file: composed'
rm big.json
finish
