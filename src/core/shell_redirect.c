/*
 * Redirections of shell scripts, and the here-documents that they begin.  A body begins
 * behind the next newline, wherever its command ends, and ends at its delimiter, whatever
 * is open in it; what the shell expands in it is read only then.
 */
#include <string.h>

#include "base/arena.h"
#include "core/shell_reader.h"

/* ---- here-documents ------------------------------------------------------ */

/* Is the line from AT on the delimiter?  *NEXT is where the next one begins. */
static bool is_delimiter(const struct aac_shell_reader *reader,
			 const struct aac_shell_pending *pending, uint32_t at,
			 uint32_t *next)
{
	const char *bytes = reader->text->bytes;
	const char *newline = memchr(bytes + at, '\n', reader->end - at);
	uint32_t end = newline ? (uint32_t)(newline - bytes) : reader->end;
	size_t len = strlen(pending->delimiter);

	*next = newline ? end + 1 : end;
	while (pending->tabs && at < end && bytes[at] == '\t')
		at++;
	if (end - at == len + 1 && bytes[end - 1] == '\r')
		end--;
	return end - at == len && memcmp(bytes + at, pending->delimiter, len) == 0;
}

static void read_document(struct aac_shell_reader *reader,
			  const struct aac_shell_pending *pending)
{
	uint32_t from = reader->at, at = from, next = from;

	while (at < reader->end && !is_delimiter(reader, pending, at, &next))
		at = next;
	pending->body->begin = aac_shell_begin(reader->text, from);
	if (pending->quoted)
		aac_shell_add_text(reader, pending->body, from, at, AAC_QUOTE_VERBATIM);
	else
		aac_shell_read_body(reader, pending->body, at);
	pending->body->end =
		at > from ? aac_shell_end(reader->text, at) : pending->body->begin;
	reader->at = at < reader->end ? next : at;
}

/* Behind a newline: the here-documents that were begun in the line. */
void aac_shell_read_documents(struct aac_shell_reader *reader)
{
	struct aac_shell_pending *pending = reader->pending;

	reader->pending = reader->last_pending = NULL;
	for (; pending && !reader->failed; pending = pending->next)
		read_document(reader, pending);
}

/* ---- redirections -------------------------------------------------------- */

static void add_document(struct aac_shell_reader *reader,
			 struct aac_shell_command *command, bool tabs)
{
	struct aac_shell_pending *pending =
		ARENA_NEW(reader->arena, struct aac_shell_pending);
	struct aac_redirect *redirect = ARENA_NEW(reader->arena, struct aac_redirect);
	struct aac_shell_word *word = aac_shell_read_word(reader);
	char *delimiter;

	if (!word)
		return;
	delimiter =
		ARENA_ARRAY(reader->arena, char, (size_t)(word->end - word->begin) + 1);
	for (const struct aac_piece *piece = word->head; piece; piece = piece->next) {
		pending->quoted |=
			piece->quoting->kind != AAC_QUOTE_NONE || !piece->exact;
		if (piece->type == AAC_PIECE_TEXT)
			strncat(delimiter, piece->text, piece->len);
	}
	pending->delimiter = delimiter;
	pending->tabs = tabs;
	pending->body = redirect->word = aac_shell_word_new(reader);
	redirect->type = AAC_REDIRECT_DOCUMENT;
	if (reader->last_pending)
		reader->last_pending->next = pending;
	else
		reader->pending = pending;
	reader->last_pending = pending;
	if (command->last_redirect)
		command->last_redirect->next = redirect;
	else
		command->redirects = redirect;
	command->last_redirect = redirect;
}

/* At < or >. */
void aac_shell_read_redirect(struct aac_shell_reader *reader,
			     struct aac_shell_command *command)
{
	bool document =
		aac_shell_peek(reader, 0) == '<' && aac_shell_peek(reader, 1) == '<';
	struct aac_redirect *redirect;

	if (document && aac_shell_peek(reader, 2) != '<') {
		bool tabs = aac_shell_peek(reader, 2) == '-';

		reader->at += tabs ? 3 : 2;
		aac_shell_skip(reader, false);
		add_document(reader, command, tabs);
		return;
	}
	redirect = ARENA_NEW(reader->arena, struct aac_redirect);
	redirect->type = document ? AAC_REDIRECT_STRING : AAC_REDIRECT_OTHER;
	if (document)
		reader->at += 3;
	else
		while (aac_shell_peek(reader, 0) &&
		       strchr("<>&|", aac_shell_peek(reader, 0)) &&
		       !(aac_shell_peek(reader, 1) == '(' &&
			 aac_shell_peek(reader, 0) != '&'))
			reader->at++;
	aac_shell_skip(reader, false);
	redirect->word = aac_shell_read_word(reader);
	if (command->last_redirect)
		command->last_redirect->next = redirect;
	else
		command->redirects = redirect;
	command->last_redirect = redirect;
}
