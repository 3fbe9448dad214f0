/*
 * The fleet: each container's choice, settings and name; containers with the same rules
 * share one profile.  Nothing of one container is kept but what its member says, so the
 * cost grows with the number of containers and of distinct profiles, not with their
 * product.
 */
#include "core/fleet.h"

#include <string.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/map.h"
#include "core/context.h"
#include "core/diag.h"
#include "core/fleet_name.h"

/* ---- notes and warnings ----------------------------------------------------------- */

static void warn_unconfined(struct aac_fleet_run *run, const struct aac_scope *scope,
			    const struct aac_selection *selection)
{
	const struct aac_container *container = scope->container;
	struct aac_trail key = { .up = container->trail, .key = "apparmor_profile" };

	if (!aac_node_is_null(aac_node_get(scope->json, "apparmor_fragments")))
		return; /* it opted out */
	aac_hint(run->ctx->diags,
		 aac_report(run->ctx->diags, AAC_WARNING, "unconfined",
			    aac_config_place(run->config, &key),
			    "container %s gets no profile and runs unconfined: %s",
			    aac_fleet_whose(run->ctx, container), selection->why),
		 "list its fragments, e.g. \"apparmor_fragments\": [\"base\"], or [] "
		 "to say "
		 "that this is meant");
}

/* .apparmor.params that is no object, and a key of it that names no parameter: the values
 * would be lost in silence. */
static void check_overrides(struct aac_fleet_run *run, const struct aac_scope *scope)
{
	const struct aac_container *container = scope->container;
	const struct aac_node *params =
		aac_node_get(aac_node_get(scope->json, "apparmor"), "params");
	struct aac_trail top = { .up = container->trail, .key = "apparmor" };
	struct aac_trail list = { .up = &top, .key = "params" };

	if (aac_node_is_null(params))
		return;
	if (params->type != AAC_NODE_OBJECT) {
		aac_hint(run->ctx->diags,
			 aac_report(run->ctx->diags, AAC_ERROR, "config-type",
				    aac_config_place(run->config, &list),
				    "container %s: .apparmor.params is not an object",
				    aac_fleet_whose(run->ctx, container)),
			 "write: \"params\": { \"FRAGMENT.PARAM\": VALUE }");
		return;
	}
	for (const struct aac_node *at = params->first; at; at = at->next) {
		const char *key = arena_strndup(run->scratch, at->key.text, at->key.len);
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
					    aac_fleet_whose(run->ctx, container), key),
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

void aac_fleet_nesting_off(struct aac_fleet_run *run,
			   const struct aac_container *container,
			   const struct aac_fragment *fragment)
{
	struct aac_nesting_off *off = ARENA_NEW(run->ctx->arena, struct aac_nesting_off);

	*off = (struct aac_nesting_off){ NULL, container, fragment };
	*run->nesting_off_tail = off;
	run->nesting_off_tail = &off->next;
}

static void note_nesting(struct aac_fleet_run *run, const struct aac_scope *scope,
			 const struct aac_selection *selection,
			 const struct aac_lxc_line *lxc)
{
	for (size_t i = 0; i < selection->fragments.count; i++)
		if (wants_nesting_feature(scope, &selection->choices[i], lxc))
			aac_fleet_nesting_off(run, scope->container,
					      selection->choices[i].fragment);
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
	return (struct aac_scope){
		.ctx = run->ctx,
		.scratch = run->scratch,
		.library = run->library,
		.config = run->config,
		.container = container,
		.json = container ? aac_config_json(run->config, container, run->scratch)
				  : NULL,
		.extra = run->options->extra,
	};
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
	member->policy = aac_fleet_policy(run, scope, name, composition.policy);
	return member->policy != NULL;
}

static void compose_fresh(struct aac_fleet_run *run, struct aac_scope *scope,
			  struct aac_selection *selection, struct aac_member *member)
{
	aac_composer_next(run->composer);
	member->runs_unconfined = aac_node_says(
		aac_node_get(scope->json, "apparmor_profile"), "unconfined");
	check_overrides(run, scope);
	if (!aac_select(scope, selection))
		return;
	member->why = selection->why;
	if (selection->how == AAC_SELECTED_NONE) {
		if (member->runs_unconfined)
			warn_unconfined(run, scope, selection);
		return;
	}
	if (compose_member(run, scope, selection, false, member))
		note_nesting(run, scope, selection, member->lxc);
}

static void compose_container(struct aac_fleet_run *run,
			      const struct aac_container *container,
			      struct aac_member *member)
{
	struct aac_selection selection = { 0 };
	const struct aac_diag *told = aac_diags_last(run->ctx->diags);
	struct aac_nesting_off **nesting_off = run->nesting_off_tail;
	struct aac_scope scope;

	arena_reset(run->scratch);
	scope = scope_new(run, container);
	if (aac_fleet_recall(run, &scope, member))
		return;
	member->container = container;
	compose_fresh(run, &scope, &selection, member);
	if (aac_diags_last(run->ctx->diags) == told)
		aac_fleet_remember(run, member, selection.profile, nesting_off);
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

/* So many containers are composed between two words of progress. */
enum { PROGRESS_EVERY = 64 };

/* ---- all of them ------------------------------------------------------------------ */

static void run_begin(struct aac_fleet_run *run, struct aac_context *ctx,
		      const struct aac_library *library, const struct aac_config *config,
		      const struct aac_fleet_options *options)
{
	*run = (struct aac_fleet_run){ .ctx = ctx,
				       .library = library,
				       .config = config,
				       .options = options,
				       .composer = options->composer,
				       .scratch = arena_new(),
				       .trial = arena_new() };
	if (run->composer)
		aac_composer_lend(run->composer, ctx);
	else
		run->composer = aac_composer_new(ctx);
	run->chosen = ARENA_ARRAY(ctx->arena, bool, library->fragment_count);
	run->nesting_off_tail = &run->nesting_off;
}

static void run_end(struct aac_fleet_run *run)
{
	map_fini(&run->compositions);
	map_fini(&run->baselines);
	map_fini(&run->policies);
	map_fini(&run->sets);
	map_fini(&run->paths);
	map_fini(&run->same);
	buf_fini(&run->same_key);
	if (!run->options->composer)
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
	if (containers)
		aac_fleet_take_paths(&run);
	take_sets(&run);
	check_attachments(&run);
	for (size_t i = 0; i < containers && !aac_diags_full(ctx->diags); i++) {
		if (options->progress && i % PROGRESS_EVERY == 0)
			options->progress(options->env, i, containers);
		compose_container(&run, &config->containers[i], &members[fleet->count++]);
	}
	for (size_t i = 0; i < library->profile_count && !aac_diags_full(ctx->diags); i++)
		if (stands_alone(&run, library->profiles[i]))
			compose_alone(&run, library->profiles[i],
				      &members[fleet->count++]);
	if (config && !ctx->diags->errors) {
		tell_nesting(&run);
		warn_unused(&run);
	}
	fleet->members = members;
	aac_fleet_collect(&run, fleet);
	run_end(&run);
	return fleet;
}

const struct aac_policy *aac_fleet_declared(struct aac_context *ctx,
					    const struct aac_library *library,
					    const struct aac_profile_decl *profile,
					    const struct aac_fleet_options *options)
{
	struct aac_member member = { 0 };
	struct aac_fleet fleet = { 0 };
	struct aac_fleet_run run;

	run_begin(&run, ctx, library, NULL, options);
	compose_alone(&run, profile, &member);
	aac_fleet_collect(&run, &fleet);
	run_end(&run);
	return member.policy;
}
