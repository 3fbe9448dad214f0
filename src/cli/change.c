/*
 * Changing the host, from the lock to the summary.  It takes wishes and gives an exit
 * code's worth of truth.  Not obvious: whatever there is to say about a plan is said
 * before its first byte is written, so that nobody learns from a changed file what the
 * program could have told him.
 */
#include "cli/change.h"

#include <string.h>

#include "base/arena.h"
#include "cli/json_writer.h"
#include "cli/selection.h"
#include "cli/text.h"
#include "host/perform.h"

static const struct aac_span nowhere;

static bool tell_pending(struct aac_changing *change)
{
	struct aac_run *run = change->run;
	const struct aac_journal *journal;

	if (!aac_store_journal(&change->store, &journal))
		return false;
	if (journal && !aac_store_busy(&change->store))
		aac_report(&run->diags, AAC_WARNING, "apply-interrupted", nowhere,
			   "a run was broken off; the next one that is no --dry-run "
			   "first puts back what it had changed");
	return true;
}

bool aac_change_begin(struct aac_changing *change, struct aac_run *run)
{
	bool ok;

	*change = (struct aac_changing){ .run = run };
	change->dry = aac_option_given(run->opts, AAC_OPT_DRY_RUN);
	aac_store_init(&change->store, &run->ctx, &run->host);
	aac_snapshot_init(&change->snapshot, &run->ctx, &run->host);
	ok = change->dry ? tell_pending(change)
			 : aac_store_lock(&change->store) && aac_recover(&change->store);
	change->receipts = ok ? aac_store_receipts(&change->store) : NULL;
	run->refused |= !change->receipts;
	return change->receipts != NULL;
}

bool aac_change_plan(struct aac_changing *change, struct aac_plan_input *input)
{
	struct aac_run *run = change->run;

	input->receipts = change->receipts;
	input->world = &change->snapshot.world;
	input->kept = aac_store_kept;
	input->env = &change->store;
	change->plan = aac_plan_new(&run->ctx, input);
	run->refused |= change->plan->busy || change->snapshot.failed;
	return aac_run_ok(run);
}

bool aac_change_perform(struct aac_changing *change)
{
	struct aac_run *run = change->run;

	if (change->dry) {
		if (!run->opts->json)
			aac_plan_diff(run->arena, change->plan, &run->out);
		run->no = change->plan->count > 0;
		return true;
	}
	aac_run_tell(run);
	if (aac_perform(&change->store, change->plan))
		return true;
	run->refused = true;
	return false;
}

/* ---- the result ------------------------------------------------------------ */

static const char *what_happens(const struct aac_change *change)
{
	if (!change->before)
		return "created";
	return change->after ? "changed" : "removed";
}

static void put_files_json(struct aac_changing *change, struct aac_json *json,
			   const char *what)
{
	const struct aac_plan *plan = change->plan;

	aac_json_begin(json, what, '[');
	for (size_t i = 0; i < plan->count; i++)
		if (strcmp(what_happens(&plan->changes[i]), what) == 0)
			aac_json_put(json, NULL, aac_path_shown(plan->changes[i].path));
	aac_json_end(json, ']');
}

static void put_summary_json(struct aac_changing *change)
{
	struct aac_json json = { .out = &change->run->out };

	aac_json_begin(&json, NULL, '{');
	aac_json_bool(&json, "dry_run", change->dry);
	put_files_json(change, &json, "created");
	put_files_json(change, &json, "changed");
	put_files_json(change, &json, "removed");
	aac_json_end(&json, '}');
}

static size_t count_files(const struct aac_changing *change, const char *what)
{
	size_t count = 0;

	for (size_t i = 0; i < change->plan->count; i++)
		count += strcmp(what_happens(&change->plan->changes[i]), what) == 0;
	return count;
}

void aac_change_summary(struct aac_changing *change, const char *subject)
{
	static const char *const whats[] = { "created", "changed", "removed" };
	struct aac_run *run = change->run;
	const char *joint = ": ";

	if (run->opts->json) {
		put_summary_json(change);
		return;
	}
	if (change->dry)
		return;
	for (size_t i = 0; i < change->plan->count; i++) {
		const struct aac_change *c = &change->plan->changes[i];

		buf_printf(&run->out, "%s  ", what_happens(c));
		aac_put_safe(&run->out, aac_path_shown(c->path));
		buf_putc(&run->out, '\n');
	}
	buf_puts(&run->out, subject);
	for (size_t i = 0; i < 3; i++) {
		size_t count = count_files(change, whats[i]);

		if (count == 0)
			continue;
		buf_printf(&run->out, "%s%s %s", joint,
			   aac_count_text(run->arena, count, "file"), whats[i]);
		joint = ", ";
	}
	buf_puts(&run->out, change->plan->count ? "\n" : ": nothing to do\n");
}

void aac_change_end(struct aac_changing *change)
{
	aac_snapshot_fini(&change->snapshot);
	aac_store_unlock(&change->store);
}
