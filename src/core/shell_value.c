/*
 * What words say: their text, assignments, and what a command does to the variables of
 * the function it stands in.  A variable has a value here only when it is set once, and
 * by nothing but an assignment.
 */
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/macro.h"
#include "core/shell_reader.h"

/* Of a function; of the others beyond no value is known. */
#define VARIABLES_MAX 200

const char *aac_shell_literal(struct arena *arena, const struct aac_shell_word *word)
{
	size_t len = 0;
	char *text, *to;

	for (const struct aac_piece *piece = word->head; piece; piece = piece->next) {
		if (piece->type != AAC_PIECE_TEXT)
			return NULL;
		len += piece->len;
	}
	to = text = ARENA_ARRAY(arena, char, len + 1);
	for (const struct aac_piece *piece = word->head; piece; piece = piece->next) {
		memcpy(to, piece->text, piece->len);
		to += piece->len;
	}
	return text;
}

bool aac_shell_is(const struct aac_shell_word *word, const char *text)
{
	size_t rest = strlen(text);

	for (const struct aac_piece *piece = word->head; piece; piece = piece->next) {
		if (piece->type != AAC_PIECE_TEXT || piece->len > rest ||
		    memcmp(piece->text, text, piece->len) != 0)
			return false;
		text += piece->len;
		rest -= piece->len;
	}
	return rest == 0;
}

struct aac_shell_word *aac_shell_cut(struct arena *arena,
				     const struct aac_shell_word *word, uint32_t count)
{
	struct aac_shell_word *rest = ARENA_NEW(arena, struct aac_shell_word);

	rest->begin = word->begin + count;
	rest->end = word->end;
	for (const struct aac_piece *piece = word->head; piece; piece = piece->next) {
		struct aac_piece *copy = ARENA_NEW(arena, struct aac_piece);
		uint32_t cut = piece->type != AAC_PIECE_TEXT ? 0
			       : piece->len < count	     ? piece->len
							     : count;

		*copy = *piece;
		copy->next = NULL;
		if (cut)
			copy->text += cut;
		copy->len -= cut;
		if (copy->exact)
			copy->begin += cut;
		count -= cut;
		if (copy->len || copy->type != AAC_PIECE_TEXT)
			LIST_APPEND(rest, copy);
	}
	return rest;
}

uint32_t aac_shell_assigns(const struct aac_shell_word *word)
{
	const struct aac_piece *piece = word->head;
	uint32_t i = 0;

	if (!piece || piece->type != AAC_PIECE_TEXT || !piece->exact ||
	    piece->quoting->kind != AAC_QUOTE_NONE)
		return 0;
	while (i < piece->len && (piece->text[i] == '_' ||
				  (piece->text[i] >= 'a' && piece->text[i] <= 'z') ||
				  (piece->text[i] >= 'A' && piece->text[i] <= 'Z') ||
				  (i && piece->text[i] >= '0' && piece->text[i] <= '9')))
		i++;
	if (i && i < piece->len && piece->text[i] == '[') {
		while (i < piece->len && piece->text[i] != ']')
			i++;
		i++;
	}
	if (i && i < piece->len && piece->text[i] == '+')
		i++;
	return i && i < piece->len && piece->text[i] == '=' ? i + 1 : 0;
}

void aac_shell_note_variable(struct aac_shell_script *script,
			     struct aac_shell_scope *scope, const char *name,
			     const struct aac_shell_word *value)
{
	struct aac_shell_variable *variable = scope->variables;
	unsigned int count = 0;

	while (variable && strcmp(variable->name, name) != 0) {
		variable = variable->next;
		count++;
	}
	if (!variable && count == VARIABLES_MAX)
		return;
	if (!variable) {
		variable = ARENA_NEW(script->arena, struct aac_shell_variable);
		variable->name = arena_strdup(script->arena, name);
		variable->next = scope->variables;
		scope->variables = variable;
	}
	variable->value = value;
	variable->count += value ? 1 : 2;
}

static void note_assignment(struct aac_shell_script *script,
			    struct aac_shell_scope *scope,
			    const struct aac_shell_word *word, uint32_t len)
{
	const char *text = word->head->text;
	bool plain = text[len - 2] != '+' && text[len - 2] != ']';
	uint32_t name = (uint32_t)strcspn(text, "[+=");

	/* Only functions' variables are looked up. */
	if (!scope->name)
		return;
	aac_shell_note_variable(script, scope, arena_strndup(script->arena, text, name),
				plain ? aac_shell_cut(script->arena, word, len) : NULL);
}

static void note_shift(struct aac_shell_script *script, struct aac_shell_command *command)
{
	const struct aac_shell_word *word = command->words->next;
	const char *count = word ? aac_shell_literal(script->arena, word) : "1";

	if (count && *count >= '0' && *count <= '9' && !count[1])
		command->scope->shifted += (unsigned int)(*count - '0');
	else
		command->scope->lost = true;
}

/* local x="$1" y, and its kin; read x y. */
static void note_builtin(struct aac_shell_script *script,
			 struct aac_shell_command *command)
{
	static const char *const declares[] = { "local", "declare", "typeset", "readonly",
						"export" };
	static const char *const reads[] = { "read",   "mapfile", "readarray",
					     "printf", "getopts", "unset" };
	const struct aac_shell_word *word = command->words;

	for (size_t i = 0; i < ARRAY_SIZE(declares); i++) {
		if (!aac_shell_is(word, declares[i]))
			continue;
		for (word = word->next; word; word = word->next)
			if (aac_shell_assigns(word))
				note_assignment(script, command->scope, word,
						aac_shell_assigns(word));
		return;
	}
	if (!command->scope->name)
		return;
	for (size_t i = 0; i < ARRAY_SIZE(reads); i++) {
		if (!aac_shell_is(word, reads[i]))
			continue;
		for (word = word->next; word; word = word->next) {
			const char *name = aac_shell_literal(script->arena, word);

			if (name && *name && *name != '-')
				aac_shell_note_variable(script, command->scope, name,
							NULL);
		}
		return;
	}
}

void aac_shell_note(struct aac_shell_script *script, struct aac_shell_command *command)
{
	struct aac_shell_word *word = command->words;
	bool alone;

	while (word && aac_shell_assigns(word))
		word = word->next;
	alone = !word;
	/* Assignments before a command are for that command only. */
	for (word = command->words; word && aac_shell_assigns(word); word = word->next)
		if (alone)
			note_assignment(script, command->scope, word,
					aac_shell_assigns(word));
	command->words = word;
	if (!word)
		command->last = NULL;
	else if (aac_shell_is(word, "shift"))
		note_shift(script, command);
	else if (aac_shell_is(word, "set") && word->next)
		command->scope->lost |= aac_shell_is(word->next, "--");
	else
		note_builtin(script, command);
}
