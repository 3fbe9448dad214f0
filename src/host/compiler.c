/*
 * apparmor_parser: finding it, and having it compile every profile's text for the
 * target.  It takes texts and gives a verdict; its messages are compiler_report.c's
 * work.
 *
 * Not obvious: without --kernel-features the parser compiles for the running kernel, and
 * on one without AppArmor drops nearly every rule in silence, so the target's features
 * are always named.  The text is read as "/dev/stdin" rather than as plain standard
 * input, because only then does an error in an included file tell that file's name.
 */
#include "host/compiler.h"

#include <errno.h>
#include <limits.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/macro.h"
#include "core/context.h"
#include "core/diag.h"
#include "core/render.h"
#include "core/target.h"
#include "host/compiler_run.h"
#include "host/cache.h"
#include "host/host.h"
#include "host/spawn.h"

#define POLICY_BASE "/etc/apparmor.d"

/* Profiles for which a rule is searched in one check: what is wrong in the first ones is
 * mostly wrong in the others too. */
#define SEARCHES_MAX 8

static const struct aac_span nowhere;

/* ---- finding it ------------------------------------------------------------- */

static const char *const places[] = {
	"/usr/sbin/apparmor_parser",	   "/sbin/apparmor_parser",
	"/usr/bin/apparmor_parser",	   "/bin/apparmor_parser",
	"/usr/local/sbin/apparmor_parser",
};

/* PATH without links, from the root on: it is opened from another folder. */
static const char *absolute(struct arena *arena, const char *path)
{
	char *real = realpath(path, NULL);
	const char *copy = arena_strdup(arena, real ? real : path);

	free(real);
	return copy;
}

static bool is_program(const char *path)
{
	struct stat info;

	return stat(path, &info) == 0 && S_ISREG(info.st_mode) && access(path, X_OK) == 0;
}

static const char *find_path(struct aac_context *ctx, const struct aac_host *host)
{
	if (host->parser)
		return is_program(host->parser) ? absolute(ctx->arena, host->parser)
						: NULL;
	for (size_t i = 0; i < ARRAY_SIZE(places); i++)
		if (is_program(places[i]))
			return places[i];
	return NULL;
}

static void report_missing(struct aac_context *ctx, const struct aac_host *host)
{
	struct aac_diag *diag;

	if (host->parser) {
		diag = aac_report(ctx->diags, AAC_ERROR, "parser-missing", nowhere,
				  access(host->parser, F_OK) == 0
					  ? "'%s' is no program that can be run"
					  : "there is no program '%s'",
				  host->parser);
		aac_hint(ctx->diags, diag,
			 "--parser names the file apparmor_parser itself");
		return;
	}
	diag = aac_report(ctx->diags, AAC_ERROR, "parser-missing", nowhere,
			  "apparmor_parser is not installed");
	aac_hint(ctx->diags, diag, "install it: apt install apparmor");
}

/* A run that did not come to its own end; NULL: it did. */
const char *aac_compiler_failure(struct arena *arena, const struct aac_process *process)
{
	const char *name;

	if (process->spawn_errno)
		return arena_printf(arena, "could not be run (%s)",
				    strerror(process->spawn_errno));
	if (process->timed_out)
		return arena_printf(arena, "took longer than %u second%s",
				    process->seconds, process->seconds == 1 ? "" : "s");
	if (!WIFSIGNALED(process->status))
		return NULL;
	if (aac_compiler_is_exhausted(buf_str(&process->err)))
		return "ran out of memory";
	name = sigabbrev_np(WTERMSIG(process->status));
	return arena_printf(arena, "was killed by SIG%s", name ? name : "?");
}

/* "AppArmor parser version 3.0.8" and what may follow; NULL: *WHY it is not told. */
static const char *read_version(struct aac_context *ctx, const struct aac_host *host,
				const char *path, const char **why)
{
	const char *const argv[] = { path, "--version", NULL };
	struct aac_process process = { .argv = argv,
				       .seconds = 10,
				       .output_limit = 4096 };
	const char *at, *version = NULL;

	aac_cache_spawn(host->cache, NULL, &process, 1, 1, NULL, NULL);
	*why = aac_compiler_failure(ctx->arena, &process);
	at = *why ? NULL : strstr(buf_str(&process.out), "version ");
	if (at) {
		at += strlen("version ");
		version = arena_strndup(ctx->arena, at, strspn(at, "0123456789."));
	}
	buf_fini(&process.out);
	buf_fini(&process.err);
	if (version && aac_version_valid(version))
		return version;
	if (!*why)
		*why = "does not tell a version";
	return NULL;
}

