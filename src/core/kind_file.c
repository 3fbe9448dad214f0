/*
 * File rules: [file] PATH PERMS [-> PROFILE], [file] PERMS PATH [-> PROFILE], and bare
 * `file`, which allows everything but transitions.  Permissions are a set with one term
 * for each exec mode, because two modes never go together.  How two rules compare is in
 * file_compare.c.
 */
#include <ctype.h>
#include <string.h>
#include <strings.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/macro.h"
#include "core/context.h"
#include "core/diag.h"
#include "core/field.h"
#include "core/file_rule.h"
#include "core/perms.h"

extern const struct aac_kind aac_kind_file;

/* In the order they are printed; the exec modes from FILE_FIRST_EXEC on. */
static const struct aac_term perm_terms[] = {
	{ .word = "r" },   { .word = "w" },   { .word = "a" },	 { .word = "m" },
	{ .word = "k" },   { .word = "l" },   { .word = "ix" },	 { .word = "ux" },
	{ .word = "Ux" },  { .word = "px" },  { .word = "Px" },	 { .word = "cx" },
	{ .word = "Cx" },  { .word = "pix" }, { .word = "Pix" }, { .word = "cix" },
	{ .word = "Cix" }, { .word = "pux" }, { .word = "PUx" }, { .word = "cux" },
	{ .word = "CUx" }, { .word = "x" },
};

_Static_assert(ARRAY_SIZE(perm_terms) == FILE_BARE_X + 1, "file_rule.h counts the terms");

static const struct aac_vocab perm_vocab = { "file permission", perm_terms,
					     ARRAY_SIZE(perm_terms) };

static const struct aac_field_spec file_fields[] = {
	[FILE_PERMS] = { AAC_FIELD_SET, "permissions", &perm_vocab,
			 "r w a m k l and one exec mode" },
	[FILE_PATH] = { AAC_FIELD_PATTERN, "path", NULL, "directories end in '/'" },
	[FILE_TARGET] = { AAC_FIELD_PATTERN, "profile to switch to", NULL,
			  "for px, cx and their kin" },
};

bool aac_perms_like(const char *text)
{
	return *text && !text[strspn(text, "rwaklmxiupcRWLMXIUPC")];
}

/* The exec mode that AT spells in another mixture of cases, or NULL. */
static const char *respell(const char *at)
{
	for (size_t i = FILE_IX; i < FILE_BARE_X; i++) {
		const char *word = perm_terms[i].word;

		if (strncasecmp(word, at, strlen(word)) == 0 &&
		    (*word == *at || tolower((unsigned char)*at) == 'i'))
			return word;
	}
	return NULL;
}

/* TEXT with the letters that have one spelling in it. */
static const char *plain_perms(struct arena *arena, const char *text)
{
	char *plain = arena_strdup(arena, text);

	for (char *p = plain; *p; p++)
		if (strchr("RWAKLM", *p))
			*p = (char)tolower((unsigned char)*p);
	return plain;
}

static bool refuse_perm(struct aac_context *ctx, struct aac_span span, const char *text,
			const char *at)
{
	struct aac_diag *diag =
		aac_report(ctx->diags, AAC_ERROR, "bad-permission", span,
			   "'%.80s' is no set of file permissions: '%c' is not known "
			   "there",
			   text, isprint((unsigned char)*at) ? *at : '?');

	if (respell(at))
		aac_hint(ctx->diags, diag, "write '%s'", respell(at));
	else if (strchr("RWAKLMX", *at))
		aac_hint(ctx->diags, diag, "write '%s'", plain_perms(ctx->arena, text));
	else
		aac_hint(ctx->diags, diag,
			 "r w a m k l, and one of ix ux Ux px Px cx Cx pix Pix cix Cix "
			 "pux PUx cux "
			 "CUx; plain x only with deny");
	return false;
}

/* The exec mode that AT begins with: the longest; or a single letter. */
static size_t find_perm(const char *at, size_t *len)
{
	for (*len = 3; *len; --*len)
		for (size_t i = 0; i < perm_vocab.count; i++)
			if (strlen(perm_terms[i].word) == *len &&
			    strncmp(perm_terms[i].word, at, *len) == 0)
				return i;
	return SIZE_MAX;
}

static bool set_perms(struct aac_context *ctx, struct aac_rule *rule, size_t field,
		      struct aac_span span, const char *text)
{
	uint64_t *set = &rule->fields[field].set;

