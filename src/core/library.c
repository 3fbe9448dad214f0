/*
 * Looking declarations and parameters up by name: binary search in sorted arrays.
 */
#include "core/library.h"

#include <stdlib.h>
#include <string.h>

#include "base/arena.h"

/* Each of the structs begins with its name. */
static int name_order(const void *key, const void *item)
{
	return strcmp(key, **(const char *const *const *)item);
}

static const void *find(const void *items, size_t count, const char *name)
{
	const void *const *found =
		bsearch(name, items, count, sizeof(void *), name_order);

	return found ? *found : NULL;
}

const struct aac_fragment *aac_library_fragment(const struct aac_library *library,
						const char *name)
{
	return find(library->fragments, library->fragment_count, name);
}

const struct aac_profile_decl *aac_library_profile(const struct aac_library *library,
						   const char *name)
{
	return find(library->profiles, library->profile_count, name);
}

const struct aac_condition *aac_library_condition(const struct aac_library *library,
						  const char *name)
{
	return find(library->conditions, library->condition_count, name);
}

static int by_name_and_index(const void *a, const void *b)
{
	const struct aac_param *x = *(const struct aac_param *const *)a;
	const struct aac_param *y = *(const struct aac_param *const *)b;
	int order = strcmp(x->name, y->name);

	return order ? order : x->index < y->index ? -1 : x->index > y->index;
}

struct aac_param_index aac_param_index_new(struct arena *arena,
					   const struct aac_params *list)
{
	size_t count = list->last ? list->last->index + 1 : 0;
	const struct aac_param **params =
		ARENA_ARRAY(arena, const struct aac_param *, count);

	for (const struct aac_param *p = list->head; p; p = p->next)
		params[p->index] = p;
	qsort(params, count, sizeof(*params), by_name_and_index);
	return (struct aac_param_index){ params, count };
}

const struct aac_param *aac_param_find(const struct aac_param_index *params,
				       const char *name)
{
	size_t low = 0, high = params->count;

	/* The first that does not stand before NAME: bsearch would find any of equals. */
	while (low < high) {
		size_t mid = low + (high - low) / 2;

		if (strcmp(params->items[mid]->name, name) < 0)
			low = mid + 1;
		else
			high = mid;
	}
	return low < params->count && strcmp(params->items[low]->name, name) == 0
		       ? params->items[low]
		       : NULL;
}
