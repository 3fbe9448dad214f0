#pragma once

#include <jansson.h>

struct aac_context;
struct aac_source;

/*
 * Say what is wrong with a text that jansson refused, and where: at least one error.
 * ERROR is jansson's own, for what only it can know.
 */
void aac_json_fault(struct aac_context *ctx, const struct aac_source *source,
		    const json_error_t *error);
