/*
 * The scratch folder of the host's tests.  What cannot be set up aborts the test: it
 * would test nothing.
 */
#include "support/scratch.h"

#include <criterion/criterion.h>
#include <dirent.h>
#include <errno.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/buf.h"

struct scratch scratch;

void scratch_setup(void)
{
	const char *tmp = getenv("TMPDIR");
	char *dir;

	scratch.arena = arena_new();
	aac_diags_init(&scratch.diags, scratch.arena);
	scratch.ctx = (struct aac_context){
		.arena = scratch.arena,
		.diags = &scratch.diags,
	};
	dir = arena_printf(scratch.arena, "%s/aac-test-XXXXXX", tmp ? tmp : "/tmp");
	cr_assert_not_null(mkdtemp(dir), "%s: %s", dir, strerror(errno));
	scratch.dir = dir;
	scratch.host = (struct aac_host){ .root = dir };
}

static int remove_one(const char *path, const struct stat *info, int flag,
		      struct FTW *ftw)
{
	(void)info;
	(void)flag;
	(void)ftw;
	return remove(path);
}

void scratch_teardown(void)
{
	nftw(scratch.dir, remove_one, 16, FTW_DEPTH | FTW_PHYS);
	arena_free(scratch.arena);
}

const char *scratch_path(const char *name)
{
	return arena_printf(scratch.arena, "%s/%s", scratch.dir, name);
}

void scratch_mkdir(const char *name)
{
	char *path = arena_strdup(scratch.arena, scratch_path(name));

	for (char *at = path + 1; (at = strchr(at, '/')); at++) {
		*at = '\0';
		mkdir(path, 0755);
		*at = '/';
	}
	cr_assert(mkdir(path, 0755) == 0 || errno == EEXIST, "%s", path);
}

void scratch_write(const char *name, const char *text)
{
	const char *slash = strrchr(name, '/');
	FILE *file;

	if (slash)
		scratch_mkdir(arena_strndup(scratch.arena, name, (size_t)(slash - name)));
	file = fopen(scratch_path(name), "we");
	cr_assert_not_null(file, "%s: %s", name, strerror(errno));
	cr_assert_geq(fputs(text, file), 0);
	cr_assert_eq(fclose(file), 0);
}

void scratch_script(const char *name, const char *text)
{
	scratch_write(name, text);
	cr_assert_eq(chmod(scratch_path(name), 0755), 0);
}

char *scratch_read(const char *name)
{
	FILE *file = fopen(scratch_path(name), "re");
	CLEANUP_BUF text = { 0 };
	int c;

	if (!file)
		return NULL;
	while ((c = getc(file)) != EOF)
		buf_putc(&text, (char)c);
	fclose(file);
	return arena_strdup(scratch.arena, buf_str(&text));
}

const char *scratch_dump(const char *name)
{
	CLEANUP_BUF out = { 0 };
	struct dirent **list;
	int count = scandir(scratch_path(name), &list, NULL, alphasort);

	if (count < 0)
		return "no folder";
	for (int i = 0; i < count; i++) {
		const char *entry = list[i]->d_name;
		const char *path = arena_printf(scratch.arena, "%s/%s", name, entry);
		struct stat info;

		if (strcmp(entry, ".") == 0 || strcmp(entry, "..") == 0 ||
		    lstat(scratch_path(path), &info) < 0)
			continue;
		buf_printf(&out, "%s %o\n", path, (unsigned int)info.st_mode);
		if (S_ISDIR(info.st_mode))
			buf_puts(&out, scratch_dump(path));
		else if (S_ISREG(info.st_mode))
			buf_printf(&out, "%s\n", scratch_read(path));
	}
	for (int i = 0; i < count; i++)
		free(list[i]);
	free(list);
	return arena_strdup(scratch.arena, buf_str(&out));
}

const struct aac_diag *scratch_find(const char *slug)
{
	for (const struct aac_diag *d = scratch.diags.head; d; d = d->next)
		if (strcmp(d->slug, slug) == 0)
			return d;
	return NULL;
}

size_t scratch_count(const char *slug)
{
	size_t count = 0;

	for (const struct aac_diag *d = scratch.diags.head; d; d = d->next)
		count += strcmp(d->slug, slug) == 0;
	return count;
}

const char *scratch_said(void)
{
	struct aac_diag_style style = { .verbose = true };
	CLEANUP_BUF text = { 0 };

	aac_diags_render(&scratch.diags, &style, &text);
	return arena_strdup(scratch.arena, buf_str(&text));
}
