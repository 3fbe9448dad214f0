/*
 * What stands between two tokens of a statement: nothing, a blank, or a place where a
 * line may end.  A line break of the author's is kept at such a place, and where the
 * lexer would read other tokens without it: behind '=' and '->', which look for their
 * value on their own line.
 */
#include <string.h>

#include "aaf.h"
#include "base/macro.h"
#include "core/format_item.h"

static const char *text_of(const struct aac_token *token)
{
	return token->span.source->text + token->span.begin;
}

static bool is_one_of(int kind, const int *kinds, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (kinds[i] == kind)
			return true;
	return false;
}

static bool adjoin(const struct format_gap *gap)
{
	return gap->before->span.end == gap->at->span.begin;
}

static enum format_break break_at(const struct format_gap *gap)
{
	return gap->newline ? FORMAT_MUST : FORMAT_MAY;
}

/* ---- directives ------------------------------------------------------------------ */

static enum format_break directive_gap(const struct format_gap *gap)
{
	static const int no_blank_before[] = { TOK_COMMA, TOK_SEMI, TOK_COLON, TOK_RPAREN,
					       TOK_RBRACKET };
	static const int new_line[] = { TOK_FROM, TOK_SPLIT, TOK_ABSENT, TOK_OR,
					TOK_AND };
	static const int prose[] = { TOK_FRAGMENT, TOK_PROFILE, TOK_ACCEPT };
	int before = gap->before->kind, at = gap->at->kind, first = gap->first->kind;

	if (is_one_of(at, no_blank_before, ARRAY_SIZE(no_blank_before)) ||
	    before == TOK_LPAREN || before == TOK_LBRACKET ||
	    (before == TOK_ENUM && at == TOK_LPAREN))
		return FORMAT_GLUED;
	/* `split` belongs to a parameter there; to an operand elsewhere. */
	if (is_one_of(at, new_line, ARRAY_SIZE(new_line)) &&
	    (at != TOK_SPLIT || first == TOK_PARAM))
		return break_at(gap);
	if (before == TOK_COMMA ||
	    (at == TOK_STRING && is_one_of(first, prose, ARRAY_SIZE(prose))) ||
	    (before == TOK_ASSIGN && (first == TOK_LXC || first == TOK_CONDITION)))
		return break_at(gap);
	return FORMAT_SPACED;
}

/* ---- rules ------------------------------------------------------------------------ */

/* A backslash at the end of a line ends its word; joined to the next it would not. */
static bool ends_in_backslash(const struct aac_token *token)
{
	const char *text = text_of(token);
	uint32_t len = token->span.end - token->span.begin, count = 0;

	while (count < len && text[len - 1 - count] == '\\')
		count++;
	return token->kind != TOK_QUOTED && count % 2 == 1;
}

/* In a brace or bracket that nothing closes a ',' would be a byte of the word. */
static bool is_open(const struct aac_token *token)
{
	const char *text = text_of(token);
	uint32_t len = token->span.end - token->span.begin, braces = 0;
	bool class = false;

	for (uint32_t i = 0; token->kind == TOK_WORD && i < len; i++) {
		if (text[i] == '\\')
			i++;
		else if (class || text[i] == '[')
			class = text[i] != ']';
		else if (text[i] == '{')
			braces++;
		else if (text[i] == '}' && braces)
			braces--;
	}
	return class || braces;
}

static enum format_break tight(const struct format_gap *gap)
{
	return gap->newline ? FORMAT_MUST : FORMAT_GLUED;
}

/* Words that touch are one thing in a list, and a hat's '^' and its quoted name. */
static bool stays_glued(const struct format_gap *gap)
{
	return adjoin(gap) && gap->before->kind != TOK_COMMA &&
	       (gap->parens > 0 ||
		(gap->at->kind == TOK_QUOTED && gap->args == 1 &&
		 gap->before->span.end - gap->before->span.begin == 1 &&
		 *text_of(gap->before) == '^'));
}

static enum format_break rule_gap(const struct format_gap *gap)
{
	int before = gap->before->kind, at = gap->at->kind;

