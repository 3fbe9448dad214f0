/*
 * AppArmor's own conditions.  apparmor_parser decides them when it compiles, by the
 * variables that stand before the profiles, so they can be decided here: takes the file
 * and what it includes, says of a condition whether it holds.
 *
 * Not obvious: a boolean that was never set is refused, also in a branch that does not
 * count.  `defined $B` asks 3.0 whether it was set; 4.1 reads it as `$B`.
 */
#include "core/import_condition.h"

#include <string.h>
#include <strings.h>

#include "base/arena.h"
#include "core/ast.h"
#include "core/context.h"
#include "core/diag.h"
#include "core/head.h"
#include "core/inline.h"

/* ---- variables ------------------------------------------------------------------ */

/* `$B` and `${B}` are one. */
static const char *name_of(struct arena *arena, const char *name)
{
	size_t len = strlen(name);

	if (name[0] == '$' && name[1] == '{' && name[len - 1] == '}')
		return arena_printf(arena, "$%.*s", (int)(len - 3), name + 2);
	return name;
}

/* Those of FILE; NAMES gets what it includes, each with its first shape. */
static void collect(const struct aac_context *ctx, const struct aac_file *file,
		    struct map *names, struct aac_import_variables *variables)
{
	for (const struct aac_stmt *s = file->stmts.head; s; s = s->next) {
		const char *name;

		if (s->type != AAC_STMT_RULE)
			continue;
		if (s->shape->assign) {
			name = name_of(ctx->arena, s->shape->assign);
			*map_slot(&variables->by_name, name, strlen(name)) =
				(void *)(uintptr_t)s->shape;
		}
		if (s->shape->include == AAC_INCLUDE_NONE || !s->shape->path)
			continue;
		name = s->shape->path->text;
		map_add(names, name, strlen(name), (void *)(uintptr_t)s->shape);
	}
}

/* The list of names grows while it is worked through: files may include each other. */
void aac_import_variables(const struct aac_context *ctx, const struct aac_file *file,
			  struct aac_import_variables *variables)
{
	CLEANUP_MAP names = { 0 };

	*variables = (struct aac_import_variables){ 0 };
	collect(ctx, file, &names, variables);
	for (size_t n = 0; n < names.count; n++) {
		const struct aac_shape *shape = names.entries[n].value;
		const struct aac_included *found = NULL;

		if (ctx->includes)
			found = map_get_str(&ctx->includes->by_name,
					    names.entries[n].key);
		if (!found || (!found->count && !shape->if_exists))
			variables->unread = true;
		for (size_t i = 0; found && i < found->count; i++)
			collect(ctx, found->files[i], &names, variables);
	}
}

/* ---- conditions ----------------------------------------------------------------- */

static bool refuse(struct aac_context *ctx, const struct aac_head *head, const char *slug,
		   const char *problem, const char *cure)
{
	aac_hint(ctx->diags,
		 aac_report(ctx->diags, AAC_ERROR, slug, head->shape->span, "'%.100s' %s",
			    head->variable, problem),
		 "%s", cure);
	return false;
}

/* A boolean. */
static bool is_true(const struct aac_shape *assigned)
{
	const struct aac_word *value = assigned->values.head;

	return value && strcasecmp(value->text, "true") == 0;
}

bool aac_import_condition(struct aac_context *ctx,
			  const struct aac_import_parsers *parsers,
			  const struct aac_import_variables *variables,
			  const struct aac_head *head, bool *holds)
{
	const struct aac_shape *value = map_get_str(&variables->by_name, head->variable);
	bool boolean = *head->variable == '$';

	if (!value && variables->unread)
		return refuse(ctx, head, "not-importable",
			      "may have a value in a file that cannot be read here",
			      "import where all files are that the profile includes");
	if (!value && boolean && (!head->defined || !parsers->early))
		return refuse(ctx, head, "bad-variable",
			      "has no value, and apparmor_parser refuses to ask for it",
			      "write '$NAME = true' or 'false' before the profile");
	if (boolean && head->defined && parsers->early && parsers->late &&
	    !(value && is_true(value)))
		return refuse(ctx, head, "not-importable",
			      value ? "is false, and 'defined' of that is true to some "
				      "parsers and false to others"
				    : "has no value, which the parsers take differently",
			      "say with --target which one reads it");
	if (head->defined && (!boolean || parsers->early))
		*holds = value != NULL;
	else
		*holds = is_true(value);
	*holds = *holds != head->negated;
	return true;
}
