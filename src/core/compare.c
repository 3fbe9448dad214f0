/*
 * Two profiles compared: the classes one after the other by the product walk, and the
 * parts of a profile that are plain numbers by comparing them.
 */
#include "core/compare.h"

#include <string.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/macro.h"
#include "core/compare_find.h"

/* The kernel knows no classes beyond. */
enum { CLASS_LAST = AAC_CLASS_DBUS };

/* ---- settings ---------------------------------------------------------------------- */

/* Less is enforced by a mode of a lower rank. */
static const struct mode {
	const char *name;
	int rank;
} modes[] = {
	[AAC_MODE_ENFORCE] = { "enforce", 2 },
	[AAC_MODE_COMPLAIN] = { "complain", 1 },
	[AAC_MODE_KILL] = { "kill", 2 },
	[AAC_MODE_UNCONFINED] = { "unconfined", 0 },
	[AAC_MODE_PROMPT] = { "prompt", 2 },
};

static const struct mode *find_mode(const struct aac_blob *blob)
{
	bool complain = blob->mode == AAC_MODE_ENFORCE && blob->force_complain;

	return &modes[complain ? AAC_MODE_COMPLAIN : blob->mode];
}

static void add_change(struct comparing *c, const char *what, const char *from,
		       const char *to)
{
	struct aac_finding *finding =
		comparing_add(c, AAC_FINDING_CHANGED, "profile", what);

	finding->from = from;
	finding->to = to;
}

static void compare_mode(struct comparing *c)
{
	const struct mode *a = find_mode(c->walk.a.blob), *b = find_mode(c->walk.b.blob);

	if (a == b)
		return;
	add_change(c, "mode", a->name, b->name);
	if (a->rank != b->rank)
		c->findings.last->kind =
			a->rank > b->rank ? AAC_FINDING_GAINED : AAC_FINDING_LOST;
}

static const char *print_path_flags(struct arena *arena, uint32_t flags)
{
	static const struct {
		uint32_t flag;
		const char *word;
	} words[] = {
		{ 0x4, "attach_disconnected" }, { 0x8, "chroot_relative" },
		{ 0x10, "chroot_attach" },	{ 0x20, "attach_disconnected.ipc" },
		{ 0x10000, "mediate_deleted" },
	};
	CLEANUP_BUF out = { 0 };

	for (size_t i = 0; i < ARRAY_SIZE(words); i++)
		if (flags & words[i].flag) {
			buf_printf(&out, "%s%s", out.len ? ", " : "", words[i].word);
			flags &= ~words[i].flag;
		}
	if (flags)
		buf_printf(&out, "%s%#x", out.len ? ", " : "", flags);
	return arena_strdup(arena, out.len ? out.data : "none");
}

static void compare_flags(struct comparing *c)
{
	const struct aac_blob *a = c->walk.a.blob, *b = c->walk.b.blob;

	if (a->audit_all != b->audit_all) {
		c->log_same = true;
		comparing_add(c, b->audit_all ? AAC_FINDING_LOGGED : AAC_FINDING_SILENCED,
			      "profile", "audit")
			->to = "everything";
	}
	if (a->path_flags != b->path_flags)
		add_change(c, "paths", print_path_flags(c->walk.arena, a->path_flags),
			   print_path_flags(c->walk.arena, b->path_flags));
	if (a->hat != b->hat)
		add_change(c, "kind", a->hat ? "hat" : "profile",
			   b->hat ? "hat" : "profile");
}

/* ---- numbers ----------------------------------------------------------------------- */

static void add_number(struct comparing *c, enum aac_finding_kind kind, const char *class,
		       bool granted, const struct aac_query *query)
{
	struct aac_finding *finding = comparing_add(c, kind, class, "");
	struct aac_query *copy = ARENA_NEW(c->walk.arena, struct aac_query);

	*copy = *query;
	finding->granted = granted;
	finding->request = copy->request = 1;
	finding->witness = copy;
}

