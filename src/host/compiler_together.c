/*
 * Many small texts in one run of the parser: to start it, and to have it read its options
 * and features, takes longer than to compile one.  Takes processes, runs those with small
 * texts together, and gives each what a run of its own would have given.
 *
 * Each text is a file of its own to the parser, which compiles one after the other, each
 * in a child that knows of no other: in one file, 4.1 lets a profile change the bytes of
 * the next.  As soon as anything is unlike what is expected of good texts (a message, a
 * failure, a profile more or less) each of them is run by itself.
 */
#include "host/compiler_together.h"

#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/macro.h"
#include "core/blob.h"
#include "core/context.h"
#include "core/diag.h"
#include "host/cache.h"
#include "host/compiler_run.h"
#include "host/spawn.h"

/* With fewer it is better to run several at a time; larger ones take their time. */
#define TEXTS_MIN 16
#define BYTES_MAX ((size_t)16 << 10)
/* After so long each is given its own time. */
#define SECONDS_MAX 10

/* Texts of one run: so many of those that are joined, from FIRST on. */
struct bundle {
	size_t first, count;
};

struct together {
	struct arena *arena;
	struct aac_process *processes;
	size_t *joined, joined_count; /* indices */
	size_t *alone, alone_count;
	struct bundle *bundles;
	struct aac_process *runs; /* of the bundles, and then of the others */
	bool (*done)(void *env, size_t index);
	void *env;
	bool stopped; /* DONE wanted no more */
};

/* ---- what may be run together ----------------------------------------------------- */

/* By these the parser skips a file, or takes it into complain mode, by its name alone;
 * those of standard input count in a run of its own. */
static bool is_singled_out(struct arena *arena, const char *base)
{
	static const char *const folders[] = { "disable", "force-complain" };

	for (size_t i = 0; i < ARRAY_SIZE(folders); i++) {
		if (access(arena_printf(arena, "%s/%s/stdin", base, folders[i]), F_OK) ==
		    0)
			return true;
		for (int fd = 0; fd < AAC_SPAWN_FILES; fd++)
			if (access(arena_printf(arena, "%s/%s/%d", base, folders[i],
						AAC_SPAWN_FILE + fd),
				   F_OK) == 0)
				return true;
	}
	return false;
}

static size_t count_args(const char *const *argv)
{
	size_t count = 0;

	while (argv[count])
		count++;
	return count;
}

/* The last argument names the text. */
static bool reads_input(const char *const *argv)
{
	return strcmp(argv[count_args(argv) - 1], AAC_COMPILER_INPUT) == 0;
}

static bool begins(const char *line, const char *end, const char *word)
{
	return (size_t)(end - line) >= strlen(word) &&
	       memcmp(line, word, strlen(word)) == 0;
}

/* How many profiles are in the text, or hats. */
static size_t count_profiles(const struct aac_process *process)
{
	const char *at = process->input, *end = at + process->input_len;
	size_t count = 0;

	while (at < end) {
		const char *stop = memchr(at, '\n', (size_t)(end - at));

		while (at < end && (*at == ' ' || *at == '\t'))
			at++;
		count += begins(at, end, "profile ") || begins(at, end, "hat ") ||
			 begins(at, end, "^");
		at = stop ? stop + 1 : end;
	}
	return count;
}

static void sort_out(struct together *t, size_t count)
{
	const char *const *argv = NULL;

	for (size_t i = 0; i < count; i++) {
		const struct aac_process *process = &t->processes[i];

		if (process->profile && !argv && reads_input(process->argv))
			argv = process->argv;
		if (process->profile && process->argv == argv &&
		    process->input_len <= BYTES_MAX && count_profiles(process) == 1)
			t->joined[t->joined_count++] = i;
		else
			t->alone[t->alone_count++] = i;
	}
}

/* ---- running ---------------------------------------------------------------------- */

static void lay_out(const struct together *t, const struct bundle *bundle,
		    struct aac_process *run)
{
	const struct aac_process *first = &t->processes[t->joined[bundle->first]];
	const size_t args = count_args(first->argv) - 1;
	const char **argv = ARENA_ARRAY(t->arena, const char *, args + bundle->count + 2);
	struct aac_spawn_file *files =
		ARENA_ARRAY(t->arena, struct aac_spawn_file, bundle->count);

	memcpy(argv, first->argv, args * sizeof(*argv));
	argv[args] = "--max-jobs=1";
	for (size_t i = 0; i < bundle->count; i++) {
		const struct aac_process *one =
			&t->processes[t->joined[bundle->first + i]];

		files[i] = (struct aac_spawn_file){ one->input, one->input_len };
		argv[args + 1 + i] =
			arena_printf(t->arena, "/dev/fd/%zu", AAC_SPAWN_FILE + i);
	}
	*run = *first;
	run->argv = argv;
	run->input = NULL;
	run->input_len = 0;
	run->files = files;
	run->file_count = bundle->count;
	if (run->seconds == 0 || run->seconds > SECONDS_MAX)
		run->seconds = SECONDS_MAX;
}

static bool is_quiet(const char *err)
{
	while (*err) {
		size_t len = strcspn(err, "\n");

		if (!aac_compiler_is_noise(err, len))
			return false;
		err += len + (err[len] == '\n');
	}
	return true;
}

