/*
 * The rule of an included file that decided: the file is read as apparmor_parser would
 * find it, and its rules are compiled one by one like the profile's own.  Not obvious: an
 * include may lead to a further one, or to a folder, all of whose files it means.
 */
#include <string.h>

#include "base/arena.h"
#include "cli/compiled.h"
#include "cli/run.h"
#include "core/ast.h"
#include "host/compiler.h"

#define DEPTH_MAX 16
#define INCLUDE_MAX ((size_t)16 << 20)

static void add_rules(struct aac_run *run, struct aac_lone_rules *all,
		      const struct aac_lone_rules *more)
{
	struct aac_lone_rule *items =
		ARENA_ARRAY(run->arena, struct aac_lone_rule, all->count + more->count);

	if (all->count)
		memcpy(items, all->items, all->count * sizeof(*items));
	if (more->count)
		memcpy(items + all->count, more->items, more->count * sizeof(*items));
	all->items = items;
	all->count += more->count;
}

/* The rules of the file PATH; none, without a word, when it cannot be read. */
static void add_file(struct aac_run *run, struct aac_context *ctx,
		     const struct aac_lone_rules *of, const char *path,
		     struct aac_lone_rules *all)
{
	const struct aac_source *source =
		aac_host_read(ctx, &run->host, path, NULL, INCLUDE_MAX);
	const struct aac_file *file = source ? aac_compiled_parse(run, source) : NULL;
	struct aac_lone_rules more;

	if (!file)
		return;
	more = aac_lone_included(ctx, of, file);
	add_rules(run, all, &more);
}

static void add_path(struct aac_run *run, struct aac_context *ctx,
		     const struct aac_lone_rules *of, const char *path,
		     struct aac_lone_rules *all)
{
	const char *const *names;
	size_t count;

	if (!aac_host_is_folder(ctx, &run->host, path)) {
		add_file(run, ctx, of, path, all);
		return;
	}
	if (!aac_host_list(ctx, &run->host, path, "", &names, &count))
		return;
	for (size_t i = 0; i < count; i++)
		add_file(run, ctx, of, arena_printf(run->arena, "%s/%s", path, names[i]),
			 all);
}

struct aac_lone_rules aac_compiled_included(struct aac_run *run,
					    const struct aac_lone_rules *rules,
					    const char *path)
{
	struct aac_lone_rules all = { .profile = rules->profile,
				      .preamble = rules->preamble };
	struct aac_context ctx = run->ctx;
	struct aac_diags silent;

	aac_diags_init(&silent, run->arena);
	ctx.diags = &silent;
	add_path(run, &ctx, rules, path, &all);
	return all;
}

/* The rules behind the include RULE, compiled; the same for all rules that name it. */
static const struct aac_lone_rules *find_rules(struct aac_compiled *compiled,
					       const struct aac_lone_rule *rule)
{
	struct aac_run *run = compiled->run;
	const char *name = rule->rule->shape->path->text, *path = name;
	struct aac_lone_rules *rules = map_get_str(&compiled->includes, name);

	if (rules)
		return rules;
	if (*name != '/')
		path = arena_printf(run->arena, "%s/%s",
				    aac_compiler_base(&run->ctx, &run->host), name);
	rules = ARENA_NEW(run->arena, struct aac_lone_rules);
	*rules = aac_compiled_included(run, &compiled->rules, path);
	map_add(&compiled->includes, name, strlen(name), rules);
	aac_compiled_rules(run, rules);
	return rules;
}

const struct aac_lone_rule *aac_compiled_inside(struct aac_compiled *compiled,
						struct arena *scratch,
						const struct aac_lone_rule *rule,
						const struct aac_attempt *attempt,
						const struct aac_ruling *ruling)
{
	const struct aac_lone_rule *found = NULL;

	for (int depth = 0; depth < DEPTH_MAX; depth++) {
		const struct aac_lone_rule *next;

		if (rule->rule->kind->id != AAC_KIND_INCLUDE)
			return found;
		next = aac_lone_deciding(scratch, find_rules(compiled, rule), attempt,
					 ruling);
		if (!next)
			return found;
		found = rule = next;
	}
	return found;
}
