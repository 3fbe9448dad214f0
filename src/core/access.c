/*
 * Accesses, as in the lines of `expect`: takes the shape of one and says what is wrong
 * with it, or what the kernel would be asked.  The words are those of the kinds' tables,
 * so the kind's own builder reads them; what a rule could not be an access may be, as `x`
 * without a mode.
 */
#include "core/access.h"

#include <string.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/suggest.h"
#include "core/ask.h"
#include "core/context.h"
#include "core/diag.h"
#include "core/field.h"
#include "core/file_rule.h"
#include "core/parse.h"
#include "core/rule_text.h"

static bool is_access(const struct aac_kind *kind)
{
	return kind->ask;
}

static const struct aac_kind *find_kind(struct aac_context *ctx,
					const struct aac_arg *first)
{
	const char *word = first->type == AAC_ARG_WORD ? first->word->text : "";
	const struct aac_kind *kind =
		aac_kind_find(strcmp(word, "set") == 0 ? "rlimit" : word);
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

static bool check_except(struct aac_context *ctx, const struct aac_shape *shape)
{
	for (const struct aac_arg *arg = shape->args.head; arg; arg = arg->next) {
		const struct aac_word *word = arg->list.head ? arg->list.head->word
							     : arg->word;

		if (!word || !word->except)
			continue;
		aac_hint(ctx->diags,
			 aac_report(ctx->diags, AAC_ERROR, "glob-in-access",
				    aac_span_join(word->span, word->except->span),
				    "an access is to one thing, which has no exceptions"),
			 "write one line for what is allowed, and one for what is not");
		return false;
	}
	return true;
}

/* `change_profile NAME`, without the rule's arrow: SHAPE with it. */
static const struct aac_shape *put_arrow(struct aac_context *ctx,
					 const struct aac_shape *shape)
{
	const struct aac_arg *first = shape->args.head, *name = first->next;
	struct aac_arg *head, *arrow, *last;
	struct aac_shape *copy;

	if (!name || name->next || name->type != AAC_ARG_WORD)
		return shape;
	head = ARENA_NEW(ctx->arena, struct aac_arg);
	arrow = ARENA_NEW(ctx->arena, struct aac_arg);
	last = ARENA_NEW(ctx->arena, struct aac_arg);
	copy = ARENA_NEW(ctx->arena, struct aac_shape);
	*head = *first;
	*arrow = (struct aac_arg){ .type = AAC_ARG_ARROW, .span = name->span };
	*last = *name;
	head->next = arrow;
	arrow->next = last;
	*copy = *shape;
	copy->args = (struct aac_args){ head, last };
	return copy;
}

const struct aac_rule *aac_access_words(struct aac_context *ctx,
					const struct aac_shape *shape)
{
	const struct aac_kind *kind = find_kind(ctx, shape->args.head);
	struct aac_rule *rule;

	if (!kind)
		return NULL;
	if (shape->quals.head && !kind->takes_owner) {
		aac_hint(ctx->diags,
			 aac_report(ctx->diags, AAC_ERROR, "qualifier-misplaced",
				    shape->quals.head->span,
				    "'owner' cannot stand before %s", kind->keyword),
			 "remove it");
		return NULL;
	}
	if (!check_except(ctx, shape))
		return NULL;
	if (kind->id == AAC_KIND_CHANGE_PROFILE)
		shape = put_arrow(ctx, shape);
	if (kind->id == AAC_KIND_FILE && !check_file(ctx, shape))
		return NULL;
	rule = ARENA_NEW(ctx->arena, struct aac_rule);
	rule->kind = kind;
	rule->shape = shape;
	rule->owner = shape->quals.head ? AAC_OWNER_OWNER : AAC_OWNER_ANY;
	if (!kind->build(ctx, shape, rule) || !check_words(ctx, rule))
		return NULL;
	if (kind->id == AAC_KIND_FILE && !rule->has_holes &&
	    !aac_check_path(ctx, rule, FILE_PATH, false))
		return NULL;
	return rule;
}

/* A rule's text without its comma. */
static const char *print_access(struct aac_context *ctx, const struct aac_rule *rule)
{
	CLEANUP_BUF out = { 0 };

	if (rule->kind->id == AAC_KIND_FILE)
		buf_puts(&out, rule->owner == AAC_OWNER_OWNER ? "owner file " : "file ");
	else if (rule->owner == AAC_OWNER_OWNER)
		buf_puts(&out, "owner ");
	rule->kind->print(&out, rule);
	return arena_strdup(ctx->arena, buf_str(&out));
}

const struct aac_attempt *
aac_access_new(struct aac_context *ctx, const struct aac_rule *words, const char *profile)
{
	struct aac_ask ask = { .ctx = ctx, .profile = profile };
	struct aac_attempt *access;

	if (!words->kind->ask(&ask, words))
		return NULL;
	access = ARENA_NEW(ctx->arena, struct aac_attempt);
	*access = (struct aac_attempt){
		.kind = words->kind,
		.rule = words,
		.text = print_access(ctx, words),
		.queries = ask.queries,
		.count = ask.count,
	};
	return access;
}

enum aac_fill aac_access_fill(struct aac_context *ctx, const struct aac_rule *words,
			      aac_lookup *lookup, void *env, const char *profile,
			      const struct aac_attempt **access)
{
	struct aac_rule *filled = NULL;
	enum aac_fill fill = AAC_FILL_DONE;

	if (words->has_holes)
		fill = aac_rule_fill_fields(ctx, words, lookup, env, &filled);
	if (fill != AAC_FILL_DONE)
		return fill;
	if (filled && filled->kind->id == AAC_KIND_FILE &&
	    !aac_check_path(ctx, filled, FILE_PATH, false))
		return AAC_FILL_ERROR;
	*access = aac_access_new(ctx, filled ? filled : words, profile);
	return *access ? AAC_FILL_DONE : AAC_FILL_ERROR;
}

const struct aac_attempt *aac_access_read(struct aac_context *ctx,
					  const struct aac_source *source,
					  const char *profile)
{
	unsigned int before = ctx->diags->errors;
	const struct aac_file *file = aac_parse_access_text(ctx, source);
	const struct aac_stmt *stmt = file->stmts.head;
	const struct aac_rule *words = NULL;

	if (stmt && stmt->shape && ctx->diags->errors == before)
		words = aac_access_words(ctx, stmt->shape);
	return words ? aac_access_new(ctx, words, profile) : NULL;
}
