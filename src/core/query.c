/*
 * Decisions: an access becomes the bytes that the kernel would feed to the automaton,
 * and the state behind them says what is allowed.  A part that is not known leads to many
 * states at once; when they agree, it does not matter.
 */
#include "core/query_feed.h"

#include <string.h>

#include "base/buf.h"
#include "core/mount_view.h"

/* mount(2) drops these before anything is asked: internal ones and the old magic. */
#define MOUNT_MAGIC 0xc0ed0000u
#define MOUNT_MAGIC_MASK 0xffff0000u
#define MOUNT_DROPPED (1u << 22 | 1u << 28 | 1u << 29 | 1u << 30)
/* Of the class mount: the data, too, must match. */
#define DATA_MATTERS AAC_ACCESS_OPEN

#define PTRACE_BYTE 9
/* What is asked behind a socket's own address. */
#define SOCKET_PEER 1
#define SOCKET_LISTEN 2
#define SOCKET_OPTION 4
#define SIGNAL_LAST 35

/* ---- mounts ------------------------------------------------------------------------ */

static struct aac_perms perms_mount(struct asking *ask, uint32_t state)
{
	struct aac_perms perms = ask_perms_policy(ask, state);
	const char *data = ask->query->data;

	if (perms.allow & AAC_MAY_MOUNT || !data || !(perms.allow & DATA_MATTERS))
		return perms;
	state = aac_dfa_step(ask->db->dfa, state, 0);
	state = aac_dfa_run(ask->db->dfa, state, data, strlen(data));
	return ask_perms_policy(ask, state);
}

static void put_flags(struct asking *ask, uint32_t flags)
{
	for (unsigned int i = 0; i < 32; i++)
		if (flags & 1u << i)
			ask_byte(ask, i + 1);
}

/* The flags and parts that are asked for depend on what the flags make of the call. */
static struct aac_decision decide_mount(struct asking *ask)
{
	struct aac_query query = *ask->query;
	uint32_t flags = query.flags;

	if ((flags & MOUNT_MAGIC_MASK) == MOUNT_MAGIC)
		flags &= ~MOUNT_MAGIC_MASK;
	flags &= ~MOUNT_DROPPED;
	switch (aac_mount_class(flags)) {
	case AAC_MOUNT_REMOUNT:
		query.other = query.fstype = "";
		break;
	case AAC_MOUNT_BIND:
		query.fstype = "";
		query.data = NULL;
		flags &= MOUNT_BIND | MOUNT_REC;
		break;
	case AAC_MOUNT_PROPAGATION:
		query.other = query.fstype = "";
		query.data = NULL;
		flags &= MOUNT_PROPAGATION | MOUNT_REC | MOUNT_SILENT;
		break;
	case AAC_MOUNT_MOVE:
		query.fstype = "";
		query.data = NULL;
		flags = MOUNT_MOVE;
		break;
	case AAC_MOUNT_NEW:
		break;
	}
	ask->query = &query;
	ask->perms = perms_mount;
	ask_text(ask, query.name, '/', "the mount point");
	ask_nul(ask);
	ask_text(ask, query.other, 0, "the source");
	ask_nul(ask);
	ask_text(ask, query.fstype, 0, "the type");
	ask_nul(ask);
	put_flags(ask, flags);
	return ask_judge(ask, AAC_MAY_MOUNT);
}

static struct aac_decision decide_umount(struct asking *ask)
{
	ask_text(ask, ask->query->name, '/', "the mount point");
	return ask_judge(ask, AAC_MAY_UMOUNT);
}

static struct aac_decision decide_pivot_root(struct asking *ask)
{
	ask_text(ask, ask->query->name, '/', "the new root");
	ask_nul(ask);
	ask_text(ask, ask->query->other, '/', "the old root");
	return ask_judge(ask, AAC_MAY_PIVOT);
}

/* ---- labels of peers --------------------------------------------------------------- */

/* Each label of the STACK must be granted, from the state BEFORE on; silent is what all
 * of them deny silently. */
static struct aac_decision judge_parts(struct asking *ask, uint32_t before,
				       const char *stack)
{
	struct aac_decision all = { .mediated = true, .granted = ask->query->request };
	bool silent = true;

	while (stack) {
		const char *end = strstr(stack, "//&");
		struct aac_decision one;

		ask_at(ask, before);
		ask_bytes(ask, stack, end ? (size_t)(end - stack) : strlen(stack));
		one = ask_judge(ask, ask->query->request);
		all.missing |= one.missing;
		all.granted &= one.granted;
		all.audited |= one.audited;
		silent &= one.outcome == AAC_DENIED && !one.audited;
		stack = end ? end + 3 : NULL;
	}
	if (all.missing) {
		all.outcome = AAC_DENIED;
		all.audited = !silent;
	}
	return all;
}

