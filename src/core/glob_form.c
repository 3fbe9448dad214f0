/*
 * Takes the tokens of a glob, gives its automaton (Thompson's construction, in the order
 * of the text, so the target of most edges is the next node).
 *
 * The one rule of apparmor_parser that is not obvious: stars behind a '/' that end the
 * text or stand before another '/' need a byte: '*' and '**' in a folder leave the folder
 * itself out.  It looks at the text only: "{*,b}" and "*b" behind a '/' do match "" and
 * "b".
 */
#include "core/glob_form.h"

#include <string.h>

#include "base/arena.h"

enum { MAX_NODES = 4096, MAX_DEPTH = 64 };

struct group {
	uint16_t split; /* of its last alternative */
	uint16_t jump;	/* the last jump to its end; each holds the one before it */
};

struct builder {
	const struct aac_glob_token *tokens;
	size_t token_count;
	struct aac_glob_node *nodes;
	size_t count;
	struct aac_glob_var *vars;
	size_t var_count;
	struct group groups[MAX_DEPTH];
	size_t depth;
	bool opaque;
};

enum { NO_JUMP = UINT16_MAX };

static struct aac_glob_node *emit(struct builder *build, enum aac_glob_node_kind kind)
{
	struct aac_glob_node *node = &build->nodes[build->count];

	if (build->count + 1 < MAX_NODES)
		build->count++;
	else
		build->opaque = true;
	*node = (struct aac_glob_node){
		.kind = (uint8_t)kind,
		.next = (uint16_t)build->count,
		.alt = (uint16_t)build->count,
	};
	return node;
}

static enum aac_glob_beside beside(const struct builder *build, size_t index)
{
	const struct aac_glob_token *token;

	/* One before the first token wraps round to a number beyond the last. */
	if (index >= build->token_count)
		return AAC_GLOB_BESIDE_EDGE;
	token = &build->tokens[index];
	if (token->kind == AAC_GLOB_TOKEN_BYTE && token->byte == '/')
		return index ? AAC_GLOB_BESIDE_SLASH : AAC_GLOB_BESIDE_ROOT;
	if (token->kind == AAC_GLOB_TOKEN_VAR)
		return AAC_GLOB_BESIDE_VAR;
	return AAC_GLOB_BESIDE_OTHER;
}

static bool is_slash(enum aac_glob_beside beside)
{
	return beside == AAC_GLOB_BESIDE_SLASH || beside == AAC_GLOB_BESIDE_ROOT;
}

static void emit_star(struct builder *build, size_t index)
{
	enum aac_glob_beside before = beside(build, index - 1);
	enum aac_glob_beside after = beside(build, index + 1);
	enum aac_glob_node_kind kind;
	uint16_t split;

	/* Whether it needs a byte depends on what the variable stands for. */
	if (before == AAC_GLOB_BESIDE_VAR || after == AAC_GLOB_BESIDE_VAR)
		build->opaque = true;
	if (is_slash(before) && (is_slash(after) || after == AAC_GLOB_BESIDE_EDGE))
		emit(build, AAC_GLOB_NODE_PART);
	split = (uint16_t)build->count;
	emit(build, AAC_GLOB_NODE_SPLIT)->alt = (uint16_t)(split + 2);
	kind = build->tokens[index].deep ? AAC_GLOB_NODE_ANY : AAC_GLOB_NODE_PART;
	emit(build, kind)->next = split;
}

static bool is_kind(const struct builder *build, size_t index,
		    enum aac_glob_token_kind kind)
{
	return index < build->token_count && build->tokens[index].kind == kind;
}

static void emit_variable(struct builder *build, size_t index)
{
	const struct aac_glob_token *token = &build->tokens[index];
	struct aac_glob_node *node = emit(build, AAC_GLOB_NODE_VAR);
	struct aac_glob_var *var = &build->vars[build->var_count];
	bool begins = is_kind(build, index - 1, AAC_GLOB_TOKEN_OPEN) ||
		      is_kind(build, index - 1, AAC_GLOB_TOKEN_COMMA);
	bool ends = is_kind(build, index + 1, AAC_GLOB_TOKEN_COMMA) ||
		    is_kind(build, index + 1, AAC_GLOB_TOKEN_CLOSE);

	/* A comma in its value would tear the alternative apart. */
	if (build->depth && !(begins && ends))
		build->opaque = true;
	*var = (struct aac_glob_var){
		.name = token->name,
		.len = token->name_len,
		.before = beside(build, index - 1),
		.after = beside(build, index + 1),
		.inner = build->depth > 0,
	};
	node->ref = (uint16_t)build->var_count++;
	/* With no value between two slashes the second one goes. */
	if (var->after == AAC_GLOB_BESIDE_SLASH && var->before != AAC_GLOB_BESIDE_OTHER)
		node->alt = (uint16_t)(node->next + 1);
}

