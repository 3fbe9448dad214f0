#pragma once

/*
 * Rule kinds.  The grammar knows the shape of a rule, these tables know its vocabulary:
 * each kind is one const record in its kind_*.c, and one row of kinds.def.  The records
 * feed building, did-you-mean, printing, comparing, documentation and completion.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/source.h"

struct aac_ask;
struct aac_context;
struct aac_rule;
struct aac_shape;
struct aac_target;
struct buf;

#define AAC_FIELDS_MAX 12

enum aac_kind_id {
#define KIND(id, name) AAC_KIND_##id,
#include "core/kinds.def"
#undef KIND
	AAC_KIND_COUNT
};

/* A word of a vocabulary.  Synonyms have the same `is`, the first of them is printed. */
struct aac_term {
	const char *word;
	const char *is; /* canonical word, or several ("receive send"); NULL: itself */
	const char *parser;  /* first apparmor_parser that knows it; NULL: 3.0 or older */
	const char *feature; /* kernel feature path that it needs, or NULL */
};

struct aac_vocab {
	const char *what; /* "capability", "signal": for messages */
	const struct aac_term *terms;
	size_t count; /* at most 64 */
};

enum aac_field_type {
	AAC_FIELD_SET,	   /* words of a vocabulary */
	AAC_FIELD_PATTERN, /* globs in which apparmor_parser makes one slash of '//' */
	AAC_FIELD_PATHS,   /* the same, of files: `except (…)` may follow */
	AAC_FIELD_LABEL,   /* globs in which it does not */
};

struct aac_field_spec {
	enum aac_field_type type;
	const char *name; /* "fstype", "peer label": for messages and documentation */
	const struct aac_vocab *vocab; /* SET */
	const char *doc;
};

struct aac_kind {
	enum aac_kind_id id;
	const char
		*keyword; /* as in `target supports "userns"` and in list, e.g. "mount" */
	const char *summary;
	/* Its shape, for hints and documentation: "signal [ACCESS] …". */
	const char *usage;
	const char *parser;  /* first apparmor_parser that knows it; NULL: 3.0 or older */
	const char *feature; /* kernel feature path that mediates it; NULL: always */
	const struct aac_field_spec *fields;
	size_t field_count;
	/* Fields from LATE on need a newer parser than the kind; NULL: none does. */
	const char *late_parser;
	size_t late;
	bool takes_owner;   /* `owner` and `other` may stand before it */
	bool no_qualifiers; /* nothing may stand before it */
	bool no_priority;   /* apparmor_parser takes no priority= before it */
	bool preamble;	    /* it stands before the profiles of a file, in none of them */
	/* Fields of RULE from SHAPE's arguments; false after reporting. */
	bool (*build)(struct aac_context *ctx, const struct aac_shape *shape,
		      struct aac_rule *rule);
	/* Put TEXT, a word for the set FIELD, into RULE; false after reporting at SPAN.
	 * NULL: it is one word of the field's vocabulary. */
	bool (*set_word)(struct aac_context *ctx, struct aac_rule *rule, size_t field,
			 struct aac_span span, const char *text);
	/* After building or filling, without holes: what the tables alone cannot see,
	 * such as combinations; false after reporting.  May be NULL. */
	bool (*check)(struct aac_context *ctx, const struct aac_rule *rule);
	/* Everything after the qualifiers, without the comma, canonically. */
	void (*print)(struct buf *out, const struct aac_rule *rule);
	/* Does WIDE speak of all that NARROW speaks of, whatever their qualifiers?  NULL:
	 * field by field, an absent field being "any". */
	bool (*covers)(const struct aac_rule *wide, const struct aac_rule *narrow);
	/* AAC_NO, AAC_YES or AAC_UNKNOWN of glob.h, as int; NULL: field by field. */
	int (*overlaps)(const struct aac_rule *a, const struct aac_rule *b);
	/* NULL: no target needs it narrowed. */
	const struct aac_rule *(*narrow)(struct aac_context *ctx,
					 const struct aac_rule *rule, const char **why);
	/* The rules that an old parser reads into RULE beside what it says, when
	 * narrowing cannot help; NULL: none.  May be NULL. */
	const char *(*widened)(struct aac_context *ctx, const struct aac_rule *rule);
	/* What the kernel asks when RULE, without holes, is an access (core/access.h);
	 * false after reporting.  NULL: no access is of this kind. */
	bool (*ask)(struct aac_ask *ask, const struct aac_rule *rule);
};

const struct aac_kind *aac_kind_get(enum aac_kind_id id);
const struct aac_kind *aac_kind_find(const char *keyword);
/* A mount option that some parser knows, else NULL: for `target supports`. */
const struct aac_term *aac_mount_option_find(const char *word);
