/*
 * Conditions: the truth of an expression over a container's JSON.  Null-safe and total:
 * what does not fit is false (and `!=` of it true), so a container file can hold
 * anything.  The depth of an expression is bounded by the parser.
 */
#include <string.h>

#include "base/arena.h"

#include "core/context.h"
#include "core/scope.h"
#include "core/target.h"

static struct aac_value boolean(bool truth)
{
	return (struct aac_value){ .type = AAC_VALUE_BOOL, .boolean = truth };
}

const struct aac_value *aac_scope_name(const struct aac_scope *scope, const char *name,
				       const char **label)
{
	const struct aac_param *param;
	size_t at;

	for (const struct aac_loop *loop = scope->loops; loop; loop = loop->up) {
		if (strcmp(loop->name, name) != 0)
			continue;
		if (label)
			*label = loop->label;
		return loop->value;
	}
	if (!scope->fragment)
		return NULL;
	param = aac_param_find(&scope->fragment->params, name);
	if (!param)
		return NULL;
	if (label)
		*label = NULL;
	at = scope->first_setting + param->index;
	if (scope->reads)
		scope->reads[at] = true;
	return &scope->settings[at].value;
}

/* A set [abc] at P; past it, with *hit set.  NULL: not closed, which aac_wildcard_fault
 * refuses. */
static const char *match_set(const char *p, char c, bool *hit)
{
	bool negate = p[1] == '!' || p[1] == '^', found = false;
	const char *from = p + 1 + negate;

	for (p = from; *p && (*p != ']' || p == from); p++) {
		if (p[1] == '-' && p[2] && p[2] != ']') {
			found |= (unsigned char)c >= (unsigned char)p[0] &&
				 (unsigned char)c <= (unsigned char)p[2];
			p += 2;
		} else {
			found |= c == *p;
		}
	}
	*hit = found != negate;
	return *p ? p + 1 : NULL;
}

/* One byte of GLOB against C; past it, or NULL when it does not match. */
static const char *match_one(const char *glob, char c)
{
	const char *next;
	bool hit;

	if (*glob == '[' && (next = match_set(glob, c, &hit)))
		return hit ? next : NULL;
	return *glob && (*glob == '?' || *glob == c) ? glob + 1 : NULL;
}

const char *aac_wildcard_fault(const char *glob)
{
	bool hit;

	for (const char *p = glob, *next; *p; p = next) {
		next = *p == '[' ? match_set(p, '\0', &hit) : p + 1;
		if (!next)
			return "'[' is not closed";
	}
	return NULL;
}

bool aac_wildcard_match(const char *glob, const char *text, size_t len)
{
	const char *end = text + len, *star = NULL, *retry = NULL;

	while (text < end) {
		const char *next = *glob == '*' ? NULL : match_one(glob, *text);

		if (*glob == '*') {
			star = ++glob;
			retry = text;
		} else if (next) {
			glob = next;
			text++;
		} else if (star) {
			glob = star;
			text = ++retry;
		} else {
			return false;
		}
	}
	while (*glob == '*')
		glob++;
	return *glob == '\0';
}

static bool matches(const struct aac_value *value, const char *glob)
{
	if (value->type == AAC_VALUE_STRING)
		return aac_wildcard_match(glob, value->text, value->len);
	if (value->type == AAC_VALUE_LIST)
		for (size_t i = 0; i < value->count; i++)
			if (value->items[i].type == AAC_VALUE_STRING &&
			    matches(&value->items[i], glob))
				return true;
	return false;
}

static bool contains(const struct aac_value *value, const struct aac_value *item)
{
	if (value->type == AAC_VALUE_STRING && item->type == AAC_VALUE_STRING)
		return item->len == 0 ||
		       memmem(value->text, value->len, item->text, item->len) != NULL;
	if (value->type == AAC_VALUE_LIST)
		for (size_t i = 0; i < value->count; i++)
			if (aac_value_equal(&value->items[i], item))
				return true;
	return false;
}

static bool is_empty(const struct aac_value *value)
{
	switch (value->type) {
	case AAC_VALUE_NULL:
		return true;
	case AAC_VALUE_STRING:
		return value->len == 0;
	case AAC_VALUE_LIST:
		return value->count == 0;
	case AAC_VALUE_OBJECT:
		return value->object->count == 0;
	case AAC_VALUE_BOOL:
	case AAC_VALUE_INT:
	case AAC_VALUE_REAL:
	default:
		return false;
	}
}

static bool is_number(const struct aac_value *value)
{
	return value->type == AAC_VALUE_INT || value->type == AAC_VALUE_REAL;
}

