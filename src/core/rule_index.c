/*
 * Takes rules, gives for each those that it may be related to.  Two rules can only meet
 * where the names of each of their fields can: where the literal bytes that one's pattern
 * begins with begin with the other's, and the same for those that they end with.
 *
 * So all rules are sorted once for each end of each field that counts: those above a rule
 * (its bytes begin with theirs) are linked by `up`, those below stand right behind it.
 * For a question the order is taken that leaves the fewest, the others sift them.
 *
 * Where the ends leave too many, as of "/a/?/b/?", further orders are made by the bytes
 * at each slash.
 */
#include "core/rule_index.h"

#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "core/rule.h"

/* Bytes that are read forwards from the first or backwards from the last. */
struct key {
	const unsigned char *bytes;
	size_t len;
	bool backwards;
};

struct place {
	int topic;
	size_t rule;
	struct key key;
	size_t up;    /* place of the longest shorter-or-equal key before, or NOWHERE */
	size_t depth; /* how many are above */
	size_t end;   /* behind the last place whose key begins with this one's */
};

/* All rules, sorted by topic and one key. */
struct order {
	struct place *places;
	size_t *at; /* rule -> place */
};

enum {
	ORDERS_MAX = 2 * AAC_FIELDS_MAX * (1 + AAC_GLOB_PARTS),
	CROWD = 32, /* so many for each rule make further orders worth their making */
};

struct aac_rule_index {
	size_t count;
	struct order orders[ORDERS_MAX];
	size_t order_count;
	size_t *all; /* rules of kind `all`, which meet any other */
	size_t all_count;
	size_t *found;
};

#define NOWHERE ((size_t)-1)

/* ---- what counts of a rule --------------------------------------------------------- */

/* Kinds that may meet each other have one topic. */
static int topic_of(const struct aac_rule *rule)
{
	if (rule->kind->id == AAC_KIND_LINK)
		return AAC_KIND_FILE;
	if (rule->kind->id == AAC_KIND_REMOUNT)
		return AAC_KIND_MOUNT;
	return (int)rule->kind->id;
}

/* Are two rules of the kind unrelated whenever their patterns FIELD cannot meet?  Names
 * of profiles to switch to may differ where all else is equal. */
static bool field_counts(const struct aac_kind *kind, size_t field)
{
	enum { PATH = 1, PIVOT_PROFILE = 2 }; /* of file rules, the name of link rules */

	if (field >= kind->field_count || kind->fields[field].type == AAC_FIELD_SET)
		return false;
	switch (kind->id) {
	case AAC_KIND_FILE:
	case AAC_KIND_LINK:
		return field == PATH;
	case AAC_KIND_PIVOT_ROOT:
		return field != PIVOT_PROFILE;
	case AAC_KIND_MOUNT:
	case AAC_KIND_REMOUNT:
	case AAC_KIND_UMOUNT:
	case AAC_KIND_PTRACE:
	case AAC_KIND_SIGNAL:
	case AAC_KIND_UNIX:
	case AAC_KIND_DBUS:
	case AAC_KIND_MQUEUE:
	case AAC_KIND_CHANGE_PROFILE:
		return true;
	case AAC_KIND_INCLUDE: /* has no fields; see key_of */
	case AAC_KIND_CAPABILITY:
	case AAC_KIND_NETWORK:
	case AAC_KIND_RLIMIT:
	case AAC_KIND_USERNS:
	case AAC_KIND_IO_URING:
	case AAC_KIND_ALL:
	case AAC_KIND_ABI:
	case AAC_KIND_ALIAS:
	case AAC_KIND_VARIABLE:
	case AAC_KIND_COUNT:
	default:
		return false;
	}
}

/* Bare `file` and its two spellings cover also what does not begin with '/'. */
static bool is_any(const struct aac_pattern *pattern)
{
	return !pattern || pattern->next || !pattern->glob ||
	       strcmp(pattern->text, "/{,**}") == 0 ||
	       strcmp(pattern->text, "/{**,}") == 0;
}

static struct key key_of(const struct aac_rule *rule, size_t field, bool backwards)
{
	const struct aac_pattern *pattern = rule->fields[field].patterns;
	struct key key = { .backwards = backwards };