	if (gap->newline && ends_in_backslash(gap->before))
		return FORMAT_MUST;
	if (before == TOK_INCLUDE || before == TOK_IF_EXISTS)
		return FORMAT_SPACED; /* it ends with its line */
	if (is_open(gap->before) && !adjoin(gap))
		return gap->newline ? FORMAT_MUST : FORMAT_SPACED;
	if (before == TOK_ASSIGN && *text_of(gap->at) == '=')
		return gap->newline ? FORMAT_MUST : FORMAT_SPACED;
	if (before == TOK_ASSIGN || at == TOK_ASSIGN)
		return tight(gap);
	if (before == TOK_ARROW)
		return gap->newline ? FORMAT_MUST : FORMAT_SPACED;
	if (at == TOK_COMMA || at == TOK_SEMI || at == TOK_RPAREN || before == TOK_LPAREN)
		return FORMAT_GLUED;
	if (stays_glued(gap))
		return FORMAT_GLUED;
	if (gap->parens)
		return before != TOK_COMMA ? FORMAT_SPACED
		       : gap->newline	   ? FORMAT_MUST
		       : gap->except	   ? FORMAT_MAY
					   : FORMAT_SPACED;
	if (at == TOK_ARROW || (!gap->path && gap->args > 0 && at != TOK_LBRACE))
		return gap->args > 0 ? break_at(gap) : FORMAT_SPACED;
	return FORMAT_SPACED;
}

/* Values of a variable may touch, and end with their line. */
static enum format_break assign_gap(const struct format_gap *gap)
{
	if (gap->newline)
		return FORMAT_MUST;
	return gap->before != gap->first && adjoin(gap) ? FORMAT_GLUED : FORMAT_SPACED;
}

enum format_break aac_format_gap(const struct format_gap *gap)
{
	if (!gap->before)
		return FORMAT_GLUED;
	if (gap->first->kind == TOK_VARIABLE)
		return assign_gap(gap);
	if (gap->first->directive)
		return directive_gap(gap);
	return rule_gap(gap);
}

/* ---- columns ---------------------------------------------------------------------- */

static bool is_qualifier(int kind)
{
	static const int kinds[] = { TOK_AUDIT, TOK_ALLOW, TOK_DENY, TOK_OWNER,
				     TOK_OTHER };

	return is_one_of(kind, kinds, ARRAY_SIZE(kinds));
}

static bool is_text(const struct aac_token *token, const char *text)
{
	uint32_t len = token->span.end - token->span.begin;

	return strlen(text) == len && memcmp(text_of(token), text, len) == 0;
}

bool aac_format_path(const struct aac_token *token)
{
	char c = *text_of(token);

	return token->kind == TOK_QUOTED ||
	       (token->kind == TOK_WORD && (c == '/' || c == '@' || c == '$'));
}

/* `[QUALIFIERS] [file] PATH PERMS`, or a mount rule. */
static void rule_column(struct format_item *item, const struct aac_token *token)
{
	size_t at = 0;

	while (is_qualifier(token->kind) && !token->last)
		token = token->next, at++;
	if (token->kind == TOK_WORD && is_text(token, "mount")) {
		for (size_t mount = at; !token->last; token = token->next, at++) {
			if (token->kind != TOK_ARROW || at < mount + 2)
				continue;
			item->column = FORMAT_ARROW;
			item->split = at;
			return;
		}
		return;
	}
	if (token->kind == TOK_WORD && is_text(token, "file") && !token->last)
		token = token->next, at++;
	if (!aac_format_path(token) || token->last || token->next->kind != TOK_WORD)
		return;
	if (token->next->next->kind == TOK_COMMA ||
	    token->next->next->kind == TOK_ARROW) {
		item->column = FORMAT_PERMS;
		item->split = at + 1;
	}
}

static void directive_column(struct format_item *item, const struct aac_token *token)
{
	static const int words[] = { TOK_REQUIRES, TOK_CONFLICTS, TOK_WHEN, TOK_SLUG,
				     TOK_TEMPLATE, TOK_FLAGS,	  TOK_USE,  TOK_ATTACH,
				     TOK_TUNABLES, TOK_DEPRECATED, TOK_NAMED,
				     TOK_XATTRS };

	if (is_one_of(token->kind, words, ARRAY_SIZE(words))) {
		item->column = FORMAT_DIRECTIVE;
		item->split = 1;
	} else if (token->kind == TOK_PARAM) {
		item->column = token->next->next->kind == TOK_COLON ? FORMAT_PARAM
								    : FORMAT_BINDING;
		item->split = item->column == FORMAT_PARAM ? 3 : 2;
	}
}

void aac_format_column(struct format_item *item, const struct aac_token *first)
{
	for (size_t i = 0; i < item->count; i++)
		if (item->pieces[i].comment)
			return;
	if (item->opens || first->kind == TOK_VARIABLE)
		return;
	if (first->directive) {
		directive_column(item, first);
		return;
	}
	if (item->count > 1 && item->pieces[item->count - 1].text[0] == ';') {
		item->column = FORMAT_ACCESS;
		item->split = 1;
		return;
	}
	rule_column(item, first);
}
