/*
 * Findings and edits.  What several calls of a function told about one iteration is
 * brought together, and what mends it is put into the quoting of its place: each byte
 * that goes in is escaped for every script that it stands in, from the inside out.
 * Nothing is ever taken out of a file.
 */
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/buf.h"
#include "core/guard_work.h"

#define ALTERNATIVE " // [])"

/* ---- quoting ------------------------------------------------------------- */

static bool is_special(enum aac_quote kind, char c)
{
	switch (kind) {
	case AAC_QUOTE_NONE:
		return !strchr("_./,:=@%+-", c);
	case AAC_QUOTE_DOUBLE:
		return strchr("\"\\$`", c);
	case AAC_QUOTE_ANSI:
		return strchr("'\\", c);
	case AAC_QUOTE_DOCUMENT:
	case AAC_QUOTE_TICKS:
		return strchr("\\$`", c);
	case AAC_QUOTE_SINGLE:
	case AAC_QUOTE_VERBATIM:
	default:
		return false;
	}
}

/* TEXT as it has to be written there; NULL: it cannot be. */
static const char *encode(struct arena *arena, const char *text,
			  const struct aac_quoting *quoting)
{
	for (; quoting; quoting = quoting->outer) {
		CLEANUP_BUF out = { 0 };

		if (quoting->kind == AAC_QUOTE_SINGLE && strchr(text, '\''))
			return NULL;
		for (; *text; text++) {
			if (is_special(quoting->kind, *text))
				buf_putc(&out, '\\');
			buf_putc(&out, *text);
		}
		text = arena_strndup(arena, buf_str(&out), out.len);
	}
	return text;
}

struct edits {
	struct arena *arena;
	struct aac_guard_edit *items;
	size_t count, cap;
};

static void add_edit(struct edits *edits, uint32_t at, unsigned int rank,
		     const char *text)
{
	if (edits->count == edits->cap) {
		size_t cap = edits->cap ? edits->cap * 2 : 64;
		struct aac_guard_edit *items =
			ARENA_ARRAY(edits->arena, struct aac_guard_edit, cap);

		if (edits->count)
			memcpy(items, edits->items, edits->count * sizeof(*items));
		edits->items = items;
		edits->cap = cap;
	}
	edits->items[edits->count++] = (struct aac_guard_edit){ at, rank, text };
}

/* An unquoted run of text is put into quotes as a whole, as people do. */
static bool wrap(struct edits *edits, const struct aac_guard_spot *spot, const char *text)
{
	const struct aac_piece *piece = spot->piece;
	const char *quote = encode(edits->arena, "'", piece->quoting->outer);
	const char *inner = encode(edits->arena, text, piece->quoting->outer);

	if (!piece->exact || !quote || !inner)
		return false;
	add_edit(edits, piece->begin, AAC_RANK_OPEN, quote);
	add_edit(edits, piece->end, AAC_RANK_CLOSE, quote);
	add_edit(edits, spot->at, spot->rank, inner);
	return true;
}

static void insert(struct edits *edits, const struct aac_guard_spot *spot,
		   const char *text)
{
	const struct aac_quoting *quoting = spot->piece->quoting;
	const char *encoded;

	if (quoting && quoting->kind == AAC_QUOTE_NONE && wrap(edits, spot, text))
		return;
	encoded = encode(edits->arena, text, quoting);
	if (encoded)
		add_edit(edits, spot->at, spot->rank, encoded);
}

/* Unquoted, a[] is a pattern for files, and {a,b} two words. */
static bool is_brace_list(const struct aac_piece *piece)
{
	const char *brace, *text = piece->text;

	if (!piece->quoting || piece->quoting->kind != AAC_QUOTE_NONE || !piece->exact)
		return false;
	brace = memchr(text, '{', piece->len);
	return brace && memchr(brace, ',', piece->len - (size_t)(brace - text));
}

static bool can_insert(const struct edits *edits, const struct aac_guard_spot *spot)
{
	return !is_brace_list(spot->piece) &&
	       encode(edits->arena, ALTERNATIVE, spot->piece->quoting);
}

/* ---- bringing records together ------------------------------------------- */

static int compare_records(const void *a, const void *b)
{
	const struct aac_guard_record *x = a, *y = b;

	if (x->key != y->key)
		return x->key < y->key ? -1 : 1;
	if (x->verdict != y->verdict)
		return x->verdict > y->verdict ? -1 : 1;
	return x->order < y->order ? -1 : 1;
}

