#pragma once

/*
 * Private contract between aaf.l, aaf.y and core/parse.c.  The lexer decides what the
 * grammar cannot: whether a statement is a directive of ours (until ';' or '{') or an
 * AppArmor rule (until ','), and where a rule's word ends.
 */

#include <stdbool.h>

#include "core/ast.h"
#include "core/context.h"

/* Blocks may nest so deep; expressions too. */
#define AAC_BLOCK_DEPTH 64
#define AAC_EXPR_DEPTH 1000

#define AAC_TYPES_HINT \
	"types: path, string, int, bool, name, enum(\"a\", \"b\"), list of …"

enum aac_block {
	AAC_BLOCK_TOP,	    /* declarations */
	AAC_BLOCK_FRAGMENT, /* directives and rules; profiles too */
	AAC_BLOCK_EXPECT,   /* accesses, if, for */
	AAC_BLOCK_RULES,    /* rules, if, for: assert never */
	AAC_BLOCK_APPARMOR, /* AppArmor's own profile text: no directives of ours */
};

enum aac_mode {
	AAC_MODE_STATEMENT, /* between statements */
	AAC_MODE_DIRECTIVE,
	AAC_MODE_RULE,
	AAC_MODE_INCLUDE, /* behind `include` */
	AAC_MODE_ASSIGN,  /* behind @{NAME} =, to the end of the line */
	AAC_MODE_NAME,	  /* behind `profile` and `hat` of AppArmor's */
};

/* ## lines directly above the statement that begins at `begin`. */
struct aac_doc {
	struct aac_doc *next; /* the one before */
	uint32_t begin;
	const char *text;
};

/* What the grammar does not take. */
struct aac_syntax {
	struct aac_span at;
	const char *message;
	const char *near; /* the word that was meant, or NULL */
	const char *cure; /* or NULL */
	bool missing;	  /* a terminator, behind the token before */
	bool at_eof;
};

struct aac_parse {
	struct aac_context *ctx;
	const struct aac_source *source;
	struct aac_file *file;
	void *scanner;
	bool whole;  /* a whole profile's text, not a rule file */
	bool access; /* one access, not a rule file */
	bool begun; /* the token that says so was given */
	bool keep_tokens; /* in file->tokens */

	uint32_t offset;       /* where the lexer stands */
	uint32_t token_end;    /* end of the look-ahead token */
	uint32_t previous_end; /* end of the token before it: where a missing ';' belongs
				*/

	enum aac_mode mode;
	enum aac_block blocks[AAC_BLOCK_DEPTH];
	uint32_t block_begin[AAC_BLOCK_DEPTH];
	unsigned int depth;
	bool inlines; /* the include at hand goes on: without { … } */
	enum aac_block pending; /* what the next '{' of a directive opens */
	bool has_pending;
	const char *usage; /* of the directive at hand; NULL: it is a rule */
	bool opens;	   /* that directive has a block */
	bool prose;	 /* the directive's strings may run over lines */
	bool recovering; /* this statement is wrong already: no second message */
	bool lost;	 /* a block may have been closed too early: outside of
			  * declarations nothing is told until the next one begins */
	unsigned int errors; /* that were there when the statement began */
	unsigned int parens;
	unsigned int tokens; /* of the statement so far */
	bool points; /* in a rule of mounts, where a brace begins a word */
	bool value_next;     /* behind = -> (: a '{' begins a word */
	bool after_priority; /* its number comes next */
	bool only_quals;     /* nothing but qualifiers so far */
	uint32_t keyword_end; /* of the rule's keyword, which a word may adjoin */

	uint32_t unclosed; /* where a declaration begins inside of one, or 0 */
	struct aac_decl *decl;	     /* the declaration being read */
	struct aac_param *param;     /* the parameter being read */
	struct aac_doc *docs;	     /* newest first */
	struct aac_span pending_doc; /* ## lines above; empty: none */
	struct aac_accepts accepts;  /* waiting for their rule */
	const char *accepts_doc;
};

