/*
 * Checks of rules and bodies as they are written: nothing is composed or compiled.
 */
#include <string.h>

#include "base/arena.h"
#include "base/map.h"
#include "core/context.h"
#include "core/file_rule.h"
#include "core/head.h"
#include "core/lint.h"
#include "core/rule.h"

#define DEPTH_MAX 64

/* ---- mmap-on-device ---------------------------------------------------------------- */

/* Devices that programs do map to run, or memory that is a file here. */
static bool is_mapped(const char *path)
{
	static const char *const folders[] = { "/dev/shm", "/dev/zero",
					       "/dev/hugepages" };

	for (size_t i = 0; i < sizeof(folders) / sizeof(*folders); i++)
		if (strncmp(path, folders[i], strlen(folders[i])) == 0)
			return true;
	return false;
}

static void mmap_on_device(struct aac_lint *lint, const struct aac_lint_rule *one)
{
	const struct aac_rule *rule = one->rule;

	if (rule->kind->id != AAC_KIND_FILE || rule->deny ||
	    !(rule->fields[FILE_PERMS].set & FILE_BIT(FILE_M)))
		return;
	for (const struct aac_pattern *p = rule->fields[FILE_PATH].patterns; p;
	     p = p->next) {
		const char *path = p->word ? p->word->text : "";

		if (strncmp(path, "/dev/", 5) != 0 || is_mapped(path))
			continue;
		aac_lint_tell(lint, NULL, one, NULL, p->word->span,
			      "'m' on '%s' is running code from it, not mknod", path);
	}
}

const struct aac_check aac_check_mmap_on_device = {
	.slug = "mmap-on-device",
	.severity = AAC_WARNING,
	.summary = "a rule gives a device the permission m",
	.rationale =
		"'m' lets a file be mapped with PROT_EXEC: code is run from it. In a "
		"device cgroup's 'rwm' the m is mknod, and that is where the letter "
		"comes from in most rules. A device is mapped without it; making a "
		"device node is capability mknod and the cgroup's affair.",
	.cure = "write rw",
	.bad = "fragment a \"GPU\" {\n    /dev/nvidia* rwm,\n"
	       "    expect { allow file /dev/nvidia0 rw; }\n}\n",
	.good = "fragment a \"GPU\" {\n    /dev/nvidia* rw,\n"
		"    expect { allow file /dev/nvidia0 rw; }\n}\n",
	.rule = mmap_on_device,
};

/* ---- duplicate-rule ---------------------------------------------------------------- */

/* The rules of a block, and of those around it. */
struct seen {
	const struct seen *up;
	struct map rules; /* text -> statement */
};

static const char *text_of(struct aac_lint *lint, const struct aac_stmt *stmt)
{
	struct aac_context ctx = *lint->ctx;
	const struct aac_rule *rule = stmt->resolved;
	struct aac_span span = stmt->shape->span;
	struct aac_diags silent;

	aac_diags_init(&silent, ctx.arena);
	ctx.diags = &silent;
	if (!rule)
		rule = aac_rule_build(&ctx, stmt->shape);
	if (rule && rule->text)
		return rule->text;
	return arena_strndup(ctx.arena, span.source->text + span.begin,
			     span.end - span.begin);
}

static const struct aac_stmt *find_seen(const struct seen *seen, const char *text)
{
	for (; seen; seen = seen->up) {
		const struct aac_stmt *stmt = map_get_str(&seen->rules, text);

		if (stmt)
			return stmt;
	}
	return NULL;
}

static void tell_again(struct aac_lint *lint, const struct aac_decl *decl,
		       const struct aac_stmt *stmt, const struct aac_stmt *first,
		       const char *text)
{
	struct aac_rule shell = { .shape = stmt->shape };
	struct aac_lint_rule one = { .rule = &shell, .decl = decl };
	struct aac_diag *diag = aac_lint_tell(lint, NULL, &one, NULL, stmt->shape->span,
					      "'%s' stands here again", text);

	if (diag)
		aac_note(&lint->diags, diag, first->shape->span, "it stands here");
}

static void find_again(struct aac_lint *lint, const struct aac_decl *decl,
		       const struct aac_stmts *stmts, const struct seen *up,
		       unsigned int depth)
{
	struct seen seen = { .up = up };

	for (const struct aac_stmt *s = stmts->head; s && depth < DEPTH_MAX;
	     s = s->next) {
		const struct aac_stmt *first;
		const char *text;

		if (s->type == AAC_STMT_IF || s->type == AAC_STMT_FOR) {
			find_again(lint, decl, &s->body, &seen, depth + 1);
			find_again(lint, decl, &s->orelse, &seen, depth + 1);
		} else if (s->type == AAC_STMT_BLOCK) {
			find_again(lint, decl, &s->body, NULL, depth + 1);
		}
		if (s->type != AAC_STMT_RULE || s->shape->assign)
			continue;
		text = text_of(lint, s);
		first = find_seen(&seen, text);
		if (first)
			tell_again(lint, decl, s, first, text);
		else
			map_add(&seen.rules, text, strlen(text), (void *)(uintptr_t)s);
	}
	map_fini(&seen.rules);
}

