/*
 * Loading: files to values of the core, with every input noted for the manifest.  It
 * takes folders and gives the run its library, target, templates and containers.  Not
 * obvious: an input's logical name ("rules/gpu.aaf") never tells where the folder lies,
 * so a build is the same from anywhere.
 */
#include "cli/load.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/digest.h"
#include "base/macro.h"
#include "base/suggest.h"
#include "cli/folders.h"
#include "core/parse.h"
#include "core/target.h"

#define RULE_FILE_MAX (16u << 20)
#define TEMPLATE_MAX (1u << 20)
#define SCRIPT_MAX (16u << 20)

static void add_input(struct aac_run *run, const char *file, const char *text, size_t len)
{
	struct aac_input *input = ARENA_NEW(run->arena, struct aac_input);

	input->file = file;
	input->digest = digest_bytes(text, len);
	*run->inputs_tail = input;
	run->inputs_tail = (const struct aac_input **)(uintptr_t)&input->next;
}

/* Is there a file (or a folder) at PATH?  What cannot be told is left to the reading. */
static bool is_there(struct aac_run *run, struct aac_folder at, bool folder,
		     const char *what)
{
	struct stat info;
	const char *full = aac_host_path(&run->ctx, at.host, at.path);
	struct aac_span nowhere = { 0 };

	if (stat(full, &info) < 0) {
		if (errno != ENOENT && errno != ENOTDIR)
			return true;
		aac_report(&run->diags, AAC_ERROR, "no-such-file", nowhere,
			   "there is no %s '%s'", what, full);
		return false;
	}
	if (!!S_ISDIR(info.st_mode) == folder)
		return true;
	aac_report(&run->diags, AAC_ERROR, "no-such-file", nowhere,
		   folder ? "the %s '%s' is not a folder" : "the %s '%s' is a folder",
		   what, full);
	return false;
}

static const struct aac_source *read_file(struct aac_run *run, struct aac_folder at,
					  const char *logical, size_t limit)
{
	const struct aac_source *source =
		aac_host_read(&run->ctx, at.host, at.path, logical, limit);

	if (!source) {
		run->refused = true;
		return NULL;
	}
	add_input(run, source->logical, source->text, source->size);
	return source;
}

/* ---- rules ----------------------------------------------------------------- */

struct files {
	struct aac_file *head, *last;
};

/* rules/FILE, or rules-2/FILE when an earlier folder has a FILE as well. */
static const char *name_rule_file(struct aac_run *run, struct map *taken, size_t folder,
				  const char *name)
{
	if (folder > 0 && map_get_str(taken, name))
		return arena_printf(run->arena, "rules-%zu/%s", folder + 1, name);
	map_add(taken, name, strlen(name), run);
	return arena_printf(run->arena, "rules/%s", name);
}

static void parse_rule_file(struct aac_run *run, struct aac_folder at,
			    const char *logical, struct files *files)
{
	const struct aac_source *source = read_file(run, at, logical, RULE_FILE_MAX);
	struct aac_file *file;

	if (!source)
		return;
	file = ARENA_NEW(run->arena, struct aac_file);
	*file = *aac_parse(&run->ctx, source);
	file->next = NULL;
	LIST_APPEND(files, file);
}

static void load_rule_folder(struct aac_run *run, const struct aac_folder *folders,
			     size_t index, struct map *taken, struct files *files)
{
	struct aac_folder folder = folders[index];
	const char *const *names;
	size_t count;
	struct aac_diag *diag;

	if (!is_there(run, folder, true, "rule folder"))
		return;
	if (!aac_host_list(&run->ctx, folder.host, folder.path, ".aaf", &names, &count)) {
		run->refused = true;
		return;
	}
	for (size_t i = 0; i < count && !aac_diags_full(&run->diags); i++) {
		struct aac_folder at = { aac_folder_file(run, folder, names[i]),
					 folder.host };

		parse_rule_file(run, at, name_rule_file(run, taken, index, names[i]),
			       files);
	}
	if (count > 0)
		return;
	diag = aac_report(&run->diags, AAC_ERROR, "no-rules", (struct aac_span){ 0 },
			  "the rule folder '%s' holds no *.aaf files", folder.path);
	aac_hint(&run->diags, diag, "-r names the folder that holds the rules");
}

void aac_load_rules(struct aac_run *run)
{
	size_t count;
	const struct aac_folder *folders = aac_folder_rules(run, &count);
	unsigned int errors = run->diags.errors;
	struct files files = { 0 };
	CLEANUP_MAP taken = { 0 };

	for (size_t i = 0; i < count; i++)
		load_rule_folder(run, folders, i, &taken, &files);
	if (!run->refused && run->diags.errors == errors)
		aac_load_includes(run, files.head);
	/* What a broken file would have declared is missing: no second-hand errors. */
	if (!run->refused && run->diags.errors == errors)
		run->library = aac_resolve(&run->ctx, files.head);
}

