/*
 * Checks of the house: names, summaries, tests, what nothing uses.  They look at
 * declarations; of rules only at what these name.
 */
#include <string.h>

#include "base/map.h"
#include "core/context.h"
#include "core/head.h"
#include "core/lint.h"
#include "core/rule.h"

#define DEPTH_MAX 64

/* ---- profile-name-not-lxc ---------------------------------------------------------- */

/* Some statement of STMTS includes a file below FOLDER. */
static bool includes(const struct aac_stmts *stmts, const char *folder)
{
	for (const struct aac_stmt *s = stmts->head; s; s = s->next)
		if (s->type == AAC_STMT_RULE && s->shape->path &&
		    strncmp(s->shape->path->text, folder, strlen(folder)) == 0)
			return true;
	return false;
}

static void profile_name_not_lxc(struct aac_lint *lint, const struct aac_lint_body *body)
{
	const char *name = body->head ? body->head->name : NULL;

	if (!name || *name == '/' || strncmp(name, "lxc-", 4) == 0 ||
	    (strncmp(name, "lxc", 3) != 0 && !includes(body->stmts, "abstractions/lxc/")))
		return;
	aac_lint_tell(lint, NULL, NULL, NULL, body->head->shape->span,
		      "lxc-start may not switch to the profile '%s'", name);
}

const struct aac_check aac_check_profile_name_not_lxc = {
	.slug = "profile-name-not-lxc",
	.severity = AAC_ERROR,
	.summary = "a container's profile has a name that lxc-start may not switch to",
	.rationale =
		"/usr/bin/lxc-start is confined itself, and its profile allows "
		"change_profile to lxc-* and unconfined only. A container whose profile "
		"is called lxc_a or nesting does not start, however right the profile "
		"is. In rule files composing refuses it (profile-name).",
	.cure = "begin its name with lxc-",
	.dialect = AAC_LINT_PROFILE,
	.bad = "profile lxc_a {\n  /srv/** r,\n}\n",
	.good = "profile lxc-a {\n  /srv/** r,\n}\n",
	.body = profile_name_not_lxc,
};

/* ---- missing-preamble -------------------------------------------------------------- */

/* Something that needs a variable; the first of it. */
static const struct aac_shape *needs_variable(const struct aac_stmts *stmts,
					      unsigned int depth)
{
	for (const struct aac_stmt *s = stmts->head; s && depth < DEPTH_MAX;
	     s = s->next) {
		const struct aac_shape *found = needs_variable(&s->body, depth + 1);
		struct aac_span span;

		if (found)
			return found;
		if (s->type != AAC_STMT_RULE)
			continue;
		if (s->shape->path &&
		    strncmp(s->shape->path->text, "abstractions/", 13) == 0)
			return s->shape;
		span = s->shape->span;
		for (uint32_t i = span.begin; i + 1 < span.end; i++)
			if (span.source->text[i] == '@' &&
			    span.source->text[i + 1] == '{' &&
			    strncmp(span.source->text + i, "@{profile_name}", 15) != 0)
				return s->shape;
	}
	return NULL;
}

static bool has_profile(const struct aac_stmts *stmts)
{
	for (const struct aac_stmt *s = stmts->head; s; s = s->next)
		if (s->type == AAC_STMT_BLOCK)
			return true;
	return false;
}

static void missing_preamble(struct aac_lint *lint, const struct aac_lint_body *body)
{
	const struct aac_shape *shape;

	if (!body->file || body->head || !has_profile(body->stmts))
		return;
	for (const struct aac_stmt *s = body->stmts->head; s; s = s->next)
		if (s->type == AAC_STMT_RULE &&
		    (s->shape->assign ||
		     (s->shape->path &&
		      strncmp(s->shape->path->text, "abstractions/", 13) != 0)))
			return;
	shape = needs_variable(body->stmts, 0);
	if (shape)
		aac_lint_tell(lint, NULL, NULL, NULL, shape->span,
			      "this needs variables such as @{PROC}, which this file "
			      "neither declares nor includes");
}

