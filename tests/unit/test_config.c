/*
 * The container file: what is read, in what order; what is refused, and where; and, for
 * random documents, that the places found are those of the values.
 */
#include "core/config.h"

#include <criterion/criterion.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/macro.h"
#include "core/context.h"
#include "core/diag.h"

static struct arena *arena;
static struct aac_diags diags;
static struct aac_context ctx;
static struct aac_config *config;

static void setup(void)
{
	arena = arena_new();
	aac_diags_init(&diags, arena);
	ctx = (struct aac_context){ .arena = arena, .diags = &diags };
}

static void teardown(void)
{
	aac_config_free(config);
	arena_free(arena);
}

TestSuite(config, .init = setup, .fini = teardown);

static struct aac_config *parse_bytes(const char *text, size_t size)
{
	const struct aac_source *source =
		aac_source_new(arena, "c.json", "c.json", text, size);

	return aac_config_parse(&ctx, source);
}

static struct aac_config *parse(const char *text)
{
	aac_config_free(config);
	aac_diags_init(&diags, arena);
	config = parse_bytes(text, strlen(text));
	return config;
}

static const char *slice(struct aac_span span)
{
	return arena_strndup(arena, span.source->text + span.begin,
			     span.end - span.begin);
}

Test(config, containers_in_order)
{
	static const char *const want[] = { "2",  "9",	 "010",
					    "10", "100", "18446744073709551616",
					    "Z",  "a",	 "web1" };

	cr_assert_not_null(
		parse("{\"lxc_configs\": {\"web1\": 1, \"10\": 1, \"a\": 1,"
		      "\"100\": 1, \"2\": 1, \"Z\": 1, \"010\": 1, \"9\": null,"
		      "\"18446744073709551616\": {}}}"));
	cr_assert_eq(config->count, ARRAY_SIZE(want));
	for (size_t i = 0; i < config->count; i++) {
		cr_assert_str_eq(config->containers[i].ctid, want[i]);
		cr_assert_eq(aac_config_find(config, want[i]), &config->containers[i]);
	}
	cr_assert_null(aac_config_find(config, "3"));
	cr_assert_null(aac_config_find(config, ""));
}

Test(config, containers_may_be_anything)
{
	parse("{\"x\": 1, \"lxc_configs\": {\"1\": null, \"2\": [],"
	      "\"3\": {\"name\": \"n\"}, \"4\": {\"name\": 7},"
	      "\"5\": {\"name\": \"a\\u0000b\"}}}");
	cr_assert_not_null(config);
	cr_assert_eq(config->containers[0].type, AAC_NODE_NULL);
	cr_assert_eq(aac_config_json(config, &config->containers[1], arena)->type,
		     AAC_NODE_LIST);
	cr_assert_null(config->containers[0].name);
	cr_assert_str_eq(config->containers[2].name, "n");
	cr_assert_null(config->containers[3].name);
	cr_assert_null(config->containers[4].name);
	cr_assert_str_eq(aac_trail_pointer(arena, config->containers[1].trail),
			 "/lxc_configs/2");
}

Test(config, no_containers_is_fine)
{
	cr_assert_not_null(parse("{\"lxc_configs\": {}}"));
	cr_assert_eq(config->count, 0u);
	cr_assert_null(aac_config_find(config, "1"));
}

struct refusal {
	const char *text, *slug;
	const char *at;	     /* what the span holds */
	const char *message; /* a part of the message */
};

static void expect_refusals(const struct refusal *rows, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		cr_assert_null(parse(rows[i].text), "%s", rows[i].text);
		cr_assert_eq(diags.errors, 1u, "%s", rows[i].text);
		cr_assert_str_eq(diags.head->slug, rows[i].slug, "%s: %s", rows[i].text,
				 diags.head->message);
		cr_assert_str_eq(slice(diags.head->span), rows[i].at, "%s: %s at '%s'",
				 rows[i].text, diags.head->message,
				 slice(diags.head->span));
		cr_assert_not_null(strstr(diags.head->message, rows[i].message), "%s: %s",
				   rows[i].text, diags.head->message);
	}
}

