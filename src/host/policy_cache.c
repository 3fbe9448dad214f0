/*
 * The policy cache: takes a profile's text, gives what it was compiled to when it was
 * loaded last.  Not obvious: two files belong together and cannot be renamed at once, so
 * the second holds the digest of the first, and any mixture of old and new is a miss.
 */
#include "host/policy_cache.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/apparmor.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/digest.h"
#include "core/context.h"
#include "core/diag.h"
#include "core/source.h"
#include "host/cache.h"
#include "host/compiler_run.h"
#include "host/host.h"
#include "host/replace.h"
#include "host/spawn.h"

/* Of which the digest of the parser is remembered. */
#define ANSWERS "/var/cache/aa-compose"
#define FEATURES "/sys/kernel/security/apparmor/features"
#define POLICY_MAX ((size_t)256 << 20)
#define DIGEST_LEN 64

static const struct aac_span nowhere;

static void warn(struct aac_context *ctx, const char *what, const char *why)
{
	aac_hint(ctx->diags,
		 aac_report(ctx->diags, AAC_WARNING, "cache-unusable", nowhere, "%s: %s",
			    what, why),
		 "the profiles are loaded all the same, and compiled each time");
}

/* ---- its folder ------------------------------------------------------------------ */

/* Who may write there decides what the kernel is given. */
static const char *distrust(const char *path)
{
	struct stat info;

	if (lstat(path, &info) < 0)
		return strerror(errno);
	if (!S_ISDIR(info.st_mode))
		return "it is no folder";
	if (info.st_uid != 0 && info.st_uid != geteuid())
		return "it is neither root's nor yours";
	return info.st_mode & (S_IWGRP | S_IWOTH) ? "others may write in it" : NULL;
}

static bool make_folders(struct aac_policy_cache *cache, const char *path)
{
	char *part = arena_strdup(cache->ctx->arena, path);
	struct stat info;

	for (char *slash = part + 1;; slash++) {
		slash = strchrnul(slash, '/');
		bool last = !*slash;

		*slash = '\0';
		if (stat(part, &info) < 0 &&
		    (!aac_host_may_write(cache->host) ||
		     (mkdir(part, last ? 0700 : 0755) < 0 && errno != EEXIST)))
			return false;
		if (last)
			return true;
		*slash = '/';
	}
}

/* libapparmor's folder for these features, made if it is not there. */
static const char *find_folder(struct aac_policy_cache *cache, const char *path)
{
	struct aac_context *ctx = cache->ctx;
	aa_features *features = NULL;
	aa_policy_cache *own = NULL;
	char *folder = NULL;
	const char *copy;

	if (aa_features_new(&features, AT_FDCWD,
			    aac_host_path(ctx, cache->host, FEATURES)) == 0 &&
	    aac_host_may_write(cache->host) &&
	    aa_policy_cache_new(&own, features, AT_FDCWD, path, UINT16_MAX) == 0)
		folder = aa_policy_cache_dir_path(own, 0);
	copy = folder ? arena_strdup(ctx->arena, folder) : NULL;
	if (!copy)
		warn(ctx, path, strerror(errno));
	free(folder);
	aa_policy_cache_unref(own);
	aa_features_unref(features);
	return copy;
}

static void find_place(struct aac_policy_cache *cache)
{
	const char *path = aac_host_path(cache->ctx, cache->host, AAC_POLICY_CACHE), *why;

	if (!make_folders(cache, path)) {
		warn(cache->ctx, path, strerror(errno));
		return;
	}
	why = distrust(path);
	if (why)
		warn(cache->ctx, path, why);
	else
		cache->folder = find_folder(cache, path);
	why = cache->folder ? distrust(cache->folder) : NULL;
	if (!why)
		return;
	warn(cache->ctx, cache->folder, why);
	cache->folder = NULL;
}

static struct aac_cache *open_keys(struct aac_policy_cache *cache)
{
	return aac_cache_open(aac_host_path(cache->ctx, cache->host, ANSWERS), 0);
}

bool aac_policy_cache_open(struct aac_context *ctx, struct aac_host *host,
			   struct aac_policy_cache *cache)
{
	const struct aac_compiler *compiler = aac_compiler_choose(ctx, host, true);

