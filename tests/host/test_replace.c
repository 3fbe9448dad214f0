/*
 * Replacing one file: what is kept, what is refused, and that an editor who writes at the
 * worst moment loses nothing.
 */
#include "host/replace.h"

#include <criterion/criterion.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/xattr.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/digest.h"
#include "core/source.h"
#include "support/scratch.h"

TestSuite(replace, .init = scratch_setup, .fini = scratch_teardown);

static const struct aac_source *text(const char *bytes)
{
	return aac_source_new(scratch.arena, "x", "x", bytes, strlen(bytes));
}

static const struct aac_source *none_kept(void *env, const char *digest)
{
	(void)env;
	(void)digest;
	return NULL;
}

static const struct aac_source *old_kept(void *env, const char *digest)
{
	(void)env;
	return strcmp(digest, digest_bytes("old\n", 4).hex) == 0 ? text("old\n") : NULL;
}

static enum aac_replaced replace(const char *name, const char *before, const char *after)
{
	return aac_replace(&scratch.ctx, &scratch.host, scratch_path(name),
			   before ? text(before) : NULL, after,
			   after ? strlen(after) : 0);
}

static bool undo(const char *name, const char *before, const char *after)
{
	struct digest b = { "" }, a = { "" };

	if (before)
		b = digest_bytes(before, strlen(before));
	if (after)
		a = digest_bytes(after, strlen(after));
	return aac_replace_undo(&scratch.ctx, &scratch.host, scratch_path(name),
				before ? b.hex : NULL, after ? a.hex : NULL, old_kept,
				NULL);
}

static void finish(const char *name)
{
	cr_assert(aac_replace_finish(&scratch.ctx, &scratch.host, scratch_path(name)));
}

Test(replace, replaces_creates_removes)
{
	scratch_write("d/a", "old\n");
	cr_assert_eq(replace("d/a", "old\n", "new\n"), AAC_REPLACED, "%s",
		     scratch_said());
	cr_assert_eq(replace("d/b", NULL, "made\n"), AAC_REPLACED);
	cr_assert_str_eq(scratch_read("d/a"), "new\n");
	cr_assert_str_eq(scratch_read("d/b"), "made\n");
	finish("d/a");
	cr_assert_eq(replace("d/a", "new\n", NULL), AAC_REPLACED);
	finish("d/a");
	finish("d/b");
	cr_assert_str_eq(scratch_dump("d"), "d/b 100644\nmade\n\n");
}

Test(replace, keeps_owner_mode_and_attributes)
{
	struct stat before, after;
	char value[8] = "";

	scratch_write("a", "old\n");
	cr_assert_eq(chmod(scratch_path("a"), 0640), 0);
	if (geteuid() == 0)
		cr_assert_eq(chown(scratch_path("a"), 33, 34), 0);
	/* Not every file system has attributes. */
	bool has = setxattr(scratch_path("a"), "user.note", "mine", 4, 0) == 0;
	cr_assert_eq(stat(scratch_path("a"), &before), 0);
	cr_assert_eq(replace("a", "old\n", "new\n"), AAC_REPLACED, "%s", scratch_said());
	cr_assert_eq(stat(scratch_path("a"), &after), 0);
	cr_assert_eq(before.st_mode, after.st_mode);
	cr_assert_eq(before.st_uid, after.st_uid);
	cr_assert_eq(before.st_gid, after.st_gid);
	if (has)
		cr_assert_eq(getxattr(scratch_path("a"), "user.note", value, 8), 4);
	/* And back: it is the very same file. */
	cr_assert(undo("a", "old\n", "new\n"), "%s", scratch_said());
	cr_assert_eq(stat(scratch_path("a"), &after), 0);
	cr_assert_eq(before.st_ino, after.st_ino);
	cr_assert_str_eq(scratch_read("a"), "old\n");
}

Test(replace, refuses_what_is_not_what_was_read)
{
	scratch_write("a", "other\n");
	cr_assert_eq(replace("a", "old\n", "new\n"), AAC_REPLACE_CHANGED);
	cr_assert_eq(replace("a", NULL, "new\n"), AAC_REPLACE_CHANGED);
	cr_assert_eq(replace("none", "old\n", "new\n"), AAC_REPLACE_CHANGED);
	cr_assert_str_eq(scratch_read("a"), "other\n");
	cr_assert_null(scratch_read("none"));
	cr_assert_geq(scratch_count("file-changed"), 2);
}

