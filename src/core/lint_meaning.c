/*
 * Checks of what rules come to beside each other, decided on compiled policy: of a
 * fragment with what it requires, of a profile in AppArmor's own text.  Not obvious: a
 * whole composition is no place for them, since a rule may well be another fragment's,
 * too.
 */
#include <string.h>

#include "base/arena.h"
#include "core/access.h"
#include "core/blob.h"
#include "core/compare.h"
#include "core/context.h"
#include "core/file_rule.h"
#include "core/lint.h"
#include "core/rule.h"
#include "core/rule_means.h"

static bool means(const void *env, const struct aac_query *query)
{
	return aac_rule_means(env, query);
}

/* An access that RULE is for and BLOB allows; NULL: there is none. */
static const struct aac_finding *left_of(struct aac_lint *lint,
					 const struct aac_lone_rule *rule,
					 const struct aac_blob *blob)
{
	struct aac_common_options options = { .file_bits = aac_rule_file_bits(rule->rule),
					      .takes = means,
					      .env = rule->rule };

	return aac_common(lint->ctx->arena, rule->blob, blob, &options);
}

/* Does the word of COVER mean all that RULE means?  Old parsers read new mounts into
 * rules for binds: these cover nothing. */
static bool means_all(struct aac_lint *lint, const struct aac_lone_rule *rule,
		      const struct aac_lone_rule *cover)
{
	const struct aac_finding *f = left_of(lint, rule, rule->blob);

	for (; f && cover->rule->kind->id != AAC_KIND_INCLUDE; f = f->next)
		if (f->witness && !aac_rule_means(cover->rule, f->witness))
			return false;
	return true;
}

/* Of the file that the include COVER names, the rule that covers RULE. */
static const struct aac_lone_rule *find_inside(struct aac_lint *lint,
					       const struct aac_lint_unit *unit,
					       const struct aac_lone_rule *rule,
					       const struct aac_lone_rule *cover)
{
	const struct aac_lone_rules *inside =
		unit->inside ? unit->inside[cover - unit->rules.items] : NULL;
	const struct aac_finding *sorts = inside ? aac_lone_sorts(lint->ctx, rule) : NULL;

	for (size_t i = 0; inside && i < inside->count; i++)
		if (inside->items[i].deny == rule->deny &&
		    aac_lone_within(lint->ctx, rule, sorts, &inside->items[i]) &&
		    means_all(lint, rule, &inside->items[i]))
			return &inside->items[i];
	return NULL;
}

/* ---- no-effect --------------------------------------------------------------------- */

static bool is_include(const struct aac_lone_rule *rule)
{
	return rule->rule->kind->id == AAC_KIND_INCLUDE;
}

static void tell_cover(struct aac_lint *lint, const struct aac_lint_unit *unit,
		       const struct aac_lone_rule *rule,
		       const struct aac_lone_rule *cover)
{
	const struct aac_lone_rule *inside = find_inside(lint, unit, rule, cover);
	struct aac_diag *diag;

	if (!means_all(lint, rule, cover) || (is_include(cover) && !inside))
		return;
	diag = aac_lint_tell(lint, rule, NULL, NULL, rule->span,
			     "'%s' changes nothing beside '%s'", rule->text,
			     inside ? inside->text : cover->text);
	if (!diag)
		return;
	aac_note(&lint->diags, diag, cover->span,
		 inside ? "included here" : "it is here");
	if (inside)
		aac_note(&lint->diags, diag, inside->span, "and there");
}

/* What composing has left out already. */
static void tell_dropped(struct aac_lint *lint, const struct aac_lint_unit *unit)
{
	const struct aac_dropped *d = unit->policy ? unit->policy->dropped : NULL;

	for (; d; d = d->next) {
		struct aac_lone_rule rule = aac_lint_dropped(d);
		struct aac_diag *diag;

		if (!aac_lint_own(unit, &rule) || aac_lint_silenced(d))
			continue;
		diag = aac_lint_tell(lint, &rule, NULL, NULL, rule.span,
				     "'%s' changes nothing beside '%s'", rule.text,
				     d->by->rule->text);
		if (diag)
			aac_note(&lint->diags, diag, d->by->origins->span, "it is here");
	}
}

