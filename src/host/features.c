/*
 * The running kernel's features: a folder tree to the text that a feature file is.  The
 * tree is the kernel's, but --root may put any other in its place, so depth, number and
 * size are bounded and links are not followed.
 */
#include "host/features.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/buf.h"

#define DEPTH_MAX 8
#define ENTRIES_MAX 4096
#define CONTENT_MAX 65536
#define TEXT_MAX (1u << 20)

static bool dump_folder(int fd, struct buf *out, int depth, size_t *entries);

static int is_visible(const struct dirent *entry)
{
	return entry->d_name[0] != '.' && !strpbrk(entry->d_name, "{} \t\r\n");
}

static int compare(const struct dirent **a, const struct dirent **b)
{
	return strcmp((*a)->d_name, (*b)->d_name);
}

/* The file's bytes without the newlines at its end. */
static bool dump_file(int fd, struct buf *out)
{
	size_t begin = out->len;
	ssize_t got = 1;

	while (got != 0 && out->len - begin < CONTENT_MAX) {
		buf_reserve(out, 4096);
		got = read(fd, out->data + out->len, 4096);
		if (got < 0 && errno != EINTR)
			return false;
		if (got > 0)
			out->len += (size_t)got;
	}
	while (out->len > begin && out->data[out->len - 1] == '\n')
		out->len--;
	buf_putc(out, '\n');
	return true;
}

static bool dump_entry(int folder, const char *name, struct buf *out, int depth,
		       size_t *entries)
{
	int fd = openat(folder, name, O_RDONLY | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK);
	struct stat info;
	bool ok = false;
	int error;

	if (fd < 0)
		return errno == ELOOP;
	buf_printf(out, "%s {", name);
	if (fstat(fd, &info) == 0)
		ok = S_ISDIR(info.st_mode) ? dump_folder(fd, out, depth + 1, entries)
					   : dump_file(fd, out);
	buf_puts(out, "}\n");
	error = errno;
	close(fd);
	errno = error;
	return ok;
}

static bool dump_folder(int fd, struct buf *out, int depth, size_t *entries)
{
	struct dirent **list;
	int count =
		depth < DEPTH_MAX ? scandirat(fd, ".", &list, is_visible, compare) : -1;
	bool ok = count >= 0;

	if (!ok && depth >= DEPTH_MAX)
		errno = E2BIG;
	for (int i = 0; i < count; i++) {
		if (ok && (++*entries > ENTRIES_MAX || out->len > TEXT_MAX)) {
			errno = E2BIG;
			ok = false;
		}
		ok = ok && dump_entry(fd, list[i]->d_name, out, depth, entries);
		free(list[i]);
	}
	if (count >= 0)
		free(list);
	return ok;
}

bool aac_features_dump(const char *path, struct buf *out)
{
	int fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	size_t entries = 0;
	bool ok;

	if (fd < 0)
		return false;
	ok = dump_folder(fd, out, 0, &entries);
	close(fd);
	return ok;
}
