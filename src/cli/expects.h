#pragma once

#include "base/map.h"
#include "cli/compiled.h"
#include "core/access.h"
#include "core/diag.h"
#include "core/policy.h"

struct aac_run;
struct buf;

/* A line of `expect`, decided on one compiled profile. */
struct aac_tried {
	const struct aac_expect *expect;
	const struct aac_attempt *attempt;
	const struct aac_ruling *ruling;
	bool held;
};

/* One profile with all that is expected of it; forgotten once it was told. */
struct aac_trial {
	struct aac_compiled compiled;
	struct arena *scratch;
	const struct aac_tried *outcomes;
	size_t count, failed;
};

/* All profiles of a run. */
struct aac_expects {
	struct aac_run *run;
	/* What becomes of each profile's outcomes. */
	void (*tell)(struct aac_expects *all, struct aac_trial *trial);
	void *env;
	size_t profiles, count, failed;
	unsigned int searched; /* profiles whose rules were looked at one by one */
	/* For aac_expects_report: where it reports, and what was reported. */
	struct aac_diags *diags;
	struct map told;
};

/* Decide what is expected of TEXT's profile, which is compiled in POLICY.  False after
 * reporting. */
bool aac_expects_try(struct aac_expects *all, const struct aac_profile_text *text,
		     const struct buf *policy);
/* A `tell`: each line that does not hold as an error, the first profile with the rule
 * that is to blame; aac_expects_end adds the other profiles. */
void aac_expects_report(struct aac_expects *all, struct aac_trial *trial);
/* How many errors that were. */
unsigned int aac_expects_end(struct aac_expects *all);

/* The error for an OUTCOME that does not hold. */
struct aac_diag *aac_expect_blame(struct aac_expects *all, struct aac_trial *trial,
				  const struct aac_tried *outcome,
				  struct aac_diags *diags);
/* "allow", "deny", "audit". */
const char *aac_expect_verdict(const struct aac_expect *expect);
/* May its rules be compiled one by one?  Not for each of thousands of profiles. */
bool aac_expects_may_search(struct aac_expects *all, struct aac_trial *trial);
/* The rule that is to blame: for what was granted in part, the one that grants it. */
struct aac_deciding aac_expect_rule(struct aac_trial *trial,
				    const struct aac_tried *outcome);
