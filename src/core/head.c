/*
 * Heads of blocks: takes the words that stand before a '{' among AppArmor's rules, gives
 * what they open.  A head that is none is mostly a rule whose ',' is missing, and is told
 * so.
 */
#include "core/head.h"

#include <string.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/macro.h"
#include "base/suggest.h"
#include "core/context.h"
#include "core/diag.h"
#include "core/glob.h"
#include "core/word.h"

static bool refuse(struct aac_context *ctx, struct aac_span at, const char *slug,
		   const char *problem, const char *cure)
{
	aac_hint(ctx->diags, aac_report(ctx->diags, AAC_ERROR, slug, at, "%s", problem),
		 "%s", cure);
	return false;
}

static bool is_word(const struct aac_arg *arg, const char *text)
{
	return arg && arg->type == AAC_ARG_WORD && !arg->word->quoted &&
	       (!text || strcmp(arg->word->text, text) == 0);
}

/* ---- names
 * ----------------------------------------------------------------------------- */

/* A name or an attachment: not empty, no parameter in it. */
static bool check_name(struct aac_context *ctx, const struct aac_word *word)
{
	if (!*word->text)
		return refuse(ctx, word->span, "empty-word",
			      "the name of the profile is empty", "give it a name");
	if (word->holes)
		return refuse(ctx, word->span, "bad-head",
			      "the head of a profile cannot hold a parameter",
			      "choose between profiles with 'if'");
	if (*word->text == ':') {
		const char *name = strchr(word->text + 1, ':');

		if (!name || !name[1 + strspn(name + 1, "/")] || name == word->text + 1)
			return refuse(ctx, word->span, "bad-head",
				      name == word->text + 1
					      ? "the namespace is empty"
					      : "the namespace is not followed by a name",
				      "write ':NAMESPACE:NAME'");
	}
	return true;
}

static bool check_glob(struct aac_context *ctx, const struct aac_word *word)
{
	const char *error = NULL;
	size_t at = 0;

	if (aac_glob_new(ctx->arena, word->text, &error, &at))
		return true;
	aac_report(ctx->diags, AAC_ERROR, "bad-glob", word->span,
		   "'%.200s' is not a pattern: %s", word->text, error);
	return false;
}

/* An attachment, or a name that is one: a sound pattern, too. */
static bool check_pattern(struct aac_context *ctx, const struct aac_word *word)
{
	return check_name(ctx, word) && check_glob(ctx, word);
}

#define NAME_BYTES "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_"

static bool is_attachment(const struct aac_arg *arg)
{
	const char *text = arg->type == AAC_ARG_WORD ? arg->word->text : "";

	return *text == '/' || (strncmp(text, "@{", 2) == 0 &&
				text[2 + strspn(text + 2, NAME_BYTES)] == '}');
}

/* The cure for a misspelt directive with a block, or NULL. */
static const char *meant_directive(struct aac_context *ctx, const struct aac_arg *arg,
				   bool top)
{
	static const char *const words[] = { "elif", "elseif", "elsif" };
	static const char *const blocks[] = { "if", "else", "for", "expect" };
	const char *text = is_word(arg, NULL) ? arg->word->text : "";
	struct suggest suggest = { .word = text };

	for (size_t i = 0; i < ARRAY_SIZE(words); i++)
		if (strcmp(text, words[i]) == 0)
			return "write 'else if … {'";
	for (size_t i = 0; !top && i < ARRAY_SIZE(blocks); i++)
		suggest_offer(&suggest, blocks[i]);
	return suggest_best(&suggest) ? arena_printf(ctx->arena, "did you mean '%s'?",
						     suggest_best(&suggest))
				      : NULL;
}

/* The head begins on a later line than ARG: then that is a rule without its ','. */
static bool lacks_comma(struct aac_context *ctx, const struct aac_arg *arg)
{
	for (; arg->next; arg = arg->next) {
		struct aac_span end = arg->span;

		if (aac_source_place(end.source, end.end - 1).line ==
		    aac_source_place(end.source, arg->next->span.begin).line)
			continue;
		end.begin = end.end;
		aac_report(ctx->diags, AAC_ERROR, "syntax", end,
			   "expected ',' at the end of the rule");
		return true;
	}
	return false;
}