Test(replace, follows_links_but_not_out_of_the_root)
{
	const char *resolved;

	scratch_write("root/real/a", "x");
	scratch_write("outside", "x");
	cr_assert_eq(symlink("real", scratch_path("root/dir")), 0);
	cr_assert_eq(symlink("../outside", scratch_path("root/out")), 0);
	cr_assert_eq(symlink("nowhere", scratch_path("root/dangling")), 0);
	scratch.host.root = scratch_path("root");
	resolved = aac_replace_resolve(&scratch.ctx, &scratch.host,
				       scratch_path("root/dir/a"));
	cr_assert_str_eq(resolved + strlen(resolved) - strlen("/root/real/a"),
			 "/root/real/a");
	cr_assert_not_null(aac_replace_resolve(&scratch.ctx, &scratch.host,
					       scratch_path("root/dir/new")));
	cr_assert_null(aac_replace_resolve(&scratch.ctx, &scratch.host,
					   scratch_path("root/out")));
	cr_assert_null(aac_replace_resolve(&scratch.ctx, &scratch.host,
					   scratch_path("root/dangling")));
	cr_assert_null(aac_replace_resolve(&scratch.ctx, &scratch.host,
					   scratch_path("root/none/a")));
}

/* ---- failures -------------------------------------------------------------- */

Test(replace, every_failure_can_be_undone)
{
	int steps = 1;

	for (;; steps++) {
		scratch_write("d/a", "old\n");
		scratch.host.writes = 0;
		scratch.host.fail_write_after = steps;
		if (replace("d/a", "old\n", "new\n") == AAC_REPLACED)
			break;
		scratch.host.fail_write_after = 0;
		cr_assert(undo("d/a", "old\n", "new\n"), "step %d: %s", steps,
			  scratch_said());
		cr_assert_str_eq(scratch_dump("d"), "d/a 100644\nold\n\n", "step %d",
				 steps);
	}
	cr_assert_gt(steps, 5);
}

/* What no exchange was possible for comes back from the text that was kept. */
Test(replace, comes_back_from_what_was_kept)
{
	scratch_write("d/a", "new\n");
	cr_assert_eq(chmod(scratch_path("d/a"), 0600), 0);
	cr_assert(undo("d/a", "old\n", "new\n"), "%s", scratch_said());
	cr_assert_str_eq(scratch_dump("d"), "d/a 100600\nold\n\n");
	scratch_write("d/a", "lost\n");
	cr_assert_not(aac_replace_undo(&scratch.ctx, &scratch.host, scratch_path("d/a"),
				       digest_bytes("gone\n", 5).hex,
				       digest_bytes("lost\n", 5).hex, none_kept, NULL));
	cr_assert_str_eq(scratch_read("d/a"), "lost\n");
	cr_assert_not_null(scratch_find("file-not-restored"));
}

Test(replace, leaves_what_somebody_wrote_meanwhile)
{
	scratch_write("d/a", "mine\n");
	scratch_write("d/.a.aa-compose", "new\n");
	cr_assert(undo("d/a", "old\n", "new\n"));
	cr_assert_str_eq(scratch_dump("d"), "d/a 100644\nmine\n\n");
	/* Killed after the exchange, before it was looked at: an editor's text is in the
	 * file beside. */
	scratch_write("d/a", "new\n");
	scratch_write("d/.a.aa-compose", "mine\n");
	cr_assert(undo("d/a", "old\n", "new\n"));
	cr_assert_str_eq(scratch_dump("d"), "d/a 100644\nmine\n\n");
}

/* ---- an editor ------------------------------------------------------------- */

struct editor {
	int at;	      /* writes before this step */
	bool renames; /* as most editors do, not in place */
	bool done;
};

static void edit(void *what, int number)
{
	struct editor *editor = what;

	if (number != editor->at)
		return;
	editor->done = true;
	if (!editor->renames) {
		scratch_write("d/a", "by hand\n");
		return;
	}
	scratch_write("d/b", "by hand\n");
	cr_assert_eq(rename(scratch_path("d/b"), scratch_path("d/a")), 0);
}

Test(replace, an_editor_loses_nothing)
{
	for (int i = 0; i < 60; i++) {
		struct editor editor = { .at = i / 2 + 1, .renames = i % 2 };
		enum aac_replaced result;

		scratch_write("d/a", "old\n");
		scratch.host.writes = 0;
		scratch.host.on_write = edit;
		scratch.host.on_write_what = &editor;
		result = replace("d/a", "old\n", "new\n");
		scratch.host.on_write = NULL;
		if (!editor.done)
			break;
		cr_assert_neq(result, AAC_REPLACE_FAILED, "%s", scratch_said());
		if (result == AAC_REPLACED)
			finish("d/a");
		cr_assert_str_eq(scratch_dump("d"), "d/a 100644\nby hand\n\n",
				 "step %d: %s", editor.at, scratch_dump("d"));
	}
	cr_assert_geq(scratch_count("file-changed"), 1);
}
