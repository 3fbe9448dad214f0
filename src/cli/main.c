/*
 * aa-compose: dispatch only.  It takes argv, finds the command's record and hands it a
 * run; every command, its options and its help are in its own cmd_*.c.
 */
#include "config.h"

#include "base/arena.h"
#include "base/buf.h"
#include "cli/command.h"
#include "cli/options.h"
#include "cli/run.h"

static enum aac_exit print_about(const struct aac_options *opts,
				 const struct aac_command *command)
{
	CLEANUP_BUF out = { 0 };

	if (aac_option_given(opts, AAC_OPT_HELP))
		aac_command_help(&out, command);
	else
		buf_puts(&out, "aa-compose " PACKAGE_VERSION "\n");
	return aac_result_print(&out);
}

static enum aac_exit refuse(const char *problem, const struct aac_command *command)
{
	aac_usage_print(problem, command ? command->name : NULL);
	return AAC_EXIT_USAGE;
}

static enum aac_exit dispatch(struct arena *arena, int argc, char **argv)
{
	struct aac_options opts;
	const char *problem = aac_options_parse(arena, &opts, argc, argv);
	const struct aac_command *command = NULL;
	struct aac_run run;

	if (problem)
		return refuse(problem, NULL);
	if (opts.command) {
		command = aac_command_find(opts.command);
		if (!command)
			return refuse(aac_command_unknown(arena, opts.command), NULL);
	}
	if (aac_option_given(&opts, AAC_OPT_HELP) ||
	    aac_option_given(&opts, AAC_OPT_VERSION))
		return print_about(&opts, command);
	if (!command)
		return refuse("say what to do", NULL);
	problem = aac_command_problem(arena, command, &opts);
	if (problem)
		return refuse(problem, command);
	aac_run_init(&run, arena, &opts, command);
	command->perform(&run);
	return aac_run_finish(&run);
}

int main(int argc, char **argv)
{
	struct arena *arena;
	enum aac_exit code;

	aac_term_prepare();
	arena = arena_new();
	code = dispatch(arena, argc, argv);
	arena_free(arena);
	return (int)code;
}
