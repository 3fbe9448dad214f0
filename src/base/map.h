#pragma once

#include <stdbool.h>
#include <stddef.h>

/*
 * Hash map from byte strings to pointers, on the heap; keys are borrowed, they must
 * outlive the map.  Iteration is in insertion order, so nothing depends on the hash.
 */
struct map_entry {
	const char *key;
	size_t len;
	void *value;
};

struct map {
	struct map_entry *entries; /* insertion order */
	size_t count, cap;
	unsigned int *slots; /* index + 1 into entries, 0 is free */
	size_t slot_count;   /* a power of two */
};

void map_fini(struct map *map);
void *map_get(const struct map *map, const char *key, size_t len);
void *map_get_str(const struct map *map, const char *key);
/* Store VALUE unless KEY is there; returns what the map holds for KEY afterwards. */
void *map_add(struct map *map, const char *key, size_t len, void *value);
/* Where KEY's value is kept (created as NULL); valid until the next one is added. */
void **map_slot(struct map *map, const char *key, size_t len);

#define CLEANUP_MAP __attribute__((cleanup(map_fini))) struct map