/* ---- parse_node.c: nodes ----------------------------------------------------- */

/* The bytes of AT, as a string. */
const char *aac_parse_text(struct aac_parse *parse, struct aac_span at);
/* A rule's word, split at its holes.  QUOTED: AT spans the quotes. */
struct aac_word *aac_parse_word(struct aac_parse *parse, struct aac_span at, bool quoted);
/* WORD except (LIST); AT is the word `except`. */
void aac_parse_except(struct aac_parse *parse, struct aac_word *word, struct aac_span at,
		      struct aac_args list);
/* A directive's string: \" and \\ decoded, then split at its holes when HOLES. */
struct aac_word *aac_parse_string(struct aac_parse *parse, struct aac_span at,
				  bool holes);
struct aac_path *aac_parse_path(struct aac_parse *parse, struct aac_span at);
/* TEXT is a whole number of 64 bits. */
bool aac_integer(const char *text, int64_t *value);
/* The same of the bytes of AT; says so when they are none. */
bool aac_parse_integer(struct aac_parse *parse, struct aac_span at, int64_t *value);
/* Refuses a '.' unless DOT. */
struct aac_name *aac_parse_name(struct aac_parse *parse, struct aac_span at, bool dot);

/* The word of the language at AT stands where a name should. */
void aac_parse_reserved(struct aac_parse *parse, struct aac_span at);

struct aac_expr *aac_parse_expr(struct aac_parse *parse, struct aac_span at,
				enum aac_expr_type type, struct aac_expr *left,
				struct aac_expr *right);
/* ${name} or ${name.field} as an expression. */
struct aac_expr *aac_parse_hole(struct aac_parse *parse, struct aac_span at);
struct aac_expr *aac_parse_number(struct aac_parse *parse, struct aac_span at);

struct aac_type aac_parse_type(struct aac_parse *parse, struct aac_span at);
struct aac_literal *aac_parse_literal(struct aac_parse *parse, struct aac_span at,
				      enum aac_literal_type type);
struct aac_literal *aac_parse_reverse(struct aac_literal *list);

/* ---- parse_rule.c: declarations, statements and rules -------------------------- */

/* Begins a declaration: parse->decl. */
struct aac_decl *aac_parse_decl(struct aac_parse *parse, enum aac_decl_type type,
				struct aac_span at, const struct aac_name *name,
				const struct aac_word *summary);
/* Ends the declaration at hand at END. */
void aac_parse_decl_end(struct aac_parse *parse, uint32_t end);
/* The directive whose word is AT may stand once; FIRST is where it stood, if it did. */
void aac_parse_once(struct aac_parse *parse, struct aac_span at, struct aac_span first);
void aac_parse_names(struct aac_names *list, struct aac_names more);
void aac_parse_words(struct aac_words *list, struct aac_words more);
/* default NAME = VALUE; of an amend. */
void aac_parse_default(struct aac_parse *parse, struct aac_span at,
		       const struct aac_name *name, const struct aac_literal *value);
void aac_parse_binding(struct aac_parse *parse, struct aac_span at,
		       const struct aac_name *name, const struct aac_literal *value);
/* The doc comment of the statement that begins at BEGIN, or NULL. */
const char *aac_parse_doc(struct aac_parse *parse, uint32_t begin);
void aac_parse_accept(struct aac_parse *parse, struct aac_span at,
		      const struct aac_name *slug, const struct aac_word *reason,
		      bool whole_fragment);
struct aac_stmt *aac_parse_stmt(struct aac_parse *parse, enum aac_stmt_type type,
				struct aac_span at);
struct aac_stmt *aac_parse_rule(struct aac_parse *parse, struct aac_shape *shape);
/* @{NAME} = VALUES or $NAME = VALUE; AT is the name and the operator. */
struct aac_stmt *aac_parse_assign(struct aac_parse *parse, struct aac_span at,
				  struct aac_words values);
