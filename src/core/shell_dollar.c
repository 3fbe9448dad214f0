/*
 * What a '$' begins in a shell script, and what runs commands inside of a word: $name,
 * ${…}, $( … ), $(( … )), `…`, $'…', <( … ).  Commands in them are read like any others;
 * their own quoting begins anew.  Arithmetic is told from a command substitution that
 * begins with a subshell by where its parentheses close, as shells do.
 */
#include <string.h>

#include "base/arena.h"
#include "base/macro.h"
#include "core/shell_reader.h"

/* So far the end of $(( is looked for. */
#define ARITHMETIC_MAX 4096u

static bool is_name(char c, bool first)
{
	return c == '_' || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
	       (!first && c >= '0' && c <= '9');
}

static uint32_t name_length(const struct aac_shell_reader *reader, uint32_t at)
{
	uint32_t len = 0;

	while (at + len < reader->end && is_name(reader->text->bytes[at + len], len == 0))
		len++;
	return len;
}

/* A piece for what stands from FROM to here. */
static struct aac_piece *put_piece(struct aac_shell_reader *reader,
				   struct aac_shell_word *word, uint32_t from,
				   enum aac_quote kind, enum aac_piece_type type)
{
	struct aac_piece *piece = ARENA_NEW(reader->arena, struct aac_piece);
	struct aac_quoting *quoting = ARENA_NEW(reader->arena, struct aac_quoting);

	quoting->kind = kind;
	quoting->outer = aac_shell_outer(reader->text, from);
	piece->type = type;
	piece->begin = aac_shell_begin(reader->text, from);
	piece->end = aac_shell_end(reader->text, reader->at);
	piece->many = kind == AAC_QUOTE_NONE;
	piece->quoting = quoting;
	piece->scope = reader->scope;
	LIST_APPEND(word, piece);
	return piece;
}

static void make_param(struct aac_piece *piece, const struct aac_shell_reader *reader,
		       unsigned int number)
{
	if (reader->scope->lost || !number) {
		piece->type = AAC_PIECE_OTHER;
		return;
	}
	piece->type = AAC_PIECE_PARAM;
	piece->number = number + reader->scope->shifted;
}

static void make_args(struct aac_piece *piece, const struct aac_shell_reader *reader,
		      unsigned int from)
{
	piece->many = true;
	if (reader->scope->lost)
		return;
	piece->type = AAC_PIECE_ARGS;
	piece->number = from + reader->scope->shifted;
}

/* ---- commands ------------------------------------------------------------ */

/* Reads commands up to ')', FROM being what they begin with. */
static void read_commands(struct aac_shell_reader *reader, struct aac_shell_word *word,
			  uint32_t from, enum aac_quote kind)
{
	struct aac_shell_command *before = reader->script->last, *first;
	struct aac_piece *piece;

	aac_shell_read_list(reader, AAC_UNTIL_PAREN);
	if (reader->failed)
		return;
	piece = put_piece(reader, word, from, kind, AAC_PIECE_COMMANDS);
	first = before ? before->next : reader->script->head;
	if (first && first == reader->script->last)
		piece->commands = first;
}

void aac_shell_read_process(struct aac_shell_reader *reader, struct aac_shell_word *word)
{
	uint32_t from = reader->at;

	reader->at += 2;
	read_commands(reader, word, from, AAC_QUOTE_DOUBLE);
}

void aac_shell_read_ticks(struct aac_shell_reader *reader, struct aac_shell_word *word,
			  enum aac_quote kind)
{
	struct aac_shell_reader inner = *reader;
	uint32_t from = reader->at, end = from + 1;

	while (end < reader->end && reader->text->bytes[end] != '`')
		end += reader->text->bytes[end] == '\\' ? 2 : 1;
	if (end >= reader->end) {
		aac_shell_fail(reader, from, "the '`' that begins here is not closed",
			       AAC_SHELL_UNCLOSED_HINT);
		return;
	}
	reader->at++;
	inner.text = aac_shell_untick(reader, end, kind == AAC_QUOTE_DOUBLE);
	inner.at = 0;
	inner.end = inner.text->len;
	inner.pending = inner.last_pending = NULL;
	inner.braces = NULL;
	inner.piping = NULL;
	aac_shell_read_list(&inner, AAC_UNTIL_END);
	reader->failed = inner.failed;
	reader->fault = inner.fault;
	reader->fault_hint = inner.fault_hint;
	reader->fault_at = inner.fault_at;
	reader->at = end + 1;
	put_piece(reader, word, from, kind, AAC_PIECE_COMMANDS);
}

/* ---- arithmetic ---------------------------------------------------------- */