static void emit_open(struct builder *build)
{
	struct group *group = &build->groups[build->depth++];

	group->jump = NO_JUMP;
	group->split = (uint16_t)build->count;
	emit(build, AAC_GLOB_NODE_SPLIT);
}

static void emit_comma(struct builder *build)
{
	struct group *group = &build->groups[build->depth - 1];
	uint16_t jump = (uint16_t)build->count;

	emit(build, AAC_GLOB_NODE_SPLIT)->next = group->jump;
	group->jump = jump;
	build->nodes[group->split].alt = (uint16_t)build->count;
	group->split = (uint16_t)build->count;
	emit(build, AAC_GLOB_NODE_SPLIT);
}

static void emit_close(struct builder *build)
{
	const struct group *group = &build->groups[--build->depth];
	uint16_t jump = group->jump;

	while (jump != NO_JUMP && !build->opaque) {
		struct aac_glob_node *node = &build->nodes[jump];

		jump = node->next;
		node->next = node->alt = (uint16_t)build->count;
	}
}

static void emit_token(struct builder *build, size_t index)
{
	const struct aac_glob_token *token = &build->tokens[index];

	switch (token->kind) {
	case AAC_GLOB_TOKEN_BYTE:
		emit(build, AAC_GLOB_NODE_BYTE)->byte = token->byte;
		break;
	case AAC_GLOB_TOKEN_ONE:
		emit(build, AAC_GLOB_NODE_PART);
		break;
	case AAC_GLOB_TOKEN_STAR:
		emit_star(build, index);
		break;
	case AAC_GLOB_TOKEN_SET:
		emit(build, AAC_GLOB_NODE_SET)->ref = (uint16_t)token->ref;
		break;
	case AAC_GLOB_TOKEN_VAR:
		emit_variable(build, index);
		break;
	case AAC_GLOB_TOKEN_OPEN:
		emit_open(build);
		break;
	case AAC_GLOB_TOKEN_COMMA:
		emit_comma(build);
		break;
	case AAC_GLOB_TOKEN_CLOSE:
		emit_close(build);
		break;
	case AAC_GLOB_TOKEN_OPAQUE:
		build->opaque = true;
		break;
	}
}

static const unsigned char *copy_bytes(struct arena *arena,
				       const struct aac_glob_token *tokens, size_t count)
{
	unsigned char *bytes = ARENA_ARRAY(arena, unsigned char, count);

	for (size_t i = 0; i < count; i++)
		bytes[i] = tokens[i].byte;
	return bytes;
}

/* "\/" beside a '/' is squeezed or not, depending on which of the two comes first. */
static bool is_slash_unclear(const struct aac_glob_token *tokens, size_t count)
{
	for (size_t i = 1; i < count; i++) {
		if (tokens[i - 1].kind == AAC_GLOB_TOKEN_BYTE &&
		    tokens[i - 1].byte == '/' && tokens[i].kind == AAC_GLOB_TOKEN_BYTE &&
		    tokens[i].byte == '/' && (tokens[i - 1].deep || tokens[i].deep))
			return true;
	}
	return false;
}

static void set_ends(struct arena *arena, struct aac_glob_form *form,
		     const struct aac_glob_token *tokens, size_t count)
{
	size_t first = 0, last = count;

	while (first < count && tokens[first].kind == AAC_GLOB_TOKEN_BYTE)
		first++;
	while (last > 0 && tokens[last - 1].kind == AAC_GLOB_TOKEN_BYTE)
		last--;
	form->literal = first == count;
	form->prefix_len = first;
	form->prefix = copy_bytes(arena, tokens, first);
	form->suffix_len = count - last;
	form->suffix = copy_bytes(arena, tokens + last, count - last);
	if (first + 1 == count && tokens[first].kind == AAC_GLOB_TOKEN_STAR &&
	    tokens[first].deep)
		form->tail = first && tokens[first - 1].byte == '/' ? AAC_GLOB_TAIL_SOME
								    : AAC_GLOB_TAIL_ANY;
}

static void build_nodes(struct builder *build)
{
	for (size_t i = 0; i < build->token_count && !build->opaque; i++)
		emit_token(build, i);
	emit(build, AAC_GLOB_NODE_END);
}

