/*
 * Takes rules, gives for each those that it may be related to.  Rules are sorted by what
 * they speak about and by the literal bytes that their path begins with.  Two paths can
 * only meet when one's bytes begin with the other's: those before it in that sense are
 * linked (`up`), those behind it stand right after it.
 */
#include "core/rule_index.h"

#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "core/file_rule.h"
#include "core/rule.h"

struct place {
	int topic;
	size_t rule;
	const unsigned char *prefix;
	size_t len;
	size_t up;  /* place of the longest shorter-or-equal prefix before, or NOWHERE */
	size_t end; /* behind the last place whose prefix begins with this one's */
};

struct aac_rule_index {
	size_t count;
	struct place *places; /* sorted */
	size_t *at;	      /* rule -> place */
	size_t *all;	      /* rules of kind `all`, which meet any other */
	size_t all_count;
	size_t *found;
};

enum { LINK_NAME = 1 }; /* kind_link.c */
#define NOWHERE ((size_t)-1)

/* Kinds that may meet each other have one topic. */
static int topic_of(const struct aac_rule *rule)
{
	if (rule->kind->id == AAC_KIND_LINK)
		return AAC_KIND_FILE;
	if (rule->kind->id == AAC_KIND_REMOUNT)
		return AAC_KIND_MOUNT;
	return (int)rule->kind->id;
}

/* Bare `file` and its two spellings cover also what does not begin with '/'. */
static struct place place_of(const struct aac_rule *rule, size_t at)
{
	struct place place = { .topic = topic_of(rule),
			       .rule = at,
			       .prefix = (const unsigned char *)"",
			       .up = NOWHERE };
	const struct aac_pattern *path;

	if (place.topic != AAC_KIND_FILE)
		return place;
	path = rule->fields[rule->kind->id == AAC_KIND_LINK ? LINK_NAME : FILE_PATH]
		       .patterns;
	if (!path || path->next || !path->glob || strcmp(path->text, "/{,**}") == 0 ||
	    strcmp(path->text, "/{**,}") == 0)
		return place;
	place.prefix = aac_glob_prefix(path->glob, &place.len);
	return place;
}

static int compare_places(const void *x, const void *y)
{
	const struct place *a = x, *b = y;
	size_t len = a->len < b->len ? a->len : b->len;
	int order = len ? memcmp(a->prefix, b->prefix, len) : 0;

	if (a->topic != b->topic)
		return a->topic < b->topic ? -1 : 1;
	if (order)
		return order;
	if (a->len != b->len)
		return a->len < b->len ? -1 : 1;
	return a->rule < b->rule ? -1 : a->rule > b->rule;
}

static bool begins_with(const struct place *longer, const struct place *shorter)
{
	return longer->topic == shorter->topic && longer->len >= shorter->len &&
	       (!shorter->len ||
		memcmp(longer->prefix, shorter->prefix, shorter->len) == 0);
}

/* Link each place to the one above it; a place ends where the next is not below it. */
static void link_places(struct place *places, size_t count)
{
	size_t above = NOWHERE;

	for (size_t i = 0; i < count; i++) {
		while (above != NOWHERE && !begins_with(&places[i], &places[above])) {
			places[above].end = i;
			above = places[above].up;
		}
		places[i].up = above;
		above = i;
	}
	for (; above != NOWHERE; above = places[above].up)
		places[above].end = count;
}

struct aac_rule_index *
aac_rule_index_new(struct arena *arena, const struct aac_rule *const *rules, size_t count)
{
	struct aac_rule_index *index = ARENA_NEW(arena, struct aac_rule_index);

	index->count = count;
	index->places = ARENA_ARRAY(arena, struct place, count);
	index->at = ARENA_ARRAY(arena, size_t, count);
	index->all = ARENA_ARRAY(arena, size_t, count);
	index->found = ARENA_ARRAY(arena, size_t, count);
	for (size_t i = 0; i < count; i++) {
		index->places[i] = place_of(rules[i], i);
		if (rules[i]->kind->id == AAC_KIND_ALL)
			index->all[index->all_count++] = i;
	}
	if (count)
		qsort(index->places, count, sizeof(*index->places), compare_places);
	link_places(index->places, count);
	for (size_t i = 0; i < count; i++)
		index->at[index->places[i].rule] = i;
	return index;
}

static int compare_numbers(const void *x, const void *y)
{
	size_t a = *(const size_t *)x, b = *(const size_t *)y;

	return a < b ? -1 : a > b;
}

static size_t find_everything(struct aac_rule_index *index, size_t i)
{
	size_t count = 0;

	for (size_t j = i + 1; j < index->count; j++)
		index->found[count++] = j;
	return count;
}

size_t aac_rule_index_behind(struct aac_rule_index *index, size_t i, const size_t **found)
{
	const struct place *places = index->places, *place = &places[index->at[i]];
	size_t count = 0;

	*found = index->found;
	if (place->topic == AAC_KIND_ALL)
		return find_everything(index, i);
	for (size_t up = place->up; up != NOWHERE; up = places[up].up)
		if (places[up].rule > i)
			index->found[count++] = places[up].rule;
	for (size_t at = index->at[i] + 1; at < place->end; at++)
		if (places[at].rule > i)
			index->found[count++] = places[at].rule;
	for (size_t a = 0; a < index->all_count; a++)
		if (index->all[a] > i)
			index->found[count++] = index->all[a];
	if (count)
		qsort(index->found, count, sizeof(*index->found), compare_numbers);
	return count;
}
