/*
 * Writing files of one folder, all or none.  New texts are written and synced beside
 * their places; then each old file gets a second name and the new one is renamed over it.
 * Until the last rename has succeeded everything can be put back, and is, when something
 * fails.
 *
 * Everything that changes the folder on the way in asks aac_host_may_write() first; the
 * way back does not, so that a test's failure hits exactly one step.
 */
#include "host/files.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/arena.h"
#include "core/context.h"
#include "core/diag.h"
#include "host/host.h"

#define NAMES_TRIED 100

/* One file that is being replaced. */
struct change {
	struct aac_output *output;
	mode_t mode;
	uid_t owner; /* and group, of the old file */
	gid_t group;
	bool exists;	   /* there is an old file */
	const char *fresh; /* name of the new text, until it is renamed; or NULL */
	const char *old;   /* second name of the old file; or NULL */
	bool moved; /* the old file has only that name: hard links are not possible */
	bool done;
};

struct work {
	struct aac_context *ctx;
	struct arena *scratch; /* for the text of the output at hand */
	struct aac_host *host;
	const char *dir;
	int dirfd;
	struct change *changes;
	size_t count;
};

struct aac_output aac_output_made(const struct aac_output *output, struct arena *scratch)
{
	struct aac_output made = *output;

	if (!made.text)
		made.text = made.make(scratch, made.what, &made.len);
	return made;
}

/* One text at a time: all of a fleet's would fill the memory. */
static struct aac_output make_text(struct work *work, const struct aac_output *output)
{
	arena_reset(work->scratch);
	return aac_output_made(output, work->scratch);
}

/* ---- the folder ------------------------------------------------------------ */

/*
 * Make the folder and what is above it; *CREATED counts those that were not there.  NULL,
 * or the one that could not be made, with errno.
 */
static const char *make_folders(struct work *work, unsigned int *created)
{
	char *path = arena_strdup(work->ctx->arena, work->dir);
	size_t len = strlen(path);

	for (size_t i = 1; i <= len; i++) {
		char c = path[i];

		if (c != '/' && c != '\0')
			continue;
		path[i] = '\0';
		if (access(path, F_OK) < 0) {
			if (!aac_host_may_write(work->host) ||
			    (mkdir(path, 0755) < 0 && errno != EEXIST))
				return path;
			++*created;
		}
		path[i] = c;
	}
	return NULL;
}

/* The innermost COUNT folders of DIR, as far as they are empty. */
static void remove_folders(struct work *work, unsigned int count)
{
	char *path = arena_strdup(work->ctx->arena, work->dir);

	while (count-- > 0 && rmdir(path) == 0) {
		char *slash = strrchr(path, '/');

		if (!slash || slash == path)
			return;
		*slash = '\0';
	}
}

