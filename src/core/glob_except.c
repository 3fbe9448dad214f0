/*
 * Takes a pattern and its exceptions, gives the ladder of patterns that is left: both are
 * walked together, letter by letter, along the letters that the exceptions name.  At each
 * place what goes on with another letter is a rung; what ends there is one too.
 *
 * A rung takes the rest of the pattern as it is.  Only where an exception's `*` is under
 * way does it have a say in the rest: then the rest is cut at its first slash, before
 * which the exception takes all or nothing.  That is why its stars stand before slashes.
 */
#include "core/glob_except.h"

#include <stdint.h>
#include <string.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/map.h"
#include "core/glob_seq.h"

/* Places in rows: what the pattern, or the exceptions, may go on with. */
struct places {
	const struct aac_glob_step **at;
	size_t count;
};

struct walk {
	struct arena *arena;
	struct map seen; /* the texts in the ladder */
	const char **texts;
	size_t count;
	size_t work;
	const char *why;
};

/* The steps of a rung so far; they lie in the frames that made them. */
struct path {
	const struct path *up;
	struct aac_glob_step step;
	size_t len;
};

enum { WORK_MAX = 1 << 20 };

static void spend(struct walk *w, size_t work)
{
	w->work += work + 1;
	if (w->work > WORK_MAX)
		w->why = "is too much to be spelled out";
}

static struct places places_new(struct walk *w, size_t cap)
{
	return (struct places){ ARENA_ARRAY(w->arena, const struct aac_glob_step *, cap),
				0 };
}

static void add_place(struct places *places, const struct aac_glob_step *at)
{
	for (size_t i = 0; i < places->count; i++)
		if (places->at[i] == at)
			return;
	places->at[places->count++] = at;
}

static bool may_end(const struct aac_glob_step *at)
{
	while (at->kind == AAC_GLOB_STEP_STAR || at->kind == AAC_GLOB_STEP_DEEP)
		at++;
	return at->kind == AAC_GLOB_STEP_END;
}

static bool any_ends(const struct places *places)
{
	for (size_t i = 0; i < places->count; i++)
		if (may_end(places->at[i]))
			return true;
	return false;
}

/* The bytes that the step AT takes. */
static struct aac_glob_set bytes_of(const struct aac_glob_step *at)
{
	struct aac_glob_set set = at->set;

	if (at->kind != AAC_GLOB_STEP_BYTE)
		set = aac_glob_set_part();
	if (at->kind == AAC_GLOB_STEP_DEEP)
		aac_glob_set_add(&set, '/');
	return set;
}

/* Where BYTE leads from PLACES. */
static struct places step_by(struct walk *w, const struct places *places,
			     unsigned char byte)
{
	struct places out;
	size_t cap = 0;

	for (size_t i = 0; i < places->count; i++)
		for (const struct aac_glob_step *s = places->at[i];; s++) {
			cap++;
			if (s->kind != AAC_GLOB_STEP_STAR &&
			    s->kind != AAC_GLOB_STEP_DEEP)
				break;
		}
	spend(w, cap);
	out = places_new(w, cap);
	for (size_t i = 0; i < places->count; i++)
		for (const struct aac_glob_step *s = places->at[i];
		     s->kind != AAC_GLOB_STEP_END; s++) {
			struct aac_glob_set set = bytes_of(s);
			bool star = s->kind != AAC_GLOB_STEP_BYTE;

			if (aac_glob_set_has(&set, byte))
				add_place(&out, star ? s : s + 1);
			if (!star)
				break;
		}
	return out;
}

/* The bytes that exceptions tell apart: of a class with few bytes those, of one with many
 * those that it lacks. */
static struct aac_glob_set told_apart(const struct places *except)
{
	struct aac_glob_set told = { 0 };

	for (size_t i = 0; i < except->count; i++)
		for (const struct aac_glob_step *s = except->at[i];
		     s->kind != AAC_GLOB_STEP_END; s++) {
			struct aac_glob_set set = bytes_of(s);
			bool wide = aac_glob_set_has(&set, 1);

			for (size_t k = 0; k < 4; k++)
				told.bits[k] |= wide ? ~set.bits[k] : set.bits[k];
			if (s->kind == AAC_GLOB_STEP_BYTE)
				break;
		}
	told.bits[0] &= ~(uint64_t)1;
	return told;
}

