/*
 * The kernel's log, as far as policy that it refuses: takes an errno, gives the record
 * that belongs to it.  Not obvious: the record comes a moment after the errno, and
 * /dev/kmsg says EPIPE when it has lost some in between.
 */
#include "host/kernel_log.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/buf.h"
#include "core/context.h"
#include "host/host.h"

/* The logs are waited for so often, so long; so much of them is looked at. */
#define TRIES 25
#define PAUSE 20000000 /* nanoseconds */
#define TEXT_MAX (4u << 20)

/* Of a profile that was sound itself. */
#define SOUND "valid profile in failed atomic policy load"

void aac_log_watch_open(struct aac_context *ctx, const struct aac_host *host,
			struct aac_log_watch *watch)
{
	static const char *const places[AAC_LOG_PLACES] = { "/dev/kmsg",
							    "/var/log/audit/audit.log" };

	for (int i = 0; i < AAC_LOG_PLACES; i++) {
		watch->fds[i] = open(aac_host_path(ctx, host, places[i]),
				     O_RDONLY | O_NONBLOCK | O_CLOEXEC);
		if (watch->fds[i] >= 0)
			lseek(watch->fds[i], 0, SEEK_END);
	}
}

void aac_log_watch_close(struct aac_log_watch *watch)
{
	for (int i = 0; i < AAC_LOG_PLACES; i++)
		if (watch->fds[i] >= 0)
			close(watch->fds[i]);
}

bool aac_log_watch_reads(const struct aac_log_watch *watch)
{
	for (int i = 0; i < AAC_LOG_PLACES; i++)
		if (watch->fds[i] >= 0)
			return true;
	return false;
}

/* ---- records --------------------------------------------------------------------- */

static int hex_value(char c)
{
	const char *digits = "0123456789ABCDEF";
	const char *at = c ? strchr(digits, c) : NULL;

	return at ? (int)(at - digits) : -1;
}

/* What holds a blank, a quote or a control character is written in hexadecimal. */
static const char *decode(struct arena *arena, const char *hex)
{
	size_t len = strcspn(hex, " \n");
	char *text = arena_strndup(arena, hex, len / 2);

	for (size_t i = 0; i < len / 2; i++) {
		int high = hex_value(hex[2 * i]), low = hex_value(hex[2 * i + 1]);

		if (high < 0 || low < 0 || len % 2)
			return NULL;
		text[i] = (char)(high << 4 | low);
	}
	return text;
}

/* The value of KEY in RECORD, or NULL. */
static const char *find_value(struct arena *arena, const char *record, const char *key)
{
	const char *at = strstr(record, arena_printf(arena, " %s=", key));

	if (!at)
		return NULL;
	at = strchr(at, '=') + 1;
	return *at == '"' ? arena_strndup(arena, at + 1, strcspn(at + 1, "\"\n"))
			  : decode(arena, at);
}

static bool read_record(struct arena *arena, const char *line, int error,
			struct aac_log_record *record)
{
	if (!strstr(line, "apparmor=\"STATUS\"") || strstr(line, "info=\"" SOUND) ||
	    !strstr(line, arena_printf(arena, " error=-%d ", error)))
		return false;
	record->info = find_value(arena, line, "info");
	record->name = find_value(arena, line, "name");
	record->space = find_value(arena, line, "ns");
	return record->info != NULL;
}

/* What has come since, behind TEXT. */
static void take_text(int fd, struct buf *text)
{
	char piece[8192];
	ssize_t got;

	while (text->len < TEXT_MAX && ((got = read(fd, piece, sizeof(piece))) > 0 ||
					(got < 0 && (errno == EPIPE || errno == EINTR))))
		if (got > 0)
			buf_putn(text, piece, (size_t)got);
}

/* The lines of TEXT that are whole; what is left is the beginning of another. */
static bool read_lines(struct arena *arena, struct buf *text, int error,
		       struct aac_log_record *record)
{
	const char *at = buf_str(text), *end;
	struct buf rest = { 0 };
	bool found = false;

	while (!found && (end = strchr(at, '\n'))) {
		found = read_record(arena, arena_strndup(arena, at, (size_t)(end - at)),
				    error, record);
		at = end + 1;
	}
	buf_puts(&rest, at);
	buf_fini(text);
	*text = rest;
	return found;
}

bool aac_log_watch_find(struct aac_context *ctx, struct aac_log_watch *watch, int error,
			struct aac_log_record *record)
{
	const struct timespec pause = { .tv_nsec = PAUSE };
	struct buf texts[AAC_LOG_PLACES] = { 0 };
	bool found = false;

	*record = (struct aac_log_record){ 0 };
	for (int i = 0; i < TRIES && !found && aac_log_watch_reads(watch); i++) {
		if (i > 0)
			nanosleep(&pause, NULL);
		for (int k = 0; k < AAC_LOG_PLACES && !found; k++) {
			if (watch->fds[k] < 0)
				continue;
			take_text(watch->fds[k], &texts[k]);
			found = read_lines(ctx->arena, &texts[k], error, record);
		}
	}
	for (int k = 0; k < AAC_LOG_PLACES; k++)
		buf_fini(&texts[k]);
	return found;
}
