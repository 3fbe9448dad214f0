/*
 * The outcomes of tests for programs: a JSON list of findings, TAP, JUnit's XML.  It
 * takes the outcomes of one profile after the other and appends to a buffer.  Not
 * obvious: names and texts come from rule files and containers, so each form escapes
 * whatever would end a word of its own.
 */
#include "cli/expects_format.h"

#include <string.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/buf.h"
#include "cli/place.h"
#include "cli/ruling_text.h"
#include "cli/run.h"
#include "cli/text.h"
#include "core/json_text.h"

/* What is wrong with OUTCOME, as a value of its own. */
static const struct aac_diag *blame(struct aac_expects *all, struct aac_trial *trial,
				    const struct aac_tried *outcome)
{
	struct aac_diags alone;

	aac_diags_init(&alone, trial->scratch);
	return aac_expect_blame(all, trial, outcome, &alone);
}

/* ---- JSON -------------------------------------------------------------------------- */

static void put_notes_json(struct aac_json *json, const struct aac_diag *diag)
{
	aac_json_begin(json, "notes", '[');
	for (const struct aac_diag *note = diag ? diag->notes : NULL; note;
	     note = note->next) {
		aac_json_begin(json, NULL, '{');
		aac_json_place(json, note->span);
		if (note->span.source)
			aac_json_number(
				json, "column",
				aac_source_place(note->span.source, note->span.begin)
					.column);
		else
			aac_json_put(json, "column", NULL);
		aac_json_put(json, "message", note->message);
		aac_json_end(json, '}');
	}
	aac_json_end(json, ']');
}

/* The keys of a diagnostic; DIAG is NULL for what held. */
static void put_diag_json(struct aac_json *json, const struct aac_tried *outcome,
			  const struct aac_diag *diag)
{
	struct aac_span span = outcome->expect->span;
	struct aac_place begin = aac_source_place(span.source, span.begin);
	struct aac_place end = aac_source_place(span.source, span.end);

	aac_json_put(json, "severity", diag ? "error" : "note");
	aac_json_put(json, "slug", diag ? diag->slug : "expect-held");
	aac_json_put(json, "message", diag ? diag->message : "this holds");
	aac_json_put(json, "file", span.source->name);
	aac_json_number(json, "line", begin.line);
	aac_json_number(json, "column", begin.column);
	aac_json_number(json, "end_line", end.line);
	aac_json_number(json, "end_column", end.column);
	aac_json_put(json, "hint", diag ? diag->hint : NULL);
	put_notes_json(json, diag);
}

static void put_values_json(struct aac_json *json, const struct aac_expect *expect)
{
	aac_json_begin(json, "values", '{');
	for (const struct aac_used *used = expect->used; used; used = used->next)
		aac_json_raw(json, used->name, used->value);
	aac_json_end(json, '}');
}

static void put_outcome_json(struct aac_expects *all, struct aac_trial *trial,
			     const struct aac_tried *outcome)
{
	struct aac_json *json = &((struct aac_outcomes *)all->env)->json;
	struct aac_deciding deciding = { 0 };
	const struct aac_diag *diag = NULL;

	if (!outcome->held) {
		diag = blame(all, trial, outcome);
		if (aac_expects_may_search(all, trial))
			deciding = aac_expect_rule(trial, outcome);
	}
	aac_json_begin(json, NULL, '{');
	put_diag_json(json, outcome, diag);
	aac_json_put(json, "profile", trial->compiled.name);
	aac_json_put(json, "fragment", outcome->expect->section);
	aac_json_put(json, "expect", aac_expect_verdict(outcome->expect));
	aac_json_bool(json, "held", outcome->held);
	put_values_json(json, outcome->expect);
	aac_ruling_json_by(json, trial->scratch, &trial->compiled, outcome->attempt,
			   outcome->ruling, &deciding);
	aac_json_end(json, '}');
}

static void begin_json(struct aac_expects *all)
{
	struct aac_outcomes *outcomes = all->env;

	outcomes->json = (struct aac_json){ .out = &outcomes->body };
	aac_json_begin(&outcomes->json, NULL, '[');
}

static void tell_json(struct aac_expects *all, struct aac_trial *trial)
{
	bool held = aac_option_given(all->run->opts, AAC_OPT_VERBOSE);

	for (size_t i = 0; i < trial->count; i++)
		if (held || !trial->outcomes[i].held)
			put_outcome_json(all, trial, &trial->outcomes[i]);
}