static double number(const struct aac_value *value)
{
	return value->type == AAC_VALUE_INT ? (double)value->integer : value->real;
}

/* -1, 0, 1; or 2 where the two have no order. */
static int order(const struct aac_value *a, const struct aac_value *b)
{
	int bytes;

	if (a->type == AAC_VALUE_INT && b->type == AAC_VALUE_INT)
		return (a->integer > b->integer) - (a->integer < b->integer);
	if (is_number(a) && is_number(b))
		return (number(a) > number(b)) - (number(a) < number(b));
	if (a->type != AAC_VALUE_STRING || b->type != AAC_VALUE_STRING)
		return 2;
	bytes = memcmp(a->text, b->text, a->len < b->len ? a->len : b->len);
	if (bytes == 0)
		return (a->len > b->len) - (a->len < b->len);
	return bytes < 0 ? -1 : 1;
}

/* SIGN is -1, 0, 1; anything else has no order. */
static bool holds(enum aac_expr_type cmp, int sign)
{
	if (cmp == AAC_EXPR_EQ || cmp == AAC_EXPR_NE)
		return (sign == 0) == (cmp == AAC_EXPR_EQ);
	if (cmp == AAC_EXPR_LT || cmp == AAC_EXPR_LE)
		return sign == -1 || (sign == 0 && cmp == AAC_EXPR_LE);
	return sign == 1 || (sign == 0 && cmp == AAC_EXPR_GE);
}

static bool version_holds(enum aac_expr_type cmp, const char *have, const char *want)
{
	int sign = have ? aac_version_compare(have, want) : -1;

	return holds(cmp, (sign > 0) - (sign < 0));
}

static bool compare(const struct aac_scope *scope, const struct aac_expr *expr)
{
	struct aac_value a = aac_expr_value(scope, expr->left);
	struct aac_value b = aac_expr_value(scope, expr->right);

	if (expr->type == AAC_EXPR_EQ)
		return aac_value_equal(&a, &b);
	if (expr->type == AAC_EXPR_NE)
		return !aac_value_equal(&a, &b);
	if (expr->type == AAC_EXPR_CONTAINS)
		return contains(&a, &b);
	return holds(expr->type, order(&a, &b));
}

static bool target_holds(const struct aac_scope *scope, const struct aac_expr *expr)
{
	const struct aac_target *target = scope->ctx->target;

	if (!target)
		return false;
	if (expr->type == AAC_EXPR_TARGET_IS)
		return strcmp(target->name, expr->text) == 0;
	if (expr->type == AAC_EXPR_TARGET_SUPPORTS)
		return aac_target_supports(target, expr->text);
	return version_holds(expr->cmp,
			     expr->type == AAC_EXPR_TARGET_PARSER ? target->parser
								  : target->kernel,
			     expr->text);
}

static struct aac_value parameter(const struct aac_scope *scope,
				  const struct aac_expr *expr)
{
	const struct aac_value *value = aac_scope_name(scope, expr->text, NULL);
	const char *builtin = NULL;

	if (value)
		return expr->field ? aac_value_field(scope->scratch, value, expr->field)
				   : *value;
	if (strcmp(expr->text, "ctid") == 0 && scope->container) {
		builtin = scope->container->ctid;
		if (scope->reads)
			scope->reads[scope->setting_count] = true;
	} else if (strcmp(expr->text, "profile") == 0) {
		builtin = scope->profile;
	}
	if (!builtin)
		return (struct aac_value){ .type = AAC_VALUE_NULL };
	return (struct aac_value){ .type = AAC_VALUE_STRING,
				   .text = builtin,
				   .len = strlen(builtin) };
}

static bool member(const struct aac_scope *scope, const char *name)
{
	const struct aac_fragment *fragment = aac_library_fragment(scope->library, name);

	return fragment && scope->members && scope->members[fragment->index];
}

/* What is known of a condition: one that others name twice, who are named twice
 * themselves, must not be asked 2^n times. */
enum { HOLDS = 1, FAILS };

static bool condition(const struct aac_scope *scope, const char *name)
{
	const struct aac_condition *found = aac_library_condition(scope->library, name);
	struct aac_scope asking = *scope;
	unsigned char *known;

	if (!found)
		return false;
	if (!asking.known)
		asking.known = ARENA_ARRAY(scope->scratch, unsigned char,
					   scope->library->condition_count);
	known = &asking.known[found->index];
	if (!*known)
		*known = aac_expr_true(&asking, found->decl->expr) ? HOLDS : FAILS;
	return *known == HOLDS;
}

static struct aac_value split(const struct aac_scope *scope, const struct aac_expr *expr)
{
	struct aac_value value = aac_expr_value(scope, expr->left);

