/*
 * `without { … }`: takes rules out of what somebody else wrote.  A rule is found by what
 * it says, not by how it is spelled; one with parameters, by the words that hold them.
 * All that say the same go, also inside of `if` and `for`.  What is not there is an
 * error: the other side has changed, and somebody should look.
 */
#include <string.h>

#include "core/context.h"
#include "core/diag.h"
#include "core/resolve.h"
#include "core/rule.h"

static bool same_text(const char *a, const char *b)
{
	return a == b || (a && b && strcmp(a, b) == 0);
}

static bool same_words(const struct aac_word *a, const struct aac_word *b)
{
	for (; a && b; a = a->next, b = b->next)
		if (strcmp(a->text, b->text) != 0)
			return false;
	return !a && !b;
}

static const char *text_of(const struct aac_pattern *pattern)
{
	return pattern->text ? pattern->text : pattern->word->text;
}

static bool same_patterns(const struct aac_pattern *a, const struct aac_pattern *b)
{
	for (; a && b; a = a->next, b = b->next) {
		if (!same_text(text_of(a), text_of(b)))
			return false;
		/* Exceptions have none of their own. */
		if (!same_patterns(a->except, b->except))
			return false;
	}
	return !a && !b;
}

static bool same_fields(const struct aac_rule *a, const struct aac_rule *b)
{
	for (size_t i = 0; i < a->kind->field_count; i++) {
		const struct aac_field *x = &a->fields[i], *y = &b->fields[i];

		if (x->present != y->present || x->set != y->set ||
		    x->maybe != y->maybe || !same_words(x->holes.head, y->holes.head) ||
		    !same_patterns(x->patterns, y->patterns))
			return false;
	}
	return true;
}

static bool same_include(const struct aac_shape *a, const struct aac_shape *b)
{
	return a->include == b->include && a->if_exists == b->if_exists &&
	       (!a->path || same_text(a->path->text, b->path->text));
}

static bool same_rule(const struct aac_rule *a, const struct aac_rule *b)
{
	return a && b && a->kind == b->kind && a->audit == b->audit &&
	       a->deny == b->deny && a->owner == b->owner &&
	       a->has_priority == b->has_priority && a->priority == b->priority &&
	       same_include(a->shape, b->shape) && same_fields(a, b);
}

static bool same_stmt(const struct aac_stmt *a, const struct aac_stmt *b)
{
	if (a->type != b->type)
		return false;
	switch (a->type) {
	case AAC_STMT_RULE:
		return same_rule(a->resolved, b->resolved);
	case AAC_STMT_ACCESS:
		return a->verdict == b->verdict && same_rule(a->resolved, b->resolved);
	case AAC_STMT_LXC:
		return same_text(a->key->text, b->key->text) &&
		       same_text(a->value->text, b->value->text);
	case AAC_STMT_IF:
	case AAC_STMT_FOR:
	case AAC_STMT_EXPECT:
	case AAC_STMT_BLOCK:
	case AAC_STMT_INLINE:
	case AAC_STMT_QUALIFIED:
	default:
		return false;
	}
}

/* How many of LIST say what WANTED does; they go.  Not those of child profiles.  Blocks
 * nest no deeper than the parser lets them. */
static size_t take_out(struct aac_stmts *list, const struct aac_stmt *wanted)
{
	struct aac_stmt **link = &list->head, *last = NULL;
	size_t count = 0;

	while (*link) {
		struct aac_stmt *stmt = *link;

		if (same_stmt(stmt, wanted)) {
			*link = stmt->next;
			count++;
			continue;
		}
		if (stmt->type != AAC_STMT_BLOCK)
			count += take_out(&stmt->body, wanted) +
				 take_out(&stmt->orelse, wanted);
		last = stmt;
		link = &stmt->next;
	}
	list->last = last;
	return count;
}

static void take_one(struct aac_resolver *r, struct aac_stmts *body,
		     const struct aac_stmt *wanted, const char *where)
{
	struct aac_diag *diag;

	if (wanted->type == AAC_STMT_BLOCK) {
		diag = aac_report(r->ctx->diags, AAC_ERROR, "misplaced-directive",
				  wanted->shape->span,
				  "a profile stands in 'without', which is for rules");
		aac_hint(r->ctx->diags, diag, "a child profile stays as it is");
		return;
	}
	if (wanted->type != AAC_STMT_LXC && !wanted->resolved)
		return; /* told already */
	if (take_out(body, wanted))
		return;
	diag = aac_report(r->ctx->diags, AAC_ERROR, "without-unmatched", wanted->span,
			  "%s has no such %s", where,
			  wanted->type == AAC_STMT_RULE ? "rule" : "line");
	aac_hint(r->ctx->diags, diag,
		 "look what stands there now: it may say the same in other words, or no "
		 "longer");
}

void aac_resolve_without(struct aac_resolver *r, struct aac_stmts *body,
			 const struct aac_stmts *wanted, const char *where)
{
	for (const struct aac_stmt *stmt = wanted->head; stmt; stmt = stmt->next) {
		if (stmt->type == AAC_STMT_IF || stmt->type == AAC_STMT_FOR ||
		    stmt->type == AAC_STMT_EXPECT) {
			aac_resolve_without(r, body, &stmt->body, where);
			aac_resolve_without(r, body, &stmt->orelse, where);
		} else {
			take_one(r, body, stmt, where);
		}
	}
}
