/*
 * Parameters' types: whether a literal, a text or a value of the JSON is of a type, and
 * what it is then.  A value is data: it is checked here, and written as a literal
 * wherever a rule uses it.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/buf.h"
#include "core/context.h"
#include "core/diag.h"
#include "core/scope.h"

const char *aac_type_name(struct arena *arena, const struct aac_type *type)
{
	static const char *const names[] = {
		[AAC_TYPE_PATH] = "path", [AAC_TYPE_STRING] = "string",
		[AAC_TYPE_INT] = "int",	  [AAC_TYPE_BOOL] = "bool",
		[AAC_TYPE_NAME] = "name", [AAC_TYPE_ENUM] = "enum",
	};
	CLEANUP_BUF text = { 0 };

	if (type->list)
		buf_puts(&text, "list of ");
	buf_puts(&text, names[type->base]);
	if (type->base == AAC_TYPE_ENUM) {
		const char *before = "(";

		for (const struct aac_word *word = type->choices.head; word;
		     word = word->next) {
			buf_printf(&text, "%s\"%s\"", before, word->text);
			before = ", ";
		}
		buf_puts(&text, ")");
	}
	return arena_strdup(arena, buf_str(&text));
}

/* ---- one scalar against a type ------------------------------------------------- */

static struct aac_value string_value(const struct aac_value *like, const char *text,
				     size_t len)
{
	return (struct aac_value){
		.type = AAC_VALUE_STRING, .text = text, .len = len, .trail = like->trail
	};
}

static const char *control_problem(const struct aac_value *value)
{
	for (size_t i = 0; i < value->len; i++)
		if ((unsigned char)value->text[i] < ' ' || value->text[i] == 0x7f)
			return "holds a control character, which no line can hold";
	return NULL;
}

static const char *take_path(struct arena *arena, struct aac_value *value)
{
	const char *text = value->text;
	size_t len = value->len;

	if (len == 0 || text[0] != '/')
		return "is not an absolute path";
	for (size_t i = 0; i < len; i++) {
		size_t rest = len - i;

		if (text[i] != '/')
			continue;
		if (rest > 1 && text[i + 1] == '/')
			return "holds '//', which no rule can say";
		if (rest >= 3 && memcmp(text + i, "/..", 3) == 0 &&
		    (rest == 3 || text[i + 3] == '/'))
			return "holds '..'";
		if (rest >= 2 && text[i + 1] == '.' && (rest == 2 || text[i + 2] == '/'))
			return "holds a '.' component";
	}
	if (len > 1 && text[len - 1] == '/')
		len--;
	*value = string_value(value, arena_strndup(arena, text, len), len);
	value->path = true;
	return NULL;
}

