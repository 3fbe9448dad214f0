/*
 * The texts that the shell's reader reads: the file, and what is left of words when the
 * script around them has taken its quotes away.  Bytes of the latter know where they
 * stand in the file and how they are quoted there, at every level.
 */
#include <string.h>

#include "base/arena.h"
#include "core/shell_reader.h"

uint32_t aac_shell_begin(const struct aac_shell_text *text, uint32_t at)
{
	if (!text->begin)
		return at;
	return at < text->len ? text->begin[at]
	       : text->len    ? text->end[text->len - 1]
			      : 0;
}

/* Where the byte before AT ends. */
uint32_t aac_shell_end(const struct aac_shell_text *text, uint32_t at)
{
	return text->end ? text->end[at - 1] : at;
}

const struct aac_quoting *aac_shell_outer(const struct aac_shell_text *text, uint32_t at)
{
	return text->quoting && at < text->len ? text->quoting[at] : NULL;
}

struct aac_shell_text *aac_shell_text_new(struct arena *arena, uint32_t len)
{
	struct aac_shell_text *text = ARENA_NEW(arena, struct aac_shell_text);

	text->bytes = ARENA_ARRAY(arena, char, (size_t)len + 1);
	text->begin = ARENA_ARRAY(arena, uint32_t, (size_t)len + 1);
	text->end = ARENA_ARRAY(arena, uint32_t, (size_t)len + 1);
	text->quoting = ARENA_ARRAY(arena, const struct aac_quoting *, (size_t)len + 1);
	text->refs = ARENA_ARRAY(arena, struct aac_piece *, (size_t)len + 1);
	return text;
}

/* What aac_shell_text_new has just made may be written to. */
#define WRITABLE(type, array) ((type *)(uintptr_t)(array))

void aac_shell_text_add(struct aac_shell_text *text, char byte, uint32_t begin,
			uint32_t end, const struct aac_quoting *quoting,
			struct aac_piece *ref)
{
	uint32_t i = text->len++;

	WRITABLE(char, text->bytes)[i] = byte;
	WRITABLE(uint32_t, text->begin)[i] = begin;
	WRITABLE(uint32_t, text->end)[i] = end;
	WRITABLE(const struct aac_quoting *, text->quoting)[i] = quoting;
	WRITABLE(struct aac_piece *, text->refs)[i] = ref;
}

static uint32_t flat_length(const struct aac_shell_word *word)
{
	uint32_t len = 0;

	for (; word; word = word->next, len++)
		for (const struct aac_piece *piece = word->head; piece;
		     piece = piece->next)
			len += piece->type == AAC_PIECE_TEXT ? piece->len : 1;
	return len;
}

static void add_piece(struct aac_shell_text *text, struct aac_piece *piece)
{
	if (piece->type != AAC_PIECE_TEXT) {
		aac_shell_text_add(text, '\x01', piece->begin, piece->end, piece->quoting,
				   piece);
		return;
	}
	for (uint32_t i = 0; i < piece->len; i++)
		aac_shell_text_add(text, piece->text[i],
				   piece->exact ? piece->begin + i : piece->begin,
				   piece->exact ? piece->begin + i + 1 : piece->end,
				   piece->quoting, NULL);
}

struct aac_shell_text *aac_shell_flatten(struct arena *arena,
					 const struct aac_shell_word *word)
{
	struct aac_shell_text *text = aac_shell_text_new(arena, flat_length(word));

	for (; word; word = word->next) {
		for (struct aac_piece *piece = word->head; piece; piece = piece->next)
			add_piece(text, piece);
		if (word->next)
			aac_shell_text_add(text, ' ', word->end, word->end, NULL, NULL);
	}
	return text;
}

struct aac_shell_text *aac_shell_untick(const struct aac_shell_reader *reader,
					uint32_t end, bool in_double)
{
	const struct aac_shell_text *from = reader->text;
	struct aac_shell_text *text = aac_shell_text_new(reader->arena, end - reader->at);
	struct aac_quoting *quoting = NULL;

	for (uint32_t i = reader->at; i < end; i++) {
		const struct aac_quoting *outer = aac_shell_outer(from, i);
		uint32_t begin = i;

		if (!quoting || quoting->outer != outer) {
			quoting = ARENA_NEW(reader->arena, struct aac_quoting);
			quoting->outer = outer;
			quoting->kind = AAC_QUOTE_TICKS;
		}
		if (from->bytes[i] == '\\' && i + 1 < end &&
		    strchr(in_double ? "$`\\\"" : "$`\\", from->bytes[i + 1]) &&
		    from->bytes[i + 1])
			i++;
		aac_shell_text_add(text, from->bytes[i], aac_shell_begin(from, begin),
				   aac_shell_end(from, i + 1), quoting,
				   from->refs ? from->refs[i] : NULL);
	}
	return text;
}
