#pragma once

/* What rule.c and its neighbours share: the last steps of making a rule. */

#include "core/rule.h"

struct aac_context;
struct aac_rule;
struct buf;

/* RULE, without holes, in canonical text. */
void aac_rule_print(struct buf *out, const struct aac_rule *rule);
/* The kind's check, then the text; false after reporting. */
bool aac_rule_finish(struct aac_context *ctx, struct aac_rule *rule);

/* The parts of RULE, which expands and has no holes; false after reporting. */
bool aac_rule_expand(struct aac_context *ctx, struct aac_rule *rule);
/* Is every `except` of SHAPE behind a pattern that RULE took as one of a path?  RULE may
 * be NULL: none is.  False after reporting. */
bool aac_rule_check_except(struct aac_context *ctx, const struct aac_shape *shape,
			   const struct aac_rule *rule);

/* A copy of RULE with the holes of its fields filled: neither checked nor printed. */
enum aac_fill aac_rule_fill_fields(struct aac_context *ctx, const struct aac_rule *rule,
				   aac_lookup *lookup, void *env,
				   struct aac_rule **filled);
