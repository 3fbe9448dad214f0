/*
 * What stands in a rule and does not belong there: takes the argument, tells what is
 * wrong and what to write.  The commonest mistake is told first: the rule before has no
 * ','.
 */
#include <string.h>

#include "base/arena.h"
#include "base/macro.h"
#include "base/suggest.h"
#include "core/context.h"
#include "core/diag.h"
#include "core/field.h"

static uint32_t line_of(struct aac_span span, uint32_t at)
{
	return aac_source_place(span.source, at).line;
}

/* Does TEXT look like the first word of a rule? */
static bool begins_rule(const char *text)
{
	static const char *const qualifiers[] = { "audit", "allow", "deny", "owner",
						  "other" };

	for (size_t i = 0; i < ARRAY_SIZE(qualifiers); i++)
		if (strcmp(qualifiers[i], text) == 0)
			return true;
	return *text == '/' || strncmp(text, "@{", 2) == 0 || aac_kind_find(text);
}

/* A line of `expect` ends with ';', a rule does not. */
static bool is_access(const struct aac_shape *shape)
{
	return shape->span.source->text[shape->span.end - 1] == ';';
}

bool aac_lacks_comma(struct aac_context *ctx, const struct aac_rule *rule,
		     struct aac_span span)
{
	const struct aac_arg *arg = rule->shape ? rule->shape->args.head : NULL;

	if (aac_diags_full(ctx->diags))
		return false; /* a rule may hold a hundred thousand wrong words */
	for (; span.source && arg && arg->next && arg->next->span.begin <= span.begin;
	     arg = arg->next) {
		const struct aac_arg *next = arg->next;
		struct aac_span end = arg->span;

		if (next->type != AAC_ARG_WORD || !begins_rule(next->word->text) ||
		    line_of(end, end.end - 1) == line_of(end, next->span.begin))
			continue;
		end.begin = end.end;
		aac_report(ctx->diags, AAC_ERROR, "syntax", end, "%s",
			   is_access(rule->shape)
				   ? "expected ';' at the end of the line"
				   : "expected ',' at the end of the rule");
		return true;
	}
	return false;
}

/* What is written otherwise here, as people write it elsewhere; or NULL. */
static const char *foreign_cure(const struct aac_rule *rule, const struct aac_arg *arg)
{
	static const char *const arrows[] = { "-", "=", ">", "-->", "→", "to", "as" };
	const struct aac_arg *first = rule->shape ? rule->shape->args.head : NULL;
	const char *text = arg->type == AAC_ARG_WORD ? arg->word->text : "";

	if (first && first->type == AAC_ARG_WORD &&
	    (strncmp(first->word->text, "/*", 2) == 0 ||
	     strncmp(first->word->text, "//", 2) == 0))
		return "a comment begins with '#'";
	for (size_t i = 0; i < ARRAY_SIZE(arrows); i++)
		if (strcmp(arrows[i], text) == 0)
			return "write '->'";
	if (arg->type == AAC_ARG_KEY && arg->list.head && arg->list.head->word &&
	    *arg->list.head->word->text == '>')
		return "write '->'";
	if (arg->type == AAC_ARG_LIST && rule->kind->id == AAC_KIND_FILE)
		return "permissions stand without parentheses: /path rw";
	return NULL;
}

bool aac_refuse_arg(struct aac_context *ctx, const struct aac_rule *rule,
		    const struct aac_arg *arg)
{
	const char *cure = foreign_cure(rule, arg);
	const char *what = arg->type == AAC_ARG_WORD	? arg->word->text
			   : arg->type == AAC_ARG_ARROW ? "->"
			   : arg->type == AAC_ARG_LE	? "<="
			   : arg->type == AAC_ARG_LIST	? "(...)"
							: arg->key;

	if (arg->type == AAC_ARG_WORD && aac_lacks_comma(ctx, rule, arg->span))
		return false;
	aac_hint(ctx->diags,
		 aac_report(ctx->diags, AAC_ERROR, "unexpected-argument", arg->span,
			    "'%.80s' does not belong here in rules of kind %s", what,
			    rule->kind->keyword),
		 "%s", cure ? cure : rule->kind->usage);
	return false;
}

bool aac_refuse_missing(struct aac_context *ctx, const struct aac_rule *rule,
			const struct aac_shape *shape, const char *what)
{
	const char *text = shape->body.source->text + shape->body.begin;
	size_t len = shape->body.end - shape->body.begin;
	bool blank = memmem(text, len, "\xc2\xa0", 2) != NULL;

	aac_hint(ctx->diags,
		 aac_report(ctx->diags, AAC_ERROR, "missing-argument", shape->body,
			    "this rule of kind %s lacks %s", rule->kind->keyword, what),
		 "%s",
		 blank ? "what looks like a blank is U+00A0, a no-break space"
		       : rule->kind->usage);
	return false;
}

bool aac_refuse_key(struct aac_context *ctx, const struct aac_rule *rule,
		    const struct aac_arg *arg, const struct aac_cond *conds, size_t count,
		    bool peer)
{
	struct suggest suggest = { .word = arg->key };
	struct aac_diag *diag = aac_report(
		ctx->diags, AAC_ERROR, "unknown-rule-condition", arg->key_span,
		"rules of kind %s have no condition '%s'%s", rule->kind->keyword,
		arg->key, peer ? " inside peer=(...)" : "");

	for (size_t i = 0; i < count; i++)
		suggest_offer(&suggest, conds[i].key);
	if (suggest_best(&suggest))
		aac_hint(ctx->diags, diag, "did you mean '%s'?", suggest_best(&suggest));
	else
		aac_hint(ctx->diags, diag, "%s", rule->kind->usage);
	return false;
}