/* The rule of STMTS that begins where SPAN does; NULL: there is none. */
static const struct aac_stmt *find_stmt(const struct aac_stmts *stmts,
					struct aac_span span)
{
	for (const struct aac_stmt *s = stmts->head; s; s = s->next) {
		const struct aac_stmt *found;

		if (s->type == AAC_STMT_RULE && s->shape->span.begin == span.begin)
			return s;
		found = find_stmt(&s->body, span);
		if (!found)
			found = find_stmt(&s->orelse, span);
		if (found)
			return found;
	}
	return NULL;
}

/* A rule that the fragment requires already, word for word. */
static void tell_equal(struct aac_lint *lint, const struct aac_lint_unit *unit,
		       const struct aac_grant *grant)
{
	const struct aac_origin *first = grant->origins;

	for (const struct aac_origin *o = first->next; o; o = o->next) {
		const struct aac_stmt *stmt;
		struct aac_lint_rule one = { .rule = grant->rule, .decl = unit->decl };
		struct aac_rule rule = *grant->rule;
		struct aac_diag *diag;

		if (strcmp(o->section, unit->fragment) != 0 ||
		    strcmp(first->section, unit->fragment) == 0)
			continue;
		stmt = find_stmt(&unit->decl->body, o->span);
		rule.shape = stmt ? stmt->shape : rule.shape;
		one.rule = &rule;
		diag = aac_lint_tell(lint, NULL, &one, NULL, o->span,
				     "'%s' changes nothing: '%s' has it, too", rule.text,
				     first->section);
		if (diag)
			aac_note(&lint->diags, diag, first->span, "it is here");
	}
}

/* What the target does not mediate has no effect here, and one elsewhere. */
static bool is_enforced(struct aac_lint *lint, const struct aac_lone_rule *rule)
{
	struct aac_context ctx = *lint->ctx;
	struct aac_diags silent;

	aac_diags_init(&silent, ctx.arena);
	ctx.diags = &silent;
	return aac_rule_supported(&ctx, rule->rule);
}

static void no_effect(struct aac_lint *lint, const struct aac_lint_unit *unit)
{
	bool *covered;

	if (!aac_lint_closed(unit))
		return;
	tell_dropped(lint, unit);
	covered = ARENA_ARRAY(lint->ctx->arena, bool, unit->rules.count);
	for (size_t i = 0; i < unit->rules.count; i++) {
		const struct aac_lone_rule *rule = &unit->rules.items[i], *cover;

		if (unit->fragment && rule->grant)
			tell_equal(lint, unit, rule->grant);
		if (!aac_lint_own(unit, rule) || !is_enforced(lint, rule))
			continue;
		cover = aac_lone_cover(lint->ctx, &unit->rules, i, covered);
		covered[i] = cover != NULL;
		if (cover)
			tell_cover(lint, unit, rule, cover);
	}
}

const struct aac_check aac_check_no_effect = {
	.slug = "no-effect",
	.severity = AAC_WARNING,
	.summary = "a broader rule grants, or denies, all of it already",
	.rationale =
		"Under 'file,', which LXC's container-base has, '/dev/nvidia* rw,' "
		"changes nothing: the profile is the same without it. Such a rule looks "
		"like what makes a device work, and takes the eye off what does: the "
		"device cgroup and the mount entry. Decided by meaning, in files that "
		"are included, too.",
	.cure = "take it out, or say in an accept what it is there for",
	.bad = "fragment a \"Reads\" {\n    /dev/** rw,\n    /dev/nvidia* rw,\n"
	       "    expect { allow file /dev/nvidia0 rw; }\n}\n",
	.good = "fragment a \"Reads\" {\n    /dev/nvidia* rw,\n"
		"    expect { allow file /dev/nvidia0 rw; }\n}\n",
	.compiled = true,
	.unit = no_effect,
};

