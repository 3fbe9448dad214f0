/*
 * The command line: argv to a value.  It takes the arguments and gives the options, the
 * command's name and the command's arguments; whether that command takes these options
 * is command.c's question.  Not obvious: words come back in order (the leading '-' of
 * the short options), so that POSIXLY_CORRECT does not change what a command line
 * means.
 */
#include "cli/options.h"

#include <errno.h>
#include <getopt.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/macro.h"
#include "base/suggest.h"
#include "cli/text.h"
#include "core/fleet.h"
#include "core/name.h"

#define HELP_INDENT 27
#define HELP_WIDTH 80
#define JOBS_MAX 256
#define SECONDS_MAX 86400
#define EXAMPLES_MAX 1000
#define LONG_BASE 1000 /* of option ids, so that they differ from letters */

const struct aac_option aac_option_table[AAC_OPT_COUNT] = {
	[AAC_OPT_CONFIG] = { "config", 'c', "CONFIG.json",
		"the containers: a JSON file that holds them by CTID under "
		"'lxc_configs'",
	},
	[AAC_OPT_RULES] = { "rules", 'r', "RULEDIR",
		"read the *.aaf files of this folder instead of the shipped ones; may "
		"be given several times",
	},
	[AAC_OPT_TEMPLATES] = { "templates", 't', "TEMPLATEDIR",
		"take the profile templates from this folder",
	},
	[AAC_OPT_OUT] = { "out", 'o', "OUTDIR",
		"write into this folder (default: out)",
	},
	[AAC_OPT_TARGET] = { "target", 0, "NAME",
		"compose for this kernel and parser (default: host, this machine); "
		"'list targets' names them",
	},
	[AAC_OPT_ROOT] = { "root", 0, "DIR",
		"put DIR in front of every absolute path that is read or written",
	},
	[AAC_OPT_PARSER] = { "parser", 0, "PATH",
		"use this apparmor_parser",
	},
	[AAC_OPT_PARSER_TIMEOUT] = { "parser-timeout", 0, "SECONDS",
		"give up on an apparmor_parser that takes longer for a profile "
		"(default: 30)",
	},
	[AAC_OPT_RECOMPILE] = { "recompile", 0, NULL,
		"have apparmor_parser compile also what it has compiled before",
	},
	[AAC_OPT_PROFILE] = { "profile", 0, "NAME",
		"of the profiles in a file the one called NAME",
	},
	[AAC_OPT_SET] = { "set", 0, "CTID:FRAGMENT.PARAM=VALUE",
		"give a parameter of one container a value; may be given several times",
	},
	[AAC_OPT_PER_CONTAINER] = { "per-container", 0, NULL,
		"a profile of its own for every container, so that peer rules tell "
		"them apart",
	},
	[AAC_OPT_NO_CHECK] = { "no-check", 0, NULL,
		"do not have apparmor_parser compile the profiles",
	},
	[AAC_OPT_NO_TEST] = { "no-test", 0, NULL,
		"do not test what the rule files expect of the profiles",
	},
	[AAC_OPT_PROVE] = { "prove", 0, NULL,
		"prove on compiled policy that composing changed nothing, and tell what "
		"denies take away where texts do not",
	},
	[AAC_OPT_MINIMIZE] = { "minimize", 0, NULL,
		"leave out rules that another covers by meaning where texts do not tell, "
		"and prove that nothing changed",
	},
	[AAC_OPT_WIDENING_ONLY] = { "widening-only", 0, NULL,
		"tell only what the second allows more, and fail for nothing else",
	},
	[AAC_OPT_PARSERS] = { "parsers", 0, NULL,
		"compare what two parsers make of one text: diff --parsers P1 P2 X",
	},
	[AAC_OPT_REVISIONS] = { "revisions", 0, "A..B",
		"compare what two commits of the rules' git repository make of the same "
		"containers",
	},
	[AAC_OPT_EXAMPLES] = { "examples", 0, "N",
		"tell up to N examples of each sort of access",
	},
	[AAC_OPT_LEARN] = { "learn", 0, "NAME",
		"print a fragment NAME of rules that allow all that the log tells of",
	},
	[AAC_OPT_GENERALIZE] = { "generalize", 0, NULL,
		"in rules that are proposed, put globs for numbers, ids and hashes",
	},
	[AAC_OPT_NO_LOAD] = { "no-load", 0, NULL,
		"do not load the profiles into the kernel",
	},
	[AAC_OPT_CACHE] = { "cache", 0, NULL,
		"keep what was compiled, and take what was kept",
	},
	[AAC_OPT_FORCE] = { "force", 0, NULL,
		"take profiles out that are in use, too",
	},
	[AAC_OPT_MODE] = { "mode", 0, "include|inline",
		"how a container's configuration names its profile: by a file of ours "
		"that it includes, or itself",
	},
	[AAC_OPT_DRY_RUN] = { "dry-run", 0, NULL,
		"change nothing; print what would change as a unified diff",
	},
	[AAC_OPT_ALL] = { "all", 0, NULL,
		"all containers that apply has changed",
	},
	[AAC_OPT_TEXT] = { "text", 0, NULL,
		"print the profile as build writes it",
	},
	[AAC_OPT_DEFAULT] = { "default", 0, "VALUE",
		"print this where there is nothing",
	},
	[AAC_OPT_NULL] = { "null", '0', NULL,
		"end each value with the byte NUL, not with a newline",
	},
	[AAC_OPT_CHECK] = { "check", 0, NULL,
		"list what is found, change nothing",
	},
	[AAC_OPT_DIFF] = { "diff", 0, NULL,
		"print what would be changed, change nothing",
	},
	[AAC_OPT_WRITE] = { "write", 0, NULL,
		"mend the files in place",
	},
	[AAC_OPT_SPLIT] = { "split", 0, NULL,
		"put rules into fragments by what they are about",
	},
	[AAC_OPT_AGAINST] = { "against", 0, "DIR",
		"use the fragments of the rule files in DIR for what they give already",
	},
	[AAC_OPT_WRAPPER] = { "wrapper", 0, "NAME[:N]",
		"the function or program NAME hands its Nth argument to jq as a filter; "
		"may be given several times",
	},
	[AAC_OPT_EXPLAIN] = { "explain", 0, "SLUG",
		"say why something is checked, with examples",
	},
	[AAC_OPT_STRICT] = { "strict", 0, NULL,
		"what a deny takes away from an allow is an error, not a warning; of "
		"'lint' everything that it finds",
	},
	[AAC_OPT_JOBS] = { "jobs", 'j', "N",
		"run N parsers at a time (default: one for each processor)",
	},
	[AAC_OPT_FORMAT] = { "format", 0, "text|json",
		"for people (text) or for programs (json); of 'test' also tap and "
		"junit, of 'lint' also sarif",
	},
	[AAC_OPT_COLOR] = { "color", 0, "auto|always|never",
		"colour messages; auto: on a terminal, unless NO_COLOR is set",
	},
	[AAC_OPT_QUIET] = { "quiet", 'q', NULL,
		"print neither warnings nor notes",
	},
	[AAC_OPT_VERBOSE] = { "verbose", 'v', NULL,
		"say more",
	},
	[AAC_OPT_HELP] = { "help", 'h', NULL,
		"print this help, or that of a command",
	},
	[AAC_OPT_VERSION] = { "version", 0, NULL,
		"print the version",
	},
};

