/*
 * Diagnostics: the queue, the text with its excerpts (long lines, tabs, hostile bytes),
 * floods, JSON, and the order of diag.def.
 */
#include "core/diag.h"

#include <criterion/criterion.h>
#include <jansson.h>
#include <stdint.h>
#include <string.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/macro.h"
#include "core/visible.h"

static struct arena *arena;
static struct aac_diags diags;
static struct buf out;

static void setup(void)
{
	arena = arena_new();
	aac_diags_init(&diags, arena);
}

static void teardown(void)
{
	buf_fini(&out);
	arena_free(arena);
}

TestSuite(diag, .init = setup, .fini = teardown);

static struct aac_span span_of(const char *text, const char *what)
{
	const struct aac_source *source =
		aac_source_new(arena, "rules/gpu.aaf", "gpu.aaf", text, strlen(text));
	uint32_t begin = (uint32_t)(strstr(text, what) - text);

	return (struct aac_span){ source, begin, begin + (uint32_t)strlen(what) };
}

static const char *rendered(struct aac_diag_style style)
{
	buf_clear(&out);
	aac_diags_render(&diags, &style, &out);
	return buf_str(&out);
}

#define PLAIN ((struct aac_diag_style){ .color = false })

static void expect_text(const char *want)
{
	const char *got = rendered(PLAIN);

	cr_assert_str_eq(got, want, "got:\n%s\nwant:\n%s", got, want);
}

Test(diag, text_with_caret_and_hint)
{
	struct aac_span span = span_of("a\n  deny audit mount,\n", "deny audit");
	struct aac_diag *d = aac_report(&diags, AAC_ERROR, "json-syntax", span,
					"'%s' must follow 'audit'", "deny");

	aac_hint(&diags, d, "write '%s'", "audit deny mount …");
	expect_text("rules/gpu.aaf:2:3: error: 'deny' must follow 'audit' [json-syntax]\n"
		    "    2 |   deny audit mount,\n"
		    "      |   ^~~~~~~~~~\n"
		    "   hint: write 'audit deny mount …'\n");
}

Test(diag, notes_have_places_of_their_own)
{
	struct aac_diag *d = aac_report(&diags, AAC_WARNING, "json-syntax",
					span_of("again\n", "again"), "twice");

	aac_note(&diags, d, span_of("x first\n", "first"), "first %s", "here");
	aac_note(&diags, d, (struct aac_span){ 0 }, "nowhere");
	expect_text("rules/gpu.aaf:1:1: warning: twice [json-syntax]\n"
		    "    1 | again\n"
		    "      | ^~~~~\n"
		    "rules/gpu.aaf:1:3: note: first here\n"
		    "    1 | x first\n"
		    "      |   ^~~~~\n"
		    "note: nowhere\n");
}

Test(diag, without_a_place)
{
	aac_report(&diags, AAC_ERROR, "parser-failed", (struct aac_span){ 0 }, "nothing");
	expect_text("error: nothing [parser-failed]\n");
}

Test(diag, tabs_stand_in_both_lines)
{
	aac_report(&diags, AAC_ERROR, "json-syntax", span_of("\ta\tbad,\n", "bad"), "x");
	expect_text("rules/gpu.aaf:1:4: error: x [json-syntax]\n"
		    "    1 | \ta\tbad,\n"
		    "      | \t \t^~~\n");
}

Test(diag, many_lines_underline_the_first)
{
	aac_report(&diags, AAC_ERROR, "json-syntax", span_of("a bc\r\nd e\n", "bc\r\nd"),
		   "x");
	expect_text("rules/gpu.aaf:1:3: error: x [json-syntax]\n"
		    "    1 | a bc\n"
		    "      |   ^~\n");
}

Test(diag, end_of_file)
{
	struct aac_span span = span_of("ab", "b");

	span.begin = span.end;
	aac_report(&diags, AAC_ERROR, "json-syntax", span, "x");
	expect_text("rules/gpu.aaf:1:3: error: x [json-syntax]\n"
		    "    1 | ab\n"
		    "      |   ^\n");
}

Test(diag, hostile_bytes_are_visible)
{
	struct aac_span span = span_of("\033[31m\xff é bad \xe2\x80\xae", "bad");

	aac_report(&diags, AAC_ERROR, "json-syntax", span, "a\nb\033]0;%s", "\x80");
	expect_text("rules/gpu.aaf:1:11: error: a\\x0Ab\\x1B]0;\\x80 [json-syntax]\n"
		    "    1 | \\x1B[31m\\xFF é bad \\xE2\\x80\\xAE\n"
		    "      |                ^~~\n");
}

static size_t longest_line(const char *text)
{
	size_t longest = 0;

	while (*text) {
		size_t len = strcspn(text, "\n");

		longest = len > longest ? len : longest;
		text += len + (text[len] == '\n');
	}
	return longest;
}

