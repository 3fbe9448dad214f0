/*
 * Lines of `expect`: takes one with what its holes stand for and puts it into the list of
 * what is expected of the profile.  Not obvious: a line with the same values is kept once
 * for all containers, so that the list of each holds pointers only.
 */
#include <stdint.h>
#include <string.h>

#include "base/arena.h"
#include "base/buf.h"
#include "core/access.h"
#include "core/compose_rules.h"
#include "core/diag.h"
#include "core/rule_text.h"

static const struct aac_used *copy_used(struct arena *arena, const struct aac_used *used)
{
	const struct aac_used *first = NULL, **tail = &first;

	for (; used; used = used->next) {
		struct aac_used *copy = ARENA_NEW(arena, struct aac_used);

		*copy = (struct aac_used){ NULL, arena_strdup(arena, used->name),
					   arena_strdup(arena, used->value) };
		*tail = copy;
		tail = &copy->next;
	}
	return first;
}

static struct aac_expect *expect_new(struct aac_laying *l, const struct aac_stmt *stmt)
{
	struct arena *arena = l->composer->ctx->arena;
	struct aac_expect *expect = ARENA_NEW(arena, struct aac_expect);

	*expect = (struct aac_expect){ .verdict = stmt->verdict,
				       .words = stmt->resolved,
				       .span = stmt->span,
				       .section = l->section->section.name,
				       .used = copy_used(arena, l->used) };
	return expect;
}

/* Once more, to be kept: what has been filled to be looked at is forgotten. */
static enum aac_fill keep(struct aac_laying *l, struct aac_expect *expect)
{
	struct aac_rule *filled;
	enum aac_fill fill = aac_rule_fill_fields(l->composer->ctx, expect->words,
						  aac_compose_value, l, &filled);

	if (fill == AAC_FILL_DONE)
		expect->words = filled;
	return fill;
}

/* The line with these values under KEY: found, or made and kept. */
static enum aac_fill intern(struct aac_laying *l, const struct aac_stmt *stmt,
			    const struct buf *key, struct aac_expect **expect)
{
	struct map *known = &l->composer->expects;
	struct aac_expect *made;
	enum aac_fill fill = AAC_FILL_DONE;

	*expect = map_get(known, key->data, key->len);
	if (*expect)
		return AAC_FILL_DONE;
	made = expect_new(l, stmt);
	if (made->words->has_holes)
		fill = keep(l, made);
	if (fill != AAC_FILL_DONE)
		return fill;
	*expect = made;
	map_add(known, arena_strndup(l->composer->ctx->arena, key->data, key->len),
		key->len, made);
	return AAC_FILL_DONE;
}

/* Fills the holes in the scratch arena; what comes of it is looked at, and its text tells
 * it from the same line with other values. */
static enum aac_fill look(struct aac_laying *l, const struct aac_rule *words,
			  struct buf *key)
{
	struct aac_context brief = l->ctx;
	const struct aac_attempt *attempt = NULL;
	enum aac_fill fill;

	brief.arena = l->scope->scratch;
	fill = aac_access_fill(&brief, words, aac_compose_value, l,
			       l->scope->profile ? l->scope->profile : "", &attempt);
	if (fill == AAC_FILL_DONE)
		buf_puts(key, attempt->text);
	return fill;
}

/* A loop may come to the same line with the same values again. */
static bool is_new(struct aac_laying *l, const struct aac_expect *expect)
{
	const char *key =
		arena_strndup(l->scope->scratch, (const char *)&expect, sizeof(expect));
	size_t count = l->expected.count;

	map_slot(&l->expected, key, sizeof(expect));
	return l->expected.count > count;
}

static void append(struct aac_laying *l, const struct aac_expect *expect)
{
	struct arena *arena = l->ctx.arena;

	if (!is_new(l, expect))
		return;

	if (l->expect_count == l->expect_cap) {
		size_t cap = l->expect_cap ? l->expect_cap * 2 : 64;
		const struct aac_expect **items =
			ARENA_ARRAY(arena, const struct aac_expect *, cap);

		if (l->expect_count)
			memcpy(items, l->expects, l->expect_count * sizeof(*items));
		l->expects = items;
		l->expect_cap = cap;
	}
	l->expects[l->expect_count++] = expect;
}

void aac_compose_expect(struct aac_laying *l, const struct aac_stmt *stmt)
{
	const struct aac_diag *before = aac_diags_last(l->ctx.diags);
	struct arena *arena = l->ctx.arena;
	const struct aac_rule *words = stmt->resolved;
	enum aac_fill fill = AAC_FILL_DONE;
	struct aac_expect *expect = NULL;
	CLEANUP_BUF key = { 0 };

	if (!words)
		return;
	l->used = NULL;
	l->trail = NULL;
	l->ctx.arena = l->scope->scratch; /* for the list of used values */
	buf_putn(&key, (const char *)&stmt, sizeof(stmt));
	if (words->has_holes)
		fill = look(l, words, &key);
	if (fill == AAC_FILL_DONE)
		fill = intern(l, stmt, &key, &expect);
	l->ctx.arena = arena;
	if (fill == AAC_FILL_ERROR)
		aac_compose_note_value(l, before);
	l->ok &= fill != AAC_FILL_ERROR;
	if (fill == AAC_FILL_DONE)
		append(l, expect);
}
