#pragma once

/* What rule.c and its neighbours share: the last steps of making a rule. */

#include <stdbool.h>

struct aac_context;
struct aac_rule;
struct buf;

/* RULE, without holes, in canonical text. */
void aac_rule_print(struct buf *out, const struct aac_rule *rule);
/* The kind's check, then the text; false after reporting. */
bool aac_rule_finish(struct aac_context *ctx, struct aac_rule *rule);
