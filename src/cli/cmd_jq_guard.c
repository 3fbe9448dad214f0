/*
 * aa-compose jq-guard: shell scripts whose jq filters fail on null, told or mended.  It
 * takes scripts and gives findings, a diff, or mended files.  Not obvious: all scripts
 * are looked at together before one is written, and one that is wrong stops the writing
 * of all.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "cli/command.h"
#include "cli/json_writer.h"
#include "cli/load.h"
#include "cli/run.h"
#include "cli/selection.h"
#include "core/guard.h"
#include "core/unified.h"
#include "host/files.h"

#define SLUG_UNSAFE "jq-null-iteration"
#define SLUG_UNDECIDED "jq-undecided"

struct scripts {
	const struct aac_source **sources;
	const char **paths; /* to write to: no symbolic links */
	size_t count;
};

static bool has(const struct aac_run *run, enum aac_option_id id)
{
	return aac_option_given(run->opts, id);
}

/* ---- what is asked for --------------------------------------------------- */

/* NAME or NAME:N; false after saying what is wrong. */
static bool parse_wrapper(struct aac_run *run, const char *text,
			  struct aac_guard_wrapper *wrapper)
{
	const char *colon = strrchr(text, ':');
	char *end = NULL;
	long number = 0;

	if (colon) {
		number = strtol(colon + 1, &end, 10);
		if (*end || end == colon + 1 || number < 1 || number > 1000 ||
		    colon == text) {
			run->usage =
				arena_printf(run->arena,
					     "--wrapper needs NAME or NAME:N, N being "
					     "the number of its argument that is a "
					     "filter, not '%s'",
					     text);
			return false;
		}
	}
	wrapper->name =
		colon ? arena_strndup(run->arena, text, (size_t)(colon - text)) : text;
	wrapper->argument = (unsigned int)number;
	return true;
}

static const struct aac_guard_wrapper *parse_wrappers(struct aac_run *run)
{
	size_t count = run->opts->wrapper_count;
	struct aac_guard_wrapper *wrappers =
		ARENA_ARRAY(run->arena, struct aac_guard_wrapper, count);

	for (size_t i = 0; i < count; i++)
		if (!parse_wrapper(run, run->opts->wrappers[i], &wrappers[i]))
			return NULL;
	return wrappers;
}

static bool is_usage_right(struct aac_run *run)
{
	if (run->opts->arg_count == 0)
		run->usage = "'jq-guard' needs a script to look at";
	else if (has(run, AAC_OPT_CHECK) + has(run, AAC_OPT_DIFF) +
			 has(run, AAC_OPT_WRITE) >
		 1)
		run->usage = "--check, --diff and --write exclude each other";
	return !run->usage;
}

static void load_scripts(struct aac_run *run, struct scripts *scripts)
{
	size_t most = run->opts->arg_count;
	CLEANUP_MAP seen = { 0 };

	scripts->sources = ARENA_ARRAY(run->arena, const struct aac_source *, most);
	scripts->paths = ARENA_ARRAY(run->arena, const char *, most);
	for (size_t i = 0; i < most; i++) {
		const char *path =
			aac_files_real(&run->ctx, &run->host, run->opts->args[i]);
		const struct aac_source *source;

		/* The same file under two names is one script. */
		if (path && map_get_str(&seen, path))
			continue;
		source = aac_load_script(run, run->opts->args[i]);
		if (!source)
			continue;
		path = path ? path : source->name;
		map_add(&seen, path, strlen(path), run);
		scripts->sources[scripts->count] = source;
		scripts->paths[scripts->count++] = path;
	}
}

/* ---- findings ------------------------------------------------------------ */

/* Mended ones are shown by the diff, or are no more. */
static void report(struct aac_run *run, const struct aac_guard_file *file)
{
	bool mends = has(run, AAC_OPT_DIFF) || has(run, AAC_OPT_WRITE);
	const struct aac_guard_finding *finding = file->findings;

	for (; finding; finding = finding->next) {
		struct aac_diag *diag;

		if (mends && !finding->undecided)
			continue;
		diag = aac_report(&run->diags, AAC_WARNING,
				  finding->undecided ? SLUG_UNDECIDED : SLUG_UNSAFE,
				  finding->span, "%s", finding->message);
		if (finding->hint)
			aac_hint(&run->diags, diag, "%s", finding->hint);
	}
}

