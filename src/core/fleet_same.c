/*
 * Containers that agree in all that is read of them get the same: what was composed for
 * the first of them is handed to the others.  What is read are the paths of the library's
 * conditions, parameters and bodies, and a few keys of our own; their values, as they are
 * written, are the key.  Not obvious: whoever had something reported is remembered by
 * nobody, so that every container's own messages are told.
 */
#include <string.h>

#include "base/arena.h"
#include "base/buf.h"
#include "core/context.h"
#include "core/diag.h"
#include "core/fleet_name.h"

/* What was composed; and what of it was noted. */
struct same {
	struct aac_member member;
	const struct aac_nesting_off *nesting_off;
	size_t nesting_count;
};

/* ---- what is read ----------------------------------------------------------------- */

static void take_path(struct aac_fleet_run *run, const struct aac_path *path)
{
	if (path && !path->root)
		map_add(&run->paths, path->text, strlen(path->text),
			(void *)(uintptr_t)path);
}

/* Bounded as the parser bounds an expression's depth. */
static void take_expr(struct aac_fleet_run *run, const struct aac_expr *expr)
{
	if (!expr)
		return;
	take_path(run, expr->path);
	take_expr(run, expr->left);
	take_expr(run, expr->right);
}

static void take_whens(struct aac_fleet_run *run, const struct aac_exprs *whens)
{
	for (const struct aac_expr *when = whens->head; when; when = when->next)
		take_expr(run, when);
}

static void take_readings(struct aac_fleet_run *run, const struct aac_readings *readings)
{
	for (const struct aac_reading *r = readings->list; r; r = r->next)
		take_expr(run, r->expr);
}

static void take_fragment(struct aac_fleet_run *run, const struct aac_fragment *fragment)
{
	const struct aac_param *param = fragment->decl->params.head;

	take_whens(run, &fragment->decl->whens);
	take_readings(run, &fragment->readings);
	for (; param; param = param->next)
		for (const struct aac_path *path = param->from.head; path;
		     path = path->next)
			take_path(run, path);
}

static void take_profile(struct aac_fleet_run *run,
			 const struct aac_profile_decl *profile)
{
	take_whens(run, &profile->decl->whens);
	take_readings(run, &profile->readings);
	for (const struct aac_name *use = profile->decl->uses.head; use; use = use->next)
		take_expr(run, use->when);
}

void aac_fleet_take_paths(struct aac_fleet_run *run)
{
	const struct aac_library *library = run->library;

	for (size_t i = 0; i < library->condition_count; i++)
		take_expr(run, library->conditions[i]->decl->expr);
	for (size_t i = 0; i < library->fragment_count; i++)
		take_fragment(run, library->fragments[i]);
	for (size_t i = 0; i < library->profile_count; i++)
		take_profile(run, library->profiles[i]);
}

/* ---- the key ---------------------------------------------------------------------- */

/* With its length in front, so that no two lists of values look the same. */
static void put_value(struct buf *key, const struct aac_node *node)
{
	size_t len = node ? node->raw.len : SIZE_MAX;

	buf_putn(key, (const char *)&len, sizeof(len));
	if (node)
		buf_putn(key, node->raw.text, node->raw.len);
}

/* Bounded by the number of steps in the path's text. */
static void put_path(struct buf *key, const struct aac_node *node,
		     const struct aac_step *step)
{
	size_t count;

	for (; step && step->key; step = step->next)
		node = aac_node_get(node, step->key);
	if (!step || !node || node->type != AAC_NODE_LIST) {
		put_value(key, step ? NULL : node);
		return;
	}
	count = node->count;
	buf_putn(key, (const char *)&count, sizeof(count));
	for (node = node->first; node; node = node->next)
		put_path(key, node, step->next);
}

static void put_key(struct aac_fleet_run *run, const struct aac_node *json)
{
	buf_clear(&run->same_key);
	put_value(&run->same_key, aac_node_get(json, "apparmor"));
	put_value(&run->same_key, aac_node_get(json, "apparmor_fragments"));
	put_value(&run->same_key, aac_node_get(json, "apparmor_profile"));
	for (size_t i = 0; i < run->paths.count; i++) {
		const struct aac_path *path = run->paths.entries[i].value;

		put_path(&run->same_key, json, path->steps);
	}
}

/* ---- recalling -------------------------------------------------------------------- */

/* Options that tell containers apart. */
static bool all_differ(const struct aac_fleet_run *run)
{
	return run->options->per_container || run->options->sets;
}

bool aac_fleet_recall(struct aac_fleet_run *run, const struct aac_scope *scope,
		      struct aac_member *member)
{
	const struct aac_nesting_off *off;
	const struct same *same;

	if (all_differ(run))
		return false;
	put_key(run, scope->json);
	same = map_get(&run->same, run->same_key.data, run->same_key.len);
	if (!same)
		return false;
	*member = same->member;
	member->container = scope->container;
	off = same->nesting_off;
	for (size_t i = 0; i < same->nesting_count; i++, off = off->next)
		aac_fleet_nesting_off(run, scope->container, off->fragment);
	return true;
}

static bool reads_ctid(const struct aac_readings *readings)
{
	return readings->ctid || readings->expect_ctid;
}

static bool is_its_own(const struct aac_member *member,
		       const struct aac_profile_decl *profile)
{
	if (profile && reads_ctid(&profile->readings))
		return true;
	for (size_t i = 0; i < member->choice_count; i++)
		if (reads_ctid(&member->choices[i].fragment->readings))
			return true;
	return false;
}

void aac_fleet_remember(struct aac_fleet_run *run, const struct aac_member *member,
			const struct aac_profile_decl *profile,
			struct aac_nesting_off *const *nesting_off)
{
	struct arena *arena = run->ctx->arena;
	const struct aac_nesting_off *off = *nesting_off;
	struct same *same;

	if (all_differ(run) || is_its_own(member, profile))
		return;
	same = ARENA_NEW(arena, struct same);
	same->member = *member;
	same->nesting_off = off;
	for (; off; off = off->next)
		same->nesting_count++;
	map_add(&run->same, arena_strndup(arena, run->same_key.data, run->same_key.len),
		run->same_key.len, same);
}
