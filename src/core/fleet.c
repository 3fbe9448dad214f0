/*
 * The fleet: each container's choice, settings and name; containers with the same rules
 * share one profile.  Nothing of one container is kept but what its member says, so the
 * cost grows with the number of containers and of distinct profiles, not with their
 * product.
 */
#include "core/fleet.h"

#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/map.h"
#include "core/context.h"
#include "core/diag.h"
#include "core/fleet_name.h"

/* A profile under its name, and who had it first. */
struct aac_named {
	struct aac_policy policy;
	const struct aac_container *first;
};

struct aac_nesting_off {
	struct aac_nesting_off *next;
	const struct aac_container *container;
	const struct aac_fragment *fragment;
};

static const char *container_text(struct aac_context *ctx, const struct aac_container *c)
{
	if (!c)
		return "(no container)";
	return c->name ? arena_printf(ctx->arena, "%s ('%.60s')", c->ctid, c->name)
		       : c->ctid;
}

/* The policy under NAME: the first container's; another body under the same name is an
 * error. */
static const struct aac_policy *name_policy(struct aac_fleet_run *run,
					    const struct aac_scope *scope,
					    const char *name,
					    const struct aac_policy *policy)
{
	void **slot = map_slot(&run->policies, name, strlen(name));
	struct aac_named *named = *slot;
	struct aac_diag *diag;

	if (!named) {
		named = ARENA_NEW(run->ctx->arena, struct aac_named);
		*named = (struct aac_named){ *policy, scope->container };
		named->policy.name = name;
		*slot = named;
		return &named->policy;
	}
	if (strcmp(named->policy.key, policy->key) == 0)
		return &named->policy;
	diag = aac_report(run->ctx->diags, AAC_ERROR, "name-clash",
			  scope->container
				  ? aac_config_place(run->config, scope->container->trail)
				  : (struct aac_span){ 0 },
			  "containers %s and %s give the name '%s' to different rules",
			  container_text(run->ctx, named->first),
			  container_text(run->ctx, scope->container), name);
	if (named->first)
		aac_note(run->ctx->diags, diag,
			 aac_config_place(run->config, named->first->trail),
			 "the first is here");
	aac_hint(run->ctx->diags, diag,
		 "give one another .apparmor_profile, or build with --per-container");
	return NULL;
}

/* ---- notes and warnings ----------------------------------------------------------- */

static bool runs_unconfined(const struct aac_container *container)
{
	const char *text =
		json_string_value(json_object_get(container->json, "apparmor_profile"));

	return text && strcmp(text, "unconfined") == 0;
}

static void warn_unconfined(struct aac_fleet_run *run,
			    const struct aac_container *container,
			    const struct aac_selection *selection)
{
	struct aac_trail key = { .up = container->trail, .key = "apparmor_profile" };
	const json_t *list = json_object_get(container->json, "apparmor_fragments");

	if (list && !json_is_null(list))
		return; /* it opted out */
	aac_hint(run->ctx->diags,
		 aac_report(run->ctx->diags, AAC_WARNING, "unconfined",
			    aac_config_place(run->config, &key),
			    "container %s gets no profile and runs unconfined: %s",
			    container_text(run->ctx, container), selection->why),
		 "list its fragments, e.g. \"apparmor_fragments\": [\"base\"], or [] "
		 "to say "
		 "that this is meant");
}

/* .apparmor.params that is no object, and a key of it that names no parameter: the values
 * would be lost in silence. */
static void check_overrides(struct aac_fleet_run *run,
			    const struct aac_container *container)
{
	json_t *params =
		json_object_get(json_object_get(container->json, "apparmor"), "params");
	struct aac_trail top = { .up = container->trail, .key = "apparmor" };
	struct aac_trail list = { .up = &top, .key = "params" };
	const char *key;
	json_t *value;

	if (params && !json_is_object(params) && !json_is_null(params))
		aac_hint(run->ctx->diags,
			 aac_report(run->ctx->diags, AAC_ERROR, "config-type",
				    aac_config_place(run->config, &list),
				    "container %s: .apparmor.params is not an object",
				    container_text(run->ctx, container)),
			 "write: \"params\": { \"FRAGMENT.PARAM\": VALUE }");
	json_object_foreach(params, key, value)
	{
		const char *dot = strchr(key, '.');
		const char *name = arena_strndup(run->scratch, key,
						 dot ? (size_t)(dot - key) : strlen(key));
		const struct aac_fragment *f = aac_library_fragment(run->library, name);
		const struct aac_param *param =
			f && dot ? aac_param_find(&f->params, dot + 1) : NULL;
		struct aac_trail trail = { .up = &list, .key = key };

		if (!param)
			aac_hint(run->ctx->diags,
				 aac_report(run->ctx->diags, AAC_WARNING, "unknown-param",
					    aac_config_place(run->config, &trail),
					    "container %s: .apparmor.params names no "
					    "parameter '%.80s'",
					    container_text(run->ctx, container), key),
				 "write \"FRAGMENT.PARAM\"; 'aa-compose list fragments' "
				 "has them");
	}
}

