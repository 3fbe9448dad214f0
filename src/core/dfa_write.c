/*
 * Packs the rows of an automaton into its tables: of each row what is most of it is the
 * state's default, or another state's row is, whichever leaves less; and what is left
 * lies where the gaps of other rows leave room.
 */
#include "core/dfa_write.h"

#include <string.h>

#include "base/arena.h"
#include "base/buf.h"
#include "core/dfa_form.h"

#define VERSION "aa-compose" /* any text */
#define FLAG_DIFFERENTIAL 1u
#define TRIES 8192 /* places that are looked at for a row */

struct packing {
	const struct aac_dfa_states *states;
	struct arena *arena;
	uint32_t *base, *fallback;	 /* by state */
	uint32_t *next, *check;		 /* by place */
	uint32_t places;		 /* that there are */
	uint32_t used;			 /* behind the last one in use */
	uint32_t low;			 /* no place before it is free */
	uint32_t classes[AAC_DFA_BYTES]; /* of the row at hand: not by its default */
	uint32_t class_count;
};

/* ---- places ----------------------------------------------------------------------- */

/* The state that more than half of the row leads to, if there is one. */
static uint32_t most_of(const uint32_t *row, uint32_t count)
{
	uint32_t most = AAC_DFA_DEAD, votes = 0;

	for (uint32_t i = 0; i < count; i++) {
		if (votes == 0)
			most = row[i];
		if (row[i] == most)
			votes++;
		else
			votes--;
	}
	return most;
}

static void make_room(struct packing *p, uint32_t places)
{
	uint32_t *next, *check, wanted = p->places;

	if (places <= p->places)
		return;
	while (wanted < places)
		wanted = wanted ? 2 * wanted : 4096;
	next = ARENA_ARRAY(p->arena, uint32_t, wanted);
	check = ARENA_ARRAY(p->arena, uint32_t, wanted);
	if (p->places) {
		memcpy(next, p->next, p->places * sizeof(*next));
		memcpy(check, p->check, p->places * sizeof(*check));
	}
	p->next = next;
	p->check = check;
	p->places = wanted;
}

/* A place that no state has a transition in says the dead one, which has none. */
static bool is_free(const struct packing *p, uint32_t place)
{
	return place >= p->used || p->check[place] == AAC_DFA_DEAD;
}

static bool fits(const struct packing *p, uint32_t base)
{
	for (uint32_t i = 0; i < p->class_count; i++)
		if (!is_free(p, base + p->classes[i]))
			return false;
	return true;
}

/* The dead state's own transitions are free places too, so none lies there. */
static uint32_t find_base(struct packing *p)
{
	uint32_t first = p->classes[0], base;

	while (p->low < p->used && !is_free(p, p->low))
		p->low++;
	base = p->low > first ? p->low - first : 0;
	for (unsigned int i = 0; i < TRIES && base < p->used; i++, base++)
		if (fits(p, base))
			return base;
	return p->used > first ? p->used - first : 0;
}

static const uint32_t *row_of(const struct packing *p, uint32_t state)
{
	return p->states->rows + (size_t)state * p->states->class_count;
}

/* Of STATE what its default, or LIKE's row if that is better, does not say. */
static void find_rest(struct packing *p, uint32_t state, uint32_t like)
{
	const uint32_t *row = row_of(p, state), *other = row_of(p, like);
	uint32_t count = p->states->class_count, most = most_of(row, count);
	uint32_t plain = 0, differing = 0;
	bool differs;

	for (uint32_t i = 0; i < count; i++) {
		plain += row[i] != most;
		differing += row[i] != other[i];
	}
	differs = like != AAC_DFA_DEAD && differing < plain;
	p->fallback[state] = differs ? like : most;
	p->base[state] = differs ? AAC_DFA_DIFFERENTIAL : 0;
	p->class_count = 0;
	for (uint32_t i = 0; i < count; i++)
		if (row[i] != (differs ? other[i] : most))
			p->classes[p->class_count++] = i;
}

static void put_row(struct packing *p, uint32_t state)
{
	const uint32_t *row = row_of(p, state);
	uint32_t base, last;

	find_rest(p, state, p->states->like[state]);
	if (p->class_count == 0)
		return;
	base = find_base(p);
	last = base + p->classes[p->class_count - 1];
	make_room(p, base + AAC_DFA_BYTES);
	for (uint32_t i = 0; i < p->class_count; i++) {
		p->next[base + p->classes[i]] = row[p->classes[i]];
		p->check[base + p->classes[i]] = state;
	}
	p->base[state] |= base;
	if (last >= p->used)
		p->used = last + 1;
}

/* ---- bytes ------------------------------------------------------------------------ */

/* The highest byte first. */
static void put_number(struct buf *out, uint32_t value, unsigned int width)
{
	while (width-- > 0)
		buf_putc(out, (char)(value >> (8 * width) & 0xff));
}

static void put_head(struct buf *out, enum table_id id, unsigned int width,
		     uint32_t count)
{
	put_number(out, id, 2);
	put_number(out, width, 2);
	put_number(out, 0, 4);
	put_number(out, count, 4);
}

static void pad(struct buf *out, size_t start)
{
	buf_fill(out, '\0', (8 - (out->len - start) % 8) % 8);
}

static void put_table(struct buf *out, size_t start, enum table_id id, unsigned int width,
		      const uint32_t *numbers, uint32_t count)
{
	put_head(out, id, width, count);
	for (uint32_t i = 0; i < count; i++)
		put_number(out, numbers[i], width);
	pad(out, start);
}

static void put_classes(struct buf *out, size_t start, const uint8_t *classes)
{
	put_head(out, TABLE_CLASSES, 1, AAC_DFA_BYTES);
	buf_putn(out, (const char *)classes, AAC_DFA_BYTES);
	pad(out, start);
}

static void put_all(const struct packing *p, struct buf *out)
{
	const struct aac_dfa_states *states = p->states;
	const size_t start = out->len, header = 24;
	uint32_t places = p->used + AAC_DFA_BYTES;

	put_number(out, AAC_DFA_MAGIC, 4);
	put_number(out, (uint32_t)header, 4);
	put_number(out, 0, 4); /* the size, once it is known */
	put_number(out, FLAG_DIFFERENTIAL, 2);
	buf_putn(out, VERSION, header - 14);
	put_table(out, start, TABLE_ACCEPT, 4, states->accept, states->count);
	put_table(out, start, TABLE_ACCEPT2, 4, states->accept2, states->count);
	put_table(out, start, TABLE_BASE, 4, p->base, states->count);
	put_table(out, start, TABLE_DEFAULT, 2, p->fallback, states->count);
	put_table(out, start, TABLE_NEXT, 2, p->next, places);
	put_table(out, start, TABLE_CHECK, 2, p->check, places);
	put_classes(out, start, states->classes);
	for (unsigned int i = 0; i < 4; i++)
		out->data[start + 8 + i] =
			(char)((out->len - start) >> (8 * (3 - i)) & 0xff);
}

bool aac_dfa_write(const struct aac_dfa_states *states, struct buf *out)
{
	struct packing p = { .states = states };

	if (states->count > AAC_DFA_WRITE_STATES)
		return false;
	p.arena = arena_new();
	p.base = ARENA_ARRAY(p.arena, uint32_t, states->count);
	p.fallback = ARENA_ARRAY(p.arena, uint32_t, states->count);
	for (uint32_t i = 1; i < states->count; i++)
		put_row(&p, i);
	make_room(&p, p.used + AAC_DFA_BYTES);
	put_all(&p, out);
	arena_free(p.arena);
	return true;
}
