/*
 * The shell's compound commands with a shape of their own: case, for and select, [[ … ]],
 * and arrays.  Their words are read for what is expanded in them; the words of an array
 * are shown as a command, since arrays often hold one: cmd=(jq -r '.x[]' "$F").
 */
#include <string.h>

#include "base/arena.h"
#include "core/shell_reader.h"

/* A word of the shell's own, as "in"; the reader is behind it then. */
static bool take_keyword(struct aac_shell_reader *reader, const char *keyword)
{
	size_t len = strlen(keyword);
	char next = aac_shell_peek(reader, (uint32_t)len);

	if (reader->end - reader->at < len ||
	    memcmp(reader->text->bytes + reader->at, keyword, len) != 0 ||
	    (next && !strchr(" \t\r\n;&|()<>", next)))
		return false;
	reader->at += (uint32_t)len;
	return true;
}

/* The patterns before a ')'. */
static void read_patterns(struct aac_shell_reader *reader)
{
	uint32_t from = reader->at;

	while (!reader->failed) {
		aac_shell_skip(reader, true);
		if (reader->at >= reader->end) {
			aac_shell_fail(reader, from, "the pattern here has no ')'",
				       AAC_SHELL_UNCLOSED_HINT);
			return;
		}
		if (aac_shell_peek(reader, 0) == ')') {
			reader->at++;
			return;
		}
		if (!aac_shell_read_word(reader) && !reader->failed)
			reader->at++;
	}
}

void aac_shell_read_case(struct aac_shell_reader *reader)
{
	uint32_t from = reader->at;

	reader->blocks++;
	aac_shell_skip(reader, true);
	aac_shell_read_word(reader);
	aac_shell_skip(reader, true);
	if (!take_keyword(reader, "in"))
		return; /* bash would refuse it */
	while (!reader->failed) {
		aac_shell_skip(reader, true);
		if (reader->at >= reader->end) {
			aac_shell_fail(reader, from, "the 'case' here has no 'esac'",
				       AAC_SHELL_UNCLOSED_HINT);
			return;
		}
		if (take_keyword(reader, "esac"))
			break;
		if (aac_shell_peek(reader, 0) == '(')
			reader->at++;
		read_patterns(reader);
		aac_shell_read_list(reader, AAC_UNTIL_ESAC);
		while (aac_shell_peek(reader, 0) == ';' ||
		       aac_shell_peek(reader, 0) == '&')
			reader->at++;
	}
	if (reader->blocks)
		reader->blocks--;
}

void aac_shell_read_for(struct aac_shell_reader *reader)
{
	struct aac_shell_word *name;
	const char *text;

	reader->blocks++;
	aac_shell_skip(reader, false);
	if (aac_shell_peek(reader, 0) == '(' && aac_shell_peek(reader, 1) == '(' &&
	    aac_shell_read_arithmetic(reader))
		return;
	name = aac_shell_read_word(reader);
	text = name ? aac_shell_literal(reader->arena, name) : NULL;
	if (text)
		aac_shell_note_variable(reader->script, reader->scope, text, NULL);
	aac_shell_skip(reader, true);
	if (!take_keyword(reader, "in"))
		return;
	for (;;) {
		aac_shell_skip(reader, false);
		if (reader->failed || !aac_shell_read_word(reader))
			return;
	}
}

void aac_shell_read_test(struct aac_shell_reader *reader)
{
	uint32_t from = reader->at;

	while (!reader->failed) {
		aac_shell_skip(reader, true);
		if (reader->at >= reader->end) {
			aac_shell_fail(reader, from > 2 ? from - 2 : 0,
				       "the '[[' here has no ']]'",
				       AAC_SHELL_UNCLOSED_HINT);
			return;
		}
		if (take_keyword(reader, "]]"))
			return;
		/* Operators, and what a pattern or an expression behind =~ is made of. */
		if (!aac_shell_read_word(reader) && !reader->failed)
			reader->at++;
	}
}

void aac_shell_read_array(struct aac_shell_reader *reader, struct aac_shell_word *word)
{
	struct aac_shell_command *piping = reader->piping;
	struct aac_shell_command *command = aac_shell_command_new(reader);
	uint32_t from = reader->at++;

	if (++reader->depth > AAC_SHELL_DEPTH)
		aac_shell_fail(reader, from, AAC_SHELL_TOO_DEEP, "split the script");
	while (!reader->failed) {
		struct aac_shell_word *element;

		aac_shell_skip(reader, true);
		if (reader->at >= reader->end) {
			aac_shell_fail(reader, from, "the '(' here is not closed",
				       "close it with ')'");
			return;
		}
		if (aac_shell_peek(reader, 0) == ')')
			break;
		element = aac_shell_read_word(reader);
		if (element)
			aac_shell_command_add(command, element);
		else if (!reader->failed)
			reader->at++;
	}
	if (reader->failed)
		return;
	reader->at++;
	reader->depth--;
	command->piped = NULL;
	reader->piping = piping;
	aac_shell_command_end(reader, command);
	aac_shell_add_escaped(reader, word, from, reader->at, AAC_QUOTE_NONE, "()", 2);
	word->last->type = AAC_PIECE_OTHER;
}
