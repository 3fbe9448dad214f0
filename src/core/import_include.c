/*
 * Which files the includes of a profile lead to, and which apparmor_parser has read
 * before, so that it does not read them again.  Takes what was read of them
 * (core/inline.h); a name that nothing was read of leads nowhere.
 *
 * Not obvious: the names that are to be followed are a list that grows while it is worked
 * through, since files may include each other in circles and in long rows.
 */
#include "core/import_include.h"

#include <stdint.h>
#include <string.h>

#include "core/ast.h"
#include "core/context.h"
#include "core/inline.h"

static const struct aac_included *named(const struct aac_context *ctx, const char *name)
{
	return ctx->includes ? map_get_str(&ctx->includes->by_name, name) : NULL;
}

const struct aac_included *aac_import_included(const struct aac_context *ctx,
					       const struct aac_stmt *include)
{
	return include->shape->path ? named(ctx, include->shape->path->text) : NULL;
}

static bool is_include(const struct aac_stmt *stmt)
{
	return stmt->type == AAC_STMT_RULE &&
	       stmt->shape->include != AAC_INCLUDE_NONE && stmt->shape->path;
}

static void add_name(struct map *names, const struct aac_stmt *include)
{
	const char *name = include->shape->path->text;

	map_add(names, name, strlen(name), names);
}

bool aac_import_reach(const struct aac_context *ctx, const struct aac_stmt *include,
		      bool deep, aac_import_look *look, void *env)
{
	CLEANUP_MAP names = { 0 };

	if (is_include(include))
		add_name(&names, include);
	for (size_t n = 0; n < names.count; n++) {
		const struct aac_included *found = named(ctx, names.entries[n].key);

		for (size_t i = 0; found && i < found->count; i++) {
			const struct aac_stmts *stmts = &found->files[i]->stmts;

			if (look(env, found->files[i]))
				return true;
			if (deep)
				aac_inline_names(found->files[i], true, &names);
			for (const struct aac_stmt *s = stmts->head; s && !deep;
			     s = s->next)
				if (is_include(s))
					add_name(&names, s);
		}
	}
	return false;
}

bool aac_import_needs_includes(const struct aac_file *file)
{
	/* The heads of profiles are no conditions, and no harm is done. */
	for (const struct aac_stmt *s = file->stmts.head; s; s = s->next)
		for (const struct aac_stmt *t = s->body.head; t; t = t->next)
			if (t->type == AAC_STMT_BLOCK || t->type == AAC_STMT_QUALIFIED)
				return true;
	return false;
}

/* ---- what was read --------------------------------------------------------------- */

enum aac_import_sight aac_import_sight_file(const struct aac_import_seen *seen,
					    const struct aac_file *file)
{
	return (enum aac_import_sight)(uintptr_t)map_get_str(&seen->files,
							     file->source->name);
}

enum aac_import_sight aac_import_sight(const struct aac_context *ctx,
				       const struct aac_import_seen *seen,
				       const struct aac_stmt *include)
{
	const struct aac_included *found = aac_import_included(ctx, include);
	enum aac_import_sight sight = AAC_IMPORT_FRESH;

	for (size_t i = 0; found && i < found->count; i++) {
		enum aac_import_sight one = aac_import_sight_file(seen, found->files[i]);

		if (one == AAC_IMPORT_FRESH)
			return one;
		if (one > sight)
			sight = one;
	}
	return sight;
}

static bool is_gone(void *env, const struct aac_file *file)
{
	return aac_import_sight_file(env, file) == AAC_IMPORT_GONE;
}

bool aac_import_leads_to_gone(const struct aac_context *ctx, struct aac_import_seen *seen,
			      const struct aac_stmt *include)
{
	return seen->gone && aac_import_reach(ctx, include, true, is_gone, seen);
}

void aac_import_see_file(struct aac_import_seen *seen, const struct aac_file *file,
			 enum aac_import_sight sight)
{
	const char *name = file->source->name;

	map_add(&seen->files, name, strlen(name), (void *)(uintptr_t)sight);
	seen->gone |= sight == AAC_IMPORT_GONE;
}

struct seeing {
	struct aac_import_seen *seen;
	enum aac_import_sight sight;
};

static bool see(void *env, const struct aac_file *file)
{
	const struct seeing *seeing = env;

	aac_import_see_file(seeing->seen, file, seeing->sight);
	return false;
}

void aac_import_see(const struct aac_context *ctx, struct aac_import_seen *seen,
		    const struct aac_stmt *include, enum aac_import_sight sight)
{
	struct seeing seeing = { seen, sight };

	aac_import_reach(ctx, include, true, see, &seeing);
}

/* ---- rules about the network ----------------------------------------------------- */

static bool is_network(const struct aac_stmt *stmt)
{
	const struct aac_arg *first =
		stmt->type == AAC_STMT_RULE ? stmt->shape->args.head : NULL;

	return first && first->type == AAC_ARG_WORD && !first->word->quoted &&
	       strcmp(first->word->text, "network") == 0;
}

static bool has_network(void *env, const struct aac_file *file)
{
	(void)env;
	for (const struct aac_stmt *s = file->stmts.head; s; s = s->next)
		if (is_network(s))
			return true;
	return false;
}

bool aac_import_has_network(const struct aac_context *ctx, const struct aac_stmt *stmt)
{
	return is_network(stmt) ||
	       (is_include(stmt) &&
		aac_import_reach(ctx, stmt, false, has_network, NULL));
}
