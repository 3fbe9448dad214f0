/*
 * Rules against rules: what is covered and dropped, where a deny overrides an allow,
 * which exec transitions apparmor_parser would refuse to merge.  Only what is proved
 * counts.
 *
 * Questions about rules that stand in fragments without parameters are asked once per
 * distinct sequence of them and remembered; rules made from a container's values are
 * asked each time, against all others.
 */
#include <string.h>

#include "base/arena.h"
#include "core/compose_rules.h"
#include "core/context.h"
#include "core/diag.h"
#include "core/target.h"
#include "core/rule_index.h"

/* With more shared rules, or more relations kept, these are asked anew: looking them up
 * would take longer, and memory would run out. */
enum { WORTH_KEEPING = 2000, KEPT_MAX = 128 * 1024 };

/* So many pairs are asked one by one: an index would cost more. */
enum { PAIRS_FEW = 64 * 1024 };

enum finding_type { FINDING_OVERLAP, FINDING_SILENCED, FINDING_CLASH };

/* Something to tell about two entries, by their positions. */
struct finding {
	struct finding *next;
	enum finding_type type;
	bool whole;
	size_t a, b; /* overlap: allow, deny; silenced: audit deny, plain deny */
};

struct aac_judgement {
	long *by;
	struct finding *findings;
};

/* How two rules relate, X standing before Y. */
enum {
	X_COVERS_Y = 1,
	Y_COVERS_X = 2,
	OVERLAP_PART = 4,
	OVERLAP_WHOLE = 8,
	SILENCED = 16,
	CLASH = 32,
	ASKED = 64, /* so that no relation is told from an unknown one */
};

static unsigned int overlap_of(const struct aac_rule *allow, const struct aac_rule *deny)
{
	switch (aac_rule_overlap(allow, deny)) {
	case AAC_OVERLAP_WHOLE:
		return OVERLAP_WHOLE;
	case AAC_OVERLAP_PART:
		return OVERLAP_PART;
	case AAC_OVERLAP_NONE:
	default:
		return 0;
	}
}

static unsigned int relate(const struct aac_rule *x, const struct aac_rule *y,
			   const struct aac_target *target)
{
	unsigned int flags = ASKED;

	if (aac_rule_covers(x, y))
		flags |= X_COVERS_Y;
	if (aac_rule_covers(y, x))
		flags |= Y_COVERS_X;
	if (x->deny != y->deny)
		return flags | (x->deny ? overlap_of(y, x) : overlap_of(x, y));
	if (x->deny && x->audit != y->audit)
		return flags |
		       ((x->audit ? aac_rule_silences(y, x) : aac_rule_silences(x, y))
				? SILENCED
				: 0);
	if (!x->deny && aac_rule_conflict(x, y, target ? target->parser : NULL))
		flags |= CLASH;
	return flags;
}

static void add_finding(struct arena *arena, struct finding **findings,
			struct finding found)
{
	struct finding *node = ARENA_NEW(arena, struct finding);

	found.next = *findings;
	*node = found;
	*findings = node;
}

/* What FLAGS mean for the entries I < J.  Of two that cover each other the first stays.
 */
static void judge_pair(struct arena *arena, struct aac_entries *entries,
		       struct finding **findings, size_t i, size_t j, unsigned int flags)
{
	struct aac_entry *x = &entries->items[i], *y = &entries->items[j];
	bool turned =
		flags & SILENCED ? y->interned->rule->audit : x->interned->rule->deny;
	struct finding found = { .a = turned ? j : i, .b = turned ? i : j };

	if ((flags & X_COVERS_Y) && y->by < 0)
		y->by = (long)i;
	if ((flags & Y_COVERS_X) && !(flags & X_COVERS_Y) && x->by < 0)
		x->by = (long)j;
	if (!(flags & (OVERLAP_PART | OVERLAP_WHOLE | SILENCED | CLASH)))
		return;
	found.type = flags & SILENCED ? FINDING_SILENCED
		     : flags & CLASH  ? FINDING_CLASH
				      : FINDING_OVERLAP;
	found.whole = flags & OVERLAP_WHOLE;
	if (flags & CLASH) {
		found.a = i;
		found.b = j;
	}
	add_finding(arena, findings, found);
}

/* ---- rules that many containers share ------------------------------------------------
 */

static struct aac_rule_index *index_entries(struct arena *arena,
					    const struct aac_entries *entries)
{
	const struct aac_rule **rules =
		ARENA_ARRAY(arena, const struct aac_rule *, entries->count);

	for (size_t i = 0; i < entries->count; i++)
		rules[i] = entries->items[i].interned->rule;
	return aac_rule_index_new(arena, rules, entries->count);
}

