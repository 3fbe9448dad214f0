/*
 * File rules: [file] PATH PERMS [-> PROFILE], [file] PERMS PATH [-> PROFILE], and bare
 * `file`, which allows everything but transitions.  Permissions are a set with one term
 * for each exec mode, because two modes never go together.  How two rules compare is in
 * file_compare.c.
 */
#include <ctype.h>
#include <string.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/macro.h"
#include "core/ask.h"
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
	[FILE_PATH] = { AAC_FIELD_PATHS, "path", NULL, "directories end in '/'" },
	[FILE_TARGET] = { AAC_FIELD_LABEL, "profile to switch to", NULL,
			  "for px, cx and their kin" },
};

/* How long the permission is that AT begins with, and which; 0: none.  Only the first
 * letter of an exec mode says whether it is safe: `Pux`, `PuX` and `PUx` are one. */
static size_t read_perm(const char *at, size_t *perm)
{
	static const char letters[] = "rwamkl"; /* in the order of the terms */
	const char *letter = strchr(
		letters, *at && strchr("RWML", *at) ? tolower((unsigned char)*at) : *at);
	size_t len = strspn(at, "PpCcIiUu");
	char mode[4] = { 0 };

	if (letter && *letter) {
		*perm = (size_t)(letter - letters);
		return 1;
	}
	if (len > 2 || !at[len] || !strchr("xX", at[len]))
		return 0;
	for (size_t i = 0; i <= len; i++)
		mode[i] = (char)tolower((unsigned char)at[i]);
	if (len && *mode != 'i')
		mode[0] = *at;
	if (isupper((unsigned char)mode[0]) && mode[1] == 'u')
		mode[1] = 'U';
	for (*perm = FILE_IX; *perm <= FILE_BARE_X; ++*perm)
		if (strcmp(perm_terms[*perm].word, mode) == 0)
			return len + 1;
	return 0;
}

bool aac_perms_like(const char *text)
{
	const char *at = text;
	size_t len, perm;

	while ((len = read_perm(at, &perm)))
		at += len;
	return at > text && !*at;
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

	if (*at && strchr("AK", *at))
		aac_hint(ctx->diags, diag, "write '%s'", plain_perms(ctx->arena, text));
	else
		aac_hint(ctx->diags, diag,
			 "r w a m k l, and one of ix ux Ux px Px cx Cx pix Pix cix Cix "
			 "pux PUx cux "
			 "CUx; plain x only with deny");
	return false;
}

/* `safe` and `unsafe` before the rule say what the case of the mode says: px and Px. */
static uint64_t apply_safety(uint64_t set)
{
	uint64_t unsafe = 0, other;

	for (size_t i = FILE_UX; i < FILE_BARE_X; i += 2)
		unsafe |= FILE_BIT(i);
	other = (set & unsafe << 1) >> 1;
	unsafe &= set;
	if (set & FILE_BIT(FILE_SAFE) && set & FILE_EXEC)
		return (set & ~unsafe & ~FILE_BIT(FILE_SAFE)) | unsafe << 1;
	if (set & FILE_BIT(FILE_UNSAFE) && other)
		return (set & ~(other << 1) & ~FILE_BIT(FILE_UNSAFE)) | other;
	return unsafe ? set & ~FILE_BIT(FILE_UNSAFE) : set;
}

static bool set_perms(struct aac_context *ctx, struct aac_rule *rule, size_t field,
		      struct aac_span span, const char *text)
{
	uint64_t set = rule->fields[field].set, modes;

