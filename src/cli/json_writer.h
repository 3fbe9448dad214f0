#pragma once

#include <stdbool.h>
#include <stddef.h>

struct buf;

/*
 * JSON results, written as they come: indented, keys in the order of the calls.  KEY is
 * NULL for an element of a list and for the outermost value.  `struct aac_json j = {
 * .out = b }`.
 */
struct aac_json {
	struct buf *out;
	unsigned int depth;
	bool more; /* something stands before at this depth */
	bool compact; /* on one line */
};

/* BRACKET is '{' or '['. */
void aac_json_begin(struct aac_json *json, const char *key, char bracket);
/* BRACKET is '}' or ']'. */
void aac_json_end(struct aac_json *json, char bracket);
/* NULL is null. */
void aac_json_put(struct aac_json *json, const char *key, const char *text);
void aac_json_number(struct aac_json *json, const char *key, size_t number);
void aac_json_bool(struct aac_json *json, const char *key, bool value);
/* TEXT is JSON already. */
void aac_json_raw(struct aac_json *json, const char *key, const char *text);
