#pragma once

/*
 * Accesses: what stands in a line of `expect` and what `query` is asked.  An access is
 * concrete, no rule, but written with the words of the rule kinds.
 */

#include <stdbool.h>
#include <stddef.h>

#include "core/query.h"
#include "core/rule.h"

struct aac_context;
struct aac_shape;
struct arena;

struct aac_attempt {
	const struct aac_kind *kind;
	const struct aac_rule *rule; /* its words; NULL: none were needed */
	const char *text;	     /* canonical */
	/* What the kernel asks; all of it is the access. */
	const struct aac_query *queries;
	size_t count;
};

/* SHAPE's words, with their holes; NULL after reporting that it is no access. */
const struct aac_rule *aac_access_words(struct aac_context *ctx,
					const struct aac_shape *shape);
/* What WORDS, without holes, asks of the profile PROFILE; NULL after reporting. */
const struct aac_attempt *aac_access_new(struct aac_context *ctx,
					 const struct aac_rule *words,
					 const char *profile);
/* The same of words with holes. */
enum aac_fill aac_access_fill(struct aac_context *ctx, const struct aac_rule *words,
			      aac_lookup *lookup, void *env, const char *profile,
			      const struct aac_attempt **access);
/* The access that stands in SOURCE, alone; NULL after reporting. */
const struct aac_attempt *aac_access_read(struct aac_context *ctx,
					  const struct aac_source *source,
					  const char *profile);

/* The same of the LEN bytes of TEXT when they are a file access of the plainest form;
 * NULL, without a word, for any other text. */
const struct aac_attempt *aac_access_plain(struct arena *arena, const char *text,
					   size_t len);

/* ---- deciding (ruling.c) ----------------------------------------------------------- */

/* Who else is known: for what the other side must allow, too. */
struct aac_peers {
	/* The compiled profile of LABEL, or NULL. */
	const struct aac_blob *(*find)(void *env, const char *label);
	void *env;
};

struct aac_ruling {
	enum aac_outcome outcome;
	bool mediated; /* some part of it is; false: it is allowed for want of a class */
	bool audited;  /* what happens is logged */
	bool complain; /* denied, but the profile is in complain mode: it happens */
	bool granted;  /* something of what it names is granted */
	bool other_side;	 /* it is the peer's profile that denies */
	uint32_t missing;	 /* of the first query that is not granted: its bits */
	size_t failed;		 /* the index of that query */
	uint32_t exec;		 /* of aac_exec, where an exec is granted */
	const char *exec_target; /* the profile that it names, or NULL */
	const char *depends;	 /* on what, when it does */
};

/* What BLOB decides of ACCESS; PEERS may be NULL. */
struct aac_ruling aac_access_decide(struct arena *arena, const struct aac_blob *blob,
				    const struct aac_attempt *access,
				    const struct aac_peers *peers);
