#pragma once

/*
 * Rules one by one: each rule of a profile compiled as a profile of its own tells which
 * accesses it speaks of, and so which rule decided one.  A deny is compiled as an allow:
 * of what it takes away nothing else is left in a policy.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/access.h"
#include "core/source.h"

struct aac_context;
struct aac_file;
struct aac_finding;
struct aac_grant;
struct aac_profile_text;
struct aac_query;

struct aac_lone_rule {
	const char *text;	       /* as the profile has it */
	const char *alone;	       /* as it is compiled */
	struct aac_span span;	       /* where it was written */
	const char *fragment;	       /* that it comes from, or NULL */
	const struct aac_grant *grant; /* of a composed profile, or NULL */
	const struct aac_rule *rule;
	bool deny, audit;
	int priority;
	const struct aac_blob *blob; /* NULL: it could not be compiled */
	uint32_t mute; /* by query type: bits of what it is known to grant nothing of */
};

struct aac_lone_rules {
	struct aac_lone_rule *items;
	size_t count;
	const char *preamble; /* what must stand before the profiles */
	const char *profile;  /* whose rules they are */
};

/* The rules of TEXT's profile, or of its child CHILD ("a", "a//b"; NULL: its own). */
struct aac_lone_rules aac_lone_composed(struct aac_context *ctx,
					const struct aac_profile_text *text,
					const char *child);
/* The rules of the profile NAME ("a", "a//b") in FILE, a whole profile's text.  What is
 * wrong with them is reported. */
struct aac_lone_rules aac_lone_written(struct aac_context *ctx,
				       const struct aac_file *file, const char *name);

/* The rules of FILE, which a rule of RULES includes. */
struct aac_lone_rules aac_lone_included(struct aac_context *ctx,
					const struct aac_lone_rules *rules,
					const struct aac_file *file);

/* The assertions of TEXT's policy, as if they were rules, in order. */
struct aac_lone_rules aac_lone_never(struct aac_context *ctx,
				     const struct aac_profile_text *text);

/* Text of a profile for each rule, in order; NULL when there is none. */
const struct aac_source *aac_lone_text(struct aac_context *ctx,
				       const struct aac_lone_rules *rules);
/* BLOBS is that text compiled. */
void aac_lone_take(struct aac_lone_rules *rules, const struct aac_blob *blobs);

/* The rule that decided RULING of ATTEMPT; NULL: none did. */
const struct aac_lone_rule *aac_lone_deciding(struct arena *arena,
					      const struct aac_lone_rules *rules,
					      const struct aac_attempt *attempt,
					      const struct aac_ruling *ruling);
/* The allowing rule that comes nearest to ATTEMPT, which no rule allows; or NULL. */
const struct aac_lone_rule *aac_lone_nearest(struct arena *arena,
					     const struct aac_lone_rules *rules,
					     const struct aac_attempt *attempt,
					     const struct aac_ruling *ruling);
/* Is RULE one that could be the nearest to an access of KIND? */
bool aac_lone_may_be_near(const struct aac_lone_rule *rule, enum aac_kind_id kind);

/*
 * Of RULES, compiled, one that covers the one at INDEX by meaning: nothing is allowed,
 * denied, logged or led elsewhere by the latter that it does not do as well.  Those that
 * are COVERED, by index, are not asked; NULL: there is none.
 */
const struct aac_lone_rule *aac_lone_cover(struct aac_context *ctx,
					   const struct aac_lone_rules *rules,
					   size_t index, const bool *covered);
/* May RULE speak of QUERY's access?  Its text may tell without any automaton. */
bool aac_lone_may_speak(const struct aac_lone_rule *rule, const struct aac_query *query);
/* What the path of a file's query must begin with for that, *LEN bytes in ARENA; NULL:
 * any path may. */
const unsigned char *aac_lone_prefix(struct arena *arena,
				     const struct aac_lone_rule *rule, size_t *len);
/* The sorts of accesses that RULE, compiled, speaks of, each with one; NULL: none. */
const struct aac_finding *aac_lone_sorts(struct aac_context *ctx,
					 const struct aac_lone_rule *rule);
/* Does OTHER, compiled, speak of all that RULE speaks of, whatever they say of it?  SORTS
 * are RULE's. */
bool aac_lone_within(struct aac_context *ctx, const struct aac_lone_rule *rule,
		     const struct aac_finding *sorts, const struct aac_lone_rule *other);