/* A step by what S takes beside TOLD. */
static struct aac_glob_step others_of(const struct aac_glob_step *s,
				      const struct aac_glob_set *told)
{
	struct aac_glob_step step = { AAC_GLOB_STEP_BYTE, bytes_of(s) };

	for (size_t k = 0; k < 4; k++)
		step.set.bits[k] &= ~told->bits[k];
	return step;
}

/* ---- rungs ------------------------------------------------------------------------ */

static void keep_text(struct walk *w, const char *text, size_t len)
{
	const char *copy;

	if (w->why || map_get(&w->seen, text, len))
		return;
	if (w->count == AAC_LADDER_MAX) {
		w->why = "is too much to be spelled out";
		return;
	}
	copy = arena_strndup(w->arena, text, len);
	map_add(&w->seen, copy, len, w);
	w->texts[w->count++] = copy;
}

static bool is_slash(const struct aac_glob_step *step)
{
	return aac_glob_step_byte(step) == '/';
}

static unsigned char last_byte(const struct path *path)
{
	return path ? aac_glob_step_byte(&path->step) : 0;
}

static struct path path_add(const struct path *up, struct aac_glob_step step)
{
	return (struct path){ up, step, up ? up->len + 1 : 1 };
}

/* The steps of PATH and then those at REST (NULL: none), up to its end, as one row. */
static struct aac_glob_step *join(struct walk *w, const struct path *path,
				  const struct aac_glob_step *rest, size_t *count)
{
	size_t len = path ? path->len : 0, more = 0;
	struct aac_glob_step *steps;

	while (rest && rest[more].kind != AAC_GLOB_STEP_END)
		more++;
	spend(w, len + more);
	steps = ARENA_ARRAY(w->arena, struct aac_glob_step, len + more);
	for (; path; path = path->up)
		steps[path->len - 1] = path->step;
	if (more)
		memcpy(steps + len, rest, more * sizeof(*steps));
	*count = len + more;
	return steps;
}

/*
 * PATH and then REST (NULL: nothing) is a rung.  Where PATH has SPLIT steps or more, what
 * stands behind as many of them may also be missing: one text says both.  False where two
 * slashes would stand side by side: no name has them, and the text would mean another.
 */
static bool put_rung(struct walk *w, const struct path *path,
		     const struct aac_glob_step *rest, size_t split)
{
	struct aac_glob_step *steps;
	CLEANUP_BUF text = { 0 };
	size_t count;

	steps = join(w, path, rest, &count);
	for (size_t i = 1; i < count; i++)
		if (is_slash(&steps[i - 1]) && is_slash(&steps[i]))
			return false;
	if (split >= count) {
		aac_glob_steps_print(&text, steps, steps + count, 0, false);
	} else {
		aac_glob_steps_print(&text, steps, steps + split, 0, true);
		buf_puts(&text, "{,");
		aac_glob_steps_print(&text, steps + split, steps + count,
				     split ? aac_glob_step_byte(&steps[split - 1]) : 0,
				     true);
		buf_putc(&text, '}');
	}
	keep_text(w, buf_str(&text), text.len);
	return true;
}

/* What PLACES go on with by a byte of none of TOLD, and PATH itself when it ENDS. */
static void put_others(struct walk *w, const struct path *path,
		       const struct places *places, const struct aac_glob_set *told,
		       bool ends)
{
	for (size_t i = 0; i < places->count && !w->why; i++)
		for (const struct aac_glob_step *s = places->at[i];
		     s->kind != AAC_GLOB_STEP_END; s++) {
			bool star = s->kind != AAC_GLOB_STEP_BYTE;
			struct path next = path_add(path, others_of(s, told));

			if (!aac_glob_set_empty(&next.step.set) &&
			    put_rung(w, &next, star ? s : s + 1,
				     ends ? next.len - 1 : SIZE_MAX))
				ends = false;
			if (!star)
				break;
		}
	if (ends)
		put_rung(w, path, NULL, SIZE_MAX);
}