Test(config, syntax)
{
	static const struct refusal rows[] = {
		{ "{\"a\": 1,}", "json-syntax", ",", "comma with nothing after it" },
		{ "[1, ]", "json-syntax", ",", "comma with nothing after it" },
		{ "{\"a\": 1 \"b\": 2}", "json-syntax", "", "expected ',' or '}'" },
		{ "{a: 1}", "json-syntax", "a", "key in double quotes" },
		{ "{'a': 1}", "json-syntax", "'", "key in double quotes" },
		{ "{\"a\" 1}", "json-syntax", "1", "expected ':'" },
		{ "{\"a\": 1]", "json-syntax", "]", "expected ',' or '}'" },
		{ "{\"a\": nul}", "json-syntax", "n", "expected a value" },
		{ "{\"a\": 01}", "json-syntax", "01", "not a number" },
		{ "{\"a\": 1.}", "json-syntax", "1.", "not a number" },
		{ "{\"a\": -}", "json-syntax", "-", "not a number" },
		{ "// x\n{}", "json-syntax", "/", "expected a value" },
		{ "{} {}", "json-syntax", "{", "nothing after the document" },
		{ "{\"a\": \"\\x\"}", "json-syntax", "\\x", "no such escape" },
		{ "{\"a\": \"\\u12g4\"}", "json-syntax", "\\u", "four hexadecimal" },
		{ "{\"a\": \"\\ud800x\"}", "json-syntax", "\\ud800", "surrogate" },
		{ "{\"a\": \"\\udc00\"}", "json-syntax", "\\udc00", "surrogate" },
		{ "{\"\\u0000\": 1}", "json-syntax", "\\u0000", "NUL" },
		{ "{\"a\": \"\t\"}", "json-syntax", "\t", "control character" },
		{ "{\"a\": \"x\n}", "json-syntax", "\"", "does not end on its line" },
		{ "\xef\xbb\xbf{}", "json-syntax", "\xef\xbb\xbf", "byte order mark" },
		{ "{\"a\": é}", "json-syntax", "é", "expected a value" },
	};

	expect_refusals(rows, ARRAY_SIZE(rows));
}

Test(config, other_refusals)
{
	static const struct refusal rows[] = {
		{ "", "json-empty", "", "empty" },
		{ " \n\t", "json-empty", "", "empty" },
		{ "\xff\xfe{", "json-invalid-utf8", "\xff\xfe", "UTF-16" },
		{ "{\"a\": \"\xff\"}", "json-invalid-utf8", "\xff", "invalid UTF-8" },
		{ "{\"\xc3(\": 1}", "json-invalid-utf8", "\xc3", "invalid UTF-8" },
		{ "{\xff}", "json-invalid-utf8", "\xff", "invalid UTF-8" },
		{ "{\"a\": [1, 2", "json-truncated", "", "inside a list" },
		{ "{\"a\": ", "json-truncated", "", "inside an object" },
		{ "{\"a\": \"xy", "json-truncated", "", "inside a string" },
		{ "{\"a\": \"x\\", "json-truncated", "", "inside a string" },
		{ "{\"a\": 1e999}", "json-number", "1e999", "too large" },
		{ "[99999999999999999999]", "json-number", "99999999999999999999",
		  "too large" },
		{ "[1, {}]", "json-no-containers", "[1, {}]", "a list" },
		{ "null", "json-no-containers", "null", "null" },
		{ "{}", "json-no-containers", "{", "'lxc_configs'" },
		{ "{\"lxc_configs\": [] }", "json-no-containers", "[]", "a list" },
		{ "{\"lxc_configs\": null}", "json-no-containers", "null", "null" },
		{ "{\"lxc_configs\": {\"\": 1}}", "ctid-invalid", "\"\"", "empty" },
		{ "{\"lxc_configs\": {\"a/b\": 1}}", "ctid-invalid", "\"a/b\"", "'/'" },
		{ "{\"lxc_configs\": {\"a b\": 1}}", "ctid-invalid", "\"a b\"", "space" },
		{ "{\"lxc_configs\": {\"é\": 1}}", "ctid-invalid", "\"é\"", "ASCII" },
		{ "{\"lxc_configs\": {\"\\u000a\": 1}}", "ctid-invalid", "\"\\u000a\"",
		  "ASCII" },
	};

	expect_refusals(rows, ARRAY_SIZE(rows));
}

