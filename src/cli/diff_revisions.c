/*
 * Two commits compared: takes their names and gives pairs of compiled profiles.  Not
 * obvious: a container is compared with itself, so a profile whose name changed with its
 * rules is told as what it allows more or less, not as gone and come.
 */
#include "cli/diff_revisions.h"

#include <string.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/map.h"
#include "cli/compiled.h"
#include "cli/load.h"
#include "cli/revision.h"
#include "cli/run.h"
#include "cli/selection.h"
#include "core/blob.h"

/* A side: what a commit makes of the containers, or what is there now. */
struct side {
	struct aac_revision revision;
	struct aac_run *run; /* the revision's, or the command's own */
	struct map blobs;    /* by profile: all that was compiled with it */
};

struct comparing {
	struct aac_run *run;
	struct aac_diff *diff;
	struct side sides[2];
	struct map seen; /* pairs of profiles */
};

/* ---- sides ----------------------------------------------------------------------- */

static bool take_names(struct aac_run *run, const char **a, const char **b)
{
	const char *text = run->opts->revisions, *dots = strstr(text, "..");

	*a = dots ? arena_strndup(run->arena, text, (size_t)(dots - text)) : text;
	*b = dots ? dots + 2 : NULL;
	if (!**a)
		*a = "HEAD";
	if (*b && !**b)
		*b = "HEAD";
	if (**a != '-' && (!*b || (**b != '-' && **b != '.')))
		return true;
	run->usage = "--revisions needs A..B, or A alone for A and what is there now";
	return false;
}

/* NAME: NULL for what is there now. */
static bool compose(struct comparing *c, struct side *side, const char *name)
{
	side->run = name ? &side->revision.run : c->run;
	return name ? aac_revision_compose(c->run, name, &side->revision)
		    : aac_run_compose(c->run);
}

static const struct aac_blob *compile(struct comparing *c, struct side *side,
				      const struct aac_policy *policy)
{
	const struct aac_blob *blobs = map_get_str(&side->blobs, policy->name);
	struct aac_compiled compiled;

	if (blobs || !aac_run_ok(c->run))
		return blobs;
	if (aac_compiled_compose(side->run, policy, NULL, &compiled))
		map_add(&side->blobs, policy->name, strlen(policy->name),
			(void *)(uintptr_t)compiled.all);
	aac_compiled_fini(&compiled);
	if (side->run != c->run)
		aac_revision_tell(c->run, &side->revision);
	return map_get_str(&side->blobs, policy->name);
}

/* ---- pairs ----------------------------------------------------------------------- */

static const struct aac_blob *find(const struct aac_blob *blobs, const char *name)
{
	while (blobs && strcmp(blobs->name, name) != 0)
		blobs = blobs->next;
	return blobs;
}

/* The profile OTHER, or the child of it that BLOB is of its own. */
static const struct aac_blob *namesake(struct comparing *c, const struct aac_blob *blob,
				       const struct aac_blob *others, const char *other)
{
	const char *child = strstr(blob->name, "//");

	return find(others,
		    arena_printf(c->run->arena, "%s%s", other, child ? child : ""));
}

static void add_pair(struct comparing *c, const struct aac_policy *a,
		     const struct aac_policy *b)
{
	const char *key =
		arena_printf(c->run->arena, "%s\n%s", a ? a->name : "", b ? b->name : "");
	const struct aac_blob *from, *to;

	if (map_get_str(&c->seen, key))
		return;
	map_add(&c->seen, key, strlen(key), c);
	from = a ? compile(c, &c->sides[0], a) : NULL;
	to = b ? compile(c, &c->sides[1], b) : NULL;
	if (!aac_run_ok(c->run))
		return;
	for (const struct aac_blob *blob = from; blob; blob = blob->next)
		aac_diff_add(c->diff, blob,
			     b ? namesake(c, blob, to, aac_policy_label(b)) : NULL);
	for (const struct aac_blob *blob = to; blob; blob = blob->next)
		if (!a || !namesake(c, blob, from, aac_policy_label(a)))
			aac_diff_add(c->diff, NULL, blob);
}

static const struct aac_policy *policy_of(const struct side *side, const char *ctid)
{
	const struct aac_member *member = aac_find_member(side->run, ctid);

	return member ? member->policy : NULL;
}

/* A profile that is no container's, by its name. */
static const struct aac_policy *named(const struct side *side, const char *name)
{
	const struct aac_fleet *fleet = side->run->fleet;
	size_t at = aac_policy_index(fleet, name);

	return at == SIZE_MAX ? NULL : fleet->policies[at];
}

static void compare_all(struct comparing *c)
{
	for (int i = 0; i < 2; i++) {
		const struct aac_fleet *fleet = c->sides[i].run->fleet;

		for (size_t m = 0; m < fleet->count && aac_run_ok(c->run); m++) {
			const struct aac_member *member = &fleet->members[m];
			const char *ctid =
				member->container ? member->container->ctid : NULL;
			const struct aac_policy *a, *b;

			if (!ctid && !member->policy)
				continue;
			a = ctid ? policy_of(&c->sides[0], ctid)
				 : named(&c->sides[0], member->policy->name);
			b = ctid ? policy_of(&c->sides[1], ctid)
				 : named(&c->sides[1], member->policy->name);
			if (a || b)
				add_pair(c, a, b);
		}
	}
}

static void compare_some(struct comparing *c)
{
	const struct aac_options *opts = c->run->opts;

	for (size_t i = 0; i < opts->arg_count && aac_run_ok(c->run); i++) {
		const char *ctid = opts->args[i];

		if (!aac_find_member(c->sides[0].run, ctid) &&
		    !aac_find_member(c->sides[1].run, ctid))
			aac_report_unknown(c->run, ctid);
		else
			add_pair(c, policy_of(&c->sides[0], ctid),
				 policy_of(&c->sides[1], ctid));
	}
}

bool aac_diff_revisions(struct aac_run *run, struct aac_diff *diff)
{
	struct comparing c = { .run = run, .diff = diff };
	const char *a, *b;

	if (!take_names(run, &a, &b))
		return false;
	aac_load_target(run);
	if (aac_run_ok(run) && compose(&c, &c.sides[0], a) &&
	    compose(&c, &c.sides[1], b)) {
		if (run->opts->arg_count)
			compare_some(&c);
		else
			compare_all(&c);
	}
	for (int i = 0; i < 2; i++) {
		map_fini(&c.sides[i].blobs);
		if (c.sides[i].run && c.sides[i].run != run)
			aac_revision_fini(&c.sides[i].revision);
	}
	map_fini(&c.seen);
	return aac_run_ok(run);
}
