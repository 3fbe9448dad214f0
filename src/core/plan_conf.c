/*
 * A container's configuration in a plan: which lines go in, which are moved out of the
 * way, and whether liblxc and Proxmox will take the result.  Not obvious: in the mode
 * "include" Proxmox must see no line of ours but lxc.include, or it drops what its
 * features nesting, fuse and mount stand for.
 */
#include <string.h>

#include "base/arena.h"
#include "base/buf.h"
#include "core/context.h"
#include "core/diag.h"
#include "core/lxc_key.h"
#include "core/plan_parts.h"

#define PROFILE "lxc.apparmor.profile"
#define NESTING "lxc.apparmor.allow_nesting"

static const struct aac_span nowhere;

struct conf_part {
	struct aac_planner *p;
	struct arena *arena;
	const struct aac_wish *wish;
	const struct aac_conf *conf; /* without us */
	struct aac_conf_pair *pairs; /* that go into the configuration itself */
	size_t count;
	bool *out;	     /* lines that are moved out of the way */
	bool edited;	     /* somebody has, since apply wrote it */
	const char *include; /* text of the included file, or NULL */
	size_t include_len;
};

static const struct aac_source *read_file(struct aac_planner *p, const char *path)
{
	return p->input->world->read(p->input->world->env, path);
}

static struct aac_diag *report(struct conf_part *part, enum aac_severity severity,
			       const char *slug, size_t line, const char *problem)
{
	struct aac_diags *diags = part->p->ctx->diags;
	const struct aac_source *source = part->conf->source;
	struct aac_span span = { 0 };

	if (line < part->conf->count)
		span = (struct aac_span){ source, part->conf->lines[line].begin,
					  part->conf->lines[line].text_end };
	return aac_report(diags, severity, slug, span, "%s", problem);
}

/* ---- what is to be there --------------------------------------------------- */

static bool is_wanted_line(const struct conf_part *part, const char *key,
			   const char *value)
{
	if (aac_conf_has(part->conf, key, value))
		return false;
	for (size_t i = 0; i < part->count; i++)
		if (strcmp(part->pairs[i].key, key) == 0 &&
		    strcmp(part->pairs[i].value, value) == 0)
			return false;
	return true;
}

static void add_pair(struct conf_part *part, const char *key, const char *value)
{
	if (is_wanted_line(part, key, value))
		part->pairs[part->count++] = (struct aac_conf_pair){ key, value };
}

static void check_line(struct conf_part *part, const char *key, const char *value)
{
	bool include = part->wish->include_path != NULL;
	const char *problem = aac_lxc_key_problem(key, value);

	if (!problem && !include && part->conf->style == AAC_CONF_PROXMOX)
		problem = aac_pve_key_problem(key);
	if (!problem)
		return;
	aac_report(part->p->ctx->diags, AAC_ERROR, "conf-line-refused", nowhere,
		   "container %s: the line '%.200s = %.200s' of its fragments %s",
		   part->wish->ctid, key, value, problem);
}

/* What Proxmox would have written itself beside a profile of its own. */
static bool needs_nesting(const struct conf_part *part)
{
	return part->conf->style == AAC_CONF_PROXMOX && !part->wish->include_path &&
	       aac_conf_feature(part->conf, "nesting");
}

static void add_inline(struct conf_part *part)
{
	for (size_t i = 0; i < part->wish->line_count; i++)
		add_pair(part, part->wish->lines[i].key, part->wish->lines[i].value);
	if (needs_nesting(part))
		add_pair(part, NESTING, "1");
	part->pairs[part->count++] =
		(struct aac_conf_pair){ PROFILE, part->wish->profile };
}

/* The included file is liblxc's alone: it may hold comments. */
static void make_include(struct conf_part *part)
{
	CLEANUP_BUF out = { 0 };

	buf_printf(&out, "# Container %s: made by aa-compose apply; revert removes it.\n",
		   part->wish->ctid);
	buf_printf(&out, PROFILE " = %s\n", part->wish->profile);
	for (size_t i = 0; i < part->wish->line_count; i++) {
		const struct aac_conf_pair *line = &part->wish->lines[i];

		if (!aac_conf_has(part->conf, line->key, line->value))
			buf_printf(&out, "%s = %s\n", line->key, line->value);
	}
	part->include_len = out.len;
	part->include = arena_strndup(part->arena, buf_str(&out), out.len);
}

