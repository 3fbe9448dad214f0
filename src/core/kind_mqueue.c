/*
 * mqueue [ACCESS] [type=TYPE] [label=LABEL] [NAME]: message queues, POSIX ones by their
 * name
 * (/NAME), System V ones by their key (a number).
 */
#include <string.h>

#include "base/buf.h"
#include "base/macro.h"
#include "core/ask.h"
#include "core/context.h"
#include "core/diag.h"
#include "core/field.h"

extern const struct aac_kind aac_kind_mqueue;

enum { ACCESS, TYPE, LABEL, NAME };

static const struct aac_term access_terms[] = {
	{ .word = "create" },
	{ .word = "open" },
	{ .word = "delete" },
	{ .word = "read" },
	{ .word = "write" },
	{ .word = "getattr" },
	{ .word = "setattr" },
	{ .word = "r", .is = "read" },
	{ .word = "w", .is = "write" },
	{ .word = "rw", .is = "read write" },
	{ .word = "wr", .is = "read write" },
};

static const struct aac_term type_terms[] = { { .word = "posix" }, { .word = "sysv" } };

static const struct aac_vocab access_vocab = { "access of mqueue rules", access_terms,
					       ARRAY_SIZE(access_terms) };
static const struct aac_vocab type_vocab = { "type of message queues", type_terms,
					     ARRAY_SIZE(type_terms) };

static const struct aac_field_spec mqueue_fields[] = {
	[ACCESS] = { AAC_FIELD_SET, "access", &access_vocab, "all when left out" },
	[TYPE] = { AAC_FIELD_SET, "type", &type_vocab, "both when left out" },
	[LABEL] = { AAC_FIELD_LABEL, "label", NULL, "of the queue" },
	[NAME] = { AAC_FIELD_PATTERN, "name", NULL, "/NAME, or a System V key" },
};

static const struct aac_cond mqueue_conds[] = {
	{ .key = "type", .field = TYPE },
	{ .key = "label", .field = LABEL },
};
static const struct aac_conds mqueue_layout = { .has_access = true,
						.conds = mqueue_conds,
						.count = ARRAY_SIZE(mqueue_conds) };
static const struct aac_conds name_layout = { .conds = mqueue_conds,
					      .count = ARRAY_SIZE(mqueue_conds) };

/* The first argument is a name, not an access. */
static bool begins_with_name(const struct aac_shape *shape)
{
	const struct aac_arg *arg = shape->args.head->next;
	const char *text = arg && arg->type == AAC_ARG_WORD ? arg->word->text : "";

	return *text == '/' || *text == '@' || (*text >= '0' && *text <= '9') ||
	       (*text && arg->word->quoted);
}

static bool build_mqueue(struct aac_context *ctx, const struct aac_shape *shape,
			 struct aac_rule *rule)
{
	const struct aac_conds *layout =
		begins_with_name(shape) ? &name_layout : &mqueue_layout;
	const struct aac_arg *rest;

	if (!aac_build_conds(ctx, shape, rule, layout, &rest))
		return false;
	if (!rest)
		return true;
	if (rest->type != AAC_ARG_WORD || rest->next)
		return aac_refuse_arg(ctx, rule, rest->next ? rest->next : rest);
	return aac_field_pattern(ctx, rule, NAME, rest->word);
}

static bool all_digits(const char *text)
{
	return *text && strspn(text, "0123456789") == strlen(text);
}

/* A POSIX queue has a path, a System V queue a number. */
static bool check_mqueue(struct aac_context *ctx, const struct aac_rule *rule)
{
	const struct aac_pattern *name = rule->fields[NAME].patterns;
	uint64_t type = rule->fields[TYPE].set;
	bool path, number;

	if (!name)
		return true;
	path = *name->text == '/' || strncmp(name->text, "@{", 2) == 0;
	number = all_digits(name->text);
	if (type == aac_vocab_bits(&type_vocab, "posix")  ? path
	    : type == aac_vocab_bits(&type_vocab, "sysv") ? number
							  : path || number)
		return true;
	aac_hint(ctx->diags,
		 aac_report(ctx->diags, AAC_ERROR, "bad-combination", name->word->span,
			    "'%.80s' is no name of such a message queue", name->text),
		 "a POSIX queue is named '/NAME', a System V queue by a positive number");
	return false;
}

static void print_mqueue(struct buf *out, const struct aac_rule *rule)
{
	buf_puts(out, "mqueue");
	aac_print_set(out, rule, ACCESS, true);
	aac_print_set_cond(out, rule, TYPE, "type");
	aac_print_pattern(out, rule, LABEL, " label=");
	aac_print_pattern(out, rule, NAME, " ");
}

static bool ask_mqueue(struct aac_ask *ask, const struct aac_rule *rule)
{
	static const uint32_t bits[ARRAY_SIZE(access_terms)] = {
		AAC_ACCESS_CREATE, AAC_ACCESS_OPEN,    AAC_ACCESS_DELETE,
		AAC_ACCESS_READ,   AAC_ACCESS_WRITE,   AAC_ACCESS_GETATTR,
		AAC_ACCESS_SETATTR,
	};
	struct aac_query *query;

	if (!rule->fields[ACCESS].set)
		return aac_ask_refuse(ask, rule, "what is done with the queue");
	query = aac_ask_new(ask, AAC_QUERY_MQUEUE, aac_ask_bits(rule, ACCESS, bits));
	return aac_ask_text(ask, rule, NAME, &query->name) &&
	       aac_ask_text(ask, rule, LABEL, &query->label);
}

const struct aac_kind aac_kind_mqueue = {
	.id = AAC_KIND_MQUEUE,
	.keyword = "mqueue",
	.summary = "message queues",
	.usage = "mqueue [(ACCESS, …)] [type=posix] [label=LABEL] [NAME]",
	.parser = "4.0",
	.feature = "ipc/posix_mqueue",
	.fields = mqueue_fields,
	.field_count = ARRAY_SIZE(mqueue_fields),
	.build = build_mqueue,
	.check = check_mqueue,
	.print = print_mqueue,
	.ask = ask_mqueue,
};
