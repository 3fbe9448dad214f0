/*
 * aa-compose unload: what a build wrote, out of the running kernel again.  It takes the
 * names in OUTDIR's manifest and nothing else.  Not obvious: the kernel takes a profile
 * out from under running processes, which then are confined by nothing, also when the
 * profile is loaded again; so a profile that is in use stays, unless --force.
 */
#include <errno.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/map.h"
#include "cli/built.h"
#include "cli/command.h"
#include "cli/json_writer.h"
#include "cli/run.h"
#include "cli/selection.h"
#include "host/container.h"
#include "host/kernel.h"
#include "host/policy.h"

static const struct aac_span nowhere;

struct leaving {
	const char *name;  /* in the manifest */
	const char *label; /* AppArmor's name of it, as the kernel spells it */
	struct aac_label_part part;
	bool used, absent;
};

struct unloading {
	struct aac_run *run;
	struct leaving *items; /* as they are taken out */
	size_t count;
	bool force;
};

/* ---- who uses them --------------------------------------------------------------- */

/* The processes of one container, or of none, that hold a profile: one speaks for all. */
struct group {
	const struct aac_process *speaker; /* the init, if it does */
	size_t count;
};

static void tell_use(struct unloading *u, const struct leaving *item,
		     const struct group *group)
{
	struct aac_run *run = u->run;
	struct arena *arena = run->arena;
	const struct aac_process *process = group->speaker;
	const char *who = arena_printf(arena, "process %lu", process->pid), *more = "";
	struct aac_diag *diag;

	if (process->container && process->init)
		who = arena_printf(arena, "container '%s': its init", process->container);
	else if (process->container)
		who = arena_printf(arena, "container '%s': its %s", process->container,
				   who);
	else
		who = arena_printf(arena, "%s: it", who);
	if (group->count > 1)
		more = arena_printf(arena, ", and so have %zu more", group->count - 1);
	diag = aac_report(&run->diags, u->force ? AAC_WARNING : AAC_ERROR,
			  "profile-in-use", nowhere,
			  "'%s' is in use by %s has the label '%s'%s", item->name, who,
			  process->text, more);
	aac_hint(&run->diags, diag, "%s",
		 u->force ? "it runs on without that confinement until it is restarted"
			  : "stop it first; with --force it runs on unconfined by it");
}

static void join(struct unloading *u, struct map *groups,
		 const struct aac_process *process)
{
	const char *key = process->container ? process->container : "";
	struct group *group = map_get_str(groups, key);

	if (!group) {
		group = ARENA_NEW(u->run->arena, struct group);
		map_add(groups, key, strlen(key), group);
	}
	if (!group->speaker || (process->init && !group->speaker->init))
		group->speaker = process;
	group->count++;
}

static void tell_uses(struct unloading *u, struct leaving *item,
		      const struct aac_processes *found)
{
	CLEANUP_MAP groups = { 0 };

	for (size_t i = 0; i < found->count; i++)
		if (aac_label_holds(&found->list[i].label, &item->part))
			join(u, &groups, &found->list[i]);
	item->used = groups.count > 0;
	for (size_t i = 0; i < groups.count; i++)
		tell_use(u, item, groups.entries[i].value);
}

static bool is_wanted(void *env, const struct aac_label *label)
{
	const struct unloading *u = env;

	for (size_t i = 0; i < u->count; i++)
		if (!u->items[i].absent && aac_label_holds(label, &u->items[i].part))
			return true;
	return false;
}

/* False when somebody uses one, or when nobody can know. */
static bool check_uses(struct unloading *u)
{
	struct aac_run *run = u->run;
	struct aac_processes found = { .wanted = is_wanted, .env = u };

	if (!aac_processes_find(&run->ctx, &run->host, &found)) {
		aac_hint(&run->diags,
			 aac_report(&run->diags, u->force ? AAC_WARNING : AAC_ERROR,
				    "file-unreadable", nowhere,
				    "cannot tell who uses the profiles: '/proc': %s",
				    strerror(errno)),
			 "mount it; --force takes them out whoever uses them");
		return u->force;
	}
	for (size_t i = 0; i < u->count; i++)
		tell_uses(u, &u->items[i], &found);
	return aac_run_ok(run);
}

/* ---- taking them out ------------------------------------------------------------- */

/* Those that are in use last: what goes wrong before leaves them alone. */
static int by_use(const void *a, const void *b)
{
	const struct leaving *x = a, *y = b;

	return x->used != y->used ? (x->used ? 1 : -1) : strcmp(x->name, y->name);
}

