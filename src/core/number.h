#pragma once

/*
 * The kernel's numbers of what rules name by words: capabilities, address families,
 * socket types, signals, resource limits.
 *
 * Source: capabilities(7), socket(2) and the tables of the generic architecture in the
 * kernel's public headers; signals as AppArmor numbers them, which is the same on every
 * architecture, so they are its own.
 */

#include <stdint.h>

enum aac_number_table {
	AAC_NUMBER_CAPABILITY,
	AAC_NUMBER_FAMILY,
	AAC_NUMBER_SOCKET_TYPE,
	AAC_NUMBER_SIGNAL, /* real-time ones from AAC_SIGNAL_REALTIME on */
	AAC_NUMBER_LIMIT,
	AAC_NUMBER_TABLES
};

#define AAC_SIGNAL_REALTIME 128u
#define AAC_NUMBER_NONE UINT32_MAX

/* AAC_NUMBER_NONE: no such word. */
uint32_t aac_number_find(enum aac_number_table table, const char *word);
/* NULL: rules have no word for it. */
const char *aac_number_word(enum aac_number_table table, uint32_t number);
