/*
 * Writing files, all or none.  The heart is a countdown: each step of the writing is made
 * to fail once, and after each failure the folder must be what it was, byte for byte.
 */
#include "host/files.h"

#include <criterion/criterion.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "support/scratch.h"

TestSuite(files, .init = scratch_setup, .fini = scratch_teardown);

static bool put(struct aac_output *outputs, size_t count)
{
	return aac_files_write(&scratch.ctx, &scratch.host, "/out", outputs, count);
}

static struct aac_output output(const char *name, const char *text)
{
	return (struct aac_output){ .name = name, .text = text, .len = strlen(text) };
}

static mode_t mode_of(const char *name)
{
	struct stat info;

	cr_assert_eq(lstat(scratch_path(name), &info), 0);
	return info.st_mode & 07777;
}

Test(files, makes_folder_and_files)
{
	struct aac_output outputs[] = { output("a", "one\n"), output("b", "") };

	scratch.host.root = scratch_path("deep/er");
	cr_assert(put(outputs, 2), "%s", scratch_said());
	cr_assert_str_eq(scratch_read("deep/er/out/a"), "one\n");
	cr_assert_str_eq(scratch_read("deep/er/out/b"), "");
	cr_assert(outputs[0].written && outputs[1].written);
	cr_assert_eq(mode_of("deep/er/out/a"), 0644);
}

Test(files, leaves_equal_files_alone)
{
	struct aac_output outputs[] = { output("a", "same"), output("b", "new") };
	struct timespec past[2] = { { .tv_sec = 1000 }, { .tv_sec = 1000 } };
	struct stat info;

	scratch_write("out/a", "same");
	scratch_write("out/b", "old");
	utimensat(AT_FDCWD, scratch_path("out/a"), past, 0);
	cr_assert(put(outputs, 2));
	cr_assert(!outputs[0].written && outputs[1].written);
	cr_assert_eq(stat(scratch_path("out/a"), &info), 0);
	cr_assert_eq(info.st_mtime, 1000);
	cr_assert_str_eq(scratch_read("out/b"), "new");
}

Test(files, nothing_to_do_writes_nothing)
{
	struct aac_output outputs[] = { output("a", "same") };

	scratch_write("out/a", "same");
	cr_assert(put(outputs, 1));
	cr_assert_eq(scratch.host.writes, 0);
}

Test(files, keeps_the_mode)
{
	struct aac_output outputs[] = { output("a", "new") };

	scratch_write("out/a", "old");
	cr_assert_eq(chmod(scratch_path("out/a"), 0600), 0);
	cr_assert(put(outputs, 1));
	cr_assert_eq(mode_of("out/a"), 0600);
}

Test(files, refuses_a_link)
{
	struct aac_output outputs[] = { output("a", "new") };

	scratch_write("elsewhere", "precious");
	scratch_mkdir("out");
	cr_assert_eq(symlink("../elsewhere", scratch_path("out/a")), 0);
	cr_assert_not(put(outputs, 1));
	cr_assert_not_null(scratch_find("output-is-symlink"), "%s", scratch_said());
	cr_assert_str_eq(scratch_read("elsewhere"), "precious");
}

Test(files, refuses_what_is_no_file)
{
	struct aac_output outputs[] = { output("a", "new") };

	scratch_mkdir("out/a");
	cr_assert_not(put(outputs, 1));
	cr_assert_not_null(scratch_find("file-unwritable"));
}

Test(files, refuses_names_that_lead_away)
{
	static const char *const names[] = { "../a", "a/b", "", ".", ".." };

	scratch_mkdir("out");
	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++) {
		struct aac_output outputs[] = { output(names[i], "x") };

		cr_assert_not(put(outputs, 1), "'%s'", names[i]);
	}
	cr_assert_str_eq(scratch_dump("out"), "");
}

/* Writes with the Nth step failing; false when there are fewer steps. */
static bool fail_at(int n)
{
	struct aac_output outputs[] = { output("changed", "new text\n"),
					output("fresh", "fresh\n"),
					output("same", "same\n"),
					output("zchanged", "also new\n") };
	const char *before = scratch_dump("w");
	bool ok;

	scratch.host.root = scratch_path("w");
	scratch.host.writes = 0;
	scratch.host.fail_write_after = n;
	ok = put(outputs, 4);
	if (scratch.host.writes < n)
		return false;
	cr_assert_not(ok, "step %d", n);
	cr_assert_str_eq(scratch_dump("w"), before, "step %d: %s", n, scratch_dump("w"));
	for (size_t i = 0; i < 4; i++)
		cr_assert_not(outputs[i].written);
	return true;
}

