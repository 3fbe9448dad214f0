#pragma once

/*
 * What the parser gives: declarations and statements as they stand in the text, each with
 * its place.  Nothing is looked up here; names are names.  All of it lives in the
 * parser's arena and is const once aac_parse has returned.
 *
 * AppArmor rules have a shape only: qualifiers and arguments.  core/rule.h gives them
 * meaning.
 */

#include <stdbool.h>
#include <stdint.h>

#include "core/source.h"
#include "core/token.h"

struct json_t;

/* ---- words ---------------------------------------------------------------- */

/* A piece of a word: raw text, or ${name} / ${name.field}. */
struct aac_segment {
	struct aac_segment *next;
	struct aac_span span;
	bool hole;	   /* false: text is raw AppArmor spelling */
	const char *text;  /* raw text, or the parameter's name */
	const char *field; /* ${x.field}; NULL otherwise */
};

struct aac_word {
	struct aac_word *next;
	struct aac_span span; /* with the quotes */
	const char *text;     /* raw, without the quotes, ${…} still in it */
	bool quoted;
	bool holes; /* at least one segment is a hole, also of EXCEPT's */
	struct aac_segment *segments;
	struct aac_word *except; /* PATTERN except (…): the words in it; NULL: none */
};

struct aac_words {
	struct aac_word *head, *last;
};

/* ---- conditions ------------------------------------------------------------ */

struct aac_step {
	struct aac_step *next;
	struct aac_span span;
	const char *key; /* NULL: [], each element */
};

/* .a."b c"[].d, or $.a from the root of the file */
struct aac_path {
	struct aac_path *next;
	struct aac_span span;
	bool root;
	struct aac_step *steps;
	const char *text; /* canonical spelling */
};

struct aac_paths {
	struct aac_path *head, *last;
};

enum aac_expr_type {
	AAC_EXPR_OR,
	AAC_EXPR_AND,
	AAC_EXPR_NOT,
	AAC_EXPR_EQ,
	AAC_EXPR_NE,
	AAC_EXPR_LT,
	AAC_EXPR_LE,
	AAC_EXPR_GT,
	AAC_EXPR_GE,
	AAC_EXPR_CONTAINS,
	AAC_EXPR_MATCHES, /* left matches right (a string literal) */
	AAC_EXPR_IS_SET,
	AAC_EXPR_IS_EMPTY,
	AAC_EXPR_SPLIT,	 /* left split text */
	AAC_EXPR_PATH,	 /* path */
	AAC_EXPR_STRING, /* text */
	AAC_EXPR_NUMBER, /* number, and integer when it is one */
	AAC_EXPR_TRUE,
	AAC_EXPR_FALSE,
	AAC_EXPR_NULL,
	AAC_EXPR_PARAM,		  /* ${text} or ${text.field} */
	AAC_EXPR_CONDITION,	  /* text: the name of a condition */
	AAC_EXPR_TARGET_IS,	  /* text */
	AAC_EXPR_TARGET_SUPPORTS, /* text */
	AAC_EXPR_TARGET_PARSER,	  /* cmp text */
	AAC_EXPR_TARGET_KERNEL,	  /* cmp text */
	AAC_EXPR_WITH,		  /* text: the name of a fragment */
};

struct aac_expr {
	enum aac_expr_type type;
	enum aac_expr_type cmp; /* TARGET_PARSER, TARGET_KERNEL: EQ NE LT LE GT GE */
	struct aac_span span;
	struct aac_expr *left, *right;
	const char *text, *field;
	const struct aac_path *path;
	double number;
	int64_t integer;
	bool is_integer;
	unsigned int depth;    /* of the tree below, so that walks stay bounded */
	struct aac_expr *next; /* in a list of `when`s */
};

struct aac_exprs {
	struct aac_expr *head, *last;
};

/* ---- AppArmor rules, shape only -------------------------------------------- */

enum aac_arg_type {
	AAC_ARG_WORD,	/* word */
	AAC_ARG_LIST,	/* ( list ) */
	AAC_ARG_KEY,	/* key = word, or key = ( list ): in list, paren tells */
	AAC_ARG_KEY_IN, /* key in ( list ), as in `options in (ro, nosuid)` */
	AAC_ARG_ARROW,	/* -> */
	AAC_ARG_LE,	/* <= */
};

struct aac_args {
	struct aac_arg *head, *last;
};

