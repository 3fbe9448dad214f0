/*
 * The completion script for bash.  It takes the tables of commands and options, whose
 * words for values ("CTID", "text|json", "RULEDIR") say what can stand there, and appends
 * shell.  Not obvious: names come from files, so they are never given to `compgen -W`,
 * which would run a $(…) in them, and those that bash would have to quote are left out.
 */
#include "cli/bash_script.h"

#include <ctype.h>
#include <string.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/macro.h"
#include "cli/command.h"
#include "cli/options.h"

/* What the words for values mean, in the script's terms. */
static const struct {
	const char *word, *sorts;
} sorts[] = {
	{ "A", "@containers @profiles @file" },
	{ "A..B", "" },
	{ "ACCESS", "" },
	{ "B", "@containers @profiles @file" },
	{ "CONFIG.json", "@json" },
	{ "CTID", "@containers" },
	{ "CTID:FRAGMENT.PARAM=VALUE", "@set" },
	{ "DIR", "@folder" },
	{ "FILE", "@file" },
	{ "FRAGMENT", "@fragments" },
	{ "LOG", "@file" },
	{ "N", "" },
	{ "NAME", "" }, /* but see special() */
	{ "NAME[:N]", "" },
	{ "OUTDIR", "@folder" },
	{ "PATH", "" }, /* into the JSON */
	{ "PROFILE", "@profiles" },
	{ "PROFILE-FILE", "@file" },
	{ "RULEDIR", "@folder" },
	{ "SCRIPT", "@file" },
	{ "SECONDS", "" },
	{ "SLUG", "@checks" },
	{ "TEMPLATEDIR", "@folder" },
	{ "VALUE", "" },
};

static const char *find_sorts(const char *word, size_t len)
{
	for (size_t i = 0; i < ARRAY_SIZE(sorts); i++)
		if (strlen(sorts[i].word) == len && memcmp(sorts[i].word, word, len) == 0)
			return sorts[i].sorts;
	return "";
}

static bool is_literal(const char *word, size_t len)
{
	for (size_t i = 0; i < len; i++)
		if (!islower((unsigned char)word[i]) && word[i] != '-')
			return false;
	return len > 0;
}

/* "[CTID|PROFILE]..." or "auto|always|never": '=' before a word that is meant itself. */
static void put_sorts(struct buf *out, const char *text, size_t len)
{
	const char *end = text + len;

	while (text < end) {
		size_t n = strcspn(text, "| ");

		if (n > (size_t)(end - text))
			n = (size_t)(end - text);
		if (is_literal(text, n))
			buf_printf(out, "=%.*s ", (int)n, text);
		else
			buf_printf(out, "%s ", find_sorts(text, n));
		text += n + (text + n < end);
	}
}

/* ---- options --------------------------------------------------------------- */

static void put_options(struct buf *out, uint64_t set)
{
	for (int id = 0; id < AAC_OPT_COUNT; id++) {
		const struct aac_option *option = &aac_option_table[id];

		if (!(set >> id & 1))
			continue;
		buf_printf(out, " --%s", option->name);
		if (option->letter)
			buf_printf(out, " -%c", option->letter);
	}
}

static void put_option_lists(struct buf *out)
{
	buf_puts(out, "# COMMAND: the options that it takes, into $options.\n"
		      "_aa_compose_options()\n{\n\tcase $1 in\n");
	for (size_t i = 0; aac_commands[i]; i++) {
		buf_printf(out, "\t%s) options='", aac_commands[i]->name);
		put_options(out, aac_commands[i]->options);
		buf_puts(out, "' ;;\n");
	}
	buf_puts(out, "\t*) options='");
	put_options(out, UINT64_MAX);
	buf_puts(out, "' ;;\n\tesac\n}\n\n");
}

/* The formats that COMMAND takes; the table of options knows only what all take. */
static void put_formats(struct arena *arena, struct buf *out,
			const struct aac_command *command)
{
	struct aac_options opts = { 0 };

	for (int i = 0; i < AAC_FORMAT_COUNT; i++) {
		opts.format = (enum aac_format)i;
		if (!aac_command_problem(arena, command, &opts))
			buf_printf(out, "=%s ", aac_format_names[i]);
	}
}

static void put_format_lists(struct arena *arena, struct buf *out)
{
	static const char all[] = "=text =json ";

	buf_puts(out, "\t--format)\n\t\tcase $2 in\n");
	for (size_t i = 0; aac_commands[i]; i++) {
		CLEANUP_BUF formats = { 0 };

		put_formats(arena, &formats, aac_commands[i]);
		if (strcmp(buf_str(&formats), all) != 0)
			buf_printf(out, "\t\t%s) sorts='%s' ;;\n", aac_commands[i]->name,
				   buf_str(&formats));
	}
	buf_printf(out, "\t\t*) sorts='%s' ;;\n\t\tesac ;;\n", all);
}

