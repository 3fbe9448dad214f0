/*
 * Reading the host: paths below --root, whole files, listings.  A file is whatever its
 * descriptor gives until its end, since it may be a pipe or tell no size; one that is
 * written meanwhile is read again, so that no mixture of two versions is taken for one.
 * Listings are sorted by bytes, so nothing depends on the order of a directory or on the
 * locale.
 */
#include "host/host.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/buf.h"
#include "core/context.h"
#include "core/diag.h"

#define CHUNK 65536u
/* How long a FIFO may have no writer, in milliseconds, and how often that is asked. */
#define FIFO_PATIENCE 3000
#define FIFO_STEP 50
/* How often a file that changes is read, and its times are looked at, a step apart. */
#define TRIES 3
#define LOOKS 20
#define LOOK_STEP 1000000L
/* In nanoseconds: longer than a tick of any kernel, and than the times of a file system
 * that keeps no fractions of seconds can be off. */
#define TICK 20000000LL
#define WHOLE_SECONDS 2000000000LL

/* ---- paths ----------------------------------------------------------------- */

const char *aac_host_path(struct aac_context *ctx, const struct aac_host *host,
			  const char *path)
{
	const char *root = host->root ? host->root : "";
	size_t len = strlen(root);

	while (len > 0 && root[len - 1] == '/')
		len--;
	if (len == 0 || path[0] != '/')
		return arena_strdup(ctx->arena, path);
	if (strncmp(path, root, len) == 0 && (path[len] == '/' || !path[len]))
		return arena_strdup(ctx->arena, path);
	return arena_printf(ctx->arena, "%.*s%s", (int)len, root, path);
}

bool aac_host_exists(struct aac_context *ctx, const struct aac_host *host,
		     const char *path)
{
	return access(aac_host_path(ctx, host, path), F_OK) == 0;
}

bool aac_host_is_folder(struct aac_context *ctx, const struct aac_host *host,
			const char *path)
{
	struct stat info;

	return stat(aac_host_path(ctx, host, path), &info) == 0 && S_ISDIR(info.st_mode);
}

/* ---- writing --------------------------------------------------------------- */

bool aac_host_may_write(struct aac_host *host)
{
	host->writes++;
	if (host->on_write)
		host->on_write(host->on_write_what, host->writes);
	if (!host->fail_write_after || host->writes < host->fail_write_after ||
	    (host->writes > host->fail_write_after && !host->fail_on))
		return true;
	errno = host->fail_on ? ENOSPC : EIO;
	return false;
}

bool aac_host_write(struct aac_host *host, int fd, const char *text, size_t len)
{
	do {
		size_t part = len;
		ssize_t put;

		if (host->write_chunk && part > host->write_chunk)
			part = host->write_chunk;
		if (!aac_host_may_write(host))
			return false;
		put = write(fd, text, part);
		if (put < 0 && errno != EINTR)
			return false;
		if (put > 0) {
			text += put;
			len -= (size_t)put;
		}
	} while (len > 0);
	return true;
}

/* ---- files ----------------------------------------------------------------- */

static struct aac_diag *report_unreadable(struct aac_context *ctx, const char *path,
					  const char *why)
{
	return aac_report(ctx->diags, AAC_ERROR, "file-unreadable",
			  (struct aac_span){ 0 }, "cannot read '%s': %s", path, why);
}

/* NULL when a file of this mode can be read to its end. */
static const char *refuse_mode(mode_t mode)
{
	if (S_ISREG(mode) || S_ISFIFO(mode))
		return NULL;
	if (S_ISDIR(mode))
		return "it is a folder";
	return S_ISSOCK(mode) ? "it is a socket" : "it is a device";
}

/*
 * A FIFO to which nobody writes would keep us for ever: it is opened without waiting, and
 * read in the usual way as soon as there is a writer.
 */
static const char *await_writer(int fd)
{
	for (int waited = 0; waited < FIFO_PATIENCE; waited += FIFO_STEP) {
		struct pollfd ready = { .fd = fd, .events = POLLIN };
		char none;

		if (poll(&ready, 1, FIFO_STEP) > 0 && ready.revents & (POLLIN | POLLHUP))
			break;
		/* A writer that has written nothing yet gives EAGAIN, none gives the end.
		 */
		if (read(fd, &none, 0) < 0 && errno == EAGAIN)
			break;
		if (waited + FIFO_STEP >= FIFO_PATIENCE)
			return "it is a FIFO, and nobody writes to it";
	}
	return fcntl(fd, F_SETFL, fcntl(fd, F_GETFL) & ~O_NONBLOCK) < 0 ? strerror(errno)
									: NULL;
}