static void compare_cap(struct comparing *c, uint32_t number)
{
	const struct aac_capability_set *a = &c->walk.a.blob->caps;
	const struct aac_capability_set *b = &c->walk.b.blob->caps;
	struct aac_query query = { .type = AAC_QUERY_CAPABILITY, .number = number };
	uint64_t bit = UINT64_C(1) << number;
	bool may_a = a->allow & bit, may_b = b->allow & bit;
	bool log_a = may_a ? a->audit & bit : !(a->quiet & bit);
	bool log_b = may_b ? b->audit & bit : !(b->quiet & bit);

	if (may_a != may_b)
		add_number(c, may_b ? AAC_FINDING_GAINED : AAC_FINDING_LOST, "capability",
			   false, &query);
	else if (log_a != log_b && !c->log_same && !c->walk.a.blob->audit_all)
		add_number(c, log_b ? AAC_FINDING_LOGGED : AAC_FINDING_SILENCED,
			   "capability", may_a, &query);
}

/* The lowest hard limit that only one side allows. */
static void compare_limit(struct comparing *c, uint32_t number)
{
	const struct aac_blob *a = c->walk.a.blob, *b = c->walk.b.blob;
	struct aac_query query = { .type = AAC_QUERY_RLIMIT, .number = number };
	uint64_t most_a = a->limit_mask >> number & 1 ? a->limits[number] : UINT64_MAX;
	uint64_t most_b = b->limit_mask >> number & 1 ? b->limits[number] : UINT64_MAX;

	if (most_a == most_b)
		return;
	query.limit = (most_a < most_b ? most_a : most_b) + 1;
	add_number(c, most_a < most_b ? AAC_FINDING_GAINED : AAC_FINDING_LOST, "rlimit",
		   false, &query);
}

/* ---- classes ----------------------------------------------------------------------- */

/* Some are mediated where their own class is, but matched in another. */
static uint32_t find_start(const struct walk_side *side, enum aac_class class,
			   const char *prefix, size_t len)
{
	const struct aac_policydb *db = &side->blob->policy;
	uint32_t start = aac_policydb_class(db, class), other = AAC_DFA_DEAD;

	if (start == AAC_DFA_DEAD)
		return WALK_ALL;
	if (class == AAC_CLASS_PTRACE_MEDIATED)
		start = aac_policydb_class(db, AAC_CLASS_PTRACE);
	else if (class == AAC_CLASS_UNIX)
		other = aac_policydb_class(db, AAC_CLASS_NETWORK);
	return aac_dfa_run(db->dfa, other ? other : start, prefix, len);
}

static void walk_policy(struct comparing *c, const struct walk_class *class,
			enum aac_class id, const char *prefix, size_t len)
{
	struct walk_node start = {
		.a = find_start(&c->walk.a, id, prefix, len),
		.b = find_start(&c->walk.b, id, prefix, len),
	};

	if (start.a == WALK_ALL && (start.b == WALK_ALL || c->walk.meet))
		return;
	if (start.a == WALK_ALL)
		c->unmediated = "mediated only by the second";
	if (start.b == WALK_ALL && !c->walk.meet)
		c->unmediated = "mediated only by the first";
	if (c->unmediated && id == AAC_CLASS_UNIX) {
		/* There they are sockets as others are. */
		add_change(c, "unix",
			   start.a == WALK_ALL ? "by the rules of network"
					       : "by rules of its own",
			   start.b == WALK_ALL ? "by the rules of network"
					       : "by rules of its own");
	} else {
		walk_run(&c->walk, class, &start, 1);
	}
	comparing_flush(c);
	c->unmediated = NULL;
}

static void walk_raw_classes(struct comparing *c)
{
	static const enum aac_class known[] = {
		AAC_CLASS_FILE,	  AAC_CLASS_UNIX,
		AAC_CLASS_MOUNT,  AAC_CLASS_PTRACE_MEDIATED,
		AAC_CLASS_SIGNAL, AAC_CLASS_NETWORK,
		AAC_CLASS_PTRACE, AAC_CLASS_MQUEUE,
		AAC_CLASS_USERNS, AAC_CLASS_IO_URING,
		AAC_CLASS_DBUS,
	};
	uint64_t seen = 0;

	for (size_t i = 0; i < ARRAY_SIZE(known); i++)
		seen |= UINT64_C(1) << known[i];
	for (unsigned int id = 1; id <= CLASS_LAST; id++) {
		if (seen >> id & 1)
			continue;
		c->unasked = arena_printf(c->walk.arena, "class %u", id);
		walk_policy(c, &walk_raw, (enum aac_class)id, "", 0);
	}
	c->unasked = NULL;
}