const char *const aac_format_names[AAC_FORMAT_COUNT] = { [AAC_FORMAT_TEXT] = "text",
							 [AAC_FORMAT_JSON] = "json",
							 [AAC_FORMAT_TAP] = "tap",
							 [AAC_FORMAT_JUNIT] = "junit",
							 [AAC_FORMAT_SARIF] = "sarif" };

const char *aac_option_spelling(struct arena *arena, enum aac_option_id id)
{
	const struct aac_option *option = &aac_option_table[id];

	if (option->letter)
		return arena_printf(arena, "-%c, --%s", option->letter, option->name);
	return arena_printf(arena, "--%s", option->name);
}

void aac_options_help(struct buf *out, uint64_t set)
{
	for (int id = 0; id < AAC_OPT_COUNT; id++) {
		const struct aac_option *option = &aac_option_table[id];
		CLEANUP_BUF left = { 0 };

		if (!(set >> id & 1))
			continue;
		if (option->letter)
			buf_printf(&left, "  -%c, ", option->letter);
		else
			buf_puts(&left, "      ");
		buf_printf(&left, "--%s", option->name);
		if (option->argument)
			buf_printf(&left, " %s", option->argument);
		if (left.len + 2 > HELP_INDENT)
			buf_putc(&left, '\n');
		buf_puts(out, buf_str(&left));
		aac_put_wrapped(out, option->help, HELP_INDENT, HELP_WIDTH);
		buf_putc(out, '\n');
	}
}

/* ---- values ---------------------------------------------------------------- */

struct parse {
	struct arena *arena;
	struct aac_options *opts;
};