/* Looks before it opens: opening a device can set something going. */
static int open_file(struct aac_context *ctx, const char *path, struct stat *info)
{
	const char *why = NULL;
	int fd = -1;

	if (stat(path, info) < 0)
		why = strerror(errno);
	else
		why = refuse_mode(info->st_mode);
	if (!why) {
		fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
		why = fd < 0 || fstat(fd, info) < 0 ? strerror(errno)
						    : refuse_mode(info->st_mode);
	}
	if (!why && S_ISFIFO(info->st_mode))
		why = await_writer(fd);
	if (!why)
		return fd;
	report_unreadable(ctx, path, why);
	if (fd >= 0)
		close(fd);
	return -1;
}

/* At most LIMIT + 1 bytes; 0 or an errno. */
static int read_all(const struct aac_host *host, int fd, struct buf *text, size_t limit)
{
	while (text->len <= limit) {
		size_t room = limit + 1 - text->len;
		ssize_t got;

		if (room > CHUNK)
			room = CHUNK;
		buf_reserve(text, room);
		got = read(fd, text->data + text->len, room);
		if (got == 0)
			break;
		if (got < 0 && errno != EINTR)
			return errno;
		if (got > 0)
			text->len += (size_t)got;
		if (host->on_read)
			host->on_read(host->on_read_what);
	}
	return 0;
}

static long long to_ns(struct timespec time)
{
	return time.tv_sec * 1000000000LL + time.tv_nsec;
}

/* How long ago the file was written at the latest, by the clock from which file systems
 * take times: that of its contents can be set back. */
static long long find_age(const struct stat *info)
{
	struct timespec now = { 0 };

	clock_gettime(CLOCK_REALTIME_COARSE, &now);
	return to_ns(now) - to_ns(info->st_ctim);
}

/*
 * A write leaves the time of a file as it was when the last one was in the same tick of
 * the clock.  So the next tick is awaited, for some milliseconds at most, and only after
 * a file that was written just now.  False when it is written all the time.
 */
static bool await_tick(int fd, struct stat *info)
{
	const struct timespec step = { .tv_nsec = LOOK_STEP };

	for (int i = 0; i < LOOKS && fstat(fd, info) == 0; i++) {
		long long age = find_age(info);

		if (age > 0 || age < -TICK || S_ISFIFO(info->st_mode))
			return true;
		nanosleep(&step, NULL);
	}
	return false;
}

/* Do the times leave open whether the file was written?  They change with its names and
 * its mode, too. */
static bool is_doubtful(const struct stat *before, const struct stat *after, size_t len)
{
	return to_ns(before->st_ctim) != to_ns(after->st_ctim) ||
	       (uintmax_t)after->st_size != len ||
	       (!before->st_mtim.tv_nsec && find_age(before) < WHOLE_SECONDS);
}

static bool reads_same(const struct aac_host *host, int fd, const struct buf *text,
		       size_t limit)
{
	CLEANUP_BUF again = { 0 };

	return lseek(fd, 0, SEEK_SET) == 0 && read_all(host, fd, &again, limit) == 0 &&
	       again.len == text->len &&
	       (!text->len || memcmp(again.data, text->data, text->len) == 0);
}

/* One version of a file, or a pipe's bytes.  False when it changed; *ERROR is an errno.
 */
static bool read_version(const struct aac_host *host, int fd, struct buf *text,
			 size_t limit, int *error)
{
	struct stat before, after;

	text->len = 0;
	if (!await_tick(fd, &before))
		return false;
	*error = read_all(host, fd, text, limit);
	if (*error || text->len > limit || S_ISFIFO(before.st_mode))
		return true;
	if (fstat(fd, &after) < 0 || before.st_size != after.st_size ||
	    to_ns(before.st_mtim) != to_ns(after.st_mtim))
		return false;
	/* Files of /proc and of securityfs tell no size: they are made as they are read,
	 * and a second reading is another text. */
	if (!after.st_size && text->len)
		return true;
	return !is_doubtful(&before, &after, text->len) ||
	       reads_same(host, fd, text, limit);
}

