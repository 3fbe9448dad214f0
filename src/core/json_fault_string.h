#pragma once

#include <stdbool.h>
#include <stdint.h>

struct aac_context;
struct aac_source;

/*
 * The string of a JSON text that begins at AT: true with *end past it when there is
 * nothing wrong, else false after reporting.
 */
bool aac_json_fault_string(struct aac_context *ctx, const struct aac_source *source,
			   uint32_t at, bool key, uint32_t *end);