/* Does FILE declare what is among NAMES? */
static bool declares(const struct aac_file *file, const struct map *names)
{
	for (const struct aac_decl *d = file->decls.head; d; d = d->next)
		if (map_get_str(names, d->name))
			return true;
	return false;
}

/* The files of the rule folders that declare nothing of NAMES. */
static void add_others(struct aac_run *run, const struct map *names, struct files *files)
{
	size_t count;
	const struct aac_folder *folders = aac_folder_rules(run, &count);
	struct files others = { 0 };
	struct aac_file *file, *next;
	CLEANUP_MAP taken = { 0 };

	for (size_t i = 0; i < count; i++)
		load_rule_folder(run, folders, i, &taken, &others);
	for (file = others.head; file; file = next) {
		next = file->next;
		file->next = NULL;
		if (!declares(file, names))
			LIST_APPEND(files, file);
	}
}

const struct aac_file *aac_load_rules_with(struct aac_run *run, const char *const *paths,
					   size_t count)
{
	unsigned int errors = run->diags.errors;
	struct files files = { 0 };
	CLEANUP_MAP names = { 0 };

	for (size_t i = 0; i < count; i++) {
		struct aac_folder at = { paths[i], &run->host };

		if (is_there(run, at, false, "rule file"))
			parse_rule_file(run, at, NULL, &files);
	}
	for (const struct aac_file *file = files.head; file; file = file->next)
		for (const struct aac_decl *d = file->decls.head; d; d = d->next)
			map_add(&names, d->name, strlen(d->name), run);
	if (run->refused || run->diags.errors != errors)
		return files.head;
	add_others(run, &names, &files);
	if (!run->refused && run->diags.errors == errors)
		run->library = aac_resolve(&run->ctx, files.head);
	return files.head;
}

/* ---- targets --------------------------------------------------------------- */

void aac_load_targets(struct aac_run *run)
{
	struct aac_folder folder = aac_folder_targets(run);

	const char **names;

	if (!is_there(run, folder, true, "target folder"))
		return;
	run->targets = aac_targets_load(&run->ctx, folder.host, folder.path);
	names = ARENA_ARRAY(run->arena, const char *, run->targets.count + 1);
	for (size_t i = 0; i < run->targets.count; i++)
		names[i] = run->targets.items[i]->name;
	run->ctx.target_names = names;
}

/* A name that no record has is wrong input; all else is this machine's fault. */
static bool is_pinned(const struct aac_run *run, const char *name)
{
	for (size_t i = 0; i < run->targets.count; i++)
		if (strcmp(run->targets.items[i]->name, name) == 0)
			return true;
	return strcmp(name, "host") == 0;
}

void aac_load_target(struct aac_run *run)
{
	const char *name = run->opts->target;
	const struct aac_target *target;

	aac_load_targets(run);
	target = aac_target_choose(&run->ctx, &run->host, &run->targets, name);
	run->ctx.target = target;
	if (!target)
		run->refused = run->refused || !name || is_pinned(run, name);
	else if (target->features)
		add_input(run,
			  arena_printf(run->arena, "targets/%s.features", target->name),
			  target->features, strlen(target->features));
}

/* ---- templates ------------------------------------------------------------- */

static void report_unknown_template(struct aac_run *run, struct aac_folder folder,
				    const char *name, struct aac_span span)
{
	static const char suffix[] = ".profile";
	struct suggest suggest = { .word = name };
	const char *const *names;
	size_t count;
	struct aac_diag *diag =
		aac_report(&run->diags, AAC_ERROR, "unknown-template", span,
			   "there is no template '%s' in '%s'", name, folder.path);

	if (!aac_host_list(&run->ctx, folder.host, folder.path, suffix, &names, &count)) {
		run->refused = true;
		return;
	}
	for (size_t i = 0; i < count; i++)
		suggest_offer(&suggest,
			      arena_strndup(run->arena, names[i],
					    strlen(names[i]) - (sizeof(suffix) - 1)));
	if (suggest_best(&suggest))
		aac_hint(&run->diags, diag, "did you mean '%s'?", suggest_best(&suggest));
	else
		aac_hint(&run->diags, diag, "a template is a file %s/NAME%s", folder.path,
			 suffix);
}

