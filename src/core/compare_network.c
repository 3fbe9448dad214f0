/*
 * Sockets compared: 46 families and 11 types, so each pair of them is looked at.  A
 * kernel without the class network has a table of them instead.
 */
#include "core/compare_find.h"

#include <string.h>

/* What a socket can be asked for: create … listen, the options and attributes. */
#define OF_SOCKET                                                                        \
	(AAC_ACCESS_WRITE | AAC_ACCESS_READ | AAC_ACCESS_CREATE | AAC_ACCESS_DELETE |    \
	 AAC_ACCESS_OPEN | AAC_ACCESS_SETATTR | AAC_ACCESS_GETATTR | AAC_MAY_ACCEPT |    \
	 AAC_MAY_BIND | AAC_MAY_LISTEN | AAC_MAY_SET_OPTION | AAC_MAY_GET_OPTION)

/* Stream, datagram, raw, packets in sequence. */
#define TYPES_IN_USE (1u << 1 | 1u << 2 | 1u << 3 | 1u << 5)

static struct aac_perms table_perms(const struct aac_blob *blob, uint32_t family,
				    uint32_t type)
{
	const struct aac_family_set *set = &blob->families[family];
	struct aac_perms perms = { 0 };

	if (family >= blob->family_count)
		return perms;
	perms.allow = set->allow >> type & 1 ? UINT32_MAX : 0;
	perms.audit = set->audit >> type & 1 ? UINT32_MAX : 0;
	perms.quiet = set->quiet >> type & 1 ? UINT32_MAX : 0;
	return perms;
}

static uint32_t find_start(const struct walk_side *side)
{
	return aac_policydb_class(&side->blob->policy, AAC_CLASS_NETWORK);
}

/* Where FAMILY leads, from where its types are asked.  WALK_ALL: no automaton tells. */
static uint32_t find_family(const struct walk_side *side, uint32_t family)
{
	const uint8_t bytes[] = { 0, (uint8_t)family, 0 };
	uint32_t start = find_start(side);

	return start == AAC_DFA_DEAD
		       ? WALK_ALL
		       : aac_dfa_run(side->db->dfa, start, bytes, sizeof(bytes));
}

static struct aac_perms side_perms(const struct walk_side *side, uint32_t state,
				   uint32_t family, uint32_t type)
{
	if (state != WALK_ALL)
		return walk_perms(side,
				  aac_dfa_step(side->db->dfa, state, (uint8_t)type));
	if (side->blob->family_count)
		return table_perms(side->blob, family, type);
	return walk_perms(side, WALK_ALL);
}

static bool ask_network(const struct walk *walk, const struct walk_text *parts,
			const struct walk_point *point, struct aac_query *query)
{
	(void)walk, (void)parts;
	query->type = AAC_QUERY_NETWORK;
	query->number = point->family;
	query->socket_type = point->socket_type;
	return true;
}

static const struct walk_class walk_network = { .name = "network", .ask = ask_network };

/* All types of POINT's family. */
static void compare_family(struct comparing *c, struct walk_point *point)
{
	uint32_t a = find_family(&c->walk.a, point->family);
	uint32_t b = find_family(&c->walk.b, point->family);

	/* What the first does not allow both do not. */
	if (c->walk.meet && a == AAC_DFA_DEAD)
		return;
	for (uint32_t type = 0; type < AAC_SOCKET_TYPES; type++) {
		point->socket_type = (type + 1) % AAC_SOCKET_TYPES;
		point->odd = !(1u << point->socket_type & TYPES_IN_USE);
		point->a = side_perms(&c->walk.a, a, point->family, point->socket_type);
		point->b = side_perms(&c->walk.b, b, point->family, point->socket_type);
		c->walk.found(&c->walk, point);
	}
}

void comparing_network(struct comparing *c)
{
	/* Those that programs have come first. */
	static const uint8_t first[] = { 2, 10, 1, 16, 17 };
	struct walk_point point = { .what = "", .mask = OF_SOCKET };

	if (c->walk.meet && find_start(&c->walk.a) == AAC_DFA_DEAD)
		return;
	c->walk.class = &walk_network;
	c->walk.at = NULL;
	for (uint32_t i = 0; i < AAC_SOCKET_FAMILIES + sizeof(first); i++) {
		point.family = i < sizeof(first) ? first[i] : i - (uint32_t)sizeof(first);
		if (i < sizeof(first) ||
		    !memchr(first, (int)point.family, sizeof(first)))
			compare_family(c, &point);
	}
}