static struct aac_effective find_effective(struct conf_part *part,
					   const struct aac_conf *conf)
{
	return aac_conf_effective(part->arena, conf, part->p->input->world);
}

/* A person has written inline what is wanted, and it is in force: it stays. */
static bool is_there_already(struct conf_part *part)
{
	const struct aac_conf *conf = part->conf;
	const char *value = aac_conf_value(conf, PROFILE);
	struct aac_effective effective;

	if (part->wish->include_path || !value ||
	    strcmp(value, part->wish->profile) != 0 ||
	    aac_conf_value(conf, "lxc.aa_profile"))
		return false;
	effective = find_effective(part, conf);
	return effective.profile && strcmp(effective.profile, part->wish->profile) == 0;
}

static void choose_lines(struct conf_part *part)
{
	bool stays = is_there_already(part);

	if (part->wish->include_path) {
		make_include(part);
		add_pair(part, "lxc.include", part->wish->include_path);
	} else {
		add_inline(part);
		part->count -= stays;
	}
	for (size_t i = 0; i < part->conf->main_count && !stays; i++)
		part->out[i] = aac_conf_names_profile(&part->conf->lines[i]);
}

/* ---- what is in the way ---------------------------------------------------- */

static void tell_moved(struct conf_part *part)
{
	for (size_t i = 0; i < part->conf->main_count; i++) {
		struct aac_diag *diag;

		if (!part->out[i])
			continue;
		diag = report(part, AAC_WARNING, "conf-profile-moved", i,
			      arena_printf(part->arena,
					   "container %s has a profile already; the line "
					   "is moved out of the way",
					   part->wish->ctid));
		aac_hint(part->p->ctx->diags, diag, "revert puts it back");
	}
}

/* Proxmox is at work on the container: its configuration is not ours to change. */
static void check_lock(struct aac_planner *p, const struct aac_conf *conf,
		       const struct aac_outcome *outcome)
{
	const char *lock = outcome->lock ? aac_conf_value(conf, "lock") : NULL;
	struct aac_diag *diag;

	if (!lock || !*lock)
		return;
	diag = aac_report(p->ctx->diags, AAC_ERROR, "container-locked", nowhere,
			  "container %s is locked by Proxmox: %s", outcome->lock, lock);
	aac_hint(p->ctx->diags, diag,
		 "wait until that is done, or name the other containers");
	p->plan->busy = true;
}

/* The file that the planned lines include is not there yet. */
struct overlay {
	const struct conf_part *part;
	const struct aac_conf_world *below;
};

static const struct aac_source *read_overlay(void *env, const char *path)
{
	const struct overlay *overlay = env;
	const struct conf_part *part = overlay->part;

	if (part->include && strcmp(path, part->wish->include_path) == 0)
		return aac_source_new(part->arena, path, path, part->include,
				      part->include_len);
	return overlay->below->read(overlay->below->env, path);
}

static bool list_overlay(void *env, const char *path, const char *const **names,
			 size_t *count)
{
	const struct overlay *overlay = env;

	return overlay->below->list(overlay->below->env, path, names, count);
}

static void tell_problem(struct conf_part *part, const struct aac_effective *effective)
{
	const char *path = effective->problem_path ? effective->problem_path
						   : part->conf->source->name;

	aac_report(part->p->ctx->diags, AAC_WARNING, "conf-line-refused", nowhere,
		   "container %s would not start: '%s', line %zu, %s", part->wish->ctid,
		   path, effective->problem_line, effective->problem);
}

/* Read the result as liblxc will. */
static void check_result(struct conf_part *part, const char *text, size_t len)
{
	struct overlay overlay = { part, part->p->input->world };
	struct aac_conf_world world = { read_overlay, list_overlay, &overlay };
	const struct aac_source *source =
		aac_source_new(part->arena, part->conf->source->name,
			       part->conf->source->logical, text, len);
	const struct aac_conf *conf =
		aac_conf_parse(part->arena, source, part->conf->style);
	struct aac_effective effective = aac_conf_effective(part->arena, conf, &world);

	if (effective.problem)
		tell_problem(part, &effective);
	if (!effective.profile || strcmp(effective.profile, part->wish->profile) != 0 ||
	    effective.unordered)
		aac_report(part->p->ctx->diags, AAC_ERROR, "conf-not-effective", nowhere,
			   "container %s would get the profile '%s', not '%s'",
			   part->wish->ctid,
			   effective.profile ? effective.profile : "of LXC's default",
			   part->wish->profile);
}

