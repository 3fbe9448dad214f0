/*
 * aa-compose get: a container's value for scripts.  It takes a CTID and a path and gives
 * an element a line; nothing, and success, where there is nothing.  Not obvious: values
 * are cut out of the container file's text, so that 0.50 stays 0.50 and an object keeps
 * the order of its keys; blanks are left out.
 */
#include <stdlib.h>
#include <string.h>

#include <jansson.h>

#include "base/arena.h"
#include "cli/command.h"
#include "cli/load.h"
#include "cli/run.h"
#include "cli/selection.h"
#include "core/json_pick.h"
#include "core/json_text.h"

/* The value at RANGE as JSON on one line. */
static void put_json(struct buf *out, const char *text, struct aac_json_range range)
{
	bool quoted = false;

	for (uint32_t i = range.begin; i < range.end; i++) {
		if (!quoted && strchr(" \t\r\n", text[i]))
			continue;
		buf_putc(out, text[i]);
		if (quoted && text[i] == '\\')
			buf_putc(out, text[++i]);
		else if (text[i] == '"')
			quoted = !quoted;
	}
}

static bool is_string(const char *text, struct aac_json_range range)
{
	return text[range.begin] == '"';
}

/* A string that holds the byte which ends each value would be taken for two. */
static void put_string(struct aac_run *run, struct aac_json_range range, char end)
{
	size_t room = range.end - range.begin;
	char *raw = ARENA_ARRAY(run->arena, char, room);
	size_t len = aac_json_decode(run->config->source->text, range, raw);
	struct aac_diag *diag;

	buf_putn(&run->out, raw, len);
	if (end || !memchr(raw, '\0', len))
		return;
	diag = aac_report(
		&run->diags, AAC_ERROR, "value-refused",
		(struct aac_span){ run->config->source, range.begin, range.end },
		"this string holds the byte NUL, which ends each value here");
	aac_hint(&run->diags, diag, "read it with --format json");
}

static void put_lines(struct aac_run *run, const struct aac_picked *picked)
{
	const char *text = run->config->source->text;
	char end = aac_option_given(run->opts, AAC_OPT_NULL) ? '\0' : '\n';

	for (size_t i = 0; i < picked->count; i++) {
		if (is_string(text, picked->items[i]))
			put_string(run, picked->items[i], end);
		else
			put_json(&run->out, text, picked->items[i]);
		buf_putc(&run->out, end);
	}
}

static void put_list(struct aac_run *run, const struct aac_picked *picked)
{
	buf_putc(&run->out, '[');
	for (size_t i = 0; i < picked->count; i++) {
		if (i)
			buf_putc(&run->out, ',');
		put_json(&run->out, run->config->source->text, picked->items[i]);
	}
	buf_puts(&run->out, "]\n");
}

/* --default: JSON as it is, for programs; anything else is a string. */
static void put_default(struct aac_run *run)
{
	const char *text = run->opts->fallback;
	json_t *json;

	if (!text || !*text)
		return;
	if (!run->opts->json) {
		buf_puts(&run->out, text);
		buf_putc(&run->out,
			 aac_option_given(run->opts, AAC_OPT_NULL) ? '\0' : '\n');
		return;
	}
	json = json_loads(text, JSON_DECODE_ANY, NULL);
	if (json)
		buf_puts(&run->out, text);
	else
		aac_json_text(&run->out, text);
	buf_putc(&run->out, '\n');
	json_decref(json);
}

/* Null, missing, "", [] and {} are nothing. */
static bool is_nothing(const char *text, const struct aac_picked *picked)
{
	struct aac_json_range at;

	if (picked->count == 0)
		return true;
	at = picked->items[0];
	if (picked->list)
		return false;
	if (is_string(text, at))
		return at.end - at.begin == 2;
	return strchr("[{", text[at.begin]) &&
	       strchr("]}", text[aac_json_skip_space(text, at.begin + 1, at.end)]);
}

static void put_value(struct aac_run *run, const struct aac_pick *pick)
{
	const struct aac_source *source = run->config->source;
	struct aac_picked picked = aac_pick(run->arena, pick, source, run->opts->args[0]);

	if (is_nothing(source->text, &picked)) {
		put_default(run);
		return;
	}
	if (run->opts->json && picked.list) {
		put_list(run, &picked);
		return;
	}
	if (run->opts->json) {
		put_json(&run->out, source->text, picked.items[0]);
		buf_putc(&run->out, '\n');
		return;
	}
	if (!picked.list && source->text[picked.items[0].begin] == '[')
		picked = aac_pick_elements(run->arena, source, picked.items[0]);
	put_lines(run, &picked);
	if (picked.count == 0)
		put_default(run); /* a list of nulls */
}

static void perform_get(struct aac_run *run)
{
	const struct aac_options *opts = run->opts;
	const char *problem, *hint;
	const struct aac_pick *pick;

	if (opts->arg_count < 2) {
		run->usage = "'get' needs a CTID and a path: get 101 .features";
		return;
	}
	if (aac_option_given(opts, AAC_OPT_NULL) && opts->json) {
		run->usage = "--null and --format json exclude each other";
		return;
	}
	pick = aac_pick_parse(run->arena, opts->args[1], &problem, &hint);
	if (!pick) {
		run->usage =
			arena_printf(run->arena, "'%s' is no path: %s%s%s", opts->args[1],
				     problem, hint ? "; " : "", hint ? hint : "");
		return;
	}
	if (!opts->config) {
		run->usage = "'get' needs the containers: -c CONFIG.json";
		return;
	}
	aac_load_config(run);
	if (!aac_run_ok(run))
		return;
	if (aac_config_find(run->config, opts->args[0]))
		put_value(run, pick);
	else
		aac_report_unknown(run, opts->args[0]);
}

const struct aac_command aac_command_get = {
	.name = "get",
	.arguments = "CTID PATH",
	.summary = "a container's value for scripts: an element a line",
	.help = "Prints what stands at PATH in the JSON of the container CTID: the "
		"elements of a list one a line, strings without quotes, numbers as "
		"they are spelled in the file, objects and lists in lists as JSON on "
		"one line. Where the value is null, missing or empty it prints "
		"nothing, or the value of --default, and succeeds.\n\n"
		"PATH is .features, .network_config.ip, .volumes[].name, "
		".volumes[0].name, .\"a key\", or $.key from the root of the file. "
		"Elements that are null are left out.\n\n"
		"A string may hold newlines; -0 ends each value with the byte NUL "
		"instead, for 'xargs -0' and 'mapfile -d \"\"'. With --format json a "
		"list is printed as a list.",
	.examples = "aa-compose get -c containers.json 953 .features\n"
		    "aa-compose get -c containers.json 953 .cores --default 1\n"
		    "aa-compose get -c containers.json 953 .volumes --format json\n",
	.options = AAC_OPTS_COMMON | AAC_OPT(CONFIG) | AAC_OPT(DEFAULT) | AAC_OPT(NULL),
	.max_args = 2,
	.perform = perform_get,
};
