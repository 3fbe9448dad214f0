/*
 * network [FAMILY] [TYPE | PROTOCOL]: sockets by address family and type.  A lone word
 * that is both a family and a type (packet) is the family.  tcp, udp and icmp name a type
 * as well, and only the families that have them; parsers of today read them as that
 * type.
 * apparmor_parser 4 takes an access before them, and addresses and ports behind.
 */
#include <arpa/inet.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/macro.h"
#include "core/ask.h"
#include "core/context.h"
#include "core/diag.h"
#include "core/field.h"
#include "core/number.h"

extern const struct aac_kind aac_kind_network;

enum { FAMILY, TYPE, PROTOCOL, ACCESS, IP, PORT, PEER_IP, PEER_PORT };

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

#define SINCE .parser = "4.0"
static const struct aac_term access_terms[] = {
	{ .word = "create", SINCE },
	{ .word = "send", .is = "write", SINCE },
	{ .word = "receive", .is = "read", SINCE },
	{ .word = "read", SINCE },
	{ .word = "write", SINCE },
	{ .word = "r", .is = "read", SINCE },
	{ .word = "w", .is = "write", SINCE },
	{ .word = "rw", .is = "read write", SINCE },
	{ .word = "bind", SINCE },
	{ .word = "listen", SINCE },
	{ .word = "accept", SINCE },
	{ .word = "connect", SINCE },
	{ .word = "shutdown", SINCE },
	{ .word = "getattr", SINCE },
	{ .word = "setattr", SINCE },
	{ .word = "getopt", SINCE },
	{ .word = "setopt", SINCE },
};
static const struct aac_vocab access_vocab = { "access of network rules", access_terms,
					       ARRAY_SIZE(access_terms) };

/* One name: a word that is none of them is compared with all of them. */
static const struct aac_field_spec network_fields[] = {
	[FAMILY] = { AAC_FIELD_SET, "sockets", &family_vocab, "address family" },
	[TYPE] = { AAC_FIELD_SET, "sockets", &type_vocab, "socket type" },
	[PROTOCOL] = { AAC_FIELD_SET, "sockets", &protocol_vocab, "protocol" },
	[ACCESS] = { AAC_FIELD_SET, "access", &access_vocab, "all when left out" },
	[IP] = { AAC_FIELD_PATTERN, "ip", NULL, "own address, or none" },
	[PORT] = { AAC_FIELD_PATTERN, "port", NULL, "own port, or a range" },
	[PEER_IP] = { AAC_FIELD_PATTERN, "ip", NULL, "the peer's address" },
	[PEER_PORT] = { AAC_FIELD_PATTERN, "port", NULL, "the peer's port" },
};

static bool set_network_word(struct aac_context *ctx, struct aac_rule *rule, size_t field,
			     struct aac_span span, const char *text)
{
	size_t last = field > PROTOCOL ? field : PROTOCOL;

