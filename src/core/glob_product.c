/*
 * Two automata walked together: is one's language within the other's, do they meet.
 *
 * Inclusion walks the nodes of the narrow one beside the set of nodes that the wide one
 * may be at: a place where the narrow one ends and the wide one does not is a
 * counterexample. Of the 256 bytes only as many are tried as the two can tell apart.
 *
 * Both walks are bounded; what was not settled by then is answered "not proved",
 * "unknown".
 */
#include "core/glob_form.h"

#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/map.h"

enum {
	MAX_PAIRS = 200 * 1000,
	MAX_BITS = 512 * 1024,	    /* of `seen` */
	MAX_WORK = 4 * 1000 * 1000, /* nodes and words of sets touched */
	BYTE_COUNT = 256,
	BITS = 64,
};

struct pair {
	uint32_t a, b; /* nodes; b is the number of a set of nodes in an inclusion */
};

struct walk {
	const struct aac_glob_form *a, *b; /* narrow and wide in an inclusion */
	bool loose;
	struct arena *scratch;
	struct pair *queue; /* all pairs that were met, in the order to look at them */
	size_t queued, queue_cap;
	uint64_t *seen;	  /* one bit for each pair that can be; or NULL, and then */
	struct map pairs; /* those that were met */
	struct map subsets;
	size_t words; /* of one subset */
	uint64_t *subset;
	uint16_t *stack;
	size_t work;
	bool failed;
	unsigned char bytes[BYTE_COUNT]; /* one of each kind */
	size_t byte_count;
};

static bool node_takes(const struct aac_glob_form *form, const struct aac_glob_node *node,
		       unsigned char byte, bool loose)
{
	switch ((enum aac_glob_node_kind)node->kind) {
	case AAC_GLOB_NODE_BYTE:
		return node->byte == byte;
	case AAC_GLOB_NODE_ANY:
		return true;
	case AAC_GLOB_NODE_PART:
		return byte != '/';
	case AAC_GLOB_NODE_SET:
		return aac_glob_set_has(&form->sets[node->ref], byte);
	case AAC_GLOB_NODE_VAR:
		return loose;
	case AAC_GLOB_NODE_SPLIT:
	case AAC_GLOB_NODE_END:
		break;
	}
	return false;
}

static bool same_variable(const struct aac_glob_var *a, const struct aac_glob_var *b)
{
	return a->len == b->len && memcmp(a->name, b->name, a->len) == 0 &&
	       a->before == b->before && a->after == b->after && a->inner == b->inner;
}

static bool nodes_share_variable(const struct walk *walk, const struct aac_glob_node *a,
				 const struct aac_glob_node *b)
{
	return a->kind == AAC_GLOB_NODE_VAR && b->kind == AAC_GLOB_NODE_VAR &&
	       same_variable(&walk->a->vars[a->ref], &walk->b->vars[b->ref]);
}

static void note_bytes(const struct aac_glob_form *form, bool *named)
{
	for (size_t i = 0; i < form->node_count; i++) {
		if (form->nodes[i].kind == AAC_GLOB_NODE_BYTE)
			named[form->nodes[i].byte] = true;
	}
}

/* Which of the form's sets hold BYTE: at most AAC_GLOB_MAX_SETS, one bit each. */
static uint64_t set_membership(const struct aac_glob_form *form, unsigned char byte)
{
	uint64_t mask = 0;

	for (size_t i = 0; i < form->set_count; i++)
		mask |= (uint64_t)aac_glob_set_has(&form->sets[i], byte) << i;
	return mask;
}

/* Each byte that is named stands for itself; of the rest one for each kind is enough. */
static void choose_bytes(struct walk *walk)
{
	bool named[BYTE_COUNT] = { ['/'] = true };
	struct {
		uint64_t a, b;
	} seen[BYTE_COUNT];
	size_t seen_count = 0, at;

	note_bytes(walk->a, named);
	note_bytes(walk->b, named);
	for (unsigned int byte = 0; byte < BYTE_COUNT; byte++) {
		uint64_t a = set_membership(walk->a, (unsigned char)byte);
		uint64_t b = set_membership(walk->b, (unsigned char)byte);

		for (at = 0; !named[byte] && at < seen_count; at++) {
			if (seen[at].a == a && seen[at].b == b)
				break;
		}
		if (!named[byte] && at < seen_count)
			continue;
		if (!named[byte]) {
			seen[seen_count].a = a;
			seen[seen_count++].b = b;
		}
		walk->bytes[walk->byte_count++] = (unsigned char)byte;
	}
}

