/*
 * The container file.  json_tree.c reads it, one container after the other, and forgets
 * each; what it refuses is explained by json_load.c.  Nothing below a CTID is looked at
 * here, except for a name: what a key means is decided by the rules that ask for it.
 */
#include "core/config.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/suggest.h"
#include "core/config_positions.h"
#include "core/context.h"
#include "core/diag.h"
#include "core/json_load.h"
#include "core/json_scan.h"

#define CTID_MAX 64u

static const struct aac_trail containers_trail = { .key = "lxc_configs" };

/* What is asked for rarely: the whole document as a tree. */
struct aac_config_root {
	struct arena *arena; /* the configuration's */
	const struct aac_node *node;
};

static const char *type_name(enum aac_node_type type)
{
	switch (type) {
	case AAC_NODE_OBJECT:
		return "an object";
	case AAC_NODE_LIST:
		return "a list";
	case AAC_NODE_STRING:
		return "a string";
	case AAC_NODE_INT:
	case AAC_NODE_REAL:
		return "a number";
	case AAC_NODE_BOOL:
		return "true or false";
	case AAC_NODE_NULL:
	default:
		return "null";
	}
}

static struct aac_span span_at(const struct aac_source *source, uint32_t begin,
			       uint32_t end)
{
	return (struct aac_span){ source, begin, end };
}

static const char *nearest_key(struct arena *arena, const struct aac_node *root)
{
	struct suggest suggest = { .word = containers_trail.key };

	for (const struct aac_node *at = root->first; at; at = at->next)
		suggest_offer(&suggest, arena_strndup(arena, at->key.text, at->key.len));
	return suggest_best(&suggest);
}

static void report_missing(struct aac_context *ctx, const struct aac_config *config)
{
	uint32_t at = aac_json_skip_space(config->source->text, 0, config->source->size);
	const char *nearest = nearest_key(ctx->arena, aac_config_root(config));
	struct aac_diag *diag = aac_report(ctx->diags, AAC_ERROR, "json-no-containers",
					   span_at(config->source, at, at + 1),
					   "there is no key 'lxc_configs' in the file");

	if (nearest)
		aac_hint(ctx->diags, diag, "is '%s' meant to be 'lxc_configs'?", nearest);
	else
		aac_hint(ctx->diags, diag,
			 "write { \"lxc_configs\": { \"101\": { … } } }");
}

/* The document is right, but has no object of containers. */
static void report_no_containers(struct aac_context *ctx, const struct aac_config *config)
{
	uint32_t at = aac_json_skip_space(config->source->text, 0, config->source->size);
	const struct aac_node *root = aac_config_root(config);
	const struct aac_node *containers = aac_node_get(root, containers_trail.key);

	if (root->type != AAC_NODE_OBJECT)
		aac_report(ctx->diags, AAC_ERROR, "json-no-containers",
			   span_at(config->source, at,
				   aac_json_skip_value(config->source->text, at)),
			   "the file holds %s, not an object with a key 'lxc_configs'",
			   type_name(root->type));
	else if (!containers)
		report_missing(ctx, config);
	else
		aac_report(ctx->diags, AAC_ERROR, "json-no-containers",
			   aac_config_place(config, &containers_trail),
			   "'lxc_configs' is %s, not an object of containers by CTID",
			   type_name(containers->type));
}

static const char *ctid_problem(const char *ctid)
{
	if (*ctid == '\0')
		return "is empty";
	if (strlen(ctid) > CTID_MAX)
		return "is longer than 64 bytes";
	for (; *ctid; ctid++) {
		if (*ctid == '/')
			return "holds a '/'";
		if (*ctid == ' ')
			return "holds white space";
		if (*ctid < 0x20 || *ctid > 0x7e)
			return "holds a byte that is not printable ASCII";
	}
	return NULL;
}

static void check_ctid(struct aac_context *ctx, const struct aac_config *config,
		       const struct aac_container *container)
{
	const char *problem = ctid_problem(container->ctid);
	struct aac_position position;
	struct aac_diag *diag;

	if (!problem || aac_diags_full(ctx->diags))
		return;
	position = aac_positions_find(config->positions, container->trail);
	diag = aac_report(ctx->diags, AAC_ERROR, "ctid-invalid", position.key,
			  "the CTID '%s' %s", container->ctid, problem);
	aac_hint(ctx->diags, diag, "a container's ID is a number, or a short word");
}