/* Does FRAGMENT, here only because another requires it, need nesting turned on? */
static bool wants_nesting_feature(const struct aac_scope *scope,
				  const struct aac_choice *choice,
				  const struct aac_lxc_line *lxc)
{
	if (!choice->required_only || !choice->fragment->decl->whens.head)
		return false;
	for (const struct aac_expr *w = choice->fragment->decl->whens.head; w;
	     w = w->next)
		if (aac_expr_true(scope, w))
			return false;
	for (; lxc; lxc = lxc->next)
		if (strcmp(lxc->section, choice->fragment->name) == 0 &&
		    strcmp(lxc->key, "lxc.apparmor.allow_nesting") == 0 &&
		    strcmp(lxc->value, "1") == 0)
			return true;
	return false;
}

static void note_nesting(struct aac_fleet_run *run, const struct aac_scope *scope,
			 const struct aac_selection *selection,
			 const struct aac_lxc_line *lxc)
{
	for (size_t i = 0; i < selection->fragments.count; i++) {
		struct aac_nesting_off *off;

		if (!wants_nesting_feature(scope, &selection->choices[i], lxc))
			continue;
		off = ARENA_NEW(run->ctx->arena, struct aac_nesting_off);
		*off = (struct aac_nesting_off){ NULL, scope->container,
						 selection->choices[i].fragment };
		*run->nesting_off_tail = off;
		run->nesting_off_tail = &off->next;
	}
}

/* One note for all of them: their CTIDs, the first dozen. */
static void tell_nesting(struct aac_fleet_run *run)
{
	enum { SHOWN = 12 };
	CLEANUP_BUF ctids = { 0 };
	size_t count = 0;
	struct aac_diag *diag;

	for (const struct aac_nesting_off *off = run->nesting_off; off; off = off->next)
		if (count++ < SHOWN)
			buf_printf(&ctids, "%s%s", count > 1 ? ", " : "",
				   off->container->ctid);
	if (!count)
		return;
	if (count > SHOWN)
		buf_printf(&ctids, " and %zu more", count - SHOWN);
	diag = aac_report(
		run->ctx->diags, AAC_NOTE, "nesting-feature-off",
		run->nesting_off->fragment->decl->name_span,
		"%zu container%s the rules of '%s' because a fragment requires it, but "
		"Proxmox's nesting feature is off there: %s",
		count, count == 1 ? " gets" : "s get", run->nesting_off->fragment->name,
		buf_str(&ctids));
	aac_hint(run->ctx->diags, diag, "turn it on: pct set %s --features nesting=1",
		 run->nesting_off->container->ctid);
}

/* By index: a container has it, a `when` may choose it, or another or a profile names
 * it. */
static bool *find_used(struct aac_fleet_run *run)
{
	const struct aac_library *library = run->library;
	bool *used = ARENA_ARRAY(run->scratch, bool, library->fragment_count);

	for (size_t i = 0; i < library->fragment_count; i++) {
		const struct aac_fragments *requires = &library->fragments[i]->requires;

		used[i] |= run->chosen[i] || library->fragments[i]->decl->whens.head;
		for (size_t j = 0; j < requires->count; j++)
			used[requires->items[j]->index] = true;
	}
	for (size_t i = 0; i < library->profile_count; i++) {
		const struct aac_name *use = library->profiles[i]->decl->uses.head;

		for (; use; use = use->next) {
			const struct aac_fragment *named =
				aac_library_fragment(library, use->text);

			if (named)
				used[named->index] = true;
		}
	}
	return used;
}

static void warn_unused(struct aac_fleet_run *run)
{
	const bool *used = find_used(run);

	for (size_t i = 0; i < run->library->fragment_count; i++) {
		const struct aac_fragment *fragment = run->library->fragments[i];

		if (used[i])
			continue;
		aac_hint(
			run->ctx->diags,
			aac_report(run->ctx->diags, AAC_WARNING, "fragment-unused",
				   fragment->decl->name_span,
				   "nothing selects, uses or requires fragment '%s'",
				   fragment->name),
			"give it a 'when', name it in a profile's 'use', or list it in a "
			"container's .apparmor_fragments");
	}
}

