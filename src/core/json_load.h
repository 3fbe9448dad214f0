#pragma once

#include <jansson.h>

struct aac_context;
struct aac_source;

/* The document, of any type; NULL after reporting.  The caller owns the reference. */
json_t *aac_json_load(struct aac_context *ctx, const struct aac_source *source);
