/*
 * Choosing profiles by container, rendering and checking them.  It takes the composed
 * fleet and the CTIDs of the command line.  Not obvious: a profile is shared, so naming
 * one container may concern others, too.
 */
#include "cli/selection.h"

#include <stdint.h>
#include <string.h>

#include "base/arena.h"
#include "base/suggest.h"
#include "cli/load.h"
#include "core/library.h"
#include "host/compiler.h"

const char *aac_count_text(struct arena *arena, size_t count, const char *noun)
{
	return arena_printf(arena, "%zu %s%s", count, noun, count == 1 ? "" : "s");
}

size_t aac_policy_index(const struct aac_fleet *fleet, const char *name)
{
	size_t low = 0, high = fleet->policy_count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;
		int order = strcmp(fleet->policies[middle]->name, name);

		if (order == 0)
			return middle;
		if (order < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return SIZE_MAX;
}

static void build_index(const struct aac_run *run, struct map *index)
{
	for (size_t i = 0; i < run->fleet->count; i++) {
		const struct aac_member *member = &run->fleet->members[i];

		if (member->container)
			map_add(index, member->container->ctid,
				strlen(member->container->ctid),
				(void *)(uintptr_t)member);
	}
}

const struct aac_member *aac_find_member(const struct aac_run *run, const char *ctid)
{
	for (size_t i = 0; i < run->fleet->count; i++) {
		const struct aac_member *member = &run->fleet->members[i];

		if (member->container && strcmp(member->container->ctid, ctid) == 0)
			return member;
	}
	return NULL;
}

void aac_report_unknown(struct aac_run *run, const char *ctid)
{
	struct suggest suggest = { .word = ctid };
	struct aac_diag *diag = aac_report(
		&run->diags, AAC_ERROR, "unknown-container", (struct aac_span){ 0 },
		"'%s' holds no container '%s'", run->opts->config, ctid);

	for (size_t i = 0; i < run->config->count; i++) {
		const struct aac_container *container = &run->config->containers[i];

		suggest_offer(&suggest, container->ctid);
		if (container->name && strcmp(container->name, ctid) == 0) {
			aac_hint(&run->diags, diag, "the container of that name is '%s'",
				 container->ctid);
			return;
		}
	}
	if (suggest_best(&suggest))
		aac_hint(&run->diags, diag, "did you mean '%s'?", suggest_best(&suggest));
}

static void want(struct aac_run *run, struct aac_selection *selection,
		 const struct aac_member *member)
{
	size_t at;

	if (!member->policy)
		return;
	at = aac_policy_index(run->fleet, member->policy->name);
	if (at == SIZE_MAX)
		return;
	selection->containers += member->container != NULL;
	selection->profiles += !selection->wanted[at];
	selection->wanted[at] = true;
}

bool aac_selection_init(struct aac_run *run, struct aac_selection *selection)
{
	const struct aac_options *opts = run->opts;
	CLEANUP_MAP index = { 0 };
	CLEANUP_MAP seen = { 0 };

	*selection = (struct aac_selection){ .all = opts->arg_count == 0 };
	selection->wanted = ARENA_ARRAY(run->arena, bool, run->fleet->policy_count);
	if (selection->all)
		for (size_t i = 0; i < run->fleet->count; i++)
			want(run, selection, &run->fleet->members[i]);
	else
		build_index(run, &index);
	for (size_t i = 0; i < opts->arg_count; i++) {
		const char *ctid = opts->args[i];
		const struct aac_member *member = map_get_str(&index, ctid);
		void **again = map_slot(&seen, ctid, strlen(ctid));

		if (*again)
			continue;
		*again = run;
		if (member)
			want(run, selection, member);
		else
			aac_report_unknown(run, ctid);
	}
	return aac_run_ok(run);
}

void aac_report_unknown_profile(struct aac_run *run, const char *what)
{
	struct suggest suggest = { .word = what };
	struct aac_diag *diag = aac_report(
		&run->diags, AAC_ERROR, "unknown-container", (struct aac_span){ 0 },
		"there is no container and no profile '%s'", what);

	for (size_t i = 0; i < run->fleet->count; i++) {
		const struct aac_container *container = run->fleet->members[i].container;

		if (!container)
			continue;
		suggest_offer(&suggest, container->ctid);
		if (container->name && strcmp(container->name, what) == 0) {
			aac_hint(&run->diags, diag, "the container of that name is '%s'",
				 container->ctid);
			return;
		}
	}
	for (size_t i = 0; i < run->fleet->policy_count; i++)
		suggest_offer(&suggest, run->fleet->policies[i]->name);
	for (size_t i = 0; i < run->library->profile_count; i++)
		suggest_offer(&suggest, run->library->profiles[i]->name);
	if (suggest_best(&suggest))
		aac_hint(&run->diags, diag, "did you mean '%s'?", suggest_best(&suggest));
	else if (!run->config)
		aac_hint(&run->diags, diag,
			 "-c names the file that holds the containers");
}

const struct aac_policy *aac_find_policy(struct aac_run *run, const char *what)
{
	const struct aac_member *member = aac_find_member(run, what);
	struct aac_fleet_options options = aac_run_fleet_options(run);
	const struct aac_profile_decl *decl;
	size_t at = aac_policy_index(run->fleet, what);

	if (member && !member->policy)
		aac_report(&run->diags, AAC_ERROR, "unknown-profile",
			   (struct aac_span){ 0 }, "container %s gets no profile: %s",
			   what, member->why);
	if (member)
		return member->policy;
	if (at != SIZE_MAX)
		return run->fleet->policies[at];
	decl = aac_library_profile(run->library, what);
	if (decl)
		return aac_fleet_declared(&run->ctx, run->library, decl, &options);
	aac_report_unknown_profile(run, what);
	return NULL;
}

/* ---- texts ----------------------------------------------------------------- */

const struct aac_profile_text *aac_render_policy(struct aac_run *run,
						 const struct aac_policy *policy)
{
	const struct aac_template *frame =
		aac_load_template(run, policy->template_name, (struct aac_span){ 0 });

	return frame ? aac_render(&run->ctx, policy, frame) : NULL;
}

const struct aac_profile_text **
aac_render_wanted(struct aac_run *run, const struct aac_selection *selection, bool every)
{
	const struct aac_fleet *fleet = run->fleet;
	const struct aac_profile_text **texts = ARENA_ARRAY(
		run->arena, const struct aac_profile_text *, fleet->policy_count);

	for (size_t i = 0; i < fleet->policy_count; i++)
		if (every || selection->wanted[i])
			texts[i] = aac_render_policy(run, fleet->policies[i]);
	return texts;
}

bool aac_check_texts(struct aac_run *run, const struct aac_profile_text *const *texts,
		     size_t count, const char *verb, bool together, struct buf *policies)
{
	char *shown = arena_strdup(run->arena, verb);
	struct aac_check_options options = { .jobs = run->opts->jobs,
					     .seconds = run->opts->parser_timeout,
					     .together = together,
					     .policies = policies,
					     .env = shown };

	if (aac_run_shows_progress(run))
		options.progress = aac_term_progress;
	if (count == 0)
		return true;
	if (aac_check(&run->ctx, &run->host, texts, count, &options) == AAC_CHECK_HOST)
		run->refused = true;
	if (options.progress)
		aac_term_progress(shown, count, count);
	return aac_run_ok(run);
}

bool aac_check_wanted(struct aac_run *run, const struct aac_selection *selection,
		      const struct aac_profile_text *const *texts, struct buf *policies)
{
	size_t all = run->fleet->policy_count, count = 0;
	const struct aac_profile_text **list =
		ARENA_ARRAY(run->arena, const struct aac_profile_text *, all);
	struct buf *compiled = policies ? ARENA_ARRAY(run->arena, struct buf, all) : NULL;
	bool fine;

	for (size_t i = 0; i < all; i++)
		if (selection->wanted[i])
			list[count++] = texts[i];
	fine = aac_check_texts(run, list, count, "checking", false, compiled);
	count = 0;
	for (size_t i = 0; compiled && i < all; i++)
		if (selection->wanted[i])
			policies[i] = compiled[count++];
	return fine;
}
