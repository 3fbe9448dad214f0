#pragma once

#include <stdbool.h>

#include "base/map.h"
#include "core/access.h"
#include "core/blob.h"
#include "core/lone.h"
#include "core/map_lines.h"

struct aac_context;
struct aac_file;
struct aac_policy;
struct aac_profile_text;
struct aac_run;
struct buf;

/*
 * A compiled profile that accesses are decided on, with what is needed to name the rule
 * that decides: of a composition, or of a file.
 */
struct aac_compiled {
	struct aac_run *run;
	const char *name;	    /* of the profile, children behind "//" */
	const struct aac_blob *all; /* whatever was compiled together */
	const struct aac_blob *blob;
	const struct aac_profile_text *text; /* a composition; or NULL */
	const struct aac_file *file;	     /* somebody's text; or NULL */
	const char *child;		     /* of the composition; or NULL */
	struct aac_map_lines map;	     /* of FILE, when it was built */
	bool asked;			     /* for the rules, below */
	struct aac_lone_rules rules;
	struct map includes; /* path -> struct aac_lone_rules of that file */
	struct map peers;    /* label -> its blob, or this struct for "none" */
};

/* What stands at an argument: a CTID, a profile, or a file of profile text or compiled
 * policy; CHILD "//" behind a profile's name chooses a child.  False after reporting. */
bool aac_compiled_find(struct aac_run *run, const char *what,
		       struct aac_compiled *compiled);
/* The profile of POLICY, or its CHILD ("a//b"; or NULL).  False after reporting. */
bool aac_compiled_compose(struct aac_run *run, const struct aac_policy *policy,
			  const char *child, struct aac_compiled *compiled);
/* The profile of TEXT, which is compiled in POLICY; what is read of it lives in CTX's
 * arena. */
bool aac_compiled_init(struct aac_run *run, struct aac_context *ctx,
		       const struct aac_profile_text *text, const struct buf *policy,
		       struct aac_compiled *compiled);
void aac_compiled_fini(struct aac_compiled *compiled);

/* For aac_access_decide. */
struct aac_peers aac_compiled_peers(struct aac_compiled *compiled);
/* Might they find LABEL?  Compiles nothing. */
bool aac_compiled_knows(struct aac_compiled *compiled, const char *label);
/* Which rule decided. */
struct aac_deciding {
	const struct aac_lone_rule *rule; /* NULL: none alone */
	const struct aac_lone_rule
		*inside; /* that of the file that RULE includes; or NULL */
	const struct aac_lone_rule *nearest; /* when no rule allows it; or NULL */
};

/* Compiles the rules one by one, once; those of an included file when it decides. */
struct aac_deciding aac_compiled_deciding(struct aac_compiled *compiled,
					  struct arena *scratch,
					  const struct aac_attempt *attempt,
					  const struct aac_ruling *ruling);

/* Where a rule was written, through the map when the profile was built. */
struct aac_written {
	const char *file, *fragment; /* fragment: or NULL */
	unsigned int line, column;
};

/* Have the RULES compiled, one by one; what goes wrong is no error. */
void aac_compiled_rules(struct aac_run *run, struct aac_lone_rules *rules);
/* Of the file that RULE, an include, names, the rule that decided; NULL: not found. */
const struct aac_lone_rule *aac_compiled_inside(struct aac_compiled *compiled,
						struct arena *scratch,
						const struct aac_lone_rule *rule,
						const struct aac_attempt *attempt,
						const struct aac_ruling *ruling);
/* The rules of PATH, a file or a folder that a rule of RULES includes; not compiled.
 * What cannot be read has none. */
struct aac_lone_rules aac_compiled_included(struct aac_run *run,
					    const struct aac_lone_rules *rules,
					    const char *path);
/* Somebody's text as rules; NULL, without a word, when it is none. */
const struct aac_file *aac_compiled_parse(struct aac_run *run,
					  const struct aac_source *source);
struct aac_written aac_compiled_place(const struct aac_compiled *compiled,
				      const struct aac_lone_rule *rule);