/* The name behind the keyword, or in the word itself; *rest is what follows. */
static const struct aac_word *take_name(struct aac_context *ctx, struct aac_head *head,
					bool top, const struct aac_arg **rest)
{
	const struct aac_arg *first = head->shape->args.head, *name = first->next;
	const char *meant = meant_directive(ctx, first, top);
	struct aac_word *word;

	if (is_word(first, "profile") || is_word(first, "hat")) {
		head->type = is_word(first, "hat") ? AAC_HEAD_HAT : AAC_HEAD_PROFILE;
		if (!name || name->type != AAC_ARG_WORD) {
			refuse(ctx, first->span, "bad-head", "the profile has no name",
			       "write 'profile NAME {'");
			return NULL;
		}
		*rest = name->next;
		return name->word;
	}
	if (is_word(first, NULL) && *first->word->text == '^') {
		head->type = AAC_HEAD_HAT;
		if (first->word->text[1]) {
			word = ARENA_NEW(ctx->arena, struct aac_word);
			*word = *first->word;
			word->text++;
			*rest = first->next;
			return word;
		}
		if (name && name->type == AAC_ARG_WORD && name->word->quoted &&
		    name->span.begin == first->span.end) {
			*rest = name->next;
			return name->word;
		}
	}
	if (top && first->type == AAC_ARG_WORD && *first->word->text &&
	    strchr("/:", *first->word->text)) {
		*rest = first->next;
		return first->word;
	}
	if (!top && lacks_comma(ctx, first))
		return NULL;
	refuse(ctx, first->span, "bad-head", "this begins no profile, hat or condition",
	       meant ? meant
	       : top ? "write 'profile NAME {', '/PATH {' or '^HAT {'"
		     : "write 'profile NAME {' or '^HAT {'; a rule before the '{' ends "
		       "with ','");
	return NULL;
}

/* ---- xattrs=(…) and flags=(…)
 * ------------------------------------------------------------ */

static const char *item_text(struct aac_context *ctx, const struct aac_arg *item)
{
	const struct aac_arg *value = item->list.head;

	if (item->type == AAC_ARG_WORD)
		return item->word->text;
	return arena_printf(ctx->arena, "%s=%s", item->key,
			    value && value->word ? value->word->text : "");
}

static bool check_flags(struct aac_context *ctx, const struct aac_arg *arg)
{
	if (!arg->list.head)
		return refuse(ctx, arg->span, "empty-list", "no flag stands in flags=()",
			      "name one, or leave flags=() out");
	for (const struct aac_arg *a = arg->list.head; a; a = a->next) {
		const char *text = item_text(ctx, a);

		if (a->list.head && a->list.head->word && a->list.head->word->quoted)
			return refuse(ctx, a->list.head->span, "bad-flag",
				      "apparmor_parser takes no quotes there",
				      "put the whole flag in quotes: \"NAME=VALUE\"");
		if (!aac_flag_check(ctx, a->span, text))
			return false;
		for (const struct aac_arg *b = arg->list.head; b != a; b = b->next) {
			const char *before = item_text(ctx, b);

			if (strcmp(before, text) == 0)
				break; /* it was held against the others then */
			if (!aac_flag_pair(ctx, a->span, before, text))
				return false;
		}
	}
	return true;
}

void aac_head_item_print(struct buf *out, const struct aac_arg *item)
{
	const struct aac_word *word = item->type == AAC_ARG_WORD ? item->word
								 : item->list.head->word;

	if (item->type != AAC_ARG_WORD)
		buf_printf(out, "%s=", item->key);
	buf_printf(out, word->quoted ? "\"%s\"" : "%s", word->text);
}

static void print_list(struct buf *out, const char *key, const struct aac_args *list,
		       const char *between)
{
	size_t end = 0;

	buf_printf(out, " %s=(", key);
	for (const struct aac_arg *a = list->head; a; a = a->next) {
		/* What adjoins the item before is its value, whose key is no plain word.
		 */
		if (a != list->head && a->span.begin != end)
			buf_puts(out, between);
		end = a->span.end;
		aac_head_item_print(out, a);
	}
	buf_putc(out, ')');
}

