/*
 * Reads the tables of a compiled automaton and steps through them.  All that stepping
 * relies on is verified here once: every number that names a state or a transition is in
 * range, and states that differ from another by a few transitions only (differential
 * encoding) lead to one that stands alone.
 */
#include "core/dfa.h"

#include <stdbool.h>
#include <string.h>

#include "base/arena.h"
#include "base/macro.h"
#include "core/dfa_form.h"

#define HEADER_MIN 14u	 /* magic, hsize, ssize, flags */
#define TABLE_HEADER 12u /* id, width, high part of the count, count */
#define FLAGS_KNOWN 3u	 /* differential encoding, out-of-band transitions */
#define BASE_INDEX 0x00ffffffu
#define BASE_OUT_OF_BAND 0x20000000u
#define BYTES 256u

struct table {
	bool present;
	unsigned int width; /* bytes of an entry */
	uint32_t count;
	const uint8_t *entries;
};

struct reading {
	struct arena *arena;
	const uint8_t *bytes;
	size_t size, at;
	const char *why;
	struct table tables[TABLE_END];
};

static bool fail(struct reading *reading, const char *why)
{
	if (!reading->why)
		reading->why = why;
	return false;
}

/* A big-endian number of WIDTH bytes. */
static uint32_t number(const uint8_t *bytes, unsigned int width)
{
	uint32_t value = 0;

	for (unsigned int i = 0; i < width; i++)
		value = value << 8 | bytes[i];
	return value;
}

static bool read_header(struct reading *reading)
{
	const uint8_t *bytes = reading->bytes;
	uint32_t header, all;

	if (reading->size < HEADER_MIN)
		return fail(reading, "the automaton's header is cut off");
	if (number(bytes, 4) != AAC_DFA_MAGIC)
		return fail(reading, "no automaton begins here");
	header = number(bytes + 4, 4);
	all = number(bytes + 8, 4);
	if (header < HEADER_MIN || header > all || all > reading->size)
		return fail(reading, "the automaton's sizes do not fit");
	if (number(bytes + 12, 2) & ~FLAGS_KNOWN)
		return fail(reading, "the automaton has flags that are not known");
	reading->size = all;
	reading->at = header;
	return true;
}

/* The widths that a table may have, as bits. */
static unsigned int widths_of(unsigned int id)
{
	switch (id) {
	case TABLE_ACCEPT:
	case TABLE_ACCEPT2:
	case TABLE_BASE:
		return 1u << 4;
	case TABLE_CHECK:
	case TABLE_DEFAULT:
	case TABLE_NEXT:
		return 1u << 4 | 1u << 2;
	case TABLE_CLASSES:
		return 1u << 1;
	default:
		return 0;
	}
}

static bool read_table(struct reading *reading)
{
	const uint8_t *head = reading->bytes + reading->at;
	size_t left = reading->size - reading->at, padded;
	unsigned int id, width;
	struct table *table;

	if (left < TABLE_HEADER)
		return fail(reading, "a table's header is cut off");
	id = number(head, 2);
	width = number(head + 2, 2);
	if (widths_of(id) == 0)
		return fail(reading, "a table of the automaton is of no known kind");
	if (width > 4 || !(widths_of(id) >> width & 1))
		return fail(reading,
			    "a table's entries have a width that they cannot have");
	table = &reading->tables[id];
	if (table->present)
		return fail(reading, "a table is there twice");
	table->present = true;
	table->width = width;
	table->count = number(head + 8, 4);
	table->entries = head + TABLE_HEADER;
	if (number(head + 4, 4) || table->count > (left - TABLE_HEADER) / width)
		return fail(reading, "a table is cut off");
	padded = (TABLE_HEADER + (size_t)table->count * width + 7) & ~(size_t)7;
	reading->at += padded < left ? padded : left;
	return true;
}

/* Each of its own width, for the compiler to do several at once. */
static void unpack_wide(uint32_t *restrict to, const uint8_t *restrict from,
			uint32_t count)
{
	for (size_t i = 0; i < count; i++)
		to[i] = (uint32_t)from[4 * i] << 24 | (uint32_t)from[4 * i + 1] << 16 |
			(uint32_t)from[4 * i + 2] << 8 | from[4 * i + 3];
}

