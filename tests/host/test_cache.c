/*
 * The cache's folder: what is put is got, what was used last stays when there is too
 * much, and what is no entry is let be.
 */
#include "host/cache.h"

#include <criterion/criterion.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/buf.h"
#include "support/scratch.h"

TestSuite(cache, .init = scratch_setup, .fini = scratch_teardown);

static struct aac_cache *open_cache(size_t limit)
{
	return aac_cache_open(scratch_path("cache"), limit);
}

static struct digest key_of(const char *word)
{
	return digest_bytes(word, strlen(word));
}

static void put(struct aac_cache *cache, const char *word, size_t size)
{
	struct digest key = key_of(word);
	struct buf out = { 0 }, err = { 0 };

	buf_fill(&out, 'o', size);
	buf_puts(&err, word);
	aac_cache_put(cache, &key, &out, &err);
	buf_fini(&out);
	buf_fini(&err);
}

/* How many bytes are kept under WORD; -1: none. */
static long got(struct aac_cache *cache, const char *word)
{
	struct digest key = key_of(word);
	struct buf out = { 0 }, err = { 0 };
	long len = -1;

	if (aac_cache_get(cache, &key, &out, &err)) {
		cr_expect_str_eq(buf_str(&err), word);
		len = (long)out.len;
	}
	buf_fini(&out);
	buf_fini(&err);
	return len;
}

/* As if WORD's entry had been used at SECOND. */
static void age(const char *word, long second)
{
	struct timespec times[2] = { { .tv_sec = second }, { .tv_sec = second } };
	const char *name = arena_printf(scratch.arena, "cache/%s", key_of(word).hex);

	cr_assert_eq(utimensat(AT_FDCWD, scratch_path(name), times, 0), 0);
}

Test(cache, gives_what_was_put)
{
	struct aac_cache *cache = open_cache(0);

	cr_expect_eq(got(cache, "a"), -1);
	put(cache, "a", 3);
	put(cache, "b", 0);
	put(cache, "a", 4);
	cr_expect_eq(got(cache, "a"), 4);
	cr_expect_eq(got(cache, "b"), 0);
	cr_expect_eq(got(cache, "c"), -1);
	aac_cache_close(cache);
	cache = open_cache(0);
	cr_expect_eq(got(cache, "a"), 4, "another run");
	aac_cache_close(cache);
}

Test(cache, keeps_what_was_used_last)
{
	struct aac_cache *cache = open_cache(0);

	put(cache, "a", 1000);
	put(cache, "b", 1000);
	put(cache, "c", 1000);
	age("a", 100);
	age("b", 300);
	age("c", 200);
	aac_cache_close(cache);
	cache = open_cache(3000);
	cr_expect_eq(got(cache, "a"), 1000, "it is used, so it is the last");
	put(cache, "d", 100);
	aac_cache_close(cache);
	cache = open_cache(3000);
	cr_expect_eq(got(cache, "a"), 1000);
	cr_expect_eq(got(cache, "d"), 100);
	cr_expect_eq(got(cache, "b"), 1000);
	cr_expect_eq(got(cache, "c"), -1, "there was no room");
	aac_cache_close(cache);
}

Test(cache, lets_be_what_is_not_its_own)
{
	struct aac_cache *cache = open_cache(100);

	put(cache, "a", 1000);
	scratch_write("cache/README", "mine");
	put(cache, "b", 10);
	aac_cache_close(cache);
	cr_expect_str_eq(scratch_read("cache/README"), "mine");
}

Test(cache, is_no_trouble_where_it_cannot_be)
{
	struct aac_cache *cache = aac_cache_open(scratch_path("no/such/place"), 0);

	put(cache, "a", 1);
	cr_expect_eq(got(cache, "a"), -1);
	aac_cache_close(cache);
	scratch_write("cache", "a file");
	cache = open_cache(0);
	put(cache, "a", 1);
	cr_expect_eq(got(cache, "a"), -1);
	aac_cache_close(cache);
	cr_expect_str_eq(scratch_read("cache"), "a file");
	cr_expect_null(aac_cache_open(NULL, 0));
	aac_cache_close(NULL);
}
