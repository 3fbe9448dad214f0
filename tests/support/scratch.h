#pragma once

/*
 * What the tests of the host stand on: a scratch folder that is removed again, files
 * in it, and a run's context.  One at a time; Criterion runs each test in a process of
 * its own.
 */

#include <stdbool.h>
#include <stddef.h>

#include "core/context.h"
#include "core/diag.h"
#include "host/host.h"

struct scratch {
	struct arena *arena;
	struct aac_diags diags;
	struct aac_context ctx;
	struct aac_host host;
	const char *dir; /* absolute */
};

extern struct scratch scratch;

void scratch_setup(void);
void scratch_teardown(void);

/* DIR/NAME */
const char *scratch_path(const char *name);
void scratch_mkdir(const char *name); /* and what is above it */
void scratch_write(const char *name, const char *text);
void scratch_script(const char *name, const char *text); /* the same, executable */
char *scratch_read(const char *name);
/* Everything below DIR/NAME, hidden files too: names, modes and bytes, as one text. */
const char *scratch_dump(const char *name);

/* The first diagnostic with SLUG, or NULL. */
const struct aac_diag *scratch_find(const char *slug);
size_t scratch_count(const char *slug);
/* All diagnostics as text, for the messages of assertions. */
const char *scratch_said(void);
