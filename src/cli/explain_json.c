/*
 * Explanations for programs: takes the answers and gives a list of findings, each with a
 * diagnostic's keys and its own.
 */
#include <string.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/macro.h"
#include "cli/explain.h"
#include "cli/json_writer.h"
#include "cli/ruling_text.h"
#include "cli/run.h"
#include "cli/selection.h"
#include "core/compare.h"
#include "core/query_print.h"

struct standing {
	const char *severity, *slug, *status;
};

static const struct standing standings[] = {
	[AAC_STANDS_RULE] = { "warning", "denied-on-purpose", "rule" },
	[AAC_STANDS_NEVER] = { "warning", "denied-on-purpose", "never" },
	[AAC_STANDS_NONE] = { "error", "denied-by-default", "none" },
	[AAC_STANDS_PEER] = { "error", "denied-by-peer", "peer" },
	[AAC_STANDS_DEPENDS] = { "warning", "denial-unclear", "depends" },
	[AAC_STANDS_CURED] = { "note", "denial-cured", "cured" },
	[AAC_STANDS_UNASKED] = { "note", "denial-cured", "unasked" },
	[AAC_STANDS_LOADING] = { "error", "denial-unclear", "not-loaded" },
	[AAC_STANDS_GUEST] = { "warning", "denial-foreign", "guest" },
	[AAC_STANDS_FOREIGN] = { "warning", "denial-foreign", "foreign" },
};

static const char *hint_of(const struct aac_explanation *all,
			   const struct aac_explained *answer)
{
	return answer->cure ? aac_cure_words(all->run->arena, all, answer->cure)
			    : answer->uncured;
}

/* The keys of every diagnostic. */
static void put_diagnostic(struct aac_json *json, const struct aac_explanation *all,
			   const struct aac_explained *answer)
{
	const struct standing *standing = &standings[answer->standing];
	const struct aac_denied *denied = answer->denied;

	aac_json_put(json, "severity", standing->severity);
	aac_json_put(json, "slug", standing->slug);
	aac_json_put(json, "message", aac_standing_words(answer->standing));
	aac_json_put(json, "file", denied->log);
	aac_json_number(json, "line", denied->line);
	aac_json_number(json, "column", 1);
	aac_json_number(json, "end_line", denied->line);
	aac_json_number(json, "end_column", 1);
	aac_json_put(json, "hint", hint_of(all, answer));
	aac_json_begin(json, "notes", '[');
	aac_json_end(json, ']');
}

static void put_containers(struct aac_json *json, const struct aac_subject *subject)
{
	aac_json_begin(json, "containers", '[');
	for (size_t i = 0; i < subject->member_count; i++)
		if (subject->members[i]->container)
			aac_json_put(json, NULL, subject->members[i]->container->ctid);
	aac_json_end(json, ']');
}

static void put_lost(struct aac_json *json, const struct aac_explained *answer)
{
	const struct aac_finding *f = answer->cure->comparison->findings;

	aac_json_begin(json, "loses", '[');
	for (; f; f = f->next) {
		CLEANUP_BUF text = { 0 };

		if (f->kind != AAC_FINDING_LOST || !f->witness)
			continue;
		aac_query_print(&text, f->witness);
		aac_json_put(json, NULL, buf_str(&text));
	}
	aac_json_end(json, ']');
}

static void put_opened(struct aac_json *json, const struct aac_explained *answer)
{
	const struct aac_finding *f = answer->cure->comparison->findings;

	aac_json_begin(json, "opens", '[');
	for (; f; f = f->next) {
		CLEANUP_BUF text = { 0 };

		if (!aac_cure_tells(f))
			continue;
		aac_query_print(&text, f->witness);
		if (strcmp(buf_str(&text), answer->denied->attempt->text) != 0)
			aac_json_put(json, NULL, buf_str(&text));
	}
	aac_json_end(json, ']');
}

static void put_cure(struct aac_json *json, const struct aac_explanation *all,
		     const struct aac_explained *answer)
{
	const struct aac_variant *variant;

	if (!answer->cure) {
		aac_json_put(json, "cure", NULL);
		return;
	}
	variant = answer->cure->variant;
	aac_json_begin(json, "cure", '{');
	aac_json_put(json, "text", aac_cure_words(all->run->arena, all, answer->cure));
	aac_json_begin(json, "params", '{');
	for (const struct aac_set *set = variant->sets; set; set = set->next)
		aac_json_put(
			json,
			arena_printf(all->run->arena, "%s.%s", set->fragment, set->param),
			set->value);
	aac_json_end(json, '}');
	aac_json_put(json, "fragment", variant->fragment);
	aac_json_put(json, "rule", variant->rule);
	aac_json_bool(json, "lifts_deny", answer->cure->lifts);
	aac_json_put(json, "others", answer->cure->others);
	put_opened(json, answer);
	put_lost(json, answer);
	aac_json_begin(json, "takes_from", '[');
	for (size_t i = 0; i < answer->cure->lifted_count; i++)
		aac_json_put(json, NULL, answer->cure->lifted[i]->text);
	aac_json_end(json, ']');
	aac_json_end(json, '}');
}

/* The keys of a ruling where nobody could be asked. */
static void put_unasked(struct aac_json *json, const char *access)
{
	static const char *const keys[] = { "verdict",	"audited",  "quiet",
					    "mediated", "complain", "exec",
					    "rule",	"inside",   "nearest" };

	aac_json_put(json, "access", access);
	for (size_t i = 0; i < ARRAY_SIZE(keys); i++)
		aac_json_put(json, keys[i], NULL);
	aac_json_begin(json, "depends_on", '[');
	aac_json_end(json, ']');
}

static void put_answer(struct aac_json *json, const struct aac_explanation *all,
		       struct aac_subject *subject, const struct aac_explained *answer)
{
	const struct aac_denied *denied = answer->denied;

	aac_json_begin(json, NULL, '{');
	put_diagnostic(json, all, answer);
	aac_json_put(json, "status", standings[answer->standing].status);
	aac_json_put(json, "profile", subject->label);
	aac_json_put(json, "namespace", subject->space);
	put_containers(json, subject);
	aac_json_number(json, "records", denied->count);
	aac_json_put(json, "operation", denied->operation);
	aac_json_put(json, "comm", denied->comm);
	aac_json_put(json, "info", denied->info);
	aac_json_bool(json, "complain_mode", denied->learned);
	aac_json_put(json, "reason", aac_explained_reason(subject, answer));
	if (subject->compiled.blob)
		aac_ruling_json_by(json, all->scratch, &subject->compiled,
				   denied->attempt, &answer->ruling, &answer->deciding);
	else
		put_unasked(json, denied->attempt->text);
	put_cure(json, all, answer);
	aac_json_end(json, '}');
}

void aac_explain_json(const struct aac_explanation *all, struct buf *out)
{
	struct aac_json json = { .out = out };

	aac_json_begin(&json, NULL, '[');
	for (struct aac_subject *s = all->head; s; s = s->next)
		for (const struct aac_explained *a = s->answers.head; a; a = a->next)
			put_answer(&json, all, s, a);
	aac_json_end(&json, ']');
}
