/*
 * git, as far as it reads: takes a folder and a commit's name, gives the folder's files
 * as they were.  Not obvious: only commands that look up objects are run, and with
 * everything switched off by which a repository could have programs run, fetching of
 * objects that it lacks among it; names of commits come behind --end-of-options.
 */
#include "host/git.h"

#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/macro.h"
#include "core/context.h"
#include "core/diag.h"
#include "host/files.h"
#include "host/spawn.h"

#define OUTPUT_MAX ((size_t)64 << 20)
#define SECONDS 60
#define WORDS_MAX 20

static const char *find_program(void)
{
	static const char *const places[] = { "/usr/bin/git", "/usr/local/bin/git",
					      "/bin/git" };

	for (size_t i = 0; i < ARRAY_SIZE(places); i++)
		if (access(places[i], X_OK) == 0)
			return places[i];
	return NULL;
}

/* What git said first. */
static const char *first_line(struct arena *arena, const struct buf *err)
{
	const char *text = buf_str(err);

	return *text ? arena_strndup(arena, text, strcspn(text, "\n")) : "git failed";
}

/* Run git in FOLDER; NULL, or why it failed. */
static const char *run(struct arena *arena, const char *folder, const char *const *words,
		       struct buf *out)
{
	const char *argv[WORDS_MAX + 1] = {
		find_program(),
		"--no-replace-objects",
		"--no-optional-locks",
		"-c",
		"core.fsmonitor=false",
		"-c",
		"core.hooksPath=/dev/null",
		"-c",
		"protocol.allow=never",
		"-C",
		folder,
	};
	struct aac_process process = {
		.argv = argv, .input = "", .seconds = SECONDS, .output_limit = OUTPUT_MAX
	};
	const char *why = NULL;
	size_t count = 0;

	while (argv[count])
		count++;
	while (*words && count < WORDS_MAX)
		argv[count++] = *words++;
	aac_spawn_all(&process, 1, 1, NULL, NULL);
	if (process.spawn_errno)
		why = strerror(process.spawn_errno);
	else if (process.timed_out)
		why = "git takes too long";
	else if (!WIFEXITED(process.status) || WEXITSTATUS(process.status) != 0)
		why = first_line(arena, &process.err);
	else if (process.out.len >= OUTPUT_MAX)
		why = "it is larger than 64 MiB";
	else
		buf_putn(out, buf_str(&process.out), process.out.len);
	buf_fini(&process.out);
	buf_fini(&process.err);
	return why;
}

static struct aac_diag *complain(struct aac_context *ctx, const char *what,
				 const char *why)
{
	return aac_report(ctx->diags, AAC_ERROR, "revision-unreadable",
			  (struct aac_span){ 0 }, "%s: %s", what, why);
}

static const char *chomp(struct arena *arena, const struct buf *out)
{
	size_t len = out->len;

	if (len && out->data[len - 1] == '\n')
		len--;
	return arena_strndup(arena, buf_str(out), len);
}

/* ---- commits --------------------------------------------------------------------- */

bool aac_git_find(struct aac_context *ctx, const struct aac_host *host,
		  const char *folder, struct aac_git *git, bool *refused)
{
	static const char *const words[] = { "rev-parse", "--show-prefix", NULL };
	CLEANUP_BUF out = { 0 };
	const char *why;

	*refused = !find_program();
	git->folder = aac_files_real(ctx, host, folder);
	if (*refused || !git->folder) {
		aac_hint(ctx->diags,
			 complain(ctx, folder,
				  *refused ? "there is no git"
					   : "there is no such folder"),
			 *refused ? "install it: apt install git"
				  : "name a folder of a git repository with -r");
		return false;
	}
	why = run(ctx->arena, git->folder, words, &out);
	if (why)
		aac_hint(ctx->diags, complain(ctx, folder, why),
			 "name a folder of a git repository with -r");
	git->prefix = chomp(ctx->arena, &out);
	return !why;
}

bool aac_git_commit(struct aac_context *ctx, const struct aac_git *git, const char *name,
		    struct aac_commit *commit)
{
	const char *words[] = { "rev-parse",
				"--verify",
				"--quiet",
				"--end-of-options",
				arena_printf(ctx->arena, "%s^{commit}", name),
				NULL };
	CLEANUP_BUF out = { 0 };
	const char *why = run(ctx->arena, git->folder, words, &out);
	const char *id = chomp(ctx->arena, &out);
	size_t len = strlen(id);

	*commit = (struct aac_commit){ name, id };
	if (!why && (len == 40 || len == 64) && strspn(id, "0123456789abcdef") == len)
		return true;
	aac_hint(ctx->diags, complain(ctx, name, "the repository has no such commit"),
		 "'git log --oneline' names its commits");
	return false;
}

