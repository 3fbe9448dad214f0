/*
 * The container file's part of a plan: one member of each container in question.  It
 * takes the text without us and the profiles, and gives the text with them.  Not
 * obvious: the file holds many containers, so one that is not asked for keeps what apply
 * gave it earlier, unless somebody has changed that since.
 */
#include <string.h>

#include "base/arena.h"
#include "core/config_positions.h"
#include "core/context.h"
#include "core/diag.h"
#include "core/edit.h"
#include "core/json_edit.h"
#include "core/json_load.h"
#include "core/plan_parts.h"

#define KEY "apparmor_profile"

static const struct aac_span nowhere;

/* A JSON text in which containers are looked for. */
struct document {
	struct aac_planner *p;
	const struct aac_source *source;
	struct aac_positions *positions;
	struct aac_edit *edits;
	size_t count;
};

static struct document open_document(struct aac_planner *p,
				     const struct aac_source *source, size_t most)
{
	struct arena *arena = p->ctx->arena;

	return (struct document){
		.p = p,
		.source = source,
		.positions = aac_positions_new(arena, source),
		.edits = ARENA_ARRAY(arena, struct aac_edit, most),
	};
}

static bool is_json(struct aac_planner *p, const struct aac_source *source)
{
	json_t *root = aac_json_load(p->ctx, source);

	json_decref(root);
	return root != NULL;
}

/* Where the object of CTID begins; false: there is none. */
static bool find_container(const struct document *doc, const char *ctid, uint32_t *at)
{
	struct aac_trail up = { .key = "lxc_configs" };
	struct aac_trail trail = { .up = &up, .key = ctid };
	struct aac_position position = aac_positions_find(doc->positions, &trail);

	*at = position.value.begin;
	return position.found && doc->source->text[*at] == '{';
}

static const struct aac_source *finish_document(struct document *doc)
{
	struct arena *arena = doc->p->ctx->arena;
	const struct aac_source *source = doc->source;
	size_t len;
	const char *text = aac_edits_apply(arena, source, doc->edits, doc->count, &len);

	aac_positions_fini(doc->positions);
	return aac_source_new(arena, source->name, source->logical, text, len);
}

/* ---- without us ------------------------------------------------------------ */

static void tell_changed(struct document *doc, const struct aac_receipt *receipt)
{
	aac_report(doc->p->ctx->diags, AAC_WARNING, "applied-edited", nowhere,
		   "'%s': the " KEY " of container %s was changed since apply set it, "
		   "and is left as it is",
		   aac_path_shown(receipt->json_path), receipt->ctid);
}

static void take_out(struct document *doc, const struct aac_receipt *receipt, bool tell)
{
	struct aac_edit *edit = &doc->edits[doc->count];
	uint32_t at;

	if (!find_container(doc, receipt->ctid, &at))
		return;
	if (!aac_json_member_says(doc->source, at, KEY, receipt->profile)) {
		if (tell)
			tell_changed(doc, receipt);
		return;
	}
	if (receipt->json_had)
		*edit = aac_json_edit_set(doc->p->ctx->arena, doc->source, at, KEY,
					  receipt->json_had);
	else if (!aac_json_edit_remove(doc->source, at, KEY, edit))
		return;
	doc->count++;
}

/* Somebody has edited the file: all members that are still ours are taken out. */
static const struct aac_source *take_all_out(struct aac_planner *p, const char *path,
					     const struct aac_source *now)
{
	const struct aac_receipts *receipts = p->input->receipts;
	struct document doc = open_document(p, now, receipts->count);

	for (size_t i = 0; i < receipts->count; i++) {
		const struct aac_receipt *receipt = &receipts->containers[i];
		bool asked = map_get_str(&p->wishes, receipt->ctid) != NULL;

		if (receipt->json_path && strcmp(receipt->json_path, path) == 0)
			take_out(&doc, receipt, asked);
	}
	return finish_document(&doc);
}

