/*
 * Any bytes as a record of what apply has done, and as a journal: what is taken is
 * printed, read again and printed again, the same; what is refused is refused with a
 * word, and no path that is taken leads upwards.
 */
#include <string.h>

#include "base/arena.h"
#include "core/receipt.h"
#include "fuzz/stage.h"

static void check_path(const char *path)
{
	if (path && (path[0] != '/' || strstr(path, "/../")))
		stage_fail("a path that leads elsewhere", path);
}

static void check_receipts(struct stage *stage, const struct aac_receipts *receipts)
{
	size_t len, again_len;
	const char *text = aac_receipts_text(stage->arena, receipts, &len);
	const struct aac_receipts *again = aac_receipts_parse(
		&stage->ctx, stage_source(stage, "again", text, len));

	for (size_t i = 0; i < receipts->file_count; i++)
		check_path(receipts->files[i].path);
	for (size_t i = 0; i < receipts->count; i++) {
		check_path(receipts->containers[i].conf_path);
		check_path(receipts->containers[i].include_path);
	}
	if (!again ||
	    strcmp(text, aac_receipts_text(stage->arena, again, &again_len)) != 0)
		stage_fail("it is not what it was", text);
}

static void check_journal(struct stage *stage, const struct aac_journal *journal)
{
	size_t len, again_len;
	const char *text = aac_journal_text(stage->arena, journal, &len);
	const struct aac_journal *again = aac_journal_parse(
		&stage->ctx, stage_source(stage, "again", text, len));

	for (size_t i = 0; i < journal->count; i++)
		check_path(journal->steps[i].path);
	if (!again ||
	    strcmp(text, aac_journal_text(stage->arena, again, &again_len)) != 0)
		stage_fail("it is not what it was", text);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const struct aac_receipts *receipts;
	const struct aac_journal *journal;
	struct stage stage;

	stage_begin(&stage);
	receipts = aac_receipts_parse(&stage.ctx,
				      stage_source(&stage, "receipts", data, size));
	if (receipts)
		check_receipts(&stage, receipts);
	else if (!stage.diags.errors)
		stage_fail("it is refused without a word", NULL);
	journal = aac_journal_parse(&stage.ctx,
				    stage_source(&stage, "journal", data, size));
	if (journal)
		check_journal(&stage, journal);
	stage_end(&stage);
	return 0;
}
