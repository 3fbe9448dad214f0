/*
 * jq's command line: its options, and which word is the filter.  It is the first that is
 * neither an option nor an option's value; variables before it may be options, and are
 * taken for that when what follows looks like a filter.
 */
#include <string.h>

#include "base/arena.h"
#include "base/macro.h"
#include "core/guard_work.h"

/* More are no script's: only the first ones are looked at. */
#define VARIABLES_MAX 64
#define WORDS_AHEAD 64

/* How many words follow a long option as its values. */
static unsigned int count_values(const char *option)
{
	static const struct {
		const char *name;
		unsigned int count;
	} valued[] = {
		{ "arg", 2 },	       { "argjson", 2 }, { "slurpfile", 2 },
		{ "rawfile", 2 },      { "argfile", 2 }, { "indent", 1 },
		{ "library-path", 1 },
	};

	for (size_t i = 0; i < ARRAY_SIZE(valued); i++)
		if (strcmp(option, valued[i].name) == 0)
			return valued[i].count;
	return 0;
}

/* The bytes before the first that only the shell knows. */
static const char *known_text(struct arena *arena, const struct aac_shell_word *word)
{
	size_t len = 0;
	const struct aac_piece *piece;
	char *text;

	for (piece = word->head; piece && piece->type == AAC_PIECE_TEXT;
	     piece = piece->next)
		len += piece->len;
	text = ARENA_ARRAY(arena, char, len + 1);
	len = 0;
	for (piece = word->head; piece && piece->type == AAC_PIECE_TEXT;
	     piece = piece->next) {
		memcpy(text + len, piece->text, piece->len);
		len += piece->len;
	}
	return text;
}

bool aac_guard_looks_like_filter(const struct aac_shell_word *word)
{
	bool first = true;

	for (const struct aac_piece *piece = word->head; piece; piece = piece->next) {
		uint32_t i = 0;

		if (piece->type != AAC_PIECE_TEXT)
			continue;
		if (memmem(piece->text, piece->len, "[]", 2) ||
		    memchr(piece->text, '|', piece->len))
			return true;
		while (first && i < piece->len && strchr(" \t\n", piece->text[i]))
			i++;
		if (i == piece->len)
			continue;
		if (first && memchr(".[({", piece->text[i], 4))
			return !(piece->text[i] == '.' && i + 1 < piece->len &&
				 (piece->text[i + 1] == '/' ||
				  (piece->text[i + 1] == '.' && i + 2 < piece->len &&
				   piece->text[i + 2] == '/')));
		first = false;
	}
	return false;
}

/* Is there a word behind WORD that must be the filter? */
static bool has_filter(struct arena *arena, const struct aac_shell_word *word)
{
	unsigned int ahead = 0;

	for (word = word->next; word && ahead++ < WORDS_AHEAD; word = word->next) {
		const char *text = known_text(arena, word);

		if (*text == '-' && text[1] == '-')
			for (unsigned int n = count_values(text + 2); n > 0 && word->next;
			     n--)
				word = word->next;
		else if (*text != '-' && aac_guard_has_text(word))
			return aac_guard_looks_like_filter(word);
	}
	return false;
}

/* A variable that --slurpfile and its kin make, which never is null. */
static void add_variable(struct arena *arena, struct aac_jq_request *request,
			 const char *option, const struct aac_shell_word *name)
{
	const char **variables;
	const char *text = name ? aac_shell_literal(arena, name) : NULL;
	size_t count = request->input.variable_count;

	if (!text || count == VARIABLES_MAX || strcmp(option, "argjson") == 0 ||
	    strcmp(option, "argfile") == 0)
		return;
	variables = ARENA_ARRAY(arena, const char *, count + 1);
	if (count)
		memcpy(variables, request->input.variables, count * sizeof(*variables));
	variables[count] = text;
	request->input.variables = variables;
	request->input.variable_count = count + 1;
}

/* -rc, -s, -f, -L DIR */
static const struct aac_shell_word *take_short(struct aac_jq_request *request,
					       const char *text,
					       const struct aac_shell_word *word)
{
	request->from_file |= strchr(text, 'f') != NULL;
	request->input.list |= strchr(text, 's') != NULL;
	return strcmp(text, "-L") == 0 && word->next ? word->next : word;
}

static const struct aac_shell_word *take_long(struct arena *arena,
					      struct aac_jq_request *request,
					      const char *option,
					      const struct aac_shell_word *word)
{
	unsigned int values = count_values(option);

	request->from_file |= strcmp(option, "from-file") == 0;
	request->input.list |= strcmp(option, "slurp") == 0;
	if (values == 2)
		add_variable(arena, request, option, word->next);
	while (values-- > 0 && word->next)
		word = word->next;
	return word;
}

void aac_guard_request(struct arena *arena, const struct aac_shell_word *jq,
		       struct aac_jq_request *request)
{
	bool options = true;

	*request = (struct aac_jq_request){ 0 };
	for (const struct aac_shell_word *word = jq->next; word; word = word->next) {
		const char *text = known_text(arena, word);

		if (options && strcmp(text, "--") == 0)
			options = false;
		else if (options && text[0] == '-' && text[1] == '-')
			word = take_long(arena, request, text + 2, word);
		else if (options && text[0] == '-' && text[1])
			word = take_short(request, text, word);
		else if (!request->filter) {
			request->handed |= aac_guard_has_param(word);
			if (aac_guard_has_text(word) || !has_filter(arena, word))
				request->filter = word;
		}
	}
}
