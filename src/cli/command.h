#pragma once

#include <stdint.h>

#include "cli/options.h"

struct aac_run;
struct buf;

/*
 * A subcommand: a const record in its own cmd_*.c and a row of commands.def.  The
 * record feeds dispatch, usage errors, --help and the manual.
 */
struct aac_command {
	const char *name;
	const char *arguments; /* "[CTID]...", or "" */
	const char *summary;   /* half a line */
	const char *help;      /* paragraphs, "\n\n" between them */
	const char *examples;  /* command lines, '\n' after each */
	uint64_t options;      /* AAC_OPT(…) */
	size_t max_args;
	bool test_formats; /* --format tap and junit, too */
	bool lint_formats; /* --format sarif, too */
	/* Its result goes to run->out, what is wrong to run's diagnostics. */
	void (*perform)(struct aac_run *run);
};

#define COMMAND(id) extern const struct aac_command aac_command_##id;
#include "cli/commands.def"
#undef COMMAND

/* Every command, NULL-terminated. */
extern const struct aac_command *const aac_commands[];

const struct aac_command *aac_command_find(const char *name);
/* NULL when COMMAND takes these options and arguments, else what is wrong. */
const char *aac_command_problem(struct arena *arena, const struct aac_command *command,
				const struct aac_options *opts);
const char *aac_command_unknown(struct arena *arena, const char *name);

/* COMMAND may be NULL: the help of the whole program. */
void aac_command_help(struct buf *out, const struct aac_command *command);
