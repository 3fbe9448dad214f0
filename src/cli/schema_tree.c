/*
 * What the rules read of a container file: every path that a parameter is bound to, and
 * every one that a condition asks for, laid into a tree of keys.  It takes the library.
 * Not obvious: what a condition compares a path with is kept as an example, since that
 * word is what an author will want to write there.
 */
#include "cli/schema_tree.h"

#include <inttypes.h>
#include <string.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/macro.h"
#include "base/map.h"
#include "core/json_text.h"
#include "core/library.h"

/* Nobody writes deeper ones by hand; what prints the tree recurses. */
#define STEPS_MAX 32
/* More are no help. */
#define EXAMPLES_MAX 32

struct planting {
	struct arena *arena;
	struct map nodes; /* by the parent's number and the key */
	size_t count;
	struct aac_schema_tree tree;
	const char *who; /* reads now */
};

static struct aac_schema_node *new_node(struct planting *p, const char *key)
{
	struct aac_schema_node *node = ARENA_NEW(p->arena, struct aac_schema_node);

	node->key = key;
	node->id = ++p->count;
	return node;
}

static struct aac_schema_node *items_of(struct planting *p, struct aac_schema_node *node)
{
	if (!node->items) {
		node->items = new_node(p, NULL);
		node->items->ours = node->ours;
	}
	return node->items;
}

static struct aac_schema_node *child_of(struct planting *p, struct aac_schema_node *node,
					const char *key)
{
	const char *name = arena_printf(p->arena, "%zu.%s", node->id, key);
	void **slot = map_slot(&p->nodes, name, strlen(name));
	struct aac_schema_node *child = *slot;

	if (child)
		return child;
	child = new_node(p, key);
	child->ours = node->ours ||
		      (node == p->tree.container && strcmp(key, "apparmor") == 0);
	*slot = child;
	if (node->last_child)
		node->last_child->next = child;
	else
		node->child = child;
	node->last_child = child;
	return child;
}

/* Where PATH leads, or NULL: too deep for a person. */
static struct aac_schema_node *node_at(struct planting *p, const struct aac_path *path)
{
	struct aac_schema_node *node = path->root ? p->tree.root : p->tree.container;
	size_t steps = 0;

	for (const struct aac_step *s = path->steps; s; s = s->next)
		if (++steps > STEPS_MAX)
			return NULL;
	for (const struct aac_step *s = path->steps; s; s = s->next)
		node = s->key ? child_of(p, node, s->key) : items_of(p, node);
	return node;
}

/* ---- conditions ------------------------------------------------------------ */

static void add_reader(struct planting *p, struct aac_schema_node *node)
{
	struct aac_schema_reader *reader;

	if (node->last_reader && node->last_reader->who == p->who)
		return;
	reader = ARENA_NEW(p->arena, struct aac_schema_reader);
	reader->who = p->who;
	if (node->last_reader)
		node->last_reader->next = reader;
	else
		node->reader = reader;
	node->last_reader = reader;
}

/* JSON may be NULL: none. */
static void add_example(struct planting *p, struct aac_schema_node *node,
			const char *json)
{
	struct aac_schema_example *example;

	if (!json || node->example_count == EXAMPLES_MAX)
		return;
	for (const struct aac_schema_example *e = node->example; e; e = e->next)
		if (strcmp(e->json, json) == 0)
			return;
	example = ARENA_NEW(p->arena, struct aac_schema_example);
	example->json = json;
	if (node->last_example)
		node->last_example->next = example;
	else
		node->example = example;
	node->last_example = example;
	node->example_count++;
}

static const char *literal_json(struct planting *p, const struct aac_expr *expr)
{
	CLEANUP_BUF text = { 0 };

	if (expr->type == AAC_EXPR_STRING)
		aac_json_text(&text, expr->text);
	else if (expr->type == AAC_EXPR_TRUE || expr->type == AAC_EXPR_FALSE)
		buf_puts(&text, expr->type == AAC_EXPR_TRUE ? "true" : "false");
	else if (expr->type == AAC_EXPR_NUMBER && expr->is_integer)
		buf_printf(&text, "%" PRId64, expr->integer);
	else
		return NULL;
	return arena_strdup(p->arena, buf_str(&text));
}