/* ---- dead-under-deny --------------------------------------------------------------- */

/* The deny that takes away QUERY. */
static const struct aac_lone_rule *find_deny(struct aac_lint *lint,
					     const struct aac_lint_unit *unit,
					     const struct aac_query *query)
{
	for (size_t i = 0; query && i < unit->rules.count; i++) {
		const struct aac_lone_rule *rule = &unit->rules.items[i];
		struct aac_decision d;

		if (!rule->deny || !rule->blob)
			continue;
		d = aac_decide(lint->ctx->arena, rule->blob, query);
		if (d.mediated && d.granted)
			return rule;
	}
	return NULL;
}

/* What RULE is for and grants; asked once of rules that are alike. */
static const struct aac_finding *granted_by(struct aac_lint *lint,
					    const struct aac_lone_rule *rule)
{
	const struct aac_blob *blob = rule->blob;
	const struct aac_finding *found =
		map_get(&lint->granted, (const char *)&blob, sizeof(blob));
	const struct aac_blob **key;

	if (found)
		return found;
	found = left_of(lint, rule, blob);
	if (!found)
		return NULL;
	key = ARENA_NEW(lint->ctx->arena, const struct aac_blob *);
	*key = blob;
	map_add(&lint->granted, (const char *)key, sizeof(blob),
		(void *)(uintptr_t)found);
	return found;
}

static bool happens(struct aac_lint *lint, const struct aac_blob *blob,
		    const struct aac_query *query)
{
	struct aac_decision d = aac_decide(lint->ctx->arena, blob, query);

	return d.outcome == AAC_ALLOWED && !d.complain;
}

/* Does some name of a file rule tell that not all of it is taken away?  Most rules are
 * such, and no automaton is walked for them. */
static bool grants_sample(struct aac_lint *lint, const struct aac_lint_unit *unit,
			  const struct aac_lone_rule *rule)
{
	const struct aac_pattern *path = rule->rule->fields[FILE_PATH].patterns;
	struct aac_query query = { .type = AAC_QUERY_FILE,
				   .owner = rule->rule->owner == AAC_OWNER_OWNER,
				   .number = AAC_QUERY_ANY,
				   .socket_type = AAC_QUERY_ANY };
	const unsigned char *name;
	uint32_t bits;
	size_t len;

	if (rule->rule->kind->id != AAC_KIND_FILE || !path || !path->glob)
		return false;
	name = aac_glob_sample(path->glob, &len);
	bits = aac_rule_file_bits(rule->rule);
	if (!name || memchr(name, '\0', len) || bits == UINT32_MAX)
		return false;
	query.name = arena_strndup(lint->ctx->arena, (const char *)name, len);
	query.request = bits & -bits;
	return aac_rule_means(rule->rule, &query) && happens(lint, rule->blob, &query) &&
	       happens(lint, unit->blob, &query);
}

/* Are all accesses that RULE is for and grants, FOUND, taken away in the whole? */
static bool is_dead(struct aac_lint *lint, const struct aac_lint_unit *unit,
		    const struct aac_lone_rule *rule, const struct aac_finding *found)
{
	for (const struct aac_finding *f = found; f; f = f->next)
		if (f->witness && happens(lint, unit->blob, f->witness))
			return false;
	return found && !left_of(lint, rule, unit->blob);
}

static void dead_under_deny(struct aac_lint *lint, const struct aac_lint_unit *unit)
{
	for (size_t i = 0; aac_lint_closed(unit) && i < unit->rules.count; i++) {
		const struct aac_lone_rule *rule = &unit->rules.items[i], *deny;
		const struct aac_finding *own;
		struct aac_diag *diag;

		if (rule->deny || !rule->blob || rule->blob->limit_mask ||
		    rule->rule->kind->id == AAC_KIND_INCLUDE ||
		    !aac_lint_own(unit, rule) || grants_sample(lint, unit, rule))
			continue;
		own = granted_by(lint, rule);
		if (!is_dead(lint, unit, rule, own))
			continue;
		deny = find_deny(lint, unit, own->witness);
		diag = aac_lint_tell(lint, rule, NULL, NULL, rule->span,
				     "'%s' grants nothing: denies take away all of it",
				     rule->text);
		if (diag && deny)
			aac_note(&lint->diags, diag, deny->span, "denied by '%s'",
				 deny->text);
	}
}

