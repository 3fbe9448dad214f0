/*
 * Asking apparmor_parser what was not asked before: takes processes, runs those whose
 * answer is not kept, and keeps the answers that say yes.  Not obvious: what an answer
 * depends on is looked at again after the run, and when it changed meanwhile nobody can
 * tell what was answered, so it is not kept.
 */
#include "host/cache.h"

#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>

#include "base/buf.h"
#include "host/cache_store.h"
#include "host/compiler_together.h"
#include "host/spawn.h"

struct question {
	struct digest key;
	size_t index; /* of the process */
	bool named;
};

/* Those that are run, and whom to tell. */
struct rest {
	struct question *questions;
	const struct aac_process *left;
	struct aac_process *processes; /* the caller's, who looks at what has ended */
	bool (*done)(void *env, size_t index);
	void *env;
};

static bool tell(void *env, size_t index)
{
	const struct rest *rest = env;

	rest->processes[rest->questions[index].index] = rest->left[index];
	return !rest->done || rest->done(rest->env, rest->questions[index].index);
}

static bool says_yes(const struct aac_process *process)
{
	return !process->skipped && !process->spawn_errno && !process->timed_out &&
	       WIFEXITED(process->status) && WEXITSTATUS(process->status) == 0 &&
	       process->out.len > 0 && process->out.len < process->output_limit &&
	       process->err.len < process->output_limit;
}

void aac_cache_forget(struct aac_cache *cache)
{
	map_fini(&cache->files);
	cache->files = (struct map){ 0 };
}

/* PROCESSES have run. */
static void keep(struct aac_cache *cache, const char *base, struct aac_process *processes,
		 const struct question *questions, size_t count)
{
	aac_cache_forget(cache);
	for (size_t i = 0; i < count; i++) {
		struct digest key;

		cache->use.made += base && !processes[i].skipped;
		if (questions[i].named && says_yes(&processes[i]) &&
		    aac_cache_key(cache, base, &processes[i], &key) &&
		    strcmp(key.hex, questions[i].key.hex) == 0)
			aac_cache_put(cache, &key, &processes[i].out, &processes[i].err);
	}
}

void aac_cache_spawn(struct aac_cache *cache, const char *base,
		     struct aac_process *processes, size_t count, unsigned int jobs,
		     bool (*done)(void *env, size_t index), void *env)
{
	struct rest rest = { .done = done, .env = env };
	struct aac_process *left;
	size_t missing = 0;

	if (!cache || count == 0) {
		aac_spawn_all(processes, count, jobs, done, env);
		return;
	}
	left = ARENA_ARRAY(cache->arena, struct aac_process, count);
	rest.left = left;
	rest.processes = processes;
	rest.questions = ARENA_ARRAY(cache->arena, struct question, count);
	aac_cache_forget(cache);
	for (size_t i = 0; i < count; i++) {
		struct question *question = &rest.questions[missing];

		question->index = i;
		question->named =
			aac_cache_key(cache, base, &processes[i], &question->key);
		if (question->named &&
		    aac_cache_get(cache, &question->key, &processes[i].out,
				  &processes[i].err)) {
			processes[i].status = 0;
			cache->use.kept += base != NULL;
			if (done)
				(void)done(env, i);
		} else {
			left[missing++] = processes[i];
		}
	}
	if (base)
		aac_compiler_together(cache->arena, base, left, missing, jobs, tell,
				      &rest);
	else
		aac_spawn_all(left, missing, jobs, tell, &rest);
	for (size_t i = 0; i < missing; i++)
		processes[rest.questions[i].index] = left[i];
	keep(cache, base, left, rest.questions, missing);
}
