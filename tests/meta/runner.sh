# The runner of the tests is what everything else trusts, so it is tested itself: it must
# not call good what tested nothing, died early, or failed.
. "${top_srcdir:-.}/tests/support/tap.sh"

test_of() # NAME LINE...: a shell test that is made of these lines
{
	name=$1
	shift
	printf '%s\n' "$@" >"$scratch/$name.sh"
}

runner() { sh "$top/tests/run" "$scratch/$1.sh"; }

test_of good 'echo "ok 1 - a"; echo "ok 2 - b # SKIP no"; echo 1..2'
run runner good
exits 0 'a good test passes'
prints '^# counted: 1 0 1$' 'what passed and what was skipped is counted'

test_of failing 'echo "ok 1 - a"; echo "not ok 2 - b"; echo 1..2'
run runner failing
exits 1 'a failing test fails'
prints '^# counted: 1 1 0$' 'what failed is counted'

test_of empty 'exit 0'
run runner empty
exits 1 'a test without tests fails'

test_of early 'echo "ok 1 - a"; exit 0'
run runner early
exits 1 'a test that ends before its plan fails'

test_of short 'echo "ok 1 - a"; echo 1..2'
run runner short
exits 1 'a test that tests less than it planned fails'

test_of crash 'echo "ok 1 - a"; echo 1..1; kill -SEGV $$'
run runner crash
exits 1 'a test that crashes at its end fails'

test_of slow 'echo "ok 1 - a"; echo 1..1; sleep 30'
AAC_TEST_TIMEOUT=1 run runner slow
exits 1 'a test that hangs fails'

synthesis='[====] Synthesis: Tested:'
test_of criterion "echo '$synthesis 3 | Passing: 3 | Failing: 0 | Crashing: 0 '"
run runner criterion
exits 0 'a Criterion run passes'
prints '^# counted: 3 0 0$' "Criterion's tests are counted"

test_of criterion-none "echo '$synthesis 0 | Passing: 0 | Failing: 0 | Crashing: 0 '"
run runner criterion-none
exits 1 'a Criterion run of zero tests fails'

test_of criterion-crash \
	"echo '$synthesis 3 | Passing: 1 | Failing: 1 | Crashing: 1 '; exit 1"
run runner criterion-crash
exits 1 'a Criterion run with a failure and a crash fails'
prints '^# counted: 1 2 0$' 'failures and crashes are counted'

mkdir "$scratch/logs"
echo '# counted: 3 0 0' >"$scratch/logs/a.log"
echo '# counted: 2 0 1' >"$scratch/logs/b.log"
run sh "$top/tests/run" --sum "$scratch/logs"
exits 0 'a sum without failures'
prints '^5 passed, 0 failed, 1 skipped$' 'counts are added up'
echo '# counted: 0 1 0' >"$scratch/logs/c.log"
run sh "$top/tests/run" --sum "$scratch/logs"
exits 1 'a sum with a failure'
rm "$scratch/logs/"*
run sh "$top/tests/run" --sum "$scratch/logs"
exits 1 'a sum of nothing is no success'

finish
