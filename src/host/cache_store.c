/*
 * The cache's folder: an entry is a file, whose name is the digest of the question and
 * whose first line has the lengths of both streams and their digest.  Files are written
 * aside and renamed, so two runs at once do each other no harm.  Not obvious: an entry's
 * time of modification is that of its last use, and decides what stays.
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/buf.h"
#include "host/cache_store.h"

#define LIMIT_DEFAULT ((size_t)256 << 20)
#define ENTRY_MAX ((size_t)64 << 20)
#define ENTRIES_MAX 10000
#define STALE_SECONDS 3600 /* after which a file of a broken-off write is taken away */
#define MAGIC "aa-compose-cache-1"
#define HEAD_MAX 160

const char *aac_cache_folder(struct arena *arena)
{
	const char *xdg = getenv("XDG_CACHE_HOME"), *home = getenv("HOME");

	if (xdg && xdg[0] == '/')
		return arena_printf(arena, "%s/aa-compose", xdg);
	if (geteuid() == 0)
		return "/var/cache/aa-compose";
	if (home && home[0] == '/')
		return arena_printf(arena, "%s/.cache/aa-compose", home);
	return NULL;
}

struct aac_cache *aac_cache_open(const char *folder, size_t limit)
{
	struct aac_cache *cache;
	struct arena *arena;

	if (!folder)
		return NULL;
	arena = arena_new();
	cache = ARENA_NEW(arena, struct aac_cache);
	cache->arena = arena;
	cache->folder = arena_strdup(arena, folder);
	cache->limit = limit ? limit : LIMIT_DEFAULT;
	cache->fd = -1;
	return cache;
}

void aac_cache_set_use(struct aac_cache *cache, struct aac_cache_use use)
{
	cache->use = use;
}

struct aac_cache_use aac_cache_use(const struct aac_cache *cache)
{
	return cache ? cache->use : (struct aac_cache_use){ 0 };
}

/* Nobody else can have written there. */
static bool is_ours(int fd, mode_t type)
{
	struct stat info;

	return fstat(fd, &info) == 0 && (info.st_mode & S_IFMT) == type &&
	       info.st_uid == geteuid() && (info.st_mode & 022) == 0;
}

/* The folder and, of what is above it, only the last one that is missing: where there is
 * no home there shall be none. */
static void make_folder(struct aac_cache *cache)
{
	char *above = arena_strdup(cache->arena, cache->folder);
	char *slash = strrchr(above, '/');

	if (slash && slash > above) {
		*slash = '\0';
		(void)mkdir(above, 0700);
	}
	(void)mkdir(cache->folder, 0700);
}

