/*
 * Replacing one file.  The new text is written and synced beside its place, then the two
 * files change names in one step (RENAME_EXCHANGE): so what was swapped out can be looked
 * at afterwards. If it is not what was read, somebody wrote at the last moment, and the
 * two are swapped back.  Where a file system cannot exchange (Proxmox's pmxcfs, older
 * ZFS), the new one is renamed over the old one, whose text is kept elsewhere.
 */
#include "host/replace.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/digest.h"
#include "core/context.h"
#include "core/diag.h"
#include "core/source.h"
#include "host/host.h"
#include "host/replace_seat.h"

static const struct aac_span nowhere;

static bool report(const struct aac_seat *seat, const char *what)
{
	aac_report(seat->ctx->diags, AAC_ERROR, "file-unwritable", nowhere,
		   "cannot %s '%s': %s", what, seat->path, strerror(errno));
	return false;
}

static void report_changed(struct aac_context *ctx, const char *path, const char *how)
{
	aac_hint(ctx->diags,
		 aac_report(ctx->diags, AAC_ERROR, "file-changed", nowhere,
			    "'%s' %s since it was read", path, how),
		 "run this again");
}

/* ---- what is there --------------------------------------------------------- */

static bool has_bytes(const struct aac_seat *seat, const char *name,
		      const struct aac_source *before)
{
	CLEANUP_BUF text = { 0 };
	bool there = aac_seat_read(seat, name, &text);

	if (!before)
		return !there && errno == ENOENT;
	return there && text.len == before->size &&
	       (text.len == 0 || memcmp(text.data, before->text, text.len) == 0);
}

bool aac_replace_unchanged(struct aac_context *ctx, const char *path,
			   const struct aac_source *before)
{
	struct aac_seat seat;
	bool ok = aac_seat_open(&seat, ctx, NULL, path) &&
		  has_bytes(&seat, seat.name, before);

	aac_seat_close(&seat);
	if (!ok)
		report_changed(ctx, path, before ? "was changed" : "has appeared");
	return ok;
}

static bool sync_folder(const struct aac_seat *seat)
{
	/* Some file systems cannot sync a folder, and need not. */
	return aac_host_may_write(seat->host) &&
	       (fsync(seat->dirfd) == 0 || errno == EINVAL || errno == ENOSYS ||
		errno == ENOTSUP);
}

/* ---- changing names -------------------------------------------------------- */

static bool cannot_flag(void)
{
	return errno == EINVAL || errno == ENOSYS || errno == ENOTSUP;
}

static bool rename_flags(const struct aac_seat *seat, const char *from, const char *to,
			 unsigned int flags)
{
	return aac_host_may_write(seat->host) &&
	       renameat2(seat->dirfd, from, seat->dirfd, to, flags) == 0;
}

static bool rename_over(const struct aac_seat *seat, const char *from, const char *to)
{
	return rename_flags(seat, from, to, 0);
}

/* The new file takes the place of nothing. */
static enum aac_replaced appear(const struct aac_seat *seat)
{
	if (!rename_flags(seat, seat->beside, seat->name, RENAME_NOREPLACE)) {
		if (errno == EEXIST) {
			unlinkat(seat->dirfd, seat->beside, 0);
			report_changed(seat->ctx, seat->path, "has appeared");
			return AAC_REPLACE_CHANGED;
		}
		if (!cannot_flag() ||
		    faccessat(seat->dirfd, seat->name, F_OK, AT_SYMLINK_NOFOLLOW) == 0 ||
		    !rename_over(seat, seat->beside, seat->name))
			return AAC_REPLACE_FAILED;
	}
	return AAC_REPLACED;
}

/* It was not the file that was read: the two change names again. */
static enum aac_replaced swap_back(const struct aac_seat *seat)
{
	if (!rename_flags(seat, seat->beside, seat->name, RENAME_EXCHANGE))
		return AAC_REPLACE_FAILED;
	unlinkat(seat->dirfd, seat->beside, 0);
	report_changed(seat->ctx, seat->path, "was changed");
	return AAC_REPLACE_CHANGED;
}

static enum aac_replaced exchange(const struct aac_seat *seat,
				  const struct aac_source *before)
{
	if (!rename_flags(seat, seat->beside, seat->name, RENAME_EXCHANGE))
		return cannot_flag() && rename_over(seat, seat->beside, seat->name)
			       ? AAC_REPLACED
			       : AAC_REPLACE_FAILED;
	return has_bytes(seat, seat->beside, before) ? AAC_REPLACED : swap_back(seat);
}

static enum aac_replaced vanish(const struct aac_seat *seat,
				const struct aac_source *before)
{
	if (!aac_host_may_write(seat->host) ||
	    (unlinkat(seat->dirfd, seat->beside, 0) < 0 && errno != ENOENT) ||
	    !rename_over(seat, seat->name, seat->beside))
		return AAC_REPLACE_FAILED;
	if (has_bytes(seat, seat->beside, before))
		return AAC_REPLACED;
	if (!rename_over(seat, seat->beside, seat->name))
		return AAC_REPLACE_FAILED;
	report_changed(seat->ctx, seat->path, "was changed");
	return AAC_REPLACE_CHANGED;
}