struct aac_arg {
	struct aac_arg *next;
	struct aac_span span;
	enum aac_arg_type type;
	bool paren;
	struct aac_word *word; /* WORD */
	const char *key;       /* KEY, KEY_IN */
	struct aac_span key_span;
	struct aac_args
		list; /* LIST, KEY, KEY_IN: WORD and KEY arguments; commas are gone */
};

/* In the order of their bits' AppArmor spelling: priority audit allow|deny owner|other */
enum aac_qual_type {
	AAC_QUAL_PRIORITY,
	AAC_QUAL_AUDIT,
	AAC_QUAL_ALLOW,
	AAC_QUAL_DENY,
	AAC_QUAL_OWNER,
	AAC_QUAL_OTHER,
};

struct aac_qual {
	struct aac_qual *next;
	struct aac_span span;
	enum aac_qual_type type;
	int priority;
};

struct aac_quals {
	struct aac_qual *head, *last;
};

/* accept SLUG "reason"; above a rule, or accept fragment SLUG "reason"; */
struct aac_accept {
	struct aac_accept *next;
	struct aac_span span, slug_span;
	const char *slug, *reason;
};

struct aac_accepts {
	struct aac_accept *head, *last;
};

enum aac_include_type {
	AAC_INCLUDE_NONE,
	AAC_INCLUDE_SYSTEM, /* <…> */
	AAC_INCLUDE_QUOTED, /* "…" or bare */
};

/*
 * One rule.  `include` and `include if exists` have include set and no arguments; every
 * other rule has at least one argument, the first being the keyword or a file rule's path
 * or perms.
 */
struct aac_shape {
	struct aac_span span; /* from the first qualifier to the terminator */
	struct aac_span body; /* without the qualifiers and the terminator */
	struct aac_quals quals;
	struct aac_args args;
	enum aac_include_type include;
	bool if_exists;
	struct aac_word *path; /* of an include */
	const char
		*assign;  /* "@{NAME}" or "$NAME" that gets VALUES; NULL: no assignment */
	bool assign_more; /* += */
	struct aac_words values;
	const char *doc; /* text of the ## lines above, '\n' between them, or NULL */
	struct aac_accepts accepts; /* directly above */
	/* By aac_resolve: of qualifiers around it; it came by `include … without`. */
	const struct aac_shape *block;
	bool inlined;
};

/* ---- statements ------------------------------------------------------------ */

enum aac_verdict { AAC_VERDICT_ALLOW, AAC_VERDICT_DENY, AAC_VERDICT_AUDIT };

struct aac_stmts {
	struct aac_stmt *head, *last;
};

enum aac_stmt_type {
	AAC_STMT_RULE,
	AAC_STMT_IF,
	AAC_STMT_FOR,
	AAC_STMT_LXC,
	AAC_STMT_EXPECT, /* a block of accesses (body: ACCESS, IF, FOR) */
	AAC_STMT_ACCESS, /* one line of it */
	AAC_STMT_BLOCK,	 /* a child profile, a hat, AppArmor's own `if`: shape is its head
			  */
	AAC_STMT_INLINE, /* include … without { less }: shape is the include's; gone after
			    aac_resolve */
	AAC_STMT_QUALIFIED, /* `audit { … }`: shape has the qualifiers and no arguments;
			       gone after aac_resolve */
};

struct aac_stmt {
	struct aac_stmt *next;
	struct aac_span span;
	enum aac_stmt_type type;
	const struct aac_shape *shape; /* RULE, ACCESS, BLOCK, QUALIFIED, INLINE */
	enum aac_verdict verdict;      /* ACCESS */
	const struct aac_expr *expr;   /* IF */
	struct aac_stmts body, orelse; /* IF, FOR, EXPECT, BLOCK, QUALIFIED */
	const char *var;	       /* FOR: name of the variable */
	struct aac_span var_span;
	struct aac_stmts less;		    /* INLINE: the rules that it is without */
	const struct aac_expr *list;	    /* FOR: a PARAM or PATH expression */
	const struct aac_word *key, *value; /* LXC */
	/* By aac_resolve in its own copy: struct aac_rule of a RULE or of the words of an
	 * ACCESS; struct aac_head of a BLOCK. */
	const void *resolved;
};

/* ---- declarations ---------------------------------------------------------- */

struct aac_name {
	struct aac_name *next;
	struct aac_span span;
	const char *text;
	const struct aac_expr *when; /* use A when EXPR */
};

struct aac_names {
	struct aac_name *head, *last;
};