/* A stack of labels is one label, or else each of its parts must be granted. */
static struct aac_decision judge_label(struct asking *ask, const char *label)
{
	uint32_t before = ask->one;
	bool stack = label && strstr(label, "//&") && ask->count == 1;
	struct aac_decision decision;

	ask_text(ask, label, 0, "the peer's label");
	decision = ask_judge(ask, ask->query->request);
	return stack && decision.outcome != AAC_ALLOWED ? judge_parts(ask, before, label)
							: decision;
}

static struct aac_decision decide_signal(struct asking *ask)
{
	if (ask->query->number == AAC_QUERY_ANY)
		ask_any_byte(ask, 1, SIGNAL_LAST, "the signal");
	else
		ask_byte(ask, ask->query->number);
	return judge_label(ask, ask->query->label);
}

static struct aac_decision decide_ptrace(struct asking *ask)
{
	/* The class only says that it is mediated; the labels have a class of their own.
	 */
	ask_at(ask, aac_policydb_class(ask->db, AAC_CLASS_PTRACE));
	ask_byte(ask, PTRACE_BYTE);
	return judge_label(ask, ask->query->label);
}

/* ---- sockets, messages, queues ----------------------------------------------------- */

static struct aac_decision decide_network(struct asking *ask)
{
	ask_number(ask, ask->query->number, "the address family");
	ask_number(ask, ask->query->socket_type, "the socket type");
	return ask_judge(ask, ask->query->request);
}

static struct aac_decision decide_unix(struct asking *ask)
{
	const struct aac_query *query = ask->query;
	uint32_t request = query->request;
	uint32_t start = aac_policydb_class(ask->db, AAC_CLASS_NETWORK);

	/* Their class says that they are mediated so; newer policy has them elsewhere. */
	if (start != AAC_DFA_DEAD)
		ask_at(ask, start);
	ask_u16(ask, 1);
	ask_number(ask, query->socket_type, "the socket type");
	ask_u16(ask, query->protocol);
	if (request == AAC_ACCESS_CREATE)
		return ask_judge(ask, request);
	ask_address(ask, query->address, "the address");
	ask_nul(ask);
	ask_text(ask, query->label, 0, "the socket's label");
	ask_nul(ask);
	if (request & (AAC_ACCESS_READ | AAC_ACCESS_WRITE | AAC_ACCESS_OPEN)) {
		ask_byte(ask, SOCKET_PEER);
		ask_address(ask, query->peer_address, "the peer's address");
		ask_nul(ask);
		return judge_label(ask, query->peer_label);
	}
	if (request & (AAC_MAY_LISTEN | AAC_MAY_SET_OPTION | AAC_MAY_GET_OPTION)) {
		ask_byte(ask, request & AAC_MAY_LISTEN ? SOCKET_LISTEN : SOCKET_OPTION);
		ask_any_byte(ask, 0, 255, "the backlog or option");
		ask_any_byte(ask, 0, 255, "the backlog or option");
	}
	return ask_judge(ask, request);
}

/* Kernels without the class network have a table of families and types. */
static struct aac_decision decide_families(struct asking *ask)
{
	const struct aac_query *query = ask->query;
	const struct aac_family_set *set = ask->blob->families;
	struct aac_decision decision = { .mediated = true };
	uint32_t bit = 1u << (query->socket_type & 15);

	if (query->number >= ask->blob->family_count || query->socket_type > 15) {
		decision.outcome = AAC_DEPENDS;
		decision.depends = "the address family or socket type";
		return decision;
	}
	set += query->number;
	decision.audited = set->audit & bit;
	decision.granted = set->allow & bit ? query->request : 0;
	if (decision.granted)
		return decision;
	decision.outcome = AAC_DENIED;
	decision.audited = !(set->quiet & bit);
	decision.missing = query->request;
	return decision;
}

static struct aac_decision decide_dbus(struct asking *ask)
{
	const struct aac_query *query = ask->query;

