/*
 * network [FAMILY] [TYPE | PROTOCOL]: sockets by address family and type.  A lone word
 * that is both a family and a type (packet) is the family.  tcp, udp and icmp name a type
 * as well, and only the families that have them; parsers of today read them as that type.
 */
#include "base/buf.h"
#include "base/macro.h"
#include "core/context.h"
#include "core/diag.h"
#include "core/field.h"

extern const struct aac_kind aac_kind_network;

enum { FAMILY, TYPE, PROTOCOL };

static const struct aac_term family_terms[] = {
	{ .word = "unspec" },	 { .word = "unix" },	 { .word = "inet" },
	{ .word = "ax25" },	 { .word = "ipx" },	 { .word = "appletalk" },
	{ .word = "netrom" },	 { .word = "bridge" },	 { .word = "atmpvc" },
	{ .word = "x25" },	 { .word = "inet6" },	 { .word = "rose" },
	{ .word = "netbeui" },	 { .word = "security" }, { .word = "key" },
	{ .word = "netlink" },	 { .word = "packet" },	 { .word = "ash" },
	{ .word = "econet" },	 { .word = "atmsvc" },	 { .word = "rds" },
	{ .word = "sna" },	 { .word = "irda" },	 { .word = "pppox" },
	{ .word = "wanpipe" },	 { .word = "llc" },	 { .word = "ib" },
	{ .word = "mpls" },	 { .word = "can" },	 { .word = "tipc" },
	{ .word = "bluetooth" }, { .word = "iucv" },	 { .word = "rxrpc" },
	{ .word = "isdn" },	 { .word = "phonet" },	 { .word = "ieee802154" },
	{ .word = "caif" },	 { .word = "alg" },	 { .word = "nfc" },
	{ .word = "vsock" },	 { .word = "kcm" },	 { .word = "qipcrtr" },
	{ .word = "smc" },	 { .word = "xdp" },	 { .word = "mctp" },
};

static const struct aac_term type_terms[] = {
	{ .word = "stream" }, { .word = "dgram" }, { .word = "seqpacket" },
	{ .word = "rdm" },    { .word = "raw" },   { .word = "packet" },
};

static const struct aac_term protocol_terms[] = {
	{ .word = "tcp" },
	{ .word = "udp" },
	{ .word = "icmp" },
};

static const struct aac_vocab family_vocab = { "address family or socket type",
					       family_terms, ARRAY_SIZE(family_terms) };
static const struct aac_vocab type_vocab = { "socket type or protocol", type_terms,
					     ARRAY_SIZE(type_terms) };
static const struct aac_vocab protocol_vocab = { "protocol", protocol_terms,
						 ARRAY_SIZE(protocol_terms) };

/* One name: a word that is none of them is compared with all of them. */
static const struct aac_field_spec network_fields[] = {
	[FAMILY] = { AAC_FIELD_SET, "sockets", &family_vocab, "address family" },
	[TYPE] = { AAC_FIELD_SET, "sockets", &type_vocab, "socket type" },
	[PROTOCOL] = { AAC_FIELD_SET, "sockets", &protocol_vocab, "protocol" },
};

static bool set_network_word(struct aac_context *ctx, struct aac_rule *rule, size_t field,
			     struct aac_span span, const char *text)
{
	for (size_t i = field; i <= PROTOCOL; i++) {
		uint64_t bits = aac_vocab_bits(network_fields[i].vocab, text);

		if (!bits)
			continue;
		rule->fields[i].set |= bits;
		rule->fields[i].present = true;
		rule->fields[field].present = rule->fields[field].set;
		return true;
	}
	return aac_field_unknown(ctx, rule, field, span, text);
}

static bool build_network(struct aac_context *ctx, const struct aac_shape *shape,
			  struct aac_rule *rule)
{
	size_t field = FAMILY;

