#pragma once

/*
 * The product walk: pairs of states of two automatons that the same bytes lead to,
 * breadth first, so the first access found of any sort is a shortest one.  What the bytes
 * mean is told by a class of mediation, as parts of an access one behind the other; only
 * what a kernel can ask for is followed.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/blob.h"
#include "core/query.h"

struct arena;
struct walk_rows;

/* The state of a side that does not mediate the class: everything is allowed. */
#define WALK_ALL UINT32_MAX

struct walk_side {
	const struct aac_blob *blob;
	const struct aac_policydb *db; /* of the class that is walked */
	struct walk_rows *rows;	       /* of db */
};

/* Where a walk is.  Has no padding: it is a key as it stands in memory. */
struct walk_node {
	uint32_t a, b;	 /* states; AAC_DFA_DEAD once left */
	uint32_t a2, b2; /* the same of the part alone, for the second name of a pair */
	uint32_t part;	 /* of the access */
	uint32_t aux;	 /* what else the class must remember */
};

struct walk_step {
	struct walk_node node;
	const struct walk_step *parent;
	struct walk_step *next; /* in the order of discovery */
	const char *word;	/* that led here from the parent, or NULL: */
	uint8_t byte;
};

/* Bytes to be tried, by how well they read. */
struct walk_bytes {
	uint64_t set[4];
};

#define WALK_PARTS 11

/* The bytes of an access, part by part; each ends in a NUL that is not in its length. */
struct walk_text {
	const char *text;
	size_t len;
};

/* Of file and link accesses. */
enum walk_who { WALK_WHOEVER, WALK_OWNER, WALK_OTHER };

/* A place where the kernel decides. */
struct walk_point {
	const char *what; /* sort of the access, within its class; "" */
	enum aac_query_type type;
	enum walk_who who;
	uint32_t mask; /* bits that can be asked here */
	struct aac_perms a, b;
	unsigned int odd; /* how far from what programs do */
	uint32_t family, socket_type;
};

struct walk;
struct walk_part;

struct walk_class {
	const char *name;
	const struct walk_part *parts; /* of plain classes */
	/* The bytes that must be tried one by one; of all others one stands for all. */
	void (*special)(const struct walk *walk, const struct walk_node *at,
			struct walk_bytes *bytes);
	/* Where BYTE leads from AT; false: no access goes on so. */
	bool (*step)(struct walk *walk, const struct walk_node *at, uint8_t byte,
		     struct walk_node *to);
	/* Words to be tried at AT as a whole, up to NULL; and where one leads. */
	const char *const *(*words)(const struct walk_node *at);
	bool (*step_word)(struct walk *walk, const struct walk_node *at, const char *word,
			  struct walk_node *to);
	/* Call walk->found for all that is decided here. */
	void (*judge)(struct walk *walk, const struct walk_node *at);
	/* Fill in QUERY from the parts; false: no access is so.  NULL: nobody can ask. */
	bool (*ask)(const struct walk *walk, const struct walk_text *parts,
		    const struct walk_point *point, struct aac_query *query);
};

/* Permissions of a name that a pair began with, by both sides. */
struct walk_names {
	struct aac_perms a[2], b[2]; /* of the owner, of others */
};

struct walk {
	struct arena *arena;
	const struct walk_class *class;
	struct walk_side a, b;
	bool meet; /* follow only what both sides know */
	struct {
		struct walk_step *head, *last;
	} queue;
	struct walk_step **seen; /* a hash table, by node */
	size_t seen_count, seen_cap;
	bool exhausted;		    /* more pairs of states than anyone waits for */
	const struct walk_step *at; /* the one that is judged */
	struct walk_names *names;   /* of class file */
	uint32_t name_count, name_cap;
	/* What to do with a decision. */
	void (*found)(struct walk *walk, const struct walk_point *point);
};

/* Begin with DB of both sides; NULL: the automaton of files, else of the other classes.
 */
void walk_open(struct walk *walk, const struct aac_policydb *a,
	       const struct aac_policydb *b);
/* Walk CLASS from these nodes, COUNT of them. */
void walk_run(struct walk *walk, const struct walk_class *class,
	      const struct walk_node *starts, size_t count);
/* Give back what is not the arena's. */
void walk_close(struct walk *walk);

/* AT, with all states behind BYTE. */
struct walk_node walk_move(const struct walk *walk, const struct walk_node *at,
			   uint8_t byte);
/* The bytes of the way to the step that is judged; PARTS has WALK_PARTS of them. */
void walk_read(const struct walk *walk, struct walk_text *parts);

/* '/', '.' and NUL: what structures a text. */
void walk_bytes_add_text(struct walk_bytes *bytes);
/* From FIRST, which is below 32, to 31. */
void walk_bytes_add_low(struct walk_bytes *bytes, uint8_t first);
void walk_bytes_add_all(struct walk_bytes *bytes);

/* What a state of SIDE allows; WALK_ALL is told, too. */
struct aac_perms walk_perms(const struct walk_side *side, uint32_t state);
struct aac_perms walk_file_perms(const struct walk_side *side, uint32_t state,
				 bool owner);

/* ---- rows: the transitions of a state (walk_rows.c) -------------------------------- */

/* Kept by the automaton's states, made when first asked for. */
struct walk_rows *walk_rows_new(struct arena *arena, const struct aac_dfa *dfa);
/* Add the bytes by which STATE leads elsewhere than by most. */
void walk_rows_add(struct walk_rows *rows, uint32_t state, struct walk_bytes *bytes);
/* The byte of a rank: what reads well comes first. */
uint8_t walk_byte_at(unsigned int rank);

/* ---- paths: what the kernel can name ----------------------------------------------- */

/* The last component, so far. */
enum walk_path {
	WALK_PATH_NONE,	 /* nothing yet */
	WALK_PATH_SLASH, /* a '/' */
	WALK_PATH_DOT,	 /* "." */
	WALK_PATH_DOTS,	 /* ".." */
	WALK_PATH_NAME,
};

/* False: no path goes on so, as the kernel has "//", "." and ".." resolved. */
bool walk_path_step(enum walk_path *path, uint8_t byte);
/* May a path end so? */
bool walk_path_ends(enum walk_path path);

/* ---- classes ----------------------------------------------------------------------- */

/* One that is described by its parts alone. */
struct walk_plain {
	struct walk_class class;
	enum aac_class id;
	const char *prefix; /* bytes that each access begins with */
	size_t prefix_len;
};

extern const struct walk_plain walk_plain[];
extern const size_t walk_plain_count;
extern const struct walk_class walk_file;  /* links, change_profile at exec */
extern const struct walk_class walk_label; /* of change_profile */
extern const struct walk_class walk_mount;
extern const struct walk_class walk_attachment;
extern const struct walk_class walk_raw; /* whose accesses nobody knows */
