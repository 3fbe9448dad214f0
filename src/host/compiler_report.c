/*
 * The parser's messages come home.  It knows the text that it was given, the user knows
 * the fragments: a message with a line is reported where the rule of that line was
 * written, one that only quotes a rule where a rule with that text was; one in an
 * included file names that file, with the include as a note.  What cannot be placed
 * names the profile.
 *
 * No message is lost: a line that nobody understands is shown when the parser has
 * failed.
 */
#include <string.h>

#include "base/arena.h"
#include "base/macro.h"
#include "core/context.h"
#include "core/diag.h"
#include "core/render.h"
#include "core/rule.h"
#include "core/template.h"
#include "host/compiler_run.h"

struct reporter {
	struct aac_context *ctx;
	const struct aac_compiler_run *run;
	enum aac_check_result result;
	const char *before;   /* the first half of a message in two lines, or NULL */
	unsigned int classes; /* of the gate, bit by bit */
	size_t unknown;	      /* lines that nobody understands */
};

#define UNKNOWN_MAX 4

static void worsen(struct reporter *r, enum aac_check_result result)
{
	if (result > r->result)
		r->result = result;
}

static bool starts_with(const char *text, const char *start)
{
	return strncmp(text, start, strlen(start)) == 0;
}

/* ---- finding the rule ------------------------------------------------------- */

static struct aac_span find_span(const struct reporter *r, size_t line)
{
	const struct aac_profile_text *text = r->run->text;
	const struct aac_line *at =
		line <= text->line_count ? &text->lines[line - 1] : NULL;

	if (at && at->grant && at->grant->origins)
		return at->grant->origins->span;
	if (at && at->frame && strstr(at->frame->text, "@FLAGS@") && text->policy->decl &&
	    text->policy->decl->decl->flags_span.source)
		return text->policy->decl->decl->flags_span;
	if (at && at->frame)
		return at->frame->span;
	return (struct aac_span){ 0 };
}

static const struct aac_grant *find_grant(const struct reporter *r, size_t line)
{
	const struct aac_profile_text *text = r->run->text;

	return line <= text->line_count ? text->lines[line - 1].grant : NULL;
}

static bool ends_word(char c)
{
	return !c || strchr(" \t,\"()<>", c);
}

/* Does TEXT hold WORD between white space, quotes, or commas? */
static bool holds_word(const char *text, const char *word)
{
	size_t len = strlen(word);

	for (const char *at = text; (at = strstr(at, word)); at++)
		if ((at == text || ends_word(at[-1])) && ends_word(at[len]))
			return true;
	return false;
}

/* The next grant after *LINE (0 at first) whose rule holds WORD. */
static const struct aac_grant *next_grant(const struct reporter *r, const char *word,
					  bool whole, size_t *line)
{
	const struct aac_profile_text *text = r->run->text;

	while (*line < text->line_count) {
		const struct aac_grant *grant = text->lines[(*line)++].grant;

		if (grant && grant->rule->text &&
		    (whole ? holds_word(grant->rule->text, word)
			   : strstr(grant->rule->text, word) != NULL))
			return grant;
	}
	return NULL;
}

/* The include that names FILE: one whose path is the end of FILE's. */
static const struct aac_grant *find_include(const struct reporter *r, const char *file)
{
	const struct aac_profile_text *text = r->run->text;

	for (size_t i = 0; i < text->line_count; i++) {
		const struct aac_grant *grant = text->lines[i].grant;
		const char *path;
		size_t len, all = strlen(file);

		if (!grant || grant->rule->kind->id != AAC_KIND_INCLUDE ||
		    !grant->rule->text)
			continue;
		path = strpbrk(grant->rule->text, "<\"");
		len = path ? strcspn(path + 1, ">\"") : 0;
		if (len > 0 && len < all && file[all - len - 1] == '/' &&
		    strncmp(file + all - len, path + 1, len) == 0)
			return grant;
	}
	return NULL;
}

/* ---- reporting -------------------------------------------------------------- */

static void note_once(struct reporter *r, struct aac_diag *diag, struct aac_span span,
		      const char *what)
{
	for (const struct aac_diag *n = diag->notes; n; n = n->next)
		if (n->span.source == span.source && n->span.begin == span.begin)
			return;
	aac_note(r->ctx->diags, diag, span, "%s", what);
}