static bool open_folder(struct aac_cache *cache, bool make)
{
	if (cache->fd >= 0 || (cache->opened && !make))
		return cache->fd >= 0;
	cache->opened = true;
	if (make)
		make_folder(cache);
	cache->fd = open(cache->folder, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	if (cache->fd >= 0 && !is_ours(cache->fd, S_IFDIR)) {
		close(cache->fd);
		cache->fd = -1;
	}
	return cache->fd >= 0;
}

/* ---- reading --------------------------------------------------------------------- */

bool aac_cache_read(int fd, size_t limit, struct buf *bytes)
{
	for (;;) {
		char chunk[65536];
		ssize_t got = read(fd, chunk, sizeof(chunk));

		if (got < 0 && errno == EINTR)
			continue;
		if (got <= 0)
			return got == 0;
		buf_putn(bytes, chunk, (size_t)got);
		if (bytes->len > limit)
			return false;
	}
}

/* Over both streams and where the first one ends. */
static struct digest sum(const struct digest *key, const char *bytes, size_t out,
			 size_t err)
{
	struct buf all = { 0 };
	struct digest digest;

	buf_printf(&all, "%s %zu %zu %s\n", key->hex, out, err,
		   digest_bytes(bytes, out + err).hex);
	digest = digest_bytes(all.data, all.len);
	buf_fini(&all);
	return digest;
}

static bool take_entry(const struct digest *key, const struct buf *entry, struct buf *out,
		       struct buf *err)
{
	char head[HEAD_MAX + 1], said[65];
	size_t out_len, err_len, len;
	const char *end = entry->len ? memchr(entry->data, '\n', entry->len) : NULL;
	int used = 0;

	if (!end || end - entry->data > HEAD_MAX)
		return false;
	len = (size_t)(end - entry->data);
	memcpy(head, entry->data, len);
	head[len++] = '\0';
	if (sscanf(head, MAGIC " %64[0-9a-f] %zu %zu%n", said, &out_len, &err_len,
		   &used) != 3 ||
	    head[used] || out_len > entry->len || err_len > entry->len ||
	    len + out_len + err_len != entry->len ||
	    strcmp(sum(key, entry->data + len, out_len, err_len).hex, said) != 0)
		return false;
	buf_putn(out, entry->data + len, out_len);
	buf_putn(err, entry->data + len + out_len, err_len);
	return true;
}

bool aac_cache_get(struct aac_cache *cache, const struct digest *key, struct buf *out,
		   struct buf *err)
{
	CLEANUP_BUF entry = { 0 };
	bool found;
	int fd;

	if (!open_folder(cache, false))
		return false;
	fd = openat(cache->fd, key->hex, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
	if (fd < 0)
		return false;
	found = is_ours(fd, S_IFREG) && aac_cache_read(fd, ENTRY_MAX, &entry) &&
		take_entry(key, &entry, out, err);
	if (found)
		(void)futimens(fd, NULL);
	close(fd);
	return found;
}

/* ---- writing --------------------------------------------------------------------- */

static bool write_all(int fd, const char *bytes, size_t len)
{
	while (len > 0) {
		ssize_t put = write(fd, bytes, len);

		if (put < 0 && errno == EINTR)
			continue;
		if (put <= 0)
			return false;
		bytes += put;
		len -= (size_t)put;
	}
	return true;
}

void aac_cache_put(struct aac_cache *cache, const struct digest *key,
		   const struct buf *out, const struct buf *err)
{
	CLEANUP_BUF entry = { 0 };
	CLEANUP_BUF both = { 0 };
	char aside[32];
	bool good;
	int fd;

	if (out->len + err->len > ENTRY_MAX / 2 || !open_folder(cache, true))
		return;
	buf_putn(&both, buf_str(out), out->len);
	buf_putn(&both, buf_str(err), err->len);
	buf_printf(&entry, MAGIC " %s %zu %zu\n",
		   sum(key, both.data, out->len, err->len).hex, out->len, err->len);
	buf_putn(&entry, both.data, both.len);
	snprintf(aside, sizeof(aside), "aside.%ld", (long)getpid());
	fd = openat(cache->fd, aside,
		    O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
	if (fd < 0 && errno == EEXIST) { /* of a process that had our number */
		(void)unlinkat(cache->fd, aside, 0);
		fd = openat(cache->fd, aside,
			    O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
	}
	if (fd < 0)
		return;
	good = write_all(fd, entry.data, entry.len);
	good &= close(fd) == 0;
	if (!good || renameat(cache->fd, aside, cache->fd, key->hex) != 0)
		(void)unlinkat(cache->fd, aside, 0);
	cache->wrote = true;
}

/* ---- keeping it small ------------------------------------------------------------ */

struct kept {
	char *name;
	struct timespec used;
	size_t size;
};

/* What was used last comes first; equal times by name, so that the order is one. */
static int compare_kept(const void *x, const void *y)
{
	const struct kept *a = x, *b = y;

	if (a->used.tv_sec != b->used.tv_sec)
		return a->used.tv_sec > b->used.tv_sec ? -1 : 1;
	if (a->used.tv_nsec != b->used.tv_nsec)
		return a->used.tv_nsec > b->used.tv_nsec ? -1 : 1;
	return strcmp(a->name, b->name);
}

static bool is_key(const char *name)
{
	return strlen(name) == 64 && strspn(name, "0123456789abcdef") == 64;
}

/* Files that are no entries are let be, but for those that nobody finishes any more. */
static size_t list_kept(struct aac_cache *cache, DIR *dir, struct kept *all, size_t max)
{
	time_t now = time(NULL);
	size_t count = 0;
	struct dirent *entry;
	struct stat info;

	while (count < max && (entry = readdir(dir))) {
		if (fstatat(cache->fd, entry->d_name, &info, AT_SYMLINK_NOFOLLOW) != 0 ||
		    !S_ISREG(info.st_mode))
			continue;
		if (is_key(entry->d_name))
			all[count++] = (struct kept){
				arena_strdup(cache->arena, entry->d_name),
				info.st_mtim,
				(size_t)info.st_size,
			};
		else if (strncmp(entry->d_name, "aside.", 6) == 0 &&
			 info.st_mtime < now - STALE_SECONDS)
			(void)unlinkat(cache->fd, entry->d_name, 0);
	}
	return count;
}

static void prune(struct aac_cache *cache)
{
	size_t max = (size_t)4 * ENTRIES_MAX, count, sum_kept = 0;
	struct kept *all = ARENA_ARRAY(cache->arena, struct kept, max);
	int fd = openat(cache->fd, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	DIR *dir = fd < 0 ? NULL : fdopendir(fd);

	if (!dir) {
		if (fd >= 0)
			close(fd);
		return;
	}
	count = list_kept(cache, dir, all, max);
	closedir(dir);
	if (count)
		qsort(all, count, sizeof(*all), compare_kept);
	for (size_t i = 0; i < count; i++) {
		sum_kept += all[i].size;
		if (sum_kept > cache->limit || i >= ENTRIES_MAX)
			(void)unlinkat(cache->fd, all[i].name, 0);
	}
}

void aac_cache_close(struct aac_cache *cache)
{
	if (!cache)
		return;
	if (cache->wrote && cache->fd >= 0)
		prune(cache);
	if (cache->fd >= 0)
		close(cache->fd);
	map_fini(&cache->files);
	arena_free(cache->arena);
}
