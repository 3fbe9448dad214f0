/*
 * jq-guard: scripts in, findings and insertions out.  Each command that runs jq is looked
 * at where it stands; a function that hands its parameters to jq is looked at once more
 * for each of its calls, with what the call hands in, and a function around that one
 * again.  How often is bounded, so that no script takes longer than its size allows.
 */
#include "core/guard.h"

#include <string.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/macro.h"
#include "core/context.h"
#include "core/diag.h"
#include "core/guard_work.h"

struct queue {
	struct aac_invocation *head, *last;
};

/* ---- invocations --------------------------------------------------------- */

/* The function whose parameters are among WORDS; NULL. */
static const struct aac_shell_scope *scope_of(const struct aac_shell_word *words)
{
	for (; words; words = words->next)
		for (const struct aac_piece *piece = words->head; piece;
		     piece = piece->next)
			if (aac_guard_is_param(piece))
				return piece->scope;
	return NULL;
}

static struct aac_invocation *invocation_new(struct aac_guard_state *state,
					     struct aac_guard_work *work,
					     const struct aac_shell_command *command,
					     const struct aac_shell_word *words,
					     unsigned int level)
{
	struct aac_invocation *invocation =
		ARENA_NEW(state->arena, struct aac_invocation);

	invocation->work = work;
	invocation->command = command;
	invocation->words = words;
	invocation->level = level;
	state->invocations += level > 0;
	return invocation;
}

/* COMMAND's words, each as it is inside of its function. */
static const struct aac_shell_word *resolve_words(struct aac_guard_state *state,
						  const struct aac_shell_word *words)
{
	struct {
		struct aac_shell_word *head, *last;
	} to = { 0 };

	for (; words; words = words->next) {
		struct aac_shell_word *word = aac_guard_resolve(state, words);

		LIST_APPEND(&to, word);
	}
	return to.head;
}

/* The program that the command reads from a here-document: -f /dev/stdin <<'X'. */
static const struct aac_shell_word *
filter_document(const struct aac_invocation *invocation,
		const struct aac_shell_word *file)
{
	const struct aac_redirect *redirect = invocation->command->redirects;

	if (!aac_shell_is(file, "/dev/stdin") && !aac_shell_is(file, "/dev/fd/0") &&
	    !aac_shell_is(file, "/proc/self/fd/0"))
		return NULL;
	for (; redirect; redirect = redirect->next)
		if (redirect->type != AAC_REDIRECT_OTHER)
			return redirect->word;
	return NULL;
}

/* Is the filter's file among the sources?  By its name: where it lies depends on where
 * the script is run. */
static bool is_source(const struct aac_guard_state *state,
		      const struct aac_shell_word *file)
{
	const struct aac_piece *last = file->last;
	const char *from, *slash;
	size_t len;

	if (!last || last->type != AAC_PIECE_TEXT)
		return false;
	slash = memrchr(last->text, '/', last->len);
	if (!slash && file->head != last)
		return false;
	from = slash ? slash + 1 : last->text;
	len = last->len - (size_t)(from - last->text);
	for (size_t i = 0; i < state->count; i++) {
		const char *name = state->works[i].script.source->name;
		const char *base = strrchr(name, '/');

		base = base ? base + 1 : name;
		if (state->works[i].is_filter && strlen(base) == len &&
		    memcmp(base, from, len) == 0)
			return true;
	}
	return false;
}

static void judge_file(struct aac_guard_state *state,
		       const struct aac_invocation *invocation,
		       const struct aac_jq_request *request)
{
	const struct aac_shell_word *file = request->filter;
	const struct aac_shell_word *document = filter_document(invocation, file);
	const struct aac_piece *first = file->head;

	/* <(cat <<'X') was resolved to its text. */
	if (!document && first && aac_guard_looks_like_filter(file) && first->quoting &&
	    (first->quoting->kind == AAC_QUOTE_DOCUMENT ||
	     first->quoting->kind == AAC_QUOTE_VERBATIM))
		document = file;
	if (document && document != file)
		document = aac_guard_resolve(state, document);
	if (document)
		aac_guard_filter(state, invocation, document, &request->input);
	else if (!is_source(state, file) && invocation->level == 0)
		aac_guard_undecided(
			state, invocation->work, file->begin, file->end,
			"cannot be decided: the filter stands in a file of its own",
			"check that file, too: name it beside this script, as FILTER.jq");
}

/* What INVOCATION runs is looked at; true: its function has to be called. */
static bool judge(struct aac_guard_state *state, const struct aac_invocation *invocation)
{
	const struct aac_shell_word *jq =
		aac_guard_find_jq(state->arena, invocation->words);
	struct aac_jq_request request;

	if (!jq)
		return false;
	/* "$@" runs what a function is called with; at the top, what nobody knows. */
	if (jq->last && jq->last->type == AAC_PIECE_ARGS)
		return aac_guard_has_param(jq);
	aac_guard_request(state->arena, jq, &request);
	if (request.filter && request.from_file)
		judge_file(state, invocation, &request);
	else if (request.filter)
		aac_guard_filter(state, invocation, request.filter, &request.input);
	return request.handed;
}

