/*
 * Texts that differ in nothing but the profile's name, as those of --per-container do,
 * are compiled once; the others' policy is the first one's under their name.
 *
 * That is the parser's own answer when nothing but the profile's first line holds the
 * name: no rule of the text, no file that it includes (where @{profile_name} may stand),
 * no child profile.  A comment may, so long as the lines stay the same, since messages
 * tell lines.  Whatever is not as it should be is compiled.
 */
#include <string.h>
#include <sys/wait.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/map.h"
#include "core/blob.h"
#include "core/blob_rename.h"
#include "core/context.h"
#include "core/diag.h"
#include "core/render.h"
#include "host/cache.h"
#include "host/compiler_run.h"
#include "host/host.h"
#include "host/spawn.h"

#define OWN_NAME "profile_name" /* of @{profile_name} */
#define NAME_MAX_BYTES 200

struct naming {
	struct aac_context *ctx;
	struct aac_cache *cache;
	const char *base;
	const struct aac_profile_text *const *texts;
	struct aac_process *processes;
	size_t count;
	size_t *first; /* of each: the text that is like it, or itself */
	struct map known;
	size_t *run; /* those that are run at the moment */
	struct aac_process *running;
	bool (*done)(void *env, size_t index);
	void *env;
	bool stopped; /* DONE wanted no more */
};

/* ---- the text without its name ---------------------------------------------------- */

static bool is_plain(const char *name)
{
	size_t len = strspn(name, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
				  "0123456789._-");

	return len > 0 && len < NAME_MAX_BYTES && name[len] == '\0';
}

static bool begins(const char *line, size_t len, const char *word)
{
	return len >= strlen(word) && memcmp(line, word, strlen(word)) == 0;
}

static bool holds(const char *line, size_t len, const char *word)
{
	return memmem(line, len, word, strlen(word)) != NULL;
}

/* The line with another sign where the name stood. */
static void put_without(struct buf *out, const char *line, size_t len, const char *name)
{
	const char *end = line + len, *at;

	while ((at = memmem(line, (size_t)(end - line), name, strlen(name)))) {
		buf_putn(out, line, (size_t)(at - line));
		buf_putc(out, '\1');
		line = at + strlen(name);
	}
	buf_putn(out, line, (size_t)(end - line));
}

/* One line, with its newline; *SEEN: the profile's first line was there. */
static bool put_line(struct buf *out, const char *line, size_t len, const char *name,
		     bool *seen)
{
	size_t blank = 0, head = strlen("profile ") + strlen(name);
	const char *word;

	while (blank < len && (line[blank] == ' ' || line[blank] == '\t'))
		blank++;
	word = line + blank;
	if (begins(word, len - blank, "#") && !begins(word, len - blank, "#include")) {
		put_without(out, line, len, name);
		return true;
	}
	if (!*seen && len > head && begins(line, len, "profile ") && line[head] == ' ' &&
	    memcmp(line + strlen("profile "), name, strlen(name)) == 0) {
		*seen = true;
		buf_puts(out, "profile \1");
		line += head;
		len -= head;
	} else if (begins(word, len - blank, "profile ") ||
		   begins(word, len - blank, "hat ") || begins(word, len - blank, "^")) {
		return false;
	}
	buf_putn(out, line, len);
	return !holds(line, len, name) && !holds(line, len, OWN_NAME);
}

static bool put_nameless(struct buf *out, const struct aac_profile_text *text)
{
	const char *at = text->text, *end = at + text->len;
	const char *name = text->policy->name;
	bool seen = false;

	if (text->policy->label || !is_plain(name))
		return false;
	while (at < end) {
		const char *stop = memchr(at, '\n', (size_t)(end - at));
		size_t len = stop ? (size_t)(stop + 1 - at) : (size_t)(end - at);

		if (!put_line(out, at, len, name, &seen))
			return false;
		at += len;
	}
	return seen;
}

/* The first text that is like text I. */
static size_t find_first(struct naming *naming, size_t i)
{
	struct arena *arena = naming->ctx->arena;
	CLEANUP_BUF text = { 0 };
	struct digest digest;
	void **slot;

	if (!put_nameless(&text, naming->texts[i]))
		return i;
	digest = digest_bytes(text.data, text.len);
	slot = map_slot(&naming->known, digest.hex, sizeof(digest.hex));
	if (*slot)
		return naming->first[(size_t)(uintptr_t)*slot - 1];
	naming->known.entries[naming->known.count - 1].key =
		arena_strndup(arena, digest.hex, sizeof(digest.hex));
	*slot = (void *)(uintptr_t)(i + 1);
	return i;
}

/* ---- running ---------------------------------------------------------------------- */

static bool tell(void *env, size_t index)
{
	struct naming *naming = env;
	size_t at = naming->run[index];

	naming->processes[at] = naming->running[index];
	if (naming->done && !naming->done(naming->env, at))
		naming->stopped = true;
	return !naming->stopped;
}

