#pragma once

/*
 * A rule with its meaning: kind, qualifiers and typed fields, built from the shape that
 * the grammar gives and refused there when the kind's tables do not know a word.  Places
 * where a
 * ${parameter} stands are holes; aac_rule_fill gives a rule without holes, and only such
 * a rule has a canonical text and can be compared.  Rules are const once made.
 */

#include <stdbool.h>
#include <stdint.h>

#include "core/ast.h"
#include "core/glob.h"
#include "core/kind.h"

struct aac_context;
struct aac_target;
struct aac_value;
struct buf;

/* One alternative of a field that holds a pattern. */
struct aac_pattern {
	struct aac_pattern *next;
	const struct aac_word *word; /* as written */
	const char *text; /* AppArmor spelling without quotes; NULL while it has holes */
	const struct aac_glob *glob; /* NULL while it has holes */
	struct aac_pattern *except;  /* PATTERN except (…): those; NULL: none */
};

struct aac_field {
	bool present;		      /* false: not written, which mostly means "any" */
	uint64_t set;		      /* SET: bit n = term n of the field's vocabulary */
	uint64_t maybe;		      /* SET: the same of words with a '?' behind them */
	struct aac_words holes;	      /* SET: words that are not known yet */
	struct aac_pattern *patterns; /* PATTERN: alternatives */
	struct aac_pattern *last;     /* of them, while the rule is built */
	struct aac_span span;
};

enum aac_owner { AAC_OWNER_ANY, AAC_OWNER_OWNER, AAC_OWNER_OTHER };

struct aac_rule {
	const struct aac_kind *kind;
	const struct aac_shape *shape; /* as written: place, doc, accepts */
	bool audit, deny;
	enum aac_owner owner;
	bool has_priority;
	int priority;
	bool has_holes;
	const char *text; /* canonical, with its comma; NULL while it has holes */
	/* It is short for others, which AppArmor can say: a pattern has exceptions, or an
	 * option is optional.  Of such a rule only its text and its parts count.  The
	 * parts are there once it has no holes; together they say what it says. */
	bool expands;
	const struct aac_rule *const *parts;
	size_t part_count;
	struct aac_field fields[AAC_FIELDS_MAX]; /* as kind->fields says */
};

/* BLOCK is the shape of `audit { … }`: may its qualifiers stand before a block?  False
 * after reporting. */
bool aac_rule_block_check(struct aac_context *ctx, const struct aac_shape *block);
/* QUALS as they stand, each with a blank behind it. */
void aac_rule_print_quals(struct buf *out, const struct aac_quals *quals);
/* Meaning from shape, and from the qualifiers of the blocks around it.  NULL after
 * reporting what is wrong (at least one error). */
const struct aac_rule *aac_rule_build(struct aac_context *ctx,
				      const struct aac_shape *shape);

/*
 * What stands for a hole.  Returns NULL after reporting.  The value is a scalar or a list
 * of scalars, checked already for control characters.
 */
typedef const struct aac_value *aac_lookup(void *env, const struct aac_segment *hole);

enum aac_fill {
	AAC_FILL_DONE,
	AAC_FILL_NONE,	/* an empty list: there is no rule */
	AAC_FILL_ERROR, /* reported */
};

/* Fill the holes of RULE; *filled is RULE itself when it has none. */
enum aac_fill aac_rule_fill(struct aac_context *ctx, const struct aac_rule *rule,
			    aac_lookup *lookup, void *env,
			    const struct aac_rule **filled);

enum aac_word_use {
	AAC_WORD_PLAIN, /* its bytes as they are: `lxc` lines, words of a vocabulary */
	AAC_WORD_PATH,	/* a pattern in which apparmor_parser makes one slash of '//' */
	AAC_WORD_LABEL, /* a pattern in which it does not */
};

/*
 * A word with its holes filled, each value a literal: AppArmor spelling without quotes
 * for patterns.  A list becomes {a,b} there, and is refused in a PLAIN word.  NULL with
 * *fill telling why.
 */
const char *aac_word_fill(struct aac_context *ctx, const struct aac_word *word,
			  enum aac_word_use use, aac_lookup *lookup, void *env,
			  enum aac_fill *fill);

/* ---- questions about rules without holes ----------------------------------- */

/* Known to the target's kernel and parser?  Reports an error that names the target if
 * not. */
bool aac_rule_supported(struct aac_context *ctx, const struct aac_rule *rule);
/* The same of the target's parser alone: the kernel may enforce it or not. */
bool aac_rule_known(struct aac_context *ctx, const struct aac_rule *rule);

/*
 * The rule as this target's parser must see it so that it means what it says (old parsers
 * widen mount rules, CVE-2016-1585): RULE itself, or a narrowed copy with *why set; NULL
 * after reporting that no rule says it to this parser.
 */
const struct aac_rule *aac_rule_narrow(struct aac_context *ctx,
				       const struct aac_rule *rule, const char **why);
/*
 * What this target's parser reads into RULE, a narrowed one, beside what it says: rules,
 * with a space between; NULL: nothing.
 */
const char *aac_rule_widened(struct aac_context *ctx, const struct aac_rule *rule);

/* With WIDE there, NARROW changes nothing: neither what is allowed nor what is logged.
 * Proved, or false. */
bool aac_rule_covers(const struct aac_rule *wide, const struct aac_rule *narrow);

enum aac_overlap { AAC_OVERLAP_NONE, AAC_OVERLAP_PART, AAC_OVERLAP_WHOLE };

/* How much of what ALLOW grants does DENY take away?  NONE where it cannot be proved. */
enum aac_overlap aac_rule_overlap(const struct aac_rule *allow,
				  const struct aac_rule *deny);

/* Would apparmor_parser refuse to merge these two (conflicting exec transitions)?  PARSER
 * is its version, NULL for 3.0. */
bool aac_rule_conflict(const struct aac_rule *a, const struct aac_rule *b,
		       const char *parser);

/* A plain deny over an audit deny of the same thing silences it. */
bool aac_rule_silences(const struct aac_rule *deny, const struct aac_rule *audit_deny);