/* ---- one container ---------------------------------------------------------------- */

static struct aac_scope scope_new(struct aac_fleet_run *run,
				  const struct aac_container *container)
{
	return (struct aac_scope){ .ctx = run->ctx,
				   .scratch = run->scratch,
				   .library = run->library,
				   .config = run->config,
				   .container = container };
}

static void keep(struct aac_fleet_run *run, const struct aac_asker *asker,
		 struct aac_member *member)
{
	struct aac_setting *settings =
		ARENA_ARRAY(run->ctx->arena, struct aac_setting, asker->setting_count);

	for (size_t i = 0; i < asker->setting_count; i++) {
		settings[i] = asker->settings[i];
		settings[i].value.trail = NULL; /* lives in the scratch arena */
	}
	member->settings = settings;
	member->setting_count = asker->setting_count;
	member->choices = asker->selection->choices;
	member->choice_count = asker->selection->fragments.count;
	for (size_t i = 0; i < member->choice_count; i++)
		run->chosen[member->choices[i].fragment->index] = true;
}

/* Profile, settings and lines for what SELECTION chose; false after reporting. */
static bool compose_member(struct aac_fleet_run *run, struct aac_scope *scope,
			   const struct aac_selection *selection, bool defaults_only,
			   struct aac_member *member)
{
	struct aac_bind bind = { .profile = selection->profile,
				 .sets = &run->sets,
				 .defaults_only = defaults_only };
	struct aac_asker asker = { .scope = scope, .selection = selection };
	unsigned int errors = run->ctx->diags->errors;
	struct aac_composition composition;
	const char *name;

	if (!aac_param_bind(scope, selection->fragments, &bind, &asker.settings,
			    &asker.setting_count))
		return false;
	name = aac_fleet_name(run, &asker);
	if (!name || run->ctx->diags->errors != errors ||
	    !aac_fleet_composition(run, &asker, name, &composition))
		return false;
	keep(run, &asker, member);
	member->lxc = composition.lxc;
	member->policy = name_policy(run, scope, name, composition.policy);
	return member->policy != NULL;
}

static void compose_container(struct aac_fleet_run *run,
			      const struct aac_container *container,
			      struct aac_member *member)
{
	struct aac_scope scope = scope_new(run, container);
	struct aac_selection selection;

	arena_reset(run->scratch);
	aac_composer_next(run->composer);
	member->container = container;
	member->runs_unconfined = runs_unconfined(container);
	check_overrides(run, container);
	if (!aac_select(&scope, &selection))
		return;
	member->why = selection.why;
	if (selection.how == AAC_SELECTED_NONE) {
		if (member->runs_unconfined)
			warn_unconfined(run, container, &selection);
		return;
	}
	if (compose_member(run, &scope, &selection, false, member))
		note_nesting(run, &scope, &selection, member->lxc);
}

/* What the names of PROFILE's template begin with; NULL: it is not known. */
static const char *prefix_of(const struct aac_fleet_run *run,
			     const struct aac_profile_decl *profile)
{
	return run->options->template_prefix
		       ? run->options->template_prefix(run->options->env,
						       profile->template_name)
		       : NULL;
}

/* Profiles under a template without a prefix are no container's: each stands for itself.
 */
static bool stands_alone(const struct aac_fleet_run *run,
			 const struct aac_profile_decl *profile)
{
	const char *prefix = prefix_of(run, profile);

	return prefix && !*prefix && !profile->decl->whens.head;
}

static void check_attachments(struct aac_fleet_run *run)
{
	for (size_t i = 0; i < run->library->profile_count; i++) {
		const struct aac_profile_decl *profile = run->library->profiles[i];
		const char *prefix = prefix_of(run, profile);

		if (profile->decl->attach.head && prefix && *prefix)
			aac_hint(run->ctx->diags,
				 aac_report(run->ctx->diags, AAC_ERROR,
					    "misplaced-directive",
					    profile->decl->attach.head->span,
					    "'attach' cannot stand under template '%s': "
					    "a container is given its profile by name",
					    profile->template_name),
				 "take it out, or write 'template raw;'");
	}
}

static void compose_alone(struct aac_fleet_run *run,
			  const struct aac_profile_decl *profile,
			  struct aac_member *member)
{
	struct aac_scope scope = scope_new(run, NULL);
	struct aac_selection selection = { 0 };

