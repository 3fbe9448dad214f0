#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "cli/term.h"

struct aac_set;
struct arena;
struct buf;

/* The answers to a script's question.  64 is EX_USAGE of sysexits.h. */
enum aac_exit {
	AAC_EXIT_YES = 0,
	AAC_EXIT_NO = 1,
	AAC_EXIT_INPUT = 2,
	AAC_EXIT_HOST = 3,
	AAC_EXIT_USAGE = 64,
};

enum aac_option_id {
	AAC_OPT_CONFIG,
	AAC_OPT_RULES,
	AAC_OPT_TEMPLATES,
	AAC_OPT_OUT,
	AAC_OPT_TARGET,
	AAC_OPT_ROOT,
	AAC_OPT_PARSER,
	AAC_OPT_PARSER_TIMEOUT,
	AAC_OPT_RECOMPILE,
	AAC_OPT_PROFILE,
	AAC_OPT_SET,
	AAC_OPT_PER_CONTAINER,
	AAC_OPT_NO_CHECK,
	AAC_OPT_NO_TEST,
	AAC_OPT_PROVE,
	AAC_OPT_MINIMIZE,
	AAC_OPT_WIDENING_ONLY,
	AAC_OPT_PARSERS,
	AAC_OPT_REVISIONS,
	AAC_OPT_EXAMPLES,
	AAC_OPT_LEARN,
	AAC_OPT_GENERALIZE,
	AAC_OPT_NO_LOAD,
	AAC_OPT_CACHE,
	AAC_OPT_FORCE,
	AAC_OPT_MODE,
	AAC_OPT_DRY_RUN,
	AAC_OPT_ALL,
	AAC_OPT_TEXT,
	AAC_OPT_DEFAULT,
	AAC_OPT_NULL,
	AAC_OPT_CHECK,
	AAC_OPT_DIFF,
	AAC_OPT_WRITE,
	AAC_OPT_WRAPPER,
	AAC_OPT_EXPLAIN,
	AAC_OPT_SPLIT,
	AAC_OPT_AGAINST,
	AAC_OPT_STRICT,
	AAC_OPT_JOBS,
	AAC_OPT_FORMAT,
	AAC_OPT_COLOR,
	AAC_OPT_QUIET,
	AAC_OPT_VERBOSE,
	AAC_OPT_HELP,
	AAC_OPT_VERSION,
	AAC_OPT_COUNT
};

/* What --format asks for. */
enum aac_format {
	AAC_FORMAT_TEXT,
	AAC_FORMAT_JSON,
	AAC_FORMAT_TAP,
	AAC_FORMAT_JUNIT,
	AAC_FORMAT_SARIF,
	AAC_FORMAT_COUNT
};

/* As --format spells them. */
extern const char *const aac_format_names[AAC_FORMAT_COUNT];

/* A set of options. */
#define AAC_OPT(id) (UINT64_C(1) << AAC_OPT_##id)

/* What commands take that have apparmor_parser compile. */
#define AAC_OPTS_COMPILE (AAC_OPT(PARSER_TIMEOUT) | AAC_OPT(RECOMPILE))

/* What every command takes. */
#define AAC_OPTS_COMMON \
	(AAC_OPT(ROOT) | AAC_OPT(FORMAT) | AAC_OPT(COLOR) | AAC_OPT(QUIET) | \
	 AAC_OPT(VERBOSE) | AAC_OPT(HELP) | AAC_OPT(VERSION))
/* What a command that composes takes, too. */
#define AAC_OPTS_COMPOSE \
	(AAC_OPT(CONFIG) | AAC_OPT(RULES) | AAC_OPT(TEMPLATES) | AAC_OPT(TARGET) | \
	 AAC_OPT(PARSER) | AAC_OPT(SET) | AAC_OPT(PER_CONTAINER) | AAC_OPT(STRICT))

/* One option: its spelling and its help, for parsing, --help and the manual. */
struct aac_option {
	const char *name;     /* without the dashes */
	char letter;	      /* 0: none */
	const char *argument; /* NULL: takes none */
	const char *help;
};

extern const struct aac_option aac_option_table[AAC_OPT_COUNT];

struct aac_options {
	uint64_t given; /* options that stand on the command line */
	const char *config, *templates, *out, *target, *root, *parser, *profile;
	const char **rules;
	size_t rule_count;
	const struct aac_set *sets;
	enum aac_color color;
	unsigned int jobs;
	unsigned int parser_timeout; /* in seconds; 0: not given */
	enum aac_format format;
	bool json; /* it is AAC_FORMAT_JSON */
	const char *explain; /* --explain; NULL: not given */
	const char *fallback; /* --default; NULL: not given */
	const char *learn;    /* --learn */
	const char *revisions; /* --revisions, as given */
	unsigned int examples; /* --examples; 0: not given */
	const char **wrappers; /* --wrapper, as given */
	size_t wrapper_count;
	bool mode_include; /* --mode include, not inline */
	const char *command; /* NULL: none */
	const char **args;   /* after the command */
	size_t arg_count;
};

static inline bool aac_option_given(const struct aac_options *opts, enum aac_option_id id)
{
	return opts->given >> id & 1;
}

/* Everything is kept in ARENA.  NULL, or what is wrong (without a newline). */
const char *aac_options_parse(struct arena *arena, struct aac_options *opts, int argc,
			      char **argv);
/* The options of SET, one paragraph each. */
void aac_options_help(struct buf *out, uint64_t set);
/* "-c, --config" or "--strict", for messages. */
const char *aac_option_spelling(struct arena *arena, enum aac_option_id id);
