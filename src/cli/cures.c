/*
 * Cures: takes a profile's denials and gives for each the smallest change that allows it:
 * a parameter's value, a fragment, a fragment with a value, a rule.  Not obvious: what is
 * likely to help is only guessed, but nothing is a cure that was not composed, compiled
 * and asked; so the guessing need not be right, only cheap.
 */
#include <string.h>

#include "base/arena.h"
#include "base/buf.h"
#include "cli/cure_trial.h"
#include "cli/cure_values.h"
#include "cli/run.h"

/* Rules that are tried one by one for one profile: each is compiled with all of it. */
#define RULES_MAX 32

static bool wants_allow(const struct aac_cure_search *s)
{
	for (const struct aac_explained *a = s->subject->answers.head; a; a = a->next)
		if (aac_cure_wanted(a) && a->standing == AAC_STANDS_NONE)
			return true;
	return false;
}

/* ---- values ------------------------------------------------------------------------ */

static struct aac_set *make_set(const struct aac_cure_search *s,
				const struct aac_fragment *fragment,
				const struct aac_param *param, const char *value)
{
	struct aac_set *set = ARENA_NEW(s->all->run->arena, struct aac_set);

	*set = (struct aac_set){ .ctid = s->member->container->ctid,
				 .fragment = fragment->name,
				 .param = param->name,
				 .value = value };
	return set;
}

/* PARAM's value now; NULL: none. */
static const struct aac_value *value_of(const struct aac_cure_search *s,
					const struct aac_param *param)
{
	for (size_t i = 0; i < s->member->setting_count; i++)
		if (s->member->settings[i].param == param)
			return s->member->settings[i].from ? &s->member->settings[i].value
							   : NULL;
	return NULL;
}

/* ADDED: the fragment's own name, when the profile does not have it. */
static void gather_values(struct aac_cure_search *s, const struct aac_fragment *fragment,
			  const char *added)
{
	for (size_t i = 0; i < fragment->params.count; i++) {
		const struct aac_param *param = fragment->params.items[i];
		struct aac_values values =
			aac_cure_values(s->all, s->subject, param, value_of(s, param));

		for (size_t j = 0; j < values.count; j++)
			aac_cure_try(s, (struct aac_variant){
						.sets = make_set(s, fragment, param,
								 values.items[j]),
						.fragment = added });
	}
}

/* The likeliest values of two parameters at a time. */
static void gather_pairs(struct aac_cure_search *s, const struct aac_fragment *fragment,
			 const char *added)
{
	enum { PARAMS_MAX = 6, VALUES_MAX = 3 };
	struct aac_values values[PARAMS_MAX];
	size_t count = fragment->params.count;

	for (size_t i = 0; i < count && count <= PARAMS_MAX; i++) {
		const struct aac_param *param = fragment->params.items[i];

		values[i] =
			aac_cure_values(s->all, s->subject, param, value_of(s, param));
		if (values[i].count > VALUES_MAX)
			values[i].count = VALUES_MAX;
		for (size_t j = 0; j < i; j++)
			for (size_t k = 0; k < values[i].count * values[j].count; k++) {
				struct aac_set *set =
					make_set(s, fragment, fragment->params.items[j],
						 values[j].items[k / values[i].count]);

				set->next =
					make_set(s, fragment, param,
						 values[i].items[k % values[i].count]);
				aac_cure_try(s, (struct aac_variant){
							.sets = set, .fragment = added });
			}
	}
}

static void try_values(struct aac_cure_search *s)
{
	for (size_t i = 0; i < s->member->choice_count; i++)
		gather_values(s, s->member->choices[i].fragment, NULL);
	aac_cure_try_all(s);
	for (size_t i = 0; i < s->member->choice_count && wants_allow(s); i++)
		gather_pairs(s, s->member->choices[i].fragment, NULL);
	aac_cure_try_all(s);
}

/* ---- fragments --------------------------------------------------------------------- */

