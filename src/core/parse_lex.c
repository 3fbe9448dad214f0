/*
 * The decisions of the lexer that a regular expression cannot make: which block a
 * statement stands in, where a word of an AppArmor rule ends, and which ## lines belong
 * to which statement.
 *
 * A rule's word ends at white space.  Commas and braces inside {} and [] belong to it;
 * outside of them a comma does only in a word that begins like a path and goes on behind
 * the comma.
 */
#include <string.h>

#include "base/arena.h"
#include "base/macro.h"
#include "core/diag.h"
#include "grammar.h"

#define NAME_BYTES "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_"

enum aac_block aac_lex_block(const struct aac_parse *parse)
{
	unsigned int top = AAC_BLOCK_DEPTH - 1;

	return parse->blocks[parse->depth < top ? parse->depth : top];
}

void aac_lex_open(struct aac_parse *parse, struct aac_span at)
{
	enum aac_block block = parse->has_pending ? parse->pending : aac_lex_block(parse);

	parse->depth++;
	if (parse->depth < AAC_BLOCK_DEPTH) {
		parse->blocks[parse->depth] = block;
		parse->block_begin[parse->depth] = at.begin;
	} else if (parse->depth == AAC_BLOCK_DEPTH) {
		aac_report(parse->ctx->diags, AAC_ERROR, "nesting-too-deep", at,
			   "blocks are nested more than %d deep", AAC_BLOCK_DEPTH);
	}
	aac_lex_end_statement(parse);
}

void aac_lex_close(struct aac_parse *parse)
{
	if (parse->depth > 0)
		parse->depth--;
	aac_lex_end_statement(parse);
}

void aac_lex_end_statement(struct aac_parse *parse)
{
	parse->mode = AAC_MODE_STATEMENT;
	parse->has_pending = false;
	parse->parens = 0;
	parse->value_next = false;
	parse->points = false;
	parse->after_priority = false;
	parse->prose = false;
	parse->recovering = false;
	parse->inlines = false;
}

void aac_lex_end_include(struct aac_parse *parse)
{
	const char *next = parse->source->text + parse->offset;

	aac_lex_end_statement(parse);
	next += strspn(next, " \t");
	if (parse->whole || strncmp(next, "without", 7) != 0 ||
	    !strchr(" \t\r\n{", next[7]))
		return;
	parse->inlines = true;
	parse->mode = AAC_MODE_DIRECTIVE;
	parse->pending = AAC_BLOCK_RULES;
	parse->has_pending = true;
}

