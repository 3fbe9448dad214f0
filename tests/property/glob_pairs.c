/*
 * Makes up pairs of globs and prints what aac_glob_covers and aac_glob_overlaps say, for
 * glob_oracle.sh to hold against apparmor_parser:
 *
 *     glob_pairs COUNT SEED  ->  COVERS<TAB>OVERLAPS<TAB>HAS-VARIABLE<TAB>WIDE<TAB>NARROW
 *
 * Half of the narrow ones are made out of the wide one, or hardly any would be covered.
 * A negated class names NUL, which the parser leaves out of "*" but not out of "[^x]".
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/macro.h"
#include "core/glob.h"

struct maker {
	uint32_t state;
	unsigned int depth;
	bool variables;
};

/* A generator of our own: the same pairs with every libc. */
static unsigned int roll(struct maker *maker, unsigned int sides)
{
	maker->state = maker->state * 1664525u + 1013904223u;
	return (maker->state >> 8) % sides;
}

static const char *pick_byte(struct maker *maker)
{
	static const char *const bytes[] = { "a",   "b",   "c",	    "/",    "a",
					     "/",   "b/",  "/a",    ".",    "-",
					     "^",   "+",   "$",	    "|",    "(",
					     "\\*", "\\{", "\\054", "\\x41" };

	/* The plain ones at the front come oftener. */
	return bytes[roll(maker, roll(maker, 4) ? 8 : (unsigned int)ARRAY_SIZE(bytes))];
}

static const char *pick_class(struct maker *maker)
{
	static const char *const classes[] = {
		"[ab]", "[a-c]", "[^a\\000]",	"[^/\\000]", "[b-a/]",
		"[-a]", "[.-0]", "[^a-b\\000]", "[\\]{,a]",  "[\\^ab\\000]",
	};

	return classes[roll(maker, ARRAY_SIZE(classes))];
}

static void put_piece(struct maker *maker, struct buf *out);

static void put_pieces(struct maker *maker, struct buf *out, unsigned int count)
{
	while (count--)
		put_piece(maker, out);
}

static void put_braces(struct maker *maker, struct buf *out)
{
	unsigned int count = 2 + roll(maker, 2);

	maker->depth++;
	buf_putc(out, '{');
	for (unsigned int i = 0; i < count; i++) {
		if (i)
			buf_putc(out, ',');
		/* The parser loops for ever in some of those with several empty ones. */
		put_pieces(maker, out, i ? 1 + roll(maker, 2) : roll(maker, 3));
	}
	buf_putc(out, '}');
	maker->depth--;
}

static void put_piece(struct maker *maker, struct buf *out)
{
	unsigned int kind = roll(maker, 16);

	if (kind < 2)
		buf_puts(out, "*");
	else if (kind < 4)
		buf_puts(out, "**");
	else if (kind < 5)
		buf_puts(out, "?");
	else if (kind < 6)
		buf_puts(out, pick_class(maker));
	else if (kind < 8 && maker->depth < 3)
		put_braces(maker, out);
	else if (kind < 10 && maker->variables)
		buf_puts(out, "@{v}");
	else
		buf_puts(out, pick_byte(maker));
}

static void make_wide(struct maker *maker, struct buf *out)
{
	buf_putc(out, '/');
	put_pieces(maker, out, 1 + roll(maker, 6));
}

/* WIDE, with something else in place of its wildcards, most of it within their reach. */
static void make_narrow(struct maker *maker, struct buf *out, const char *wide)
{
	static const char *const parts[] = { "*", "a",	  "?",	    "b*",
					     "",  "[ab]", "{a,b?}", "**" };
	bool inside = false;

	for (const char *c = wide; *c; c++) {
		if (*c == '[')
			inside = true;
		if (*c == '\\' && c[1]) {
			buf_putn(out, c++, 2);
			continue;
		}
		if (!inside && (*c == '*' || *c == '?') && roll(maker, 3))
			buf_puts(out, parts[roll(maker, ARRAY_SIZE(parts))]);
		else
			buf_putc(out, *c);
		if (*c == ']')
			inside = false;
	}
	if (!roll(maker, 4))
		put_piece(maker, out);
}

static bool print_pair(struct arena *arena, const char *wide, const char *narrow)
{
	static const char *const words[] = {
		[AAC_NO] = "no", [AAC_YES] = "yes", [AAC_UNKNOWN] = "unknown"
	};
	const char *error;
	size_t at;
	const struct aac_glob *a = aac_glob_new(arena, wide, &error, &at);
	const struct aac_glob *b = aac_glob_new(arena, narrow, &error, &at);

	if (!a || !b)
		return false;
	printf("%s\t%s\t%d\t%s\t%s\n", aac_glob_covers(a, b) ? "yes" : "no",
	       words[aac_glob_overlaps(a, b)],
	       aac_glob_has_variable(a) || aac_glob_has_variable(b), wide, narrow);
	return true;
}

static bool make_pair(struct maker *maker)
{
	struct arena *arena = arena_new();
	CLEANUP_BUF wide = { 0 };
	CLEANUP_BUF narrow = { 0 };
	bool fine;

	maker->variables = !roll(maker, 3);
	do {
		buf_clear(&wide);
		buf_clear(&narrow);
		make_wide(maker, &wide);
		if (roll(maker, 2))
			make_narrow(maker, &narrow, buf_str(&wide));
		else
			make_wide(maker, &narrow);
	} while (strcmp(buf_str(&wide), buf_str(&narrow)) == 0);
	fine = print_pair(arena, buf_str(&wide), buf_str(&narrow));
	arena_free(arena);
	return fine;
}

int main(int argc, char **argv)
{
	struct maker maker = { .state = argc > 2 ? (uint32_t)strtoul(argv[2], NULL, 0)
						 : 1 };
	unsigned long count = argc > 1 ? strtoul(argv[1], NULL, 0) : 0;

	for (unsigned long i = 0; i < count; i++) {
		if (!make_pair(&maker)) {
			fprintf(stderr, "glob_pairs: made a glob that it cannot read\n");
			return 1;
		}
	}
	return count ? 0 : 64;
}