static void unpack_narrow(uint32_t *restrict to, const uint8_t *restrict from,
			  uint32_t count)
{
	for (size_t i = 0; i < count; i++)
		to[i] = (uint32_t)from[2 * i] << 8 | from[2 * i + 1];
}

/* Entries of four bytes, or of two. */
static const uint32_t *unpack(struct reading *reading, enum table_id id)
{
	const struct table *table = &reading->tables[id];
	uint32_t *entries;

	if (!table->present)
		return NULL;
	entries = ARENA_ARRAY(reading->arena, uint32_t, table->count);
	if (table->width == 4)
		unpack_wide(entries, table->entries, table->count);
	else
		unpack_narrow(entries, table->entries, table->count);
	return entries;
}

static bool check_shape(struct reading *reading)
{
	const struct table *tables = reading->tables;
	uint32_t states = tables[TABLE_ACCEPT].count;

	for (unsigned int id = TABLE_ACCEPT; id < TABLE_END; id++)
		if (widths_of(id) && id != TABLE_ACCEPT2 && id != TABLE_CLASSES &&
		    !tables[id].present)
			return fail(reading, "a table of the automaton is missing");
	if (tables[TABLE_BASE].count != states || tables[TABLE_DEFAULT].count != states ||
	    (tables[TABLE_ACCEPT2].present && tables[TABLE_ACCEPT2].count != states))
		return fail(reading, "the tables tell different numbers of states");
	if (tables[TABLE_NEXT].count != tables[TABLE_CHECK].count)
		return fail(reading, "the tables tell different numbers of transitions");
	if (tables[TABLE_CLASSES].present && tables[TABLE_CLASSES].count != BYTES)
		return fail(reading, "the classes of bytes are not 256");
	if (states < 2)
		return fail(reading, "the automaton has no state to start from");
	return true;
}

static bool all_below(const uint32_t *numbers, uint32_t count, uint32_t limit)
{
	for (uint32_t i = 0; i < count; i++)
		if (numbers[i] >= limit)
			return false;
	return true;
}

static bool check_ranges(struct reading *reading, const struct aac_dfa *dfa)
{
	uint32_t states = dfa->state_count, transitions = dfa->transition_count;

	if (!all_below(dfa->next, transitions, states) ||
	    !all_below(dfa->check, transitions, states) ||
	    !all_below(dfa->fallback, states, states))
		return fail(reading, "a transition names a state that is not there");
	for (uint32_t i = 0; i < states; i++) {
		uint32_t flags = dfa->base[i] & ~BASE_INDEX;
		size_t last = (size_t)(dfa->base[i] & BASE_INDEX) + BYTES - 1;

		if (flags & ~(AAC_DFA_DIFFERENTIAL | BASE_OUT_OF_BAND))
			return fail(reading, "a state has flags that are not known");
		if (last >= transitions)
			return fail(reading, "a state's transitions are not all there");
	}
	return true;
}

/* Every chain of differential states ends: walked once each, with the number of the walk
 * as its mark. */
static bool check_chains(struct reading *reading, const struct aac_dfa *dfa)
{
	uint32_t *walk = ARENA_ARRAY(reading->arena, uint32_t, dfa->state_count);

	for (uint32_t i = 0; i < dfa->state_count; i++) {
		uint32_t s = i;

		while (dfa->base[s] & AAC_DFA_DIFFERENTIAL && walk[s] == 0) {
			walk[s] = i + 1;
			s = dfa->fallback[s];
		}
		if (dfa->base[s] & AAC_DFA_DIFFERENTIAL && walk[s] == i + 1)
			return fail(reading, "differential states form a circle");
	}
	return true;
}

static bool check_dead(struct reading *reading, const struct aac_dfa *dfa)
{
	for (unsigned int byte = 0; byte < BYTES; byte++)
		if (aac_dfa_step(dfa, AAC_DFA_DEAD, (uint8_t)byte) != AAC_DFA_DEAD)
			return fail(reading, "a transition leaves the dead state");
	return true;
}

