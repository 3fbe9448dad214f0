/*
 * Receipts and journals, read back.  Only root writes them, but a disk may lie: whatever
 * has not the type it should have, a path that is not absolute or that leads upwards, or
 * a digest that is none, refuses the whole.
 */
#include "core/receipt.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "core/config.h"
#include "core/context.h"
#include "core/diag.h"
#include "core/json_load.h"

struct reader {
	struct arena *arena;
	const char *problem; /* the first one */
};

static void refuse(struct reader *r, const char *problem)
{
	if (!r->problem)
		r->problem = problem;
}

/* The bytes that receipt_text.c has written as characters. */
static const char *decode(struct reader *r, const char *text, size_t len)
{
	char *out = ARENA_ARRAY(r->arena, char, len + 1), *to = out;

	for (size_t i = 0; i < len; i++) {
		unsigned char c = (unsigned char)text[i];

		if (c >= 0x80) {
			if ((c & 0xfe) != 0xc2 || i + 1 >= len) {
				refuse(r, "a string holds a character beyond U+00FF");
				break;
			}
			c = (unsigned char)((c & 3) << 6 | (text[++i] & 0x3f));
		}
		if (c == '\0')
			refuse(r, "a string holds the character NUL");
		*to++ = (char)c;
	}
	return out;
}

/* A string, or NULL for null when that is allowed; "" after refusing. */
static const char *get_text(struct reader *r, const json_t *object, const char *key,
			    bool may_be_null)
{
	const json_t *value = json_object_get(object, key);

	if (json_is_null(value) && may_be_null)
		return NULL;
	if (!json_is_string(value)) {
		refuse(r, arena_printf(r->arena, "'%s' is no string", key));
		return "";
	}
	return decode(r, json_string_value(value), json_string_length(value));
}

static const char *get_path(struct reader *r, const json_t *object, const char *key,
			    bool may_be_null)
{
	const char *path = get_text(r, object, key, may_be_null);
	size_t len = path ? strlen(path) : 0;

	if (path && (path[0] != '/' || strstr(path, "/../") ||
		     (len >= 3 && strcmp(path + len - 3, "/..") == 0)))
		refuse(r, arena_printf(r->arena, "'%s' is no absolute path", key));
	return path;
}

static const char *get_digest(struct reader *r, const json_t *object, const char *key)
{
	const char *text = get_text(r, object, key, true);

	if (text && (strlen(text) != 64 || text[strspn(text, "0123456789abcdef")]))
		refuse(r, arena_printf(r->arena, "'%s' is no digest", key));
	return text;
}

static const json_t *get_list(struct reader *r, const json_t *object, const char *key)
{
	const json_t *list = json_object_get(object, key);

	if (!json_is_array(list))
		refuse(r, arena_printf(r->arena, "'%s' is no list", key));
	return list;
}

static uint64_t get_number(struct reader *r, const json_t *object, const char *key)
{
	const json_t *value = json_object_get(object, key);

	if (json_is_integer(value) && json_integer_value(value) >= 0)
		return (uint64_t)json_integer_value(value);
	refuse(r, arena_printf(r->arena, "'%s' is no number", key));
	return 0;
}

/* Strings as they are, or as paths. */
static const char *const *get_texts(struct reader *r, const json_t *object,
				    const char *key, bool paths, size_t *count)
{
	const json_t *list = get_list(r, object, key);
	const char **items = ARENA_ARRAY(r->arena, const char *, json_array_size(list));
	const json_t *item;
	size_t i;

	*count = json_array_size(list);
	json_array_foreach(list, i, item)
	{
		items[i] = "";
		if (json_is_string(item))
			items[i] = decode(r, json_string_value(item),
					  json_string_length(item));
		if (!json_is_string(item) || (paths && items[i][0] != '/'))
			refuse(r,
			       arena_printf(r->arena, "'%s' holds what it may not", key));
	}
	return items;
}

/* ---- receipts -------------------------------------------------------------- */

static void read_files(struct reader *r, const json_t *root,
		       struct aac_receipts *receipts)
{
	const json_t *list = get_list(r, root, "files");
	struct aac_receipt_file *files =
		ARENA_ARRAY(r->arena, struct aac_receipt_file, json_array_size(list));
	const json_t *item;
	size_t i;

	json_array_foreach(list, i, item)
	{
		files[i] = (struct aac_receipt_file){
			.path = get_path(r, item, "path", false),
			.original = get_digest(r, item, "original"),
			.applied = get_digest(r, item, "applied"),
		};
	}
	receipts->files = files;
	receipts->file_count = json_array_size(list);
}

static void read_delta(struct reader *r, const json_t *conf, struct aac_conf_delta *delta)
{
	const json_t *list = get_list(r, conf, "moved");
	struct aac_conf_moved *moved =
		ARENA_ARRAY(r->arena, struct aac_conf_moved, json_array_size(list));
	const json_t *item;
	size_t i;

	delta->added = get_texts(r, conf, "added", false, &delta->added_count);
	delta->ended = get_text(r, conf, "ended", true);
	json_array_foreach(list, i, item)
	{
		moved[i].text = get_text(r, item, "text", false);
		moved[i].at = (size_t)get_number(r, item, "at");
	}
	delta->moved = moved;
	delta->moved_count = json_array_size(list);
}

