/*
 * Places of JSON values.  The members of the root and of .lxc_configs are indexed in
 * one pass over the text when somebody asks first; a question then scans only the text
 * of one container.  An object of a container that is asked for again and again gets an
 * index too.  Most runs report nothing and never build one.
 */
#include "core/config_positions.h"

#include <string.h>

#include "base/arena.h"
#include "base/map.h"
#include "core/json_scan.h"

struct member {
	struct aac_json_range key, value;
};

/* An object's members by name, or a list's elements by number. */
struct member_index {
	bool built;
	struct map map;
};

struct aac_positions {
	struct arena *arena;
	const struct aac_source *source;
	struct member_index root, containers;
	struct map further; /* offset -> struct further */
};

/* An object or a list further down, and how often it was asked for. */
struct further {
	uint32_t at;
	unsigned int asked;
	struct member_index index;
};

/* So often a scan is cheaper than an index. */
enum { SCANS_MAX = 4 };

struct aac_positions *aac_positions_new(struct arena *arena,
					const struct aac_source *source)
{
	struct aac_positions *positions = ARENA_NEW(arena, struct aac_positions);

	positions->arena = arena;
	positions->source = source;
	return positions;
}

void aac_positions_fini(struct aac_positions *positions)
{
	map_fini(&positions->root.map);
	map_fini(&positions->containers.map);
	for (size_t i = 0; i < positions->further.count; i++) {
		struct further *further = positions->further.entries[i].value;

		map_fini(&further->index.map);
	}
	map_fini(&positions->further);
}

static void index_members(struct aac_positions *positions, struct member_index *index,
			  uint32_t at)
{
	const char *text = positions->source->text;
	struct aac_json_walk walk;

	if (index->built)
		return;
	index->built = true;
	if (!aac_json_walk_start(&walk, text, at))
		return;
	for (size_t i = 0; aac_json_walk_next(&walk); i++) {
		struct member *member = ARENA_NEW(positions->arena, struct member);
		size_t room = walk.object ? walk.key.end - walk.key.begin : sizeof(i);
		char *name = ARENA_ARRAY(positions->arena, char, room);
		size_t len = sizeof(i);

		if (walk.object)
			len = aac_json_decode(text, walk.key, name);
		else
			memcpy(name, &i, sizeof(i));
		*member = (struct member){ walk.key, walk.value };
		map_add(&index->map, name, len, member);
	}
}

static uint32_t root_offset(const struct aac_source *source)
{
	return aac_json_skip_space(source->text, 0, source->size);
}

static const struct member *find_indexed(struct aac_positions *positions,
					 struct member_index *index, uint32_t at,
					 const struct aac_trail *step)
{
	bool object = positions->source->text[at] == '{';

	if (object != (step->key != NULL))
		return NULL;
	index_members(positions, index, at);
	return step->key ? map_get_str(&index->map, step->key)
			 : map_get(&index->map, (const char *)&step->index,
				   sizeof(step->index));
}

static bool find_scanning(const char *text, uint32_t at, const struct aac_trail *step,
			  struct member *found)
{
	struct aac_json_walk walk;
	size_t left = step->index;

	if (!aac_json_walk_start(&walk, text, at) || walk.object != (step->key != NULL))
		return false;
	while (aac_json_walk_next(&walk)) {
		if (step->key ? !aac_json_says(text, walk.key, step->key) : left-- > 0)
			continue;
		*found = (struct member){ walk.key, walk.value };
		return true;
	}
	return false;
}

/* The index of the object or list at AT; NULL: not worth it yet. */
static struct member_index *find_further(struct aac_positions *positions, uint32_t at)
{
	struct further *further =
		map_get(&positions->further, (const char *)&at, sizeof(at));

	if (!further) {
		further = ARENA_NEW(positions->arena, struct further);
		further->at = at;
		map_add(&positions->further, (const char *)&further->at,
			sizeof(further->at), further);
	}
	return further->asked++ < SCANS_MAX ? NULL : &further->index;
}

/* STEP from the value at AT, which is at DEPTH below the root. */
static bool find_step(struct aac_positions *positions, const struct aac_trail *step,
		      size_t depth, bool in_containers, uint32_t at, struct member *found)
{
	const struct member *member;

	struct member_index *index;

	if (depth == 0)
		index = &positions->root;
	else if (depth == 1 && in_containers)
		index = &positions->containers;
	else
		index = find_further(positions, at);
	if (!index)
		return find_scanning(positions->source->text, at, step, found);
	member = find_indexed(positions, index, at, step);
	if (member)
		*found = *member;
	return member != NULL;
}

static struct aac_span span_of(const struct aac_positions *positions,
			       struct aac_json_range range)
{
	return (struct aac_span){ positions->source, range.begin, range.end };
}

static const struct aac_trail **list_steps(struct arena *arena,
					   const struct aac_trail *trail, size_t *count)
{
	const struct aac_trail **steps;

	*count = 0;
	for (const struct aac_trail *at = trail; at && (at->up || at->key); at = at->up)
		(*count)++;
	steps = ARENA_ARRAY(arena, const struct aac_trail *, *count);
	for (size_t i = *count; i > 0; trail = trail->up)
		steps[--i] = trail;
	return steps;
}

struct aac_position aac_positions_find(struct aac_positions *positions,
				       const struct aac_trail *trail)
{
	size_t count;
	const struct aac_trail **steps = list_steps(positions->arena, trail, &count);
	uint32_t root = root_offset(positions->source);
	struct member found = { .value = { root, root + 1 } };
	struct aac_position position = { .value = span_of(positions, found.value) };
	bool in_containers = false;

	for (size_t i = 0; i < count; i++) {
		if (!find_step(positions, steps[i], i, in_containers, found.value.begin,
			       &found))
			return position;
		in_containers = i == 0 && strcmp(steps[0]->key, "lxc_configs") == 0;
		if (steps[i]->key)
			position.key = span_of(positions, found.key);
		position.value = span_of(positions, found.value);
	}
	position.found = true;
	return position;
}