	for (const char *at = text; *at;) {
		size_t perm, len = read_perm(at, &perm);

		if (!len)
			return refuse_perm(ctx, span, text, at);
		/* A plain x adds nothing to a mode, but no mode may follow it. */
		if (perm > FILE_IX && perm < FILE_BARE_X && set & FILE_BIT(FILE_BARE_X))
			return refuse_perm(ctx, span, text, at);
		set |= FILE_BIT(perm);
		at += len;
	}
	modes = set & FILE_EXEC & ~FILE_BIT(FILE_BARE_X);
	if (modes)
		set &= ~FILE_BIT(FILE_BARE_X);
	rule->fields[field].set = apply_safety(set);
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

static bool is_perms_word(const struct aac_arg *arg)
{
	return !arg->word->quoted && !arg->word->holes && aac_perms_like(arg->word->text);
}

/* `safe` or `unsafe`, past which *arg is moved; the bit that stays until the mode is
 * known. */
static uint64_t take_safety(const struct aac_arg **arg)
{
	const struct aac_arg *first = *arg;
	bool safe;

	if (!first || first->type != AAC_ARG_WORD || first->word->quoted)
		return 0;
	safe = strcmp(first->word->text, "safe") == 0;
	if (!safe && strcmp(first->word->text, "unsafe") != 0)
		return 0;
	*arg = first->next;
	return FILE_BIT(safe ? FILE_SAFE : FILE_UNSAFE);
}

/* `rl /p -> /q` is a pair of link and target, `/p rl -> /q` is not; and a mode that
 * switches to no profile is read as the one that does. */
static void settle_target(struct aac_rule *rule, bool leading)
{
	uint64_t *set = &rule->fields[FILE_PERMS].set;

	if (!rule->fields[FILE_TARGET].present)
		return;
	if (leading && *set & FILE_BIT(FILE_L))
		*set |= FILE_BIT(FILE_PAIR);
	if (*set & FILE_BIT(FILE_IX))
		*set |= FILE_BIT(*set & FILE_BIT(FILE_UNSAFE) ? FILE_PIX : FILE_PIX + 1);
	else if (*set & (FILE_BIT(FILE_UX) | FILE_BIT(FILE_UX_SAFE)))
		*set |= (*set & (FILE_BIT(FILE_UX) | FILE_BIT(FILE_UX_SAFE)))
			<< (FILE_PX - FILE_UX);
	else
		return;
	*set &= ~(FILE_BIT(FILE_IX) | FILE_BIT(FILE_UX) | FILE_BIT(FILE_UX_SAFE) |
		  FILE_BIT(FILE_UNSAFE));
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
	bool fine, leading;

	if (!first->word->quoted && strcmp(first->word->text, "file") == 0)
		first = first->next;
	if (!first)
		return true;
	rule->fields[FILE_PERMS].set = take_safety(&first);
	if (!first)
		return aac_refuse_missing(ctx, rule, shape, "its path");
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
	leading = !is_path_word(first) &&
		  (is_path_word(second) ||
		   (is_perms_word(first) && !is_perms_word(second)));
	path = leading ? second : first;
	perms = path == first ? second : first;
	if (perms->word->quoted)
		return aac_refuse_arg(ctx, rule, second);
	fine = aac_field_word(ctx, rule, FILE_PERMS, perms->word);
	fine = aac_field_pattern(ctx, rule, FILE_PATH, path->word) && fine;
	if (!fine || !build_target(ctx, shape, rule, second->next))
		return false;
	settle_target(rule, leading);
	return true;
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

static void warn(struct aac_context *ctx, const struct aac_field *field, const char *slug,
		 const char *message, const char *hint)
{
	aac_hint(ctx->diags,
		 aac_report(ctx->diags, AAC_WARNING, slug, field->span, "%s", message),
		 "%s", hint);
}

/* What stands behind '->' without a mode that switches: real profiles hold such rules, so
 * they are taken. */
static void check_target(struct aac_context *ctx, const struct aac_rule *rule)
{
	const struct aac_field *target = &rule->fields[FILE_TARGET];
	uint64_t set = rule->fields[FILE_PERMS].set;

	if (!target->present || set & (FILE_TRANSITIONS | FILE_BIT(FILE_PAIR)))
		return;
	if (set & FILE_BIT(FILE_L))
		warn(ctx, target, "link-target-ignored",
		     "apparmor_parser ignores what stands behind '->' here: the file may "
		     "be linked to any that allows as much",
		     "write 'link PATH -> TARGET' for the pair, without 'l' here");
	else
		warn(ctx, target, "exec-target",
		     "'->' is for the exec modes px, cx and their kin only: it says "
		     "nothing here",
		     "leave it out");
}

/* `x` that does not say how: nothing, unless `unsafe` stands before it. */
static bool check_bare(struct aac_context *ctx, const struct aac_rule *rule)
{
	static const char cure[] =
		"write 'ix' to stay in this profile, 'px' for the program's own";

	if (rule->deny)
		return true;
	if (!(rule->fields[FILE_PERMS].set & FILE_BIT(FILE_UNSAFE)))
		return refuse(
			ctx, rule, "exec-without-mode",
			"'x' alone can only be denied: the rule must say how to execute",
			cure);
	warn(ctx, &rule->fields[FILE_PERMS], "exec-without-mode",
	     "'unsafe' before a plain 'x' does not say how to execute", cure);
	return true;
}

static bool check_exec(struct aac_context *ctx, const struct aac_rule *rule)
{
	uint64_t set = rule->fields[FILE_PERMS].set, exec = set & FILE_EXEC;
	uint64_t bare = exec & FILE_BIT(FILE_BARE_X);

	if (exec & (exec - 1))
		return refuse(ctx, rule, "exec-modes", "two exec modes stand in one rule",
			      "keep one of them: a program starts in one way only");
	if (set & FILE_BIT(FILE_SAFE) ||
	    (set & FILE_BIT(FILE_UNSAFE) && (!exec || rule->deny)))
		return refuse(ctx, rule, "exec-target",
			      "'safe' and 'unsafe' are for rules that allow to execute",
			      "leave the word out");
	if (rule->deny && exec && !bare)
		return refuse(ctx, rule, "exec-in-deny",
			      "a deny rule takes plain 'x', not a way to execute",
			      "write 'x': it denies every way");
	if (set & FILE_BIT(FILE_PAIR) && exec)
		return refuse(
			ctx, rule, "exec-target",
			"permissions with 'l' and an exec mode before a path leave open "
			"what '->' is about",
			"write 'link PATH -> TARGET' and a file rule for the others");
	if (bare && !check_bare(ctx, rule))
		return false;
	check_target(ctx, rule);
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
	return check_exec(ctx, rule) && aac_check_path(ctx, rule, FILE_PATH, true) &&
	       aac_check_name(ctx, rule, FILE_TARGET);
}

static void print_perms(struct buf *out, const struct aac_rule *rule)
{
	for (size_t i = 0; i < perm_vocab.count; i++)
		if (rule->fields[FILE_PERMS].set >> i & 1)
			buf_puts(out, perm_terms[i].word);
}

static void print_file(struct buf *out, const struct aac_rule *rule)
{
	if (!rule->fields[FILE_PATH].present) {
		buf_puts(out, "file");
		return;
	}
	if (rule->fields[FILE_PERMS].set & FILE_BIT(FILE_UNSAFE))
		buf_puts(out, "unsafe ");
	if (rule->fields[FILE_PERMS].set & FILE_BIT(FILE_PAIR)) {
		print_perms(out, rule);
		aac_print_pattern(out, rule, FILE_PATH, " ");
	} else {
		aac_print_pattern(out, rule, FILE_PATH, "");
		buf_putc(out, ' ');
		print_perms(out, rule);
	}
	aac_print_name(out, rule, FILE_TARGET, " -> ");
}

/* ---- asking ------------------------------------------------------------------------ */

/* What an exec mode makes of an exec: x alone asks for any. */
static uint32_t exec_of(uint64_t mode)
{
	static const struct {
		size_t term;
		uint32_t exec;
	} modes[] = {
		{ FILE_UX, AAC_EXEC_UNCONFINED },
		{ FILE_PX, AAC_EXEC_BY_NAME },
		{ FILE_PX + 2, AAC_EXEC_BY_NAME | AAC_EXEC_CHILD },
		{ FILE_PIX, AAC_EXEC_BY_NAME | AAC_EXEC_INHERIT },
		{ FILE_PIX + 2, AAC_EXEC_BY_NAME | AAC_EXEC_CHILD | AAC_EXEC_INHERIT },
		{ FILE_PIX + 4, AAC_EXEC_BY_NAME | AAC_EXEC_UNCONFINED },
		{ FILE_PIX + 6, AAC_EXEC_BY_NAME | AAC_EXEC_CHILD | AAC_EXEC_UNCONFINED },
	};

	for (size_t i = 0; i < ARRAY_SIZE(modes); i++)
		if (mode & FILE_BIT(modes[i].term))
			return modes[i].exec | AAC_EXEC_UNSAFE;
		else if (mode & FILE_BIT(modes[i].term + 1))
			return modes[i].exec;
	return AAC_EXEC_INHERIT;
}

static bool ask_file(struct aac_ask *ask, const struct aac_rule *rule)
{
	static const uint32_t bits[] = { AAC_ACCESS_READ,   AAC_ACCESS_WRITE,
					 AAC_ACCESS_APPEND, AAC_ACCESS_MMAP,
					 AAC_ACCESS_LOCK,   AAC_ACCESS_LINK };
	uint64_t set = rule->fields[FILE_PERMS].set, mode = set & FILE_EXEC;
	struct aac_query *query = aac_ask_new(ask, AAC_QUERY_FILE, 0);

	if (mode & (mode - 1))
		return refuse(ask->ctx, rule, "exec-modes",
			      "two exec modes stand in one access",
			      "keep one of them, or plain 'x' for any");
	for (size_t i = 0; i < ARRAY_SIZE(bits); i++)
		if (set & FILE_BIT(i))
			query->request |= bits[i];
	if (mode)
		query->request |= AAC_ACCESS_EXEC;
	query->exec_asked = mode && !(mode & FILE_BIT(FILE_BARE_X));
	if (query->exec_asked)
		query->exec = exec_of(mode);
	query->owner = rule->owner == AAC_OWNER_OWNER;
	return aac_ask_text(ask, rule, FILE_PATH, &query->name) &&
	       aac_ask_text(ask, rule, FILE_TARGET, &query->other);
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
	.ask = ask_file,
};
