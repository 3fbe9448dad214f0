#pragma once

/*
 * The automaton of compiled policy: tables of states and transitions, read strictly, then
 * stepped byte by byte as the kernel does it.
 *
 * Source of every fact about the format: the tables that apparmor_parser 3.0.8 and 4.1.0
 * write, and answers of Linux 6.1 and 6.12 to queries of what they had loaded.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct arena;

/* The state that nothing leaves and that allows nothing. */
#define AAC_DFA_DEAD 0u

struct aac_dfa {
	uint32_t state_count, transition_count;
	const uint32_t *accept, *accept2; /* by state; accept2 may be NULL */
	const uint32_t *base, *fallback;  /* by state */
	const uint32_t *next, *check;	  /* by transition */
	const uint8_t *classes;		  /* of 256 bytes, or NULL: each is its own */
};

/*
 * Read the SIZE bytes of an "aadfa" blob.  Everything is copied into ARENA; NULL with
 * *WHY and *OFFSET (in BYTES) when anything in it is not as it must be.
 */
const struct aac_dfa *aac_dfa_read(struct arena *arena, const uint8_t *bytes, size_t size,
				   const char **why, size_t *offset);

/* STATE is below state_count, and so is the result. */
uint32_t aac_dfa_step(const struct aac_dfa *dfa, uint32_t state, uint8_t byte);
uint32_t aac_dfa_run(const struct aac_dfa *dfa, uint32_t state, const void *bytes,
		     size_t len);

/* Where STATE's transitions begin in the tables, by byte or class; whether it says only
 * how it differs from its fallback. */
uint32_t aac_dfa_base(const struct aac_dfa *dfa, uint32_t state);
bool aac_dfa_differs(const struct aac_dfa *dfa, uint32_t state);

#define AAC_DFA_BYTES 256
/* Where each byte leads from STATE: all steps at once. */
void aac_dfa_row(const struct aac_dfa *dfa, uint32_t state, uint32_t row[AAC_DFA_BYTES]);
