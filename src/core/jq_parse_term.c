/*
 * The terms of jq filters: paths, strings, calls, what stands in brackets, and the
 * keywords that end by themselves.  Not obvious: the shell may know a part of a path
 * (.a.$KEY, .disk_${N}_size), which then is one key, marked opaque.
 */
#include <string.h>

#include "core/jq_parse.h"

static struct aac_jq_node *expect_op(struct aac_jq_parse *parse, struct aac_jq_node *node,
				     const char *op)
{
	if (parse->failed || !aac_jq_take_op(parse, op))
		return aac_jq_wrong(parse);
	node->end = parse->previous_end;
	return node;
}

/* ---- strings ------------------------------------------------------------- */

/* At the opening quote. */
static struct aac_jq_node *parse_string(struct aac_jq_parse *parse)
{
	struct aac_jq_node *string =
		aac_jq_new(parse, AAC_JQ_STRING, parse->token->begin);

	aac_jq_advance(parse);
	string->name = parse->token->begin;
	while (!parse->failed && parse->token->type != AAC_JQ_QUOTE) {
		if (parse->token->type == AAC_JQ_HOLE) {
			aac_jq_advance(parse);
			aac_jq_add(string, aac_jq_parse_pipe(parse, true));
			if (parse->token->type != AAC_JQ_HOLE_END)
				return aac_jq_wrong(parse);
		} else if (parse->token->type != AAC_JQ_TEXT) {
			return aac_jq_wrong(parse);
		}
		aac_jq_advance(parse);
	}
	string->name_len = parse->token->begin - string->name;
	aac_jq_advance(parse);
	string->end = parse->previous_end;
	return string;
}

/* ---- suffixes ------------------------------------------------------------ */

/* What is joined to the text before it, the shell's part and names behind it. */
static bool take_joined(struct aac_jq_parse *parse)
{
	bool joined = false;

	while (parse->token->begin == parse->previous_end &&
	       (parse->token->type == AAC_JQ_SHELL ||
		(joined && (parse->token->type == AAC_JQ_IDENT ||
			    parse->token->type == AAC_JQ_NUMBER)))) {
		joined = true;
		aac_jq_advance(parse);
	}
	return joined;
}

static struct aac_jq_node *end_key(struct aac_jq_parse *parse, struct aac_jq_node *key)
{
	key->opaque |= take_joined(parse);
	key->end = parse->previous_end;
	return key;
}

/* ."name", the dot being read; as a key, with what it interpolates. */
static struct aac_jq_node *string_key(struct aac_jq_parse *parse, uint32_t begin)
{
	struct aac_jq_node *key = parse_string(parse);

	if (!key)
		return NULL;
	key->type = AAC_JQ_KEY;
	key->begin = begin;
	return end_key(parse, key);
}

static struct aac_jq_node *field_key(struct aac_jq_parse *parse)
{
	struct aac_jq_node *key = aac_jq_new(parse, AAC_JQ_KEY, parse->token->begin);

	key->name = parse->token->begin + 1;
	key->name_len = parse->token->end - key->name;
	aac_jq_advance(parse);
	return end_key(parse, key);
}

/* At '['. */
static struct aac_jq_node *parse_bracket(struct aac_jq_parse *parse, uint32_t begin)
{
	struct aac_jq_node *index = aac_jq_new(parse, AAC_JQ_EACH, begin), *kid;

	index->name = parse->token->begin;
	aac_jq_advance(parse);
	if (aac_jq_is_op(parse, "]"))
		return expect_op(parse, index, "]");
	index->type = AAC_JQ_SLICE;
	if (!aac_jq_is_op(parse, ":")) {
		index->type = AAC_JQ_INDEX;
		kid = aac_jq_parse_pipe(parse, true);
		aac_jq_add(index, kid);
		if (kid && kid->type == AAC_JQ_STRING && !kid->kids) {
			index->type = AAC_JQ_KEY;
			index->name = kid->name;
			index->name_len = kid->name_len;
			index->kids = index->last = NULL;
		}
	}
	if (aac_jq_take_op(parse, ":")) {
		index->type = AAC_JQ_SLICE;
		if (!aac_jq_is_op(parse, "]"))
			aac_jq_add(index, aac_jq_parse_pipe(parse, true));
	}
	return expect_op(parse, index, "]");
}

/* jq's lexer takes the three bytes of .a?//.b for one operator. */
static struct aac_jq_node *split_option(struct aac_jq_parse *parse)
{
	struct aac_jq_token *token = (struct aac_jq_token *)(uintptr_t)parse->token;
	struct aac_jq_node *option = aac_jq_new(parse, AAC_JQ_OPTION, token->begin);

