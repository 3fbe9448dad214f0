/*
 * Trials of cures: takes changes and gives to each denial the one that allows it and
 * opens least beside.  Not obvious: whether a change may help is judged by the rules that
 * it brings or takes, since composing is cheap and compiling is not.
 */
#include "cli/cure_trial.h"

#include <string.h>

#include "base/arena.h"
#include "base/buf.h"
#include "cli/assertions.h"
#include "cli/run.h"
#include "core/assertion.h"
#include "core/file_rule.h"
#include "core/glob.h"
#include "core/mount_view.h"

#define ASKED_MAX 64

/* ---- what a change changes --------------------------------------------------------- */

void aac_cure_list_rules(const struct aac_policy *policy, struct map *rules)
{
	for (const struct aac_section *s = policy->sections; s; s = s->next)
		for (const struct aac_grant *g = s->grants; g; g = g->next)
			map_add(rules, g->rule->text, strlen(g->rule->text),
				(void *)(uintptr_t)g);
}

/* May the patterns of FIELD match TEXT?  What is not known may. */
static bool may_match(const struct aac_cure_search *s, const struct aac_rule *rule,
		      size_t field, const char *text)
{
	const struct aac_pattern *pattern = rule->fields[field].patterns;
	struct arena *arena = s->all->scratch;
	CLEANUP_BUF literal = { 0 };
	const struct aac_glob *glob;
	const char *error;
	size_t at;

	if (!pattern || !text || !*text)
		return true;
	aac_glob_escape(&literal, text, strlen(text));
	glob = aac_glob_new(arena, buf_str(&literal), &error, &at);
	for (; pattern; pattern = pattern->next)
		if (!glob || !pattern->glob || aac_glob_has_variable(pattern->glob) ||
		    aac_glob_covers(pattern->glob, glob))
			return true;
	return false;
}

static bool is_mount(enum aac_kind_id kind)
{
	return kind == AAC_KIND_MOUNT || kind == AAC_KIND_REMOUNT ||
	       kind == AAC_KIND_UMOUNT;
}

/* May RULE decide ANSWER's access? */
static bool speaks_of(const struct aac_cure_search *s, const struct aac_rule *rule,
		      const struct aac_explained *answer)
{
	const struct aac_attempt *attempt = answer->denied->attempt;
	const struct aac_query *query = attempt->queries;
	enum aac_kind_id kind = attempt->kind->id, other = rule->kind->id;

	if (other == AAC_KIND_ALL || other == AAC_KIND_INCLUDE)
		return true;
	if (kind == AAC_KIND_UNIX && other == AAC_KIND_NETWORK)
		return true;
	if (kind == AAC_KIND_LINK && other == AAC_KIND_FILE)
		return true;
	if (is_mount(kind) && is_mount(other))
		return (kind == AAC_KIND_UMOUNT) == (other == AAC_KIND_UMOUNT) &&
		       may_match(s, rule, MOUNT_TARGET, query->name) &&
		       may_match(s, rule, MOUNT_FSTYPE, query->fstype);
	return kind == other &&
	       (kind != AAC_KIND_FILE || may_match(s, rule, FILE_PATH, query->name));
}

bool aac_cure_wanted(const struct aac_explained *answer)
{
	return aac_explained_open(answer) && !answer->cure;
}

/* Of many answers the first ones tell. */
static bool speaks(const struct aac_cure_search *s, const struct aac_rule *rule,
		   bool deny)
{
	size_t asked = 0;

	for (const struct aac_explained *a = s->subject->answers.head;
	     a && asked < ASKED_MAX; a = a->next) {
		if (!aac_cure_wanted(a) || (a->standing == AAC_STANDS_RULE) != deny)
			continue;
		if (speaks_of(s, rule, a))
			return true;
		asked++;
	}
	return false;
}

/* Has POLICY a rule more that may allow what is wanted, or a deny less?  *LIFTS: it has
 * some deny less. */
static bool may_help(const struct aac_cure_search *s, const struct aac_policy *policy,
		     bool *lifts)
{
	CLEANUP_MAP rules = { 0 };
	bool helps = false;

	aac_cure_list_rules(policy, &rules);
	for (size_t i = 0; i < rules.count && !helps; i++) {
		const struct aac_grant *grant = rules.entries[i].value;

		helps = !grant->rule->deny &&
			!map_get(&s->rules, rules.entries[i].key, rules.entries[i].len) &&
			speaks(s, grant->rule, false);
	}
	*lifts = false;
	for (size_t i = 0; i < s->rules.count; i++) {
		const struct map_entry *entry = &s->rules.entries[i];
		const struct aac_grant *grant = entry->value;

		if (!grant->rule->deny || map_get(&rules, entry->key, entry->len))
			continue;
		*lifts = true;
		helps |= speaks(s, grant->rule, true);
	}
	return helps;
}

