/*
 * The words of shell scripts: what is quoted how, what the shell puts in.  A word ends at
 * white space or an operator that is not quoted.  Not obvious: bytes become pieces by
 * runs, and a run ends where its bytes do not stand side by side in the file any more, so
 * that an offset into a piece is an offset into the file.
 */
#include <string.h>

#include "base/arena.h"
#include "base/macro.h"
#include "core/shell_reader.h"

struct aac_shell_word *aac_shell_word_new(struct aac_shell_reader *reader)
{
	struct aac_shell_word *word = ARENA_NEW(reader->arena, struct aac_shell_word);

	word->begin = word->end = aac_shell_begin(reader->text, reader->at);
	return word;
}

static const struct aac_quoting *quoting_at(struct aac_shell_reader *reader, uint32_t at,
					    enum aac_quote kind)
{
	struct aac_quoting *quoting = ARENA_NEW(reader->arena, struct aac_quoting);

	quoting->outer = aac_shell_outer(reader->text, at);
	quoting->kind = kind;
	return quoting;
}

static struct aac_piece *add_piece(struct aac_shell_reader *reader,
				   struct aac_shell_word *word, uint32_t from,
				   uint32_t to, enum aac_quote kind)
{
	struct aac_piece *piece = ARENA_NEW(reader->arena, struct aac_piece);

	piece->begin = aac_shell_begin(reader->text, from);
	piece->end = to > from ? aac_shell_end(reader->text, to) : piece->begin;
	piece->quoting = quoting_at(reader, from, kind);
	piece->scope = reader->scope;
	LIST_APPEND(word, piece);
	return piece;
}

/* How many bytes from FROM on stand side by side in the file. */
static uint32_t run_length(const struct aac_shell_text *text, uint32_t from, uint32_t to)
{
	uint32_t at = from + 1;

	if (!text->begin)
		return to - from;
	if (text->end[from] != text->begin[from] + 1)
		return 1;
	while (at < to && !text->refs[at] && text->begin[at] == text->end[at - 1] &&
	       text->end[at] == text->begin[at] + 1 &&
	       text->quoting[at] == text->quoting[from])
		at++;
	return at - from;
}

void aac_shell_add_text(struct aac_shell_reader *reader, struct aac_shell_word *word,
			uint32_t from, uint32_t to, enum aac_quote kind)
{
	const struct aac_shell_text *text = reader->text;

	while (from < to) {
		uint32_t len = run_length(text, from, to);
		struct aac_piece *piece;

		piece = add_piece(reader, word, from, from + len, kind);
		if (text->refs && text->refs[from]) {
			struct aac_piece *ref = text->refs[from];

			piece->type = ref->type;
			piece->text = ref->text;
			piece->len = ref->len;
			piece->many = ref->many && kind == AAC_QUOTE_NONE;
			piece->dot = ref->dot;
			piece->number = ref->number;
			piece->scope = ref->scope;
			len = 1;
		} else {
			piece->text = text->bytes + from;
			piece->len = len;
			piece->exact = piece->end - piece->begin == len;
		}
		from += len;
	}
}

void aac_shell_add_escaped(struct aac_shell_reader *reader, struct aac_shell_word *word,
			   uint32_t from, uint32_t to, enum aac_quote kind,
			   const char *bytes, uint32_t len)
{
	struct aac_piece *piece;

	if (len == 0)
		return;
	piece = add_piece(reader, word, from, to, kind);
	piece->text = bytes;
	piece->len = len;
}

/* ---- quotes -------------------------------------------------------------- */

static bool is_ref(const struct aac_shell_reader *reader, uint32_t at)
{
	return reader->text->refs && reader->text->refs[at];
}

static void read_single(struct aac_shell_reader *reader, struct aac_shell_word *word)
{
	uint32_t from = reader->at + 1;
	const char *close = from > reader->end ? NULL
					       : memchr(reader->text->bytes + from, '\'',
							reader->end - from);

	if (!close) {
		aac_shell_fail(reader, reader->at, AAC_SHELL_UNCLOSED,
			       AAC_SHELL_UNCLOSED_HINT);
		return;
	}
	reader->at = (uint32_t)(close - reader->text->bytes);
	aac_shell_add_text(reader, word, from, reader->at, AAC_QUOTE_SINGLE);
	reader->at++;
}

/* A backslash in "…" or a here-document. */
static void read_escape(struct aac_shell_reader *reader, struct aac_shell_word *word,
			enum aac_quote kind)
{
	const char *bytes = reader->text->bytes;
	const char *special = kind == AAC_QUOTE_DOUBLE ? "\"\\$`\n" : "\\$`\n";
	uint32_t at = reader->at;

	if (at + 1 >= reader->end || !bytes[at + 1] || !strchr(special, bytes[at + 1])) {
		aac_shell_add_text(reader, word, at, at + 1, kind);
		reader->at++;
		return;
	}
	reader->at += 2;
	aac_shell_add_escaped(reader, word, at, at + 2, kind, bytes + at + 1,
			      bytes[at + 1] != '\n');
}

/* What is expanded in "…" and here-documents, up to CLOSE (0: to the end). */
static void read_expanded(struct aac_shell_reader *reader, struct aac_shell_word *word,
			  enum aac_quote kind, char close)
{
	const char *bytes = reader->text->bytes;
	uint32_t from = reader->at;

