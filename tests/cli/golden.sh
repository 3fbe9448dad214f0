# shellcheck shell=sh
# Golden cases of the command line: tests/golden/cli/NAME holds the input (rules/,
# config.json),
# `cmd`, the command lines as a user writes them, and what they must give: stdout, stderr,
# status.  Each runs in a copy of its folder.  AAC_UPDATE_GOLDEN=1 writes what it gave.
. "${top_srcdir:-.}/tests/support/tap.sh"

cases=$top/tests/golden/cli
found=0

# The words of the command line stay as they are in `cmd`.
aa_compose()
{
	aac --target debian12 -t "$top/templates" "$@"
}

run_case() # FOLDER
{
	cd "$1" || exit 99
	# shellcheck disable=SC1091
	. ./cmd
}

for dir in "$cases"/*/; do
	name=$(basename "$dir")
	found=$((found + 1))
	cp -R "$dir" "$scratch/$name"
	chmod -R u+w "$scratch/$name"
	status=0
	(run_case "$scratch/$name") >"$out" 2>"$err" </dev/null || status=$?
	echo "$status" >"$scratch/.status"
	if [ -n "${AAC_UPDATE_GOLDEN-}" ]; then
		cp "$out" "$dir/stdout" && cp "$err" "$dir/stderr" &&
			cp "$scratch/.status" "$dir/status"
	fi
	same "$dir/status" "$scratch/.status" "$name: exit code"
	same "$dir/stdout" "$out" "$name: results"
	same "$dir/stderr" "$err" "$name: diagnostics"
	rm -rf "${scratch:?}/$name"
done

ok "there are golden cases ($found)" test "$found" -ge 40
finish
