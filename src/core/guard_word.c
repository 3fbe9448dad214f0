/*
 * Words seen through functions.  Inside of a function a variable that only passes a
 * parameter on stands for it (local query="$2"); at a call of the function a parameter is
 * what the call hands in.  Pieces are copied, with two marks: given, they stand where
 * this command is written and may be edited there; held, they came through a variable,
 * and may not.
 */
#include <string.h>

#include "base/arena.h"
#include "base/macro.h"
#include "core/guard_work.h"

#define RESOLVE_DEPTH 8

bool aac_guard_is_param(const struct aac_piece *piece)
{
	return (piece->type == AAC_PIECE_PARAM || piece->type == AAC_PIECE_ARGS) &&
	       piece->scope && piece->scope->name;
}

bool aac_guard_has_param(const struct aac_shell_word *word)
{
	for (const struct aac_piece *piece = word->head; piece; piece = piece->next)
		if (aac_guard_is_param(piece))
			return true;
	return false;
}

bool aac_guard_has_text(const struct aac_shell_word *word)
{
	for (const struct aac_piece *piece = word->head; piece; piece = piece->next)
		if (piece->type == AAC_PIECE_TEXT && piece->len)
			return true;
	return false;
}

static struct aac_piece *copy_piece(struct arena *arena, struct aac_shell_word *to,
				    const struct aac_piece *piece)
{
	struct aac_piece *copy = ARENA_NEW(arena, struct aac_piece);

	*copy = *piece;
	copy->next = NULL;
	LIST_APPEND(to, copy);
	return copy;
}

static struct aac_shell_word *word_new(struct arena *arena,
				       const struct aac_shell_word *like)
{
	struct aac_shell_word *word = ARENA_NEW(arena, struct aac_shell_word);

	word->begin = like->begin;
	word->end = like->end;
	return word;
}

/* ---- inside of a function ------------------------------------------------ */

static const struct aac_shell_word *value_of(const struct aac_piece *piece)
{
	const struct aac_shell_variable *variable =
		piece->scope && piece->scope->name ? piece->scope->variables : NULL;

	for (; variable; variable = variable->next)
		if (strlen(variable->name) == piece->len &&
		    memcmp(variable->name, piece->text, piece->len) == 0)
			return variable->count == 1 ? variable->value : NULL;
	return NULL;
}

static void resolve(struct arena *arena, struct aac_shell_word *to,
		    const struct aac_shell_word *word, bool held, unsigned int depth);

/* The value of a variable, if it passes parameters on. */
static bool resolve_variable(struct arena *arena, struct aac_shell_word *to,
			     const struct aac_piece *piece, unsigned int depth)
{
	const struct aac_shell_word *value = value_of(piece);
	struct aac_shell_word *inner;

	if (!value || depth == RESOLVE_DEPTH)
		return false;
	inner = word_new(arena, value);
	resolve(arena, inner, value, true, depth + 1);
	if (!aac_guard_has_param(inner))
		return false;
	for (const struct aac_piece *part = inner->head; part; part = part->next) {
		struct aac_piece *copy = copy_piece(arena, to, part);

		/* It is told where the variable stands. */
		copy->begin = piece->begin;
		copy->end = piece->end;
		copy->exact = false;
		copy->dot |= piece->dot;
		copy->many = copy->many && piece->many;
	}
	return true;
}

/* The here-document of $(cat <<'X'), or NULL. */
static const struct aac_shell_word *document_of(const struct aac_piece *piece)
{
	const struct aac_shell_command *cat =
		piece->type == AAC_PIECE_COMMANDS ? piece->commands : NULL;

	if (!cat || !cat->words || cat->words->next || !aac_shell_is(cat->words, "cat") ||
	    !cat->redirects || cat->redirects->next ||
	    cat->redirects->type != AAC_REDIRECT_DOCUMENT)
		return NULL;
	return cat->redirects->word;
}