static bool open_folder(struct work *work, unsigned int *created)
{
	const char *failed = make_folders(work, created);

	if (!failed) {
		work->dirfd = open(work->dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
		if (work->dirfd >= 0)
			return true;
		failed = work->dir;
	}
	aac_report(work->ctx->diags, AAC_ERROR, "file-unwritable", (struct aac_span){ 0 },
		   "cannot make the folder '%s': %s", failed, strerror(errno));
	return false;
}

/* ---- before: what has to change -------------------------------------------- */

static bool report_unwritable(struct work *work, const char *name, const char *why)
{
	aac_report(work->ctx->diags, AAC_ERROR, "file-unwritable", (struct aac_span){ 0 },
		   "cannot write '%s/%s': %s", work->dir, name, why);
	return false;
}

static bool fail(struct work *work, const char *name)
{
	return report_unwritable(work, name, strerror(errno));
}

static bool refuse_link(struct work *work, const char *name)
{
	struct aac_diag *diag = aac_report(
		work->ctx->diags, AAC_ERROR, "output-is-symlink", (struct aac_span){ 0 },
		"'%s/%s' is a symbolic link: it is not followed", work->dir, name);

	aac_hint(work->ctx->diags, diag,
		 "remove the link, or write to another folder with -o");
	return false;
}

/* Does the file NAME of SIZE bytes hold just TEXT? */
static bool holds(int dirfd, const char *name, off_t size, const char *text, size_t len)
{
	size_t done = 0;
	ssize_t got = 1;
	int fd;

	if ((uintmax_t)size != len)
		return false;
	fd = openat(dirfd, name, O_RDONLY | O_NOFOLLOW | O_CLOEXEC);
	while (fd >= 0 && done <= len && got != 0) {
		char chunk[16384];

		got = read(fd, chunk, sizeof(chunk));
		if (got < 0 && errno != EINTR)
			break;
		if (got <= 0)
			continue;
		if ((size_t)got > len - done ||
		    memcmp(chunk, text + done, (size_t)got) != 0)
			break;
		done += (size_t)got;
	}
	if (fd >= 0)
		close(fd);
	return fd >= 0 && got == 0 && done == len;
}

bool aac_files_hold(struct aac_context *ctx, const struct aac_host *host,
		    const char *path, const char *text, size_t len)
{
	const char *full = aac_host_path(ctx, host, path);
	struct stat info;

	return lstat(full, &info) == 0 && S_ISREG(info.st_mode) &&
	       holds(AT_FDCWD, full, info.st_size, text, len);
}

static bool refuse_changed(struct work *work, const char *name)
{
	report_unwritable(work, name, "it has changed since it was read");
	aac_hint(work->ctx->diags, aac_diags_last(work->ctx->diags),
		 "run this again when nothing writes to the file");
	return false;
}

/* Is what is to be replaced still what was read? */
static bool is_as_before(struct work *work, const struct aac_output *output)
{
	struct stat info;

	return !output->before ||
	       (fstatat(work->dirfd, output->name, &info, AT_SYMLINK_NOFOLLOW) == 0 &&
		S_ISREG(info.st_mode) &&
		holds(work->dirfd, output->name, info.st_size, output->before,
		      output->before_len));
}

/* Look at the place of one output; false after reporting. */
static bool plan_change(struct work *work, struct aac_output *output)
{
	struct change *change = &work->changes[work->count];
	struct aac_output made;
	struct stat info;

	output->written = false;
	if (!*output->name || strchr(output->name, '/') ||
	    strcmp(output->name, ".") == 0 || strcmp(output->name, "..") == 0)
		return report_unwritable(work, output->name, "not the name of a file");
	*change = (struct change){ .output = output, .mode = 0644 };
	if (fstatat(work->dirfd, output->name, &info, AT_SYMLINK_NOFOLLOW) == 0) {
		if (S_ISLNK(info.st_mode))
			return refuse_link(work, output->name);
		if (!S_ISREG(info.st_mode))
			return report_unwritable(work, output->name,
						 "there is something else of that name");
		made = make_text(work, output);
		if (!is_as_before(work, output))
			return refuse_changed(work, output->name);
		if (holds(work->dirfd, made.name, info.st_size, made.text, made.len))
			return true;
		change->exists = true;
		change->mode = info.st_mode & 07777;
		change->owner = info.st_uid;
		change->group = info.st_gid;
	} else if (errno != ENOENT || output->before) {
		return fail(work, output->name);
	}
	work->count++;
	return true;
}

/* ---- the way in ------------------------------------------------------------ */

static const char *hidden_name(struct work *work, const char *name, const char *what,
			       unsigned int n)
{
	return arena_printf(work->ctx->arena, ".%s.%s-%ld-%u", name, what, (long)getpid(),
			    n);
}

/* A new hidden file for CHANGE; its descriptor, or -1 with errno. */
static int create_fresh(struct work *work, struct change *change)
{
	for (unsigned int n = 0; n < NAMES_TRIED; n++) {
		const char *name = hidden_name(work, change->output->name, "new", n);
		int fd = openat(work->dirfd, name,
				O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC,
				0600);

		if (fd >= 0)
			change->fresh = name;
		if (fd >= 0 || errno != EEXIST)
			return fd;
	}
	return -1;
}

/* Before its mode is set: that loses bits when the owner changes. */
static bool keep_owner(int fd, const struct change *change)
{
	struct stat info;

	if (!change->output->before)
		return true;
	return fstat(fd, &info) == 0 &&
	       ((info.st_uid == change->owner && info.st_gid == change->group) ||
		fchown(fd, change->owner, change->group) == 0);
}

static bool stage(struct work *work, struct change *change)
{
	const struct aac_output output = make_text(work, change->output);
	int fd = aac_host_may_write(work->host) ? create_fresh(work, change) : -1;
	bool ok;
	int error;

	if (fd < 0)
		return fail(work, output.name);
	ok = keep_owner(fd, change) && fchmod(fd, change->mode) == 0 &&
	     aac_host_write(work->host, fd, output.text, output.len) &&
	     aac_host_may_write(work->host) && fsync(fd) == 0;
	error = errno;
	/* NFS and quotas may tell only now. */
	if (close(fd) < 0 && ok) {
		error = errno;
		ok = false;
	}
	errno = error;
	return ok || fail(work, output.name);
}

/* A second name for the old file; where links are not possible, a new one. */
static bool keep_old(struct work *work, struct change *change)
{
	const char *name = change->output->name;

	for (unsigned int n = 0; n < NAMES_TRIED; n++) {
		const char *old = hidden_name(work, name, "old", n);

		if (linkat(work->dirfd, name, work->dirfd, old, 0) == 0) {
			change->old = old;
			return true;
		}
		if (errno == EEXIST)
			continue;
		if (errno != EPERM && errno != ENOTSUP && errno != ENOSYS)
			return false;
		if (renameat(work->dirfd, name, work->dirfd, old) < 0)
			return false;
		change->old = old;
		change->moved = true;
		return true;
	}
	return false;
}

static bool replace(struct work *work, struct change *change)
{
	const char *name = change->output->name;

	if (!is_as_before(work, change->output))
		return refuse_changed(work, name);
	if (change->exists &&
	    (!aac_host_may_write(work->host) || !keep_old(work, change)))
		return fail(work, name);
	if (!aac_host_may_write(work->host) ||
	    renameat(work->dirfd, change->fresh, work->dirfd, name) < 0)
		return fail(work, name);
	change->fresh = NULL;
	change->done = true;
	return true;
}

static bool sync_folder(struct work *work)
{
	/* Some file systems cannot sync a folder, and need not. */
	if (aac_host_may_write(work->host) &&
	    (fsync(work->dirfd) == 0 || errno == EINVAL))
		return true;
	aac_report(work->ctx->diags, AAC_ERROR, "file-unwritable", (struct aac_span){ 0 },
		   "cannot sync the folder '%s': %s", work->dir, strerror(errno));
	return false;
}

static bool carry_out(struct work *work)
{
	for (size_t i = 0; i < work->count; i++)
		if (!stage(work, &work->changes[i]))
			return false;
	for (size_t i = 0; i < work->count; i++)
		if (!replace(work, &work->changes[i]))
			return false;
	return work->count == 0 || sync_folder(work);
}

/* ---- the way back, and the end --------------------------------------------- */

static bool put_back(struct work *work, struct change *change)
{
	const char *name = change->output->name;

	if (change->fresh)
		unlinkat(work->dirfd, change->fresh, 0);
	/* Renaming one link of a file over another does nothing: that is told apart. */
	if (change->old && (change->done || change->moved))
		return renameat(work->dirfd, change->old, work->dirfd, name) == 0;
	if (change->old)
		return unlinkat(work->dirfd, change->old, 0) == 0;
	return !change->done || unlinkat(work->dirfd, name, 0) == 0;
}

static void undo(struct work *work)
{
	for (size_t i = work->count; i-- > 0;) {
		struct change *change = &work->changes[i];

		if (!put_back(work, change))
			aac_report(work->ctx->diags, AAC_ERROR, "file-not-restored",
				   (struct aac_span){ 0 },
				   "cannot put back '%s/%s': %s%s%s", work->dir,
				   change->output->name, strerror(errno),
				   change->old ? "; its old text is in " : "",
				   change->old ? change->old : "");
	}
}

static void finish(struct work *work)
{
	for (size_t i = 0; i < work->count; i++) {
		work->changes[i].output->written = true;
		if (work->changes[i].old)
			unlinkat(work->dirfd, work->changes[i].old, 0);
	}
}

/* The folder as it is on this host, without a slash at its end. */
static const char *find_folder(struct aac_context *ctx, const struct aac_host *host,
			       const char *dir)
{
	const char *path = aac_host_path(ctx, host, dir);
	size_t len = strlen(path);

	while (len > 1 && path[len - 1] == '/')
		len--;
	return arena_strndup(ctx->arena, path, len);
}

const char *aac_files_real(struct aac_context *ctx, const struct aac_host *host,
			   const char *path)
{
	char *real = realpath(aac_host_path(ctx, host, path), NULL);
	const char *kept = real ? arena_strdup(ctx->arena, real) : NULL;

	free(real);
	return kept;
}

bool aac_files_write(struct aac_context *ctx, struct aac_host *host, const char *dir,
		     struct aac_output *outputs, size_t count)
{
	struct work work = {
		.ctx = ctx, .host = host, .dir = find_folder(ctx, host, dir), .dirfd = -1
	};
	unsigned int created = 0;
	bool ok = open_folder(&work, &created);

	work.scratch = arena_new();
	work.changes = ARENA_ARRAY(ctx->arena, struct change, count);
	for (size_t i = 0; i < count && ok; i++)
		ok = plan_change(&work, &outputs[i]);
	if (ok && carry_out(&work)) {
		finish(&work);
	} else {
		ok = false;
		undo(&work);
	}
	arena_free(work.scratch);
	if (work.dirfd >= 0)
		close(work.dirfd);
	if (!ok)
		remove_folders(&work, created);
	return ok;
}

bool aac_files_remove(struct aac_context *ctx, struct aac_host *host, const char *dir,
		      const char *name)
{
	const char *path =
		aac_host_path(ctx, host, arena_printf(ctx->arena, "%s/%s", dir, name));

	if (aac_host_may_write(host) &&
	    (unlink(path) == 0 || errno == ENOENT || errno == ENOTDIR))
		return true;
	aac_report(ctx->diags, AAC_ERROR, "file-unwritable", (struct aac_span){ 0 },
		   "cannot remove '%s': %s", path, strerror(errno));
	return false;
}
