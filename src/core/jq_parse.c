/*
 * jq filters, parsed: tokens to a tree of const nodes.  It is generous, since jq itself
 * judges what it runs: what jq takes is taken, what it refuses is mostly refused.  Not
 * obvious: equal operators in a row are one node with many kids, and a term's suffixes
 * are a list, so that the tree is only as deep as brackets are nested.
 */
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "core/jq_filter.h"
#include "core/jq_parse.h"

struct aac_jq_node *aac_jq_new(struct aac_jq_parse *parse, enum aac_jq_type type,
			       uint32_t begin)
{
	struct aac_jq_node *node = ARENA_NEW(parse->arena, struct aac_jq_node);

	node->type = type;
	node->begin = begin;
	node->end = parse->previous_end;
	return node;
}

void aac_jq_add(struct aac_jq_node *node, struct aac_jq_node *kid)
{
	if (!kid)
		return;
	if (node->last)
		node->last->next = kid;
	else
		node->kids = kid;
	node->last = kid;
}

struct aac_jq_node *aac_jq_wrong(struct aac_jq_parse *parse)
{
	parse->failed = true;
	return NULL;
}

void aac_jq_advance(struct aac_jq_parse *parse)
{
	parse->previous_end = parse->token->end;
	if (parse->token->type != AAC_JQ_END && parse->token->type != AAC_JQ_WRONG)
		parse->token++;
}

static bool says(const struct aac_jq_parse *parse, const struct aac_jq_token *token,
		 const char *text)
{
	size_t len = strlen(text);

	return token->end - token->begin == len &&
	       memcmp(parse->text + token->begin, text, len) == 0;
}

bool aac_jq_is_op(const struct aac_jq_parse *parse, const char *op)
{
	return parse->token->type == AAC_JQ_OP && says(parse, parse->token, op);
}

bool aac_jq_is_word(const struct aac_jq_parse *parse, const char *word)
{
	return parse->token->type == AAC_JQ_IDENT && says(parse, parse->token, word);
}

bool aac_jq_take_op(struct aac_jq_parse *parse, const char *op)
{
	if (!aac_jq_is_op(parse, op))
		return false;
	aac_jq_advance(parse);
	return true;
}

bool aac_jq_take_word(struct aac_jq_parse *parse, const char *word)
{
	if (!aac_jq_is_word(parse, word))
		return false;
	aac_jq_advance(parse);
	return true;
}

/* ---- operators ----------------------------------------------------------- */

static const struct level {
	enum aac_jq_type type;
	const char *const ops[10];
} levels[] = {
	{ AAC_JQ_COMMA, { "," } },
	{ AAC_JQ_ALT, { "//" } },
	{ AAC_JQ_ASSIGN, { "=", "|=", "+=", "-=", "*=", "/=", "%=", "//=" } },
	{ AAC_JQ_OR, { "or" } },
	{ AAC_JQ_AND, { "and" } },
	{ AAC_JQ_COMPARE, { "==", "!=", "<", "<=", ">", ">=" } },
	{ AAC_JQ_PLUS, { "+", "-" } },
	{ AAC_JQ_TIMES, { "*", "/", "%" } },
};
#define LEVELS (sizeof(levels) / sizeof(levels[0]))

static bool at_level(const struct aac_jq_parse *parse, const struct level *level)
{
	if (parse->token->type != AAC_JQ_OP && parse->token->type != AAC_JQ_IDENT)
		return false;
	for (const char *const *op = level->ops; *op; op++)
		if (says(parse, parse->token, *op))
			return true;
	return false;
}

static struct aac_jq_node *parse_level(struct aac_jq_parse *parse, size_t index)
{
	const struct level *level = &levels[index];
	struct aac_jq_node *left, *node = NULL;

	if (index == LEVELS)
		return aac_jq_parse_term(parse, true);
	left = parse_level(parse, index + 1);
	while (!parse->failed && at_level(parse, level)) {
		if (!node) {
			node = aac_jq_new(parse, level->type, left->begin);
			node->name = parse->token->begin;
			node->name_len = parse->token->end - parse->token->begin;
			aac_jq_add(node, left);
		}
		node->minus |= parse->text[parse->token->begin] == '-';
		aac_jq_advance(parse);
		aac_jq_add(node, parse_level(parse, index + 1));
		node->end = parse->previous_end;
	}
	return node ? node : left;
}