/* Behind the "))" that closes the "((" here; 0: they do not belong together. */
static uint32_t arithmetic_end(const struct aac_shell_reader *reader)
{
	const char *bytes = reader->text->bytes;
	uint32_t limit = reader->end - reader->at > ARITHMETIC_MAX
				 ? reader->at + ARITHMETIC_MAX
				 : reader->end;
	unsigned int open = 2;
	char quote = '\0';

	for (uint32_t at = reader->at + 2; at < limit; at++) {
		char c = bytes[at];

		if (c == '\\') {
			at++;
		} else if (quote) {
			if (c == quote)
				quote = '\0';
		} else if (c == '\'' || c == '"') {
			quote = c;
		} else if (c == '(') {
			open++;
		} else if (c == ')' && --open == 1) {
			return at + 1 < limit && bytes[at + 1] == ')' ? at + 2 : 0;
		}
	}
	return 0;
}

bool aac_shell_read_arithmetic(struct aac_shell_reader *reader)
{
	uint32_t end = arithmetic_end(reader), real_end = reader->end;
	struct aac_shell_word *word = aac_shell_word_new(reader);

	if (!end)
		return false;
	reader->at += 2;
	reader->end = end - 2;
	aac_shell_read_body(reader, word, end - 2);
	reader->end = real_end;
	reader->at = reader->failed ? reader->at : end;
	return true;
}

/* ---- ${…} ---------------------------------------------------------------- */

/* Reads on to the '}' that closes what begins at FROM. */
static void read_to_brace(struct aac_shell_reader *reader, uint32_t from,
			  enum aac_quote kind, bool pattern)
{
	struct aac_shell_word *word = aac_shell_word_new(reader);

	if (++reader->depth > AAC_SHELL_DEPTH)
		aac_shell_fail(reader, from, AAC_SHELL_TOO_DEEP, "split the script");
	while (!reader->failed) {
		char c = aac_shell_peek(reader, 0);

		if (reader->at >= reader->end) {
			aac_shell_fail(reader, from, "the '${' here is not closed",
				       "close it with '}'");
			return;
		}
		reader->at++;
		if (c == '}')
			break;
		if (c == '\\') {
			reader->at += reader->at < reader->end;
		} else if (c == '"') {
			aac_shell_read_double(reader, word);
		} else if (c == '\'' && (kind == AAC_QUOTE_NONE || pattern)) {
			while (reader->at < reader->end &&
			       aac_shell_peek(reader, 0) != '\'')
				reader->at++;
			reader->at += reader->at < reader->end;
		} else if (c == '`' || c == '$') {
			reader->at--;
			if (c == '`')
				aac_shell_read_ticks(reader, word, kind);
			else if (!aac_shell_read_dollar(reader, word, kind))
				reader->at++;
		}
	}
	reader->depth--;
}

/* What ${NAME behind it makes of the value: the operator begins at AT. */
static bool keeps_value(const struct aac_shell_reader *reader, uint32_t at, bool *dot)
{
	const char *rest = reader->text->bytes + at;
	uint32_t room = reader->end - at;

	*dot = (room >= 3 && memcmp(rest, "#.}", 3) == 0) ||
	       (room >= 4 && memcmp(rest, "#\\.}", 4) == 0) ||
	       (room >= 5 && memcmp(rest, "#\".\"}", 5) == 0) ||
	       (room >= 5 && memcmp(rest, "#'.'}", 5) == 0);
	if (*dot || *rest == '}' || *rest == '-' || *rest == '?' || *rest == '=')
		return true;
	return *rest == ':' && room > 1 &&
	       (rest[1] == '-' || rest[1] == '?' || rest[1] == '=');
}

/* The number at AT; *AT behind it. */
static unsigned int read_number(const struct aac_shell_reader *reader, uint32_t *at)
{
	unsigned int number = 0;

	while (*at < reader->end && reader->text->bytes[*at] >= '0' &&
	       reader->text->bytes[*at] <= '9' && number < 1000)
		number = number * 10 + (unsigned int)(reader->text->bytes[(*at)++] - '0');
	return number;
}

/* ${@}, ${@:2}, ${*} */
static void make_all(struct aac_shell_reader *reader, struct aac_piece *piece,
		     uint32_t at)
{
	unsigned int from = 1;

	if (reader->text->bytes[at] == ':') {
		at++;
		from = read_number(reader, &at);
	}
	if (reader->text->bytes[at] == '}' && from > 0)
		make_args(piece, reader, from);
	else
		piece->many = true;
}

static void read_brace(struct aac_shell_reader *reader, struct aac_shell_word *word,
		       enum aac_quote kind)
{
	uint32_t from = reader->at, at = from + 2, len = name_length(reader, at),
		 number_at;
	unsigned int number;
	struct aac_piece *piece;
	const char *bytes = reader->text->bytes;
	char op;
	bool dot = false;