	*cache = (struct aac_policy_cache){ .ctx = ctx, .host = host };
	if (!compiler)
		return false;
	cache->base = aac_compiler_base(ctx, host);
	cache->argv = aac_compiler_argv(ctx, compiler, cache->base);
	cache->keys = open_keys(cache);
	find_place(cache);
	return true;
}

void aac_policy_cache_close(struct aac_policy_cache *cache)
{
	aac_cache_close(cache->keys);
	aac_cache_close(cache->again);
}

/* ---- keys ------------------------------------------------------------------------ */

/* NULL: what the compilation of TEXT depends on cannot be told. */
static const char *key_of(struct aac_policy_cache *cache, struct aac_cache *keys,
			  const struct aac_source *text)
{
	struct aac_process process = { .argv = cache->argv,
				       .input = text->text,
				       .input_len = text->size };
	struct digest key;

	return aac_cache_key(keys, cache->base, &process, &key)
		       ? arena_strdup(cache->ctx->arena, key.hex)
		       : NULL;
}

/* ---- entries --------------------------------------------------------------------- */

static const char *key_name(struct aac_policy_cache *cache, const char *name)
{
	return arena_printf(cache->ctx->arena, ".%s.key", name);
}

/* A file of ours, no link; NULL, without a word, when it cannot be read. */
static const struct aac_source *read_entry(struct aac_policy_cache *cache,
					   const char *name, size_t limit)
{
	struct aac_context ctx = *cache->ctx;
	const char *path = arena_printf(ctx.arena, "%s/%s", cache->folder, name);
	static const struct aac_host own;
	struct aac_diags silent;
	struct stat info;

	aac_diags_init(&silent, ctx.arena);
	ctx.diags = &silent;
	if (lstat(path, &info) < 0 || !S_ISREG(info.st_mode) ||
	    (size_t)info.st_size > limit)
		return NULL;
	return aac_host_read(&ctx, &own, path, NULL, limit);
}

/* KEY and the digest of the policy, as .NAME.key holds them. */
static const char *key_text(struct aac_policy_cache *cache, const char *key,
			    const void *policy, size_t len)
{
	return arena_printf(cache->ctx->arena, "%s %s\n", key,
			    digest_bytes(policy, len).hex);
}

bool aac_policy_cache_get(struct aac_policy_cache *cache, const char *name,
			  const struct aac_source *text, const char **key,
			  struct buf *policy)
{
	const struct aac_source *record, *entry;

	*key = key_of(cache, cache->keys, text);
	if (!*key || !cache->folder)
		return false;
	record = read_entry(cache, key_name(cache, name), 2 * DIGEST_LEN + 2);
	if (!record || strncmp(record->text, *key, DIGEST_LEN) != 0)
		return false;
	entry = read_entry(cache, name, POLICY_MAX);
	if (!entry || entry->size == 0 ||
	    strcmp(record->text, key_text(cache, *key, entry->text, entry->size)) != 0)
		return false;
	buf_putn(policy, entry->text, entry->size);
	return true;
}

/* A file may have changed between the key and the parser. */
static bool still_is(struct aac_policy_cache *cache, const struct aac_source *text,
		     const char *key)
{
	const char *again;

	if (!cache->again)
		cache->again = open_keys(cache);
	again = key_of(cache, cache->again, text);
	return again && strcmp(again, key) == 0;
}

void aac_policy_cache_put(struct aac_policy_cache *cache, const char *name,
			  const struct aac_source *source, const char *key,
			  const struct buf *policy)
{
	const char *text;

	if (!key || !cache->folder || !still_is(cache, source, key))
		return;
	text = key_text(cache, key, buf_str(policy), policy->len);
	if (aac_replace_own(cache->ctx, cache->host, cache->folder, name, buf_str(policy),
			    policy->len) &&
	    aac_replace_own(cache->ctx, cache->host, cache->folder, key_name(cache, name),
			    text, strlen(text)))
		return;
	warn(cache->ctx, arena_printf(cache->ctx->arena, "%s/%s", cache->folder, name),
	     strerror(errno));
	cache->folder = NULL;
}
