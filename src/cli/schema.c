/*
 * The schema of the container file.  It takes the library and appends JSON.  Not obvious:
 * the file is other programs' too, so a value is held to a type only where the key is
 * ours, below .apparmor; elsewhere types, defaults and words are told, not demanded.  And
 * what reads nothing from a value of another type (`properties` of no object) demands
 * nothing of it, as the rules do.
 */
#include "cli/schema.h"

#include <inttypes.h>
#include <string.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/macro.h"
#include "cli/json_writer.h"
#include "cli/schema_tree.h"
#include "core/library.h"
#include "core/scope.h"

#define CTID_PATTERN "^[!-.0-~]{1,64}$"

struct schema {
	struct arena *arena;
	const struct aac_library *library;
	struct aac_schema_tree tree;
	struct aac_json json;
};

/* ---- values ---------------------------------------------------------------- */

/* What a parameter takes at one place. */
struct shape {
	const struct aac_type *type;
	const struct aac_word *absent; /* words that count as nothing */
	bool text; /* any text: it is cut into parts */
	bool list;
};

static void put_types(struct aac_json *json, const char *const *types)
{
	aac_json_begin(json, "type", '[');
	for (; *types; types++)
		aac_json_put(json, NULL, *types);
	aac_json_end(json, ']');
}

#define PUT_TYPES(json, ...) put_types((json), (const char *const[]){ __VA_ARGS__, NULL })

static void put_words(struct aac_json *json, const struct aac_word *words, bool null)
{
	aac_json_begin(json, "enum", '[');
	for (const struct aac_word *word = words; word; word = word->next)
		aac_json_put(json, NULL, word->text);
	if (null)
		aac_json_put(json, NULL, NULL);
	aac_json_end(json, ']');
}

static void put_reference(struct aac_json *json, const char *key, const char *to)
{
	aac_json_begin(json, key, '{');
	aac_json_put(json, "$ref", to);
	aac_json_end(json, '}');
}

/* What param_type.c takes: a pattern concerns strings only. */
static const struct {
	const char *name;
	const char *types[4];
	const char *pattern;
} types[] = {
	[AAC_TYPE_PATH] = { "path", { "string", "null" },
			    "^(/|(/(?!\\.\\.?(/|$))[^/\\u0000-\\u001f\\u007f]+)+/?)$" },
	[AAC_TYPE_STRING] = { "string", { "string", "integer", "null" },
			      "^[^\\u0000-\\u001f\\u007f]*$" },
	[AAC_TYPE_INT] = { "int", { "integer", "string", "null" }, "^-?[0-9]+$" },
	[AAC_TYPE_BOOL] = { "bool", { "boolean", "string", "null" }, "^(true|false)$" },
	[AAC_TYPE_NAME] = { "name", { "string", "integer", "null" },
			    "^[A-Za-z0-9_.-]+$" },
};

static void put_type_definitions(struct schema *s)
{
	for (size_t i = 0; i < ARRAY_SIZE(types); i++) {
		aac_json_begin(&s->json, types[i].name, '{');
		put_types(&s->json, types[i].types);
		aac_json_put(&s->json, "pattern", types[i].pattern);
		aac_json_end(&s->json, '}');
	}
}

static void put_scalar(struct schema *s, const struct aac_type *type)
{
	if (type->base == AAC_TYPE_ENUM)
		put_words(&s->json, type->choices.head, true);
	else
		aac_json_put(
			&s->json, "$ref",
			arena_printf(s->arena, "#/$defs/%s", types[type->base].name));
}

static void put_one(struct schema *s, const struct shape *shape)
{
	struct aac_json *json = &s->json;

	if (shape->text) {
		PUT_TYPES(json, "string", "integer", "boolean", "null");
		return;
	}
	if (!shape->absent) {
		put_scalar(s, shape->type);
		return;
	}
	aac_json_begin(json, "anyOf", '[');
	aac_json_begin(json, NULL, '{');
	put_scalar(s, shape->type);
	aac_json_end(json, '}');
	aac_json_begin(json, NULL, '{');
	put_words(json, shape->absent, false);
	aac_json_end(json, '}');
	aac_json_end(json, ']');
}

