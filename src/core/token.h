#pragma once

/*
 * The tokens of a rule file as the lexer gave them, for what has to lay the text out
 * anew. They live in the parser's arena.  Comments are no tokens; aac_file has them.
 */

#include <stdbool.h>

#include "core/source.h"

struct aac_token {
	struct aac_token *next;
	struct aac_span span;
	int kind;	 /* of grammar/aaf.h */
	bool first;	 /* begins a statement, or closes a block */
	bool last;	 /* ends one: ',' ';' '{' '}', an include's path, the line */
	bool directive;	 /* of ours, until ';' or '{'; else AppArmor's */
	bool outside;	 /* in no block */
	const char *doc; /* FIRST: text of the ## lines above it, or NULL */
};

struct aac_tokens {
	struct aac_token *head, *last;
};
