#pragma once

/*
 * Lint: checks of what is right by the language and still wrong for whoever runs it.  A
 * check is a const record and a pure function that may report any number of times; all
 * checks run always.  What a rule or a profile allows is asked of compiled policy, which
 * the caller provides; without it the checks that need it are left out.
 */

#include <stdbool.h>
#include <stddef.h>

#include "base/map.h"
#include "core/ast.h"
#include "core/diag.h"
#include "core/library.h"
#include "core/lone.h"
#include "core/policy.h"

struct aac_attempt;
struct aac_blob;
struct aac_context;
struct aac_lint;
struct aac_profile_text;
struct aac_target;

/* A rule as it stands in a file, whoever composes it. */
struct aac_lint_rule {
	const struct aac_rule *rule; /* may have holes */
	const struct aac_decl *decl; /* NULL: AppArmor's own text */
	bool guarded;		     /* in an `if` that asks for the target */
};

/* The body of a declaration, or of a profile in AppArmor's own text. */
struct aac_lint_body {
	const struct aac_decl *decl; /* NULL: AppArmor's own text */
	const struct aac_head *head; /* of AppArmor's own text; NULL: no profile's */
	const struct aac_file *file; /* the same; or NULL */
	const struct aac_stmts *stmts;
};

/* What is compiled together: a profile of the fleet, a fragment with all that it
 * requires, a profile in AppArmor's own text. */
struct aac_lint_unit {
	const char *name;		 /* of the profile */
	const char *fragment;		 /* whose rules are looked at; NULL: everyone's */
	const struct aac_policy *policy; /* NULL: AppArmor's own text */
	const struct aac_file *file;	 /* AppArmor's own text, or NULL */
	const struct aac_decl *decl;	 /* of FRAGMENT, or of the profile; or NULL */
	struct aac_span span;		 /* where it is named */
	struct aac_lone_rules rules;
	const struct aac_profile_text *text; /* of POLICY */
	const struct aac_profile_text *bare; /* without FRAGMENT's rules; or NULL */
	/* It is known already that no check of compiled policy tells anything. */
	bool clean;
	/* Compiled: the whole, and for a FRAGMENT all but its own rules; NULL: not. */
	const struct aac_blob *blob, *without;
	/* The rules of the file that an include names, by index of RULES; or NULL. */
	const struct aac_lone_rules *const *inside;
};

enum aac_lint_dialect { AAC_LINT_RULES, AAC_LINT_PROFILE };

struct aac_check {
	const char *slug;
	enum aac_severity severity;
	const char *summary;   /* one line: the problem */
	const char *rationale; /* why it is one: the fact behind it */
	const char *cure;
	const char *diag; /* a diagnostic that says the same; lint tells this; or NULL */
	const char *also; /* a diagnostic of composing whose accept settles it; or NULL */
	/* Whole files: the check finds something in the first, nothing in the second. */
	const char *bad, *good;
	enum aac_lint_dialect dialect; /* of these two */
	const char *options;	       /* of the command line, that they need; or NULL */
	bool compiled;		       /* it needs compiled policy */
	bool varies;		       /* with the target: an accept may wait for one */
	/* One of these. */
	void (*rule)(struct aac_lint *lint, const struct aac_lint_rule *rule);
	void (*body)(struct aac_lint *lint, const struct aac_lint_body *body);
	void (*library)(struct aac_lint *lint, const struct aac_library *library);
	void (*unit)(struct aac_lint *lint, const struct aac_lint_unit *unit);
};

extern const struct aac_check *const aac_checks[];
extern const size_t aac_check_count;

/* NULL: there is none.  */
const struct aac_check *aac_check_find(const char *slug);

/* What is not in the text. */
struct aac_lint_world {
	/* Is there a file behind the include RULE?  *NEAR: a name that may be meant. */
	bool (*include)(void *env, const struct aac_rule *rule, const char **near);
	void *env;
	/* Targets to hold rules against: the pinned ones, or the one that is named. */
	const struct aac_target *const *targets;
	size_t target_count;
	bool containers; /* there is a container file, so composing knows what is used */
};

struct aac_lint_finding {
	struct aac_lint_finding *next;
	const struct aac_check *check;
	const struct aac_diag *diag;	 /* its severity is the check's */
	const struct aac_accept *accept; /* what settles it; or NULL */
	const char *fragment, *profile;	 /* where it was found; or NULL */
};