const struct aac_compiler *aac_compiler_find(struct aac_context *ctx,
					     const struct aac_host *host, bool report)
{
	struct aac_compiler *compiler = ARENA_NEW(ctx->arena, struct aac_compiler);
	struct aac_diag *diag;
	const char *why;

	compiler->path = find_path(ctx, host);
	if (!compiler->path) {
		if (report)
			report_missing(ctx, host);
		return NULL;
	}
	compiler->version = read_version(ctx, host, compiler->path, &why);
	if (compiler->version)
		return compiler;
	if (!report)
		return NULL;
	diag = aac_report(ctx->diags, AAC_ERROR, "parser-failed", nowhere,
			  "'%s --version' %s", compiler->path, why);
	aac_hint(ctx->diags, diag, "is it apparmor_parser, made for this machine?");
	return NULL;
}

static bool check_version(struct aac_context *ctx, const struct aac_compiler *compiler,
			  bool report)
{
	const struct aac_target *target = ctx->target;
	struct aac_diag *diag;

	if (aac_version_compare(target->parser_min, compiler->version) <= 0 &&
	    aac_version_compare(compiler->version, target->parser_max) <= 0)
		return true;
	if (!report)
		return false;
	diag = aac_report(ctx->diags, AAC_ERROR, "parser-version", nowhere,
			  "'%s' needs apparmor_parser %s to %s, '%s' is version %s",
			  target->name, target->parser_min, target->parser_max,
			  compiler->path, compiler->version);
	aac_hint(ctx->diags, diag,
		 "name one that fits with --parser PATH, or build without the check "
		 "(--no-check)");
	return false;
}

/* ---- running it ------------------------------------------------------------- */

struct job {
	struct aac_context *ctx;
	const struct aac_check_options *options;
	const struct aac_profile_text *const *texts;
	struct aac_process *processes;
	const char *const *argv;
	const char *base;
	size_t searches; /* that may still be made */
	size_t count, done;
};

/* False after a run that took too long: the others mostly would, too. */
static bool tell_progress(void *env, size_t index)
{
	struct job *job = env;

	job->done++;
	if (job->options && job->options->progress)
		job->options->progress(job->options->env, job->done, job->count);
	return !job->processes[index].timed_out;
}

/* Below --root, when there is AppArmor's policy and not just what apply has put there. */
const char *aac_compiler_base(struct aac_context *ctx, const struct aac_host *host)
{
	static const char *const signs[] = { POLICY_BASE "/abi",
					     POLICY_BASE "/abstractions",
					     POLICY_BASE "/tunables" };
	const char *path = POLICY_BASE;

	for (size_t i = 0; i < ARRAY_SIZE(signs); i++)
		if (aac_host_is_folder(ctx, host, signs[i])) {
			path = aac_host_path(ctx, host, POLICY_BASE);
			break;
		}
	return absolute(ctx->arena, path);
}

/* The file of the target's abi below BASE; NULL when there is none. */
static const char *find_abi(struct aac_context *ctx, const char *base)
{
	const char *abi = ctx->target->abi, *path;

	if (!abi || !*abi)
		return NULL;
	path = arena_printf(ctx->arena, "%s/%s", base, abi);
	return access(path, R_OK) == 0 ? path : NULL;
}