static void put_finding(struct aac_json *json, const struct aac_guard_finding *finding)
{
	const struct aac_span *span = &finding->span;
	struct aac_place begin = aac_source_place(span->source, span->begin);
	struct aac_place end = aac_source_place(span->source, span->end);

	aac_json_begin(json, NULL, '{');
	aac_json_put(json, "slug", finding->undecided ? SLUG_UNDECIDED : SLUG_UNSAFE);
	aac_json_put(json, "message", finding->message);
	aac_json_put(json, "file", span->source->name);
	aac_json_number(json, "line", begin.line);
	aac_json_number(json, "column", begin.column);
	aac_json_number(json, "end_line", end.line);
	aac_json_number(json, "end_column", end.column);
	aac_json_put(json, "hint", finding->hint);
	aac_json_end(json, '}');
}

static void put_diff(struct aac_run *run, struct buf *out,
		     const struct aac_guard_file *file)
{
	const struct aac_source *source = file->source;
	struct aac_diff_side before = { source->name, source->text, source->size };
	struct aac_diff_side after = { .name = source->name };

	after.text = aac_guard_text(run->arena, file, &after.len);
	aac_unified_diff(run->arena, &before, &after, out);
}

static void put_file(struct aac_run *run, struct aac_json *json,
		     const struct aac_guard_file *file)
{
	CLEANUP_BUF diff = { 0 };

	aac_json_begin(json, NULL, '{');
	aac_json_put(json, "file", file->source->name);
	aac_json_number(json, "unsafe", file->unsafe);
	aac_json_number(json, "undecided", file->undecided);
	aac_json_bool(json, "written", has(run, AAC_OPT_WRITE) && file->edit_count > 0);
	if (has(run, AAC_OPT_DIFF)) {
		put_diff(run, &diff, file);
		aac_json_put(json, "diff", buf_str(&diff));
	}
	aac_json_begin(json, "findings", '[');
	for (const struct aac_guard_finding *finding = file->findings; finding;
	     finding = finding->next)
		put_finding(json, finding);
	aac_json_end(json, ']');
	aac_json_end(json, '}');
}

struct totals {
	size_t unsafe, undecided, files;
};

static void put_json(struct aac_run *run, const struct aac_guard *guard,
		     const struct totals *totals)
{
	struct aac_json json = { .out = &run->out };

	aac_json_begin(&json, NULL, '{');
	aac_json_number(&json, "scripts", guard->count);
	aac_json_number(&json, "unsafe", totals->unsafe);
	aac_json_number(&json, "undecided", totals->undecided);
	aac_json_begin(&json, "files", '[');
	for (size_t i = 0; i < guard->count; i++)
		put_file(run, &json, &guard->files[i]);
	aac_json_end(&json, ']');
	aac_json_end(&json, '}');
}

static void put_summary(struct aac_run *run, const struct aac_guard *guard,
			const struct totals *totals)
{
	struct arena *arena = run->arena;
	const char *scripts = aac_count_text(arena, guard->count, "script");

	if (totals->unsafe == 0)
		buf_printf(&run->out, "%s: no iteration that fails on null", scripts);
	else if (has(run, AAC_OPT_WRITE))
		buf_printf(&run->out, "%s mended in %zu of %s",
			   aac_count_text(arena, totals->unsafe, "iteration"),
			   totals->files, scripts);
	else
		buf_printf(&run->out, "%s that fail%s on null in %zu of %s",
			   aac_count_text(arena, totals->unsafe, "iteration"),
			   totals->unsafe == 1 ? "s" : "", totals->files, scripts);
	if (totals->undecided)
		buf_printf(&run->out, ", %zu cannot be decided", totals->undecided);
	buf_putc(&run->out, '\n');
}

