/*
 * Compiled policy put together from two: splice_tool FROM FULL SMALL TO SMALL > POLICY
 * FULL and the first SMALL are of the profile FROM.  Exit status 1: there is no telling.
 */
#include <stdio.h>

#include "base/arena.h"
#include "base/buf.h"
#include "core/blob_splice.h"

static bool read_all(const char *path, struct buf *out)
{
	FILE *file = fopen(path, "rb");
	char chunk[65536];
	size_t got;

	if (!file)
		return false;
	while ((got = fread(chunk, 1, sizeof(chunk), file)) > 0)
		buf_putn(out, chunk, got);
	fclose(file);
	return true;
}

int main(int argc, char **argv)
{
	CLEANUP_BUF full = { 0 };
	CLEANUP_BUF first = { 0 };
	CLEANUP_BUF small = { 0 };
	CLEANUP_BUF out = { 0 };
	const struct aac_splice *splice;
	struct arena *arena;
	bool made;

	if (argc != 6 || !read_all(argv[2], &full) || !read_all(argv[3], &first) ||
	    !read_all(argv[5], &small))
		return 64;
	arena = arena_new();
	splice = aac_splice_new(arena, &full, &first, argv[1], false);
	made = splice && aac_splice(splice, arena, &small, argv[4], &out);
	arena_free(arena);
	if (!made)
		return 1;
	return fwrite(out.data, 1, out.len, stdout) == out.len ? 0 : 2;
}
