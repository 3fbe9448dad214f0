/*
 * The truth about one container's profile: what is wanted, and what stands in the
 * container file, the configuration, /etc/apparmor.d, the kernel and the running init.
 * Not obvious: what this host cannot tell (no AppArmor in the kernel, no configuration
 * here) is said, and is no drift.
 */
#include "cli/status.h"

#include <string.h>

#include "base/arena.h"
#include "base/buf.h"
#include "cli/selection.h"

struct judging {
	struct aac_status_view *view;
	struct arena *arena;
	struct aac_status *status;
	const struct aac_reason **tail;
	struct buf where;
};

const char *aac_state_name(enum aac_state state)
{
	static const char *const names[] = {
		[AAC_STATE_NO_PROFILE] = "no-profile",
		[AAC_STATE_IN_SYNC] = "in-sync",
		[AAC_STATE_NEEDS_RESTART] = "needs-restart",
		[AAC_STATE_DRIFTED] = "drifted",
		[AAC_STATE_MISSING] = "missing",
	};

	return names[state];
}

static void add_reason(struct judging *j, const char *text)
{
	struct aac_reason *reason = ARENA_NEW(j->arena, struct aac_reason);

	reason->text = text;
	*j->tail = reason;
	j->tail = (const struct aac_reason **)(uintptr_t)&reason->next;
}

static void blame(struct judging *j, enum aac_state state, const char *place,
		  const char *reason)
{
	if (state > j->status->state)
		j->status->state = state;
	if (state >= AAC_STATE_DRIFTED && !strstr(buf_str(&j->where), place))
		buf_printf(&j->where, "%s%s", j->where.len ? ", " : "", place);
	add_reason(j, reason);
}

static bool is(const char *a, const char *b)
{
	return a && b && strcmp(a, b) == 0;
}

/* A place that holds VALUE instead of the profile. */
static void compare(struct judging *j, const char *value, const char *place,
		    const char *what)
{
	if (is(value, j->status->wanted))
		return;
	if (value)
		blame(j, AAC_STATE_DRIFTED, place,
		      arena_printf(j->arena, "%s names '%s'", what, value));
	else
		blame(j, AAC_STATE_MISSING, place,
		      arena_printf(j->arena, "%s names no profile", what));
}

/* ---- the container file and the configuration ------------------------------ */

static void judge_json(struct judging *j, const struct aac_container *container)
{
	const struct aac_node *json =
		aac_config_json(j->view->run->config, container, j->arena);
	const struct aac_node *value = aac_node_get(json, "apparmor_profile");

	if (value && value->type == AAC_NODE_STRING)
		j->status->json = arena_strndup(j->arena, value->string.text,
						value->string.len);
	if (j->status->wanted)
		compare(j, j->status->json, "json", "the container file");
}

static void tell_effective(struct judging *j, const struct aac_effective *effective,
			   const char *path)
{
	if (effective->problem)
		add_reason(j,
			   arena_printf(j->arena, "LXC would not load '%s': line %zu %s",
					effective->problem_path ? effective->problem_path
								: path,
					effective->problem_line, effective->problem));
	if (effective->unordered)
		blame(j, AAC_STATE_DRIFTED, "config",
		      arena_printf(j->arena,
				   "files that '%s' includes name different profiles, "
				   "and LXC reads them in any order",
				   path));
}

/* Beside a profile line Proxmox leaves out what nested containers need. */
static void judge_nesting(struct judging *j, const struct aac_conf *conf,
			  const struct aac_conf_place *place)
{
	if (aac_conf_value(conf, "lxc.apparmor.profile") &&
	    aac_conf_feature(conf, "nesting") &&
	    !aac_conf_has(conf, "lxc.apparmor.allow_nesting", "1"))
		blame(j, AAC_STATE_DRIFTED, "config",
		      arena_printf(j->arena,
				   "a line 'lxc.apparmor.profile' in '%s' makes Proxmox "
				   "ignore 'features: nesting=1'",
				   place->path));
}

static void read_conf(struct judging *j, const struct aac_conf_place *place,
		      const struct aac_source *source)
{
	const struct aac_conf *conf = aac_conf_parse(j->arena, source, place->style);
	struct aac_effective effective =
		aac_conf_effective(j->arena, conf, &j->view->snapshot->world);
	const char *template = aac_conf_value(conf, "template");
	bool own = place->style == AAC_CONF_PROXMOX;

	j->status->has_conf = true;
	j->status->conf = effective.profile;
	if (!j->status->wanted)
		return;
	if (own && template && strcmp(template, "0") != 0) {
		add_reason(j, "it is a template: its configuration is left alone");
		return;
	}
	/* Proxmox's own profile, for want of another. */
	if (own && is(effective.profile, "generated"))
		blame(j, AAC_STATE_MISSING, "config",
		      arena_printf(j->arena, "'%s' leaves it to Proxmox's own profile",
				   place->path));
	else
		compare(j, effective.profile, "config",
			arena_printf(j->arena, "'%s'",
				     effective.path ? effective.path : place->path));
	if (own)
		judge_nesting(j, conf, place);
	tell_effective(j, &effective, place->path);
}

static void judge_conf(struct judging *j, const struct aac_conf_place *place)
{
	const struct aac_source *source =
		place->path ? aac_snapshot_read(j->view->snapshot, place->path) : NULL;

	if (source)
		read_conf(j, place, source);
	else if (place->elsewhere)
		add_reason(j, arena_printf(j->arena, "it is on the node '%s'",
					   place->elsewhere));
	else if (j->status->wanted)
		add_reason(j, "it has no configuration on this host");
}

