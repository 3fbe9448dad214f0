#pragma once

/*
 * Automata in lockstep: that of a profile, and those of its rules that were compiled
 * alone, as one whose states are made when an access first leads there.  Two that lead to
 * one state have led each of them to one state, so what they say is the same for both.
 */

#include <stdbool.h>
#include <stddef.h>

#include "core/lone.h"

struct aac_blob;
struct aac_lockstep;
struct arena;

/* For accesses of KIND that ask queries of TYPE; with POLICY's automaton alone.  All of
 * it lives in ARENA. */
struct aac_lockstep *aac_lockstep_new(struct arena *arena, enum aac_kind_id kind,
				      enum aac_query_type type,
				      const struct aac_blob *policy);
enum aac_query_type aac_lockstep_type(const struct aac_lockstep *lockstep);
/* And those of RULES, compiled; NEAREST: aac_lone_nearest is asked of these.  Before the
 * first run. */
void aac_lockstep_add(struct aac_lockstep *lockstep, const struct aac_lone_rules *rules,
		      bool nearest);
/* Does any of them take the bytes?  Sockets have no automaton where the kernel knows them
 * by their family alone. */
bool aac_lockstep_is_fed(const struct aac_lockstep *lockstep);
void aac_lockstep_fini(struct aac_lockstep *lockstep);

/*
 * Where the LEN BYTES of aac_query_bytes lead to: the same for two accesses only if
 * aac_access_decide, aac_lone_deciding and aac_lone_nearest give the same for both, when
 * each has one query, these differ in their texts alone, and no peer is known.  NULL: not
 * known, since it is full or the bytes are uncommon.
 */
const void *aac_lockstep_run(struct aac_lockstep *lockstep, const char *bytes,
			     size_t len);
/* No more states are made: time for a new one. */
bool aac_lockstep_full(const struct aac_lockstep *lockstep);
