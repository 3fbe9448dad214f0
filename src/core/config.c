/*
 * The container file.  jansson reads it, strictly; what it refuses is explained by
 * json_fault.c.  Nothing below a CTID is looked at here, except for a name: what a key
 * means is decided by the rules that ask for it.
 */
#include "core/config.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/suggest.h"
#include "core/config_positions.h"
#include "core/context.h"
#include "core/diag.h"
#include "core/json_load.h"
#include "core/json_scan.h"

#define CTID_MAX 64u

static const struct aac_trail containers_trail = { .key = "lxc_configs" };

static const char *type_name(const json_t *json)
{
	switch (json_typeof(json)) {
	case JSON_OBJECT:
		return "an object";
	case JSON_ARRAY:
		return "a list";
	case JSON_STRING:
		return "a string";
	case JSON_INTEGER:
	case JSON_REAL:
		return "a number";
	case JSON_TRUE:
	case JSON_FALSE:
		return "true or false";
	case JSON_NULL:
	default:
		return "null";
	}
}

static struct aac_span span_at(const struct aac_source *source, uint32_t begin,
			       uint32_t end)
{
	return (struct aac_span){ source, begin, end };
}

static const char *nearest_key(json_t *root)
{
	struct suggest suggest = { .word = containers_trail.key };

	for (void *at = json_object_iter(root); at; at = json_object_iter_next(root, at))
		suggest_offer(&suggest, json_object_iter_key(at));
	return suggest_best(&suggest);
}

static void report_missing(struct aac_context *ctx, const struct aac_config *config)
{
	uint32_t at = aac_json_skip_space(config->source->text, 0, config->source->size);
	const char *nearest = nearest_key(config->root);
	struct aac_diag *diag = aac_report(ctx->diags, AAC_ERROR, "json-no-containers",
					   span_at(config->source, at, at + 1),
					   "there is no key 'lxc_configs' in the file");

	if (nearest)
		aac_hint(ctx->diags, diag, "is '%s' meant to be 'lxc_configs'?", nearest);
	else
		aac_hint(ctx->diags, diag,
			 "write { \"lxc_configs\": { \"101\": { … } } }");
}

/* The object of containers; NULL after reporting. */
static json_t *find_containers(struct aac_context *ctx, const struct aac_config *config)
{
	json_t *containers = json_object_get(config->root, containers_trail.key);
	uint32_t at = aac_json_skip_space(config->source->text, 0, config->source->size);

	if (!json_is_object(config->root)) {
		uint32_t end = aac_json_skip_value(config->source->text, at);

		aac_report(ctx->diags, AAC_ERROR, "json-no-containers",
			   span_at(config->source, at, end),
			   "the file holds %s, not an object with a key 'lxc_configs'",
			   type_name(config->root));
		return NULL;
	}
	if (!containers) {
		report_missing(ctx, config);
		return NULL;
	}
	if (!json_is_object(containers)) {
		aac_report(ctx->diags, AAC_ERROR, "json-no-containers",
			   aac_config_place(config, &containers_trail),
			   "'lxc_configs' is %s, not an object of containers by CTID",
			   type_name(containers));
		return NULL;
	}
	return containers;
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

static const char *name_of(const json_t *json)
{
	const json_t *name = json_object_get(json, "name");

	if (!json_is_string(name) ||
	    strlen(json_string_value(name)) != json_string_length(name))
		return NULL;
	return json_string_value(name);
}

static void take_containers(struct arena *arena, struct aac_config *config,
			    json_t *containers)
{
	struct aac_container *list =
		ARENA_ARRAY(arena, struct aac_container, json_object_size(containers));
	size_t count = 0;

	for (void *at = json_object_iter(containers); at;
	     at = json_object_iter_next(containers, at)) {
		struct aac_container *container = &list[count++];
		struct aac_trail *trail = ARENA_NEW(arena, struct aac_trail);

		container->ctid = arena_strdup(arena, json_object_iter_key(at));
		container->json = json_object_iter_value(at);
		container->name = name_of(container->json);
		*trail = (struct aac_trail){ .up = &containers_trail,
					     .key = container->ctid };
		container->trail = trail;
	}
	if (count)
		qsort(list, count, sizeof(*list), compare_containers);
	config->containers = list;
	config->count = count;
}

struct aac_config *aac_config_parse(struct aac_context *ctx,
				    const struct aac_source *source)
{
	unsigned int before = ctx->diags->errors;
	struct aac_config *config;
	json_t *containers;
	json_t *root = aac_json_load(ctx, source);

	if (!root)
		return NULL;
	config = ARENA_NEW(ctx->arena, struct aac_config);
	config->source = source;
	config->root = root;
	config->positions = aac_positions_new(ctx->arena, source);
	containers = find_containers(ctx, config);
	if (containers) {
		take_containers(ctx->arena, config, containers);
		for (size_t i = 0; i < config->count; i++)
			check_ctid(ctx, config, &config->containers[i]);
	}
	if (containers && ctx->diags->errors == before)
		return config;
	aac_config_free(config);
	return NULL;
}

void aac_config_free(struct aac_config *config)
{
	if (!config)
		return;
	aac_positions_fini(config->positions);
	json_decref(config->root);
	config->root = NULL;
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
