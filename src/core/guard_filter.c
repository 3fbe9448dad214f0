/*
 * One filter of jq, as the words of a command line make it: its text, with one byte for
 * each value that only the shell knows, is parsed and judged, and each iteration that
 * fails on null is brought home to the bytes of the file.  Not obvious: in a call of a
 * function the filter is put together from the function's own text and the call's, and
 * only what is the call's may be edited for it.
 */
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/buf.h"
#include "core/guard_work.h"

#define SHOWN_MAX 60

struct flat {
	struct aac_guard_state *state;
	const struct aac_invocation *invocation;
	struct aac_guard_work *work;
	char *bytes;
	uint32_t len;
	const struct aac_piece **pieces; /* of each byte */
	uint32_t *offsets;		 /* in it */
	bool params;			 /* parameters of a function are in it */
	bool given;			 /* text that is this command's own */
	bool opaque;
};

/* ---- records ------------------------------------------------------------- */

struct aac_guard_record *aac_guard_record_new(struct aac_guard_work *work)
{
	struct arena *arena = work->script.arena;
	struct aac_guard_record *record;

	if (work->count == work->cap) {
		size_t cap = work->cap ? work->cap * 2 : 32;
		struct aac_guard_record *records =
			ARENA_ARRAY(arena, struct aac_guard_record, cap);

		if (work->count)
			memcpy(records, work->records, work->count * sizeof(*records));
		work->records = records;
		work->cap = cap;
	}
	record = &work->records[work->count];
	*record = (struct aac_guard_record){ .order = work->count++ };
	return record;
}

void aac_guard_undecided(struct aac_guard_state *state, struct aac_guard_work *work,
			 uint32_t begin, uint32_t end, const char *message,
			 const char *hint)
{
	struct aac_guard_record *record = aac_guard_record_new(work);

	(void)state;
	record->verdict = AAC_GUARD_UNDECIDED;
	record->key = begin;
	record->span = (struct aac_span){ work->script.source, begin, end };
	record->message = message;
	record->hint = hint;
}

/* ---- the text ------------------------------------------------------------ */

static void flatten(struct flat *flat, const struct aac_shell_word *word)
{
	struct arena *arena = flat->state->arena;
	size_t len = 0;

	for (const struct aac_piece *piece = word->head; piece; piece = piece->next)
		len += piece->type == AAC_PIECE_TEXT ? piece->len : 1;
	flat->bytes = ARENA_ARRAY(arena, char, len + 1);
	flat->pieces = ARENA_ARRAY(arena, const struct aac_piece *, len + 1);
	flat->offsets = ARENA_ARRAY(arena, uint32_t, len + 1);
	for (const struct aac_piece *piece = word->head; piece; piece = piece->next) {
		bool text = piece->type == AAC_PIECE_TEXT;
		uint32_t count = text ? piece->len : 1;

		flat->params |= aac_guard_is_param(piece);
		flat->opaque |= !text;
		flat->given |= piece->given && count > 0;
		for (uint32_t i = 0; i < count; i++) {
			flat->bytes[flat->len] = text ? piece->text[i] : AAC_JQ_OPAQUE;
			flat->pieces[flat->len] = piece;
			flat->offsets[flat->len++] = i;
		}
	}
}

static uint32_t begin_of(const struct flat *flat, uint32_t i)
{
	const struct aac_piece *piece = flat->pieces[i];

	return piece->exact ? piece->begin + flat->offsets[i] : piece->begin;
}

static uint32_t end_of(const struct flat *flat, uint32_t i)
{
	const struct aac_piece *piece = flat->pieces[i];

	return piece->exact ? piece->begin + flat->offsets[i] + 1 : piece->end;
}

static struct aac_guard_spot spot_before(const struct flat *flat, uint32_t i)
{
	return (struct aac_guard_spot){ begin_of(flat, i), AAC_RANK_BEFORE,
					flat->pieces[i] };
}

static struct aac_guard_spot spot_after(const struct flat *flat, uint32_t i,
					enum aac_guard_rank rank)
{
	return (struct aac_guard_spot){ end_of(flat, i), rank, flat->pieces[i] };
}

static bool is_open(const struct flat *flat, uint32_t i)
{
	return flat->pieces[i]->type == AAC_PIECE_TEXT && !flat->pieces[i]->held;
}

/* Text that the command of INVOCATION holds itself. */
static bool is_given(const struct flat *flat, uint32_t i)
{
	return is_open(flat, i) && flat->pieces[i]->given;
}

