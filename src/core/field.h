#pragma once

/*
 * What the rule kinds share: words and patterns into fields, conditions by table, fields
 * as text, fields compared.  Every function that returns bool for a step of building has
 * reported when it returns false.
 */

#include <stdbool.h>
#include <stddef.h>

#include "core/ast.h"
#include "core/kind.h"
#include "core/rule.h"

/* ---- building ---------------------------------------------------------------------- */

const struct aac_term *aac_vocab_find(const struct aac_vocab *vocab, const char *word);
/* The bits of TEXT (a term's word, or of all words of its `is`); 0: not known. */
uint64_t aac_vocab_bits(const struct aac_vocab *vocab, const char *text);

/* Report that TEXT is no word of FIELD (of the fields that share its name), with
 * did-you-mean. */
bool aac_field_unknown(struct aac_context *ctx, const struct aac_rule *rule, size_t field,
		       struct aac_span span, const char *text);
/* TEXT into the set FIELD, by the kind's set_word or its vocabulary. */
bool aac_field_put(struct aac_context *ctx, struct aac_rule *rule, size_t field,
		   struct aac_span span, const char *text);
/* WORD into the set FIELD; one with holes waits for its values. */
bool aac_field_word(struct aac_context *ctx, struct aac_rule *rule, size_t field,
		    const struct aac_word *word);
/* All words of LIST, at least one, into the set FIELD. */
bool aac_field_words(struct aac_context *ctx, struct aac_rule *rule, size_t field,
		     const struct aac_arg *arg, const struct aac_args *list);
/* WORD as one more alternative of the pattern FIELD. */
bool aac_field_pattern(struct aac_context *ctx, struct aac_rule *rule, size_t field,
		       const struct aac_word *word);
/* TEXT, made of WORD, as the glob of PATTERN. */
bool aac_pattern_set(struct aac_context *ctx, struct aac_pattern *pattern,
		     const char *text);

/* A key of conditions, key=value. */
struct aac_cond {
	const char *key;
	size_t field;
	bool many;  /* a list of words may stand, and the key may come again */
	bool plain; /* apparmor_parser takes no parentheses here */
};

struct aac_conds {
	bool has_access; /* field 0 is the access list, before the conditions */
	const struct aac_cond *conds;
	size_t count;
	const struct aac_cond *peer; /* inside peer=(…) */
	size_t peer_count;
};

/* Arguments of the form KEYWORD [ACCESS | (ACCESS …)] key=value …, up to the first that
 * is none; *rest is that one or NULL. */
bool aac_build_conds(struct aac_context *ctx, const struct aac_shape *shape,
		     struct aac_rule *rule, const struct aac_conds *conds,
		     const struct aac_arg **rest);
/* Does another rule begin on another line before SPAN, where stands what RULE does not
 * take?  Then its end is missing, and that is reported. */
bool aac_lacks_comma(struct aac_context *ctx, const struct aac_rule *rule,
		     struct aac_span span);
/* "unexpected" for ARG of RULE, with the kind's usage as the hint; always false. */
bool aac_refuse_arg(struct aac_context *ctx, const struct aac_rule *rule,
		    const struct aac_arg *arg);
/* ARG's key is none of CONDS (inside peer=(…) when PEER), with did-you-mean; always
 * false. */
bool aac_refuse_key(struct aac_context *ctx, const struct aac_rule *rule,
		    const struct aac_arg *arg, const struct aac_cond *conds, size_t count,
		    bool peer);
/* WHAT is missing at the end of SHAPE; always false. */
bool aac_refuse_missing(struct aac_context *ctx, const struct aac_rule *rule,
			const struct aac_shape *shape, const char *what);

/* Warn when the paths of FIELD cannot begin with a slash. */
void aac_check_absolute(struct aac_context *ctx, const struct aac_rule *rule,
			size_t field);
/* The same where apparmor_parser takes a path only, or with BARE a bare name; false after
 * reporting anything else. */
bool aac_check_path(struct aac_context *ctx, const struct aac_rule *rule, size_t field,
		    bool bare);

/* The profile of FIELD, when it is there, must be a plain name. */
bool aac_check_name(struct aac_context *ctx, const struct aac_rule *rule, size_t field);

/* ---- text -------------------------------------------------------------------------- */

/* The words of a set, " WORD" each, or " (WORD, …)" with parentheses. */
void aac_print_set(struct buf *out, const struct aac_rule *rule, size_t field,
		   bool parens);
/* " KEY=WORD" or " KEY=(WORD, …)"; nothing when the field is absent. */
void aac_print_set_cond(struct buf *out, const struct aac_rule *rule, size_t field,
			const char *key);
/* PREFIX and the field's first alternative; nothing when the field is absent. */
void aac_print_pattern(struct buf *out, const struct aac_rule *rule, size_t field,
		       const char *prefix);
/* The same for the name of a profile to switch to, in which a backslash is a byte. */
void aac_print_name(struct buf *out, const struct aac_rule *rule, size_t field,
		    const char *prefix);
/* " peer=(KEY=…, …)" of the pattern fields of CONDS; nothing when all are absent. */
void aac_print_peer(struct buf *out, const struct aac_rule *rule,
		    const struct aac_cond *conds, size_t count);

/* ---- comparing --------------------------------------------------------------------- */

/* Absent, or the pattern `**`. */
bool aac_field_is_any(const struct aac_rule *rule, size_t field);
bool aac_field_covers(const struct aac_rule *wide, const struct aac_rule *narrow,
		      size_t field);
enum aac_answer aac_field_overlaps(const struct aac_rule *a, const struct aac_rule *b,
				   size_t field);
/* All fields from FIRST to the last but one. */
bool aac_fields_cover(const struct aac_rule *wide, const struct aac_rule *narrow,
		      size_t first, size_t end);
enum aac_answer aac_fields_overlap(const struct aac_rule *a, const struct aac_rule *b,
				   size_t first, size_t end);
/* Both absent, or the same text. */
bool aac_field_equal(const struct aac_rule *a, const struct aac_rule *b, size_t field);
/* NO if one is NO, YES if both are YES. */
enum aac_answer aac_answer_and(enum aac_answer a, enum aac_answer b);
