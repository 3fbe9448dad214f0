/*
 * Proofs about a composed profile: takes its text and compiled policies, compares them
 * by what they allow and log.  Not obvious: dropped rules are listed as they were
 * written, so each is narrowed for the target once more before it goes back in.
 */
#include "core/prove.h"

#include <string.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/map.h"
#include "core/blob.h"
#include "core/compare.h"
#include "core/context.h"
#include "core/diag.h"
#include "core/lone.h"
#include "core/query_print.h"
#include "core/render.h"
#include "core/rule_means.h"

static const struct aac_span nowhere;

/* ---- the naive union --------------------------------------------------------------- */

/* What was dropped, by the grant that is there for it: the lines to add behind it. */
static void collect_dropped(struct aac_context *ctx, const struct aac_policy *policy,
			    struct map *lines)
{
	for (const struct aac_dropped *d = policy->dropped; d; d = d->next) {
		const struct aac_grant **key =
			ARENA_NEW(ctx->arena, const struct aac_grant *);
		const struct aac_rule *rule;
		const char *why;
		void **slot;

		*key = d->by;
		slot = map_slot(lines, (const char *)key, sizeof(*key));
		rule = aac_rule_narrow(ctx, d->rule, &why);
		if (rule)
			*slot = arena_printf(ctx->arena, "%s%s\n",
					     *slot ? (const char *)*slot : "",
					     rule->text);
	}
}

const struct aac_source *aac_prove_text(struct aac_context *ctx,
					const struct aac_profile_text *text)
{
	const char *at = text->text;
	CLEANUP_MAP lines = { 0 };
	CLEANUP_BUF out = { 0 };

	collect_dropped(ctx, text->policy, &lines);
	for (size_t i = 0; i < text->line_count; i++) {
		const struct aac_grant *grant = text->lines[i].grant;
		size_t len = strcspn(at, "\n") + 1;

		buf_putn(&out, at, len);
		at += len;
		if (grant &&
		    (i + 1 == text->line_count || text->lines[i + 1].grant != grant))
			buf_puts(&out,
				 map_get(&lines, (const char *)&grant, sizeof(grant))
					 ? map_get(&lines, (const char *)&grant,
						   sizeof(grant))
					 : "");
	}
	return aac_source_new(ctx->arena, text->policy->name, NULL, buf_str(&out),
			      out.len);
}

/* ---- equal ------------------------------------------------------------------------- */

static void report_difference(struct aac_context *ctx, const char *name,
			      const struct aac_finding *finding)
{
	static const char *const told[] = {
		[AAC_FINDING_LOST] = "is no longer allowed",
		[AAC_FINDING_GAINED] = "is allowed though no rule says so",
		[AAC_FINDING_CHANGED] = "leads elsewhere",
		[AAC_FINDING_LOGGED] = "is logged though no rule says so",
		[AAC_FINDING_SILENCED] = "is no longer logged",
	};
	CLEANUP_BUF access = { 0 };
	struct aac_diag *diag;

	if (finding && finding->witness)
		aac_query_print(&access, finding->witness);
	else
		buf_puts(&access, finding ? finding->what : "something");
	diag = aac_report(ctx->diags, AAC_ERROR, "not-proved", nowhere,
			  "composing profile %s changed it: '%s' %s", name,
			  buf_str(&access),
			  finding ? told[finding->kind] : "may be decided otherwise");
	aac_hint(ctx->diags, diag,
		 "this is a mistake of aa-compose, please report it; the rules that were "
		 "left out are listed in the map");
}

bool aac_prove_equal(struct aac_context *ctx, const struct aac_blob *composed,
		     const struct aac_blob *naive)
{
	bool equal = true;

	for (; composed && equal; composed = composed->next) {
		const struct aac_blob *other = naive;
		struct aac_comparison comparison = { .unproved = 1 };

		while (other && strcmp(other->name, composed->name) != 0)
			other = other->next;
		if (other)
			comparison = aac_compare(ctx->arena, other, composed);
		equal = !comparison.findings && !comparison.unproved;
		if (!equal)
			report_difference(ctx, composed->name, comparison.findings);
	}
	return equal;
}

