/*
 * The tests of the policy: takes a composed profile and its compiled policy, decides each
 * line of `expect` on it as the kernel would, and hands the outcomes on.  Not obvious:
 * the answer must not depend on which other profiles there are, so of the other sides of
 * signals and traces only the profile itself and its children are asked.
 */
#include "cli/expects.h"

#include <string.h>

#include "base/arena.h"
#include "base/buf.h"
#include "cli/assertions.h"
#include "cli/run.h"
#include "core/profile_text.h"
#include "core/render.h"
#include "core/target.h"

/* Compiling the rules of a profile one by one takes as long as compiling the profile. */
#define SEARCHES_MAX 16

/* ---- deciding ---------------------------------------------------------------------- */

static const struct aac_blob *find_self(void *env, const char *label)
{
	const struct aac_compiled *compiled = env;
	const struct aac_blob *blob = compiled->all;

	while (blob && strcmp(blob->name, label) != 0)
		blob = blob->next;
	return blob;
}

static bool holds(enum aac_verdict verdict, const struct aac_ruling *ruling)
{
	bool granted = ruling->outcome == AAC_ALLOWED && !ruling->complain;

	switch (verdict) {
	case AAC_VERDICT_ALLOW:
		return granted;
	case AAC_VERDICT_AUDIT:
		return granted && ruling->mediated && ruling->audited;
	case AAC_VERDICT_DENY:
	default:
		return ruling->outcome != AAC_DEPENDS && !ruling->granted;
	}
}

/* The same access may be expected at several places. */
static const struct aac_ruling *decide(struct aac_trial *trial, struct map *known,
				       const struct aac_attempt *attempt)
{
	void **slot = map_slot(known, attempt->text, strlen(attempt->text));
	struct aac_peers peers = { find_self, &trial->compiled };
	struct aac_ruling *ruling = *slot;

	if (ruling)
		return ruling;
	ruling = ARENA_NEW(trial->scratch, struct aac_ruling);
	*ruling =
		aac_access_decide(trial->scratch, trial->compiled.blob, attempt, &peers);
	*slot = ruling;
	return ruling;
}

static void try_all(struct aac_context *ctx, struct aac_trial *trial,
		    const struct aac_policy *policy)
{
	struct aac_tried *outcomes =
		ARENA_ARRAY(trial->scratch, struct aac_tried, policy->expect_count);
	CLEANUP_MAP known = { 0 };

	trial->outcomes = outcomes;
	for (size_t i = 0; i < policy->expect_count; i++) {
		struct aac_tried *outcome = &outcomes[trial->count];

		outcome->expect = policy->expects[i];
		outcome->attempt =
			aac_access_new(ctx, outcome->expect->words,
				       aac_policy_label(policy));
		if (!outcome->attempt)
			continue; /* reported */
		outcome->ruling = decide(trial, &known, outcome->attempt);
		outcome->held = holds(outcome->expect->verdict, outcome->ruling);
		trial->failed += !outcome->held;
		trial->count++;
	}
}

static void tell(struct aac_expects *all, struct aac_trial *trial)
{
	all->count += trial->count;
	all->failed += trial->failed;
	if (all->tell)
		all->tell(all, trial);
}

/* No child may allow what is asserted; nothing else is expected of it. */
static void try_children(struct aac_expects *all, struct aac_context *ctx,
			 const struct aac_trial *own, const struct aac_profile_text *text,
			 const struct aac_lone_rules *never)
{
	for (const struct aac_blob *blob = own->compiled.all; blob; blob = blob->next) {
		const char *child = strstr(blob->name, "//");
		struct aac_trial trial = { .scratch = own->scratch };

		if (!child || never->count == 0)
			continue;
		trial.compiled = (struct aac_compiled){
			.run = all->run,
			.name = blob->name,
			.all = own->compiled.all,
			.blob = blob,
			.text = text,
			.child = child + strlen("//"),
		};
		aac_assertions_try(ctx, text->policy, never, false, &trial);
		if (trial.count)
			tell(all, &trial);
		aac_compiled_fini(&trial.compiled);
	}
}