Test(diag, long_lines_are_cut_around_the_place)
{
	char *line = arena_printf(arena, "%0*d bad %0*d", 5000, 0, 5000, 0);
	const char *text;

	aac_report(&diags, AAC_ERROR, "json-syntax", span_of(line, "bad"), "x");
	text = rendered(PLAIN);
	cr_assert(longest_line(text) < 130, "%s", text);
	cr_assert_not_null(strstr(text, "| …000"), "%s", text);
	cr_assert_not_null(strstr(text, "0 bad 0"), "%s", text);
	cr_assert_not_null(strstr(text, "000…\n"), "%s", text);
	cr_assert_not_null(strstr(text, " ^~~\n"), "%s", text);
}

Test(diag, caret_stands_below_in_a_cut_line)
{
	char *line = arena_printf(arena, "%0*d bad %0*d", 500, 0, 500, 0);
	const char *text, *excerpt, *caret, *bad;

	aac_report(&diags, AAC_ERROR, "json-syntax", span_of(line, "bad"), "x");
	text = rendered(PLAIN);
	excerpt = strstr(text, "    1 |");
	caret = strstr(text, "      | ");
	bad = strstr(excerpt, "bad");
	/* "…" is three bytes and one column. */
	cr_assert_eq(strchr(caret, '^') - caret, bad - excerpt - 2, "%s", text);
}

Test(diag, escaped_bytes_before_the_caret_are_cut_too)
{
	char *line = arena_strdup(arena, arena_printf(arena, "%0*d bad", 300, 0));

	memset(line, 1, 300);
	aac_report(&diags, AAC_ERROR, "json-syntax", span_of(line, "bad"), "x");
	cr_assert(longest_line(rendered(PLAIN)) < 130);
	cr_assert_not_null(strstr(buf_str(&out), "\\x01 bad\n"), "%s", buf_str(&out));
}

Test(diag, color)
{
	struct aac_diag *d =
		aac_report(&diags, AAC_ERROR, "json-syntax", span_of("bad", "bad"), "x");
	const char *text;

	aac_hint(&diags, d, "cure");
	cr_assert_null(strchr(rendered(PLAIN), '\033'));
	text = rendered((struct aac_diag_style){ .color = true });
	cr_assert_not_null(strstr(text, "\033[1;31merror:\033[0m x"), "%s", text);
}

Test(diag, repeated_once)
{
	struct aac_span span = span_of("bad", "bad");

	for (int i = 0; i < 5; i++) {
		struct aac_diag *d =
			aac_report(&diags, AAC_ERROR, "json-syntax", span, "same");

		aac_note(&diags, d, span, "note");
	}
	aac_report(&diags, AAC_ERROR, "json-syntax", span, "other");
	aac_report(&diags, AAC_ERROR, "parser-failed", span, "same");
	cr_assert_eq(diags.errors, 3u);
	cr_assert_null(diags.head->notes->next);
	cr_assert_null(diags.head->next->next->next);
}

Test(diag, floods_are_counted)
{
	const char *text;

	for (unsigned int i = 0; i < 10000; i++)
		aac_report(&diags, AAC_WARNING, "json-syntax", (struct aac_span){ 0 },
			   "number %u", i);
	aac_report(&diags, AAC_ERROR, "parser-failed", (struct aac_span){ 0 }, "seen");
	text = rendered(PLAIN);
	cr_assert_not_null(strstr(text, "number 9 "));
	cr_assert_null(strstr(text, "number 10 "));
	cr_assert_not_null(strstr(text, "seen"));
	cr_assert_not_null(
		strstr(text, "\n… and 9990 more [json-syntax]; -v shows them all\n"));
	text = rendered((struct aac_diag_style){ .verbose = true });
	cr_assert_not_null(strstr(text, "number 9999 "));
	cr_assert_null(strstr(text, "more ["));
}

Test(diag, errors_never_flood)
{
	for (unsigned int i = 0; i < 30; i++)
		aac_report(&diags, AAC_ERROR, "json-syntax", (struct aac_span){ 0 },
			   "n %u", i);
	cr_assert_not_null(strstr(rendered(PLAIN), "n 29 "));
	cr_assert(aac_diags_full(&diags));
}

Test(diag, quiet_shows_errors_only)
{
	aac_report(&diags, AAC_WARNING, "json-syntax", (struct aac_span){ 0 }, "w");
	aac_report(&diags, AAC_NOTE, "json-syntax", (struct aac_span){ 0 }, "n");
	aac_report(&diags, AAC_ERROR, "json-syntax", (struct aac_span){ 0 }, "e");
	cr_assert_str_eq(rendered((struct aac_diag_style){ .quiet = true }),
			 "error: e [json-syntax]\n");
	cr_assert_eq(diags.warnings, 1u);
	cr_assert_eq(diags.errors, 1u);
}

/* Every slug in the table that strict concerns, and one that it does not. */
Test(diag, strict)
{
	static const struct {
		const char *slug;
		bool strict;
	} rows[] = {
#define DIAG(slug, strict, meaning) { slug, strict },
#include "core/diag.def"
#undef DIAG
	};

	diags.strict = true;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		struct aac_diag *d = aac_report(&diags, AAC_WARNING, rows[i].slug,
						(struct aac_span){ 0 }, "x");

		cr_assert_eq(d->severity, rows[i].strict ? AAC_ERROR : AAC_WARNING, "%s",
			     rows[i].slug);
		cr_assert(aac_slug_known(rows[i].slug));
	}
	cr_assert_not(aac_slug_known("no-such-slug"));
}