static const struct aac_dfa *unpack_all(struct reading *reading)
{
	struct aac_dfa *dfa = ARENA_NEW(reading->arena, struct aac_dfa);
	const struct table *classes = &reading->tables[TABLE_CLASSES];

	dfa->state_count = reading->tables[TABLE_ACCEPT].count;
	dfa->transition_count = reading->tables[TABLE_NEXT].count;
	dfa->accept = unpack(reading, TABLE_ACCEPT);
	dfa->accept2 = unpack(reading, TABLE_ACCEPT2);
	dfa->base = unpack(reading, TABLE_BASE);
	dfa->fallback = unpack(reading, TABLE_DEFAULT);
	dfa->next = unpack(reading, TABLE_NEXT);
	dfa->check = unpack(reading, TABLE_CHECK);
	if (classes->present) {
		uint8_t *copy = ARENA_ARRAY(reading->arena, uint8_t, BYTES);

		memcpy(copy, classes->entries, BYTES);
		dfa->classes = copy;
	}
	return dfa;
}

const struct aac_dfa *aac_dfa_read(struct arena *arena, const uint8_t *bytes, size_t size,
				   const char **why, size_t *offset)
{
	struct reading reading = { .arena = arena, .bytes = bytes, .size = size };
	const struct aac_dfa *dfa = NULL;
	bool fine = read_header(&reading);

	while (fine && reading.at < reading.size)
		fine = read_table(&reading);
	if (fine && check_shape(&reading)) {
		dfa = unpack_all(&reading);
		fine = check_ranges(&reading, dfa) && check_chains(&reading, dfa) &&
		       check_dead(&reading, dfa);
	}
	*why = reading.why;
	*offset = reading.at;
	return reading.why ? NULL : dfa;
}

uint32_t aac_dfa_step(const struct aac_dfa *dfa, uint32_t state, uint8_t byte)
{
	uint32_t offset = dfa->classes ? dfa->classes[byte] : byte;

	for (;;) {
		uint32_t at = (dfa->base[state] & BASE_INDEX) + offset;

		if (dfa->check[at] == state)
			return dfa->next[at];
		if (!(dfa->base[state] & AAC_DFA_DIFFERENTIAL))
			return dfa->fallback[state];
		state = dfa->fallback[state];
	}
}

uint32_t aac_dfa_base(const struct aac_dfa *dfa, uint32_t state)
{
	return dfa->base[state] & BASE_INDEX;
}

bool aac_dfa_differs(const struct aac_dfa *dfa, uint32_t state)
{
	return dfa->base[state] & AAC_DFA_DIFFERENTIAL;
}

/* A state that differs from another says only how: what it does not say is asked of that
 * one, and of the last one's default. */
void aac_dfa_row(const struct aac_dfa *dfa, uint32_t state, uint32_t row[AAC_DFA_BYTES])
{
	bool known[AAC_DFA_BYTES] = { false };

	for (;; state = dfa->fallback[state]) {
		uint32_t base = dfa->base[state] & BASE_INDEX;

		for (unsigned int byte = 0; byte < AAC_DFA_BYTES; byte++) {
			uint32_t at = base + (dfa->classes ? dfa->classes[byte] : byte);

			if (dfa->check[at] != state || known[byte])
				continue;
			row[byte] = dfa->next[at];
			known[byte] = true;
		}
		if (!(dfa->base[state] & AAC_DFA_DIFFERENTIAL))
			break;
	}
	for (unsigned int byte = 0; byte < AAC_DFA_BYTES; byte++)
		if (!known[byte])
			row[byte] = dfa->fallback[state];
}

uint32_t aac_dfa_run(const struct aac_dfa *dfa, uint32_t state, const void *bytes,
		     size_t len)
{
	const uint8_t *at = bytes;

	for (size_t i = 0; i < len && state != AAC_DFA_DEAD; i++)
		state = aac_dfa_step(dfa, state, at[i]);
	return state;
}
