#pragma once

/*
 * What the tables of an automaton are made of, for those who read and write them: a
 * header, then one table after another, each at a multiple of eight; numbers have their
 * highest byte first.  Source: core/dfa.h.
 */

#define AAC_DFA_MAGIC 0x1b5e783du
#define AAC_DFA_DIFFERENTIAL 0x80000000u /* of a base: it differs from its fallback */

enum table_id {
	TABLE_ACCEPT = 1,
	TABLE_BASE = 2,
	TABLE_CHECK = 3,
	TABLE_DEFAULT = 4,
	TABLE_CLASSES = 5,
	TABLE_ACCEPT2 = 7,
	TABLE_NEXT = 8,
	TABLE_END
};