/* Rules that Proxmox adds to a profile of its own do not reach ours. */
static void tell_features(struct conf_part *part)
{
	const char *features = part->conf->style == AAC_CONF_PROXMOX
				       ? aac_conf_value(part->conf, "features")
				       : NULL;

	if (!features ||
	    (!strstr(features, "mount=") && !aac_conf_feature(part->conf, "fuse")))
		return;
	aac_hint(part->p->ctx->diags,
		 aac_report(part->p->ctx->diags, AAC_NOTE, "conf-feature-unused", nowhere,
			    "container %s: what 'features: %s' allows to be mounted "
			    "holds only for Proxmox's own profile",
			    part->wish->ctid, features),
		 "let a fragment grant what is needed");
}

/* ---- the plan -------------------------------------------------------------- */

static bool text_is(const struct aac_source *source, const char *text, size_t len)
{
	return source->size == len && memcmp(source->text, text, len) == 0;
}

/* Somebody has edited the file, but all that is ours is in it and in force: then it is
 * right as it is. */
static bool is_in_force(struct conf_part *part, const struct aac_receipt *old,
			const struct aac_source *now)
{
	const struct aac_conf *conf;
	struct aac_effective effective;

	if (!part->edited || !old || old->delta.added_count != part->count)
		return false;
	conf = aac_conf_parse(part->arena, now, part->conf->style);
	for (size_t i = 0; i < part->count; i++)
		if (!aac_conf_has(conf, part->pairs[i].key, part->pairs[i].value))
			return false;
	for (size_t i = 0; i < conf->main_count; i++)
		if (aac_conf_names_profile(&conf->lines[i]) &&
		    (part->include ||
		     strcmp(conf->lines[i].value, part->wish->profile) != 0))
			return false;
	effective = find_effective(part, conf);
	return effective.profile && strcmp(effective.profile, part->wish->profile) == 0;
}

static void keep_as_it_is(struct aac_outcome *outcome, const struct aac_receipt *old,
			  struct aac_receipt *receipt)
{
	outcome->after = outcome->before->text;
	outcome->len = outcome->before->size;
	receipt->delta = old->delta;
}

static void install(struct conf_part *part, const struct aac_receipt *old,
		    struct aac_outcome *outcome, struct aac_receipt *receipt)
{
	choose_lines(part);
	outcome->after =
		aac_conf_install(part->arena, part->conf, part->pairs, part->count,
				 part->out, &receipt->delta, &outcome->len);
	if (is_in_force(part, old, outcome->before))
		keep_as_it_is(outcome, old, receipt);
	outcome->ours = receipt->delta.added_count > 0 || receipt->delta.moved_count > 0;
	receipt->style = part->conf->style;
	receipt->conf_path = outcome->ours ? outcome->path : NULL;
	receipt->include_path = part->include ? part->wish->include_path : NULL;
	if (part->include)
		aac_plan_own(part->p, receipt->include_path, part->include,
			     part->include_len);
	for (size_t i = 0; i < part->wish->line_count; i++)
		check_line(part, part->wish->lines[i].key, part->wish->lines[i].value);
	if (text_is(outcome->before, outcome->after, outcome->len))
		return;
	tell_moved(part);
	tell_features(part);
	check_result(part, outcome->after, outcome->len);
}

static bool is_template(const struct aac_conf *conf)
{
	const char *value = aac_conf_value(conf, "template");

	return conf->style == AAC_CONF_PROXMOX && value && strcmp(value, "0") != 0;
}

/* Skipped: the file is not ours to look into, and stays. */
static bool is_skipped(struct conf_part *part)
{
	if (!is_template(part->conf))
		return false;
	aac_report(part->p->ctx->diags, AAC_NOTE, "container-template", nowhere,
		   "container %s is a template: its configuration is left alone",
		   part->wish->ctid);
	return true;
}

