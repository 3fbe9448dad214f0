# shellcheck shell=sh disable=SC2154
# What the documentation shows is run: README.md and the EXAMPLES of the man pages, in a
# scratch copy of the tree, with the program that was built.
#
#   ```WORD FILE      the block is written to FILE
#   ```console        lines behind "$ " are a command ("> " goes on with it), the others
#                     are what it prints; a line "..." stands for any lines
#   .\" FILE          in a man page: the display that follows is written to FILE
#   .Dl $ COMMAND     in EXAMPLES of a man page: must succeed
. "${top_srcdir:-.}/tests/support/tap.sh"

copy=$scratch/copy
steps=$scratch/steps
mkdir -p "$copy/build" "$copy/mine" "$steps"
cp -R "$top/rules" "$top/templates" "$top/examples" "$copy"
chmod -R u+w "$copy"
cd "$copy" || exit 99

# The pages are written for debian12; another parser cannot check that.
can_check=yes
cannot='this apparmor_parser is not for debian12'
aac -q -c examples/phoenix_lxc_configs.json -r rules --target debian12 check \
	>"$out" 2>"$err" || [ $? -ne 3 ] || can_check=no

# What it runs under may be written over several lines.
under=$(printf %s "${AAC_UNDER-}" | tr -s '[:space:]' ' ')
cat >build/aa-compose <<END
#!/bin/sh
case "$can_check \$*" in
'no '*build* | 'no '*apply*) set -- "\$@" --no-check ;;
esac
exec $under "$build/aa-compose" "\$@"
END
chmod +x build/aa-compose
PATH=$copy/build:$PATH

# ---- README.md ----------------------------------------------------------------------

# Files to their places; each command to steps/N.sh, what it prints to steps/N.want.
cut_readme()
{
	awk -v steps="$steps" '
		function begin(command) {
			n++
			script = sprintf("%s/%03d.sh", steps, n)
			want = sprintf("%s/%03d.want", steps, n)
			printf "" >want
			print command >script
		}
		/^```/ && kind { kind = ""; next }
		/^```console$/ { kind = "console"; next }
		/^```[a-z]+ [^ ]+$/ { kind = "file"; file = $2; next }
		/^```/ { kind = "other"; next }
		kind == "file" { print >file }
		kind == "console" && /^\$ / { begin(substr($0, 3)); next }
		kind == "console" && /^> / { print substr($0, 3) >script; next }
		kind == "console" { print >want }
	' "$1"
}

# Is GOT what WANT says?  A glob match by lines, "..." being the star.
matches() # WANT GOT
{
	awk '
		NR == FNR { want[++w] = $0; next }
		{ got[++g] = $0 }
		END {
			i = j = 1
			while (j <= g) {
				if (i <= w && want[i] == "...") { star = i++; from = j }
				else if (i <= w && want[i] == got[j]) { i++; j++ }
				else if (star) { i = star + 1; j = ++from }
				else exit 1
			}
			while (i <= w && want[i] == "...") i++
			exit i <= w
		}' "$1" "$2" || { diff -u "$1" "$2"; return 1; }
}

cut_readme "$top/README.md"
count=0
for script in "$steps"/*.sh; do
	count=$((count + 1))
	line=$(head -n 1 "$script")
	case $can_check:$line in
	no:*' check' | no:*' test'*) skip "README: $line" "$cannot"; continue ;;
	yes:jq* | no:jq*)
		command -v jq >/dev/null || {
			skip "README: $line" 'there is no jq'
			continue
		} ;;
	esac
	# In this shell: what it defines is there for the next.
	. "$script" >"$out" 2>&1 </dev/null || :
	sed -i '/^--[0-9]*-- /d' "$out" # valgrind, of system calls that it does not know
	ok "README: $line" matches "${script%.sh}.want" "$out"
done
ok "the README's tour is here ($count commands)" test "$count" -ge 12

printf '%s\n' a ... c >"$scratch/want"
printf '%s\n' a b b c >"$scratch/got"
ok 'any lines match ...' matches "$scratch/want" "$scratch/got"
echo d >>"$scratch/got"
ok 'another line does not' not matches "$scratch/want" "$scratch/got"

# ---- man pages ----------------------------------------------------------------------

cut_man()
{
	awk -v commands="$scratch/commands" '
		/^\.Sh / { examples = /EXAMPLES/ }
		/^\.\\" [^ ]*\/[^ ]*$/ { file = $2; next }
		/^\.Bd / { inside = file; file = ""; next }
		/^\.Ed/ { inside = ""; next }
		inside { gsub(/\\&/, ""); gsub(/\\e/, "\\"); print >inside }
		examples && /^\.Dl \$ / {
			sub(/^\.Dl \$ /, "")
			gsub(/\\&/, "")
			gsub(/\\e/, "\\")
			print >commands
		}
	' "$1"
}

for page in aa-compose.1 aaf.5; do
	rm -rf rules mine out profiles
	mkdir rules mine
	cp examples/phoenix_lxc_configs.json containers.json
	: >"$scratch/commands"
	cut_man "$top/doc/$page"
	ok "$page has examples" test -s "$scratch/commands"
	while read -r line; do
		case $can_check:$line in
		no:*' check'* | no:*' test'*) skip "$page: $line" "$cannot"; continue ;;
		esac
		run sh -c "$line"
		exits 0 "$page: $line"
	done <"$scratch/commands"
done

finish
