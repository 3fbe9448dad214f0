/*
 * The files that jq-guard is given: scripts of the shell, which are read, filters of jq,
 * and what is neither.  The first line tells, and a file's name; a file without such a
 * line is taken for a script.
 */
#include <string.h>

#include "base/arena.h"
#include "base/macro.h"
#include "core/context.h"
#include "core/diag.h"
#include "core/guard_work.h"

static bool ends_in(const char *text, const char *end)
{
	size_t len = strlen(text), end_len = strlen(end);

	return len >= end_len && strcmp(text + len - end_len, end) == 0;
}

/* The words of the first line, if it names an interpreter. */
static const char *first_line(struct arena *arena, const struct aac_source *source)
{
	size_t len = strcspn(source->text, "\r\n");

	return strncmp(source->text, "#!", 2) == 0
		       ? arena_strndup(arena, source->text, len)
		       : "";
}

/* Does the first line name PROGRAM, by whatever path? */
static bool names(const char *line, const char *program)
{
	size_t len = strlen(program);

	for (const char *at = strstr(line, program); at; at = strstr(at + 1, program))
		if (at > line && strchr("/ \t!", at[-1]) &&
		    (!at[len] || strchr(" \t-.0123456789", at[len])))
			return true;
	return false;
}

static bool is_shell_line(const char *line)
{
	static const char *const shells[] = { "sh",  "bash", "dash", "zsh",    "ksh",
					      "ash", "mksh", "bats", "busybox" };

	for (size_t i = 0; i < ARRAY_SIZE(shells); i++)
		if (names(line, shells[i]))
			return true;
	return !*line;
}

void aac_guard_filter_file(struct aac_guard_state *state, struct aac_guard_work *work)
{
	static const struct aac_quoting verbatim = { .kind = AAC_QUOTE_VERBATIM };
	const struct aac_jq_input input = { 0 };
	struct aac_invocation invocation = { .work = work };
	struct aac_piece piece = { .type = AAC_PIECE_TEXT,
				   .text = work->script.source->text,
				   .len = work->script.source->size,
				   .end = work->script.source->size,
				   .exact = true,
				   .given = true,
				   .quoting = &verbatim };
	struct aac_shell_word word = { .end = piece.end };
	struct aac_piece *kept = ARENA_NEW(state->arena, struct aac_piece);

	*kept = piece;
	word.head = word.last = kept;
	aac_guard_filter(state, &invocation, &word, &input);
}

bool aac_guard_read_file(struct aac_guard_state *state, struct aac_guard_work *work)
{
	const struct aac_source *source = work->script.source;
	const char *line = first_line(state->arena, source);
	const char *nul = memchr(source->text, '\0', source->size);
	struct aac_diags *diags = state->ctx->diags;
	struct aac_diag *diag;

	if (nul) {
		uint32_t at = (uint32_t)(nul - source->text);

		aac_hint(diags,
			 aac_report(diags, AAC_ERROR, "script-binary",
				    (struct aac_span){ source, at, at + 1 },
				    "this is no script: the byte NUL stands here"),
			 "name shell scripts, or save the script as UTF-8");
		return false;
	}
	work->is_filter = ends_in(source->name, ".jq") || names(line, "jq");
	if (work->is_filter)
		return true;
	if (!is_shell_line(line)) {
		diag = aac_report(diags, AAC_WARNING, "script-not-shell",
				  (struct aac_span){ source, 0, (uint32_t)strlen(line) },
				  "this is no shell script, and is passed over");
		aac_hint(diags, diag, "jq-guard reads shell scripts and jq's own *.jq");
		return false;
	}
	aac_shell_read(&work->script);
	if (!work->script.fault)
		return true;
	diag = aac_report(diags, AAC_ERROR, "script-unreadable",
			  (struct aac_span){ source, work->script.fault_at,
					     work->script.fault_at + 1 },
			  "%s", work->script.fault);
	aac_hint(diags, diag, "%s", work->script.fault_hint);
	work->script.head = NULL;
	return false;
}
