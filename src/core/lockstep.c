/*
 * Automata in lockstep.  A state is the list of those that are not dead, with
 * where each is, and of two things more that decide which rule is named: how much of a
 * rule's text a path has followed (aac_lone_may_speak), and which rule a path followed
 * longest (aac_lone_nearest).  Not obvious: states are never made before a path leads
 * there, because all that could be are far too many.
 */
#include "core/lockstep.h"

#include <string.h>

#include "base/arena.h"
#include "base/map.h"
#include "core/blob.h"

/* Steps are kept for the bytes of ASCII. */
enum { STEPS = 128 };

/* What all states may take. */
#define STATES_BYTES ((size_t)6 << 20)

/* Less than a slash in common is not near. */
#define NEAR_DEPTH 2

struct member {
	const struct aac_dfa *dfa;
	uint32_t start;
	bool nearest;		     /* aac_lone_nearest asks it */
	const unsigned char *prefix; /* that its text begins with; or NULL */
	size_t prefix_len;
};

/* Of a member: the state of its automaton, or how much of its prefix was there. */
struct part {
	uint32_t of; /* twice the member's number, and one more for the prefix */
	uint32_t at;
};

/* What makes a state; its bytes are the key that it is found by. */
struct place {
	uint32_t depth; /* the number of bytes that led here, up to NEAR_DEPTH */
	uint32_t near;	/* the number of the nearest member, and one more; 0: none */
	struct part parts[];
};

struct state {
	struct state *next[STEPS];
	const struct place *place;
	size_t count; /* of the place's parts */
};

struct aac_lockstep {
	struct arena *arena;
	enum aac_kind_id kind;
	enum aac_query_type type;
	bool fed;		    /* bytes matter to one of them */
	size_t near_fed, near_deaf; /* that may be nearest: by whether bytes matter */
	struct member *members;
	size_t count, cap;
	struct state *start;
	struct place *room; /* for one that is being made */
	size_t bytes;	    /* that states take */
	struct map states;  /* place -> struct state */
};

static struct member *add_member(struct aac_lockstep *lockstep,
				 const struct aac_blob *blob)
{
	struct member *one;

	if (lockstep->count == lockstep->cap) {
		size_t cap = lockstep->cap ? lockstep->cap * 2 : 64;
		struct member *grown = ARENA_ARRAY(lockstep->arena, struct member, cap);

		if (lockstep->count)
			memcpy(grown, lockstep->members,
			       lockstep->count * sizeof(*grown));
		lockstep->members = grown;
		lockstep->cap = cap;
	}
	one = &lockstep->members[lockstep->count++];
	one->dfa = aac_query_start(blob, lockstep->type, &one->start);
	lockstep->fed |= one->start != AAC_DFA_DEAD;
	return one;
}

struct aac_lockstep *aac_lockstep_new(struct arena *arena, enum aac_kind_id kind,
				      enum aac_query_type type,
				      const struct aac_blob *policy)
{
	struct aac_lockstep *lockstep = ARENA_NEW(arena, struct aac_lockstep);

	lockstep->arena = arena;
	lockstep->kind = kind;
	lockstep->type = type;
	add_member(lockstep, policy);
	return lockstep;
}

void aac_lockstep_add(struct aac_lockstep *lockstep, const struct aac_lone_rules *rules,
		      bool nearest)
{
	for (size_t i = 0; i < rules->count; i++) {
		const struct aac_lone_rule *rule = &rules->items[i];
		struct member *one;

		if (!rule->blob)
			continue;
		one = add_member(lockstep, rule->blob);
		one->nearest = nearest && aac_lone_may_be_near(rule, lockstep->kind);
		lockstep->near_fed += one->nearest && one->start != AAC_DFA_DEAD;
		lockstep->near_deaf += one->nearest && one->start == AAC_DFA_DEAD;
		if (lockstep->type == AAC_QUERY_FILE)
			one->prefix =
				aac_lone_prefix(lockstep->arena, rule, &one->prefix_len);
	}
}

enum aac_query_type aac_lockstep_type(const struct aac_lockstep *lockstep)
{
	return lockstep->type;
}

