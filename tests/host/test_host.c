/*
 * Reading the host: what --root does to a path, which files are read and which
 * refused, and the order of listings.
 */
#include "host/host.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "support/scratch.h"

TestSuite(host, .init = scratch_setup, .fini = scratch_teardown);

static void expect_path(const char *root, const char *path, const char *wanted)
{
	struct aac_host host = { .root = root };
	const char *got = aac_host_path(&scratch.ctx, &host, path);

	cr_assert_str_eq(got, wanted, "'%s' below '%s' is '%s'", path, root ? root : "",
			 got);
}

Test(host, root_is_put_in_front_of_absolute_paths)
{
	expect_path("/r", "/etc/x", "/r/etc/x");
	expect_path("/r/", "/etc/x", "/r/etc/x");
	expect_path("r", "/etc/x", "r/etc/x");
}

Test(host, root_is_put_there_once)
{
	expect_path("/r", "/r/etc/x", "/r/etc/x");
	expect_path("/r", "/r", "/r");
	expect_path("/r", "/rx/etc", "/r/rx/etc");
}

Test(host, root_leaves_other_paths)
{
	expect_path("/r", "etc/x", "etc/x");
	expect_path("", "/etc/x", "/etc/x");
	expect_path("/", "/etc/x", "/etc/x");
	expect_path(NULL, "/etc/x", "/etc/x");
}

static void expect_refused(const char *path, const char *slug, const char *words,
			   size_t limit)
{
	const struct aac_diag *diag;

	cr_assert_null(aac_host_read(&scratch.ctx, &scratch.host, path, NULL, limit));
	diag = scratch_find(slug);
	cr_assert_not_null(diag, "%s", scratch_said());
	cr_assert(strstr(diag->message, words), "%s", diag->message);
}

Test(host, reads_a_file_with_its_names)
{
	const struct aac_source *source;

	scratch_write("etc/x.aaf", "one\ntwo\n");
	source = aac_host_read(&scratch.ctx, &scratch.host, "/etc/x.aaf", NULL, 8);
	cr_assert_not_null(source, "%s", scratch_said());
	cr_assert_str_eq(source->text, "one\ntwo\n");
	cr_assert_str_eq(source->logical, "x.aaf");
	cr_assert_str_eq(source->name, scratch_path("etc/x.aaf"));
	source = aac_host_read(&scratch.ctx, &scratch.host, "/etc/x.aaf", "rules/x", 99);
	cr_assert_str_eq(source->logical, "rules/x");
}

Test(host, reads_an_empty_file)
{
	const struct aac_source *source;

	scratch_write("empty", "");
	source = aac_host_read(&scratch.ctx, &scratch.host, "/empty", NULL, 0);
	cr_assert_not_null(source);
	cr_assert_eq(source->size, 0);
}

Test(host, reads_a_pipe_to_its_end)
{
	struct aac_host host = { 0 };
	const struct aac_source *source;
	char path[64];
	int fds[2];

	cr_assert_eq(pipe(fds), 0);
	cr_assert_eq(write(fds[1], "a pipe", 6), 6);
	close(fds[1]);
	snprintf(path, sizeof(path), "/proc/self/fd/%d", fds[0]);
	source = aac_host_read(&scratch.ctx, &host, path, "c.json", 100);
	cr_assert_not_null(source, "%s", scratch_said());
	cr_assert_str_eq(source->text, "a pipe");
	close(fds[0]);
}

Test(host, reads_files_that_tell_no_size)
{
	struct aac_host host = { 0 };
	const struct aac_source *source =
		aac_host_read(&scratch.ctx, &host, "/proc/self/status", NULL, 1 << 20);

	cr_assert_not_null(source, "%s", scratch_said());
	cr_assert(strstr(source->text, "Pid:"));
}

Test(host, a_missing_file_is_named)
{
	expect_refused("/none", "file-unreadable", "/none': No such file or directory",
		       9);
}

Test(host, a_folder_is_refused)
{
	scratch_mkdir("d");
	expect_refused("/d", "file-unreadable", "it is a folder", 9);
}

Test(host, a_device_is_refused)
{
	cr_assert_eq(symlink("/dev/zero", scratch_path("z")), 0);
	expect_refused("/z", "file-unreadable", "it is a device", 9);
}

Test(host, a_file_over_the_limit_is_refused)
{
	scratch_write("big", "0123456789");
	expect_refused("/big", "file-too-large", "larger than 9 bytes", 9);
}

Test(host, lists_in_byte_order)
{
	static const char *const wanted[] = { "B.aaf", "a.aaf", "b.aaf", "\303\244.aaf" };
	const char *const *names;
	size_t count;

	scratch_write("r/b.aaf", "");
	scratch_write("r/\303\244.aaf", "");
	scratch_write("r/B.aaf", "");
	scratch_write("r/a.aaf", "");
	scratch_write("r/.hidden.aaf", "");
	scratch_write("r/a.txt", "");
	scratch_mkdir("r/folder.aaf");
	cr_assert(
		aac_host_list(&scratch.ctx, &scratch.host, "/r", ".aaf", &names, &count));
	cr_assert_eq(count, 4, "%zu", count);
	for (size_t i = 0; i < count; i++)
		cr_assert_str_eq(names[i], wanted[i]);
}

Test(host, an_empty_folder_is_an_empty_list)
{
	const char *const *names;
	size_t count = 7;

	scratch_mkdir("r");
	cr_assert(aac_host_list(&scratch.ctx, &scratch.host, "/r", "", &names, &count));
	cr_assert_eq(count, 0);
}

Test(host, a_missing_folder_is_reported)
{
	const char *const *names;
	size_t count;

	cr_assert_not(
		aac_host_list(&scratch.ctx, &scratch.host, "/r", "", &names, &count));
	cr_assert_not_null(scratch_find("file-unreadable"));
}
