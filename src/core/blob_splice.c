/*
 * Two automata are walked in step from their first states; what is reached is a state of
 * the new one.  A state belongs to a zone, which says whose it is.  The classes of bytes
 * are those that both automata, and the zones, tell apart.
 */
#include "core/blob_splice.h"

#include <string.h>

#include "base/arena.h"
#include "base/buf.h"
#include "core/blob.h"
#include "core/blob_rename.h"
#include "core/context.h"
#include "core/dfa_write.h"
#include "core/diag.h"

#define PAIRS_MAX ((size_t)16 << 20)

struct rows {
	const struct aac_dfa *dfa;
	uint32_t (*to)[AAC_DFA_BYTES];	/* by state */
	uint8_t classes[AAC_DFA_BYTES]; /* of bytes that lead to the same everywhere */
};

struct aac_splice {
	const struct buf *bytes;
	const char *name;
	struct rows policy, file;	      /* of the full text */
	struct rows small_policy, small_file; /* of the small one under that name */
	bool networks;			      /* their class is the full text's */
};

/* Which automaton it is, and what of it is the full text's. */
struct share {
	bool file, networks;
};

enum zone {
	ZONE_START,
	ZONE_PATH,   /* in a path */
	ZONE_BEHIND, /* behind a path's NUL */
	ZONE_FULL,   /* the full text's from here on */
	ZONE_SMALL,  /* the small one's */
	ZONE_COUNT
};

struct state {
	enum zone zone;
	uint32_t full, small; /* the states of the two, as far as the zone has them */
};

struct splicing {
	struct arena *arena;
	const struct rows *full;
	struct rows small;
	struct share share;
	struct aac_dfa_states made;
	uint8_t sample[AAC_DFA_BYTES]; /* of each class a byte */
	uint32_t *known[ZONE_COUNT];   /* states by number, plus 1 */
	struct state *states;
	uint32_t room;
};

/* ---- reading ---------------------------------------------------------------------- */

/* Of a text that says nothing of files: it has no automaton of them. */
static const uint32_t nothing[AAC_DFA_BYTES + 2];
static const struct aac_dfa no_files = {
	.state_count = 2,
	.transition_count = AAC_DFA_BYTES,
	.accept = nothing,
	.accept2 = nothing,
	.base = nothing,
	.fallback = nothing,
	.next = nothing,
	.check = nothing,
};

static const struct aac_dfa *files_of(const struct aac_blob *blob)
{
	return blob->file.dfa == blob->policy.dfa ? &no_files : blob->file.dfa;
}

/* One profile with automata that begin in state 1, and without tables of permissions. */
static const struct aac_blob *read_blob(struct arena *arena, const struct buf *bytes,
					const char *name)
{
	struct aac_diags silent;
	struct aac_context ctx = { .arena = arena, .diags = &silent };
	const struct aac_blob *b;

	aac_diags_init(&silent, arena);
	b = aac_blob_read(&ctx, name, (const uint8_t *)buf_str(bytes), bytes->len);
	if (!b || b->next || b->space || strcmp(b->name, name) != 0 || b->attach.dfa ||
	    !b->policy.dfa || !b->file.dfa || b->policy.table || b->file.table ||
	    b->policy.start != 1)
		return NULL;
	return b->file.dfa == b->policy.dfa || b->file.file_start == 1 ? b : NULL;
}

static bool same_column(const struct rows *rows, unsigned int a, unsigned int b)
{
	for (uint32_t i = 0; i < rows->dfa->state_count; i++)
		if (rows->to[i][a] != rows->to[i][b])
			return false;
	return true;
}

static void classify(struct rows *rows)
{
	uint8_t sample[AAC_DFA_BYTES]; /* of each class a byte */
	unsigned int count = 0;

	for (unsigned int byte = 0; byte < AAC_DFA_BYTES; byte++) {
		unsigned int class = 0;

		while (class < count && !same_column(rows, byte, sample[class]))
			class ++;
		if (class == count)
			sample[count++] = (uint8_t)byte;
		rows->classes[byte] = (uint8_t) class;
	}
}

