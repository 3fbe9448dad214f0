/*
 * Answers that were given before: takes what was printed for an access and gives it again
 * for every other that must be answered alike.  Not obvious: nothing here knows how an
 * answer looks.  It has the access in it once, and all else of it depends on where the
 * texts of the access lead and on what is asked for there.
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

/* What is asked, and where its texts lead; its bytes are a key.  A state is of one kind
 * of access and of query. */
struct question {
	const void *state;
	uintptr_t request, number, socket, protocol, flags, owner;
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
	struct aac_lockstep *locksteps[AAC_KIND_COUNT]; /* made when one is asked */
	bool full;					/* one of them is */
	struct map known; /* struct question -> struct answer */
	struct map texts; /* an answer's bytes -> struct answer */
	size_t text_bytes;
	struct buf bytes;     /* of what is asked */
	struct question last; /* that was asked */
	bool asked;	      /* there is one */
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
	for (size_t i = 0; i < AAC_KIND_COUNT; i++) {
		aac_lockstep_fini(answers->locksteps[i]);
		answers->locksteps[i] = NULL;
	}
	map_fini(&answers->known);
	map_fini(&answers->texts);
	answers->text_bytes = 0;
	answers->full = false;
}

void aac_answers_free(struct aac_answers *answers)
{
	forget(answers);
	buf_fini(&answers->bytes);
	arena_free(answers->arena);
}

/* The profile's rules, and those of each included file that decided something. */
static size_t count_sets(const struct aac_compiled *compiled)
{
	return compiled->asked ? 1 + compiled->includes.count : 0;
}

static void begin_anew(struct aac_answers *answers)
{
	forget(answers);
	arena_reset(answers->arena);
	answers->sets = count_sets(answers->compiled);
}

static bool is_full(const struct aac_answers *answers)
{
	return answers->known.count >= KNOWN_MAX || answers->text_bytes >= TEXTS_BYTES ||
	       answers->full;
}

/* NULL: accesses of KIND may ask this, too, but mostly ask something else. */
static struct aac_lockstep *find_lockstep(struct aac_answers *answers,
					  enum aac_kind_id kind, enum aac_query_type type)
{
	const struct aac_compiled *compiled = answers->compiled;
	const struct map *includes = &compiled->includes;
	struct aac_lockstep *lockstep = answers->locksteps[kind];

	if (lockstep)
		return aac_lockstep_type(lockstep) == type ? lockstep : NULL;
	lockstep = aac_lockstep_new(answers->arena, kind, type, compiled->blob);
	aac_lockstep_add(lockstep, &compiled->rules, true);
	for (size_t i = 0; i < includes->count; i++)
		aac_lockstep_add(lockstep, includes->entries[i].value, false);
	answers->locksteps[kind] = lockstep;
	return lockstep;
}

/* What a peer's own profile says depends on its whole name. */
static bool knows_peer(const struct aac_answers *answers, const struct aac_query *query)
{
	return (query->type == AAC_QUERY_SIGNAL || query->type == AAC_QUERY_PTRACE) &&
	       query->label && aac_compiled_knows(answers->compiled, query->label);
}

/* Of a socket of a family no text is asked for, known or not. */
static bool find_bytes(struct buf *bytes, const struct aac_lockstep *lockstep,
		       const struct aac_query *query)
{
	buf_clear(bytes);
	return (query->type == AAC_QUERY_UNIX && !aac_lockstep_is_fed(lockstep)) ||
	       aac_query_bytes(query, bytes);
}

/* False: its answer is not one for all that lead to the same states. */
static bool find_question(struct aac_answers *answers, const struct aac_attempt *attempt,
			  struct question *question)
{
	const struct aac_query *query = attempt->queries;
	struct buf *bytes = &answers->bytes;
	struct aac_lockstep *lockstep;

	if (attempt->count != 1 || knows_peer(answers, query))
		return false;
	lockstep = find_lockstep(answers, attempt->kind->id, query->type);
	if (!lockstep || !find_bytes(bytes, lockstep, query))
		return false;
	*question = (struct question){
		.state = aac_lockstep_run(lockstep, buf_str(bytes), bytes->len),
		.request = query->request,
		.number = query->number,
		.socket = query->socket_type,
		.protocol = query->protocol,
		.flags = query->flags,
		.owner = query->owner,
	};
	answers->full |= aac_lockstep_full(lockstep);
	return question->state;
}

bool aac_answers_put(struct aac_answers *answers, const struct aac_attempt *attempt,
		     struct buf *out, bool *no)
{
	const struct answer *answer;

	answers->asked = false;
	if (!answers->compiled->asked)
		return false;
	if (answers->sets != count_sets(answers->compiled) || is_full(answers))
		begin_anew(answers);
	answers->asked = find_question(answers, attempt, &answers->last);
	if (!answers->asked)
		return false;
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
bool aac_answers_keep(struct aac_answers *answers, const struct aac_attempt *attempt,
		      const struct buf *out, size_t before, bool no)
{
	const char *begin = out->data + before, *end = out->data + out->len, *at;
	size_t len = strlen(attempt->text);
	struct question *question;
	struct answer made;

	if (!answers->asked || answers->sets != count_sets(answers->compiled))
		return false;
	at = memmem(begin, (size_t)(end - begin), attempt->text, len);
	if (!at)
		return false;
	made = (struct answer){ .head = begin,
				.head_len = (size_t)(at - begin),
				.tail = at + len,
				.tail_len = (size_t)(end - at) - len,
				.no = no };
	question = ARENA_NEW(answers->arena, struct question);
	*question = answers->last;
	map_add(&answers->known, (const char *)question, sizeof(*question),
		find_text(answers, &made));
	return true;
}
