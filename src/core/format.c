/*
 * From a rule file to its canonical layout.  The text is cut into statements
 * (format_item.c), laid out (format_gap.c, format_print.c), and read again: whatever a
 * layout might change, a changed token or comment is found before anybody sees the text.
 */
#include "core/format.h"

#include <string.h>

#include "aaf.h"
#include "base/arena.h"
#include "base/buf.h"
#include "core/context.h"
#include "core/diag.h"
#include "core/format_item.h"
#include "core/parse.h"

static bool is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

/* How a token is spelled, layout aside: an include's `#` and a variable's blanks are
 * that.
 */
static bool same_text(const struct aac_token *a, const struct aac_token *b)
{
	const char *p = a->span.source->text + a->span.begin;
	const char *q = b->span.source->text + b->span.begin;
	const char *p_end = p + (a->span.end - a->span.begin);
	const char *q_end = q + (b->span.end - b->span.begin);
	bool blanks = a->kind == TOK_VARIABLE;

	if (a->kind == TOK_INCLUDE || a->kind == TOK_IF_EXISTS || a->kind == TOK_NEWLINE)
		return true;
	for (;;) {
		while (blanks && p < p_end && is_blank(*p))
			p++;
		while (blanks && q < q_end && is_blank(*q))
			q++;
		if (p == p_end || q == q_end)
			return p == p_end && q == q_end;
		if (*p++ != *q++)
			return false;
	}
}

static bool same_doc(const char *a, const char *b)
{
	return a == b || (a && b && strcmp(a, b) == 0);
}

/* The first token of A that is another in B, or NULL. */
static const struct aac_token *other_token(const struct aac_file *a,
					   const struct aac_file *b)
{
	const struct aac_token *s = a->tokens.head, *t = b->tokens.head;

	for (; s && t; s = s->next, t = t->next)
		if (s->kind != t->kind || s->first != t->first || s->last != t->last ||
		    s->directive != t->directive || !same_text(s, t) ||
		    !same_doc(s->doc, t->doc))
			return s;
	return s || t ? a->tokens.last : NULL;
}

static size_t trimmed(struct aac_span at)
{
	while (at.end > at.begin && is_blank(at.source->text[at.end - 1]))
		at.end--;
	return at.end - at.begin;
}

static bool same_comments(const struct aac_file *a, const struct aac_file *b)
{
	const struct aac_comment *c = a->comments.head, *d = b->comments.head;

	for (; c && d; c = c->next, d = d->next) {
		size_t len = trimmed(c->span);

		if (len != trimmed(d->span) ||
		    memcmp(a->source->text + c->span.begin,
			   b->source->text + d->span.begin, len) != 0)
			return false;
	}
	return !c && !d;
}

/* Read TEXT again; false after reporting what became of SOURCE's tokens. */
static bool check(struct aac_context *ctx, const struct aac_file *file, const char *text,
		  size_t len)
{
	struct aac_diags diags;
	struct aac_context again = { .arena = ctx->arena, .diags = &diags };
	const struct aac_token *other;
	const struct aac_file *result;

	aac_diags_init(&diags, ctx->arena);
	result = aac_parse_tokens(
		&again, aac_source_new(ctx->arena, file->source->name, NULL, text, len));
	other = other_token(file, result);
	if (!other && !diags.errors && same_comments(file, result))
		return true;
	aac_hint(ctx->diags,
		 aac_report(ctx->diags, AAC_ERROR, "layout-unsure",
			    other ? other->span : (struct aac_span){ file->source, 0, 0 },
			    "this cannot be laid out without reading as something else"),
		 "nothing was changed; write it in another way, or report it");
	return false;
}

const char *aac_format(struct aac_context *ctx, const struct aac_source *source,
		       size_t *len)
{
	unsigned int errors = ctx->diags->errors;
	const struct aac_file *file = aac_parse_tokens(ctx, source);
	struct format_items items;
	CLEANUP_BUF out = { 0 };
	char *text;

	if (ctx->diags->errors != errors)
		return NULL;
	items = aac_format_items(ctx->arena, file);
	aac_format_print(&out, ctx->arena, &items);
	if (!check(ctx, file, buf_str(&out), out.len))
		return NULL;
	*len = out.len;
	text = arena_alloc(ctx->arena, out.len + 1, 1);
	if (out.len)
		memcpy(text, out.data, out.len);
	return text;
}
