#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"

struct aac_diags;
struct aac_source;
struct aac_stmt;

/*
 * A text that is copied but for some places.  While files that it includes are laid into
 * it nothing of those is copied by itself: their statements are put one by one.
 */
struct aac_import_edit {
	const struct aac_source *source; /* that is worked on */
	uint32_t done;			 /* of it */
	unsigned int laid;		 /* how deep in includes it is */
	struct buf out;
	struct buf pieces; /* struct aac_import_piece, in the order of OUT */
	bool edited;
};

/* LEN bytes at AT of what was made are those of SOURCE from BEGIN. */
struct aac_import_piece {
	const struct aac_source *source;
	uint32_t at, len, begin;
};

/* The bytes of the source from BEGIN to END, as they are. */
void aac_import_put(struct aac_import_edit *e, uint32_t begin, uint32_t end);
/* What stands before TO is kept. */
void aac_import_copy(struct aac_import_edit *e, uint32_t to);
void aac_import_begin_line(struct aac_import_edit *e);
/* A line ends, and with it the one in the text when nothing more stands on it. */
void aac_import_end_line(struct aac_import_edit *e);
/* The text from BEGIN to END as comments, BEFORE in front. */
void aac_import_comment(struct aac_import_edit *e, const char *before, uint32_t begin,
			uint32_t end);

/* Reports the errors of FOUND, which speak of MADE, where its PIECES come from. */
void aac_import_bring_home(struct aac_diags *diags, const struct aac_diags *found,
			   const struct aac_source *made, const struct buf *pieces);

/* Where the body of BLOCK begins, behind its '{'; comments may stand before that. */
uint32_t aac_import_body_begin(const struct aac_import_edit *e,
			       const struct aac_stmt *block);
