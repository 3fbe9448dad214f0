/*
 * What AppArmor's text may hold and the language has no words for.  Each is told at its
 * place: a profile that is imported in part would be another profile.
 */
#include "core/import_check.h"

#include <string.h>

#include "base/arena.h"
#include "core/ast.h"
#include "core/context.h"
#include "core/diag.h"
#include "core/file_rule.h"
#include "core/rule.h"
#include "core/target.h"

static void refuse(struct aac_context *ctx, struct aac_span at, const char *what,
		   const char *cure)
{
	aac_hint(ctx->diags,
		 aac_report(ctx->diags, AAC_ERROR, "not-importable", at,
			    "the language has no words for %s", what),
		 "%s", cure);
}

static void check_word(struct aac_context *ctx, const struct aac_word *word)
{
	if (word->holes)
		refuse(ctx, word->span, "'${NAME}' in a rule, which is a parameter to it",
		       "write the value itself");
}

static void check_args(struct aac_context *ctx, const struct aac_args *args,
		       unsigned int depth)
{
	for (const struct aac_arg *arg = args->head; arg && depth < 4; arg = arg->next) {
		if (arg->word)
			check_word(ctx, arg->word);
		check_args(ctx, &arg->list, depth + 1);
	}
}

static bool is_word(const struct aac_arg *arg, const char *text)
{
	return arg && arg->type == AAC_ARG_WORD && !arg->word->quoted &&
	       strcmp(arg->word->text, text) == 0;
}

static void check_head(struct aac_context *ctx, const struct aac_shape *shape, bool top)
{
	const struct aac_arg *first = shape->args.head;

	if (top && (is_word(first, "hat") ||
			 (first->type == AAC_ARG_WORD && *first->word->text == '^')))
		refuse(ctx, shape->span, "a hat outside of every profile",
		       "move it into the profile that changes to it");
}

/* Does one of STMTS open a block? */
static bool check_stmts(struct aac_context *ctx, const struct aac_stmts *stmts, bool top)
{
	bool profile = false;

	for (const struct aac_stmt *stmt = stmts->head; stmt; stmt = stmt->next) {
		const struct aac_shape *shape = stmt->shape;

		if (shape) {
			check_args(ctx, &shape->args, 0);
			if (shape->path)
				check_word(ctx, shape->path);
			for (const struct aac_word *w = shape->values.head; w;
			     w = w->next)
				check_word(ctx, w);
		}
		if (stmt->type == AAC_STMT_BLOCK)
			check_head(ctx, shape, top);
		profile |= stmt->type == AAC_STMT_BLOCK;
		check_stmts(ctx, &stmt->body, false);
	}
	return profile;
}

bool aac_import_check(struct aac_context *ctx, const struct aac_file *file)
{
	unsigned int errors = ctx->diags->errors;
	const struct aac_stmt *first = file->stmts.head;

	if (!check_stmts(ctx, &file->stmts, true) && first)
		refuse(ctx, first->span, "a file without a profile of its own",
		       "import the files that it includes");
	return ctx->diags->errors == errors;
}

/* ---- exec transitions -------------------------------------------------------------- */

/* Of more, building the profile tells, which does not hold each against each. */
enum { EXECS_MAX = 1000 };

/* Without a target, only what every parser refuses. */
static bool conflict(const struct aac_context *ctx, const struct aac_rule *a,
		     const struct aac_rule *b)
{
	if (ctx->target)
		return aac_rule_conflict(a, b, ctx->target->parser);
	return aac_rule_conflict(a, b, "3.0") && aac_rule_conflict(a, b, "4.1");
}

static void check_exec(struct aac_context *ctx, const struct aac_rule *const *rules,
		       size_t count)
{
	const struct aac_rule *rule = rules[count];
	struct aac_diag *diag;
	size_t i = 0;

	while (i < count && !conflict(ctx, rules[i], rule))
		i++;
	if (i == count)
		return;
	diag = aac_report(ctx->diags, AAC_ERROR, "exec-conflict", rule->shape->span,
			  "'%.200s' and '%.200s' give one program two exec transitions",
			  rules[i]->text, rule->text);
	aac_hint(ctx->diags, diag, "apparmor_parser refuses to merge them: keep one");
	aac_note(ctx->diags, diag, rules[i]->shape->span, "the other stands here");
}

static bool executes(const struct aac_rule *rule)
{
	if (rule->kind->id == AAC_KIND_FILE)
		return rule->fields[FILE_PERMS].set & FILE_EXEC;
	return rule->kind->id == AAC_KIND_CHANGE_PROFILE;
}

/* Blocks nest no deeper than the parser lets them. */
static void check_execs(struct aac_context *ctx, const struct aac_stmts *stmts)
{
	struct aac_context silent = *ctx;
	const struct aac_rule **rules;
	struct aac_diags diags;
	size_t count = 0;

	aac_diags_init(&diags, ctx->arena);
	silent.diags = &diags;
	for (const struct aac_stmt *s = stmts->head; s; s = s->next)
		count++;
	rules = ARENA_ARRAY(ctx->arena, const struct aac_rule *, count);
	count = 0;
	for (const struct aac_stmt *s = stmts->head; s; s = s->next) {
		const struct aac_rule *rule;

		check_execs(ctx, &s->body);
		if (s->type != AAC_STMT_RULE || s->shape->assign ||
		    s->shape->include != AAC_INCLUDE_NONE)
			continue;
		rule = aac_rule_build(&silent, s->shape);
		if (!rule || !executes(rule))
			continue;
		rules[count] = rule;
		if (count < EXECS_MAX && !aac_diags_full(ctx->diags))
			check_exec(ctx, rules, count);
		count++;
	}
}

bool aac_import_execs(struct aac_context *ctx, const struct aac_file *file)
{
	unsigned int errors = ctx->diags->errors;

	check_execs(ctx, &file->stmts);
	return ctx->diags->errors == errors;
}
