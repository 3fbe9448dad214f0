/*
 * Whole policies for commands that compare: takes what the command line names, gives all
 * profiles that are compiled from it, children too.
 */
#include "cli/policies.h"

#include <string.h>

#include "base/arena.h"
#include "cli/blobs.h"
#include "cli/compiled.h"
#include "cli/run.h"
#include "core/blob.h"
#include "host/git.h"

#define FILE_MAX ((size_t)64 << 20)

/* "REVISION:PATH", where there is no file of that name. */
static bool is_revision(struct aac_run *run, const char *what)
{
	const char *colon = strchr(what, ':');

	return colon && colon != what && *what != '-' &&
	       !memchr(what, '/', (size_t)(colon - what)) &&
	       !aac_host_exists(&run->ctx, &run->host, what);
}

bool aac_policies_is_path(struct aac_run *run, const char *what)
{
	return is_revision(run, what) || (strchr(what, '/') && !strstr(what, "//")) ||
	       aac_host_is_folder(&run->ctx, &run->host, what);
}

static bool is_compiled(const struct aac_source *source)
{
	static const char start[] = "\004\010\000version";

	return source->size >= sizeof(start) &&
	       memcmp(source->text, start, sizeof(start)) == 0;
}

static const struct aac_blob *read_source(struct aac_run *run,
					  const struct aac_source *source)
{
	if (!source)
		return NULL;
	if (is_compiled(source))
		return aac_blob_read(&run->ctx, source->name,
				     (const uint8_t *)source->text, source->size);
	return aac_blobs_of_source(run, source, false);
}

static const struct aac_blob *read_file(struct aac_run *run, const char *path)
{
	return read_source(run,
			   aac_host_read(&run->ctx, &run->host, path, NULL, FILE_MAX));
}

struct gathering {
	struct arena *arena;
	const struct aac_blob **items;
	size_t count, cap;
};

static void gather(struct gathering *g, const struct aac_blob *blobs)
{
	for (; blobs; blobs = blobs->next) {
		if (g->count == g->cap) {
			size_t cap = g->cap ? g->cap * 2 : 16;
			const struct aac_blob **items =
				ARENA_ARRAY(g->arena, const struct aac_blob *, cap);

			if (g->count)
				memcpy(items, g->items, g->count * sizeof(*items));
			g->items = items;
			g->cap = cap;
		}
		g->items[g->count++] = blobs;
	}
}

/* Maps and the manifest stand beside the profiles. */
static bool is_beside(const char *name)
{
	size_t len = strlen(name);

	return len > 5 && strcmp(name + len - 5, ".json") == 0;
}

/* The profiles of a commit's file or folder. */
static bool gather_revision(struct aac_run *run, const char *what, struct gathering *g)
{
	const struct aac_git_file *files;
	struct aac_commit commit;
	struct aac_git git;
	bool refused = false;
	size_t count;

	if (!aac_git_find(&run->ctx, &run->host, ".", &git, &refused)) {
		run->refused |= refused;
		return false;
	}
	if (!aac_git_resolve(&run->ctx, &git, what, &commit, &files, &count))
		return false;
	for (size_t i = 0; i < count && aac_run_ok(run); i++)
		if (!is_beside(files[i].name))
			gather(g, read_source(run, aac_git_read(&run->ctx, &git, &commit,
								&files[i], NULL)));
	return aac_run_ok(run);
}

/* The profiles of a folder. */
static bool gather_folder(struct aac_run *run, const char *path, struct gathering *g)
{
	const char *const *names;
	size_t count;

	if (!aac_host_list(&run->ctx, &run->host, path, "", &names, &count))
		return false;
	for (size_t i = 0; i < count && !run->refused; i++) {
		if (is_beside(names[i]))
			continue;
		gather(g,
		       read_file(run, arena_printf(run->arena, "%s/%s", path, names[i])));
	}
	return aac_run_ok(run);
}

bool aac_policies_find(struct aac_run *run, const char *what,
		       const struct aac_blob *const **policies, size_t *count)
{
	struct gathering g = { .arena = run->arena };
	struct aac_compiled compiled;
	bool fine = true;

	if (is_revision(run, what)) {
		fine = gather_revision(run, what, &g);
	} else if (aac_host_is_folder(&run->ctx, &run->host, what)) {
		fine = gather_folder(run, what, &g);
	} else if (aac_policies_is_path(run, what)) {
		gather(&g, read_file(run, what));
		fine = g.count > 0;
	} else {
		fine = aac_compiled_find(run, what, &compiled);
		if (fine)
			gather(&g, compiled.all);
		aac_compiled_fini(&compiled);
	}
	*policies = g.items;
	*count = g.count;
	return fine && aac_run_ok(run);
}
