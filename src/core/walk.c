/*
 * The engine of the product walk: a queue of pairs of states, each looked at once.  A
 * pair that both sides have left is not followed, as nothing differs behind it; nor,
 * where the sides are to meet, one that either has left.
 */
#include "core/walk.h"

#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/macro.h"

_Static_assert(sizeof(struct walk_node) == 6 * sizeof(uint32_t), "a key has no padding");

enum { FIRST_SEEN = 1024 };
/* Profiles of size have some ten thousand; these take a few hundred megabytes. */
enum { SEEN_MAX = 1 << 22 };
/* See walk_byte_at. */
enum { RANK_SLASH = 62, RANK_DOT = 63, RANK_NUL = 224 };

/* ---- sides ------------------------------------------------------------------------- */

void walk_open(struct walk *walk, const struct aac_policydb *a,
	       const struct aac_policydb *b)
{
	walk->a.db = a;
	walk->b.db = b;
	walk->a.rows = walk_rows_new(walk->arena, a->dfa);
	walk->b.rows = walk_rows_new(walk->arena, b->dfa);
}

static struct aac_perms perms_all(void)
{
	return (struct aac_perms){ .allow = UINT32_MAX };
}

/* A flag of the profile has everything logged. */
static struct aac_perms log_all(const struct walk_side *side, struct aac_perms perms)
{
	if (side->blob->audit_all) {
		perms.audit = UINT32_MAX;
		perms.quiet = 0;
	}
	return perms;
}

struct aac_perms walk_perms(const struct walk_side *side, uint32_t state)
{
	return state == WALK_ALL ? perms_all()
				 : log_all(side, aac_policydb_perms(side->db, state));
}

struct aac_perms walk_file_perms(const struct walk_side *side, uint32_t state, bool owner)
{
	return state == WALK_ALL
		       ? perms_all()
		       : log_all(side, aac_policydb_file_perms(side->db, state, owner));
}

static uint32_t move(const struct walk_side *side, uint32_t state, uint8_t byte)
{
	return state == WALK_ALL || state == AAC_DFA_DEAD
		       ? state
		       : aac_dfa_step(side->db->dfa, state, byte);
}

struct walk_node walk_move(const struct walk *walk, const struct walk_node *at,
			   uint8_t byte)
{
	struct walk_node to = *at;

	to.a = move(&walk->a, at->a, byte);
	to.b = move(&walk->b, at->b, byte);
	to.a2 = move(&walk->a, at->a2, byte);
	to.b2 = move(&walk->b, at->b2, byte);
	return to;
}

/* ---- what has been seen ------------------------------------------------------------ */

static size_t hash_node(const struct walk_node *node)
{
	uint64_t hash = node->a;

	hash = hash * 0x9e3779b97f4a7c15u + node->b;
	hash = (hash ^ hash >> 29) * 0xbf58476d1ce4e5b9u + node->aux;
	hash = (hash ^ hash >> 32) * 0x94d049bb133111ebu + node->part;
	hash = (hash ^ hash >> 29) * 0x9e3779b97f4a7c15u + node->a2;
	hash = (hash ^ hash >> 32) * 0xbf58476d1ce4e5b9u + node->b2;
	return (size_t)(hash ^ hash >> 31);
}

static struct walk_step **find_seen(const struct walk *walk, const struct walk_node *node)
{
	size_t mask = walk->seen_cap - 1, at = hash_node(node) & mask;

	while (walk->seen[at] && memcmp(&walk->seen[at]->node, node, sizeof(*node)) != 0)
		at = (at + 1) & mask;
	return &walk->seen[at];
}

static void grow_seen(struct walk *walk)
{
	free(walk->seen);
	walk->seen_cap = walk->seen_cap ? walk->seen_cap * 2 : FIRST_SEEN;
	walk->seen = calloc(walk->seen_cap, sizeof(struct walk_step *));
	if (!walk->seen)
		abort();
	for (struct walk_step *step = walk->queue.head; step; step = step->next)
		*find_seen(walk, &step->node) = step;
}

static void push(struct walk *walk, const struct walk_node *node,
		 const struct walk_step *parent, uint8_t byte, const char *word)
{
	bool a = node->a != AAC_DFA_DEAD, b = node->b != AAC_DFA_DEAD;
	struct walk_step **slot, *step;

	if (walk->meet ? !a || !b : !a && !b)
		return;
	if (walk->seen_count * 2 >= walk->seen_cap)
		grow_seen(walk);
	slot = find_seen(walk, node);
	walk->exhausted |= walk->seen_count >= SEEN_MAX;
	if (*slot || walk->exhausted)
		return;
	step = ARENA_NEW(walk->arena, struct walk_step);
	step->node = *node;
	step->parent = parent;
	step->byte = byte;
	step->word = word;
	*slot = step;
	walk->seen_count++;
	LIST_APPEND(&walk->queue, step);
}

void walk_close(struct walk *walk)
{
	free(walk->seen);
	free(walk->names);
	walk->seen = NULL;
	walk->seen_cap = walk->seen_count = 0;
	walk->names = NULL;
	walk->name_count = walk->name_cap = 0;
}

/* ---- bytes to try ------------------------------------------------------------------ */

