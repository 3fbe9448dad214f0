/*
 * The floor: arenas give zeroed, aligned memory that stays; buffers grow and stay
 * terminated; maps keep the order of insertion; digests are SHA-256; suggestions are near
 * and stable.
 */
#include <criterion/criterion.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/digest.h"
#include "base/macro.h"
#include "base/map.h"
#include "base/suggest.h"

Test(arena, memory_is_zeroed_and_aligned)
{
	static const size_t aligns[] = { 1, 2, 4, 8, _Alignof(max_align_t) };
	struct arena *arena = arena_new();

	for (size_t i = 0; i < 10000; i++) {
		size_t align = aligns[i % ARRAY_SIZE(aligns)], size = i % 97;
		unsigned char *p = arena_alloc(arena, size, align);

		cr_assert_eq((uintptr_t)p % align, 0);
		for (size_t j = 0; j < size; j++)
			cr_assert_eq(p[j], 0);
		memset(p, 0xff, size);
	}
	arena_free(arena);
}

Test(arena, what_was_given_stays)
{
	struct arena *arena = arena_new();
	char *first = arena_strdup(arena, "first");
	char *large = arena_alloc(arena, 1 << 20, 1);
	char *after;

	memset(large, 'x', 1 << 20);
	after = arena_printf(arena, "%s-%d", first, 42);
	for (int i = 0; i < 100000; i++)
		arena_alloc(arena, 16, 8);
	cr_assert_str_eq(first, "first");
	cr_assert_str_eq(after, "first-42");
	cr_assert_eq(large[(1 << 20) - 1], 'x');
	arena_free(arena);
}

Test(arena, reset_forgets_and_zeroes_again)
{
	struct arena *arena = arena_new();

	for (int round = 0; round < 3; round++) {
		for (int i = 0; i < 1000; i++) {
			char *p = arena_alloc(arena, 500, 1);

			cr_assert_eq(p[0], 0);
			cr_assert_eq(p[499], 0);
			memset(p, 1, 500);
		}
		cr_assert_eq(arena_used(arena), 500000);
		arena_reset(arena);
		cr_assert_eq(arena_used(arena), 0);
	}
	arena_free(arena);
}

Test(arena, odd_sizes)
{
	struct arena *arena = arena_new();

	arena_reset(arena);
	cr_assert_not_null(arena_alloc(arena, 0, 1));
	cr_assert_not_null(ARENA_ARRAY(arena, uint64_t, 0));
	cr_assert_str_eq(arena_strndup(arena, "abcdef", 3), "abc");
	cr_assert_str_eq(arena_strndup(arena, NULL, 0), "");
	cr_assert_str_eq(arena_printf(arena, "%s", ""), "");
	arena_free(arena);
	arena_free(NULL);
}

Test(buf, numbers)
{
	CLEANUP_BUF buf = { 0 };

	buf_number(&buf, 0);
	buf_putc(&buf, ' ');
	buf_number(&buf, 1090);
	buf_putc(&buf, ' ');
	buf_number(&buf, UINT64_MAX);
	cr_expect_str_eq(buf_str(&buf), "0 1090 18446744073709551615");
}

Test(buf, an_empty_one_is_a_string)
{
	struct buf buf = { 0 };

	cr_assert_str_eq(buf_str(&buf), "");
	buf_clear(&buf);
	buf_puts(&buf, "");
	cr_assert_str_eq(buf.data, "");
	cr_assert_eq(buf.len, 0);
	buf_fini(&buf);
	cr_assert_null(buf.data);
}

Test(buf, grows_and_stays_terminated)
{
	CLEANUP_BUF buf = { 0 };

	for (int i = 0; i < 5000; i++) {
		buf_putc(&buf, (char)('a' + i % 26));
		cr_assert_eq(buf.data[buf.len], '\0');
	}
	cr_assert_eq(buf.len, 5000);
	cr_assert_eq(buf.data[4999], 'a' + 4999 % 26);
	buf_clear(&buf);
	cr_assert_str_eq(buf_str(&buf), "");
	buf_putn(&buf, "a\0b", 3);
	cr_assert_eq(buf.len, 3);
	cr_assert_eq(memcmp(buf.data, "a\0b", 4), 0);
}

