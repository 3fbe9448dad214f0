/*
 * Reading a map back: which rule of which file wrote a line of a profile.  Takes the text
 * of PROFILE.map.json; an entry that is not of the right form is an error, since a wrong
 * place would send its reader astray.
 */
#include "core/map_lines.h"

#include <stdlib.h>

#include <jansson.h>

#include "base/arena.h"
#include "core/context.h"
#include "core/diag.h"
#include "core/json_load.h"
#include "core/source.h"

static bool take_number(const json_t *entry, const char *key, uint32_t *number)
{
	const json_t *value = json_object_get(entry, key);
	json_int_t integer = json_integer_value(value);

	*number = (uint32_t)integer;
	return json_is_integer(value) && integer >= 0 && integer <= INT32_MAX;
}

static bool take_text(struct aac_context *ctx, const json_t *entry, const char *key,
		      const char **text)
{
	const char *value = json_string_value(json_object_get(entry, key));

	*text = value ? arena_strdup(ctx->arena, value) : NULL;
	return value;
}

static bool take_line(struct aac_context *ctx, const json_t *entry,
		      struct aac_map_line *line)
{
	return take_number(entry, "line", &line->line) &&
	       take_number(entry, "source_line", &line->source_line) &&
	       take_number(entry, "source_column", &line->source_column) &&
	       take_text(ctx, entry, "file", &line->file) &&
	       take_text(ctx, entry, "fragment", &line->fragment);
}

static int compare_lines(const void *a, const void *b)
{
	const struct aac_map_line *x = a, *y = b;

	return (x->line > y->line) - (x->line < y->line);
}

static bool take_lines(struct aac_context *ctx, const json_t *list,
		       struct aac_map_lines *lines)
{
	size_t count = json_array_size(list);
	struct aac_map_line *items = ARENA_ARRAY(ctx->arena, struct aac_map_line, count);

	for (size_t i = 0; i < count; i++)
		if (!take_line(ctx, json_array_get(list, i), &items[i]))
			return false;
	if (count)
		qsort(items, count, sizeof(*items), compare_lines);
	*lines = (struct aac_map_lines){ items, count };
	return json_is_array(list);
}

bool aac_map_lines_read(struct aac_context *ctx, const struct aac_source *source,
			struct aac_map_lines *lines)
{
	json_t *map = aac_json_load(ctx, source);
	bool fine;

	*lines = (struct aac_map_lines){ 0 };
	if (!map)
		return false;
	fine = take_lines(ctx, json_object_get(map, "lines"), lines);
	if (!fine)
		aac_hint(ctx->diags,
			 aac_report(ctx->diags, AAC_ERROR, "bad-map",
				    (struct aac_span){ source, 0, 0 },
				    "this is no map of a profile"),
			 "build the profile again, or remove the map");
	json_decref(map);
	return fine;
}

const struct aac_map_line *aac_map_line_find(const struct aac_map_lines *lines,
					     uint32_t line)
{
	const struct aac_map_line key = { .line = line };

	if (!lines->count)
		return NULL;
	return bsearch(&key, lines->items, lines->count, sizeof(key), compare_lines);
}
