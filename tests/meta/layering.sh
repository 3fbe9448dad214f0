# The layers: base <- core <- host <- cli.  Nothing includes what stands above it, and the
# archives of base and core call nothing outside themselves but libc's harmless half.
. "${top_srcdir:-.}/tests/support/tap.sh"

includes_none() # LAYERS FILE...
{
	layers=$1
	shift
	! grep -nE "^[[:space:]]*#[[:space:]]*include[[:space:]]*[\"<]($layers)/" "$@"
}

# What core may not call: files, processes, environment, clock, terminal, AppArmor, the
# end.
reach='open(at)?|f?open|fdopen|freopen|creat|mkstemp.*|rename(at.*)?|unlink(at)?'
reach="$reach|mkdir(at)?"
reach="$reach|opendir|readdir|scandir|stat|fstat|lstat|statx|access|realpath"
reach="$reach|read|write|printf|vprintf|puts|putchar|perror|stdout"
reach="$reach|exec.*|fork|vfork|posix_spawn.*|system|popen|wait.*|kill|raise"
reach="$reach|signal|sigaction"
reach="$reach|(secure_)?getenv|setenv|putenv|setlocale|environ"
reach="$reach|time|clock.*|gettimeofday|localtime.*|gmtime.*|rand|random|getpid"
reach="$reach|socket|connect|dlopen|aa_.*"
reach="$reach|json_(load|dump)(f|fd|_file|_callback)|abort"
# flex leaves these in its scanner, which never calls them here.
scanner='fprintf|stderr|exit|stdin|stdout|fwrite'

# A name's version and its large-file or fortified spelling do not matter.
undefined() # ARCHIVE
{
	nm -A -u "$1" | awk '{ print $1, $NF }' |
		sed -E 's/@.*//; s/ __(.*)_chk$/ \1/; s/ __isoc[0-9]+_/ /; s/64$//'
}

calls_nothing_outside() # ARCHIVE [ALLOWED]
{
	found=$(undefined "$1" | grep -vE "(aaf|jq_guard)_lex\.o: ($scanner)$" |
		grep -vxE ".* (${2:-})" | grep -E " ($reach|$scanner)$" | grep -v ' aac_')
	[ -z "$found" ] || { echo "$found"; return 1; }
}

ok 'base includes nothing of core, host, cli' \
	includes_none 'core|host|cli|jansson.*' "$top"/src/base/*.[ch]
ok 'core and grammar include nothing of host, cli' \
	includes_none 'host|cli' "$top"/src/core/*.[ch] "$top"/grammar/*.[ylh]
ok 'host includes nothing of cli' includes_none 'cli' "$top"/src/host/*.[ch]
ok 'only core sees the grammar' \
	not grep -nE '#include "(grammar|aaf)\.h"' \
	"$top"/src/base/*.[ch] "$top"/src/host/*.[ch] "$top"/src/cli/*.[ch]
# Where memory runs out both abort; nothing else may.
ok 'base calls nothing outside itself' calls_nothing_outside "$build/libaabase.a" abort
ok 'core calls nothing outside itself' \
	calls_nothing_outside "$build/libaacompose.a" abort

# The check itself: it must see what it is there to find.
cat >"$scratch/planted.c" <<'C'
#include <stdio.h>
#include <stdlib.h>
FILE *planted(void);
FILE *planted(void) { return fopen(getenv("HOME"), "r"); }
C
${CC:-cc} -O2 -c -o "$scratch/planted.o" "$scratch/planted.c" &&
	ar rcs "$scratch/planted.a" "$scratch/planted.o"
ok 'a planted fopen is found' not calls_nothing_outside "$scratch/planted.a"
echo '#include "cli/run.h"' >"$scratch/planted.h"
ok 'a planted include is found' not includes_none cli "$scratch/planted.h"

finish
