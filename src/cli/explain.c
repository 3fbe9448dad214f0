/*
 * Denials decided anew: takes what logs tell of and the profiles as they would be built
 * now, gives what becomes of each.  Not obvious: a label in a log may be a stack of
 * profiles, of which the first that is ours and denies is meant.
 */
#include "cli/explain.h"

#include <string.h>

#include "base/arena.h"
#include "base/macro.h"
#include "cli/assertions.h"
#include "cli/run.h"
#include "cli/selection.h"
#include "core/blob.h"
#include "core/compose.h"

static const char stack[] = "//&";

bool aac_explained_open(const struct aac_explained *answer)
{
	return answer->standing == AAC_STANDS_NONE || answer->standing == AAC_STANDS_RULE;
}

bool aac_explained_denied(const struct aac_explained *answer)
{
	return answer->standing <= AAC_STANDS_DEPENDS ||
	       answer->standing == AAC_STANDS_LOADING;
}

/* ---- profiles ---------------------------------------------------------------------- */

/* The profile that LABEL is, or is a child of; NULL: none of ours.  *CHILD: behind "//".
 */
static const struct aac_policy *find_policy(struct aac_run *run, const char *label,
					    const char **child)
{
	const char *at = label;

	for (size_t i = 0; i < run->fleet->policy_count; i++) {
		const struct aac_policy *policy = run->fleet->policies[i];
		const char *name = aac_policy_label(policy);
		size_t len = strlen(name);

		if (strncmp(at, name, len) != 0)
			continue;
		if (!at[len] || strncmp(at + len, "//", 2) == 0) {
			*child = at[len] ? label + len + 2 : NULL;
			return policy;
		}
	}
	return NULL;
}

/* The same of a declaration that no container has. */
static const struct aac_policy *find_declared(struct aac_run *run, const char *label)
{
	struct aac_fleet_options options = aac_run_fleet_options(run);
	const struct aac_profile_decl *profile = aac_library_profile(run->library, label);

	return profile ? aac_fleet_declared(&run->ctx, run->library, profile, &options)
		       : NULL;
}

static void find_members(struct aac_run *run, struct aac_subject *subject,
			 const struct aac_policy *policy)
{
	size_t count = 0;

	subject->members =
		ARENA_ARRAY(run->arena, const struct aac_member *, run->fleet->count + 1);
	for (size_t i = 0; i < run->fleet->count; i++)
		if (run->fleet->members[i].policy == policy)
			subject->members[count++] = &run->fleet->members[i];
	subject->member_count = count;
	if (count == 0) {
		struct aac_member *alone = ARENA_NEW(run->arena, struct aac_member);

		alone->policy = policy;
		subject->members[0] = alone;
	}
}

/* A child that there is not now is no profile of ours. */
static void take_child(struct aac_subject *subject)
{
	struct aac_compiled *compiled = &subject->compiled;

	compiled->child = subject->child;
	compiled->name = subject->label;
	compiled->blob = compiled->all;
	while (compiled->blob && strcmp(compiled->blob->name, subject->label) != 0)
		compiled->blob = compiled->blob->next;
}

/* False after reporting; a profile that is not ours is no error. */
static bool compile(struct aac_run *run, struct aac_subject *subject)
{
	const struct aac_policy *policy =
		find_policy(run, subject->label, &subject->child);

	if (!policy)
		policy = find_declared(run, subject->label);
	if (!policy)
		return aac_run_ok(run);
	find_members(run, subject, policy);
	if (!aac_compiled_compose(run, policy, NULL, &subject->compiled))
		return false;
	if (subject->child)
		take_child(subject);
	return !policy->assertions ||
	       aac_assertions_init(run, subject->compiled.text, &subject->never);
}

static struct aac_subject *find_subject(struct aac_explanation *all, const char *label,
					const char *space)
{
	struct aac_run *run = all->run;
	const char *null = strstr(label, "//null-");
	struct aac_subject *subject;
	const char *key;

	/* A program in complain mode, which is to go on under its profile. */
	if (null)
		label = arena_strndup(run->arena, label, (size_t)(null - label));
	key = arena_printf(run->arena, "%s\n%s", label, space ? space : "");
	subject = map_get_str(&all->subjects, key);
	if (subject)
		return subject;
	subject = ARENA_NEW(run->arena, struct aac_subject);
	subject->label = label;
	subject->space = space;
	LIST_APPEND(all, subject);
	map_add(&all->subjects, key, strlen(key), subject);
	if (!space)
		compile(run, subject);
	return subject;
}