Test(buf, printf_and_fill)
{
	CLEANUP_BUF buf = { 0 };
	CLEANUP_BUF wide = { 0 };

	buf_printf(&buf, "%d|%s", 12, "x");
	buf_fill(&buf, '-', 3);
	buf_fill(&buf, '+', 0);
	cr_assert_str_eq(buf_str(&buf), "12|x---");
	buf_printf(&wide, "%1000d", 7);
	cr_assert_eq(wide.len, 1000);
	cr_assert_eq(wide.data[999], '7');
}

Test(map, finds_what_was_added)
{
	static char keys[3000][8];
	CLEANUP_MAP map = { 0 };

	cr_assert_null(map_get_str(&map, "a"));
	for (size_t i = 0; i < ARRAY_SIZE(keys); i++) {
		snprintf(keys[i], sizeof(keys[i]), "k%zu", i);
		cr_assert_eq(map_add(&map, keys[i], strlen(keys[i]), keys[i]), keys[i]);
	}
	cr_assert_eq(map.count, ARRAY_SIZE(keys));
	for (size_t i = 0; i < ARRAY_SIZE(keys); i++) {
		cr_assert_eq(map_get_str(&map, keys[i]), keys[i]);
		cr_assert_eq(map.entries[i].key, keys[i], "in the order of insertion");
	}
	cr_assert_null(map_get_str(&map, "k3000"));
}

Test(map, the_first_value_stays)
{
	CLEANUP_MAP map = { 0 };
	int one, two;

	cr_assert_eq(map_add(&map, "a", 1, &one), &one);
	cr_assert_eq(map_add(&map, "a", 1, &two), &one);
	cr_assert_null(map_add(&map, "b", 1, NULL));
	cr_assert_null(map_add(&map, "b", 1, &two));
	*map_slot(&map, "b", 1) = &two;
	cr_assert_eq(map_get(&map, "b", 1), &two);
	cr_assert_eq(map.count, 2);
}

Test(map, keys_are_bytes)
{
	CLEANUP_MAP map = { 0 };
	int one, two, none;

	map_add(&map, "a\0b", 3, &one);
	map_add(&map, "a\0c", 3, &two);
	map_add(&map, "", 0, &none);
	cr_assert_eq(map_get(&map, "a\0b", 3), &one);
	cr_assert_eq(map_get(&map, "a\0c", 3), &two);
	cr_assert_null(map_get(&map, "a", 1));
	cr_assert_eq(map_get_str(&map, ""), &none);
}

Test(digest, is_sha256)
{
	char million[1000];
	struct digest digest = digest_bytes("abc", 3);

	cr_assert_str_eq(digest.hex, "ba7816bf8f01cfea414140de5dae2223"
				     "b00361a396177a9cb410ff61f20015ad");
	cr_assert_str_eq(digest_bytes(NULL, 0).hex, "e3b0c44298fc1c149afbf4c8996fb924"
						    "27ae41e4649b934ca495991b7852b855");
	memset(million, 'a', sizeof(million));
	digest = digest_bytes(million, sizeof(million));
	cr_assert_str_eq(digest.hex, "41edece42d63e8d9bf515a9ba6932e1c"
				     "20cbc9f5a5d134645adb5db1b9737ea3");
}

static const char *nearest(const char *word, const char *const *candidates)
{
	struct suggest suggest = { .word = word };

	for (; *candidates; candidates++)
		suggest_offer(&suggest, *candidates);
	return suggest_best(&suggest);
}

Test(suggest, slips_of_the_fingers)
{
	static const char *const kinds[] = { "network", "mount",  "umount", "capability",
					     "signal",	"ptrace", NULL };

	cr_assert_str_eq(nearest("netwrok", kinds), "network");
	cr_assert_str_eq(nearest("capabilty", kinds), "capability");
	cr_assert_str_eq(nearest("mout", kinds), "mount");
	cr_assert_null(nearest("file", kinds));
	cr_assert_null(nearest("x", kinds));
	cr_assert_null(nearest("", kinds));
}

Test(suggest, the_order_of_offers_does_not_matter)
{
	static const char *const up[] = { "cat", "bat", "hat", NULL };
	static const char *const down[] = { "hat", "bat", "cat", NULL };

	cr_assert_str_eq(nearest("aat", up), "bat");
	cr_assert_str_eq(nearest("aat", down), "bat");
}

Test(suggest, long_words_are_left_alone)
{
	char word[100], other[100];
	const char *const candidates[] = { other, NULL };

	memset(word, 'a', sizeof(word));
	word[99] = '\0';
	memcpy(other, word, sizeof(other));
	other[0] = 'b';
	cr_assert_null(nearest(word, candidates));
}