/* A number from 1 to MAX into *NUMBER. */
static const char *parse_number(struct parse *parse, const char *option, const char *text,
				unsigned int max, unsigned int *number)
{
	char *end;
	long value;

	errno = 0;
	value = strtol(text, &end, 10);
	if (errno || *end || end == text || value < 1 || value > (long)max)
		return arena_printf(parse->arena,
				    "%s needs a number from 1 to %u, not '%s'", option,
				    max, text);
	*number = (unsigned int)value;
	return NULL;
}

static const char *parse_format(struct parse *parse, const char *text)
{
	size_t i = 0;

	while (i < AAC_FORMAT_COUNT && strcmp(aac_format_names[i], text) != 0)
		i++;
	if (i == AAC_FORMAT_COUNT)
		return arena_printf(parse->arena, "--format is text or json, not '%s'",
				    text);
	parse->opts->format = (enum aac_format)i;
	parse->opts->json = i == AAC_FORMAT_JSON;
	return NULL;
}

static const char *parse_mode(struct parse *parse, const char *text)
{
	parse->opts->mode_include = strcmp(text, "include") == 0;
	if (!parse->opts->mode_include && strcmp(text, "inline") != 0)
		return arena_printf(parse->arena,
				    "--mode is include or inline, not '%s'", text);
	return NULL;
}

static const char *parse_color(struct parse *parse, const char *text)
{
	if (strcmp(text, "auto") == 0)
		parse->opts->color = AAC_COLOR_AUTO;
	else if (strcmp(text, "always") == 0)
		parse->opts->color = AAC_COLOR_ALWAYS;
	else if (strcmp(text, "never") == 0)
		parse->opts->color = AAC_COLOR_NEVER;
	else
		return arena_printf(parse->arena,
				    "--color is auto, always or never, not '%s'", text);
	return NULL;
}

/* CTID:FRAGMENT.PARAM=VALUE; the value may hold anything, the names may not. */
static const char *parse_set(struct parse *parse, const char *text)
{
	struct aac_set *set = ARENA_NEW(parse->arena, struct aac_set);
	const char *colon = strchr(text, ':');
	const char *dot = colon ? strchr(colon, '.') : NULL;
	const char *equal = dot ? strchr(dot, '=') : NULL;
	const struct aac_set **tail = &parse->opts->sets;

	if (equal) {
		set->ctid = arena_strndup(parse->arena, text, (size_t)(colon - text));
		set->fragment = arena_strndup(parse->arena, colon + 1,
					      (size_t)(dot - colon - 1));
		set->param =
			arena_strndup(parse->arena, dot + 1, (size_t)(equal - dot - 1));
		set->value = equal + 1;
	}
	if (!equal || !*set->ctid || !aac_name_valid(set->fragment, false) ||
	    !aac_name_valid(set->param, false))
		return arena_printf(parse->arena,
				    "--set needs CTID:FRAGMENT.PARAM=VALUE, such as "
				    "953:docker.data_root=/srv/docker, not '%s'",
				    text);
	/* In the order given: the last one wins. */
	while (*tail)
		tail = (const struct aac_set **)(uintptr_t)&(*tail)->next;
	*tail = set;
	return NULL;
}

static const char *parse_root(struct parse *parse, const char *text)
{
	size_t len = strlen(text);

	while (len > 0 && text[len - 1] == '/')
		len--;
	parse->opts->root = arena_strndup(parse->arena, text, len);
	return NULL;
}

static const char *take_value(struct parse *parse, enum aac_option_id id,
			      const char *text)
{
	struct aac_options *opts = parse->opts;

	opts->given |= UINT64_C(1) << id;
	if (aac_option_table[id].argument && !*text && id != AAC_OPT_DEFAULT)
		return arena_printf(parse->arena, "--%s needs a value, not an empty one",
				    aac_option_table[id].name);
	switch ((int)id) {
	case AAC_OPT_CONFIG: opts->config = text; break;
	case AAC_OPT_AGAINST: /* they are rules as well */
	case AAC_OPT_RULES: opts->rules[opts->rule_count++] = text; break;
	case AAC_OPT_TEMPLATES: opts->templates = text; break;
	case AAC_OPT_OUT: opts->out = text; break;
	case AAC_OPT_TARGET: opts->target = text; break;
	case AAC_OPT_PARSER: opts->parser = text; break;
	case AAC_OPT_PROFILE: opts->profile = text; break;
	case AAC_OPT_EXPLAIN: opts->explain = text; break;
	case AAC_OPT_DEFAULT: opts->fallback = text; break;
	case AAC_OPT_REVISIONS: opts->revisions = text; break;
	case AAC_OPT_LEARN: opts->learn = text; break;
	case AAC_OPT_WRAPPER: opts->wrappers[opts->wrapper_count++] = text; break;
	case AAC_OPT_ROOT: return parse_root(parse, text);
	case AAC_OPT_SET: return parse_set(parse, text);
	case AAC_OPT_JOBS:
		return parse_number(parse, "-j", text, JOBS_MAX, &opts->jobs);
	case AAC_OPT_PARSER_TIMEOUT:
		return parse_number(parse, "--parser-timeout", text, SECONDS_MAX,
				    &opts->parser_timeout);
	case AAC_OPT_EXAMPLES:
		return parse_number(parse, "--examples", text, EXAMPLES_MAX,
				    &opts->examples);
	case AAC_OPT_FORMAT: return parse_format(parse, text);
	case AAC_OPT_MODE: return parse_mode(parse, text);
	case AAC_OPT_COLOR: return parse_color(parse, text);
	default: break; /* a switch: given says it all */
	}
	return NULL;
}

