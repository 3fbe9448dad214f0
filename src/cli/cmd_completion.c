/*
 * aa-compose completion: what a shell completes with.  It takes `bash` and prints a
 * script, or a sort of names and prints them, a line each, for that script.  Not obvious:
 * names are read, nothing is composed, so that it is quick; and what is wrong with a file
 * says nothing at all where a person only pressed a key: the script drops messages.
 */
#include <string.h>

#include "base/arena.h"
#include "base/macro.h"
#include "cli/bash_script.h"
#include "cli/command.h"
#include "cli/load.h"
#include "cli/run.h"

static void put_name(struct aac_run *run, const char *name)
{
	buf_printf(&run->out, "%s\n", name);
}

static void put_bash(struct aac_run *run)
{
	aac_bash_script_put(run->arena, &run->out);
}

static void put_containers(struct aac_run *run)
{
	aac_load_config(run);
	for (size_t i = 0; run->config && i < run->config->count; i++)
		put_name(run, run->config->containers[i].ctid);
}

static void put_fragments(struct aac_run *run)
{
	aac_load_rules(run);
	for (size_t i = 0; run->library && i < run->library->fragment_count; i++)
		put_name(run, run->library->fragments[i]->name);
}

static void put_parameters(struct aac_run *run)
{
	aac_load_rules(run);
	for (size_t i = 0; run->library && i < run->library->fragment_count; i++) {
		const struct aac_fragment *f = run->library->fragments[i];
		const struct aac_param *p = f->decl->params.head;

		for (; p; p = p->next)
			put_name(run, arena_printf(run->arena, "%s.%s", f->name,
						   p->name));
	}
}

static void put_profiles(struct aac_run *run)
{
	aac_load_rules(run);
	for (size_t i = 0; run->library && i < run->library->profile_count; i++)
		put_name(run, run->library->profiles[i]->name);
}

static const struct {
	const char *name;
	void (*put)(struct aac_run *run);
} topics[] = {
	{ "bash", put_bash },
	{ "containers", put_containers },
	{ "fragments", put_fragments },
	{ "parameters", put_parameters },
	{ "profiles", put_profiles },
};

static void perform_completion(struct aac_run *run)
{
	const char *name = run->opts->arg_count ? run->opts->args[0] : "";

	for (size_t i = 0; i < ARRAY_SIZE(topics); i++) {
		if (strcmp(topics[i].name, name) != 0)
			continue;
		topics[i].put(run);
		return;
	}
	run->usage = "'completion' needs bash, containers, fragments, parameters or "
		     "profiles";
}

const struct aac_command aac_command_completion = {
	.name = "completion",
	.arguments = "bash|containers|fragments|parameters|profiles",
	.summary = "a completion script for bash, and the names that it asks for",
	.help = "With 'bash' it prints a script that completes commands, options, their "
		"values, container IDs, profiles and parameters. Put into "
		"~/.local/share/bash-completion/completions/aa-compose it is there in "
		"every new shell where bash-completion is installed.\n\n"
		"With another word it prints names, a line each: those of the containers "
		"of -c, or what the rule folders declare. The script asks for them, with "
		"the -c and -r that stand on the line.",
	.examples = "source <(aa-compose completion bash)\n"
		    "aa-compose completion containers -c containers.json\n",
	.options = AAC_OPTS_COMMON | AAC_OPT(CONFIG) | AAC_OPT(RULES),
	.max_args = 1,
	.perform = perform_completion,
};
