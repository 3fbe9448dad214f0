/*
 * The folder of receipts.  Each of its files is written beside its place, synced and
 * renamed, so that it is there or not.  Not obvious: the number in receipts.json is the
 * commit.  A journal with a greater number was broken off and is to be undone; one whose
 * number has been reached is finished, but for tidying up.
 */
#include "host/store.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/digest.h"
#include "base/map.h"
#include "core/context.h"
#include "core/diag.h"
#include "host/host.h"
#include "host/replace.h"

#define RECEIPTS "receipts.json"
#define JOURNAL "journal"
#define KEPT "kept"
#define LOCK "lock"
/* How long another run is waited for, and how often it is asked, in milliseconds. */
#define PATIENCE 60000
#define STEP 20

static const struct aac_span nowhere;

static const char *path_in(struct aac_store *store, const char *name)
{
	return arena_printf(store->ctx->arena, "%s/%s", store->dir, name);
}

static const char *kept_dir(struct aac_store *store)
{
	return path_in(store, KEPT);
}

void aac_store_init(struct aac_store *store, struct aac_context *ctx,
		    struct aac_host *host)
{
	*store = (struct aac_store){ .ctx = ctx, .host = host, .lock = -1 };
	store->dir = aac_host_path(ctx, host, AAC_STORE);
}

/* ---- the lock -------------------------------------------------------------- */

/* A new name is to be there after a power cut as well. */
void aac_store_sync_above(struct aac_store *store, const char *path)
{
	const char *slash = strrchr(path, '/');
	const char *dir = slash ? arena_strndup(store->ctx->arena, path,
						(size_t)(slash - path) + 1)
				: ".";
	int fd = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	if (fd >= 0) {
		(void)fsync(fd);
		close(fd);
	}
}

static bool make_folder(struct aac_store *store, const char *path, mode_t mode)
{
	struct stat info;

	if (stat(path, &info) == 0) {
		errno = ENOTDIR;
		return S_ISDIR(info.st_mode);
	}
	if (!aac_host_may_write(store->host) ||
	    (mkdir(path, mode) < 0 && errno != EEXIST))
		return false;
	aac_store_sync_above(store, path);
	return true;
}

bool aac_store_make_folders(struct aac_store *store, const char *path)
{
	char *part = arena_strdup(store->ctx->arena, path);

	for (char *slash = part + 1; (slash = strchr(slash, '/')); slash++) {
		*slash = '\0';
		if (!make_folder(store, part, 0755))
			return false;
		*slash = '/';
	}
	return true;
}

static bool refuse(struct aac_store *store, const char *what)
{
	aac_report(store->ctx->diags, AAC_ERROR, "file-unwritable", nowhere,
		   "cannot %s '%s': %s", what, store->dir, strerror(errno));
	return false;
}

static bool take_lock(struct aac_store *store)
{
	const struct timespec step = { .tv_nsec = STEP * 1000000L };
	struct aac_diag *diag;

	for (int waited = 0; waited < PATIENCE; waited += STEP) {
		if (flock(store->lock, LOCK_EX | LOCK_NB) == 0)
			return true;
		if (errno != EWOULDBLOCK && errno != EINTR)
			return refuse(store, "lock");
		nanosleep(&step, NULL);
	}
	diag = aac_report(store->ctx->diags, AAC_ERROR, "file-busy", nowhere,
			  "another run holds the lock '%s'", path_in(store, LOCK));
	aac_hint(store->ctx->diags, diag, "wait until it has ended");
	return false;
}

bool aac_store_lock(struct aac_store *store)
{
	const char *path = path_in(store, LOCK);

	/* What is kept may be read by nobody else: it is others' configuration. */
	if (!aac_store_make_folders(store, store->dir) ||
	    !make_folder(store, store->dir, 0700) ||
	    !make_folder(store, kept_dir(store), 0700))
		return refuse(store, "make the folder");
	if (access(path, F_OK) < 0 && !aac_host_may_write(store->host))
		return refuse(store, "write in the folder");
	store->lock = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
	if (store->lock < 0)
		return refuse(store, "write in the folder");
	if (take_lock(store))
		return true;
	aac_store_unlock(store);
	return false;
}

void aac_store_unlock(struct aac_store *store)
{
	if (store->lock >= 0)
		close(store->lock);
	store->lock = -1;
}

