/*
 * aa-compose list: what there is to compose with.  It takes the library (and the table
 * of diagnostics, and the target records) and prints summaries and parameters.  Not
 * obvious: no container file is needed, and conditions and defaults are shown as their
 * authors wrote them, cut out of the rule files.
 */
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/macro.h"
#include "base/suggest.h"
#include "cli/command.h"
#include "cli/list.h"
#include "cli/load.h"
#include "cli/run.h"
#include "cli/text.h"
#include "core/lint.h"
#include "core/target.h"

struct topic {
	const char *name;
	bool needs_rules;
	void (*as_text)(struct aac_run *run);
	void (*as_json)(struct aac_run *run, struct aac_json *json);
};

/* ---- checks ---------------------------------------------------------------- */

struct slug {
	const char *name;
	bool strict;
	const char *meaning;
};

static const struct slug slugs[] = {
#define DIAG(slug, strict, meaning) { slug, strict, meaning },
#include "core/diag.def"
#undef DIAG
};

/* A row of either table. */
struct listed {
	const char *slug, *summary;
	bool strict;
	const struct aac_check *check; /* of lint; or NULL */
};

static int by_slug(const void *a, const void *b)
{
	return strcmp(((const struct listed *)a)->slug, ((const struct listed *)b)->slug);
}

/* Diagnostics and checks of lint, in byte order. */
static struct listed *all_checks(struct aac_run *run, size_t *count)
{
	struct listed *all;

	*count = ARRAY_SIZE(slugs) + aac_check_count;
	all = ARENA_ARRAY(run->arena, struct listed, *count);
	for (size_t i = 0; i < ARRAY_SIZE(slugs); i++)
		all[i] = (struct listed){ slugs[i].name, slugs[i].meaning,
					  slugs[i].strict, NULL };
	for (size_t i = 0; i < aac_check_count; i++)
		all[ARRAY_SIZE(slugs) + i] =
			(struct listed){ aac_checks[i]->slug, aac_checks[i]->summary,
					 true, aac_checks[i] };
	qsort(all, *count, sizeof(*all), by_slug);
	return all;
}

static const char *const severities[] = {
	[AAC_NOTE] = "note", [AAC_WARNING] = "warning", [AAC_ERROR] = "error"
};

static void list_checks(struct aac_run *run)
{
	struct aac_table table = { .arena = run->arena, .columns = 3 };
	size_t count;
	const struct listed *all = all_checks(run, &count);

	for (size_t i = 0; i < count; i++)
		AAC_TABLE_ADD(&table, all[i].slug,
			      all[i].check    ? "lint"
			      : all[i].strict ? "strict"
					      : "",
			      all[i].summary);
	aac_table_put(&table, &run->out, 0);
}

static void list_checks_json(struct aac_run *run, struct aac_json *json)
{
	size_t count;
	const struct listed *all = all_checks(run, &count);

	for (size_t i = 0; i < count; i++) {
		const struct aac_check *check = all[i].check;

		aac_json_begin(json, NULL, '{');
		aac_json_put(json, "slug", all[i].slug);
		aac_json_bool(json, "strict", all[i].strict);
		aac_json_put(json, "summary", all[i].summary);
		aac_json_bool(json, "lint", check != NULL);
		aac_json_put(json, "severity",
			     check ? severities[check->severity] : NULL);
		aac_json_end(json, '}');
	}
}

/* ---- targets --------------------------------------------------------------- */

#define HOST_SUMMARY "this machine: its kernel and its apparmor_parser (the default)"

static void list_targets(struct aac_run *run)
{
	struct aac_table table = { .arena = run->arena, .columns = 4 };

	AAC_TABLE_ADD(&table, "host", HOST_SUMMARY);
	for (size_t i = 0; i < run->targets.count; i++) {
		const struct aac_target *target = run->targets.items[i];

		AAC_TABLE_ADD(&table, target->name, target->summary,
			      arena_printf(run->arena, "kernel %s", target->kernel),
			      arena_printf(run->arena, "parser %s to %s",
					   target->parser_min, target->parser_max));
	}
	aac_table_put(&table, &run->out, 0);
}