/* ---- answers ----------------------------------------------------------------------- */

static const struct aac_assertion *find_never(const struct aac_explanation *all,
					      const struct aac_subject *subject,
					      const struct aac_query *query)
{
	const struct aac_assertion *assertion =
		subject->compiled.text ? subject->compiled.text->policy->assertions
				       : NULL;

	for (size_t i = 0; assertion; i++, assertion = assertion->next) {
		struct aac_decision decision;

		if (i >= subject->never.count || !subject->never.items[i].blob)
			continue;
		decision = aac_decide(all->scratch, subject->never.items[i].blob, query);
		if (decision.mediated && decision.outcome == AAC_ALLOWED)
			return assertion;
	}
	return NULL;
}

/* The kernel refused, although the rules allow it: to a profile that was not there. */
static bool leads_nowhere(const struct aac_denied *denied)
{
	return denied->info && strstr(denied->info, "not found");
}

static enum aac_standing judge(const struct aac_explained *answer)
{
	const struct aac_ruling *ruling = &answer->ruling;

	if (ruling->outcome == AAC_DEPENDS)
		return AAC_STANDS_DEPENDS;
	if (ruling->outcome == AAC_ALLOWED && !ruling->complain) {
		if (!ruling->mediated)
			return AAC_STANDS_UNASKED;
		return leads_nowhere(answer->denied) ? AAC_STANDS_LOADING
						     : AAC_STANDS_CURED;
	}
	if (ruling->other_side)
		return AAC_STANDS_PEER;
	if (answer->never)
		return AAC_STANDS_NEVER;
	return answer->deciding.rule ? AAC_STANDS_RULE : AAC_STANDS_NONE;
}

static void decide(struct aac_explanation *all, struct aac_subject *subject,
		   struct aac_explained *answer)
{
	struct aac_peers peers = aac_compiled_peers(&subject->compiled);
	const struct aac_attempt *attempt = answer->denied->attempt;

	answer->ruling =
		aac_denial_decide(all->scratch, subject->compiled.blob, attempt, &peers);
	answer->deciding = aac_compiled_deciding(&subject->compiled, all->scratch,
						 attempt, &answer->ruling);
	answer->never = find_never(all, subject, attempt->queries);
	answer->standing = judge(answer);
	arena_reset(all->scratch);
}

static struct aac_explained *answer_one(struct aac_explanation *all,
					const struct aac_denied *denied,
					const char *label)
{
	struct aac_subject *subject = find_subject(all, label, denied->space);
	struct aac_explained *answer = ARENA_NEW(all->run->arena, struct aac_explained);

	answer->denied = denied;
	if (subject->compiled.blob)
		decide(all, subject, answer);
	else
		answer->standing = denied->space ? AAC_STANDS_GUEST : AAC_STANDS_FOREIGN;
	return answer;
}

/* Of a stack the part that denies it, else the first that is ours, else the first. */
static void answer(struct aac_explanation *all, const struct aac_denied *denied)
{
	struct arena *arena = all->run->arena;
	const char *label = denied->label, *end;
	struct aac_explained *best = NULL;
	struct aac_subject *subject = NULL;

	for (; label && aac_run_ok(all->run); label = end ? end + strlen(stack) : NULL) {
		const char *one;
		struct aac_explained *now;

		end = strstr(label, stack);
		one = end ? arena_strndup(arena, label, (size_t)(end - label)) : label;
		now = answer_one(all, denied, one);
		if (!best || now->standing < best->standing) {
			best = now;
			subject = find_subject(all, one, denied->space);
		}
	}
	if (!best)
		return;
	LIST_APPEND(&subject->answers, best);
	subject->count++;
}

bool aac_explain(struct aac_explanation *all)
{
	all->scratch = arena_new();
	all->composer = aac_composer_new(&all->run->ctx);
	for (const struct aac_denied *denied = all->denials.head;
	     denied && aac_run_ok(all->run); denied = denied->next)
		answer(all, denied);
	return aac_run_ok(all->run);
}

void aac_explanation_fini(struct aac_explanation *all)
{
	for (struct aac_subject *subject = all->head; subject; subject = subject->next)
		aac_compiled_fini(&subject->compiled);
	map_fini(&all->subjects);
	aac_composer_free(all->composer);
	aac_denials_fini(&all->denials);
	if (all->scratch)
		arena_free(all->scratch);
}
