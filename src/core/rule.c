/*
 * Rules: takes the shape of a rule, gives its meaning, or says what is wrong with it.
 * Here is what all kinds share: which kind it is, the qualifiers in front, the canonical
 * text.  The rest is the work of the kind's record.
 */
#include <string.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/macro.h"
#include "base/suggest.h"
#include "core/context.h"
#include "core/diag.h"
#include "core/field.h"
#include "core/perms.h"
#include "core/rule.h"
#include "core/rule_text.h"
#include "core/word.h"

/* ---- qualifiers -------------------------------------------------------------------- */

static const char *const qual_words[] = {
	[AAC_QUAL_PRIORITY] = "priority", [AAC_QUAL_AUDIT] = "audit",
	[AAC_QUAL_ALLOW] = "allow",	  [AAC_QUAL_DENY] = "deny",
	[AAC_QUAL_OWNER] = "owner",	  [AAC_QUAL_OTHER] = "other",
};

/* Their order, the same for two of which only one may stand. */
static int qual_rank(enum aac_qual_type type)
{
	switch (type) {
	case AAC_QUAL_PRIORITY:
		return 0;
	case AAC_QUAL_AUDIT:
		return 1;
	case AAC_QUAL_ALLOW:
	case AAC_QUAL_DENY:
		return 2;
	case AAC_QUAL_OWNER:
	case AAC_QUAL_OTHER:
	default:
		return 3;
	}
}

void aac_rule_print_quals(struct buf *out, const struct aac_quals *quals)
{
	for (const struct aac_qual *q = quals->head; q; q = q->next)
		buf_printf(out, "%s ", qual_words[q->type]);
}

/* The rule's qualifiers in order and its first word, as the cure. */
static void hint_order(struct aac_context *ctx, struct aac_diag *diag,
		       const struct aac_shape *shape)
{
	const struct aac_arg *first = shape->args.head;
	CLEANUP_BUF text = { 0 };

	for (int rank = 0; rank <= 3; rank++)
		for (const struct aac_qual *q = shape->quals.head; q; q = q->next) {
			if (qual_rank(q->type) != rank)
				continue;
			buf_puts(&text, qual_words[q->type]);
			if (q->type == AAC_QUAL_PRIORITY)
				buf_printf(&text, "=%d", q->priority);
			buf_putc(&text, ' ');
		}
	if (first && first->type == AAC_ARG_WORD)
		buf_printf(&text, "%.60s ", first->word->text);
	aac_hint(ctx->diags, diag, "write '%s…'", buf_str(&text));
}

/* A later qualifier that should have come before, or cannot stand beside, CUR. */
static bool check_pair(struct aac_context *ctx, const struct aac_shape *shape,
		       const struct aac_qual *prev, const struct aac_qual *cur)
{
	const char *a = qual_words[prev->type], *b = qual_words[cur->type];
	struct aac_diag *diag;

	if (prev->type == cur->type) {
		diag = aac_report(ctx->diags, AAC_ERROR, "qualifier-duplicate", cur->span,
				  "'%s' stands there twice", a);
		aac_hint(ctx->diags, diag, "remove one");
		return false;
	}
	if (qual_rank(prev->type) == qual_rank(cur->type)) {
		diag = aac_report(ctx->diags, AAC_ERROR, "qualifier-conflict", cur->span,
				  "a rule cannot be both '%s' and '%s'", a, b);
		aac_hint(ctx->diags, diag, "remove one of them");
		return false;
	}
	if (qual_rank(prev->type) < qual_rank(cur->type))
		return true;
	diag = aac_report(ctx->diags, AAC_ERROR, "qualifier-order",
			  aac_span_join(prev->span, cur->span), "'%s' must follow '%s'",
			  a, b);
	hint_order(ctx, diag, shape);
	return false;
}

static bool check_order(struct aac_context *ctx, const struct aac_shape *shape)
{
	for (const struct aac_qual *q = shape->quals.head; q; q = q->next)
		for (const struct aac_qual *p = shape->quals.head; p != q; p = p->next)
			if (!check_pair(ctx, shape, p, q))
				return false;
	return true;
}