	option->end = parse->previous_end = ++token->begin;
	return option;
}

/* The next suffix, or NULL. */
static struct aac_jq_node *parse_suffix(struct aac_jq_parse *parse)
{
	uint32_t begin = parse->token->begin;
	struct aac_jq_node *node;

	if (parse->token->type == AAC_JQ_FIELD)
		return field_key(parse);
	if (parse->token->type == AAC_JQ_SHELL && begin == parse->previous_end)
		return end_key(parse, aac_jq_new(parse, AAC_JQ_KEY, begin));
	if (aac_jq_is_op(parse, "["))
		return parse_bracket(parse, begin);
	if (aac_jq_is_op(parse, "?//"))
		return split_option(parse);
	if (aac_jq_is_op(parse, "?")) {
		node = aac_jq_new(parse, AAC_JQ_OPTION, begin);
		return expect_op(parse, node, "?");
	}
	if (!aac_jq_take_op(parse, "."))
		return NULL;
	if (parse->token->type == AAC_JQ_QUOTE)
		return string_key(parse, begin);
	if (aac_jq_is_op(parse, "["))
		return parse_bracket(parse, begin);
	if (parse->token->type == AAC_JQ_SHELL)
		return end_key(parse, aac_jq_new(parse, AAC_JQ_KEY, begin));
	return aac_jq_wrong(parse);
}

/* ---- keywords ------------------------------------------------------------ */

static struct aac_jq_node *parse_if(struct aac_jq_parse *parse)
{
	struct aac_jq_node *node = aac_jq_new(parse, AAC_JQ_IF, parse->token->begin);

	do {
		aac_jq_advance(parse);
		aac_jq_add(node, aac_jq_parse_pipe(parse, true));
		if (!aac_jq_take_word(parse, "then"))
			return aac_jq_wrong(parse);
		aac_jq_add(node, aac_jq_parse_pipe(parse, true));
	} while (!parse->failed && aac_jq_is_word(parse, "elif"));
	if (aac_jq_take_word(parse, "else")) {
		node->has_else = true;
		aac_jq_add(node, aac_jq_parse_pipe(parse, true));
	}
	if (!aac_jq_take_word(parse, "end"))
		return aac_jq_wrong(parse);
	node->end = parse->previous_end;
	return node;
}

static struct aac_jq_node *parse_try(struct aac_jq_parse *parse)
{
	struct aac_jq_node *node = aac_jq_new(parse, AAC_JQ_TRY, parse->token->begin);

	aac_jq_advance(parse);
	aac_jq_add(node, aac_jq_parse_term(parse, false));
	if (aac_jq_take_word(parse, "catch"))
		aac_jq_add(node, aac_jq_parse_term(parse, false));
	node->end = parse->previous_end;
	return node;
}

/* $x, [$a, $b], {a: $x}, and several with ?// between.  Of a lone $x the name is kept. */
static bool parse_patterns(struct aac_jq_parse *parse, struct aac_jq_node *node)
{
	unsigned int open = 0, patterns = 0;

	do {
		if (parse->token->type == AAC_JQ_VAR && patterns++ == 0) {
			node->name = parse->token->begin + 1;
			node->name_len = parse->token->end - node->name;
		}
		do {
			char c = parse->text[parse->token->begin];

			if (parse->token->type == AAC_JQ_END ||
			    parse->token->type == AAC_JQ_WRONG)
				return false;
			if (parse->token->type == AAC_JQ_OP && strchr("([{", c))
				open++;
			else if (parse->token->type == AAC_JQ_OP && strchr(")]}", c) &&
				 open-- == 0)
				return false;
			aac_jq_advance(parse);
		} while (open > 0);
	} while (aac_jq_take_op(parse, "?//"));
	if (patterns > 1)
		node->name_len = 0;
	return true;
}

/* reduce and foreach. */
static struct aac_jq_node *parse_loop(struct aac_jq_parse *parse, enum aac_jq_type type)
{
	struct aac_jq_node *node = aac_jq_new(parse, type, parse->token->begin);

	aac_jq_advance(parse);
	aac_jq_add(node, aac_jq_parse_term(parse, false));
	if (parse->failed || !aac_jq_take_word(parse, "as") ||
	    !parse_patterns(parse, node) || !aac_jq_is_op(parse, "("))
		return aac_jq_wrong(parse);
	do {
		aac_jq_advance(parse);
		aac_jq_add(node, aac_jq_parse_pipe(parse, true));
	} while (!parse->failed && aac_jq_is_op(parse, ";"));
	return expect_op(parse, node, ")");
}

