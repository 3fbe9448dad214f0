/*
 * Candidates for a parameter's value: takes a profile's open denials and the parameter's
 * type, gives values to be tried.  Not obvious: nothing here need be right, since each
 * value is tried; it must only be few, and the likeliest first.
 */
#include "cli/cure_values.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/macro.h"
#include "cli/run.h"
#include "core/scope.h"
#include "core/value.h"

#define VALUES_MAX 24
#define FILE_DEPTH SIZE_MAX
#define WORDS_MAX 1024 /* of all denials, to choose from */

struct word {
	const char *text;
	size_t denials, depth;
	bool alike; /* its last part is that of the value now */
};

struct choosing {
	struct aac_explanation *all;
	const struct aac_param *param;
	struct word *words;
	struct map index; /* text -> word */
	size_t count;
};

static void offer(struct choosing *c, const char *text, size_t len, size_t depth)
{
	struct arena *arena = c->all->run->arena;
	struct word *word = map_get(&c->index, text, len);

	/* --set cuts a list at commas. */
	if (!len || (c->param->type.list && memchr(text, ',', len)))
		return;
	if (!word) {
		if (c->count == WORDS_MAX)
			return;
		word = &c->words[c->count++];
		word->text = arena_strndup(arena, text, len);
		word->depth = depth;
		map_add(&c->index, word->text, len, word);
	}
	word->denials++;
}

/* What the system's own folders hold is too much to hand out on the word of a log. */
static bool is_system(const char *path, size_t len)
{
	static const char *const names[] = { "/bin",   "/boot", "/dev",	  "/etc",
					     "/home",  "/lib",	"/lib32", "/lib64",
					     "/media", "/mnt",	"/opt",	  "/proc",
					     "/root",  "/run",	"/sbin",  "/srv",
					     "/sys",   "/tmp",	"/usr",	  "/var" };

	for (size_t i = 0; i < ARRAY_SIZE(names); i++)
		if (strlen(names[i]) == len && memcmp(names[i], path, len) == 0)
			return true;
	return false;
}

/* PATH and all folders above it. */
static void offer_folders(struct choosing *c, const char *path)
{
	size_t depth = 0, len = path ? strlen(path) : 0;

	if (len < 2 || *path != '/')
		return;
	for (size_t i = 1; i < len; i++)
		if (path[i] == '/' && (depth++ || !is_system(path, i)))
			offer(c, path, i, depth);
	if (path[len - 1] != '/')
		offer(c, path, len, FILE_DEPTH);
}

static void offer_numbers(struct choosing *c, const char *path)
{
	while (path && *path) {
		size_t len = strspn(path, "0123456789");

		if (len && len < 10)
			offer(c, path, len, 0);
		path += len ? len : 1;
	}
}

static void offer_text(struct choosing *c, const char *text)
{
	offer(c, text ? text : "", text ? strlen(text) : 0, 0);
}

static void offer_answer(struct choosing *c, const struct aac_query *query)
{
	switch (c->param->type.base) {
	case AAC_TYPE_PATH:
		offer_folders(c, query->name);
		offer_folders(c, query->other);
		break;
	case AAC_TYPE_INT:
		offer_numbers(c, query->name);
		break;
	case AAC_TYPE_STRING:
	case AAC_TYPE_NAME:
		offer_text(c, query->fstype);
		offer_text(c, query->label);
		if (query->name && *query->name != '/')
			offer_text(c, query->name);
		break;
	case AAC_TYPE_BOOL:
	case AAC_TYPE_ENUM:
		break;
	}
}

/* A folder right below the root is much to hand out on the word of a log, and a file is
 * seldom what a parameter names. */
static int is_last(const struct word *word)
{
	return word->depth == 1 ? 2 : word->depth == FILE_DEPTH;
}

/* A folder of the same name comes first, then what covers more denials, and of equals
 * what is narrower. */
