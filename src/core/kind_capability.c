/*
 * capability NAME …: the words of capabilities(7) in lower case without CAP_; none means
 * all, those of later kernels too.
 */
#include "base/buf.h"
#include "base/macro.h"
#include "core/ask.h"
#include "core/field.h"
#include "core/number.h"

extern const struct aac_kind aac_kind_capability;

static const struct aac_term capability_terms[] = {
	{ .word = "audit_control" },
	{ .word = "audit_read" },
	{ .word = "audit_write" },
	{ .word = "block_suspend" },
	{ .word = "bpf" },
	{ .word = "checkpoint_restore" },
	{ .word = "chown" },
	{ .word = "dac_override" },
	{ .word = "dac_read_search" },
	{ .word = "fowner" },
	{ .word = "fsetid" },
	{ .word = "ipc_lock" },
	{ .word = "ipc_owner" },
	{ .word = "kill" },
	{ .word = "lease" },
	{ .word = "linux_immutable" },
	{ .word = "mac_admin" },
	{ .word = "mac_override" },
	{ .word = "mknod" },
	{ .word = "net_admin" },
	{ .word = "net_bind_service" },
	{ .word = "net_broadcast" },
	{ .word = "net_raw" },
	{ .word = "perfmon" },
	{ .word = "setfcap" },
	{ .word = "setgid" },
	{ .word = "setpcap" },
	{ .word = "setuid" },
	{ .word = "sys_admin" },
	{ .word = "sys_boot" },
	{ .word = "sys_chroot" },
	{ .word = "sys_module" },
	{ .word = "sys_nice" },
	{ .word = "sys_pacct" },
	{ .word = "sys_ptrace" },
	{ .word = "sys_rawio" },
	{ .word = "sys_resource" },
	{ .word = "sys_time" },
	{ .word = "sys_tty_config" },
	{ .word = "syslog" },
	{ .word = "wake_alarm" },
};

static const struct aac_vocab capability_vocab = { "capability", capability_terms,
						   ARRAY_SIZE(capability_terms) };

static const struct aac_field_spec capability_fields[] = {
	{ AAC_FIELD_SET, "capabilities", &capability_vocab,
	  "capabilities(7) without CAP_" },
};

static bool build_capability(struct aac_context *ctx, const struct aac_shape *shape,
			     struct aac_rule *rule)
{
	bool fine = true;

	for (const struct aac_arg *arg = shape->args.head->next; arg; arg = arg->next) {
		if (arg->type != AAC_ARG_WORD || arg->word->quoted)
			return aac_refuse_arg(ctx, rule, arg);
		fine = aac_field_word(ctx, rule, 0, arg->word) && fine;
	}
	return fine;
}

static void print_capability(struct buf *out, const struct aac_rule *rule)
{
	buf_puts(out, "capability");
	aac_print_set(out, rule, 0, false);
}

static bool ask_capability(struct aac_ask *ask, const struct aac_rule *rule)
{
	uint64_t set = rule->fields[0].set;

	if (!set)
		return aac_ask_refuse(ask, rule, "which capability is used");
	for (size_t i = 0; i < ARRAY_SIZE(capability_terms); i++)
		if (set >> i & 1)
			aac_ask_new(ask, AAC_QUERY_CAPABILITY, 1)->number =
				aac_number_find(AAC_NUMBER_CAPABILITY,
						capability_terms[i].word);
	return true;
}

const struct aac_kind aac_kind_capability = {
	.id = AAC_KIND_CAPABILITY,
	.keyword = "capability",
	.summary = "the use of capabilities",
	.usage = "capability [NAME …]",
	.fields = capability_fields,
	.field_count = ARRAY_SIZE(capability_fields),
	.build = build_capability,
	.print = print_capability,
	.ask = ask_capability,
};
