/*
 * An access, and behind a line "====" compiled policy to ask: it is read or refused with
 * a reason, its canonical text asks the same, and any policy gives an answer.
 */
#include <string.h>

#include "core/access_form.h"
#include "core/blob.h"
#include "fuzz/stage.h"

#define STATES_MAX 512

static bool same_text(const char *a, const char *b)
{
	return a && b ? strcmp(a, b) == 0 : a == b;
}

static bool same_query(const struct aac_query *a, const struct aac_query *b)
{
	return a->type == b->type && a->request == b->request && a->owner == b->owner &&
	       a->number == b->number && a->socket_type == b->socket_type &&
	       a->flags == b->flags && a->limit == b->limit && a->exec == b->exec &&
	       a->exec_asked == b->exec_asked && same_text(a->name, b->name) &&
	       same_text(a->other, b->other) && same_text(a->fstype, b->fstype) &&
	       same_text(a->label, b->label) && same_text(a->address, b->address) &&
	       same_text(a->peer_address, b->peer_address) &&
	       same_text(a->peer_label, b->peer_label) && same_text(a->bus, b->bus) &&
	       same_text(a->path, b->path) && same_text(a->interface, b->interface) &&
	       same_text(a->member, b->member);
}

static const struct aac_attempt *read_access(struct stage *stage, const char *text,
					     size_t len)
{
	return aac_access_read(&stage->ctx, stage_source(stage, "access", text, len),
			       "lxc-p");
}

static void compare(struct stage *stage, const struct aac_attempt *first)
{
	const struct aac_attempt *again =
		read_access(stage, first->text, strlen(first->text));

	if (!again)
		stage_fail("its canonical text is refused", first->text);
	if (strcmp(first->text, again->text) != 0)
		stage_fail("its canonical text is not the last", first->text);
	if (first->count != again->count)
		stage_fail("its canonical text asks more or less", first->text);
	for (size_t i = 0; i < first->count; i++)
		if (!same_query(&first->queries[i], &again->queries[i]))
			stage_fail("its canonical text asks something else", first->text);
}

/* What is read without the grammar asks the same, and is spelled the same. */
static void compare_plain(struct stage *stage, const struct aac_attempt *attempt,
			  const char *text, size_t len)
{
	const struct aac_attempt *plain = aac_access_plain(stage->arena, text, len);

	if (!plain)
		return;
	if (!attempt || attempt->count != 1 ||
	    !same_query(&plain->queries[0], &attempt->queries[0]))
		stage_fail("read as plain it asks something else", plain->text);
	if (strcmp(plain->text, attempt->text) != 0)
		stage_fail("read as plain it is spelled otherwise", plain->text);
}

/* A form is known by the second line that has it, and then read by it. */
static void compare_form(struct stage *stage, const struct aac_attempt *attempt,
			 const char *text, size_t len)
{
	struct aac_forms *forms = aac_forms_new(&stage->ctx, stage->arena, "lxc-p");
	const struct aac_attempt *formed = NULL;

	for (int i = 0; i < 2; i++)
		formed = aac_forms_read(forms, stage->arena, text, len);
	aac_forms_fini(forms);
	if (formed && (!attempt || !aac_attempt_same(formed, attempt)))
		stage_fail("read by its form it is something else", formed->text);
}

static void decide(struct stage *stage, const struct aac_attempt *attempt,
		   const struct stage_parts *parts)
{
	const struct aac_blob *blob =
		parts->second
			? aac_blob_read(&stage->ctx, "policy",
					(const uint8_t *)parts->second, parts->second_len)
			: NULL;

	for (; blob; blob = blob->next)
		if ((!blob->policy.dfa || blob->policy.dfa->state_count <= STATES_MAX) &&
		    (!blob->file.dfa || blob->file.dfa->state_count <= STATES_MAX))
			aac_access_decide(stage->arena, blob, attempt, NULL);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct stage_parts parts = stage_split(data, size);
	const struct aac_attempt *attempt;
	struct stage stage;

	stage_begin(&stage);
	attempt = read_access(&stage, parts.first, parts.first_len);
	if (!attempt != (stage.diags.errors > 0))
		stage_fail("it is refused without a word", NULL);
	compare_plain(&stage, attempt, parts.first, parts.first_len);
	compare_form(&stage, attempt, parts.first, parts.first_len);
	if (attempt) {
		compare(&stage, attempt);
		decide(&stage, attempt, &parts);
	}
	stage_end(&stage);
	return 0;
}
