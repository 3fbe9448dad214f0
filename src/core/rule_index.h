#pragma once

/*
 * Which of many rules can have to do with each other, so that not every pair is asked.
 * A pair that is left out is proved to be unrelated: neither rule covers the other, they
 * do not overlap, do not conflict, and neither silences the other.
 */

#include <stdbool.h>
#include <stddef.h>

struct aac_rule;
struct arena;

struct aac_rule_index;

/* RULES are without holes; all must outlive the index. */
struct aac_rule_index *aac_rule_index_new(struct arena *arena,
					  const struct aac_rule *const *rules,
					  size_t count);

/*
 * Those behind rule I that may have to do with it, in order.  *found is overwritten by
 * the next call.
 */
size_t aac_rule_index_behind(struct aac_rule_index *index, size_t i,
			     const size_t **found);
