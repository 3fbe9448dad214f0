#pragma once

/*
 * jq filters: the tokens of one (grammar/jq_guard.l), its tree (jq_parse.c), and which of
 * its iterations P[] fail when P is null (jq_judge.c).  Places are offsets into the text.
 * Facts about jq: jq(1) of 1.6 and 1.7, and what jq 1.6 does.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct arena;

/* The byte that stands for what only the shell knows: the value of a variable. */
#define AAC_JQ_OPAQUE '\x01'
/* Parentheses, strings and the like may nest so deep. */
#define AAC_JQ_DEPTH 200

enum aac_jq_token_type {
	AAC_JQ_END,
	AAC_JQ_FIELD, /* .name */
	AAC_JQ_REC,   /* .. */
	AAC_JQ_IDENT, /* keywords, too */
	AAC_JQ_VAR,   /* $name */
	AAC_JQ_NUMBER,
	AAC_JQ_FORMAT, /* @name */
	AAC_JQ_QUOTE,  /* a string begins, or ends */
	AAC_JQ_TEXT,   /* of a string */
	AAC_JQ_HOLE,   /* \( */
	AAC_JQ_HOLE_END,
	AAC_JQ_OP,    /* operators and punctuation: told apart by their bytes */
	AAC_JQ_SHELL, /* AAC_JQ_OPAQUE outside of strings */
	AAC_JQ_WRONG, /* no token of jq's; the last one */
};

struct aac_jq_token {
	enum aac_jq_token_type type;
	uint32_t begin, end;
};

struct aac_jq_tokens {
	struct aac_jq_token *items; /* ends with END or WRONG; malloc'ed */
	size_t count;
};

/* jq_guard.l; the caller frees the items. */
void aac_jq_lex(const char *text, size_t len, struct aac_jq_tokens *tokens);

enum aac_jq_type {
	AAC_JQ_DOT,
	AAC_JQ_RECURSE, /* .. */
	AAC_JQ_NULL,
	AAC_JQ_LITERAL, /* a number, true, false, a format */
	AAC_JQ_STRING,	/* kids: what is interpolated */
	AAC_JQ_LIST,	/* [kid]; or no kid */
	AAC_JQ_OBJECT,	/* kids: keys and values that are expressions */
	AAC_JQ_NAME,	/* $name */
	AAC_JQ_CALL,	/* name; kids: arguments */
	AAC_JQ_GROUP,	/* (kid) */
	AAC_JQ_TERM,	/* first kid: its head; the others: suffixes */
	AAC_JQ_KEY,	/* suffix .name, ."name", ["name"] */
	AAC_JQ_INDEX,	/* suffix [kid] */
	AAC_JQ_SLICE,	/* suffix [kid:kid] */
	AAC_JQ_EACH,	/* suffix [] */
	AAC_JQ_OPTION,	/* suffix ? */
	AAC_JQ_PIPE,
	AAC_JQ_COMMA,
	AAC_JQ_ALT, /* // */
	AAC_JQ_ASSIGN,
	AAC_JQ_OR,
	AAC_JQ_AND,
	AAC_JQ_COMPARE, /* op */
	AAC_JQ_PLUS,	/* any mixture of + and - */
	AAC_JQ_TIMES,
	AAC_JQ_MINUS, /* -kid */
	AAC_JQ_IF,    /* kids: condition, branch, condition, branch, … [, else] */
	AAC_JQ_TRY,   /* kids: body[, handler] */
	AAC_JQ_REDUCE,
	AAC_JQ_FOREACH, /* source, [patterns' expressions,] init, update[, extract] */
	AAC_JQ_BIND,	/* source as $x | body */
	AAC_JQ_DEF,	/* name; kids: body, what follows */
	AAC_JQ_LABEL,	/* kid: what follows */
	AAC_JQ_BREAK,
	AAC_JQ_UNKNOWN, /* AAC_JQ_OPAQUE as a term, or joined to a path */
};

struct aac_jq_node {
	struct aac_jq_node *next, *kids, *last;
	enum aac_jq_type type;
	uint32_t begin, end;
	uint32_t name, name_len; /* KEY, NAME, CALL, DEF, BIND: where it stands; op */
	bool opaque;		 /* KEY: the shell knows a part of it */
	bool has_else;		 /* IF */
	bool minus;		 /* PLUS: a '-' is among its operators */
};

/* NULL when TEXT is no filter: *FAULT is where. */
const struct aac_jq_node *aac_jq_parse(struct arena *arena, const char *text, size_t len,
				       uint32_t *fault);

/* An iteration that fails when what it iterates over is null. */
struct aac_jq_unsafe {
	struct aac_jq_unsafe *next;
	uint32_t begin, end;  /* P */
	uint32_t open, close; /* its "[" and the end of its "]" */
	bool path;	      /* what is assigned to or deleted: (P // []) is no path */
	bool opaque;	      /* a part of P is known to the shell only */
};

/* Filter text that the shell knows: where it stands, one byte or more. */
struct aac_jq_unknown {
	struct aac_jq_unknown *next;
	uint32_t at;
};

struct aac_jq_verdict {
	struct aac_jq_unsafe *head, *last;
	struct aac_jq_unknown *unknown;
};

/* How the program is run. */
struct aac_jq_input {
	bool list;		      /* --slurp: never null */
	const char *const *variables; /* that --slurpfile and the like make: never null */
	size_t variable_count;
};

void aac_jq_judge(struct arena *arena, const char *text, const struct aac_jq_node *filter,
		  const struct aac_jq_input *input, struct aac_jq_verdict *verdict);

/* ---- jq_builtin.c -------------------------------------------------------- */

enum aac_jq_gives {
	AAC_JQ_GIVES_VALUE, /* never null, or nothing at all */
	AAC_JQ_GIVES_MAYBE, /* null, sometimes */
	AAC_JQ_GIVES_DOT,   /* its input, or nothing */
	AAC_JQ_GIVES_ARG,   /* what its last argument gives */
};

enum aac_jq_feeds {
	AAC_JQ_FEEDS_DOT,     /* its arguments have its own input */
	AAC_JQ_FEEDS_ELEMENT, /* the elements of its input */
	AAC_JQ_FEEDS_OBJECT,  /* something that is never null */
};

struct aac_jq_builtin {
	const char *name;
	enum aac_jq_gives gives;
	enum aac_jq_feeds feeds;
	bool path;   /* its (first) argument is a path */
	bool filter; /* its arguments are filters, not values */
};

/* NULL: none of jq's. */
const struct aac_jq_builtin *aac_jq_builtin_find(const char *name, size_t len);
