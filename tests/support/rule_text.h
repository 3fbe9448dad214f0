#pragma once

/* Rules from their text, for the tests of what is asked about rules. */

#include <stdbool.h>

#include "core/context.h"
#include "core/diag.h"
#include "core/rule.h"

/* An arena, an empty queue and no target; it stays until the process ends. */
struct aac_context *rule_context(void);
/* The shape of TEXT, one rule with its comma; NULL after reporting. */
const struct aac_shape *rule_shape(struct aac_context *ctx, const char *text);
/* Its meaning; NULL after reporting. */
const struct aac_rule *rule_new(struct aac_context *ctx, const char *text);
/* The slug of what is wrong with TEXT, NULL when nothing is; warnings count. */
const char *rule_slug(const char *text);
/* The canonical text, or the slug and the message of what is wrong. */
const char *rule_text(const char *text);
/* The hint of the first diagnostic of TEXT, "" for none. */
const char *rule_hint(const char *text);
