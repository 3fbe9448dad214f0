/*
 * Any bytes as a file of AppArmor's to import.  What is imported is a rule file that
 * composes, or else says why not; split into fragments it composes to the same rules.
 */
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/buf.h"
#include "core/fleet.h"
#include "core/import.h"
#include "core/policy.h"
#include "core/rule.h"
#include "fuzz/stage.h"

/* The file as rules, or NULL. */
static const char *import(struct stage *stage, const uint8_t *data, size_t size,
			  bool split)
{
	const struct aac_import_options options = { .split = split };
	CLEANUP_MAP names = { 0 };
	CLEANUP_BUF out = { 0 };

	if (!aac_import(&stage->ctx, stage_source(stage, "fuzz", data, size), &options,
			&names, &out))
		return NULL;
	return arena_strdup(stage->arena, buf_str(&out));
}

static int by_text(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* The rules of all policies, those that another covers too, each once and in order. */
static const char *rules_of(struct stage *stage, const struct aac_fleet *fleet)
{
	const char **texts = ARENA_ARRAY(stage->arena, const char *, 65536);
	CLEANUP_BUF out = { 0 };
	size_t count = 0;

	for (size_t i = 0; i < fleet->policy_count; i++) {
		const struct aac_policy *policy = fleet->policies[i];

		for (const struct aac_section *s = policy->sections; s; s = s->next)
			for (const struct aac_grant *g = s->grants; g && count < 65536;
			     g = g->next)
				texts[count++] = g->rule->text;
		for (const struct aac_dropped *d = policy->dropped; d && count < 65536;
		     d = d->next)
			texts[count++] = d->rule->text;
	}
	qsort(texts, count, sizeof(*texts), by_text);
	for (size_t i = 0; i < count; i++)
		if (!i || strcmp(texts[i - 1], texts[i]) != 0)
			buf_printf(&out, "%s\n", texts[i]);
	return arena_strdup(stage->arena, buf_str(&out));
}

static const char *compose(struct stage *stage, const char *text)
{
	const struct aac_fleet *fleet = stage_compose(
		stage, stage_source(stage, "imported.aaf", text, strlen(text)), NULL);

	return fleet ? rules_of(stage, fleet) : NULL;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const char *plain, *split, *plain_rules, *split_rules = NULL;
	struct stage stage, other;

	stage_begin(&stage);
	stage_begin(&other);
	stage_target(&stage, size % 2);
	stage_target(&other, size % 2);
	plain = import(&stage, data, size, false);
	split = import(&other, data, size, true);
	if (!plain != !split)
		stage_fail("imported one way only", plain ? plain : split);
	plain_rules = plain ? compose(&stage, plain) : NULL;
	if (plain_rules)
		split_rules = compose(&other, split);
	if (plain_rules && (!split_rules || strcmp(plain_rules, split_rules) != 0))
		stage_fail("split it has other rules", split);
	stage_end(&stage);
	stage_end(&other);
	return 0;
}