bool aac_store_busy(const struct aac_store *store)
{
	int fd = open(arena_printf(store->ctx->arena, "%s/" LOCK, store->dir),
		      O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
	bool busy = fd >= 0 && flock(fd, LOCK_SH | LOCK_NB) < 0 && errno == EWOULDBLOCK;

	if (fd >= 0)
		close(fd);
	return busy;
}

/* ---- reading --------------------------------------------------------------- */

/* False after reporting; *SOURCE is NULL when there is no such file. */
static bool read_file(struct aac_store *store, const char *name,
		      const struct aac_source **source)
{
	const char *path = path_in(store, name);

	*source = NULL;
	if (access(path, F_OK) < 0 && (errno == ENOENT || errno == ENOTDIR))
		return true;
	*source = aac_host_read(store->ctx, store->host, path, NULL, AAC_SOURCE_MAX);
	return *source != NULL;
}

const struct aac_receipts *aac_store_receipts(struct aac_store *store)
{
	const struct aac_source *source;

	if (!read_file(store, RECEIPTS, &source))
		return NULL;
	if (!source)
		return ARENA_NEW(store->ctx->arena, struct aac_receipts);
	return aac_receipts_parse(store->ctx, source);
}

bool aac_store_journal(struct aac_store *store, const struct aac_journal **journal)
{
	const struct aac_source *source;

	*journal = NULL;
	if (!read_file(store, JOURNAL, &source))
		return false;
	if (source)
		*journal = aac_journal_parse(store->ctx, source);
	return !source || *journal;
}

const struct aac_source *aac_store_kept(void *env, const char *digest)
{
	struct aac_store *store = env;
	const char *path =
		arena_printf(store->ctx->arena, "%s/%s", kept_dir(store), digest);
	const struct aac_source *source;

	if (access(path, R_OK) < 0)
		return NULL;
	source = aac_host_read(store->ctx, store->host, path, NULL, AAC_SOURCE_MAX);
	if (!source || strcmp(digest_bytes(source->text, source->size).hex, digest) != 0)
		return NULL;
	return source;
}

/* ---- writing --------------------------------------------------------------- */

bool aac_store_keep(struct aac_store *store, const struct aac_source *text)
{
	struct digest digest = digest_bytes(text->text, text->size);

	if (aac_store_kept(store, digest.hex))
		return true;
	return aac_replace_own(store->ctx, store->host, kept_dir(store), digest.hex,
			       text->text, text->size);
}

bool aac_store_begin(struct aac_store *store, const struct aac_journal *journal)
{
	size_t len;
	const char *text = aac_journal_text(store->ctx->arena, journal, &len);

	return aac_replace_own(store->ctx, store->host, store->dir, JOURNAL, text, len);
}

bool aac_store_note(struct aac_store *store, const char *what, size_t number)
{
	int fd = open(path_in(store, JOURNAL),
		      O_WRONLY | O_APPEND | O_CLOEXEC | O_NOFOLLOW);
	const char *line = arena_printf(store->ctx->arena, "%s %zu\n", what, number);
	bool ok = fd >= 0 && aac_host_write(store->host, fd, line, strlen(line));

	if (fd >= 0)
		close(fd);
	return ok;
}

bool aac_store_commit(struct aac_store *store, const struct aac_receipts *receipts)
{
	size_t len;
	const char *text = aac_receipts_text(store->ctx->arena, receipts, &len);

	return aac_replace_own(store->ctx, store->host, store->dir, RECEIPTS, text, len);
}

static bool remove_file(struct aac_store *store, const char *path)
{
	return aac_host_may_write(store->host) && (unlink(path) == 0 || errno == ENOENT);
}

/* Texts that no receipt needs. */
static void sweep(struct aac_store *store, const struct aac_receipts *receipts)
{
	CLEANUP_MAP needed = { 0 };
	DIR *dir = opendir(kept_dir(store));
	struct dirent *entry;

	for (size_t i = 0; i < receipts->file_count; i++) {
		const char *digest = receipts->files[i].original;

		if (digest)
			map_add(&needed, digest, strlen(digest), store);
	}
	while (dir && (entry = readdir(dir))) {
		const char *name = entry->d_name;

		if (strcmp(name, ".") != 0 && strcmp(name, "..") != 0 &&
		    !map_get_str(&needed, name))
			remove_file(store, arena_printf(store->ctx->arena, "%s/%s",
							kept_dir(store), name));
	}
	if (dir)
		closedir(dir);
}

bool aac_store_end(struct aac_store *store, const struct aac_receipts *receipts)
{
	if (!remove_file(store, path_in(store, JOURNAL)))
		return false;
	/* Before the receipts may go: a journal that came back would be undone. */
	aac_store_sync_above(store, path_in(store, JOURNAL));
	sweep(store, receipts);
	/* Nothing of ours is left: no receipt is needed either, now that there is no
	 * journal whose number it would have to tell. */
	if (receipts->count == 0 && receipts->file_count == 0 &&
	    receipts->folder_count == 0)
		remove_file(store, path_in(store, RECEIPTS));
	return true;
}