static void tell_edited(struct aac_planner *p, const char *path)
{
	if (!p->input->json_path)
		aac_report(p->ctx->diags, AAC_WARNING, "applied-edited", nowhere,
			   "'%s' was changed since apply wrote it; only what is ours is "
			   "taken out",
			   aac_path_shown(path));
}

/* ---- with us --------------------------------------------------------------- */

static void tell_no_object(struct document *doc, const char *ctid)
{
	aac_report(doc->p->ctx->diags, AAC_ERROR, "config-type", nowhere,
		   "container %s is no object, so it cannot be given a key '" KEY "'",
		   ctid);
}

/* Set the member in DOC, the text without us, and note what it was. */
static bool put_in(struct document *doc, struct aac_receipt *receipt, const char *path)
{
	struct arena *arena = doc->p->ctx->arena;
	uint32_t at;

	receipt->json_path = NULL;
	if (!find_container(doc, receipt->ctid, &at))
		return false;
	if (aac_json_member_says(doc->source, at, KEY, receipt->profile))
		return true;
	receipt->json_path = path;
	receipt->json_had = aac_json_member_text(arena, doc->source, at, KEY);
	/* Names of profiles hold nothing that JSON would escape. */
	doc->edits[doc->count++] =
		aac_json_edit_set(arena, doc->source, at, KEY,
				  arena_printf(arena, "\"%s\"", receipt->profile));
	return true;
}

static void put_wishes(struct document *doc, const char *path)
{
	struct aac_planner *p = doc->p;

	for (size_t i = 0; i < p->input->count; i++) {
		const char *ctid = p->input->wishes[i].ctid;
		struct aac_receipt *receipt = aac_plan_receipt(p, ctid);

		if (receipt && p->input->wishes[i].profile && !put_in(doc, receipt, path))
			tell_no_object(doc, ctid);
	}
}

/* Containers that nobody asks for keep what they have. */
static void put_others(struct document *doc, const char *path,
		       const struct aac_source *now)
{
	struct aac_planner *p = doc->p;
	const struct aac_receipts *receipts = p->input->receipts;
	struct document old = open_document(p, now, 0);

	for (size_t i = 0; i < receipts->count; i++) {
		const struct aac_receipt *receipt = &receipts->containers[i];
		struct aac_receipt *fresh;
		uint32_t at;

		if (!receipt->json_path || strcmp(receipt->json_path, path) != 0 ||
		    map_get_str(&p->wishes, receipt->ctid))
			continue;
		fresh = aac_plan_receipt(p, receipt->ctid);
		if (find_container(&old, receipt->ctid, &at) &&
		    aac_json_member_says(now, at, KEY, receipt->profile))
			put_in(doc, fresh, path);
		else
			fresh->json_path = NULL;
	}
	aac_positions_fini(old.positions);
}

void aac_plan_json(struct aac_planner *p, const char *path, const struct aac_source *now)
{
	struct aac_outcome outcome = { .path = path };
	const struct aac_source *after;
	struct aac_base base;
	struct document doc;

	if (map_get_str(&p->outcomes, path))
		return;
	if (!now)
		now = p->input->world->read(p->input->world->env, path);
	if (!now) {
		aac_report(p->ctx->diags, AAC_WARNING, "applied-gone", nowhere,
			   "'%s' is no longer there", aac_path_shown(path));
		return;
	}
	base = aac_plan_base(p, path, now);
	if (base.edited && !is_json(p, now))
		return;
	if (base.edited) {
		tell_edited(p, path);
		base.text = take_all_out(p, path, now);
	}
	doc = open_document(p, base.text, p->input->count + p->input->receipts->count);
	put_others(&doc, path, now);
	if (p->input->json_path && strcmp(p->input->json_path, path) == 0)
		put_wishes(&doc, path);
	outcome.ours = doc.count > 0;
	after = finish_document(&doc);
	outcome.before = now;
	outcome.base = base.text;
	outcome.after = after->text;
	outcome.len = after->size;
	aac_plan_settle(p, &outcome);
}
