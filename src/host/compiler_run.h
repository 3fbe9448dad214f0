#pragma once

/*
 * What the pieces of the compiler share: one run of apparmor_parser for one profile's
 * text, and where its messages go.  Private to src/host/compiler*.c.
 */

#include <stdbool.h>
#include <stddef.h>

#include "host/compiler.h"
#include "host/compiler_search.h"

struct aac_diag;
struct aac_process;
struct arena;
struct buf;

/* The name under which apparmor_parser reads a profile's text, and reports errors in
 * it. */
#define AAC_COMPILER_INPUT "/dev/stdin"

/* A run that has ended by itself. */
struct aac_compiler_run {
	const struct aac_profile_text *text;
	const char *base; /* the folder of the includes */
	const char *out;  /* standard output, when it is no policy */
	const char *err;  /* standard error */
	int code;	  /* exit code */
	/* To find a rule that the parser does not name. */
	struct aac_search *search;
	const struct aac_process *process;
};

/* What it printed as text: without bytes 0, long lines cut. */
const char *aac_compiler_text(struct arena *arena, const struct buf *bytes);
/* Is the line one that says nothing about the profile? */
bool aac_compiler_is_noise(const char *line, size_t len);
/* Is it the warning that change_profile rules are not audited? */
bool aac_compiler_is_audit(const char *line, size_t len);
/* An error as the parser words it: where and what. */
struct aac_located {
	const char *file; /* NULL: the text itself */
	size_t line;
	const char *message;
};

/* Is TEXT an error that tells its line? */
bool aac_compiler_locate(struct arena *arena, const char *text,
			 struct aac_located *error);
/* Does it say that memory was wanting? */
bool aac_compiler_is_exhausted(const char *text);

/* Kinds of warnings about rules that are not enforced. */
#define AAC_GATE_CLASSES 14

/* For each class, in how many profiles only an include can have such a rule. */
struct aac_compiler_gate {
	size_t included[AAC_GATE_CLASSES];
};

/* Limits of a run: memory in bytes, and what of its output is kept. */
#define AAC_COMPILE_MEMORY (UINT64_C(2) << 30)
#define AAC_COMPILE_MESSAGES ((size_t)256 << 10)
#define AAC_COMPILE_POLICY ((size_t)256 << 20)

/* The parser for ctx->target; NULL after reporting. */
const struct aac_compiler *aac_compiler_choose(struct aac_context *ctx,
					       const struct aac_host *host, bool report);
/*
 * argv for text on standard input.  Text without an `abi` rule is read as if it had the
 * target's: so do distributions by the `policy-features` of their parser.conf, which is
 * not read here.
 */
const char *const *aac_compiler_argv(struct aac_context *ctx,
				     const struct aac_compiler *compiler,
				     const char *base);
/* Run PROCESSES, one for each of TEXTS, as aac_cache_spawn does; but of texts that differ
 * in the profile's name alone only one.  EXACT: what they write must be the parser's
 * bytes, not only what decides as they do. */
void aac_compiler_spawn(struct aac_context *ctx, const struct aac_host *host,
			const char *base, const struct aac_profile_text *const *texts,
			struct aac_process *processes, size_t count, unsigned int jobs,
			bool exact, bool (*done)(void *env, size_t index), void *env);
/* How a run failed that did not come to its own end, or NULL. */
const char *aac_compiler_failure(struct arena *arena, const struct aac_process *process);
/* Does compiled policy stand there? */
bool aac_compiler_is_policy(const struct buf *bytes);
/* What to do about a run that no rule is to blame for. */
void aac_compiler_hint(struct aac_context *ctx, const struct aac_process *process,
		       struct aac_diag *diag);

/* Bring all messages of a run home; what they come to. */
enum aac_check_result aac_compiler_report(struct aac_context *ctx,
					  const struct aac_compiler_run *run,
					  struct aac_compiler_gate *gate);

/* The class of a line of the parser's; -1: it is not about rules that are not
 * enforced. */
int aac_gate_class(const char *line);
/* Report the fragments' rules that belong to CLASSES (bit n: class n), which the
 * parser has warned of in this run; count the classes of which there are none. */
enum aac_check_result aac_gate_apply(struct aac_context *ctx,
				     const struct aac_compiler_run *run,
				     unsigned int classes,
				     struct aac_compiler_gate *gate);
/* One note about what only included files have. */
void aac_gate_note(struct aac_context *ctx, const struct aac_compiler_gate *gate);
