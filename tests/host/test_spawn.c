/*
 * Running programs: what they are given (environment, descriptors, folder, input) and
 * what they are denied (time, memory, endless output, children left behind).
 */
#include "host/spawn.h"

#include <criterion/criterion.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/arena.h"
#include "support/scratch.h"

TestSuite(spawn, .init = scratch_setup, .fini = scratch_teardown);

static const char *const *shell(const char *script)
{
	const char **argv = ARENA_ARRAY(scratch.arena, const char *, 4);

	argv[0] = "/bin/sh";
	argv[1] = "-c";
	argv[2] = script;
	return argv;
}

static struct aac_process make(const char *script)
{
	return (struct aac_process){ .argv = shell(script),
				     .seconds = 20,
				     .output_limit = 1 << 16 };
}

static void run(struct aac_process *process)
{
	aac_spawn_all(process, 1, 1, NULL, NULL);
}

static void expect_output(struct aac_process *process, const char *wanted)
{
	run(process);
	cr_assert_eq(process->spawn_errno, 0, "%s", strerror(process->spawn_errno));
	cr_assert(WIFEXITED(process->status));
	cr_assert_str_eq(buf_str(&process->out), wanted);
	buf_fini(&process->out);
	buf_fini(&process->err);
}

static double seconds_now(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

Test(spawn, keeps_the_streams_apart_and_the_status)
{
	struct aac_process process = make("echo out; echo err >&2; exit 3");

	run(&process);
	cr_assert_str_eq(buf_str(&process.out), "out\n");
	cr_assert_str_eq(buf_str(&process.err), "err\n");
	cr_assert_eq(WEXITSTATUS(process.status), 3);
	buf_fini(&process.out);
	buf_fini(&process.err);
}

Test(spawn, gives_a_closed_environment)
{
	const char *const argv[] = { "/usr/bin/env", NULL };
	struct aac_process process = { .argv = argv, .output_limit = 4096 };

	setenv("SECRET", "x", 1);
	setenv("LANG", "de_DE.UTF-8", 1);
	expect_output(&process, "PATH=/usr/sbin:/usr/bin:/sbin:/bin\nLC_ALL=C\n");
}

Test(spawn, gives_no_other_descriptor)
{
	struct aac_process process = make("for fd in /proc/self/fd/*; do :; done; "
					  "ls /proc/self/fd | tr '\\n' ' '");
	int leaked = open("/dev/null", O_RDONLY);

	cr_assert_eq(dup2(leaked, 77), 77);
	/* 3 is the folder that ls reads. */
	expect_output(&process, "0 1 2 3 ");
}

Test(spawn, works_without_standard_descriptors)
{
	struct aac_process process = make("cat; ls /proc/self/fd | tr '\\n' ' '");

	process.input = "in ";
	process.input_len = 3;
	close(0);
	expect_output(&process, "in 0 1 2 3 ");
}

Test(spawn, starts_in_the_root_folder)
{
	struct aac_process process = make("pwd");

	expect_output(&process, "/\n");
}

Test(spawn, gives_the_input_also_as_a_file)
{
	struct aac_process process = make("cat /dev/stdin | wc -c");

	process.input_len = 1 << 20;
	process.input = memset(arena_alloc(scratch.arena, 1 << 20, 1), 'x', 1 << 20);
	expect_output(&process, "1048576\n");
}

Test(spawn, gives_further_files)
{
	static const struct aac_spawn_file files[] = { { "one\n", 4 },
						       { "", 0 },
						       { "three\n", 6 } };
	struct aac_process process =
		make("cat /dev/fd/4 /dev/fd/5 /dev/fd/6; cat; cat /dev/fd/6; "
		     "(: </dev/fd/3) 2>/dev/null || (: </dev/fd/7) 2>/dev/null || "
		     "echo no more");

	process.input = "input\n";
	process.input_len = 6;
	process.files = files;
	process.file_count = 3;
	expect_output(&process, "one\nthree\ninput\nthree\nno more\n");
}

Test(spawn, gives_as_many_files_as_it_says)
{
	struct aac_spawn_file files[AAC_SPAWN_FILES + 1];
	struct aac_process process = make("cat /dev/fd/4 /dev/fd/35");

	for (size_t i = 0; i < AAC_SPAWN_FILES; i++)
		files[i] =
			(struct aac_spawn_file){ arena_printf(scratch.arena, "%02zu", i),
						 2 };
	process.files = files;
	process.file_count = AAC_SPAWN_FILES;
	expect_output(&process, "0031");
	process = make("true");
	process.files = files;
	process.file_count = AAC_SPAWN_FILES + 1;
	run(&process);
	cr_assert_eq(process.spawn_errno, E2BIG);
}

Test(spawn, no_input_is_an_empty_file)
{
	struct aac_process process = make("cat | wc -c");

	expect_output(&process, "0\n");
}

Test(spawn, a_missing_program_is_told)
{
	const char *const argv[] = { "/no/such/program", NULL };
	struct aac_process process = { .argv = argv };

	run(&process);
	cr_assert_eq(process.spawn_errno, ENOENT);
}

Test(spawn, a_program_that_cannot_be_run_is_told)
{
	const char *path = scratch_path("plain");
	const char *const argv[] = { path, NULL };
	struct aac_process process = { .argv = argv };

	scratch_write("plain", "x");
	run(&process);
	cr_assert_eq(process.spawn_errno, EACCES);
}

Test(spawn, time_is_limited)
{
	struct aac_process process = make("echo begun; sleep 60 & sleep 60");
	double begin = seconds_now();

	process.seconds = 1;
	run(&process);
	cr_assert(process.timed_out);
	cr_assert(WIFSIGNALED(process.status) && WTERMSIG(process.status) == SIGKILL);
	cr_assert_str_eq(buf_str(&process.out), "begun\n");
	cr_assert_lt(seconds_now() - begin, 10);
	buf_fini(&process.out);
}

Test(spawn, time_is_limited_for_a_flood_too)
{
	struct aac_process process = make("exec yes");

	process.seconds = 1;
	process.output_limit = 100;
	run(&process);
	cr_assert(process.timed_out);
	cr_assert_eq(process.out.len, 100);
	buf_fini(&process.out);
}

Test(spawn, does_not_wait_for_what_is_left_behind)
{
	struct aac_process process = make("sleep 60 & echo done");
	double begin = seconds_now();

	expect_output(&process, "done\n");
	cr_assert_lt(seconds_now() - begin, 10);
	cr_assert_not(process.timed_out);
}

Test(spawn, what_is_left_behind_is_killed)
{
	struct aac_process process = make("sleep 60 & echo $!");
	pid_t pid;

	run(&process);
	pid = (pid_t)strtol(buf_str(&process.out), NULL, 10);
	cr_assert_gt(pid, 0);
	/* Somebody else reaps it, in their own time. */
	for (int i = 0; i < 500 && kill(pid, 0) == 0; i++) {
		char *state = NULL;
		char path[64];
		FILE *file;
		size_t size = 0;

		snprintf(path, sizeof(path), "/proc/%ld/stat", (long)pid);
		file = fopen(path, "re");
		if (file && getline(&state, &size, file) > 0 && strstr(state, ") Z")) {
			fclose(file);
			free(state);
			buf_fini(&process.out);
			return;
		}
		if (file)
			fclose(file);
		free(state);
		usleep(10000);
	}
	buf_fini(&process.out);
	cr_assert(kill(pid, 0) < 0);
}

Test(spawn, memory_is_limited)
{
	struct aac_process process = make("ulimit -v; ulimit -c");

	process.memory = 64 << 20;
	expect_output(&process, "65536\n0\n");
}

Test(spawn, output_is_limited_but_read_to_its_end)
{
	struct aac_process process =
		make("head -c 300000 /dev/zero | tr '\\0' x; exit 7");

	process.output_limit = 10;
	run(&process);
	cr_assert_eq(process.out.len, 10);
	cr_assert_eq(WEXITSTATUS(process.status), 7);
	buf_fini(&process.out);
}

Test(spawn, a_signal_is_told)
{
	struct aac_process process = make("kill -SEGV $$");

	run(&process);
	cr_assert(WIFSIGNALED(process.status) && WTERMSIG(process.status) == SIGSEGV);
	cr_assert_not(process.timed_out);
}

Test(spawn, signals_are_as_usual)
{
	struct aac_process process = make("trap 'echo caught' TERM; kill -TERM $$");
	sigset_t all;

	sigfillset(&all);
	sigprocmask(SIG_BLOCK, &all, NULL);
	expect_output(&process, "caught\n");
}

static void handle(int number)
{
	(void)number;
}

/* What a child makes of itself before it is another program is nobody else's. */
Test(spawn, what_it_makes_of_itself_is_not_ours)
{
	struct aac_process process = make("true");
	struct sigaction action = { .sa_handler = handle }, after;
	struct rlimit before, limit;
	char folder[4096], now[4096];
	sigset_t mask, same;

	process.memory = 1 << 30;
	sigaction(SIGTERM, &action, NULL);
	sigemptyset(&mask);
	sigaddset(&mask, SIGUSR2);
	sigprocmask(SIG_SETMASK, &mask, NULL);
	getrlimit(RLIMIT_AS, &before);
	cr_assert(getcwd(folder, sizeof(folder)));
	run(&process);
	process.argv = (const char *const[]){ "/no/such/program", NULL };
	run(&process);
	cr_assert_eq(process.spawn_errno, ENOENT);
	sigaction(SIGTERM, NULL, &after);
	cr_assert(after.sa_handler == handle);
	sigprocmask(SIG_SETMASK, NULL, &same);
	for (int i = 1; i < 32; i++)
		cr_assert_eq(sigismember(&same, i), sigismember(&mask, i));
	getrlimit(RLIMIT_AS, &limit);
	cr_assert_eq(limit.rlim_cur, before.rlim_cur);
	cr_assert(getcwd(now, sizeof(now)));
	cr_assert_str_eq(now, folder);
}

struct tally {
	size_t calls;
	bool seen[40];
};

static bool count_done(void *env, size_t index)
{
	struct tally *tally = env;

	cr_assert_lt(index, 40);
	cr_assert_not(tally->seen[index]);
	tally->seen[index] = true;
	tally->calls++;
	return true;
}

static void run_many(unsigned int jobs)
{
	struct aac_process processes[40];
	struct tally tally = { 0 };

	for (int i = 0; i < 40; i++)
		processes[i] = make(
			arena_printf(scratch.arena, "cat; echo %d >&2; exit %d", i, i));
	for (int i = 0; i < 40; i++) {
		processes[i].input = arena_printf(scratch.arena, "text %d", i);
		processes[i].input_len = strlen(processes[i].input);
	}
	aac_spawn_all(processes, 40, jobs, count_done, &tally);
	cr_assert_eq(tally.calls, 40);
	for (int i = 0; i < 40; i++) {
		cr_assert_eq(WEXITSTATUS(processes[i].status), i);
		cr_assert_str_eq(buf_str(&processes[i].out), processes[i].input);
		buf_fini(&processes[i].out);
		buf_fini(&processes[i].err);
	}
}

Test(spawn, one_after_the_other)
{
	run_many(1);
}

Test(spawn, several_at_a_time)
{
	run_many(7);
}

Test(spawn, more_jobs_than_programs)
{
	run_many(1000);
}

Test(spawn, no_jobs_is_one_job)
{
	run_many(0);
}

static bool want_no_more(void *env, size_t index)
{
	size_t *last = env;

	*last = index;
	return index < 2;
}

Test(spawn, no_further_one_is_started_when_told)
{
	struct aac_process processes[5];
	size_t last = 0;

	for (int i = 0; i < 5; i++)
		processes[i] = make("echo ran");
	aac_spawn_all(processes, 5, 1, want_no_more, &last);
	cr_assert_eq(last, 2);
	for (int i = 0; i < 5; i++) {
		cr_assert_eq(processes[i].skipped, i > 2);
		cr_assert_str_eq(buf_str(&processes[i].out), i > 2 ? "" : "ran\n");
		buf_fini(&processes[i].out);
		buf_fini(&processes[i].err);
	}
}

Test(spawn, they_do_run_at_the_same_time)
{
	struct aac_process processes[4];
	double begin = seconds_now();

	for (int i = 0; i < 4; i++)
		processes[i] = make("sleep 2");
	aac_spawn_all(processes, 4, 4, NULL, NULL);
	cr_assert_lt(seconds_now() - begin, 7.5);
}

Test(spawn, waiting_costs_nothing)
{
	struct aac_process process = make("sleep 1");
	clock_t begin = clock();

	run(&process);
	cr_assert_lt((double)(clock() - begin) / CLOCKS_PER_SEC, 0.3);
}
