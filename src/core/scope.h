#pragma once

/*
 * What names mean while a container is composed: its JSON, the parameters of the fragment
 * at hand, the variables of the loops around, the target, and who else is composed.
 */

#include <stdbool.h>

#include "core/config.h"
#include "core/fleet.h"
#include "core/library.h"
#include "core/value.h"

struct aac_context;

struct aac_loop {
	const struct aac_loop *up;
	const char *name;
	const struct aac_value *value;
	const char *label; /* what the list was, for maps: "storage.paths", ".volumes" */
};

struct aac_scope {
	struct aac_context *ctx;
	struct arena *scratch; /* for values that no one keeps */
	const struct aac_library *library;
	const struct aac_config *config;       /* may be NULL */
	const struct aac_container *container; /* may be NULL: every path is null */
	const struct aac_node *json;	       /* that container's */
	struct aac_fragments extra;	       /* chosen whatever it says */
	const struct aac_fragment
		*fragment;    /* whose parameters ${name} means; may be NULL */
	size_t first_setting; /* index of that fragment's first parameter */
	const struct aac_setting *settings; /* of the whole composition */
	size_t setting_count;
	bool *reads; /* by setting, then ctid: it was asked for; or NULL */
	const struct aac_loop *loops; /* innermost first */
	const bool *members;	      /* by fragment index: is it composed; or NULL */
	const char *profile;	      /* ${profile}; or NULL */
	unsigned char *known; /* by condition index, while one is asked; or NULL */
	bool blank; /* read every path as null: "what if this container had no such key"
		     */
};

/* ---- paths (path.c) ----------------------------------------------------------- */

/* What stands at PATH: null where there is nothing, a list behind []. */
struct aac_value aac_scope_path(const struct aac_scope *scope,
				const struct aac_path *path);

/* The field NAME of an object; null for anything else. */
struct aac_value aac_value_field(struct arena *arena, const struct aac_value *value,
				 const char *name);

/* VALUE cut at SEPARATOR, each part trimmed of white space, empty parts left out; of a
 * list, each element.  Anything but strings stays as it is. */
struct aac_value aac_value_split(struct arena *arena, const struct aac_value *value,
				 const char *separator);

/* ---- conditions (expr.c) -------------------------------------------------------- */

/* The truth of EXPR; null-safe, never fails.  A bare operand is true when it is neither
 * null nor false. */
bool aac_expr_true(const struct aac_scope *scope, const struct aac_expr *expr);
struct aac_value aac_expr_value(const struct aac_scope *scope,
				const struct aac_expr *expr);

/* What is wrong with the glob of a `matches`, or NULL. */
const char *aac_wildcard_fault(const char *glob);
/* `matches`: `*`, `?` and […], byte by byte, no locale. */
bool aac_wildcard_match(const char *glob, const char *text, size_t len);

/* The value of the parameter or loop variable NAME; NULL when there is none. */
const struct aac_value *aac_scope_name(const struct aac_scope *scope, const char *name,
				       const char **label);

/* ---- parameters (param_type.c, param.c)
 * -------------------------------------------------------- */

/* A literal of the language as a value of PARAM's type.  False after reporting. */
bool aac_param_literal(struct aac_context *ctx, const struct aac_param *param,
		       const struct aac_literal *literal, struct aac_value *value);
/* The text of --set as a value of PARAM's type: a list's elements are cut at commas. */
bool aac_param_set(struct aac_context *ctx, const struct aac_param *param,
		   const struct aac_set *set, struct aac_value *value);

/* Make *value one of TYPE: NULL, or what is wrong with it (a sentence's end), *wrong
 * being the element to blame. */
const char *aac_type_take(struct arena *arena, const struct aac_type *type,
			  struct aac_value *value, struct aac_value *wrong);
/* "list of int", for messages and `list`. */
const char *aac_type_name(struct arena *arena, const struct aac_type *type);
/* A string that is WORD. */
bool aac_value_is_word(const struct aac_value *value, const char *word);

/* Where the settings of a composition come from. */
struct aac_bind {
	const struct aac_profile_decl *profile; /* or NULL */
	const struct map *sets; /* "CTID:FRAGMENT.PARAM" -> struct aac_set; or NULL */
	bool defaults_only;	/* what the profile would be without a container */
};

/*
 * The settings of all FRAGMENTS for SCOPE's container, in the arena.  False after
 * reporting a value that its type refuses, or a parameter that has none.
 */
bool aac_param_bind(struct aac_scope *scope, struct aac_fragments fragments,
		    const struct aac_bind *bind, const struct aac_setting **settings,
		    size_t *count);
