#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"

/* A file that a program can read.  They are its descriptors from this number on, at most
 * so many. */
#define AAC_SPAWN_FILE 4
#define AAC_SPAWN_FILES 32

struct aac_spawn_file {
	const char *text;
	size_t len;
};

/*
 * Run programs without a shell: argv as given, an environment of our own, no descriptor
 * but 0, 1, 2 and those of its files, the folder "/", limits on time, memory and output.
 * Several at a time.  What a program leaves running in its process group is killed.
 */
struct aac_process {
	const char *const *argv; /* argv[0] is the file, absolute; NULL-terminated */
	const char *input;	 /* for its standard input */
	size_t input_len;
	const struct aac_spawn_file *files; /* to be read as /dev/fd/4 and so on */
	size_t file_count;
	unsigned int seconds; /* wall time, then SIGKILL; 0: no limit */
	uint64_t memory;      /* RLIMIT_AS in bytes; 0: no limit */
	/* For aac_compiler_together: the input is this profile alone.  Or NULL. */
	const char *profile;
	size_t output_limit; /* bytes kept of each stream; the rest is read and dropped */

	/* Results. */
	struct buf out, err; /* owned by the caller */
	bool skipped;	     /* was not started: DONE wanted no more */
	int spawn_errno;     /* could not be run at all */
	int status;	     /* as waitpid gives it */
	bool timed_out;
};

/* Run all of them, at most JOBS at a time; DONE (may be NULL) is called after each, and
 * when it says false no further one is started. */
void aac_spawn_all(struct aac_process *processes, size_t count, unsigned int jobs,
		   bool (*done)(void *env, size_t index), void *env);
