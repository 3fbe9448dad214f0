/*
 * aa-compose revert: puts back what apply changed.  It needs no rules and no container
 * file, only what apply has recorded, and finishes a run that was broken off even when
 * it is told nothing else.
 */
#include <stdint.h>
#include <string.h>

#include "base/arena.h"
#include "base/suggest.h"
#include "cli/change.h"
#include "cli/command.h"
#include "cli/selection.h"

static const struct aac_span nowhere;

static void tell_unknown(struct aac_changing *change, const char *ctid)
{
	struct aac_run *run = change->run;
	struct suggest suggest = { .word = ctid };
	struct aac_diag *diag =
		aac_report(&run->diags, AAC_WARNING, "not-applied", nowhere,
			   "apply has given container %s nothing", ctid);

	for (size_t i = 0; i < change->receipts->count; i++)
		suggest_offer(&suggest, change->receipts->containers[i].ctid);
	if (suggest_best(&suggest) && strcmp(suggest_best(&suggest), ctid) != 0)
		aac_hint(&run->diags, diag, "did you mean '%s'?", suggest_best(&suggest));
}

/* A wish for nothing, for each container that is named, or for all. */
static void list_wishes(struct aac_changing *change, struct aac_plan_input *input)
{
	const struct aac_options *opts = change->run->opts;
	const struct aac_receipts *receipts = change->receipts;
	struct aac_wish *wishes =
		ARENA_ARRAY(change->run->arena, struct aac_wish, receipts->count);
	bool *taken = ARENA_ARRAY(change->run->arena, bool, receipts->count);

	for (size_t i = 0; i < opts->arg_count; i++) {
		const struct aac_receipt *receipt =
			aac_receipt_find(receipts, opts->args[i]);

		if (receipt)
			taken[receipt - receipts->containers] = true;
		else
			tell_unknown(change, opts->args[i]);
	}
	for (size_t i = 0; i < receipts->count; i++)
		if (taken[i] || aac_option_given(opts, AAC_OPT_ALL))
			wishes[input->count++] =
				(struct aac_wish){ .ctid = receipts->containers[i].ctid };
	input->wishes = wishes;
}

static void revert(struct aac_changing *change)
{
	struct aac_run *run = change->run;
	struct aac_plan_input input = { 0 };

	list_wishes(change, &input);
	if (aac_change_plan(change, &input) && aac_change_perform(change))
		aac_change_summary(change,
				   aac_count_text(run->arena, input.count, "container"));
}

static void perform_revert(struct aac_run *run)
{
	bool all = aac_option_given(run->opts, AAC_OPT_ALL);
	struct aac_changing change;
	const struct aac_journal *journal;

	if (all && run->opts->arg_count > 0) {
		run->usage = "'revert' takes containers or --all, not both";
		return;
	}
	if (!all && run->opts->arg_count == 0) {
		struct aac_store store;

		aac_store_init(&store, &run->ctx, &run->host);
		if (!aac_store_journal(&store, &journal))
			run->refused = true;
		else if (!journal)
			run->usage = "say which containers to revert, or --all";
		if (!journal)
			return;
	}
	if (aac_change_begin(&change, run))
		revert(&change);
	aac_change_end(&change);
}

const struct aac_command aac_command_revert = {
	.name = "revert",
	.arguments = "[CTID]...",
	.summary = "put back what apply changed, byte for byte",
	.help = "Puts back what 'apply' changed, for the containers that are named or "
		"for all with --all: every file is then what it was, byte for byte. "
		"Where "
		"somebody has edited a file since, only what is ours is taken out of it, "
		"and a message says so.\n\n"
		"When a run was broken off, by a power cut or by kill -9, what it had "
		"changed is put back first; without CTIDs and --all that is everything "
		"that is done. Profiles stay in the kernel: a container may still run "
		"under them.",
	.examples = "aa-compose revert 953\n"
		    "aa-compose revert --all --dry-run\n",
	.options = AAC_OPTS_COMMON | AAC_OPT(ALL) | AAC_OPT(DRY_RUN),
	.max_args = SIZE_MAX,
	.perform = perform_revert,
};
