#pragma once

#include <stdbool.h>
#include <stddef.h>

struct aac_context;
struct aac_host;
struct aac_profile_text;
struct aac_source;
struct buf;
struct digest;

/* apparmor_parser as it is found on this host. */
struct aac_compiler {
	const char *path;
	const char *version; /* "3.0.8" */
};

/* NULL after reporting, when REPORT (a missing parser names the package to install). */
const struct aac_compiler *aac_compiler_find(struct aac_context *ctx,
					     const struct aac_host *host, bool report);

/* The folder below which <…> of an include is looked for. */
const char *aac_compiler_base(struct aac_context *ctx, const struct aac_host *host);

/* So long a run of the parser may take where nothing else is asked for. */
#define AAC_CHECK_SECONDS 30

struct aac_check_options {
	unsigned int jobs;
	unsigned int seconds; /* for each run of the parser; 0: the default */
	bool together;	      /* many small texts in one run, where that gives the same */
	void (*progress)(void *env, size_t done, size_t count); /* or NULL */
	void *env;
	/* NULL, or a buffer for each text: the compiled policy of each that was accepted
	 * is put there.  The caller's, to be given back. */
	struct buf *policies;
	/* They are compared with a kernel's: the parser's own bytes, not only what
	 * decides as they do (core/blob_splice.h). */
	bool exact;
};

enum aac_check_result {
	AAC_CHECK_OK,
	AAC_CHECK_REFUSED, /* the text is wrong: exit 2 */
	AAC_CHECK_HOST,	   /* the parser could not be run, crashed, timed out: exit 3 */
};

/*
 * Compile each text for ctx->target, once each, and bring the parser's messages home to
 * the rule that wrote the line.  The worst of all results.
 */
enum aac_check_result aac_check(struct aac_context *ctx, const struct aac_host *host,
				const struct aac_profile_text *const *texts, size_t count,
				const struct aac_check_options *options);

/*
 * The names of the questions that aac_check would ask about TEXTS, as digests of all that
 * the answers depend on, as it is now: NAMED tells which have one.  Nothing is compiled;
 * false: there is no cache or no parser, and no question has a name.
 */
bool aac_check_keys(struct aac_context *ctx, const struct aac_host *host,
		    const struct aac_profile_text *const *texts, size_t count,
		    struct digest *keys, bool *named);

/*
 * Compile SOURCE, profile text that is not composed, for ctx->target into *policy; what
 * the parser says of it is reported at its lines.  Where the text has no `abi` rule it is
 * read as if it had the target's.  QUIET: report nothing.  SECONDS: 0 for the default.
 */
enum aac_check_result aac_compile_source(struct aac_context *ctx,
					 const struct aac_host *host,
					 const struct aac_source *source,
					 unsigned int seconds, bool quiet,
					 struct buf *policy);

/* The same of COUNT sources, several at a time, each into its place among
 * options->policies when it was accepted.  The worst of all results. */
enum aac_check_result aac_compile_sources(struct aac_context *ctx,
					  const struct aac_host *host,
					  const struct aac_source *const *sources,
					  size_t count,
					  const struct aac_check_options *options);