	ask_text(ask, query->bus, 0, "the bus");
	if (query->request == AAC_MAY_EAVESDROP)
		return ask_judge(ask, query->request);
	ask_nul(ask);
	ask_text(ask, query->name, 0, "the bus name");
	if (query->request == AAC_MAY_DBUS_BIND)
		return ask_judge(ask, query->request);
	ask_nul(ask);
	ask_text(ask, query->label, 0, "the peer's label");
	ask_nul(ask);
	ask_text(ask, query->path, '/', "the object path");
	ask_nul(ask);
	ask_text(ask, query->interface, 0, "the interface");
	ask_nul(ask);
	ask_text(ask, query->member, 0, "the member");
	return ask_judge(ask, query->request);
}

static struct aac_decision decide_mqueue(struct asking *ask)
{
	ask_text(ask, ask->query->name, 0, "the queue");
	ask_nul(ask);
	return judge_label(ask, ask->query->label);
}

static struct aac_decision decide_userns(struct asking *ask)
{
	return ask_judge(ask, AAC_MAY_USERNS);
}

/* Only foreign credentials have a label. */
static struct aac_decision decide_io_uring(struct asking *ask)
{
	if (ask->query->request & AAC_MAY_POLL)
		return ask_judge(ask, ask->query->request);
	return judge_label(ask, ask->query->label);
}

/* ---- what has no automaton --------------------------------------------------------- */

static struct aac_decision decide_capability(struct asking *ask)
{
	const struct aac_capability_set *caps = &ask->blob->caps;
	struct aac_decision decision = { .mediated = true };
	uint64_t bit = UINT64_C(1) << (ask->query->number & 63);
	bool all = ask->blob->audit_all;

	if (caps->allow & bit) {
		decision.audited = all || caps->audit & bit;
		decision.granted = 1;
		return decision;
	}
	decision.outcome = AAC_DENIED;
	decision.audited = all || !(caps->quiet & bit);
	decision.missing = 1;
	return decision;
}

static struct aac_decision decide_rlimit(struct asking *ask)
{
	struct aac_decision decision = { .mediated = true };
	uint32_t number = ask->query->number & (AAC_LIMITS - 1);

	if (!(ask->blob->limit_mask & 1u << number))
		decision = ask_unmediated(ask);
	else
		decision.granted = ask->query->limit <= ask->blob->limits[number];
	decision.audited = ask->blob->audit_all;
	if (decision.granted)
		return decision;
	decision.outcome = AAC_DENIED;
	decision.audited = true;
	decision.missing = 1;
	return decision;
}

/* ---- the whole --------------------------------------------------------------------- */

static const struct row {
	enum aac_class class; /* that says whether it is mediated */
	struct aac_decision (*decide)(struct asking *ask);
} rows[] = {
	[AAC_QUERY_FILE] = { 0, ask_file },
	[AAC_QUERY_LINK] = { 0, ask_link },
	[AAC_QUERY_CHANGE_PROFILE] = { 0, ask_change_profile },
	[AAC_QUERY_CHANGE_ONEXEC] = { 0, ask_change_onexec },
	[AAC_QUERY_MOUNT] = { AAC_CLASS_MOUNT, decide_mount },
	[AAC_QUERY_UMOUNT] = { AAC_CLASS_MOUNT, decide_umount },
	[AAC_QUERY_PIVOT_ROOT] = { AAC_CLASS_MOUNT, decide_pivot_root },
	[AAC_QUERY_CAPABILITY] = { 0, decide_capability },
	[AAC_QUERY_NETWORK] = { AAC_CLASS_NETWORK, decide_network },
	[AAC_QUERY_UNIX] = { AAC_CLASS_UNIX, decide_unix },
	[AAC_QUERY_SIGNAL] = { AAC_CLASS_SIGNAL, decide_signal },
	[AAC_QUERY_PTRACE] = { AAC_CLASS_PTRACE_MEDIATED, decide_ptrace },
	[AAC_QUERY_DBUS] = { AAC_CLASS_DBUS, decide_dbus },
	[AAC_QUERY_MQUEUE] = { AAC_CLASS_MQUEUE, decide_mqueue },
	[AAC_QUERY_USERNS] = { AAC_CLASS_USERNS, decide_userns },
	[AAC_QUERY_IO_URING] = { AAC_CLASS_IO_URING, decide_io_uring },
	[AAC_QUERY_RLIMIT] = { 0, decide_rlimit },
};

static struct aac_decision decide_policy(struct asking *ask, const struct row *row)
{
	uint32_t start;