/* Bytes FROM to TO as people wrote them, on one line. */
static const char *show(const struct flat *flat, uint32_t from, uint32_t to)
{
	CLEANUP_BUF out = { 0 };
	const char *source = flat->work->script.source->text;

	for (uint32_t i = from; i < to; i++) {
		const struct aac_piece *piece = flat->pieces[i];

		if (out.len > SHOWN_MAX) {
			buf_puts(&out, "…");
			break;
		}
		if (piece->type == AAC_PIECE_TEXT)
			buf_putc(&out, flat->bytes[i] == '\n' ? ' ' : flat->bytes[i]);
		else if (piece->end - piece->begin <= SHOWN_MAX)
			buf_putn(&out, source + piece->begin, piece->end - piece->begin);
		else
			buf_puts(&out, "$(…)");
	}
	return arena_strndup(flat->state->arena, buf_str(&out), out.len);
}

/* ---- iterations ---------------------------------------------------------- */

static bool all_given(const struct flat *flat, uint32_t from, uint32_t to)
{
	return is_given(flat, from) && is_given(flat, to - 1);
}

/* Does a part of P, of which the rest is the function's, come from the call? */
static bool has_call_text(const struct flat *flat, uint32_t from, uint32_t to)
{
	for (uint32_t i = from; i < to; i++)
		if (flat->pieces[i]->given)
			return true;
	return false;
}

static bool only_params(const struct flat *flat, uint32_t from, uint32_t to)
{
	for (uint32_t i = from; i < to; i++)
		if (flat->pieces[i]->type != AAC_PIECE_TEXT &&
		    !aac_guard_is_param(flat->pieces[i]))
			return false;
	return true;
}

/* Between P and its "[", in the text that the "[" belongs to. */
static struct aac_guard_spot spot_behind(const struct flat *flat,
					 const struct aac_jq_unsafe *unsafe)
{
	const struct aac_piece *last = flat->pieces[unsafe->end - 1];

	if (last->type == AAC_PIECE_TEXT && !last->held &&
	    last->given == flat->pieces[unsafe->open]->given)
		return spot_after(flat, unsafe->end - 1, AAC_RANK_BEHIND);
	return spot_before(flat, unsafe->open);
}

static void record_mend(struct flat *flat, const struct aac_jq_unsafe *unsafe,
			enum aac_guard_verdict verdict, uint32_t begin)
{
	struct arena *arena = flat->state->arena;
	struct aac_guard_record *record = aac_guard_record_new(flat->work);
	const char *path = show(flat, unsafe->begin, unsafe->end);

	record->key = begin_of(flat, unsafe->open);
	record->verdict = verdict;
	record->begin = spot_before(flat, unsafe->begin);
	record->end = spot_behind(flat, unsafe);
	record->close = spot_after(flat, unsafe->close - 1, AAC_RANK_OPTION);
	record->span =
		(struct aac_span){ flat->work->script.source, begin_of(flat, begin),
				   end_of(flat, unsafe->close - 1) };
	record->message =
		arena_printf(arena, "'%s[]' fails when '%s' is null", path, path);
	record->hint = verdict == AAC_GUARD_OPTION
			       ? arena_printf(arena, "write %s[]?",
					      show(flat, begin, unsafe->end))
			       : arena_printf(arena, "write (%s // [])[]", path);
}

static void record_stuck(struct flat *flat, const struct aac_jq_unsafe *unsafe,
			 enum aac_guard_verdict verdict, const char *why)
{
	struct arena *arena = flat->state->arena;
	struct aac_guard_record *record = aac_guard_record_new(flat->work);
	const char *path = show(flat, unsafe->begin, unsafe->end);

	record->key = begin_of(flat, unsafe->open);
	record->verdict = verdict;
	record->span = (struct aac_span){ flat->work->script.source, record->key,
					  end_of(flat, unsafe->close - 1) };
	record->message = arena_printf(arena, "cannot be decided: '%s[]' %s", path, why);
	record->hint = arena_printf(arena, "if it can be null, write (%s // [])[]", path);
}

/* The '[' is not this command's: it is the function's, or came through a variable. */
static void take_foreign(struct flat *flat, const struct aac_jq_unsafe *unsafe)
{
	const struct aac_piece *open = flat->pieces[unsafe->open];

	if (open->held) {
		if (flat->invocation->level == 0)
			record_stuck(flat, unsafe, AAC_GUARD_UNDECIDED,
				     "stands in a variable");
		return;
	}
	/* Without a part of the call's it was looked at where it is written. */
	if (!has_call_text(flat, unsafe->begin, unsafe->end))
		return;
	if (is_open(flat, unsafe->begin) && !flat->pieces[unsafe->begin]->given &&
	    is_open(flat, unsafe->open))
		record_mend(flat, unsafe,
			    unsafe->path ? AAC_GUARD_OPTION : AAC_GUARD_VALUE,
			    unsafe->open);
	else
		record_stuck(flat, unsafe, AAC_GUARD_UNDECIDED,
			     "is put together from a function and its call");
}