/* One value serves as a list of one. */
static void put_shape(struct schema *s, const struct shape *shape)
{
	struct aac_json *json = &s->json;

	if (!shape->list) {
		put_one(s, shape);
		return;
	}
	aac_json_begin(json, "anyOf", '[');
	aac_json_begin(json, NULL, '{');
	put_one(s, shape);
	aac_json_end(json, '}');
	aac_json_begin(json, NULL, '{');
	aac_json_put(json, "type", "array");
	aac_json_begin(json, "items", '{');
	put_one(s, shape);
	aac_json_end(json, '}');
	aac_json_end(json, '}');
	aac_json_end(json, ']');
}

static void put_literal(struct aac_json *json, const char *key,
			const struct aac_literal *literal)
{
	CLEANUP_BUF number = { 0 };

	switch (literal->type) {
	case AAC_LIT_STRING:
		aac_json_put(json, key, literal->text);
		break;
	case AAC_LIT_INT:
		buf_printf(&number, "%" PRId64, literal->integer);
		aac_json_raw(json, key, buf_str(&number));
		break;
	case AAC_LIT_BOOL:
		aac_json_bool(json, key, literal->boolean);
		break;
	case AAC_LIT_LIST:
	default:
		/* The parser takes no list in a list. */
		aac_json_begin(json, key, '[');
		for (const struct aac_literal *l = literal->items; l; l = l->next)
			if (l->type != AAC_LIT_LIST)
				put_literal(json, NULL, l);
		aac_json_end(json, ']');
	}
}

/* ---- keys that rules read -------------------------------------------------- */

static void describe_param(struct schema *s, struct buf *text, const char *fragment,
			   const struct aac_param *param)
{
	buf_printf(text, "%s%s.%s (%s)", text->len ? "\n" : "", fragment, param->name,
		   aac_type_name(s->arena, &param->type));
	if (param->doc)
		buf_printf(text, ": %s", param->doc);
}

static void put_description(struct schema *s, const struct aac_schema_node *node)
{
	CLEANUP_BUF text = { 0 };

	for (const struct aac_schema_source *at = node->source; at; at = at->next)
		describe_param(s, &text, at->fragment, at->param);
	for (const struct aac_schema_reader *r = node->reader; r; r = r->next)
		buf_printf(&text, "%s%s",
			   r != node->reader ? ", "
			   : text.len	     ? "\nRead by "
					     : "Read by ",
			   r->who);
	if (text.len)
		aac_json_put(&s->json, "description", buf_str(&text));
}

static void put_examples(struct schema *s, const struct aac_schema_node *node)
{
	if (!node->example)
		return;
	aac_json_begin(&s->json, "examples", '[');
	for (const struct aac_schema_example *e = node->example; e; e = e->next)
		aac_json_raw(&s->json, NULL, e->json);
	aac_json_end(&s->json, ']');
}

/* The value of SOURCE behind a [], if EACH, is one of many. */
static struct shape shape_of(const struct aac_schema_source *source, bool each)
{
	const struct aac_param *param = source->param;

	return (struct shape){ .type = &param->type,
			       .absent = param->absent.head,
			       .text = param->split != NULL,
			       .list = param->type.list && !each };
}

/* Something is demanded of what stands at NODE: it is ours, and no rule looks into it. */
static bool has_shape(const struct aac_schema_node *node, bool each)
{
	const struct aac_schema_node *items = node->items;

	if (!node->ours || !node->source || node->child ||
	    (items && (items->source || items->child || items->items)))
		return false;
	for (const struct aac_schema_source *at = node->source; at; at = at->next)
		if (!at->param->type.list && (each || at->param->split))
			return false;
	return true;
}

/* Parameters of several fragments: what one of them takes. */
static void put_shapes(struct schema *s, const struct aac_schema_node *node, bool each)
{
	struct shape shape = shape_of(node->source, each);

	if (!node->source->next) {
		put_shape(s, &shape);
		return;
	}
	aac_json_begin(&s->json, "anyOf", '[');
	for (const struct aac_schema_source *at = node->source; at; at = at->next) {
		shape = shape_of(at, each);
		aac_json_begin(&s->json, NULL, '{');
		put_shape(s, &shape);
		aac_json_end(&s->json, '}');
	}
	aac_json_end(&s->json, ']');
}