enum aac_type_base {
	AAC_TYPE_PATH,
	AAC_TYPE_STRING,
	AAC_TYPE_INT,
	AAC_TYPE_BOOL,
	AAC_TYPE_NAME,
	AAC_TYPE_ENUM,
};

struct aac_type {
	enum aac_type_base base;
	bool list;
	struct aac_words choices; /* ENUM */
	struct aac_span span;
};

/* "text", 12, true, ["a", "b"] */
enum aac_literal_type { AAC_LIT_STRING, AAC_LIT_INT, AAC_LIT_BOOL, AAC_LIT_LIST };

struct aac_literal {
	struct aac_literal *next;
	struct aac_span span;
	enum aac_literal_type type;
	const char *text;	   /* STRING */
	int64_t integer;	   /* INT */
	bool boolean;		   /* BOOL */
	struct aac_literal *items; /* LIST */
};

struct aac_param {
	struct aac_param *next;
	struct aac_span span, name_span;
	const char *name;
	size_t index; /* among the parameters of its fragment, as declared */
	struct aac_type type;
	const struct aac_literal *fallback; /* the default; NULL: none */
	struct aac_paths from;
	const char *split; /* NULL: do not */
	struct aac_words absent;
	const char *doc; /* ## lines above */
};

struct aac_params {
	struct aac_param *head, *last;
};

/* param FRAGMENT.PARAM = VALUE; in a profile */
struct aac_binding {
	struct aac_binding *next;
	struct aac_span span, name_span;
	const char *fragment, *param;
	const struct aac_literal *value;
};

struct aac_bindings {
	struct aac_binding *head, *last;
};

/* assert never { rules } */
struct aac_assert {
	struct aac_assert *next;
	struct aac_span span;
	struct aac_stmts rules;
};

struct aac_asserts {
	struct aac_assert *head, *last;
};

/* without { rules } */
struct aac_without {
	struct aac_without *next;
	struct aac_span span;
	struct aac_stmts rules;
};

struct aac_withouts {
	struct aac_without *head, *last;
};

enum aac_decl_type {
	AAC_DECL_FRAGMENT,
	AAC_DECL_PROFILE,
	AAC_DECL_CONDITION,
	AAC_DECL_AMEND, /* its name is the fragment's */
};

struct aac_decl {
	struct aac_decl *next;
	struct aac_span span, name_span;
	enum aac_decl_type type;
	const char *name;
	const char *summary; /* or NULL */
	const char *doc;     /* comment lines directly above, or NULL */

	struct aac_expr *expr; /* CONDITION */

	/* FRAGMENT, PROFILE and AMEND */
	struct aac_exprs whens;
	struct aac_stmts body; /* rules, if, for, lxc, expect, in order */

	/* AMEND */
	struct aac_bindings defaults; /* default PARAM = VALUE; fragment is NULL */
	struct aac_withouts withouts;

	/* FRAGMENT */
	struct aac_names requires, conflicts;
	const char *slug;
	struct aac_span slug_span;
	struct aac_params params;
	struct aac_words tunables;
	const char *deprecated;
	struct aac_span deprecated_span;
	struct aac_accepts accepts; /* accept fragment … */

	/* PROFILE */
	struct aac_names uses, leaves_out; /* use, without FRAGMENT */
	const char *template_name; /* NULL: "lxc" */
	struct aac_span template_span;
	struct aac_words flags;
	struct aac_span flags_span; /* .source NULL: none given */
	struct aac_words attach;
	struct aac_words xattrs; /* NAME or NAME=VALUE, as AppArmor spells them */
	const char *label; /* AppArmor's name for it, in its spelling; NULL: NAME */
	struct aac_span label_span;
	struct aac_stmts preamble; /* of its file, in order */
	struct aac_span preamble_span;
	struct aac_bindings bindings;
	struct aac_asserts asserts;
};

struct aac_decls {
	struct aac_decl *head, *last;
};

struct aac_comment {
	struct aac_comment *next;
	struct aac_span span; /* from # to the end of the line, without the newline */
};

struct aac_comments {
	struct aac_comment *head, *last;
};

struct aac_file {
	struct aac_file *next;
	const struct aac_source *source;
	struct aac_decls decls;
	struct aac_stmts stmts;	      /* of a whole profile's text */
	struct aac_comments comments; /* by offset */
	struct aac_tokens tokens;     /* by aac_parse_tokens only */
};
