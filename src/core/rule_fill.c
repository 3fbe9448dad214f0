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

static enum aac_fill fill_list(const struct fill *f, struct aac_pattern **tail,
			       enum aac_word_use use, bool except);

/* PATTERN, a copy, with its holes filled, and its exceptions with theirs. */
static enum aac_fill fill_pattern(const struct fill *f, struct aac_pattern *pattern,
				  enum aac_word_use use)
{
	enum aac_fill result = AAC_FILL_DONE;
	const char *text;

	if (pattern->except)
		result = fill_list(f, &pattern->except, use, true);
	if (result != AAC_FILL_DONE || pattern->text)
		return result;
	text = aac_word_fill(f->ctx, pattern->word, use, f->lookup, f->env, &result);
	if (!text)
		return result;
	return aac_pattern_set(f->ctx, pattern, text) ? AAC_FILL_DONE : AAC_FILL_ERROR;
}

/* Copies of the patterns at *TAIL, filled.  EXCEPT: they are exceptions, which have none
 * of their own; of an empty list there is none. */
static enum aac_fill fill_list(const struct fill *f, struct aac_pattern **tail,
			       enum aac_word_use use, bool except)
{
	const struct aac_pattern *old = *tail;

	for (*tail = NULL; old; old = old->next) {
		struct aac_pattern *copy = ARENA_NEW(f->ctx->arena, struct aac_pattern);
		enum aac_fill result;

		*copy = *old;
		copy->next = NULL;
		result = fill_pattern(f, copy, use);
		if (result == AAC_FILL_NONE && except)
			continue;
		if (result != AAC_FILL_DONE)
			return result;
		*tail = copy;
		tail = &copy->next;
	}
	return AAC_FILL_DONE;
}

static enum aac_fill fill_patterns(const struct fill *f, size_t field)
{
	bool label = f->rule->kind->fields[field].type == AAC_FIELD_LABEL;

	return fill_list(f, &f->rule->fields[field].patterns,
			 label ? AAC_WORD_LABEL : AAC_WORD_PATH, false);
}

enum aac_fill aac_rule_fill_fields(struct aac_context *ctx, const struct aac_rule *rule,
				   aac_lookup *lookup, void *env,
				   struct aac_rule **filled)
{
	struct fill f = { .ctx = ctx, .lookup = lookup, .env = env };

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
	*filled = f.rule;
	return AAC_FILL_DONE;
}

enum aac_fill aac_rule_fill(struct aac_context *ctx, const struct aac_rule *rule,
			    aac_lookup *lookup, void *env, const struct aac_rule **filled)
{
	struct aac_rule *copy;
	enum aac_fill fill;

	*filled = rule;
	if (!rule->has_holes)
		return AAC_FILL_DONE;
	fill = aac_rule_fill_fields(ctx, rule, lookup, env, &copy);
	if (fill != AAC_FILL_DONE)
		return fill;
	*filled = copy;
	return aac_rule_finish(ctx, copy) ? AAC_FILL_DONE : AAC_FILL_ERROR;
}
