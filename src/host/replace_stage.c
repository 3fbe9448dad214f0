/*
 * A file's place on the disk: finding it behind links, reading it, and writing a new text
 * beside it that has the old one's owner, mode and extended attributes.  Not obvious:
 * Proxmox's pmxcfs gives every file its own owner and mode and lets nobody change them,
 * so there, and only there, that is no failure.
 */
#include "host/replace_seat.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/xattr.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/buf.h"
#include "core/context.h"
#include "core/diag.h"
#include "host/host.h"
#include "host/replace.h"

#define SUFFIX ".aa-compose"

static const struct aac_span nowhere;

bool aac_seat_open(struct aac_seat *seat, struct aac_context *ctx, struct aac_host *host,
		   const char *path)
{
	const char *slash = strrchr(path, '/');
	const char *dir = arena_strndup(ctx->arena, path, (size_t)(slash - path) + 1);

	*seat = (struct aac_seat){
		.ctx = ctx, .host = host, .path = path, .name = slash + 1
	};
	seat->beside = arena_printf(ctx->arena, ".%s" SUFFIX, seat->name);
	seat->dirfd = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	return seat->dirfd >= 0;
}

void aac_seat_close(struct aac_seat *seat)
{
	if (seat->dirfd >= 0)
		close(seat->dirfd);
}

/* ---- where ----------------------------------------------------------------- */

static bool is_below(const char *path, const char *root)
{
	size_t len = strlen(root);

	return strncmp(path, root, len) == 0 && path[len] == '/';
}

/* A scratch root is for trying: nothing is written outside of it. */
static bool stays_below_root(const struct aac_host *host, const char *path,
			     const char *resolved)
{
	char *root;
	bool ok;

	if (!host->root || !*host->root || !is_below(path, host->root))
		return true;
	root = realpath(host->root, NULL);
	ok = root && (is_below(resolved, root) || strcmp(root, "/") == 0);
	free(root);
	return ok;
}

static const char *resolve_name(struct aac_context *ctx, const char *path)
{
	const char *slash = strrchr(path, '/');
	char *dir, *whole = realpath(path, NULL);
	const char *resolved = NULL;
	struct stat info;

	if (whole) {
		resolved = arena_strdup(ctx->arena, whole);
		free(whole);
		return resolved;
	}
	/* A link to nowhere is not replaced by a file. */
	if (errno != ENOENT || lstat(path, &info) == 0 || !slash)
		return NULL;
	dir = realpath(arena_strndup(ctx->arena, path, (size_t)(slash - path) + 1), NULL);
	if (dir)
		resolved = arena_printf(ctx->arena, "%s%s", strcmp(dir, "/") ? dir : "",
					slash);
	free(dir);
	return resolved;
}

const char *aac_replace_resolve(struct aac_context *ctx, const struct aac_host *host,
				const char *path)
{
	const char *resolved = resolve_name(ctx, path);

	if (!resolved) {
		aac_report(ctx->diags, AAC_ERROR, "file-unwritable", nowhere,
			   "cannot find the file behind '%s': %s", path, strerror(errno));
		return NULL;
	}
	if (stays_below_root(host, path, resolved))
		return resolved;
	aac_report(ctx->diags, AAC_ERROR, "file-unwritable", nowhere,
		   "'%s' leads to '%s', which is not below --root", path, resolved);
	return NULL;
}

/* ---- what is there --------------------------------------------------------- */

bool aac_seat_read(const struct aac_seat *seat, const char *name, struct buf *text)
{
	int fd =
		openat(seat->dirfd, name, O_RDONLY | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK);
	struct stat info;
	ssize_t got = 1;

	if (fd < 0)
		return false;
	if (fstat(fd, &info) < 0 || !S_ISREG(info.st_mode)) {
		close(fd);
		errno = EINVAL;
		return false;
	}
	while (got > 0) {
		buf_reserve(text, 65536);
		got = read(fd, text->data + text->len, 65536);
		if (got < 0 && errno == EINTR)
			got = 1;
		else if (got > 0)
			text->len += (size_t)got;
	}
	close(fd);
	return got == 0;
}

