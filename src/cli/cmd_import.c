/*
 * aa-compose import: AppArmor's profiles as profiles of the language.  It takes profile
 * files and prints one rule file for all of them.  Not obvious: files that they include
 * stay includes, and are not read.
 */
#include <stdint.h>
#include <string.h>

#include "base/map.h"
#include "cli/command.h"
#include "cli/load.h"
#include "cli/run.h"
#include "core/import.h"
#include "core/import_include.h"
#include "core/parse.h"

/* The target, when it is named or matters, and the rules to hold against. */
static bool load_against(struct aac_run *run, struct aac_import_options *options)
{
	bool against = aac_option_given(run->opts, AAC_OPT_AGAINST);

	if (against || aac_option_given(run->opts, AAC_OPT_TARGET))
		aac_load_target(run);
	if (against && aac_run_ok(run))
		aac_load_rules(run);
	if (against && aac_run_ok(run))
		aac_load_templates(run);
	options->against = against ? run->library : NULL;
	return !against || aac_run_ok(run);
}

/* What SOURCE includes, when its rules may have to be laid inline.  What is wrong with
 * SOURCE is for the import to tell. */
static void load_included(struct aac_run *run, const struct aac_source *source)
{
	struct aac_context silent = run->ctx;
	const struct aac_file *file;
	struct aac_diags diags;

	aac_diags_init(&diags, run->arena);
	silent.diags = &diags;
	file = aac_parse_profile(&silent, source);
	if (diags.errors)
		return;
	if (aac_import_needs_includes(file))
		aac_load_all_includes(run, file);
	aac_warn_missing_includes(run, file);
}

static void perform_import(struct aac_run *run)
{
	CLEANUP_MAP names = { 0 };
	struct aac_fleet_options fleet = aac_run_fleet_options(run);
	struct aac_import_options options = {
		.split = aac_option_given(run->opts, AAC_OPT_SPLIT), .fleet = &fleet
	};
	size_t inputs = 0;

	for (size_t i = 0; i < run->opts->arg_count; i++)
		inputs += strcmp(run->opts->args[i], "-") == 0;
	if (run->opts->arg_count == 0)
		run->usage = "'import' needs a profile file, or '-' for standard input";
	else if (inputs > 1)
		run->usage = "standard input, '-', can be read once";
	if (run->usage)
		return;
	if (!load_against(run, &options))
		return;
	for (size_t i = 0;
	     i < run->opts->arg_count && !run->refused && !aac_diags_full(&run->diags);
	     i++) {
		const char *name = run->opts->args[i];
		const struct aac_source *source =
			strcmp(name, "-") == 0 ? aac_load_input(run)
					       : aac_load_profile_file(run, name);

		if (source)
			load_included(run, source);
		if (source)
			aac_import(&run->ctx, source, &options, &names, &run->out);
	}
}

const struct aac_command aac_command_import = {
	.name = "import",
	.arguments = "PROFILE-FILE...",
	.summary = "AppArmor's own profiles as profiles of the language",
	.help =
		"Reads files as apparmor_parser does and prints a rule file: each "
		"profile becomes a 'profile' under 'template raw', which 'build' makes "
		"the same policy of. The rules keep their spelling and their comments, "
		"the text is laid out as 'fmt' does. What stands before the profiles of "
		"a file becomes the 'preamble' of each. Files that are included stay "
		"includes; of one that is not on this host a warning tells.\n\n"
		"'-' reads standard input. What apparmor_parser refuses is refused. A "
		"few things have no words in the language, such as hats outside of "
		"profiles. They are told at their place, and nothing is printed. "
		"AppArmor's conditions are decided as apparmor_parser does; what does "
		"not count stays as a comment.\n\n"
		"--target reads the files as that target's parser does.\n\n"
		"--split puts rules into fragments by what they are about: capabilities, "
		"devices, kernel files, mounts, network, processes, storage. What would "
		"not come out the same from a fragment stays in the profile.\n\n"
		"--against takes out the rules that fragments in DIR give for the "
		"target, and uses or requires those. A fragment is taken only when the "
		"profile says all that it gives, with what it requires: the policy stays "
		"the same.",
	.examples = "aa-compose import /etc/apparmor.d/usr.bin.man > mine/man.aaf\n"
		    "aa-compose import - < profile\n"
		    "aa-compose import --split --against rules profile > mine/it.aaf\n",
	.options = AAC_OPTS_COMMON | AAC_OPT(TARGET) | AAC_OPT(RULES) | AAC_OPT(PARSER) |
		   AAC_OPT(SPLIT) | AAC_OPT(AGAINST) | AAC_OPT(TEMPLATES),
	.max_args = SIZE_MAX,
	.perform = perform_import,
};