static void put_result(struct aac_run *run, const struct aac_guard *guard)
{
	struct totals totals = { 0 };

	for (size_t i = 0; i < guard->count; i++) {
		totals.unsafe += guard->files[i].unsafe;
		totals.undecided += guard->files[i].undecided;
		totals.files += guard->files[i].unsafe > 0;
	}
	run->no = totals.undecided || (totals.unsafe && !has(run, AAC_OPT_WRITE));
	if (run->opts->json)
		put_json(run, guard, &totals);
	else if (has(run, AAC_OPT_DIFF))
		for (size_t i = 0; i < guard->count; i++)
			put_diff(run, &run->out, &guard->files[i]);
	else
		put_summary(run, guard, &totals);
}

/* ---- mending ------------------------------------------------------------- */

static bool write_file(struct aac_run *run, const struct aac_guard_file *file,
		       const char *path)
{
	const char *slash = strrchr(path, '/');
	struct aac_output output = { .before = file->source->text,
				     .before_len = file->source->size };
	const char *folder = ".";

	if (slash)
		folder = slash == path ? "/"
				       : arena_strndup(run->arena, path,
						       (size_t)(slash - path));
	output.name = slash ? slash + 1 : path;
	output.text = aac_guard_text(run->arena, file, &output.len);
	run->refused |= !aac_files_write(&run->ctx, &run->host, folder, &output, 1);
	return !run->refused;
}

static void write_files(struct aac_run *run, const struct aac_guard *guard,
			const struct scripts *scripts)
{
	for (size_t i = 0; i < guard->count; i++)
		if (guard->files[i].edit_count > 0 &&
		    !write_file(run, &guard->files[i], scripts->paths[i]))
			return;
}

static void perform_jq_guard(struct aac_run *run)
{
	const struct aac_guard_wrapper *wrappers;
	struct scripts scripts = { 0 };
	const struct aac_guard *guard;

	if (!is_usage_right(run))
		return;
	wrappers = parse_wrappers(run);
	if (!wrappers)
		return;
	run->lists = true;
	load_scripts(run, &scripts);
	guard = aac_guard_new(&run->ctx, scripts.sources, scripts.count, wrappers,
			      run->opts->wrapper_count);
	for (size_t i = 0; i < guard->count; i++)
		report(run, &guard->files[i]);
	if (has(run, AAC_OPT_WRITE) && aac_run_ok(run))
		write_files(run, guard, &scripts);
	if (aac_run_ok(run))
		put_result(run, guard);
}

const struct aac_command aac_command_jq_guard = {
	.name = "jq-guard",
	.arguments = "SCRIPT...",
	.summary = "find and mend jq iterations in shell scripts that fail on null",
	.help = "Looks for filters of jq in shell scripts that iterate over what may be "
		"null, P[], and fail then: 'Cannot iterate over null'. A filter is found "
		"where jq is run, in whatever quotes, also in $( ), here-documents and "
		"scripts that are handed to bash -c or ssh; and in calls of functions "
		"that hand a parameter to jq; --wrapper names those of other "
		"files.\n\n"
		"--check (the default) lists them, --diff shows and --write makes the "
		"change: P[] becomes (P // [])[], and P[]? where jq assigns to it or "
		"deletes it, or where P begins in another place. Nothing else of a file "
		"changes. Safe iterations are left alone: (P // [])[], P[]?, keys[], "
		"what stands behind try, select(P) or if P.\n\n"
		"What only the running script knows, a filter or a part of a path in a "
		"variable, is listed as undecided and never changed. Exit status 1: "
		"something was found and is still there.\n\n"
		"A file *.jq is taken for a filter itself.",
	.examples = "aa-compose jq-guard bin/*.sh\n"
		    "aa-compose jq-guard --diff bin/*.sh | less\n"
		    "aa-compose jq-guard --write --wrapper jq_get_value:2 bin/*.sh\n",
	.options = AAC_OPTS_COMMON | AAC_OPT(CHECK) | AAC_OPT(DIFF) | AAC_OPT(WRITE) |
		   AAC_OPT(WRAPPER),
	.max_args = SIZE_MAX,
	.perform = perform_jq_guard,
};
