/*
 * Shell scripts as lists of simple commands.  Keywords only matter as far as they tell
 * where a command begins; what they nest is not checked, bash does that.  Two things must
 * be right, or all that follows is read wrongly: where a ')' belongs to a case pattern,
 * and where here-documents begin and end.
 */
#include <string.h>

#include "base/arena.h"
#include "base/macro.h"
#include "core/shell_reader.h"

void aac_shell_fail(struct aac_shell_reader *reader, uint32_t at, const char *fault,
		    const char *hint)
{
	if (reader->failed)
		return;
	reader->failed = true;
	reader->fault = fault;
	reader->fault_hint = hint;
	reader->fault_at = aac_shell_begin(reader->text, at);
}

char aac_shell_peek(const struct aac_shell_reader *reader, uint32_t ahead)
{
	return ahead < reader->end - reader->at ? reader->text->bytes[reader->at + ahead]
						: '\0';
}

static bool is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\r';
}

void aac_shell_skip(struct aac_shell_reader *reader, bool lines)
{
	while (reader->at < reader->end && !reader->failed) {
		char c = aac_shell_peek(reader, 0);

		if (is_blank(c)) {
			reader->at++;
		} else if (c == '\\' && aac_shell_peek(reader, 1) == '\n') {
			reader->at += 2;
		} else if (c == '#') {
			while (reader->at < reader->end &&
			       aac_shell_peek(reader, 0) != '\n')
				reader->at++;
		} else if (c == '\n' && lines) {
			reader->at++;
			aac_shell_read_documents(reader);
		} else {
			return;
		}
	}
}

/* ---- simple commands ----------------------------------------------------- */

struct aac_shell_command *aac_shell_command_new(struct aac_shell_reader *reader)
{
	struct aac_shell_command *command =
		ARENA_NEW(reader->arena, struct aac_shell_command);

	command->scope = reader->scope;
	command->level = reader->level;
	command->piped = reader->piping;
	reader->piping = NULL;
	return command;
}

void aac_shell_command_add(struct aac_shell_command *command, struct aac_shell_word *word)
{
	if (command->last)
		command->last->next = word;
	else
		command->words = word;
	command->last = word;
}

void aac_shell_command_end(struct aac_shell_reader *reader,
			   struct aac_shell_command *command)
{
	if (command->words)
		aac_shell_note(reader->script, command);
	if (!command->words && !command->redirects)
		return;
	/* What $1 is can be told only where a shift surely happens. */
	if (command->words && reader->blocks && aac_shell_is(command->words, "shift"))
		command->scope->lost = true;
	LIST_APPEND(reader->script, command);
}

static bool is_descriptor(const struct aac_shell_reader *reader,
			  const struct aac_shell_word *word)
{
	const struct aac_piece *piece = word->head;
	char c = aac_shell_peek(reader, 0);

	if ((c != '<' && c != '>') || !piece || piece->next ||
	    piece->type != AAC_PIECE_TEXT || piece->quoting->kind != AAC_QUOTE_NONE)
		return false;
	if (piece->text[0] == '{')
		return piece->text[piece->len - 1] == '}';
	for (uint32_t i = 0; i < piece->len; i++)
		if (piece->text[i] < '0' || piece->text[i] > '9')
			return false;
	return true;
}

static bool ends_command(const struct aac_shell_reader *reader)
{
	char c = aac_shell_peek(reader, 0);

	if (reader->at >= reader->end)
		return true;
	/* &> is a redirection. */
	if (c == '&' && aac_shell_peek(reader, 1) == '>')
		return false;
	return c == '\n' || c == ';' || c == '&' || c == '|' || c == ')' || c == '(';
}

static void read_rest(struct aac_shell_reader *reader, struct aac_shell_command *command)
{
	for (;;) {
		struct aac_shell_word *word;
		char c;

		aac_shell_skip(reader, false);
		if (reader->failed || ends_command(reader))
			break;
		c = aac_shell_peek(reader, 0);
		if ((c == '<' || c == '>') && aac_shell_peek(reader, 1) != '(') {
			aac_shell_read_redirect(reader, command);
			continue;
		}
		if (c == '&') {
			reader->at++;
			aac_shell_read_redirect(reader, command);
			continue;
		}
		word = aac_shell_read_word(reader);
		if (!word)
			break;
		if (!is_descriptor(reader, word))
			aac_shell_command_add(command, word);
	}
	aac_shell_command_end(reader, command);
}

/* ---- functions and braces ------------------------------------------------ */

