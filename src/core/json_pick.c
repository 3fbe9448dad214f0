/*
 * Picking values out of a JSON text.  The text is walked, not jansson's tree, which knows
 * neither how a number was spelled nor where a value stands.  Steps through lists
 * recurse, but only as deep as the JSON itself is.
 */
#include "core/json_pick.h"

#include <ctype.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <jansson.h>

#include "base/arena.h"
#include "core/source.h"

enum step_type { STEP_KEY, STEP_INDEX, STEP_EACH };

struct step {
	struct step *next;
	enum step_type type;
	const char *key;
	long index; /* from the end when negative */
};

struct aac_pick {
	bool root;
	struct step *steps;
};

/* ---- the path ------------------------------------------------------------ */

struct reader {
	struct arena *arena;
	const char *at;
	const char *problem, *hint;
	struct step **tail;
};

static bool refuse(struct reader *reader, const char *problem, const char *hint)
{
	reader->problem = problem;
	reader->hint = hint;
	return false;
}

static struct step *add_step(struct reader *reader, enum step_type type)
{
	struct step *step = ARENA_NEW(reader->arena, struct step);

	step->type = type;
	*reader->tail = step;
	reader->tail = &step->next;
	return step;
}

static bool is_key_byte(char c)
{
	return isalnum((unsigned char)c) || c == '_' || c == '-' ||
	       (unsigned char)c >= 0x80;
}

/* A JSON string at the reader's place. */
static bool read_string(struct reader *reader, const char **key)
{
	const char *end = reader->at + 1;
	json_t *json;

	while (*end && *end != '"')
		end += *end == '\\' && end[1] ? 2 : 1;
	if (!*end)
		return refuse(reader, "a string in it is not closed", NULL);
	json = json_loadb(reader->at, (size_t)(end + 1 - reader->at), JSON_DECODE_ANY,
			  NULL);
	if (!json)
		return refuse(reader, "a string in it is no JSON string", NULL);
	*key = arena_strdup(reader->arena, json_string_value(json));
	json_decref(json);
	reader->at = end + 1;
	return true;
}

/* What stands in brackets, the '[' being read. */
static bool read_bracket(struct reader *reader)
{
	if (*reader->at == ']') {
		add_step(reader, STEP_EACH);
	} else if (*reader->at == '"') {
		if (!read_string(reader, &add_step(reader, STEP_KEY)->key))
			return false;
	} else {
		char *end;
		long index = strtol(reader->at, &end, 10);

		if (end == reader->at || isspace((unsigned char)*reader->at) ||
		    *reader->at == '+')
			return refuse(reader,
				      "brackets hold nothing, a number or a string",
				      NULL);
		add_step(reader, STEP_INDEX)->index = index;
		reader->at = end;
	}
	if (*reader->at != ']')
		return refuse(reader, "a '[' in it is not closed", NULL);
	reader->at++;
	return true;
}

/* What follows a '.', or the path's first '.'. */
static bool read_key(struct reader *reader)
{
	const char *from = reader->at;

	if (*from == '"')
		return read_string(reader, &add_step(reader, STEP_KEY)->key);
	if (*from == '[')
		return true;
	while (is_key_byte(*reader->at))
		reader->at++;
	if (reader->at == from)
		return refuse(reader, "a '.' stands before no key",
			      "a key of other characters is quoted: .\"a key\"");
	add_step(reader, STEP_KEY)->key =
		arena_strndup(reader->arena, from, (size_t)(reader->at - from));
	return true;
}

static bool read_step(struct reader *reader)
{
	switch (*reader->at++) {
	case '.':
		return read_key(reader);
	case '[':
		return read_bracket(reader);
	case '?': /* jq's "or nothing", which every step is */
		return true;
	default:
		return refuse(reader, "a step begins with a dot or a bracket",
			      strpbrk(reader->at - 1, " |(")
				      ? "for more than a path, pipe a value to jq: "
					"get CTID .volumes --format json | jq …"
				      : NULL);
	}
}