	for (const char *at = text; *at;) {
		size_t len, perm = find_perm(at, &len);

		if (perm == SIZE_MAX)
			return refuse_perm(ctx, span, text, at);
		*set |= (uint64_t)1 << perm;
		at += len;
	}
	if (*text)
		return true;
	aac_report(ctx->diags, AAC_ERROR, "bad-permission", span,
		   "the permissions are empty");
	return false;
}

/* ---- building ---------------------------------------------------------------------- */

static bool is_path_word(const struct aac_arg *arg)
{
	return arg->word->quoted || arg->word->holes || *arg->word->text == '/' ||
	       *arg->word->text == '@';
}

static bool build_target(struct aac_context *ctx, const struct aac_shape *shape,
			 struct aac_rule *rule, const struct aac_arg *arg)
{
	if (!arg)
		return true;
	if (arg->type != AAC_ARG_ARROW)
		return aac_refuse_arg(ctx, rule, arg);
	if (!arg->next)
		return aac_refuse_missing(ctx, rule, shape, "a profile behind '->'");
	if (arg->next->type != AAC_ARG_WORD || arg->next->next)
		return aac_refuse_arg(ctx, rule,
				      arg->next->next ? arg->next->next : arg->next);
	return aac_field_pattern(ctx, rule, FILE_TARGET, arg->next->word);
}

/* `rl /p -> /q` is a pair of link and target, `/p rl -> /q` is not: only one form is
 * taken. */
static bool refuse_leading(struct aac_context *ctx, const struct aac_arg *perms)
{
	aac_hint(ctx->diags,
		 aac_report(ctx->diags, AAC_ERROR, "exec-target", perms->span,
			    "'->' is for the exec modes px, cx and their kin only"),
		 "write 'link PATH -> TARGET' and a file rule for the other permissions");
	return false;
}

static bool is_perms(const struct aac_arg *arg)
{
	return arg->type == AAC_ARG_WORD && !arg->word->quoted &&
	       (arg->word->holes || aac_perms_like(arg->word->text));
}

/* What stands between a path and its permissions: a qualifier, or the path's other half.
 */
static bool refuse_between(struct aac_context *ctx, const struct aac_arg *path,
			   const struct aac_arg *word)
{
	static const char *const qualifiers[] = { "audit", "allow", "deny", "owner",
						  "other" };
	const char *text = word->word->text;
	struct aac_diag *diag =
		aac_report(ctx->diags, AAC_ERROR, "unexpected-argument", word->span,
			   "'%.80s' stands between a path and its permissions", text);

	for (size_t i = 0; i < ARRAY_SIZE(qualifiers); i++)
		if (strcmp(qualifiers[i], text) == 0) {
			aac_hint(ctx->diags, diag, "write it first: %s %.80s …", text,
				 path->word->text);
			return false;
		}
	aac_hint(ctx->diags, diag, "quote a path with a blank in it: \"%.80s %.80s\"",
		 path->word->text, text);
	return false;
}

static bool build_file(struct aac_context *ctx, const struct aac_shape *shape,
		       struct aac_rule *rule)
{
	const struct aac_arg *first = shape->args.head, *second, *path, *perms;
	bool fine;

	if (!first->word->quoted && strcmp(first->word->text, "file") == 0)
		first = first->next;
	if (!first)
		return true;
	second = first->next;
	if (first->type != AAC_ARG_WORD)
		return aac_refuse_arg(ctx, rule, first);
	if (!second || second->type == AAC_ARG_ARROW)
		return aac_refuse_missing(ctx, rule, shape,
					  is_path_word(first) ? "its permissions"
							      : "its path");
	if (second->type != AAC_ARG_WORD)
		return aac_refuse_arg(ctx, rule, second);
	if (is_path_word(first) && !is_perms(second) && second->next &&
	    is_perms(second->next))
		return refuse_between(ctx, first, second);
	path = is_path_word(first) || !is_path_word(second) ? first : second;
	perms = path == first ? second : first;
	if (path == second && second->next && second->next->type == AAC_ARG_ARROW &&
	    !strpbrk(perms->word->text, "xX"))
		return refuse_leading(ctx, perms);
	if (perms->word->quoted)
		return aac_refuse_arg(ctx, rule, perms);
	fine = aac_field_word(ctx, rule, FILE_PERMS, perms->word);
	fine = aac_field_pattern(ctx, rule, FILE_PATH, path->word) && fine;
	return fine && build_target(ctx, shape, rule, second->next);
}