/* Notes the pair; was it noted before? */
static bool pair_seen(struct walk *walk, struct pair pair)
{
	size_t bit = pair.a * walk->b->node_count + pair.b;
	uint64_t mask = (uint64_t)1 << (bit % BITS);
	char *key;

	if (walk->seen) {
		bool seen = walk->seen[bit / BITS] & mask;

		walk->seen[bit / BITS] |= mask;
		return seen;
	}
	if (map_get(&walk->pairs, (const char *)&pair, sizeof(pair)))
		return true;
	key = arena_alloc(walk->scratch, sizeof(pair), _Alignof(struct pair));
	memcpy(key, &pair, sizeof(pair));
	map_add(&walk->pairs, key, sizeof(pair), key);
	return false;
}

static void grow_queue(struct walk *walk)
{
	size_t cap = walk->queue_cap ? 2 * walk->queue_cap : 64;
	struct pair *queue = ARENA_ARRAY(walk->scratch, struct pair, cap);

	if (walk->queued)
		memcpy(queue, walk->queue, walk->queued * sizeof(*queue));
	walk->queue = queue;
	walk->queue_cap = cap;
}

static void add_pair(struct walk *walk, uint32_t a, uint32_t b)
{
	struct pair pair = { .a = a, .b = b };

	if (walk->failed || pair_seen(walk, pair))
		return;
	if (walk->queued >= MAX_PAIRS) {
		walk->failed = true;
		return;
	}
	if (walk->queued == walk->queue_cap)
		grow_queue(walk);
	walk->queue[walk->queued++] = pair;
}

static bool take_pair(const struct walk *walk, size_t index, struct pair *pair)
{
	if (walk->failed || index >= walk->queued)
		return false;
	*pair = walk->queue[index];
	return true;
}

static void spend(struct walk *walk, size_t work)
{
	walk->work += work;
	if (walk->work > MAX_WORK)
		walk->failed = true;
}

static size_t shared_prefix(const struct aac_glob_form *a, const struct aac_glob_form *b)
{
	return a->prefix_len < b->prefix_len ? a->prefix_len : b->prefix_len;
}

static void walk_init(struct walk *walk)
{
	walk->scratch = arena_new();
	choose_bytes(walk);
}

static void walk_fini(struct walk *walk)
{
	map_fini(&walk->pairs);
	map_fini(&walk->subsets);
	arena_free(walk->scratch);
}

/* Add NODE of the wide form and what it reaches for nothing. */
static void subset_add(struct walk *walk, uint16_t node)
{
	size_t depth = 0;

	walk->stack[depth++] = node;
	while (depth) {
		uint16_t at = walk->stack[--depth];
		const struct aac_glob_node *n = &walk->b->nodes[at];
		uint64_t bit = (uint64_t)1 << (at % BITS);

		if (walk->subset[at / BITS] & bit)
			continue;
		walk->subset[at / BITS] |= bit;
		if (n->kind != AAC_GLOB_NODE_SPLIT)
			continue;
		walk->stack[depth++] = n->alt;
		walk->stack[depth++] = n->next;
	}
}

/* The number of the subset in the making, from 0 on. */
static uint32_t subset_number(struct walk *walk)
{
	size_t size = walk->words * sizeof(*walk->subset), before = walk->subsets.count;
	const char *key = (const char *)walk->subset;
	void **slot = map_slot(&walk->subsets, key, size);

	if (walk->subsets.count != before) {
		/* It keeps this memory as its key; the next one is made elsewhere. */
		*slot = (void *)(uintptr_t)before;
		walk->subset = ARENA_ARRAY(walk->scratch, uint64_t, walk->words);
	}
	return (uint32_t)(uintptr_t)*slot;
}

static bool subset_has_end(const struct walk *walk, const uint64_t *subset)
{
	size_t end = walk->b->node_count - 1;

	return subset[end / BITS] >> (end % BITS) & 1;
}

/* Go on from each node of FROM that takes BYTE, or NARROW's variable when it is one. */
static bool subset_step(struct walk *walk, const uint64_t *from,
			const struct aac_glob_node *narrow, unsigned char byte)
{
	bool any = false;

	memset(walk->subset, 0, walk->words * sizeof(*walk->subset));
	spend(walk, walk->words);
	for (size_t word = 0; word < walk->words; word++) {
		for (uint64_t left = from[word]; left; left &= left - 1) {
			size_t at = word * BITS + (size_t)__builtin_ctzll(left);
			const struct aac_glob_node *node = &walk->b->nodes[at];

			spend(walk, 1);
			if (narrow->kind == AAC_GLOB_NODE_VAR
				    ? !nodes_share_variable(walk, narrow, node)
				    : !node_takes(walk->b, node, byte, false))
				continue;
			subset_add(walk, node->next);
			any = true;
		}
	}
	return any;
}