	/* An include covers only what names the same file. */
	if (rule->kind->id == AAC_KIND_INCLUDE && field == 0) {
		key.bytes = (const unsigned char *)rule->shape->path->text;
		key.len = strlen(rule->shape->path->text);
	} else if (field_counts(rule->kind, field) && !is_any(pattern)) {
		key.bytes = backwards ? aac_glob_suffix(pattern->glob, &key.len)
				      : aac_glob_prefix(pattern->glob, &key.len);
	}
	return key;
}

static unsigned char key_byte(const struct key *key, size_t i)
{
	return key->bytes[key->backwards ? key->len - 1 - i : i];
}

/* How many bytes two keys of one order share. */
static size_t common(const struct key *a, const struct key *b)
{
	size_t len = a->len < b->len ? a->len : b->len, i = 0;

	while (i < len && key_byte(a, i) == key_byte(b, i))
		i++;
	return i;
}

static bool begins_with(const struct key *longer, const struct key *shorter)
{
	return longer->len >= shorter->len && common(longer, shorter) == shorter->len;
}

/* ---- making ------------------------------------------------------------------------ */

static int compare_places(const void *x, const void *y)
{
	const struct place *a = x, *b = y;
	size_t same;

	if (a->topic != b->topic)
		return a->topic < b->topic ? -1 : 1;
	same = common(&a->key, &b->key);
	if (same < a->key.len && same < b->key.len)
		return key_byte(&a->key, same) < key_byte(&b->key, same) ? -1 : 1;
	if (a->key.len != b->key.len)
		return a->key.len < b->key.len ? -1 : 1;
	return a->rule < b->rule ? -1 : a->rule > b->rule;
}

/* Link each place to the one above it; a place ends where the next is not below it. */
static void link_places(struct place *places, size_t count)
{
	size_t above = NOWHERE;

	for (size_t i = 0; i < count; i++) {
		while (above != NOWHERE &&
		       (places[i].topic != places[above].topic ||
			!begins_with(&places[i].key, &places[above].key))) {
			places[above].end = i;
			above = places[above].up;
		}
		places[i].up = above;
		places[i].depth = above == NOWHERE ? 0 : places[above].depth + 1;
		above = i;
	}
	for (; above != NOWHERE; above = places[above].up)
		places[above].end = count;
}

static void add_order(struct aac_rule_index *index, struct arena *arena,
		      const struct aac_rule *const *rules, const struct key *keys)
{
	struct order *order = &index->orders[index->order_count++];

	order->places = ARENA_ARRAY(arena, struct place, index->count);
	order->at = ARENA_ARRAY(arena, size_t, index->count);
	for (size_t i = 0; i < index->count; i++)
		order->places[i] = (struct place){ .topic = topic_of(rules[i]),
						   .rule = i,
						   .key = keys[i] };
	if (index->count)
		qsort(order->places, index->count, sizeof(*order->places),
		      compare_places);
	link_places(order->places, index->count);
	for (size_t i = 0; i < index->count; i++)
		order->at[order->places[i].rule] = i;
}

/* The order by one end of FIELD; one in which nothing differs is of no use. */
static void add_end(struct aac_rule_index *index, struct arena *arena,
		    const struct aac_rule *const *rules, size_t field, bool backwards)
{
	struct key *keys = ARENA_ARRAY(arena, struct key, index->count);
	bool useful = index->order_count == 0;

	for (size_t i = 0; i < index->count; i++) {
		keys[i] = key_of(rules[i], field, backwards);
		useful |= keys[i].len > 0;
	}
	if (useful)
		add_order(index, arena, rules, keys);
}