/* ---- the profile ----------------------------------------------------------- */

static void judge_disk(struct judging *j, const struct aac_policy *policy,
		       const struct aac_profile_text *text)
{
	const char *path = aac_profile_path(j->arena, policy);
	const struct aac_source *source = aac_snapshot_read(j->view->snapshot, path);

	if (!source) {
		blame(j, AAC_STATE_MISSING, "disk",
		      arena_printf(j->arena, "'%s' is not there", path));
		return;
	}
	j->status->disk = policy->name;
	j->status->disk_differs = source->size != text->len ||
				  memcmp(source->text, text->text, text->len) != 0;
	if (j->status->disk_differs)
		blame(j, AAC_STATE_DRIFTED, "disk",
		      arena_printf(j->arena, "'%s' is not what would be built", path));
}

static void judge_loaded(struct judging *j)
{
	const struct aac_kernel_comparison *loaded = &j->status->loaded;
	const char *why = loaded->why ? loaded->why : "it was loaded from another text";

	if (loaded->equality == AAC_EQUALITY_OTHER)
		blame(j, AAC_STATE_DRIFTED, "kernel",
		      arena_printf(j->arena,
				   "what is loaded is not what would be loaded now: %s",
				   why));
	else if (loaded->equality == AAC_EQUALITY_UNKNOWN)
		add_reason(j,
			   arena_printf(j->arena,
					"whether what is loaded is what would be loaded "
					"now is unknown: %s",
					loaded->why ? loaded->why : "nobody has looked"));
}

static void judge_kernel(struct judging *j, const struct aac_policy *policy)
{
	const struct aac_kernel_view *kernel = j->view->kernel;

	if (kernel->state != AAC_KERNEL_READABLE)
		return;
	j->status->kernel_mode = aac_kernel_mode(kernel, aac_policy_label(policy));
	if (!j->status->kernel_mode) {
		blame(j, AAC_STATE_MISSING, "kernel",
		      "the profile is not loaded: the container would not start");
		return;
	}
	j->status->kernel = j->status->wanted;
	j->status->loaded =
		j->view->loaded[aac_policy_index(j->view->run->fleet, policy->name)];
	judge_loaded(j);
}

/* ---- what runs --------------------------------------------------------------------- */

/* A part of a label as the kernel would write it alone. */
static const char *part_name(struct arena *arena, const struct aac_label_part *part)
{
	return part->space ? arena_printf(arena, ":%s:%s", part->space, part->name)
			   : part->name;
}

/* Of a stack whose profiles differ in their mode, that of the wanted one. */
static const char *running_mode(const struct judging *j)
{
	const char *mode = j->status->label.mode;

	return mode && strcmp(mode, "mixed") == 0 && j->status->kernel_mode
		       ? j->status->kernel_mode
		       : mode;
}

/* It runs under the wanted profile; what else there is to know. */
static void tell_running(struct judging *j)
{
	const struct aac_status *status = j->status;
	const char *mode = running_mode(j);

	if (status->label.count > 1)
		add_reason(j, arena_printf(j->arena, "it runs in a stack: '%s'",
					   status->label_text));
	else if (strstr(status->label.parts[0].name, "//"))
		add_reason(j, arena_printf(j->arena, "it runs under a child: '%s'",
					   status->label_text));
	if (mode && strcmp(mode, "enforce") != 0)
		add_reason(j,
			   arena_printf(j->arena,
					"it runs in the mode '%s', not 'enforce'", mode));
}

static void judge_running(struct judging *j, const struct aac_conf_place *place,
			  const struct aac_policy *policy)
{
	const char *text = map_get_str(&j->view->running, place->name);
	struct aac_status *status = j->status;
	struct aac_label_part wanted;

	if (!text || !*text)
		return;
	status->label_text = text;
	status->label = aac_label_parse(j->arena, text);
	status->running = part_name(j->arena, &status->label.parts[0]);
	if (!policy)
		return;
	wanted = aac_label_part_parse(j->arena, aac_policy_label(policy));
	if (!aac_label_holds(&status->label, &wanted)) {
		blame(j, AAC_STATE_NEEDS_RESTART, "",
		      arena_printf(j->arena, "it runs as '%s'", text));
		return;
	}
	status->running = status->wanted;
	tell_running(j);
}

/* ---- all of it ------------------------------------------------------------- */

static void judge_leaver(struct judging *j)
{
	const struct aac_receipt *receipt =
		aac_receipt_find(j->view->receipts, j->status->ctid);

	if (receipt)
		blame(j, AAC_STATE_DRIFTED, "apply",
		      arena_printf(j->arena,
				   "it gets no profile any more, and still has '%s'",
				   receipt->profile));
}

struct aac_status aac_status_find(struct aac_status_view *view,
				  const struct aac_member *member,
				  const struct aac_profile_text *text)
{
	struct aac_conf_place place =
		aac_find_conf(view->run, &view->site, member->container);
	struct aac_status status = { .ctid = member->container->ctid, .where = "" };
	struct judging j = { .view = view,
			     .arena = view->run->arena,
			     .status = &status,
			     .tail = &status.reasons };

	if (member->policy) {
		status.wanted = member->policy->name;
		status.state = AAC_STATE_IN_SYNC;
	}
	judge_json(&j, member->container);
	judge_conf(&j, &place);
	if (member->policy) {
		judge_disk(&j, member->policy, text);
		judge_kernel(&j, member->policy);
	} else {
		judge_leaver(&j);
	}
	judge_running(&j, &place, member->policy);
	status.where = arena_strndup(j.arena, buf_str(&j.where), j.where.len);
	buf_fini(&j.where);
	return status;
}
