/*
 * dbus [ACCESS] [bus=…] and either conditions of messages (path, interface, member, peer)
 * or of services (name).  Without an access list a rule is about what fits its
 * conditions: sending and receiving, binding, or everything.
 */
#include "base/buf.h"
#include "base/macro.h"
#include "core/ask.h"
#include "core/context.h"
#include "core/diag.h"
#include "core/field.h"

extern const struct aac_kind aac_kind_dbus;

enum { ACCESS, BUS, NAME, PATH, INTERFACE, MEMBER, PEER_NAME, PEER_LABEL, FIELDS };

/* Bits of access_terms. */
enum { SEND = 1, RECEIVE = 2, BIND = 4, EAVESDROP = 8 };

static const struct aac_term access_terms[] = {
	{ .word = "send" },
	{ .word = "receive" },
	{ .word = "bind" },
	{ .word = "eavesdrop" },
	{ .word = "r", .is = "receive" },
	{ .word = "w", .is = "send" },
	{ .word = "rw", .is = "receive send" },
	{ .word = "wr", .is = "receive send" },
	{ .word = "read", .is = "receive" },
	{ .word = "write", .is = "send" },
};

static const struct aac_vocab access_vocab = { "access of dbus rules", access_terms,
					       ARRAY_SIZE(access_terms) };

static const struct aac_field_spec dbus_fields[] = {
	[ACCESS] = { AAC_FIELD_SET, "access", &access_vocab,
		     "all that fit when left out" },
	[BUS] = { AAC_FIELD_LABEL, "bus", NULL, "system, session or an address" },
	[NAME] = { AAC_FIELD_LABEL, "name", NULL, "of a service to bind" },
	[PATH] = { AAC_FIELD_PATTERN, "path", NULL, "object path" },
	[INTERFACE] = { AAC_FIELD_LABEL, "interface", NULL, "interface" },
	[MEMBER] = { AAC_FIELD_LABEL, "member", NULL, "method or signal" },
	[PEER_NAME] = { AAC_FIELD_LABEL, "peer name", NULL, "the other side's name" },
	[PEER_LABEL] = { AAC_FIELD_LABEL, "peer label", NULL, "the other side's label" },
};

static const struct aac_cond dbus_conds[] = {
	{ .key = "bus", .field = BUS },	      { .key = "name", .field = NAME },
	{ .key = "path", .field = PATH },     { .key = "interface", .field = INTERFACE },
	{ .key = "member", .field = MEMBER },
};
static const struct aac_cond dbus_peer[] = {
	{ .key = "name", .field = PEER_NAME },
	{ .key = "label", .field = PEER_LABEL },
	/* apparmor_parser reads these as if they stood outside. */
	{ .key = "bus", .field = BUS },
	{ .key = "path", .field = PATH },
	{ .key = "interface", .field = INTERFACE },
	{ .key = "member", .field = MEMBER },
};
enum { PEER_FIELDS = 2 };
static const struct aac_conds dbus_layout = {
	.has_access = true,
	.conds = dbus_conds,
	.count = ARRAY_SIZE(dbus_conds),
	.peer = dbus_peer,
	.peer_count = ARRAY_SIZE(dbus_peer),
};

static bool build_dbus(struct aac_context *ctx, const struct aac_shape *shape,
		       struct aac_rule *rule)
{
	const struct aac_arg *rest;

	if (!aac_build_conds(ctx, shape, rule, &dbus_layout, &rest))
		return false;
	return !rest || aac_refuse_arg(ctx, rule, rest);
}

static bool is_message(const struct aac_rule *rule)
{
	for (size_t i = PATH; i < FIELDS; i++)
		if (rule->fields[i].present)
			return true;
	return false;
}

static const char *problem(const struct aac_rule *rule)
{
	uint64_t access = rule->fields[ACCESS].set;
	bool message = is_message(rule), service = rule->fields[NAME].present;

	if (message && service)
		return "'name' is for services, the other conditions are for messages: "
		       "they do not "
		       "go together (the peer's name stands inside peer=(…))";
	if (access & EAVESDROP && (message || service))
		return "'eavesdrop' goes with the condition 'bus' only";
	if (access & BIND && message)
		return "'bind' does not go with conditions of messages";
	if (access & (SEND | RECEIVE) && service)
		return "'send' and 'receive' do not go with 'name', the condition of "
		       "services";
	return NULL;
}

