/*
 * What lint looks at, compiled: composed profiles, fragments that stand alone, profiles
 * of AppArmor's own text.  Not obvious: of the latter the whole is made anew of the rules
 * that could be read, so that one wrong line does not keep all other checks from running.
 */
#include <string.h>

#include "base/arena.h"
#include "base/suggest.h"
#include "cli/blobs.h"
#include "cli/lint.h"
#include "cli/run.h"
#include "cli/selection.h"
#include "core/ask.h"
#include "core/blob.h"
#include "core/render.h"
#include "core/rule.h"
#include "host/compiler.h"

#define DEPTH_MAX 16

static struct aac_lint_unit *add(struct aac_linting *l)
{
	if (l->unit_count == l->unit_cap) {
		size_t cap = l->unit_cap ? l->unit_cap * 2 : 16;
		struct aac_lint_unit *grown =
			ARENA_ARRAY(l->run->arena, struct aac_lint_unit, cap);

		if (l->unit_count)
			memcpy(grown, l->units, l->unit_count * sizeof(*grown));
		l->units = grown;
		l->unit_cap = cap;
	}
	return &l->units[l->unit_count++];
}

/* The children below ABOVE, "a//b" or NULL, of the profile that OF is. */
static void add_children(struct aac_linting *l, struct aac_lint_unit of,
			 const struct aac_child *children, const char *above,
			 unsigned int depth)
{
	struct arena *arena = l->run->arena;

	for (; children && depth < DEPTH_MAX; children = children->next) {
		const char *name = children->head->name;
		struct aac_lint_unit *unit;

		if (above)
			name = arena_printf(arena, "%s//%s", above, name);
		unit = add(l);
		*unit = of;
		unit->bare = NULL;
		unit->name =
			arena_printf(arena, "%s//%s", aac_policy_label(of.policy), name);
		unit->rules = aac_lone_composed(&l->run->ctx, of.text, name);
		add_children(l, of, children->children, name, depth + 1);
	}
}

void aac_linting_add_policy(struct aac_linting *l, const struct aac_policy *policy,
			    const struct aac_fragment *fragment)
{
	struct aac_run *run = l->run;
	const struct aac_profile_text *text = aac_render_policy(run, policy);
	struct aac_lint_unit *unit;

	if (!text)
		return;
	unit = add(l);
	*unit = (struct aac_lint_unit){
		.name = aac_policy_label(policy),
		.fragment = fragment ? fragment->name : NULL,
		.policy = policy,
		.decl = fragment       ? fragment->decl
			: policy->decl ? policy->decl->decl
				       : NULL,
		.text = text,
	};
	if (unit->decl)
		unit->span = unit->decl->name_span;
	unit->rules = aac_lone_composed(&run->ctx, text, NULL);
	add_children(l, *unit, policy->children, NULL, 0);
}

const struct aac_policy *aac_linting_compose(struct aac_run *run,
					     const struct aac_profile_decl *profile,
					     const char **why)
{
	struct aac_fleet_options options = aac_run_fleet_options(run);
	struct aac_context ctx = run->ctx;
	const struct aac_policy *policy;
	struct aac_diags own;

	aac_diags_init(&own, run->arena);
	ctx.diags = &own;
	options.sets = NULL;
	policy = aac_fleet_declared(&ctx, run->library, profile, &options);
	for (const struct aac_diag *d = own.head; d && own.errors; d = d->next)
		if (d->severity == AAC_ERROR) {
			*why = d->message;
			return NULL;
		}
	return policy;
}

void aac_linting_incomplete(struct aac_run *run, const struct aac_decl *decl,
			    const char *why)
{
	aac_hint(&run->diags,
		 aac_report(&run->diags, AAC_NOTE, "lint-incomplete", decl->name_span,
			    "'%s' is not looked at by itself: %s", decl->name, why),
		 "its text is, and so is every profile that holds it");
}

