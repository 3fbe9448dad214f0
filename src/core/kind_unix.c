/*
 * unix [ACCESS] [type=TYPE] [addr=ADDRESS] [peer=(addr=ADDRESS, label=LABEL)]: sockets
 * without a path.  Without an access list a rule is about all accesses that its
 * conditions allow: with a peer those only that have one.
 */
#include <string.h>

#include "base/buf.h"
#include "base/macro.h"
#include "core/ask.h"
#include "core/context.h"
#include "core/diag.h"
#include "core/field.h"
#include "core/number.h"

extern const struct aac_kind aac_kind_unix;

enum { ACCESS, TYPE, ADDRESS, PEER_ADDRESS, PEER_LABEL };

/* Bits of access_terms: what concerns the own socket comes first, then what has a peer.
 */
#define LOCAL_ACCESS ((uint64_t)0xff)
#define PEER_ACCESS ((uint64_t)0xf00)

static const struct aac_term access_terms[] = {
	{ .word = "create" },
	{ .word = "bind" },
	{ .word = "listen" },
	{ .word = "shutdown" },
	{ .word = "getattr" },
	{ .word = "setattr" },
	{ .word = "getopt" },
	{ .word = "setopt" },
	{ .word = "accept" },
	{ .word = "connect" },
	{ .word = "send" },
	{ .word = "receive" },
	{ .word = "r", .is = "receive" },
	{ .word = "w", .is = "send" },
	{ .word = "rw", .is = "receive send" },
	{ .word = "wr", .is = "receive send" },
	{ .word = "read", .is = "receive" },
	{ .word = "write", .is = "send" },
};

static const struct aac_term type_terms[] = {
	{ .word = "stream" }, { .word = "dgram" }, { .word = "seqpacket" },
	{ .word = "rdm" },    { .word = "raw" },   { .word = "packet" },
	/* No unix socket is of these, but apparmor_parser takes them. */
	{ .word = "dccp" },   { .word = "none" },
};

static const struct aac_vocab access_vocab = { "access of unix rules", access_terms,
					       ARRAY_SIZE(access_terms) };
static const struct aac_vocab type_vocab = { "socket type", type_terms,
					     ARRAY_SIZE(type_terms) };

static const struct aac_field_spec unix_fields[] = {
	[ACCESS] = { AAC_FIELD_SET, "access", &access_vocab,
		     "all that fit when left out" },
	[TYPE] = { AAC_FIELD_SET, "type", &type_vocab, "socket type" },
	[ADDRESS] = { AAC_FIELD_PATTERN, "addr", NULL, "@NAME, none or auto" },
	[PEER_ADDRESS] = { AAC_FIELD_PATTERN, "peer addr", NULL, "@NAME, none or auto" },
	[PEER_LABEL] = { AAC_FIELD_LABEL, "peer label", NULL, "the other side's label" },
};

static const struct aac_cond unix_conds[] = {
	{ .key = "type", .field = TYPE },
	{ .key = "addr", .field = ADDRESS },
};
static const struct aac_cond unix_peer[] = {
	{ .key = "addr", .field = PEER_ADDRESS },
	{ .key = "label", .field = PEER_LABEL },
};
static const struct aac_conds unix_layout = {
	.has_access = true,
	.conds = unix_conds,
	.count = ARRAY_SIZE(unix_conds),
	.peer = unix_peer,
	.peer_count = ARRAY_SIZE(unix_peer),
};

static bool build_unix(struct aac_context *ctx, const struct aac_shape *shape,
		       struct aac_rule *rule)
{
	const struct aac_arg *rest;

	if (!aac_build_conds(ctx, shape, rule, &unix_layout, &rest))
		return false;
	return !rest || aac_refuse_arg(ctx, rule, rest);
}

static bool has_peer(const struct aac_rule *rule)
{
	return rule->fields[PEER_ADDRESS].present || rule->fields[PEER_LABEL].present;
}

static bool check_address(struct aac_context *ctx, const struct aac_rule *rule,
			  size_t field)
{
	const struct aac_field *f = &rule->fields[field];
	const char *text = f->present ? f->patterns->text : "@";

	if ((*text == '@' && text[1] != '{') || strcmp(text, "none") == 0 ||
	    strcmp(text, "auto") == 0 || strncmp(text, "\\100", 4) == 0)
		return true;
	aac_hint(ctx->diags,
		 aac_report(ctx->diags, AAC_ERROR, "bad-address", f->span,
			    "'%.100s' is no address of a unix rule", text),
		 *text == '/'
			 ? "sockets with a path are the matter of file rules: PATH rw"
			 : "write '@NAME', 'none' or 'auto'; with a variable "
			   "'@@{VARIABLE}'");
	return false;
}