static void end_json(struct aac_expects *all, struct buf *out)
{
	struct aac_outcomes *outcomes = all->env;

	aac_json_end(&outcomes->json, ']');
	buf_putn(out, buf_str(&outcomes->body), outcomes->body.len);
}

/* ---- words of the other forms ------------------------------------------------------ */

static const char *place_of(struct arena *arena, struct aac_span span)
{
	return span.source ? aac_place_text(arena, span) : "";
}

/* "deny file /x w". */
static const char *title(struct arena *arena, const struct aac_tried *outcome)
{
	return arena_printf(arena, "%s %s", aac_expect_verdict(outcome->expect),
			    outcome->attempt->text);
}

/* The hint and the notes, a line each. */
static void put_details(struct buf *out, struct arena *arena, const struct aac_diag *diag)
{
	if (diag->hint)
		buf_printf(out, "hint: %s\n", diag->hint);
	for (const struct aac_diag *note = diag->notes; note; note = note->next)
		buf_printf(out, "%s%s%s\n", place_of(arena, note->span),
			   note->span.source ? ": " : "", note->message);
}

/* ---- TAP --------------------------------------------------------------------------- */

/* '#' begins a directive, '\' escapes. */
static void put_tap_text(struct buf *out, const char *text)
{
	CLEANUP_BUF safe = { 0 };

	aac_put_safe(&safe, text);
	for (size_t i = 0; i < safe.len; i++) {
		if (strchr("#\\", safe.data[i]))
			buf_putc(out, '\\');
		buf_putc(out, safe.data[i]);
	}
}

static void put_yaml(struct buf *out, const char *lead, const char *text)
{
	CLEANUP_BUF safe = { 0 };

	aac_put_safe(&safe, text);
	buf_printf(out, "  %s ", lead);
	aac_json_text(out, buf_str(&safe));
	buf_putc(out, '\n');
}

static void put_tap_blame(struct buf *out, struct arena *arena,
			  const struct aac_diag *diag)
{
	buf_puts(out, "  ---\n");
	put_yaml(out, "message:", diag->message);
	put_yaml(out, "severity:", "fail");
	put_yaml(out, "at:", place_of(arena, diag->span));
	if (diag->hint)
		put_yaml(out, "hint:", diag->hint);
	if (diag->notes)
		buf_puts(out, "  notes:\n");
	for (const struct aac_diag *note = diag->notes; note; note = note->next) {
		const char *at = place_of(arena, note->span);

		put_yaml(out, "  -",
			 arena_printf(arena, "%s%s%s", at, *at ? ": " : "",
				      note->message));
	}
	buf_puts(out, "  ...\n");
}

static void tell_tap(struct aac_expects *all, struct aac_trial *trial)
{
	struct aac_outcomes *outcomes = all->env;
	struct buf *out = &outcomes->body;
	struct arena *arena = trial->scratch;

	for (size_t i = 0; i < trial->count; i++) {
		const struct aac_tried *outcome = &trial->outcomes[i];

		buf_printf(out, "%sok %zu - ", outcome->held ? "" : "not ",
			   ++outcomes->number);
		put_tap_text(out, arena_printf(arena, "%s: %s (%s)", trial->compiled.name,
					       title(arena, outcome),
					       place_of(arena, outcome->expect->span)));
		buf_putc(out, '\n');
		if (!outcome->held)
			put_tap_blame(out, arena, blame(all, trial, outcome));
	}
}

static void end_tap(struct aac_expects *all, struct buf *out)
{
	struct aac_outcomes *outcomes = all->env;

	buf_printf(out, "TAP version 13\n1..%zu%s\n", outcomes->number,
		   outcomes->number ? "" : " # SKIP nothing is expected");
	buf_putn(out, buf_str(&outcomes->body), outcomes->body.len);
}

/* ---- JUnit ------------------------------------------------------------------------- */

/* Text of an element or an attribute: what XML reserves as entities, and what it cannot
 * hold at all made visible.  Newlines stay. */
static void put_xml(struct buf *out, const char *text)
{
	static const char reserved[] = "&<>\"'";
	static const char *const entities[] = { "&amp;", "&lt;", "&gt;", "&quot;",
						"&apos;" };
	CLEANUP_BUF safe = { 0 };

	for (; *text; text += strcspn(text, "\n") + (text[strcspn(text, "\n")] == '\n')) {
		CLEANUP_BUF line = { 0 };

		buf_putn(&line, text, strcspn(text, "\n"));
		aac_put_safe(&safe, buf_str(&line));
		if (text[strcspn(text, "\n")])
			buf_putc(&safe, '\n');
	}
	for (size_t i = 0; i < safe.len; i++) {
		const char *found = strchr(reserved, safe.data[i]);

		if (found && *found)
			buf_puts(out, entities[found - reserved]);
		else
			buf_putc(out, safe.data[i]);
	}
}