/* One profile for each text, in their order. */
static bool share_out(struct together *t, const struct bundle *bundle,
		      const struct aac_process *run, const struct aac_blob *blob)
{
	const size_t *joined = t->joined + bundle->first;
	size_t begin = 0, count = 0;

	for (; blob; blob = blob->next, count++) {
		struct aac_process *to;

		if (count == bundle->count)
			return false;
		to = &t->processes[joined[count]];
		if (blob->space || strcmp(blob->name, to->profile) != 0)
			return false;
		buf_putn(&to->out, run->out.data + begin, blob->end - begin);
		if (!aac_compiler_is_policy(&to->out))
			return false;
		buf_putn(&to->err, buf_str(&run->err), run->err.len);
		begin = blob->end;
	}
	return count == bundle->count && begin == run->out.len;
}

/* False: each must be run by itself. */
static bool take(struct together *t, const struct bundle *bundle,
		 const struct aac_process *run)
{
	struct arena *scratch;
	struct aac_diags silent;
	struct aac_context ctx;
	bool good;

	if (run->spawn_errno || run->timed_out || !WIFEXITED(run->status) ||
	    WEXITSTATUS(run->status) != 0 || run->out.len >= run->output_limit ||
	    run->err.len >= run->output_limit || !is_quiet(buf_str(&run->err)))
		return false;
	scratch = arena_new();
	ctx = (struct aac_context){ .arena = scratch, .diags = &silent };
	aac_diags_init(&silent, scratch);
	good = share_out(t, bundle, run,
			 aac_blob_read(&ctx, "together",
				       (const uint8_t *)buf_str(&run->out),
				       run->out.len));
	arena_free(scratch);
	return good;
}

static bool tell(struct together *t, size_t index)
{
	if (t->done && !t->done(t->env, index))
		t->stopped = true;
	return !t->stopped;
}

static bool bundle_done(void *env, size_t index)
{
	struct together *t = env;
	const struct bundle *bundle = &t->bundles[index];
	struct aac_process *run = &t->runs[index];
	bool good = take(t, bundle, run);

	for (size_t i = 0; i < bundle->count; i++) {
		size_t at = t->joined[bundle->first + i];
		struct aac_process *one = &t->processes[at];

		if (good) {
			one->status = run->status;
			tell(t, at);
		} else {
			buf_clear(&one->out);
			buf_clear(&one->err);
			t->alone[t->alone_count++] = at;
		}
	}
	buf_fini(&run->out);
	buf_fini(&run->err);
	/* Where one takes long nothing is gained by that. */
	return !t->stopped && !run->timed_out;
}

static void run_bundles(struct together *t, size_t size, unsigned int jobs)
{
	size_t count = 0;

	for (size_t i = 0; i < t->joined_count; i += size) {
		size_t left = t->joined_count - i;

		t->bundles[count] = (struct bundle){ i, left < size ? left : size };
		lay_out(t, &t->bundles[count], &t->runs[count]);
		count++;
	}
	aac_spawn_all(t->runs, count, jobs, bundle_done, t);
	/* Those whose run was not started any more. */
	for (size_t i = 0; i < count; i++)
		for (size_t j = 0; t->runs[i].skipped && j < t->bundles[i].count; j++)
			t->alone[t->alone_count++] = t->joined[t->bundles[i].first + j];
}

static int compare_numbers(const void *x, const void *y)
{
	const size_t *a = x, *b = y;

	return (*a > *b) - (*a < *b);
}

static bool alone_done(void *env, size_t index)
{
	struct together *t = env;

	t->processes[t->alone[index]] = t->runs[index];
	return tell(t, t->alone[index]);
}

/* In their order, in which one that takes too long keeps the next from running. */
static void run_alone(struct together *t, unsigned int jobs)
{
	if (t->alone_count)
		qsort(t->alone, t->alone_count, sizeof(*t->alone), compare_numbers);
	for (size_t i = 0; i < t->alone_count; i++) {
		t->runs[i] = t->processes[t->alone[i]];
		t->runs[i].skipped = t->stopped;
	}
	if (!t->stopped)
		aac_spawn_all(t->runs, t->alone_count, jobs, alone_done, t);
	for (size_t i = 0; i < t->alone_count; i++)
		t->processes[t->alone[i]] = t->runs[i];
}

void aac_compiler_together(struct arena *arena, const char *base,
			   struct aac_process *processes, size_t count, unsigned int jobs,
			   bool (*done)(void *env, size_t index), void *env)
{
	struct together t = {
		.arena = arena, .processes = processes, .done = done, .env = env
	};
	size_t size;

	jobs = jobs ? jobs : 1;
	/* All of the jobs have something to do. */
	size = (count + 2 * jobs - 1) / (2 * jobs);
	size = size < AAC_SPAWN_FILES ? size : AAC_SPAWN_FILES;
	if (count < TEXTS_MIN || size < 2 || is_singled_out(arena, base)) {
		aac_spawn_all(processes, count, jobs, done, env);
		return;
	}
	t.joined = ARENA_ARRAY(arena, size_t, count);
	t.alone = ARENA_ARRAY(arena, size_t, count);
	t.bundles = ARENA_ARRAY(arena, struct bundle, count);
	t.runs = ARENA_ARRAY(arena, struct aac_process, count);
	sort_out(&t, count);
	run_bundles(&t, size, jobs);
	run_alone(&t, jobs);
}
