/*
 * What a condition of jq tells about null: behind select(.x), in the branch of
 * `if .x | length > 0`, after `.x != null and`, .x is not null.  Only conditions on paths
 * of keys count; what is not understood tells nothing.
 */
#include <string.h>

#include "base/arena.h"
#include "core/jq_judge.h"

bool aac_jq_says(const char *text, const struct aac_jq_node *node, const char *word)
{
	return node->name_len == strlen(word) &&
	       memcmp(text + node->name, word, node->name_len) == 0;
}

/* ---- paths --------------------------------------------------------------- */

const char *aac_jq_path_key(const struct aac_jq_facts *facts, const char *path,
			    const struct aac_jq_node *suffix)
{
	const char *key = facts->text + suffix->name;

	if (!path || suffix->type != AAC_JQ_KEY || suffix->opaque || suffix->kids ||
	    strlen(path) + suffix->name_len > AAC_JQ_PATH ||
	    memchr(key, AAC_JQ_OPAQUE, suffix->name_len))
		return NULL;
	return arena_printf(facts->arena, "%s\x1f%.*s", path, (int)suffix->name_len, key);
}

const char *aac_jq_path(const struct aac_jq_facts *facts, const struct aac_jq_node *node)
{
	const char *path = "";

	while (node->type == AAC_JQ_GROUP)
		node = node->kids;
	if (node->type == AAC_JQ_DOT)
		return path;
	if (node->type != AAC_JQ_TERM || node->kids->type != AAC_JQ_DOT)
		return NULL;
	for (node = node->kids->next; node && path; node = node->next)
		if (node->type != AAC_JQ_OPTION)
			path = aac_jq_path_key(facts, path, node);
	return path;
}

bool aac_jq_is_known(const struct aac_jq_fact *known, const char *path)
{
	size_t len = path ? strlen(path) : 0;

	/* What is below something that is there is there, too. */
	for (; path && known; known = known->up)
		if (strncmp(known->path, path, len) == 0 &&
		    (known->path[len] == '\0' || known->path[len] == '\x1f'))
			return true;
	return false;
}

static void learn(struct aac_jq_facts *facts, const char *before, const char *path)
{
	struct aac_jq_fact *fact;

	if (!path || (facts->known && facts->known->count >= AAC_JQ_FACTS))
		return;
	fact = ARENA_NEW(facts->arena, struct aac_jq_fact);
	fact->up = facts->known;
	fact->count = fact->up ? fact->up->count + 1 : 1;
	fact->path = arena_printf(facts->arena, "%s%s", before, path);
	facts->known = fact;
}

const struct aac_jq_fact *aac_jq_facts_below(const struct aac_jq_facts *facts,
					     const char *path)
{
	struct aac_jq_facts below = { .arena = facts->arena };
	size_t len = path ? strlen(path) : 0;

	for (const struct aac_jq_fact *fact = facts->known; path && fact; fact = fact->up)
		if (strncmp(fact->path, path, len) == 0 && fact->path[len] != '\0')
			learn(&below, "", fact->path + len);
	return below.known;
}

/* ---- conditions ---------------------------------------------------------- */

static void collect(struct aac_jq_facts *facts, const char *before,
		    const struct aac_jq_node *node, bool when);

/* Of P and of P // [], as what is counted or whose type is asked. */
static const char *subject(const struct aac_jq_facts *facts,
			   const struct aac_jq_node *node)
{
	while (node->type == AAC_JQ_GROUP)
		node = node->kids;
	if (node->type == AAC_JQ_ALT && node->kids->next->type != AAC_JQ_TERM &&
	    !node->kids->next->next)
		node = node->kids;
	return aac_jq_path(facts, node);
}

/* The P of `P | FUNCTION`, or of FUNCTION alone. */
static const char *applied(const struct aac_jq_facts *facts,
			   const struct aac_jq_node *node, const char *function)
{
	while (node->type == AAC_JQ_GROUP)
		node = node->kids;
	if (node->type == AAC_JQ_CALL)
		return aac_jq_says(facts->text, node, function) ? "" : NULL;
	if (node->type != AAC_JQ_PIPE || node->kids->next != node->last ||
	    node->last->type != AAC_JQ_CALL ||
	    !aac_jq_says(facts->text, node->last, function))
		return NULL;
	return subject(facts, node->kids);
}