	number_at = at;
	number = len ? 0 : read_number(reader, &number_at);
	op = number_at + len < reader->end ? bytes[number_at + len] : '\0';
	reader->at = number_at + len;
	if (!len && number_at == at && op && op != '}')
		reader->at++; /* ${#x}, ${!x}, ${@} */
	read_to_brace(reader, from, kind, op && strchr("#%/^,", op));
	if (reader->failed)
		return;
	piece = put_piece(reader, word, from, kind, AAC_PIECE_OTHER);
	if (bytes[at] == '@' || bytes[at] == '*') {
		make_all(reader, piece, at + 1);
	} else if (len && keeps_value(reader, at + len, &dot)) {
		piece->type = AAC_PIECE_VARIABLE;
		piece->text = bytes + at;
		piece->len = len;
	} else if (number && keeps_value(reader, number_at, &dot)) {
		make_param(piece, reader, number);
	} else if (len && op == '[') {
		piece->many = true;
		piece->text = bytes + at;
		piece->len = len;
	}
	piece->dot = dot;
}

/* ---- $'…' ---------------------------------------------------------------- */

static const char *ansi_byte(struct aac_shell_reader *reader, char c)
{
	static const char from[] = "abeEfnrtv", to[] = "\a\b\x1b\x1b\f\n\r\t\v";
	const char *found = c ? strchr(from, c) : NULL;

	return arena_strndup(reader->arena, found ? to + (found - from) : &c, 1);
}

void aac_shell_read_ansi(struct aac_shell_reader *reader, struct aac_shell_word *word)
{
	uint32_t open = reader->at;

	reader->at += 2;
	while (reader->at < reader->end && aac_shell_peek(reader, 0) != '\'') {
		uint32_t at = reader->at;
		char next = aac_shell_peek(reader, 1);

		if (aac_shell_peek(reader, 0) != '\\' || at + 1 >= reader->end) {
			aac_shell_add_text(reader, word, at, at + 1, AAC_QUOTE_ANSI);
			reader->at++;
		} else if (next && strchr("abeEfnrtv\\'\"?", next)) {
			reader->at += 2;
			aac_shell_add_escaped(reader, word, at, at + 2, AAC_QUOTE_ANSI,
					      ansi_byte(reader, next), 1);
		} else {
			/* A byte by its number: none of jq's own. */
			reader->at += 2;
			put_piece(reader, word, at, AAC_QUOTE_ANSI, AAC_PIECE_OTHER);
		}
	}
	if (reader->at >= reader->end)
		aac_shell_fail(reader, open, AAC_SHELL_UNCLOSED, AAC_SHELL_UNCLOSED_HINT);
	else
		reader->at++;
}

/* ---- $ ------------------------------------------------------------------- */

static void read_plain(struct aac_shell_reader *reader, struct aac_shell_word *word,
		       enum aac_quote kind)
{
	uint32_t from = reader->at, len = name_length(reader, from + 1);
	char c = aac_shell_peek(reader, 1);
	struct aac_piece *piece;

	reader->at += 1 + (len ? len : 1);
	piece = put_piece(reader, word, from, kind,
			  len ? AAC_PIECE_VARIABLE : AAC_PIECE_OTHER);
	piece->text = reader->text->bytes + from + 1;
	piece->len = len;
	if (c >= '1' && c <= '9')
		make_param(piece, reader, (unsigned int)(c - '0'));
	else if (c == '@' || c == '*')
		make_args(piece, reader, 1);
}

bool aac_shell_read_dollar(struct aac_shell_reader *reader, struct aac_shell_word *word,
			   enum aac_quote kind)
{
	uint32_t from = reader->at;
	char c = aac_shell_peek(reader, 1);

	if (c == '(') {
		reader->at++;
		if (aac_shell_peek(reader, 1) == '(' &&
		    aac_shell_read_arithmetic(reader)) {
			if (!reader->failed)
				put_piece(reader, word, from, kind, AAC_PIECE_OTHER);
			return true;
		}
		reader->at = from + 2;
		read_commands(reader, word, from, kind);
		return true;
	}
	if (c == '{') {
		read_brace(reader, word, kind);
		return true;
	}
	if (is_name(c, false) || (c && strchr("@*#?$!-", c))) {
		read_plain(reader, word, kind);
		return true;
	}
	if (kind != AAC_QUOTE_NONE || (c != '\'' && c != '"'))
		return false;
	if (c == '\'') {
		aac_shell_read_ansi(reader, word);
	} else {
		reader->at += 2;
		aac_shell_read_double(reader, word);
	}
	return true;
}