/* The relation of two shared rules: asked once per run. */
static unsigned int relate_shared(struct aac_composer *composer,
				  const struct aac_interned *x,
				  const struct aac_interned *y)
{
	uint32_t key[2] = { x->id, y->id }, *kept;
	void *known;
	unsigned int flags;

	if (composer->count > WORTH_KEEPING || composer->relations.count >= KEPT_MAX)
		return relate(x->rule, y->rule, composer->ctx->target);
	known = map_get(&composer->relations, (const char *)key, sizeof(key));
	if (known)
		return (unsigned int)(uintptr_t)known;
	flags = relate(x->rule, y->rule, composer->ctx->target);
	kept = ARENA_ARRAY(composer->ctx->arena, uint32_t, 2);
	memcpy(kept, key, sizeof(key));
	map_add(&composer->relations, (const char *)kept, sizeof(key),
		(void *)(uintptr_t)flags);
	return flags;
}

static struct aac_judgement *judgement_new(struct aac_composer *composer,
					   struct arena *scratch,
					   struct aac_entries *entries, const size_t *at,
					   size_t count)
{
	struct arena *arena = composer->ctx->arena;
	struct aac_judgement *judgement = ARENA_NEW(arena, struct aac_judgement);
	struct aac_entries shared = { .items =
					      ARENA_ARRAY(arena, struct aac_entry, count),
				      .count = count };
	struct aac_rule_index *index;
	const size_t *found;

	judgement->by = ARENA_ARRAY(arena, long, count);
	for (size_t i = 0; i < count; i++)
		shared.items[i] =
			(struct aac_entry){ .interned = entries->items[at[i]].interned,
					    .by = -1 };
	index = index_entries(scratch, &shared);
	for (size_t i = 0; i < count; i++) {
		size_t found_count = aac_rule_index_behind(index, i, &found);

		for (size_t k = 0; k < found_count; k++)
			judge_pair(arena, &shared, &judgement->findings, i, found[k],
				   relate_shared(composer, shared.items[i].interned,
						 shared.items[found[k]].interned));
	}
	for (size_t i = 0; i < count; i++)
		judgement->by[i] = shared.items[i].by;
	return judgement;
}

/* The verdict on the shared rules among ENTRIES, whose positions are written to AT. */
static const struct aac_judgement *judge_shared(struct aac_composer *composer,
						struct arena *scratch,
						struct aac_entries *entries, size_t *at,
						size_t *count)
{
	uint32_t *ids = ARENA_ARRAY(scratch, uint32_t, entries->count);
	struct map *known = &composer->judgements;
	void **slot;

	*count = 0;
	for (size_t i = 0; i < entries->count; i++) {
		if (!entries->items[i].interned->shared)
			continue;
		ids[*count] = entries->items[i].interned->id;
		at[(*count)++] = i;
	}
	slot = map_slot(known, (const char *)ids, *count * sizeof(*ids));
	if (!*slot) { /* the key must outlive the map */
		known->entries[known->count - 1].key = arena_strndup(
			composer->ctx->arena, (const char *)ids, *count * sizeof(*ids));
		*slot = judgement_new(composer, scratch, entries, at, *count);
	}
	return *slot;
}

/* A few of them, at OWN[], which ascends, need no index. */
static void judge_few(const struct aac_target *target, struct arena *scratch,
		      struct aac_entries *entries, const size_t *own, size_t own_count,
		      struct finding **findings)
{
	size_t behind = 0; /* of OWN, the first behind I */

	for (size_t i = 0; i < entries->count; i++) {
		const struct aac_interned *x = entries->items[i].interned;
		size_t count;

		while (behind < own_count && own[behind] <= i)
			behind++;
		count = x->shared ? own_count - behind : entries->count - i - 1;
		for (size_t k = 0; k < count; k++) {
			size_t j = x->shared ? own[behind + k] : i + 1 + k;

			judge_pair(scratch, entries, findings, i, j,
				   relate(x->rule, entries->items[j].interned->rule,
					  target));
		}
	}
}

/* Rules of this container's values against all others. */
static void judge_own(const struct aac_target *target, struct arena *scratch,
		      struct aac_entries *entries, struct finding **findings)
{
	size_t *own = ARENA_ARRAY(scratch, size_t, entries->count), own_count = 0;
	struct aac_rule_index *index;
	const size_t *found;

	for (size_t i = 0; i < entries->count; i++)
		if (!entries->items[i].interned->shared)
			own[own_count++] = i;
	if (own_count * entries->count <= PAIRS_FEW) {
		judge_few(target, scratch, entries, own, own_count, findings);
		return;
	}
	index = index_entries(scratch, entries);

	for (size_t i = 0; i < entries->count; i++) {
		const struct aac_interned *x = entries->items[i].interned;
		size_t count = aac_rule_index_behind(index, i, &found);

		for (size_t k = 0; k < count; k++) {
			const struct aac_interned *y = entries->items[found[k]].interned;

			if (!x->shared || !y->shared)
				judge_pair(scratch, entries, findings, i, found[k],
					   relate(x->rule, y->rule, target));
		}
	}
}

/* ---- telling
 * --------------------------------------------------------------------------- */

static struct aac_span place(const struct aac_entry *entry)
{
	return entry->grant->origins->span;
}