const char *const *aac_compiler_argv(struct aac_context *ctx,
				     const struct aac_compiler *compiler,
				     const char *base)
{
	const char *abi = find_abi(ctx, base);
	const char *const args[] = {
		compiler->path,
		"--skip-kernel-load",
		"--stdout",
		"--skip-cache",
		"--jobs=1",
		"--config-file",
		"/dev/null",
		"--kernel-features",
		absolute(ctx->arena, ctx->target->features_path),
		"--warn=rule-not-enforced",
		"--warn=rule-downgraded",
		"--base",
		base,
		/* A bare chroot has no such name; there it reads what it is given,
		 * and takes a line of an included file for one of ours. */
		access(AAC_COMPILER_INPUT, R_OK) == 0 ? AAC_COMPILER_INPUT : NULL,
	};
	const char **argv = ARENA_ARRAY(ctx->arena, const char *, ARRAY_SIZE(args) + 2);

	memcpy(argv, args, sizeof(args));
	if (abi) {
		size_t at = ARRAY_SIZE(args) - 1;

		argv[at + 1] = argv[at];
		argv[at] = arena_printf(ctx->arena, "--policy-features=%s", abi);
	}
	return argv;
}

static void run_all(struct job *job, const struct aac_host *host,
		    const struct aac_compiler *compiler)
{
	unsigned int jobs = job->options && job->options->jobs ? job->options->jobs : 1;

	unsigned int seconds = job->options ? job->options->seconds : 0;
	/* What is to be found again is kept whole. */
	bool together = job->options && job->options->together;
	bool keep = host->cache || (job->options && job->options->policies);

	job->argv = aac_compiler_argv(job->ctx, compiler, job->base);
	job->processes = ARENA_ARRAY(job->ctx->arena, struct aac_process, job->count);
	for (size_t i = 0; i < job->count; i++)
		job->processes[i] = (struct aac_process){
			.argv = job->argv,
			.input = job->texts[i]->text,
			.input_len = job->texts[i]->len,
			.seconds = seconds ? seconds : AAC_CHECK_SECONDS,
			.memory = AAC_COMPILE_MEMORY,
			.profile = together ? job->texts[i]->policy->name : NULL,
			.output_limit = keep ? AAC_COMPILE_POLICY : AAC_COMPILE_MESSAGES,
		};
	aac_compiler_spawn(job->ctx, host, job->base, job->texts, job->processes,
			   job->count, jobs, job->options && job->options->exact,
			   tell_progress, job);
}

/* ---- what came of it -------------------------------------------------------- */

/* What to do about a run that no rule is to blame for. */
void aac_compiler_hint(struct aac_context *ctx, const struct aac_process *process,
		       struct aac_diag *diag)
{
	bool killed =
		WIFSIGNALED(process->status) && WTERMSIG(process->status) == SIGKILL;

	if (process->timed_out)
		aac_hint(ctx->diags, diag,
			 "give it more time with --parser-timeout SECONDS");
	else if (killed)
		aac_hint(ctx->diags, diag,
			 "the kernel does so when memory runs out, and tells it in its "
			 "log (dmesg); -j 1 needs least");
	else
		aac_hint(ctx->diags, diag,
			 "is it apparmor_parser, made for this machine?");
}

/* A run that did not end by itself: at the rule that makes it so, if one does. */
static enum aac_check_result
report_failure(struct job *job, const struct aac_compiler_run *run, const char *failure)
{
	struct aac_context *ctx = job->ctx;
	const char *name = run->text->policy->name;
	const struct aac_grant *rule = NULL;
	struct aac_diag *diag;

	if (!run->process->spawn_errno &&
	    aac_compiler_search(run->search, run, run->process))
		rule = run->search->rules[0];
	if (!rule || !rule->origins) {
		diag = aac_report(ctx->diags, AAC_ERROR, "parser-failed", nowhere,
				  "apparmor_parser %s while compiling profile '%s'",
				  failure, name);
		aac_compiler_hint(ctx, run->process, diag);
		return AAC_CHECK_HOST;
	}
	diag = aac_report(ctx->diags, AAC_ERROR, "parser-failed", rule->origins->span,
			  "apparmor_parser %s while compiling profile '%s', for this "
			  "rule",
			  failure, name);
	if (run->search->rules[1] && run->search->rules[1]->origins)
		aac_note(ctx->diags, diag, run->search->rules[1]->origins->span,
			 "together with this one");
	aac_hint(ctx->diags, diag,
		 "write the rule in another way: this is the parser's "
		 "own fault");
	return AAC_CHECK_HOST;
}

/* Compiled policy begins with its version, under this name. */
bool aac_compiler_is_policy(const struct buf *bytes)
{
	static const char start[] = "\004\010\000version";

	return bytes->len >= sizeof(start) &&
	       memcmp(bytes->data, start, sizeof(start)) == 0;
}

