#pragma once

/*
 * From a record of a log to the access that it is about, in the words of `query`, and to
 * the rule that would allow just that.
 *
 * Source of every fact: records of Linux 6.1 and 6.12 (tests/vectors), each of which is
 * decided again on the policy that caused it (tests/property/records.sh).
 */

#include "core/access.h"
#include "core/query.h"
#include "core/record.h"

struct buf;

struct aac_denial {
	const char *label; /* of the subject; a stack has "//&" between its profiles */
	const char *space; /* its namespace, "root//…"; or NULL */
	const struct aac_attempt *attempt;
};

/*
 * What RECORD, one that is DENIED, ALLOWED or AUDITED, was about: of the bits asked for
 * those that were denied.  False: *WHY it cannot be asked again, a sentence's part.
 */
bool aac_denial_read(struct arena *arena, const struct aac_record *record,
		     struct aac_denial *denial, const char **why);

/*
 * What BLOB decides of ATTEMPT, which a record told of.  Asking for a profile at the next
 * exec is a call of its own, before there is a program.
 */
struct aac_ruling aac_denial_decide(struct arena *arena, const struct aac_blob *blob,
				    const struct aac_attempt *attempt,
				    const struct aac_peers *peers);

/*
 * Append the rule that allows what ATTEMPT asks and as little else as a rule can, with
 * its comma.  GENERALIZE: numbers, ids and hashes in names become globs.
 */
void aac_denial_rule(struct buf *out, const struct aac_attempt *attempt, bool generalize);
/* The same of a rule that says less, where kernels or parsers have no finer one: false
 * when there is none. */
bool aac_denial_coarse_rule(struct buf *out, const struct aac_attempt *attempt);