/* A value of TYPE at TRAIL is an object or null: of anything else nothing can be read. */
static void check_object(struct aac_context *ctx, const struct aac_config *config,
			 const struct aac_container *container, enum aac_node_type type,
			 const struct aac_trail *trail, const char *what)
{
	if (type == AAC_NODE_OBJECT || type == AAC_NODE_NULL ||
	    aac_diags_full(ctx->diags))
		return;
	aac_hint(ctx->diags,
		 aac_report(ctx->diags, AAC_WARNING, "config-type",
			    aac_config_place(config, trail),
			    "container %s%s is %s, not an object: nothing is read from "
			    "it",
			    container->ctid, what, type_name(type)),
		 "write { … }, or null");
}

static void check_container(struct aac_context *ctx, const struct aac_config *config,
			    const struct aac_container *container)
{
	struct aac_trail settings = { .up = container->trail, .key = "apparmor" };

	check_ctid(ctx, config, container);
	check_object(ctx, config, container, container->type, container->trail, "");
	check_object(ctx, config, container, container->settings, &settings,
		     ": .apparmor");
}

static bool is_number(const char *ctid)
{
	return *ctid && ctid[strspn(ctid, "0123456789")] == '\0';
}

/* Numbers of any length: the longer one, leading zeros aside, is greater. */
static int compare_numbers(const char *a, const char *b)
{
	size_t a_len, b_len;

	a += strspn(a, "0");
	b += strspn(b, "0");
	a_len = strlen(a);
	b_len = strlen(b);
	if (a_len != b_len)
		return a_len < b_len ? -1 : 1;
	return strcmp(a, b);
}

int aac_ctid_compare(const char *a, const char *b)
{
	bool a_number = is_number(a), b_number = is_number(b);
	int order = 0;

	if (a_number != b_number)
		return a_number ? -1 : 1;
	if (a_number)
		order = compare_numbers(a, b);
	return order ? order : strcmp(a, b);
}

static int compare_containers(const void *a, const void *b)
{
	const struct aac_container *left = a, *right = b;

	return aac_ctid_compare(left->ctid, right->ctid);
}

static int compare_wanted(const void *ctid, const void *container)
{
	return aac_ctid_compare(ctid, ((const struct aac_container *)container)->ctid);
}

/* ---- reading ---------------------------------------------------------------------- */

/* One pass over the document. */
struct scan {
	struct arena *arena;   /* of what is kept */
	struct arena *scratch; /* of one value at a time */
	struct aac_json_reader reader;
	struct buf list; /* of struct aac_container */
	bool found;	 /* .lxc_configs is an object */
};

static const char *name_of(struct arena *arena, const struct aac_node *json)
{
	const struct aac_node *name = aac_node_get(json, "name");

	if (!name || name->type != AAC_NODE_STRING ||
	    (name->string.len && memchr(name->string.text, '\0', name->string.len)))
		return NULL;
	return arena_strndup(arena, name->string.text, name->string.len);
}

static bool scan_container(struct scan *scan, const struct aac_slice *key)
{
	struct aac_json_reader *reader = &scan->reader;
	struct aac_container container = {
		.ctid = arena_strndup(scan->arena, key->text, key->len),
		.at = (uint32_t)(reader->at - reader->text),
	};
	const struct aac_node *json, *settings;

	arena_reset(scan->scratch);
	json = aac_json_read(reader);
	if (!json)
		return false;
	settings = aac_node_get(json, "apparmor");
	container.name = name_of(scan->arena, json);
	container.type = json->type;
	container.settings = settings ? settings->type : AAC_NODE_NULL;
	buf_putn(&scan->list, (const char *)&container, sizeof(container));
	return true;
}

/* Whether a CTID stands twice is seen when they are in order. */
static bool scan_containers(struct scan *scan)
{
	enum aac_json_step step;
	struct aac_slice key;
	bool first = true;

	aac_json_enter(&scan->reader);
	while ((step = aac_json_next(&scan->reader, first, &key)) == AAC_JSON_MEMBER) {
		if (!scan_container(scan, &key))
			return false;
		first = false;
	}
	return step == AAC_JSON_END;
}

static bool scan_member(struct scan *scan, const struct aac_slice *key)
{
	static const struct aac_slice wanted = { "lxc_configs", 11 };

	scan->found = key->len == wanted.len &&
		      memcmp(key->text, wanted.text, wanted.len) == 0 &&
		      *scan->reader.at == '{';
	if (scan->found)
		return scan_containers(scan);
	arena_reset(scan->scratch);
	return aac_json_read(&scan->reader) != NULL;
}

