/*
 * aa-compose status: for each container, the profile that is wanted beside what stands in
 * all the places where it may stand.  Reads only.
 */
#include <stdint.h>
#include <string.h>

#include "base/arena.h"
#include "cli/command.h"
#include "cli/json_writer.h"
#include "cli/loaded.h"
#include "cli/selection.h"
#include "cli/status.h"
#include "cli/text.h"
#include "host/store.h"

static const struct aac_span nowhere;

struct table {
	struct aac_status_view *view;
	struct aac_status *items;
	size_t count;
};

/* ---- for people ------------------------------------------------------------ */

static const char *cell(const struct aac_status *status, const char *value)
{
	if (!value)
		return "-";
	return status->wanted && strcmp(value, status->wanted) == 0 ? "same" : value;
}

static const char *const equalities[] = {
	[AAC_EQUALITY_UNKNOWN] = "unknown",
	[AAC_EQUALITY_SAME] = "same",
	[AAC_EQUALITY_OTHER] = "differs",
};

static const char *kernel_cell(const struct table *table, const struct aac_status *status)
{
	switch (table->view->kernel->state) {
	case AAC_KERNEL_NONE:
		return "no AppArmor";
	case AAC_KERNEL_UNREADABLE:
		return "unreadable";
	case AAC_KERNEL_READABLE:
	default:
		break;
	}
	if (!status->kernel_mode)
		return "-";
	return arena_printf(table->view->run->arena, "%s, %s", status->kernel_mode,
			    equalities[status->loaded.equality]);
}

static const char *running_cell(const struct table *table,
				const struct aac_status *status)
{
	const char *name = cell(status, status->running), *mode = status->label.mode;

	if (!mode || strcmp(mode, "enforce") == 0)
		return name;
	return arena_printf(table->view->run->arena, "%s (%s)", name, mode);
}

static const char *state_cell(struct arena *arena, const struct aac_status *status)
{
	static const char *const words[] = {
		[AAC_STATE_NO_PROFILE] = "no profile",
		[AAC_STATE_IN_SYNC] = "in sync",
		[AAC_STATE_NEEDS_RESTART] = "needs restart",
		[AAC_STATE_DRIFTED] = "drifted",
		[AAC_STATE_MISSING] = "missing",
	};
	const char *word = words[status->state];

	return *status->where ? arena_printf(arena, "%s (%s)", word, status->where)
			      : word;
}

static void put_table(const struct table *table)
{
	struct aac_run *run = table->view->run;
	struct aac_table text = { .arena = run->arena, .columns = 8 };

	AAC_TABLE_ADD(&text, "CTID", "PROFILE", "JSON", "CONFIG", "DISK", "KERNEL",
		      "RUNNING", "STATE");
	for (size_t i = 0; i < table->count; i++) {
		const struct aac_status *s = &table->items[i];

		AAC_TABLE_ADD(&text, s->ctid, s->wanted ? s->wanted : "-",
			      cell(s, s->json), s->has_conf ? cell(s, s->conf) : "-",
			      s->disk_differs ? "differs" : cell(s, s->disk),
			      s->wanted ? kernel_cell(table, s) : "-",
			      running_cell(table, s), state_cell(run->arena, s));
	}
	aac_table_put(&text, &run->out, 0);
}

/* Why a container is not in sync; with -v whatever there is to say. */
static void put_reasons(const struct table *table)
{
	struct aac_run *run = table->view->run;
	bool all = aac_option_given(run->opts, AAC_OPT_VERBOSE);

	for (size_t i = 0; i < table->count; i++) {
		const struct aac_status *s = &table->items[i];

		if (s->state <= AAC_STATE_IN_SYNC && !all)
			continue;
		for (const struct aac_reason *r = s->reasons; r; r = r->next) {
			buf_printf(&run->out, "%s: ", s->ctid);
			aac_put_safe(&run->out, r->text);
			buf_putc(&run->out, '\n');
		}
	}
}