static struct rows rows_of(struct arena *arena, const struct aac_dfa *dfa)
{
	struct rows rows = { .dfa = dfa };

	rows.to = arena_array(arena, dfa->state_count, sizeof(*rows.to),
			      _Alignof(uint32_t));
	for (uint32_t i = 0; i < dfa->state_count; i++)
		aac_dfa_row(dfa, i, rows.to[i]);
	classify(&rows);
	return rows;
}

const struct aac_splice *aac_splice_new(struct arena *arena, const struct buf *full,
					const struct buf *small, const char *name,
					bool networks)
{
	const struct aac_blob *blob = read_blob(arena, full, name);
	const struct aac_blob *other = read_blob(arena, small, name);
	struct aac_splice *splice;

	if (!blob || !other || files_of(blob) == &no_files)
		return NULL;
	splice = ARENA_NEW(arena, struct aac_splice);
	splice->bytes = full;
	splice->name = name;
	splice->networks = networks;
	splice->policy = rows_of(arena, blob->policy.dfa);
	splice->file = rows_of(arena, blob->file.dfa);
	splice->small_policy = rows_of(arena, other->policy.dfa);
	splice->small_file = rows_of(arena, files_of(other));
	return splice;
}

/* ---- zones ------------------------------------------------------------------------ */

static bool is_full_class(const struct share *share, uint8_t byte)
{
	return byte == AAC_CLASS_MOUNT ||
	       (share->networks &&
		(byte == AAC_CLASS_NETWORK || byte == AAC_CLASS_NETWORK_V9));
}

static enum zone next_zone(const struct share *share, enum zone zone, uint8_t byte)
{
	if (zone == ZONE_PATH)
		return byte == '\0' ? ZONE_BEHIND : ZONE_PATH;
	if (zone == ZONE_BEHIND)
		return byte == '/' ? ZONE_FULL : ZONE_SMALL;
	if (zone == ZONE_START && share->file)
		return byte == '/' ? ZONE_PATH : ZONE_SMALL;
	if (zone == ZONE_START)
		return is_full_class(share, byte) ? ZONE_FULL : ZONE_SMALL;
	return zone;
}

/* ---- two small texts -------------------------------------------------------------- */

struct pair {
	enum zone zone;
	uint32_t a, b;
};

static uint64_t accepts(const struct aac_dfa *dfa, uint32_t state)
{
	return (uint64_t)(dfa->accept2 ? dfa->accept2[state] : 0) << 32 |
	       dfa->accept[state];
}

struct agreeing {
	struct arena *arena;
	const struct rows *a, *b;
	uint8_t *seen; /* of each pair of states, the zones in which it was met */
	struct pair *todo;
	size_t count, room;
};

static void push(struct agreeing *g, struct pair pair)
{
	uint8_t *seen = &g->seen[(size_t)pair.a * g->b->dfa->state_count + pair.b];

	if (*seen & 1u << pair.zone)
		return;
	*seen = (uint8_t)(*seen | 1u << pair.zone);
	if (g->count == g->room) {
		size_t room = g->room ? 2 * g->room : 256;
		struct pair *todo = ARENA_ARRAY(g->arena, struct pair, room);

		if (g->count)
			memcpy(todo, g->todo, g->count * sizeof(*todo));
		g->todo = todo;
		g->room = room;
	}
	g->todo[g->count++] = pair;
}

/* In the zones that are the full text's, A and B say the same of each match. */
static bool agree(struct arena *arena, const struct rows *a, const struct rows *b,
		  const struct share *share)
{
	struct agreeing g = { .arena = arena, .a = a, .b = b };

	if (a->dfa->state_count > PAIRS_MAX / b->dfa->state_count)
		return false;
	g.seen = ARENA_ARRAY(arena, uint8_t,
			     (size_t)a->dfa->state_count * b->dfa->state_count);
	push(&g, (struct pair){ ZONE_START, 1, 1 });
	while (g.count > 0) {
		struct pair from = g.todo[--g.count];

		if (accepts(a->dfa, from.a) != accepts(b->dfa, from.b))
			return false;
		for (unsigned int byte = 0; byte < AAC_DFA_BYTES; byte++) {
			enum zone zone = next_zone(share, from.zone, (uint8_t)byte);

			if (zone != ZONE_SMALL)
				push(&g, (struct pair){ zone, a->to[from.a][byte],
							b->to[from.b][byte] });
		}
	}
	return true;
}

