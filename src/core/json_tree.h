#pragma once

/*
 * JSON values as a tree in an arena, for texts of many thousand containers of which only
 * one is looked at at a time.  Accepts just what jansson accepts with
 * JSON_REJECT_DUPLICATES | JSON_ALLOW_NUL; says nothing of what is wrong, since
 * json_load.h does that better.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct arena;
struct aac_source;

enum aac_node_type {
	AAC_NODE_NULL,
	AAC_NODE_BOOL,
	AAC_NODE_INT,
	AAC_NODE_REAL,
	AAC_NODE_STRING,
	AAC_NODE_LIST,
	AAC_NODE_OBJECT,
};

/* Bytes that are borrowed from the source's text, or lie in the reader's arena. */
struct aac_slice {
	const char *text; /* no NUL behind it */
	size_t len;
};

struct aac_node {
	enum aac_node_type type;
	bool boolean;
	struct aac_slice key;	     /* of an object's member, decoded; holds no NUL */
	struct aac_slice raw;	     /* the value as it is written */
	const struct aac_node *next; /* the next member or element */
	union {
		int64_t integer;
		double real;
		struct aac_slice string; /* decoded, may hold NUL */
		struct {
			const struct aac_node *first; /* as they are written */
			size_t count;
			/* By key; NULL where there are few. */
			const struct aac_node *const *sorted;
		};
	};
};

/* The member KEY; NULL when there is none, or NODE (which may be NULL) is no object. */
const struct aac_node *aac_node_get(const struct aac_node *node, const char *key);
/* Is it a string that says WORD?  NODE may be NULL. */
bool aac_node_says(const struct aac_node *node, const char *word);
/* NULL may be missing: then true, too. */
bool aac_node_is_null(const struct aac_node *node);

/* ---- reading ---------------------------------------------------------------------- */

/* Stands somewhere in a text.  What it makes lies in ARENA. */
struct aac_json_reader {
	struct arena *arena;
	struct arena *strings;	     /* for what strings with escapes say */
	const char *text, *at, *end; /* *end is NUL */
	unsigned int depth;	     /* of what is open */
};

enum aac_json_step { AAC_JSON_WRONG, AAC_JSON_MEMBER, AAC_JSON_END };

/* Before the document's value. */
struct aac_json_reader aac_json_reader_new(struct arena *arena,
					   const struct aac_source *source);
/* Before the value at offset AT, which DEPTH brackets surround. */
struct aac_json_reader aac_json_reader_at(struct arena *arena,
					  const struct aac_source *source, uint32_t at,
					  unsigned int depth);
/* The value here, and past it; NULL when there is none. */
const struct aac_node *aac_json_read(struct aac_json_reader *reader);
/* Only white space is left. */
bool aac_json_at_end(struct aac_json_reader *reader);

/* An object member by member: into it; false when there is none here. */
bool aac_json_enter(struct aac_json_reader *reader);
/* To the next one's value; FIRST: there was none before.  Whether a key stands twice is
 * the caller's to see. */
enum aac_json_step aac_json_next(struct aac_json_reader *reader, bool first,
				 struct aac_slice *key);
/* Does a key stand twice among COUNT ones?  Puts them in order. */
bool aac_json_twice(struct aac_slice *keys, size_t count);