const struct aac_check aac_check_missing_preamble = {
	.slug = "missing-preamble",
	.severity = AAC_WARNING,
	.summary = "a profile uses variables that its file does not declare",
	.rationale =
		"AppArmor's abstractions write @{PROC} and @{HOME}, which "
		"tunables/global declares. Without it apparmor_parser refuses the file: "
		"'Found reference to variable PROC, but is never declared', and names no "
		"line. A file in /etc/apparmor.d/lxc/ may do without, since "
		"lxc-containers includes both; loaded by itself it does not compile.",
	.cure = "put 'abi <abi/3.0>,' and 'include <tunables/global>' before the profile",
	.dialect = AAC_LINT_PROFILE,
	.bad = "profile lxc-a {\n  @{PROC}/meminfo r,\n}\n",
	.good = "include <tunables/global>\nprofile lxc-a {\n  @{PROC}/meminfo r,\n}\n",
	.body = missing_preamble,
};

/* ---- unknown-abstraction ----------------------------------------------------------- */

static void unknown_abstraction(struct aac_lint *lint, const struct aac_lint_rule *one)
{
	const struct aac_shape *shape = one->rule->shape;
	struct aac_diag *diag;
	const char *near = NULL;

	if (one->rule->kind->id != AAC_KIND_INCLUDE || shape->if_exists ||
	    !lint->world->include ||
	    lint->world->include(lint->world->env, one->rule, &near))
		return;
	diag = aac_lint_tell(lint, NULL, one, NULL, shape->path->span,
			     "there is no file '%s' to include here", shape->path->text);
	if (diag && near)
		aac_hint(&lint->diags, diag, "did you mean '%s'?", near);
}

const struct aac_check aac_check_unknown_abstraction = {
	.slug = "unknown-abstraction",
	.severity = AAC_ERROR,
	.summary = "a file that is included is not there",
	.rationale =
		"apparmor_parser refuses a profile whose include it does not find. What "
		"is there differs with the distribution and its release: look on the "
		"host that will load the profile (--root, --target).",
	.cure = "name a file below /etc/apparmor.d, or write 'include if exists'",
	.diag = "include-missing",
	.varies = true,
	.bad = "fragment a \"Includes\" {\n    include <abstractions/aa-none>\n"
	       "    expect { deny file /x w; }\n}\n",
	.good = "fragment a \"Includes\" {\n"
		"    include if exists <abstractions/aa-none>\n"
		"    expect { deny file /x w; }\n}\n",
	.rule = unknown_abstraction,
};

/* ---- unused-parameter -------------------------------------------------------------- */

/* The names that stand in ${…}, collected once for all parameters. */
static void collect_word(const struct aac_word *word, struct map *names)
{
	for (const struct aac_segment *s = word ? word->segments : NULL; s; s = s->next)
		if (s->hole)
			map_add(names, s->text, strlen(s->text), names);
}

static void collect_args(const struct aac_args *args, struct map *names,
			 unsigned int depth)
{
	for (const struct aac_arg *a = args->head; a && depth < DEPTH_MAX; a = a->next) {
		collect_word(a->word, names);
		collect_args(&a->list, names, depth + 1);
	}
}

static void collect_expr(const struct aac_expr *expr, struct map *names)
{
	if (!expr)
		return;
	if (expr->type == AAC_EXPR_PARAM)
		map_add(names, expr->text, strlen(expr->text), names);
	collect_expr(expr->left, names);
	collect_expr(expr->right, names);
}

static void collect_stmts(const struct aac_stmts *stmts, struct map *names,
			  unsigned int depth)
{
	for (const struct aac_stmt *s = stmts->head; s && depth < DEPTH_MAX;
	     s = s->next) {
		if (s->shape) {
			collect_args(&s->shape->args, names, 0);
			collect_word(s->shape->path, names);
			for (const struct aac_word *w = s->shape->values.head; w;
			     w = w->next)
				collect_word(w, names);
		}
		collect_expr(s->expr, names);
		collect_expr(s->list, names);
		collect_word(s->key, names);
		collect_word(s->value, names);
		collect_stmts(&s->body, names, depth + 1);
		collect_stmts(&s->orelse, names, depth + 1);
	}
}

static void unused_parameter(struct aac_lint *lint, const struct aac_lint_body *body)
{
	const struct aac_param *p = body->decl ? body->decl->params.head : NULL;
	CLEANUP_MAP names = { 0 };

	if (!p)
		return;
	collect_stmts(&body->decl->body, &names, 0);
	for (; p; p = p->next)
		if (!map_get_str(&names, p->name))
			aac_lint_tell(lint, NULL, NULL, body->decl, p->name_span,
				      "nothing in '%s' uses the parameter '%s'",
				      body->decl->name, p->name);
}