static bool check_unix(struct aac_context *ctx, const struct aac_rule *rule)
{
	uint64_t type = rule->fields[TYPE].set;

	if (has_peer(rule) && rule->fields[ACCESS].set & LOCAL_ACCESS) {
		aac_hint(ctx->diags,
			 aac_report(ctx->diags, AAC_ERROR, "bad-combination",
				    rule->fields[ACCESS].span,
				    "with a peer only connect, accept, send and receive "
				    "go together"),
			 "write a rule of its own, without peer=, for the others");
		return false;
	}
	if (type & (type - 1)) {
		aac_hint(ctx->diags,
			 aac_report(ctx->diags, AAC_ERROR, "bad-combination",
				    rule->fields[TYPE].span,
				    "a unix rule names one type"),
			 "write a rule for each, or use 'for' over the values");
		return false;
	}
	return check_address(ctx, rule, ADDRESS) &&
	       check_address(ctx, rule, PEER_ADDRESS);
}

static void print_unix(struct buf *out, const struct aac_rule *rule)
{
	buf_puts(out, "unix");
	aac_print_set(out, rule, ACCESS, true);
	aac_print_set_cond(out, rule, TYPE, "type");
	aac_print_pattern(out, rule, ADDRESS, " addr=");
	aac_print_peer(out, rule, unix_peer, ARRAY_SIZE(unix_peer));
}

static uint64_t accesses(const struct aac_rule *rule)
{
	if (rule->fields[ACCESS].set)
		return rule->fields[ACCESS].set;
	return has_peer(rule) ? PEER_ACCESS : LOCAL_ACCESS | PEER_ACCESS;
}

static bool covers_unix(const struct aac_rule *wide, const struct aac_rule *narrow)
{
	/* What exactly an empty list implies differs between versions. */
	if (!narrow->fields[ACCESS].set && wide->fields[ACCESS].set)
		return false;
	return !(accesses(narrow) & ~accesses(wide)) &&
	       aac_fields_cover(wide, narrow, TYPE, PEER_LABEL + 1);
}

static int overlaps_unix(const struct aac_rule *a, const struct aac_rule *b)
{
	if (!(accesses(a) & accesses(b)))
		return AAC_NO;
	return (int)aac_fields_overlap(a, b, TYPE, PEER_LABEL + 1);
}

/* By term of the accesses. */
static const uint32_t access_bits[ARRAY_SIZE(access_terms)] = {
	AAC_ACCESS_CREATE,  AAC_MAY_BIND,	AAC_MAY_LISTEN,	    AAC_ACCESS_DELETE,
	AAC_ACCESS_GETATTR, AAC_ACCESS_SETATTR, AAC_MAY_GET_OPTION, AAC_MAY_SET_OPTION,
	AAC_MAY_ACCEPT,	    AAC_ACCESS_OPEN,	AAC_ACCESS_WRITE,   AAC_ACCESS_READ,
};

/* Accesses that are decided at one place are asked for together. */
static bool ask_part(struct aac_ask *ask, const struct aac_rule *rule, uint32_t request)
{
	const char *type = aac_ask_word(rule, TYPE);
	struct aac_query *query;

	if (!request)
		return true;
	query = aac_ask_new(ask, AAC_QUERY_UNIX, request);
	if (type)
		query->socket_type = aac_number_find(AAC_NUMBER_SOCKET_TYPE, type);
	return aac_ask_text(ask, rule, ADDRESS, &query->address) &&
	       aac_ask_text(ask, rule, PEER_ADDRESS, &query->peer_address) &&
	       aac_ask_text(ask, rule, PEER_LABEL, &query->peer_label);
}

static bool ask_unix(struct aac_ask *ask, const struct aac_rule *rule)
{
	static const uint32_t places[] = {
		AAC_ACCESS_CREATE,
		AAC_MAY_BIND | AAC_MAY_ACCEPT | AAC_ACCESS_DELETE | AAC_ACCESS_GETATTR |
			AAC_ACCESS_SETATTR,
		AAC_MAY_LISTEN,
		AAC_MAY_GET_OPTION | AAC_MAY_SET_OPTION,
		AAC_ACCESS_OPEN | AAC_ACCESS_WRITE | AAC_ACCESS_READ,
	};
	uint64_t set = rule->fields[ACCESS].set;
	uint32_t bits = aac_ask_bits(rule, ACCESS, access_bits);

	if (!set && has_peer(rule))
		bits = AAC_MAY_ACCEPT | AAC_ACCESS_OPEN | AAC_ACCESS_WRITE |
		       AAC_ACCESS_READ;
	else if (!set)
		bits = AAC_ACCESS_CREATE;
	for (size_t i = 0; i < ARRAY_SIZE(places); i++)
		if (!ask_part(ask, rule, bits & places[i]))
			return false;
	return true;
}

const struct aac_kind aac_kind_unix = {
	.id = AAC_KIND_UNIX,
	.keyword = "unix",
	.summary = "unix sockets that have no path",
	.usage = "unix [(ACCESS, …)] [type=TYPE] [addr=@NAME] [peer=(addr=@NAME, "
		 "label=LABEL)]",
	.feature = "network/af_unix",
	.fields = unix_fields,
	.field_count = ARRAY_SIZE(unix_fields),
	.build = build_unix,
	.check = check_unix,
	.print = print_unix,
	.covers = covers_unix,
	.overlaps = overlaps_unix,
	.ask = ask_unix,
};