bool aac_rule_block_check(struct aac_context *ctx, const struct aac_shape *block)
{
	if (!check_order(ctx, block))
		return false;
	for (const struct aac_qual *q = block->quals.head; q; q = q->next)
		if (q->type == AAC_QUAL_PRIORITY) {
			aac_hint(ctx->diags,
				 aac_report(ctx->diags, AAC_ERROR, "qualifier-misplaced",
					    q->span,
					    "'priority' cannot stand before a block"),
				 "apparmor_parser takes none there: write it before each "
				 "rule");
			return false;
		}
	return true;
}

/* The qualifier of SHAPE, or of a block between it and STOP, that Q contradicts. */
static const struct aac_qual *find_rival(const struct aac_shape *shape,
					 const struct aac_shape *stop,
					 const struct aac_qual *q)
{
	for (; shape != stop; shape = shape->block)
		for (const struct aac_qual *own = shape->quals.head; own; own = own->next)
			if (own->type != q->type &&
			    qual_rank(own->type) == qual_rank(q->type))
				return own;
	return NULL;
}

/* Q of BLOCK for RULE, which stands in it. */
static bool inherit(struct aac_context *ctx, const struct aac_shape *block,
		    const struct aac_qual *q, struct aac_rule *rule)
{
	const struct aac_qual *rival = find_rival(rule->shape, block, q);
	bool owner = qual_rank(q->type) == 3;
	struct aac_diag *diag;

	if (rival) {
		diag = aac_report(ctx->diags, AAC_ERROR, "qualifier-conflict",
				  rival->span, "'%s' stands in a block of '%s'",
				  qual_words[rival->type], qual_words[q->type]);
		aac_note(ctx->diags, diag, q->span, "the block begins here");
		aac_hint(ctx->diags, diag, "move it out of the block");
		return false;
	}
	if (rule->kind->no_qualifiers || (owner && !rule->kind->takes_owner)) {
		diag = aac_report(ctx->diags, AAC_ERROR, "qualifier-misplaced",
				  rule->shape->body,
				  "%s cannot stand in a block of '%s'",
				  rule->kind->keyword, qual_words[q->type]);
		aac_note(ctx->diags, diag, q->span, "the block begins here");
		aac_hint(ctx->diags, diag, "%s",
			 owner ? "owner and other are for file and link rules: move it "
				 "out of the block"
			       : "nothing may stand before it: move it out of the block");
		return false;
	}
	rule->audit |= q->type == AAC_QUAL_AUDIT;
	rule->deny |= q->type == AAC_QUAL_DENY;
	if (owner)
		rule->owner =
			q->type == AAC_QUAL_OWNER ? AAC_OWNER_OWNER : AAC_OWNER_OTHER;
	return true;
}

static bool inherit_qualifiers(struct aac_context *ctx, struct aac_rule *rule)
{
	for (const struct aac_shape *block = rule->shape->block; block;
	     block = block->block)
		for (const struct aac_qual *q = block->quals.head; q; q = q->next)
			if (!inherit(ctx, block, q, rule))
				return false;
	return true;
}

static bool take_qualifiers(struct aac_context *ctx, const struct aac_shape *shape,
			    struct aac_rule *rule)
{
	const struct aac_kind *kind = rule->kind;

	if (!check_order(ctx, shape))
		return false;
	for (const struct aac_qual *q = shape->quals.head; q; q = q->next) {
		bool owner = qual_rank(q->type) == 3;

		if (kind->no_qualifiers || (owner && !kind->takes_owner)) {
			aac_hint(ctx->diags,
				 aac_report(ctx->diags, AAC_ERROR, "qualifier-misplaced",
					    q->span, "'%s' cannot stand before %s",
					    qual_words[q->type], kind->keyword),
				 owner ? "owner and other are for file and link rules"
				       : "remove it");
			return false;
		}
		rule->audit |= q->type == AAC_QUAL_AUDIT;
		rule->deny |= q->type == AAC_QUAL_DENY;
		if (owner)
			rule->owner = q->type == AAC_QUAL_OWNER ? AAC_OWNER_OWNER
								: AAC_OWNER_OTHER;
		if (q->type == AAC_QUAL_PRIORITY && kind->no_priority) {
			aac_hint(ctx->diags,
				 aac_report(ctx->diags, AAC_ERROR, "qualifier-misplaced",
					    q->span, "'priority' cannot stand before %s",
					    kind->keyword),
				 "apparmor_parser takes none there: remove it");
			return false;
		}
		if (q->type == AAC_QUAL_PRIORITY) {
			rule->has_priority = true;
			rule->priority = q->priority;
		}
	}
	return true;
}