/* Those COUNT that naming->run lists. */
static void run(struct naming *naming, size_t count, unsigned int jobs)
{
	for (size_t i = 0; i < count; i++) {
		naming->running[i] = naming->processes[naming->run[i]];
		naming->running[i].skipped = naming->stopped;
	}
	if (!naming->stopped)
		aac_cache_spawn(naming->cache, naming->base, naming->running, count, jobs,
				tell, naming);
	for (size_t i = 0; i < count; i++)
		naming->processes[naming->run[i]] = naming->running[i];
}

/* ---- deriving --------------------------------------------------------------------- */

/* One profile, of that name and no other. */
static bool is_of(struct arena *arena, const struct buf *policy, const char *name)
{
	struct aac_diags silent;
	struct aac_context ctx = { .arena = arena, .diags = &silent };
	const struct aac_blob *blob;

	aac_diags_init(&silent, arena);
	blob = aac_blob_read(&ctx, name, (const uint8_t *)policy->data, policy->len);
	return blob && !blob->next && !blob->space && strcmp(blob->name, name) == 0;
}

/* Its answer was yes, tells no name, and depends on none that is elsewhere. */
static bool may_serve(struct naming *naming, struct arena *scratch, size_t i)
{
	const struct aac_process *process = &naming->processes[i];
	const char *name = naming->texts[i]->policy->name;

	return !process->skipped && !process->spawn_errno && !process->timed_out &&
	       WIFEXITED(process->status) && WEXITSTATUS(process->status) == 0 &&
	       process->out.len < process->output_limit &&
	       !holds(buf_str(&process->err), process->err.len, name) &&
	       is_of(scratch, &process->out, name) &&
	       !aac_cache_own_name(naming->cache, naming->base, process);
}

static bool derive(struct naming *naming, struct arena *scratch, size_t i)
{
	const struct aac_process *from = &naming->processes[naming->first[i]];
	struct aac_process *to = &naming->processes[i];
	const char *name = naming->texts[i]->policy->name;

	arena_reset(scratch);
	if (!aac_blob_rename((const uint8_t *)from->out.data, from->out.len,
			     naming->texts[naming->first[i]]->policy->name, name,
			     &to->out))
		return false;
	if (!is_of(scratch, &to->out, name)) {
		buf_clear(&to->out);
		return false;
	}
	buf_putn(&to->err, buf_str(&from->err), from->err.len);
	to->status = from->status;
	return true;
}

/* Lists those that must be run after all. */
static size_t derive_all(struct naming *naming)
{
	bool *serves = ARENA_ARRAY(naming->ctx->arena, bool, naming->count);
	struct arena *scratch = arena_new();
	size_t left = 0, derived = 0;

	for (size_t i = 0; i < naming->count; i++)
		if (naming->first[i] != i)
			serves[naming->first[i]] = true;
	for (size_t i = 0; i < naming->count; i++) {
		arena_reset(scratch);
		serves[i] = serves[i] && may_serve(naming, scratch, i);
	}
	for (size_t i = 0; i < naming->count; i++) {
		if (naming->first[i] == i)
			continue;
		if (naming->stopped || !serves[naming->first[i]] ||
		    !derive(naming, scratch, i)) {
			naming->run[left++] = i;
			continue;
		}
		derived++;
		if (naming->done && !naming->done(naming->env, i))
			naming->stopped = true;
	}
	arena_free(scratch);
	aac_cache_count_derived(naming->cache, derived);
	return left;
}

void aac_compiler_spawn(struct aac_context *ctx, const struct aac_host *host,
			const char *base, const struct aac_profile_text *const *texts,
			struct aac_process *processes, size_t count, unsigned int jobs,
			bool (*done)(void *env, size_t index), void *env)
{
	struct naming naming = { .ctx = ctx,
				 .cache = host->cache,
				 .base = base,
				 .texts = texts,
				 .processes = processes,
				 .count = count,
				 .done = done,
				 .env = env };
	size_t firsts = 0;

	/* What the files hold that are included is known to the cache. */
	if (!host->cache || count < 2) {
		aac_cache_spawn(host->cache, base, processes, count, jobs, done, env);
		return;
	}
	naming.first = ARENA_ARRAY(ctx->arena, size_t, count);
	naming.run = ARENA_ARRAY(ctx->arena, size_t, count);
	naming.running = ARENA_ARRAY(ctx->arena, struct aac_process, count);
	for (size_t i = 0; i < count; i++) {
		naming.first[i] = find_first(&naming, i);
		if (naming.first[i] == i)
			naming.run[firsts++] = i;
	}
	map_fini(&naming.known);
	run(&naming, firsts, jobs);
	if (firsts < count)
		run(&naming, derive_all(&naming), jobs);
}
