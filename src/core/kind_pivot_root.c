/*
 * pivot_root [oldroot=PATH] [PATH] [-> PROFILE]: the new root, where the old one is put,
 * and the profile that the caller is in afterwards.
 */
#include <string.h>

#include "base/buf.h"
#include "base/macro.h"
#include "core/ask.h"
#include "core/context.h"
#include "core/diag.h"
#include "core/field.h"

extern const struct aac_kind aac_kind_pivot_root;

enum { OLD_ROOT, NEW_ROOT, PROFILE };

static const struct aac_field_spec pivot_fields[] = {
	[OLD_ROOT] = { AAC_FIELD_PATHS, "oldroot", NULL, "where the old root is put" },
	[NEW_ROOT] = { AAC_FIELD_PATHS, "new root", NULL, "ends in '/'" },
	[PROFILE] = { AAC_FIELD_LABEL, "profile", NULL, "to switch to" },
};

static const struct aac_cond pivot_conds[] = { { .key = "oldroot", .field = OLD_ROOT } };
static const struct aac_conds pivot_layout = { .conds = pivot_conds, .count = 1 };

static bool build_pivot(struct aac_context *ctx, const struct aac_shape *shape,
			struct aac_rule *rule)
{
	const struct aac_arg *arg;
	bool fine = aac_build_conds(ctx, shape, rule, &pivot_layout, &arg);

	if (arg && arg->type == AAC_ARG_WORD) {
		fine = aac_field_pattern(ctx, rule, NEW_ROOT, arg->word) && fine;
		arg = arg->next;
	}
	if (!arg)
		return fine;
	if (arg->type != AAC_ARG_ARROW)
		return aac_refuse_arg(ctx, rule, arg);
	if (!arg->next)
		return aac_refuse_missing(ctx, rule, shape, "a profile behind '->'");
	arg = arg->next;
	if (arg->type != AAC_ARG_WORD || arg->next)
		return aac_refuse_arg(ctx, rule, arg->next ? arg->next : arg);
	return aac_field_pattern(ctx, rule, PROFILE, arg->word) && fine;
}

/* One @{NAME} and nothing else? */
static bool is_variable(const char *text)
{
	return strncmp(text, "@{", 2) == 0 && text[strcspn(text, "}")] == '}' &&
	       !text[strcspn(text, "}") + 1];
}

static bool check_pivot(struct aac_context *ctx, const struct aac_rule *rule)
{
	const struct aac_pattern *new = rule->fields[NEW_ROOT].patterns;

	if (new &&is_variable(new->text)) {
		aac_hint(ctx->diags,
			 aac_report(ctx->diags, AAC_ERROR, "path-not-absolute",
				    new->word->span,
				    "apparmor_parser takes no variable alone for the new "
				    "root"),
			 "write '%.80s/', as the path of a directory ends", new->text);
		return false;
	}
	aac_check_absolute(ctx, rule, OLD_ROOT);
	return aac_check_path(ctx, rule, NEW_ROOT, true) &&
	       aac_check_name(ctx, rule, PROFILE);
}

static void print_pivot(struct buf *out, const struct aac_rule *rule)
{
	buf_puts(out, "pivot_root");
	aac_print_pattern(out, rule, OLD_ROOT, " oldroot=");
	aac_print_pattern(out, rule, NEW_ROOT, " ");
	aac_print_name(out, rule, PROFILE, " -> ");
}

static bool covers_pivot(const struct aac_rule *wide, const struct aac_rule *narrow)
{
	bool denies = wide->deny && !narrow->deny && !wide->fields[PROFILE].present;

	return (denies || aac_field_equal(wide, narrow, PROFILE)) &&
	       aac_fields_cover(wide, narrow, OLD_ROOT, NEW_ROOT + 1);
}

static int overlaps_pivot(const struct aac_rule *a, const struct aac_rule *b)
{
	return (int)aac_fields_overlap(a, b, OLD_ROOT, NEW_ROOT + 1);
}

static bool ask_pivot_root(struct aac_ask *ask, const struct aac_rule *rule)
{
	struct aac_query *query = aac_ask_new(ask, AAC_QUERY_PIVOT_ROOT, AAC_MAY_PIVOT);

	return aac_ask_text(ask, rule, NEW_ROOT, &query->name) &&
	       aac_ask_text(ask, rule, OLD_ROOT, &query->other);
}

const struct aac_kind aac_kind_pivot_root = {
	.id = AAC_KIND_PIVOT_ROOT,
	.keyword = "pivot_root",
	.summary = "changing the root file system",
	.usage = "pivot_root [oldroot=PATH] [PATH] [-> PROFILE]",
	.feature = "mount/mask",
	.fields = pivot_fields,
	.field_count = ARRAY_SIZE(pivot_fields),
	.build = build_pivot,
	.check = check_pivot,
	.print = print_pivot,
	.covers = covers_pivot,
	.overlaps = overlaps_pivot,
	.ask = ask_pivot_root,
};