Test(diag, slugs_stand_in_byte_order)
{
	static const char *const slugs[] = {
#define DIAG(slug, strict, meaning) slug,
#include "core/diag.def"
#undef DIAG
	};

	cr_assert_gt(ARRAY_SIZE(slugs), 5u);
	for (size_t i = 1; i < ARRAY_SIZE(slugs); i++)
		cr_assert_lt(strcmp(slugs[i - 1], slugs[i]), 0, "'%s' before '%s'",
			     slugs[i - 1], slugs[i]);
}

/* A cure is for a slug that there is; and an error gets it, a warning does not. */
Test(diag, cures)
{
	static const struct {
		const char *slug, *cure;
	} rows[] = {
#define CURE(slug, cure) { slug, cure },
#include "core/cures.def"
#undef CURE
	};

	cr_assert_gt(ARRAY_SIZE(rows), 20u);
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		struct aac_span nowhere = { 0 };
		const struct aac_diag *error =
			aac_report(&diags, AAC_ERROR, rows[i].slug, nowhere, "x");
		const struct aac_diag *warning =
			aac_report(&diags, AAC_WARNING, rows[i].slug, nowhere, "y");

		cr_assert(aac_slug_known(rows[i].slug), "%s", rows[i].slug);
		cr_assert_str_eq(error->hint, rows[i].cure);
		cr_assert_null(warning->hint);
		cr_assert(i == 0 || strcmp(rows[i - 1].slug, rows[i].slug) < 0, "%s",
			  rows[i].slug);
	}
}

static json_t *json_line(const char *text)
{
	json_t *json = json_loads(text, JSON_DISABLE_EOF_CHECK, NULL);

	cr_assert_not_null(json, "%s", text);
	return json;
}

Test(diag, json)
{
	struct aac_span span = span_of("a\n bad\xff\n", "bad");
	struct aac_diag *d =
		aac_report(&diags, AAC_WARNING, "json-syntax", span, "\xff\n\"%s\"", "q");

	aac_note(&diags, d, span, "seen");
	aac_hint(&diags, d, "cure");
	aac_report(&diags, AAC_ERROR, "parser-failed", (struct aac_span){ 0 }, "second");
	aac_diags_render_json(&diags, &PLAIN, &out);
	cr_assert_str_eq(
		buf_str(&out),
		"{\"severity\":\"warning\",\"slug\":\"json-syntax\","
		"\"message\":\"\xef\xbf\xbd\\n\\\"q\\\"\",\"file\":\"rules/gpu.aaf\","
		"\"line\":2,\"column\":2,\"end_line\":2,\"end_column\":5,"
		"\"hint\":\"cure\","
		"\"notes\":[{\"file\":\"rules/gpu.aaf\",\"line\":2,\"column\":2,"
		"\"message\":\"seen\"}]}\n"
		"{\"severity\":\"error\",\"slug\":\"parser-failed\","
		"\"message\":\"second\","
		"\"file\":null,\"line\":null,\"column\":null,\"end_line\":null,"
		"\"end_column\":null,\"hint\":null,\"notes\":[]}\n");
}

Test(diag, json_is_json_for_all_bytes)
{
	char all[256];

	for (int i = 0; i < 255; i++)
		all[i] = (char)(i + 1);
	all[255] = '\0';
	aac_report(&diags, AAC_ERROR, "json-syntax", (struct aac_span){ 0 }, "%s", all);
	aac_diags_render_json(&diags, &PLAIN, &out);
	json_decref(json_line(buf_str(&out)));
}

Test(diag, utf8_lengths)
{
	static const struct {
		const char *text;
		size_t utf8, visible;
	} rows[] = {
		{ "a", 1, 1 },
		{ "\t", 1, 0 },
		{ "\x7f", 1, 0 },
		{ "é", 2, 2 },
		{ "\xc2\x85", 2, 0 },
		{ "\xc0\x80", 0, 0 },
		{ "\xe2\x82\xac", 3, 3 },
		{ "\xe2\x82", 0, 0 },
		{ "\xed\xa0\x80", 0, 0 },
		{ "\xe0\x80\x80", 0, 0 },
		{ "\xe2\x80\xae", 3, 0 },
		{ "\xf0\x9f\x90\x8b", 4, 4 },
		{ "\xf0\x80\x80\x80", 0, 0 },
		{ "\xf4\x90\x80\x80", 0, 0 },
		{ "\xff", 0, 0 },
	};

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		const char *end = rows[i].text + strlen(rows[i].text);

		cr_assert_eq(aac_utf8_length(rows[i].text, end), rows[i].utf8, "row %zu",
			     i);
		cr_assert_eq(aac_visible_length(rows[i].text, end), rows[i].visible,
			     "row %zu", i);
	}
}