/* Where the word for a value does not say enough. */
static const char *special(enum aac_option_id id)
{
	switch ((int)id) {
	case AAC_OPT_TARGET: return "@targets ";
	case AAC_OPT_PROFILE: return "@profiles ";
	case AAC_OPT_PARSER: return "@file ";
	default: return NULL;
	}
}

static void put_values(struct arena *arena, struct buf *out)
{
	buf_puts(out, "# OPTION COMMAND: what its value may be, into $sorts; fails when "
		      "it takes none.\n"
		      "_aa_compose_value()\n{\n\tcase $1 in\n");
	put_format_lists(arena, out);
	for (int id = 0; id < AAC_OPT_COUNT; id++) {
		const struct aac_option *option = &aac_option_table[id];

		if (!option->argument || id == AAC_OPT_FORMAT)
			continue;
		buf_puts(out, "\t");
		if (option->letter)
			buf_printf(out, "-%c | ", option->letter);
		buf_printf(out, "--%s) sorts='", option->name);
		if (special((enum aac_option_id)id))
			buf_puts(out, special((enum aac_option_id)id));
		else
			put_sorts(out, option->argument, strlen(option->argument));
		buf_puts(out, "' ;;\n");
	}
	buf_puts(out, "\t*) return 1 ;;\n\tesac\n}\n\n");
}

/* ---- arguments ------------------------------------------------------------- */

/* One after the other; "..." behind one is for all that follow. Behind a "|" by itself
 * another form begins. */
static void put_positions(struct buf *out, const struct aac_command *command)
{
	const char *text = command->arguments;

	for (int position = 1; *text && *text != '|'; position++) {
		size_t len = strcspn(text, " "), open = text[0] == '[';
		size_t words = strcspn(text + open, "]. ");

		if (len > 3 && memcmp(text + len - 3, "...", 3) == 0)
			buf_printf(out, "\t%s/*) sorts='", command->name);
		else
			buf_printf(out, "\t%s/%d) sorts='", command->name, position);
		put_sorts(out, text + open, words);
		buf_puts(out, "' ;;\n");
		text += len + (text[len] == ' ');
	}
}

static void put_arguments(struct buf *out)
{
	buf_puts(out, "# COMMAND/N: what its Nth argument may be, into $sorts.\n"
		      "_aa_compose_argument()\n{\n\tcase $1 in\n\t/*) sorts='");
	for (size_t i = 0; aac_commands[i]; i++)
		buf_printf(out, "=%s ", aac_commands[i]->name);
	buf_puts(out, "' ;;\n");
	for (size_t i = 0; aac_commands[i]; i++)
		put_positions(out, aac_commands[i]);
	buf_puts(out, "\t*) sorts= ;;\n\tesac\n}\n\n");
}

/* ---- what is the same for all ---------------------------------------------- */

static const char helpers[] =
	"# WORD END: offers it when it fits; never one that bash would have to quote.\n"
	"_aa_compose_offer()\n"
	"{\n"
	"\tlocal quoted\n"
	"\tprintf -v quoted %q \"$1\"\n"
	"\tif [[ $quoted == \"$1\" && $1 == \"$cur\"* ]]; then\n"
	"\t\tCOMPREPLY+=(\"$1$2\")\n"
	"\tfi\n"
	"}\n"
	"\n"
	"# END COMMAND ARGUMENT: offers the first word of each line that it says.\n"
	"_aa_compose_ask()\n"
	"{\n"
	"\tlocal name\n"
	"\twhile read -r name _; do\n"
	"\t\t_aa_compose_offer \"$name\" \"$1\"\n"
	"\tdone < <(\"$program\" \"${given[@]}\" \"$2\" \"$3\" 2>/dev/null </dev/null)\n"
	"}\n"
	"\n"
	"# The names of what is built.\n"
	"_aa_compose_built()\n"
	"{\n"
	"\tlocal map\n"
	"\tfor map in \"$outdir\"/*.map.json; do\n"
	"\t\tmap=${map##*/}\n"
	"\t\tif [[ $map != '*.map.json' ]]; then\n"
	"\t\t\t_aa_compose_offer \"${map%.map.json}\" ''\n"
	"\t\tfi\n"
	"\tdone\n"
	"}\n"
	"\n"
	"# ARGUMENT...: files, as compgen finds them.\n"
	"_aa_compose_files()\n"
	"{\n"
	"\tlocal name\n"
	"\tcompopt -o filenames 2>/dev/null\n"
	"\twhile IFS= read -r name; do\n"
	"\t\tCOMPREPLY+=(\"$name\")\n"
	"\tdone < <(compgen \"$@\" -- \"$cur\")\n"
	"}\n"
	"\n"
	"_aa_compose_fill()\n"
	"{\n"
	"\tlocal sort\n"
	"\tfor sort in $sorts; do\n"
	"\t\tcase $sort in\n"
	"\t\t=*) _aa_compose_offer \"${sort#=}\" '' ;;\n"
	"\t\t@file) _aa_compose_files -f ;;\n"
	"\t\t@folder) _aa_compose_files -d ;;\n"
	"\t\t@json) _aa_compose_files -f -X '!*.json'; _aa_compose_files -d ;;\n"
	"\t\t@checks | @targets) _aa_compose_ask '' list \"${sort#@}\" ;;\n"
	"\t\t@profiles) _aa_compose_ask '' completion profiles; _aa_compose_built ;;\n"
	"\t\t@set)\n"
	"\t\t\tcompopt -o nospace 2>/dev/null\n"
	"\t\t\t_aa_compose_ask : completion containers ;;\n"
	"\t\t@parameters)\n"
	"\t\t\tcompopt -o nospace 2>/dev/null\n"
	"\t\t\t_aa_compose_ask '=' completion parameters ;;\n"
	"\t\t*) _aa_compose_ask '' completion \"${sort#@}\" ;;\n"
	"\t\tesac\n"
	"\tdone\n"
	"}\n"
	"\n";