/* False when a name of the narrow one is found that the wide one does not match. */
static bool include_pair(struct walk *walk, struct pair pair)
{
	const struct aac_glob_node *node = &walk->a->nodes[pair.a];
	const uint64_t *from = (const void *)walk->subsets.entries[pair.b].key;

	if (node->kind == AAC_GLOB_NODE_END)
		return subset_has_end(walk, from);
	if (node->kind == AAC_GLOB_NODE_SPLIT) {
		add_pair(walk, node->next, pair.b);
		add_pair(walk, node->alt, pair.b);
		return true;
	}
	if (node->kind == AAC_GLOB_NODE_VAR) {
		if (!subset_step(walk, from, node, 0))
			return false;
		add_pair(walk, node->next, subset_number(walk));
		return true;
	}
	for (size_t i = 0; i < walk->byte_count && !walk->failed; i++) {
		if (!node_takes(walk->a, node, walk->bytes[i], false))
			continue;
		if (!subset_step(walk, from, node, walk->bytes[i]))
			return false;
		add_pair(walk, node->next, subset_number(walk));
	}
	return true;
}

bool aac_glob_form_includes(const struct aac_glob_form *wide,
			    const struct aac_glob_form *narrow)
{
	struct walk walk = {
		.a = narrow,
		.b = wide,
		.words = (wide->node_count + BITS - 1) / BITS,
	};
	uint16_t start = (uint16_t)shared_prefix(wide, narrow);
	struct pair pair;
	bool included = true;

	walk_init(&walk);
	walk.subset = ARENA_ARRAY(walk.scratch, uint64_t, walk.words);
	walk.stack = ARENA_ARRAY(walk.scratch, uint16_t, 2 * wide->node_count);
	subset_add(&walk, start);
	add_pair(&walk, start, subset_number(&walk));
	for (size_t i = 0; included && take_pair(&walk, i, &pair); i++)
		included = include_pair(&walk, pair);
	included = included && !walk.failed;
	walk_fini(&walk);
	return included;
}

static bool is_left_free(const struct walk *walk, const struct aac_glob_node *node)
{
	return node->kind == AAC_GLOB_NODE_SPLIT ||
	       (walk->loose && node->kind == AAC_GLOB_NODE_VAR);
}

/* Where the two may be without another byte. */
static bool add_free_moves(struct walk *walk, struct pair pair)
{
	const struct aac_glob_node *a = &walk->a->nodes[pair.a];
	const struct aac_glob_node *b = &walk->b->nodes[pair.b];

	if (is_left_free(walk, a)) {
		add_pair(walk, a->next, pair.b);
		add_pair(walk, a->alt, pair.b);
	}
	if (is_left_free(walk, b)) {
		add_pair(walk, pair.a, b->next);
		add_pair(walk, pair.a, b->alt);
	}
	return a->kind == AAC_GLOB_NODE_SPLIT || b->kind == AAC_GLOB_NODE_SPLIT;
}

static void meet_pair(struct walk *walk, struct pair pair)
{
	const struct aac_glob_node *a = &walk->a->nodes[pair.a];
	const struct aac_glob_node *b = &walk->b->nodes[pair.b];
	uint32_t next_a = a->kind == AAC_GLOB_NODE_VAR ? pair.a : a->next;
	uint32_t next_b = b->kind == AAC_GLOB_NODE_VAR ? pair.b : b->next;

	if (add_free_moves(walk, pair))
		return;
	if (nodes_share_variable(walk, a, b))
		add_pair(walk, a->next, b->next);
	spend(walk, walk->byte_count);
	for (size_t i = 0; i < walk->byte_count; i++) {
		if (!node_takes(walk->a, a, walk->bytes[i], walk->loose) ||
		    !node_takes(walk->b, b, walk->bytes[i], walk->loose))
			continue;
		add_pair(walk, next_a, next_b);
		return;
	}
}

enum aac_answer aac_glob_form_meets(const struct aac_glob_form *a,
				    const struct aac_glob_form *b, bool loose)
{
	struct walk walk = { .a = a, .b = b, .loose = loose };
	uint16_t start = (uint16_t)shared_prefix(a, b);
	bool met = false, failed;
	size_t bits = a->node_count * b->node_count;
	struct pair pair;

	walk_init(&walk);
	if (bits <= MAX_BITS)
		walk.seen = ARENA_ARRAY(walk.scratch, uint64_t, bits / BITS + 1);
	add_pair(&walk, start, start);
	for (size_t i = 0; !met && take_pair(&walk, i, &pair); i++) {
		met = pair.a == a->node_count - 1 && pair.b == b->node_count - 1;
		meet_pair(&walk, pair);
	}
	failed = walk.failed;
	walk_fini(&walk);
	if (met)
		return AAC_YES;
	return failed ? AAC_UNKNOWN : AAC_NO;
}
