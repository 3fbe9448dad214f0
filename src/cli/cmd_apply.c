/*
 * aa-compose apply: brings checked profiles into use.  It composes and checks, then puts
 * the profiles' texts, the container file and the containers' configurations in place,
 * all or none.
 */
#include <stdint.h>
#include <string.h>

#include "base/arena.h"
#include "cli/change.h"
#include "cli/command.h"
#include "cli/vet.h"
#include "cli/rivals.h"
#include "cli/selection.h"
#include "cli/wishes.h"
#include "host/kernel.h"

static const struct aac_span nowhere;

static void refuse(struct aac_run *run, const char *problem, const char *hint)
{
	aac_hint(
		&run->diags,
		aac_report(&run->diags, AAC_ERROR, "kernel-load", nowhere, "%s", problem),
		"%s", hint);
	run->refused = true;
}

/* A container whose profile is not loaded does not start: loading is part of the job,
 * unless the user says otherwise. */
static bool check_kernel(struct aac_run *run, const struct aac_kernel_view *view)
{
	if (aac_option_given(run->opts, AAC_OPT_NO_LOAD) ||
	    aac_option_given(run->opts, AAC_OPT_DRY_RUN))
		return true;
	if (view->state == AAC_KERNEL_NONE)
		refuse(run,
		       "this kernel has no AppArmor, so the profiles cannot be loaded",
		       "with --no-load everything else is done");
	return aac_run_ok(run);
}

static void tell_not_loaded(struct aac_run *run, const struct aac_kernel_view *view,
			    const struct aac_wishes *wishes)
{
	if (view->state != AAC_KERNEL_READABLE ||
	    !aac_option_given(run->opts, AAC_OPT_NO_LOAD))
		return;
	for (size_t i = 0; i < wishes->count; i++) {
		const struct aac_wish *wish = &wishes->items[i];

		if (!wish->profile || aac_kernel_mode(view, wish->profile))
			continue;
		aac_hint(&run->diags,
			 aac_report(&run->diags, AAC_WARNING, "profile-not-loaded",
				    nowhere,
				    "container %s will not start until the profile '%s' "
				    "is loaded",
				    wish->ctid, wish->profile),
			 "apparmor_parser --replace %s", wish->profile_path);
	}
}

/* The loads of all profiles that are wished for, each once. */
static struct aac_load *list_loads(struct aac_run *run, const struct aac_wishes *wishes,
				   const struct aac_kernel_view *view, size_t *count)
{
	struct aac_load *loads = ARENA_ARRAY(run->arena, struct aac_load, wishes->count);
	CLEANUP_MAP seen = { 0 };

	*count = 0;
	for (size_t i = 0; i < wishes->count; i++) {
		const struct aac_wish *wish = &wishes->items[i];
		void **slot;

		if (!wish->profile)
			continue;
		slot = map_slot(&seen, wish->profile, strlen(wish->profile));
		if (!*slot)
			loads[(*count)++] = (struct aac_load){
				.name = wish->profile,
				.text = wish->text,
				.len = wish->len,
				.path = wish->profile_path,
				.loaded = aac_kernel_mode(view, wish->profile),
			};
		*slot = run;
	}
	return loads;
}

/* First into the kernel, then into the files: no container ever names a profile that is
 * not there. */
static bool load_and_perform(struct aac_changing *change, const struct aac_wishes *wishes,
			     const struct aac_kernel_view *view)
{
	struct aac_run *run = change->run;
	const struct aac_kernel *kernel = run->host.kernel;
	bool loads_any =
		kernel && !change->dry && !aac_option_given(run->opts, AAC_OPT_NO_LOAD);
	struct aac_load *loads;
	size_t count;

	if (!loads_any)
		return aac_change_perform(change);
	loads = list_loads(run, wishes, view, &count);
	aac_run_tell(run);
	if (!kernel->load(&run->ctx, &run->host, loads, count)) {
		run->refused = true;
		return false;
	}
	if (aac_change_perform(change))
		return true;
	kernel->undo(&run->ctx, &run->host, loads, count);
	return false;
}

