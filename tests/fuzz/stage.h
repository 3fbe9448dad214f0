#pragma once

/*
 * What the fuzzers stand on: a context of its own for each input, targets and templates
 * that need no files, and a composition from rules to the text of the profiles.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/context.h"
#include "core/diag.h"
#include "core/fleet.h"

struct aac_template;

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

struct stage {
	struct arena *arena;
	struct aac_diags diags;
	struct aac_context ctx;
};

void stage_begin(struct stage *stage);
/* Renders what was found wrong in both forms, and gives everything back. */
void stage_end(struct stage *stage);

const struct aac_source *stage_source(struct stage *stage, const char *name,
				      const void *text, size_t len);
/* Debian 12's parser (OLD) or a newer one, with some of a kernel's features. */
void stage_target(struct stage *stage, bool old);
/* "lxc" with the prefix lxc-, "raw" without one; NULL: there is no such template. */
const struct aac_template *stage_template(struct stage *stage, const char *name);

/* The two parts of an input: before and behind its first line "====".  Without one the
 * second is NULL. */
struct stage_parts {
	const char *first, *second;
	size_t first_len, second_len;
};
struct stage_parts stage_split(const void *data, size_t size);

/* All that RULES make of CONFIG, which may be NULL: as the command line does it.  NULL
 * when anything is wrong. */
const struct aac_fleet *stage_compose(struct stage *stage, const struct aac_source *rules,
				      const struct aac_config *config);

/* Says which property does not hold, and ends the program. */
_Noreturn void stage_fail(const char *property, const char *text);
