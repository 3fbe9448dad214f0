/*
 * The files that `include … without` lays inline: read from where apparmor_parser would
 * take them, with all that they include in turn, and noted as inputs of the build.  Not
 * obvious: an include may name a folder, all of whose files it means.
 */
#include <string.h>

#include "base/arena.h"
#include "cli/load.h"
#include "core/diag.h"
#include "core/inline.h"
#include "core/parse.h"
#include "host/compiler.h"

/* What packages and editors leave behind is no policy to apparmor_parser either. */
static bool is_leftover(const char *name)
{
	static const char *const ends[] = { "~",	  ".dpkg-new", ".dpkg-old",
					    ".dpkg-dist", ".dpkg-bak", ".dpkg-remove",
					    ".rpmnew",	  ".rpmsave",  ".orig",
					    ".rej",	  ".pacsave",  ".pacnew" };
	size_t len = strlen(name);

	for (size_t i = 0; i < sizeof(ends) / sizeof(*ends); i++)
		if (len > strlen(ends[i]) &&
		    strcmp(name + len - strlen(ends[i]), ends[i]) == 0)
			return true;
	return false;
}

static void read_one(struct aac_run *run, const struct aac_host *host, const char *path,
		     const char *logical, struct aac_included *found)
{
	const struct aac_source *source = aac_load_include(run, host, path, logical);
	const struct aac_file **files = (const struct aac_file **)(uintptr_t)found->files;

	unsigned int errors = run->ctx.diags->errors;

	if (source)
		files[found->count] = aac_parse_profile(&run->ctx, source);
	/* A partial one would be another file. */
	if (source && run->ctx.diags->errors == errors)
		found->count++;
}

static void read_folder(struct aac_run *run, const struct aac_host *host,
			const char *path, const char *logical, struct aac_included *found)
{
	const char *const *names;
	size_t count;

	if (!aac_host_list(&run->ctx, host, path, "", &names, &count)) {
		run->refused = true;
		return;
	}
	found->files = ARENA_ARRAY(run->arena, const struct aac_file *, count);
	for (size_t i = 0; i < count; i++)
		if (!is_leftover(names[i]))
			read_one(run, host,
				 arena_printf(run->arena, "%s/%s", path, names[i]),
				 arena_printf(run->arena, "%s/%s", logical, names[i]),
				 found);
}

static const struct aac_included *read_name(struct aac_run *run, const char *name)
{
	struct aac_included *found = ARENA_NEW(run->arena, struct aac_included);
	const char *path =
		*name == '/'
			? name
			: arena_printf(run->arena, "%s/%s",
				       aac_compiler_base(&run->ctx, &run->host), name);
	const struct aac_host *host = &run->host;
	const char *logical =
		*name == '/' ? name : arena_printf(run->arena, "include/%s", name);

	if (!aac_host_exists(&run->ctx, host, path))
		host = &run->own_host;
	if (!aac_host_exists(&run->ctx, host, path))
		return found;
	found->files = ARENA_ARRAY(run->arena, const struct aac_file *, 1);
	if (aac_host_is_folder(&run->ctx, host, path))
		read_folder(run, host, path, logical, found);
	else
		read_one(run, host, path, logical, found);
	return found;
}

/* The list grows while it is worked through: each name is read once. */
static void read_names(struct aac_run *run, struct map *names)
{
	struct aac_includes *includes = run->includes;

	if (!includes)
		includes = ARENA_NEW(run->arena, struct aac_includes);
	run->ctx.includes = includes;
	run->includes = includes;
	for (size_t i = 0; i < names->count && !aac_diags_full(&run->diags); i++) {
		const char *name = names->entries[i].key;
		const struct aac_included *found =
			map_get_str(&includes->by_name, name);

		if (!found)
			found = read_name(run, name);
		map_add(&includes->by_name, name, strlen(name), (void *)(uintptr_t)found);
		for (size_t k = 0; k < found->count; k++)
			aac_inline_names(found->files[k], true, names);
	}
}

void aac_load_includes(struct aac_run *run, const struct aac_file *files)
{
	CLEANUP_MAP names = { 0 };

	for (const struct aac_file *file = files; file; file = file->next)
		aac_inline_names(file, false, &names);
	read_names(run, &names);
}

void aac_load_all_includes(struct aac_run *run, const struct aac_file *file)
{
	CLEANUP_MAP names = { 0 };

	struct aac_diags *diags = run->ctx.diags, silent;

	aac_diags_init(&silent, run->arena);
	run->ctx.diags = &silent;
	aac_inline_names(file, true, &names);
	read_names(run, &names);
	run->ctx.diags = diags;
}

/* ---- what is not there ------------------------------------------------------------- */

static bool exists(struct aac_run *run, const char *path)
{
	return aac_host_exists(&run->ctx, &run->host, path) ||
	       aac_host_exists(&run->ctx, &run->own_host, path);
}

static void tell_missing(struct aac_run *run, const struct aac_shape *shape)
{
	const char *name = shape->path->text,
		   *base = aac_compiler_base(&run->ctx, &run->host),
		   *system = arena_printf(run->arena, "%s/%s", base, name);
	bool quoted = shape->include == AAC_INCLUDE_QUOTED;
	struct aac_diag *diag;

	/* Where AppArmor has no files, nobody can tell. */
	if (exists(run, quoted ? name : system) || (*name != '/' && !exists(run, base)))
		return;
	diag = aac_report(run->ctx.diags, AAC_WARNING, "include-missing",
			  shape->path->span, "there is no '%.200s' in %s", name,
			  !quoted	? base
			  : *name == '/' ? "the file system"
					: "the folder in which apparmor_parser runs");
	if (quoted && *name != '/' && exists(run, system))
		aac_hint(run->ctx.diags, diag, "write <%.200s>, which is searched in %s",
			 name, base);
	else
		aac_hint(run->ctx.diags, diag,
			 "install what it is part of, or write 'include if exists'");
}

static void warn_missing(struct aac_run *run, const struct aac_stmts *stmts)
{
	for (const struct aac_stmt *s = stmts->head; s; s = s->next) {
		if (s->type == AAC_STMT_RULE && s->shape->path && !s->shape->if_exists &&
		    s->shape->include != AAC_INCLUDE_NONE)
			tell_missing(run, s->shape);
		warn_missing(run, &s->body);
	}
}

void aac_warn_missing_includes(struct aac_run *run, const struct aac_file *file)
{
	warn_missing(run, &file->stmts);
}