	for (size_t i = field; i <= last; i++) {
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

static const struct aac_cond network_conds[] = {
	{ .key = "ip", .field = IP },
	{ .key = "port", .field = PORT },
	{ .key = "peer", .field = PEER_IP },
};
static const struct aac_cond peer_conds[] = {
	{ .key = "ip", .field = PEER_IP },
	{ .key = "port", .field = PEER_PORT },
};

/* ip=ADDRESS or port=PORT, as one of CONDS; each once, one value. */
static bool take_cond(struct aac_context *ctx, struct aac_rule *rule,
		      const struct aac_arg *arg, const struct aac_cond *conds)
{
	for (size_t i = 0; i < 2; i++) {
		const struct aac_arg *value = arg->list.head;

		if (arg->type != AAC_ARG_KEY || strcmp(conds[i].key, arg->key) != 0)
			continue;
		if (rule->fields[conds[i].field].present || !value || value->next ||
		    value->type != AAC_ARG_WORD)
			return aac_refuse_arg(ctx, rule, arg);
		return aac_field_pattern(ctx, rule, conds[i].field, value->word);
	}
	return aac_refuse_key(ctx, rule, arg, conds, 2, conds == peer_conds);
}

static bool take_conditions(struct aac_context *ctx, struct aac_rule *rule,
			    const struct aac_arg *arg)
{
	for (; arg; arg = arg->next) {
		if (arg->type != AAC_ARG_KEY)
			return aac_refuse_arg(ctx, rule, arg);
		if (strcmp(arg->key, "peer") != 0) {
			if (!take_cond(ctx, rule, arg, network_conds))
				return false;
			continue;
		}
		if (!arg->paren || arg->next)
			return aac_refuse_arg(ctx, rule, arg->paren ? arg->next : arg);
		for (const struct aac_arg *a = arg->list.head; a; a = a->next)
			if (a->type != AAC_ARG_KEY ||
			    !take_cond(ctx, rule, a, peer_conds))
				return a->type == AAC_ARG_KEY
					       ? false
					       : aac_refuse_arg(ctx, rule, a);
	}
	return true;
}

static bool is_access(const struct aac_arg *arg)
{
	return arg->type == AAC_ARG_WORD && !arg->word->quoted &&
	       aac_vocab_bits(&access_vocab, arg->word->text);
}

static bool build_network(struct aac_context *ctx, const struct aac_shape *shape,
			  struct aac_rule *rule)
{
	const struct aac_arg *arg = shape->args.head->next;
	size_t field = FAMILY;

	if (arg && arg->type == AAC_ARG_LIST) {
		if (!aac_field_words(ctx, rule, ACCESS, arg, &arg->list))
			return false;
		arg = arg->next;
	} else if (arg && is_access(arg)) {
		if (!aac_field_word(ctx, rule, ACCESS, arg->word))
			return false;
		arg = arg->next;
	}
	for (; arg && arg->type != AAC_ARG_KEY; arg = arg->next) {
		if (arg->type != AAC_ARG_WORD || arg->word->quoted || field > TYPE ||
		    rule->fields[TYPE].set || rule->fields[PROTOCOL].set)
			return aac_refuse_arg(ctx, rule, arg);
		if (!aac_field_word(ctx, rule, field++, arg->word))
			return false;
	}
	return take_conditions(ctx, rule, arg);
}

/* ---- addresses and ports ----------------------------------------------------------- */

static bool is_ip(const char *text)
{
	struct in6_addr address;

	return strcmp(text, "none") == 0 || inet_pton(AF_INET, text, &address) == 1 ||
	       inet_pton(AF_INET6, text, &address) == 1;
}

/* N or N-M, up to 65535, in order. */
static bool is_port(const char *text)
{
	long first, last;
	char *end;

	if (*text < '0' || *text > '9' || strlen(text) > 11)
		return false;
	first = last = strtol(text, &end, 10);
	if (*end == '-' && end[1] >= '0' && end[1] <= '9')
		last = strtol(end + 1, &end, 10);
	return !*end && first <= last && last <= 65535;
}

static bool refuse(struct aac_context *ctx, struct aac_span at, const char *problem,
		   const char *cure)
{
	aac_hint(ctx->diags,
		 aac_report(ctx->diags, AAC_ERROR, "bad-address", at, "%s", problem),
		 "%s", cure);
	return false;
}

static bool check_addresses(struct aac_context *ctx, const struct aac_rule *rule)
{
	static const char *const alone[] = { "create",	"bind",	   "listen", "shutdown",
					     "getattr", "setattr", "getopt", "setopt" };
	uint64_t inet = aac_vocab_bits(&family_vocab, "inet") |
			aac_vocab_bits(&family_vocab, "inet6");
	const struct aac_field *f = rule->fields;

	for (size_t i = IP; i <= PEER_PORT; i++) {
		const struct aac_pattern *p = f[i].patterns;
		bool ip = i == IP || i == PEER_IP;

		if (!p)
			continue;
		if (f[FAMILY].set & ~inet)
			return refuse(ctx, p->word->span,
				      "this family has no addresses and ports",
				      "they go with inet, inet6, or no family");
		if (ip ? !is_ip(p->text) : !is_port(p->text))
			return refuse(ctx, p->word->span,
				      ip ? "this is no IP address"
					 : "this is no port, and no range of ports",
				      ip ? "write one address, such as 127.0.0.1 or ::1, "
					   "or none"
					 : "write a number up to 65535, or FIRST-LAST");
		for (size_t k = 0; i >= PEER_IP && k < ARRAY_SIZE(alone); k++)
			if (f[ACCESS].set & aac_vocab_bits(&access_vocab, alone[k]))
				return refuse(ctx, p->word->span,
					      "this access has no peer",
					      "a peer goes with send, receive, connect "
					      "and accept");
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
		return check_addresses(ctx, rule);
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
	aac_print_set(out, rule, ACCESS, true);
	for (size_t i = FAMILY; i <= PROTOCOL; i++)
		aac_print_set(out, rule, i, false);
	aac_print_pattern(out, rule, IP, " ip=");
	aac_print_pattern(out, rule, PORT, " port=");
	aac_print_peer(out, rule, peer_conds, ARRAY_SIZE(peer_conds));
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

/* Accesses and addresses: only what is the same, or not said at all, covers. */
static bool covers_rest(const struct aac_rule *wide, const struct aac_rule *narrow)
{
	uint64_t access = wide->fields[ACCESS].set;

	if (access &&
	    (!narrow->fields[ACCESS].set || narrow->fields[ACCESS].set & ~access))
		return false;
	for (size_t i = IP; i <= PEER_PORT; i++)
		if (wide->fields[i].present && !aac_field_equal(wide, narrow, i))
			return false;
	return true;
}

static bool has_rest(const struct aac_rule *rule)
{
	for (size_t i = ACCESS; i <= PEER_PORT; i++)
		if (rule->fields[i].present)
			return true;
	return false;
}

static bool covers_network(const struct aac_rule *wide, const struct aac_rule *narrow)
{
	if (!covers_rest(wide, narrow))
		return false;
	if (wide->fields[PROTOCOL].set &&
	    wide->fields[PROTOCOL].set != narrow->fields[PROTOCOL].set)
		return false; /* a later parser may tell tcp from stream */
	return !(families_of(narrow) & ~families_of(wide)) &&
	       !(types_of(narrow) & ~types_of(wide));
}

static int overlaps_network(const struct aac_rule *a, const struct aac_rule *b)
{
	uint64_t x = a->fields[ACCESS].set, y = b->fields[ACCESS].set;

	if (!(families_of(a) & families_of(b)) || !(types_of(a) & types_of(b)) ||
	    (x && y && !(x & y)))
		return AAC_NO;
	return has_rest(a) || has_rest(b) ? AAC_UNKNOWN : AAC_YES;
}

/* By term of the accesses; without a word a socket is made. */
static const uint32_t access_bits[] = {
	AAC_ACCESS_CREATE, 0,
	0,		   AAC_ACCESS_READ,
	AAC_ACCESS_WRITE,  0,
	0,		   0,
	AAC_MAY_BIND,	   AAC_MAY_LISTEN,
	AAC_MAY_ACCEPT,	   AAC_ACCESS_OPEN,
	AAC_ACCESS_DELETE, AAC_ACCESS_GETATTR,
	AAC_ACCESS_SETATTR, AAC_MAY_GET_OPTION,
	AAC_MAY_SET_OPTION,
};
_Static_assert(ARRAY_SIZE(access_bits) == ARRAY_SIZE(access_terms), "a bit for each");

static bool ask_network(struct aac_ask *ask, const struct aac_rule *rule)
{
	static const char *const types[] = { "stream", "dgram", "raw" };
	const struct aac_field *f = rule->fields;
	const char *family = aac_ask_word(rule, FAMILY), *type = aac_ask_word(rule, TYPE);
	struct aac_query *query;

	for (size_t i = IP; i <= PEER_PORT; i++)
		if (f[i].present)
			return refuse(ask->ctx, f[i].span,
				      "no access is asked for by its address or port yet",
				      "name its family and its type");
	if (!holds_one(f[FAMILY].set) || !holds_one(f[TYPE].set))
		return aac_ask_refuse(ask, rule, "one family and one type");
	if (f[PROTOCOL].set)
		type = types[__builtin_ctzll(f[PROTOCOL].set)];
	query = aac_ask_new(ask, AAC_QUERY_NETWORK,
			    f[ACCESS].set ? aac_ask_bits(rule, ACCESS, access_bits)
					  : AAC_ACCESS_CREATE);
	if (family)
		query->number = aac_number_find(AAC_NUMBER_FAMILY, family);
	if (type)
		query->socket_type = aac_number_find(AAC_NUMBER_SOCKET_TYPE, type);
	return true;
}

const struct aac_kind aac_kind_network = {
	.id = AAC_KIND_NETWORK,
	.keyword = "network",
	.summary = "the use of sockets",
	.usage = "network [(ACCESS, …)] [FAMILY] [TYPE | PROTOCOL] [ip=ADDRESS] "
		 "[port=PORT] [peer=(ip=ADDRESS, port=PORT)]",
	.late_parser = "4.0",
	.late = ACCESS,
	.no_priority = true,
	.fields = network_fields,
	.field_count = ARRAY_SIZE(network_fields),
	.build = build_network,
	.set_word = set_network_word,
	.check = check_network,
	.print = print_network,
	.covers = covers_network,
	.overlaps = overlaps_network,
	.ask = ask_network,
};
