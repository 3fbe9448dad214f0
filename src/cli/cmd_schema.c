/*
 * aa-compose schema: a JSON Schema of the container file, for editors.  It takes the rule
 * folders and prints what their rules read of the file.  Not obvious: nothing of it is
 * written by hand, so it is as good as the rules' own summaries and comments.
 */
#include <stdint.h>

#include "cli/command.h"
#include "cli/load.h"
#include "cli/run.h"
#include "cli/schema.h"

static void perform_schema(struct aac_run *run)
{
	aac_load_rules(run);
	if (aac_run_ok(run))
		aac_schema_put(run->arena, run->library, &run->out);
}

const struct aac_command aac_command_schema = {
	.name = "schema",
	.arguments = "",
	.summary = "a JSON Schema of the container file, for editors",
	.help =
		"Prints a JSON Schema (draft 2020-12) of the container file: the names "
		"of the fragments and profiles with their summaries, every parameter "
		"with its type, its default and its documentation, and each key that a "
		"rule file reads. Editors complete and check the file with it.\n\n"
		"Other keys may hold anything. Values are held to a type only where no "
		"other program reads them, in apparmor_fragments, apparmor_profile and "
		"below apparmor. What 'build' only warns about is refused there, too.",
	.examples = "aa-compose schema > containers.schema.json\n"
		    "aa-compose schema -r rules -r mine > containers.schema.json\n",
	.options = AAC_OPTS_COMMON | AAC_OPT(RULES),
	.max_args = 0,
	.perform = perform_schema,
};