/* ---- profiles and hats
 * ------------------------------------------------------------------- */

/* One part behind the name: attachment, xattrs, flags, in this order. */
static bool take_part(struct aac_context *ctx, struct aac_head *head, struct buf *out,
		      const struct aac_arg *arg, unsigned int *part)
{
	bool key = arg->type == AAC_ARG_KEY;

	if (*part < 1 && is_attachment(arg)) {
		*part = 1;
		if (!check_pattern(ctx, arg->word))
			return false;
		buf_putc(out, ' ');
		aac_word_print(out, arg->word->text);
		return true;
	}
	if (*part < 2 && key && strcmp(arg->key, "xattrs") == 0) {
		*part = 2;
		if (head->type == AAC_HEAD_HAT)
			return refuse(ctx, arg->span, "bad-head",
				      "a hat is not attached by extended attributes",
				      "leave xattrs=(…) out, or make it a profile");
		head->xattrs = &arg->list;
		if (!aac_head_xattrs_check(ctx, arg))
			return false;
		print_list(out, "xattrs", &arg->list, " ");
		return true;
	}
	if (*part < 3 && (arg->type == AAC_ARG_LIST ||
			  (key && strcmp(arg->key, "flags") == 0 && arg->paren))) {
		*part = 3;
		head->flags = &arg->list;
		if (!check_flags(ctx, arg))
			return false;
		print_list(out, "flags", &arg->list, ", ");
		return true;
	}
	return refuse(ctx, arg->span, "bad-head",
		      "this cannot stand here in the head of a "
		      "profile",
		      "write 'profile NAME /ATTACHMENT xattrs=(…) flags=(…) {'");
}

/* A backslash that apparmor_parser keeps: what follows is no escape that it knows. */
static bool is_kept(const char *at)
{
	return at[0] == '\\' && at[1] && !strchr("0123456789abdefnrtx\\\"", at[1]);
}

/*
 * Names are no patterns to apparmor_parser: a backslash before an ordinary character is a
 * byte of the name, as is a '^'.  So a name that has one is spelled as it stands.
 */
void aac_head_name_print(struct buf *out, const char *text)
{
	bool kept = false;

	for (const char *at = text; *at; at += at[0] == '\\' && at[1] ? 2 : 1)
		kept |= is_kept(at) || *at == '^' || (*at == '}' && at == text) ||
			(*at == '{' && !at[1]);
	if (!kept) {
		aac_word_print(out, text);
		return;
	}
	buf_putc(out, '"');
	for (const char *at = text; *at; at++) {
		if (*at == '"' || (at[0] == '\\' && at[1] == '"'))
			buf_puts(out, "\\042");
		else if (at[0] == '\\' && at[1] == '\\')
			buf_puts(out, "\\134");
		else
			buf_putc(out, *at);
		if (at[0] == '\\' && (at[1] == '"' || at[1] == '\\'))
			at++;
	}
	buf_putc(out, '"');
}

static bool build_profile(struct aac_context *ctx, struct aac_head *head, struct buf *out,
			  bool top)
{
	const struct aac_arg *rest = NULL;
	const struct aac_word *name = take_name(ctx, head, top, &rest);
	CLEANUP_BUF spelled = { 0 };
	unsigned int part = 0;
	bool attached;

	attached = name && rest && is_attachment(rest);
	if (!name || !(attached ? check_name : check_pattern)(ctx, name))
		return false;
	head->name = name->text;
	aac_head_name_print(&spelled, name->text);
	if (head->type == AAC_HEAD_HAT && *buf_str(&spelled) != '"')
		buf_puts(out, "^");
	else
		buf_puts(out, head->type == AAC_HEAD_HAT ? "hat " : "profile ");
	buf_puts(out, buf_str(&spelled));
	for (; rest; rest = rest->next)
		if (!take_part(ctx, head, out, rest, &part))
			return false;
	return true;
}

/* ---- conditions
 * -------------------------------------------------------------------------- */