static struct aac_shell_scope *begin_scope(struct aac_shell_reader *reader,
					   const char *name)
{
	struct aac_shell_scope *scope = ARENA_NEW(reader->arena, struct aac_shell_scope);

	scope->name = name;
	scope->next = reader->script->scopes;
	reader->script->scopes = scope;
	return scope;
}

static void open_brace(struct aac_shell_reader *reader, struct aac_shell_scope *back)
{
	struct aac_shell_brace *brace = ARENA_NEW(reader->arena, struct aac_shell_brace);

	brace->up = reader->braces;
	brace->scope = back;
	reader->braces = brace;
}

static void close_brace(struct aac_shell_reader *reader)
{
	struct aac_shell_brace *brace = reader->braces;

	if (!brace)
		return;
	if (brace->scope) {
		reader->scope = brace->scope;
		reader->blocks = 0;
	}
	reader->braces = brace->up;
}

/* Behind a function's name and its "()". */
static void read_function(struct aac_shell_reader *reader, const char *name)
{
	struct aac_shell_scope *back = reader->scope;
	unsigned int blocks = reader->blocks;

	aac_shell_skip(reader, true);
	if (aac_shell_peek(reader, 0) == '{') {
		reader->at++;
		open_brace(reader, back);
		reader->scope = begin_scope(reader, name);
		reader->blocks = 0;
	} else if (aac_shell_peek(reader, 0) == '(') {
		reader->at++;
		reader->scope = begin_scope(reader, name);
		reader->blocks = 0;
		aac_shell_read_list(reader, AAC_UNTIL_PAREN);
		reader->scope = back;
		reader->blocks = blocks;
	}
}

/* Behind a command's first word: does "()" make a function's name of it? */
static bool take_parens(struct aac_shell_reader *reader)
{
	uint32_t at = reader->at;

	aac_shell_skip(reader, false);
	if (aac_shell_peek(reader, 0) == '(') {
		reader->at++;
		aac_shell_skip(reader, false);
		if (aac_shell_peek(reader, 0) == ')') {
			reader->at++;
			return true;
		}
	}
	reader->at = at;
	return false;
}

/* ---- keywords ------------------------------------------------------------ */

static bool is_word(const struct aac_shell_word *word, const char *text)
{
	const struct aac_piece *piece = word->head;
	size_t len = strlen(text);

	return piece && !piece->next && piece->type == AAC_PIECE_TEXT &&
	       piece->quoting->kind == AAC_QUOTE_NONE && piece->exact &&
	       piece->len == len && memcmp(piece->text, text, len) == 0;
}

static bool is_any(const struct aac_shell_word *word, const char *const *words)
{
	for (; *words; words++)
		if (is_word(word, *words))
			return true;
	return false;
}

/* A keyword behind which a command begins, or which has its own shape. */
static bool read_keyword(struct aac_shell_reader *reader,
			 const struct aac_shell_word *word)
{
	static const char *const opens[] = { "if", "while", "until", NULL };
	static const char *const goes_on[] = { "then", "elif", "else",	 "do",
					       "!",    "time", "coproc", NULL };

	if (is_any(word, opens)) {
		reader->blocks++;
	} else if (is_word(word, "{")) {
		open_brace(reader, NULL);
	} else if (is_word(word, "case")) {
		aac_shell_read_case(reader);
	} else if (is_word(word, "for") || is_word(word, "select")) {
		aac_shell_read_for(reader);
	} else if (is_word(word, "[[")) {
		aac_shell_read_test(reader);
	} else if (is_word(word, "function")) {
		struct aac_shell_word *name;

		aac_shell_skip(reader, false);
		name = aac_shell_read_word(reader);
		if (!name)
			return true;
		take_parens(reader);
		read_function(reader, aac_shell_literal(reader->arena, name));
	} else {
		return is_any(word, goes_on);
	}
	return true;
}

static void read_command(struct aac_shell_reader *reader)
{
	static const char *const closes[] = { "fi", "done", "esac", NULL };
	struct aac_shell_command *command;
	struct aac_shell_word *word;
	char c = aac_shell_peek(reader, 0);

	if (((c == '<' || c == '>') && aac_shell_peek(reader, 1) != '(') || c == '&') {
		read_rest(reader, aac_shell_command_new(reader));
		return;
	}
	word = aac_shell_read_word(reader);
	if (!word) {
		/* A byte that begins nothing: bash would refuse it. */
		if (!reader->failed)
			reader->at++;
		return;
	}
	if (read_keyword(reader, word))
		return;
	if (is_any(word, closes) && reader->blocks)
		reader->blocks--;
	if (is_word(word, "}"))
		close_brace(reader);
	if (take_parens(reader)) {
		read_function(reader, aac_shell_literal(reader->arena, word));
		return;
	}
	command = aac_shell_command_new(reader);
	if (!is_descriptor(reader, word))
		aac_shell_command_add(command, word);
	read_rest(reader, command);
}

