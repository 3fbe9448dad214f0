/*
 * Unified diffs: their form by example, and by a patch of our own, which must make the
 * second text of the first for any two texts.
 */
#include "core/unified.h"

#include <criterion/criterion.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/macro.h"

static struct arena *arena;

static void setup(void)
{
	arena = arena_new();
}

static void teardown(void)
{
	arena_free(arena);
}

TestSuite(unified, .init = setup, .fini = teardown);

static const char *diff(const char *a, const char *b)
{
	struct aac_diff_side old = { a ? "old" : "/dev/null", a, a ? strlen(a) : 0 };
	struct aac_diff_side new_ = { b ? "new" : "/dev/null", b, b ? strlen(b) : 0 };
	CLEANUP_BUF out = { 0 };

	aac_unified_diff(arena, &old, &new_, &out);
	return arena_strdup(arena, buf_str(&out));
}

Test(unified, has_the_usual_form)
{
	cr_assert_str_eq(diff("a\n", "a\n"), "");
	cr_assert_str_eq(diff("a\nb\nc\nd\ne\n", "a\nb\nc\nd\nX\n"),
			 "--- old\n+++ new\n@@ -2,4 +2,4 @@\n b\n c\n d\n-e\n+X\n");
	cr_assert_str_eq(diff(NULL, "a\nb\n"),
			 "--- /dev/null\n+++ new\n@@ -0,0 +1,2 @@\n+a\n+b\n");
	cr_assert_str_eq(diff("a\n", NULL),
			 "--- old\n+++ /dev/null\n@@ -1 +0,0 @@\n-a\n");
	cr_assert_str_eq(diff("a", "a\n"), "--- old\n+++ new\n@@ -1 +1 @@\n-a\n"
					   "\\ No newline at end of file\n+a\n");
	cr_assert_str_eq(
		diff("1\n2\n3\n4\n5\n6\n7\n8\n9\n", "0\n1\n2\n3\n4\n5\n6\n7\n8\n"),
		"--- old\n+++ new\n@@ -1,3 +1,4 @@\n+0\n 1\n 2\n 3\n"
		"@@ -6,4 +7,3 @@\n 6\n 7\n 8\n-9\n");
}

/* ---- a patch --------------------------------------------------------------- */

static const char *next_line(const char *at)
{
	const char *end = strchr(at, '\n');

	return end ? end + 1 : at + strlen(at);
}

/* Copies lines of TEXT up to line NUMBER (from 1). */
static const char *copy_to(struct buf *out, const char *text, size_t *line, size_t number)
{
	while (*line < number && *text) {
		const char *next = next_line(text);

		buf_putn(out, text, (size_t)(next - text));
		text = next;
		++*line;
	}
	return text;
}

static void patch(const char *text, const char *patch_text, struct buf *out)
{
	size_t line = 1;
	bool last_added = false;

	for (const char *at = patch_text; *at; at = next_line(at)) {
		const char *next = next_line(at);
		const char *back;

		if (strncmp(at, "---", 3) == 0 || strncmp(at, "+++", 3) == 0)
			continue;
		switch (*at) {
		case '@': {
			const char *digits = at + 4;
			size_t from = strtoul(digits, NULL, 10);

			/* An empty range names the line before it. */
			digits += strspn(digits, "0123456789");
			from += strncmp(digits, ",0 ", 3) == 0;
			text = copy_to(out, text, &line, from);
			break;
		}
		case '+':
			buf_putn(out, at + 1, (size_t)(next - at) - 1);
			last_added = true;
			break;
		case '\\':
			if (last_added && out->len > 0 && out->data[out->len - 1] == '\n')
				out->len--;
			break;
		default: /* ' ' and '-': the text must say so */
			back = next_line(text);
			cr_assert_eq(strncmp(at + 1, text,
					     (size_t)(back - text) - (back[-1] == '\n')),
				     0);
			if (*at == ' ')
				buf_putn(out, text, (size_t)(back - text));
			text = back;
			line++;
			last_added = false;
			break;
		}
	}
	buf_puts(out, text);
}

static unsigned int pick(uint64_t *seed, unsigned int below)
{
	*seed = *seed * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
	return (unsigned int)(*seed >> 33) % below;
}

static void make_text(uint64_t *seed, struct buf *text, unsigned int most)
{
	buf_clear(text);
	for (unsigned int i = pick(seed, most); i > 0; i--)
		buf_printf(text, "l%u\n", pick(seed, 6));
	if (text->len > 0 && pick(seed, 4) == 0)
		text->len--;
}

/* Some lines of TEXT changed. */
static void change_text(uint64_t *seed, const char *text, struct buf *out)
{
	buf_clear(out);
	while (*text) {
		const char *next = next_line(text);
		unsigned int what = pick(seed, 10);

		if (what != 0)
			buf_putn(out, text, (size_t)(next - text));
		if (what == 1)
			buf_puts(out, "new\n");
		text = next;
	}
}

Test(unified, makes_the_second_text_of_the_first)
{
	uint64_t seed = 3;
	CLEANUP_BUF a = { 0 };
	CLEANUP_BUF b = { 0 };

	for (int i = 0; i < 20000; i++) {
		CLEANUP_BUF out = { 0 };
		const char *text;

		make_text(&seed, &a, i % 100 == 0 ? 3000 : 40);
		text = arena_strndup(arena, buf_str(&a), a.len);
		if (pick(&seed, 4) == 0)
			make_text(&seed, &b, 40);
		else
			change_text(&seed, text, &b);
		patch(text, diff(text, arena_strndup(arena, buf_str(&b), b.len)), &out);
		buf_putc(&b, '\0');
		cr_assert_str_eq(buf_str(&out), b.data, "%s\n====\n%s", text, b.data);
		arena_reset(arena);
	}
}

Test(unified, is_bounded)
{
	CLEANUP_BUF a = { 0 };
	CLEANUP_BUF b = { 0 };
	CLEANUP_BUF out = { 0 };

	for (int i = 0; i < 20000; i++) {
		buf_printf(&a, "a%d\n", i);
		buf_printf(&b, "b%d\n%s", i, i % 3 ? "" : "x\n");
	}
	patch(buf_str(&a), diff(buf_str(&a), buf_str(&b)), &out);
	cr_assert_str_eq(buf_str(&out), buf_str(&b));
}