static void walk_policies(struct comparing *c)
{
	walk_open(&c->walk, &c->walk.a.blob->policy, &c->walk.b.blob->policy);
	walk_policy(c, &walk_mount, AAC_CLASS_MOUNT, "", 0);
	comparing_network(c);
	comparing_flush(c);
	for (size_t i = 0; i < walk_plain_count; i++)
		walk_policy(c, &walk_plain[i].class, walk_plain[i].id,
			    walk_plain[i].prefix, walk_plain[i].prefix_len);
	if (!c->walk.meet)
		walk_raw_classes(c);
}

/* ---- files ------------------------------------------------------------------------- */

static bool has_labels(const struct aac_policydb *db)
{
	for (uint32_t i = 0; db->dfa && i < db->dfa->state_count; i++)
		if (aac_policydb_file_perms(db, i, true).allow &
		    AAC_ACCESS_CHANGE_PROFILE)
			return true;
	return false;
}

static void walk_files(struct comparing *c)
{
	const struct aac_policydb *a = &c->walk.a.blob->file, *b = &c->walk.b.blob->file;
	struct walk_node start = {
		.a = a->dfa ? a->file_start : AAC_DFA_DEAD,
		.b = b->dfa ? b->file_start : AAC_DFA_DEAD,
	};

	walk_open(&c->walk, a, b);
	walk_run(&c->walk, &walk_file, &start, 1);
	comparing_flush(c);
	if (has_labels(a) || has_labels(b))
		walk_run(&c->walk, &walk_label, &start, 1);
	comparing_flush(c);
}

static void walk_attachments(struct comparing *c)
{
	const struct aac_policydb *a = &c->walk.a.blob->attach,
				  *b = &c->walk.b.blob->attach;
	struct walk_node start = {
		.a = a->dfa ? a->start : AAC_DFA_DEAD,
		.b = b->dfa ? b->start : AAC_DFA_DEAD,
	};
	bool log_same = c->log_same;

	c->log_same = true;
	walk_open(&c->walk, a, b);
	walk_run(&c->walk, &walk_attachment, &start, 1);
	comparing_flush(c);
	c->log_same = log_same;
}

/* ---- the whole --------------------------------------------------------------------- */

struct aac_comparison aac_compare(struct arena *arena, const struct aac_blob *a,
				  const struct aac_blob *b)
{
	return aac_compare_more(arena, a, b, 1);
}

struct aac_comparison aac_compare_more(struct arena *arena, const struct aac_blob *a,
				       const struct aac_blob *b, size_t examples)
{
	struct comparing c = {
		.examples = examples,
		.walk = { .arena = arena,
			  .a = { .blob = a },
			  .b = { .blob = b },
			  .found = comparing_differs },
	};

	compare_mode(&c);
	compare_flags(&c);
	walk_attachments(&c);
	if (a->mode != AAC_MODE_UNCONFINED && b->mode != AAC_MODE_UNCONFINED) {
		for (uint32_t i = 0; i < 64; i++)
			compare_cap(&c, i);
		walk_files(&c);
		walk_policies(&c);
		for (uint32_t i = 0; i < AAC_LIMITS; i++)
			compare_limit(&c, i);
	}
	walk_close(&c.walk);
	return (struct aac_comparison){ .findings = c.findings.head,
					.unproved = c.unproved };
}

bool aac_equal(struct arena *arena, const struct aac_blob *a, const struct aac_blob *b)
{
	struct aac_comparison comparison = aac_compare(arena, a, b);

	return !comparison.findings && !comparison.unproved;
}

const struct aac_finding *aac_common(struct arena *arena, const struct aac_blob *a,
				     const struct aac_blob *b,
				     const struct aac_common_options *options)
{
	struct comparing c = {
		.walk = { .arena = arena,
			  .a = { .blob = a },
			  .b = { .blob = b },
			  .meet = true,
			  .found = comparing_meets },
		.common = options,
	};

	if (b->mode == AAC_MODE_UNCONFINED) {
		add_change(&c, "mode", "", "unconfined");
		return c.findings.head;
	}
	for (uint32_t i = 0; i < 64; i++)
		if (a->caps.allow & b->caps.allow & UINT64_C(1) << i)
			add_number(&c, AAC_FINDING_GAINED, "capability", true,
				   &(struct aac_query){ .type = AAC_QUERY_CAPABILITY,
							.number = i });
	walk_files(&c);
	walk_policies(&c);
	walk_close(&c.walk);
	return c.findings.head;
}