	arena_reset(run->scratch);
	member->why = "declared under a template that is no container's";
	if (aac_select_profile(&scope, profile, &selection))
		compose_member(run, &scope, &selection, true, member);
}

/* ---- all of them ------------------------------------------------------------------ */

static int by_name(const void *a, const void *b)
{
	const struct aac_policy *x = *(const struct aac_policy *const *)a;
	const struct aac_policy *y = *(const struct aac_policy *const *)b;

	return strcmp(x->name, y->name);
}

static void collect_policies(struct aac_fleet_run *run, struct aac_fleet *fleet)
{
	const struct aac_policy **items = ARENA_ARRAY(
		run->ctx->arena, const struct aac_policy *, run->policies.count);

	for (size_t i = 0; i < run->policies.count; i++)
		items[i] = &((struct aac_named *)run->policies.entries[i].value)->policy;
	qsort(items, run->policies.count, sizeof(*items), by_name);
	fleet->policies = items;
	fleet->policy_count = run->policies.count;
}

static void run_begin(struct aac_fleet_run *run, struct aac_context *ctx,
		      const struct aac_library *library, const struct aac_config *config,
		      const struct aac_fleet_options *options)
{
	*run = (struct aac_fleet_run){ .ctx = ctx,
				       .library = library,
				       .config = config,
				       .options = options,
				       .composer = aac_composer_new(ctx),
				       .scratch = arena_new(),
				       .trial = arena_new() };
	run->chosen = ARENA_ARRAY(ctx->arena, bool, library->fragment_count);
	run->nesting_off_tail = &run->nesting_off;
}

static void run_end(struct aac_fleet_run *run)
{
	map_fini(&run->compositions);
	map_fini(&run->baselines);
	map_fini(&run->policies);
	map_fini(&run->sets);
	aac_composer_free(run->composer);
	arena_free(run->scratch);
	arena_free(run->trial);
}

/* Makes the map of them; tells those for a container, fragment or parameter that is not
 * there. */
static void take_sets(struct aac_fleet_run *run)
{
	for (const struct aac_set *set = run->options->sets; set; set = set->next) {
		const struct aac_fragment *f =
			aac_library_fragment(run->library, set->fragment);
		const char *name = arena_printf(run->ctx->arena, "%s:%s.%s", set->ctid,
						set->fragment, set->param);

		*map_slot(&run->sets, name, strlen(name)) = (void *)(uintptr_t)set;
		if (!f || !aac_param_find(&f->params, set->param))
			aac_report(run->ctx->diags, AAC_ERROR, "unknown-param",
				   (struct aac_span){ 0 },
				   "--set: there is no parameter '%s.%s'", set->fragment,
				   set->param);
		if (!run->config || !aac_config_find(run->config, set->ctid))
			aac_report(run->ctx->diags, AAC_ERROR, "unknown-container",
				   (struct aac_span){ 0 },
				   "--set: there is no container '%s'", set->ctid);
	}
}

const struct aac_fleet *aac_fleet_compose(struct aac_context *ctx,
					  const struct aac_library *library,
					  const struct aac_config *config,
					  const struct aac_fleet_options *options)
{
	struct aac_fleet *fleet = ARENA_NEW(ctx->arena, struct aac_fleet);
	size_t containers = config ? config->count : 0;
	struct aac_member *members = ARENA_ARRAY(ctx->arena, struct aac_member,
						 containers + library->profile_count);
	struct aac_fleet_run run;

	run_begin(&run, ctx, library, config, options);
	take_sets(&run);
	check_attachments(&run);
	for (size_t i = 0; i < containers && !aac_diags_full(ctx->diags); i++)
		compose_container(&run, &config->containers[i], &members[fleet->count++]);
	for (size_t i = 0; i < library->profile_count && !aac_diags_full(ctx->diags); i++)
		if (stands_alone(&run, library->profiles[i]))
			compose_alone(&run, library->profiles[i],
				      &members[fleet->count++]);
	if (config && !ctx->diags->errors) {
		tell_nesting(&run);
		warn_unused(&run);
	}
	fleet->members = members;
	collect_policies(&run, fleet);
	run_end(&run);
	return fleet;
}

const struct aac_policy *aac_fleet_declared(struct aac_context *ctx,
					    const struct aac_library *library,
					    const struct aac_profile_decl *profile,
					    const struct aac_fleet_options *options)
{
	struct aac_member member = { 0 };
	struct aac_fleet_run run;

	run_begin(&run, ctx, library, NULL, options);
	compose_alone(&run, profile, &member);
	run_end(&run);
	return member.policy;
}
