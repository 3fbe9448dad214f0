/*
 * change_profile [[safe | unsafe] EXEC] [-> PROFILE]: switching to another profile, at
 * once or when EXEC is executed.  `safe` is the default and not printed.  A rule without
 * EXEC does not cover one with it: measured, the compiled policy differs.
 */
#include <string.h>

#include "base/buf.h"
#include "base/macro.h"
#include "core/ask.h"
#include "core/context.h"
#include "core/diag.h"
#include "core/field.h"

extern const struct aac_kind aac_kind_change_profile;

enum { MODE, EXEC, PROFILE };

static const struct aac_term mode_terms[] = { { .word = "unsafe" } };
static const struct aac_vocab mode_vocab = { "exec mode", mode_terms, 1 };

static const struct aac_field_spec change_fields[] = {
	[MODE] = { AAC_FIELD_SET, "mode", &mode_vocab, "keep the environment" },
	[EXEC] = { AAC_FIELD_PATHS, "program", NULL, "whose execution switches" },
	[PROFILE] = { AAC_FIELD_LABEL, "profile", NULL, "to switch to" },
};

static bool is_mode(const struct aac_word *word)
{
	return !word->quoted &&
	       (strcmp(word->text, "safe") == 0 || strcmp(word->text, "unsafe") == 0);
}

static bool refuse_mode(struct aac_context *ctx, const struct aac_arg *mode)
{
	aac_hint(ctx->diags,
		 aac_report(ctx->diags, AAC_ERROR, "missing-argument", mode->span,
			    "'%s' says how a program is executed, and none is named",
			    mode->word->text),
		 "write 'change_profile %s /PROGRAM -> PROFILE'", mode->word->text);
	return false;
}

/* A name without '->' would be the program, which has a path. */
static bool refuse_name(struct aac_context *ctx, const struct aac_word *name)
{
	aac_hint(ctx->diags,
		 aac_report(ctx->diags, AAC_ERROR, "missing-argument", name->span,
			    "there is no '->' before the profile '%.80s'", name->text),
		 "write 'change_profile -> %.80s'", name->text);
	return false;
}

static bool build_change(struct aac_context *ctx, const struct aac_shape *shape,
			 struct aac_rule *rule)
{
	const struct aac_arg *arg = shape->args.head->next, *mode = NULL;

	if (arg && arg->type == AAC_ARG_WORD && is_mode(arg->word)) {
		mode = arg;
		arg = arg->next;
	}
	if (mode && (!arg || arg->type != AAC_ARG_WORD))
		return refuse_mode(ctx, mode);
	if (mode && strcmp(mode->word->text, "unsafe") == 0)
		aac_field_word(ctx, rule, MODE, mode->word);
	if (arg && arg->type == AAC_ARG_WORD) {
		if (!mode && !arg->next && !arg->word->holes &&
		    !strchr("/@\"", *arg->word->text))
			return refuse_name(ctx, arg->word);
		if (!aac_field_pattern(ctx, rule, EXEC, arg->word))
			return false;
		arg = arg->next;
	}
	if (!arg)
		return true;
	if (arg->type != AAC_ARG_ARROW)
		return aac_refuse_arg(ctx, rule, arg);
	if (!arg->next)
		return aac_refuse_missing(ctx, rule, shape, "a profile behind '->'");
	arg = arg->next;
	if (arg->type != AAC_ARG_WORD || arg->next)
		return aac_refuse_arg(ctx, rule, arg->next ? arg->next : arg);
	return aac_field_pattern(ctx, rule, PROFILE, arg->word);
}

static bool check_change(struct aac_context *ctx, const struct aac_rule *rule)
{
	return aac_check_path(ctx, rule, EXEC, false);
}

static void print_change(struct buf *out, const struct aac_rule *rule)
{
	buf_puts(out, "change_profile");
	aac_print_set(out, rule, MODE, false);
	aac_print_pattern(out, rule, EXEC, " ");
	aac_print_pattern(out, rule, PROFILE, " -> ");
}

static bool covers_change(const struct aac_rule *wide, const struct aac_rule *narrow)
{
	bool denies = wide->deny && !narrow->deny;

	if (!denies && (wide->fields[MODE].set != narrow->fields[MODE].set ||
			wide->fields[EXEC].present != narrow->fields[EXEC].present))
		return false;
	return aac_field_covers(wide, narrow, EXEC) &&
	       (aac_field_is_any(wide, PROFILE) ||
		aac_field_covers(wide, narrow, PROFILE));
}

static int overlaps_change(const struct aac_rule *a, const struct aac_rule *b)
{
	return (int)aac_fields_overlap(a, b, EXEC, PROFILE + 1);
}

static bool ask_change_profile(struct aac_ask *ask, const struct aac_rule *rule)
{
	bool onexec = rule->fields[EXEC].present;
	struct aac_query *query =
		aac_ask_new(ask,
			    onexec ? AAC_QUERY_CHANGE_ONEXEC : AAC_QUERY_CHANGE_PROFILE,
			    onexec ? AAC_ACCESS_ONEXEC : AAC_ACCESS_CHANGE_PROFILE);

	return aac_ask_text(ask, rule, EXEC, &query->other) &&
	       aac_ask_text(ask, rule, PROFILE, &query->name);
}

const struct aac_kind aac_kind_change_profile = {
	.id = AAC_KIND_CHANGE_PROFILE,
	.keyword = "change_profile",
	.summary = "switching to another profile",
	.usage = "change_profile [[safe | unsafe] PROGRAM] [-> PROFILE]",
	.fields = change_fields,
	.field_count = ARRAY_SIZE(change_fields),
	.build = build_change,
	.check = check_change,
	.print = print_change,
	.covers = covers_change,
	.overlaps = overlaps_change,
	.ask = ask_change_profile,
};