static int compare_edits(const void *a, const void *b)
{
	const struct aac_guard_edit *x = a, *y = b;

	if (x->at != y->at)
		return x->at < y->at ? -1 : 1;
	return x->rank != y->rank ? (x->rank < y->rank ? -1 : 1) : 0;
}

static void add_finding(struct aac_guard_work *work, struct aac_guard_finding ***tail,
			const struct aac_guard_record *record, bool undecided)
{
	struct aac_guard_finding *finding =
		ARENA_NEW(work->script.arena, struct aac_guard_finding);

	finding->undecided = undecided;
	finding->span = record->span;
	finding->message = record->message;
	finding->hint = record->hint;
	work->file->undecided += undecided;
	work->file->unsafe += !undecided;
	**tail = finding;
	*tail = &finding->next;
}

static void take_record(struct aac_guard_work *work, struct edits *edits,
			struct aac_guard_finding ***tail,
			const struct aac_guard_record *record)
{
	bool value = record->verdict == AAC_GUARD_VALUE;
	bool can = value ? can_insert(edits, &record->begin) &&
				   can_insert(edits, &record->end)
			 : record->verdict == AAC_GUARD_OPTION &&
				   can_insert(edits, &record->close);

	add_finding(work, tail, record, !can);
	if (can && value) {
		insert(edits, &record->begin, "(");
		insert(edits, &record->end, ALTERNATIVE);
	} else if (can) {
		insert(edits, &record->close, "?");
	}
}

/* Quotes around one run, which several edits asked for, are one pair. */
static void drop_doubles(struct edits *edits)
{
	size_t kept = 0;

	for (size_t i = 0; i < edits->count; i++) {
		const struct aac_guard_edit *edit = &edits->items[i];
		const struct aac_guard_edit *last = kept ? &edits->items[kept - 1] : NULL;

		if (last && last->at == edit->at && last->rank == edit->rank &&
		    (edit->rank == AAC_RANK_OPEN || edit->rank == AAC_RANK_CLOSE))
			continue;
		edits->items[kept++] = *edit;
	}
	edits->count = kept;
}

/* Calls of a function may see its iteration in different lights: the first record of
 * the group from FIRST to END, unless two of them would put parentheses elsewhere. */
static void agree(struct aac_guard_work *work, size_t first, size_t end)
{
	struct aac_guard_record *record = &work->records[first];

	for (size_t i = first + 1; i < end; i++) {
		const struct aac_guard_record *other = &work->records[i];

		if (record->verdict != AAC_GUARD_VALUE ||
		    other->verdict != AAC_GUARD_VALUE ||
		    (other->begin.at == record->begin.at &&
		     other->end.at == record->end.at))
			continue;
		record->verdict = AAC_GUARD_UNDECIDED;
		record->message = "cannot be decided: calls of the function make "
				  "different paths of this";
		record->hint = "look at its calls: one may hand in nothing";
	}
}

void aac_guard_finish(struct aac_guard_state *state, struct aac_guard_work *work)
{
	struct edits edits = { .arena = state->arena };
	struct aac_guard_finding **tail = &work->file->findings;

	if (work->count)
		qsort(work->records, work->count, sizeof(*work->records),
		      compare_records);
	for (size_t i = 0, end; i < work->count; i = end) {
		for (end = i + 1; end < work->count; end++)
			if (work->records[end].key != work->records[i].key)
				break;
		agree(work, i, end);
		take_record(work, &edits, &tail, &work->records[i]);
	}
	if (edits.count) {
		qsort(edits.items, edits.count, sizeof(*edits.items), compare_edits);
		drop_doubles(&edits);
	}
	work->file->edits = edits.items;
	work->file->edit_count = edits.count;
}

const char *aac_guard_text(struct arena *arena, const struct aac_guard_file *file,
			   size_t *len)
{
	CLEANUP_BUF out = { 0 };
	uint32_t at = 0;

	for (size_t i = 0; i < file->edit_count; i++) {
		buf_putn(&out, file->source->text + at, file->edits[i].at - at);
		buf_puts(&out, file->edits[i].text);
		at = file->edits[i].at;
	}
	buf_putn(&out, file->source->text + at, file->source->size - at);
	*len = out.len;
	return arena_strndup(arena, buf_str(&out), out.len);
}