/* Each pair of places is told once, however many containers have it. */
static bool told_before(struct aac_composer *composer, const struct aac_entry *a,
			const struct aac_entry *b)
{
	struct {
		const void *a, *b;
		uint32_t i, j;
	} pair = { place(a).source, place(b).source, place(a).begin, place(b).begin };

	if (map_get(&composer->told, (const char *)&pair, sizeof(pair)))
		return true;
	map_add(&composer->told,
		arena_strndup(composer->ctx->arena, (const char *)&pair, sizeof(pair)),
		sizeof(pair), composer);
	return false;
}

static void tell_overlap(struct aac_composer *composer, const struct aac_entry *allow,
			 const struct aac_entry *deny, bool whole)
{
	struct aac_diags *diags = composer->ctx->diags;
	struct aac_diag *diag;

	if ((allow->accepted | deny->accepted) & AAC_ACCEPTS_OVERRIDE || allow->by >= 0 ||
	    deny->by >= 0 || told_before(composer, allow, deny))
		return;
	diag = aac_report(diags, AAC_WARNING, "deny-overrides", place(allow),
			  "'%s' is overridden %s by a deny: AppArmor lets the deny win",
			  allow->interned->rule->text, whole ? "wholly" : "in part");
	aac_note(diags, diag, place(deny), "denied by '%s'", deny->interned->rule->text);
	aac_hint(diags, diag,
		 "narrow one of the two, or write above one: "
		 "accept deny-overrides \"why\";");
}

static void tell_silenced(struct aac_composer *composer, const struct aac_entry *audit,
			  const struct aac_entry *plain)
{
	struct aac_diags *diags = composer->ctx->diags;
	struct aac_diag *diag;

	if ((audit->accepted | plain->accepted) & AAC_ACCEPTS_SILENCE ||
	    told_before(composer, audit, plain))
		return;
	diag = aac_report(diags, AAC_WARNING, "audit-silenced", place(audit),
			  "'%s' logs nothing of what a plain deny covers too",
			  audit->interned->rule->text);
	aac_note(diags, diag, place(plain), "silenced by '%s'",
		 plain->interned->rule->text);
	aac_hint(diags, diag, "make both 'audit deny', or narrow the plain one");
}

static bool tell_clash(struct aac_composer *composer, const struct aac_entry *a,
		       const struct aac_entry *b)
{
	struct aac_diags *diags = composer->ctx->diags;
	struct aac_diag *diag =
		aac_report(diags, AAC_ERROR, "exec-conflict", place(b),
			   "'%s' and '%s' give one program two exec transitions",
			   a->interned->rule->text, b->interned->rule->text);

	aac_note(diags, diag, place(a), "the other stands here");
	aac_hint(diags, diag, "apparmor_parser refuses to merge them: keep one");
	return false;
}

/* A deny that denies more is in the map only. */
static void tell_widened(struct aac_composer *composer, const struct aac_entry *entry)
{
	struct aac_diags *diags = composer->ctx->diags;
	const char *parser = composer->ctx->target->parser;
	struct aac_diag *diag;

	if (!entry->interned->widened || entry->interned->rule->deny || entry->by >= 0 ||
	    entry->accepted & AAC_ACCEPTS_WIDENED || told_before(composer, entry, entry))
		return;
	diag = aac_report(diags, AAC_WARNING, "mount-widened", place(entry),
			  "'%s' allows more than it says: apparmor_parser %s also reads "
			  "'%s' into it",
			  entry->interned->rule->text, parser, entry->interned->widened);
	aac_hint(diags, diag,
		 "hold it to few mount points, put it in 'if target parser >= "
		 "\"3.0.10\" { … }', or write above it: accept mount-widened \"why\";");
}

static bool tell(struct aac_composer *composer, const struct aac_entries *entries,
		 const struct finding *findings, const size_t *at, bool quiet)
{
	bool ok = true;

	for (const struct finding *f = findings; f; f = f->next) {
		const struct aac_entry *a = &entries->items[at ? at[f->a] : f->a];
		const struct aac_entry *b = &entries->items[at ? at[f->b] : f->b];

		if (f->type == FINDING_CLASH)
			ok &= tell_clash(composer, a, b);
		else if (quiet)
			continue;
		else if (f->type == FINDING_OVERLAP)
			tell_overlap(composer, a, b, f->whole);
		else
			tell_silenced(composer, a, b);
	}
	return ok;
}

bool aac_compose_judge(struct aac_composer *composer, struct arena *scratch,
		       struct aac_entries *entries, bool quiet)
{
	size_t *at = ARENA_ARRAY(scratch, size_t, entries->count), count;
	const struct aac_judgement *judgement =
		judge_shared(composer, scratch, entries, at, &count);
	struct finding *own = NULL;
	bool ok;

	for (size_t i = 0; i < entries->count; i++)
		entries->items[i].by = -1;
	for (size_t i = 0; i < count; i++)
		if (judgement->by[i] >= 0)
			entries->items[at[i]].by = (long)at[judgement->by[i]];
	if (count < entries->count)
		judge_own(composer->ctx->target, scratch, entries, &own);
	for (size_t i = 0; i < entries->count && !quiet; i++)
		tell_widened(composer, &entries->items[i]);
	ok = tell(composer, entries, judgement->findings, at, quiet);
	return tell(composer, entries, own, NULL, quiet) && ok;
}
