/*
 * Unified diffs.  It takes two texts and gives what patch(1) reads.  The lines that both
 * begin and end with are put aside; between them the shortest way from one to the other
 * is looked for (Myers, "An O(ND) difference algorithm", 1986), up to a limit beyond
 * which the whole middle is shown as replaced: that is always right, if not short.
 */
#include "core/unified.h"

#include <stdint.h>
#include <string.h>

#include "base/arena.h"
#include "base/buf.h"

enum { CONTEXT = 3, STEPS_MAX = 1200 };

struct line {
	const char *text;
	size_t len; /* with its newline */
};

struct lines {
	struct line *items;
	size_t count;
};

struct compare {
	struct arena *arena;
	struct lines a, b;
	bool *gone, *added; /* by line of a, of b */
};

static struct lines split(struct arena *arena, const struct aac_diff_side *side)
{
	struct lines lines = { 0 };
	size_t most = 1;

	for (size_t i = 0; side->text && i < side->len; i++)
		most += side->text[i] == '\n';
	lines.items = ARENA_ARRAY(arena, struct line, most);
	for (size_t at = 0; side->text && at < side->len;) {
		const char *from = side->text + at;
		const char *end = memchr(from, '\n', side->len - at);
		size_t len = end ? (size_t)(end + 1 - from) : side->len - at;

		lines.items[lines.count++] = (struct line){ from, len };
		at += len;
	}
	return lines;
}

static bool equal(const struct compare *c, size_t i, size_t j)
{
	const struct line *x = &c->a.items[i], *y = &c->b.items[j];

	return x->len == y->len && memcmp(x->text, y->text, x->len) == 0;
}

/* ---- the middle ------------------------------------------------------------ */

/* Lines FROM to A_END of a, to B_END of b; both begin at the same number. */
struct middle {
	size_t from, a_end, b_end;
};

static void replace_all(struct compare *c, struct middle m)
{
	for (size_t i = m.from; i < m.a_end; i++)
		c->gone[i] = true;
	for (size_t j = m.from; j < m.b_end; j++)
		c->added[j] = true;
}

/* How far the path on diagonal K comes after D steps; the furthest points of the step
 * before are V. */
static long extend(const struct compare *c, struct middle m, const long *v, long d,
		   long k)
{
	long n = (long)(m.a_end - m.from), l = (long)(m.b_end - m.from);
	long x = k == -d || (k != d && v[k - 1] < v[k + 1]) ? v[k + 1] : v[k - 1] + 1;

	while (x < n && x - k < l && x - k >= 0 &&
	       equal(c, m.from + (size_t)x, m.from + (size_t)(x - k)))
		x++;
	return x;
}

/* Walk back from the end through the points that each step has reached. */
static void trace(struct compare *c, struct middle m, long *const *rows, long d)
{
	long x = (long)(m.a_end - m.from), y = (long)(m.b_end - m.from);

	for (; d > 0; d--) {
		const long *v = rows[d - 1] + d; /* of the step before */
		long k = x - y;
		bool down = k == -d || (k != d && v[k - 1] < v[k + 1]);
		long before = down ? k + 1 : k - 1;

		x = v[before];
		y = x - before;
		if (down)
			c->added[m.from + (size_t)y] = true;
		else
			c->gone[m.from + (size_t)x] = true;
	}
}

static void compare_middle(struct compare *c, struct middle m)
{
	long n = (long)(m.a_end - m.from), l = (long)(m.b_end - m.from);
	long *rows[STEPS_MAX + 1];
	long *v = ARENA_ARRAY(c->arena, long, 2 * STEPS_MAX + 5);

	v += STEPS_MAX + 2;
	v[1] = 0;
	for (long d = 0; d <= STEPS_MAX; d++) {
		for (long k = -d; k <= d; k += 2) {
			v[k] = extend(c, m, v, d, k);
			if (v[k] >= n && v[k] - k >= l) {
				trace(c, m, rows, d);
				return;
			}
		}
		/* What step d+1 starts from: diagonals -d-1 to d+1. */
		rows[d] = ARENA_ARRAY(c->arena, long, 2 * (size_t)d + 3);
		memcpy(rows[d], v - d - 1, (2 * (size_t)d + 3) * sizeof(*v));
	}
	replace_all(c, m);
}

/* As many lines on both sides, changed in their places: no search is needed. */
static bool compare_places(struct compare *c, struct middle m)
{
	size_t changed = 0;

	if (m.a_end != m.b_end)
		return false;
	for (size_t i = m.from; i < m.a_end; i++)
		changed += !equal(c, i, i);
	if (2 * changed > m.a_end - m.from + 8)
		return false;
	for (size_t i = m.from; i < m.a_end; i++)
		c->gone[i] = c->added[i] = !equal(c, i, i);
	return true;
}

