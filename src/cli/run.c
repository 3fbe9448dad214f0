/*
 * A run: loads what a command needs, once, and prints at the end, once.  It takes the
 * options and gives an exit code.  Not obvious: a result is only printed when nothing
 * is wrong, and "the host refused" outranks "the input is wrong", because input that
 * could not be read cannot be judged.
 */
#include "cli/run.h"

#include "core/inline.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "base/arena.h"
#include "cli/command.h"
#include "cli/load.h"
#include "cli/text.h"
#include "host/cache.h"
#include "host/kernel.h"

#define MAX_ERRORS 20

void aac_run_init(struct aac_run *run, struct arena *arena,
		  const struct aac_options *opts, const struct aac_command *command)
{
	*run = (struct aac_run){ .arena = arena, .opts = opts, .command = command };
	aac_diags_init(&run->diags, arena);
	run->diags.max_errors = MAX_ERRORS;
	run->diags.strict = aac_option_given(opts, AAC_OPT_STRICT);
	run->began = time(NULL);
	run->ctx.arena = arena;
	run->ctx.diags = &run->diags;
	run->host.root = opts->root;
	run->host.parser = opts->parser;
	run->host.kernel = &aac_kernel_own;
	if (!aac_option_given(opts, AAC_OPT_RECOMPILE))
		run->host.cache = aac_cache_open(aac_cache_folder(arena), 0);
	run->own_host.root = "";
	run->inputs_tail = &run->inputs;
}

bool aac_run_ok(const struct aac_run *run)
{
	return !run->usage && !run->refused && run->diags.errors == 0;
}

bool aac_run_shows_progress(const struct aac_run *run)
{
	return !aac_option_given(run->opts, AAC_OPT_QUIET) && !run->opts->json &&
	       isatty(STDERR_FILENO);
}

bool aac_run_needs_config(struct aac_run *run)
{
	if (run->config || (run->fleet->policy_count > 0 && run->opts->arg_count == 0))
		return true;
	run->usage = arena_printf(run->arena, "'%s' needs the containers: -c CONFIG.json",
				  run->command->name);
	return false;
}

bool aac_run_load(struct aac_run *run)
{
	aac_load_target(run);
	aac_load_rules(run);
	aac_load_templates(run);
	aac_load_config(run);
	return aac_run_ok(run);
}

static const char *find_prefix(void *env, const char *name)
{
	const struct aac_template *frame =
		aac_load_template(env, name, (struct aac_span){ 0 });

	return frame ? frame->prefix : NULL;
}

/* Only of what takes longer than a second. */
static void tell_composed(void *env, size_t done, size_t count)
{
	struct aac_run *run = env;
	static const char verb[] = "composing";

	if (time(NULL) - run->began < 2)
		return;
	run->composing = true;
	aac_term_progress((void *)(uintptr_t)verb, done, count);
}

struct aac_fleet_options aac_run_fleet_options(struct aac_run *run)
{
	return (struct aac_fleet_options){
		.sets = run->opts->sets,
		.per_container = aac_option_given(run->opts, AAC_OPT_PER_CONTAINER),
		.template_prefix = find_prefix,
		.progress = aac_run_shows_progress(run) ? tell_composed : NULL,
		.env = run,
	};
}

bool aac_run_compose(struct aac_run *run)
{
	struct aac_fleet_options options = aac_run_fleet_options(run);

	if (!aac_run_load(run))
		return false;
	run->fleet = aac_fleet_compose(&run->ctx, run->library, run->config, &options);
	if (run->composing)
		aac_term_progress(NULL, 1, 1);
	return aac_run_ok(run);
}

/* ---- the end --------------------------------------------------------------- */

void aac_usage_print(const char *message, const char *command)
{
	CLEANUP_BUF text = { 0 };

	buf_puts(&text, "aa-compose: ");
	aac_put_safe(&text, message);
	buf_printf(&text, "\nTry 'aa-compose %s%s--help'.\n", command ? command : "",
		   command ? " " : "");
	(void)aac_term_write(STDERR_FILENO, text.data, text.len);
}

enum aac_exit aac_result_print(const struct buf *out)
{
	int error = aac_term_write(STDOUT_FILENO, buf_str(out), out->len);
	CLEANUP_BUF text = { 0 };

	if (error == 0)
		return AAC_EXIT_YES;
	/* Who closes a pipe has read what they wanted: `aa-compose list | head`. */
	if (error != EPIPE) {
		buf_printf(&text, "aa-compose: cannot write the result: %s\n",
			   strerror(error));
		(void)aac_term_write(STDERR_FILENO, text.data, text.len);
	}
	return AAC_EXIT_HOST;
}

void aac_run_tell(struct aac_run *run)
{
	struct aac_diag_style style = {
		.color = aac_term_color(run->opts->color, STDERR_FILENO),
		.quiet = aac_option_given(run->opts, AAC_OPT_QUIET),
		.verbose = run->lists || aac_option_given(run->opts, AAC_OPT_VERBOSE),
	};
	struct aac_diags left = run->diags;
	CLEANUP_BUF text = { 0 };

	if (run->told)
		left.head = run->told->next;
	if (run->opts->json)
		aac_diags_render_json(&left, &style, &text);
	else
		aac_diags_render(&left, &style, &text);
	run->told = aac_diags_last(&run->diags);
	(void)aac_term_write(STDERR_FILENO, buf_str(&text), text.len);
}

static enum aac_exit find_exit(const struct aac_run *run)
{
	if (run->usage)
		return AAC_EXIT_USAGE;
	if (run->refused)
		return AAC_EXIT_HOST;
	if (run->diags.errors > run->findings)
		return AAC_EXIT_INPUT;
	return run->no || run->findings ? AAC_EXIT_NO : AAC_EXIT_YES;
}

enum aac_exit aac_run_finish(struct aac_run *run)
{
	enum aac_exit code = find_exit(run);

	aac_run_tell(run);
	if (run->usage)
		aac_usage_print(run->usage, run->command->name);
	else if (aac_run_ok(run) && aac_result_print(&run->out) != AAC_EXIT_YES)
		code = AAC_EXIT_HOST;
	buf_fini(&run->out);
	map_fini(&run->templates);
	map_fini(&run->asserted);
	if (run->includes)
		map_fini(&run->includes->by_name);
	aac_config_free(run->config);
	aac_cache_close(run->host.cache);
	return code;
}
