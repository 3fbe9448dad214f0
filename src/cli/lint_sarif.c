/*
 * Findings as SARIF 2.1.0 (OASIS), for code-scanning services: the checks as rules, each
 * finding with its region, its accept as a suppression, and a fingerprint that stays when
 * lines are put in above it.  Not obvious: SARIF's columns count characters here, not
 * bytes, and its places are relative URIs, so that a service finds the file in a clone.
 */
#include "config.h"

#include <limits.h>
#include <string.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/digest.h"
#include "cli/json_writer.h"
#include "cli/lint.h"
#include "cli/place.h"
#include "cli/run.h"

#define SCHEMA "https://json.schemastore.org/sarif-2.1.0.json"
#define ROOT "%SRCROOT%"

struct sarif {
	struct aac_linting *l;
	struct aac_json json;
	struct map rules;	 /* slug -> index + 1 */
	struct map fingerprints; /* -> how many had the same so far */
};

/* ---- rules ------------------------------------------------------------------------- */

static const char *level_of(enum aac_severity severity)
{
	return severity == AAC_ERROR	 ? "error"
	       : severity == AAC_WARNING ? "warning"
					 : "note";
}

static void put_message(struct aac_json *json, const char *key, const char *text)
{
	aac_json_begin(json, key, '{');
	aac_json_put(json, "text", text);
	aac_json_end(json, '}');
}

static void add_rule(struct sarif *s, const char *slug)
{
	map_add(&s->rules, slug, strlen(slug), (void *)(s->rules.count + 1));
}

static void put_check(struct sarif *s, const struct aac_check *check)
{
	struct aac_json *json = &s->json;
	struct arena *arena = s->l->run->arena;

	add_rule(s, check->slug);
	aac_json_begin(json, NULL, '{');
	aac_json_put(json, "id", check->slug);
	put_message(json, "shortDescription", check->summary);
	put_message(json, "fullDescription", check->rationale);
	aac_json_begin(json, "help", '{');
	aac_json_put(json, "text",
		     arena_printf(arena, "%s\n\nCure: %s\n\nIt finds something in:\n\n%s",
				  check->rationale, check->cure, check->bad));
	aac_json_put(json, "markdown",
		     arena_printf(arena,
				  "%s\n\n**Cure:** %s\n\nIt finds something here:\n\n"
				  "```\n%s```\n\nAnd nothing here:\n\n```\n%s```\n",
				  check->rationale, check->cure, check->bad,
				  check->good));
	aac_json_end(json, '}');
	aac_json_begin(json, "defaultConfiguration", '{');
	aac_json_put(json, "level", level_of(check->severity));
	aac_json_end(json, '}');
	aac_json_end(json, '}');
}

/* A diagnostic that is no check: the text is wrong. */
static void put_fault(struct sarif *s, const struct aac_lint_finding *finding)
{
	struct aac_json *json = &s->json;

	if (finding->check || map_get_str(&s->rules, finding->diag->slug))
		return;
	add_rule(s, finding->diag->slug);
	aac_json_begin(json, NULL, '{');
	aac_json_put(json, "id", finding->diag->slug);
	aac_json_begin(json, "defaultConfiguration", '{');
	aac_json_put(json, "level", level_of(finding->diag->severity));
	aac_json_end(json, '}');
	aac_json_end(json, '}');
}

static void put_driver(struct sarif *s, const struct aac_lint_finding *findings,
		       size_t count)
{
	struct aac_json *json = &s->json;

	aac_json_begin(json, "tool", '{');
	aac_json_begin(json, "driver", '{');
	aac_json_put(json, "name", "aa-compose");
	aac_json_put(json, "version", PACKAGE_VERSION);
	aac_json_begin(json, "rules", '[');
	for (size_t i = 0; i < aac_check_count; i++)
		put_check(s, aac_checks[i]);
	for (size_t i = 0; i < count; i++)
		put_fault(s, &findings[i]);
	aac_json_end(json, ']');
	aac_json_end(json, '}');
	aac_json_end(json, '}');
}

/* ---- places ------------------------------------------------------------------------ */