	while (reader->at < reader->end && !reader->failed) {
		char c = bytes[reader->at];
		bool plain =
			is_ref(reader, reader->at) ||
			(c != '\\' && c != '$' && c != '`' && (!close || c != close));

		if (plain) {
			reader->at++;
			continue;
		}
		aac_shell_add_text(reader, word, from, reader->at, kind);
		from = reader->at;
		if (close && c == close)
			return;
		if (c == '\\')
			read_escape(reader, word, kind);
		else if (c == '`')
			aac_shell_read_ticks(reader, word, kind);
		else if (aac_shell_read_dollar(reader, word, kind))
			;
		else {
			reader->at++;
			continue;
		}
		from = reader->at;
	}
	if (!reader->failed)
		aac_shell_add_text(reader, word, from, reader->at, kind);
}

void aac_shell_read_double(struct aac_shell_reader *reader, struct aac_shell_word *word)
{
	uint32_t open = reader->at - 1;

	/* "" is a word, too. */
	add_piece(reader, word, reader->at, reader->at, AAC_QUOTE_DOUBLE)->text = "";
	read_expanded(reader, word, AAC_QUOTE_DOUBLE, '"');
	if (reader->failed)
		return;
	if (reader->at >= reader->end)
		aac_shell_fail(reader, open, AAC_SHELL_UNCLOSED, AAC_SHELL_UNCLOSED_HINT);
	else
		reader->at++;
}

void aac_shell_read_body(struct aac_shell_reader *reader, struct aac_shell_word *word,
			 uint32_t end)
{
	uint32_t real_end = reader->end;

	reader->end = end;
	read_expanded(reader, word, AAC_QUOTE_DOCUMENT, 0);
	reader->end = real_end;
}

/* ---- words --------------------------------------------------------------- */

/* The last byte of WORD, when nothing quotes it. */
static char last_plain(const struct aac_shell_word *word)
{
	const struct aac_piece *piece = word->last;

	if (!piece || piece->type != AAC_PIECE_TEXT || !piece->len ||
	    piece->quoting->kind != AAC_QUOTE_NONE || !piece->exact)
		return '\0';
	return piece->text[piece->len - 1];
}

/* At '(' inside of a word: an array, or a pattern as @(a|b).  False: the word ends. */
static bool read_paren(struct aac_shell_reader *reader, struct aac_shell_word *word)
{
	uint32_t from = reader->at;
	unsigned int open = 0;

	if (aac_shell_assigns(word) && word->head == word->last) {
		aac_shell_read_array(reader, word);
		return true;
	}
	if (!last_plain(word) || !strchr("?*+@!", last_plain(word)))
		return false;
	do {
		char c = aac_shell_peek(reader, 0);

		if (reader->at >= reader->end || c == '\n') {
			reader->at = from;
			return false;
		}
		open += c == '(';
		open -= c == ')';
		reader->at++;
	} while (open > 0);
	aac_shell_add_text(reader, word, from, reader->at, AAC_QUOTE_NONE);
	return true;
}

static bool is_plain(const struct aac_shell_reader *reader, uint32_t at)
{
	char c = reader->text->bytes[at];

	return is_ref(reader, at) || !c || !strchr(" \t\n;&|()<>\\'\"$`", c);
}

static void read_backslash(struct aac_shell_reader *reader, struct aac_shell_word *word)
{
	uint32_t at = reader->at;
	bool has_next = at + 1 < reader->end;

	reader->at += 1 + has_next;
	if (has_next && reader->text->bytes[at + 1] == '\n')
		return;
	aac_shell_add_escaped(reader, word, at, at + 1 + has_next, AAC_QUOTE_NONE,
			      reader->text->bytes + at + has_next, 1);
}

/* One part of a word; false: it ends here. */
static bool read_part(struct aac_shell_reader *reader, struct aac_shell_word *word)
{
	uint32_t from = reader->at;
	char c = aac_shell_peek(reader, 0);

	while (reader->at < reader->end && is_plain(reader, reader->at))
		reader->at++;
	if (reader->at > from) {
		aac_shell_add_text(reader, word, from, reader->at, AAC_QUOTE_NONE);
		return true;
	}
	switch (reader->at < reader->end ? c : '\0') {
	case '\\':
		read_backslash(reader, word);
		return true;
	case '\'':
		read_single(reader, word);
		return true;
	case '"':
		reader->at++;
		aac_shell_read_double(reader, word);
		return true;
	case '`':
		aac_shell_read_ticks(reader, word, AAC_QUOTE_NONE);
		return true;
	case '$':
		if (aac_shell_read_dollar(reader, word, AAC_QUOTE_NONE))
			return true;
		reader->at++;
		aac_shell_add_text(reader, word, from, reader->at, AAC_QUOTE_NONE);
		return true;
	case '(':
		return read_paren(reader, word);
	case '<':
	case '>':
		if (aac_shell_peek(reader, 1) != '(')
			return false;
		aac_shell_read_process(reader, word);
		return true;
	default:
		return false;
	}
}

struct aac_shell_word *aac_shell_read_word(struct aac_shell_reader *reader)
{
	struct aac_shell_word *word = aac_shell_word_new(reader);
	uint32_t from = reader->at;

	while (reader->at < reader->end && !reader->failed && read_part(reader, word))
		;
	if (reader->failed || reader->at == from)
		return NULL;
	word->end = aac_shell_end(reader->text, reader->at);
	return word;
}