bool aac_lockstep_is_fed(const struct aac_lockstep *lockstep)
{
	return lockstep->fed;
}

void aac_lockstep_fini(struct aac_lockstep *lockstep)
{
	if (lockstep)
		map_fini(&lockstep->states);
}

bool aac_lockstep_full(const struct aac_lockstep *lockstep)
{
	return lockstep->bytes >= STATES_BYTES;
}

/* ---- states ------------------------------------------------------------------------ */

/* The state at the place in the room, which has COUNT parts. */
static struct state *find_state(struct aac_lockstep *lockstep, size_t count)
{
	size_t len = sizeof(struct place) + count * sizeof(struct part);
	struct state *state =
		map_get(&lockstep->states, (const char *)lockstep->room, len);
	struct place *place;

	if (state)
		return state;
	place = arena_alloc(lockstep->arena, len, _Alignof(struct place));
	memcpy(place, lockstep->room, len);
	state = ARENA_NEW(lockstep->arena, struct state);
	state->place = place;
	state->count = count;
	lockstep->bytes += sizeof(*state) + len;
	map_add(&lockstep->states, (const char *)place, len, state);
	return state;
}

static void make_start(struct aac_lockstep *lockstep)
{
	size_t count = 0;

	lockstep->room = arena_alloc(lockstep->arena,
				     sizeof(struct place) +
					     2 * lockstep->count * sizeof(struct part),
				     _Alignof(struct place));
	for (size_t i = 0; i < lockstep->count; i++) {
		const struct member *one = &lockstep->members[i];

		if (one->start != AAC_DFA_DEAD)
			lockstep->room->parts[count++] =
				(struct part){ 2 * (uint32_t)i, one->start };
		if (one->prefix)
			lockstep->room->parts[count++] =
				(struct part){ 2 * (uint32_t)i + 1, 0 };
	}
	lockstep->start = find_state(lockstep, count);
}

/* One byte on; false: it is dead, or the prefix is another, which both is so for ever. */
static bool step_part(const struct member *one, struct part *part, uint8_t byte)
{
	if (part->of % 2 == 0) {
		part->at = aac_dfa_step(one->dfa, part->at, byte);
		return part->at != AAC_DFA_DEAD;
	}
	if (part->at == one->prefix_len)
		return true;
	return one->prefix[part->at++] == byte;
}

static struct state *step(struct aac_lockstep *lockstep, const struct state *from,
			  uint8_t byte)
{
	struct place *room = lockstep->room;
	uint32_t near = 0;
	size_t count = 0;

	for (size_t i = 0; i < from->count; i++) {
		struct part part = from->place->parts[i];
		const struct member *one = &lockstep->members[part.of / 2];

		if (!step_part(one, &part, byte))
			continue;
		room->parts[count++] = part;
		if (!near && one->nearest && part.of % 2 == 0)
			near = part.of / 2 + 1;
	}
	room->depth = from->place->depth + (from->place->depth < NEAR_DEPTH);
	room->near = near && room->depth == NEAR_DEPTH ? near : from->place->near;
	return find_state(lockstep, count);
}

/* Sockets that one rule has as such and another as those of a family: how far an access
 * leads is not counted on the same bytes. */
static bool is_mixed(const struct aac_lockstep *lockstep)
{
	return lockstep->type == AAC_QUERY_UNIX && lockstep->near_fed &&
	       lockstep->near_deaf;
}

const void *aac_lockstep_run(struct aac_lockstep *lockstep, const char *bytes, size_t len)
{
	const unsigned char *at = (const unsigned char *)bytes, *end = at + len;
	struct state *state;

	if (is_mixed(lockstep))
		return NULL;
	if (!lockstep->start)
		make_start(lockstep);
	for (state = lockstep->start; at < end; at++) {
		struct state *next;

		if (*at >= STEPS)
			return NULL;
		next = state->next[*at];
		if (!next) {
			if (aac_lockstep_full(lockstep))
				return NULL;
			next = state->next[*at] = step(lockstep, state, *at);
		}
		state = next;
	}
	return state;
}
