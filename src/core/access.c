/*
 * Accesses, the lines of `expect`: takes the shape of one and says what is wrong with it.
 * The words are those of the kinds' tables, so the kind's own builder reads them; what a
 * rule could not be is left to whoever decides the access, as `x` without a mode.
 */
#include "core/access.h"

#include <string.h>

#include "base/arena.h"
#include "base/suggest.h"
#include "core/context.h"
#include "core/diag.h"
#include "core/field.h"
#include "core/file_rule.h"
#include "core/rule.h"

/* Of the others nothing is ever asked. */
static bool is_access(const struct aac_kind *kind)
{
	return !kind->preamble && kind->id != AAC_KIND_INCLUDE &&
	       kind->id != AAC_KIND_RLIMIT && kind->id != AAC_KIND_ALL;
}

static const struct aac_kind *find_kind(struct aac_context *ctx,
					const struct aac_arg *first)
{
	const char *word = first->type == AAC_ARG_WORD ? first->word->text : "";
	const struct aac_kind *kind = aac_kind_find(word);
	struct suggest suggest = { .word = word };
	struct aac_diag *diag;

	if (kind && is_access(kind))
		return kind;
	for (int i = 0; i < AAC_KIND_COUNT; i++)
		if (is_access(aac_kind_get(i)))
			suggest_offer(&suggest, aac_kind_get(i)->keyword);
	diag = aac_report(ctx->diags, AAC_ERROR, "unknown-access", first->span,
			  "an access begins with its kind, such as 'file'");
	if (strchr("/@$\"", *word))
		aac_hint(ctx->diags, diag, "write 'file %.80s …'", word);
	else if (suggest_best(&suggest))
		aac_hint(ctx->diags, diag, "did you mean '%s'?", suggest_best(&suggest));
	return NULL;
}

/* The offset of the first byte of TEXT that makes a pattern of it, or that of its end. */
static size_t find_wild(const char *text)
{
	size_t i = 0;

	while (text[i] && !strchr("*?[{", text[i])) {
		if ((text[i] == '$' || text[i] == '@') && text[i + 1] == '{')
			i += strcspn(text + i, "}");
		else if (text[i] == '\\' && text[i + 1])
			i++;
		i += text[i] != '\0';
	}
	return i;
}

static bool check_word(struct aac_context *ctx, const struct aac_word *word)
{
	size_t at = find_wild(word->text);
	struct aac_span span = word->span;

	if (!word->text[at])
		return true;
	span.begin += (uint32_t)at + word->quoted;
	span.end = span.begin + 1;
	aac_report(ctx->diags, AAC_ERROR, "glob-in-access", span,
		   "an access is to one thing, and '%.200s' is a pattern", word->text);
	return false;
}

static bool check_words(struct aac_context *ctx, const struct aac_rule *rule)
{
	for (size_t i = 0; i < rule->kind->field_count; i++)
		for (const struct aac_pattern *p = rule->fields[i].patterns; p;
		     p = p->next)
			if (!check_word(ctx, p->word))
				return false;
	return true;
}

/* A whole path in a file access; other kinds may leave everything out. */
static bool check_file(struct aac_context *ctx, const struct aac_shape *shape)
{
	const struct aac_arg *path = shape->args.head->next;

	if (path)
		return true;
	aac_hint(ctx->diags,
		 aac_report(ctx->diags, AAC_ERROR, "missing-argument", shape->body,
			    "this access names no file"),
		 "write 'file /PATH PERMISSIONS'");
	return false;
}

bool aac_access_check(struct aac_context *ctx, const struct aac_shape *shape)
{
	const struct aac_arg *first = shape->args.head, *second = first->next;
	const struct aac_kind *kind = find_kind(ctx, first);
	struct aac_rule *rule;

	if (!kind)
		return false;
	if (shape->quals.head && !kind->takes_owner) {
		aac_hint(ctx->diags,
			 aac_report(ctx->diags, AAC_ERROR, "qualifier-misplaced",
				    shape->quals.head->span,
				    "'owner' cannot stand before %s", kind->keyword),
			 "remove it");
		return false;
	}
	/* The profile to switch to, without the rule's arrow. */
	if (kind->id == AAC_KIND_CHANGE_PROFILE && second && !second->next &&
	    second->type == AAC_ARG_WORD)
		return check_word(ctx, second->word);
	if (kind->id == AAC_KIND_FILE && !check_file(ctx, shape))
		return false;
	rule = ARENA_NEW(ctx->arena, struct aac_rule);
	rule->kind = kind;
	rule->shape = shape;
	if (!kind->build(ctx, shape, rule) || !check_words(ctx, rule))
		return false;
	return kind->id != AAC_KIND_FILE || rule->has_holes ||
	       aac_check_path(ctx, rule, FILE_PATH, false);
}
