/*
 * Lines of a log: each record in them is read or refused with a reason, the access that
 * it is about is one that `query` takes and asks the same, and each line comes to an end.
 */
#include <string.h>

#include "base/arena.h"
#include "base/buf.h"
#include "core/denial.h"
#include "fuzz/stage.h"

static bool same_text(const char *a, const char *b)
{
	return a && b ? strcmp(a, b) == 0 : a == b;
}

/* Paths with two slashes side by side are no paths of the kernel's. */
static bool is_odd(const char *text)
{
	return text && strstr(text, "//");
}

static void ask_again(struct stage *stage, const struct aac_denial *denial)
{
	const struct aac_query *query = denial->attempt->queries;
	const char *text = denial->attempt->text;
	const struct aac_attempt *again = aac_access_read(
		&stage->ctx, stage_source(stage, "access", text, strlen(text)), "p");

	if (!again)
		stage_fail("its access is none for query", text);
	if (again->kind != denial->attempt->kind)
		stage_fail("its access is of another kind", text);
	if (query->type == AAC_QUERY_CHANGE_ONEXEC || is_odd(query->name))
		return;
	if (again->queries[0].type != query->type ||
	    !same_text(again->queries[0].name, query->name))
		stage_fail("its access asks something else", text);
}

static void look(struct stage *stage, const struct aac_record *record)
{
	struct aac_denial denial;
	const char *why = NULL;
	CLEANUP_BUF rule = { 0 };

	if (record->event == AAC_EVENT_STATUS)
		return;
	if (!aac_denial_read(stage->arena, record, &denial, &why)) {
		if (!why || !*why)
			stage_fail("it is refused without a reason", "");
		return;
	}
	if (!denial.label)
		stage_fail("it is nobody's", denial.attempt->text);
	ask_again(stage, &denial);
	aac_denial_rule(&rule, denial.attempt, true);
	buf_clear(&rule);
	aac_denial_rule(&rule, denial.attempt, false);
	if (!rule.len || rule.data[rule.len - 1] != ',')
		stage_fail("its rule is none", buf_str(&rule));
}

static void walk_line(struct stage *stage, const char *text, size_t len)
{
	struct aac_record_walk walk = { .text = text, .len = len };
	enum aac_record_found found;
	struct aac_record record;
	const char *why = NULL;
	size_t before = 0;

	while ((found = aac_record_next(stage->arena, &walk, &record, &why))) {
		if (walk.at <= before || walk.at > len)
			stage_fail("the walk does not go on", "");
		before = walk.at;
		if (found == AAC_RECORD_READ)
			look(stage, &record);
		else if (!why || !*why)
			stage_fail("it is broken without a reason", "");
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const char *at = (const char *)data, *end = at + size;
	struct stage stage;

	stage_begin(&stage);
	while (at < end) {
		const char *stop = memchr(at, '\n', (size_t)(end - at));

		stop = stop ? stop : end;
		walk_line(&stage, at, (size_t)(stop - at));
		at = stop + 1;
	}
	stage_end(&stage);
	return 0;
}