/* ---- for programs ---------------------------------------------------------- */

/* The init's label as it was read, and its parts. */
static void put_label_json(struct aac_json *json, const struct aac_status *s)
{
	aac_json_put(json, "label", s->label_text);
	aac_json_put(json, "running_mode", s->label.mode);
	aac_json_begin(json, "stack", '[');
	for (size_t i = 0; i < s->label.count; i++) {
		aac_json_begin(json, NULL, '{');
		aac_json_put(json, "namespace", s->label.parts[i].space);
		aac_json_put(json, "name", s->label.parts[i].name);
		aac_json_end(json, '}');
	}
	aac_json_end(json, ']');
}

static void put_status_json(const struct table *table, struct aac_json *json,
			    const struct aac_status *s)
{
	static const char *const kernels[] = {
		[AAC_KERNEL_NONE] = "absent",
		[AAC_KERNEL_UNREADABLE] = "unreadable",
		[AAC_KERNEL_READABLE] = "present",
	};

	aac_json_begin(json, NULL, '{');
	aac_json_put(json, "ctid", s->ctid);
	aac_json_begin(json, "profile", '{');
	aac_json_put(json, "wanted", s->wanted);
	aac_json_put(json, "json", s->json);
	aac_json_put(json, "conf", s->conf);
	aac_json_put(json, "disk", s->disk);
	aac_json_put(json, "kernel", s->kernel);
	aac_json_put(json, "running", s->running);
	aac_json_end(json, '}');
	aac_json_put(json, "state", aac_state_name(s->state));
	aac_json_put(json, "where", s->where);
	aac_json_begin(json, "reasons", '[');
	for (const struct aac_reason *r = s->reasons; r; r = r->next)
		aac_json_put(json, NULL, r->text);
	aac_json_end(json, ']');
	aac_json_put(json, "mode", s->kernel_mode);
	aac_json_put(json, "apparmor", kernels[table->view->kernel->state]);
	if (s->kernel_mode && s->loaded.equality != AAC_EQUALITY_UNKNOWN)
		aac_json_bool(json, "equal", s->loaded.equality == AAC_EQUALITY_SAME);
	else
		aac_json_put(json, "equal", NULL);
	aac_json_put(json, "equal_why", s->loaded.why);
	put_label_json(json, s);
	aac_json_end(json, '}');
}

static void put_json(const struct table *table)
{
	struct aac_json json = { .out = &table->view->run->out };

	aac_json_begin(&json, NULL, '[');
	for (size_t i = 0; i < table->count; i++)
		put_status_json(table, &json, &table->items[i]);
	aac_json_end(&json, ']');
}

/* ---- finding out ----------------------------------------------------------- */

static bool is_asked_for(const struct aac_run *run, const char *ctid)
{
	for (size_t i = 0; i < run->opts->arg_count; i++)
		if (strcmp(run->opts->args[i], ctid) == 0)
			return true;
	return run->opts->arg_count == 0;
}

static void find_all(struct table *table, const struct aac_profile_text *const *texts)
{
	struct aac_run *run = table->view->run;

	table->items = ARENA_ARRAY(run->arena, struct aac_status, run->fleet->count);
	for (size_t i = 0; i < run->fleet->count; i++) {
		const struct aac_member *member = &run->fleet->members[i];
		const struct aac_profile_text *text = NULL;
		struct aac_status *status = &table->items[table->count];

		if (!member->container || !is_asked_for(run, member->container->ctid))
			continue;
		if (member->policy)
			text = texts[aac_policy_index(run->fleet, member->policy->name)];
		*status = aac_status_find(table->view, member, text);
		run->no |= status->state > AAC_STATE_IN_SYNC;
		table->count++;
	}
}

