/*
 * Findings: states that differ in one way are one group, of which one access is told.  It
 * is decided once more by aac_decide, from its parts, on both sides: an access that does
 * not differ so is not told, and the next of the group is tried.
 */
#include "core/compare_find.h"

#include <string.h>

#include "base/arena.h"
#include "base/macro.h"

/* How many accesses of a group are decided at most before it counts as unproved. */
enum { TRIES_MAX = 256 };

struct group {
	struct group *next;
	struct aac_finding finding;
	enum aac_query_type type;
	enum walk_who who;
	uint32_t exec_a, exec_b; /* CHANGED */
	bool proved;
	unsigned int odd, tries;
	size_t told; /* accesses */
	struct aac_example *last;
};

/* Bits that another one implies, as rules have no word for them. */
static uint32_t reduce_file(uint32_t bits)
{
	if (bits & AAC_ACCESS_WRITE)
		bits &= ~(uint32_t)(AAC_ACCESS_APPEND | AAC_ACCESS_SETATTR |
				    AAC_ACCESS_CREATE | AAC_ACCESS_DELETE |
				    AAC_ACCESS_CHMOD | AAC_ACCESS_CHOWN |
				    AAC_ACCESS_OPEN);
	if (bits & AAC_ACCESS_READ)
		bits &= ~(uint32_t)(AAC_ACCESS_GETATTR | AAC_ACCESS_OPEN);
	return bits;
}

static bool is_file(const struct walk *walk, const struct walk_point *point)
{
	return walk->class == &walk_file && point->type == AAC_QUERY_FILE;
}

/* ---- exec -------------------------------------------------------------------------- */

static const char *exec_target(const struct walk_side *side, uint32_t exec)
{
	uint32_t index = exec & AAC_EXEC_INDEX;

	if (!(exec & AAC_EXEC_TABLE) || index >= side->db->target_count)
		return "";
	return side->db->targets[index];
}

static bool same_exec(const struct walk *walk, uint32_t a, uint32_t b)
{
	return ((a ^ b) & ~AAC_EXEC_INDEX) == 0 &&
	       strcmp(exec_target(&walk->a, a), exec_target(&walk->b, b)) == 0;
}

/* As a rule has it, "Px -> name". */
static const char *print_exec(struct arena *arena, const struct walk_side *side,
			      uint32_t exec)
{
	bool inherit = exec & AAC_EXEC_INHERIT, unconfined = exec & AAC_EXEC_UNCONFINED;
	bool safe = !(exec & AAC_EXEC_UNSAFE), named = exec & AAC_EXEC_TABLE;
	const char *fallback = inherit ? "i" : "";
	char letter = exec & AAC_EXEC_CHILD ? 'c' : 'p';

	if (!(exec & (AAC_EXEC_TABLE | AAC_EXEC_BY_NAME)))
		return inherit ? "ix" : unconfined ? safe ? "Ux" : "ux" : "x";
	if (unconfined && !inherit)
		fallback = "u";
	return arena_printf(arena, "%c%sx%s%s", safe ? letter - 'a' + 'A' : letter,
			    fallback, named ? " -> " : "", exec_target(side, exec));
}

/* ---- groups ------------------------------------------------------------------------ */

static bool has_granted(const struct aac_decision *decision)
{
	return decision->outcome == AAC_ALLOWED && !decision->complain;
}

