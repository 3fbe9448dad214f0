#pragma once

#include <stdbool.h>

#include "core/source.h"

struct arena;
struct buf;

/*
 * Diagnostics are values in a queue; passes append and go on, the command line renders
 * them once.  A slug is a stable identifier: it names the problem, and its meaning never
 * changes.  Every slug is declared in diag.def.
 */
struct aac_diag_index;

enum aac_severity { AAC_NOTE, AAC_WARNING, AAC_ERROR };

struct aac_diag {
	struct aac_diag *next;
	struct aac_diag *notes; /* other places, e.g. "first defined here" */
	enum aac_severity severity;
	const char *slug;     /* NULL in notes */
	struct aac_span span; /* .source NULL: no place */
	const char *message;
	const char *hint; /* the cure, or NULL */
};

struct aac_diags {
	struct arena *arena;
	struct aac_diag *head, **tail;
	unsigned int errors, warnings;
	unsigned int max_errors;      /* after so many the passes give up */
	bool strict;		      /* strict slugs of diag.def become errors */
	struct aac_diag_index *index; /* what was reported, to report it once */
};

void aac_diags_init(struct aac_diags *diags, struct arena *arena);
/* No use in going on: max_errors have been reported. */
bool aac_diags_full(const struct aac_diags *diags);

/* What was reported before, word for word at the same place, is returned, for notes to be
 * added, but neither queued nor counted again. */
struct aac_diag *aac_report(struct aac_diags *diags, enum aac_severity severity,
			    const char *slug, struct aac_span span, const char *fmt, ...)
	__attribute__((format(printf, 5, 6)));
/* The newest, or NULL. */
struct aac_diag *aac_diags_last(const struct aac_diags *diags);
/* Add another place to DIAG. */
void aac_note(struct aac_diags *diags, struct aac_diag *diag, struct aac_span span,
	      const char *fmt, ...) __attribute__((format(printf, 4, 5)));
/* Set the cure. */
void aac_hint(struct aac_diags *diags, struct aac_diag *diag, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));

struct aac_diag_style {
	bool color;
	bool quiet;   /* errors only */
	bool verbose; /* every one of a flood of equal slugs */
};

/* As text, with an excerpt and a caret for each place. */
void aac_diags_render(const struct aac_diags *diags, const struct aac_diag_style *style,
		      struct buf *out);
/* One JSON object a line: severity slug message file line column end_line end_column hint
 * notes[{file line column message}]. */
void aac_diags_render_json(const struct aac_diags *diags,
			   const struct aac_diag_style *style, struct buf *out);

/* True when SLUG stands in diag.def: the completeness test, `accept`. */
bool aac_slug_known(const char *slug);
/* The slug that WORD is probably meant to be; NULL when it is one, or is like none. */
const char *aac_slug_near(const char *word);
