/*
 * Feeding an automaton with the parts of an access.  A part that is not known leads to
 * all states that some text leads to, each held once.
 */
#include "core/query_feed.h"

#include <string.h>

#include "base/arena.h"
#include "base/buf.h"

/* What stands for the address of a socket that has none. */
#define ADDRESS_NONE "\1"

void ask_at(struct asking *ask, uint32_t state)
{
	ask->one = state;
	ask->states = &ask->one;
	ask->count = 1;
}

static bool is_alive(const struct asking *ask)
{
	for (size_t i = 0; i < ask->count; i++)
		if (ask->states[i] != AAC_DFA_DEAD)
			return true;
	return false;
}

static void count_bytes(struct asking *ask, const uint8_t *bytes, size_t len)
{
	for (size_t at = 0; at < len; at++) {
		for (size_t i = 0; i < ask->count; i++)
			ask->states[i] =
				aac_dfa_step(ask->db->dfa, ask->states[i], bytes[at]);
		ask->depth += is_alive(ask);
	}
}

void ask_bytes(struct asking *ask, const void *bytes, size_t len)
{
	if (ask->heard) {
		buf_putn(ask->heard, bytes, len);
		return;
	}
	if (ask->query->measured) {
		count_bytes(ask, bytes, len);
		return;
	}
	for (size_t i = 0; i < ask->count; i++)
		ask->states[i] = aac_dfa_run(ask->db->dfa, ask->states[i], bytes, len);
}

void ask_byte(struct asking *ask, unsigned int byte)
{
	const uint8_t single = (uint8_t)byte;

	ask_bytes(ask, &single, 1);
}

void ask_nul(struct asking *ask)
{
	ask_byte(ask, 0);
}

void ask_u16(struct asking *ask, uint32_t number)
{
	ask_byte(ask, number >> 8);
	ask_byte(ask, number & 0xff);
}

/* The states that any of the bytes FIRST to LAST leads to, each once. */
void ask_any_byte(struct asking *ask, unsigned int first, unsigned int last,
		  const char *what)
{
	uint32_t total;
	bool *seen;
	uint32_t *found;
	size_t count = 0;

	if (ask->heard) {
		ask->unsure = true;
		return;
	}
	total = ask->db->dfa->state_count;
	seen = ARENA_ARRAY(ask->arena, bool, total);
	found = ARENA_ARRAY(ask->arena, uint32_t, total);
	for (size_t i = 0; i < ask->count; i++)
		for (unsigned int byte = first; byte <= last; byte++) {
			uint32_t to =
				aac_dfa_step(ask->db->dfa, ask->states[i], (uint8_t)byte);

			if (!seen[to])
				found[count++] = to;
			seen[to] = true;
		}
	ask->states = found;
	ask->count = count;
	if (!ask->depends)
		ask->depends = what;
}

/* Any text of at least one byte, and one that is known to begin with FIRST unless 0. */
void ask_any(struct asking *ask, uint8_t first, const char *what)
{
	uint32_t total;
	bool *seen;
	uint32_t *grown;

	ask_any_byte(ask, first ? first : 1, first ? first : 255, what);
	if (ask->heard)
		return;
	total = ask->db->dfa->state_count;
	seen = ARENA_ARRAY(ask->arena, bool, total);
	grown = ARENA_ARRAY(ask->arena, uint32_t, total);
	memcpy(grown, ask->states, ask->count * sizeof(*grown));
	ask->states = grown;
	for (size_t i = 0; i < ask->count; i++)
		seen[grown[i]] = true;
	for (size_t i = 0; i < ask->count; i++)
		for (unsigned int byte = 1; byte <= 255; byte++) {
			uint32_t to = aac_dfa_step(ask->db->dfa, grown[i], (uint8_t)byte);

			if (!seen[to])
				grown[ask->count++] = to;
			seen[to] = true;
		}
}

void ask_text(struct asking *ask, const char *text, uint8_t first, const char *what)
{
	if (text)
		ask_bytes(ask, text, strlen(text));
	else
		ask_any(ask, first, what);
}

void ask_number(struct asking *ask, uint32_t number, const char *what)
{
	if (number != AAC_QUERY_ANY) {
		ask_u16(ask, number);
		return;
	}
	ask_any_byte(ask, 0, 0, what);
	ask_any_byte(ask, 0, 255, what);
}

void ask_address(struct asking *ask, const char *address, const char *what)
{
	if (!address) {
		ask_any(ask, 0, what);
	} else if (strcmp(address, "none") == 0) {
		ask_bytes(ask, ADDRESS_NONE, 1);
	} else {
		if (*address == '@')
			ask_nul(ask);
		ask_bytes(ask, address + (*address == '@'),
			  strlen(address) - (*address == '@'));
	}
}
