#pragma once

/*
 * An automaton written as tables that aac_dfa_read reads: the form of core/dfa.h, of
 * which the facts have their source there.
 */

#include <stdbool.h>
#include <stdint.h>

#include "core/dfa.h"

struct buf;

#define AAC_DFA_WRITE_STATES 0xffffu /* a state's number has two bytes */

/* An automaton as it was thought of: state 0 is AAC_DFA_DEAD, state 1 the first. */
struct aac_dfa_states {
	uint8_t classes[AAC_DFA_BYTES]; /* of each byte, below class_count */
	uint32_t class_count;
	uint32_t count;
	const uint32_t *accept, *accept2; /* by state */
	const uint32_t *rows; /* by state, class_count each: where a class leads */
	/* By state: another that it may be written as differing from, or 0.  They form no
	 * circle. */
	const uint32_t *like;
};

/* Behind what OUT holds; false: there are more states than the tables can name. */
bool aac_dfa_write(const struct aac_dfa_states *states, struct buf *out);
