/*
 * Texts that differ in nothing but the profile's name, as those of --per-container do,
 * are compiled once; the others' policy is the first one's under their name.
 *
 * That is the parser's own answer when nothing but the profile's first line holds the
 * name: no rule of the text, no file that it includes (where @{profile_name} may stand),
 * no child profile.  A comment may, so long as the lines stay the same, since messages
 * tell lines.  Whatever is not as it should be is compiled.
 *
 * Where a rule of those that are compiled fast speaks of the name, as `signal
 * peer=@{profile_name}` does, compiler_splice.c has a way.
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
#include "host/compiler_names.h"
#include "host/compiler_run.h"
#include "host/host.h"
#include "host/spawn.h"

#define OWN_NAME "profile_name" /* of @{profile_name} */
#define NAME_MAX_BYTES 200

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

/* What was seen of a text. */
struct seen {
	bool head;   /* the profile's first line */
	bool speaks; /* a rule that tells the name and may */
};

/* One line, with its newline; OF: what wrote it. */
static bool put_line(struct buf *out, const char *line, size_t len,
		     const struct aac_line *of, const char *name, struct seen *seen)
{
	size_t blank = 0, head = strlen("profile ") + strlen(name);
	const char *word;
	bool own;

	while (blank < len && (line[blank] == ' ' || line[blank] == '\t'))
		blank++;
	word = line + blank;
	if (begins(word, len - blank, "#") && !begins(word, len - blank, "#include")) {
		put_without(out, line, len, name);
		return true;
	}
	if (!seen->head && len > head && begins(line, len, "profile ") &&
	    line[head] == ' ' &&
	    memcmp(line + strlen("profile "), name, strlen(name)) == 0) {
		seen->head = true;
		buf_puts(out, "profile \1");
		line += head;
		len -= head;
	} else if (begins(word, len - blank, "profile ") ||
		   begins(word, len - blank, "hat ") || begins(word, len - blank, "^")) {
		return false;
	}
	buf_putn(out, line, len);
	own = holds(line, len, OWN_NAME);
	seen->speaks |= own;
	return !holds(line, len, name) && (!own || aac_splice_may_speak(of, line, len));
}

static bool put_nameless(struct buf *out, const struct aac_profile_text *text,
			 bool *speaks)
{
	const char *at = text->text, *end = at + text->len;
	const char *name = text->policy->name;
	struct seen seen = { 0 };

	if (text->policy->label || !is_plain(name))
		return false;
	for (size_t line = 0; at < end; line++) {
		const char *stop = memchr(at, '\n', (size_t)(end - at));
		size_t len = stop ? (size_t)(stop + 1 - at) : (size_t)(end - at);

		if (line >= text->line_count ||
		    !put_line(out, at, len, &text->lines[line], name, &seen))
			return false;
		at += len;
	}
	*speaks = seen.speaks;
	return seen.head;
}

