/*
 * Reading the host: what --root does to a path, which files are read and which
 * refused, what becomes of one that changes meanwhile, and the order of listings.
 */
#include "host/host.h"

#include <criterion/criterion.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
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

/* ---- files that change while they are read ---------------------------------- */

#define PIECE 65536
#define LONG_FILE (3 * PIECE)

/* What is done to the file "f" after a piece of it was read, and how often yet. */
struct meddler {
	void (*meddle)(void);
	int times, called;
};

static void meddle(void *what)
{
	struct meddler *meddler = what;

	meddler->called++;
	if (meddler->times > 0) {
		meddler->times--;
		meddler->meddle();
	}
}

static void write_long(const char *name, char letter)
{
	char *text = malloc(LONG_FILE + 1);

	cr_assert_not_null(text);
	memset(text, letter, LONG_FILE);
	text[LONG_FILE] = '\0';
	scratch_write(name, text);
	free(text);
}

/* Old enough for the clock to tell a write from the last one. */
static void set_back(const char *name)
{
	const struct timespec times[2] = { { 1000000000, 5 }, { 1000000000, 5 } };

	cr_assert_eq(utimensat(AT_FDCWD, scratch_path(name), times, 0), 0);
}

static void rewrite(void)
{
	write_long("f", 'b');
}

/* Each time other bytes, and only the times of the names tell it. */
static void rewrite_secretly(void)
{
	static unsigned int calls;

	write_long("f", (char)('b' + calls++ % 20));
	set_back("f");
}

static void cut_off(void)
{
	cr_assert_eq(truncate(scratch_path("f"), PIECE + 7), 0);
}

static void append(void)
{
	int fd = open(scratch_path("f"), O_WRONLY | O_APPEND);

	cr_assert_eq(write(fd, "b", 1), 1);
	close(fd);
}

static void rename_over(void)
{
	write_long("g", 'b');
	cr_assert_eq(rename(scratch_path("g"), scratch_path("f")), 0);
}

static void change_mode(void)
{
	cr_assert_eq(chmod(scratch_path("f"), 0600), 0);
}

static const struct aac_source *read_meddled(void (*what)(void), int times,
					     struct meddler *meddler)
{
	*meddler = (struct meddler){ .meddle = what, .times = times };
	write_long("f", 'a');
	set_back("f");
	scratch.host.on_read = meddle;
	scratch.host.on_read_what = meddler;
	return aac_host_read(&scratch.ctx, &scratch.host, "/f", NULL, LONG_FILE + 99);
}

static void (*const writers[])(void) = { rewrite, rewrite_secretly, append, cut_off };

Test(host, a_file_that_always_changes_is_refused)
{
	for (size_t i = 0; i < 3; i++) {
		struct meddler meddler;

		cr_assert_null(read_meddled(writers[i], 1000, &meddler), "writer %zu", i);
		cr_assert(meddler.called > 3, "writer %zu: %d", i, meddler.called);
	}
	cr_assert_eq(scratch_count("file-unreadable"), 1); /* what is the same, once */
	cr_assert(strstr(scratch_find("file-unreadable")->message,
			 "/f': it changed while it was read"),
		  "%s", scratch_said());
}

/* All of one letter, and all that the file holds at the end. */
Test(host, a_file_that_changes_once_is_read_again)
{
	for (size_t i = 0; i < sizeof(writers) / sizeof(*writers); i++) {
		struct meddler meddler;
		const struct aac_source *source = read_meddled(writers[i], 1, &meddler);

		cr_assert_not_null(source, "writer %zu: %s", i, scratch_said());
		cr_assert_str_eq(source->text, scratch_read("f"), "writer %zu", i);
	}
	cr_assert_eq(scratch_count("file-unreadable"), 0);
}

Test(host, a_file_that_is_replaced_is_read_as_it_was)
{
	struct meddler meddler;
	const struct aac_source *source = read_meddled(rename_over, 1000, &meddler);

	cr_assert_not_null(source, "%s", scratch_said());
	cr_assert_eq(source->size, LONG_FILE);
	cr_assert_eq(strspn(source->text, "a"), LONG_FILE);
	cr_assert_eq(meddler.times, 1000 - meddler.called);
}

Test(host, a_mode_that_changes_is_no_change_of_the_text)
{
	struct meddler meddler;
	const struct aac_source *source = read_meddled(change_mode, 1000, &meddler);

	cr_assert_not_null(source, "%s", scratch_said());
	cr_assert_eq(strspn(source->text, "a"), LONG_FILE);
}

static void do_nothing(void)
{
}

Test(host, a_quiet_file_is_read_once)
{
	struct meddler meddler;

	cr_assert_not_null(read_meddled(do_nothing, 1000, &meddler));
	cr_assert_eq(meddler.called, LONG_FILE / PIECE, "%d", meddler.called);
}

Test(host, a_file_that_was_just_written_is_read)
{
	scratch_write("f", "new");
	cr_assert_not_null(aac_host_read(&scratch.ctx, &scratch.host, "/f", NULL, 9),
			   "%s", scratch_said());
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