static void resolve(struct arena *arena, struct aac_shell_word *to,
		    const struct aac_shell_word *word, bool held, unsigned int depth)
{
	for (const struct aac_piece *piece = word->head; piece; piece = piece->next) {
		const struct aac_shell_word *document = document_of(piece);
		struct aac_piece *copy;

		if (piece->type == AAC_PIECE_VARIABLE &&
		    resolve_variable(arena, to, piece, depth))
			continue;
		if (document && depth < RESOLVE_DEPTH) {
			resolve(arena, to, document, held, depth + 1);
			continue;
		}
		copy = copy_piece(arena, to, piece);
		copy->held = held;
		copy->given = !held;
	}
}

struct aac_shell_word *aac_guard_resolve(struct aac_guard_state *state,
					 const struct aac_shell_word *word)
{
	struct aac_shell_word *resolved = word_new(state->arena, word);

	resolve(state->arena, resolved, word, false, 0);
	return resolved;
}

/* ---- at a call ----------------------------------------------------------- */

struct words {
	struct aac_shell_word *head, *last;
};

static const struct aac_shell_word *argument(const struct aac_shell_word *call,
					     unsigned int number, bool *known)
{
	while (call && number > 0) {
		for (const struct aac_piece *piece = call->head; piece;
		     piece = piece->next)
			*known &= !piece->many || aac_guard_has_text(call);
		call = call->next;
		number--;
	}
	return call;
}

/* What the call hands in for PIECE, a parameter. */
static void put_argument(struct aac_guard_state *state, struct aac_shell_word *to,
			 const struct aac_piece *piece, const struct aac_shell_word *call)
{
	bool known = true;
	const struct aac_shell_word *word = argument(call, piece->number, &known);
	bool dot = piece->dot;

	if (!known) {
		struct aac_piece *copy = copy_piece(state->arena, to, piece);

		copy->type = AAC_PIECE_OTHER;
		copy->begin = call->begin;
		copy->end = call->end;
		copy->given = true;
		return;
	}
	for (const struct aac_piece *part = word ? word->head : NULL; part;
	     part = part->next) {
		struct aac_piece *copy = copy_piece(state->arena, to, part);

		if (dot && part->type == AAC_PIECE_TEXT && part->len) {
			if (part->text[0] == '.') {
				copy->text++;
				copy->len--;
				copy->begin += copy->exact;
			}
			dot = false;
		}
	}
}

/* "$@": all that is handed in from its number on, as words of their own. */
static void put_arguments(struct aac_guard_state *state, struct words *to,
			  const struct aac_piece *piece,
			  const struct aac_shell_word *call)
{
	bool known = true;
	const struct aac_shell_word *word = argument(call, piece->number, &known);

	for (; word; word = word->next) {
		struct aac_shell_word *copy =
			ARENA_NEW(state->arena, struct aac_shell_word);

		*copy = *word;
		copy->next = NULL;
		LIST_APPEND(to, copy);
	}
}

static bool is_too_long(const struct words *words)
{
	unsigned int count = 0;

	for (const struct aac_shell_word *word = words->head; word; word = word->next)
		for (const struct aac_piece *piece = word->head; piece;
		     piece = piece->next)
			if (++count > AAC_GUARD_PIECES)
				return true;
	return false;
}

bool aac_guard_substitute(struct aac_guard_state *state,
			  const struct aac_shell_word *template,
			  const struct aac_shell_word *call,
			  const struct aac_shell_word **words)
{
	struct words to = { 0 };

	for (; template; template = template->next) {
		const struct aac_piece *all = template->head;
		struct aac_shell_word *word;

		/* "$@" has an empty text before it. */
		while (all && all->next && all->type == AAC_PIECE_TEXT && !all->len)
			all = all->next;
		if (all && !all->next && all->type == AAC_PIECE_ARGS &&
		    aac_guard_is_param(all)) {
			put_arguments(state, &to, all, call);
			continue;
		}
		word = word_new(state->arena, template);
		for (const struct aac_piece *piece = template->head; piece;
		     piece = piece->next) {
			if (piece->type == AAC_PIECE_PARAM && aac_guard_is_param(piece))
				put_argument(state, word, piece, call);
			else
				copy_piece(state->arena, word, piece)->given = false;
		}
		LIST_APPEND(&to, word);
	}
	*words = to.head;
	return !is_too_long(&to);
}