static enum aac_replaced change(const struct aac_seat *seat,
				const struct aac_source *before, const char *after,
				size_t len)
{
	if (!after)
		return vanish(seat, before);
	if (!aac_seat_stage(seat, after, len, before != NULL))
		return AAC_REPLACE_FAILED;
	return before ? exchange(seat, before) : appear(seat);
}

enum aac_replaced aac_replace(struct aac_context *ctx, struct aac_host *host,
			      const char *path, const struct aac_source *before,
			      const char *after, size_t len)
{
	enum aac_replaced result = AAC_REPLACE_FAILED;
	struct aac_seat seat;

	if (aac_seat_open(&seat, ctx, host, path)) {
		if (!has_bytes(&seat, seat.name, before)) {
			report_changed(ctx, path,
				       before ? "was changed" : "has appeared");
			aac_seat_close(&seat);
			return AAC_REPLACE_CHANGED;
		}
		result = change(&seat, before, after, len);
		if (result == AAC_REPLACED && !sync_folder(&seat))
			result = AAC_REPLACE_FAILED;
	}
	if (result == AAC_REPLACE_FAILED)
		report(&seat, after ? "write" : "remove");
	aac_seat_close(&seat);
	return result;
}

/* ---- the way back ---------------------------------------------------------- */

/* The digest of NAME, "" when it is not there, NULL with errno. */
static const char *digest_name(const struct aac_seat *seat, const char *name)
{
	CLEANUP_BUF text = { 0 };

	if (!aac_seat_read(seat, name, &text))
		return errno == ENOENT ? "" : NULL;
	return arena_strdup(seat->ctx->arena, digest_bytes(buf_str(&text), text.len).hex);
}

static bool is(const char *digest, const char *wanted)
{
	return strcmp(digest, wanted ? wanted : "") == 0;
}

static bool remove_name(const struct aac_seat *seat, const char *name)
{
	return aac_host_may_write(seat->host) &&
	       (unlinkat(seat->dirfd, name, 0) == 0 || errno == ENOENT);
}

static bool write_kept(const struct aac_seat *seat, const struct aac_source *text,
		       bool exists)
{
	if (!text) {
		errno = ENODATA;
		return false;
	}
	return aac_seat_stage(seat, text->text, text->size, exists) &&
	       rename_over(seat, seat->beside, seat->name);
}

struct way_back {
	const char *before, *after;
	const struct aac_source *(*kept)(void *env, const char *digest);
	void *env;
};

static bool put_back(const struct aac_seat *seat, const struct way_back *way)
{
	const char *now = digest_name(seat, seat->name);
	const char *beside = digest_name(seat, seat->beside);

	if (!now || !beside)
		return false;
	if (is(now, way->before))
		return remove_name(seat, seat->beside);
	if (!is(now, way->after)) {
		/* Somebody's own text: only what is ours goes. */
		aac_report(seat->ctx->diags, AAC_WARNING, "applied-edited", nowhere,
			   "'%s' was changed meanwhile, and is left as it is",
			   seat->path);
		return (!is(beside, way->before) && !is(beside, way->after)) ||
		       remove_name(seat, seat->beside);
	}
	if (!way->before)
		return remove_name(seat, seat->name) && remove_name(seat, seat->beside);
	/* What was swapped out is what stood there, whoever wrote it. */
	if (*beside)
		return rename_over(seat, seat->beside, seat->name);
	return write_kept(seat, way->kept(way->env, way->before), *now);
}

bool aac_replace_undo(struct aac_context *ctx, struct aac_host *host, const char *path,
		      const char *before, const char *after,
		      const struct aac_source *(*kept)(void *env, const char *digest),
		      void *env)
{
	struct way_back way = { before, after, kept, env };
	struct aac_seat seat;
	bool ok = aac_seat_open(&seat, ctx, host, path);

	if (!ok && errno == ENOENT && !before)
		return true; /* not even its folder is there */
	ok = ok && put_back(&seat, &way) && sync_folder(&seat);
	if (!ok)
		aac_report(ctx->diags, AAC_ERROR, "file-not-restored", nowhere,
			   "cannot put back '%s': %s", path, strerror(errno));
	aac_seat_close(&seat);
	return ok;
}

bool aac_replace_finish(struct aac_context *ctx, struct aac_host *host, const char *path)
{
	struct aac_seat seat;
	bool ok =
		aac_seat_open(&seat, ctx, host, path) && remove_name(&seat, seat.beside);

	aac_seat_close(&seat);
	return ok;
}

/* ---- files of our own ------------------------------------------------------ */

bool aac_replace_own(struct aac_context *ctx, struct aac_host *host, const char *dir,
		     const char *name, const char *text, size_t len)
{
	struct aac_seat seat;
	bool ok = aac_seat_open(&seat, ctx, host,
				arena_printf(ctx->arena, "%s/%s", dir, name)) &&
		  aac_seat_stage(&seat, text, len, false) &&
		  rename_over(&seat, seat.beside, seat.name) && sync_folder(&seat);
	int error = errno;

	if (!ok && seat.dirfd >= 0)
		remove_name(&seat, seat.beside);
	aac_seat_close(&seat);
	errno = error;
	return ok;
}