	for (const struct aac_arg *arg = shape->args.head->next; arg; arg = arg->next) {
		if (arg->type != AAC_ARG_WORD || arg->word->quoted || field > TYPE ||
		    rule->fields[TYPE].set || rule->fields[PROTOCOL].set)
			return aac_refuse_arg(ctx, rule, arg);
		if (!aac_field_word(ctx, rule, field++, arg->word))
			return false;
	}
	return true;
}

static bool holds_one(uint64_t set)
{
	return !(set & (set - 1));
}

/* The families that have the protocol; all of them without one. */
static uint64_t protocol_families(const struct aac_rule *rule)
{
	uint64_t inet = aac_vocab_bits(&family_vocab, "inet");

	if (!rule->fields[PROTOCOL].set)
		return ~(uint64_t)0;
	if (rule->fields[PROTOCOL].set == aac_vocab_bits(&protocol_vocab, "icmp"))
		return inet;
	return inet | aac_vocab_bits(&family_vocab, "inet6");
}

static bool check_network(struct aac_context *ctx, const struct aac_rule *rule)
{
	const struct aac_field *f = rule->fields;

	if (!holds_one(f[FAMILY].set) || !holds_one(f[TYPE].set) ||
	    !holds_one(f[PROTOCOL].set) || (f[TYPE].set && f[PROTOCOL].set)) {
		aac_hint(ctx->diags,
			 aac_report(ctx->diags, AAC_ERROR, "bad-combination",
				    rule->shape->body,
				    "a network rule names one family and one type or "
				    "protocol"),
			 "write a rule for each, or use 'for' over the values");
		return false;
	}
	if (!f[FAMILY].set || f[FAMILY].set & protocol_families(rule))
		return true;
	aac_hint(ctx->diags,
		 aac_report(ctx->diags, AAC_ERROR, "bad-combination", rule->shape->body,
			    "this family has no such protocol"),
		 "apparmor_parser knows tcp and udp of inet and inet6, and icmp of inet; "
		 "else name "
		 "the type: stream, dgram or raw");
	return false;
}

static void print_network(struct buf *out, const struct aac_rule *rule)
{
	buf_puts(out, "network");
	for (size_t i = FAMILY; i <= PROTOCOL; i++)
		aac_print_set(out, rule, i, false);
}

/* Families and types as sets; all bits where none is named. */
static uint64_t families_of(const struct aac_rule *rule)
{
	const struct aac_field *f = &rule->fields[FAMILY];

	return f->set ? f->set : protocol_families(rule);
}

static uint64_t types_of(const struct aac_rule *rule)
{
	static const char *const types[] = { "stream", "dgram", "raw" };

	if (rule->fields[TYPE].set)
		return rule->fields[TYPE].set;
	for (size_t i = 0; i < ARRAY_SIZE(types); i++)
		if (rule->fields[PROTOCOL].set >> i & 1)
			return aac_vocab_bits(&type_vocab, types[i]);
	return ~(uint64_t)0;
}

static bool covers_network(const struct aac_rule *wide, const struct aac_rule *narrow)
{
	if (wide->fields[PROTOCOL].set &&
	    wide->fields[PROTOCOL].set != narrow->fields[PROTOCOL].set)
		return false; /* a later parser may tell tcp from stream */
	return !(families_of(narrow) & ~families_of(wide)) &&
	       !(types_of(narrow) & ~types_of(wide));
}

static int overlaps_network(const struct aac_rule *a, const struct aac_rule *b)
{
	return families_of(a) & families_of(b) && types_of(a) & types_of(b) ? AAC_YES
									    : AAC_NO;
}

const struct aac_kind aac_kind_network = {
	.id = AAC_KIND_NETWORK,
	.keyword = "network",
	.summary = "the use of sockets",
	.usage = "network [FAMILY] [TYPE | PROTOCOL]",
	.fields = network_fields,
	.field_count = ARRAY_SIZE(network_fields),
	.build = build_network,
	.set_word = set_network_word,
	.check = check_network,
	.print = print_network,
	.covers = covers_network,
	.overlaps = overlaps_network,
};
