/*
 * Sources: places of offsets, line tables of texts with odd ends, spans joined.
 */
#include "core/source.h"

#include <criterion/criterion.h>
#include <string.h>

#include "base/arena.h"

static struct arena *arena;

static void setup(void)
{
	arena = arena_new();
}

static void teardown(void)
{
	arena_free(arena);
}

TestSuite(source, .init = setup, .fini = teardown);

static const struct aac_source *make(const char *text, size_t size)
{
	return aac_source_new(arena, "dir/a.aaf", "a.aaf", text, size);
}

static void expect_place(const struct aac_source *source, uint32_t offset, uint32_t line,
			 uint32_t column)
{
	struct aac_place place = aac_source_place(source, offset);

	cr_assert_eq(place.line, line, "offset %u: line %u, not %u", offset, place.line,
		     line);
	cr_assert_eq(place.column, column, "offset %u: column %u", offset, place.column);
}

Test(source, keeps_a_copy)
{
	char text[] = "abc";
	const struct aac_source *source = make(text, 3);

	text[0] = 'x';
	cr_assert_str_eq(source->text, "abc");
	cr_assert_str_eq(source->name, "dir/a.aaf");
	cr_assert_str_eq(source->logical, "a.aaf");
	cr_assert_eq(source->size, 3u);
}

Test(source, places)
{
	const struct aac_source *source = make("ab\n\ncd", 6);

	cr_assert_eq(source->line_count, 3u);
	expect_place(source, 0, 1, 1);
	expect_place(source, 2, 1, 3);
	expect_place(source, 3, 2, 1);
	expect_place(source, 4, 3, 1);
	expect_place(source, 6, 3, 3);
}

Test(source, offset_past_the_end_is_the_end)
{
	expect_place(make("ab\n", 3), 99, 2, 1);
}

Test(source, empty)
{
	const struct aac_source *source = make("", 0);

	cr_assert_eq(source->line_count, 1u);
	cr_assert_eq(source->text[0], '\0');
	expect_place(source, 0, 1, 1);
}

Test(source, holds_nul)
{
	const struct aac_source *source = make("a\0\n\0b", 5);

	cr_assert_eq(memcmp(source->text, "a\0\n\0b", 6), 0);
	cr_assert_eq(source->line_count, 2u);
	expect_place(source, 4, 2, 2);
}

Test(source, every_offset_counts_like_reading)
{
	const char text[] = "\n\na\n bcd\n\n\nx";
	const struct aac_source *source = make(text, sizeof(text) - 1);
	uint32_t line = 1, column = 1;

	for (uint32_t i = 0; i < sizeof(text); i++) {
		expect_place(source, i, line, column);
		column = text[i] == '\n' ? 1 : column + 1;
		line += text[i] == '\n';
	}
}

Test(source, join)
{
	const struct aac_source *source = make("abcdef", 6);
	struct aac_span a = { source, 1, 2 }, b = { source, 4, 5 }, none = { 0 };
	struct aac_span both = aac_span_join(a, b);

	cr_assert_eq(both.begin, 1u);
	cr_assert_eq(both.end, 5u);
	cr_assert_eq(aac_span_join(none, b).begin, 4u);
	cr_assert_eq(aac_span_join(a, none).end, 2u);
}
