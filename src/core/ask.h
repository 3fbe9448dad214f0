#pragma once

/*
 * From the words of an access to what the kernel asks the policy: for the `ask` hooks of
 * the rule kinds.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/query.h"
#include "core/source.h"

struct aac_context;
struct aac_rule;
struct arena;

/* TEXT, a pattern, with the name PROFILE as a literal for each @{profile_name}. */
const char *aac_own_name_put(struct arena *arena, const char *text, const char *profile);

struct aac_ask {
	struct aac_context *ctx;
	const char *profile; /* what @{profile_name} stands for */
	struct aac_query *queries;
	size_t count, cap;
};

/* One more thing to ask, to be filled in.  Everything it does not say is unknown. */
struct aac_query *aac_ask_new(struct aac_ask *ask, enum aac_query_type type,
			      uint32_t request);
/*
 * The bytes that the pattern FIELD of RULE stands for, one of them only: *text is NULL
 * when it is absent.  False after reporting that they are not known.
 */
bool aac_ask_text(struct aac_ask *ask, const struct aac_rule *rule, size_t field,
		  const char **text);
/* BITS by term of the set FIELD, of those that are in it; of all when it is absent. */
uint32_t aac_ask_bits(const struct aac_rule *rule, size_t field, const uint32_t *bits);
/* The word of the lowest bit of the set FIELD; NULL when it is empty. */
const char *aac_ask_word(const struct aac_rule *rule, size_t field);
/* Report that the access does not say WHAT; always false. */
bool aac_ask_refuse(struct aac_ask *ask, const struct aac_rule *rule, const char *what);