/* ---- classes of bytes ------------------------------------------------------------- */

static bool is_sign(const struct splicing *s, unsigned int byte)
{
	return s->share.file ? byte == '/' || byte == '\0'
			     : is_full_class(&s->share, (uint8_t)byte);
}

static bool alike(const struct splicing *s, unsigned int a, unsigned int b)
{
	return !is_sign(s, a) && !is_sign(s, b) &&
	       s->full->classes[a] == s->full->classes[b] &&
	       s->small.classes[a] == s->small.classes[b];
}

static void find_classes(struct splicing *s)
{
	for (unsigned int byte = 0; byte < AAC_DFA_BYTES; byte++) {
		uint32_t class = 0;

		while (class < s->made.class_count && !alike(s, byte, s->sample[class]))
			class ++;
		if (class == s->made.class_count)
			s->sample[s->made.class_count++] = (uint8_t)byte;
		s->made.classes[byte] = (uint8_t) class;
	}
}

/* ---- states ----------------------------------------------------------------------- */

static struct state step(const struct splicing *s, const struct state *from, uint8_t byte)
{
	struct state to = { .zone = next_zone(&s->share, from->zone, byte) };

	if (from->zone != ZONE_SMALL)
		to.full = s->full->to[from->full][byte];
	if (from->zone != ZONE_FULL)
		to.small = s->small.to[from->small][byte];
	if (to.zone == ZONE_FULL)
		to.small = AAC_DFA_DEAD;
	if (to.zone == ZONE_SMALL)
		to.full = AAC_DFA_DEAD;
	return to;
}

static uint32_t *known_as(const struct splicing *s, const struct state *state)
{
	uint32_t *known = s->known[state->zone];

	if (state->zone == ZONE_START)
		return known;
	if (state->zone == ZONE_FULL)
		return known + state->full;
	if (state->zone == ZONE_SMALL)
		return known + state->small;
	return known + (size_t)state->full * s->small.dfa->state_count + state->small;
}

/* The number of STATE, which is given to it when it has none. */
static uint32_t number_of(struct splicing *s, const struct state *state)
{
	uint32_t *known;

	if (state->full == AAC_DFA_DEAD && state->small == AAC_DFA_DEAD)
		return AAC_DFA_DEAD;
	known = known_as(s, state);
	if (*known)
		return *known - 1;
	if (s->made.count == s->room) {
		uint32_t room = 2 * s->room;
		struct state *states = ARENA_ARRAY(s->arena, struct state, room);

		memcpy(states, s->states, s->made.count * sizeof(*states));
		s->states = states;
		s->room = room;
	}
	s->states[s->made.count] = *state;
	*known = ++s->made.count;
	return *known - 1;
}

static bool make_known(struct splicing *s)
{
	size_t full = s->full->dfa->state_count, small = s->small.dfa->state_count;

	if (full > PAIRS_MAX / small)
		return false;
	s->known[ZONE_FULL] = ARENA_ARRAY(s->arena, uint32_t, full);
	s->known[ZONE_SMALL] = ARENA_ARRAY(s->arena, uint32_t, small);
	s->known[ZONE_START] = ARENA_NEW(s->arena, uint32_t);
	if (s->share.file) {
		s->known[ZONE_PATH] = ARENA_ARRAY(s->arena, uint32_t, full * small);
		s->known[ZONE_BEHIND] = ARENA_ARRAY(s->arena, uint32_t, full * small);
	}
	s->room = (uint32_t)(full + small);
	s->states = ARENA_ARRAY(s->arena, struct state, s->room);
	s->made.count = 1; /* the dead one */
	return true;
}

