/*
 * Hash map from byte strings to pointers.  The entries stand in one array in the order of
 * their insertion; the table of slots holds only their numbers and is open addressed with
 * linear probing, at most half full.
 *
 * The hash is FNV-1a, of words while there are any, with mixing steps.  Keys are names in
 * rule files, so nobody gains by making them collide, and the order of iteration does not
 * depend on the hash.
 */
#include "base/map.h"

#include <limits.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

enum { FIRST_ENTRIES = 8 };

void map_fini(struct map *map)
{
	free(map->entries);
	free(map->slots);
	*map = (struct map){ 0 };
}

static uint64_t hash_bytes(const char *key, size_t len)
{
	uint64_t hash = 14695981039346656037u;

	for (; len >= sizeof(hash); key += sizeof(hash), len -= sizeof(hash)) {
		uint64_t word;

		memcpy(&word, key, sizeof(word));
		hash = (hash ^ word) * 1099511628211u;
		hash ^= hash >> 32;
	}
	for (size_t i = 0; i < len; i++)
		hash = (hash ^ (unsigned char)key[i]) * 1099511628211u;
	return hash ^ (hash >> 29);
}

/* The slot that holds KEY, or the free one where it belongs. */
static unsigned int *find_slot(const struct map *map, const char *key, size_t len)
{
	size_t mask = map->slot_count - 1;
	size_t at = (size_t)hash_bytes(key, len) & mask;

	for (; map->slots[at]; at = (at + 1) & mask) {
		const struct map_entry *entry = &map->entries[map->slots[at] - 1];

		if (entry->len == len && (!len || memcmp(entry->key, key, len) == 0))
			break;
	}
	return &map->slots[at];
}

static void grow(struct map *map)
{
	size_t cap = map->cap ? map->cap * 2 : FIRST_ENTRIES;

	if (cap > UINT_MAX / 2)
		abort();
	free(map->slots);
	map->slots = calloc(cap * 2, sizeof(*map->slots));
	map->entries = reallocarray(map->entries, cap, sizeof(*map->entries));
	if (!map->slots || !map->entries)
		abort();
	map->cap = cap;
	map->slot_count = cap * 2;
	for (size_t i = 0; i < map->count; i++) {
		const struct map_entry *entry = &map->entries[i];

		*find_slot(map, entry->key, entry->len) = (unsigned int)i + 1;
	}
}

void *map_get(const struct map *map, const char *key, size_t len)
{
	unsigned int number;

	if (!map->count)
		return NULL;
	number = *find_slot(map, key, len);
	return number ? map->entries[number - 1].value : NULL;
}

void *map_get_str(const struct map *map, const char *key)
{
	return map_get(map, key, strlen(key));
}

void *map_add(struct map *map, const char *key, size_t len, void *value)
{
	size_t before = map->count;
	void **slot = map_slot(map, key, len);

	if (map->count != before)
		*slot = value;
	return *slot;
}

void **map_slot(struct map *map, const char *key, size_t len)
{
	unsigned int *slot;

	if (map->count == map->cap)
		grow(map);
	slot = find_slot(map, key, len);
	if (!*slot) {
		map->entries[map->count] = (struct map_entry){ .key = key, .len = len };
		*slot = (unsigned int)++map->count;
	}
	return &map->entries[*slot - 1].value;
}
