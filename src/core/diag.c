/*
 * The queue of diagnostics.  Everything is copied into the arena, so a pass may forget
 * what it reported.  What was reported before, word for word and at the same place, is
 * not queued again: a rule that is looked at once for each of a thousand containers
 * complains once.
 */
#include "core/diag.h"

#include <stdint.h>
#include <string.h>

#include "base/arena.h"
#include "base/macro.h"
#include "base/suggest.h"
#include "core/lint.h"

/* Open addressing; a free slot is NULL.  At most half full. */
struct aac_diag_index {
	struct aac_diag **slots;
	size_t count, cap;
};

struct slug_row {
	const char *slug;
	bool strict;
	const char *meaning;
};

static const struct slug_row rows[] = {
#define DIAG(slug, strict, meaning) { slug, strict, meaning },
#include "core/diag.def"
#undef DIAG
};

static const struct slug_row *find_row(const char *slug)
{
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++)
		if (strcmp(rows[i].slug, slug) == 0)
			return &rows[i];
	return NULL;
}

static const struct {
	const char *slug, *cure;
} cures[] = {
#define CURE(slug, cure) { slug, cure },
#include "core/cures.def"
#undef CURE
};

static const char *cure_of(const char *slug)
{
	for (size_t i = 0; i < ARRAY_SIZE(cures); i++)
		if (strcmp(cures[i].slug, slug) == 0)
			return cures[i].cure;
	return NULL;
}

static bool is_strict(const char *slug)
{
	const struct slug_row *row = find_row(slug);

	return row && row->strict;
}

bool aac_slug_known(const char *slug)
{
	return find_row(slug) != NULL || aac_check_find(slug) != NULL;
}

const char *aac_slug_near(const char *word)
{
	struct suggest near = { .word = word };

	if (aac_slug_known(word))
		return NULL;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++)
		suggest_offer(&near, rows[i].slug);
	for (size_t i = 0; i < aac_check_count; i++)
		suggest_offer(&near, aac_checks[i]->slug);
	return suggest_best(&near);
}

void aac_diags_init(struct aac_diags *diags, struct arena *arena)
{
	*diags = (struct aac_diags){ .arena = arena,
				     .tail = &diags->head,
				     .max_errors = 20 };
	diags->index = ARENA_NEW(arena, struct aac_diag_index);
}

bool aac_diags_full(const struct aac_diags *diags)
{
	return diags->errors >= diags->max_errors;
}

static uint64_t mix(uint64_t hash, const void *bytes, size_t len)
{
	const unsigned char *at = bytes;

	for (size_t i = 0; i < len; i++)
		hash = (hash ^ at[i]) * UINT64_C(0x100000001b3);
	return hash;
}

static uint64_t hash_diag(const struct aac_diag *diag)
{
	uint64_t hash = UINT64_C(0xcbf29ce484222325);

	hash = mix(hash, &diag->span.begin, sizeof(diag->span.begin));
	hash = mix(hash, &diag->span.end, sizeof(diag->span.end));
	hash = mix(hash, diag->slug, strlen(diag->slug));
	return mix(hash, diag->message, strlen(diag->message));
}

static bool same_diag(const struct aac_diag *a, const struct aac_diag *b)
{
	return a->span.source == b->span.source && a->span.begin == b->span.begin &&
	       a->span.end == b->span.end && strcmp(a->slug, b->slug) == 0 &&
	       strcmp(a->message, b->message) == 0;
}

static struct aac_diag **find_slot(struct aac_diag **slots, size_t cap,
				   const struct aac_diag *diag)
{
	size_t at = (size_t)hash_diag(diag) & (cap - 1);

	while (slots[at] && !same_diag(slots[at], diag))
		at = (at + 1) & (cap - 1);
	return &slots[at];
}

static void grow_index(struct aac_diag_index *index, struct arena *arena)
{
	size_t cap = index->cap ? index->cap * 2 : 64;
	struct aac_diag **slots = ARENA_ARRAY(arena, struct aac_diag *, cap);

	for (size_t i = 0; i < index->cap; i++)
		if (index->slots[i])
			*find_slot(slots, cap, index->slots[i]) = index->slots[i];
	index->slots = slots;
	index->cap = cap;
}

/* False when an equal one is there already. */
static bool index_add(struct aac_diags *diags, struct aac_diag *diag)
{
	struct aac_diag_index *index = diags->index;
	struct aac_diag **slot;

	if (index->count * 2 >= index->cap)
		grow_index(index, diags->arena);
	slot = find_slot(index->slots, index->cap, diag);
	if (*slot)
		return false;
	*slot = diag;
	index->count++;
	return true;
}

static struct aac_diag *diag_new(struct arena *arena, enum aac_severity severity,
				 struct aac_span span, const char *fmt, va_list ap)
	__attribute__((format(printf, 4, 0)));

static struct aac_diag *diag_new(struct arena *arena, enum aac_severity severity,
				 struct aac_span span, const char *fmt, va_list ap)
{
	struct aac_diag *diag = ARENA_NEW(arena, struct aac_diag);

	diag->severity = severity;
	diag->span = span;
	diag->message = arena_vprintf(arena, fmt, ap);
	return diag;
}

struct aac_diag *aac_report(struct aac_diags *diags, enum aac_severity severity,
			    const char *slug, struct aac_span span, const char *fmt, ...)
{
	struct aac_diag *diag;
	va_list ap;

	if (severity == AAC_WARNING && diags->strict && is_strict(slug))
		severity = AAC_ERROR;
	va_start(ap, fmt);
	diag = diag_new(diags->arena, severity, span, fmt, ap);
	va_end(ap);
	diag->slug = slug;
	if (severity == AAC_ERROR)
		diag->hint = cure_of(slug);
	if (!index_add(diags, diag))
		return diag;
	*diags->tail = diag;
	diags->tail = &diag->next;
	diags->errors += severity == AAC_ERROR;
	diags->warnings += severity == AAC_WARNING;
	return diag;
}

struct aac_diag *aac_diags_last(const struct aac_diags *diags)
{
	const struct aac_diag *head = diags->head;

	if (!head)
		return NULL;
	return (struct aac_diag *)((char *)diags->tail - offsetof(struct aac_diag, next));
}

void aac_note(struct aac_diags *diags, struct aac_diag *diag, struct aac_span span,
	      const char *fmt, ...)
{
	struct aac_diag **at = &diag->notes;
	va_list ap;

	while (*at)
		at = &(*at)->next;
	va_start(ap, fmt);
	*at = diag_new(diags->arena, AAC_NOTE, span, fmt, ap);
	va_end(ap);
}

void aac_hint(struct aac_diags *diags, struct aac_diag *diag, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	diag->hint = arena_vprintf(diags->arena, fmt, ap);
	va_end(ap);
}
