#pragma once

/* Private to jq_parse.c (operators and pipes) and jq_parse_term.c (terms). */

#include "core/jq_filter.h"

struct aac_jq_parse {
	struct arena *arena;
	const char *text;
	const struct aac_jq_token *token; /* the next one */
	uint32_t previous_end;
	unsigned int depth;
	bool failed;
};

struct aac_jq_node *aac_jq_new(struct aac_jq_parse *parse, enum aac_jq_type type,
			       uint32_t begin);
/* KID may be NULL: something is wrong with it. */
void aac_jq_add(struct aac_jq_node *node, struct aac_jq_node *kid);
/* This is no filter: NULL. */
struct aac_jq_node *aac_jq_wrong(struct aac_jq_parse *parse);

void aac_jq_advance(struct aac_jq_parse *parse);
bool aac_jq_is_op(const struct aac_jq_parse *parse, const char *op);
bool aac_jq_is_word(const struct aac_jq_parse *parse, const char *word);
bool aac_jq_take_op(struct aac_jq_parse *parse, const char *op);
bool aac_jq_take_word(struct aac_jq_parse *parse, const char *word);

/* COMMA: may one stand in it, outside of parentheses? */
struct aac_jq_node *aac_jq_parse_pipe(struct aac_jq_parse *parse, bool comma);
/* BIND: may `as $x | …` follow? */
struct aac_jq_node *aac_jq_parse_term(struct aac_jq_parse *parse, bool bind);
