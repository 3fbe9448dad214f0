#pragma once

#include <stdbool.h>
#include <stddef.h>

struct aac_answers;
struct aac_attempt;
struct aac_compiled;
struct buf;

/*
 * What was printed for accesses: an answer holds for all that lead the automata of the
 * profile and of its rules to the same states (core/lockstep.h), so only the access in it
 * is put in anew.
 */
struct aac_answers *aac_answers_new(struct aac_compiled *compiled);
void aac_answers_free(struct aac_answers *answers);

/* Append what is printed for ATTEMPT; *NO: it is a no.  False: it is not known, and
 * aac_answers_keep is to be told. */
bool aac_answers_put(struct aac_answers *answers, const struct aac_attempt *attempt,
		     struct buf *out, bool *no);
/* What OUT holds from BEFORE on was printed for the ATTEMPT that was asked for last.
 * False: it is nothing to keep here. */
bool aac_answers_keep(struct aac_answers *answers, const struct aac_attempt *attempt,
		      const struct buf *out, size_t before, bool no);
