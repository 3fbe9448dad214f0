/*
 * Rules and targets: takes a rule and the target it is composed for, tells whether kernel
 * and apparmor_parser know it, and gives it as an old parser must see it.  A rule that
 * only the kernel does not mediate is refused as well: it would silently not be enforced.
 */
#include "base/buf.h"
#include "core/context.h"
#include "core/diag.h"
#include "core/field.h"
#include "core/rule.h"
#include "core/target.h"

/* Do a mount rule's flags mean what they say to this version (CVE-2016-1585)?  Mended in
 * two branches. */
static bool reads_mounts_exactly(const char *parser)
{
	if (aac_version_compare(parser, "3.1") >= 0)
		return aac_version_compare(parser, "3.1.4") >= 0;
	return aac_version_compare(parser, "3.0.10") >= 0;
}

struct need {
	const char *word;    /* what the user wrote */
	const char *parser;  /* first version, or NULL */
	const char *feature; /* kernel's, or NULL */
	const char *test;    /* what `target supports` takes */
};

static bool hint_support(struct aac_context *ctx, struct aac_diag *diag,
			 const struct aac_rule *rule, const struct need *need)
{
	CLEANUP_BUF text = { 0 };

	if (rule->text)
		buf_puts(&text, rule->text);
	else
		buf_printf(&text, "%s …,", rule->kind->keyword);
	if (need->test)
		aac_hint(ctx->diags, diag, "put it in: if target supports \"%s\" { %s }",
			 need->test, buf_str(&text));
	else
		aac_hint(ctx->diags, diag, "put it in: if target parser >= \"%s\" { %s }",
			 need->parser, buf_str(&text));
	return false;
}

static bool check_need(struct aac_context *ctx, const struct aac_rule *rule,
		       const struct need *need)
{
	const struct aac_target *target = ctx->target;
	struct aac_diag *diag;

	if (need->parser && aac_version_compare(target->parser, need->parser) < 0) {
		diag = aac_report(ctx->diags, AAC_ERROR, "target-unsupported",
				  rule->shape->body,
				  "'%s' is not known to target '%s' (apparmor_parser %s)",
				  need->word, target->name, target->parser);
		return hint_support(ctx, diag, rule, need);
	}
	if (need->feature && !aac_target_feature(target, need->feature)) {
		diag = aac_report(
			ctx->diags, AAC_ERROR, "target-unsupported", rule->shape->body,
			"'%s' is not mediated by the kernel of target '%s' (%s): the "
			"rule would not be enforced",
			need->word, target->name, target->kernel);
		return hint_support(ctx, diag, rule, need);
	}
	return true;
}

/* KERNEL: it must mediate it, too. */
static bool check_field(struct aac_context *ctx, const struct aac_rule *rule,
			size_t field, bool kernel)
{
	const struct aac_kind *kind = rule->kind;
	const struct aac_vocab *vocab = kind->fields[field].vocab;
	struct need late = { kind->fields[field].name, kind->late_parser, NULL, NULL };

	if (kind->late_parser && field >= kind->late && rule->fields[field].present &&
	    !check_need(ctx, rule, &late))
		return false;
	for (size_t i = 0; vocab && i < vocab->count; i++) {
		const struct aac_term *term = &vocab->terms[i];
		struct need need = { term->word, term->parser,
				     kernel ? term->feature : NULL, term->feature };

		if (!(rule->fields[field].set >> i & 1))
			continue;
		if (aac_mount_option_find(term->word) == term)
			need.test = term->word;
		if (!check_need(ctx, rule, &need))
			return false;
	}
	return true;
}

static bool check_rule(struct aac_context *ctx, const struct aac_rule *rule, bool kernel)
{
	const struct aac_kind *kind = rule->kind;
	struct need need = { kind->keyword, kind->parser, kernel ? kind->feature : NULL,
			     kind->keyword };
	struct need priority = { "priority=", "4.1", NULL, NULL };

	if (!ctx->target)
		return true;
	if (!check_need(ctx, rule, &need))
		return false;
	if (rule->has_priority && !check_need(ctx, rule, &priority))
		return false;
	for (size_t i = 0; i < kind->field_count; i++)
		if (!check_field(ctx, rule, i, kernel))
			return false;
	return true;
}

bool aac_rule_supported(struct aac_context *ctx, const struct aac_rule *rule)
{
	return check_rule(ctx, rule, true);
}

bool aac_rule_known(struct aac_context *ctx, const struct aac_rule *rule)
{
	return check_rule(ctx, rule, false);
}

const struct aac_rule *aac_rule_narrow(struct aac_context *ctx,
				       const struct aac_rule *rule, const char **why)
{
	*why = NULL;
	if (!ctx->target || !rule->kind->narrow ||
	    reads_mounts_exactly(ctx->target->parser))
		return rule;
	return rule->kind->narrow(ctx, rule, why);
}

const char *aac_rule_widened(struct aac_context *ctx, const struct aac_rule *rule)
{
	if (!ctx->target || !rule->kind->widened ||
	    reads_mounts_exactly(ctx->target->parser))
		return NULL;
	return rule->kind->widened(ctx, rule);
}