static int by_promise(const void *a, const void *b)
{
	const struct word *x = a, *y = b;
	int top = is_last(x) - is_last(y);

	if (x->alike != y->alike)
		return x->alike ? -1 : 1;
	if (top)
		return top;
	if (x->denials != y->denials)
		return x->denials < y->denials ? 1 : -1;
	if (x->depth != y->depth)
		return x->depth < y->depth ? 1 : -1;
	return strcmp(x->text, y->text);
}

/* /var/lib/docker is likelier to be /srv/docker than any other folder. */
static void mark_alike(struct choosing *c, const struct aac_value *now)
{
	const char *last = memrchr(now->text, '/', now->len);
	size_t len = last ? (size_t)(now->text + now->len - last) : 0;

	for (size_t i = 0; i < c->count && len > 1; i++) {
		const char *word = strrchr(c->words[i].text, '/');

		c->words[i].alike =
			word && strlen(word) == len && memcmp(word, last, len) == 0;
	}
}

/* ---- values ------------------------------------------------------------------------ */

static void put_now(struct buf *out, const struct aac_value *now)
{
	for (size_t i = 0; i < now->count; i++) {
		const struct aac_value *item = &now->items[i];

		if (item->type == AAC_VALUE_STRING)
			buf_putn(out, item->text, item->len);
		else
			aac_value_print(out, item);
		buf_putc(out, ',');
	}
}

/* --set cuts a list at commas. */
static bool has_comma(const struct aac_value *now)
{
	for (size_t i = 0; now && i < now->count; i++)
		if (now->items[i].type == AAC_VALUE_STRING &&
		    memchr(now->items[i].text, ',', now->items[i].len))
			return true;
	return false;
}

static bool holds(const struct aac_value *now, const char *word)
{
	for (size_t i = 0; now && i < now->count; i++)
		if (aac_value_is_word(&now->items[i], word))
			return true;
	return now && now->type == AAC_VALUE_STRING && aac_value_is_word(now, word);
}

static void add_value(struct choosing *c, const struct aac_value *now, const char *word,
		      struct aac_values *values)
{
	CLEANUP_BUF text = { 0 };

	if (values->count == VALUES_MAX || holds(now, word) || has_comma(now))
		return;
	if (c->param->type.list && now)
		put_now(&text, now);
	buf_puts(&text, word);
	values->items[values->count++] = arena_strdup(c->all->run->arena, buf_str(&text));
}

static void add_choices(struct choosing *c, const struct aac_value *now,
			struct aac_values *values)
{
	const struct aac_word *choice = c->param->type.choices.head;

	if (c->param->type.base == AAC_TYPE_BOOL)
		add_value(c, NULL, now && now->boolean ? "false" : "true", values);
	if (c->param->type.base == AAC_TYPE_ENUM)
		for (; choice; choice = choice->next)
			add_value(c, now, choice->text, values);
}

struct aac_values aac_cure_values(struct aac_explanation *all,
				  const struct aac_subject *subject,
				  const struct aac_param *param,
				  const struct aac_value *now)
{
	struct arena *arena = all->run->arena;
	struct aac_values values = { ARENA_ARRAY(arena, const char *, VALUES_MAX), 0 };
	struct choosing c = { .all = all, .param = param };

	add_choices(&c, now, &values);
	if (values.count)
		return values;
	c.words = ARENA_ARRAY(arena, struct word, WORDS_MAX);
	for (const struct aac_explained *a = subject->answers.head; a; a = a->next)
		if (aac_explained_open(a) && !a->cure)
			offer_answer(&c, a->denied->attempt->queries);
	if (now && now->type == AAC_VALUE_STRING && now->path)
		mark_alike(&c, now);
	qsort(c.words, c.count, sizeof(*c.words), by_promise);
	for (size_t i = 0; i < c.count; i++)
		add_value(&c, now, c.words[i].text, &values);
	map_fini(&c.index);
	return values;
}
