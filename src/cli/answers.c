/*
 * Answers that were given before: takes what was printed for an access to a file and
 * gives it again for every other that must be answered alike.  Not obvious: nothing here
 * knows how an answer looks.  It has the access in it once, and all else of it depends on
 * where the path leads and on what is asked for there.
 */
#include "cli/answers.h"

#include <stdint.h>
#include <string.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/map.h"
#include "cli/compiled.h"
#include "cli/run.h"
#include "core/lockstep.h"

/* When so much is remembered all of it is forgotten. */
#define KNOWN_MAX 65536u
#define TEXTS_BYTES ((size_t)4 << 20)

/* What is asked, and where the path leads; its bytes are a key. */
struct question {
	const void *state;
	uintptr_t sort;
};

struct answer {
	const char *head, *tail; /* before and behind the access */
	size_t head_len, tail_len;
	bool no;
};

struct aac_answers {
	struct aac_compiled *compiled;
	struct arena *arena; /* of all that is forgotten together */
	size_t sets;	     /* of rules, when that was begun */
	struct aac_lockstep *lockstep;
	struct map known; /* struct question -> struct answer */
	struct map texts; /* an answer's bytes -> struct answer */
	size_t text_bytes;
	struct question last; /* without a state: it is not to be kept */
};

struct aac_answers *aac_answers_new(struct aac_compiled *compiled)
{
	struct arena *arena = compiled->run->arena;
	struct aac_answers *answers = ARENA_NEW(arena, struct aac_answers);

	answers->compiled = compiled;
	answers->arena = arena_new();
	return answers;
}

static void forget(struct aac_answers *answers)
{
	aac_lockstep_fini(answers->lockstep);
	map_fini(&answers->known);
	map_fini(&answers->texts);
	answers->lockstep = NULL;
	answers->text_bytes = 0;
}

void aac_answers_free(struct aac_answers *answers)
{
	forget(answers);
	arena_free(answers->arena);
}

/* The profile's rules, and those of each included file that decided something. */
static size_t count_sets(const struct aac_compiled *compiled)
{
	return compiled->asked ? 1 + compiled->includes.count : 0;
}

static void begin_anew(struct aac_answers *answers)
{
	const struct aac_compiled *compiled = answers->compiled;
	const struct map *includes = &compiled->includes;

	forget(answers);
	arena_reset(answers->arena);
	answers->sets = count_sets(compiled);
	answers->lockstep = aac_lockstep_new(answers->arena, compiled->blob);
	aac_lockstep_add(answers->lockstep, &compiled->rules, true);
	for (size_t i = 0; i < includes->count; i++)
		aac_lockstep_add(answers->lockstep, includes->entries[i].value, false);
}

static bool is_full(const struct aac_answers *answers)
{
	return answers->known.count >= KNOWN_MAX || answers->text_bytes >= TEXTS_BYTES ||
	       aac_lockstep_full(answers->lockstep);
}

/* What of a file's query but the path its answer depends on. */
static uintptr_t sort_of(const struct aac_query *query)
{
	return (uintptr_t)query->request << 1 | query->owner;
}

bool aac_answers_put(struct aac_answers *answers, const struct aac_attempt *attempt,
		     struct buf *out, bool *no)
{
	const struct aac_query *query = attempt->queries;
	const struct answer *answer;

	answers->last.state = NULL;
	if (!answers->compiled->asked)
		return false;
	if (!answers->lockstep || answers->sets != count_sets(answers->compiled) ||
	    is_full(answers))
		begin_anew(answers);
	answers->last.state =
		aac_lockstep_run(answers->lockstep, query->name, strlen(query->name));
	if (!answers->last.state)
		return false;
	answers->last.sort = sort_of(query);
	answer = map_get(&answers->known, (const char *)&answers->last,
			 sizeof(answers->last));
	if (!answer)
		return false;
	buf_putn(out, answer->head, answer->head_len);
	buf_puts(out, attempt->text);
	buf_putn(out, answer->tail, answer->tail_len);
	*no = answer->no;
	return true;
}

/* The answer of these bytes, one for all that have them. */
static struct answer *find_text(struct aac_answers *answers, const struct answer *made)
{
	CLEANUP_BUF key = { 0 };
	struct answer *answer;
	const char *kept;

	buf_putn(&key, made->head, made->head_len);
	buf_putc(&key, made->no ? '\1' : '\2');
	buf_putn(&key, made->tail, made->tail_len);
	answer = map_get(&answers->texts, key.data, key.len);
	if (answer)
		return answer;
	kept = arena_strndup(answers->arena, key.data, key.len);
	answer = ARENA_NEW(answers->arena, struct answer);
	*answer = *made;
	answer->head = kept;
	answer->tail = kept + made->head_len + 1;
	answers->text_bytes += key.len;
	map_add(&answers->texts, kept, key.len, answer);
	return answer;
}

/* Not what included files were read for, which are to take part in the steps. */
void aac_answers_keep(struct aac_answers *answers, const struct aac_attempt *attempt,
		      const struct buf *out, size_t before, bool no)
{
	const char *begin = out->data + before, *end = out->data + out->len, *at;
	size_t len = strlen(attempt->text);
	struct question *question;
	struct answer made;

	if (!answers->last.state || answers->sets != count_sets(answers->compiled))
		return;
	at = memmem(begin, (size_t)(end - begin), attempt->text, len);
	if (!at)
		return;
	made = (struct answer){ .head = begin,
				.head_len = (size_t)(at - begin),
				.tail = at + len,
				.tail_len = (size_t)(end - at) - len,
				.no = no };
	question = ARENA_NEW(answers->arena, struct question);
	*question = answers->last;
	map_add(&answers->known, (const char *)question, sizeof(*question),
		find_text(answers, &made));
}
