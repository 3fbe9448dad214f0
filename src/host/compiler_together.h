#pragma once

#include <stdbool.h>
#include <stddef.h>

struct aac_process;
struct arena;

/*
 * Run PROCESSES as aac_spawn_all does, but those that name a profile (see struct
 * aac_process) many in one run of the parser, where each gets what it would have got from
 * a run of its own.  BASE is the folder of the includes.
 */
void aac_compiler_together(struct arena *arena, const char *base,
			   struct aac_process *processes, size_t count, unsigned int jobs,
			   bool (*done)(void *env, size_t index), void *env);
