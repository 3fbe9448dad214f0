/*
 * aa-compose with a host that fails: fault_tool MODE N COUNT ARGUMENT... runs the command
 * line ARGUMENT... in this process, where the Nth system call that writes
 *
 *    fail     fails once, with EIO
 *    full     fails, and so do all behind it, with ENOSPC: a disk that stays full
 *    kill     is never reached: SIGKILL before it
 *    none     is like any other
 *
 * Texts are written in pieces of 400 bytes, so that it hits the middle of files too.  The
 * number of calls goes into the file COUNT.
 */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/arena.h"
#include "cli/command.h"
#include "cli/run.h"

static void kill_at(void *what, int number)
{
	if (number == *(const int *)what)
		kill(getpid(), SIGKILL);
}

static void set_fault(struct aac_host *host, const char *mode, int *n)
{
	host->write_chunk = 400;
	if (strcmp(mode, "kill") == 0) {
		host->on_write = kill_at;
		host->on_write_what = n;
	} else if (strcmp(mode, "none") != 0) {
		host->fail_write_after = *n;
		host->fail_on = strcmp(mode, "full") == 0;
	}
}

static bool write_count(const char *path, int count)
{
	FILE *file = fopen(path, "w");

	return file && fprintf(file, "%d\n", count) > 0 && fclose(file) == 0;
}

int main(int argc, char **argv)
{
	struct arena *arena = arena_new();
	const struct aac_command *command;
	struct aac_options opts;
	struct aac_run run;
	enum aac_exit code;
	int n;

	if (argc < 5)
		return 99;
	n = atoi(argv[2]);
	aac_term_prepare();
	if (aac_options_parse(arena, &opts, argc - 3, argv + 3) || !opts.command)
		return 99;
	command = aac_command_find(opts.command);
	if (!command || aac_command_problem(arena, command, &opts))
		return 99;
	aac_run_init(&run, arena, &opts, command);
	set_fault(&run.host, argv[1], &n);
	command->perform(&run);
	n = run.host.writes;
	code = aac_run_finish(&run);
	arena_free(arena);
	return write_count(argv[3], n) ? (int)code : 99;
}
