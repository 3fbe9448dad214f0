/*
 * Takes a glob, gives the rows that its alternations multiply to, and prints a row.
 *
 * Not obvious: what `*` means to apparmor_parser depends on its neighbours in the text.
 * Between a '/' and a '/' or the end it needs a byte (which is no '/', also of `**`),
 * elsewhere it may stand for none.  So the need is a step of its own here, and printing
 * looks at the neighbours again: `{,*}` is a star that needs nothing between slashes.
 */
#include "core/glob_seq.h"

#include <string.h>

#include "base/arena.h"
#include "base/buf.h"
#include "core/glob.h"

void aac_glob_set_add(struct aac_glob_set *set, unsigned char byte)
{
	set->bits[byte / 64] |= (uint64_t)1 << (byte % 64);
}

bool aac_glob_set_empty(const struct aac_glob_set *set)
{
	/* No name holds NUL. */
	return !(set->bits[0] & ~(uint64_t)1) && !set->bits[1] && !set->bits[2] &&
	       !set->bits[3];
}

struct aac_glob_set aac_glob_set_part(void)
{
	struct aac_glob_set set = { { ~(uint64_t)0, ~(uint64_t)0, ~(uint64_t)0,
				      ~(uint64_t)0 } };

	set.bits['/' / 64] &= ~((uint64_t)1 << ('/' % 64));
	return set;
}

/* ---- from text -------------------------------------------------------------------- */

struct expansion {
	struct arena *arena;
	const struct aac_glob_scan *scan;
	struct aac_glob_rows *out;
	struct aac_glob_step steps[AAC_GLOB_ROW_MAX + 2];
	const char *why;
};

/* The token behind the alternation that token AT stands in. */
static size_t behind_group(const struct aac_glob_scan *scan, size_t at)
{
	size_t depth = 1;

	for (; at < scan->count && depth; at++) {
		depth += scan->tokens[at].kind == AAC_GLOB_TOKEN_OPEN;
		depth -= scan->tokens[at].kind == AAC_GLOB_TOKEN_CLOSE;
	}
	return at;
}

static bool is_slash_at(const struct aac_glob_scan *scan, size_t at)
{
	return at < scan->count && scan->tokens[at].kind == AAC_GLOB_TOKEN_BYTE &&
	       scan->tokens[at].byte == '/';
}

static size_t put_step(struct expansion *e, size_t count, struct aac_glob_step step)
{
	if (count >= AAC_GLOB_ROW_MAX) {
		e->why = "is too long";
		return count;
	}
	e->steps[count] = step;
	return count + 1;
}

static size_t put_star(struct expansion *e, size_t at, size_t count)
{
	const struct aac_glob_scan *scan = e->scan;
	struct aac_glob_step need = { AAC_GLOB_STEP_BYTE, aac_glob_set_part() };

	if (at && is_slash_at(scan, at - 1) &&
	    (at + 1 == scan->count || is_slash_at(scan, at + 1)))
		count = put_step(e, count, need);
	need.kind = scan->tokens[at].deep ? AAC_GLOB_STEP_DEEP : AAC_GLOB_STEP_STAR;
	return put_step(e, count, need);
}

static void keep_row(struct expansion *e, size_t count)
{
	struct aac_glob_rows *out = e->out;
	struct aac_glob_step *row;

	for (size_t i = 0; i < count; i++)
		if (e->steps[i].kind == AAC_GLOB_STEP_BYTE &&
		    aac_glob_set_empty(&e->steps[i].set))
			return; /* NUL, which is in no name of a file */
	if (out->count == AAC_GLOB_ROWS_MAX) {
		e->why = "has more alternatives than can be told apart";
		return;
	}
	row = ARENA_ARRAY(e->arena, struct aac_glob_step, count + 1);
	if (count)
		memcpy(row, e->steps, count * sizeof(*row));
	row[count].kind = AAC_GLOB_STEP_END;
	out->rows[out->count++] = row;
}

