/*
 * Files as they would be without us.  It takes the text that stands there now and the
 * receipt, and gives the text that apply started from.  Not obvious: when a file is not
 * what apply wrote, somebody has edited it since, and what they wrote is theirs.
 */
#include <string.h>

#include "base/arena.h"
#include "base/digest.h"
#include "core/context.h"
#include "core/diag.h"
#include "core/plan_parts.h"

static const struct aac_span nowhere;

static bool has_digest(const struct aac_source *text, const char *digest)
{
	if (!text || !digest)
		return !text && !digest;
	return strcmp(digest_bytes(text->text, text->size).hex, digest) == 0;
}

struct aac_base aac_plan_base(struct aac_planner *p, const char *path,
			      const struct aac_source *now)
{
	const struct aac_receipt_file *record = map_get_str(&p->records, path);
	struct aac_base base = { .now = now, .text = now };

	if (!record)
		return base;
	base.edited = true;
	if (!has_digest(now, record->applied))
		return base;
	base.text =
		record->original ? p->input->kept(p->input->env, record->original) : NULL;
	base.edited = record->original && !has_digest(base.text, record->original);
	if (base.edited)
		base.text = now;
	return base;
}

void aac_plan_settle(struct aac_planner *p, const struct aac_outcome *outcome)
{
	struct aac_outcome *copy = ARENA_NEW(p->ctx->arena, struct aac_outcome);

	*copy = *outcome;
	map_add(&p->outcomes, copy->path, strlen(copy->path), copy);
}

static void warn_edited(struct aac_planner *p, const char *path, bool goes)
{
	struct aac_diag *diag = aac_report(
		p->ctx->diags, AAC_WARNING, "applied-edited", nowhere,
		goes ? "'%s' was changed since apply wrote it, and is kept"
		     : "'%s' was changed since apply wrote it; it is written anew",
		path);

	aac_hint(p->ctx->diags, diag,
		 goes ? "remove it when nothing needs it"
		      : "the changed text is kept, and revert puts it back");
}

static void warn_foreign(struct aac_planner *p, const char *path)
{
	struct aac_diag *diag = aac_report(
		p->ctx->diags, AAC_WARNING, "applied-replaces", nowhere,
		"'%s' is there already, and apply has not written it; it is replaced",
		path);

	aac_hint(p->ctx->diags, diag, "its text is kept, and revert puts it back");
}

static bool is_text(const struct aac_source *source, const char *text, size_t len)
{
	return source && text && source->size == len &&
	       memcmp(source->text, text, len) == 0;
}

void aac_plan_own(struct aac_planner *p, const char *path, const char *text, size_t len)
{
	const struct aac_source *now;
	struct aac_outcome outcome = { .path = path, .after = text, .len = len };
	struct aac_base base;

	if (map_get_str(&p->outcomes, path))
		return;
	now = p->input->world->read(p->input->world->env, path);
	base = aac_plan_base(p, path, now);
	outcome.before = now;
	outcome.base = base.text;
	outcome.ours = text != NULL;
	if (!text && base.edited && now) {
		warn_edited(p, path, true);
		outcome.after = now->text;
		outcome.len = now->size;
	} else if (!text && base.text) {
		outcome.after = base.text->text;
		outcome.len = base.text->size;
	} else if (text && base.edited && now && !is_text(now, text, len)) {
		warn_edited(p, path, false);
	} else if (text && now && !map_get_str(&p->records, path)) {
		/* The very same text is nobody's loss. */
		outcome.ours = !is_text(now, text, len);
		if (outcome.ours)
			warn_foreign(p, path);
	}
	aac_plan_settle(p, &outcome);
}
