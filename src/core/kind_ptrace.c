/*
 * ptrace [ACCESS] [peer=LABEL]: read and trace are ours upon the peer, readby and
 * tracedby the peer's upon us.
 */
#include "base/buf.h"
#include "base/macro.h"
#include "core/ask.h"
#include "core/field.h"

extern const struct aac_kind aac_kind_ptrace;

enum { ACCESS, PEER };

static const struct aac_term access_terms[] = {
	{ .word = "read" },
	{ .word = "trace" },
	{ .word = "readby" },
	{ .word = "tracedby" },
	{ .word = "r", .is = "read" },
	{ .word = "w", .is = "trace" },
	{ .word = "rw", .is = "read trace" },
	{ .word = "wr", .is = "read trace" },
	{ .word = "write", .is = "trace" },
};

static const struct aac_vocab access_vocab = { "access of ptrace rules", access_terms,
					       ARRAY_SIZE(access_terms) };

static const struct aac_field_spec ptrace_fields[] = {
	[ACCESS] = { AAC_FIELD_SET, "access", &access_vocab, "all when left out" },
	[PEER] = { AAC_FIELD_LABEL, "peer", NULL, "the other side's label" },
};

static const struct aac_cond ptrace_conds[] = {
	{ .key = "peer", .field = PEER, .plain = true },
};
static const struct aac_conds ptrace_layout = { .has_access = true,
						.conds = ptrace_conds,
						.count = ARRAY_SIZE(ptrace_conds) };

static bool build_ptrace(struct aac_context *ctx, const struct aac_shape *shape,
			 struct aac_rule *rule)
{
	const struct aac_arg *rest;

	if (!aac_build_conds(ctx, shape, rule, &ptrace_layout, &rest))
		return false;
	return !rest || aac_refuse_arg(ctx, rule, rest);
}

static void print_ptrace(struct buf *out, const struct aac_rule *rule)
{
	buf_puts(out, "ptrace");
	aac_print_set(out, rule, ACCESS, true);
	aac_print_pattern(out, rule, PEER, " peer=");
}

static bool ask_ptrace(struct aac_ask *ask, const struct aac_rule *rule)
{
	static const uint32_t bits[ARRAY_SIZE(access_terms)] = {
		AAC_MAY_READ_BY_TRACE, AAC_MAY_TRACE, AAC_MAY_BE_READ, AAC_MAY_BE_TRACED
	};
	struct aac_query *query =
		aac_ask_new(ask, AAC_QUERY_PTRACE, aac_ask_bits(rule, ACCESS, bits));

	return aac_ask_text(ask, rule, PEER, &query->label);
}

const struct aac_kind aac_kind_ptrace = {
	.id = AAC_KIND_PTRACE,
	.keyword = "ptrace",
	.summary = "tracing other processes and being traced",
	.usage = "ptrace [(read, trace, readby, tracedby)] [peer=LABEL]",
	.feature = "ptrace/mask",
	.fields = ptrace_fields,
	.field_count = ARRAY_SIZE(ptrace_fields),
	.build = build_ptrace,
	.print = print_ptrace,
	.ask = ask_ptrace,
};
