#pragma once

/* Private to compose*.c. */

#include <stdbool.h>
#include <stdint.h>

#include "base/map.h"
#include "core/compose.h"
#include "core/context.h"

struct aac_diag;

/* A rule text as it is emitted, once per run. */
struct aac_interned {
	const struct aac_rule *rule;
	uint32_t id;
	bool shared;	     /* written without parameters: every container may have it */
	const char *widened; /* what an old parser reads into it, or NULL */
};

/* A rule of a fragment made ready for the target. */
struct aac_prepared {
	struct aac_interned *interned;	/* NULL: refused, and reported */
	const struct aac_rule *written; /* before narrowing */
	const char *why;		/* it was narrowed; or NULL */
	const char *whole;		/* the rule that it is a part of, or NULL */
};

/* In how many containers the text of a filled rule was seen. */
struct aac_seen {
	uint32_t last, count;
};

/* From so many on it is kept, and counts as shared. */
#define AAC_SEEN_SHARED 16

struct aac_composer {
	struct aac_context *ctx;
	struct map texts;    /* canonical text -> struct aac_interned */
	struct map prepared; /* address of a rule without holes -> struct aac_prepared */
	struct map judgements; /* ids of shared rules, in order -> struct aac_judgement */
	struct map told;       /* pairs of places that were reported */
	struct map relations;  /* pairs of ids of shared rules -> how they relate */
	struct map seen;       /* texts of filled rules -> struct aac_seen */
	struct map expects;    /* address of the line, text -> struct aac_expect */
	uint32_t count;
	uint32_t container; /* which one is composed: counts up */
};

/* What composing warns of and an accept can settle. */
enum { AAC_ACCEPTS_OVERRIDE = 1, AAC_ACCEPTS_SILENCE = 2, AAC_ACCEPTS_WIDENED = 4 };

/* A section while it is filled. */
struct aac_laid_section {
	struct aac_section section;
	const struct aac_grant **tail;
};

/* One distinct rule of the composition at hand. */
struct aac_entry {
	const struct aac_interned *interned;
	struct aac_grant *grant;
	struct aac_origin **origin_tail;
	struct aac_laid_section *section;
	unsigned int accepted; /* AAC_ACCEPTS_*, at one of its origins */
	long by;	       /* index of the entry that covers it, or -1 */
};

struct aac_entries {
	struct aac_entry *items;
	size_t count, cap;
};

/* A child profile while it is laid. */
struct aac_laid_child {
	struct aac_laid_child *next;
	const struct aac_head *head;
	struct aac_entries entries;
	struct map by_text;
	struct aac_laid_section *section;
	const struct aac_section *sections, **section_tail;
	struct aac_laid_child *children;
	struct map by_name; /* the children */
};

/* What is laid so far, in aac_compose. */
struct aac_laying {
	struct aac_composer *composer;
	struct aac_context ctx; /* its arena is the product's */
	struct aac_scope *scope;
	struct aac_entries entries;
	struct map by_text; /* -> index + 1 into entries */
	struct map places;  /* of origins, by grant: which are there */
	struct aac_laid_section *section;
	const struct aac_section *sections, **section_tail;
	struct aac_laid_child *children;
	struct map by_name; /* the children */
	const struct aac_grant *preamble, **preamble_tail;
	const struct aac_decl *decl;
	const struct aac_dropped *dropped, **dropped_tail;
	bool asserting; /* the rules of `assert never` are laid */
	const struct aac_assertion *assertions, **assertion_tail;
	const struct aac_lxc_line *lxc, **lxc_tail;
	struct map lxc_by_text;
	const struct aac_used *used;   /* by the rule at hand */
	const struct aac_trail *trail; /* of the last value that it looked up, or NULL */
	bool own; /* some value that it looked up is no default: its text may be rare */
	const struct aac_expect **expects;
	size_t expect_count, expect_cap;
	struct map expected; /* by address: those that are in the list */
	bool quiet;	     /* it only answers a question about rules */
	bool ok;
};

/* Which entries cover which, which denies override which allows, which rules clash. */
bool aac_compose_judge(struct aac_composer *composer, struct arena *scratch,
		       struct aac_entries *entries, bool quiet);

/* compose.c: what compose_child.c asks for again. */
void aac_compose_section(struct aac_laying *l, const struct aac_decl *decl, bool own);
void aac_compose_body(struct aac_laying *l, const struct aac_stmts *body);

/* compose_rule.c: RULE, built by aac_resolve. */
void aac_compose_rule(struct aac_laying *l, const struct aac_rule *rule);

/* compose_lxc.c */
void aac_compose_lxc(struct aac_laying *l, const struct aac_stmt *stmt);

/* A table has refused a value, unless BEFORE is still the last word (it was told): where
 * the value comes from. */
void aac_compose_note_value(struct aac_laying *l, const struct aac_diag *before);

/* compose_expect.c: a line of `expect`. */
void aac_compose_expect(struct aac_laying *l, const struct aac_stmt *stmt);

/* compose_child.c */
void aac_compose_child(struct aac_laying *l, const struct aac_stmt *stmt);
bool aac_compose_judge_children(struct aac_laying *l, struct aac_laid_child *children,
				bool quiet);

/* compose_policy.c */
void aac_compose_drop(struct aac_laying *l, const struct aac_rule *rule,
		      const struct aac_origin *origins, const struct aac_grant *by,
		      const char *reason);
const struct aac_policy *aac_compose_policy(struct aac_laying *l,
					    struct aac_fragments fragments,
					    const struct aac_profile_decl *profile);

/* compose_value.c: aac_lookup of a struct aac_laying; how a value is called in maps. */
const struct aac_value *aac_compose_value(void *env, const struct aac_segment *hole);
const char *aac_compose_label(struct aac_laying *l, const struct aac_segment *hole,
			      const char *label);