/* ---- overridden -------------------------------------------------------------------- */

static bool accepts_override(const struct aac_accept *accept)
{
	for (; accept; accept = accept->next)
		if (strcmp(accept->slug, "deny-overrides") == 0)
			return true;
	return false;
}

static bool is_accepted(const struct aac_lone_rule *rule)
{
	return rule->grant && accepts_override(rule->grant->accepts);
}

/* As it was written: what a parser reads into it is nobody's wish. */
static const struct aac_rule *written_rule(const struct aac_lone_rule *rule)
{
	return rule->grant->written ? rule->grant->written : rule->grant->rule;
}

/* Does nothing that A says lie outside of B? */
static bool lies_within(struct aac_context *ctx, const struct aac_lone_rule *a,
			const struct aac_lone_rule *b)
{
	struct aac_comparison comparison = aac_compare(ctx->arena, a->blob, b->blob);

	for (const struct aac_finding *f = comparison.findings; f; f = f->next)
		if (f->kind == AAC_FINDING_LOST &&
		    (!f->witness || aac_rule_means(written_rule(a), f->witness)))
			return false;
	return !comparison.unproved;
}

static bool both_mean(const void *env, const struct aac_query *query)
{
	const struct aac_rule *const *rules = env;

	return aac_rule_means(rules[0], query) && aac_rule_means(rules[1], query);
}

/* What both say; NULL: nothing. */
static const struct aac_finding *find_common(struct aac_context *ctx,
					     const struct aac_lone_rule *allow,
					     const struct aac_lone_rule *deny)
{
	const struct aac_rule *rules[] = { written_rule(allow), written_rule(deny) };
	const struct aac_common_options options = {
		.file_bits = aac_rule_file_bits(rules[0]) & aac_rule_file_bits(rules[1]),
		.takes = both_mean,
		.env = rules,
	};

	return aac_common(ctx->arena, allow->blob, deny->blob, &options);
}

static void report_override(struct aac_context *ctx, const struct aac_lone_rule *allow,
			    const struct aac_lone_rule *deny,
			    const struct aac_finding *common)
{
	bool whole = lies_within(ctx, allow, deny);
	CLEANUP_BUF access = { 0 };
	struct aac_diag *diag;

	if (common->witness)
		aac_query_print(&access, common->witness);
	diag = aac_report(ctx->diags, AAC_WARNING, "deny-overrides", allow->span,
			  "'%s' is overridden %s by a deny: AppArmor lets the deny win",
			  allow->text, whole ? "wholly" : "in part");
	aac_note(ctx->diags, diag, deny->span, "denied by '%s', as is '%s'", deny->text,
		 buf_str(&access));
	aac_hint(ctx->diags, diag,
		 "narrow one of the two, or write above one: "
		 "accept deny-overrides \"why\";");
}

void aac_prove_overridden(struct aac_context *ctx, const struct aac_lone_rules *rules)
{
	for (size_t i = 0; i < rules->count; i++) {
		const struct aac_lone_rule *allow = &rules->items[i];

		if (allow->deny || !allow->blob || !allow->grant || is_accepted(allow))
			continue;
		for (size_t k = 0; k < rules->count; k++) {
			const struct aac_lone_rule *deny = &rules->items[k];
			const struct aac_finding *common;

			if (!deny->deny || !deny->blob || !deny->grant ||
			    is_accepted(deny) || deny->priority != allow->priority ||
			    !aac_rules_meet(allow->grant->rule, deny->grant->rule) ||
			    aac_rule_overlap(allow->grant->rule, deny->grant->rule) !=
				    AAC_OVERLAP_NONE)
				continue;
			common = find_common(ctx, allow, deny);
			if (common)
				report_override(ctx, allow, deny, common);
		}
	}
}