static void list_targets_json(struct aac_run *run, struct aac_json *json)
{
	aac_json_begin(json, NULL, '{');
	aac_json_put(json, "name", "host");
	aac_json_put(json, "summary", HOST_SUMMARY);
	aac_json_bool(json, "default", true);
	aac_json_end(json, '}');
	for (size_t i = 0; i < run->targets.count; i++) {
		const struct aac_target *target = run->targets.items[i];

		aac_json_begin(json, NULL, '{');
		aac_json_put(json, "name", target->name);
		aac_json_put(json, "summary", target->summary);
		aac_json_bool(json, "default", false);
		aac_json_put(json, "kernel", target->kernel);
		aac_json_put(json, "parser_min", target->parser_min);
		aac_json_put(json, "parser_max", target->parser_max);
		aac_json_put(json, "abi", target->abi);
		aac_json_end(json, '}');
	}
}

/* ---- topics ---------------------------------------------------------------- */

static const struct topic topics[] = {
	{ "fragments", true, aac_list_fragments, aac_list_fragments_json },
	{ "profiles", true, aac_list_profiles, aac_list_profiles_json },
	{ "conditions", true, aac_list_conditions, aac_list_conditions_json },
	{ "checks", false, list_checks, list_checks_json },
	{ "targets", false, list_targets, list_targets_json },
};

/* What the rule files declare is listed when nothing is asked for. */
#define DECLARED 3

static const struct topic *find_topic(const char *name)
{
	for (size_t i = 0; i < ARRAY_SIZE(topics); i++)
		if (strcmp(topics[i].name, name) == 0)
			return &topics[i];
	return NULL;
}

static void refuse_topic(struct aac_run *run, const char *name)
{
	struct suggest suggest = { .word = name };

	for (size_t i = 0; i < ARRAY_SIZE(topics); i++)
		suggest_offer(&suggest, topics[i].name);
	if (suggest_best(&suggest))
		run->usage =
			arena_printf(run->arena, "cannot list '%s'; did you mean '%s'?",
				     name, suggest_best(&suggest));
	else
		run->usage = arena_printf(run->arena,
					  "cannot list '%s', only fragments, profiles, "
					  "conditions, checks and targets",
					  name);
}

static void list_topic(struct aac_run *run, const struct topic *topic)
{
	struct aac_json json = { .out = &run->out };

	if (!run->opts->json) {
		topic->as_text(run);
		return;
	}
	aac_json_begin(&json, NULL, '[');
	topic->as_json(run, &json);
	aac_json_end(&json, ']');
}

static void list_declared(struct aac_run *run)
{
	struct aac_json json = { .out = &run->out };

	if (!run->opts->json) {
		for (size_t i = 0; i < DECLARED; i++) {
			buf_printf(&run->out, "%s%s:\n\n", i ? "\n" : "", topics[i].name);
			topics[i].as_text(run);
		}
		return;
	}
	aac_json_begin(&json, NULL, '{');
	for (size_t i = 0; i < DECLARED; i++) {
		aac_json_begin(&json, topics[i].name, '[');
		topics[i].as_json(run, &json);
		aac_json_end(&json, ']');
	}
	aac_json_end(&json, '}');
}

static void perform_list(struct aac_run *run)
{
	const struct topic *topic = NULL;

	if (run->opts->arg_count > 0) {
		topic = find_topic(run->opts->args[0]);
		if (!topic) {
			refuse_topic(run, run->opts->args[0]);
			return;
		}
	}
	if (!topic || topic->needs_rules)
		aac_load_rules(run);
	else if (topic->as_text == list_targets)
		aac_load_targets(run);
	if (!aac_run_ok(run))
		return;
	if (topic)
		list_topic(run, topic);
	else
		list_declared(run);
}

const struct aac_command aac_command_list = {
	.name = "list",
	.arguments = "[fragments|profiles|conditions|checks|targets]",
	.summary = "what there is: fragments, profiles, conditions, checks, targets",
	.help = "Lists what there is to compose with. Without an argument: the "
		"fragments with their parameters (type, default and where in a "
		"container's JSON the value comes from), the profiles and the "
		"conditions of the rule folders, each with the place of its "
		"declaration.\n\n"
		"'checks' are the problems that aa-compose reports, by the word that "
		"stands in brackets after a message; those marked 'strict' are errors "
		"under --strict, those marked 'lint' are what 'lint' looks "
		"for. 'targets' are the kernels and parsers that can be composed for.",
	.examples = "aa-compose list\n"
		    "aa-compose list fragments -r myrules\n"
		    "aa-compose list targets --format json\n",
	.options = AAC_OPTS_COMMON | AAC_OPT(RULES),
	.max_args = 1,
	.perform = perform_list,
};