static struct aac_jq_node *parse_bind(struct aac_jq_parse *parse,
				      struct aac_jq_node *source)
{
	struct aac_jq_node *bind = aac_jq_new(parse, AAC_JQ_BIND, source->begin);

	aac_jq_add(bind, source);
	if (!parse_patterns(parse, bind) || !aac_jq_take_op(parse, "|"))
		return aac_jq_wrong(parse);
	aac_jq_add(bind, aac_jq_parse_pipe(parse, true));
	bind->end = parse->previous_end;
	return bind;
}

/* ---- heads --------------------------------------------------------------- */

static struct aac_jq_node *parse_call(struct aac_jq_parse *parse)
{
	static const char *const reserved[] = { "then", "elif", "else",	 "end", "as",
						"and",	"or",	"catch", "def", NULL };
	struct aac_jq_node *call = aac_jq_new(parse, AAC_JQ_CALL, parse->token->begin);

	for (const char *const *word = reserved; *word; word++)
		if (aac_jq_is_word(parse, *word))
			return aac_jq_wrong(parse);
	call->name = parse->token->begin;
	call->name_len = parse->token->end - parse->token->begin;
	aac_jq_advance(parse);
	call->end = parse->previous_end;
	if (!aac_jq_is_op(parse, "("))
		return call;
	do {
		aac_jq_advance(parse);
		aac_jq_add(call, aac_jq_parse_pipe(parse, true));
	} while (!parse->failed && aac_jq_is_op(parse, ";"));
	return expect_op(parse, call, ")");
}

static struct aac_jq_node *parse_word(struct aac_jq_parse *parse)
{
	struct aac_jq_node *node;

	if (aac_jq_is_word(parse, "if"))
		return parse_if(parse);
	if (aac_jq_is_word(parse, "try"))
		return parse_try(parse);
	if (aac_jq_is_word(parse, "reduce"))
		return parse_loop(parse, AAC_JQ_REDUCE);
	if (aac_jq_is_word(parse, "foreach"))
		return parse_loop(parse, AAC_JQ_FOREACH);
	node = aac_jq_new(parse, AAC_JQ_LITERAL, parse->token->begin);
	if (aac_jq_is_word(parse, "null"))
		node->type = AAC_JQ_NULL;
	else if (aac_jq_is_word(parse, "break"))
		node->type = AAC_JQ_BREAK;
	else if (!aac_jq_is_word(parse, "true") && !aac_jq_is_word(parse, "false"))
		return parse_call(parse);
	aac_jq_advance(parse);
	if (node->type == AAC_JQ_BREAK && parse->token->type == AAC_JQ_VAR)
		aac_jq_advance(parse);
	node->end = parse->previous_end;
	return node;
}

/* A key of an object, and its value if it has one. */
static bool parse_member(struct aac_jq_parse *parse, struct aac_jq_node *object)
{
	if (parse->token->type == AAC_JQ_FORMAT)
		aac_jq_advance(parse);
	if (parse->token->type == AAC_JQ_QUOTE) {
		aac_jq_add(object, parse_string(parse));
	} else if (aac_jq_take_op(parse, "(")) {
		aac_jq_add(object, aac_jq_parse_pipe(parse, true));
		if (!aac_jq_take_op(parse, ")"))
			return false;
	} else if (parse->token->type == AAC_JQ_IDENT ||
		   parse->token->type == AAC_JQ_VAR ||
		   parse->token->type == AAC_JQ_NUMBER ||
		   parse->token->type == AAC_JQ_SHELL ||
		   parse->token->type == AAC_JQ_FORMAT) {
		aac_jq_advance(parse);
		take_joined(parse);
		if (parse->token->type == AAC_JQ_IDENT)
			aac_jq_advance(parse);
	} else {
		return false;
	}
	if (!parse->failed && aac_jq_take_op(parse, ":"))
		aac_jq_add(object, aac_jq_parse_pipe(parse, false));
	return !parse->failed;
}

static struct aac_jq_node *parse_object(struct aac_jq_parse *parse)
{
	struct aac_jq_node *object =
		aac_jq_new(parse, AAC_JQ_OBJECT, parse->token->begin);

	aac_jq_advance(parse);
	while (!aac_jq_is_op(parse, "}")) {
		if (!parse_member(parse, object))
			return aac_jq_wrong(parse);
		if (!aac_jq_take_op(parse, ",") && !aac_jq_is_op(parse, "}"))
			return aac_jq_wrong(parse);
	}
	return expect_op(parse, object, "}");
}