bool aac_expects_try(struct aac_expects *all, const struct aac_profile_text *text,
		     const struct buf *policy)
{
	struct aac_context ctx = all->run->ctx;
	struct aac_trial trial = { .scratch = arena_new() };
	struct aac_lone_rules never;
	bool fine;

	ctx.arena = trial.scratch;
	fine = aac_compiled_init(all->run, &ctx, text, policy, &trial.compiled) &&
	       aac_assertions_init(all->run, text, &never);
	if (fine) {
		try_all(&ctx, &trial, text->policy);
		aac_assertions_try(&ctx, text->policy, &never, true, &trial);
		all->profiles++;
		tell(all, &trial);
		try_children(all, &ctx, &trial, text, &never);
	}
	aac_compiled_fini(&trial.compiled);
	arena_free(trial.scratch);
	return fine;
}

/* ---- the rule ---------------------------------------------------------------------- */

bool aac_expects_may_search(struct aac_expects *all, struct aac_trial *trial)
{
	if (trial->compiled.asked)
		return true;
	if (all->searched >= SEARCHES_MAX)
		return false;
	all->searched++;
	return true;
}

/* Of an access that is granted in part: that part of it, and how it is decided. */
static bool find_granted(struct aac_trial *trial, const struct aac_tried *outcome,
			 struct aac_attempt *part, struct aac_ruling *ruling)
{
	for (size_t i = 0; i < outcome->attempt->count; i++) {
		struct aac_query *query = ARENA_NEW(trial->scratch, struct aac_query);

		*query = outcome->attempt->queries[i];
		*part = *outcome->attempt;
		part->queries = query;
		part->count = 1;
		*ruling = aac_access_decide(trial->scratch, trial->compiled.blob, part,
					    NULL);
		if (ruling->outcome == AAC_ALLOWED)
			return true;
		if (!ruling->granted)
			continue;
		query->request &= ~ruling->missing;
		*ruling = aac_access_decide(trial->scratch, trial->compiled.blob, part,
					    NULL);
		if (ruling->outcome == AAC_ALLOWED)
			return true;
	}
	return false;
}

struct aac_deciding aac_expect_rule(struct aac_trial *trial,
				    const struct aac_tried *outcome)
{
	struct aac_attempt part = *outcome->attempt;
	struct aac_ruling ruling = *outcome->ruling;

	if (outcome->expect->verdict == AAC_VERDICT_DENY &&
	    ruling.outcome == AAC_DENIED &&
	    !find_granted(trial, outcome, &part, &ruling)) {
		part = *outcome->attempt;
		ruling = *outcome->ruling;
	}
	return aac_compiled_deciding(&trial->compiled, trial->scratch, &part, &ruling);
}

/* ---- words ------------------------------------------------------------------------- */

const char *aac_expect_verdict(const struct aac_expect *expect)
{
	static const char *const words[] = { [AAC_VERDICT_ALLOW] = "allow",
					     [AAC_VERDICT_DENY] = "deny",
					     [AAC_VERDICT_AUDIT] = "audit" };

	return expect->never ? "never" : words[expect->verdict];
}

/* What it is, in the place of "in profile P, but must be …". */
static const char *got(const struct aac_tried *outcome)
{
	const struct aac_ruling *ruling = outcome->ruling;

	if (ruling->outcome == AAC_DEPENDS)
		return "depends on what is not known";
	if (ruling->outcome == AAC_DENIED)
		return outcome->expect->verdict == AAC_VERDICT_DENY ? "is allowed in part"
								    : "is denied";
	if (ruling->complain)
		return "is only let pass because of complain mode";
	if (!ruling->mediated)
		return "is not mediated, so allowed,";
	return outcome->expect->verdict == AAC_VERDICT_AUDIT
		       ? "is allowed, and not logged,"
		       : "is allowed";
}

static void put_hint(const struct aac_tried *outcome, const struct aac_trial *trial,
		     struct aac_diags *diags, struct aac_diag *diag)
{
	const struct aac_run *run = trial->compiled.run;
	const struct aac_ruling *ruling = outcome->ruling;
	const char *kind = outcome->attempt->kind->keyword;

	if (ruling->outcome == AAC_DEPENDS)
		aac_hint(diags, diag, "it depends on %s: name that in the access",
			 ruling->depends ? ruling->depends : "what is not known here");
	else if (outcome->expect->never && !ruling->mediated)
		aac_hint(diags, diag, "the profile is not enforced");
	else if (ruling->outcome == AAC_ALLOWED && !ruling->mediated)
		aac_hint(diags, diag,
			 "the kernel of '%s' does not ask about it; where only some do, "
			 "write: if target supports \"%s\" { %s %s; }",
			 run->ctx.target->name,
			 strcmp(kind, "unix") == 0 ? "network/af_unix" : kind,
			 aac_expect_verdict(outcome->expect), outcome->attempt->text);
}

