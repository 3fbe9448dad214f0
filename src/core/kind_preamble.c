/*
 * What stands before the profiles of a file: `abi`, `alias` and variables.  In a rule
 * file only a profile under `template raw` may say them, since every other template
 * brings a preamble of its own.  None of them covers another: their order is their
 * meaning.
 */
#include <string.h>

#include "base/buf.h"
#include "base/macro.h"
#include "core/context.h"
#include "core/diag.h"
#include "core/field.h"
#include "core/word.h"

extern const struct aac_kind aac_kind_abi, aac_kind_alias, aac_kind_variable;

static bool covers_itself(const struct aac_rule *wide, const struct aac_rule *narrow)
{
	return strcmp(wide->text, narrow->text) == 0;
}

static int overlaps_nothing(const struct aac_rule *a, const struct aac_rule *b)
{
	(void)a;
	(void)b;
	return AAC_NO;
}

static bool refuse_holes(struct aac_context *ctx, const struct aac_word *word)
{
	if (!word->holes)
		return true;
	aac_hint(ctx->diags,
		 aac_report(ctx->diags, AAC_ERROR, "parameter-in-preamble", word->span,
			    "a parameter cannot stand before the profiles"),
		 "write the value itself, or use the parameter in the rules");
	return false;
}

/* ---- abi -----------------------------------------------------------------------------
 */

/* <FILE>, "FILE" or FILE. */
static bool names_file(const struct aac_word *word)
{
	size_t len = strlen(word->text), inside = strcspn(word->text, "<>");

	if (word->quoted || *word->text != '<')
		return len && (word->quoted || inside == len);
	return len > 2 && strcspn(word->text + 1, "<>") == len - 2 &&
	       word->text[len - 1] == '>';
}

static bool build_abi(struct aac_context *ctx, const struct aac_shape *shape,
		      struct aac_rule *rule)
{
	const struct aac_arg *file = shape->args.head->next;

	if (!file)
		return aac_refuse_missing(ctx, rule, shape, "the name of a file");
	if (file->type != AAC_ARG_WORD || file->next)
		return aac_refuse_arg(ctx, rule, file->next ? file->next : file);
	if (!names_file(file->word)) {
		aac_hint(ctx->diags,
			 aac_report(ctx->diags, AAC_ERROR, "bad-character", file->span,
				    "this names no file"),
			 "write: abi <abi/VERSION>,");
		return false;
	}
	return refuse_holes(ctx, file->word);
}

static void print_abi(struct buf *out, const struct aac_rule *rule)
{
	const struct aac_word *file = rule->shape->args.head->next->word;
	bool quote = file->quoted || *file->text != '<';

	buf_printf(out, quote ? "abi \"%s\"" : "abi %s", file->text);
}

const struct aac_kind aac_kind_abi = {
	.id = AAC_KIND_ABI,
	.keyword = "abi",
	.summary = "the kernel features that the file was written for",
	.usage = "abi <FILE>",
	.no_qualifiers = true,
	.preamble = true,
	.build = build_abi,
	.print = print_abi,
	.covers = covers_itself,
	.overlaps = overlaps_nothing,
};

/* ---- alias ---------------------------------------------------------------------------
 */

enum { FROM, TO };

static const struct aac_field_spec alias_fields[] = {
	[FROM] = { AAC_FIELD_PATTERN, "path", NULL, "as rules name it" },
	[TO] = { AAC_FIELD_PATTERN, "other path", NULL, "where it lies as well" },
};

static bool build_alias(struct aac_context *ctx, const struct aac_shape *shape,
			struct aac_rule *rule)
{
	const struct aac_arg *from = shape->args.head->next;
	const struct aac_arg *arrow = from ? from->next : NULL;
	const struct aac_arg *to = arrow ? arrow->next : NULL;

	if (!from)
		return aac_refuse_missing(ctx, rule, shape, "a path");
	if (from->type != AAC_ARG_WORD)
		return aac_refuse_arg(ctx, rule, from);
	if (!arrow || arrow->type != AAC_ARG_ARROW)
		return arrow ? aac_refuse_arg(ctx, rule, arrow)
			     : aac_refuse_missing(ctx, rule, shape, "'-> PATH'");
	if (!to)
		return aac_refuse_missing(ctx, rule, shape, "a path behind '->'");
	if (to->type != AAC_ARG_WORD || to->next)
		return aac_refuse_arg(ctx, rule, to->next ? to->next : to);
	return refuse_holes(ctx, from->word) && refuse_holes(ctx, to->word) &&
	       aac_field_pattern(ctx, rule, FROM, from->word) &&
	       aac_field_pattern(ctx, rule, TO, to->word);
}

static bool check_alias(struct aac_context *ctx, const struct aac_rule *rule)
{
	for (size_t i = FROM; i <= TO; i++) {
		const struct aac_pattern *pattern = rule->fields[i].patterns;

		if (*pattern->text == '/')
			continue;
		aac_hint(ctx->diags,
			 aac_report(ctx->diags, AAC_ERROR, "path-not-absolute",
				    pattern->word->span,
				    "an alias is for a path, and '%s' does not begin "
				    "with '/'",
				    pattern->text),
			 "write 'alias /PATH -> /OTHER,' (a variable cannot begin it)");
		return false;
	}
	return true;
}

