#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/glob.h"
#include "core/glob_scan.h"

struct arena;

/*
 * Private to glob*.c: a glob as a non-deterministic automaton, with what lets the common
 * questions be answered without walking it.
 */
enum aac_glob_node_kind {
	AAC_GLOB_NODE_BYTE,
	AAC_GLOB_NODE_ANY,   /* one byte */
	AAC_GLOB_NODE_PART,  /* one byte that is not '/' */
	AAC_GLOB_NODE_SET,   /* one byte of sets[ref] */
	AAC_GLOB_NODE_VAR,   /* vars[ref]; taken as anything, it is left by next or alt */
	AAC_GLOB_NODE_SPLIT, /* nothing: go on at next and at alt */
	AAC_GLOB_NODE_END,
};

struct aac_glob_node {
	uint8_t kind;
	unsigned char byte;
	uint16_t next, alt, ref;
};

/*
 * apparmor_parser puts a variable's value into the text and reads the result, so what it
 * comes to depends on its neighbours: it is the same only where those are alike.
 */
enum aac_glob_beside {
	AAC_GLOB_BESIDE_EDGE,
	AAC_GLOB_BESIDE_SLASH,
	AAC_GLOB_BESIDE_ROOT, /* the first byte, a slash: a second one would be kept */
	AAC_GLOB_BESIDE_VAR,
	AAC_GLOB_BESIDE_OTHER,
};

struct aac_glob_var {
	const char *name;
	size_t len;
	enum aac_glob_beside before, after;
	bool inner; /* inside {}, where a comma in its value separates */
};

enum aac_glob_tail {
	AAC_GLOB_TAIL_NONE,
	AAC_GLOB_TAIL_ANY,  /* behind the prefix comes anything, or nothing */
	AAC_GLOB_TAIL_SOME, /* the prefix ends in '/', then anything but '/' or nothing */
};

struct aac_glob_form {
	const unsigned char *prefix, *suffix; /* what every name begins, ends with */
	size_t prefix_len, suffix_len;
	bool literal; /* the prefix is all; there are no nodes */
	bool opaque;  /* understood too little to have nodes */
	enum aac_glob_tail tail;
	const struct aac_glob_node *nodes; /* nodes[0 .. prefix_len - 1] are the prefix */
	size_t node_count;
	const struct aac_glob_set *sets;
	size_t set_count;
	const struct aac_glob_var *vars;
	size_t var_count;
	/* One name, which settles most questions, and its bytes; NULL: none is known. */
	const unsigned char *sample;
	size_t sample_len;
	struct aac_glob_set sampled;
	struct aac_glob_set needed; /* bytes that stand in every name */
};

/* More sets than this make a form opaque. */
enum { AAC_GLOB_MAX_SETS = 64 };

struct aac_glob_form aac_glob_form_new(struct arena *arena,
				       const struct aac_glob_scan *scan);

/* Does GLOB match the bytes?  LOOSE: a variable stands for anything. */
enum aac_answer aac_glob_form_match(const struct aac_glob_form *glob,
				    const unsigned char *bytes, size_t len, bool loose);
/* Does every name begin with '/' or a variable? */
bool aac_glob_form_is_path(const struct aac_glob_form *form);
/* Both have nodes: is NARROW's language within WIDE's?  Proved, or false. */
bool aac_glob_form_includes(const struct aac_glob_form *wide,
			    const struct aac_glob_form *narrow);
/* Both have nodes: do their languages meet? */
enum aac_answer aac_glob_form_meets(const struct aac_glob_form *a,
				    const struct aac_glob_form *b, bool loose);