/* ---- which kind -------------------------------------------------------------------- */

static bool is_path(const struct aac_arg *arg)
{
	return arg && arg->type == AAC_ARG_WORD &&
	       (arg->word->quoted || arg->word->holes || *arg->word->text == '/' ||
		*arg->word->text == '@');
}

static bool has_arrow(const struct aac_shape *shape)
{
	for (const struct aac_arg *arg = shape->args.head; arg; arg = arg->next)
		if (arg->type == AAC_ARG_ARROW)
			return true;
	return false;
}

/* `l PATH`, which with an arrow is a link rule, also behind `file`. */
static bool begins_pair(const struct aac_arg *arg)
{
	return arg && arg->type == AAC_ARG_WORD && !arg->word->quoted &&
	       *arg->word->text && !arg->word->text[strspn(arg->word->text, "l")] &&
	       arg->next &&
	       arg->next->type == AAC_ARG_WORD;
}

/* Does FIRST, no path and no keyword, begin a file rule: `rw PATH`, `safe PATH px`, or a
 * relative name and its permissions? */
static bool begins_file(const struct aac_arg *first)
{
	const struct aac_arg *next = first->next;

	if (!next || next->type != AAC_ARG_WORD)
		return false;
	if (strcmp(first->word->text, "safe") == 0 ||
	    strcmp(first->word->text, "unsafe") == 0)
		return true;
	if (aac_perms_like(first->word->text))
		return is_path(next) || aac_word_is_bare(next->word);
	return aac_word_is_bare(first->word) && !next->word->quoted &&
	       aac_perms_like(next->word->text);
}

static const struct aac_kind *unknown_kind(struct aac_context *ctx,
					   const struct aac_arg *first)
{
	const char *word =
		first && first->type == AAC_ARG_WORD ? first->word->text : NULL;
	struct suggest suggest = { .word = word ? word : "" };
	struct aac_diag *diag;

	for (int i = 0; word && i < AAC_KIND_COUNT; i++)
		suggest_offer(&suggest, aac_kind_get(i)->keyword);
	for (size_t i = 0; word && i < ARRAY_SIZE(qual_words); i++)
		suggest_offer(&suggest, qual_words[i]);
	if (!word) {
		diag = aac_report(ctx->diags, AAC_ERROR, "unknown-rule",
				  first ? first->span : (struct aac_span){ 0 },
				  "a rule begins with its kind or with a path");
		aac_hint(ctx->diags, diag,
			 "write for example 'signal (send) …' or '/path rw'");
		return NULL;
	}
	diag = aac_report(ctx->diags, AAC_ERROR, "unknown-rule", first->span,
			  "'%.80s' begins no rule", word);
	if (suggest_best(&suggest))
		aac_hint(ctx->diags, diag, "did you mean '%s'?", suggest_best(&suggest));
	else if (aac_vocab_find(aac_kind_get(AAC_KIND_CAPABILITY)->fields[0].vocab, word))
		aac_hint(ctx->diags, diag,
			 "several words stand side by side: capability chown %s", word);
	else if (aac_perms_like(word) && (!word[1] || !aac_mount_option_find(word)))
		aac_hint(ctx->diags, diag,
			 "permissions stand together, without commas: /path rw");
	else if (*word == '^')
		aac_hint(ctx->diags, diag, "a hat has a block: ^NAME { … }");
	else if (strncmp(word, "“", 3) == 0 || strncmp(word, "„", 3) == 0)
		aac_hint(ctx->diags, diag, "write straight quotes: \"/path\"");
	else if (aac_mount_option_find(word))
		aac_hint(ctx->diags, diag,
			 "several mount options stand in parentheses: options=(ro, %s)",
			 word);
	else if (strchr(word, '/'))
		aac_hint(ctx->diags, diag, "a path begins with '/' or with a variable");
	else
		aac_hint(ctx->diags, diag,
			 "a rule begins with its kind, such as 'mount', or "
			 "with a path");
	return NULL;
}