static void note_rule(struct aac_expects *all, struct aac_trial *trial,
		      const struct aac_tried *outcome, struct aac_diags *diags,
		      struct aac_diag *diag)
{
	const struct aac_ruling *ruling = outcome->ruling;
	struct aac_deciding by;

	if (ruling->outcome == AAC_DEPENDS || !ruling->mediated ||
	    !aac_expects_may_search(all, trial))
		return;
	by = aac_expect_rule(trial, outcome);
	if (by.rule)
		aac_note(diags, diag, by.rule->span, "this rule %s it: %s",
			 by.rule->deny ? "denies" : "allows", by.rule->text);
	if (by.inside)
		aac_note(diags, diag, by.inside->span, "it includes this one: %s",
			 by.inside->text);
	if (!by.rule && by.nearest)
		aac_note(diags, diag, by.nearest->span, "nearest is this rule: %s",
			 by.nearest->text);
	else if (!by.rule && ruling->outcome == AAC_DENIED)
		aac_hint(diags, diag, "no rule of the profile allows it");
}

struct aac_diag *aac_expect_blame(struct aac_expects *all, struct aac_trial *trial,
				  const struct aac_tried *outcome,
				  struct aac_diags *diags)
{
	static const char *const wanted[] = { [AAC_VERDICT_ALLOW] = "allowed",
					      [AAC_VERDICT_DENY] = "denied",
					      [AAC_VERDICT_AUDIT] =
						      "allowed and logged" };
	const struct aac_expect *expect = outcome->expect;
	struct aac_diag *diag = aac_report(
		diags, AAC_ERROR, expect->never ? "assertion-failed" : "expect-failed",
		expect->span, "'%s' %s in profile '%s', but must be %s",
		outcome->attempt->text, got(outcome), trial->compiled.name,
		wanted[expect->verdict]);

	put_hint(outcome, trial, diags, diag);
	note_rule(all, trial, outcome, diags, diag);
	for (const struct aac_used *used = expect->used; used; used = used->next)
		aac_note(diags, diag, (struct aac_span){ 0 }, "%s is %s here", used->name,
			 used->value);
	return diag;
}

/* ---- all profiles ------------------------------------------------------------------ */

#define NAMES_MAX 3

/* A line that failed, and in which profiles more. */
struct told {
	struct aac_diag *diag;
	const char *names[NAMES_MAX];
	size_t count;
};

static void add_told(struct aac_expects *all, struct aac_trial *trial,
		     const struct aac_tried *outcome)
{
	struct arena *arena = all->run->arena;
	const char *key =
		arena_printf(trial->scratch, "%p %s %s", (const void *)outcome->expect,
			     got(outcome), outcome->attempt->text);
	struct told *told = map_get_str(&all->told, key);

	if (told) {
		if (told->count < NAMES_MAX)
			told->names[told->count] = trial->compiled.name;
		told->count++;
		return;
	}
	told = ARENA_NEW(arena, struct told);
	told->diag = aac_expect_blame(all, trial, outcome, all->diags);
	map_add(&all->told, arena_strdup(arena, key), strlen(key), told);
}

void aac_expects_report(struct aac_expects *all, struct aac_trial *trial)
{
	for (size_t i = 0; i < trial->count; i++)
		if (!trial->outcomes[i].held)
			add_told(all, trial, &trial->outcomes[i]);
}

unsigned int aac_expects_end(struct aac_expects *all)
{
	size_t count = all->told.count;

	for (size_t i = 0; i < all->told.count; i++) {
		const struct told *told = all->told.entries[i].value;
		CLEANUP_BUF names = { 0 };

		for (size_t j = 0; j < told->count && j < NAMES_MAX; j++)
			buf_printf(&names, "%s'%s'", j ? ", " : "", told->names[j]);
		if (told->count > NAMES_MAX)
			buf_printf(&names, " and %zu more", told->count - NAMES_MAX);
		if (told->count)
			aac_note(all->diags, told->diag, (struct aac_span){ 0 },
				 "the same in %s", buf_str(&names));
	}
	map_fini(&all->told);
	return (unsigned int)count;
}
