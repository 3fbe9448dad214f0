#pragma once

#include "cli/compiled.h"
#include "cli/denials.h"
#include "cli/variant.h"

struct aac_comparison;
struct aac_finding;

/* What becomes of a denial with the profile that would be built now. */
enum aac_standing {
	AAC_STANDS_RULE,    /* a deny takes it away */
	AAC_STANDS_NEVER,   /* an `assert never` rules it out */
	AAC_STANDS_NONE,    /* nothing grants it */
	AAC_STANDS_PEER,    /* the peer's profile denies it */
	AAC_STANDS_DEPENDS, /* what the record does not tell decides */
	AAC_STANDS_CURED,   /* it is allowed now */
	AAC_STANDS_UNASKED, /* the target's kernel does not ask for it */
	AAC_STANDS_LOADING, /* it is allowed, to a profile that was not loaded */
	AAC_STANDS_GUEST,   /* a profile that the guest has loaded itself */
	AAC_STANDS_FOREIGN, /* no profile of ours */
};

#define AAC_LIFTED_MAX 8

/* The smallest change that allows it, proved by composing and compiling with it. */
struct aac_cure {
	const struct aac_variant *variant;
	const struct aac_comparison *comparison; /* of the profile now, and with it */
	size_t opens; /* sorts of accesses that it opens */
	bool lifts;   /* it takes away the deny that denied it */
	/* Denies of the profile now that it takes something from; up to a few. */
	const struct aac_lone_rule *lifted[AAC_LIFTED_MAX];
	size_t lifted_count;
	const char *others; /* fragments that would do, too; or NULL */
};

struct aac_explained {
	struct aac_explained *next;
	const struct aac_denied *denied;
	enum aac_standing standing;
	struct aac_ruling ruling;
	struct aac_deciding deciding;
	const struct aac_assertion *never; /* of STANDS_NEVER */
	const struct aac_cure *cure;	   /* or NULL: */
	const char *uncured;		   /* why there is none; or NULL */
};

/* A profile of the log, with all that it was denied. */
struct aac_subject {
	struct aac_subject *next;
	const char *label, *space;
	struct aac_compiled compiled; /* .blob NULL: no profile of ours */
	const char *child;	      /* of it; or NULL */
	const struct aac_member **members;
	size_t member_count;
	struct aac_lone_rules never;
	struct {
		struct aac_explained *head, *last;
	} answers;
	size_t count;
};

struct aac_explanation {
	struct aac_run *run;
	struct aac_denials denials;
	struct aac_subject *head, *last;
	struct map subjects;
	struct aac_composer *composer; /* for variants */
	struct arena *scratch;
};

/* Decide all denials anew, profile by profile.  False after reporting. */
bool aac_explain(struct aac_explanation *all);
void aac_explanation_fini(struct aac_explanation *all);
/* Is it denied still, and not on purpose? */
bool aac_explained_open(const struct aac_explained *answer);
/* Would it be denied now, by a profile of ours? */
bool aac_explained_denied(const struct aac_explained *answer);

/* Look for the cures of SUBJECT's answers (cures.c). */
void aac_cures_find(struct aac_explanation *all, struct aac_subject *subject);

/* The results: for people, and for programs. */
void aac_explain_put(const struct aac_explanation *all, struct buf *out);
void aac_explain_json(const struct aac_explanation *all, struct buf *out);
/* "because …" of a STANDS_… that no rule explains. */
const char *aac_standing_words(enum aac_standing standing);
/* Why a deny is there, in the words of whoever wrote it; or NULL. */
const char *aac_explained_reason(const struct aac_subject *subject,
				 const struct aac_explained *answer);
/* Is it an access that a cure opens? */
bool aac_cure_tells(const struct aac_finding *finding);
/* What is to be done for CURE, in words. */
const char *aac_cure_words(struct arena *arena, const struct aac_explanation *all,
			   const struct aac_cure *cure);
