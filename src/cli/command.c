/*
 * The table of commands: finding one, its usage and its help.  It takes the records of
 * cmd_*.c and knows nothing about what they do.  Not obvious: the general help is made
 * of the same records, so a new command needs no line here.
 */
#include "cli/command.h"

#include <string.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/suggest.h"
#include "cli/text.h"

#define HELP_WIDTH 80

const struct aac_command *const aac_commands[] = {
#define COMMAND(id) &aac_command_##id,
#include "cli/commands.def"
#undef COMMAND
	NULL,
};

const struct aac_command *aac_command_find(const char *name)
{
	for (size_t i = 0; aac_commands[i]; i++)
		if (strcmp(aac_commands[i]->name, name) == 0)
			return aac_commands[i];
	return NULL;
}

const char *aac_command_unknown(struct arena *arena, const char *name)
{
	struct suggest suggest = { .word = name };

	for (size_t i = 0; aac_commands[i]; i++)
		suggest_offer(&suggest, aac_commands[i]->name);
	if (!suggest_best(&suggest))
		return arena_printf(arena, "there is no command '%s'", name);
	return arena_printf(arena, "there is no command '%s'; did you mean '%s'?", name,
			    suggest_best(&suggest));
}

/* The options that scripts may give to any command, whether or not it has a use for them.
 */
static const uint64_t everywhere =
	UINT64_C(1) << AAC_OPT_CONFIG | UINT64_C(1) << AAC_OPT_RULES |
	UINT64_C(1) << AAC_OPT_TEMPLATES | UINT64_C(1) << AAC_OPT_OUT |
	UINT64_C(1) << AAC_OPT_TARGET | UINT64_C(1) << AAC_OPT_ROOT |
	UINT64_C(1) << AAC_OPT_FORMAT | UINT64_C(1) << AAC_OPT_COLOR |
	UINT64_C(1) << AAC_OPT_STRICT | UINT64_C(1) << AAC_OPT_JOBS |
	UINT64_C(1) << AAC_OPT_PARSER_TIMEOUT |
	UINT64_C(1) << AAC_OPT_RECOMPILE |
	UINT64_C(1) << AAC_OPT_QUIET | UINT64_C(1) << AAC_OPT_VERBOSE;

const char *aac_command_problem(struct arena *arena, const struct aac_command *command,
				const struct aac_options *opts)
{
	uint64_t excess = opts->given & ~(command->options | everywhere);

	for (int id = 0; id < AAC_OPT_COUNT; id++)
		if (excess >> id & 1)
			return arena_printf(
				arena, "'%s' takes no option %s", command->name,
				aac_option_spelling(arena, (enum aac_option_id)id));
	if ((opts->format == AAC_FORMAT_SARIF && !command->lint_formats) ||
	    ((opts->format == AAC_FORMAT_TAP || opts->format == AAC_FORMAT_JUNIT) &&
	     !command->test_formats))
		return arena_printf(arena, "'%s' has no --format %s: text or json",
				    command->name, aac_format_names[opts->format]);
	if (opts->arg_count <= command->max_args)
		return NULL;
	if (command->max_args == 0)
		return arena_printf(arena, "'%s' takes no arguments", command->name);
	return arena_printf(arena, "'%s' takes at most %zu argument%s, '%s' is too many",
			    command->name, command->max_args,
			    command->max_args == 1 ? "" : "s",
			    opts->args[command->max_args]);
}

static void put_examples(struct buf *out, const char *examples)
{
	buf_puts(out, "\nExamples:\n");
	while (*examples) {
		size_t len = strcspn(examples, "\n");

		buf_printf(out, "  %.*s\n", (int)len, examples);
		examples += len + (examples[len] != '\0');
	}
}

static void put_command_help(struct buf *out, const struct aac_command *command)
{
	buf_printf(out, "Usage: aa-compose %s [OPTION]...", command->name);
	aac_put_wrapped(out, command->arguments, 18, HELP_WIDTH);
	buf_puts(out, "\n\n");
	aac_put_wrapped(out, command->help, 0, HELP_WIDTH);
	buf_puts(out, "\n\nOptions:\n");
	aac_options_help(out, command->options & ~AAC_OPT(VERSION));
	put_examples(out, command->examples);
}

static void put_general_help(struct buf *out)
{
	buf_puts(out, "Usage: aa-compose [OPTION]... COMMAND [ARGUMENT]...\n\n");
	aac_put_wrapped(
		out,
		"Composes AppArmor profiles for LXC containers: capability "
		"fragments (*.aaf) and a JSON file of containers in, profiles that "
		"apparmor_parser has accepted out.",
		0, HELP_WIDTH);
	buf_puts(out, "\n\nCommands:\n");
	for (size_t i = 0; aac_commands[i]; i++) {
		buf_printf(out, "  %-10s ", aac_commands[i]->name);
		aac_put_wrapped(out, aac_commands[i]->summary, 13, HELP_WIDTH);
		buf_putc(out, '\n');
	}
	buf_puts(out, "\nOptions, before or after the command:\n");
	aac_options_help(out, UINT64_MAX);
	buf_putc(out, '\n');
	aac_put_wrapped(
		out,
		"Results go to standard output, messages to standard error.\n"
		"Exit status: 0 yes; 1 the answer is no; 2 the input is wrong; 3 the "
		"host refused (a permission, a full disk, no apparmor_parser); 64 the "
		"command line is wrong. A named file that does not exist is wrong "
		"input (2), one that may not be read is a refusal (3).\n"
		"'aa-compose COMMAND --help' says more about a command.",
		0, HELP_WIDTH);
	buf_putc(out, '\n');
}

void aac_command_help(struct buf *out, const struct aac_command *command)
{
	if (command)
		put_command_help(out, command);
	else
		put_general_help(out);
}