const struct aac_pick *aac_pick_parse(struct arena *arena, const char *text,
				      const char **problem, const char **hint)
{
	struct aac_pick *pick = ARENA_NEW(arena, struct aac_pick);
	struct reader reader = { .arena = arena, .at = text, .tail = &pick->steps };
	bool ok = true;

	pick->root = *text == '$';
	reader.at += pick->root;
	if (*reader.at != '.')
		ok = refuse(&reader, "it does not begin with a '.'",
			    "write it as .features or .volumes[].name");
	else if (reader.at[1] == '\0')
		reader.at++; /* the container itself */
	while (ok && *reader.at)
		ok = read_step(&reader);
	*problem = reader.problem;
	*hint = reader.hint;
	return ok ? pick : NULL;
}

/* ---- the walk ------------------------------------------------------------ */

struct found {
	struct arena *arena;
	const char *text;
	struct aac_json_range *items;
	size_t count, cap;
};

static void add_item(struct found *found, struct aac_json_range item)
{
	if (found->text[item.begin] == 'n')
		return;
	if (found->count == found->cap) {
		size_t cap = found->cap ? found->cap * 2 : 8;
		struct aac_json_range *items =
			ARENA_ARRAY(found->arena, struct aac_json_range, cap);

		if (found->count)
			memcpy(items, found->items, found->count * sizeof(*items));
		found->items = items;
		found->cap = cap;
	}
	found->items[found->count++] = item;
}

static bool find_key(const char *text, struct aac_json_range *at, const char *key)
{
	struct aac_json_walk walk;

	if (!aac_json_walk_start(&walk, text, at->begin) || !walk.object)
		return false;
	while (aac_json_walk_next(&walk)) {
		if (aac_json_says(text, walk.key, key)) {
			*at = walk.value;
			return true;
		}
	}
	return false;
}

static bool find_index(const char *text, struct aac_json_range *at, long index)
{
	struct aac_json_walk walk;
	long count = 0;

	if (!aac_json_walk_start(&walk, text, at->begin) || walk.object)
		return false;
	if (index < 0) {
		while (aac_json_walk_next(&walk))
			count++;
		index += count;
		aac_json_walk_start(&walk, text, at->begin);
	}
	while (index-- >= 0)
		if (!aac_json_walk_next(&walk))
			return false;
	*at = walk.value;
	return walk.value.end > walk.value.begin;
}

static void follow(struct found *found, struct aac_json_range at, const struct step *step)
{
	struct aac_json_walk walk;

	for (; step && step->type != STEP_EACH; step = step->next)
		if (step->type == STEP_KEY ? !find_key(found->text, &at, step->key)
					   : !find_index(found->text, &at, step->index))
			return;
	if (!step) {
		add_item(found, at);
		return;
	}
	if (!aac_json_walk_start(&walk, found->text, at.begin))
		return;
	while (aac_json_walk_next(&walk))
		follow(found, walk.value, step->next);
}

static bool has_each(const struct aac_pick *pick)
{
	for (const struct step *step = pick->steps; step; step = step->next)
		if (step->type == STEP_EACH)
			return true;
	return false;
}

struct aac_picked aac_pick(struct arena *arena, const struct aac_pick *pick,
			   const struct aac_source *json, const char *ctid)
{
	struct found found = { .arena = arena, .text = json->text };
	struct aac_json_range at = { .end = json->size };

	at.begin = aac_json_skip_space(json->text, 0, json->size);
	if (pick->root ||
	    (find_key(json->text, &at, "lxc_configs") && find_key(json->text, &at, ctid)))
		follow(&found, at, pick->steps);
	return (struct aac_picked){ .items = found.items,
				    .count = found.count,
				    .list = has_each(pick) };
}

struct aac_picked aac_pick_elements(struct arena *arena, const struct aac_source *json,
				    struct aac_json_range range)
{
	const struct step each = { .type = STEP_EACH };
	struct found found = { .arena = arena, .text = json->text };

	follow(&found, range, &each);
	return (struct aac_picked){ .items = found.items,
				    .count = found.count,
				    .list = true };
}