/* ---- the new file ---------------------------------------------------------- */

/* pmxcfs gives every file its own owner and mode, and lets nobody change them. */
static bool is_lenient(const struct aac_seat *seat)
{
	const char *root = seat->host->root ? seat->host->root : "";
	const char *rest = seat->path;
	int error = errno; /* realpath() changes it even when it succeeds */
	char *real = *root ? realpath(root, NULL) : NULL;

	if (real && is_below(rest, real))
		rest += strlen(real);
	free(real);
	errno = error;
	return strncmp(rest, "/etc/pve/", 9) == 0 &&
	       (error == EPERM || error == ENOSYS || error == ENOTSUP || error == EINVAL);
}

static bool copy_one_attribute(const struct aac_seat *seat, int from, int to,
			       const char *name)
{
	char value[65536], same[65536];
	ssize_t len = fgetxattr(from, name, value, sizeof(value));
	ssize_t old;

	if (len < 0)
		return errno == ENODATA;
	/* A new file may have been given it already, such as a security label. */
	old = fgetxattr(to, name, same, sizeof(same));
	if (old == len && memcmp(value, same, (size_t)len) == 0)
		return true;
	return aac_host_may_write(seat->host) &&
	       fsetxattr(to, name, value, (size_t)len, 0) == 0;
}

/* Access control lists are among them. */
static bool copy_attributes(const struct aac_seat *seat, int from, int to)
{
	char names[65536];
	ssize_t len = flistxattr(from, names, sizeof(names));

	if (len < 0)
		return errno == ENOTSUP || errno == ENOSYS;
	for (char *name = names; name < names + len; name += strlen(name) + 1)
		if (!copy_one_attribute(seat, from, to, name))
			return false;
	return true;
}

static bool copy_owner_and_mode(const struct aac_seat *seat, int to,
				const struct stat *old)
{
	struct stat now;

	if (fstat(to, &now) < 0)
		return false;
	if ((now.st_uid != old->st_uid || now.st_gid != old->st_gid) &&
	    (!aac_host_may_write(seat->host) ||
	     fchown(to, old->st_uid, old->st_gid) < 0) &&
	    !is_lenient(seat))
		return false;
	/* Behind the owner: a change of that takes set-id bits away. */
	return (aac_host_may_write(seat->host) &&
		fchmod(to, old->st_mode & 07777) == 0) ||
	       is_lenient(seat);
}

/* Make the new file what the old one is, text aside. */
static bool copy_nature(const struct aac_seat *seat, int to, bool exists)
{
	struct stat info = { .st_mode = 0644, .st_uid = geteuid(), .st_gid = getegid() };
	int from = -1;
	bool ok;

	if (exists) {
		from = openat(seat->dirfd, seat->name, O_RDONLY | O_NOFOLLOW | O_CLOEXEC);
		if (from < 0 || fstat(from, &info) < 0)
			return false;
	} else {
		struct stat now;

		/* A new file's group may be the folder's. */
		if (fstat(to, &now) == 0)
			info.st_gid = now.st_gid;
	}
	ok = copy_owner_and_mode(seat, to, &info) &&
	     (!exists || copy_attributes(seat, from, to));
	if (from >= 0)
		close(from);
	return ok;
}

bool aac_seat_stage(const struct aac_seat *seat, const char *text, size_t len,
		    bool exists)
{
	int fd, error;
	bool ok;

	if (!aac_host_may_write(seat->host) ||
	    (unlinkat(seat->dirfd, seat->beside, 0) < 0 && errno != ENOENT))
		return false;
	if (!aac_host_may_write(seat->host))
		return false;
	fd = openat(seat->dirfd, seat->beside,
		    O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
	if (fd < 0)
		return false;
	ok = aac_host_write(seat->host, fd, text, len) && copy_nature(seat, fd, exists) &&
	     aac_host_may_write(seat->host) && fsync(fd) == 0;
	error = errno;
	/* NFS and quotas may tell only now. */
	if (close(fd) < 0 && ok) {
		error = errno;
		ok = false;
	}
	errno = error;
	return ok;
}
