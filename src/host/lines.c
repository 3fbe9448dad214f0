/*
 * Lines of a file or of standard input: takes a path, hands on one line after another.
 * What is held is never more than the longest line, and never more than a megabyte.
 */
#include "host/lines.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "base/buf.h"
#include "core/context.h"
#include "core/diag.h"
#include "host/host.h"

#define CHUNK 65536

struct pouring {
	const struct aac_lines *lines;
	struct buf held; /* what no newline has come behind yet */
	size_t number;
};

/* The whole lines of what is held, and the rest when it is too long or ALL. */
static void pour(struct pouring *p, bool all)
{
	const char *at = buf_str(&p->held), *end = at + p->held.len, *stop;
	size_t left;

	while ((stop = memchr(at, '\n', (size_t)(end - at)))) {
		p->lines->take(p->lines->env, at, (size_t)(stop - at), ++p->number);
		at = stop + 1;
	}
	left = (size_t)(end - at);
	if (left && (all || left >= AAC_LINE_MAX)) {
		p->lines->take(p->lines->env, at, left, p->number + 1);
		left = 0;
	}
	if (p->held.data)
		memmove(p->held.data, end - left, left);
	p->held.len = left;
}

static int pour_all(struct pouring *p, int fd)
{
	for (;;) {
		ssize_t got;

		buf_reserve(&p->held, CHUNK + 1);
		got = read(fd, p->held.data + p->held.len, CHUNK);
		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0)
			return errno;
		p->held.len += (size_t)got;
		pour(p, got == 0);
		if (got == 0)
			return 0;
	}
}

bool aac_host_lines(struct aac_context *ctx, const struct aac_host *host,
		    const char *path, const struct aac_lines *lines)
{
	bool own = strcmp(path, "-") != 0;
	const char *full = own ? aac_host_path(ctx, host, path) : "standard input";
	struct pouring p = { .lines = lines };
	int fd = own ? open(full, O_RDONLY | O_CLOEXEC) : STDIN_FILENO;
	int error = fd < 0 ? errno : pour_all(&p, fd);

	if (own && fd >= 0)
		close(fd);
	buf_fini(&p.held);
	if (!error)
		return true;
	aac_report(ctx->diags, AAC_ERROR, "file-unreadable", (struct aac_span){ 0 },
		   "'%s': %s", full, strerror(error));
	return false;
}
