/*
 * Extended attributes in the head of a profile, xattrs=(NAME=VALUE …): refuses what
 * apparmor_parser refuses or reads otherwise than it looks.
 */
#include <string.h>

#include "base/buf.h"
#include "core/context.h"
#include "core/diag.h"
#include "core/glob.h"
#include "core/head.h"

static bool refuse(struct aac_context *ctx, struct aac_span at, const char *problem,
		   const char *cure)
{
	aac_hint(ctx->diags,
		 aac_report(ctx->diags, AAC_ERROR, "bad-head", at, "%s", problem), "%s",
		 cure);
	return false;
}

static bool check_value(struct aac_context *ctx, const struct aac_word *word)
{
	const char *error = NULL;
	size_t at = 0;

	if (aac_glob_new(ctx->arena, word->text, &error, &at))
		return true;
	aac_report(ctx->diags, AAC_ERROR, "bad-glob", word->span,
		   "'%.200s' is not a pattern: %s", word->text, error);
	return false;
}

/*
 * ITEM, behind which the next thing stands at END.  apparmor_parser knows neither
 * comments nor alternatives in the list: '#' is a byte of a name there, and a comma
 * outside of quotes ends the item.
 */
static bool check_item(struct aac_context *ctx, const struct aac_arg *item, uint32_t end)
{
	bool valued = item->type != AAC_ARG_WORD;
	const struct aac_arg *value = item->list.head;
	const struct aac_word *word = !valued ? item->word : value ? value->word : NULL;
	const char *text = item->span.source->text;

	if (!word)
		return true;
	if (!*word->text && (valued || word->quoted))
		return refuse(ctx, item->span, "an extended attribute is empty",
			      "leave the empty quotes out");
	if ((!word->quoted && strchr(word->text, ',')) ||
	    (valued && strchr(item->key, ',')))
		return refuse(ctx, item->span, "a comma ends an extended attribute",
			      "write the value in quotes: NAME=\"VALUE\"");
	for (uint32_t at = item->span.end; at < end; at++)
		if (text[at] == '#')
			return refuse(
				ctx, (struct aac_span){ item->span.source, at, at + 1 },
				"no comment may stand in a list of extended attributes",
				"move it out of the list");
	return !valued || check_value(ctx, word);
}

bool aac_head_xattrs_check(struct aac_context *ctx, const struct aac_arg *arg)
{
	const struct aac_arg *before = NULL;

	if (!arg->paren)
		return refuse(ctx, arg->span, "extended attributes stand in a list",
			      "write 'xattrs=(user.NAME=VALUE …)'");
	for (const struct aac_arg *item = arg->list.head; item; item = item->next) {
		const char *name = item->type == AAC_ARG_WORD ? item->word->text
							      : item->key;
		bool adjoins = before && before->type == AAC_ARG_WORD &&
			       before->word->quoted &&
			       before->span.end == item->span.begin;

		before = item;
		if (!*name || *name == '=' || adjoins)
			return refuse(ctx, item->span,
				      "an extended attribute has no name",
				      "write 'xattrs=(user.NAME=VALUE …)'");
		if (!check_item(ctx, item,
				item->next ? item->next->span.begin : arg->span.end))
			return false;
	}
	return true;
}

const struct aac_arg *aac_head_xattr_print(struct buf *out, const struct aac_arg *item)
{
	const struct aac_arg *last = item;

	aac_head_item_print(out, item);
	while (last->next && last->next->span.begin == last->span.end) {
		last = last->next;
		aac_head_item_print(out, last);
	}
	return last->next;
}