Test(files, every_failure_changes_nothing)
{
	int steps = 1;

	scratch_write("w/out/changed", "old text\n");
	scratch_write("w/out/same", "same\n");
	scratch_write("w/out/zchanged", "also old\n");
	cr_assert_eq(chmod(scratch_path("w/out/zchanged"), 0640), 0);
	while (fail_at(steps))
		steps++;
	/* Three files: made, filled, synced; two kept; three renamed; the folder. */
	cr_assert_eq(steps - 1, 15, "%d", steps - 1);
	cr_assert_str_eq(scratch_read("w/out/changed"), "new text\n");
	cr_assert_str_eq(scratch_read("w/out/fresh"), "fresh\n");
	cr_assert_eq(mode_of("w/out/zchanged"), 0640);
	cr_assert_null(strstr(scratch_dump("w"), "/."), "%s", scratch_dump("w"));
}

Test(files, every_failure_leaves_no_folder)
{
	int steps = 1;

	scratch_mkdir("w");
	while (fail_at(steps)) {
		cr_assert_str_eq(scratch_dump("w"), "");
		steps++;
	}
	cr_assert_gt(steps, 5);
	cr_assert_str_eq(scratch_read("w/out/fresh"), "fresh\n");
}

Test(files, a_left_over_of_a_dead_run_is_no_obstacle)
{
	struct aac_output outputs[] = { output("a", "new") };
	char name[64];

	snprintf(name, sizeof(name), "out/.a.new-%ld-0", (long)getpid());
	scratch_write(name, "left over");
	cr_assert(put(outputs, 1), "%s", scratch_said());
	cr_assert_str_eq(scratch_read("out/a"), "new");
	cr_assert_str_eq(scratch_read(name), "left over");
}

Test(files, says_why_it_cannot_write)
{
	struct aac_output outputs[] = { output("a", "new") };

	scratch_write("out", "a file");
	cr_assert_not(put(outputs, 1));
	cr_assert(strstr(scratch_said(), "Not a directory"), "%s", scratch_said());
}

Test(files, a_full_disk_is_an_error)
{
	struct aac_output outputs[] = { output("a", "new") };

	scratch_mkdir("out");
	scratch.host.fail_write_after = 2;
	cr_assert_not(put(outputs, 1));
	cr_assert(strstr(scratch_said(), "out/a': Input/output error"), "%s",
		  scratch_said());
}

Test(files, removes)
{
	scratch_write("out/a", "x");
	cr_assert(aac_files_remove(&scratch.ctx, &scratch.host, "/out", "a"));
	cr_assert_str_eq(scratch_dump("out"), "");
	cr_assert(aac_files_remove(&scratch.ctx, &scratch.host, "/out", "a"));
	cr_assert(aac_files_remove(&scratch.ctx, &scratch.host, "/none", "a"));
	scratch_mkdir("out/d");
	cr_assert_not(aac_files_remove(&scratch.ctx, &scratch.host, "/out", "d"));
	cr_assert_not_null(scratch_find("file-unwritable"));
}

/* ---- files that are mended where they are ------------------------------------------ */

Test(files, replaces_only_what_was_read)
{
	struct aac_output mended = output("a", "new");

	mended.before = "old";
	mended.before_len = 3;
	scratch_write("out/a", "old");
	chmod(scratch_path("out/a"), 04711);
	cr_assert(put(&mended, 1), "%s", scratch_said());
	cr_assert_str_eq(scratch_read("out/a"), "new");
	cr_assert_eq(mode_of("out/a"), 04711);
}

Test(files, refuses_what_has_changed_since_it_was_read)
{
	struct aac_output mended = output("a", "new");

	mended.before = "old";
	mended.before_len = 3;
	scratch_write("out/a", "other");
	cr_assert(!put(&mended, 1));
	cr_assert(strstr(scratch_said(), "changed since it was read"), "%s",
		  scratch_said());
	cr_assert_str_eq(scratch_read("out/a"), "other");
}

Test(files, refuses_what_is_gone_since_it_was_read)
{
	struct aac_output mended = output("a", "new");

	mended.before = "old";
	mended.before_len = 3;
	scratch_write("out/b", "");
	cr_assert(!put(&mended, 1));
	cr_assert_neq(access(scratch_path("out/a"), F_OK), 0);
}
