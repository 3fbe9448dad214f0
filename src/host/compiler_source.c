/*
 * Compiling text that is nobody's composition: a profile that somebody wrote, or rules of
 * ours one by one.  Takes a source, gives the policy; the parser's messages tell lines,
 * which are the source's own.
 */
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/buf.h"
#include "core/context.h"
#include "core/diag.h"
#include "core/render.h"
#include "core/source.h"
#include "core/target.h"
#include "host/cache.h"
#include "host/compiler_run.h"
#include "host/host.h"
#include "host/spawn.h"

static const struct aac_span nowhere;

static struct aac_span line_span(const struct aac_source *source, size_t line)
{
	uint32_t begin, end;

	if (line == 0 || line > source->line_count)
		return nowhere;
	begin = source->lines[line - 1];
	end = line < source->line_count ? source->lines[line] - 1 : source->size;
	begin += (uint32_t)strspn(source->text + begin, " \t");
	return (struct aac_span){ source, begin, end > begin ? end : begin + 1 };
}

static bool is_telling(const char *line, size_t len)
{
	return !aac_compiler_is_noise(line, len) && !aac_compiler_is_audit(line, len) &&
	       strncmp(line, "Warning", len < 7 ? len : 7) != 0;
}

/* The first line that says what is wrong, at its place. */
static void report_error(struct aac_context *ctx, const struct aac_source *source,
			 const char *text)
{
	struct aac_located error = { 0 };
	struct aac_span span = { source, 0, 0 };

	while (*text) {
		size_t len = strcspn(text, "\n");
		const char *line = arena_strndup(ctx->arena, text, len);

		text += len + (text[len] == '\n');
		if (!is_telling(line, len))
			continue;
		if (!aac_compiler_locate(ctx->arena, line, &error))
			error.message = line;
		else if (!error.file)
			span = line_span(source, error.line);
		break;
	}
	if (!error.message)
		error.message = "it says nothing";
	if (error.file)
		aac_report(ctx->diags, AAC_ERROR, "parser-refused", span,
			   "apparmor_parser: %s:%zu: %s", error.file, error.line,
			   error.message);
	else
		aac_report(ctx->diags, AAC_ERROR, "parser-refused", span,
			   "apparmor_parser: %s", error.message);
}

static enum aac_check_result judge(struct aac_context *ctx,
				   const struct aac_source *source,
				   const struct aac_process *process, bool quiet)
{
	const char *failure = aac_compiler_failure(ctx->arena, process);
	struct aac_diag *diag;

	if (!failure && WEXITSTATUS(process->status) == 0 &&
	    aac_compiler_is_policy(&process->out))
		return AAC_CHECK_OK;
	if (!failure && WEXITSTATUS(process->status) != 0) {
		if (!quiet)
			report_error(ctx, source,
				     aac_compiler_text(ctx->arena, &process->err));
		return AAC_CHECK_REFUSED;
	}
	if (!failure && process->out.len == 0) {
		if (!quiet)
			aac_report(ctx->diags, AAC_ERROR, "parser-refused",
				   (struct aac_span){ source, 0, 0 },
				   "there is no profile in it");
		return AAC_CHECK_REFUSED;
	}
	if (quiet)
		return AAC_CHECK_HOST;
	if (failure)
		diag = aac_report(ctx->diags, AAC_ERROR, "parser-failed", nowhere,
				  "apparmor_parser %s while compiling '%s'", failure,
				  source->name);
	else
		diag = aac_report(ctx->diags, AAC_ERROR, "parser-failed", nowhere,
				  "apparmor_parser ended well, but has compiled nothing "
				  "of '%s'",
				  source->name);
	aac_compiler_hint(ctx, process, diag);
	return AAC_CHECK_HOST;
}

struct batch {
	const struct aac_process *processes;
	const struct aac_check_options *options;
	size_t count, done;
};

/* False after a run that took too long: the others mostly would, too. */
static bool tell_progress(void *env, size_t index)
{
	struct batch *batch = env;

	batch->done++;
	if (batch->options->progress)
		batch->options->progress(batch->options->env, batch->done, batch->count);
	return !batch->processes[index].timed_out;
}

static enum aac_check_result compile(struct aac_context *ctx, const struct aac_host *host,
				     const struct aac_source *const *sources,
				     size_t count,
				     const struct aac_check_options *options, bool quiet)
{
	const struct aac_compiler *compiler = aac_compiler_choose(ctx, host, !quiet);
	struct aac_process *processes =
		ARENA_ARRAY(ctx->arena, struct aac_process, count);
	struct batch batch = { processes, options, count, 0 };
	enum aac_check_result worst = AAC_CHECK_OK;
	const char *base;

	if (!compiler)
		return AAC_CHECK_HOST;
	base = aac_compiler_base(ctx, host);
	for (size_t i = 0; i < count; i++)
		processes[i] = (struct aac_process){
			.argv = aac_compiler_argv(ctx, compiler, base),
			.input = sources[i]->text,
			.input_len = sources[i]->size,
			.seconds =
				options->seconds ? options->seconds : AAC_CHECK_SECONDS,
			.memory = AAC_COMPILE_MEMORY,
			.output_limit = AAC_COMPILE_POLICY,
		};
	aac_cache_spawn(host->cache, base, processes, count, options->jobs, tell_progress,
			&batch);
	for (size_t i = 0; i < count; i++) {
		enum aac_check_result result =
			processes[i].skipped
				? AAC_CHECK_HOST
				: judge(ctx, sources[i], &processes[i], quiet);

		if (result == AAC_CHECK_OK)
			options->policies[i] = processes[i].out;
		else
			buf_fini(&processes[i].out);
		buf_fini(&processes[i].err);
		worst = result > worst ? result : worst;
	}
	return worst;
}

enum aac_check_result aac_compile_sources(struct aac_context *ctx,
					  const struct aac_host *host,
					  const struct aac_source *const *sources,
					  size_t count,
					  const struct aac_check_options *options)
{
	return compile(ctx, host, sources, count, options, false);
}

enum aac_check_result aac_compile_source(struct aac_context *ctx,
					 const struct aac_host *host,
					 const struct aac_source *source,
					 unsigned int seconds, bool quiet,
					 struct buf *policy)
{
	const struct aac_check_options options = { .jobs = 1,
						   .seconds = seconds,
						   .policies = policy };

	return compile(ctx, host, &source, 1, &options, quiet);
}

/* ---- questions --------------------------------------------------------------------- */

bool aac_check_keys(struct aac_context *ctx, const struct aac_host *host,
		    const struct aac_profile_text *const *texts, size_t count,
		    struct digest *keys, bool *named)
{
	const struct aac_compiler *compiler =
		host->cache ? aac_compiler_choose(ctx, host, false) : NULL;
	struct aac_process process = { 0 };
	const char *base;

	if (!compiler)
		return false;
	base = aac_compiler_base(ctx, host);
	process.argv = aac_compiler_argv(ctx, compiler, base);
	aac_cache_forget(host->cache);
	for (size_t i = 0; i < count; i++) {
		process.input = texts[i]->text;
		process.input_len = texts[i]->len;
		named[i] = aac_cache_key(host->cache, base, &process, &keys[i]);
	}
	return true;
}