void aac_linting_add_fragment(struct aac_linting *l, const struct aac_fragment *fragment)
{
	struct aac_run *run = l->run;
	const struct aac_profile_decl *alone;
	const struct aac_policy *policy;
	bool lists = true;
	const char *why;

	alone = aac_lint_alone(&run->ctx, fragment, false, lists);
	policy = aac_linting_compose(run, alone, &why);
	/* What stands in for a list may be no word of a vocabulary. */
	if (!policy) {
		lists = false;
		alone = aac_lint_alone(&run->ctx, fragment, false, lists);
		policy = aac_linting_compose(run, alone, &why);
	}
	if (!policy) {
		aac_linting_incomplete(run, fragment->decl, why);
		return;
	}
	if (!l->alone)
		l->alone = ARENA_ARRAY(run->arena, struct aac_lint_alone,
				       run->library->fragment_count);
	l->alone[l->alone_count] = (struct aac_lint_alone){ .fragment = fragment,
							    .unit = l->unit_count,
							    .lists = lists };
	aac_linting_add_policy(l, policy, fragment);
	/* Nothing is added when it cannot be rendered. */
	l->alone_count += l->unit_count > l->alone[l->alone_count].unit;
}

void aac_linting_add_written(struct aac_linting *l, const struct aac_file *file)
{
	size_t count;
	const struct aac_lint_unit *units =
		aac_lint_units_written(&l->run->ctx, file, &count);

	for (size_t i = 0; i < count; i++)
		*add(l) = units[i];
}

/* ---- composed ---------------------------------------------------------------------- */

struct texts {
	const struct aac_profile_text **items;
	const struct aac_blob **blobs;
	size_t count;
	struct map by_digest; /* -> index + 1 */
};

static void add_text(struct texts *texts, const struct aac_profile_text *text)
{
	const char *key = text ? text->digest.hex : NULL;

	if (!text || map_get_str(&texts->by_digest, key))
		return;
	texts->items[texts->count++] = text;
	map_add(&texts->by_digest, key, strlen(key), (void *)texts->count);
}

/* Of what TEXT is compiled to, the profile or the child NAME. */
static const struct aac_blob *find_blob(const struct texts *texts,
					const struct aac_profile_text *text,
					const char *name)
{
	size_t at = text ? (size_t)map_get_str(&texts->by_digest, text->digest.hex) : 0;
	const struct aac_blob *blob = at ? texts->blobs[at - 1] : NULL;

	while (blob && strcmp(blob->name, name) != 0)
		blob = blob->next;
	return blob;
}

static void compile_texts(struct aac_run *run, struct texts *texts)
{
	struct buf *policies = ARENA_ARRAY(run->arena, struct buf, texts->count);

	texts->blobs = ARENA_ARRAY(run->arena, const struct aac_blob *, texts->count);
	/* One that is refused keeps no other from being looked at. */
	aac_check_texts(run, texts->items, texts->count, "linting", true, policies);
	for (size_t i = 0; i < texts->count; i++)
		if (policies[i].len)
			texts->blobs[i] = aac_blob_read(
				&run->ctx, texts->items[i]->policy->name,
				(const uint8_t *)buf_str(&policies[i]), policies[i].len);
	for (size_t i = 0; i < texts->count; i++)
		buf_fini(&policies[i]);
}

static bool lacks_include(struct aac_run *run, const struct aac_lint_unit *unit)
{
	const char *near;

	for (size_t i = 0; i < unit->rules.count; i++) {
		const struct aac_rule *rule = unit->rules.items[i].rule;

		if (rule->kind->id == AAC_KIND_INCLUDE && !rule->shape->if_exists &&
		    !aac_linting_include(run, rule, &near))
			return true;
	}
	return false;
}

