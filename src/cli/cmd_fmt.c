/*
 * aa-compose fmt: rule files in their canonical layout.  It takes files, or text on
 * standard input, and writes them in place, lists those that differ, or shows how.  Not
 * obvious: all files are laid out before one is written, and one that is wrong stops the
 * writing of all.
 */
#include <errno.h>
#include <stdint.h>
#include <string.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/map.h"
#include "cli/command.h"
#include "cli/json_writer.h"
#include "cli/load.h"
#include "cli/run.h"
#include "core/format.h"
#include "core/unified.h"
#include "host/files.h"

struct layout {
	const struct aac_source *source;
	const char *path; /* without symbolic links; NULL: standard input */
	const char *text; /* laid out; NULL: the file is wrong */
	size_t len;
	bool changed;
};

struct layouts {
	struct layout *items;
	size_t count;
};

static bool has(const struct aac_run *run, enum aac_option_id id)
{
	return aac_option_given(run->opts, id);
}

static bool is_usage_right(struct aac_run *run)
{
	size_t inputs = 0;

	for (size_t i = 0; i < run->opts->arg_count; i++)
		inputs += strcmp(run->opts->args[i], "-") == 0;
	if (run->opts->arg_count == 0)
		run->usage = "'fmt' needs a rule file, or '-' for standard input";
	else if (inputs > 1)
		run->usage = "standard input, '-', can be read once";
	else if (has(run, AAC_OPT_CHECK) && has(run, AAC_OPT_DIFF))
		run->usage = "--check and --diff exclude each other";
	return !run->usage;
}

static void load(struct aac_run *run, struct layouts *to)
{
	CLEANUP_MAP seen = { 0 };

	to->items = ARENA_ARRAY(run->arena, struct layout, run->opts->arg_count);
	for (size_t i = 0; i < run->opts->arg_count; i++) {
		const char *name = run->opts->args[i];
		bool input = strcmp(name, "-") == 0;
		const char *path =
			input ? NULL : aac_files_real(&run->ctx, &run->host, name);
		struct layout *item = &to->items[to->count];

		/* The same file under two names is one file. */
		if (path && map_get_str(&seen, path))
			continue;
		if (path)
			map_add(&seen, path, strlen(path), run);
		item->source =
			input ? aac_load_input(run) : aac_load_rule_file(run, name);
		item->path = path;
		to->count += item->source != NULL;
	}
}

static void lay_out(struct aac_run *run, struct layout *item)
{
	item->text = aac_format(&run->ctx, item->source, &item->len);
	if (!item->text)
		return;
	item->changed = item->len != item->source->size ||
			memcmp(item->text, item->source->text, item->len) != 0;
}

/* ---- results -------------------------------------------------------------------------
 */

static void put_diff(struct aac_run *run, const struct layout *item)
{
	struct aac_diff_side before = { item->source->name, item->source->text,
					item->source->size };
	struct aac_diff_side after = { item->source->name, item->text, item->len };

	aac_unified_diff(run->arena, &before, &after, &run->out);
}

static void put_json(struct aac_run *run, const struct layouts *layouts)
{
	struct aac_json json = { .out = &run->out };

	aac_json_begin(&json, NULL, '[');
	for (size_t i = 0; i < layouts->count; i++) {
		aac_json_begin(&json, NULL, '{');
		aac_json_put(&json, "file", layouts->items[i].source->name);
		aac_json_bool(&json, "changed", layouts->items[i].changed);
		aac_json_end(&json, '}');
	}
	aac_json_end(&json, ']');
}

static void write_file(struct aac_run *run, const struct layout *item)
{
	const char *slash = strrchr(item->path, '/');
	const char *dir = slash == item->path
				  ? "/"
				  : arena_strndup(run->arena, item->path,
						  (size_t)(slash - item->path));
	struct aac_output output = { .name = slash + 1,
				     .text = item->text,
				     .len = item->len,
				     .before = item->source->text,
				     .before_len = item->source->size };

	if (!aac_files_write(&run->ctx, &run->host, dir, &output, 1))
		run->refused = true;
}

static void put_result(struct aac_run *run, const struct layout *item)
{
	if (has(run, AAC_OPT_DIFF)) {
		put_diff(run, item);
	} else if (has(run, AAC_OPT_CHECK)) {
		if (item->changed)
			buf_printf(&run->out, "%s\n", item->source->name);
	} else if (!item->path) {
		buf_putn(&run->out, item->text, item->len);
	}
}

static void perform_fmt(struct aac_run *run)
{
	struct layouts layouts = { 0 };
	bool asks = has(run, AAC_OPT_CHECK) || has(run, AAC_OPT_DIFF);

	if (!is_usage_right(run))
		return;
	load(run, &layouts);
	for (size_t i = 0; i < layouts.count && !aac_diags_full(&run->diags); i++)
		lay_out(run, &layouts.items[i]);
	if (!aac_run_ok(run))
		return;
	for (size_t i = 0; i < layouts.count && !run->refused; i++) {
		struct layout *item = &layouts.items[i];

		run->no |= asks && item->changed;
		if (!run->opts->json)
			put_result(run, item);
		if (!asks && item->changed && item->path)
			write_file(run, item);
	}
	if (run->opts->json)
		put_json(run, &layouts);
}

const struct aac_command aac_command_fmt = {
	.name = "fmt",
	.arguments = "FILE...",
	.summary = "rule files in their canonical layout, comments kept",
	.help = "Lays rule files out: one statement a line, four blanks a block, what "
		"belongs together in columns, lines of at most 90 columns where there is "
		"a place to break them. Comments, groups between blank lines, the order "
		"of everything and the spelling of every word stay; a line break inside "
		"a statement stays where one may stand.\n\n"
		"Files are changed in place, each as a whole or not at all; '-' reads "
		"standard input and writes standard output. Where a FILE is wrong none "
		"is written.\n\n"
		"--check lists the files that are laid out otherwise, --diff shows how; "
		"the exit status is 1 when there is one.",
	.examples = "aa-compose fmt rules/*.aaf\n"
		    "aa-compose fmt --check rules/*.aaf\n"
		    "aa-compose fmt - < rules/docker.aaf\n",
	.options = AAC_OPTS_COMMON | AAC_OPT(CHECK) | AAC_OPT(DIFF),
	.max_args = SIZE_MAX,
	.perform = perform_fmt,
};
