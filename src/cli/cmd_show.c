/*
 * aa-compose show: the composition and the reasons for it.  Without an argument a line
 * for each container; with one the container of that ID, else the profile of that name,
 * built or only declared.  Not obvious: a profile that no container has is composed
 * here with its defaults.
 */
#include <stdint.h>
#include <string.h>

#include "base/arena.h"
#include "base/suggest.h"
#include "cli/command.h"
#include "cli/run.h"
#include "cli/selection.h"
#include "cli/show.h"
#include "cli/text.h"
#include "core/library.h"

static const char *join_choices(struct arena *arena, const struct aac_member *member)
{
	CLEANUP_BUF out = { 0 };

	for (size_t i = 0; i < member->choice_count; i++)
		buf_printf(&out, "%s%s", i ? " " : "", member->choices[i].fragment->name);
	return arena_strndup(arena, buf_str(&out), out.len);
}

static void show_overview(struct aac_run *run)
{
	struct aac_table table = { .arena = run->arena, .columns = 4 };

	AAC_TABLE_ADD(&table, "CTID", "NAME", "PROFILE", "FRAGMENTS");
	for (size_t i = 0; i < run->fleet->count; i++) {
		const struct aac_member *member = &run->fleet->members[i];

		if (member->container)
			AAC_TABLE_ADD(&table, member->container->ctid,
				      member->container->name,
				      member->policy ? member->policy->name : "-",
				      member->policy ? join_choices(run->arena, member)
						     : arena_printf(run->arena, "(%s)",
								    member->why));
		else
			AAC_TABLE_ADD(&table, "-", NULL, member->policy->name,
				      join_choices(run->arena, member));
	}
	aac_table_put(&table, &run->out, 0);
}

static void show_overview_json(struct aac_run *run)
{
	struct aac_json json = { .out = &run->out };

	aac_json_begin(&json, NULL, '[');
	for (size_t i = 0; i < run->fleet->count; i++)
		if (run->fleet->members[i].container)
			aac_show_member_json(run, &json, &run->fleet->members[i]);
	aac_json_end(&json, ']');
}

/* The profile alone, byte for byte as build writes it. */
static void show_text(struct aac_run *run, const struct aac_policy *policy)
{
	const struct aac_profile_text *text = aac_render_policy(run, policy);

	if (text)
		buf_putn(&run->out, text->text, text->len);
}

static void show_member(struct aac_run *run, const struct aac_member *member)
{
	struct aac_json json = { .out = &run->out };

	if (aac_option_given(run->opts, AAC_OPT_TEXT) && member->policy) {
		show_text(run, member->policy);
	} else if (aac_option_given(run->opts, AAC_OPT_TEXT)) {
		aac_report(&run->diags, AAC_WARNING, "no-profile", (struct aac_span){ 0 },
			   "container '%s' gets no profile: %s", member->container->ctid,
			   member->why);
		run->no = true;
	} else if (run->opts->json) {
		aac_show_member_json(run, &json, member);
	} else {
		aac_show_member(run, member);
	}
}

static void show_policy(struct aac_run *run, const struct aac_policy *policy)
{
	if (aac_option_given(run->opts, AAC_OPT_TEXT))
		show_text(run, policy);
	else if (run->opts->json)
		aac_show_policy_json(run, policy);
	else
		aac_show_policy(run, policy);
}

static void show_named(struct aac_run *run, const char *what)
{
	const struct aac_member *member = aac_find_member(run, what);
	size_t at = aac_policy_index(run->fleet, what);
	const struct aac_profile_decl *decl = aac_library_profile(run->library, what);
	struct aac_fleet_options options = aac_run_fleet_options(run);
	const struct aac_policy *policy;

	if (member) {
		show_member(run, member);
		return;
	}
	if (at == SIZE_MAX && !decl) {
		aac_report_unknown_profile(run, what);
		return;
	}
	policy = at != SIZE_MAX
			 ? run->fleet->policies[at]
			 : aac_fleet_declared(&run->ctx, run->library, decl, &options);
	if (policy)
		show_policy(run, policy);
}

static void perform_show(struct aac_run *run)
{
	bool named = run->opts->arg_count > 0;

	if (aac_option_given(run->opts, AAC_OPT_TEXT) && !named) {
		run->usage =
			"--text needs the container or the profile that is to be printed";
		return;
	}
	if (aac_option_given(run->opts, AAC_OPT_TEXT) && run->opts->json) {
		run->usage = "--text and --format json exclude each other";
		return;
	}
	if (!aac_run_compose(run))
		return;
	if (named)
		show_named(run, run->opts->args[0]);
	else if (!aac_run_needs_config(run))
		return;
	else if (run->opts->json)
		show_overview_json(run);
	else
		show_overview(run);
}

const struct aac_command aac_command_show = {
	.name = "show",
	.arguments = "[CTID|PROFILE]",
	.summary =
		"the composition: which fragments, and why; where each value comes from",
	.help =
		"Without an argument, a line for each container: its profile and its "
		"fragments.\n\n"
		"With a CTID, that container's composition: why it has its profile, "
		"why each fragment is in it, each parameter with the origin of its "
		"value, and the lines for its LXC configuration. With a PROFILE, the "
		"containers that share it and its fragments; one that is only "
		"declared is composed with the defaults.\n\n"
		"--text prints the profile exactly as build writes it; the exit "
		"status is 1 when the container gets none.",
	.examples =
		"aa-compose show -c containers.json\n"
		"aa-compose show -c containers.json 953\n"
		"aa-compose show -c containers.json --text 953 > profile\n",
	.options = AAC_OPTS_COMMON | AAC_OPTS_COMPOSE | AAC_OPT(TEXT),
	.max_args = 1,
	.perform = perform_show,
};
