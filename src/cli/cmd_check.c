/*
 * aa-compose check: would apparmor_parser take the profiles?  It composes, compiles each
 * distinct profile once for the target, and writes nothing.
 */
#include <stdint.h>

#include "base/arena.h"
#include "cli/command.h"
#include "cli/json_writer.h"
#include "cli/run.h"
#include "cli/selection.h"
#include "core/target.h"
#include "host/compiler.h"

static void put_result_json(struct aac_run *run, const struct aac_selection *selection,
			    const char *version)
{
	struct aac_json json = { .out = &run->out };

	aac_json_begin(&json, NULL, '{');
	aac_json_put(&json, "target", run->ctx.target->name);
	aac_json_put(&json, "parser", version);
	aac_json_number(&json, "accepted", selection->profiles);
	aac_json_begin(&json, "profiles", '[');
	for (size_t i = 0; i < run->fleet->policy_count; i++)
		if (selection->wanted[i])
			aac_json_put(&json, NULL, run->fleet->policies[i]->name);
	aac_json_end(&json, ']');
	aac_json_end(&json, '}');
}

static void put_result(struct aac_run *run, const struct aac_selection *selection,
		       const char *version)
{
	const char *target = run->ctx.target->name;

	if (run->opts->json) {
		put_result_json(run, selection, version);
		return;
	}
	if (aac_option_given(run->opts, AAC_OPT_VERBOSE))
		for (size_t i = 0; i < run->fleet->policy_count; i++)
			if (selection->wanted[i])
				buf_printf(&run->out, "accepted   %s\n",
					   run->fleet->policies[i]->name);
	if (selection->profiles == 0)
		buf_puts(&run->out, "no profiles to check\n");
	else
		buf_printf(&run->out, "%s accepted by apparmor_parser %s for %s\n",
			   aac_count_text(run->arena, selection->profiles, "profile"),
			   version, target);
}

static void perform_check(struct aac_run *run)
{
	struct aac_selection selection;
	const struct aac_profile_text **texts;
	const struct aac_compiler *compiler;

	if (!aac_run_compose(run) || !aac_run_needs_config(run) ||
	    !aac_selection_init(run, &selection))
		return;
	texts = aac_render_wanted(run, &selection, false);
	if (!aac_run_ok(run) || !aac_check_wanted(run, &selection, texts, NULL))
		return;
	compiler = aac_compiler_find(&run->ctx, &run->host, false);
	put_result(run, &selection, compiler ? compiler->version : "?");
}

const struct aac_command aac_command_check = {
	.name = "check",
	.arguments = "[CTID]...",
	.summary = "have apparmor_parser compile each profile; writes nothing",
	.help =
		"Composes the profiles of all containers, or of those named, and has "
		"apparmor_parser compile each distinct one for the target, several at "
		"a time. Writes nothing. What the parser refuses is shown at the line "
		"of the rule file that wrote the rule.",
	.examples =
		"aa-compose check -c containers.json\n"
		"aa-compose check -c containers.json --target debian12 953\n",
	.options = AAC_OPTS_COMMON | AAC_OPTS_COMPOSE | AAC_OPT(JOBS) |
		   AAC_OPTS_COMPILE,
	.max_args = SIZE_MAX,
	.perform = perform_check,
};
