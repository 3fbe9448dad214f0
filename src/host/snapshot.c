/*
 * Reading the host's files once.  It takes stored paths and gives sources; what is not
 * there is told from what cannot be read, which is an error.
 */
#include "host/snapshot.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/arena.h"
#include "core/context.h"
#include "core/diag.h"
#include "host/host.h"

const char *aac_stored_path(struct aac_context *ctx, const struct aac_host *host,
			    const char *stored)
{
	if (strncmp(stored, "//", 2) == 0)
		return stored + 1;
	return aac_host_path(ctx, host, stored);
}

/* FULL with its folder's links resolved, but not its own; NULL with errno. */
static const char *resolve_folder(struct aac_context *ctx, const char *full)
{
	const char *slash = strrchr(full, '/');
	const char *dir =
		slash ? arena_strndup(ctx->arena, full, (size_t)(slash - full) + 1) : ".";
	char *real = realpath(dir, NULL);
	const char *path = NULL;

	if (real)
		path = arena_printf(ctx->arena, "%s/%s", strcmp(real, "/") ? real : "",
				    slash ? slash + 1 : full);
	free(real);
	return path;
}

static const char *resolve_file(struct aac_context *ctx, const char *full)
{
	char *real = realpath(full, NULL);
	const char *path = real ? arena_strdup(ctx->arena, real) : NULL;

	free(real);
	return path;
}

/* PATH without ROOT in front; NULL: it is not below it. */
static const char *strip_root(const char *path, const char *root)
{
	size_t len = strcmp(root, "/") == 0 ? 0 : strlen(root);

	return strncmp(path, root, len) == 0 && path[len] == '/' ? path + len : NULL;
}

const char *aac_store_path(struct aac_context *ctx, const struct aac_host *host,
			   const char *path)
{
	const char *full = aac_host_path(ctx, host, path);
	const char *root = host->root && *host->root ? resolve_file(ctx, host->root)
						     : NULL;
	const char *named = resolve_folder(ctx, full);
	const char *file = named ? resolve_file(ctx, full) : NULL;

	if (!named) {
		aac_report(ctx->diags, AAC_ERROR, "file-unreadable",
			   (struct aac_span){ 0 }, "cannot read '%s': %s", full,
			   strerror(errno));
		return NULL;
	}
	/* Two names of one file are one file. */
	if (!root)
		return file ? file : named;
	/* A link that leads out of --root stays what it is, and is refused later. */
	if (strip_root(named, root))
		return strip_root(file && strip_root(file, root) ? file : named, root);
	return arena_printf(ctx->arena, "/%s", file ? file : named);
}

static const struct aac_source *read_world(void *env, const char *path)
{
	return aac_snapshot_read(env, path);
}

static bool list_world(void *env, const char *path, const char *const **names,
		       size_t *count)
{
	struct aac_snapshot *snapshot = env;
	bool ok;

	if (!aac_host_is_folder(snapshot->ctx, snapshot->host, path))
		return false;
	ok = aac_host_list(snapshot->ctx, snapshot->host, path, ".conf", names, count);
	snapshot->failed |= !ok;
	return ok;
}

void aac_snapshot_init(struct aac_snapshot *snapshot, struct aac_context *ctx,
		       const struct aac_host *host)
{
	*snapshot = (struct aac_snapshot){ .ctx = ctx, .host = host };
	snapshot->world = (struct aac_conf_world){ read_world, list_world, snapshot };
}

void aac_snapshot_fini(struct aac_snapshot *snapshot)
{
	map_fini(&snapshot->files);
}

const struct aac_source *aac_snapshot_read(struct aac_snapshot *snapshot,
					   const char *path)
{
	/* So that what is missing is looked for once. */
	static const char none;
	void *known = map_get_str(&snapshot->files, path);
	const struct aac_source *source = NULL;
	const char *full;
	struct stat info;

	if (known)
		return known == &none ? NULL : known;
	path = arena_strdup(snapshot->ctx->arena, path);
	full = aac_stored_path(snapshot->ctx, snapshot->host, path);
	if (stat(full, &info) == 0 || (errno != ENOENT && errno != ENOTDIR)) {
		struct aac_host own = { .on_read = snapshot->host->on_read,
					.on_read_what = snapshot->host->on_read_what };

		source = aac_host_read(snapshot->ctx, &own, full, NULL, AAC_SOURCE_MAX);
		snapshot->failed |= !source;
	}
	map_add(&snapshot->files, path, strlen(path),
		source ? (void *)(uintptr_t)source : (void *)(uintptr_t)&none);
	return source;
}