Test(config, ctid_too_long)
{
	char *ctid = arena_printf(arena, "%065d", 1);

	cr_assert_null(parse(arena_printf(arena, "{\"lxc_configs\":{\"%s\":{}}}", ctid)));
	cr_assert_str_eq(diags.head->slug, "ctid-invalid");
	cr_assert_not_null(
		parse(arena_printf(arena, "{\"lxc_configs\":{\"%s\":{}}}", ctid + 1)));
}

Test(config, every_bad_ctid_is_named)
{
	parse("{\"lxc_configs\": {\" \": 1, \"1\": 1, \"/\": 1}}");
	cr_assert_eq(diags.errors, 2u);
}

Test(config, misspelt_containers)
{
	parse("{\"lxc_config\": {}}");
	cr_assert_not_null(strstr(diags.head->hint, "'lxc_config'"), "%s",
			   diags.head->hint);
}

Test(config, duplicate_key_shows_both)
{
	parse("{\"x\": {\"a\": 1},\n \"lxc_configs\": {\"1\": {\"b\": {\"a\": 0},\n"
	      "\"\\u0061\": [\"a\"],\n \"a\": 2, \"c\": }}}");
	cr_assert_eq(diags.errors, 1u);
	cr_assert_str_eq(diags.head->slug, "json-duplicate-key");
	cr_assert_str_eq(slice(diags.head->span), "\"a\"");
	cr_assert_eq(
		aac_source_place(diags.head->span.source, diags.head->span.begin).line,
		4u);
	cr_assert_not_null(strstr(diags.head->message, "'a'"));
	cr_assert_not_null(diags.head->notes);
	cr_assert_str_eq(slice(diags.head->notes->span), "\"\\u0061\"");
}

Test(config, open_bracket_is_shown)
{
	parse("{\"a\": {\n\"b\": [1, 2\n");
	cr_assert_str_eq(slice(diags.head->notes->span), "[");
	cr_assert_eq(
		aac_source_place(diags.head->span.source, diags.head->notes->span.begin)
			.line,
		2u);
}

static char *nested(size_t depth)
{
	char *text = arena_alloc(arena, 2 * depth + 1, 1);

	memset(text, '[', depth);
	memset(text + depth, ']', depth);
	return text;
}

Test(config, depth)
{
	cr_assert_null(parse(nested(100000)));
	cr_assert_str_eq(diags.head->slug, "json-too-deep");
	cr_assert_eq(diags.head->span.begin, 2048u);
	cr_assert_null(parse(nested(2048)));
	cr_assert_str_eq(diags.head->slug, "json-no-containers");
	parse(arena_printf(arena, "{\"lxc_configs\":{\"1\":%s}}", nested(2046)));
	cr_assert_not_null(config);
}

#define DOCUMENT                                                                         \
	"{\"version\": 1.5e3, \"lxc_configs\": {\"950\": {\"name\": \"a\\u00e9\\n\","    \
	" \"features\": [\"nesting\", null, {\"x\": -0.5}], \"gpu\": {}},"               \
	" \"951\": null}, \"é\": [[], [true, false]]}\n"