static bool has_fragment(const struct aac_cure_search *s,
			 const struct aac_fragment *fragment)
{
	const struct aac_fragments *own = &s->member->policy->fragments;

	for (size_t i = 0; i < own->count; i++)
		if (own->items[i] == fragment)
			return true;
	return fragment->decl->deprecated != NULL;
}

static void try_fragments(struct aac_cure_search *s)
{
	const struct aac_library *library = s->all->run->library;

	for (size_t i = 0; i < library->fragment_count; i++)
		if (!has_fragment(s, library->fragments[i]))
			aac_cure_try(s,
				     (struct aac_variant){
					     .fragment = library->fragments[i]->name });
	aac_cure_try_all(s);
}

static void try_fragments_with_values(struct aac_cure_search *s)
{
	const struct aac_library *library = s->all->run->library;

	for (size_t i = 0; i < library->fragment_count; i++) {
		const struct aac_fragment *fragment = library->fragments[i];

		if (has_fragment(s, fragment))
			continue;
		gather_values(s, fragment, fragment->name);
		gather_pairs(s, fragment, fragment->name);
	}
	aac_cure_try_all(s);
}

/* ---- rules ------------------------------------------------------------------------- */

/* TRIED: the texts of those that were. */
static void gather_rule(struct aac_cure_search *s, struct aac_explained *answer,
			bool coarse, struct map *tried)
{
	bool general = aac_option_given(s->all->run->opts, AAC_OPT_GENERALIZE);
	const struct aac_attempt *attempt = answer->denied->attempt;
	CLEANUP_BUF text = { 0 };
	const char *rule;

	if (coarse && !aac_denial_coarse_rule(&text, attempt))
		return;
	if (!coarse)
		aac_denial_rule(&text, attempt, general);
	if (map_get_str(tried, buf_str(&text)))
		return;
	if (tried->count == RULES_MAX) {
		answer->uncured = "too many others: --learn makes rules of them all";
		return;
	}
	rule = arena_strdup(s->all->run->arena, buf_str(&text));
	map_add(tried, rule, strlen(rule), s);
	aac_cure_try(s, (struct aac_variant){ .rule = rule });
}

static void try_rules(struct aac_cure_search *s)
{
	for (int coarse = 0; coarse < 2; coarse++) {
		CLEANUP_MAP tried = { 0 };

		for (struct aac_explained *a = s->subject->answers.head; a; a = a->next)
			if (aac_cure_wanted(a) && a->standing == AAC_STANDS_NONE)
				gather_rule(s, a, coarse, &tried);
		aac_cure_try_all(s);
	}
}

/* ---- the whole --------------------------------------------------------------------- */

static void give_up(const struct aac_subject *subject, struct aac_explained *answer)
{
	if (answer->uncured || answer->cure)
		return;
	if (answer->standing == AAC_STANDS_RULE)
		answer->uncured = "a deny stands over every allow";
	else if (answer->standing == AAC_STANDS_NEVER)
		answer->uncured = "an 'assert never' rules it out";
	else if (answer->standing == AAC_STANDS_NONE)
		answer->uncured = subject->child
					  ? "it is up to the child profile's own rules"
					  : "no rule for this target allows just that";
}

void aac_cures_find(struct aac_explanation *all, struct aac_subject *subject)
{
	struct aac_cure_search s = { .all = all, .subject = subject };

	if (!subject->compiled.blob)
		return;
	s.member = subject->members[0];
	s.trials = ARENA_ARRAY(all->run->arena, struct aac_cure_trial *,
			       AAC_CURE_TRIALS_MAX);
	aac_cure_list_rules(s.member->policy, &s.rules);
	map_add(&s.keys, s.member->policy->key, strlen(s.member->policy->key), &s);
	if (!subject->child) {
		if (s.member->container)
			try_values(&s);
		try_fragments(&s);
		if (wants_allow(&s) && s.member->container)
			try_fragments_with_values(&s);
		if (wants_allow(&s))
			try_rules(&s);
	}
	for (struct aac_explained *a = subject->answers.head; a; a = a->next)
		give_up(subject, a);
	map_fini(&s.keys);
	map_fini(&s.rules);
}
