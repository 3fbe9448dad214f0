/*
 * Filling a rule: takes a rule with holes and what stands for them, gives a copy without.
 * A hole in a keyword place is checked against the kind's table like a word of the text;
 * a list that stands alone there gives all its words.
 */
#include <string.h>

#include "base/arena.h"
#include "core/context.h"
#include "core/field.h"
#include "core/rule.h"
#include "core/rule_text.h"
#include "core/value.h"
#include "core/word.h"

struct fill {
	struct aac_context *ctx;
	aac_lookup *lookup;
	void *env;
	struct aac_rule *rule;
};

/* The list that WORD stands for, when it is one hole and nothing else; else NULL. */
static const struct aac_value *
whole_list(const struct fill *f, const struct aac_word *word, enum aac_fill *result)
{
	const struct aac_segment *only = word->segments;
	const struct aac_value *value;

	*result = AAC_FILL_DONE;
	if (!only || only->next || !only->hole)
		return NULL;
	value = f->lookup(f->env, only);
	if (!value)
		*result = AAC_FILL_ERROR;
	else if (value->type == AAC_VALUE_LIST && !value->count)
		*result = AAC_FILL_NONE;
	return value && value->type == AAC_VALUE_LIST ? value : NULL;
}

static enum aac_fill fill_set_word(const struct fill *f, size_t field,
				   const struct aac_word *word)
{
	enum aac_fill result;
	const struct aac_value *list = whole_list(f, word, &result);
	const char *text;

	if (result != AAC_FILL_DONE)
		return result;
	for (size_t i = 0; list && i < list->count; i++) {
		text = aac_value_word(f->ctx->arena, &list->items[i]);
		if (!aac_field_put(f->ctx, f->rule, field, word->span, text ? text : ""))
			return AAC_FILL_ERROR;
	}
	if (list)
		return AAC_FILL_DONE;
	text = aac_word_fill(f->ctx, word, AAC_WORD_PLAIN, f->lookup, f->env, &result);
	if (!text)
		return result;
	return aac_field_put(f->ctx, f->rule, field, word->span, text) ? AAC_FILL_DONE
								       : AAC_FILL_ERROR;
}

static enum aac_fill fill_set(const struct fill *f, size_t field)
{
	struct aac_words holes = f->rule->fields[field].holes;

	f->rule->fields[field].holes = (struct aac_words){ 0 };
	for (const struct aac_word *word = holes.head; word; word = word->next) {
		enum aac_fill result = fill_set_word(f, field, word);

		if (result != AAC_FILL_DONE)
			return result;
	}
	return AAC_FILL_DONE;
}

/* A copy of the field's alternatives, those with holes filled. */
static enum aac_fill fill_patterns(const struct fill *f, size_t field)
{
	struct aac_pattern **tail = &f->rule->fields[field].patterns;
	const struct aac_pattern *old = *tail;
	bool label = f->rule->kind->fields[field].type == AAC_FIELD_LABEL;
	enum aac_word_use use = label ? AAC_WORD_LABEL : AAC_WORD_PATH;

	for (; old; old = old->next) {
		struct aac_pattern *copy = ARENA_NEW(f->ctx->arena, struct aac_pattern);
		enum aac_fill result;
		const char *text;

		*copy = *old;
		copy->next = NULL;
		*tail = copy;
		tail = &copy->next;
		if (copy->text)
			continue;
		text = aac_word_fill(f->ctx, copy->word, use, f->lookup, f->env, &result);
		if (!text)
			return result;
		if (!aac_pattern_set(f->ctx, copy, text))
			return AAC_FILL_ERROR;
	}
	return AAC_FILL_DONE;
}

enum aac_fill aac_rule_fill(struct aac_context *ctx, const struct aac_rule *rule,
			    aac_lookup *lookup, void *env, const struct aac_rule **filled)
{
	struct fill f = { .ctx = ctx, .lookup = lookup, .env = env };

	*filled = rule;
	if (!rule->has_holes)
		return AAC_FILL_DONE;
	f.rule = ARENA_NEW(ctx->arena, struct aac_rule);
	*f.rule = *rule;
	f.rule->has_holes = false;
	for (size_t i = 0; i < rule->kind->field_count; i++) {
		enum aac_fill result = AAC_FILL_DONE;

		if (rule->fields[i].holes.head)
			result = fill_set(&f, i);
		if (result == AAC_FILL_DONE && rule->fields[i].patterns)
			result = fill_patterns(&f, i);
		if (result != AAC_FILL_DONE)
			return result;
	}
	if (!aac_rule_finish(ctx, f.rule))
		return AAC_FILL_ERROR;
	*filled = f.rule;
	return AAC_FILL_DONE;
}