static void find_changes(struct compare *c)
{
	struct middle m = { 0, c->a.count, c->b.count };

	c->gone = ARENA_ARRAY(c->arena, bool, c->a.count + 1);
	c->added = ARENA_ARRAY(c->arena, bool, c->b.count + 1);
	while (m.from < m.a_end && m.from < m.b_end && equal(c, m.from, m.from))
		m.from++;
	while (m.a_end > m.from && m.b_end > m.from &&
	       equal(c, m.a_end - 1, m.b_end - 1)) {
		m.a_end--;
		m.b_end--;
	}
	if (m.from < m.a_end || m.from < m.b_end) {
		if (m.from == m.a_end || m.from == m.b_end)
			replace_all(c, m);
		else if (!compare_places(c, m))
			compare_middle(c, m);
	}
}

/* ---- printing -------------------------------------------------------------- */

static void put_line(struct buf *out, char mark, const struct line *line)
{
	buf_putc(out, mark);
	buf_putn(out, line->text, line->len);
	if (line->len == 0 || line->text[line->len - 1] != '\n')
		buf_puts(out, "\n\\ No newline at end of file\n");
}

/* The walk through both texts: line I of a stands beside line J of b. */
struct place {
	size_t i, j;
};

static bool differs(const struct compare *c, struct place at)
{
	return (at.i < c->a.count && c->gone[at.i]) ||
	       (at.j < c->b.count && c->added[at.j]);
}

/* Behind what is gone and what is added at AT. */
static struct place skip_changes(const struct compare *c, struct place at)
{
	while (at.i < c->a.count && c->gone[at.i])
		at.i++;
	while (at.j < c->b.count && c->added[at.j])
		at.j++;
	return at;
}

static bool at_end(const struct compare *c, struct place at)
{
	return at.i >= c->a.count && at.j >= c->b.count;
}

/* The end of the hunk whose first change is at AT: further changes may be near. */
static struct place find_hunk_end(const struct compare *c, struct place at)
{
	for (;;) {
		struct place end = skip_changes(c, at);
		size_t same = 0;

		at = end;
		while (!at_end(c, at) && !differs(c, at) && same <= 2 * CONTEXT) {
			at.i++;
			at.j++;
			same++;
		}
		if (!differs(c, at) || same > 2 * CONTEXT) {
			same = same < CONTEXT ? same : CONTEXT;
			return (struct place){ end.i + same, end.j + same };
		}
	}
}

static void put_range(struct buf *out, char mark, size_t from, size_t end)
{
	buf_printf(out, "%c%zu", mark, end == from ? from : from + 1);
	if (end - from != 1)
		buf_printf(out, ",%zu", end - from);
}

static void put_hunk(const struct compare *c, struct place from, struct place end,
		     struct buf *out)
{
	buf_puts(out, "@@ ");
	put_range(out, '-', from.i, end.i);
	buf_putc(out, ' ');
	put_range(out, '+', from.j, end.j);
	buf_puts(out, " @@\n");
	while (from.i < end.i || from.j < end.j) {
		struct place next = skip_changes(c, from);

		for (size_t i = from.i; i < next.i; i++)
			put_line(out, '-', &c->a.items[i]);
		for (size_t j = from.j; j < next.j; j++)
			put_line(out, '+', &c->b.items[j]);
		from = next;
		if (from.i < end.i) {
			put_line(out, ' ', &c->a.items[from.i++]);
			from.j++;
		}
	}
}

void aac_unified_diff(struct arena *arena, const struct aac_diff_side *old,
		      const struct aac_diff_side *new_, struct buf *out)
{
	struct compare c = { .arena = arena,
			     .a = split(arena, old),
			     .b = split(arena, new_) };
	struct place at = { 0, 0 };
	bool header = false;

	find_changes(&c);
	while (!at_end(&c, at)) {
		struct place from, end;
		size_t back;

		if (!differs(&c, at)) {
			at.i++;
			at.j++;
			continue;
		}
		if (!header)
			buf_printf(out, "--- %s\n+++ %s\n", old->name, new_->name);
		header = true;
		back = at.i < at.j ? at.i : at.j;
		back = back < CONTEXT ? back : CONTEXT;
		from = (struct place){ at.i - back, at.j - back };
		end = find_hunk_end(&c, at);
		put_hunk(&c, from, end, out);
		at = end;
	}
}