static void keep_nodes(struct arena *arena, struct aac_glob_form *form,
		       const struct builder *build, const struct aac_glob_scan *scan)
{
	struct aac_glob_node *nodes =
		ARENA_ARRAY(arena, struct aac_glob_node, build->count);
	struct aac_glob_set *sets =
		ARENA_ARRAY(arena, struct aac_glob_set, scan->set_count);

	memcpy(nodes, build->nodes, build->count * sizeof(*nodes));
	if (scan->set_count)
		memcpy(sets, scan->sets, scan->set_count * sizeof(*sets));
	form->nodes = nodes;
	form->node_count = build->count;
	form->sets = sets;
	form->set_count = scan->set_count;
	form->vars = build->vars;
	form->var_count = build->var_count;
}

static void add_byte(struct aac_glob_set *set, unsigned char byte)
{
	set->bits[byte / 64] |= (uint64_t)1 << (byte % 64);
}

/* 0: it holds none that may stand in a name. */
static unsigned char first_of(const struct aac_glob_set *set)
{
	unsigned int byte = 1;

	while (byte < 256 && !aac_glob_set_has(set, (unsigned char)byte))
		byte++;
	return (unsigned char)byte;
}

/* Where the walk goes from AT for nothing: a star is left at once, of alternatives the
 * first is taken. */
static uint16_t settle(const struct aac_glob_node *nodes, uint16_t at)
{
	while (nodes[at].kind == AAC_GLOB_NODE_SPLIT)
		at = nodes[at + 1].next == at ? nodes[at].alt : nodes[at].next;
	return at;
}

/* A byte that NODE takes; one that nobody writes stands for any. */
static unsigned char byte_of(const struct aac_glob_form *form,
			     const struct aac_glob_node *node)
{
	if (node->kind == AAC_GLOB_NODE_BYTE)
		return node->byte;
	return node->kind == AAC_GLOB_NODE_SET ? first_of(&form->sets[node->ref]) : 1;
}

static void set_sample(struct arena *arena, struct aac_glob_form *form)
{
	unsigned char *bytes = ARENA_ARRAY(arena, unsigned char, form->node_count);
	const struct aac_glob_node *node = &form->nodes[settle(form->nodes, 0)];
	size_t len = 0;

	while (node->kind != AAC_GLOB_NODE_END) {
		if (node->kind == AAC_GLOB_NODE_VAR)
			return;
		bytes[len] = byte_of(form, node);
		if (!bytes[len])
			return;
		add_byte(&form->sampled, bytes[len++]);
		node = &form->nodes[settle(form->nodes, node->next)];
	}
	form->sample = bytes;
	form->sample_len = len;
}

static void set_needed(struct aac_glob_form *form, const struct aac_glob_scan *scan)
{
	size_t depth = 0;

	for (size_t i = 0; i < scan->count; i++) {
		const struct aac_glob_token *token = &scan->tokens[i];

		depth += token->kind == AAC_GLOB_TOKEN_OPEN;
		depth -= token->kind == AAC_GLOB_TOKEN_CLOSE;
		if (!depth && token->kind == AAC_GLOB_TOKEN_BYTE)
			add_byte(&form->needed, token->byte);
	}
}

static size_t count_vars(const struct aac_glob_scan *scan)
{
	size_t count = 0;

	for (size_t i = 0; i < scan->count; i++)
		count += scan->tokens[i].kind == AAC_GLOB_TOKEN_VAR;
	return count;
}

struct aac_glob_form aac_glob_form_new(struct arena *arena,
				       const struct aac_glob_scan *scan)
{
	struct aac_glob_form form = { 0 };
	struct aac_glob_node nodes[MAX_NODES];
	struct builder build = {
		.tokens = scan->tokens,
		.token_count = scan->count,
		.nodes = nodes,
		.vars = ARENA_ARRAY(arena, struct aac_glob_var, count_vars(scan)),
	};

	if (is_slash_unclear(scan->tokens, scan->count)) {
		form.opaque = true;
		return form;
	}
	set_ends(arena, &form, scan->tokens, scan->count);
	if (form.literal)
		return form;
	if (scan->set_count <= AAC_GLOB_MAX_SETS)
		build_nodes(&build);
	form.opaque = build.opaque || scan->set_count > AAC_GLOB_MAX_SETS;
	if (form.opaque)
		return form;
	keep_nodes(arena, &form, &build, scan);
	set_sample(arena, &form);
	set_needed(&form, scan);
	return form;
}