/* Tokens that are terms by themselves. */
static struct aac_jq_node *take_token(struct aac_jq_parse *parse, enum aac_jq_type type)
{
	struct aac_jq_node *node = aac_jq_new(parse, type, parse->token->begin);

	node->name = node->begin + 1;
	node->name_len = parse->token->end - node->name;
	aac_jq_advance(parse);
	if (type == AAC_JQ_UNKNOWN) {
		while (parse->token->begin == parse->previous_end &&
		       (parse->token->type == AAC_JQ_SHELL ||
			parse->token->type == AAC_JQ_IDENT ||
			parse->token->type == AAC_JQ_NUMBER))
			aac_jq_advance(parse);
	}
	node->end = parse->previous_end;
	return node;
}

static struct aac_jq_node *parse_format(struct aac_jq_parse *parse)
{
	struct aac_jq_node *format = take_token(parse, AAC_JQ_LITERAL), *string;

	if (parse->token->type != AAC_JQ_QUOTE)
		return format;
	string = parse_string(parse);
	if (string)
		string->begin = format->begin;
	return string;
}

static struct aac_jq_node *parse_enclosed(struct aac_jq_parse *parse,
					  enum aac_jq_type type, const char *close)
{
	struct aac_jq_node *node = aac_jq_new(parse, type, parse->token->begin);

	aac_jq_advance(parse);
	if (type == AAC_JQ_GROUP || !aac_jq_is_op(parse, close))
		aac_jq_add(node, aac_jq_parse_pipe(parse, true));
	return expect_op(parse, node, close);
}

/* A term's head: of a path it is the '.', which may have no bytes of its own. */
static struct aac_jq_node *parse_head(struct aac_jq_parse *parse)
{
	struct aac_jq_node *dot;

	switch ((int)parse->token->type) {
	case AAC_JQ_REC:
		return take_token(parse, AAC_JQ_RECURSE);
	case AAC_JQ_VAR:
		return take_token(parse, AAC_JQ_NAME);
	case AAC_JQ_NUMBER:
		return take_token(parse, AAC_JQ_LITERAL);
	case AAC_JQ_SHELL:
		return take_token(parse, AAC_JQ_UNKNOWN);
	case AAC_JQ_FORMAT:
		return parse_format(parse);
	case AAC_JQ_QUOTE:
		return parse_string(parse);
	case AAC_JQ_IDENT:
		return parse_word(parse);
	default:
		break;
	}
	if (aac_jq_is_op(parse, "("))
		return parse_enclosed(parse, AAC_JQ_GROUP, ")");
	if (aac_jq_is_op(parse, "["))
		return parse_enclosed(parse, AAC_JQ_LIST, "]");
	if (aac_jq_is_op(parse, "{"))
		return parse_object(parse);
	dot = aac_jq_new(parse, AAC_JQ_DOT, parse->token->begin);
	dot->end = dot->begin;
	if (parse->token->type == AAC_JQ_FIELD)
		return dot;
	if (!aac_jq_is_op(parse, "."))
		return aac_jq_wrong(parse);
	/* A '.' before a string or a variable is that suffix's own. */
	if (parse->token[1].type == AAC_JQ_QUOTE ||
	    (parse->token[1].type == AAC_JQ_SHELL &&
	     parse->token[1].begin == parse->token->end))
		return dot;
	aac_jq_advance(parse);
	dot->end = parse->previous_end;
	return dot;
}

static struct aac_jq_node *parse_negative(struct aac_jq_parse *parse)
{
	struct aac_jq_node *minus = aac_jq_new(parse, AAC_JQ_MINUS, parse->token->begin);

	aac_jq_advance(parse);
	aac_jq_add(minus, aac_jq_parse_term(parse, true));
	minus->end = parse->previous_end;
	return minus;
}

struct aac_jq_node *aac_jq_parse_term(struct aac_jq_parse *parse, bool bind)
{
	struct aac_jq_node *term = NULL, *head, *suffix;

	if (parse->failed || ++parse->depth > AAC_JQ_DEPTH)
		return aac_jq_wrong(parse);
	head = aac_jq_is_op(parse, "-") ? parse_negative(parse) : parse_head(parse);
	while (!parse->failed && (suffix = parse_suffix(parse))) {
		if (!term) {
			term = aac_jq_new(parse, AAC_JQ_TERM, head->begin);
			aac_jq_add(term, head);
		}
		aac_jq_add(term, suffix);
		term->end = suffix->end;
	}
	if (!term)
		term = head;
	if (!parse->failed && bind && aac_jq_take_word(parse, "as"))
		term = parse_bind(parse, term);
	parse->depth--;
	return parse->failed ? NULL : term;
}