/* The orders by what stands at each slash of FIELD, as counted from one end. */
static void add_slashes(struct aac_rule_index *index, struct arena *arena,
			const struct aac_rule *const *rules, size_t field, bool backwards)
{
	struct key *keys = ARENA_ARRAY(arena, struct key, index->count * AAC_GLOB_PARTS);
	bool useful[AAC_GLOB_PARTS] = { false };

	for (size_t i = 0; i < index->count; i++) {
		const struct aac_pattern *pattern = rules[i]->fields[field].patterns;
		struct aac_glob_part parts[AAC_GLOB_PARTS] = { 0 };

		if (field_counts(rules[i]->kind, field) && !is_any(pattern))
			aac_glob_parts(arena, pattern->text, backwards, parts);
		for (size_t slash = 0; slash < AAC_GLOB_PARTS; slash++) {
			keys[slash * index->count + i] =
				(struct key){ parts[slash].bytes, parts[slash].len,
					      backwards };
			useful[slash] |= parts[slash].inner && parts[slash].len > 0;
		}
	}
	for (size_t slash = 0; slash < AAC_GLOB_PARTS; slash++)
		if (useful[slash])
			add_order(index, arena, rules, keys + slash * index->count);
}

/* The order in which the fewest are above or below rule I. */
static size_t choose_order(const struct aac_rule_index *index, size_t i, size_t *fewest)
{
	size_t best = 0;

	*fewest = NOWHERE;
	for (size_t d = 0; d < index->order_count; d++) {
		const struct order *order = &index->orders[d];
		const struct place *place = &order->places[order->at[i]];
		size_t near = place->depth + (place->end - order->at[i]);

		if (near < *fewest) {
			*fewest = near;
			best = d;
		}
	}
	return best;
}

static bool is_crowded(const struct aac_rule_index *index)
{
	size_t sum = 0, near;

	for (size_t i = 0; i < index->count; i++) {
		choose_order(index, i, &near);
		sum += near;
	}
	return sum > CROWD * index->count;
}

struct aac_rule_index *
aac_rule_index_new(struct arena *arena, const struct aac_rule *const *rules, size_t count)
{
	struct aac_rule_index *index = ARENA_NEW(arena, struct aac_rule_index);

	index->count = count;
	index->all = ARENA_ARRAY(arena, size_t, count);
	index->found = ARENA_ARRAY(arena, size_t, count);
	for (size_t i = 0; i < count; i++)
		if (rules[i]->kind->id == AAC_KIND_ALL)
			index->all[index->all_count++] = i;
	for (size_t field = 0; field < AAC_FIELDS_MAX; field++) {
		add_end(index, arena, rules, field, false);
		add_end(index, arena, rules, field, true);
	}
	for (size_t field = 0; field < AAC_FIELDS_MAX && is_crowded(index); field++) {
		add_slashes(index, arena, rules, field, false);
		add_slashes(index, arena, rules, field, true);
	}
	return index;
}

/* ---- asking ------------------------------------------------------------------------ */

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

/* Rule J, if it stands behind I and no order tells them apart. */
static size_t take(struct aac_rule_index *index, size_t i, size_t j, size_t count)
{
	if (j <= i)
		return count;
	for (size_t d = 0; d < index->order_count; d++) {
		const struct order *order = &index->orders[d];
		const struct key *a = &order->places[order->at[i]].key;
		const struct key *b = &order->places[order->at[j]].key;

		if (!begins_with(a, b) && !begins_with(b, a))
			return count;
	}
	index->found[count++] = j;
	return count;
}

size_t aac_rule_index_behind(struct aac_rule_index *index, size_t i, const size_t **found)
{
	size_t near;
	const struct order *order = &index->orders[choose_order(index, i, &near)];
	const struct place *places = order->places, *place = &places[order->at[i]];
	size_t count = 0;

	*found = index->found;
	/* Of these only the same text says the same, which was seen before. */
	if (place->topic == AAC_KIND_RLIMIT || aac_kind_get(place->topic)->preamble)
		return 0;
	if (place->topic == AAC_KIND_ALL)
		return find_everything(index, i);
	for (size_t up = place->up; up != NOWHERE; up = places[up].up)
		count = take(index, i, places[up].rule, count);
	for (size_t at = order->at[i] + 1; at < place->end; at++)
		count = take(index, i, places[at].rule, count);
	for (size_t a = 0; a < index->all_count; a++)
		if (index->all[a] > i)
			index->found[count++] = index->all[a];
	if (count)
		qsort(index->found, count, sizeof(*index->found), compare_numbers);
	return count;
}
