/*
 * Templates: lines of text with placeholders.  A placeholder that is misspelt would
 * stand in every profile and reach apparmor_parser, so words in that form that are not
 * known are refused here.
 */
#include "core/template.h"

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#include "base/arena.h"
#include "base/macro.h"
#include "base/suggest.h"
#include "core/context.h"
#include "core/diag.h"

/* A block stands alone on its line; the others stand inside one. */
static const struct {
	const char *word;
	enum aac_template_part part;
} placeholders[] = {
	{ "@ABI@", AAC_TEMPLATE_ABI },		 { "@ATTACH@", AAC_TEMPLATE_TEXT },
	{ "@FLAGS@", AAC_TEMPLATE_TEXT },	 { "@HEADER@", AAC_TEMPLATE_HEADER },
	{ "@PROFILE@", AAC_TEMPLATE_TEXT },	 { "@RULES@", AAC_TEMPLATE_RULES },
	{ "@TUNABLES@", AAC_TEMPLATE_TUNABLES },
};

struct reader {
	struct aac_context *ctx;
	struct aac_template *frame;
	struct {
		struct aac_template_line *head, *last;
	} lines;
	unsigned int profiles, rules;
	bool mistaken; /* a word that is none may have been what lacks at the end */
};

enum aac_template_part aac_template_part(const char *line, size_t *indent)
{
	size_t len;

	*indent = strspn(line, " \t");
	line += *indent;
	len = strcspn(line, " \t");
	if (line[len + strspn(line + len, " \t")] != '\0')
		return AAC_TEMPLATE_TEXT;
	for (size_t i = 0; i < ARRAY_SIZE(placeholders); i++)
		if (strlen(placeholders[i].word) == len &&
		    strncmp(line, placeholders[i].word, len) == 0)
			return placeholders[i].part;
	return AAC_TEMPLATE_TEXT;
}

static struct aac_diag *fault(struct reader *r, const char *slug, struct aac_span span,
			      const char *message)
{
	return aac_report(r->ctx->diags, AAC_ERROR, slug, span, "%s", message);
}

/* ---- directives ------------------------------------------------------------ */

static const char *trimmed(struct reader *r, const char *text)
{
	size_t len;

	text += strspn(text, " \t");
	len = strlen(text);
	while (len && (text[len - 1] == ' ' || text[len - 1] == '\t'))
		len--;
	return arena_strndup(r->ctx->arena, text, len);
}

static bool is_prefix(const char *text)
{
	for (; *text; text++)
		if (!strchr("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
			    "0123456789_.+-",
			    *text))
			return false;
	return true;
}

static void take_prefix(struct reader *r, struct aac_span span, const char *text)
{
	if (r->frame->prefix) {
		fault(r, "template-directive", span, "'%prefix' stands twice");
		return;
	}
	r->frame->prefix = trimmed(r, text);
	if (!is_prefix(r->frame->prefix) || *r->frame->prefix == '.')
		aac_hint(r->ctx->diags,
			 fault(r, "template-directive", span,
			       "a prefix that no profile's name may have"),
			 "letters, digits and _ . + - may stand in it, no '.' in front");
}

static bool has_word(const char *line, const char *word)
{
	size_t len = strlen(word);

	return strncmp(line, word, len) == 0 && strchr(" \t", line[len]);
}

static void report_directive(struct reader *r, struct aac_span span, const char *line)
{
	const char *word = arena_strndup(r->ctx->arena, line, strcspn(line, " \t"));
	struct suggest suggest = { .word = word };
	struct aac_diag *diag;

	suggest_offer(&suggest, "%prefix");
	suggest_offer(&suggest, "%summary");
	diag = fault(r, "template-directive", span, "there is no such directive");
	r->mistaken = true;
	if (suggest_best(&suggest))
		aac_hint(r->ctx->diags, diag, "did you mean '%s'?",
			 suggest_best(&suggest));
	else
		aac_hint(r->ctx->diags, diag,
			 "a line with '%%' in front is '%%prefix TEXT', '%%summary TEXT' "
			 "or a comment, '%%%% TEXT'");
}

static void take_directive(struct reader *r, struct aac_span span, const char *line)
{
	if (line[1] == '%')
		return;
	if (has_word(line, "%prefix")) {
		take_prefix(r, span, line + strlen("%prefix"));
		return;
	}
	if (has_word(line, "%summary")) {
		r->frame->summary = trimmed(r, line + strlen("%summary"));
		return;
	}
	report_directive(r, span, line);
}

/* ---- text ------------------------------------------------------------------ */