/* The same rule may come from several places. */
static void note_origins(struct reporter *r, struct aac_diag *diag,
			 const struct aac_grant *grant)
{
	const struct aac_origin *first = grant ? grant->origins : NULL;

	for (const struct aac_origin *o = first ? first->next : NULL; o; o = o->next)
		note_once(r, diag, o->span, "the same rule is written here too");
}

static struct aac_diag *report_at(struct reporter *r, const char *slug,
				  const struct aac_grant *grant, struct aac_span span,
				  const char *message);

/* MESSAGE at the rule that the search finds, or NULL: it finds none. */
static struct aac_diag *report_searched(struct reporter *r, const char *slug,
					const char *message)
{
	const struct aac_search *search = r->run->search;
	const struct aac_grant *rule, *other;
	struct aac_diag *diag;

	if (!search || !aac_compiler_search(r->run->search, r->run, r->run->process))
		return NULL;
	rule = search->rules[0];
	other = search->rules[1];
	if (!rule->origins || !rule->origins->span.source)
		return NULL;
	diag = report_at(r, slug, rule, rule->origins->span, message);
	if (other && other->origins)
		note_once(r, diag, other->origins->span, "and this rule");
	return diag;
}

/* MESSAGE for the whole profile, when no rule of it can be found. */
static struct aac_diag *report_profile(struct reporter *r, const char *slug,
				       const char *message)
{
	struct aac_diag *diag = report_searched(r, slug, message);

	if (diag)
		return diag;
	worsen(r, AAC_CHECK_REFUSED);
	return aac_report(r->ctx->diags, AAC_ERROR, slug, (struct aac_span){ 0 },
			  "profile '%s': %s", r->run->text->policy->name, message);
}

static struct aac_diag *report_at(struct reporter *r, const char *slug,
				  const struct aac_grant *grant, struct aac_span span,
				  const char *message)
{
	struct aac_diag *diag;

	if (!span.source)
		return report_profile(r, slug, message);
	worsen(r, AAC_CHECK_REFUSED);
	diag = aac_report(r->ctx->diags, AAC_ERROR, slug, span, "%s", message);
	note_origins(r, diag, grant);
	return diag;
}

/* MESSAGE is about a rule that holds WORD, if one does; a second one is a note. */
static struct aac_diag *report_quoted(struct reporter *r, const char *word,
				      const char *message)
{
	const struct aac_grant *first = NULL, *second = NULL;
	struct aac_diag *diag;

	for (int whole = 1; whole >= 0 && !first && *word; whole--) {
		size_t line = 0;

		first = next_grant(r, word, whole, &line);
		do
			second = first ? next_grant(r, word, whole, &line) : NULL;
		while (second && second == first);
	}
	if (!first || !first->origins)
		return report_profile(r, "parser-refused", message);
	diag = report_at(r, "parser-refused", first, first->origins->span, message);
	if (second && second->origins)
		note_once(r, diag, second->origins->span, "and this rule");
	return diag;
}

/* ---- includes that are not there -------------------------------------------- */

struct package {
	const char *start; /* of the include's path */
	const char *name;
};

static const struct package packages[] = {
	{ "abstractions/lxc/", "liblxc-common" },
	{ "abi/lxc", "lxc-pve" },
	{ "abi/", "apparmor" },
	{ "tunables/", "apparmor" },
};

static void report_missing(struct reporter *r, const struct aac_located *error,
			   const char *path)
{
	size_t len = strcspn(path, "'");
	const char *name = arena_strndup(r->ctx->arena, path, len);
	const struct aac_grant *grant =
		error->file ? find_include(r, error->file) : find_grant(r, error->line);
	struct aac_span span =
		error->file ? (struct aac_span){ 0 } : find_span(r, error->line);
	struct aac_diag *diag;

	if (error->file && grant && grant->origins)
		span = grant->origins->span;
	diag = report_at(r, "include-missing", grant, span,
			 arena_printf(r->ctx->arena, "there is no '%s' in '%s'%s%s", name,
				      r->run->base, error->file ? ", included by " : "",
				      error->file ? error->file : ""));
	for (size_t i = 0; i < ARRAY_SIZE(packages); i++) {
		if (!starts_with(name, packages[i].start))
			continue;
		/* Not the rule is wrong, the host lacks something. */
		worsen(r, AAC_CHECK_HOST);
		aac_hint(r->ctx->diags, diag, "install it: apt install %s",
			 packages[i].name);
		return;
	}
	aac_hint(r->ctx->diags, diag,
		 "is the name right, and the package installed that brings it?");
}