const struct aac_check aac_check_unused_parameter = {
	.slug = "unused-parameter",
	.severity = AAC_WARNING,
	.summary = "nothing in a fragment uses one of its parameters",
	.rationale = "Whoever sets the parameter for a container believes that something "
		     "comes of it. A typo in ${name} is an error; a rule that lost its "
		     "parameter is not.",
	.cure = "use it in a rule, or take it out",
	.bad = "fragment a \"Reads\" {\n    param p: path = \"/srv\";\n    /srv/x r,\n"
	       "    expect { allow file /srv/x r; }\n}\n",
	.good = "fragment a \"Reads\" {\n    param p: path = \"/srv\";\n    ${p}/x r,\n"
		"    expect { allow file ${p}/x r; }\n}\n",
	.body = unused_parameter,
};

/* ---- missing-summary, missing-expect ----------------------------------------------- */

static void missing_summary(struct aac_lint *lint, const struct aac_lint_body *body)
{
	const struct aac_decl *decl = body->decl;

	if (decl && (!decl->summary || !*decl->summary))
		aac_lint_tell(lint, NULL, NULL, decl, decl->name_span,
			      "%s '%s' has no summary",
			      decl->type == AAC_DECL_PROFILE ? "profile" : "fragment",
			      decl->name);
}

const struct aac_check aac_check_missing_summary = {
	.slug = "missing-summary",
	.severity = AAC_NOTE,
	.summary = "a fragment or profile does not say what it is for",
	.rationale =
		"'list', 'show' and the report print the summary: it is what somebody "
		"chooses a fragment by who has not read its rules.",
	.cure = "write it behind the name: fragment NAME \"What it is for\" { … }",
	.bad = "fragment a {\n    /x r,\n    expect { allow file /x r; }\n}\n",
	.good = "fragment a \"Reads x\" {\n    /x r,\n"
		"    expect { allow file /x r; }\n}\n",
	.body = missing_summary,
};

static bool has(const struct aac_stmts *stmts, enum aac_stmt_type type,
		unsigned int depth)
{
	for (const struct aac_stmt *s = stmts->head; s && depth < DEPTH_MAX; s = s->next)
		if (s->type == type || has(&s->body, type, depth + 1) ||
		    has(&s->orelse, type, depth + 1))
			return true;
	return false;
}

static void missing_expect(struct aac_lint *lint, const struct aac_lint_body *body)
{
	const struct aac_decl *decl = body->decl;

	if (decl && decl->type == AAC_DECL_FRAGMENT &&
	    has(&decl->body, AAC_STMT_RULE, 0) && !has(&decl->body, AAC_STMT_EXPECT, 0))
		aac_lint_tell(lint, NULL, NULL, decl, decl->name_span,
			      "nothing is expected of fragment '%s'", decl->name);
}

const struct aac_check aac_check_missing_expect = {
	.slug = "missing-expect",
	.severity = AAC_NOTE,
	.summary = "a fragment has rules and no test of them",
	.rationale =
		"A line of expect is decided on each profile that holds the fragment, as "
		"the kernel would. Without one nobody notices when a deny of another "
		"fragment takes away what this one is there for.",
	.cure = "write expect { allow …; deny …; } for what it grants, and must not",
	.bad = "fragment a \"Reads x\" {\n    /x r,\n}\n",
	.good = "fragment a \"Reads x\" {\n    /x r,\n"
		"    expect { allow file /x r; }\n}\n",
	.body = missing_expect,
};

/* ---- accept-unused ----------------------------------------------------------------- */

/* Told at the end, by lint.c. */
const struct aac_check aac_check_accept_unused = {
	.slug = "accept-unused",
	.severity = AAC_WARNING,
	.summary = "an accept settles nothing",
	.rationale =
		"An accept is a risk that somebody took and gave a reason for. One that "
		"stands over a rule which no longer takes it hides the next one that "
		"does, and its reason is read as if it were true.",
	.cure = "take it out",
	.bad = "fragment a \"Reads x\" {\n    accept raw-memory \"Once it did.\";\n"
	       "    /x r,\n    expect { allow file /x r; }\n}\n",
	.good = "fragment a \"Reads memory\" {\n"
		"    accept raw-memory \"A crash dump is what it is for.\";\n"
		"    /dev/mem r,\n    expect { allow file /dev/mem r; }\n}\n",
	.compiled = true,
};