/* The length of a word in the form of a placeholder, or 0. */
static size_t placeholder_length(const char *at)
{
	size_t len = strspn(at + 1, "ABCDEFGHIJKLMNOPQRSTUVWXYZ_");

	return len && at[1 + len] == '@' ? len + 2 : 0;
}

static void report_unknown(struct reader *r, struct aac_span span, const char *word)
{
	struct suggest suggest = { .word = word };
	struct aac_diag *diag =
		aac_report(r->ctx->diags, AAC_ERROR, "template-placeholder", span,
			   "there is no placeholder '%s'", word);

	for (size_t i = 0; i < ARRAY_SIZE(placeholders); i++)
		suggest_offer(&suggest, placeholders[i].word);
	r->mistaken = true;
	if (suggest_best(&suggest))
		aac_hint(r->ctx->diags, diag, "did you mean '%s'?",
			 suggest_best(&suggest));
}

static void check_placeholder(struct reader *r, struct aac_span span, const char *word)
{
	size_t i = 0;

	while (i < ARRAY_SIZE(placeholders) && strcmp(placeholders[i].word, word) != 0)
		i++;
	if (i == ARRAY_SIZE(placeholders))
		report_unknown(r, span, word);
	else if (placeholders[i].part != AAC_TEMPLATE_TEXT)
		aac_report(r->ctx->diags, AAC_ERROR, "template-placeholder", span,
			   "'%s' must stand alone on its line", word);
	else
		r->profiles += strcmp(word, "@PROFILE@") == 0;
}

static void check_text(struct reader *r, struct aac_span span, const char *line)
{
	const char *at = line;

	while ((at = strchr(at, '@'))) {
		size_t len = placeholder_length(at);
		struct aac_span word = span;

		word.begin += (uint32_t)(at - line);
		word.end = word.begin + (uint32_t)len;
		if (len)
			check_placeholder(r, word, arena_strndup(r->ctx->arena, at, len));
		at += len ? len : 1;
	}
}

static void take_line(struct reader *r, struct aac_span span)
{
	size_t len = span.end - span.begin, indent;
	const char *text = span.source->text + span.begin;
	const char *line = arena_strndup(r->ctx->arena, text, len);
	struct aac_template_line *node;
	enum aac_template_part part;

	if (strlen(line) != len) {
		fault(r, "template-directive", span, "the byte NUL stands in this line");
		return;
	}
	if (*line == '%') {
		take_directive(r, span, line);
		return;
	}
	part = aac_template_part(line, &indent);
	r->rules += part == AAC_TEMPLATE_RULES;
	if (part == AAC_TEMPLATE_RULES && r->rules > 1)
		fault(r, "template-placeholder", span, "'@RULES@' stands twice");
	if (part == AAC_TEMPLATE_TEXT)
		check_text(r, span, line);
	node = ARENA_NEW(r->ctx->arena, struct aac_template_line);
	node->text = line;
	node->span = span;
	LIST_APPEND(&r->lines, node);
}

static void take_lines(struct reader *r, const struct aac_source *source)
{
	for (uint32_t i = 0; i < source->line_count; i++) {
		bool last = i + 1 == source->line_count;
		struct aac_span span = { source, source->lines[i],
					 last ? source->size : source->lines[i + 1] - 1 };

		if (last && span.begin == span.end)
			break;
		if (span.end > span.begin && source->text[span.end - 1] == '\r')
			span.end--;
		take_line(r, span);
	}
}

static void check_whole(struct reader *r, const struct aac_source *source)
{
	struct aac_span span = { source, 0, 0 };

	if (r->mistaken)
		return;
	if (!r->frame->prefix)
		aac_hint(r->ctx->diags,
			 fault(r, "template-directive", span,
			       "the template has no line '%prefix'"),
			 "write '%%prefix lxc-', or '%%prefix' alone for none");
	if (r->profiles == 0)
		fault(r, "template-placeholder", span, "'@PROFILE@' stands nowhere");
	if (r->rules == 0)
		fault(r, "template-placeholder", span, "'@RULES@' stands nowhere");
}

const struct aac_template *aac_template_parse(struct aac_context *ctx, const char *name,
					      const struct aac_source *source)
{
	unsigned int before = ctx->diags->errors;
	struct reader r = { .ctx = ctx,
			    .frame = ARENA_NEW(ctx->arena, struct aac_template) };

	r.frame->name = name;
	r.frame->source = source;
	take_lines(&r, source);
	check_whole(&r, source);
	r.frame->lines = r.lines.head;
	return ctx->diags->errors == before ? r.frame : NULL;
}
