#pragma once

/* Private to resolve*.c: what one resolution carries around. */

#include <stdbool.h>

#include "base/map.h"
#include "core/library.h"

struct aac_context;

/* Chains of conditions may be so long; keeps the evaluation's recursion bounded. */
#define AAC_CONDITION_CHAIN 100

struct aac_names_scope {
	const struct aac_names_scope *up;
	const char *name;
	bool objects; /* elements of a JSON list: ${x.field} may be asked for */
	bool scalar;  /* elements of a list parameter */
};

struct aac_resolver {
	struct aac_context *ctx;
	struct map fragments, profiles, conditions; /* name -> struct aac_fragment … */
	/* of the declaration at hand */
	const struct aac_decl *decl;
	struct aac_param_index params;
	struct aac_readings *readings;
	const struct aac_names_scope *loops;
	bool in_when;		  /* no parameters, no `with` */
	bool in_expect;
	unsigned int child_depth; /* in how many child profiles we are */
	const struct aac_shape *block; /* of qualifiers, the innermost around us */
	const char *block_doc;	       /* its comment, for its first rule */
	bool inlining;		       /* we are in an included file */
};

/* resolve_expr.c: names in EXPR exist and may be used here. */
void aac_resolve_expr(struct aac_resolver *r, const struct aac_expr *expr);
/* The parameter ${name}: NULL when it is a loop variable or built in, or reported. */
const struct aac_param *aac_resolve_hole(struct aac_resolver *r, const char *name,
					 const char *field, struct aac_span at);
void aac_resolve_reading(struct aac_resolver *r, const struct aac_expr *expr);

/* resolve.c: NULL after reporting that there is none at AT. */
struct aac_fragment *aac_resolve_fragment(struct aac_resolver *r, const char *name,
					  struct aac_span at);

struct aac_fragments aac_resolve_names(struct aac_resolver *r,
				       const struct aac_names *names);
void aac_resolve_whens(struct aac_resolver *r, const struct aac_exprs *whens);

/* resolve_profile.c: PROFILE, whose fragments are resolved. */
void aac_resolve_profile(struct aac_resolver *r, struct aac_profile_decl *profile);

/* resolve_amend.c: AMEND changes what is declared of its fragment; all amends of FRAGMENT
 * change its body, which is resolved. */
void aac_resolve_amend(struct aac_resolver *r, const struct aac_decl *amend);
void aac_resolve_amended(struct aac_resolver *r, struct aac_fragment *fragment);

/* resolve_inline.c: what `include … without` stands for. */
struct aac_stmts aac_resolve_inline(struct aac_resolver *r, const struct aac_stmt *stmt);

/* resolve_without.c: takes what WANTED names out of BODY, both resolved; what BODY does
 * not have is an error.  WHERE says what BODY is. */
void aac_resolve_without(struct aac_resolver *r, struct aac_stmts *body,
			 const struct aac_stmts *wanted, const char *where);

/* resolve_place.c: what DECL holds may stand in it. */
void aac_resolve_places(struct aac_resolver *r, const struct aac_decl *decl);

/* resolve_order.c: the order of all fragments; reports a circle. */
void aac_resolve_order(struct aac_resolver *r, const struct aac_library *library);

/* resolve_body.c: a copy of BODY with its rules built. */
struct aac_stmts aac_resolve_body(struct aac_resolver *r, const struct aac_stmts *body);
/* The rules of all of them. */
struct aac_stmts aac_resolve_never(struct aac_resolver *r,
				   const struct aac_asserts *asserts);