/* Does the access differ as the group says?  None of its bits is told wrongly. */
static bool prove(const struct comparing *c, const struct group *group,
		  const struct aac_query *query)
{
	const struct walk *walk = &c->walk;
	struct aac_decision a = aac_decide(walk->arena, walk->a.blob, query);
	struct aac_decision b = aac_decide(walk->arena, walk->b.blob, query);
	bool may_a = has_granted(&a), may_b = has_granted(&b);

	if (a.outcome == AAC_DEPENDS || b.outcome == AAC_DEPENDS)
		return false;
	if (walk->meet)
		return may_b &&
		       (!c->common->takes || c->common->takes(c->common->env, query));
	switch (group->finding.kind) {
	case AAC_FINDING_LOST:
		return may_a && !may_b && b.missing == query->request;
	case AAC_FINDING_GAINED:
		return may_b && !may_a && a.missing == query->request;
	case AAC_FINDING_CHANGED:
		return may_a && may_b && !same_exec(walk, a.exec, b.exec);
	case AAC_FINDING_LOGGED:
	case AAC_FINDING_SILENCED:
	default:
		return may_a == may_b && may_a == group->finding.granted &&
		       a.audited != b.audited &&
		       b.audited == (group->finding.kind == AAC_FINDING_LOGGED);
	}
}

static void add_example(struct comparing *c, struct group *group,
			const struct aac_query *query)
{
	struct aac_example *example = ARENA_NEW(c->walk.arena, struct aac_example);

	example->query = query;
	if (group->last)
		group->last->next = example;
	else
		group->finding.others = example;
	group->last = example;
	group->told++;
}

/* A plainer access takes the first place, and more of them the others. */
static bool is_of_use(const struct comparing *c, const struct group *group,
		      const struct walk_point *point)
{
	if (!group->proved)
		return group->tries < TRIES_MAX;
	return point->odd < group->odd ||
	       (point->odd == group->odd && group->told + 1 < c->examples &&
		group->tries < TRIES_MAX + c->examples);
}

static void try_witness(struct comparing *c, struct group *group,
			const struct walk_point *point)
{
	struct walk *walk = &c->walk;
	struct walk_text parts[WALK_PARTS];
	struct aac_query *query;

	if (!is_of_use(c, group, point))
		return;
	group->tries++;
	walk_read(walk, parts);
	if (!walk->class->ask) {
		group->proved = true;
		group->finding.to = c->unasked ? c->unasked : parts[0].text;
		return;
	}
	query = ARENA_NEW(walk->arena, struct aac_query);
	if (!walk->class->ask(walk, parts, point, query))
		return;
	query->request = group->finding.request;
	if (!prove(c, group, query))
		return;
	if (group->proved && point->odd == group->odd) {
		add_example(c, group, query);
		return;
	}
	group->proved = true;
	group->finding.others = NULL;
	group->last = NULL;
	group->told = 0;
	group->odd = point->odd;
	group->finding.witness = query;
}

static struct group *find_group(const struct comparing *c, const struct group *like)
{
	for (struct group *g = c->groups; g; g = g->next)
		if (g->finding.kind == like->finding.kind &&
		    g->finding.granted == like->finding.granted &&
		    g->finding.request == like->finding.request && g->who == like->who &&
		    g->type == like->type && g->exec_a == like->exec_a &&
		    g->exec_b == like->exec_b &&
		    strcmp(g->finding.what, like->finding.what) == 0)
			return g;
	return NULL;
}

/* Some classes have accesses that begin with other words than their name. */
static const char *class_of(const struct walk *walk, enum aac_query_type type)
{
	static const char *const words[] = {
		[AAC_QUERY_LINK] = "link",
		[AAC_QUERY_CHANGE_ONEXEC] = "change_profile",
		[AAC_QUERY_UMOUNT] = "umount",
		[AAC_QUERY_PIVOT_ROOT] = "pivot_root",
	};

	return type < ARRAY_SIZE(words) && words[type] ? words[type] : walk->class->name;
}

static void add_group(struct comparing *c, const struct group *like)
{
	struct group *group = ARENA_NEW(c->walk.arena, struct group);

	*group = *like;
	if (like->finding.kind == AAC_FINDING_CHANGED) {
		group->finding.from = print_exec(c->walk.arena, &c->walk.a, like->exec_a);
		group->finding.to = print_exec(c->walk.arena, &c->walk.b, like->exec_b);
	}
	group->finding.class = class_of(&c->walk, like->type);
	group->finding.owner_only = like->who == WALK_OWNER;
	group->finding.other_only = like->who == WALK_OTHER;
	if (c->last_group)
		c->last_group->next = group;
	else
		c->groups = group;
	c->last_group = group;
}

