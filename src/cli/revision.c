/*
 * What a commit would have made of the containers: takes a run and a commit's name, gives
 * a run with that commit's rules.  Not obvious: nothing is written anywhere, sources come
 * from git into memory, and messages call them COMMIT:PATH.
 */
#include "cli/revision.h"

#include <string.h>

#include "base/arena.h"
#include "base/macro.h"
#include "cli/folders.h"
#include "cli/load.h"
#include "core/parse.h"
#include "core/resolve.h"
#include "host/files.h"
#include "host/git.h"

struct files {
	struct aac_file *head, *last;
};

/* What is wrong with a revision is wrong with the run; its warnings are not told. */
void aac_revision_tell(struct aac_run *run, struct aac_revision *revision)
{
	struct aac_diags *own = &revision->run.diags;

	run->refused |= revision->run.refused;
	if (!own->errors)
		return;
	*run->diags.tail = own->head;
	run->diags.tail = own->tail;
	run->diags.errors += own->errors;
	run->diags.warnings += own->warnings;
	aac_diags_init(own, run->arena);
}

/* Where FOLDER lies in a repository; false where it does not, without a word. */
static bool find_quietly(struct aac_run *run, struct aac_folder folder,
			 struct aac_git *git)
{
	struct aac_context ctx = run->ctx;
	struct aac_diags silent;
	bool refused;

	aac_diags_init(&silent, run->arena);
	ctx.diags = &silent;
	return aac_git_find(&ctx, folder.host, folder.path, git, &refused);
}

static bool parse_folder(struct aac_run *run, const struct aac_git *git,
			 const struct aac_commit *commit, size_t index,
			 struct files *files)
{
	const struct aac_git_file *list;
	size_t count;

	if (!aac_git_list(&run->ctx, git, commit, ".aaf", &list, &count))
		return false;
	for (size_t i = 0; i < count && !aac_diags_full(&run->diags); i++) {
		const char *logical =
			index ? arena_printf(run->arena, "rules-%zu/%s", index + 1,
					     list[i].name)
			      : arena_printf(run->arena, "rules/%s", list[i].name);
		const struct aac_source *source =
			aac_git_read(&run->ctx, git, commit, &list[i], logical);
		struct aac_file *file;

		if (!source)
			return false;
		file = ARENA_NEW(run->arena, struct aac_file);
		*file = *aac_parse(&run->ctx, source);
		file->next = NULL;
		LIST_APPEND(files, file);
	}
	return true;
}

static void load_rules(struct aac_run *run, const char *name, struct aac_commit *commit)
{
	size_t count;
	const struct aac_folder *folders = aac_folder_rules(run, &count);
	struct files files = { 0 };

	for (size_t i = 0; i < count && aac_run_ok(run); i++) {
		struct aac_git git;
		bool refused;

		if (!aac_git_find(&run->ctx, folders[i].host, folders[i].path, &git,
				  &refused)) {
			run->refused |= refused;
			return;
		}
		if (!aac_git_commit(&run->ctx, &git, name, commit) ||
		    !parse_folder(run, &git, commit, i, &files))
			return;
	}
	if (!files.head && aac_run_ok(run))
		aac_hint(&run->diags,
			 aac_report(&run->diags, AAC_ERROR, "no-rules",
				    (struct aac_span){ 0 },
				    "%s: its rule folder holds no *.aaf files", name),
			 "-r names the folder that holds the rules");
	if (aac_run_ok(run))
		run->library = aac_resolve(&run->ctx, files.head);
}

static void load_templates(struct aac_run *run, const struct aac_commit *commit)
{
	struct aac_folder folder = aac_folder_templates(run);
	const struct aac_git_file *list;
	struct aac_git git;
	size_t count;

	if (!aac_run_ok(run) || !find_quietly(run, folder, &git) ||
	    !aac_git_list(&run->ctx, &git, commit, ".profile", &list, &count))
		return;
	for (size_t i = 0; i < count; i++) {
		size_t len = strlen(list[i].name) - strlen(".profile");
		const char *name = arena_strndup(run->arena, list[i].name, len);
		const struct aac_source *source = aac_git_read(
			&run->ctx, &git, commit, &list[i],
			arena_printf(run->arena, "templates/%s", list[i].name));

		if (source)
			aac_keep_template(run, name, source);
	}
}

/* The container file of the commit, where it lies in a repository and was there. */
static void load_config(struct aac_run *run, const struct aac_commit *commit)
{
	const char *path = run->opts->config, *slash;
	const struct aac_git_file *list;
	struct aac_folder folder = { NULL, &run->host };
	struct aac_git git;
	size_t count = 0;

	run->config = NULL;
	if (!path || !aac_run_ok(run))
		return;
	slash = strrchr(path, '/');
	folder.path =
		slash ? arena_strndup(run->arena, path, (size_t)(slash - path) + 1) : ".";
	if (find_quietly(run, folder, &git))
		aac_git_list(&run->ctx, &git, commit, slash ? slash + 1 : path, &list,
			     &count);
	for (size_t i = 0; i < count; i++) {
		const struct aac_source *source;

		if (strcmp(list[i].name, slash ? slash + 1 : path) != 0)
			continue;
		source = aac_git_read(&run->ctx, &git, commit, &list[i], NULL);
		if (source)
			run->config = aac_config_parse(&run->ctx, source);
		return;
	}
	aac_load_config(run);
}

bool aac_revision_compose(struct aac_run *run, const char *name,
			  struct aac_revision *revision)
{
	struct aac_run *own = &revision->run;
	struct aac_fleet_options options;
	struct aac_commit commit = { 0 };

	*revision = (struct aac_revision){ .run = *run, .name = name };
	own->inputs = NULL;
	own->inputs_tail = &own->inputs;
	own->templates = (struct map){ 0 };
	own->config = NULL;
	own->library = NULL;
	own->diags = (struct aac_diags){ 0 };
	aac_diags_init(&own->diags, run->arena);
	own->diags.max_errors = run->diags.max_errors;
	own->ctx.diags = &own->diags;
	load_rules(own, name, &commit);
	load_templates(own, &commit);
	load_config(own, &commit);
	if (aac_run_ok(own)) {
		aac_load_templates(own);
		options = aac_run_fleet_options(own);
		own->fleet =
			aac_fleet_compose(&own->ctx, own->library, own->config, &options);
	}
	aac_revision_tell(run, revision);
	return aac_run_ok(run);
}

void aac_revision_fini(struct aac_revision *revision)
{
	map_fini(&revision->run.templates);
	aac_config_free(revision->run.config);
}
