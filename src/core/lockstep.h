#pragma once

/*
 * Automata of files in lockstep: the automaton of a profile, and those of its rules that
 * were compiled alone, as one whose states are made when a path first leads there.  Two
 * paths that lead to one state have led each of them to one state, so whatever they say
 * of an access to a path is the same for both.
 */

#include <stdbool.h>
#include <stddef.h>

#include "core/lone.h"

struct aac_blob;
struct aac_lockstep;
struct arena;

/* With POLICY's automaton alone.  All of it lives in ARENA. */
struct aac_lockstep *aac_lockstep_new(struct arena *arena, const struct aac_blob *policy);
/* And those of RULES, compiled; NEAREST: aac_lone_nearest is asked of these.  Before the
 * first run. */
void aac_lockstep_add(struct aac_lockstep *lockstep, const struct aac_lone_rules *rules,
		      bool nearest);
void aac_lockstep_fini(struct aac_lockstep *lockstep);

/*
 * Where the LEN bytes of PATH lead to: the same for two paths only if aac_access_decide,
 * aac_lone_deciding and aac_lone_nearest give the same for file accesses that differ in
 * the path alone.  NULL: not known, since it is full or PATH has uncommon bytes.
 */
const void *aac_lockstep_run(struct aac_lockstep *lockstep, const char *path, size_t len);
/* No more states are made: time for a new one. */
bool aac_lockstep_full(const struct aac_lockstep *lockstep);
