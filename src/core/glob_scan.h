#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct arena;

/*
 * Private to glob*.c: the text of a glob as tokens, escapes decoded and shape checked.
 */
enum aac_glob_token_kind {
	AAC_GLOB_TOKEN_BYTE,
	AAC_GLOB_TOKEN_ONE,    /* ? */
	AAC_GLOB_TOKEN_STAR,   /* a run of one or more * */
	AAC_GLOB_TOKEN_SET,    /* [...] */
	AAC_GLOB_TOKEN_VAR,    /* @{NAME} */
	AAC_GLOB_TOKEN_OPEN,   /* { */
	AAC_GLOB_TOKEN_COMMA,  /* , inside {} */
	AAC_GLOB_TOKEN_CLOSE,  /* } */
	AAC_GLOB_TOKEN_OPAQUE, /* a class that is beyond us */
};

struct aac_glob_token {
	enum aac_glob_token_kind kind;
	unsigned char byte;
	bool deep;	  /* STAR: two or more, '/' too; BYTE: written as "\/" */
	unsigned int ref; /* SET: number in sets */
	const char *name; /* VAR; OPAQUE: NULL when there is none */
	size_t name_len;
};

struct aac_glob_set {
	uint64_t bits[4];
};

static inline bool aac_glob_set_has(const struct aac_glob_set *set, unsigned char byte)
{
	return set->bits[byte / 64] >> (byte % 64) & 1;
}

struct aac_glob_scan {
	struct aac_glob_token *tokens;
	size_t count;
	struct aac_glob_set *sets;
	size_t set_count;
	const char *error; /* NULL: well formed */
	size_t error_at;
};

/* Everything in the result lies in ARENA; names of variables lie in TEXT. */
struct aac_glob_scan aac_glob_scan(struct arena *arena, const char *text);
/* The length of the "{NAME}" that TEXT begins with, as it stands behind the '@' of a
 * variable; 0: none. */
size_t aac_glob_variable_len(const char *text);
