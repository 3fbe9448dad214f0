/*
 * What lint has found, for people and for programs.  Not obvious: for people a finding is
 * a diagnostic like all others; for programs it is an element of the result, and so is
 * what is wrong with the input, since a text that cannot be read in full still has
 * findings.
 */
#include <string.h>

#include "base/arena.h"
#include "base/suggest.h"
#include "cli/json_writer.h"
#include "cli/lint.h"
#include "cli/place.h"
#include "cli/run.h"
#include "cli/selection.h"
#include "cli/text.h"

#define WIDTH 80

static const char *const severities[] = {
	[AAC_NOTE] = "note",
	[AAC_WARNING] = "warning",
	[AAC_ERROR] = "error",
};

enum aac_severity aac_linting_severity(const struct aac_run *run,
				       const struct aac_lint_finding *finding)
{
	if (!finding->check)
		return finding->diag->severity;
	return aac_option_given(run->opts, AAC_OPT_STRICT) ? AAC_ERROR
							   : finding->check->severity;
}

/* ---- explain ----------------------------------------------------------------------- */

static void put_example(struct buf *out, const char *title, const char *text)
{
	buf_printf(out, "\n%s\n\n", title);
	while (*text) {
		size_t len = strcspn(text, "\n");

		buf_printf(out, "    %.*s\n", (int)len, text);
		text += len + (text[len] == '\n');
	}
}

static void explain_text(struct aac_run *run, const struct aac_check *check)
{
	struct buf *out = &run->out;

	buf_printf(out, "%s (%s): ", check->slug, severities[check->severity]);
	aac_put_wrapped(out, check->summary, 4, WIDTH);
	buf_puts(out, "\n\n");
	aac_put_wrapped(out, check->rationale, 0, WIDTH);
	buf_puts(out, "\n\nCure: ");
	aac_put_wrapped(out, check->cure, 6, WIDTH);
	buf_putc(out, '\n');
	if (check->diag)
		buf_printf(out, "\nOther commands report it as [%s].\n", check->diag);
	if (check->also)
		buf_printf(out, "\nAn accept of '%s' settles it, too.\n", check->also);
	put_example(out, "It finds something here:", check->bad);
	put_example(out, "And nothing here:", check->good);
}

static void explain_json(struct aac_run *run, const struct aac_check *check)
{
	struct aac_json json = { .out = &run->out };

	aac_json_begin(&json, NULL, '{');
	aac_json_put(&json, "slug", check->slug);
	aac_json_put(&json, "severity", severities[check->severity]);
	aac_json_put(&json, "summary", check->summary);
	aac_json_put(&json, "rationale", check->rationale);
	aac_json_put(&json, "cure", check->cure);
	aac_json_bool(&json, "compiled", check->compiled);
	aac_json_put(&json, "language",
		     check->dialect == AAC_LINT_RULES ? "aaf" : "apparmor");
	aac_json_put(&json, "bad", check->bad);
	aac_json_put(&json, "good", check->good);
	aac_json_put(&json, "options", check->options);
	aac_json_end(&json, '}');
}

bool aac_linting_explain(struct aac_run *run, const char *named)
{
	const struct aac_check *check = aac_check_find(named);
	struct suggest suggest = { .word = named };

	if (check && run->opts->json)
		explain_json(run, check);
	else if (check)
		explain_text(run, check);
	if (check)
		return true;
	for (size_t i = 0; i < aac_check_count; i++)
		suggest_offer(&suggest, aac_checks[i]->slug);
	if (aac_slug_known(named))
		run->usage = arena_printf(run->arena,
					  "'%s' is a diagnostic and no check of lint; "
					  "'list checks' says what it means",
					  named);
	else if (suggest_best(&suggest))
		run->usage = arena_printf(run->arena,
					  "there is no check '%s'; did you mean '%s'?",
					  named, suggest_best(&suggest));
	else
		run->usage = arena_printf(
			run->arena, "there is no check '%s'; 'list checks' names them",
			named);
	return false;
}

/* ---- text -------------------------------------------------------------------------- */

static void report(struct aac_linting *l, const struct aac_lint_finding *finding)
{
	struct aac_diags *diags = &l->run->diags;
	const struct aac_diag *found = finding->diag;
	enum aac_severity severity = aac_linting_severity(l->run, finding);
	struct aac_diag *diag = aac_report(diags, severity, found->slug, found->span,
					   "%s", found->message);

	if (found->hint)
		aac_hint(diags, diag, "%s", found->hint);
	for (const struct aac_diag *n = found->notes; n; n = n->next)
		aac_note(diags, diag, n->span, "%s", n->message);
	l->run->findings += severity == AAC_ERROR;
}

