/*
 * The planner: from wishes, receipts and what is on the disk to a list of changes.  It
 * asks the parts for each container and each file, then puts changes and receipts in
 * order.  Not obvious: a profile's file is shared, so it goes only with the last
 * container that refers to it.
 */
#include "core/plan.h"

#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/digest.h"
#include "core/config.h"
#include "core/context.h"
#include "core/plan_parts.h"
#include "core/unified.h"

static const char *digest_of(struct aac_planner *p, const char *text, size_t len)
{
	return text ? arena_strdup(p->ctx->arena, digest_bytes(text, len).hex) : NULL;
}

/* ---- what there is to begin with ------------------------------------------- */

static void index_input(struct aac_planner *p)
{
	const struct aac_receipts *receipts = p->input->receipts;

	for (size_t i = 0; i < p->input->count; i++) {
		const struct aac_wish *wish = &p->input->wishes[i];

		map_add(&p->wishes, wish->ctid, strlen(wish->ctid),
			(void *)(uintptr_t)wish);
	}
	for (size_t i = 0; i < receipts->file_count; i++) {
		const struct aac_receipt_file *file = &receipts->files[i];

		map_add(&p->records, file->path, strlen(file->path),
			(void *)(uintptr_t)file);
	}
	for (size_t i = 0; i < receipts->count; i++) {
		const struct aac_receipt *receipt = &receipts->containers[i];

		map_add(&p->old, receipt->ctid, strlen(receipt->ctid),
			(void *)(uintptr_t)receipt);
	}
}

struct aac_receipt *aac_plan_receipt(struct aac_planner *p, const char *ctid)
{
	const struct aac_wish *wish = map_get_str(&p->wishes, ctid);
	const struct aac_receipt *old = map_get_str(&p->old, ctid);
	struct aac_receipt *fresh = map_get_str(&p->fresh, ctid);

	if (fresh || (wish && !wish->profile) || (!wish && !old))
		return fresh;
	fresh = ARENA_NEW(p->ctx->arena, struct aac_receipt);
	if (wish)
		*fresh = (struct aac_receipt){ .ctid = wish->ctid,
					       .profile = wish->profile,
					       .profile_path = wish->profile_path };
	else
		*fresh = *old;
	map_add(&p->fresh, fresh->ctid, strlen(fresh->ctid), fresh);
	return fresh;
}

/* ---- the files ------------------------------------------------------------- */

static void plan_json(struct aac_planner *p)
{
	const struct aac_receipts *receipts = p->input->receipts;

	if (p->input->json_path)
		aac_plan_json(p, p->input->json_path, p->input->json);
	for (size_t i = 0; i < receipts->count; i++) {
		const struct aac_receipt *receipt = &receipts->containers[i];

		if (receipt->json_path && map_get_str(&p->wishes, receipt->ctid))
			aac_plan_json(p, receipt->json_path, NULL);
	}
}

static void plan_containers(struct aac_planner *p)
{
	const struct aac_receipts *receipts = p->input->receipts;

	for (size_t i = 0; i < p->input->count; i++) {
		aac_plan_receipt(p, p->input->wishes[i].ctid);
		aac_plan_conf(p, p->input->wishes[i].ctid);
	}
	for (size_t i = 0; i < receipts->count; i++)
		aac_plan_receipt(p, receipts->containers[i].ctid);
}

static void plan_profiles(struct aac_planner *p)
{
	const struct aac_receipts *receipts = p->input->receipts;
	CLEANUP_MAP needed = { 0 };

	for (size_t i = 0; i < p->fresh.count; i++) {
		const struct aac_receipt *receipt = p->fresh.entries[i].value;

		map_add(&needed, receipt->profile_path, strlen(receipt->profile_path), p);
	}
	for (size_t i = 0; i < p->input->count; i++) {
		const struct aac_wish *wish = &p->input->wishes[i];

		if (wish->profile)
			aac_plan_own(p, wish->profile_path, wish->text, wish->len);
	}
	for (size_t i = 0; i < receipts->count; i++) {
		const char *path = receipts->containers[i].profile_path;

		if (!map_get_str(&needed, path))
			aac_plan_own(p, path, NULL, 0);
	}
}

/* ---- the result ------------------------------------------------------------ */

static int by_order(const void *a, const void *b)
{
	const struct aac_outcome *const *x = a, *const *y = b;

	/* What goes comes last: until then somebody may refer to it. */
	if (!(*x)->after != !(*y)->after)
		return (*x)->after ? -1 : 1;
	return strcmp((*x)->path, (*y)->path);
}

static const struct aac_outcome **sort_outcomes(struct aac_planner *p)
{
	const struct aac_outcome **list =
		ARENA_ARRAY(p->ctx->arena, const struct aac_outcome *, p->outcomes.count);

	for (size_t i = 0; i < p->outcomes.count; i++)
		list[i] = p->outcomes.entries[i].value;
	if (p->outcomes.count > 0)
		qsort(list, p->outcomes.count, sizeof(*list), by_order);
	return list;
}

static bool is_changed(const struct aac_outcome *outcome)
{
	if (!outcome->before || !outcome->after)
		return outcome->before || outcome->after;
	return outcome->before->size != outcome->len ||
	       memcmp(outcome->before->text, outcome->after, outcome->len) != 0;
}

