/*
 * link [subset] LINK -> TARGET, also written `l LINK -> TARGET`: making a hard link, as a
 * pair of names.  Both names are paths.  A rule with `subset` beside one without makes
 * the pair stricter, so neither covers the other.
 */
#include <string.h>

#include "base/buf.h"
#include "base/macro.h"
#include "core/ask.h"
#include "core/context.h"
#include "core/diag.h"
#include "core/field.h"

extern const struct aac_kind aac_kind_link;

enum { SUBSET, LINK, TARGET };

static const struct aac_term subset_terms[] = { { .word = "subset" } };
static const struct aac_vocab subset_vocab = { "restriction", subset_terms, 1 };

static const struct aac_field_spec link_fields[] = {
	[SUBSET] = { AAC_FIELD_SET, "restriction", &subset_vocab,
		     "the link may allow no more than its target" },
	[LINK] = { AAC_FIELD_PATHS, "link", NULL, "the new name" },
	[TARGET] = { AAC_FIELD_PATHS, "target", NULL, "the existing file" },
};

static bool build_link(struct aac_context *ctx, const struct aac_shape *shape,
		       struct aac_rule *rule)
{
	const struct aac_arg *arg = shape->args.head->next;

	if (strcmp(shape->args.head->word->text, "file") == 0)
		arg = arg->next;
	if (arg && arg->type == AAC_ARG_WORD && !arg->word->quoted &&
	    strcmp(arg->word->text, "subset") == 0) {
		if (!aac_field_word(ctx, rule, SUBSET, arg->word))
			return false;
		arg = arg->next;
	}
	if (!arg)
		return aac_refuse_missing(ctx, rule, shape, "its two paths");
	if (arg->type != AAC_ARG_WORD)
		return aac_refuse_arg(ctx, rule, arg);
	if (!aac_field_pattern(ctx, rule, LINK, arg->word))
		return false;
	if (!arg->next)
		return aac_refuse_missing(ctx, rule, shape, "'-> TARGET'");
	arg = arg->next;
	if (arg->type != AAC_ARG_ARROW)
		return aac_refuse_arg(ctx, rule, arg);
	if (!arg->next)
		return aac_refuse_missing(ctx, rule, shape, "a path behind '->'");
	arg = arg->next;
	if (arg->type != AAC_ARG_WORD || arg->next)
		return aac_refuse_arg(ctx, rule, arg->next ? arg->next : arg);
	return aac_field_pattern(ctx, rule, TARGET, arg->word);
}

static bool check_link(struct aac_context *ctx, const struct aac_rule *rule)
{
	aac_check_absolute(ctx, rule, TARGET);
	return aac_check_path(ctx, rule, LINK, true);
}

static void print_link(struct buf *out, const struct aac_rule *rule)
{
	buf_puts(out, "link");
	aac_print_set(out, rule, SUBSET, false);
	aac_print_pattern(out, rule, LINK, " ");
	aac_print_pattern(out, rule, TARGET, " -> ");
}

static bool covers_link(const struct aac_rule *wide, const struct aac_rule *narrow)
{
	return wide->fields[SUBSET].set == narrow->fields[SUBSET].set &&
	       aac_fields_cover(wide, narrow, LINK, TARGET + 1);
}

static int overlaps_link(const struct aac_rule *a, const struct aac_rule *b)
{
	return (int)aac_fields_overlap(a, b, LINK, TARGET + 1);
}

static bool ask_link(struct aac_ask *ask, const struct aac_rule *rule)
{
	struct aac_query *query = aac_ask_new(ask, AAC_QUERY_LINK, AAC_ACCESS_LINK);

	query->owner = rule->owner == AAC_OWNER_OWNER;
	return aac_ask_text(ask, rule, LINK, &query->name) &&
	       aac_ask_text(ask, rule, TARGET, &query->other);
}

const struct aac_kind aac_kind_link = {
	.id = AAC_KIND_LINK,
	.keyword = "link",
	.summary = "making hard links",
	.usage = "link [subset] LINK -> TARGET",
	.fields = link_fields,
	.field_count = ARRAY_SIZE(link_fields),
	.takes_owner = true,
	.build = build_link,
	.check = check_link,
	.print = print_link,
	.covers = covers_link,
	.overlaps = overlaps_link,
	.ask = ask_link,
};
