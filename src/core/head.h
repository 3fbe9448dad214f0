#pragma once

/*
 * The head of a block in AppArmor's text: `profile NAME ATTACHMENT xattrs=(…) flags=(…)`,
 * `^HAT`, `hat HAT`, and the conditions `if not defined @{X}`, `else`.  Built from the
 * shape that the grammar gives; what apparmor_parser refuses is refused here.
 */

#include <stdbool.h>

#include "core/ast.h"

struct aac_context;
struct buf;
struct aac_vocab;

enum aac_head_type {
	AAC_HEAD_PROFILE,
	AAC_HEAD_HAT,
	AAC_HEAD_IF,
	AAC_HEAD_ELSE, /* `else` and `else if …` */
};

struct aac_head {
	enum aac_head_type type;
	const struct aac_shape *shape;
	const char *name;	      /* PROFILE, HAT: AppArmor spelling without quotes */
	bool last;		      /* ELSE without a condition: no other may follow */
	const struct aac_args *flags; /* PROFILE, HAT; or NULL */
	const struct aac_args *xattrs; /* the same */
	const char *text;	      /* canonical, without the brace */
	/* IF, and ELSE unless last: [not] [defined] VARIABLE, "@{NAME}" or "$NAME". */
	bool negated, defined;
	const char *variable;
};

/* TEXT, a name in AppArmor's spelling, as a head holds it: quoted where it must be. */
void aac_head_name_print(struct buf *out, const char *text);
/* TOP: it stands outside of every profile.  NULL after reporting. */
const struct aac_head *aac_head_build(struct aac_context *ctx,
				      const struct aac_shape *shape, bool top);

/* ARG, xattrs=(…): as apparmor_parser takes it?  Reports if not. */
bool aac_head_xattrs_check(struct aac_context *ctx, const struct aac_arg *arg);
/* ITEM of a list as it stands. */
void aac_head_item_print(struct buf *out, const struct aac_arg *item);
/* ITEM of xattrs=(…) as the head spells it; returns the item behind it. */
const struct aac_arg *aac_head_xattr_print(struct buf *out, const struct aac_arg *item);

/* Does the target's parser know its flags?  Reports if not. */
bool aac_head_supported(struct aac_context *ctx, const struct aac_head *head);

/* ---- flags of profiles (flag.c) ---------------------------------------------------- */

/* FLAG as written, "complain" or "error=EPERM": known, and of the right form?  Reports
 * at AT if not. */
bool aac_flag_check(struct aac_context *ctx, struct aac_span at, const char *flag);
/* Can both stand in one profile?  Reports at AT, where B is, if not. */
bool aac_flag_pair(struct aac_context *ctx, struct aac_span at, const char *a,
		   const char *b);
/* The two checks above, for all of LIST. */
bool aac_flags_check(struct aac_context *ctx, const struct aac_words *list);
/* Does the target's parser know FLAG?  Reports at AT if not. */
bool aac_flag_supported(struct aac_context *ctx, struct aac_span at, const char *flag);