static const struct aac_kind *find_kind(struct aac_context *ctx,
					const struct aac_shape *shape)
{
	const struct aac_arg *first = shape->args.head;
	const struct aac_kind *kind;

	if (shape->include != AAC_INCLUDE_NONE)
		return aac_kind_get(AAC_KIND_INCLUDE);
	if (shape->assign)
		return aac_kind_get(AAC_KIND_VARIABLE);
	if (!first || first->type != AAC_ARG_WORD)
		return unknown_kind(ctx, first);
	if (is_path(first))
		return aac_kind_get(AAC_KIND_FILE);
	if (strcmp(first->word->text, "set") == 0)
		return aac_kind_get(AAC_KIND_RLIMIT);
	kind = aac_kind_find(first->word->text);
	if (has_arrow(shape) && begins_pair(kind ? first->next : first))
		return aac_kind_get(AAC_KIND_LINK);
	if (kind)
		return kind;
	if (begins_file(first))
		return aac_kind_get(AAC_KIND_FILE);
	return unknown_kind(ctx, first);
}

/* ---- building ---------------------------------------------------------------------- */

void aac_rule_print(struct buf *out, const struct aac_rule *rule)
{
	if (rule->has_priority)
		buf_printf(out, "priority=%d ", rule->priority);
	if (rule->audit)
		buf_puts(out, "audit ");
	if (rule->deny)
		buf_puts(out, "deny ");
	if (rule->owner != AAC_OWNER_ANY)
		buf_puts(out, rule->owner == AAC_OWNER_OWNER ? "owner " : "other ");
	rule->kind->print(out, rule);
	if (rule->kind->id != AAC_KIND_INCLUDE && rule->kind->id != AAC_KIND_VARIABLE)
		buf_putc(out, ',');
}

/* A word that is written as nothing, which matches nothing. */
static void warn_empty(struct aac_context *ctx, const struct aac_rule *rule)
{
	for (size_t i = 0; i < rule->kind->field_count; i++)
		for (const struct aac_pattern *p = rule->fields[i].patterns; p;
		     p = p->next)
			if (!*p->text && !p->word->holes)
				aac_hint(ctx->diags,
					 aac_report(ctx->diags, AAC_WARNING, "empty-word",
						    p->word->span, "the %s is empty",
						    rule->kind->fields[i].name),
					 "leave it out to mean any");
}

bool aac_rule_finish(struct aac_context *ctx, struct aac_rule *rule)
{
	CLEANUP_BUF out = { 0 };

	if (rule->expands && !aac_rule_expand(ctx, rule))
		return false;
	if (!rule->expands && rule->kind->check && !rule->kind->check(ctx, rule))
		return false;
	if (!rule->expands)
		warn_empty(ctx, rule);
	aac_rule_print(&out, rule);
	rule->text = arena_strdup(ctx->arena, buf_str(&out));
	return true;
}

const struct aac_rule *aac_rule_build(struct aac_context *ctx,
				      const struct aac_shape *shape)
{
	const struct aac_kind *kind = find_kind(ctx, shape);
	struct aac_rule *rule;
	bool fine;

	if (!kind)
		return NULL;
	rule = ARENA_NEW(ctx->arena, struct aac_rule);
	rule->kind = kind;
	rule->shape = shape;
	fine = take_qualifiers(ctx, shape, rule) && inherit_qualifiers(ctx, rule);
	fine = kind->build(ctx, shape, rule) && aac_rule_check_except(ctx, shape, rule) &&
	       fine;
	if (!fine || (!rule->has_holes && !aac_rule_finish(ctx, rule)))
		return NULL;
	return rule;
}