/* The path that EXPR is, split or not; or NULL. */
static const struct aac_path *path_of(const struct aac_expr *expr)
{
	if (expr->type == AAC_EXPR_SPLIT)
		expr = expr->left;
	return expr->type == AAC_EXPR_PATH ? expr->path : NULL;
}

/* `.features contains "docker"`: an element; `.a == true`: the value itself. */
static void take_example(struct planting *p, const struct aac_expr *expr)
{
	bool element =
		expr->type == AAC_EXPR_CONTAINS || expr->type == AAC_EXPR_MATCHES;
	const struct aac_path *path;
	struct aac_schema_node *node;

	if (!element && expr->type != AAC_EXPR_EQ)
		return;
	path = path_of(expr->left);
	if (!path)
		return;
	if (expr->type == AAC_EXPR_MATCHES && strpbrk(expr->right->text, "*?["))
		return;
	node = node_at(p, path);
	if (!node)
		return;
	/* The elements of what stepped into a list already are this node. */
	if (element && node->key)
		node = items_of(p, node);
	add_example(p, node, literal_json(p, expr->right));
}

/* The parser bounds the depth of an expression. */
static void read_expr(struct planting *p, const struct aac_expr *expr)
{
	if (!expr)
		return;
	if (expr->type == AAC_EXPR_PATH) {
		struct aac_schema_node *node = node_at(p, expr->path);

		if (node)
			add_reader(p, node);
		return;
	}
	take_example(p, expr);
	read_expr(p, expr->left);
	read_expr(p, expr->right);
}

static void read_decl(struct planting *p, const char *sort, const struct aac_decl *decl,
		      const struct aac_readings *readings)
{
	p->who = arena_printf(p->arena, "%s %s", sort, decl->name);
	read_expr(p, decl->expr);
	for (const struct aac_expr *when = decl->whens.head; when; when = when->next)
		read_expr(p, when);
	for (const struct aac_name *use = decl->uses.head; use; use = use->next)
		read_expr(p, use->when);
	for (const struct aac_reading *r = readings ? readings->list : NULL; r;
	     r = r->next)
		read_expr(p, r->expr);
}

/* ---- parameters ------------------------------------------------------------ */

static void bind_param(struct planting *p, const char *fragment,
		       const struct aac_param *param)
{
	for (const struct aac_path *path = param->from.head; path; path = path->next) {
		struct aac_schema_node *node = node_at(p, path);
		struct aac_schema_source *source;

		if (!node || (node->last_source && node->last_source->param == param))
			continue;
		source = ARENA_NEW(p->arena, struct aac_schema_source);
		source->fragment = fragment;
		source->param = param;
		if (node->last_source)
			node->last_source->next = source;
		else
			node->source = source;
		node->last_source = source;
	}
}

struct aac_schema_tree aac_schema_tree_new(struct arena *arena,
					   const struct aac_library *library)
{
	struct planting p = { .arena = arena };

	p.tree.container = new_node(&p, NULL);
	p.tree.root = new_node(&p, NULL);
	for (size_t i = 0; i < library->fragment_count; i++) {
		const struct aac_fragment *f = library->fragments[i];

		for (const struct aac_param *param = f->decl->params.head; param;
		     param = param->next)
			bind_param(&p, f->name, param);
	}
	for (size_t i = 0; i < library->condition_count; i++)
		read_decl(&p, "condition", library->conditions[i]->decl, NULL);
	for (size_t i = 0; i < library->fragment_count; i++)
		read_decl(&p, "fragment", library->fragments[i]->decl,
			  &library->fragments[i]->readings);
	for (size_t i = 0; i < library->profile_count; i++)
		read_decl(&p, "profile", library->profiles[i]->decl,
			  &library->profiles[i]->readings);
	map_fini(&p.nodes);
	return p.tree;
}

const struct aac_schema_node *aac_schema_child(const struct aac_schema_node *node,
					       const char *key)
{
	const struct aac_schema_node *child = node->child;

	while (child && strcmp(child->key, key) != 0)
		child = child->next;
	return child;
}
