/*
 * include <FILE>, include "FILE", include if exists …: one line, no comma, no qualifiers.
 * What the file holds is not looked at here.
 */
#include <string.h>

#include "base/buf.h"
#include "core/context.h"
#include "core/diag.h"
#include "core/field.h"

extern const struct aac_kind aac_kind_include;

static bool build_include(struct aac_context *ctx, const struct aac_shape *shape,
			  struct aac_rule *rule)
{
	const struct aac_word *path = shape->path;
	bool quoted;

	if (!path || !path->text[strspn(path->text, " \t")])
		return aac_refuse_missing(ctx, rule, shape, "the name of a file");
	quoted = path->quoted && shape->include == AAC_INCLUDE_QUOTED;
	if (strpbrk(path->text, quoted ? "\"" : "\"<>")) {
		aac_hint(ctx->diags,
			 aac_report(ctx->diags, AAC_ERROR, "bad-character", path->span,
				    "the name of an included file holds a quote, '<' "
				    "or '>'"),
			 "write: include <abstractions/NAME>, or include \"/FILE\"");
		return false;
	}
	if (path->holes) {
		aac_hint(ctx->diags,
			 aac_report(
				 ctx->diags, AAC_ERROR, "interpolation-in-include",
				 path->span,
				 "the name of an included file cannot hold a parameter"),
			 "a value is data, never rules; choose between includes with "
			 "'if'");
		return false;
	}
	return true;
}

static void print_include(struct buf *out, const struct aac_rule *rule)
{
	const struct aac_shape *shape = rule->shape;
	bool system = shape->include == AAC_INCLUDE_SYSTEM;

	buf_printf(out, "include %s%c%s%c", shape->if_exists ? "if exists " : "",
		   system ? '<' : '"', shape->path->text, system ? '>' : '"');
}

static bool covers_include(const struct aac_rule *wide, const struct aac_rule *narrow)
{
	return wide->shape->include == narrow->shape->include &&
	       strcmp(wide->shape->path->text, narrow->shape->path->text) == 0 &&
	       (!wide->shape->if_exists || narrow->shape->if_exists);
}

static int overlaps_include(const struct aac_rule *a, const struct aac_rule *b)
{
	(void)a;
	(void)b;
	return AAC_NO;
}

const struct aac_kind aac_kind_include = {
	.id = AAC_KIND_INCLUDE,
	.keyword = "include",
	.summary = "the rules of another file",
	.usage = "include [if exists] <FILE>",
	.no_qualifiers = true,
	.build = build_include,
	.print = print_include,
	.covers = covers_include,
	.overlaps = overlaps_include,
};