/* ---- the walk --------------------------------------------------------------------- */

static void descend(struct walk *w, const struct path *path, const struct places *places,
		    const struct places *except);

/* Is every place of EXCEPT a star, so that any byte but '/' changes nothing? */
static bool all_stars(const struct places *except)
{
	for (size_t i = 0; i < except->count; i++)
		if (except->at[i]->kind != AAC_GLOB_STEP_STAR)
			return false;
	return true;
}

static bool takes_all(const struct places *except)
{
	for (size_t i = 0; i < except->count; i++)
		if (except->at[i]->kind == AAC_GLOB_STEP_DEEP)
			return true;
	return false;
}

/* The first slash of a rest is met: behind it at BEHIND. */
static void cross(struct walk *w, const struct path *path,
		  const struct aac_glob_step *behind, const struct places *except)
{
	struct aac_glob_step step = { .kind = AAC_GLOB_STEP_BYTE };
	struct path slash;
	struct places one = places_new(w, 1), left;

	if (last_byte(path) == '/')
		return;
	aac_glob_set_add(&step.set, '/');
	slash = path_add(path, step);
	add_place(&one, behind);
	left = step_by(w, except, '/');
	descend(w, &slash, &one, &left);
}

/* REST, cut at its first slash; KEEP: the part without one is no exception. */
static void cut(struct walk *w, const struct path *path, const struct aac_glob_step *rest,
		const struct places *except, bool keep)
{
	struct aac_glob_step step = *rest;
	struct aac_glob_set set;
	struct path next;

	spend(w, 0);
	if (w->why)
		return;
	if (rest->kind == AAC_GLOB_STEP_END) {
		if (keep)
			put_rung(w, path, NULL, SIZE_MAX);
		return;
	}
	set = bytes_of(rest);
	if (rest->kind == AAC_GLOB_STEP_DEEP) {
		step.kind = AAC_GLOB_STEP_STAR;
		next = path_add(path, step);
		cross(w, &next, rest, except);
		cut(w, &next, rest + 1, except, keep);
		return;
	}
	if (rest->kind == AAC_GLOB_STEP_BYTE && aac_glob_set_has(&set, '/'))
		cross(w, path, rest + 1, except);
	step.set.bits['/' / 64] &= ~((uint64_t)1 << ('/' % 64));
	if (rest->kind == AAC_GLOB_STEP_BYTE && aac_glob_set_empty(&step.set))
		return;
	next = path_add(path, step);
	cut(w, &next, rest + 1, except, keep);
}

/* By each byte that EXCEPT tells apart. */
static void descend_told(struct walk *w, const struct path *path,
			 const struct places *places, const struct places *except,
			 const struct aac_glob_set *told)
{
	for (unsigned int byte = 1; byte < 256 && !w->why; byte++) {
		struct aac_glob_step step = { .kind = AAC_GLOB_STEP_BYTE };
		struct places next, left;
		struct path path_next;

		if (!aac_glob_set_has(told, (unsigned char)byte) ||
		    (byte == '/' && last_byte(path) == '/'))
			continue;
		next = step_by(w, places, (unsigned char)byte);
		if (!next.count)
			continue;
		left = step_by(w, except, (unsigned char)byte);
		aac_glob_set_add(&step.set, (unsigned char)byte);
		path_next = path_add(path, step);
		descend(w, &path_next, &next, &left);
	}
}

/* By all other bytes, which EXCEPT takes alike, to the places LEFT. */
static void descend_others(struct walk *w, const struct path *path,
			   const struct places *places, const struct places *left,
			   const struct aac_glob_set *told)
{
	for (size_t i = 0; i < places->count && !w->why; i++)
		for (const struct aac_glob_step *s = places->at[i];
		     s->kind != AAC_GLOB_STEP_END; s++) {
			bool star = s->kind != AAC_GLOB_STEP_BYTE;
			struct path next = path_add(path, others_of(s, told));
			struct places one = places_new(w, 1);

			if (!aac_glob_set_empty(&next.step.set)) {
				add_place(&one, star ? s : s + 1);
				descend(w, &next, &one, left);
			}
			if (!star)
				break;
		}
}