static size_t put_token(struct expansion *e, size_t at, size_t count)
{
	const struct aac_glob_token *token = &e->scan->tokens[at];
	struct aac_glob_step step = { .kind = AAC_GLOB_STEP_BYTE };

	switch (token->kind) {
	case AAC_GLOB_TOKEN_BYTE:
		aac_glob_set_add(&step.set, token->byte);
		break;
	case AAC_GLOB_TOKEN_ONE:
		step.set = aac_glob_set_part();
		break;
	case AAC_GLOB_TOKEN_SET:
		step.set = e->scan->sets[token->ref];
		break;
	case AAC_GLOB_TOKEN_STAR:
		return put_star(e, at, count);
	case AAC_GLOB_TOKEN_VAR:
		e->why = "holds a variable, whose value is not known here";
		return count;
	case AAC_GLOB_TOKEN_OPEN:
	case AAC_GLOB_TOKEN_COMMA:
	case AAC_GLOB_TOKEN_CLOSE:
	case AAC_GLOB_TOKEN_OPAQUE:
	default:
		e->why = "holds a class that is not understood";
		return count;
	}
	return put_step(e, count, step);
}

/* All rows that go on at token AT with COUNT steps behind them.  Alternations nest no
 * deeper than the scanner takes them, so neither does this. */
static void expand(struct expansion *e, size_t at, size_t count)
{
	const struct aac_glob_scan *scan = e->scan;

	for (; at < scan->count && !e->why; at++) {
		switch (scan->tokens[at].kind) {
		case AAC_GLOB_TOKEN_OPEN:
			expand(e, at + 1, count);
			for (size_t depth = 1, i = at + 1; depth && !e->why; i++) {
				depth += scan->tokens[i].kind == AAC_GLOB_TOKEN_OPEN;
				depth -= scan->tokens[i].kind == AAC_GLOB_TOKEN_CLOSE;
				if (depth == 1 &&
				    scan->tokens[i].kind == AAC_GLOB_TOKEN_COMMA)
					expand(e, i + 1, count);
			}
			return;
		case AAC_GLOB_TOKEN_COMMA:
			at = behind_group(scan, at + 1) - 1;
			break;
		case AAC_GLOB_TOKEN_CLOSE:
			break;
		case AAC_GLOB_TOKEN_BYTE:
		case AAC_GLOB_TOKEN_ONE:
		case AAC_GLOB_TOKEN_STAR:
		case AAC_GLOB_TOKEN_SET:
		case AAC_GLOB_TOKEN_VAR:
		case AAC_GLOB_TOKEN_OPAQUE:
		default:
			count = put_token(e, at, count);
			break;
		}
	}
	if (!e->why)
		keep_row(e, count);
}

/* Of "//" apparmor_parser makes one slash, but for exactly two at the start. */
static void squeeze(struct aac_glob_scan *scan)
{
	size_t lead = 0, count;

	while (is_slash_at(scan, lead))
		lead++;
	count = lead == 2 ? 2 : 0;
	for (size_t i = count; i < scan->count; i++)
		if (!is_slash_at(scan, i) || !count || !is_slash_at(scan, count - 1))
			scan->tokens[count++] = scan->tokens[i];
	scan->count = count;
}

/* The alternations one behind the other: each doubles what expand does. */
static size_t count_groups(const struct aac_glob_scan *scan)
{
	size_t count = 0;

	for (size_t i = 0; i < scan->count; i++)
		count += scan->tokens[i].kind == AAC_GLOB_TOKEN_OPEN;
	return count;
}

bool aac_glob_rows(struct arena *arena, const char *text, struct aac_glob_rows *rows,
		   const char **why)
{
	struct aac_glob_scan scan = aac_glob_scan(arena, text);
	struct expansion *e = ARENA_NEW(arena, struct expansion);

	*rows = (struct aac_glob_rows){ 0 };
	e->arena = arena;
	e->scan = &scan;
	e->out = rows;
	e->why = scan.error;
	if (!e->why && count_groups(&scan) > 64)
		e->why = "has more alternatives than can be told apart";
	rows->rows = ARENA_ARRAY(arena, const struct aac_glob_step *, AAC_GLOB_ROWS_MAX);
	squeeze(&scan);
	expand(e, 0, 0);
	*why = e->why;
	return !e->why;
}

/* ---- to text ---------------------------------------------------------------------- */

/* NUL, which is in no name, aside. */
static unsigned int count_bytes(const struct aac_glob_set *set)
{
	int count = __builtin_popcountll(set->bits[0] & ~UINT64_C(1));

	for (size_t i = 1; i < 4; i++)
		count += __builtin_popcountll(set->bits[i]);
	return (unsigned int)count;
}