/* The tree is at most as deep as its longest path. */
static void put_node(struct schema *s, const struct aac_schema_node *node, bool each)
{
	const struct aac_schema_source *source = node->source;

	aac_json_begin(&s->json, node->key ? node->key : "items", '{');
	put_description(s, node);
	if (source && !source->next && source->param->fallback && !each)
		put_literal(&s->json, "default", source->param->fallback);
	put_examples(s, node);
	if (has_shape(node, each))
		put_shapes(s, node, each);
	if (node->child) {
		aac_json_begin(&s->json, "properties", '{');
		for (const struct aac_schema_node *c = node->child; c; c = c->next)
			put_node(s, c, each);
		aac_json_end(&s->json, '}');
	}
	if (node->items)
		put_node(s, node->items, true);
	aac_json_end(&s->json, '}');
}

/* The children of NODE that are not told of already. */
static void put_children(struct schema *s, const struct aac_schema_node *node,
			 const char *const *told)
{
	for (const struct aac_schema_node *c = node->child; c; c = c->next) {
		const char *const *name = told;

		while (*name && strcmp(*name, c->key) != 0)
			name++;
		if (!*name)
			put_node(s, c, false);
	}
}

/* ---- keys that the program reads ------------------------------------------- */

static void put_profile_key(struct schema *s)
{
	static const char *const words[] = { "unconfined", "generated", "unchanged" };

	aac_json_begin(&s->json, "apparmor_profile", '{');
	aac_json_put(&s->json, "description",
		     "The profile that the container runs under; 'aa-compose apply' "
		     "writes it. It names a profile too: a declared one without a "
		     "condition, or what apparmor_fragments make.");
	PUT_TYPES(&s->json, "string", "null");
	aac_json_begin(&s->json, "examples", '[');
	for (size_t i = 0; i < s->library->profile_count; i++)
		aac_json_put(&s->json, NULL, s->library->profiles[i]->name);
	for (size_t i = 0; i < 3; i++)
		aac_json_put(&s->json, NULL, words[i]);
	aac_json_end(&s->json, ']');
	aac_json_end(&s->json, '}');
}

static void put_fragments_key(struct schema *s)
{
	aac_json_begin(&s->json, "apparmor_fragments", '{');
	aac_json_put(&s->json, "description",
		     "Exactly these fragments, and what they require. An empty list "
		     "opts out: no profile.");
	PUT_TYPES(&s->json, "array", "null");
	put_reference(&s->json, "items", "#/$defs/fragment");
	aac_json_end(&s->json, '}');
}

static void put_params_key(struct schema *s)
{
	aac_json_begin(&s->json, "params", '{');
	aac_json_put(&s->json, "description",
		     "Values for parameters, before all others but --set.");
	PUT_TYPES(&s->json, "object", "null");
	aac_json_begin(&s->json, "properties", '{');
	for (size_t i = 0; i < s->library->fragment_count; i++) {
		const struct aac_fragment *f = s->library->fragments[i];
		const struct aac_param *p = f->decl->params.head;

		for (; p; p = p->next) {
			struct shape shape = { .type = &p->type, .list = p->type.list };
			CLEANUP_BUF text = { 0 };

			describe_param(s, &text, f->name, p);
			aac_json_begin(
				&s->json,
				arena_printf(s->arena, "%s.%s", f->name, p->name), '{');
			aac_json_put(&s->json, "description", buf_str(&text));
			if (p->fallback)
				put_literal(&s->json, "default", p->fallback);
			put_shape(s, &shape);
			aac_json_end(&s->json, '}');
		}
	}
	aac_json_end(&s->json, '}');
	aac_json_bool(&s->json, "additionalProperties", false);
	aac_json_end(&s->json, '}');
}

static void put_apparmor_key(struct schema *s)
{
	static const char *const told[] = { "profile", "params", NULL };
	const struct aac_schema_node *node =
		aac_schema_child(s->tree.container, "apparmor");

	aac_json_begin(&s->json, "apparmor", '{');
	aac_json_put(&s->json, "description", "What only aa-compose reads.");
	PUT_TYPES(&s->json, "object", "null");
	aac_json_begin(&s->json, "properties", '{');
	aac_json_begin(&s->json, "profile", '{');
	aac_json_put(&s->json, "description",
		     "Pins the declared profile of this name, whatever its condition.");
	aac_json_begin(&s->json, "anyOf", '[');
	put_reference(&s->json, NULL, "#/$defs/profile");
	aac_json_begin(&s->json, NULL, '{');
	aac_json_put(&s->json, "type", "null");
	aac_json_end(&s->json, '}');
	aac_json_end(&s->json, ']');
	aac_json_end(&s->json, '}');
	put_params_key(s);
	if (node)
		put_children(s, node, told);
	aac_json_end(&s->json, '}');
	aac_json_end(&s->json, '}');
}

