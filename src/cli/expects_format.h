#pragma once

#include "base/buf.h"
#include "cli/expects.h"
#include "cli/json_writer.h"

/*
 * The outcomes in the forms of `test`: each a `tell` of struct aac_expects, whose env is
 * a struct aac_outcomes.
 */
struct aac_outcomes {
	struct buf body;      /* what goes between the form's beginning and its end */
	struct aac_json json; /* writes into body */
	size_t number;	      /* of the last outcome */
};

/* A form: what it writes of each profile, and of all of them in the end. */
struct aac_outcome_form {
	void (*tell)(struct aac_expects *all, struct aac_trial *trial);
	void (*begin)(struct aac_expects *all);
	void (*end)(struct aac_expects *all, struct buf *out);
};

extern const struct aac_outcome_form aac_outcome_forms[];