unsigned char aac_glob_step_byte(const struct aac_glob_step *step)
{
	uint64_t bits = step->set.bits[0] & ~UINT64_C(1);
	size_t i = 0;

	if (step->kind != AAC_GLOB_STEP_BYTE)
		return 0;
	while (!bits && i < 3)
		bits = step->set.bits[++i];
	if (!bits || bits & (bits - 1))
		return 0;
	for (size_t k = i + 1; k < 4; k++)
		if (step->set.bits[k])
			return 0;
	return (unsigned char)(i * 64 + (size_t)__builtin_ctzll(bits));
}

/*
 * A '-' stands first and a '^' last: elsewhere they mean something else.  NUL is named,
 * since apparmor_parser leaves it out of '*' and '?' but not out of [^x], and it is what
 * separates a link from its target and the parts of a mount: measured, `deny /a[^b]** kl`
 * also lifts the subset test from links of the name /a.
 */
static void print_class(struct buf *out, const struct aac_glob_set *set, bool negated,
			bool no_slash)
{
	buf_puts(out, negated ? "[^" : "[");
	if (aac_glob_set_has(set, '-') != negated)
		buf_putc(out, '-');
	if (negated)
		buf_puts(out, "\\000");
	for (unsigned int byte = 1; byte < 256; byte++) {
		char c = (char)byte;

		if (byte == '-' || byte == '^' || (byte == '/' && no_slash) ||
		    aac_glob_set_has(set, (unsigned char)byte) == negated)
			continue;
		if (byte == '/')
			buf_putc(out, '/');
		else
			aac_glob_escape(out, &c, 1);
	}
	if (aac_glob_set_has(set, '^') != negated)
		buf_putc(out, '^');
	buf_putc(out, ']');
}

static bool is_part(const struct aac_glob_set *set)
{
	return count_bytes(set) == 254 && !aac_glob_set_has(set, '/');
}

/* BEFORE is a slash: whether another one may follow makes no difference. */
static void print_set(struct buf *out, const struct aac_glob_set *set,
		      unsigned char before)
{
	unsigned int count = count_bytes(set);
	bool negated = count > 127;

	if (count == 255 && before != '/')
		buf_puts(out, "{?,/}");
	else if (is_part(set) || count == 255)
		buf_putc(out, '?');
	else
		print_class(out, set, negated, negated && before == '/');
}

/* Does apparmor_parser ask for a byte of a star that stands between BEFORE and NEXT? */
static bool needs_byte(const struct aac_glob_step *next, const struct aac_glob_step *end,
		       unsigned char before, bool inner)
{
	if (before != '/')
		return false;
	return next == end ? !inner : aac_glob_step_byte(next) == '/';
}

/* The star that the run of stars at *STEP comes to; moves *STEP to its last. */
static const char *merge_stars(const struct aac_glob_step **step,
			       const struct aac_glob_step *end)
{
	const struct aac_glob_step *s = *step;
	bool deep = s->kind == AAC_GLOB_STEP_DEEP;

	for (; s + 1 < end && s[1].kind != AAC_GLOB_STEP_BYTE; s++)
		deep |= s[1].kind == AAC_GLOB_STEP_DEEP;
	*step = s;
	return deep ? "**" : "*";
}

void aac_glob_steps_print(struct buf *out, const struct aac_glob_step *from,
			  const struct aac_glob_step *end, unsigned char before,
			  bool inner)
{
	for (const struct aac_glob_step *s = from; s < end; s++) {
		const struct aac_glob_step *last = s + 1;
		char byte = (char)aac_glob_step_byte(s);
		const char *star;

		if (byte) {
			aac_glob_escape(out, &byte, 1);
		} else if (s->kind != AAC_GLOB_STEP_BYTE) {
			star = merge_stars(&s, end);
			buf_printf(out,
				   needs_byte(s + 1, end, before, inner) ? "{,%s}" : "%s",
				   star);
		} else if (is_part(&s->set) && last < end &&
			   last->kind != AAC_GLOB_STEP_BYTE) {
			star = merge_stars(&last, end);
			if (needs_byte(last + 1, end, before, inner)) {
				buf_puts(out, star);
				s = last;
			} else {
				buf_putc(out, '?');
			}
		} else {
			print_set(out, &s->set, before);
		}
		before = (unsigned char)byte;
	}
}