static bool is_space(char c)
{
	return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

/* Past the end of a `${ name }` or `${${name}}` on one line, which is none and is refused
 * as such; or 0. */
static uint32_t skip_blanks(const struct aac_parse *parse, uint32_t i)
{
	const char *text = parse->source->text + i + 1, *end = text;
	bool nested = text[0] == '$' && text[1] == '{';

	end += nested ? 2 : strspn(end, " \t");
	while (*end && strchr("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
			      "0123456789_.- \t",
			      *end))
		end++;
	if (nested && end[0] == '}' && end[1] == '}')
		end++;
	return end > text && *end == '}' ? (uint32_t)(end + 1 - parse->source->text) : 0;
}

/* Past the `}` of a ${name} or @{NAME} whose brace stands at I. */
static uint32_t skip_braces(const struct aac_parse *parse, uint32_t i)
{
	const char *text = parse->source->text;
	uint32_t end = i > 0 && text[i - 1] == '$' ? skip_blanks(parse, i) : 0;

	if (end)
		return end;
	while (i < parse->source->size && text[i] != '}' && !is_space(text[i]) &&
	       text[i] != '"')
		i++;
	return i < parse->source->size && text[i] == '}' ? i + 1 : i;
}

/* Does the word go on behind the comma or semicolon at I? */
static bool goes_on(const struct aac_parse *parse, uint32_t i)
{
	const char *text = parse->source->text;

	return i + 1 < parse->source->size && !strchr(" \t\r\n}#,\"", text[i + 1]);
}

/* Does the unbraced, unescaped byte at I end a word that began at BEGIN? */
static bool ends_word(const struct aac_parse *parse, uint32_t begin, uint32_t i,
		      bool path)
{
	char c = parse->source->text[i];

	switch (c) {
	case '}':
		return true;
	case ',':
		return !path || !goes_on(parse, i);
	case ';': /* no word ends in one: what ends a word behind it ends it before */
		return aac_lex_block(parse) == AAC_BLOCK_EXPECT ||
		       (!path && (!goes_on(parse, i) ||
				  strchr("(=)", parse->source->text[i + 1])));
	case '<':
		return !path && parse->source->text[i + 1] == '=';
	case '(':
	case ')':
	case '=':
		return parse->parens ? true : !path && i > begin && c != ')';
	default:
		return false;
	}
}

bool aac_lex_is_value(const struct aac_parse *parse, uint32_t begin)
{
	const char *text = parse->source->text;
	uint32_t i = begin;

	while (i > 0 && (text[i - 1] == ' ' || text[i - 1] == '\t'))
		i--;
	return i > 1 && ((text[i - 1] == '=' && text[i - 2] != '<') ||
			 (text[i - 1] == '>' && text[i - 2] == '-' && !parse->points));
}

/* Past the `$NAME` at BEGIN, AppArmor's boolean without braces; 0: none stands there. */
static uint32_t boolean_end(const struct aac_parse *parse, uint32_t begin)
{
	const char *text = parse->source->text + begin;
	size_t len;

	if (text[0] != '$' || !strchr("{", text[strspn(text + 1, NAME_BYTES) + 1]))
		return 0;
	len = strspn(text + 1, NAME_BYTES);
	return len ? begin + 1 + (uint32_t)len : 0;
}

uint32_t aac_lex_word_end(const struct aac_parse *parse, uint32_t begin)
{
	const char *text = parse->source->text;
	uint32_t size = parse->source->size, i = begin, class_begin = 0;
	bool value = aac_lex_is_value(parse, begin);
	bool path =
		text[begin] && !parse->parens && (value || strchr("/@$^:{", text[begin]));
	unsigned int braces = 0;

	if (boolean_end(parse, begin))
		return boolean_end(parse, begin);
	while (i < size && !is_space(text[i]) && text[i] != '"') {
		char c = text[i];

		if (c == '\\' && i + 1 < size && text[i + 1] != '\n') {
			i += 2;
		} else if ((c == '$' || c == '@') && i + 1 < size && text[i + 1] == '{') {
			i = skip_braces(parse, i + 1);
		} else if (class_begin) {
			if (c == ']' && i > class_begin)
				class_begin = 0;
			i++;
		} else if (c == '[') {
			class_begin = ++i;
		} else if (c == '{') {
			braces++, i++;
		} else if (c == '}' && braces) {
			braces--, i++;
		} else if (!braces && ends_word(parse, begin, i, path) &&
			   !(value && c == '=')) {
			break;
		} else {
			i++;
		}
	}
	if (i > size)
		i = size;
	return i > begin ? i : begin + 1;
}

/* AppArmor has no such word, but a file may be called so: `r except,`. */
bool aac_lex_is_except(const struct aac_parse *parse, struct aac_span at)
{
	const char *text = at.source->text, *next = text + at.end;
	bool first = parse->only_quals &&
		     (!parse->token_end || text[parse->token_end - 1] != '"');

	if (at.end - at.begin != 6 || memcmp(text + at.begin, "except", 6) != 0 ||
	    first || parse->value_next || parse->parens || parse->whole)
		return false;
	next += strspn(next, " \t\r\n");
	return *next && strchr("(/@\"{$", *next);
}

/*
 * What stands in a block ends with ',', ';' or '}', and a block ends a statement without
 * ','.
 */
uint32_t aac_lex_brace_list(const struct aac_parse *parse, uint32_t begin)
{
	const char *text = parse->source->text, *p = text + begin + 1;
	const char *close = p + strcspn(p, "{}\n;"), *last = close, *next = close + 1;

	if (*close != '}')
		return 0;
	while (last > p && (last[-1] == ' ' || last[-1] == '\t'))
		last--;
	next += strspn(next, " \t");
	return last > p && last[-1] != ',' && *next == ',' ? (uint32_t)(close + 1 - text)
							   : 0;
}

/* `{/a,/b}`, where a rule begins: no rules stand in it. */
bool aac_lex_brace_paths(const struct aac_parse *parse, uint32_t begin)
{
	const char *p = parse->source->text + begin + 1;

	return strchr("/@", *p) && *p && p[strcspn(p, " \t\r\n\"{}")] == '}';
}

/* Nothing but one newline and blanks between two places? */
static bool directly_below(const struct aac_parse *parse, uint32_t end, uint32_t begin)
{
	const char *text = parse->source->text;
	unsigned int newlines = 0;

	for (uint32_t i = end; i < begin; i++) {
		if (!is_space(text[i]))
			return false;
		newlines += text[i] == '\n';
	}
	return newlines == 1;
}

static bool first_on_line(const struct aac_parse *parse, uint32_t at)
{
	const char *text = parse->source->text;

	while (at > 0 && (text[at - 1] == ' ' || text[at - 1] == '\t'))
		at--;
	return at == 0 || text[at - 1] == '\n';
}

void aac_lex_comment(struct aac_parse *parse, struct aac_span at)
{
	struct aac_comment *comment = ARENA_NEW(parse->ctx->arena, struct aac_comment);
	struct aac_span *doc = &parse->pending_doc;

	comment->span = at;
	LIST_APPEND(&parse->file->comments, comment);
	if (at.end - at.begin < 2 || parse->source->text[at.begin + 1] != '#' ||
	    !first_on_line(parse, at.begin)) {
		doc->begin = doc->end = 0;
		return;
	}
	if (doc->begin == doc->end || !directly_below(parse, doc->end, at.begin))
		doc->begin = at.begin;
	doc->end = at.end;
}

/* The text of ## lines: markers, indentation and trailing blanks gone. */
static const char *doc_text(struct aac_parse *parse, struct aac_span at)
{
	const char *p = parse->source->text + at.begin,
		   *end = parse->source->text + at.end;
	char *out = arena_alloc(parse->ctx->arena, (size_t)(end - p) + 1, 1), *to = out;

	while (p < end) {
		const char *eol = memchr(p, '\n', (size_t)(end - p));
		const char *stop = eol ? eol : end;

		while (p < stop && (*p == ' ' || *p == '\t'))
			p++;
		while (p < stop && *p == '#')
			p++;
		if (p < stop && *p == ' ')
			p++;
		while (stop > p && is_space(stop[-1]))
			stop--;
		memcpy(to, p, (size_t)(stop - p));
		to += stop - p;
		p = eol ? eol + 1 : end;
		if (p < end)
			*to++ = '\n';
	}
	*to = '\0';
	return out;
}

void aac_lex_begin_statement(struct aac_parse *parse, uint32_t begin)
{
	struct aac_span *doc = &parse->pending_doc;

	parse->tokens = 0;
	parse->errors = parse->ctx->diags->errors;
	parse->usage = NULL;
	parse->opens = false;
	parse->only_quals = true;
	parse->keyword_end = 0;
	if (doc->begin != doc->end && directly_below(parse, doc->end, begin)) {
		struct aac_doc *node = ARENA_NEW(parse->ctx->arena, struct aac_doc);

		*node = (struct aac_doc){ parse->docs, begin, doc_text(parse, *doc) };
		parse->docs = node;
	}
	doc->begin = doc->end = 0;
}