static const char *take_name(const struct aac_value *value)
{
	for (size_t i = 0; i < value->len; i++) {
		char c = value->text[i];

		if (!((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
		      (c >= '0' && c <= '9') || c == '_' || c == '.' || c == '-'))
			return "is not a name: letters, digits, '_', '.' and '-'";
	}
	return value->len ? NULL : "is empty";
}

static const char *take_int(struct aac_value *value)
{
	const struct aac_trail *trail = value->trail;
	char digits[24], *end;
	long long number;

	if (value->type == AAC_VALUE_INT)
		return NULL;
	if (value->type != AAC_VALUE_STRING || value->len == 0 ||
	    value->len >= sizeof(digits))
		return "is not a whole number";
	memcpy(digits, value->text, value->len);
	digits[value->len] = '\0';
	errno = 0;
	number = strtoll(digits, &end, 10);
	if (*end || errno ||
	    (digits[0] != '-' && !(digits[0] >= '0' && digits[0] <= '9')))
		return "is not a whole number";
	*value = (struct aac_value){ .type = AAC_VALUE_INT,
				     .integer = number,
				     .trail = trail };
	return NULL;
}

bool aac_value_is_word(const struct aac_value *value, const char *word)
{
	return value->type == AAC_VALUE_STRING && value->len == strlen(word) &&
	       memcmp(value->text, word, value->len) == 0;
}

static const char *take_bool(struct aac_value *value)
{
	bool truth = aac_value_is_word(value, "true");

	if (value->type == AAC_VALUE_BOOL)
		return NULL;
	if (!truth && !aac_value_is_word(value, "false"))
		return "is neither true nor false";
	*value = (struct aac_value){ .type = AAC_VALUE_BOOL,
				     .boolean = truth,
				     .trail = value->trail };
	return NULL;
}

static const char *take_enum(const struct aac_type *type, const struct aac_value *value)
{
	for (const struct aac_word *word = type->choices.head; word; word = word->next)
		if (aac_value_is_word(value, word->text))
			return NULL;
	return "is none of the choices";
}

/* Numbers serve as text where a text is wanted. */
static void number_to_text(struct arena *arena, struct aac_value *value)
{
	if (value->type == AAC_VALUE_INT) {
		const char *text = arena_printf(arena, "%lld", (long long)value->integer);

		*value = string_value(value, text, strlen(text));
	}
}

/* Make *value one of TYPE's base: NULL, or what is wrong with it. */
static const char *take_scalar(struct arena *arena, const struct aac_type *type,
			       struct aac_value *value)
{
	const char *problem;

	if (type->base == AAC_TYPE_INT)
		return take_int(value);
	if (type->base == AAC_TYPE_BOOL)
		return take_bool(value);
	if (type->base == AAC_TYPE_STRING || type->base == AAC_TYPE_NAME)
		number_to_text(arena, value);
	if (value->type != AAC_VALUE_STRING)
		return "is not a string";
	problem = control_problem(value);
	if (problem)
		return problem;
	if (type->base == AAC_TYPE_PATH)
		return take_path(arena, value);
	if (type->base == AAC_TYPE_NAME)
		return take_name(value);
	return type->base == AAC_TYPE_ENUM ? take_enum(type, value) : NULL;
}

const char *aac_type_take(struct arena *arena, const struct aac_type *type,
			  struct aac_value *value, struct aac_value *wrong)
{
	struct aac_value *items;
	size_t count = 0;

	*wrong = *value;
	if (!type->list)
		return take_scalar(arena, type, value);
	if (value->type == AAC_VALUE_OBJECT)
		return "is not a list";
	if (value->type != AAC_VALUE_LIST) {
		items = ARENA_NEW(arena, struct aac_value);
		items[count++] = *value;
	} else {
		items = ARENA_ARRAY(arena, struct aac_value, value->count);
		for (size_t i = 0; i < value->count; i++)
			if (value->items[i].type != AAC_VALUE_NULL)
				items[count++] = value->items[i];
	}
	for (size_t i = 0; i < count; i++) {
		const char *problem;

		*wrong = items[i];
		problem = take_scalar(arena, type, &items[i]);
		if (problem)
			return problem;
	}
	*value = (struct aac_value){ .type = AAC_VALUE_LIST,
				     .items = items,
				     .count = count,
				     .trail = value->trail };
	return NULL;
}

/* ---- literals and --set ---------------------------------------------------------- */

static struct aac_value literal_value(struct arena *arena,
				      const struct aac_literal *literal)
{
	struct aac_value value = { .type = AAC_VALUE_LIST };
	struct aac_value *items;
	size_t count = 0;

	switch (literal->type) {
	case AAC_LIT_STRING:
		return (struct aac_value){ .type = AAC_VALUE_STRING,
					   .text = literal->text,
					   .len = strlen(literal->text) };
	case AAC_LIT_INT:
		return (struct aac_value){ .type = AAC_VALUE_INT,
					   .integer = literal->integer };
	case AAC_LIT_BOOL:
		return (struct aac_value){ .type = AAC_VALUE_BOOL,
					   .boolean = literal->boolean };
	case AAC_LIT_LIST:
	default:
		break;
	}
	for (const struct aac_literal *item = literal->items; item; item = item->next)
		count++;
	items = ARENA_ARRAY(arena, struct aac_value, count);
	count = 0;
	for (const struct aac_literal *item = literal->items; item; item = item->next)
		if (item->type !=
		    AAC_LIT_LIST) /* a list in a list stays null, and is refused */
			items[count++] = literal_value(arena, item);
		else
			items[count++] = (struct aac_value){ .type = AAC_VALUE_OBJECT };
	value.items = items;
	value.count = count;
	return value;
}

/* A literal says its type itself: "1" is no number, as it may be in a container's JSON.
 */
static const char *literal_problem(const struct aac_type *type,
				   const struct aac_literal *literal)
{
	switch (literal->type) {
	case AAC_LIT_STRING:
		if (type->base == AAC_TYPE_INT)
			return "is a string, not a number";
		return type->base == AAC_TYPE_BOOL ? "is a string, not true or false"
						   : NULL;
	case AAC_LIT_INT:
		return type->base == AAC_TYPE_INT ? NULL : "is a number";
	case AAC_LIT_BOOL:
		return type->base == AAC_TYPE_BOOL ? NULL : "is true or false";
	case AAC_LIT_LIST:
	default:
		return "is a list";
	}
}

static const char *check_literal(struct aac_context *ctx, const struct aac_type *type,
				 const struct aac_literal *literal)
{
	const char *problem = literal_problem(type, literal);
	struct aac_value value = literal_value(ctx->arena, literal);

	return problem ? problem : take_scalar(ctx->arena, type, &value);
}

/* The type, and how LITERAL, which is wrong, is written as one of it. */
static void hint_literal(struct aac_context *ctx, const struct aac_param *param,
			 const struct aac_literal *literal, struct aac_diag *diag)
{
	struct aac_value value = literal_value(ctx->arena, literal);
	bool fits = !take_scalar(ctx->arena, &param->type, &value);
	const char *cure = "";

	if (fits && literal_problem(&param->type, literal))
		cure = literal->type == AAC_LIT_STRING ? ": write it without quotes"
						       : ": write it in quotes";
	else if (fits)
		cure = ": write […]";
	aac_hint(ctx->diags, diag, "'%s' is of type %s%s", param->name,
		 aac_type_name(ctx->arena, &param->type), cure);
}

bool aac_param_literal(struct aac_context *ctx, const struct aac_param *param,
		       const struct aac_literal *literal, struct aac_value *value)
{
	const struct aac_literal *one = literal;
	const char *problem = NULL;

	*value = literal_value(ctx->arena, literal);
	if (param->type.list && literal->type != AAC_LIT_LIST)
		problem = "is not a list";
	if (param->type.list && !problem)
		one = literal->items;
	while (one && !problem) {
		problem = check_literal(ctx, &param->type, one);
		if (!problem)
			one = param->type.list ? one->next : NULL;
	}
	if (!problem)
		return aac_type_take(ctx->arena, &param->type, value,
				     &(struct aac_value){ 0 }) == NULL;
	hint_literal(ctx, param, one,
		     aac_report(ctx->diags, AAC_ERROR, "param-type", one->span,
				one == literal ? "the value of '%s' %s"
					       : "an element of '%s' %s",
				param->name, problem));
	return false;
}

bool aac_param_set(struct aac_context *ctx, const struct aac_param *param,
		   const struct aac_set *set, struct aac_value *value)
{
	struct aac_value wrong;
	const char *problem;

	*value = (struct aac_value){ .type = AAC_VALUE_STRING,
				     .text = set->value,
				     .len = strlen(set->value) };
	if (param->type.list)
		*value = aac_value_split(ctx->arena, value, ",");
	problem = aac_type_take(ctx->arena, &param->type, value, &wrong);
	if (!problem)
		return true;
	aac_hint(ctx->diags,
		 aac_report(ctx->diags, AAC_ERROR, "param-type", (struct aac_span){ 0 },
			    "--set %s:%s.%s=%s: the value %s", set->ctid, set->fragment,
			    set->param, set->value, problem),
		 "'%s' is of type %s", param->name,
		 aac_type_name(ctx->arena, &param->type));
	return false;
}