/* Some byte that TOLD has not, of which there is one. */
static unsigned char other_byte(const struct aac_glob_set *told)
{
	unsigned int byte = 1;

	while (byte < 255 && aac_glob_set_has(told, (unsigned char)byte))
		byte++;
	return (unsigned char)byte;
}

/*
 * What PLACES go on with behind PATH, less what EXCEPT does.  It goes no deeper than the
 * exceptions and the pattern are long, which aac_glob_rows bounds.
 */
static void descend(struct walk *w, const struct path *path, const struct places *places,
		    const struct places *except)
{
	bool ends = any_ends(places) && !any_ends(except);
	struct aac_glob_set told;
	struct places left;

	spend(w, places->count + except->count);
	if (w->why || takes_all(except))
		return;
	for (size_t i = 0; !except->count && i < places->count; i++)
		put_rung(w, path, places->at[i], SIZE_MAX);
	if (!except->count)
		return;
	if (all_stars(except)) {
		for (size_t i = 0; i < places->count; i++)
			cut(w, path, places->at[i], except, !any_ends(except));
		return;
	}
	told = told_apart(except);
	left = step_by(w, except, other_byte(&told));
	if (!left.count)
		put_others(w, path, places, &told, ends);
	else if (ends)
		put_rung(w, path, NULL, SIZE_MAX);
	descend_told(w, path, places, except, &told);
	if (left.count)
		descend_others(w, path, places, &left, &told);
}

/* Why ROW can be no exception, or NULL. */
static const char *refuse_row(const struct aac_glob_step *row)
{
	for (const struct aac_glob_step *s = row; s->kind != AAC_GLOB_STEP_END; s++) {
		if (s->kind == AAC_GLOB_STEP_DEEP && s[1].kind != AAC_GLOB_STEP_END)
			return "is no exception: '**' can stand at its end only";
		if (s->kind == AAC_GLOB_STEP_STAR && s[1].kind != AAC_GLOB_STEP_END &&
		    !is_slash(s + 1))
			return "is no exception: '*' can stand before a '/' or at its "
			       "end only";
	}
	return NULL;
}

static bool read_exceptions(struct walk *w, const char *const *except, size_t count,
			    struct places *places, size_t *which)
{
	struct aac_glob_rows *rows = ARENA_ARRAY(w->arena, struct aac_glob_rows, count);
	size_t total = 0;

	for (size_t i = 0; i < count && !w->why; i++) {
		*which = i + 1;
		if (!aac_glob_rows(w->arena, except[i], &rows[i], &w->why))
			return false;
		for (size_t k = 0; k < rows[i].count && !w->why; k++)
			w->why = refuse_row(rows[i].rows[k]);
		total += rows[i].count;
	}
	if (w->why)
		return false;
	*which = 0;
	*places = places_new(w, total);
	for (size_t i = 0; i < count; i++)
		for (size_t k = 0; k < rows[i].count; k++)
			places->at[places->count++] = rows[i].rows[k];
	return true;
}

bool aac_glob_except(struct arena *arena, const char *text, const char *const *except,
		     size_t count, struct aac_ladder *ladder)
{
	struct arena *scratch = arena_new();
	struct walk w = { .arena = scratch };
	struct aac_glob_rows rows;
	struct places places, exceptions;

	*ladder = (struct aac_ladder){ 0 };
	w.texts = ARENA_ARRAY(scratch, const char *, AAC_LADDER_MAX);
	if (aac_glob_rows(scratch, text, &rows, &w.why) &&
	    read_exceptions(&w, except, count, &exceptions, &ladder->which)) {
		places = (struct places){ rows.rows, rows.count };
		descend(&w, NULL, &places, &exceptions);
	}
	if (!w.why) {
		const char **texts = ARENA_ARRAY(arena, const char *, w.count);

		for (size_t i = 0; i < w.count; i++)
			texts[i] = arena_strdup(arena, w.texts[i]);
		ladder->texts = texts;
		ladder->count = w.count;
	}
	ladder->why = w.why;
	map_fini(&w.seen);
	arena_free(scratch);
	return !ladder->why;
}
