#pragma once

/*
 * Private to glob_except.c: a glob as the rows of steps that it stands for, without
 * alternations, and a row as text again.
 */

#include <stdbool.h>
#include <stddef.h>

#include "core/glob_scan.h"

struct arena;
struct buf;

enum aac_glob_step_kind {
	AAC_GLOB_STEP_BYTE, /* one byte of the set */
	AAC_GLOB_STEP_STAR, /* any number of bytes, none of them '/' */
	AAC_GLOB_STEP_DEEP, /* any number of bytes */
	AAC_GLOB_STEP_END,
};

struct aac_glob_step {
	enum aac_glob_step_kind kind;
	struct aac_glob_set set; /* BYTE */
};

/* A row ends with a step of kind END. */
struct aac_glob_rows {
	const struct aac_glob_step **rows;
	size_t count;
};

/* More rows than this, or longer ones, are too much. */
enum { AAC_GLOB_ROWS_MAX = 512, AAC_GLOB_ROW_MAX = 1024 };

/* The rows of TEXT, a well formed glob.  False with *why (static text that goes on
 * behind the pattern) when it has none that are known. */
bool aac_glob_rows(struct arena *arena, const char *text, struct aac_glob_rows *rows,
		   const char **why);

void aac_glob_set_add(struct aac_glob_set *set, unsigned char byte);
bool aac_glob_set_empty(const struct aac_glob_set *set);
/* All bytes but '/'. */
struct aac_glob_set aac_glob_set_part(void);

/*
 * Append the steps FROM to (not including) END as AppArmor's text.  BEFORE is the byte
 * that stands before them, 0 for none that is known.  INNER: a '}' or a comma follows.
 */
void aac_glob_steps_print(struct buf *out, const struct aac_glob_step *from,
			  const struct aac_glob_step *end, unsigned char before,
			  bool inner);
/* The byte that STEP is, 0: it may be several. */
unsigned char aac_glob_step_byte(const struct aac_glob_step *step);
