/*
 * Values: from JSON, equality, canonical text, pointers.
 */
#include "core/value.h"

#include <criterion/criterion.h>
#include <string.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/macro.h"
#include "core/source.h"

static struct arena *arena;

static void setup(void)
{
	arena = arena_new();
}

static void teardown(void)
{
	arena_free(arena);
}

TestSuite(value, .init = setup, .fini = teardown);

static struct aac_value value_of(const char *text, const struct aac_trail *trail)
{
	const struct aac_source *source =
		aac_source_new(arena, "t", "t", text, strlen(text));
	struct aac_json_reader reader = aac_json_reader_new(arena, source);
	const struct aac_node *json = aac_json_read(&reader);

	cr_assert_not_null(json, "%s", text);
	return aac_value_from_json(arena, json, trail);
}

static void expect_print(const char *text, const char *want)
{
	struct aac_value value = value_of(text, NULL);
	struct buf out = { 0 };

	aac_value_print(&out, &value);
	cr_assert_str_eq(buf_str(&out), want);
	buf_fini(&out);
}

Test(value, prints_canonically)
{
	expect_print("null", "null");
	expect_print("true", "true");
	expect_print("false", "false");
	expect_print("-9223372036854775808", "-9223372036854775808");
	expect_print("1.5", "1.5");
	expect_print("\"a\\u0000\\n\\\"é\"", "\"a\\u0000\\n\\\"é\"");
	expect_print("[ 1, [ ], \"x\" ]", "[1,[],\"x\"]");
	expect_print("{ \"b\": 1, \"a\": { \"d\": null, \"c\": [ ] } }",
		     "{\"a\":{\"c\":[],\"d\":null},\"b\":1}");
}

Test(value, missing_is_null)
{
	struct aac_value value = aac_value_from_json(arena, NULL, NULL);

	cr_assert_eq(value.type, AAC_VALUE_NULL);
}

Test(value, equality)
{
	static const struct {
		const char *a, *b;
		bool equal;
	} rows[] = {
		{ "null", "null", true },
		{ "null", "false", false },
		{ "1", "1.0", true },
		{ "1.0", "1", true },
		{ "1", "1.5", false },
		{ "9007199254740993", "9007199254740992.0", false },
		{ "9223372036854775807", "9223372036854775808.0", false },
		{ "-9223372036854775808", "-9223372036854775808.0", true },
		{ "1", "\"1\"", false },
		{ "\"a\\u0000b\"", "\"a\\u0000c\"", false },
		{ "\"\"", "\"\"", true },
		{ "[1,2]", "[1,2.0]", true },
		{ "[1,2]", "[2,1]", false },
		{ "[1]", "[1,1]", false },
		{ "{\"a\":1,\"b\":[]}", "{\"b\":[],\"a\":1}", true },
		{ "{\"a\":1}", "{\"a\":2}", false },
		{ "true", "true", true },
		{ "true", "false", false },
	};

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		struct aac_value a = value_of(rows[i].a, NULL),
				 b = value_of(rows[i].b, NULL);

		cr_assert_eq(aac_value_equal(&a, &b), rows[i].equal, "%s == %s",
			     rows[i].a, rows[i].b);
		cr_assert_eq(aac_value_equal(&b, &a), rows[i].equal, "%s == %s",
			     rows[i].b, rows[i].a);
	}
}

Test(value, elements_know_their_places)
{
	struct aac_trail top = { .key = "lxc_configs" };
	struct aac_trail list = { .up = &top, .key = "a/b~c" };
	struct aac_value value = value_of("[[7, 8], {\"x\": 1}]", &list);

	cr_assert_eq(value.count, 2u);
	cr_assert_str_eq(aac_trail_pointer(arena, value.items[0].items[1].trail),
			 "/lxc_configs/a~1b~0c/0/1");
	cr_assert_str_eq(aac_trail_pointer(arena, value.items[1].trail),
			 "/lxc_configs/a~1b~0c/1");
	cr_assert_eq(value.items[1].type, AAC_VALUE_OBJECT);
	cr_assert_null(value_of("[1]", NULL).items[0].trail);
}

Test(value, pointer_of_the_root)
{
	struct aac_trail root = { 0 };
	struct aac_trail below = { .up = &root, .key = "" };

	cr_assert_str_eq(aac_trail_pointer(arena, NULL), "");
	cr_assert_str_eq(aac_trail_pointer(arena, &root), "");
	cr_assert_str_eq(aac_trail_pointer(arena, &below), "/");
}