static void print_alias(struct buf *out, const struct aac_rule *rule)
{
	buf_puts(out, "alias");
	aac_print_pattern(out, rule, FROM, " ");
	aac_print_pattern(out, rule, TO, " -> ");
}

const struct aac_kind aac_kind_alias = {
	.id = AAC_KIND_ALIAS,
	.keyword = "alias",
	.summary = "another path for what rules name",
	.usage = "alias /PATH -> /OTHER",
	.fields = alias_fields,
	.field_count = ARRAY_SIZE(alias_fields),
	.no_qualifiers = true,
	.preamble = true,
	.build = build_alias,
	.check = check_alias,
	.print = print_alias,
	.covers = covers_itself,
	.overlaps = overlaps_nothing,
};

/* ---- variables
 * ------------------------------------------------------------------------- */

/* A name as apparmor_parser takes it: a letter or '_', then digits too. */
static bool is_variable_name(const char *name, size_t len)
{
	static const char letters[] =
		"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

	return len > 0 && strchr(letters, *name) &&
	       strspn(name, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
			    "0123456789_") >= len;
}

static bool refuse_assignment(struct aac_context *ctx, struct aac_span at,
			      const char *problem, const char *cure)
{
	aac_hint(ctx->diags,
		 aac_report(ctx->diags, AAC_ERROR, "bad-variable", at, "%s", problem),
		 "%s", cure);
	return false;
}

/* $NAME is true or false. */
static bool build_boolean(struct aac_context *ctx, const struct aac_shape *shape)
{
	const struct aac_word *value = shape->values.head;

	if (shape->assign_more)
		return refuse_assignment(ctx, shape->span,
					 "nothing can be added to a boolean",
					 "write '$NAME = true' or '$NAME = false'");
	if (value && value == shape->values.last &&
	    (strcasecmp(value->text, "true") == 0 ||
	     strcasecmp(value->text, "false") == 0))
		return true;
	return refuse_assignment(ctx, shape->span, "a boolean is either true or false",
				 "write '$NAME = true' or '$NAME = false'");
}

/* What apparmor_parser refuses in a value, most of it outside of quotes. */
static bool check_value(struct aac_context *ctx, const struct aac_word *word)
{
	size_t len = strlen(word->text);

	if (len && word->text[len - 1] == '\\')
		return refuse_assignment(ctx, word->span,
					 "apparmor_parser joins a backslash at the end "
					 "of a value to what follows",
					 "write '\\134' for the byte itself");
	if (word->quoted || !len)
		return true;
	if (word->text[len - 1] == ',')
		return refuse_assignment(ctx, word->span,
					 "values of a variable stand without commas",
					 "write '@{NAME} = VALUE VALUE'");
	if (strchr(word->text, '!'))
		return refuse_assignment(ctx, word->span,
					 "'!' cannot stand in a value outside of quotes",
					 "put the value in quotes");
	return true;
}

static bool build_variable(struct aac_context *ctx, const struct aac_shape *shape,
			   struct aac_rule *rule)
{
	const char *name = shape->assign + (*shape->assign == '@' ? 2 : 1);
	size_t len = strlen(name) - (*shape->assign == '@');

	(void)rule;
	if (!is_variable_name(name, len))
		return refuse_assignment(ctx, shape->span,
					 "a variable's name is a letter, then letters, "
					 "digits and '_'",
					 "write '@{NAME} = VALUE …'");
	if (*shape->assign == '$')
		return build_boolean(ctx, shape);
	if (strcmp(shape->assign, "@{profile_name}") == 0)
		return refuse_assignment(ctx, shape->span,
					 "'@{profile_name}' is AppArmor's own and cannot "
					 "be set",
					 "choose another name");
	if (!shape->values.head)
		return refuse_assignment(ctx, shape->span, "the variable gets no value",
					 "write at least one, or \"\" for none");
	for (const struct aac_word *w = shape->values.head; w; w = w->next) {
		struct aac_pattern pattern = { .word = w };

		if (!refuse_holes(ctx, w) || !check_value(ctx, w) ||
		    !aac_pattern_set(ctx, &pattern, w->text))
			return false;
	}
	return true;
}

static void print_variable(struct buf *out, const struct aac_rule *rule)
{
	const struct aac_shape *shape = rule->shape;

	buf_printf(out, "%s %s", shape->assign, shape->assign_more ? "+=" : "=");
	if (*shape->assign == '$') {
		buf_puts(out, strcasecmp(shape->values.head->text, "true") == 0
				      ? " true"
				      : " false");
		return;
	}
	for (const struct aac_word *w = shape->values.head; w; w = w->next) {
		/* As written: 4.1 reads an escape outside of quotes as another byte than
		 * the byte itself, so no spelling may be changed into another. */
		buf_printf(out, w->quoted ? " \"%s\"" : " %s", w->text);
	}
}

const struct aac_kind aac_kind_variable = {
	.id = AAC_KIND_VARIABLE,
	.keyword = "@{NAME}",
	.summary = "a variable and the values that it stands for",
	.usage = "@{NAME} = VALUE …",
	.no_qualifiers = true,
	.preamble = true,
	.build = build_variable,
	.print = print_variable,
	.covers = covers_itself,
	.overlaps = overlaps_nothing,
};