static const char entry[] =
	"# OPTION VALUE, when it decides which names there are.\n"
	"_aa_compose_note()\n"
	"{\n"
	"\tlocal value=${2/#\\~\\//$HOME/}\n"
	"\tcase $1 in\n"
	"\t-c | --config | -r | --rules | --root) given+=(\"$1\" \"$value\") ;;\n"
	"\t-o | --out) outdir=$value ;;\n"
	"\tesac\n"
	"}\n"
	"\n"
	"# The words before the cursor: the command, how many arguments it has,\n"
	"# and what else decides which names there are. bash cuts words at '=' and ':',\n"
	"# other shells do not.\n"
	"_aa_compose_read()\n"
	"{\n"
	"\tlocal i word\n"
	"\tfor ((i = 1; i < COMP_CWORD; i++)); do\n"
	"\t\tword=${COMP_WORDS[i]}\n"
	"\t\tif [[ $word == --*=* ]]; then\n"
	"\t\t\t_aa_compose_note \"${word%%=*}\" \"${word#*=}\"\n"
	"\t\t\tcontinue\n"
	"\t\telif [[ $word != -* ]]; then\n"
	"\t\t\tif [[ $command ]]; then position=$((position + 1)); "
	"else command=$word; fi\n"
	"\t\t\tcontinue\n"
	"\t\tfi\n"
	"\t\t_aa_compose_value \"$word\" '' || continue\n"
	"\t\ti=$((i + 1))\n"
	"\t\t[[ ${COMP_WORDS[i]} != = ]] || i=$((i + 1))\n"
	"\t\tif ((i < COMP_CWORD)); then\n"
	"\t\t\t_aa_compose_note \"$word\" \"${COMP_WORDS[i]}\"\n"
	"\t\tfi\n"
	"\t\twhile ((i + 1 < COMP_CWORD)) && [[ ${COMP_WORDS[i + 1]} == [:=] ]]; do\n"
	"\t\t\ti=$((i + 2))\n"
	"\t\tdone\n"
	"\tdone\n"
	"}\n"
	"\n"
	"_aa_compose()\n"
	"{\n"
	"\tlocal IFS=$' \\t\\n'\n"
	"\tlocal cur=${COMP_WORDS[COMP_CWORD]} at=$((COMP_CWORD - 1))\n"
	"\tlocal program=${COMP_WORDS[0]/#\\~\\//$HOME/} options='' sorts='' word\n"
	"\tlocal command='' position=1 outdir=out given=()\n"
	"\tCOMPREPLY=()\n"
	"\t_aa_compose_read\n"
	"\tif [[ $cur == [:=] ]]; then\n"
	"\t\tcur=''\n"
	"\t\tat=$COMP_CWORD\n"
	"\tfi\n"
	"\tword=${COMP_WORDS[at]}\n"
	"\t[[ $word != = ]] || word=${COMP_WORDS[at - 1]}\n"
	"\tif [[ $word == : && ${COMP_WORDS[*]:at - 3:2} == *--set* ]]; then\n"
	"\t\tsorts=@parameters\n"
	"\telif _aa_compose_value \"$word\" \"$command\"; then\n"
	"\t\t:\n"
	"\telif [[ $word == [:=] || ${COMP_WORDS[at]} == = ]]; then\n"
	"\t\tsorts=\n"
	"\telif [[ $cur == -* ]]; then\n"
	"\t\t_aa_compose_options \"$command\"\n"
	"\t\tfor word in $options; do\n"
	"\t\t\t_aa_compose_offer \"$word\" ''\n"
	"\t\tdone\n"
	"\telse\n"
	"\t\t_aa_compose_argument \"$command/$position\"\n"
	"\tfi\n"
	"\t_aa_compose_fill\n"
	"}\n"
	"\n"
	"complete -F _aa_compose aa-compose\n";

void aac_bash_script_put(struct arena *arena, struct buf *out)
{
	buf_puts(out, "# bash completion for aa-compose; 'aa-compose completion bash' "
		      "made it.\n# shellcheck shell=bash\n\n");
	put_option_lists(out);
	put_values(arena, out);
	put_arguments(out);
	buf_puts(out, helpers);
	buf_puts(out, entry);
}