static void find(struct comparing *c, const struct walk_point *point,
		 enum aac_finding_kind kind, uint32_t bits, bool granted)
{
	struct group like = { .type = point->type, .who = point->who };
	struct group *group;

	if (!bits)
		return;
	like.finding.kind = kind;
	like.finding.granted = granted;
	like.finding.request = is_file(&c->walk, point) ? reduce_file(bits) : bits;
	like.finding.what = c->unmediated ? c->unmediated : point->what;
	if (c->walk.meet)
		like.finding.what = ""; /* one access tells of all sorts */
	if (kind == AAC_FINDING_CHANGED) {
		like.exec_a = point->a.exec;
		like.exec_b = point->b.exec;
	}
	group = find_group(c, &like);
	if (!group) {
		add_group(c, &like);
		group = c->last_group;
	}
	group->finding.count++;
	try_witness(c, group, point);
}

/* ---- points ------------------------------------------------------------------------ */

/* What is audited must be allowed, and what is kept quiet denied, to matter. */
void comparing_differs(struct walk *walk, const struct walk_point *point)
{
	struct comparing *c = (struct comparing *)walk;
	uint32_t a = point->a.allow & point->mask, b = point->b.allow & point->mask;
	uint32_t both = a & b, none = point->mask & ~a & ~b, logs_a, logs_b;

	find(c, point, AAC_FINDING_LOST, a & ~b, false);
	find(c, point, AAC_FINDING_GAINED, b & ~a, false);
	if (is_file(walk, point) && both & AAC_ACCESS_EXEC &&
	    !same_exec(walk, point->a.exec, point->b.exec))
		find(c, point, AAC_FINDING_CHANGED, AAC_ACCESS_EXEC, true);
	if (c->log_same)
		return;
	logs_a = point->a.audit & both;
	logs_b = point->b.audit & both;
	find(c, point, AAC_FINDING_LOGGED, logs_b & ~logs_a, true);
	find(c, point, AAC_FINDING_SILENCED, logs_a & ~logs_b, true);
	logs_a = none & ~point->a.quiet;
	logs_b = none & ~point->b.quiet;
	find(c, point, AAC_FINDING_LOGGED, logs_b & ~logs_a, false);
	find(c, point, AAC_FINDING_SILENCED, logs_a & ~logs_b, false);
}

/* Bits of files that rules have words for: the others come with these, or always. */
#define OF_RULES                                                                         \
	(AAC_ACCESS_EXEC | AAC_ACCESS_WRITE | AAC_ACCESS_READ | AAC_ACCESS_APPEND |      \
	 AAC_ACCESS_LOCK | AAC_ACCESS_MMAP | AAC_ACCESS_LINK | AAC_ACCESS_ONEXEC)

void comparing_meets(struct walk *walk, const struct walk_point *point)
{
	struct comparing *c = (struct comparing *)walk;
	uint32_t bits = point->a.allow & point->b.allow & point->mask;

	if (walk->class == &walk_file)
		bits &= OF_RULES & c->common->file_bits;
	find(c, point, AAC_FINDING_GAINED, bits, true);
}

/* ---- findings ---------------------------------------------------------------------- */

struct aac_finding *comparing_add(struct comparing *c, enum aac_finding_kind kind,
				  const char *class, const char *what)
{
	struct aac_finding *finding = ARENA_NEW(c->walk.arena, struct aac_finding);

	*finding = (struct aac_finding){
		.kind = kind, .class = class, .what = what, .count = 1
	};
	LIST_APPEND(&c->findings, finding);
	return finding;
}

void comparing_flush(struct comparing *c)
{
	for (struct group *group = c->groups; group; group = group->next) {
		if (group->proved)
			LIST_APPEND(&c->findings, &group->finding);
		else
			c->unproved++;
	}
	c->groups = c->last_group = NULL;
	c->unproved += c->walk.exhausted;
	c->walk.exhausted = false;
}