/* "@{NAME}" or "$NAME" of a word, or NULL. */
static const char *variable_of(struct aac_context *ctx, const struct aac_arg *arg,
			       char sign)
{
	const char *text = is_word(arg, NULL) ? arg->word->text : "";
	bool braces;
	size_t len;

	if (*text != sign)
		return NULL;
	braces = text[1] == '{';
	text += braces ? 2 : 1;
	len = strspn(text, NAME_BYTES);
	if (!len || strcmp(text + len, braces ? "}" : "") != 0)
		return NULL;
	return arena_printf(ctx->arena, sign == '@' ? "@{%.*s}" : "$%.*s", (int)len,
			    text);
}

static bool build_condition(struct aac_context *ctx, struct aac_head *head,
			    const struct aac_arg *arg, struct buf *out)
{
	const char *variable;

	for (; is_word(arg, "not"); arg = arg->next) {
		buf_puts(out, " not");
		head->negated = !head->negated;
	}
	head->defined = is_word(arg, "defined");
	if (head->defined) {
		buf_puts(out, " defined");
		arg = arg->next;
	}
	variable = arg ? variable_of(ctx, arg, '$') : NULL;
	if (!variable && head->defined && arg)
		variable = variable_of(ctx, arg, '@');
	if (!arg || !variable || arg->next) {
		arg = arg && variable ? arg->next : arg;
		return refuse(ctx, arg ? arg->span : (struct aac_span){ 0 }, "bad-head",
			      "this is no condition of AppArmor's",
			      "write 'if $BOOLEAN {', 'if defined @{VARIABLE} {' or 'if "
			      "not … {'");
	}
	head->variable = variable;
	buf_printf(out, " %s", variable);
	return true;
}

/* `if …`, `else if …`, `else`; false when it is none or wrong, *mine says which. */
static bool build_if(struct aac_context *ctx, struct aac_head *head, struct buf *out,
		     bool *mine)
{
	const struct aac_arg *arg = head->shape->args.head;

	*mine = is_word(arg, "if") || is_word(arg, "else");
	if (!*mine)
		return false;
	head->type = is_word(arg, "if") ? AAC_HEAD_IF : AAC_HEAD_ELSE;
	if (head->type == AAC_HEAD_ELSE) {
		buf_puts(out, "else");
		head->last = !arg->next;
		if (head->last)
			return true;
		arg = arg->next;
		buf_putc(out, ' ');
	}
	if (!is_word(arg, "if"))
		return refuse(ctx, arg->span, "bad-head",
			      "'else' is followed by 'if' or "
			      "'{'",
			      "write 'else {' or 'else if … {'");
	buf_puts(out, "if");
	if (!arg->next)
		return refuse(ctx, arg->span, "bad-head", "'if' needs a condition",
			      "write 'if $BOOLEAN {' or 'if defined @{VARIABLE} {'");
	return build_condition(ctx, head, arg->next, out);
}

/* ---- both
 * -------------------------------------------------------------------------------- */

const struct aac_head *aac_head_build(struct aac_context *ctx,
				      const struct aac_shape *shape, bool top)
{
	struct aac_head *head = ARENA_NEW(ctx->arena, struct aac_head);
	CLEANUP_BUF out = { 0 };
	bool condition = false, fine;

	head->shape = shape;
	if (shape->quals.head) {
		refuse(ctx, shape->quals.head->span, "qualifier-misplaced",
		       "no qualifier can stand before a block", "remove it");
		return NULL;
	}
	fine = build_if(ctx, head, &out, &condition);
	if (!condition)
		fine = build_profile(ctx, head, &out, top);
	else if (fine && top)
		fine = refuse(ctx, shape->span, "bad-head",
			      "a condition stands inside of a profile only",
			      "move it into the profile");
	head->text = arena_strdup(ctx->arena, buf_str(&out));
	return fine ? head : NULL;
}

bool aac_head_supported(struct aac_context *ctx, const struct aac_head *head)
{
	for (const struct aac_arg *a = head->flags ? head->flags->head : NULL; a;
	     a = a->next)
		if (!aac_flag_supported(ctx, a->span, item_text(ctx, a)))
			return false;
	return true;
}