static struct aac_receipt read_container(struct reader *r, const json_t *item)
{
	const json_t *json = json_object_get(item, "json");
	const json_t *conf = json_object_get(item, "conf");
	struct aac_receipt receipt = {
		.ctid = get_text(r, item, "ctid", false),
		.profile = get_text(r, item, "profile", false),
		.profile_path = get_path(r, item, "profile_path", false),
		.include_path = get_path(r, item, "include_path", true),
	};

	if (json) {
		receipt.json_path = get_path(r, json, "path", false);
		receipt.json_had = get_text(r, json, "had", true);
	}
	if (conf) {
		const char *style = get_text(r, conf, "style", false);

		receipt.conf_path = get_path(r, conf, "path", false);
		receipt.style =
			strcmp(style, "proxmox") == 0 ? AAC_CONF_PROXMOX : AAC_CONF_LXC;
		read_delta(r, conf, &receipt.delta);
	}
	return receipt;
}

static void read_containers(struct reader *r, const json_t *root,
			    struct aac_receipts *receipts)
{
	const json_t *list = get_list(r, root, "containers");
	struct aac_receipt *containers =
		ARENA_ARRAY(r->arena, struct aac_receipt, json_array_size(list));
	const json_t *item;
	size_t i;

	json_array_foreach(list, i, item)
	{
		containers[i] = read_container(r, item);
	}
	receipts->containers = containers;
	receipts->count = json_array_size(list);
}

static void check_version(struct reader *r, const json_t *root)
{
	if (get_number(r, root, "version") != 1)
		refuse(r, "it is of another version of aa-compose");
}

static const void *end(struct aac_context *ctx, const struct reader *r,
		       const struct aac_source *source, const void *value)
{
	if (!r->problem)
		return value;
	aac_report(ctx->diags, AAC_ERROR, "receipt-invalid",
		   (struct aac_span){ source, 0, 0 },
		   "this is no record of what apply has done: %s", r->problem);
	return NULL;
}

const struct aac_receipts *aac_receipts_parse(struct aac_context *ctx,
					      const struct aac_source *source)
{
	struct aac_receipts *receipts = ARENA_NEW(ctx->arena, struct aac_receipts);
	struct reader r = { .arena = ctx->arena };
	json_t *root = aac_json_load(ctx, source);

	if (!root)
		return NULL;
	check_version(&r, root);
	if (!r.problem) {
		receipts->number = get_number(&r, root, "number");
		receipts->folders =
			get_texts(&r, root, "folders", true, &receipts->folder_count);
		read_files(&r, root, receipts);
		read_containers(&r, root, receipts);
	}
	json_decref(root);
	return end(ctx, &r, source, receipts);
}

const struct aac_journal *aac_journal_parse(struct aac_context *ctx,
					    const struct aac_source *source)
{
	struct aac_journal *journal = ARENA_NEW(ctx->arena, struct aac_journal);
	const char *newline = memchr(source->text, '\n', source->size);
	size_t len = newline ? (size_t)(newline - source->text) : source->size;
	const struct aac_source *line = aac_source_new(
		ctx->arena, source->name, source->logical, source->text, len);
	struct reader r = { .arena = ctx->arena };
	json_t *root = aac_json_load(ctx, line);
	const json_t *list, *item;
	struct aac_journal_step *steps;
	size_t i;

	if (!root)
		return NULL;
	check_version(&r, root);
	journal->number = get_number(&r, root, "number");
	journal->folders = get_texts(&r, root, "folders", true, &journal->folder_count);
	list = get_list(&r, root, "steps");
	steps = ARENA_ARRAY(ctx->arena, struct aac_journal_step, json_array_size(list));
	json_array_foreach(list, i, item)
	{
		steps[i].path = get_path(&r, item, "path", false);
		steps[i].before = get_digest(&r, item, "before");
		steps[i].after = get_digest(&r, item, "after");
		steps[i].lock = get_text(&r, item, "lock", true);
		if (steps[i].lock && strchr(steps[i].lock, '/'))
			refuse(&r, "'lock' is no container");
	}
	journal->steps = steps;
	journal->count = json_array_size(list);
	json_decref(root);
	return end(ctx, &r, source, journal);
}

/* ---- questions ------------------------------------------------------------- */

const struct aac_receipt *aac_receipt_find(const struct aac_receipts *receipts,
					   const char *ctid)
{
	for (size_t i = 0; i < receipts->count; i++)
		if (strcmp(receipts->containers[i].ctid, ctid) == 0)
			return &receipts->containers[i];
	return NULL;
}

const struct aac_receipt_file *aac_receipt_file_find(const struct aac_receipts *receipts,
						     const char *path)
{
	for (size_t i = 0; i < receipts->file_count; i++)
		if (strcmp(receipts->files[i].path, path) == 0)
			return &receipts->files[i];
	return NULL;
}
