#pragma once

#include "cli/explain.h"

/*
 * Values that a parameter could have for what was denied: of paths those that lead to
 * denied files, of words those that it may have, of lists one element more.
 */
struct aac_values {
	const char **items; /* as --set takes them, in the order to be tried */
	size_t count;
};

/* What PARAM could be for the answers of SUBJECT that are open.  NOW is its value, or
 * NULL. */
struct aac_values aac_cure_values(struct aac_explanation *all,
				  const struct aac_subject *subject,
				  const struct aac_param *param,
				  const struct aac_value *now);