void walk_bytes_add_text(struct walk_bytes *bytes)
{
	bytes->set[RANK_SLASH / 64] |= UINT64_C(1) << RANK_SLASH % 64;
	bytes->set[RANK_DOT / 64] |= UINT64_C(1) << RANK_DOT % 64;
	bytes->set[RANK_NUL / 64] |= UINT64_C(1) << RANK_NUL % 64;
}

void walk_bytes_add_low(struct walk_bytes *bytes, uint8_t first)
{
	bytes->set[RANK_NUL / 64] |= UINT64_MAX << (RANK_NUL % 64 + first);
}

void walk_bytes_add_all(struct walk_bytes *bytes)
{
	for (unsigned int i = 0; i < 4; i++)
		bytes->set[i] = UINT64_MAX;
}

/* One for all that are not in the set. */
static void add_common(struct walk_bytes *bytes)
{
	for (unsigned int i = 0; i < 4; i++)
		if (~bytes->set[i]) {
			bytes->set[i] |= ~bytes->set[i] & -~bytes->set[i];
			return;
		}
}

static void try_bytes(struct walk *walk, const struct walk_step *step,
		      const struct walk_bytes *bytes)
{
	for (unsigned int i = 0; i < 4; i++)
		for (uint64_t left = bytes->set[i]; left; left &= left - 1) {
			unsigned int rank = i * 64 + (unsigned int)__builtin_ctzll(left);
			uint8_t byte = walk_byte_at(rank);
			struct walk_node to;

			if (walk->class->step(walk, &step->node, byte, &to))
				push(walk, &to, step, byte, NULL);
		}
}

static void try_words(struct walk *walk, const struct walk_step *step)
{
	const char *const *word = walk->class->words(&step->node);
	struct walk_node to;

	for (; word && *word; word++)
		if (walk->class->step_word(walk, &step->node, *word, &to))
			push(walk, &to, step, 0, *word);
}

static void expand(struct walk *walk, const struct walk_step *step)
{
	const struct walk_node *node = &step->node;
	struct walk_bytes bytes = { { 0 } };

	walk->class->special(walk, node, &bytes);
	walk_rows_add(walk->a.rows, node->a, &bytes);
	walk_rows_add(walk->a.rows, node->a2, &bytes);
	walk_rows_add(walk->b.rows, node->b, &bytes);
	walk_rows_add(walk->b.rows, node->b2, &bytes);
	add_common(&bytes);
	try_bytes(walk, step, &bytes);
	if (walk->class->words)
		try_words(walk, step);
}

void walk_run(struct walk *walk, const struct walk_class *class,
	      const struct walk_node *starts, size_t count)
{
	walk->class = class;
	walk->queue.head = walk->queue.last = NULL;
	walk->seen_count = 0;
	if (walk->seen_cap)
		memset(walk->seen, 0, walk->seen_cap * sizeof(struct walk_step *));
	for (size_t i = 0; i < count; i++)
		push(walk, &starts[i], NULL, 0, NULL);
	for (const struct walk_step *step = walk->queue.head; step; step = step->next) {
		walk->at = step;
		class->judge(walk, &step->node);
		expand(walk, step);
	}
}

/* ---- the way here ------------------------------------------------------------------ */

static size_t count_steps(const struct walk_step *last)
{
	size_t count = 0;

	for (; last; last = last->parent)
		count++;
	return count;
}

/* A byte belongs to the part that it was read in, but a NUL that ends it. */
void walk_read(const struct walk *walk, struct walk_text *parts)
{
	size_t count = count_steps(walk->at), at = count;
	const struct walk_step **way =
		ARENA_ARRAY(walk->arena, const struct walk_step *, count);
	struct buf texts[WALK_PARTS] = { { 0 } };

	for (const struct walk_step *step = walk->at; step; step = step->parent)
		way[--at] = step;
	for (size_t i = 1; i < count; i++) {
		struct buf *text = &texts[way[i - 1]->node.part];

		if (way[i]->word)
			buf_puts(text, way[i]->word);
		else if (way[i]->byte || way[i]->node.part == way[i - 1]->node.part)
			buf_putc(text, (char)way[i]->byte);
	}
	for (unsigned int i = 0; i < WALK_PARTS; i++) {
		parts[i].text =
			arena_strndup(walk->arena, buf_str(&texts[i]), texts[i].len);
		parts[i].len = texts[i].len;
		buf_fini(&texts[i]);
	}
}

/* ---- paths ------------------------------------------------------------------------- */

bool walk_path_step(enum walk_path *path, uint8_t byte)
{
	switch (*path) {
	case WALK_PATH_NONE:
		*path = WALK_PATH_SLASH;
		return byte == '/';
	case WALK_PATH_SLASH:
		*path = byte == '.' ? WALK_PATH_DOT : WALK_PATH_NAME;
		return byte != '/';
	case WALK_PATH_DOT:
		*path = byte == '.' ? WALK_PATH_DOTS : WALK_PATH_NAME;
		return byte != '/';
	case WALK_PATH_DOTS:
		*path = WALK_PATH_NAME;
		return byte != '/';
	case WALK_PATH_NAME:
	default:
		if (byte == '/')
			*path = WALK_PATH_SLASH;
		return true;
	}
}

bool walk_path_ends(enum walk_path path)
{
	return path == WALK_PATH_SLASH || path == WALK_PATH_NAME;
}