static bool is_text(const struct aac_jq_facts *facts, const struct aac_jq_node *node,
		    const char *text)
{
	return node->end - node->begin == strlen(text) &&
	       memcmp(facts->text + node->begin, text, strlen(text)) == 0;
}

/* `A OP B`: what is not null when it is true; NULL: nothing. */
static const char *compared(const struct aac_jq_facts *facts, const struct aac_jq_node *a,
			    const char *op, const struct aac_jq_node *b)
{
	bool equal = strcmp(op, "==") == 0, unequal = strcmp(op, "!=") == 0;
	const char *path;

	if (b->type == AAC_JQ_NULL)
		return unequal ? aac_jq_path(facts, a) : NULL;
	if (b->type == AAC_JQ_STRING) {
		path = applied(facts, a, "type");
		if (path)
			return equal != is_text(facts, b, "\"null\"") &&
					       (equal || unequal)
				       ? path
				       : NULL;
		return equal && !b->kids ? aac_jq_path(facts, a) : NULL;
	}
	if (b->type != AAC_JQ_LITERAL)
		return NULL;
	path = applied(facts, a, "length");
	if (!path)
		return equal ? aac_jq_path(facts, a) : NULL;
	if (is_text(facts, b, "0"))
		return unequal || strcmp(op, ">") == 0 ? path : NULL;
	return equal || op[0] == '>' ? path : NULL;
}

static void collect_compare(struct aac_jq_facts *facts, const char *before,
			    const struct aac_jq_node *node, bool when)
{
	static const struct {
		const char *op, *other, *turned;
	} ops[] = { { "==", "!=", "==" }, { "!=", "==", "!=" }, { ">", "<=", "<" },
		    { "<=", ">", ">=" },  { "<", ">=", ">" },	{ ">=", "<", "<=" } };
	const struct aac_jq_node *a = node->kids, *b = a->next;
	const char *path;

	for (size_t i = 0; i < sizeof(ops) / sizeof(ops[0]); i++) {
		if (!aac_jq_says(facts->text, node, when ? ops[i].op : ops[i].other))
			continue;
		path = compared(facts, a, ops[i].op, b);
		learn(facts, before, path ? path : compared(facts, b, ops[i].turned, a));
	}
}

/* P | C tells of P what C tells of `.`; with C being `not`, the opposite. */
static void collect_pipe(struct aac_jq_facts *facts, const char *before,
			 const struct aac_jq_node *node, bool when)
{
	const struct aac_jq_node *condition = node->last;
	const char *path;

	if (node->kids->next != condition)
		return;
	if (condition->type == AAC_JQ_CALL &&
	    aac_jq_says(facts->text, condition, "not")) {
		collect(facts, before, node->kids, !when);
		return;
	}
	path = subject(facts, node->kids);
	if (path)
		collect(facts, arena_printf(facts->arena, "%s%s", before, path),
			condition, when);
}

static void collect(struct aac_jq_facts *facts, const char *before,
		    const struct aac_jq_node *node, bool when)
{
	const char *path;

	while (node->type == AAC_JQ_GROUP)
		node = node->kids;
	switch ((int)node->type) {
	case AAC_JQ_AND:
	case AAC_JQ_OR:
		if (when != (node->type == AAC_JQ_AND))
			return;
		for (node = node->kids; node; node = node->next)
			collect(facts, before, node, when);
		return;
	case AAC_JQ_COMPARE:
		if (node->kids->next == node->last)
			collect_compare(facts, before, node, when);
		return;
	case AAC_JQ_PIPE:
		collect_pipe(facts, before, node, when);
		return;
	default:
		path = when ? aac_jq_path(facts, node) : NULL;
		learn(facts, before, path);
	}
}

void aac_jq_facts_add(struct aac_jq_facts *facts, const struct aac_jq_node *node,
		      bool when)
{
	collect(facts, "", node, when);
}
