# base and core keep no state: no object of their archives owns writable storage.  Tables
# of pointers live in .data.rel.ro, which the loader makes read-only.
. "${top_srcdir:-.}/tests/support/tap.sh"

# Sanitizers and gcov lay data of their own.
no_mutable() # ARCHIVE
{
	found=$(objdump -t "$1" | awk '
		{ name = $NF }
		name ~ /(asan|ubsan|sancov|gcov|llvm_|__prof|__odr)/ { next }
		{
			for (i = 2; i < NF; i++)
				if ($i ~ /^\.t?(data|bss)(\.|$)/ && $i !~ /rel\.ro/ &&
				    $(i - 1) ~ /O$/ || $i == "*COM*") print name
		}')
	[ -z "$found" ] || { echo "mutable: $found"; return 1; }
}

ok 'base has no mutable globals' no_mutable "$build/libaabase.a"
ok 'core has no mutable globals' no_mutable "$build/libaacompose.a"

cat >"$scratch/planted.c" <<'C'
int next(void);
int next(void) { static int calls; return ++calls; }
C
${CC:-cc} -c -o "$scratch/planted.o" "$scratch/planted.c" &&
	ar rcs "$scratch/planted.a" "$scratch/planted.o"
ok 'a planted counter is found' not no_mutable "$scratch/planted.a"

finish