static void list_changes(struct aac_planner *p, const struct aac_outcome **list)
{
	struct aac_change *changes =
		ARENA_ARRAY(p->ctx->arena, struct aac_change, p->outcomes.count);

	for (size_t i = 0; i < p->outcomes.count; i++) {
		const struct aac_outcome *o = list[i];

		if (is_changed(o))
			changes[p->plan->count++] =
				(struct aac_change){ o->path, o->before, o->after, o->len,
						     o->lock };
	}
	p->plan->changes = changes;
}

static int record_by_path(const void *a, const void *b)
{
	const struct aac_receipt_file *x = a, *y = b;

	return strcmp(x->path, y->path);
}

static void add_path(struct map *paths, const char *path)
{
	if (path)
		map_add(paths, path, strlen(path), paths);
}

/* The files that the receipts still speak of. */
static void list_paths(struct aac_planner *p, struct map *paths)
{
	for (size_t i = 0; i < p->fresh.count; i++) {
		const struct aac_receipt *receipt = p->fresh.entries[i].value;

		add_path(paths, receipt->profile_path);
		add_path(paths, receipt->json_path);
		add_path(paths, receipt->conf_path);
		add_path(paths, receipt->include_path);
	}
}

/* Files with something of ours in them: those at hand, and those that stay. */
static void list_records(struct aac_planner *p, const struct aac_outcome **list,
			 struct aac_receipts *receipts)
{
	const struct aac_receipts *old = p->input->receipts;
	size_t most = old->file_count + p->outcomes.count;
	struct aac_receipt_file *files =
		ARENA_ARRAY(p->ctx->arena, struct aac_receipt_file, most);
	const struct aac_source **keep =
		ARENA_ARRAY(p->ctx->arena, const struct aac_source *, most);
	CLEANUP_MAP paths = { 0 };

	for (size_t i = 0; i < p->outcomes.count; i++) {
		const struct aac_outcome *o = list[i];

		if (!o->ours)
			continue;
		files[receipts->file_count++] = (struct aac_receipt_file){
			.path = o->path,
			.original = o->base ? digest_of(p, o->base->text, o->base->size)
					    : NULL,
			.applied = digest_of(p, o->after, o->len),
		};
		if (o->base)
			keep[p->plan->keep_count++] = o->base;
	}
	list_paths(p, &paths);
	for (size_t i = 0; i < old->file_count; i++)
		if (!map_get_str(&p->outcomes, old->files[i].path) &&
		    map_get_str(&paths, old->files[i].path))
			files[receipts->file_count++] = old->files[i];
	if (receipts->file_count > 0)
		qsort(files, receipts->file_count, sizeof(*files), record_by_path);
	receipts->files = files;
	p->plan->keep = keep;
}

static int by_ctid(const void *a, const void *b)
{
	const struct aac_receipt *x = a, *y = b;

	return aac_ctid_compare(x->ctid, y->ctid);
}

static void list_receipts(struct aac_planner *p, struct aac_receipts *receipts)
{
	struct aac_receipt *list =
		ARENA_ARRAY(p->ctx->arena, struct aac_receipt, p->fresh.count);

	for (size_t i = 0; i < p->fresh.count; i++)
		list[i] = *(const struct aac_receipt *)p->fresh.entries[i].value;
	if (p->fresh.count > 0)
		qsort(list, p->fresh.count, sizeof(*list), by_ctid);
	receipts->containers = list;
	receipts->count = p->fresh.count;
}

static void put_together(struct aac_planner *p)
{
	const struct aac_outcome **list = sort_outcomes(p);
	struct aac_receipts *receipts = ARENA_NEW(p->ctx->arena, struct aac_receipts);

	receipts->number = p->input->receipts->number;
	receipts->folders = p->input->receipts->folders;
	receipts->folder_count = p->input->receipts->folder_count;
	list_changes(p, list);
	list_records(p, list, receipts);
	list_receipts(p, receipts);
	p->plan->receipts = receipts;
}

const struct aac_plan *aac_plan_new(struct aac_context *ctx,
				    const struct aac_plan_input *input)
{
	struct aac_plan *plan = ARENA_NEW(ctx->arena, struct aac_plan);
	struct aac_planner p = { .ctx = ctx, .input = input, .plan = plan };

	index_input(&p);
	plan_containers(&p);
	plan_json(&p);
	plan_profiles(&p);
	put_together(&p);
	map_fini(&p.wishes);
	map_fini(&p.records);
	map_fini(&p.old);
	map_fini(&p.fresh);
	map_fini(&p.outcomes);
	return plan;
}

const char *aac_path_shown(const char *path)
{
	return path[0] == '/' && path[1] == '/' ? path + 1 : path;
}

void aac_plan_diff(struct arena *arena, const struct aac_plan *plan, struct buf *out)
{
	for (size_t i = 0; i < plan->count; i++) {
		const struct aac_change *change = &plan->changes[i];
		const char *path = aac_path_shown(change->path);
		struct aac_diff_side old = { .name = "/dev/null" };
		struct aac_diff_side new_ = { .name = "/dev/null" };

		if (change->before)
			old = (struct aac_diff_side){ path, change->before->text,
						      change->before->size };
		if (change->after)
			new_ = (struct aac_diff_side){ path, change->after,
						       change->len };
		aac_unified_diff(arena, &old, &new_, out);
	}
}