static size_t count_profiles(const struct aac_wishes *wishes)
{
	size_t count = 0;

	for (size_t i = 0; i < wishes->count; i++)
		count += wishes->items[i].profile != NULL;
	return count;
}

static void apply(struct aac_changing *change,
		  const struct aac_profile_text *const *texts,
		  const struct aac_kernel_view *view)
{
	struct aac_run *run = change->run;
	struct aac_plan_input input = { .json = run->config->source };
	struct aac_wishes wishes;

	input.json_path = aac_store_path(&run->ctx, &run->host, run->opts->config);
	if (!input.json_path) {
		run->refused = true;
		return;
	}
	aac_wishes_new(run, change->receipts, input.json_path, texts, &wishes);
	if (wishes.site.problem) {
		refuse(run, wishes.site.problem, "start the service pve-cluster");
		return;
	}
	input.wishes = wishes.items;
	input.count = wishes.count;
	if (!aac_run_ok(run) || !aac_change_plan(change, &input))
		return;
	tell_not_loaded(run, view, &wishes);
	aac_rivals_tell(run, &change->snapshot, &wishes);
	if (aac_run_ok(run) && load_and_perform(change, &wishes, view))
		aac_change_summary(
			change,
			aac_count_text(run->arena, count_profiles(&wishes), "container"));
}

static bool compose(struct aac_run *run, struct aac_selection *selection,
		    const struct aac_profile_text ***texts)
{
	size_t expects;

	if (!aac_run_compose(run))
		return false;
	if (!run->config) {
		run->usage = "'apply' needs the containers: -c CONFIG.json";
		return false;
	}
	if (!aac_selection_init(run, selection))
		return false;
	*texts = aac_render_wanted(run, selection, true);
	return aac_run_ok(run) && aac_vet(run, selection, *texts, &expects);
}

static void perform_apply(struct aac_run *run)
{
	const struct aac_kernel_view *view = aac_kernel_look(&run->ctx, &run->host);
	const struct aac_profile_text **texts;
	struct aac_selection selection;
	struct aac_changing change;

	if (!run->opts->config) {
		run->usage = "'apply' needs the containers: -c CONFIG.json";
		return;
	}
	if (!check_kernel(run, view))
		return;
	/* Before the containers are read: an earlier run may have to be undone. */
	if (aac_change_begin(&change, run) && compose(run, &selection, &texts))
		apply(&change, texts, view);
	aac_change_end(&change);
}

const struct aac_command aac_command_apply = {
	.name = "apply",
	.arguments = "[CTID]...",
	.summary = "bring checked profiles into use, or nothing",
	.help = "Composes, checks and tests as 'build' does, then, for all containers or "
		"those named: puts each profile's text into /etc/apparmor.d, gives each "
		"container its profile as 'apparmor_profile' in the container file, and "
		"edits its configuration, /etc/pve/lxc/CTID.conf on Proxmox, "
		"/var/lib/lxc/NAME/config elsewhere. All of it is done or none; nothing "
		"but these values changes, and 'revert' puts every byte back.\n\n"
		"--mode include, the default on Proxmox, adds one line to the "
		"configuration, 'lxc.include', which names a file that is wholly ours. "
		"--mode inline, the default elsewhere, writes the lines themselves. A "
		"line that gives the container another profile is moved out of the "
		"way.\n\n"
		"--dry-run prints what would change as a unified diff; the exit status "
		"is "
		"1 when there is something to do. A container that Proxmox has locked is "
		"refused; a template's configuration is left alone.",
	.examples = "aa-compose apply -c containers.json --dry-run\n"
		    "aa-compose apply -c containers.json --no-load 953\n"
		    "aa-compose apply -c containers.json --mode inline\n",
	.options = AAC_OPTS_COMMON | AAC_OPTS_COMPOSE | AAC_OPT(NO_CHECK) |
		   AAC_OPT(NO_TEST) | AAC_OPT(JOBS) | AAC_OPTS_COMPILE |
		   AAC_OPT(MODE) | AAC_OPT(DRY_RUN) | AAC_OPT(NO_LOAD),
	.max_args = SIZE_MAX,
	.perform = perform_apply,
};
