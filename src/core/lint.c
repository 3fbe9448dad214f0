/*
 * The lint engine: runs every check over what it is handed, asks accepts, keeps what was
 * found.  Not obvious: a rule that several profiles hold is told once, so no message
 * names the profile; and an accept that settles nothing is only told when everything that
 * it stands over was looked at.
 */
#include "core/lint.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/macro.h"
#include "core/access.h"
#include "core/context.h"
#include "core/rule.h"
#include "core/rule_means.h"

#define CHECK(id) extern const struct aac_check aac_check_##id;
#include "core/checks.def"
#undef CHECK

const struct aac_check *const aac_checks[] = {
#define CHECK(id) &aac_check_##id,
#include "core/checks.def"
#undef CHECK
};
const size_t aac_check_count = ARRAY_SIZE(aac_checks);

const struct aac_check *aac_check_find(const char *slug)
{
	for (size_t i = 0; i < aac_check_count; i++)
		if (strcmp(aac_checks[i]->slug, slug) == 0)
			return aac_checks[i];
	return NULL;
}

void aac_lint_init(struct aac_lint *lint, struct aac_context *ctx,
		   const struct aac_lint_world *world)
{
	*lint = (struct aac_lint){ .ctx = ctx, .world = world };
	aac_diags_init(&lint->diags, ctx->arena);
	aac_diags_init(&lint->settled, ctx->arena);
}

void aac_lint_fini(struct aac_lint *lint)
{
	map_fini(&lint->used);
	map_fini(&lint->seen);
	map_fini(&lint->complete);
	map_fini(&lint->attempts);
	map_fini(&lint->granted);
	map_fini(&lint->targets);
}

/* ---- addresses as keys ------------------------------------------------------------- */

static void mark(struct aac_lint *lint, struct map *map, const void *address)
{
	const void **key;

	if (map_get(map, (const char *)&address, sizeof(address)))
		return;
	key = ARENA_NEW(lint->ctx->arena, const void *);
	*key = address;
	map_add(map, (const char *)key, sizeof(*key), lint);
}

static bool is_marked(const struct map *map, const void *address)
{
	return map_get(map, (const char *)&address, sizeof(address));
}

void aac_lint_only(struct aac_lint *lint, const struct aac_source *source)
{
	mark(lint, &lint->targets, source);
}

/* ---- accepts ----------------------------------------------------------------------- */

static const struct aac_accept *find_accept(const struct aac_lint *lint,
					    const struct aac_accept *list)
{
	const struct aac_check *check = lint->check;

	for (; list; list = list->next)
		if (strcmp(list->slug, check->slug) == 0 ||
		    (check->also && strcmp(list->slug, check->also) == 0))
			return list;
	return NULL;
}

static const struct aac_accept *find_named(const struct aac_lint *lint, const char *name)
{
	const struct aac_fragment *fragment =
		lint->library && name ? aac_library_fragment(lint->library, name) : NULL;

	return fragment ? find_accept(lint, fragment->decl->accepts.head) : NULL;
}

/* Every place that the rule comes from counts. */
static const struct aac_accept *find_for_rule(const struct aac_lint *lint,
					      const struct aac_lone_rule *rule)
{
	const struct aac_origin *origin = rule->grant ? rule->grant->origins : NULL;
	const struct aac_accept *accept =
		find_accept(lint, rule->rule->shape->accepts.head);

	if (!accept && rule->grant)
		accept = find_accept(lint, rule->grant->accepts);
	if (!accept)
		accept = find_named(lint, rule->fragment);
	for (; !accept && origin; origin = origin->next)
		accept = find_named(lint, origin->section);
	return accept;
}

/* What is wrong with a whole composition any of its fragments may answer for. */
static const struct aac_accept *find_in_unit(const struct aac_lint *lint)
{
	const struct aac_policy *policy = lint->unit ? lint->unit->policy : NULL;
	const struct aac_accept *accept = NULL;

	for (size_t i = 0; policy && !accept && i < policy->fragments.count; i++)
		accept =
			find_accept(lint, policy->fragments.items[i]->decl->accepts.head);
	return accept;
}

static bool is_ours(const struct aac_lint *lint, struct aac_span span)
{
	return lint->targets.count == 0 || !span.source ||
	       is_marked(&lint->targets, span.source);
}

