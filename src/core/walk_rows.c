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
};

struct walk_rows *walk_rows_new(struct arena *arena, const struct aac_dfa *dfa)
{
	struct walk_rows *rows = ARENA_NEW(arena, struct walk_rows);

	rows->arena = arena;
	rows->dfa = dfa;
	rows->rows =
		ARENA_ARRAY(arena, const struct walk_bytes *, dfa ? dfa->state_count : 0);
	return rows;
}

static const struct walk_bytes *make_row(struct walk_rows *rows, uint32_t state)
{
	struct walk_bytes *row = ARENA_NEW(rows->arena, struct walk_bytes);
	uint32_t led[AAC_DFA_BYTES], common;

	aac_dfa_row(rows->dfa, state, led);
	common = led[COMMON_BYTE];
	for (unsigned int rank = 0; rank < 256; rank++)
		if (led[ranked[rank]] != common)
			row->set[rank / 64] |= UINT64_C(1) << rank % 64;
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
