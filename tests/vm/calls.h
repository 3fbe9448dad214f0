#pragma once

/* The system calls that a plan may name, as a confined process makes them. */

#include <stdbool.h>
#include <sys/types.h>

struct call {
	const char *name;
	int (*prepare)(void); /* before the confinement, or NULL */
	int (*perform)(void);
	int args;
	bool wants_peer;    /* the first of its words is the label of another process */
	bool changes_label; /* the label afterwards is part of the answer */
};

/* NULL: there is none that takes just WORDS, which end in NULL. */
const struct call *call_find(const char *name, char **words);
/* Below 0 with errno when it failed.  WORDS stay the caller's, for call_perform, too. */
int call_prepare(const struct call *call, char **words);
/* The call's errno, or 0.  PEER is the other process, of those that want one. */
int call_perform(const struct call *call, pid_t peer);