/* ---- definitions ----------------------------------------------------------- */

static void put_choice(struct schema *s, const struct aac_decl *decl)
{
	aac_json_begin(&s->json, NULL, '{');
	aac_json_put(&s->json, "const", decl->name);
	if (decl->deprecated) {
		aac_json_put(&s->json, "description",
			     arena_printf(s->arena, "%s%sDeprecated: %s",
					  decl->summary ? decl->summary : "",
					  decl->summary ? "\n" : "", decl->deprecated));
		aac_json_bool(&s->json, "deprecated", true);
	} else if (decl->summary) {
		aac_json_put(&s->json, "description", decl->summary);
	}
	aac_json_end(&s->json, '}');
}

/* A choice of none is written `false`: `oneOf` needs an element. */
static void put_names(struct schema *s, const char *key, bool profiles)
{
	const struct aac_library *library = s->library;
	size_t count = profiles ? library->profile_count : library->fragment_count;

	if (count == 0) {
		aac_json_bool(&s->json, key, false);
		return;
	}
	aac_json_begin(&s->json, key, '{');
	aac_json_begin(&s->json, "oneOf", '[');
	for (size_t i = 0; i < count; i++)
		put_choice(s, profiles ? library->profiles[i]->decl
				       : library->fragments[i]->decl);
	aac_json_end(&s->json, ']');
	aac_json_end(&s->json, '}');
}

static void put_container(struct schema *s)
{
	static const char *const told[] = { "name", "apparmor_profile",
					    "apparmor_fragments", "apparmor", NULL };

	aac_json_begin(&s->json, "container", '{');
	PUT_TYPES(&s->json, "object", "null");
	aac_json_begin(&s->json, "properties", '{');
	aac_json_begin(&s->json, "name", '{');
	aac_json_put(&s->json, "description", "What people call the container.");
	aac_json_end(&s->json, '}');
	put_profile_key(s);
	put_fragments_key(s);
	put_apparmor_key(s);
	put_children(s, s->tree.container, told);
	aac_json_end(&s->json, '}');
	aac_json_end(&s->json, '}');
}

static void put_containers(struct schema *s)
{
	aac_json_begin(&s->json, "lxc_configs", '{');
	aac_json_put(&s->json, "description", "The containers, by their IDs.");
	aac_json_put(&s->json, "type", "object");
	aac_json_begin(&s->json, "propertyNames", '{');
	aac_json_put(&s->json, "pattern", CTID_PATTERN);
	aac_json_end(&s->json, '}');
	put_reference(&s->json, "additionalProperties", "#/$defs/container");
	aac_json_end(&s->json, '}');
}

void aac_schema_put(struct arena *arena, const struct aac_library *library,
		    struct buf *out)
{
	static const char *const told[] = { "lxc_configs", NULL };
	struct schema s = { .arena = arena, .library = library, .json = { .out = out } };

	s.tree = aac_schema_tree_new(arena, library);
	aac_json_begin(&s.json, NULL, '{');
	aac_json_put(&s.json, "$schema", "https://json-schema.org/draft/2020-12/schema");
	aac_json_put(&s.json, "title", "containers for aa-compose");
	aac_json_put(&s.json, "type", "object");
	aac_json_begin(&s.json, "required", '[');
	aac_json_put(&s.json, NULL, "lxc_configs");
	aac_json_end(&s.json, ']');
	aac_json_begin(&s.json, "properties", '{');
	put_containers(&s);
	put_children(&s, s.tree.root, told);
	aac_json_end(&s.json, '}');
	aac_json_begin(&s.json, "$defs", '{');
	put_container(&s);
	put_names(&s, "fragment", false);
	put_names(&s, "profile", true);
	put_type_definitions(&s);
	aac_json_end(&s.json, '}');
	aac_json_end(&s.json, '}');
}