static void keep(struct aac_lint *lint, const struct aac_diag *diag,
		 const struct aac_accept *accept, const char *fragment)
{
	struct aac_lint_finding *finding =
		ARENA_NEW(lint->ctx->arena, struct aac_lint_finding);

	*finding = (struct aac_lint_finding){
		.check = lint->check,
		.diag = diag,
		.accept = accept,
		.fragment = fragment,
		.profile = lint->unit && !lint->unit->fragment ? lint->unit->name : NULL,
	};
	LIST_APPEND(lint, finding);
}

struct aac_diag *aac_lint_tell(struct aac_lint *lint, const struct aac_lone_rule *rule,
			       const struct aac_lint_rule *written,
			       const struct aac_decl *decl, struct aac_span span,
			       const char *fmt, ...)
{
	const struct aac_accept *accept = NULL;
	struct aac_diags *diags = &lint->diags;
	const struct aac_diag *before;
	struct aac_diag *diag;
	const char *message;
	va_list ap;

	lint->tells++;
	if (!is_ours(lint, span))
		return NULL;
	if (written)
		decl = written->decl;
	if (rule)
		accept = find_for_rule(lint, rule);
	else if (written)
		accept = find_accept(lint, written->rule->shape->accepts.head);
	if (!accept && decl)
		accept = find_accept(lint, decl->accepts.head);
	if (!accept && !rule && !written)
		accept = find_in_unit(lint);
	if (accept) {
		mark(lint, &lint->used, accept);
		diags = &lint->settled;
	}
	va_start(ap, fmt);
	message = arena_vprintf(lint->ctx->arena, fmt, ap);
	va_end(ap);
	before = aac_diags_last(diags);
	diag = aac_report(diags, lint->check->severity, lint->check->slug, span, "%s",
			  message);
	if (aac_diags_last(diags) == before)
		return NULL;
	aac_hint(diags, diag, "%s", lint->check->cure);
	keep(lint, diag, accept,
	     rule				       ? rule->fragment
	     : decl && decl->type == AAC_DECL_FRAGMENT ? decl->name
						       : NULL);
	return diag;
}

/* ---- running ----------------------------------------------------------------------- */

void aac_lint_library(struct aac_lint *lint, const struct aac_library *library)
{
	lint->unit = NULL;
	for (size_t i = 0; i < aac_check_count; i++) {
		lint->check = aac_checks[i];
		if (lint->check->library)
			lint->check->library(lint, library);
	}
}

void aac_lint_unit(struct aac_lint *lint, const struct aac_lint_unit *unit)
{
	lint->unit = unit;
	for (size_t i = 0; i < aac_check_count; i++) {
		lint->check = aac_checks[i];
		if (lint->check->unit && (!lint->check->compiled || unit->blob))
			lint->check->unit(lint, unit);
	}
	lint->unit = NULL;
	if (!unit->blob && !unit->clean)
		return;
	for (size_t i = 0; i < unit->rules.count; i++)
		mark(lint, &lint->seen, unit->rules.items[i].rule->shape);
	for (const struct aac_dropped *d = unit->policy ? unit->policy->dropped : NULL; d;
	     d = d->next)
		mark(lint, &lint->seen, d->rule->shape);
	if (unit->fragment)
		map_add(&lint->complete, unit->fragment, strlen(unit->fragment), lint);
}

/* ---- what the checks ask ----------------------------------------------------------- */

bool aac_lint_own(const struct aac_lint_unit *unit, const struct aac_lone_rule *rule)
{
	return !unit->fragment ||
	       (rule->fragment && strcmp(rule->fragment, unit->fragment) == 0);
}

const struct aac_attempt *aac_lint_attempt(struct aac_lint *lint, const char *access)
{
	const struct aac_attempt *attempt = map_get_str(&lint->attempts, access);
	struct aac_context ctx = *lint->ctx;
	struct aac_diags silent;

	if (attempt)
		return attempt;
	aac_diags_init(&silent, ctx.arena);
	ctx.diags = &silent;
	attempt = aac_access_read(
		&ctx, aac_source_new(ctx.arena, "lint", NULL, access, strlen(access)),
		"lint");
	if (attempt)
		map_add(&lint->attempts, arena_strdup(ctx.arena, access), strlen(access),
			(void *)(uintptr_t)attempt);
	return attempt;
}

static struct aac_ruling decide(struct aac_lint *lint, const struct aac_blob *blob,
				const struct aac_attempt *attempt)
{
	return aac_access_decide(lint->ctx->arena, blob, attempt, NULL);
}