/* ---- trying ------------------------------------------------------------------------ */

void aac_cure_try(struct aac_cure_search *s, struct aac_variant variant)
{
	struct aac_cure_trial *trial;
	bool lifts;

	if (s->count == AAC_CURE_TRIALS_MAX)
		return;
	variant.member = s->member;
	variant.composer = s->all->composer;
	if (!aac_variant_compose(s->all->run, &variant) ||
	    map_get_str(&s->keys, variant.policy->key) ||
	    !may_help(s, variant.policy, &lifts))
		return;
	trial = ARENA_NEW(s->all->run->arena, struct aac_cure_trial);
	trial->variant = variant;
	trial->lifts = lifts;
	map_add(&s->keys, variant.policy->key, strlen(variant.policy->key), trial);
	s->trials[s->count++] = trial;
}

static void compile_trials(struct aac_cure_search *s)
{
	struct aac_variant **variants =
		ARENA_ARRAY(s->all->run->arena, struct aac_variant *, s->count);

	for (size_t i = 0; i < s->count; i++)
		variants[i] = &s->trials[i]->variant;
	aac_variants_compile(s->all->run, variants, s->count);
}

static bool allows(const struct aac_cure_search *s, const struct aac_cure_trial *trial,
		   const struct aac_explained *answer, const struct aac_peers *peers)
{
	const struct aac_blob *blob =
		aac_variant_blob(s->all->run, &trial->variant, NULL);
	struct aac_ruling ruling;

	if (!blob)
		return false;
	ruling = aac_denial_decide(s->all->scratch, blob, answer->denied->attempt, peers);
	return ruling.outcome == AAC_ALLOWED && !ruling.complain && ruling.mediated;
}

/* Both sides of a signal or a trace must allow it. */
static bool cures(const struct aac_cure_search *s, const struct aac_cure_trial *trial,
		  struct aac_explained *answer)
{
	struct aac_peers peers = aac_compiled_peers(&s->subject->compiled);

	if (!allows(s, trial, answer, NULL))
		return false;
	if (allows(s, trial, answer, &peers))
		return true;
	answer->uncured = "the peer's profile denies it, too";
	return false;
}

/* What else comes of it: how much it opens, and whether an assertion holds no more. */
static void look_further(const struct aac_cure_search *s, struct aac_cure_trial *trial)
{
	struct aac_run *run = s->all->run;
	const struct aac_blob *blob = aac_variant_blob(run, &trial->variant, NULL);
	const struct aac_policy *policy = trial->variant.policy;
	struct aac_lone_rules never;

	if (trial->compared)
		return;
	trial->compared = true;
	trial->comparison = aac_compare(run->arena, s->subject->compiled.blob, blob);
	for (const struct aac_finding *f = trial->comparison.findings; f; f = f->next) {
		trial->opens += aac_cure_tells(f);
		trial->loses += f->kind == AAC_FINDING_LOST;
	}
	if (policy->assertions && aac_assertions_init(run, trial->variant.text, &never))
		trial->breaks = aac_assertions_check(&run->ctx, policy, &never, blob);
}

/* What is opened beside, but for flags that no program sets. */
bool aac_cure_tells(const struct aac_finding *finding)
{
	static const char odd[] = "an odd ";

	return finding->kind == AAC_FINDING_GAINED && finding->witness &&
	       strncmp(finding->what, odd, strlen(odd)) != 0;
}

/* Do they differ in the value alone? */
static bool same_place(const struct aac_cure_trial *a, const struct aac_cure_trial *b)
{
	const struct aac_set *x = a->variant.sets, *y = b->variant.sets;

	return x && y && !x->next && !y->next && strcmp(x->fragment, y->fragment) == 0 &&
	       strcmp(x->param, y->param) == 0;
}