static void put_attribute(struct buf *out, const char *name, const char *text)
{
	buf_printf(out, " %s=\"", name);
	put_xml(out, text);
	buf_putc(out, '"');
}

static void put_case(struct buf *out, struct aac_expects *all, struct aac_trial *trial,
		     const struct aac_tried *outcome)
{
	struct aac_span span = outcome->expect->span;
	struct arena *arena = trial->scratch;
	const struct aac_diag *diag;
	CLEANUP_BUF details = { 0 };

	buf_puts(out, "    <testcase");
	put_attribute(out, "classname",
		      arena_printf(arena, "%s.%s", trial->compiled.name,
				   outcome->expect->section));
	put_attribute(out, "name", title(arena, outcome));
	put_attribute(out, "file", span.source->name);
	buf_printf(out, " line=\"%u\"", aac_source_place(span.source, span.begin).line);
	if (outcome->held) {
		buf_puts(out, "/>\n");
		return;
	}
	diag = blame(all, trial, outcome);
	buf_puts(out, ">\n      <failure");
	put_attribute(out, "type", diag->slug);
	put_attribute(out, "message", diag->message);
	buf_putc(out, '>');
	buf_printf(&details, "%s: %s\n", place_of(arena, span), diag->message);
	put_details(&details, arena, diag);
	put_xml(out, buf_str(&details));
	buf_puts(out, "</failure>\n    </testcase>\n");
}

static void tell_junit(struct aac_expects *all, struct aac_trial *trial)
{
	struct buf *out = &((struct aac_outcomes *)all->env)->body;

	buf_puts(out, "  <testsuite");
	put_attribute(out, "name", trial->compiled.name);
	buf_printf(out, " tests=\"%zu\" failures=\"%zu\" errors=\"0\" skipped=\"0\">\n",
		   trial->count, trial->failed);
	for (size_t i = 0; i < trial->count; i++)
		put_case(out, all, trial, &trial->outcomes[i]);
	buf_puts(out, "  </testsuite>\n");
}

static void end_junit(struct aac_expects *all, struct buf *out)
{
	struct aac_outcomes *outcomes = all->env;

	buf_printf(out,
		   "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites "
		   "name=\"aa-compose\" tests=\"%zu\" failures=\"%zu\" errors=\"0\">\n",
		   all->count, all->failed);
	buf_putn(out, buf_str(&outcomes->body), outcomes->body.len);
	buf_puts(out, "</testsuites>\n");
}

/* ---- text -------------------------------------------------------------------------- */

/* With -v what held, and always what did not. */
static void tell_text(struct aac_expects *all, struct aac_trial *trial)
{
	struct buf *out = &((struct aac_outcomes *)all->env)->body;
	struct arena *arena = trial->scratch;
	bool held = aac_option_given(all->run->opts, AAC_OPT_VERBOSE);

	for (size_t i = 0; held && i < trial->count; i++) {
		const struct aac_tried *outcome = &trial->outcomes[i];

		if (!outcome->held)
			continue;
		buf_puts(out, "held  ");
		aac_put_safe(out,
			     arena_printf(arena, "%s: %s: %s",
					  place_of(arena, outcome->expect->span),
					  trial->compiled.name, title(arena, outcome)));
		buf_putc(out, '\n');
	}
	aac_expects_report(all, trial);
}

static void end_text(struct aac_expects *all, struct buf *out)
{
	const struct aac_options *opts = all->run->opts;
	struct aac_outcomes *outcomes = all->env;
	struct aac_diag_style style = {
		.color = aac_term_color(opts->color, STDOUT_FILENO),
		.verbose = true,
	};

	buf_putn(out, buf_str(&outcomes->body), outcomes->body.len);
	aac_diags_render(all->diags, &style, out);
}

static void begin_nothing(struct aac_expects *all)
{
	(void)all;
}

const struct aac_outcome_form aac_outcome_forms[AAC_FORMAT_COUNT] = {
	[AAC_FORMAT_TEXT] = { tell_text, begin_nothing, end_text },
	[AAC_FORMAT_JSON] = { tell_json, begin_json, end_json },
	[AAC_FORMAT_TAP] = { tell_tap, begin_nothing, end_tap },
	[AAC_FORMAT_JUNIT] = { tell_junit, begin_nothing, end_junit },
};