static void make_accepts(struct splicing *s)
{
	uint32_t *accept = ARENA_ARRAY(s->arena, uint32_t, s->made.count);
	uint32_t *accept2 = ARENA_ARRAY(s->arena, uint32_t, s->made.count);

	for (uint32_t i = 1; i < s->made.count; i++) {
		const struct state *state = &s->states[i];
		bool small = state->zone == ZONE_SMALL;
		const struct aac_dfa *dfa = small ? s->small.dfa : s->full->dfa;
		uint32_t at = small ? state->small : state->full;

		accept[i] = dfa->accept[at];
		accept2[i] = dfa->accept2 ? dfa->accept2[at] : 0;
	}
	s->made.accept = accept;
	s->made.accept2 = accept2;
}

/* As in the automaton that a state is of; the path zones' are of the full one. */
static void make_likes(struct splicing *s)
{
	uint32_t *like = ARENA_ARRAY(s->arena, uint32_t, s->made.count);

	for (uint32_t i = 1; i < s->made.count; i++) {
		struct state state = s->states[i];
		bool small = state.zone == ZONE_SMALL;
		const struct aac_dfa *dfa = small ? s->small.dfa : s->full->dfa;
		uint32_t *own = small ? &state.small : &state.full, *known;

		if (state.zone == ZONE_START || !aac_dfa_differs(dfa, *own))
			continue;
		*own = dfa->fallback[*own];
		known = known_as(s, &state);
		like[i] = *known ? *known - 1 : AAC_DFA_DEAD;
	}
	s->made.like = like;
}

/* The states that are reached from the first, in the order in which they are. */
static bool make_states(struct splicing *s)
{
	const struct state start = { .zone = ZONE_START, .full = 1, .small = 1 };
	uint32_t *rows = NULL;
	size_t room = 0;

	if (!make_known(s))
		return false;
	find_classes(s);
	number_of(s, &start);
	for (uint32_t i = 0; i < s->made.count; i++) {
		const struct state from = s->states[i];
		size_t at = (size_t)i * s->made.class_count;

		/* There may be as many as pairs. */
		if (s->made.count > AAC_DFA_WRITE_STATES)
			return false;
		if (at + s->made.class_count > room) {
			uint32_t *more;

			room = 2 * (room + (size_t)s->room * s->made.class_count);
			more = ARENA_ARRAY(s->arena, uint32_t, room);
			if (rows)
				memcpy(more, rows, at * sizeof(*more));
			rows = more;
		}
		for (uint32_t c = 0; i > 0 && c < s->made.class_count; c++) {
			struct state to = step(s, &from, s->sample[c]);

			rows[at + c] = number_of(s, &to);
		}
	}
	s->made.rows = rows;
	make_accepts(s);
	make_likes(s);
	return true;
}

/* One of the two automata; FIRST: the small text's under the full one's name. */
static bool splice(struct arena *arena, const struct rows *full, const struct rows *first,
		   const struct aac_dfa *small, struct share share, struct buf *out)
{
	struct splicing s = { .arena = arena,
			      .full = full,
			      .small = rows_of(arena, small),
			      .share = share };

	return small->state_count > 1 && agree(arena, first, &s.small, &share) &&
	       make_states(&s) && aac_dfa_write(&s.made, out);
}

bool aac_splice(const struct aac_splice *whole, struct arena *scratch,
		const struct buf *small, const char *to, struct buf *out)
{
	const struct aac_blob *blob = read_blob(scratch, small, to);
	const struct share policies = { .networks = whole->networks };
	const struct share files = { .file = true };
	CLEANUP_BUF policy = { 0 };
	CLEANUP_BUF file = { 0 };
	const struct buf *automata[] = { &policy, &file };

	return blob &&
	       splice(scratch, &whole->policy, &whole->small_policy, blob->policy.dfa,
		      policies, &policy) &&
	       splice(scratch, &whole->file, &whole->small_file, files_of(blob), files,
		      &file) &&
	       aac_blob_replace((const uint8_t *)whole->bytes->data, whole->bytes->len,
				whole->name, to, automata, 2, out);
}
