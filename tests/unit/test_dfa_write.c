/* An automaton that is written is read as what it was. */
#include <criterion/criterion.h>
#include <stdlib.h>

#include "base/arena.h"
#include "base/buf.h"
#include "core/dfa_write.h"

#define CLASSES 40u

static unsigned int seed;

static uint32_t draw(uint32_t below)
{
	seed = seed * 1103515245u + 12345u;
	return (seed >> 16) % below;
}

/* Rows that lead to few states, as those of globs do; some are like another. */
static struct aac_dfa_states make(struct arena *arena, uint32_t count)
{
	struct aac_dfa_states made = { .class_count = CLASSES, .count = count };
	uint32_t *rows = ARENA_ARRAY(arena, uint32_t, (size_t)count * CLASSES);
	uint32_t *like = ARENA_ARRAY(arena, uint32_t, count);
	uint32_t *accept = ARENA_ARRAY(arena, uint32_t, count);
	uint32_t *accept2 = ARENA_ARRAY(arena, uint32_t, count);

	for (unsigned int byte = 0; byte < AAC_DFA_BYTES; byte++)
		made.classes[byte] = (uint8_t)(byte < CLASSES ? byte : draw(CLASSES));
	for (uint32_t i = 1; i < count; i++) {
		uint32_t *row = rows + (size_t)i * CLASSES, most = draw(count);

		like[i] = draw(3) ? draw(i) : AAC_DFA_DEAD;
		for (uint32_t c = 0; c < CLASSES; c++)
			row[c] = like[i] && draw(9) ? rows[(size_t)like[i] * CLASSES + c]
						    : (draw(4) ? most : draw(count));
		accept[i] = draw(1000) << 20 | draw(7);
		accept2[i] = draw(1000);
	}
	made.rows = rows;
	made.like = like;
	made.accept = accept;
	made.accept2 = accept2;
	return made;
}

static void hold(uint32_t count)
{
	struct arena *arena = arena_new();
	struct aac_dfa_states made = make(arena, count);
	CLEANUP_BUF bytes = { 0 };
	const struct aac_dfa *dfa;
	const char *why = NULL;
	size_t offset;

	cr_assert(aac_dfa_write(&made, &bytes));
	dfa = aac_dfa_read(arena, (const uint8_t *)bytes.data, bytes.len, &why, &offset);
	cr_assert(dfa != NULL, "%s", why);
	cr_assert_eq(dfa->state_count, count);
	for (uint32_t i = 0; i < count; i++) {
		cr_assert_eq(dfa->accept[i], made.accept[i]);
		cr_assert_eq(dfa->accept2[i], made.accept2[i]);
		for (unsigned int byte = 0; byte < AAC_DFA_BYTES; byte++)
			cr_assert_eq(aac_dfa_step(dfa, i, (uint8_t)byte),
				     made.rows[(size_t)i * CLASSES + made.classes[byte]],
				     "state %u of %u, byte %u", i, count, byte);
	}
	arena_free(arena);
}

Test(dfa_write, is_read_as_it_was)
{
	for (seed = 1; seed <= 40;) {
		unsigned int kept = seed;

		hold(2 + draw(kept * 12));
		seed = kept + 1;
	}
}

Test(dfa_write, has_room_for_a_state_number_of_two_bytes)
{
	struct arena *arena = arena_new();
	struct aac_dfa_states many = { .count = 65536 };
	CLEANUP_BUF bytes = { 0 };

	cr_assert(!aac_dfa_write(&many, &bytes));
	cr_assert_eq(bytes.len, 0);
	arena_free(arena);
}