/* The keys of the root are few, or the file is an odd one. */
static bool scan_root(struct scan *scan)
{
	CLEANUP_BUF keys = { 0 };
	enum aac_json_step step;
	struct aac_slice key;
	bool found = false;

	if (!aac_json_enter(&scan->reader))
		return aac_json_read(&scan->reader) && aac_json_at_end(&scan->reader);
	while ((step = aac_json_next(&scan->reader, keys.len == 0, &key)) ==
	       AAC_JSON_MEMBER) {
		key.text = arena_strndup(scan->arena, key.text, key.len);
		buf_putn(&keys, (const char *)&key, sizeof(key));
		if (!scan_member(scan, &key))
			return false;
		found |= scan->found;
	}
	scan->found = found;
	return step == AAC_JSON_END && aac_json_at_end(&scan->reader) &&
	       !aac_json_twice((struct aac_slice *)(void *)keys.data,
			       keys.len / sizeof(key));
}

static bool in_order(const struct aac_container *list, size_t count)
{
	for (size_t i = 1; i < count; i++)
		if (compare_containers(&list[i - 1], &list[i]) >= 0)
			return false;
	return true;
}

/* Puts them in order; false when two have one CTID. */
static bool take_containers(struct arena *arena, struct aac_config *config,
			    const struct buf *found)
{
	size_t count = found->len / sizeof(struct aac_container);
	struct aac_container *list = ARENA_ARRAY(arena, struct aac_container, count);
	struct aac_trail *trails = ARENA_ARRAY(arena, struct aac_trail, count);

	if (count)
		memcpy(list, found->data, found->len);
	if (!in_order(list, count)) {
		qsort(list, count, sizeof(*list), compare_containers);
		if (!in_order(list, count))
			return false;
	}
	for (size_t i = 0; i < count; i++) {
		trails[i] = (struct aac_trail){ .up = &containers_trail,
						.key = list[i].ctid };
		list[i].trail = &trails[i];
	}
	config->containers = list;
	config->count = count;
	return true;
}

/* False: the document is not right. */
static bool scan_config(struct arena *arena, struct aac_config *config, bool *found)
{
	struct scan scan = { .arena = arena, .scratch = arena_new() };
	bool right;

	scan.reader = aac_json_reader_new(scan.scratch, config->source);
	right = scan_root(&scan) && take_containers(arena, config, &scan.list);
	*found = scan.found;
	buf_fini(&scan.list);
	arena_free(scan.scratch);
	return right;
}

/* Says what is wrong with a document that the scan refused. */
static void report_refused(struct aac_context *ctx, const struct aac_source *source)
{
	json_t *root = aac_json_load(ctx, source);

	if (root)
		aac_report(ctx->diags, AAC_ERROR, "json-syntax", span_at(source, 0, 0),
			   "the file cannot be read as JSON");
	json_decref(root);
}

struct aac_config *aac_config_parse(struct aac_context *ctx,
				    const struct aac_source *source)
{
	unsigned int before = ctx->diags->errors;
	struct aac_config *config = ARENA_NEW(ctx->arena, struct aac_config);
	bool found;

	config->source = source;
	if (!scan_config(ctx->arena, config, &found)) {
		report_refused(ctx, source);
		return NULL;
	}
	config->root = ARENA_NEW(ctx->arena, struct aac_config_root);
	config->root->arena = ctx->arena;
	config->positions = aac_positions_new(ctx->arena, source);
	if (!found)
		report_no_containers(ctx, config);
	for (size_t i = 0; i < config->count; i++)
		check_container(ctx, config, &config->containers[i]);
	if (ctx->diags->errors == before)
		return config;
	aac_config_free(config);
	return NULL;
}

void aac_config_free(struct aac_config *config)
{
	if (config)
		aac_positions_fini(config->positions);
}

const struct aac_node *aac_config_json(const struct aac_config *config,
				       const struct aac_container *container,
				       struct arena *arena)
{
	struct aac_json_reader reader =
		aac_json_reader_at(arena, config->source, container->at, 2);

	reader.strings = config->root->arena;
	return aac_json_read(&reader);
}

const struct aac_node *aac_config_root(const struct aac_config *config)
{
	struct aac_config_root *root = config->root;
	struct aac_json_reader reader = aac_json_reader_new(root->arena, config->source);

	if (!root->node)
		root->node = aac_json_read(&reader);
	return root->node;
}

const struct aac_container *aac_config_find(const struct aac_config *config,
					    const char *ctid)
{
	if (config->count == 0)
		return NULL;
	return bsearch(ctid, config->containers, config->count,
		       sizeof(*config->containers), compare_wanted);
}

struct aac_span aac_config_place(const struct aac_config *config,
				 const struct aac_trail *trail)
{
	struct aac_position position = aac_positions_find(config->positions, trail);

	if (position.found || !position.key.source)
		return position.value;
	return position.key;
}