/* NAME as the path of a URI; from the current folder where it lies in there. */
static const char *uri_of(struct arena *arena, const char *name, bool *relative)
{
	static const char plain[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
				    "0123456789-._~/";
	char here[PATH_MAX];
	CLEANUP_BUF out = { 0 };
	size_t len;

	if (*name == '/' && getcwd(here, sizeof(here))) {
		len = strlen(here);
		if (strncmp(name, here, len) == 0 && name[len] == '/')
			name += len + 1;
	}
	while (strncmp(name, "./", 2) == 0)
		name += 2;
	*relative = *name != '/';
	if (!*relative)
		buf_puts(&out, "file://");
	for (; *name; name++)
		if (strchr(plain, *name))
			buf_putc(&out, *name);
		else
			buf_printf(&out, "%%%02X", (unsigned char)*name);
	return arena_strdup(arena, buf_str(&out));
}

/* Characters up to OFFSET in its line, from 1. */
static size_t column_of(const struct aac_source *source, uint32_t offset)
{
	struct aac_place place = aac_source_place(source, offset);
	size_t column = 1;

	for (uint32_t i = offset - (place.column - 1); i < offset; i++)
		column += ((unsigned char)source->text[i] & 0xc0) != 0x80;
	return column;
}

static void put_location(struct sarif *s, struct aac_span span, const char *message,
			 size_t id)
{
	struct aac_json *json = &s->json;
	const struct aac_source *source = span.source;
	const char *uri;
	bool relative;

	aac_json_begin(json, NULL, '{');
	if (id)
		aac_json_number(json, "id", id);
	aac_json_begin(json, "physicalLocation", '{');
	uri = uri_of(s->l->run->arena, source->name, &relative);
	aac_json_begin(json, "artifactLocation", '{');
	aac_json_put(json, "uri", uri);
	if (relative)
		aac_json_put(json, "uriBaseId", ROOT);
	aac_json_end(json, '}');
	aac_json_begin(json, "region", '{');
	aac_json_number(json, "startLine", aac_source_place(source, span.begin).line);
	aac_json_number(json, "startColumn", column_of(source, span.begin));
	aac_json_number(json, "endLine", aac_source_place(source, span.end).line);
	aac_json_number(json, "endColumn", column_of(source, span.end));
	aac_json_end(json, '}');
	aac_json_end(json, '}');
	if (message)
		put_message(json, "message", message);
	aac_json_end(json, '}');
}

/* ---- results ----------------------------------------------------------------------- */

/* Of the check, the file's name and the text at the place, not of the line's number. */
static const char *fingerprint(struct sarif *s, const struct aac_diag *diag)
{
	struct arena *arena = s->l->run->arena;
	const char *text = aac_span_text(arena, diag->span);
	const char *all = arena_printf(
		arena, "%s\n%s\n%s\n%s", diag->slug,
		diag->span.source ? diag->span.source->logical : "", text, diag->message);
	struct digest digest = digest_bytes(all, strlen(all));
	const char *hex = arena_strndup(arena, digest.hex, 32);
	void **count = map_slot(&s->fingerprints, hex, 32);

	*count = (void *)((size_t)*count + 1);
	return arena_printf(arena, "%s:%zu", hex, (size_t)*count);
}

static void put_suppression(struct sarif *s, const struct aac_accept *accept)
{
	struct aac_json *json = &s->json;

	aac_json_begin(json, "suppressions", '[');
	if (accept) {
		aac_json_begin(json, NULL, '{');
		aac_json_put(json, "kind", "inSource");
		aac_json_put(json, "justification", accept->reason);
		aac_json_end(json, '}');
	}
	aac_json_end(json, ']');
}

static void put_notes(struct sarif *s, const struct aac_diag *diag)
{
	size_t id = 0;

	aac_json_begin(&s->json, "relatedLocations", '[');
	for (const struct aac_diag *n = diag->notes; n; n = n->next)
		if (n->span.source)
			put_location(s, n->span, n->message, ++id);
	aac_json_end(&s->json, ']');
}

static void put_result(struct sarif *s, const struct aac_lint_finding *finding)
{
	struct aac_json *json = &s->json;
	struct arena *arena = s->l->run->arena;
	const struct aac_diag *diag = finding->diag;

	aac_json_begin(json, NULL, '{');
	aac_json_put(json, "ruleId", diag->slug);
	aac_json_number(json, "ruleIndex",
			(size_t)map_get_str(&s->rules, diag->slug) - 1);
	aac_json_put(json, "level", level_of(aac_linting_severity(s->l->run, finding)));
	put_message(json, "message",
		    diag->hint ? arena_printf(arena, "%s. Cure: %s", diag->message,
					      diag->hint)
			       : diag->message);
	aac_json_begin(json, "locations", '[');
	if (diag->span.source)
		put_location(s, diag->span, NULL, 0);
	aac_json_end(json, ']');
	put_notes(s, diag);
	aac_json_begin(json, "partialFingerprints", '{');
	aac_json_put(json, "aaComposeLint/v1", fingerprint(s, diag));
	aac_json_end(json, '}');
	put_suppression(s, finding->accept);
	aac_json_end(json, '}');
}

void aac_linting_sarif(struct aac_linting *l, const struct aac_lint_finding *findings,
		       size_t count)
{
	struct sarif s = { .l = l, .json = { .out = &l->run->out } };
	struct aac_json *json = &s.json;

	aac_json_begin(json, NULL, '{');
	aac_json_put(json, "$schema", SCHEMA);
	aac_json_put(json, "version", "2.1.0");
	aac_json_begin(json, "runs", '[');
	aac_json_begin(json, NULL, '{');
	put_driver(&s, findings, count);
	aac_json_begin(json, "invocations", '[');
	aac_json_begin(json, NULL, '{');
	aac_json_bool(json, "executionSuccessful", !l->run->refused);
	aac_json_end(json, '}');
	aac_json_end(json, ']');
	aac_json_begin(json, "originalUriBaseIds", '{');
	aac_json_begin(json, ROOT, '{');
	put_message(json, "description", "the folder that aa-compose ran in");
	aac_json_end(json, '}');
	aac_json_end(json, '}');
	aac_json_put(json, "columnKind", "unicodeCodePoints");
	aac_json_begin(json, "results", '[');
	for (size_t i = 0; i < count; i++)
		put_result(&s, &findings[i]);
	aac_json_end(json, ']');
	aac_json_end(json, '}');
	aac_json_end(json, ']');
	aac_json_end(json, '}');
	map_fini(&s.rules);
	map_fini(&s.fingerprints);
}