/* ---- calls --------------------------------------------------------------- */

static struct aac_guard_calls *calls_of(struct aac_guard_state *state, const char *name)
{
	void **slot = map_slot(&state->calls, name, strlen(name));

	if (!*slot)
		*slot = ARENA_NEW(state->arena, struct aac_guard_calls);
	return *slot;
}

static void index_call(struct aac_guard_state *state, struct aac_guard_work *work,
		       const struct aac_shell_command *command)
{
	const char *name = aac_shell_literal(state->arena, command->words);
	struct aac_guard_calls *calls;
	struct aac_guard_call *call;

	if (!name || !*name)
		return;
	calls = calls_of(state, name);
	call = ARENA_NEW(state->arena, struct aac_guard_call);
	call->work = work;
	call->command = command;
	LIST_APPEND(calls, call);
}

static void tell_too_many(struct aac_guard_state *state,
			  const struct aac_invocation *invocation)
{
	const struct aac_shell_word *first = invocation->command->words;

	aac_guard_undecided(state, invocation->work, first->begin, first->end,
			    "cannot be decided: functions hand on too many filters here",
			    "name the innermost function with --wrapper NAME:N");
}

/* Was a template of the same words and parameters looked at before? */
static bool is_known(struct aac_guard_state *state,
		     const struct aac_invocation *invocation, const char *name)
{
	CLEANUP_BUF key = { 0 };
	void **slot;

	buf_puts(&key, name);
	for (const struct aac_shell_word *word = invocation->words; word;
	     word = word->next) {
		buf_putc(&key, '\n');
		for (const struct aac_piece *piece = word->head; piece;
		     piece = piece->next) {
			buf_printf(&key, " %d %u %d %u ", (int)piece->type, piece->number,
				   piece->dot, piece->len);
			if (piece->text)
				buf_putn(&key, piece->text, piece->len);
		}
	}
	slot = map_slot(&state->templates, arena_strndup(state->arena, key.data, key.len),
			key.len);
	if (*slot)
		return true;
	*slot = state;
	return false;
}

/* Is INVOCATION to be looked at once more for each call of its function? */
static bool add_template(struct aac_guard_state *state,
			 const struct aac_invocation *invocation)
{
	const struct aac_shell_scope *scope = scope_of(invocation->words);
	struct aac_guard_calls *calls;

	if (!scope)
		return false;
	calls = calls_of(state, scope->name);
	if (invocation->level > 0 && is_known(state, invocation, scope->name))
		return false;
	if (invocation->level < AAC_GUARD_LEVELS &&
	    calls->templates++ < AAC_GUARD_TEMPLATES)
		return true;
	tell_too_many(state, invocation);
	return false;
}

/* A script's own function hides one of that name in another. */
static bool defines(const struct aac_guard_work *work,
		    const struct aac_shell_scope *scope)
{
	const struct aac_shell_scope *own = work->script.scopes;
	bool hides = false;

	for (; own; own = own->next) {
		if (own == scope)
			return true;
		hides |= own->name && strcmp(own->name, scope->name) == 0;
	}
	return !hides;
}

static void call_function(struct aac_guard_state *state, struct queue *queue,
			  const struct aac_invocation *template)
{
	const struct aac_shell_scope *scope = scope_of(template->words);
	const struct aac_guard_call *call = calls_of(state, scope->name)->head;
	const struct aac_guard_work *work = NULL;
	bool meant = false;

	for (; call; call = call->next) {
		const struct aac_shell_word *words;
		struct aac_invocation *invocation;
		bool fits;

		if (state->invocations == AAC_GUARD_INVOCATIONS) {
			tell_too_many(state, template);
			return;
		}
		if (call->work != work)
			meant = defines(call->work, scope);
		work = call->work;
		if (!meant || call->command->scope == scope)
			continue;
		fits = aac_guard_substitute(state, template->words,
					    resolve_words(state, call->command->words),
					    &words);
		invocation = invocation_new(state, call->work, call->command, words,
					    template->level + 1);
		if (fits)
			LIST_APPEND(queue, invocation);
		else
			tell_too_many(state, invocation);
	}
}

/* ---- named wrappers ------------------------------------------------------ */

static void judge_wrapper(struct aac_guard_state *state,
			  const struct aac_invocation *invocation,
			  const struct aac_guard_wrapper *wrapper)
{
	const struct aac_jq_input input = { 0 };
	const struct aac_shell_word *word = invocation->words->next;

	for (unsigned int n = 1; word; word = word->next, n++)
		if (wrapper->argument ? n == wrapper->argument
				      : aac_guard_looks_like_filter(word))
			aac_guard_filter(state, invocation, word, &input);
}

static bool is_named(const struct aac_shell_word *word, const char *name)
{
	return aac_shell_is(word, name);
}

