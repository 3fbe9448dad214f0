#pragma once

/*
 * Composing: the union of fragments for one set of values, without what is redundant,
 * with every origin kept.  A composer remembers what it has found out about rules that
 * many containers share, so that a fleet costs little more than its distinct parts.
 */

#include "core/policy.h"
#include "core/scope.h"

struct aac_composer;

struct aac_composer *aac_composer_new(struct aac_context *ctx);
void aac_composer_free(struct aac_composer *composer);
/* Go on with COMPOSER for CTX, of the same arena and target. */
void aac_composer_lend(struct aac_composer *composer, struct aac_context *ctx);
/* What is composed from now on is for another container. */
void aac_composer_next(struct aac_composer *composer);

struct aac_composition {
	const struct aac_policy *policy; /* its name is not decided yet: NULL */
	const struct aac_lxc_line *lxc;
	/* By setting, then ${ctid}: some rule or `if` asked for it.  One that nothing
	 * asked for could have any value without changing a rule. */
	const bool *reads;
};

/*
 * FRAGMENTS in the order they are laid, then PROFILE's own rules (PROFILE may be NULL).
 * The scope holds the settings and the members.  The product goes to ARENA; what is
 * remembered for others to the composer.  QUIET: no warnings (a composition that only
 * answers a question).  False after reporting.
 */
bool aac_compose(struct aac_composer *composer, struct arena *arena,
		 struct aac_scope *scope, struct aac_fragments fragments,
		 const struct aac_profile_decl *profile, bool quiet,
		 struct aac_composition *composition);