static void put_accepted(struct aac_linting *l, const struct aac_lint_finding *finding)
{
	struct buf *out = &l->run->out;

	buf_printf(out, "accepted   %s: %s: ",
		   aac_place_text(l->run->arena, finding->diag->span),
		   finding->diag->slug);
	aac_put_safe(out, finding->accept->reason);
	buf_putc(out, '\n');
}

static void print_text(struct aac_linting *l, const struct aac_lint_finding *findings,
		       size_t count)
{
	struct aac_run *run = l->run;
	size_t accepted = 0, found = 0;

	for (size_t i = 0; i < count; i++) {
		if (!findings[i].accept && findings[i].check)
			report(l, &findings[i]);
		found += !findings[i].accept;
		if (!findings[i].accept)
			continue;
		accepted++;
		if (aac_option_given(run->opts, AAC_OPT_VERBOSE))
			put_accepted(l, &findings[i]);
	}
	if (found == 0 && aac_option_given(run->opts, AAC_OPT_QUIET))
		return;
	buf_printf(&run->out, "%s", aac_count_text(run->arena, found, "finding"));
	if (accepted)
		buf_printf(&run->out, ", %zu more accepted", accepted);
	buf_putc(&run->out, '\n');
}

/* ---- JSON -------------------------------------------------------------------------- */

static void put_place(struct aac_json *json, struct aac_span span, bool whole)
{
	struct aac_place begin = { 0 }, end = { 0 };

	aac_json_put(json, "file", span.source ? span.source->name : NULL);
	if (span.source) {
		begin = aac_source_place(span.source, span.begin);
		end = aac_source_place(span.source, span.end);
	}
	if (!span.source) {
		aac_json_put(json, "line", NULL);
		aac_json_put(json, "column", NULL);
		return;
	}
	aac_json_number(json, "line", begin.line);
	aac_json_number(json, "column", begin.column);
	if (!whole)
		return;
	aac_json_number(json, "end_line", end.line);
	aac_json_number(json, "end_column", end.column);
}

static void put_finding(struct aac_linting *l, struct aac_json *json,
			const struct aac_lint_finding *finding)
{
	const struct aac_diag *diag = finding->diag;

	aac_json_begin(json, NULL, '{');
	aac_json_put(json, "severity", severities[aac_linting_severity(l->run, finding)]);
	aac_json_put(json, "slug", diag->slug);
	aac_json_put(json, "message", diag->message);
	put_place(json, diag->span, true);
	aac_json_put(json, "hint", diag->hint);
	aac_json_begin(json, "notes", '[');
	for (const struct aac_diag *n = diag->notes; n; n = n->next) {
		aac_json_begin(json, NULL, '{');
		put_place(json, n->span, false);
		aac_json_put(json, "message", n->message);
		aac_json_end(json, '}');
	}
	aac_json_end(json, ']');
	aac_json_put(json, "fragment", finding->fragment);
	aac_json_put(json, "profile", finding->profile);
	aac_json_put(json, "accepted", finding->accept ? finding->accept->reason : NULL);
	aac_json_end(json, '}');
}

static void print_json(struct aac_linting *l, const struct aac_lint_finding *findings,
		       size_t count)
{
	struct aac_json json = { .out = &l->run->out };

	aac_json_begin(&json, NULL, '[');
	for (size_t i = 0; i < count; i++)
		put_finding(l, &json, &findings[i]);
	aac_json_end(&json, ']');
}

/* ---- all --------------------------------------------------------------------------- */

/* What is wrong with a text, as a finding of no check. */
static const struct aac_lint_finding *with_faults(struct aac_linting *l, size_t *count)
{
	const struct aac_diag *d = l->run->diags.head;

	for (; d; d = d->next) {
		struct aac_lint_finding *fault;

		if (!d->span.source || d->severity == AAC_NOTE)
			continue;
		fault = ARENA_NEW(l->run->arena, struct aac_lint_finding);
		fault->diag = d;
		if (l->lint.last)
			l->lint.last->next = fault;
		else
			l->lint.head = fault;
		l->lint.last = fault;
	}
	return aac_lint_sorted(&l->lint, count);
}

void aac_linting_print(struct aac_linting *l)
{
	struct aac_run *run = l->run;
	size_t count;
	const struct aac_lint_finding *findings =
		run->opts->format == AAC_FORMAT_TEXT ? aac_lint_sorted(&l->lint, &count)
						     : with_faults(l, &count);

	for (size_t i = 0; i < count; i++)
		run->no |= findings[i].check && !findings[i].accept &&
			   aac_linting_severity(run, &findings[i]) != AAC_NOTE;
	if (run->opts->format == AAC_FORMAT_TEXT)
		print_text(l, findings, count);
	else if (run->opts->json)
		print_json(l, findings, count);
	else
		aac_linting_sarif(l, findings, count);
	/* Nobody else prints a result where something is wrong. */
	if (aac_run_ok(run) || run->refused)
		return;
	aac_result_print(&run->out);
	run->out.len = 0;
}