static void judge_wrappers(struct aac_guard_state *state,
			   const struct aac_invocation *invocation)
{
	for (size_t i = 0; i < state->wrapper_count; i++)
		if (is_named(invocation->words, state->wrappers[i].name))
			judge_wrapper(state, invocation, &state->wrappers[i]);
}

static bool is_wrapper(const struct aac_guard_state *state, const char *name)
{
	for (size_t i = 0; i < state->wrapper_count; i++)
		if (strcmp(state->wrappers[i].name, name) == 0)
			return true;
	return false;
}

static void note_functions(struct aac_guard_state *state)
{
	for (size_t i = 0; i < state->count; i++) {
		const struct aac_shell_scope *scope = state->works[i].script.scopes;

		for (; scope; scope = scope->next)
			if (scope->name)
				calls_of(state, scope->name)->defined = true;
	}
}

static void tell_stranger(struct aac_guard_state *state,
			  const struct aac_guard_call *call, const char *name)
{
	const struct aac_shell_word *word = call->command->words->next;

	for (unsigned int n = 1; word; word = word->next, n++)
		if (aac_guard_looks_like_filter(word) && aac_guard_iterates(state, word))
			aac_guard_undecided(
				state, call->work, word->begin, word->end,
				arena_printf(state->arena,
					     "cannot be decided: '%s' is not in these "
					     "scripts, and may hand this to jq",
					     name),
				arena_printf(state->arena,
					     "name the script that has it, too, or give "
					     "--wrapper %s:%u",
					     name, n));
}

/* Functions named for jq that stand in a script that was not given. */
static void tell_strangers(struct aac_guard_state *state)
{
	for (size_t i = 0; i < state->calls.count; i++) {
		const struct map_entry *entry = &state->calls.entries[i];
		const struct aac_guard_calls *calls = entry->value;
		const char *slash = memrchr(entry->key, '/', entry->len);

		if (!strcasestr(slash ? slash : entry->key, "jq") || !calls->head ||
		    aac_guard_find_jq(state->arena, calls->head->command->words) ||
		    calls->defined || is_wrapper(state, entry->key))
			continue;
		for (const struct aac_guard_call *call = calls->head; call;
		     call = call->next)
			tell_stranger(state, call, entry->key);
	}
}

/* ---- all of it ---------------------------------------------------------- */

static void look_at_commands(struct aac_guard_state *state, struct aac_guard_work *work,
			     struct queue *queue)
{
	for (const struct aac_shell_command *command = work->script.head; command;
	     command = command->next) {
		struct aac_invocation *invocation;

		/* What is found in it is appended to the list. */
		aac_guard_read_nested(&work->script, command);
		if (!command->words)
			continue;
		index_call(state, work, command);
		invocation = invocation_new(state, work, command,
					    resolve_words(state, command->words), 0);
		judge_wrappers(state, invocation);
		if (judge(state, invocation) && add_template(state, invocation))
			LIST_APPEND(queue, invocation);
	}
}

static void follow_calls(struct aac_guard_state *state, struct queue *templates)
{
	struct queue calls = { 0 };

	for (struct aac_invocation *at = templates->head; at; at = at->next)
		call_function(state, &calls, at);
	for (struct aac_invocation *at = calls.head; at; at = at->next)
		if (judge(state, at) && add_template(state, at))
			call_function(state, &calls, at);
}

const struct aac_guard *aac_guard_new(struct aac_context *ctx,
				      const struct aac_source *const *sources,
				      size_t count,
				      const struct aac_guard_wrapper *wrappers,
				      size_t wrapper_count)
{
	struct aac_guard *guard = ARENA_NEW(ctx->arena, struct aac_guard);
	struct aac_guard_file *files =
		ARENA_ARRAY(ctx->arena, struct aac_guard_file, count);
	struct aac_guard_state state = { .ctx = ctx,
					 .arena = ctx->arena,
					 .count = count,
					 .wrappers = wrappers,
					 .wrapper_count = wrapper_count };
	struct queue templates = { 0 };

	state.works = ARENA_ARRAY(ctx->arena, struct aac_guard_work, count);
	for (size_t i = 0; i < count; i++) {
		state.works[i].script.arena = ctx->arena;
		state.works[i].script.source = files[i].source = sources[i];
		state.works[i].file = &files[i];
	}
	for (size_t i = 0; i < count; i++) {
		if (!aac_guard_read_file(&state, &state.works[i]))
			continue;
		if (state.works[i].is_filter)
			aac_guard_filter_file(&state, &state.works[i]);
	}
	for (size_t i = 0; i < count; i++)
		look_at_commands(&state, &state.works[i], &templates);
	note_functions(&state);
	follow_calls(&state, &templates);
	tell_strangers(&state);
	for (size_t i = 0; i < count; i++)
		aac_guard_finish(&state, &state.works[i]);
	map_fini(&state.calls);
	map_fini(&state.templates);
	guard->files = files;
	guard->count = count;
	return guard;
}
