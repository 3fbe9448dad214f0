/*
 * Verdicts on accesses: every query of one is decided, and the worst of them is the
 * verdict.  Signals and traces are asked of both sides where both are known.
 */
#include <string.h>

#include "base/arena.h"
#include "core/access.h"

/* The part of the request that the other side is asked for. */
static uint32_t mirrored(const struct aac_query *query)
{
	static const struct {
		enum aac_query_type type;
		uint32_t bit, other;
	} pairs[] = {
		{ AAC_QUERY_SIGNAL, AAC_MAY_SEND, AAC_MAY_RECEIVE },
		{ AAC_QUERY_SIGNAL, AAC_MAY_RECEIVE, AAC_MAY_SEND },
		{ AAC_QUERY_PTRACE, AAC_MAY_TRACE, AAC_MAY_BE_TRACED },
		{ AAC_QUERY_PTRACE, AAC_MAY_BE_TRACED, AAC_MAY_TRACE },
		{ AAC_QUERY_PTRACE, AAC_MAY_READ_BY_TRACE, AAC_MAY_BE_READ },
		{ AAC_QUERY_PTRACE, AAC_MAY_BE_READ, AAC_MAY_READ_BY_TRACE },
	};
	uint32_t request = 0;

	for (size_t i = 0; i < sizeof(pairs) / sizeof(*pairs); i++)
		if (pairs[i].type == query->type && pairs[i].bit & query->request)
			request |= pairs[i].other;
	return request;
}

/* What the peer's profile says of it; true: nothing against it. */
static bool ask_profile(struct arena *arena, const struct aac_blob *peer,
			const struct aac_query *back, struct aac_decision *decision)
{
	struct aac_decision other = aac_decide(arena, peer, back);

	if (other.outcome == AAC_ALLOWED) {
		decision->audited |= other.audited;
		return true;
	}
	*decision = other;
	return false;
}

/* The same of each profile of the peer's label, which may be a stack. */
static bool ask_peer(struct arena *arena, const struct aac_blob *blob,
		     const struct aac_query *query, const struct aac_peers *peers,
		     struct aac_decision *decision)
{
	struct aac_query back = *query;
	const char *label = query->label, *end;

	back.request = mirrored(query);
	back.label = blob->name;
	if (!peers || !back.request)
		return true;
	for (; label && decision->outcome == AAC_ALLOWED; label = end ? end + 3 : NULL) {
		const struct aac_blob *peer;

		end = strstr(label, "//&");
		if (end)
			label = arena_strndup(arena, label, (size_t)(end - label));
		peer = peers->find(peers->env, label);
		if (peer && !ask_profile(arena, peer, &back, decision))
			return false;
	}
	return true;
}

static void name_target(const struct aac_blob *blob, struct aac_ruling *ruling)
{
	if (ruling->exec & AAC_EXEC_TABLE)
		ruling->exec_target = blob->file.targets[ruling->exec & AAC_EXEC_INDEX];
}

/* The first query that is denied decides, else the first that depends. */
static void add_decision(struct aac_ruling *ruling, const struct aac_decision *one,
			 size_t index)
{
	bool worse = ruling->outcome == AAC_ALLOWED ||
		     (ruling->outcome == AAC_DEPENDS && one->outcome == AAC_DENIED);

	ruling->mediated |= one->mediated;
	ruling->complain |= one->complain;
	ruling->granted |= one->granted != 0;
	ruling->exec = one->exec;
	if (one->outcome == AAC_ALLOWED) {
		if (ruling->outcome == AAC_ALLOWED)
			ruling->audited |= one->audited;
		return;
	}
	if (!worse)
		return;
	ruling->outcome = one->outcome;
	ruling->audited = one->audited;
	ruling->missing = one->missing;
	ruling->depends = one->depends;
	ruling->failed = index;
}

struct aac_ruling aac_access_decide(struct arena *arena, const struct aac_blob *blob,
				    const struct aac_attempt *access,
				    const struct aac_peers *peers)
{
	struct aac_ruling ruling = { .outcome = AAC_ALLOWED };

	for (size_t i = 0; i < access->count; i++) {
		struct aac_decision one = aac_decide(arena, blob, &access->queries[i]);
		bool own = ask_peer(arena, blob, &access->queries[i], peers, &one);

		add_decision(&ruling, &one, i);
		ruling.other_side |= !own;
	}
	name_target(blob, &ruling);
	return ruling;
}
