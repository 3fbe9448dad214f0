#pragma once

/*
 * The library: all declarations of all rule files, names looked up, cycles refused, rules
 * typed.  Const once aac_resolve has returned.
 */

#include <stdbool.h>
#include <stddef.h>

#include "base/map.h"
#include "core/ast.h"

struct aac_context;
struct arena;
struct aac_fragment;

struct aac_fragments {
	const struct aac_fragment *const *items;
	size_t count;
};

/* The parameters of a declaration by name, equal ones as declared. */
struct aac_param_index {
	const struct aac_param *const *items;
	size_t count;
};

/*
 * What a body reads beside its parameters: the paths and conditions of its `if`s and
 * `for`s, and the two built-in names.  Two containers that agree in all of it, and in the
 * parameters, get the same rules and the same tests.
 */
struct aac_reading {
	const struct aac_reading *next;
	const struct aac_expr *expr; /* PATH or CONDITION */
	bool expect;		     /* in an `expect`: no rule depends on it */
};

struct aac_readings {
	const struct aac_reading *list;
	bool ctid, profile; /* ${ctid}, ${profile}, of rules */
	bool expect_ctid, expect_profile;
};

/* A declaration that changes a fragment, in the order of reading. */
struct aac_amend {
	const struct aac_amend *next;
	const struct aac_decl *decl;
};

struct aac_fragment {
	const char *name;
	const struct aac_decl *decl; /* with the defaults of its amends */
	const struct aac_amend *amends;
	size_t index; /* into library->fragments: by name */
	size_t order; /* position when all fragments are laid: dependencies first, then by
			 name */
	const char *slug;
	struct aac_fragments requires; /* direct */
	struct aac_param_index params;
	struct aac_stmts body; /* like decl->body, rules resolved, and amended */
	struct aac_readings readings; /* of the body */
};

struct aac_profile_decl {
	const char *name;
	const struct aac_decl *decl;
	const char *template_name;
	const char *const *flags;
	size_t flag_count;
	struct aac_stmts body;	   /* like decl->body, rules resolved */
	struct aac_stmts never;	   /* the rules of all `assert never`, resolved */
	struct aac_stmts preamble; /* like decl->preamble, the same */
	struct aac_readings readings;
};

struct aac_condition {
	const char *name;
	size_t index; /* into library->conditions: by name */
	const struct aac_decl *decl;
};

struct aac_library {
	const struct aac_fragment *const *fragments; /* by name */
	size_t fragment_count;
	const struct aac_profile_decl *const *profiles; /* by name */
	size_t profile_count;
	const struct aac_condition *const *conditions; /* by name */
	size_t condition_count;
	const struct aac_file *files;
};

/* FILES: a list in the order of reading.  Never NULL; reports what is wrong. */
const struct aac_library *aac_resolve(struct aac_context *ctx,
				      const struct aac_file *files);

const struct aac_fragment *aac_library_fragment(const struct aac_library *library,
						const char *name);
const struct aac_profile_decl *aac_library_profile(const struct aac_library *library,
						   const char *name);
const struct aac_condition *aac_library_condition(const struct aac_library *library,
						  const char *name);
/* The index of LIST. */
struct aac_param_index aac_param_index_new(struct arena *arena,
					   const struct aac_params *list);
/* The parameter NAME, of equals the one declared first; or NULL. */
const struct aac_param *aac_param_find(const struct aac_param_index *params,
				       const char *name);
