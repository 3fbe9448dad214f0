#pragma once

#include <stdbool.h>

#include "base/digest.h"
#include "core/lint.h"

struct aac_run;

/* A run of lint: the engine, and what it is run on. */
struct aac_linting {
	struct aac_run *run;
	struct aac_lint lint;
	struct aac_lint_world world;
	struct aac_lint_unit *units;
	size_t unit_count, unit_cap;
	const char **names; /* of the files that are named, also by a folder */
	size_t name_count, name_cap;
	bool compiles; /* policy may be compiled */
	/* Of fragments that stand alone: what is composed without them, once that is
	 * needed, and their verdicts. */
	struct aac_lint_alone *alone;
	size_t alone_count;
	bool partial; /* some rules could not be compiled */
	bool good;    /* so are some of the fragments, anew */
};

/* A fragment that stands alone as the unit at UNIT. */
struct aac_lint_alone {
	const struct aac_fragment *fragment;
	size_t unit;
	bool lists; /* as aac_lint_alone was asked */
	struct digest question, key;
	bool named; /* false: it is not known on what its verdict depends */
	bool good;  /* it was looked at, and nothing was told */
};

/* ---- lint_units.c ------------------------------------------------------------------ */

/* A composed profile; FRAGMENT: a fragment that stands alone, or NULL.  Its text is
 * checked and compiled with all others. */
void aac_linting_add_policy(struct aac_linting *l, const struct aac_policy *policy,
			    const struct aac_fragment *fragment);
/* FRAGMENT by itself, with what it requires. */
void aac_linting_add_fragment(struct aac_linting *l, const struct aac_fragment *fragment);
/* PROFILE composed without a word; NULL with *WHY. */
const struct aac_policy *aac_linting_compose(struct aac_run *run,
					     const struct aac_profile_decl *profile,
					     const char **why);
/* What composing says where there are containers is not said again. */
void aac_linting_incomplete(struct aac_run *run, const struct aac_decl *decl,
			    const char *why);
void aac_linting_add_written(struct aac_linting *l, const struct aac_file *file);
/* Have everything that was added compiled: each distinct text and rule once.  What the
 * parser refuses is reported. */
void aac_linting_compile(struct aac_linting *l);

/* For struct aac_lint_world: ENV is the run. */
bool aac_linting_include(void *env, const struct aac_rule *rule, const char **near);
/* Where the include RULE leads to. */
const char *aac_linting_path(struct aac_run *run, const struct aac_rule *rule);

/* ---- lint_verdict.c ---------------------------------------------------------------- */

/* Which units of fragments are known to be clean? */
void aac_lint_verdicts_find(struct aac_linting *l);
/* UNIT has been looked at, and nothing was told. */
void aac_lint_verdict_good(struct aac_linting *l, const struct aac_lint_unit *unit);
/* That is kept, of all of them, where no file has changed meanwhile. */
void aac_lint_verdicts_keep(struct aac_linting *l);

/* ---- lint_rules.c ------------------------------------------------------------------ */

/* Compile the rules of all units and of the files that they include, one by one. */
void aac_linting_rules(struct aac_linting *l);

/* ---- lint_result.c, lint_sarif.c --------------------------------------------------- */

/* What --explain says of the check NAMED; false: there is none. */
bool aac_linting_explain(struct aac_run *run, const char *named);
/* The findings, as --format says. */
void aac_linting_print(struct aac_linting *l);
void aac_linting_sarif(struct aac_linting *l, const struct aac_lint_finding *findings,
		       size_t count);
/* "error", "warning" or "note": as the check has it, or --strict. */
enum aac_severity aac_linting_severity(const struct aac_run *run,
				       const struct aac_lint_finding *finding);