/* ---- pipes, definitions -------------------------------------------------- */

static struct aac_jq_node *parse_def(struct aac_jq_parse *parse)
{
	struct aac_jq_node *def = aac_jq_new(parse, AAC_JQ_DEF, parse->token->begin);

	aac_jq_advance(parse);
	def->name = parse->token->begin;
	def->name_len = parse->token->end - parse->token->begin;
	if (parse->token->type != AAC_JQ_IDENT)
		return aac_jq_wrong(parse);
	aac_jq_advance(parse);
	if (aac_jq_take_op(parse, "(")) {
		while (parse->token->type == AAC_JQ_IDENT ||
		       parse->token->type == AAC_JQ_VAR || aac_jq_is_op(parse, ";"))
			aac_jq_advance(parse);
		if (!aac_jq_take_op(parse, ")"))
			return aac_jq_wrong(parse);
	}
	if (!aac_jq_take_op(parse, ":"))
		return aac_jq_wrong(parse);
	aac_jq_add(def, aac_jq_parse_pipe(parse, true));
	if (!aac_jq_take_op(parse, ";"))
		return aac_jq_wrong(parse);
	/* A file of definitions ends here. */
	if (parse->token->type != AAC_JQ_END)
		aac_jq_add(def, aac_jq_parse_pipe(parse, true));
	def->end = parse->previous_end;
	return def;
}

static struct aac_jq_node *parse_label(struct aac_jq_parse *parse)
{
	struct aac_jq_node *label = aac_jq_new(parse, AAC_JQ_LABEL, parse->token->begin);

	aac_jq_advance(parse);
	if (parse->token->type != AAC_JQ_VAR)
		return aac_jq_wrong(parse);
	aac_jq_advance(parse);
	if (!aac_jq_take_op(parse, "|"))
		return aac_jq_wrong(parse);
	aac_jq_add(label, aac_jq_parse_pipe(parse, true));
	label->end = parse->previous_end;
	return label;
}

static struct aac_jq_node *parse_stage(struct aac_jq_parse *parse, bool comma)
{
	if (aac_jq_is_word(parse, "def"))
		return parse_def(parse);
	if (aac_jq_is_word(parse, "label"))
		return parse_label(parse);
	return parse_level(parse, comma ? 0 : 1);
}

struct aac_jq_node *aac_jq_parse_pipe(struct aac_jq_parse *parse, bool comma)
{
	struct aac_jq_node *first, *pipe = NULL;

	if (parse->failed || ++parse->depth > AAC_JQ_DEPTH)
		return aac_jq_wrong(parse);
	first = parse_stage(parse, comma);
	while (!parse->failed && aac_jq_take_op(parse, "|")) {
		if (!pipe) {
			pipe = aac_jq_new(parse, AAC_JQ_PIPE, first->begin);
			aac_jq_add(pipe, first);
		}
		aac_jq_add(pipe, parse_stage(parse, comma));
		pipe->end = parse->previous_end;
	}
	parse->depth--;
	return pipe ? pipe : first;
}

/* module, import, include: what they name is not opened. */
static void skip_imports(struct aac_jq_parse *parse)
{
	while (aac_jq_is_word(parse, "import") || aac_jq_is_word(parse, "include") ||
	       aac_jq_is_word(parse, "module")) {
		while (parse->token->type != AAC_JQ_END &&
		       parse->token->type != AAC_JQ_WRONG && !aac_jq_is_op(parse, ";"))
			aac_jq_advance(parse);
		aac_jq_take_op(parse, ";");
	}
}

const struct aac_jq_node *aac_jq_parse(struct arena *arena, const char *text, size_t len,
				       uint32_t *fault)
{
	struct aac_jq_parse parse = { .arena = arena, .text = text };
	struct aac_jq_tokens tokens;
	struct aac_jq_node *filter;

	aac_jq_lex(text, len, &tokens);
	parse.token = tokens.items;
	skip_imports(&parse);
	if (parse.token->type == AAC_JQ_END)
		filter = aac_jq_new(&parse, AAC_JQ_DOT, 0);
	else
		filter = aac_jq_parse_pipe(&parse, true);
	if (!filter || parse.failed || parse.token->type != AAC_JQ_END) {
		*fault = parse.token->begin;
		filter = NULL;
	}
	free(tokens.items);
	return filter;
}
