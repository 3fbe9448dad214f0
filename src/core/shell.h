#pragma once

/*
 * Shell scripts (sh, bash, and what is near them) as the commands that are in them, each
 * with its words, and each word with its pieces, which know where they stand and how they
 * are quoted.  It is a reader, not a judge: what it cannot read it tells; what is no
 * command (a here-document that is only printed, a comment) it does not show.
 */

#include <stdbool.h>
#include <stdint.h>

#include "core/source.h"

struct arena;
struct aac_context;

/* Commands, substitutions and the like may nest so deep, */
#define AAC_SHELL_DEPTH 300
/* and scripts in the words of scripts so deep. */
#define AAC_SHELL_LEVELS 8

enum aac_quote {
	AAC_QUOTE_NONE,
	AAC_QUOTE_SINGLE,
	AAC_QUOTE_DOUBLE,
	AAC_QUOTE_ANSI,	    /* $'…' */
	AAC_QUOTE_DOCUMENT, /* <<X */
	AAC_QUOTE_VERBATIM, /* <<'X', and files that are no shell's */
	AAC_QUOTE_TICKS,    /* `…`, whose text is read once more */
};

/* How bytes are quoted; `outer`: how the script is that they stand in; NULL: it is the
 * file itself. */
struct aac_quoting {
	const struct aac_quoting *outer;
	enum aac_quote kind;
};

struct aac_shell_scope;
struct aac_shell_command;

enum aac_piece_type {
	AAC_PIECE_TEXT,
	AAC_PIECE_PARAM,    /* $1: number */
	AAC_PIECE_ARGS,	    /* $@ and $*, from number on */
	AAC_PIECE_VARIABLE, /* $name: text */
	AAC_PIECE_COMMANDS, /* $( … ), `…`, <( … ): commands */
	AAC_PIECE_OTHER,
};

struct aac_piece {
	struct aac_piece *next;
	enum aac_piece_type type;
	uint32_t begin, end; /* in the source */
	const char *text;    /* TEXT: len bytes; VARIABLE: a name */
	uint32_t len;
	bool exact; /* TEXT: its byte i stands at begin + i, nothing is escaped */
	bool many;  /* may be several words, or none */
	bool dot;   /* ${1#.}: without a leading '.' */
	bool given; /* a guard's mark: may be edited here */
	bool held;  /* a guard's mark: came through a variable */
	unsigned int number;
	const struct aac_quoting *quoting;
	const struct aac_shell_scope *scope;	  /* PARAM, ARGS, VARIABLE */
	const struct aac_shell_command *commands; /* COMMANDS: the first, if it is the
						     only one */
};

struct aac_shell_word {
	struct aac_shell_word *next;
	struct aac_piece *head, *last;
	uint32_t begin, end;
};

enum aac_redirect_type {
	AAC_REDIRECT_OTHER,
	AAC_REDIRECT_DOCUMENT, /* word: the body, with its quoting */
	AAC_REDIRECT_STRING,   /* <<< */
};

struct aac_redirect {
	struct aac_redirect *next;
	enum aac_redirect_type type;
	struct aac_shell_word *word;
};

struct aac_shell_command {
	struct aac_shell_command *next;
	struct aac_shell_word *words, *last; /* assignments left out, unless alone */
	struct aac_redirect *redirects, *last_redirect;
	struct aac_shell_scope *scope;
	const struct aac_shell_command *piped; /* reads its output */
	unsigned int level;		       /* of scripts in words */
};

/* A variable of a function: its value, when it is set just once. */
struct aac_shell_variable {
	struct aac_shell_variable *next;
	const char *name;
	const struct aac_shell_word *value; /* the pieces behind '=' */
	unsigned int count;
};

/* A function, or what is outside of them (name NULL). */
struct aac_shell_scope {
	struct aac_shell_scope *next;
	const char *name;
	struct aac_shell_variable *variables;
	unsigned int shifted;
	bool lost; /* what $1 is cannot be told any more */
};

struct aac_shell_script {
	struct arena *arena;
	const struct aac_source *source;
	struct aac_shell_command *head, *last;
	struct aac_shell_scope *scopes; /* newest first */
	const char *fault;		/* it cannot be read, from: */
	uint32_t fault_at;
	const char *fault_hint;
};

/* SCRIPT's arena and source are set; reads the whole source. */
void aac_shell_read(struct aac_shell_script *script);
/* Reads WORDS, joined by blanks, as a script of its own that COMMAND runs; in a scope of
 * its own unless SHARED.  Its commands are appended; a fault of it is not one of SCRIPT:
 * false. */
bool aac_shell_read_words(struct aac_shell_script *script,
			  const struct aac_shell_command *command,
			  const struct aac_shell_word *words, bool shared);

/* ---- words (shell_value.c) ----------------------------------------------- */

/* The text of a word that is nothing but text; NULL. */
const char *aac_shell_literal(struct arena *arena, const struct aac_shell_word *word);
/* Is WORD just TEXT, quoted or not? */
bool aac_shell_is(const struct aac_shell_word *word, const char *text);
/* The pieces of WORD behind its first COUNT bytes of text. */
struct aac_shell_word *aac_shell_cut(struct arena *arena,
				     const struct aac_shell_word *word, uint32_t count);
/* The length of NAME= or NAME+= before a value; 0: this is no assignment. */
uint32_t aac_shell_assigns(const struct aac_shell_word *word);
/* Notes what COMMAND does to the variables of its scope. */
void aac_shell_note(struct aac_shell_script *script, struct aac_shell_command *command);
void aac_shell_note_variable(struct aac_shell_script *script,
			     struct aac_shell_scope *scope, const char *name,
			     const struct aac_shell_word *value);
