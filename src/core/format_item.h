#pragma once

/*
 * What a file is made of for the formatter: statements, ends of blocks and comments that
 * have a line of their own, in order.  A statement is cut into pieces: tokens, and the
 * comments that stand among them.
 */

#include <stdbool.h>
#include <stddef.h>

#include "core/ast.h"

struct arena;
struct buf;

/* No line is longer, where it can be helped. */
#define FORMAT_WIDTH 90u
#define FORMAT_INDENT 4u

enum format_break {
	FORMAT_GLUED,  /* nothing stands between this piece and the one before */
	FORMAT_SPACED, /* a blank */
	FORMAT_MAY,    /* a blank, or a new line when the line is too long */
	FORMAT_MUST,   /* a new line */
};

struct format_piece {
	const char *text;
	size_t len;
	enum format_break before;
	bool joins; /* `and` or `or`: begins a line so that what it joins is in a column
		     */
	bool comment;
};

/* What is put into a column, among statements that follow each other. */
enum format_column {
	FORMAT_NONE,
	FORMAT_DIRECTIVE, /* behind `requires`, `when` … */
	FORMAT_PARAM,	  /* the type of a parameter */
	FORMAT_BINDING,	  /* the '=' of a parameter that a profile binds */
	FORMAT_ACCESS,	  /* behind `allow`, `deny`, `audit` of an expect */
	FORMAT_PERMS,	  /* the permissions of a file rule */
	FORMAT_ARROW,	  /* the -> of a mount rule */
	FORMAT_BLOCK,	  /* the '{' of a block on one line */
};

enum format_type { FORMAT_STATEMENT, FORMAT_CLOSE, FORMAT_COMMENT };

struct format_item {
	enum format_type type;
	unsigned int depth; /* of the block it stands in */
	bool blank;	    /* a blank line is before it */
	bool opens;	    /* a statement with a block */
	bool goes_on;	    /* `else`, on the line of the '}' before it */
	bool assigns; /* a variable: a line of it that is not the last ends in '\\' */
	struct format_piece *pieces;
	size_t count;
	enum format_column column;
	size_t split;	   /* the piece that the column is before */
	const char *trail; /* comment behind it on its line, or NULL */
	size_t trail_len;

	/* By aac_format_print. */
	size_t pad;	  /* blanks before piece SPLIT, beyond one */
	size_t trail_pad; /* the same before the comment */
	size_t width;	  /* of its only line; 0: it has several */
};

struct format_items {
	struct format_item *items;
	size_t count;
};

/* The items of FILE, which has no error; FILE has its tokens. */
struct format_items aac_format_items(struct arena *arena, const struct aac_file *file);
/* How piece AT of the rule or directive stands to the one before it (format_gap.c). */
struct format_gap {
	const struct aac_token *first;	/* of the statement */
	const struct aac_token *before; /* the token before; NULL: at begins */
	const struct aac_token *at;
	unsigned int parens; /* open before AT */
	unsigned int args;   /* of a rule before AT, its keyword counts */
	bool path;	     /* the rule begins with a path */
	bool newline;	     /* stands between, in the source */
	bool except;	     /* AT stands in the list behind `except` */
};
enum format_break aac_format_gap(const struct format_gap *gap);
/* Does a rule that begins with it begin with a path? */
bool aac_format_path(const struct aac_token *token);
/* The column of ITEM, whose tokens begin at FIRST and are its pieces. */
void aac_format_column(struct format_item *item, const struct aac_token *first);
/* The items as text. */
void aac_format_print(struct buf *out, struct arena *arena, struct format_items *items);
