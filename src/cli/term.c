/*
 * The terminal: whether to colour, the progress line, and writing to the standard
 * streams with every error seen.  Not obvious: a standard descriptor that the caller
 * closed is opened the wrong way round, so that using it fails instead of hitting a
 * file of ours.
 */
#include "cli/term.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

void aac_term_prepare(void)
{
	static const int wrong_way[] = { O_WRONLY, O_RDONLY, O_RDONLY };

	for (int fd = 0; fd <= STDERR_FILENO; fd++)
		if (fcntl(fd, F_GETFD) < 0 && open("/dev/null", wrong_way[fd]) < 0)
			abort();
	signal(SIGPIPE, SIG_IGN);
}

bool aac_term_color(enum aac_color choice, int fd)
{
	const char *none = getenv("NO_COLOR");
	const char *term = getenv("TERM");

	if (choice != AAC_COLOR_AUTO)
		return choice == AAC_COLOR_ALWAYS;
	if (none && *none)
		return false;
	return term && strcmp(term, "dumb") != 0 && isatty(fd);
}

int aac_term_write(int fd, const char *text, size_t len)
{
	while (len > 0) {
		ssize_t n = write(fd, text, len);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return errno;
		text += n;
		len -= (size_t)n;
	}
	return 0;
}

void aac_term_progress(void *env, size_t done, size_t count)
{
	const char *verb = env;
	char line[64];
	int len;

	if (!isatty(STDERR_FILENO))
		return;
	if (done >= count)
		len = snprintf(line, sizeof(line), "\r\033[K");
	else
		len = snprintf(line, sizeof(line), "\r\033[K%s %zu/%zu", verb, done,
			       count);
	if (len > 0)
		(void)aac_term_write(STDERR_FILENO, line, (size_t)len);
}
