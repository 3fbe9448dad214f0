/*
 * Paths into the container's JSON.  Every step is null-safe: a missing key, a null and a
 * step into something that is no object all give null, never an error.  Values remember
 * where they stand, so that a later error can point there.
 */
#include <string.h>

#include "base/arena.h"
#include "core/scope.h"

static const struct aac_trail *trail_key(struct arena *arena, const struct aac_trail *up,
					 const char *key)
{
	struct aac_trail *trail = ARENA_NEW(arena, struct aac_trail);

	*trail = (struct aac_trail){ .up = up, .key = key };
	return trail;
}

static const struct aac_trail *trail_index(struct arena *arena,
					   const struct aac_trail *up, size_t index)
{
	struct aac_trail *trail = ARENA_NEW(arena, struct aac_trail);

	*trail = (struct aac_trail){ .up = up, .index = index };
	return trail;
}

/* What the walk collects behind a []: grows by doubling, in the arena. */
struct found {
	struct arena *arena;
	struct aac_value *items;
	size_t count, cap;
};

static void found_add(struct found *found, struct aac_value value)
{
	if (found->count == found->cap) {
		size_t cap = found->cap ? found->cap * 2 : 4;
		struct aac_value *items =
			ARENA_ARRAY(found->arena, struct aac_value, cap);

		if (found->count)
			memcpy(items, found->items, found->count * sizeof(*items));
		found->items = items;
		found->cap = cap;
	}
	found->items[found->count++] = value;
}

/* Bounded by the number of steps in the path's text. */
static void walk(struct found *found, const struct aac_node *json,
		 const struct aac_trail *trail, const struct aac_step *step)
{
	while (step && step->key) {
		json = aac_node_get(json, step->key);
		trail = trail_key(found->arena, trail, step->key);
		step = step->next;
	}
	if (!step) {
		struct aac_value value = aac_value_from_json(found->arena, json, trail);

		if (value.type != AAC_VALUE_NULL)
			found_add(found, value);
		return;
	}
	if (!json || json->type != AAC_NODE_LIST)
		return;
	json = json->first;
	for (size_t i = 0; json; i++, json = json->next)
		walk(found, json, trail_index(found->arena, trail, i), step->next);
}

static bool has_each(const struct aac_path *path)
{
	for (const struct aac_step *step = path->steps; step; step = step->next)
		if (!step->key)
			return true;
	return false;
}

struct aac_value aac_scope_path(const struct aac_scope *scope,
				const struct aac_path *path)
{
	struct found found = { .arena = scope->scratch };
	const struct aac_node *json = NULL;
	const struct aac_trail *trail = NULL;

	if (path->root && scope->config) {
		json = aac_config_root(scope->config);
	} else if (!path->root && scope->container && !scope->blank) {
		json = scope->json;
		trail = scope->container->trail;
	}
	walk(&found, json, trail, path->steps);
	if (has_each(path))
		return (struct aac_value){ .type = AAC_VALUE_LIST,
					   .items = found.items,
					   .count = found.count };
	return found.count ? found.items[0]
			   : (struct aac_value){ .type = AAC_VALUE_NULL };
}

struct aac_value aac_value_field(struct arena *arena, const struct aac_value *value,
				 const char *name)
{
	if (value->type != AAC_VALUE_OBJECT)
		return (struct aac_value){ .type = AAC_VALUE_NULL };
	return aac_value_from_json(arena, aac_node_get(value->object, name),
				   trail_key(arena, value->trail, name));
}

static bool is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

static void split_text(struct found *found, const struct aac_value *value,
		       const char *separator)
{
	const char *p = value->text, *end = value->text + value->len;
	size_t width = strlen(separator);

	while (p <= end) {
		const char *next =
			width ? memmem(p, (size_t)(end - p), separator, width) : NULL;
		const char *from = p, *to = next ? next : end;

		while (from < to && is_blank(*from))
			from++;
		while (to > from && is_blank(to[-1]))
			to--;
		if (to > from) {
			struct aac_value part = *value;

			part.text = from;
			part.len = (size_t)(to - from);
			found_add(found, part);
		}
		if (!next)
			return;
		p = next + width;
	}
}

struct aac_value aac_value_split(struct arena *arena, const struct aac_value *value,
				 const char *separator)
{
	struct found found = { .arena = arena };

	if (value->type == AAC_VALUE_STRING) {
		split_text(&found, value, separator);
	} else if (value->type == AAC_VALUE_LIST) {
		for (size_t i = 0; i < value->count; i++) {
			if (value->items[i].type == AAC_VALUE_STRING)
				split_text(&found, &value->items[i], separator);
			else
				found_add(&found, value->items[i]);
		}
	} else {
		return *value;
	}
	return (struct aac_value){ .type = AAC_VALUE_LIST,
				   .items = found.items,
				   .count = found.count,
				   .trail = value->trail };
}