/* The first text that is like text I. */
static size_t find_first(struct naming *naming, size_t i)
{
	struct arena *arena = naming->ctx->arena;
	CLEANUP_BUF text = { 0 };
	struct digest digest;
	void **slot;

	if (!put_nameless(&text, naming->texts[i], &naming->speaks[i]) ||
	    (naming->speaks[i] && naming->exact))
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

/* Where the files that a body includes speak of the name, its texts do. */
static void find_included(struct naming *naming)
{
	for (size_t i = 0; i < naming->count && !naming->exact; i++) {
		size_t first = naming->first[i];

		if (first == i)
			continue;
		if (!naming->asked[first])
			naming->speaks[first] |=
				aac_cache_own_name(naming->cache, naming->base,
						   &naming->processes[first],
						   naming->speaks[first]) ==
				AAC_OWN_NAME_PEERS;
		naming->asked[first] = true;
		naming->speaks[i] = naming->speaks[first];
	}
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

/* ---- messages --------------------------------------------------------------------- */

bool aac_names_said(struct buf *out, const struct buf *said, const char *from,
		    const char *to)
{
	static const char head[] = "Warning from profile ";
	const size_t head_len = sizeof(head) - 1, len = strlen(from);
	const char *at = buf_str(said), *end = at + said->len, *name;

	while ((name = memmem(at, (size_t)(end - at), from, len))) {
		if ((size_t)(name - at) < head_len || name[len] != ' ' ||
		    memcmp(name - head_len, head, head_len) != 0)
			return false;
		buf_putn(out, at, (size_t)(name - at));
		buf_puts(out, to);
		at = name + len;
	}
	buf_putn(out, at, (size_t)(end - at));
	return true;
}

/* ---- deriving --------------------------------------------------------------------- */

bool aac_names_is_of(struct arena *arena, const struct buf *policy, const char *name)
{
	struct aac_diags silent;
	struct aac_context ctx = { .arena = arena, .diags = &silent };
	const struct aac_blob *blob;

	aac_diags_init(&silent, arena);
	blob = aac_blob_read(&ctx, name, (const uint8_t *)policy->data, policy->len);
	return blob && !blob->next && !blob->space && strcmp(blob->name, name) == 0;
}

bool aac_names_is_good(const struct aac_process *process)
{
	return !process->skipped && !process->spawn_errno && !process->timed_out &&
	       WIFEXITED(process->status) && WEXITSTATUS(process->status) == 0 &&
	       process->out.len > 0 && process->out.len < process->output_limit;
}

/* Its answer was yes, tells no name, and depends on none in a way that is not known. */
static bool may_serve(struct naming *naming, struct arena *scratch, size_t i)
{
	const struct aac_process *process = &naming->processes[i];
	const char *name = naming->texts[i]->policy->name;
	enum aac_own_name most =
		naming->speaks[i] ? AAC_OWN_NAME_PEERS : AAC_OWN_NAME_NEVER;

	return aac_names_is_good(process) &&
	       aac_names_is_of(scratch, &process->out, name) &&
	       aac_cache_own_name(naming->cache, naming->base, process,
				  naming->speaks[i]) <= most;
}

static bool derive(struct naming *naming, struct arena *scratch, size_t i)
{
	const struct aac_process *from = &naming->processes[naming->first[i]];
	struct aac_process *to = &naming->processes[i];
	const char *name = naming->texts[i]->policy->name;
	const char *known = naming->texts[naming->first[i]]->policy->name;

	arena_reset(scratch);
	if (!aac_blob_rename((const uint8_t *)from->out.data, from->out.len, known, name,
			     &to->out) ||
	    !aac_names_is_of(scratch, &to->out, name) ||
	    !aac_names_said(&to->err, &from->err, known, name)) {
		buf_clear(&to->out);
		buf_clear(&to->err);
		return false;
	}
	to->status = from->status;
	return true;
}

/* Lists those that must be run after all. */
static size_t derive_all(struct naming *naming, unsigned int jobs)
{
	bool *serves = ARENA_ARRAY(naming->ctx->arena, bool, naming->count);
	struct arena *scratch = arena_new();
	size_t *spoken = ARENA_ARRAY(naming->ctx->arena, size_t, naming->count);
	size_t left = 0, derived = 0, speaking = 0, spliced = 0;
	struct aac_cache_use use;

	for (size_t i = 0; i < naming->count; i++)
		if (naming->first[i] != i)
			serves[naming->first[i]] = true;
	for (size_t i = 0; i < naming->count; i++) {
		arena_reset(scratch);
		serves[i] = serves[i] && may_serve(naming, scratch, i);
	}
	for (size_t i = 0; i < naming->count; i++) {
		if (naming->first[i] == i || naming->recalled[i])
			continue;
		if (naming->speaks[i] && serves[naming->first[i]] && !naming->stopped) {
			spoken[speaking++] = i;
			continue;
		}
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
	speaking = aac_names_splice(naming, spoken, speaking, jobs, &spliced);
	memcpy(naming->run + left, spoken, speaking * sizeof(*spoken));
	use = aac_cache_use(naming->cache);
	use.derived += derived + spliced;
	aac_cache_set_use(naming->cache, use);
	return left + speaking;
}

void aac_compiler_spawn(struct aac_context *ctx, const struct aac_host *host,
			const char *base, const struct aac_profile_text *const *texts,
			struct aac_process *processes, size_t count, unsigned int jobs,
			bool exact, bool (*done)(void *env, size_t index), void *env)
{
	struct naming naming = { .ctx = ctx,
				 .cache = host->cache,
				 .base = base,
				 .texts = texts,
				 .processes = processes,
				 .count = count,
				 .exact = exact,
				 .done = done,
				 .env = env };
	size_t firsts = 0;

	/* What the files hold that are included is known to the cache. */
	if (!host->cache || count < 2) {
		aac_cache_spawn(host->cache, base, processes, count, jobs, done, env);
		return;
	}
	naming.first = ARENA_ARRAY(ctx->arena, size_t, count);
	naming.speaks = ARENA_ARRAY(ctx->arena, bool, count);
	naming.asked = ARENA_ARRAY(ctx->arena, bool, count);
	naming.recalled = ARENA_ARRAY(ctx->arena, bool, count);
	naming.keys = ARENA_ARRAY(ctx->arena, struct digest, count);
	naming.run = ARENA_ARRAY(ctx->arena, size_t, count);
	naming.running = ARENA_ARRAY(ctx->arena, struct aac_process, count);
	for (size_t i = 0; i < count; i++) {
		naming.first[i] = find_first(&naming, i);
		if (naming.first[i] == i)
			naming.run[firsts++] = i;
	}
	map_fini(&naming.known);
	find_included(&naming);
	aac_names_recall(&naming);
	run(&naming, firsts, jobs);
	if (firsts < count)
		run(&naming, derive_all(&naming, jobs), jobs);
}