/* Whatever a text was cut to, it is refused with one located error, or read. */
Test(config, every_prefix)
{
	const char *text = DOCUMENT;

	for (size_t len = 0; len < strlen(text) - 1; len++) {
		aac_diags_init(&diags, arena);
		cr_assert_null(parse_bytes(text, len), "%zu bytes", len);
		cr_assert_eq(diags.errors, 1u);
		cr_assert_not_null(diags.head->span.source);
		cr_assert_leq(diags.head->span.end, len);
	}
	cr_assert_not_null(parse(text));
}

static uint32_t random_next(uint32_t *state)
{
	*state ^= *state << 13;
	*state ^= *state >> 17;
	*state ^= *state << 5;
	return *state;
}

/* The walk that explains agrees with jansson on what is wrong: it never has nothing to
 * say. */
Test(config, damaged_texts)
{
	static const char bytes[] = "\"\"{}[],:\\ue019-. \n\xff\xc3\x01\0tn";
	const char *text = DOCUMENT;
	size_t len = strlen(text), refused = 0;
	uint32_t state = 2463534242u;

	for (int i = 0; i < 4000; i++) {
		char *copy = arena_strndup(arena, text, len);
		struct aac_config *read;

		for (uint32_t n = random_next(&state) % 3 + 1; n > 0; n--)
			copy[random_next(&state) % len] =
				bytes[random_next(&state) % (sizeof(bytes) - 1)];
		aac_diags_init(&diags, arena);
		read = parse_bytes(copy, len);
		cr_assert_eq(read == NULL, diags.errors > 0);
		refused += read == NULL;
		if (!read)
			cr_assert_leq(diags.head->span.end, len);
		aac_config_free(read);
	}
	cr_assert_gt(refused, 1000u);
}

static struct aac_span place(const struct aac_trail *trail)
{
	return aac_config_place(config, trail);
}

Test(config, places)
{
	struct aac_trail gpu, deep, absent, below_null, third, fourth, x, other;
	const struct aac_trail *first, *second;

	parse(DOCUMENT);
	first = config->containers[0].trail;
	second = config->containers[1].trail;
	gpu = (struct aac_trail){ .up = first, .key = "gpu" };
	deep = (struct aac_trail){ .up = &gpu, .key = "no" };
	absent = (struct aac_trail){ .up = first, .key = "features" };
	third = (struct aac_trail){ .up = &absent, .index = 2 };
	x = (struct aac_trail){ .up = &third, .key = "x" };
	fourth = (struct aac_trail){ .up = &absent, .index = 3 };
	below_null = (struct aac_trail){ .up = second, .key = "name" };
	other = (struct aac_trail){ .key = "version" };

	cr_assert_str_eq(slice(place(&gpu)), "{}");
	cr_assert_str_eq(slice(place(&deep)), "\"gpu\"");
	cr_assert_str_eq(slice(place(&third)), "{\"x\": -0.5}");
	cr_assert_str_eq(slice(place(&x)), "-0.5");
	cr_assert_str_eq(slice(place(&fourth)), "\"features\"");
	cr_assert_str_eq(slice(place(second)), "null");
	cr_assert_str_eq(slice(place(&below_null)), "\"951\"");
	cr_assert_str_eq(slice(place(&other)), "1.5e3");
	other.key = "none";
	cr_assert_str_eq(slice(place(&other)), "{");
	cr_assert_str_eq(slice(place(NULL)), "{");
}

/* ---- random documents ------------------------------------------------------- */

static void put_space(struct buf *out, uint32_t *state)
{
	static const char *const spaces[] = { "", "", " ", "\n", "\t ", "\r\n" };

	buf_puts(out, spaces[random_next(state) % ARRAY_SIZE(spaces)]);
}

static void put_random_string(struct buf *out, uint32_t *state, uint32_t unique)
{
	static const char *const pieces[] = {
		"a",  "\\u0041", "\\\"",    "é", "\\n", "\\\\", "\\ud83d\\ude00",
		"{[", "]},",	 "\\u00e9", "~", "\\/"
	};

	buf_printf(out, "\"%u", unique);
	for (uint32_t n = random_next(state) % 4; n > 0; n--)
		buf_puts(out, pieces[random_next(state) % ARRAY_SIZE(pieces)]);
	buf_putc(out, '"');
}