bool aac_lint_allowed(struct aac_lint *lint, const struct aac_lint_unit *unit,
		      const char *access)
{
	const struct aac_attempt *attempt = aac_lint_attempt(lint, access);
	struct aac_ruling ruling;

	if (!attempt || !unit->blob)
		return false;
	ruling = decide(lint, unit->blob, attempt);
	return ruling.mediated && ruling.outcome == AAC_ALLOWED && !ruling.complain;
}

bool aac_lint_grants(struct aac_lint *lint, const struct aac_lone_rule *rule,
		     const char *access)
{
	const struct aac_attempt *attempt = aac_lint_attempt(lint, access);
	struct aac_ruling ruling;

	if (!attempt || !rule->blob ||
	    (rule->rule->kind->id != AAC_KIND_INCLUDE &&
	     (!aac_rule_means(rule->rule, attempt->queries) ||
	      !aac_lone_may_speak(rule, attempt->queries))))
		return false;
	ruling = decide(lint, rule->blob, attempt);
	return ruling.mediated && ruling.outcome == AAC_ALLOWED;
}

/* ---- accepts that settle nothing --------------------------------------------------- */

/* Were all rules below STMTS looked at compiled? */
static bool all_seen(const struct aac_lint *lint, const struct aac_stmts *stmts)
{
	for (const struct aac_stmt *stmt = stmts->head; stmt; stmt = stmt->next)
		if ((stmt->type == AAC_STMT_RULE &&
		     !is_marked(&lint->seen, stmt->shape)) ||
		    (stmt->type != AAC_STMT_EXPECT &&
		     (!all_seen(lint, &stmt->body) || !all_seen(lint, &stmt->orelse))))
			return false;
	return true;
}

static void judge_accepts(struct aac_lint *lint, const struct aac_decl *decl,
			  const struct aac_accept *list, bool seen)
{
	for (; list; list = list->next) {
		const struct aac_check *check = aac_check_find(list->slug);

		if (!check || check->varies || is_marked(&lint->used, list) ||
		    (check->unit && !seen))
			continue;
		aac_lint_tell(lint, NULL, NULL, decl, list->slug_span,
			      "this accept of '%s' settles nothing", list->slug);
	}
}

static void judge_rules(struct aac_lint *lint, const struct aac_decl *decl,
			const struct aac_stmts *stmts)
{
	for (const struct aac_stmt *stmt = stmts->head; stmt; stmt = stmt->next) {
		if (stmt->type == AAC_STMT_RULE)
			judge_accepts(lint, decl, stmt->shape->accepts.head,
				      is_marked(&lint->seen, stmt->shape));
		judge_rules(lint, decl, &stmt->body);
		judge_rules(lint, decl, &stmt->orelse);
	}
}

void aac_lint_accepts(struct aac_lint *lint, const struct aac_library *library,
		      bool compiled)
{
	lint->check = aac_check_find("accept-unused");
	lint->unit = NULL;
	for (size_t i = 0; i < library->fragment_count; i++) {
		const struct aac_fragment *f = library->fragments[i];
		bool whole = compiled && map_get_str(&lint->complete, f->name) &&
			     all_seen(lint, &f->body);

		judge_accepts(lint, f->decl, f->decl->accepts.head, whole);
		judge_rules(lint, f->decl, &f->body);
	}
	for (size_t i = 0; i < library->profile_count; i++)
		judge_rules(lint, library->profiles[i]->decl,
			    &library->profiles[i]->body);
}

/* ---- order ------------------------------------------------------------------------- */

static int by_place(const void *a, const void *b)
{
	const struct aac_diag *x = ((const struct aac_lint_finding *)a)->diag;
	const struct aac_diag *y = ((const struct aac_lint_finding *)b)->diag;
	int order = strcmp(x->span.source ? x->span.source->name : "",
			   y->span.source ? y->span.source->name : "");

	if (order == 0)
		order = (x->span.begin > y->span.begin) - (x->span.begin < y->span.begin);
	if (order == 0)
		order = strcmp(x->slug, y->slug);
	return order ? order : strcmp(x->message, y->message);
}

const struct aac_lint_finding *aac_lint_sorted(struct aac_lint *lint, size_t *count)
{
	struct aac_lint_finding *items;
	size_t i = 0;

	*count = 0;
	for (const struct aac_lint_finding *f = lint->head; f; f = f->next)
		(*count)++;
	items = ARENA_ARRAY(lint->ctx->arena, struct aac_lint_finding, *count);
	for (const struct aac_lint_finding *f = lint->head; f; f = f->next)
		items[i++] = *f;
	if (*count)
		qsort(items, *count, sizeof(*items), by_place);
	return items;
}