const struct aac_check aac_check_dead_under_deny = {
	.slug = "dead-under-deny",
	.severity = AAC_WARNING,
	.summary = "denies take away everything that a rule grants",
	.rationale =
		"In AppArmor a deny wins over every allow, wherever it stands and "
		"however narrow the allow is (but for priority=, which 4.1 knows). What "
		"the rule was written for stays refused, and unlogged at that.",
	.cure = "narrow the deny, or take the rule out",
	.bad = "fragment a \"Writes\" {\n    /srv/a/** rw,\n    deny /srv/** rwklx,\n"
	       "    expect { deny file /srv/a/x w; }\n}\n",
	.good = "fragment a \"Writes\" {\n    /srv/a/** rw,\n    deny /srv/b/** rwklx,\n"
		"    expect { deny file /srv/b/x w; }\n}\n",
	.compiled = true,
	.unit = dead_under_deny,
};

/* ---- expect-always-true ------------------------------------------------------------ */

static bool holds_without(struct aac_lint *lint, const struct aac_lint_unit *unit,
			  const struct aac_expect *expect)
{
	struct aac_context ctx = *lint->ctx;
	const struct aac_attempt *attempt;
	struct aac_diags silent;
	struct aac_ruling ruling;

	aac_diags_init(&silent, ctx.arena);
	ctx.diags = &silent;
	attempt = aac_access_new(&ctx, expect->words, unit->name);
	if (!attempt)
		return false;
	ruling = aac_access_decide(ctx.arena, unit->without, attempt, NULL);
	return ruling.mediated && ruling.outcome == AAC_ALLOWED && !ruling.complain &&
	       (expect->verdict == AAC_VERDICT_ALLOW || ruling.audited);
}

static void expect_always_true(struct aac_lint *lint, const struct aac_lint_unit *unit)
{
	if (!unit->without || !unit->policy)
		return;
	for (size_t i = 0; i < unit->policy->expect_count; i++) {
		const struct aac_expect *expect = unit->policy->expects[i];

		if (expect->never || expect->verdict == AAC_VERDICT_DENY ||
		    strcmp(expect->section, unit->fragment) != 0 ||
		    !holds_without(lint, unit, expect))
			continue;
		aac_lint_tell(lint, NULL, NULL, unit->decl, expect->span,
			      "this holds without any rule of fragment '%s'",
			      unit->fragment);
	}
}

const struct aac_check aac_check_expect_always_true = {
	.slug = "expect-always-true",
	.severity = AAC_NOTE,
	.summary = "a test of what is allowed holds without the fragment's rules",
	.rationale =
		"An expect is to fail when the rule that it is there for is lost. One "
		"that what the fragment requires grants anyway never does: it tests "
		"another fragment's rule, or none.",
	.cure = "expect what only this fragment grants, or put it where it is granted",
	.bad = "fragment a \"All files\" {\n    when .a == true;\n    /** r,\n"
	       "    expect { allow file /x r; }\n}\n"
	       "fragment b \"One file\" {\n    requires a;\n    when .b == true;\n"
	       "    /srv/x r,\n"
	       "    expect { allow file /srv/x r; }\n}\n",
	.good = "fragment a \"Some files\" {\n    when .a == true;\n    /etc/** r,\n"
		"    expect { allow file /etc/x r; }\n}\n"
		"fragment b \"One file\" {\n    requires a;\n    when .b == true;\n"
		"    /srv/x r,\n"
		"    expect { allow file /srv/x r; }\n}\n",
	.compiled = true,
	.unit = expect_always_true,
};