	if (!row->class)
		return row->decide(ask);
	ask->db = &ask->blob->policy;
	ask->perms = ask_perms_policy;
	start = ask->db->dfa ? aac_policydb_class(ask->db, row->class) : AAC_DFA_DEAD;
	if (start != AAC_DFA_DEAD) {
		ask_at(ask, start);
		return row->decide(ask);
	}
	return row->class == AAC_CLASS_NETWORK && ask->blob->family_count
		       ? decide_families(ask)
		       : ask_unmediated(ask);
}

/* In complain mode what is not granted happens, unless it is denied silently; an exec
 * happens even then. */
static bool is_learned(const struct asking *ask, const struct aac_decision *decision)
{
	const struct aac_blob *blob = ask->blob;

	if (blob->mode != AAC_MODE_COMPLAIN && !blob->force_complain)
		return false;
	return decision->audited || (ask->query->type == AAC_QUERY_FILE &&
				     decision->missing == AAC_ACCESS_EXEC);
}

struct aac_decision aac_decide(struct arena *arena, const struct aac_blob *blob,
			       const struct aac_query *query)
{
	struct asking ask = { .arena = arena, .blob = blob, .query = query };
	struct aac_query socket;
	struct aac_decision decision;

	if (blob->mode == AAC_MODE_UNCONFINED)
		return ask_unmediated(&ask);
	if (query->type == AAC_QUERY_UNIX &&
	    (!blob->policy.dfa ||
	     aac_policydb_class(&blob->policy, AAC_CLASS_UNIX) == AAC_DFA_DEAD)) {
		/* Without a class of their own these are sockets as others are. */
		socket = *query;
		socket.type = AAC_QUERY_NETWORK;
		socket.number = 1;
		ask.query = query = &socket;
	}
	decision = decide_policy(&ask, &rows[query->type]);
	if (decision.outcome == AAC_DENIED && is_learned(&ask, &decision)) {
		decision.outcome = AAC_ALLOWED;
		decision.complain = true;
	}
	return decision;
}

/* ---- bytes alone ------------------------------------------------------------------- */

/* A stack of labels may be asked one by one, data only where they matter, and an exec for
 * where it leads; the others ask at more places than one, or no automaton. */
static bool is_chain(const struct aac_query *query)
{
	static const uint32_t others =
		1u << AAC_QUERY_LINK | 1u << AAC_QUERY_CHANGE_ONEXEC |
		1u << AAC_QUERY_CAPABILITY | 1u << AAC_QUERY_RLIMIT;

	return !(others >> query->type & 1) && !query->data && !query->exec_asked &&
	       !(query->label && strstr(query->label, "//&")) &&
	       !(query->peer_label && strstr(query->peer_label, "//&"));
}

static bool is_path_query(enum aac_query_type type)
{
	return type == AAC_QUERY_FILE || type == AAC_QUERY_CHANGE_PROFILE;
}

bool aac_query_bytes(const struct aac_query *query, struct buf *out)
{
	static const struct aac_policydb nothing;
	struct asking ask = { .query = query, .db = &nothing, .heard = out };

	if (!is_chain(query))
		return false;
	if (!is_path_query(query->type)) {
		rows[query->type].decide(&ask);
		return !ask.unsure;
	}
	if (query->name)
		buf_puts(out, query->name);
	return query->name;
}

/* As decide_policy, decide_unix, decide_ptrace and enter_files begin. */
const struct aac_dfa *aac_query_start(const struct aac_blob *blob,
				      enum aac_query_type type, uint32_t *start)
{
	const struct aac_policydb *db = &blob->policy;
	uint32_t first;

	*start = AAC_DFA_DEAD;
	if (blob->mode == AAC_MODE_UNCONFINED)
		return NULL;
	if (is_path_query(type)) {
		*start = blob->file.dfa ? blob->file.file_start : AAC_DFA_DEAD;
		return blob->file.dfa;
	}
	first = aac_policydb_class(db, rows[type].class);
	if (first != AAC_DFA_DEAD && type == AAC_QUERY_PTRACE) {
		first = aac_policydb_class(db, AAC_CLASS_PTRACE);
	} else if (first != AAC_DFA_DEAD && type == AAC_QUERY_UNIX) {
		uint32_t network = aac_policydb_class(db, AAC_CLASS_NETWORK);

		first = network != AAC_DFA_DEAD ? network : first;
	}
	*start = first;
	return db->dfa;
}