/* ---- files ----------------------------------------------------------------------- */

/* A line of ls-tree: "MODE TYPE ID<tab>NAME"; what is no plain file is passed over. */
static bool read_entry(struct arena *arena, const char *line, const char *suffix,
		       struct aac_git_file *file)
{
	const char *tab = strchr(line, '\t'), *id = strrchr(line, ' ');
	size_t len, end = strlen(suffix);

	if (!tab || strncmp(line, "100", 3) != 0)
		return false;
	id = memrchr(line, ' ', (size_t)(tab - line));
	len = strlen(tab + 1);
	if (!id || len < end || strcmp(tab + 1 + len - end, suffix) != 0)
		return false;
	file->name = arena_strdup(arena, tab + 1);
	file->blob = arena_strndup(arena, id + 1, (size_t)(tab - id - 1));
	return true;
}

bool aac_git_list(struct aac_context *ctx, const struct aac_git *git,
		  const struct aac_commit *commit, const char *suffix,
		  const struct aac_git_file **files, size_t *count)
{
	const char *words[] = { "ls-tree", "-z",       "--full-tree",
				"--",	   commit->id, *git->prefix ? git->prefix : NULL,
				NULL };
	CLEANUP_BUF out = { 0 };
	const char *why, *at, *end;
	struct aac_git_file *list;
	size_t lines = 0;

	*count = 0;
	why = run(ctx->arena, git->folder, words, &out);
	if (why) {
		complain(ctx,
			 arena_printf(ctx->arena, "%s:%s", commit->name, git->prefix),
			 why);
		return false;
	}
	end = buf_str(&out) + out.len;
	for (at = buf_str(&out); at < end; at++)
		lines += !*at;
	list = ARENA_ARRAY(ctx->arena, struct aac_git_file, lines);
	for (at = buf_str(&out); at < end; at += strlen(at) + 1) {
		struct aac_git_file *file = &list[*count];
		size_t skip = strlen(git->prefix);

		if (!read_entry(ctx->arena, at, suffix, file))
			continue;
		/* A full tree's names begin at its top. */
		if (strncmp(file->name, git->prefix, skip) == 0)
			file->name += skip;
		*count += strchr(file->name, '/') == NULL;
	}
	*files = list;
	return true;
}

/* "a/b/c" is c in "a/b/". */
static const char *split_path(struct arena *arena, struct aac_git *git, const char *path)
{
	const char *slash = strrchr(path, '/');

	git->prefix = slash ? arena_strndup(arena, path, (size_t)(slash + 1 - path)) : "";
	return slash ? slash + 1 : path;
}

bool aac_git_resolve(struct aac_context *ctx, struct aac_git *git, const char *spelled,
		     struct aac_commit *commit, const struct aac_git_file **files,
		     size_t *count)
{
	const char *colon = strchr(spelled, ':'), *path = colon + 1, *name;
	size_t len;

	if (!aac_git_commit(ctx, git,
			    arena_strndup(ctx->arena, spelled, (size_t)(colon - spelled)),
			    commit))
		return false;
	if (strncmp(path, "./", 2) == 0)
		path = arena_printf(ctx->arena, "%s%s", git->prefix, path + 2);
	len = strlen(path);
	while (len && path[len - 1] == '/')
		len--;
	path = arena_strndup(ctx->arena, path, len);
	name = split_path(ctx->arena, git, path);
	if (!aac_git_list(ctx, git, commit, name, files, count))
		return false;
	for (size_t i = 0; len && i < *count; i++)
		if (strcmp((*files)[i].name, name) == 0) {
			*files += i;
			*count = 1;
			return true;
		}
	git->prefix = len ? arena_printf(ctx->arena, "%s/", path) : "";
	if (!aac_git_list(ctx, git, commit, "", files, count))
		return false;
	if (!*count)
		complain(ctx, spelled, "the commit has no such file or folder");
	return *count;
}

const struct aac_source *aac_git_read(struct aac_context *ctx, const struct aac_git *git,
				      const struct aac_commit *commit,
				      const struct aac_git_file *file,
				      const char *logical)
{
	const char *words[] = { "cat-file", "blob", file->blob, NULL };
	const char *name = arena_printf(ctx->arena, "%s:%s%s", commit->name, git->prefix,
					file->name);
	CLEANUP_BUF out = { 0 };
	const char *why = run(ctx->arena, git->folder, words, &out);

	if (!why)
		return aac_source_new(ctx->arena, name, logical, buf_str(&out), out.len);
	complain(ctx, name, why);
	return NULL;
}