struct aac_lint {
	struct aac_context *ctx;
	const struct aac_lint_world *world;
	const struct aac_library *library; /* NULL: only AppArmor's own text */
	const struct aac_check *check;	   /* the one that runs */
	const struct aac_lint_unit *unit;  /* that it runs on; or NULL */
	struct aac_diags diags, settled; /* what was found, and what an accept settles */
	struct aac_lint_finding *head, *last;
	size_t tells; /* how often a check had something to tell, told or not */
	struct map used;     /* accepts that settle something, by address */
	struct map seen;     /* shapes of rules that were looked at compiled */
	struct map complete; /* names of fragments that were compiled */
	struct map attempts; /* texts of accesses */
	struct map granted;  /* by blob of a rule: what it is for and grants */
	struct map targets;  /* files that are linted, by address of their source */
};

/* WORLD lives as long. */
void aac_lint_init(struct aac_lint *lint, struct aac_context *ctx,
		   const struct aac_lint_world *world);
void aac_lint_fini(struct aac_lint *lint);

/* Findings outside of these sources are not told; none given: all are. */
void aac_lint_only(struct aac_lint *lint, const struct aac_source *source);

/* What other passes have reported, as findings where a check says the same, else to the
 * run's diagnostics. */
void aac_lint_pass_on(struct aac_lint *lint, const struct aac_diags *from);
/* The checks of rules and bodies, of one file of AppArmor's own or of one declaration
 * with BODY its statements.  Nothing is compiled. */
void aac_lint_written(struct aac_lint *lint, const struct aac_file *file);
void aac_lint_decl(struct aac_lint *lint, const struct aac_decl *decl,
		   const struct aac_stmts *body);
void aac_lint_library(struct aac_lint *lint, const struct aac_library *library);
void aac_lint_unit(struct aac_lint *lint, const struct aac_lint_unit *unit);
/* At the end: the accepts that settle nothing.  COMPILED: units were. */
void aac_lint_accepts(struct aac_lint *lint, const struct aac_library *library,
		      bool compiled);
/* In the order of their places. */
const struct aac_lint_finding *aac_lint_sorted(struct aac_lint *lint, size_t *count);

/* The units of AppArmor's own text: each profile with its children, uncompiled. */
const struct aac_lint_unit *aac_lint_units_written(struct aac_context *ctx,
						   const struct aac_file *file,
						   size_t *count);
/* A fragment with what it requires as a profile of its own; WITHOUT: what it requires
 * alone.  Parameters without a value get one that is like no other, and, with LISTS, the
 * fragment's empty lists one element. */
const struct aac_profile_decl *aac_lint_alone(struct aac_context *ctx,
					      const struct aac_fragment *fragment,
					      bool without, bool lists);

/* ---- for the checks ---------------------------------------------------------------- */

/* Report at SPAN what the check that runs has found about RULE of the unit (or NULL), or
 * about DECL (or NULL).  NULL: it is settled, told before or of no interest. */
struct aac_diag *aac_lint_tell(struct aac_lint *lint, const struct aac_lone_rule *rule,
			       const struct aac_lint_rule *written,
			       const struct aac_decl *decl, struct aac_span span,
			       const char *fmt, ...)
	__attribute__((format(printf, 6, 7)));

/* The rules of the unit that are looked at: no others' than its fragment's. */
bool aac_lint_own(const struct aac_lint_unit *unit, const struct aac_lone_rule *rule);
/* All rules of the unit are there for each other: a fragment with what it requires, or
 * somebody's own text. */
static inline bool aac_lint_closed(const struct aac_lint_unit *unit)
{
	return unit->fragment || !unit->policy;
}

/* What composing left out, as a rule of its fragment (lint_deny.c). */
struct aac_lone_rule aac_lint_dropped(const struct aac_dropped *dropped);
/* What composing left out was an audit deny, which a plain one covers (lint_deny.c). */
bool aac_lint_silenced(const struct aac_dropped *dropped);
/* ACCESS as text, "file /dev/mem w". */
const struct aac_attempt *aac_lint_attempt(struct aac_lint *lint, const char *access);
/* Does the whole unit allow it? */
bool aac_lint_allowed(struct aac_lint *lint, const struct aac_lint_unit *unit,
		      const char *access);
/* Does RULE, compiled alone, speak of all of it, and mean to (old parsers read new mounts
 * into binds)? */
bool aac_lint_grants(struct aac_lint *lint, const struct aac_lone_rule *rule,
		     const char *access);
