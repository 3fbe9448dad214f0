#pragma once

/* What stands in a line of `expect`: an access, which is concrete, and no rule. */

#include <stdbool.h>

struct aac_context;
struct aac_shape;

/* Is SHAPE one?  False after reporting. */
bool aac_access_check(struct aac_context *ctx, const struct aac_shape *shape);
