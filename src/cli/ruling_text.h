#pragma once

#include "cli/compiled.h"
#include "cli/json_writer.h"

/* "allowed", "allowed, audited", "denied", "denied silently", "depends", … */
const char *aac_ruling_words(const struct aac_ruling *ruling);
/* What an exec leads to, as "ix" or "px -> NAME"; NULL when none is asked for or granted.
 * In the arena. */
const char *aac_ruling_exec(struct arena *arena, const struct aac_attempt *attempt,
			    const struct aac_ruling *ruling);

/* For people: the verdict, the access, and below it the rule that decided. */
void aac_ruling_put(struct buf *out, struct arena *scratch, struct aac_compiled *compiled,
		    const struct aac_attempt *attempt, const struct aac_ruling *ruling);
/* The rule alone: "by FILE:LINE:COLUMN  RULE", or why there is none, without a newline at
 * the end; the rule of an included file follows on a line of its own, INDENT and some
 * more columns wide. */
void aac_ruling_put_rule(struct buf *out, struct arena *scratch,
			 struct aac_compiled *compiled, const struct aac_attempt *attempt,
			 const struct aac_ruling *ruling, size_t indent);
/* The keys of a ruling: access verdict audited quiet mediated complain exec rule inside
 * nearest depends_on. */
void aac_ruling_json(struct aac_json *json, struct arena *scratch,
		     struct aac_compiled *compiled, const struct aac_attempt *attempt,
		     const struct aac_ruling *ruling);
/* The same where the rule was looked for already, or is not. */
void aac_ruling_json_by(struct aac_json *json, struct arena *scratch,
			const struct aac_compiled *compiled,
			const struct aac_attempt *attempt,
			const struct aac_ruling *ruling,
			const struct aac_deciding *deciding);
