#pragma once

/* Private to jq_judge.c and jq_fact.c. */

#include "core/jq_filter.h"

/* A path below `.` that is not null here; "" is `.` itself, keys begin with \x1f. */
struct aac_jq_fact {
	const struct aac_jq_fact *up;
	const char *path;
	unsigned int count; /* with those above */
};

/* So many are kept, of paths of so many bytes: more are no script's, but an attack. */
#define AAC_JQ_FACTS 64
#define AAC_JQ_PATH 1000

struct aac_jq_facts {
	struct arena *arena;
	const char *text;
	const struct aac_jq_fact *known;
};

/* What NODE, a condition, tells when it is true (or, unless WHEN, when it is not). */
void aac_jq_facts_add(struct aac_jq_facts *facts, const struct aac_jq_node *node,
		      bool when);
/* NODE as a path of keys below `.`; NULL: it is none. */
const char *aac_jq_path(const struct aac_jq_facts *facts, const struct aac_jq_node *node);
/* PATH with the key of SUFFIX behind it; NULL when it has none that is known. */
const char *aac_jq_path_key(const struct aac_jq_facts *facts, const char *path,
			    const struct aac_jq_node *suffix);
bool aac_jq_is_known(const struct aac_jq_fact *known, const char *path);
/* The facts as seen from PATH (NULL: from something else), which becomes `.`. */
const struct aac_jq_fact *aac_jq_facts_below(const struct aac_jq_facts *facts,
					     const char *path);
/* The bytes at NAME of NODE are WORD. */
bool aac_jq_says(const char *text, const struct aac_jq_node *node, const char *word);
