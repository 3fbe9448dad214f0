#pragma once

/*
 * Accesses that differ in plain names alone: what the grammar made of one of a form is
 * what it makes of all, with their own names in place of its.
 */

#include <stddef.h>

#include "core/access.h"

struct aac_context;
struct aac_forms;
struct arena;

/* Of accesses that are asked of the profile PROFILE; CTX as for aac_access_read.  What
 * is remembered lives in ARENA, up to a bound, and needs the call that ends it. */
struct aac_forms *aac_forms_new(const struct aac_context *ctx, struct arena *arena,
				const char *profile);
void aac_forms_fini(struct aac_forms *forms);

/* What aac_access_read makes of the LEN bytes of TEXT, in SCRATCH; NULL, without a word,
 * where no access of its form is known yet: the second of a form makes it known. */
const struct aac_attempt *aac_forms_read(struct aac_forms *forms, struct arena *scratch,
					 const char *text, size_t len);

/* Do they ask the same, in the same words? */
bool aac_attempt_same(const struct aac_attempt *a, const struct aac_attempt *b);