/* A run that was broken off: nothing here can be relied on until that is settled. */
static bool check_journal(struct aac_run *run, struct aac_store *store)
{
	const struct aac_journal *journal;

	if (!aac_store_journal(store, &journal))
		return false;
	if (!journal || aac_store_busy(store))
		return true;
	aac_hint(&run->diags,
		 aac_report(&run->diags, AAC_WARNING, "apply-interrupted", nowhere,
			    "a run of apply or revert was broken off"),
		 "'aa-compose revert' puts back what it had changed");
	run->no = true;
	return true;
}

/* Of the profiles that containers have that are asked about. */
static const struct aac_kernel_comparison *
compare_loaded(const struct table *table, const struct aac_profile_text *const *texts)
{
	struct aac_run *run = table->view->run;
	const struct aac_fleet *fleet = run->fleet;
	const struct aac_profile_text **asked = ARENA_ARRAY(
		run->arena, const struct aac_profile_text *, fleet->policy_count);

	for (size_t i = 0; i < fleet->count; i++) {
		const struct aac_member *member = &fleet->members[i];
		size_t at;

		if (!member->container || !member->policy ||
		    !is_asked_for(run, member->container->ctid))
			continue;
		at = aac_policy_index(fleet, member->policy->name);
		asked[at] = texts[at];
	}
	return aac_loaded_compare(run, table->view->kernel, asked);
}

static void look(struct aac_run *run, const struct aac_profile_text *const *texts)
{
	struct aac_snapshot snapshot;
	struct aac_store store;
	struct aac_status_view view = { .run = run, .snapshot = &snapshot };
	struct table table = { .view = &view };

	aac_store_init(&store, &run->ctx, &run->host);
	aac_snapshot_init(&snapshot, &run->ctx, &run->host);
	view.receipts = check_journal(run, &store) ? aac_store_receipts(&store) : NULL;
	view.kernel = aac_kernel_look(&run->ctx, &run->host);
	view.site = aac_site_find(&run->ctx, &run->host);
	aac_running_find(&run->ctx, &run->host, &view.running);
	view.loaded = compare_loaded(&table, texts);
	if (view.receipts)
		find_all(&table, texts);
	run->refused |= !view.receipts || snapshot.failed;
	if (aac_run_ok(run) && run->opts->json) {
		put_json(&table);
	} else if (aac_run_ok(run)) {
		put_table(&table);
		put_reasons(&table);
	}
	map_fini(&view.running);
	aac_snapshot_fini(&snapshot);
}

static void perform_status(struct aac_run *run)
{
	struct aac_selection selection;
	const struct aac_profile_text **texts;

	if (!run->opts->config) {
		run->usage = "'status' needs the containers: -c CONFIG.json";
		return;
	}
	if (!aac_run_compose(run) || !aac_selection_init(run, &selection))
		return;
	texts = aac_render_wanted(run, &selection, true);
	if (aac_run_ok(run))
		look(run, texts);
}

const struct aac_command aac_command_status = {
	.name = "status",
	.arguments = "[CTID]...",
	.summary = "the profile wanted beside what is in use",
	.help = "For each container the profile that is composed for it, beside what "
		"stands in the container file, in its LXC or Proxmox configuration (as "
		"liblxc reads it, included files too), in /etc/apparmor.d, in the "
		"kernel, and what its init runs under. 'same' is the wanted one, '-' is "
		"none.\n\n"
		"The state is 'in sync'; 'missing' or 'drifted', and where; 'needs "
		"restart' when only the running container is behind; 'no profile' for a "
		"container "
		"that gets none. The exit status is 0 when nothing is missing, has "
		"drifted or needs a restart, else 1. Changes nothing.",
	.examples = "aa-compose status -c containers.json\n"
		    "aa-compose status -c containers.json --format json 953\n",
	.options = AAC_OPTS_COMMON | AAC_OPTS_COMPOSE | AAC_OPT(JOBS) | AAC_OPTS_COMPILE,
	.max_args = SIZE_MAX,
	.perform = perform_status,
};
