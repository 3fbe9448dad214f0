/*
 * `include <FILE> without { rules }`: the rules of the file, and of those that it
 * includes, as if they stood here.  Each file counts once: rules are a union.  Left out
 * is `abi`, which a profile has one of already.
 */
#include <string.h>

#include "base/arena.h"
#include "base/macro.h"
#include "core/context.h"
#include "core/diag.h"
#include "core/inline.h"
#include "core/kind.h"
#include "core/resolve.h"
#include "core/rule.h"

/* Includes lead no deeper than this. */
enum { DEPTH_MAX = 32 };

struct laying {
	struct aac_resolver *r;
	const struct aac_stmt *stmt; /* the include in the rule file */
	struct map seen;	     /* names that were laid, or are left out */
	struct map without;	     /* names of includes that are left out: -> stmt */
	struct aac_stmts out;
};

static void refuse(struct laying *l, const struct aac_shape *shape, const char *message,
		   const char *hint)
{
	struct aac_diag *diag =
		aac_report(l->r->ctx->diags, AAC_ERROR, "include-unreadable",
			   shape->path->span, "'%.200s' %s", shape->path->text, message);

	if (shape != l->stmt->shape)
		aac_note(l->r->ctx->diags, diag, l->stmt->shape->span,
			 "it is laid inline from here");
	aac_hint(l->r->ctx->diags, diag, "%s", hint);
}

static void lay_include(struct laying *l, const struct aac_shape *shape, int depth);

static bool is_abi(const struct aac_stmt *stmt)
{
	const struct aac_arg *first =
		stmt->type == AAC_STMT_RULE ? stmt->shape->args.head : NULL;

	return first && first->word && strcmp(first->word->text, "abi") == 0;
}

static void append(struct aac_stmts *out, struct aac_stmts more)
{
	if (!more.head)
		return;
	if (out->last)
		out->last->next = more.head;
	else
		out->head = more.head;
	out->last = more.last;
}

static void lay_file(struct laying *l, const struct aac_file *file, int depth)
{
	for (const struct aac_stmt *stmt = file->stmts.head; stmt; stmt = stmt->next) {
		struct aac_stmt *copy;
		struct aac_stmts one;

		if (stmt->type == AAC_STMT_RULE &&
		    stmt->shape->include != AAC_INCLUDE_NONE) {
			lay_include(l, stmt->shape, depth + 1);
			continue;
		}
		if (is_abi(stmt))
			continue;
		copy = ARENA_NEW(l->r->ctx->arena, struct aac_stmt);
		*copy = *stmt;
		copy->next = NULL;
		one = (struct aac_stmts){ copy, copy };
		l->r->inlining = true;
		append(&l->out, aac_resolve_body(l->r, &one));
		l->r->inlining = false;
	}
}

static void lay_include(struct laying *l, const struct aac_shape *shape, int depth)
{
	const struct aac_includes *includes = l->r->ctx->includes;
	const struct aac_included *found = NULL;
	const char *name = shape->path->text;

	if (map_get_str(&l->seen, name))
		return;
	map_add(&l->seen, name, strlen(name), l);
	if (includes)
		found = map_get_str(&includes->by_name, name);
	if (depth > DEPTH_MAX)
		refuse(l, shape, "is included too deep", "include fewer files in files");
	else if ((!found || !found->count) && !shape->if_exists)
		refuse(l, shape, "is not there, and its rules are to be laid here",
		       "install what brings it, or write 'include if exists'");
	for (size_t i = 0; found && depth <= DEPTH_MAX && i < found->count; i++)
		lay_file(l, found->files[i], depth);
}

/* Includes among what is left out are not even looked into; the rest is given back. */
static struct aac_stmts take_includes(struct laying *l, struct aac_stmts wanted)
{
	struct aac_stmts rest = { 0 };

	for (struct aac_stmt *stmt = wanted.head, *next; stmt; stmt = next) {
		const struct aac_rule *rule = stmt->resolved;

		next = stmt->next;
		stmt->next = NULL;
		if (stmt->type != AAC_STMT_RULE || !rule ||
		    rule->kind->id != AAC_KIND_INCLUDE) {
			LIST_APPEND(&rest, stmt);
			continue;
		}
		map_add(&l->without, rule->shape->path->text,
			strlen(rule->shape->path->text), stmt);
	}
	return rest;
}

/* Is NAME among the includes of a file that was laid? */
static bool is_included(struct laying *l, const char *name)
{
	const struct aac_includes *includes = l->r->ctx->includes;
	bool there = false;

	for (size_t i = 0; i < l->seen.count && !there; i++) {
		const struct aac_included *found =
			includes ? map_get_str(&includes->by_name, l->seen.entries[i].key)
				 : NULL;

		if (map_get_str(&l->without, l->seen.entries[i].key))
			continue;
		for (size_t k = 0; found && k < found->count; k++) {
			CLEANUP_MAP names = { 0 };

			aac_inline_names(found->files[k], true, &names);
			there |= map_get_str(&names, name) != NULL;
		}
	}
	return there;
}

static void check_includes(struct laying *l, const char *where)
{
	for (size_t i = 0; i < l->without.count; i++) {
		const struct aac_stmt *stmt = l->without.entries[i].value;

		if (is_included(l, l->without.entries[i].key))
			continue;
		aac_hint(l->r->ctx->diags,
			 aac_report(l->r->ctx->diags, AAC_ERROR, "without-unmatched",
				    stmt->span, "%s has no such include", where),
			 "look what stands there now");
	}
}

struct aac_stmts aac_resolve_inline(struct aac_resolver *r, const struct aac_stmt *stmt)
{
	struct laying l = { .r = r, .stmt = stmt };
	unsigned int errors = r->ctx->diags->errors;
	const char *where = arena_printf(r->ctx->arena, "'%s'", stmt->shape->path->text);
	struct aac_stmts rest = take_includes(&l, aac_resolve_body(r, &stmt->less));

	for (size_t i = 0; i < l.without.count; i++)
		map_add(&l.seen, l.without.entries[i].key, l.without.entries[i].len, &l);
	lay_include(&l, stmt->shape, 0);
	if (r->ctx->diags->errors == errors) {
		check_includes(&l, where);
		aac_resolve_without(r, &l.out, &rest, where);
	}
	map_fini(&l.seen);
	map_fini(&l.without);
	return l.out;
}