/* ---- lists --------------------------------------------------------------- */

/* At esac, as a word of its own? */
static bool at_esac(const struct aac_shell_reader *reader)
{
	const char *end = " \t\r\n;&|()<>";
	char next = aac_shell_peek(reader, 4);

	return reader->end - reader->at >= 4 &&
	       memcmp(reader->text->bytes + reader->at, "esac", 4) == 0 &&
	       (!next || strchr(end, next));
}

static void read_pipe(struct aac_shell_reader *reader)
{
	bool is_or = aac_shell_peek(reader, 1) == '|';

	reader->at += is_or || aac_shell_peek(reader, 1) == '&' ? 2 : 1;
	aac_shell_skip(reader, true);
	reader->piping = is_or ? NULL : reader->script->last;
}

static void read_subshell(struct aac_shell_reader *reader)
{
	if (aac_shell_peek(reader, 1) == '(' && aac_shell_read_arithmetic(reader))
		return;
	reader->at++;
	reader->blocks++;
	aac_shell_read_list(reader, AAC_UNTIL_PAREN);
	if (reader->blocks)
		reader->blocks--;
}

/* What stands between commands; true: the list ends. */
static bool read_operator(struct aac_shell_reader *reader, enum aac_shell_closer closer)
{
	char c = aac_shell_peek(reader, 0), next = aac_shell_peek(reader, 1);

	if (closer == AAC_UNTIL_ESAC &&
	    ((c == ';' && (next == ';' || next == '&')) || at_esac(reader)))
		return true;
	if (c == ')') {
		reader->at++;
		return closer == AAC_UNTIL_PAREN;
	}
	if (c == '|')
		read_pipe(reader);
	else if (c == '(')
		read_subshell(reader);
	else if (c == ';' || (c == '&' && next != '>'))
		reader->at++;
	else
		read_command(reader);
	return false;
}

void aac_shell_read_list(struct aac_shell_reader *reader, enum aac_shell_closer closer)
{
	struct aac_shell_brace *braces = reader->braces;
	struct aac_shell_scope *scope = reader->scope;
	struct aac_shell_command *piping = reader->piping;
	uint32_t from = reader->at;

	if (++reader->depth > AAC_SHELL_DEPTH) {
		aac_shell_fail(reader, from, AAC_SHELL_TOO_DEEP, "split the script");
		return;
	}
	if (closer == AAC_UNTIL_PAREN) {
		reader->braces = NULL;
		reader->piping = NULL;
	}
	while (!reader->failed) {
		aac_shell_skip(reader, true);
		if (reader->failed || reader->at >= reader->end) {
			if (closer != AAC_UNTIL_END)
				aac_shell_fail(reader, from ? from - 1 : 0,
					       closer == AAC_UNTIL_PAREN
						       ? "the '(' here is not closed"
						       : "the 'case' here has no 'esac'",
					       AAC_SHELL_UNCLOSED_HINT);
			break;
		}
		if (read_operator(reader, closer))
			break;
	}
	if (closer == AAC_UNTIL_PAREN) {
		reader->braces = braces;
		reader->scope = scope;
		reader->piping = piping;
	}
	reader->depth--;
}

/* ---- scripts ------------------------------------------------------------- */

void aac_shell_read(struct aac_shell_script *script)
{
	const struct aac_shell_text text = { .bytes = script->source->text,
					     .len = script->source->size };
	struct aac_shell_reader reader = {
		.script = script, .arena = script->arena, .text = &text, .end = text.len
	};

	reader.scope = begin_scope(&reader, NULL);
	aac_shell_read_list(&reader, AAC_UNTIL_END);
	script->fault = reader.fault;
	script->fault_hint = reader.fault_hint;
	script->fault_at = reader.fault_at;
}

bool aac_shell_read_words(struct aac_shell_script *script,
			  const struct aac_shell_command *command,
			  const struct aac_shell_word *words, bool shared)
{
	const struct aac_shell_text *text = aac_shell_flatten(script->arena, words);
	struct aac_shell_reader reader = {
		.script = script,
		.arena = script->arena,
		.text = text,
		.end = text->len,
		.scope = command->scope,
		.level = command->level + 1,
		.blocks = 1,
	};

	if (!shared)
		reader.scope = begin_scope(&reader, NULL);
	aac_shell_read_list(&reader, AAC_UNTIL_END);
	return !reader.failed;
}