/* The bytes of the file at PATH; false after reporting. */
static bool read_steady(struct aac_context *ctx, const struct aac_host *host,
			const char *path, struct buf *text, size_t limit)
{
	bool steady = false;
	int error = 0;

	/* Opened anew each time: another file may have taken the place. */
	for (int i = 0; i < TRIES && !steady; i++) {
		struct stat info;
		int fd = open_file(ctx, path, &info);

		if (fd < 0)
			return false;
		steady = read_version(host, fd, text, limit, &error);
		close(fd);
	}
	if (steady && !error)
		return true;
	if (steady)
		report_unreadable(ctx, path, strerror(error));
	else
		aac_hint(ctx->diags,
			 report_unreadable(ctx, path, "it changed while it was read"),
			 "run this again when nothing writes to the file");
	return false;
}

static const char *base_name(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash && slash[1] ? slash + 1 : path;
}

const struct aac_source *aac_host_read(struct aac_context *ctx,
				       const struct aac_host *host, const char *path,
				       const char *logical, size_t limit)
{
	const char *full = aac_host_path(ctx, host, path);
	CLEANUP_BUF text = { 0 };

	if (limit > AAC_SOURCE_MAX)
		limit = AAC_SOURCE_MAX;
	if (!read_steady(ctx, host, full, &text, limit))
		return NULL;
	if (text.len > limit) {
		aac_report(ctx->diags, AAC_ERROR, "file-too-large",
			   (struct aac_span){ 0 }, "'%s' is larger than %zu bytes", full,
			   limit);
		return NULL;
	}
	return aac_source_new(ctx->arena, full, logical ? logical : base_name(full),
			      text.data ? text.data : "", text.len);
}

/* ---- listings -------------------------------------------------------------- */

struct names {
	const char **items;
	size_t count, cap;
};

static void add_name(struct arena *arena, struct names *names, const char *name)
{
	if (names->count == names->cap) {
		size_t cap = names->cap ? names->cap * 2 : 32;
		const char **items = ARENA_ARRAY(arena, const char *, cap);

		if (names->count)
			memcpy(items, names->items, names->count * sizeof(*items));
		names->items = items;
		names->cap = cap;
	}
	names->items[names->count++] = arena_strdup(arena, name);
}

static int compare_names(const void *a, const void *b)
{
	const char *const *x = a, *const *y = b;

	return strcmp(*x, *y);
}

/* SUFFIX NULL: folders are wanted. */
static bool is_wanted(DIR *dir, const char *name, const char *suffix)
{
	size_t len = strlen(name), tail = suffix ? strlen(suffix) : 0;
	struct stat info;

	if (!suffix)
		return name[0] != '.' && fstatat(dirfd(dir), name, &info, 0) == 0 &&
		       S_ISDIR(info.st_mode);

	if (name[0] == '.' || len < tail || strcmp(name + len - tail, suffix) != 0)
		return false;
	/* What cannot be looked at (a dangling link) is listed: reading it says why. */
	return fstatat(dirfd(dir), name, &info, 0) < 0 || S_ISREG(info.st_mode);
}

bool aac_host_folders(struct aac_context *ctx, const struct aac_host *host,
		      const char *path, const char *const **names, size_t *count)
{
	return aac_host_list(ctx, host, path, NULL, names, count);
}

bool aac_host_list(struct aac_context *ctx, const struct aac_host *host, const char *path,
		   const char *suffix, const char *const **names, size_t *count)
{
	const char *full = aac_host_path(ctx, host, path);
	DIR *dir = opendir(full);
	struct names found = { 0 };
	struct dirent *entry;

	errno = dir ? 0 : errno;
	while (dir && (entry = readdir(dir))) {
		if (is_wanted(dir, entry->d_name, suffix))
			add_name(ctx->arena, &found, entry->d_name);
		errno = 0;
	}
	if (errno) {
		report_unreadable(ctx, full, strerror(errno));
		if (dir)
			closedir(dir);
		return false;
	}
	closedir(dir);
	if (found.count)
		qsort(found.items, found.count, sizeof(*found.items), compare_names);
	*names = found.items;
	*count = found.count;
	return true;
}
