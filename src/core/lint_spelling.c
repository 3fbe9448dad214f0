/*
 * Checks of rules and bodies as they are written: nothing is composed or compiled.
 */
#include <string.h>

#include "base/arena.h"
#include "base/map.h"
#include "core/context.h"
#include "core/file_rule.h"
#include "core/glob.h"
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

/* ---- class-lets-nul ---------------------------------------------------------------- */

/* Behind the class that begins at AT. */
static const char *skip_class(const char *at)
{
	for (at++; *at && *at != ']'; at++)
		at += at[0] == '\\' && at[1];
	return *at ? at + 1 : at;
}

static bool may_meet(struct arena *arena, const char *a, const char *b)
{
	const char *error = NULL;
	size_t where = 0;
	const struct aac_glob *x = aac_glob_new(arena, a, &error, &where),
			      *y = aac_glob_new(arena, b, &error, &where);

	return x && y && aac_glob_overlaps(x, y) == AAC_YES;
}

/* What may follow AT, which stands in DEPTH braces: of those its own alternative. */
static const char *rest_of(struct arena *arena, const char *at, unsigned int depth)
{
	char *rest = arena_strndup(arena, at, strlen(at)), *to = rest;
	unsigned int inner = 0, skipped = 0; /* braces that opened since */

	while (*at) {
		const char *end = *at == '[' ? skip_class(at)
				  : *at == '\\' && at[1] ? at + 2
							: at + 1;
		bool keep = !skipped;

		if (*at == '{') {
			inner += !skipped;
			skipped += skipped > 0;
		} else if (*at == ',' && !inner && depth && !skipped) {
			skipped = 1;
			keep = false;
		} else if (*at == '}' && skipped) {
			depth -= --skipped == 0;
		} else if (*at == '}' && inner) {
			inner--;
		} else if (*at == '}' && depth) {
			depth--;
			keep = false;
		}
		for (; at < end; at++)
			if (keep)
				*to++ = *at;
	}
	*to = '\0';
	return rest;
}

/* More than apparmor_parser takes, and than the kernel has. */
enum { BRACES_MAX = 64, PATTERN_MAX = 4096 };

/*
 * A link is asked for as its name, NUL, and the path that it leads to.  Does PATH match
 * that by a negated class for the NUL?  Behind a slash the name would be a folder's,
 * which has no links, and a link leads to none.
 */
static bool lets_nul(struct aac_lint *lint, const char *path)
{
	struct arena *arena = lint->ctx->arena;
	char before = 0, outside[BRACES_MAX] = { 0 };
	unsigned int depth = 0;

	if (strlen(path) > PATTERN_MAX)
		return false;
	for (const char *at = path, *next; *at && depth < BRACES_MAX; at = next) {
		bool negated = at[1] == '^' || (at[1] == '\\' && at[2] == '^');

		next = *at == '[' ? skip_class(at) : at + (*at == '\\' && at[1] ? 2 : 1);
		if (*at == '[' && negated && before && before != '/' &&
		    may_meet(arena, arena_strndup(arena, at, (size_t)(next - at)),
			     "\\000") &&
		    may_meet(arena, rest_of(arena, next, depth), "/{,**}[^/]"))
			return true;
		if (*at == '{')
			outside[depth++] = before;
		else if (*at == ',' && depth)
			before = outside[depth - 1];
		else if (*at == '}' && depth)
			depth--;
		else
			before = next[-1];
	}
	return false;
}

/* /proc and /sys have no hard links. */
static bool has_links(const char *path)
{
	return strncmp(path, "/proc/", 6) != 0 && strncmp(path, "/sys/", 5) != 0 &&
	       strncmp(path, "@{PROC}", 7) != 0 && strncmp(path, "@{sys}", 6) != 0;
}

static void class_lets_nul(struct aac_lint *lint, const struct aac_lint_rule *one)
{
	const struct aac_rule *rule = one->rule;

	if (rule->kind->id != AAC_KIND_FILE ||
	    !(rule->fields[FILE_PERMS].set & FILE_BIT(rule->deny ? FILE_K : FILE_L)))
		return;
	for (const struct aac_pattern *p = rule->fields[FILE_PATH].patterns; p;
	     p = p->next) {
		const char *path = p->word && !p->word->except ? p->word->text : "";

		if (!has_links(path) || !lets_nul(lint, path))
			continue;
		aac_lint_tell(lint, NULL, one, NULL, p->word->span,
			      "a class in '%s' matches NUL, which %s links of the name "
			      "before it",
			      path, rule->deny ? "lifts a test from" : "frees");
	}
}

const struct aac_check aac_check_class_lets_nul = {
	.slug = "class-lets-nul",
	.severity = AAC_WARNING,
	.summary = "a negated class lets hard links lead anywhere",
	.rationale =
		"apparmor_parser leaves NUL out of '*' and '?', but not out of '[^x]'. "
		"The kernel asks for a hard link with the two paths and a NUL between "
		"them, so '/srv/a[^x]** rwl' also matches '/srv/a', NUL, and whatever "
		"follows: the link /srv/a may lead to any file, though a 'link' rule "
		"names but one. A deny with 'k' there takes away the test that the new "
		"name allows no more than the old one, since both are one bit. /proc "
		"and /sys, which have no hard links, are left alone.",
	.cure = "name NUL in the class, '[^x\\000]', or write the ladder as 'PATTERN "
		"except (NAMES)'",
	.bad = "fragment a \"Files\" {\n    link /srv/a -> /srv/b,\n"
	       "    /srv/a[^x]** rwl,\n"
	       "    expect { allow file /srv/ab r; }\n}\n",
	.good = "fragment a \"Files\" {\n    link /srv/a -> /srv/b,\n"
		"    /srv/a[^x\\000]** rwl,\n    deny /srv/b[^x]** w,\n"
		"    /srv/c[^x]** rw,\n    /srv/d[^x]* rwl,\n"
		"    deny /sys/d[^x]** wkl,\n    /srv/e** except (/srv/ef) rwl,\n"
		"    expect { allow file /srv/ab r; deny file /srv/bb w; }\n}\n",
	.rule = class_lets_nul,
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