static void compile_composed(struct aac_linting *l)
{
	struct texts texts = { 0 };

	texts.items = ARENA_ARRAY(l->run->arena, const struct aac_profile_text *,
				  2 * l->unit_count);
	for (size_t i = 0; i < l->unit_count; i++) {
		/* unknown-abstraction tells of it, the parser would as well. */
		if (l->units[i].clean || lacks_include(l->run, &l->units[i]))
			continue;
		add_text(&texts, l->units[i].text);
		add_text(&texts, l->units[i].bare);
	}
	compile_texts(l->run, &texts);
	for (size_t i = 0; i < l->unit_count; i++) {
		struct aac_lint_unit *unit = &l->units[i];

		unit->blob = find_blob(&texts, unit->text, unit->name);
		if (unit->bare)
			unit->without = find_blob(&texts, unit->bare,
						  aac_policy_label(unit->bare->policy));
	}
	map_fini(&texts.by_digest);
}

/* ---- written ----------------------------------------------------------------------- */

static void compile_written(struct aac_run *run, struct aac_lint_unit *unit)
{
	static const char name[] = "aa-compose.whole";
	const struct aac_source *source;
	const struct aac_blob *blob;
	CLEANUP_BUF out = { 0 };

	buf_printf(&out, "%s\nprofile %s {\n", unit->rules.preamble, name);
	for (size_t i = 0; i < unit->rules.count; i++)
		if (unit->rules.items[i].blob)
			buf_printf(&out, "%s\n",
				   aac_own_name_put(run->arena, unit->rules.items[i].text,
						    unit->name));
	buf_puts(&out, "}\n");
	source = aac_source_new(run->arena, name, NULL, buf_str(&out), out.len);
	blob = aac_blobs_of_source(run, source, true);
	while (blob && strcmp(blob->name, name) != 0)
		blob = blob->next;
	unit->blob = blob;
}

/* What stands without a fragment, where somebody wants to know. */
static void compose_bare(struct aac_linting *l)
{
	struct aac_run *run = l->run;

	for (size_t i = 0; i < l->alone_count; i++) {
		const struct aac_lint_alone *one = &l->alone[i];
		const struct aac_policy *bare;
		const char *why;

		if (l->units[one->unit].clean)
			continue;
		bare = aac_linting_compose(
			run, aac_lint_alone(&run->ctx, one->fragment, true, one->lists),
			&why);
		if (bare)
			l->units[one->unit].bare = aac_render_policy(run, bare);
	}
}

void aac_linting_compile(struct aac_linting *l)
{
	aac_lint_verdicts_find(l);
	compose_bare(l);
	compile_composed(l);
	if (l->run->refused)
		return;
	aac_linting_rules(l);
	for (size_t i = 0; i < l->unit_count && !l->run->refused; i++)
		if (l->units[i].file)
			compile_written(l->run, &l->units[i]);
}

/* ---- includes ---------------------------------------------------------------------- */

const char *aac_linting_path(struct aac_run *run, const struct aac_rule *rule)
{
	const char *name = rule->shape->path->text;

	if (*name == '/')
		return name;
	return arena_printf(run->arena, "%s/%s", aac_compiler_base(&run->ctx, &run->host),
			    name);
}

bool aac_linting_include(void *env, const struct aac_rule *rule, const char **near)
{
	struct aac_run *run = env;
	const char *path = aac_linting_path(run, rule), *slash = strrchr(path, '/');
	const char *name = rule->shape->path->text, *base = strrchr(name, '/');
	struct suggest suggest = { .word = slash + 1 };
	struct aac_context ctx = run->ctx;
	const char *const *names;
	struct aac_diags silent;
	size_t count;

	*near = NULL;
	if (aac_host_exists(&run->ctx, &run->host, path))
		return true;
	aac_diags_init(&silent, run->arena);
	ctx.diags = &silent;
	path = arena_strndup(run->arena, path, (size_t)(slash - path));
	if (!aac_host_is_folder(&ctx, &run->host, path) ||
	    !aac_host_list(&ctx, &run->host, path, "", &names, &count))
		return false;
	for (size_t i = 0; i < count; i++)
		suggest_offer(&suggest, names[i]);
	if (suggest_best(&suggest))
		*near = arena_printf(run->arena, "%.*s%s",
				     (int)(base ? base + 1 - name : 0), name,
				     suggest_best(&suggest));
	return false;
}