static void take_unsafe(struct flat *flat, const struct aac_jq_unsafe *unsafe)
{
	uint32_t first = unsafe->open;

	if (unsafe->opaque) {
		/* Told with the call; what other callers hand in is not known. */
		if (only_params(flat, unsafe->begin, unsafe->end) &&
		    is_open(flat, unsafe->open))
			record_stuck(flat, unsafe, AAC_GUARD_WAITS,
				     "depends on what the function is called with");
		else if (!is_given(flat, unsafe->open) && is_open(flat, unsafe->open) &&
			 has_call_text(flat, unsafe->begin, unsafe->end))
			record_stuck(flat, unsafe, AAC_GUARD_UNDECIDED,
				     "depends on what the function is called with");
		return;
	}
	if (!all_given(flat, unsafe->open, unsafe->close)) {
		take_foreign(flat, unsafe);
		return;
	}
	while (first > unsafe->begin && is_given(flat, first - 1))
		first--;
	if (!unsafe->path && all_given(flat, unsafe->begin, unsafe->end))
		record_mend(flat, unsafe, AAC_GUARD_VALUE, unsafe->begin);
	else
		record_mend(flat, unsafe, AAC_GUARD_OPTION, first);
}

/* ---- what cannot be decided ---------------------------------------------- */

static void tell_unknown(struct flat *flat, uint32_t at)
{
	const struct aac_piece *piece = NULL;
	struct arena *arena = flat->state->arena;

	/* The first byte that only the shell knows, from AT on. */
	for (; at < flat->len && !piece; at++)
		if (flat->pieces[at]->type != AAC_PIECE_TEXT)
			piece = flat->pieces[at--];
	if (!piece || aac_guard_is_param(piece) || (!piece->given && !piece->held) ||
	    (piece->held && flat->invocation->level))
		return;
	aac_guard_undecided(flat->state, flat->work, piece->begin, piece->end,
			    arena_printf(arena,
					 "cannot be decided: %s is a part of jq's filter",
					 show(flat, at, at + 1)),
			    "look where its text is written; a key is safer handed in: "
			    "jq --arg key \"$KEY\" '.[$key]'");
}

static void tell_unreadable(struct flat *flat, const struct aac_shell_word *word,
			    uint32_t fault)
{
	const struct aac_shell_command *command = flat->invocation->command;
	uint32_t begin = word->begin, end = word->end;

	/* Something else than a filter that iterates, or a function's own text, which is
	 * whole only where it is called. */
	if (flat->params || (flat->invocation->level && !flat->given) ||
	    (!flat->opaque && !memmem(flat->bytes, flat->len, "[]", 2)))
		return;
	if (fault < flat->len && is_given(flat, fault)) {
		begin = begin_of(flat, fault);
		end = end_of(flat, fault);
	} else if (flat->invocation->level) {
		begin = command->words->begin;
		end = command->words->end;
	}
	aac_guard_undecided(flat->state, flat->work, begin, end,
			    "cannot be decided: this is no filter that can be read",
			    "jq -n 'FILTER' says whether jq can");
}

bool aac_guard_iterates(struct aac_guard_state *state, const struct aac_shell_word *word)
{
	const struct aac_jq_input input = { 0 };
	struct flat flat = { .state = state };
	const struct aac_jq_node *filter;
	struct aac_jq_verdict verdict;
	uint32_t fault;

	flatten(&flat, word);
	filter = aac_jq_parse(state->arena, flat.bytes, flat.len, &fault);
	if (filter)
		aac_jq_judge(state->arena, flat.bytes, filter, &input, &verdict);
	return filter && verdict.head;
}

void aac_guard_filter(struct aac_guard_state *state,
		      const struct aac_invocation *invocation,
		      const struct aac_shell_word *word, const struct aac_jq_input *input)
{
	struct flat flat = { .state = state,
			     .invocation = invocation,
			     .work = invocation->work };
	const struct aac_jq_node *filter;
	struct aac_jq_verdict verdict;
	uint32_t fault = 0;

	flatten(&flat, word);
	filter = aac_jq_parse(state->arena, flat.bytes, flat.len, &fault);
	if (!filter) {
		tell_unreadable(&flat, word, fault);
		return;
	}
	aac_jq_judge(state->arena, flat.bytes, filter, input, &verdict);
	for (const struct aac_jq_unknown *unknown = verdict.unknown; unknown;
	     unknown = unknown->next)
		tell_unknown(&flat, unknown->at);
	for (const struct aac_jq_unsafe *unsafe = verdict.head; unsafe;
	     unsafe = unsafe->next)
		take_unsafe(&flat, unsafe);
}