/* The configuration without us, of a text that somebody has edited since. */
static const struct aac_source *take_out(struct aac_planner *p,
					 const struct aac_receipt *old,
					 const struct aac_source *now, bool stays)
{
	const struct aac_conf *conf = aac_conf_parse(p->ctx->arena, now, old->style);
	struct aac_conf_undone undone;
	struct aac_diag *diag = NULL;
	size_t len;
	const char *text =
		aac_conf_uninstall(p->ctx->arena, conf, &old->delta, &undone, &len);

	if (!stays)
		diag = aac_report(p->ctx->diags, AAC_WARNING, "applied-edited", nowhere,
				  "'%s' was changed since apply wrote it; only what is "
				  "ours is taken out",
				  old->conf_path);
	else if (undone.withheld)
		diag = aac_report(p->ctx->diags, AAC_WARNING, "applied-edited", nowhere,
				  "'%s' was changed since apply wrote it",
				  old->conf_path);
	if (undone.withheld)
		aac_hint(p->ctx->diags, diag,
			 "the line that apply had moved away will not be put back: %.*s",
			 (int)strcspn(old->delta.moved[0].text, "\r\n"),
			 old->delta.moved[0].text);
	return aac_source_new(p->ctx->arena, now->name, now->logical, text, len);
}

/* Is there what keeps a configuration from being edited at all? */
static bool is_barred(struct aac_planner *p, const char *path,
		      const struct aac_source *now)
{
	if (map_get_str(&p->outcomes, path)) {
		aac_report(p->ctx->diags, AAC_ERROR, "conf-not-effective", nowhere,
			   "'%s' is the configuration of two containers: one by its "
			   "CTID, one by its name",
			   path);
		return true;
	}
	if (!memchr(now->text, '\0', now->size))
		return false;
	aac_report(p->ctx->diags, AAC_ERROR, "conf-line-refused", nowhere,
		   "'%s' holds the byte NUL: it is no configuration", now->name);
	return true;
}

/* One configuration: OLD says what is ours in it, WISH what shall be; either may be NULL.
 */
static void plan_file(struct aac_planner *p, const char *path,
		      const struct aac_receipt *old, const struct aac_wish *wish,
		      struct aac_receipt *receipt)
{
	const struct aac_source *now = read_file(p, path);
	struct aac_outcome outcome = { .path = path, .before = now };
	struct aac_base base = aac_plan_base(p, path, now);
	struct conf_part part = { .p = p, .arena = p->ctx->arena, .wish = wish };

	if (!now) {
		if (old)
			aac_report(p->ctx->diags, AAC_WARNING, "applied-gone", nowhere,
				   "'%s' is no longer there", path);
		return;
	}
	if (is_barred(p, path, now))
		return;
	if (base.edited && old)
		base.text = take_out(p, old, now, wish != NULL);
	outcome.base = base.text;
	part.conf =
		aac_conf_parse(part.arena, base.text, wish ? wish->style : old->style);
	if (part.conf->style == AAC_CONF_PROXMOX)
		outcome.lock = wish ? wish->ctid : old->ctid;
	outcome.after = base.text->text;
	outcome.len = base.text->size;
	if (wish && !is_skipped(&part)) {
		part.pairs = ARENA_ARRAY(part.arena, struct aac_conf_pair,
					 wish->line_count + 2);
		part.out = ARENA_ARRAY(part.arena, bool, part.conf->main_count);
		part.edited = base.edited;
		install(&part, old, &outcome, receipt);
	}
	if (!text_is(now, outcome.after, outcome.len))
		check_lock(p, part.conf, &outcome);
	aac_plan_settle(p, &outcome);
}

void aac_plan_conf(struct aac_planner *p, const char *ctid)
{
	const struct aac_wish *wish = map_get_str(&p->wishes, ctid);
	const struct aac_receipt *old = map_get_str(&p->old, ctid);
	struct aac_receipt *receipt = aac_plan_receipt(p, ctid);
	const char *old_path = old ? old->conf_path : NULL;
	const char *path = wish->profile ? wish->conf_path : NULL;

	/* It has moved, or is no longer wanted. */
	if (old_path && (!path || strcmp(path, old_path) != 0))
		plan_file(p, old_path, old, NULL, NULL);
	if (path)
		plan_file(p, path, old_path && strcmp(path, old_path) == 0 ? old : NULL,
			  wish, receipt);
	if (old && old->include_path &&
	    (!receipt || !receipt->include_path ||
	     strcmp(receipt->include_path, old->include_path) != 0))
		aac_plan_own(p, old->include_path, NULL, 0);
}