/* Are its values those of switches?  Any other that ends a deny moves it elsewhere. */
static bool is_switch(const struct aac_cure_search *s, const struct aac_cure_trial *trial)
{
	const struct aac_set *set = trial->variant.sets;

	for (; set; set = set->next) {
		const struct aac_fragment *fragment =
			aac_library_fragment(s->all->run->library, set->fragment);
		enum aac_type_base base =
			aac_param_find(&fragment->params, set->param)->type.base;

		if (base != AAC_TYPE_BOOL && base != AAC_TYPE_ENUM)
			return false;
	}
	return true;
}

/* No value is proposed for an allow that ends a deny, too; what a fragment changes of
 * them is told. */
static bool is_meant(const struct aac_cure_search *s, const struct aac_cure_trial *trial,
		     const struct aac_explained *answer)
{
	if (answer->standing == AAC_STANDS_RULE)
		return trial->lifts && is_switch(s, trial);
	return !trial->lifts || trial->variant.fragment;
}

/* The deny that takes FINDING's access away now; or NULL. */
static const struct aac_lone_rule *denied_by(const struct aac_cure_search *s,
					     const struct aac_finding *finding)
{
	const struct aac_attempt attempt = { .queries = finding->witness, .count = 1 };
	struct aac_ruling ruling = aac_access_decide(
		s->all->scratch, s->subject->compiled.blob, &attempt, NULL);
	const struct aac_lone_rule *rule =
		ruling.outcome == AAC_DENIED
			? aac_lone_deciding(s->all->scratch, &s->subject->compiled.rules,
					    &attempt, &ruling)
			: NULL;

	return rule && rule->deny ? rule : NULL;
}

static void list_lifted(const struct aac_cure_search *s,
			const struct aac_cure_trial *trial, struct aac_cure *cure)
{
	const struct aac_finding *f = trial->comparison.findings;

	for (; f && cure->lifted_count < AAC_LIFTED_MAX; f = f->next) {
		const struct aac_lone_rule *rule =
			aac_cure_tells(f) ? denied_by(s, f) : NULL;
		size_t i = 0;

		while (i < cure->lifted_count && cure->lifted[i] != rule)
			i++;
		if (rule && i == cure->lifted_count)
			cure->lifted[cure->lifted_count++] = rule;
	}
}

/* Of fragments all that would do are told: which is meant only people know. */
static void list_others(const struct aac_cure_search *s,
			const struct aac_cure_trial *best, struct aac_explained *answer,
			struct aac_cure *cure)
{
	CLEANUP_BUF names = { 0 };

	if (!best->variant.fragment || best->variant.sets)
		return;
	for (size_t i = 0; i < s->count; i++) {
		const struct aac_cure_trial *trial = s->trials[i];

		if (trial != best && !trial->breaks && cures(s, trial, answer))
			buf_printf(&names, "%s%s", names.len ? ", " : "",
				   trial->variant.fragment);
	}
	if (names.len)
		cure->others = arena_strdup(s->all->run->arena, buf_str(&names));
}

static bool is_smaller(const struct aac_cure_trial *a, const struct aac_cure_trial *b)
{
	bool loses = a->loses, other = b->loses;

	return loses != other ? other : a->opens < b->opens;
}

/* What takes nothing away and opens least; of values for one parameter, the likeliest. */
static void choose(struct aac_cure_search *s, struct aac_explained *answer)
{
	struct aac_cure_trial *best = NULL;
	struct aac_cure *cure;

	for (size_t i = 0; i < s->count; i++) {
		struct aac_cure_trial *trial = s->trials[i];

		if (!is_meant(s, trial, answer) || (best && same_place(best, trial)) ||
		    !cures(s, trial, answer))
			continue;
		look_further(s, trial);
		if (trial->breaks)
			answer->uncured = "what would allow it breaks an 'assert never'";
		else if (!best || is_smaller(trial, best))
			best = trial;
	}
	if (!best)
		return;
	cure = ARENA_NEW(s->all->run->arena, struct aac_cure);
	*cure = (struct aac_cure){
		.variant = &best->variant,
		.comparison = &best->comparison,
		.opens = best->opens,
		.lifts = answer->standing == AAC_STANDS_RULE,
	};
	list_lifted(s, best, cure);
	list_others(s, best, answer, cure);
	answer->cure = cure;
}

/* What has been gathered is compiled and asked for everything that is wanted. */
void aac_cure_try_all(struct aac_cure_search *s)
{
	compile_trials(s);
	for (struct aac_explained *a = s->subject->answers.head; a; a = a->next)
		if (aac_cure_wanted(a))
			choose(s, a);
	s->count = 0;
	arena_reset(s->all->scratch);
}