static bool check_dbus(struct aac_context *ctx, const struct aac_rule *rule)
{
	const char *message = problem(rule);

	if (!message)
		return true;
	aac_hint(ctx->diags,
		 aac_report(ctx->diags, AAC_ERROR, "bad-combination", rule->shape->body,
			    "%s", message),
		 "write two rules, one for messages and one for services");
	return false;
}

static void print_dbus(struct buf *out, const struct aac_rule *rule)
{
	buf_puts(out, "dbus");
	aac_print_set(out, rule, ACCESS, true);
	aac_print_pattern(out, rule, BUS, " bus=");
	aac_print_pattern(out, rule, NAME, " name=");
	aac_print_pattern(out, rule, PATH, " path=");
	aac_print_pattern(out, rule, INTERFACE, " interface=");
	aac_print_pattern(out, rule, MEMBER, " member=");
	aac_print_peer(out, rule, dbus_peer, PEER_FIELDS);
}

static uint64_t accesses(const struct aac_rule *rule)
{
	if (rule->fields[ACCESS].set)
		return rule->fields[ACCESS].set;
	if (is_message(rule))
		return SEND | RECEIVE;
	return rule->fields[NAME].present ? BIND : SEND | RECEIVE | BIND | EAVESDROP;
}

static bool covers_dbus(const struct aac_rule *wide, const struct aac_rule *narrow)
{
	return !(accesses(narrow) & ~accesses(wide)) &&
	       aac_fields_cover(wide, narrow, BUS, FIELDS);
}

static int overlaps_dbus(const struct aac_rule *a, const struct aac_rule *b)
{
	if (!(accesses(a) & accesses(b)))
		return AAC_NO;
	return (int)aac_fields_overlap(a, b, BUS, FIELDS);
}

static bool ask_part(struct aac_ask *ask, const struct aac_rule *rule, uint32_t request)
{
	struct aac_query *query;
	const char *name;

	if (!request)
		return true;
	query = aac_ask_new(ask, AAC_QUERY_DBUS, request);
	if (!aac_ask_text(ask, rule, PEER_NAME, &name) ||
	    !aac_ask_text(ask, rule, NAME, &query->name))
		return false;
	if (name)
		query->name = name;
	return aac_ask_text(ask, rule, BUS, &query->bus) &&
	       aac_ask_text(ask, rule, PATH, &query->path) &&
	       aac_ask_text(ask, rule, INTERFACE, &query->interface) &&
	       aac_ask_text(ask, rule, MEMBER, &query->member) &&
	       aac_ask_text(ask, rule, PEER_LABEL, &query->label);
}

/* Each access is decided at a place of its own. */
static bool ask_dbus(struct aac_ask *ask, const struct aac_rule *rule)
{
	uint64_t set = rule->fields[ACCESS].set;

	if (!set)
		return aac_ask_refuse(ask, rule, "send, receive, bind or eavesdrop");
	return ask_part(ask, rule, set & SEND ? AAC_MAY_SEND : 0) &&
	       ask_part(ask, rule, set & RECEIVE ? AAC_MAY_RECEIVE : 0) &&
	       ask_part(ask, rule, set & BIND ? AAC_MAY_DBUS_BIND : 0) &&
	       ask_part(ask, rule, set & EAVESDROP ? AAC_MAY_EAVESDROP : 0);
}

const struct aac_kind aac_kind_dbus = {
	.id = AAC_KIND_DBUS,
	.keyword = "dbus",
	.summary = "messages and services of D-Bus",
	.usage = "dbus [(ACCESS, …)] [bus=BUS] [name=NAME], or [path=PATH] "
		 "[interface=NAME] "
		 "[member=NAME] [peer=(name=NAME, label=LABEL)]",
	.feature = "dbus",
	.fields = dbus_fields,
	.field_count = ARRAY_SIZE(dbus_fields),
	.build = build_dbus,
	.check = check_dbus,
	.print = print_dbus,
	.covers = covers_dbus,
	.overlaps = overlaps_dbus,
	.ask = ask_dbus,
};