/* ---- one message ------------------------------------------------------------- */

static void report_included(struct reporter *r, const struct aac_located *error)
{
	const struct aac_grant *grant = find_include(r, error->file);
	struct aac_diag *diag;

	worsen(r, AAC_CHECK_REFUSED);
	diag = aac_report(r->ctx->diags, AAC_ERROR, "parser-refused",
			  (struct aac_span){ 0 }, "%s:%zu: %s", error->file, error->line,
			  error->message);
	if (grant && grant->origins)
		note_once(r, diag, grant->origins->span, "included from here");
}

/* A line that no rule wrote is shown as it is composed: the template, if it wrote it, has
 * placeholders there. */
static void report_located(struct reporter *r, const struct aac_located *error)
{
	const struct aac_profile_text *text = r->run->text;
	const struct aac_grant *grant = find_grant(r, error->line);
	struct aac_span span = find_span(r, error->line);
	const char *line = error->line <= text->line_count ? text->text : NULL;
	const char *message = error->message;
	struct aac_diag *diag;

	for (size_t i = 1; line && i < error->line; i++)
		line += strcspn(line, "\n") + 1;
	if (line && !grant)
		line += strspn(line, " \t");
	if (line && !grant && *line != '\n')
		message = arena_printf(r->ctx->arena, "%s, in the line '%.*s'", message,
				       (int)strcspn(line, "\n"), line);
	diag = report_at(r, "parser-refused", grant, span, message);
	if (!grant && span.source)
		aac_hint(
			r->ctx->diags, diag,
			"the template has this line; the parser may mean the one before");
}

/* What is wrong with how a variable is declared is said twice, then with the line
 * behind it. */
static bool is_repeated(const struct reporter *r, const char *message)
{
	return r->result != AAC_CHECK_OK && starts_with(message, "variable @{") &&
	       strstr(message, "previously declared");
}

static bool take_error(struct reporter *r, const char *line)
{
	static const char missing[] = "Could not open '";
	struct aac_located error;

	if (!aac_compiler_locate(r->ctx->arena, line, &error))
		return false;
	if (is_repeated(r, error.message))
		return true;
	if (starts_with(error.message, missing))
		report_missing(r, &error, error.message + strlen(missing));
	else if (error.file)
		report_included(r, &error);
	else
		report_located(r, &error);
	return true;
}

/* The text between START and END in LINE, or NULL. */
static const char *between(struct reporter *r, const char *line, const char *start,
			   const char *end)
{
	const char *at = strstr(line, start);
	const char *stop = at ? strstr(at + strlen(start), end) : NULL;

	if (!stop)
		return NULL;
	at += strlen(start);
	return arena_strndup(r->ctx->arena, at, (size_t)(stop - at));
}

/* Messages without a line, which quote a rule or a part of one. */
static bool take_quoting(struct reporter *r, const char *line)
{
	const char *word;

	if (strstr(line, "Regex grouping error: ")) {
		r->before = strstr(line, "Regex grouping error: ");
		return true;
	}
	word = between(r, line, "Unable to parse input line '", "'");
	if (word) {
		report_quoted(r, word, r->before ? r->before : line);
		r->before = NULL;
		return true;
	}
	if (strstr(line, "conflicting x modifiers")) {
		static const char message[] =
			"conflicting x modifiers: exec transitions of rules that match "
			"the same path must be equal";

		/* What it quotes is what it made of several rules, if it quotes any. */
		word = between(r, line, "has merged rule ", " with conflicting");
		if (!report_searched(r, "parser-refused", message))
			report_quoted(r, word ? word : "", message);
		return true;
	}
	word = between(r, line, "reference to variable ", ",");
	if (word) {
		aac_hint(r->ctx->diags,
			 report_quoted(r, arena_printf(r->ctx->arena, "@{%s}", word),
				       arena_printf(r->ctx->arena,
						    "the variable @{%s} is never "
						    "declared",
						    word)),
			 "write 'include <tunables/global>' before the profile, under "
			 "'template raw' in 'preamble { … }'");
		return true;
	}
	return false;
}