struct aac_stmt *aac_parse_access(struct aac_parse *parse, struct aac_span at,
				  enum aac_verdict verdict, bool owner,
				  struct aac_span owner_at, struct aac_args args);
/* COMMA ends a rule with ARGS: may what stands behind it adjoin? */
void aac_parse_adjoined(struct aac_parse *parse, struct aac_args args,
			struct aac_span comma);
/* Nothing was reported of the rule at hand?  What is wrong once is not looked into. */
bool aac_parse_sound(struct aac_parse *parse);
struct aac_shape *aac_parse_shape(struct aac_parse *parse, struct aac_quals quals,
				  struct aac_args args, struct aac_span body,
				  uint32_t end);
/* `QUALS { BODY }`, whose brace opens at BRACE. */
struct aac_stmt *aac_parse_qualified(struct aac_parse *parse, struct aac_span at,
				     struct aac_quals quals, struct aac_span brace,
				     struct aac_stmts body);
struct aac_shape *aac_parse_include(struct aac_parse *parse, struct aac_span at,
				    enum aac_include_type type, bool if_exists,
				    struct aac_span path);
struct aac_qual *aac_parse_qual(struct aac_parse *parse, struct aac_span at,
				enum aac_qual_type type);
struct aac_arg *aac_parse_arg(struct aac_parse *parse, struct aac_span at,
			      enum aac_arg_type type);
struct aac_arg *aac_parse_key(struct aac_parse *parse, struct aac_span at,
			      struct aac_span key, struct aac_word *value);
/* A rule that ends with ';': says what is wrong. */
void aac_parse_wrong_end(struct aac_parse *parse, struct aac_args args,
			 struct aac_span end);
/* Something is wrong at AT: say nothing of it? */
bool aac_parse_silent(struct aac_parse *parse);
void aac_parse_syntax(struct aac_parse *parse, const struct aac_syntax *error);

/* ---- parse_lex.c: the lexer's decisions ----------------------------------------- */

void aac_lex_open(struct aac_parse *parse, struct aac_span at);
void aac_lex_close(struct aac_parse *parse);
void aac_lex_end_statement(struct aac_parse *parse);
/* Where the rule word that begins at BEGIN ends. */
uint32_t aac_lex_word_end(const struct aac_parse *parse, uint32_t begin);
/* Does a value stand at BEGIN, behind `=` or `->`, in which `=` and `,` are bytes? */
bool aac_lex_is_value(const struct aac_parse *parse, uint32_t begin);
/* Does a `{/a,/b}` stand at BEGIN, where a rule begins? */
bool aac_lex_brace_paths(const struct aac_parse *parse, uint32_t begin);
/* The end of a `{a, b}` that stands where a rule has a list; 0: the '{' at BEGIN opens a
 * block. */
uint32_t aac_lex_brace_list(const struct aac_parse *parse, uint32_t begin);
/* The end of an include's path: of the statement, or `without { … }` follows. */
void aac_lex_end_include(struct aac_parse *parse);
/* Is the word at AT the `except` between a pattern and its list? */
bool aac_lex_is_except(const struct aac_parse *parse, struct aac_span at);
/* A comment was read; remembers ## lines for the statement below. */
void aac_lex_comment(struct aac_parse *parse, struct aac_span at);
void aac_lex_begin_statement(struct aac_parse *parse, uint32_t begin);
enum aac_block aac_lex_block(const struct aac_parse *parse);

/* ---- aaf.l ------------------------------------------------------------------------ */

void aac_lex_run(struct aac_parse *parse);
/* The directive nearest to WORD, for did-you-mean; NULL when none is near. */
const char *aac_lex_suggest_directive(const char *word);
/* Does WORD mean something inside a directive, so that it is no name there? */
bool aac_lex_is_keyword(const char *word);
bool aac_lex_is_directive(const char *word);