	return aac_value_split(scope->scratch, &value, expr->text);
}

static struct aac_value literal(const struct aac_expr *expr)
{
	if (expr->type == AAC_EXPR_STRING)
		return (struct aac_value){ .type = AAC_VALUE_STRING,
					   .text = expr->text,
					   .len = strlen(expr->text) };
	if (expr->is_integer)
		return (struct aac_value){ .type = AAC_VALUE_INT,
					   .integer = expr->integer };
	return (struct aac_value){ .type = AAC_VALUE_REAL, .real = expr->number };
}

struct aac_value aac_expr_value(const struct aac_scope *scope,
				const struct aac_expr *expr)
{
	switch (expr->type) {
	case AAC_EXPR_PATH:
		return aac_scope_path(scope, expr->path);
	case AAC_EXPR_SPLIT:
		return split(scope, expr);
	case AAC_EXPR_STRING:
	case AAC_EXPR_NUMBER:
		return literal(expr);
	case AAC_EXPR_NULL:
		return (struct aac_value){ .type = AAC_VALUE_NULL };
	case AAC_EXPR_PARAM:
		return parameter(scope, expr);
	case AAC_EXPR_TRUE:
	case AAC_EXPR_FALSE:
		return boolean(expr->type == AAC_EXPR_TRUE);
	case AAC_EXPR_OR:
	case AAC_EXPR_AND:
	case AAC_EXPR_NOT:
	case AAC_EXPR_EQ:
	case AAC_EXPR_NE:
	case AAC_EXPR_LT:
	case AAC_EXPR_LE:
	case AAC_EXPR_GT:
	case AAC_EXPR_GE:
	case AAC_EXPR_CONTAINS:
	case AAC_EXPR_MATCHES:
	case AAC_EXPR_IS_SET:
	case AAC_EXPR_IS_EMPTY:
	case AAC_EXPR_CONDITION:
	case AAC_EXPR_TARGET_IS:
	case AAC_EXPR_TARGET_SUPPORTS:
	case AAC_EXPR_TARGET_PARSER:
	case AAC_EXPR_TARGET_KERNEL:
	case AAC_EXPR_WITH:
	default:
		return boolean(aac_expr_true(scope, expr));
	}
}

/* A bare operand. */
static bool operand_true(const struct aac_scope *scope, const struct aac_expr *expr)
{
	struct aac_value value = aac_expr_value(scope, expr);

	return value.type != AAC_VALUE_NULL &&
	       !(value.type == AAC_VALUE_BOOL && !value.boolean);
}

bool aac_expr_true(const struct aac_scope *scope, const struct aac_expr *expr)
{
	struct aac_value value;

	switch (expr->type) {
	case AAC_EXPR_OR:
		return aac_expr_true(scope, expr->left) ||
		       aac_expr_true(scope, expr->right);
	case AAC_EXPR_AND:
		return aac_expr_true(scope, expr->left) &&
		       aac_expr_true(scope, expr->right);
	case AAC_EXPR_NOT:
		return !aac_expr_true(scope, expr->left);
	case AAC_EXPR_EQ:
	case AAC_EXPR_NE:
	case AAC_EXPR_LT:
	case AAC_EXPR_LE:
	case AAC_EXPR_GT:
	case AAC_EXPR_GE:
	case AAC_EXPR_CONTAINS:
		return compare(scope, expr);
	case AAC_EXPR_MATCHES:
		value = aac_expr_value(scope, expr->left);
		return matches(&value, expr->right->text);
	case AAC_EXPR_IS_SET:
		return aac_expr_value(scope, expr->left).type != AAC_VALUE_NULL;
	case AAC_EXPR_IS_EMPTY:
		value = aac_expr_value(scope, expr->left);
		return is_empty(&value);
	case AAC_EXPR_CONDITION:
		return condition(scope, expr->text);
	case AAC_EXPR_TARGET_IS:
	case AAC_EXPR_TARGET_SUPPORTS:
	case AAC_EXPR_TARGET_PARSER:
	case AAC_EXPR_TARGET_KERNEL:
		return target_holds(scope, expr);
	case AAC_EXPR_WITH:
		return member(scope, expr->text);
	case AAC_EXPR_TRUE:
	case AAC_EXPR_FALSE:
		return expr->type == AAC_EXPR_TRUE;
	case AAC_EXPR_SPLIT:
	case AAC_EXPR_PATH:
	case AAC_EXPR_STRING:
	case AAC_EXPR_NUMBER:
	case AAC_EXPR_NULL:
	case AAC_EXPR_PARAM:
	default:
		return operand_true(scope, expr);
	}
}
