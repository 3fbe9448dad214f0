#pragma once

/*
 * Which rule does apparmor_parser mean, when it does not say?  Private to
 * src/host/compiler*.c.
 */

#include <stdbool.h>

struct aac_compiler_run;
struct aac_grant;
struct aac_process;
struct arena;

/* What the search asks the parser with. */
struct aac_search {
	struct arena *arena;
	const char *const *argv;
	bool done; /* asked already, whatever came of it */
	bool found;
	/* Without the first the parser does not refuse the text; the second, if there is
	 * one, it refuses together with the first only. */
	const struct aac_grant *rules[2];
};

/*
 * The rule, or the two, for which the run that has ended as PROCESS failed: found by
 * compiling the text with fewer and fewer of its rules, some two dozen times at most.
 * False when the parser fails without any rule, or when no rule alone is to blame for a
 * run that took too long.  A second call answers what the first did.
 */
bool aac_compiler_search(struct aac_search *search, const struct aac_compiler_run *run,
			 const struct aac_process *process);