static const struct aac_template *read_template(struct aac_run *run, const char *name,
						struct aac_span span)
{
	struct aac_folder folder = aac_folder_templates(run);
	const char *file = arena_printf(run->arena, "%s.profile", name);
	struct aac_folder at = { aac_folder_file(run, folder, file), folder.host };
	const struct aac_source *source;

	if (!is_there(run, folder, true, "template folder"))
		return NULL;
	if (strchr(name, '/') || !aac_host_exists(&run->ctx, at.host, at.path)) {
		report_unknown_template(run, folder, name, span);
		return NULL;
	}
	source = read_file(run, at, arena_printf(run->arena, "templates/%s", file),
			   TEMPLATE_MAX);
	return source ? aac_template_parse(&run->ctx, name, source) : NULL;
}

struct slot {
	const struct aac_template *frame;
};

const struct aac_template *aac_load_template(struct aac_run *run, const char *name,
					     struct aac_span span)
{
	struct slot *slot = map_get_str(&run->templates, name);

	if (slot)
		return slot->frame;
	slot = ARENA_NEW(run->arena, struct slot);
	slot->frame = read_template(run, name, span);
	map_add(&run->templates, name, strlen(name), slot);
	return slot->frame;
}

void aac_keep_template(struct aac_run *run, const char *name,
		       const struct aac_source *source)
{
	struct slot *slot = ARENA_NEW(run->arena, struct slot);

	slot->frame = aac_template_parse(&run->ctx, name, source);
	map_add(&run->templates, name, strlen(name), slot);
}

void aac_load_templates(struct aac_run *run)
{
	if (!run->library)
		return;
	for (size_t i = 0; i < run->library->profile_count; i++) {
		const struct aac_profile_decl *profile = run->library->profiles[i];
		const struct aac_decl *decl = profile->decl;

		aac_load_template(run, profile->template_name,
				  decl->template_span.source ? decl->template_span
							     : decl->name_span);
	}
}

/* ---- containers ------------------------------------------------------------ */

void aac_load_config(struct aac_run *run)
{
	struct aac_folder at = { run->opts->config, &run->host };
	const struct aac_source *source;

	if (!at.path || !is_there(run, at, false, "container file"))
		return;
	source = read_file(run, at, NULL, AAC_SOURCE_MAX);
	if (source)
		run->config = aac_config_parse(&run->ctx, source);
}

/* ---- scripts --------------------------------------------------------------- */

const struct aac_source *aac_load_script(struct aac_run *run, const char *path)
{
	struct aac_folder at = { path, &run->host };

	return is_there(run, at, false, "script") ? read_file(run, at, NULL, SCRIPT_MAX)
						  : NULL;
}

/* ---- what is named by itself ----------------------------------------------- */

const struct aac_source *aac_load_rule_file(struct aac_run *run, const char *path)
{
	struct aac_folder at = { path, &run->host };

	return is_there(run, at, false, "rule file")
		       ? read_file(run, at, NULL, RULE_FILE_MAX)
		       : NULL;
}

const struct aac_source *aac_load_profile_file(struct aac_run *run, const char *path)
{
	struct aac_folder at = { path, &run->host };

	return is_there(run, at, false, "profile file")
		       ? read_file(run, at, NULL, RULE_FILE_MAX)
		       : NULL;
}

const struct aac_source *aac_load_include(struct aac_run *run,
					  const struct aac_host *host, const char *path,
					  const char *logical)
{
	return read_file(run, (struct aac_folder){ path, host }, logical, RULE_FILE_MAX);
}

void aac_load_lines(struct aac_run *run, const char *path, const struct aac_lines *lines)
{
	struct aac_folder at = { path, &run->host };

	if (strcmp(path, "-") == 0 || is_there(run, at, false, "log"))
		run->refused |= !aac_host_lines(&run->ctx, &run->host, path, lines);
}

const struct aac_source *aac_load_input(struct aac_run *run)
{
	CLEANUP_BUF text = { 0 };
	ssize_t got = 1;

	while (got != 0) {
		buf_reserve(&text, 65536 + 1);
		got = read(STDIN_FILENO, text.data + text.len, 65536);
		if (got < 0 && errno == EINTR)
			continue;
		if (got > 0)
			text.len += (size_t)got;
		if (got >= 0 && text.len <= RULE_FILE_MAX)
			continue;
		aac_report(&run->diags, AAC_ERROR,
			   got < 0 ? "file-unreadable" : "file-too-large",
			   (struct aac_span){ 0 }, "standard input: %s",
			   got < 0 ? strerror(errno) : "it is larger than 16 MiB");
		run->refused = got < 0;
		return NULL;
	}
	return aac_source_new(run->arena, "-", NULL, text.len ? text.data : "", text.len);
}