/* ---- getopt ---------------------------------------------------------------- */

static void fill_tables(struct option *longs, char *shorts)
{
	*shorts++ = '-'; /* words in order */
	*shorts++ = ':'; /* a missing value is told from an unknown option */
	for (int id = 0; id < AAC_OPT_COUNT; id++) {
		const struct aac_option *option = &aac_option_table[id];

		longs[id].name = option->name;
		longs[id].has_arg = option->argument ? required_argument : no_argument;
		longs[id].val = LONG_BASE + id;
		if (!option->letter)
			continue;
		*shorts++ = option->letter;
		if (option->argument)
			*shorts++ = ':';
	}
}

static int find_letter(int letter)
{
	for (int id = 0; id < AAC_OPT_COUNT; id++)
		if (letter && aac_option_table[id].letter == letter)
			return id;
	return letter - LONG_BASE;
}

static const char *explain_unknown(struct parse *parse, const char *word)
{
	size_t len = strcspn(word, "=");
	const char *name = arena_strndup(parse->arena, word, len);
	struct suggest suggest = { .word = name + (len > 2 ? 2 : len) };

	if (optopt > 0 && optopt < LONG_BASE)
		return arena_printf(parse->arena, "there is no option '-%c'", optopt);
	if (optopt >= LONG_BASE && optopt < LONG_BASE + AAC_OPT_COUNT)
		return arena_printf(parse->arena, "--%s takes no value",
				    aac_option_table[optopt - LONG_BASE].name);
	for (int id = 0; id < AAC_OPT_COUNT; id++)
		suggest_offer(&suggest, aac_option_table[id].name);
	if (!suggest_best(&suggest))
		return arena_printf(parse->arena, "there is no option '%s'", name);
	return arena_printf(parse->arena, "there is no option '%s'; did you mean '--%s'?",
			    name, suggest_best(&suggest));
}

static void take_word(struct aac_options *opts, const char *word)
{
	if (!opts->command)
		opts->command = word;
	else
		opts->args[opts->arg_count++] = word;
}

static const char *take_option(struct parse *parse, int got, char **argv)
{
	if (got == 1) {
		take_word(parse->opts, optarg);
		return NULL;
	}
	if (got == ':')
		return arena_printf(parse->arena, "--%s needs a value: %s",
				    aac_option_table[find_letter(optopt)].name,
				    aac_option_table[find_letter(optopt)].argument);
	if (got == '?')
		return explain_unknown(parse, argv[optind - 1]);
	return take_value(parse, (enum aac_option_id)find_letter(got), optarg);
}

static unsigned int default_jobs(void)
{
	long count = sysconf(_SC_NPROCESSORS_ONLN);

	return count < 1 ? 1 : count > JOBS_MAX ? JOBS_MAX : (unsigned int)count;
}

const char *aac_options_parse(struct arena *arena, struct aac_options *opts, int argc,
			      char **argv)
{
	struct parse parse = { .arena = arena, .opts = opts };
	struct option longs[AAC_OPT_COUNT + 1] = { 0 };
	char shorts[2 * AAC_OPT_COUNT + 3] = { 0 };
	const char *problem = NULL;
	int got;

	*opts = (struct aac_options){ .out = "out", .root = "", .jobs = default_jobs() };
	opts->rules = ARENA_ARRAY(arena, const char *, (size_t)argc + 1);
	opts->wrappers = ARENA_ARRAY(arena, const char *, (size_t)argc + 1);
	opts->args = ARENA_ARRAY(arena, const char *, (size_t)argc + 1);
	fill_tables(longs, shorts);
	opterr = 0;
	optind = 0;
	while (!problem && (got = getopt_long(argc, argv, shorts, longs, NULL)) != -1)
		problem = take_option(&parse, got, argv);
	while (!problem && optind < argc)
		take_word(opts, argv[optind++]);
	return problem;
}