static void put_random_value(struct buf *out, uint32_t *state, int depth);

static void put_random_members(struct buf *out, uint32_t *state, int depth, bool object)
{
	uint32_t count = random_next(state) % 5;

	buf_putc(out, object ? '{' : '[');
	for (uint32_t i = 0; i < count; i++) {
		put_space(out, state);
		if (object) {
			put_random_string(out, state, i);
			put_space(out, state);
			buf_putc(out, ':');
		}
		put_random_value(out, state, depth - 1);
		if (i + 1 < count)
			buf_putc(out, ',');
	}
	put_space(out, state);
	buf_putc(out, object ? '}' : ']');
}

static void put_random_value(struct buf *out, uint32_t *state, int depth)
{
	static const char *const scalars[] = { "null", "true", "false",
					       "-12",  "0",    "1.25e2" };
	uint32_t choice = random_next(state) % 8;

	put_space(out, state);
	if (depth > 0 && choice < 5)
		put_random_members(out, state, depth, choice < 3);
	else if (choice < 6)
		put_random_string(out, state, random_next(state) % 9);
	else
		buf_puts(out, scalars[random_next(state) % ARRAY_SIZE(scalars)]);
	put_space(out, state);
}

static size_t expect_places(const struct aac_node *json, const struct aac_trail *trail)
{
	struct aac_span span = place(trail);
	size_t seen = 1, index = 0;

	cr_assert_eq(json->raw.text, config->source->text + span.begin, "%s: '%s'",
		     aac_trail_pointer(arena, trail), slice(span));
	cr_assert(!trail || json->raw.len == span.end - span.begin, "%s: '%s'",
		  aac_trail_pointer(arena, trail), slice(span));
	if (json->type != AAC_NODE_OBJECT && json->type != AAC_NODE_LIST)
		return seen;
	for (const struct aac_node *at = json->first; at; at = at->next) {
		struct aac_trail step = { .up = trail, .index = index++ };

		if (json->type == AAC_NODE_OBJECT)
			step.key = arena_strndup(arena, at->key.text, at->key.len);
		seen += expect_places(at, &step);
	}
	return seen;
}

Test(config, places_in_random_documents)
{
	uint32_t state = 88172645u;
	size_t seen = 0;

	for (int i = 0; i < 300; i++) {
		struct buf text = { 0 };

		buf_puts(&text, "{\"pre\":");
		put_random_value(&text, &state, 3);
		buf_puts(&text, ",\"lxc_configs\":{\"7\":");
		put_random_value(&text, &state, 5);
		buf_puts(&text, ",\"\\u0038\":");
		put_random_value(&text, &state, 5);
		buf_puts(&text, "},\"post\":1}");
		cr_assert_not_null(parse(buf_str(&text)), "%s", buf_str(&text));
		seen += expect_places(aac_config_root(config), NULL);
		buf_fini(&text);
	}
	cr_assert_gt(seen, 3000u);
}

Test(config, ten_thousand_containers)
{
	struct buf text = { 0 };
	size_t found = 0;

	buf_puts(&text, "{\"lxc_configs\":{");
	for (int i = 0; i < 10000; i++)
		buf_printf(&text, "%s\"%d\":{\"name\":\"c\",\"features\":[%d]}",
			   i ? "," : "", i, i);
	buf_puts(&text, "}}");
	cr_assert_not_null(parse(buf_str(&text)));
	buf_fini(&text);
	for (size_t i = 0; i < config->count; i++) {
		struct aac_trail list = { .up = config->containers[i].trail,
					  .key = "features" };
		struct aac_trail item = { .up = &list };

		found += strcmp(slice(place(&item)), config->containers[i].ctid) == 0;
	}
	cr_assert_eq(found, 10000u);
}
