#pragma once

#include "base/map.h"
#include "core/plan.h"

/*
 * What the parts of the planner share: plan.c puts the result together, plan_file.c
 * knows the text without us, plan_json.c and plan_conf.c what comes in.
 */
struct aac_planner {
	struct aac_context *ctx;
	const struct aac_plan_input *input;
	struct map wishes;   /* ctid -> struct aac_wish */
	struct map records;  /* path -> struct aac_receipt_file */
	struct map old;	     /* ctid -> struct aac_receipt */
	struct map fresh;    /* ctid -> struct aac_receipt, as it will be */
	struct map outcomes; /* path -> struct aac_outcome */
	struct aac_plan *plan;
};

/* What becomes of a file. */
struct aac_outcome {
	const char *path;
	const struct aac_source *before; /* NULL: not there */
	const struct aac_source *base;	 /* without us; NULL: not there */
	const char *after;		 /* NULL: not there */
	size_t len;
	bool ours; /* something of ours is in it */
	const char *lock;
};

/* A file as it would be without us, as far as that is known. */
struct aac_base {
	const struct aac_source *now;
	const struct aac_source *text; /* NULL: there was none */
	bool edited; /* it is not what apply has written, so TEXT is NOW as well */
};

struct aac_base aac_plan_base(struct aac_planner *p, const char *path,
			      const struct aac_source *now);
void aac_plan_settle(struct aac_planner *p, const struct aac_outcome *outcome);
/* A file that is wholly ours; TEXT NULL: it goes. */
void aac_plan_own(struct aac_planner *p, const char *path, const char *text, size_t len);

/* The container file at PATH; NOW NULL: it is read. */
void aac_plan_json(struct aac_planner *p, const char *path, const struct aac_source *now);
/* A container's configuration, and the file that it includes. */
void aac_plan_conf(struct aac_planner *p, const char *ctid);

/* The receipt that is being made for CTID (once wished for); NULL: it will have none. */
struct aac_receipt *aac_plan_receipt(struct aac_planner *p, const char *ctid);