static void duplicate_rule(struct aac_lint *lint, const struct aac_lint_body *body)
{
	/* A profile of a file is a body of its own. */
	if (!body->file || !body->head)
		find_again(lint, body->decl, body->stmts, NULL, 0);
}

const struct aac_check aac_check_duplicate_rule = {
	.slug = "duplicate-rule",
	.severity = AAC_WARNING,
	.summary = "a rule stands twice",
	.rationale =
		"apparmor_parser merges equal rules without a word, so the second does "
		"nothing. Whoever takes one of them out finds that nothing has changed, "
		"and looks for the reason elsewhere.",
	.cure = "take one of them out",
	.bad = "fragment a \"Reads\" {\n    /etc/x r,\n    \"/etc/x\" r,\n"
	       "    expect { allow file /etc/x r; }\n}\n",
	.good = "fragment a \"Reads\" {\n    /etc/x r,\n    /etc/y r,\n"
		"    expect { allow file /etc/x r; }\n}\n",
	.body = duplicate_rule,
};

/* ---- glob-in-expect ---------------------------------------------------------------- */

const struct aac_check aac_check_glob_in_expect = {
	.slug = "glob-in-expect",
	.severity = AAC_ERROR,
	.summary = "a line of expect holds a pattern",
	.rationale =
		"A test asks for one access, as a program makes it. A pattern would have "
		"to hold for all names that it matches, or for one of them, and whoever "
		"reads it cannot tell which. Composing refuses it (glob-in-access).",
	.cure = "write one name that the pattern matches",
	.diag = "glob-in-access",
	.bad = "fragment a \"Reads\" {\n    /etc/* r,\n"
	       "    expect { allow file /etc/* r; }\n}\n",
	.good = "fragment a \"Reads\" {\n    /etc/* r,\n"
		"    expect { allow file /etc/x r; }\n}\n",
};

/* ---- shadowed-name ----------------------------------------------------------------- */

struct loop {
	const struct loop *up;
	const struct aac_stmt *stmt;
};

/* Where what the variable of STMT hides is declared; without a source: nothing. */
static struct aac_span find_hidden(const struct map *params, const struct loop *loops,
				   const struct aac_stmt *stmt)
{
	const struct aac_param *param;

	for (; loops; loops = loops->up)
		if (strcmp(loops->stmt->var, stmt->var) == 0)
			return loops->stmt->var_span;
	param = map_get_str(params, stmt->var);
	return param ? param->name_span : (struct aac_span){ 0 };
}

static void find_shadows(struct aac_lint *lint, const struct aac_decl *decl,
			 const struct aac_stmts *stmts, const struct map *params,
			 const struct loop *loops, unsigned int depth)
{
	for (const struct aac_stmt *s = stmts->head; s && depth < DEPTH_MAX;
	     s = s->next) {
		struct loop own = { loops, s };
		struct aac_span hidden = { 0 };
		struct aac_diag *diag;

		if (s->var)
			hidden = find_hidden(params, loops, s);
		if (hidden.source) {
			diag = aac_lint_tell(lint, NULL, NULL, decl, s->var_span,
					     "'%s' hides another '%s'", s->var, s->var);
			if (diag)
				aac_note(&lint->diags, diag, hidden,
					 "the other is declared here");
		}
		find_shadows(lint, decl, &s->body, params, s->var ? &own : loops,
			     depth + 1);
		find_shadows(lint, decl, &s->orelse, params, loops, depth + 1);
	}
}

static void shadowed_name(struct aac_lint *lint, const struct aac_lint_body *body)
{
	CLEANUP_MAP params = { 0 };

	if (!body->decl)
		return;
	for (const struct aac_param *p = body->decl->params.head; p; p = p->next)
		map_add(&params, p->name, strlen(p->name), (void *)(uintptr_t)p);
	find_shadows(lint, body->decl, body->stmts, &params, NULL, 0);
}

const struct aac_check aac_check_shadowed_name = {
	.slug = "shadowed-name",
	.severity = AAC_WARNING,
	.summary = "a loop's variable hides a parameter or another loop's variable",
	.rationale =
		"Inside the loop ${name} is the loop's, outside it is the parameter. A "
		"rule that is moved by a line then means another path, and both look "
		"right.",
	.cure = "give the variable a name of its own",
	.bad = "fragment a \"Reads\" {\n    param p: path = \"/srv\";\n"
	       "    param paths: list of path = [];\n    ${p}/x r,\n"
	       "    for p in ${paths} { ${p}/x r, }\n"
	       "    expect { allow file ${p}/x r; }\n}\n",
	.good = "fragment a \"Reads\" {\n    param p: path = \"/srv\";\n"
		"    param paths: list of path = [];\n    ${p}/x r,\n"
		"    for q in ${paths} { ${q}/x r, }\n"
		"    expect { allow file ${p}/x r; }\n}\n",
	.body = shadowed_name,
};