/* It says that all is well: then there is a policy. */
static enum aac_check_result check_policy(struct job *job,
					  const struct aac_profile_text *text,
					  const struct aac_process *process)
{
	struct aac_context *ctx = job->ctx;
	struct aac_diag *diag;

	if (aac_compiler_is_policy(&process->out))
		return AAC_CHECK_OK;
	diag = aac_report(ctx->diags, AAC_ERROR, "parser-failed", nowhere,
			  "apparmor_parser ended well, but has compiled nothing of "
			  "profile '%s'",
			  text->policy->name);
	aac_compiler_hint(ctx, process, diag);
	return AAC_CHECK_HOST;
}

static enum aac_check_result judge(struct job *job, size_t i,
				   struct aac_compiler_gate *gate)
{
	struct aac_context *ctx = job->ctx;
	const struct aac_process *process = &job->processes[i];
	const struct aac_profile_text *text = job->texts[i];
	const char *failure = aac_compiler_failure(ctx->arena, process);
	struct aac_search search = { .arena = ctx->arena,
				     .argv = job->argv,
				     .done = job->searches == 0 };
	struct aac_compiler_run run = { .text = text,
					.base = job->base,
					.out = "",
					.err = aac_compiler_text(ctx->arena,
								 &process->err),
					.search = &search,
					.process = process };
	enum aac_check_result result;

	if (!aac_compiler_is_policy(&process->out))
		run.out = aac_compiler_text(ctx->arena, &process->out);
	if (failure) {
		result = report_failure(job, &run, failure);
	} else {
		run.code = WEXITSTATUS(process->status);
		result = aac_compiler_report(ctx, &run, gate);
		if (result == AAC_CHECK_OK)
			result = check_policy(job, text, process);
	}
	job->searches -= job->searches > 0 && search.done;
	return result;
}

static void tell_skipped(struct job *job)
{
	size_t count = 0;

	for (size_t i = 0; i < job->count; i++)
		count += job->processes[i].skipped;
	if (count)
		aac_report(job->ctx->diags, AAC_NOTE, "parser-failed", nowhere,
			   count == 1 ? "%zu profile more was not compiled"
				      : "%zu profiles more were not compiled",
			   count);
}

static void keep_policy(struct job *job, size_t i, enum aac_check_result result)
{
	if (result != AAC_CHECK_OK || !job->options || !job->options->policies)
		return;
	job->options->policies[i] = job->processes[i].out;
	job->processes[i].out = (struct buf){ 0 };
}

/* In the order of the texts, whatever the order in which the runs ended. */
static enum aac_check_result judge_all(struct job *job)
{
	struct aac_compiler_gate gate = { { 0 } };
	enum aac_check_result worst = AAC_CHECK_OK;

	for (size_t i = 0; i < job->count; i++) {
		if (!job->processes[i].skipped && !aac_diags_full(job->ctx->diags)) {
			enum aac_check_result result = judge(job, i, &gate);

			worst = result > worst ? result : worst;
			keep_policy(job, i, result);
		}
		buf_fini(&job->processes[i].out);
		buf_fini(&job->processes[i].err);
	}
	tell_skipped(job);
	aac_gate_note(job->ctx, &gate);
	return worst;
}

const struct aac_compiler *aac_compiler_choose(struct aac_context *ctx,
					       const struct aac_host *host, bool report)
{
	const struct aac_compiler *compiler = aac_compiler_find(ctx, host, report);

	return compiler && check_version(ctx, compiler, report) ? compiler : NULL;
}

enum aac_check_result aac_check(struct aac_context *ctx, const struct aac_host *host,
				const struct aac_profile_text *const *texts, size_t count,
				const struct aac_check_options *options)
{
	const struct aac_compiler *compiler = aac_compiler_choose(ctx, host, true);
	struct job job = {
		.ctx = ctx,
		.options = options,
		.texts = texts,
		.count = count,
		.searches = SEARCHES_MAX,
	};

	if (!compiler)
		return AAC_CHECK_HOST;
	job.base = aac_compiler_base(ctx, host);
	run_all(&job, host, compiler);
	return judge_all(&job);
}