/* What the kernel does not list is not there; where it lists nothing, it tells later. */
static void list_items(struct unloading *u, const struct aac_built *built)
{
	struct aac_run *run = u->run;
	const struct aac_kernel_view *view = aac_kernel_look(&run->ctx, &run->host);

	u->items = ARENA_ARRAY(run->arena, struct leaving, built->count);
	for (; u->count < built->count; u->count++) {
		struct leaving *item = &u->items[u->count];

		item->name = built->names[u->count];
		item->part = aac_label_part_parse(run->arena,
						  aac_built_label(built, item->name));
		item->label = item->part.space
				      ? arena_printf(run->arena, ":%s:%s",
						     item->part.space, item->part.name)
				      : item->part.name;
		item->absent = view->state == AAC_KERNEL_READABLE &&
			       !aac_kernel_mode(view, item->label);
	}
}

static void tell_partial(struct unloading *u, size_t end)
{
	struct aac_run *run = u->run;
	CLEANUP_BUF names = { 0 };

	for (size_t i = 0; i < end; i++)
		if (!u->items[i].absent)
			buf_printf(&names, "%s%s", names.len ? ", " : "",
				   u->items[i].name);
	if (names.len)
		aac_report(&run->diags, AAC_WARNING, "unload-partial", nowhere,
			   "no longer in the kernel: %s", buf_str(&names));
}

static void take_out(struct unloading *u)
{
	struct aac_run *run = u->run;

	qsort(u->items, u->count, sizeof(*u->items), by_use);
	for (size_t i = 0; i < u->count; i++) {
		struct leaving *item = &u->items[i];

		if (item->absent)
			continue;
		switch (aac_policy_remove(&run->ctx, &run->host, item->label)) {
		case AAC_REMOVE_DONE:
			break;
		case AAC_REMOVE_ABSENT:
			item->absent = true;
			break;
		case AAC_REMOVE_REFUSED:
			run->refused = true;
			tell_partial(u, i);
			return;
		}
	}
}

/* ---- the result ------------------------------------------------------------------ */

static size_t put_names(const struct unloading *u, struct aac_json *json, const char *key,
			bool absent)
{
	size_t count = 0;

	if (json)
		aac_json_begin(json, key, '[');
	for (size_t i = 0; i < u->count; i++) {
		if (u->items[i].absent != absent)
			continue;
		count++;
		if (json)
			aac_json_put(json, NULL, u->items[i].name);
		else if (absent || aac_option_given(u->run->opts, AAC_OPT_VERBOSE))
			buf_printf(&u->run->out, "%-10s %s\n", key, u->items[i].name);
	}
	if (json)
		aac_json_end(json, ']');
	return count;
}

static void put_result(const struct unloading *u)
{
	struct buf *out = &u->run->out;
	struct aac_json json = { .out = out };
	size_t unloaded, absent;

	if (u->run->opts->json) {
		aac_json_begin(&json, NULL, '{');
		put_names(u, &json, "unloaded", false);
		put_names(u, &json, "absent", true);
		aac_json_end(&json, '}');
		return;
	}
	unloaded = put_names(u, NULL, "unloaded", false);
	absent = put_names(u, NULL, "absent", true);
	buf_printf(out, "%s unloaded",
		   aac_count_text(u->run->arena, unloaded, "profile"));
	if (absent)
		buf_printf(out, ", %zu not loaded before", absent);
	buf_putc(out, '\n');
}

static void unload_listed(struct unloading *u, const struct aac_built *built)
{
	struct aac_run *run = u->run;

	list_items(u, built);
	if (!check_uses(u)) {
		run->refused = true;
		return;
	}
	aac_run_tell(run);
	take_out(u);
	if (aac_run_ok(run))
		put_result(u);
}

static void perform_unload(struct aac_run *run)
{
	struct unloading u = { .run = run,
			       .force = aac_option_given(run->opts, AAC_OPT_FORCE) };
	struct aac_built built;

	if (!aac_policy_ready(&run->ctx, &run->host)) {
		run->refused = true;
		return;
	}
	if (aac_built_open(run, &built))
		unload_listed(&u, &built);
	aac_built_close(&built);
}

const struct aac_command aac_command_unload = {
	.name = "unload",
	.arguments = "[PROFILE]...",
	.summary = "take the built profiles out of the kernel",
	.help = "Takes the profiles that the manifest in OUTDIR lists, or those named, "
		"out of the kernel, with their children and hats, and no others. One "
		"that is not loaded is told, and is no error.\n\n"
		"While a process runs under one of them, alone or in a stack, nothing is "
		"taken out: it would be confined by nothing from then on. Its container "
		"is named, with the label of its init. --force takes it out.",
	.examples = "aa-compose unload\n"
		    "aa-compose unload -o /var/lib/aa-compose/out lxc-docker\n",
	.options = AAC_OPTS_COMMON | AAC_OPT(OUT) | AAC_OPT(FORCE),
	.max_args = SIZE_MAX,
	.perform = perform_unload,
};