/* "ERROR processing regexs for profile X, failed to load": the end of a longer story. */
static bool is_summary(const char *line)
{
	return starts_with(line, "failure expanding variable") ||
	       (starts_with(line, "ERROR ") && strstr(line, " for profile "));
}

static bool take_host(struct reporter *r, const char *line)
{
	if (!strstr(line, "Failed to load kernel features") &&
	    (r->run->code == 0 || !aac_compiler_is_exhausted(line)))
		return false;
	worsen(r, AAC_CHECK_HOST);
	aac_report(r->ctx->diags, AAC_ERROR, "parser-failed", (struct aac_span){ 0 },
		   "apparmor_parser could not work: %s", line);
	return true;
}

/* That change_profile is not audited matters to a rule that asks for it. */
static bool take_audit(struct reporter *r, const char *line)
{
	const struct aac_profile_text *text = r->run->text;

	if (!aac_compiler_is_audit(line, strlen(line)))
		return false;
	for (size_t i = 0; i < text->line_count; i++) {
		const struct aac_grant *grant = text->lines[i].grant;

		if (!grant || !grant->rule->audit || !grant->origins ||
		    grant->rule->kind->id != AAC_KIND_CHANGE_PROFILE)
			continue;
		aac_report(r->ctx->diags, AAC_WARNING, "parser-warning",
			   grant->origins->span,
			   "the kernel does not audit change_profile rules");
		break;
	}
	return true;
}

/* Nobody knows what it means; a parser that prints a thousand of these has said enough
 * with the first ones. */
static void take_unknown(struct reporter *r, const char *line)
{
	bool refuses = r->run->code != 0 || strstr(line, "parser error");

	if (refuses && is_summary(line) && r->result != AAC_CHECK_OK)
		return;
	if (r->unknown++ >= UNKNOWN_MAX)
		return;
	if (refuses)
		report_quoted(r, "", line);
	else
		aac_report(r->ctx->diags, AAC_WARNING, "parser-warning",
			   (struct aac_span){ 0 }, "profile '%s': %s",
			   r->run->text->policy->name, line);
}

static void take_line(struct reporter *r, const char *line)
{
	int class = aac_gate_class(line);

	if (aac_compiler_is_noise(line, strlen(line)))
		return;
	if (class >= 0) {
		r->classes |= 1u << class;
		return;
	}
	if (!take_error(r, line) && !take_host(r, line) && !take_audit(r, line) &&
	    !take_quoting(r, line))
		take_unknown(r, line);
}

static void take_text(struct reporter *r, const char *text, const char *only)
{
	char *rest = arena_strdup(r->ctx->arena, text);

	for (char *line; (line = strsep(&rest, "\n"));) {
		line[strcspn(line, "\r")] = '\0';
		if (!only || strstr(line, only))
			take_line(r, line);
	}
}

static void report_silence(struct reporter *r)
{
	struct aac_diag *diag = report_profile(
		r, "parser-refused", "apparmor_parser refuses it and does not say why");

	aac_hint(r->ctx->diags, diag,
		 "it does so for mount options that contradict each other");
}

enum aac_check_result aac_compiler_report(struct aac_context *ctx,
					  const struct aac_compiler_run *run,
					  struct aac_compiler_gate *gate)
{
	struct reporter r = { .ctx = ctx, .run = run };

	take_text(&r, run->err, NULL);
	/* Also when it takes the wrong stream, and exits with 0. */
	if (r.result == AAC_CHECK_OK)
		take_text(&r, run->out, "parser error");
	if (r.before)
		report_quoted(&r, "", r.before);
	if (r.unknown > UNKNOWN_MAX)
		aac_report(ctx->diags, AAC_NOTE, "parser-warning", (struct aac_span){ 0 },
			   "profile '%s': apparmor_parser said %zu lines more",
			   run->text->policy->name, r.unknown - UNKNOWN_MAX);
	if (run->code != 0 && r.result == AAC_CHECK_OK)
		report_silence(&r);
	worsen(&r, aac_gate_apply(ctx, run, r.classes, gate));
	return r.result;
}
