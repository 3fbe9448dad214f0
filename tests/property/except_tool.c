/*
 * Makes up patterns with exceptions and holds their ladders against the globs' own
 * automata, name by name: a name of few bytes is matched by a rung if, and only if, it is
 * matched by the pattern and by no exception.
 *
 *     except_tool COUNT SEED  ->  PATTERN<TAB>EXCEPTION[<TAB>EXCEPTION]...
 *
 * and 1 after telling the first name that is not so.  except.sh compiles what it prints.
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/macro.h"
#include "core/glob.h"
#include "core/glob_except.h"

enum { NAME_MAX_LEN = 6, EXCEPT_MAX = 3 };

struct maker {
	struct arena *arena;
	uint32_t state;
};

/* A generator of our own: the same patterns with every libc. */
static unsigned int roll(struct maker *maker, unsigned int sides)
{
	maker->state = maker->state * 1664525u + 1013904223u;
	return (maker->state >> 8) % sides;
}

static const char *make_pattern(struct maker *maker)
{
	static const char *const pieces[] = { "a",    "b",	"/",	   "a/b",
					      "?",    "*",	"**",	   "[^a]",
					      "[ab]", "{a,b/}", "{,a,**}", "{b,{,/}*}" };
	CLEANUP_BUF out = { 0 };

	buf_putc(&out, '/');
	for (unsigned int n = roll(maker, 4); n > 0; n--)
		buf_puts(&out, pieces[roll(maker, ARRAY_SIZE(pieces))]);
	buf_puts(&out, roll(maker, 3) ? "**" : pieces[roll(maker, ARRAY_SIZE(pieces))]);
	return arena_strdup(maker->arena, buf_str(&out));
}

static const char *make_exception(struct maker *maker)
{
	static const char *const pieces[] = { "a",     "b",    "/",  "ab",     "b/a",
					      "{a,b}", "{,a}", "*/", "{,/a}b", "[ab]",
					      "?",     "[^b]", "a-", "b^" };
	static const char *const ends[] = { "", "", "*", "**", "/**", "{,/**}", "*{,/}" };
	CLEANUP_BUF out = { 0 };

	buf_putc(&out, '/');
	for (unsigned int n = roll(maker, 4); n > 0; n--)
		buf_puts(&out, pieces[roll(maker, ARRAY_SIZE(pieces))]);
	buf_puts(&out, ends[roll(maker, ARRAY_SIZE(ends))]);
	return arena_strdup(maker->arena, buf_str(&out));
}

/* NULL also of a text with "//", of which a glob has two readings. */
static const struct aac_glob *glob_of(struct maker *maker, const char *text)
{
	const char *error;
	size_t at;

	return strstr(text, "//") ? NULL : aac_glob_new(maker->arena, text, &error, &at);
}

struct trial {
	const struct aac_glob *pattern, *except[EXCEPT_MAX], **rungs;
	size_t count;
	struct aac_ladder ladder;
};

static bool check_name(struct maker *maker, const struct trial *t, const char *name)
{
	const struct aac_glob *literal = glob_of(maker, name);
	bool wanted = aac_glob_covers(t->pattern, literal), got = false;

	for (size_t i = 0; i < t->count; i++)
		wanted &= !aac_glob_covers(t->except[i], literal);
	for (size_t i = 0; i < t->ladder.count; i++)
		got |= aac_glob_covers(t->rungs[i], literal);
	if (got == wanted)
		return true;
	printf("# %s %s\n", name, got ? "is left, and should not be" : "is lost");
	return false;
}

/* All names of a, b, - and / that begin with a slash and have no two side by side. */
static bool check_names(struct maker *maker, const struct trial *t)
{
	static const char bytes[] = "ab-/";
	char name[NAME_MAX_LEN + 1];

	for (size_t len = 1; len <= NAME_MAX_LEN; len++)
		for (unsigned int number = 0; number < 1u << (2 * (len - 1)); number++) {
			name[0] = '/';
			for (size_t i = 1; i < len; i++)
				name[i] = bytes[number >> (2 * (i - 1)) & 3];
			name[len] = '\0';
			if (!strstr(name, "//") && !check_name(maker, t, name))
				return false;
		}
	return true;
}

/* 1: printed; 0: there is no ladder; -1: it is wrong. */
static int try_one(struct maker *maker)
{
	const char *text = make_pattern(maker), *except[EXCEPT_MAX];
	struct trial t = { .count = 1 + roll(maker, EXCEPT_MAX) };
	bool fine;

	t.pattern = glob_of(maker, text);
	for (size_t i = 0; i < t.count; i++) {
		except[i] = make_exception(maker);
		t.except[i] = glob_of(maker, except[i]);
		if (!t.except[i] || !t.pattern ||
		    aac_glob_overlaps(t.pattern, t.except[i]) == AAC_NO)
			return 0;
	}
	if (!aac_glob_except(maker->arena, text, except, t.count, &t.ladder) ||
	    !t.ladder.count)
		return 0;
	t.rungs = ARENA_ARRAY(maker->arena, const struct aac_glob *, t.ladder.count);
	for (size_t i = 0; i < t.ladder.count; i++) {
		t.rungs[i] = glob_of(maker, t.ladder.texts[i]);
		if (!t.rungs[i])
			printf("# %s is no pattern\n", t.ladder.texts[i]);
		if (!t.rungs[i])
			return -1;
	}
	fine = check_names(maker, &t);
	printf("%s", text);
	for (size_t i = 0; i < t.count; i++)
		printf("\t%s", except[i]);
	putchar('\n');
	for (size_t i = 0; !fine && i < t.ladder.count; i++)
		printf("# %s\n", t.ladder.texts[i]);
	return fine ? 1 : -1;
}

int main(int argc, char **argv)
{
	unsigned long count = argc > 1 ? strtoul(argv[1], NULL, 10) : 100;
	struct maker maker = { arena_new(),
			       argc > 2 ? (uint32_t)strtoul(argv[2], NULL, 10) : 1 };
	int status = 0;

	for (unsigned long made = 0, tries = 0; made < count && tries < 40 * count;
	     tries++) {
		int got = try_one(&maker);

		arena_reset(maker.arena);
		if (got < 0) {
			status = 1;
			break;
		}
		made += got > 0;
	}
	arena_free(maker.arena);
	return status;
}
