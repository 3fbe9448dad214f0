/*
 * The kinds that came with apparmor_parser 4: userns, io_uring and all.  They are known
 * here whatever the target; aac_rule_supported says where they can be used.
 */
#include "base/buf.h"
#include "base/macro.h"
#include "core/ask.h"
#include "core/field.h"

extern const struct aac_kind aac_kind_userns, aac_kind_io_uring, aac_kind_all;

enum { ACCESS, LABEL };

static const struct aac_term userns_terms[] = { { .word = "create" } };
static const struct aac_vocab userns_vocab = { "access of userns rules", userns_terms,
					       1 };

static const struct aac_field_spec userns_fields[] = {
	[ACCESS] = { AAC_FIELD_SET, "access", &userns_vocab, "there is only one" },
};

static const struct aac_term uring_terms[] = {
	{ .word = "sqpoll" },
	{ .word = "override_creds" },
};
static const struct aac_vocab uring_vocab = { "access of io_uring rules", uring_terms,
					      ARRAY_SIZE(uring_terms) };

static const struct aac_field_spec uring_fields[] = {
	[ACCESS] = { AAC_FIELD_SET, "access", &uring_vocab, "both when left out" },
	[LABEL] = { AAC_FIELD_LABEL, "label", NULL, "whose credentials are used" },
};

static const struct aac_cond uring_conds[] = { { .key = "label", .field = LABEL } };
static const struct aac_conds uring_layout = { .has_access = true,
					       .conds = uring_conds,
					       .count = ARRAY_SIZE(uring_conds) };
static const struct aac_conds access_layout = { .has_access = true };
static const struct aac_conds bare_layout = { .has_access = false };

static bool build_late(struct aac_context *ctx, const struct aac_shape *shape,
		       struct aac_rule *rule)
{
	const struct aac_conds *layout =
		rule->kind->id == AAC_KIND_IO_URING ? &uring_layout
		: rule->kind->id == AAC_KIND_USERNS ? &access_layout
						    : &bare_layout;
	const struct aac_arg *rest;

	rest = shape->args.head->next;
	if (rule->kind->id == AAC_KIND_USERNS && rest && rest->type == AAC_ARG_LIST)
		return aac_refuse_arg(ctx, rule, rest);
	if (!aac_build_conds(ctx, shape, rule, layout, &rest))
		return false;
	return !rest || aac_refuse_arg(ctx, rule, rest);
}

static void print_late(struct buf *out, const struct aac_rule *rule)
{
	buf_puts(out, rule->kind->keyword);
	if (rule->kind->field_count > ACCESS)
		aac_print_set(out, rule, ACCESS, rule->kind->id == AAC_KIND_IO_URING);
	if (rule->kind->field_count > LABEL)
		aac_print_pattern(out, rule, LABEL, " label=");
}

static bool ask_userns(struct aac_ask *ask, const struct aac_rule *rule)
{
	(void)rule;
	aac_ask_new(ask, AAC_QUERY_USERNS, AAC_MAY_USERNS);
	return true;
}

static bool ask_io_uring(struct aac_ask *ask, const struct aac_rule *rule)
{
	static const uint32_t bits[] = { AAC_MAY_POLL, AAC_MAY_OVERRIDE_CREDS };
	uint32_t request = aac_ask_bits(rule, ACCESS, bits);

	/* They are decided at two places. */
	if (request & AAC_MAY_POLL)
		aac_ask_new(ask, AAC_QUERY_IO_URING, AAC_MAY_POLL);
	if (!(request & AAC_MAY_OVERRIDE_CREDS))
		return true;
	return aac_ask_text(
		ask, rule, LABEL,
		&aac_ask_new(ask, AAC_QUERY_IO_URING, AAC_MAY_OVERRIDE_CREDS)->label);
}

const struct aac_kind aac_kind_userns = {
	.id = AAC_KIND_USERNS,
	.keyword = "userns",
	.summary = "creating user namespaces",
	.usage = "userns [create]",
	.parser = "4.0",
	.feature = "namespaces/mask/userns_create",
	.fields = userns_fields,
	.field_count = ARRAY_SIZE(userns_fields),
	.build = build_late,
	.print = print_late,
	.ask = ask_userns,
};

const struct aac_kind aac_kind_io_uring = {
	.id = AAC_KIND_IO_URING,
	.keyword = "io_uring",
	.summary = "io_uring with others' credentials or a polling thread",
	.usage = "io_uring [(sqpoll, override_creds)] [label=LABEL]",
	.parser = "4.0",
	.feature = "io_uring",
	.fields = uring_fields,
	.field_count = ARRAY_SIZE(uring_fields),
	.build = build_late,
	.print = print_late,
	.ask = ask_io_uring,
};

const struct aac_kind aac_kind_all = {
	.id = AAC_KIND_ALL,
	.keyword = "all",
	.summary = "everything",
	.usage = "all",
	.parser = "4.1",
	.no_priority = true,
	.build = build_late,
	.print = print_late,
};
