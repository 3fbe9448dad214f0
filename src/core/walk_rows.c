/*
 * The transitions of a state, seen from the walk: most bytes lead to one and the same
 * state, and only the others need to be tried one by one.  Bytes are ranked by how well
 * they read, so that witnesses do.
 */
#include "core/walk.h"

#include "base/arena.h"

/* A byte that literal text hardly has: where it leads, most others do. */
#define COMMON_BYTE 0x80u

#define R4(x) x, (x) + 1, (x) + 2, (x) + 3
#define R16(x) R4(x), R4((x) + 4), R4((x) + 8), R4((x) + 12)
#define R32(x) R16(x), R16((x) + 16)

/* Letters, digits, punctuation of paths, of texts, then what cannot be read. */
static const uint8_t ranked[256] = {
	'a',	'b',  'c', 'd',	 'e', 'f',  'g',       'h',	  'i',	     'j',
	'k',	'l',  'm', 'n',	 'o', 'p',  'q',       'r',	  's',	     't',
	'u',	'v',  'w', 'x',	 'y', 'z',  '0',       '1',	  '2',	     '3',
	'4',	'5',  '6', '7',	 '8', '9',  'A',       'B',	  'C',	     'D',
	'E',	'F',  'G', 'H',	 'I', 'J',  'K',       'L',	  'M',	     'N',
	'O',	'P',  'Q', 'R',	 'S', 'T',  'U',       'V',	  'W',	     'X',
	'Y',	'Z',  '/', '.',	 '_', '-',  ':',       '+',	  '@',	     '=',
	'~',	'%',  '#', '!',	 '$', '^',  '&',       ',',	  ';',	     '(',
	')',	'<',  '>', '|',	 '`', '[',  ']',       '{',	  '}',	     '?',
	'*',	'\'', '"', '\\', ' ', 0x7f, R32(0x80), R32(0xa0), R32(0xc0), R32(0xe0),
	R32(0),
};

uint8_t walk_byte_at(unsigned int rank)
{
	return ranked[rank];
}

struct walk_rows {
	struct arena *arena;
	const struct aac_dfa *dfa;
	const struct walk_bytes **rows; /* by state */
	uint8_t rank[AAC_DFA_BYTES];	/* of each byte */
	/* Where a state's own transitions stand in the tables, those of state S from
	 * places[first[S]] to places[first[S + 1]]; NULL: nobody has asked yet. */
	uint32_t *first, *places;
};

struct walk_rows *walk_rows_new(struct arena *arena, const struct aac_dfa *dfa)
{
	struct walk_rows *rows = ARENA_NEW(arena, struct walk_rows);

	rows->arena = arena;
	rows->dfa = dfa;
	for (unsigned int rank = 0; rank < AAC_DFA_BYTES; rank++)
		rows->rank[ranked[rank]] = (uint8_t)rank;
	rows->rows =
		ARENA_ARRAY(arena, const struct walk_bytes *, dfa ? dfa->state_count : 0);
	return rows;
}

static void add_byte(const struct walk_rows *rows, struct walk_bytes *row, uint8_t byte)
{
	row->set[rows->rank[byte] / 64] |= UINT64_C(1) << rows->rank[byte] % 64;
}

/* Of bytes that have classes. */
static void fill_all(const struct walk_rows *rows, uint32_t state, struct walk_bytes *row)
{
	uint32_t led[AAC_DFA_BYTES];

	aac_dfa_row(rows->dfa, state, led);
	for (unsigned int byte = 0; byte < AAC_DFA_BYTES; byte++)
		if (led[byte] != led[COMMON_BYTE])
			add_byte(rows, row, (uint8_t)byte);
}

/* The places of all transitions by the state that they belong to. */
static void sort_places(struct walk_rows *rows)
{
	const struct aac_dfa *dfa = rows->dfa;
	uint32_t *first = ARENA_ARRAY(rows->arena, uint32_t, dfa->state_count + 2);

	rows->places = ARENA_ARRAY(rows->arena, uint32_t, dfa->transition_count);
	rows->first = first;
	for (uint32_t at = 0; at < dfa->transition_count; at++)
		first[dfa->check[at] + 2]++;
	for (uint32_t i = 0; i < dfa->state_count; i++)
		first[i + 2] += first[i + 1];
	for (uint32_t at = 0; at < dfa->transition_count; at++)
		rows->places[first[dfa->check[at] + 1]++] = at;
}

/* What the row says: where bytes that are KNOWN lead, and all others. */
struct known {
	uint32_t led[AAC_DFA_BYTES], other;
	uint64_t bytes[4];
};

static bool is_known(const struct known *known, unsigned int byte)
{
	return known->bytes[byte / 64] >> byte % 64 & 1;
}

/* As aac_dfa_row, by the state's own transitions alone. */
static void take_known(const struct walk_rows *rows, uint32_t state, struct known *known)
{
	for (;; state = rows->dfa->fallback[state]) {
		uint32_t base = aac_dfa_base(rows->dfa, state);

		for (uint32_t i = rows->first[state]; i < rows->first[state + 1]; i++) {
			uint32_t byte = rows->places[i] - base;

			if (byte >= AAC_DFA_BYTES || is_known(known, byte))
				continue;
			known->bytes[byte / 64] |= UINT64_C(1) << byte % 64;
			known->led[byte] = rows->dfa->next[rows->places[i]];
		}
		if (!aac_dfa_differs(rows->dfa, state))
			break;
	}
	known->other = rows->dfa->fallback[state];
}

static void fill_known(struct walk_rows *rows, uint32_t state, struct walk_bytes *row)
{
	struct known known = { .bytes = { 0 } };
	uint32_t common;

	if (!rows->first)
		sort_places(rows);
	take_known(rows, state, &known);
	common = is_known(&known, COMMON_BYTE) ? known.led[COMMON_BYTE] : known.other;
	for (unsigned int i = 0; i < 4; i++) {
		uint64_t left = known.other == common ? known.bytes[i] : UINT64_MAX;

		for (; left; left &= left - 1) {
			unsigned int byte = i * 64 + (unsigned int)__builtin_ctzll(left);

			if (!is_known(&known, byte) || known.led[byte] != common)
				add_byte(rows, row, (uint8_t)byte);
		}
	}
}

static const struct walk_bytes *make_row(struct walk_rows *rows, uint32_t state)
{
	struct walk_bytes *row = ARENA_NEW(rows->arena, struct walk_bytes);

	if (rows->dfa->classes)
		fill_all(rows, state, row);
	else
		fill_known(rows, state, row);
	return row;
}

void walk_rows_add(struct walk_rows *rows, uint32_t state, struct walk_bytes *bytes)
{
	if (state == WALK_ALL || state == AAC_DFA_DEAD || !rows->dfa)
		return;
	if (!rows->rows[state])
		rows->rows[state] = make_row(rows, state);
	for (unsigned int i = 0; i < 4; i++)
		bytes->set[i] |= rows->rows[state]->set[i];
}
