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
	unsigned int child_depth; /* in how many child profiles we are */
};

/* resolve_expr.c: names in EXPR exist and may be used here. */
void aac_resolve_expr(struct aac_resolver *r, const struct aac_expr *expr);
/* The parameter ${name}: NULL when it is a loop variable or built in, or reported. */
const struct aac_param *aac_resolve_hole(struct aac_resolver *r, const char *name,
					 const char *field, struct aac_span at);
void aac_resolve_reading(struct aac_resolver *r, const struct aac_expr *expr);

/* resolve_place.c: what DECL holds may stand in it. */
void aac_resolve_places(struct aac_resolver *r, const struct aac_decl *decl);

/* resolve_order.c: the order of all fragments; reports a circle. */
void aac_resolve_order(struct aac_resolver *r, const struct aac_library *library);

/* resolve_body.c: a copy of BODY with its rules built. */
struct aac_stmts aac_resolve_body(struct aac_resolver *r, const struct aac_stmts *body);