/* ---- what does not go together ----------------------------------------------------- */

static bool refuse(struct aac_context *ctx, const struct aac_rule *rule, const char *slug,
		   const char *message, const char *hint)
{
	aac_hint(ctx->diags,
		 aac_report(ctx->diags, AAC_ERROR, slug, rule->fields[FILE_PERMS].span,
			    "%s", message),
		 "%s", hint);
	return false;
}

static bool check_exec(struct aac_context *ctx, const struct aac_rule *rule)
{
	uint64_t exec = rule->fields[FILE_PERMS].set & FILE_EXEC;
	uint64_t bare = exec & FILE_BIT(FILE_BARE_X);

	if (exec & (exec - 1))
		return refuse(ctx, rule, "exec-modes", "two exec modes stand in one rule",
			      "keep one of them: a program starts in one way only");
	if (rule->deny && exec && !bare)
		return refuse(ctx, rule, "exec-in-deny",
			      "a deny rule takes plain 'x', not a way to execute",
			      "write 'x': it denies every way");
	if (!rule->deny && bare)
		return refuse(
			ctx, rule, "exec-without-mode",
			"'x' alone can only be denied: the rule must say how to execute",
			"write 'ix' to stay in this profile, 'px' for the program's own");
	if (!rule->fields[FILE_TARGET].present || exec & FILE_TRANSITIONS)
		return true;
	if (exec || !(rule->fields[FILE_PERMS].set & FILE_BIT(FILE_L)))
		return refuse(ctx, rule, "exec-target",
			      "'->' is for the exec modes px, cx and their kin only",
			      "leave it out");
	/* Real profiles hold such rules, so they are taken. */
	aac_hint(ctx->diags,
		 aac_report(ctx->diags, AAC_WARNING, "link-target-ignored",
			    rule->fields[FILE_TARGET].span,
			    "apparmor_parser ignores what stands behind '->' here: the "
			    "file may be "
			    "linked to any that allows as much"),
		 "write 'link PATH -> TARGET' for the pair, without 'l' here");
	return true;
}

static bool check_file(struct aac_context *ctx, const struct aac_rule *rule)
{
	uint64_t set = rule->fields[FILE_PERMS].set;

	if (!rule->fields[FILE_PATH].present) {
		if (!rule->deny)
			return true;
		aac_hint(ctx->diags,
			 aac_report(ctx->diags, AAC_ERROR, "exec-in-deny",
				    rule->shape->body,
				    "bare 'file' cannot be denied: it stands for 'ix' as "
				    "well"),
			 "write 'deny /{,**} rwmklx,'");
		return false;
	}
	if (set & FILE_BIT(FILE_W) && set & FILE_BIT(FILE_A))
		return refuse(ctx, rule, "permission-conflict",
			      "'a' and 'w' exclude each other",
			      "keep 'w': it appends as well");
	return check_exec(ctx, rule) && aac_check_absolute(ctx, rule, FILE_PATH) &&
	       aac_check_name(ctx, rule, FILE_TARGET);
}

static void print_file(struct buf *out, const struct aac_rule *rule)
{
	if (!rule->fields[FILE_PATH].present) {
		buf_puts(out, "file");
		return;
	}
	aac_print_pattern(out, rule, FILE_PATH, "");
	buf_putc(out, ' ');
	for (size_t i = 0; i < perm_vocab.count; i++)
		if (rule->fields[FILE_PERMS].set >> i & 1)
			buf_puts(out, perm_terms[i].word);
	aac_print_pattern(out, rule, FILE_TARGET, " -> ");
}

const struct aac_kind aac_kind_file = {
	.id = AAC_KIND_FILE,
	.keyword = "file",
	.summary = "access to files by their path",
	.usage = "[file] PATH PERMISSIONS [-> PROFILE], or PERMISSIONS PATH, or file",
	.fields = file_fields,
	.field_count = ARRAY_SIZE(file_fields),
	.takes_owner = true,
	.build = build_file,
	.set_word = set_perms,
	.check = check_file,
	.print = print_file,
	.covers = aac_file_covers,
	.overlaps = aac_file_overlaps,
};
