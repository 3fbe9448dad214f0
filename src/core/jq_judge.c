/*
 * Which iterations of a jq filter fail on null.  The tree is walked once, with what is
 * known about `.` at each place: can it be null, which paths below it cannot, are errors
 * caught.  Each walk tells whether what its node gives can be null, so that (.x // [])[],
 * keys[] and `.x // [] | .[]` are left alone.
 */
#include "core/jq_judge.h"

#include <string.h>

#include "base/arena.h"
#include "base/macro.h"

struct name {
	const struct name *up;
	const struct aac_jq_node *node;
	bool sure;
};

struct judge {
	struct arena *arena;
	const char *text;
	const struct aac_jq_input *input;
	struct aac_jq_verdict *verdict;
	const struct name *variables, *functions;
};

/* What is known where a node stands. */
struct env {
	bool sure;    /* `.` is never null */
	bool caught;  /* an error ends nothing */
	bool path;    /* what it gives is assigned to, or deleted */
	bool operand; /* a variable of the shell is a value here, no filter text */
	const struct aac_jq_fact *known;
};

/* Does NODE give no null? */
static bool judge(struct judge *j, const struct aac_jq_node *node, struct env env);

static struct env as_value(struct env env, bool operand)
{
	env.path = false;
	env.operand = operand;
	return env;
}

static struct env as_stage(struct env env)
{
	env.operand = false;
	return env;
}

/* With another `.`. */
static struct env with_input(struct env env, bool sure)
{
	env.sure = sure;
	env.known = NULL;
	return as_value(env, false);
}

static struct aac_jq_facts facts_of(const struct judge *j,
				    const struct aac_jq_fact *known)
{
	return (struct aac_jq_facts){ .arena = j->arena,
				      .text = j->text,
				      .known = known };
}

static const struct aac_jq_fact *learn(const struct judge *j, struct env env,
				       const struct aac_jq_node *condition, bool when)
{
	struct aac_jq_facts facts = facts_of(j, env.known);

	aac_jq_facts_add(&facts, condition, when);
	return facts.known;
}

static void note_unknown(struct judge *j, uint32_t at)
{
	struct aac_jq_unknown *unknown = ARENA_NEW(j->arena, struct aac_jq_unknown);

	unknown->at = at;
	unknown->next = j->verdict->unknown;
	j->verdict->unknown = unknown;
}

static bool judge_kids(struct judge *j, const struct aac_jq_node *kid, struct env env)
{
	bool sure = true;

	for (; kid; kid = kid->next)
		sure &= judge(j, kid, env);
	return sure;
}

/* ---- terms --------------------------------------------------------------- */

static void mark(struct judge *j, const struct aac_jq_node *term,
		 const struct aac_jq_node *before, const struct aac_jq_node *each,
		 bool path, bool opaque)
{
	struct aac_jq_unsafe *unsafe = ARENA_NEW(j->arena, struct aac_jq_unsafe);

	*unsafe = (struct aac_jq_unsafe){ .begin = term->begin,
					  .end = before->end,
					  .open = each->name,
					  .close = each->end,
					  .path = path,
					  .opaque = opaque };
	LIST_APPEND(j->verdict, unsafe);
}

struct walk {
	bool sure, opaque;
	const char *path; /* so far, when facts can be about it */
};

static void step(struct judge *j, struct walk *walk, const struct aac_jq_node *suffix,
		 struct env env)
{
	struct aac_jq_facts facts = facts_of(j, env.known);
	const char *path = NULL;

	judge_kids(j, suffix->kids, as_value(env, true));
	if (suffix->opaque)
		note_unknown(j, suffix->begin);
	walk->opaque |= suffix->opaque;
	if (suffix->type == AAC_JQ_OPTION)
		return;
	if (walk->path)
		path = aac_jq_path_key(&facts, walk->path, suffix);
	/* A slice of a list is a list. */
	if (suffix->type != AAC_JQ_SLICE)
		walk->sure = aac_jq_is_known(env.known, path);
	walk->path = path;
}

static bool judge_term(struct judge *j, const struct aac_jq_node *term, struct env env)
{
	const struct aac_jq_node *before = term->kids, *suffix = before->next;
	struct walk walk = { .opaque = before->type == AAC_JQ_UNKNOWN };
	struct env head = as_stage(env);

	head.caught |= suffix->type == AAC_JQ_OPTION;
	walk.sure = judge(j, before, head);
	if (env.known && before->type == AAC_JQ_DOT)
		walk.path = "";
	/* $ARGS.positional and $ARGS.named are always there. */
	if (before->type == AAC_JQ_NAME && suffix->type == AAC_JQ_KEY &&
	    aac_jq_says(j->text, before, "ARGS")) {
		before = suffix;
		suffix = suffix->next;
	}
	for (; suffix; before = suffix, suffix = suffix->next) {
		bool optional = suffix->next && suffix->next->type == AAC_JQ_OPTION;

		if (suffix->type == AAC_JQ_EACH && !walk.sure && !optional && !env.caught)
			mark(j, term, before, suffix, env.path, walk.opaque);
		step(j, &walk, suffix, env);
	}
	return walk.sure;
}

static bool same_name(const struct judge *j, const struct aac_jq_node *a,
		      const struct aac_jq_node *b)
{
	return a->name_len == b->name_len &&
	       memcmp(j->text + a->name, j->text + b->name, a->name_len) == 0;
}

static const struct name *find(const struct judge *j, const struct name *names,
			       const struct aac_jq_node *node)
{
	while (names && !same_name(j, names->node, node))
		names = names->up;
	return names;
}

static bool judge_variable(const struct judge *j, const struct aac_jq_node *node)
{
	const struct name *known = find(j, j->variables, node);

	if (known)
		return known->sure;
	for (size_t i = 0; i < j->input->variable_count; i++)
		if (aac_jq_says(j->text, node, j->input->variables[i]))
			return true;
	return aac_jq_says(j->text, node, "ENV") || aac_jq_says(j->text, node, "ARGS") ||
	       aac_jq_says(j->text, node, "__loc__");
}

/* ---- calls --------------------------------------------------------------- */

static bool judge_builtin(struct judge *j, const struct aac_jq_node *call,
			  const struct aac_jq_builtin *builtin, struct env env)
{
	struct env inner = env;
	bool sure = false;

	if (builtin->feeds != AAC_JQ_FEEDS_DOT)
		inner = with_input(env, builtin->feeds == AAC_JQ_FEEDS_OBJECT);
	inner.operand = !builtin->filter;
	inner.caught |= strcmp(builtin->name, "isvalid") == 0;
	for (const struct aac_jq_node *kid = call->kids; kid; kid = kid->next) {
		inner.path = (builtin->path && kid == call->kids) ||
			     (env.path && builtin->gives == AAC_JQ_GIVES_ARG);
		sure = judge(j, kid, inner);
	}
	switch (builtin->gives) {
	case AAC_JQ_GIVES_VALUE:
		return true;
	case AAC_JQ_GIVES_ARG:
		return sure;
	case AAC_JQ_GIVES_DOT:
		return env.sure || (call->kids && strcmp(builtin->name, "select") == 0 &&
				    aac_jq_is_known(learn(j, env, call->kids, true), ""));
	case AAC_JQ_GIVES_MAYBE:
	default:
		return false;
	}
}

static bool judge_call(struct judge *j, const struct aac_jq_node *call, struct env env)
{
	const struct name *function = find(j, j->functions, call);
	const struct aac_jq_builtin *builtin =
		aac_jq_builtin_find(j->text + call->name, call->name_len);

	if (!function && builtin)
		return judge_builtin(j, call, builtin, env);
	judge_kids(j, call->kids, with_input(env, false));
	/* A function of a module may give anything, but it is no path. */
	return !function || function->sure;
}

static struct name *name_new(struct judge *j, const struct name **names,
			     const struct aac_jq_node *node, bool sure)
{
	struct name *name = ARENA_NEW(j->arena, struct name);

	*name = (struct name){ .up = *names, .node = node, .sure = sure };
	*names = name;
	return name;
}

static bool judge_def(struct judge *j, const struct aac_jq_node *def, struct env env)
{
	const struct name *functions = j->functions;
	struct name *function = name_new(j, &j->functions, def, false);
	bool sure = true;

	function->sure = judge(j, def->kids, with_input(env, false));
	if (def->kids->next)
		sure = judge(j, def->kids->next, as_stage(env));
	j->functions = functions;
	return sure;
}

/* ---- what binds variables ------------------------------------------------ */

static bool judge_bind(struct judge *j, const struct aac_jq_node *bind, struct env env)
{
	const struct name *variables = j->variables;
	bool sure = judge(j, bind->kids, as_value(env, false));

	name_new(j, &j->variables, bind, sure);
	sure = judge(j, bind->kids->next, as_stage(env));
	j->variables = variables;
	return sure;
}

/* reduce and foreach. */
static bool judge_loop(struct judge *j, const struct aac_jq_node *loop, struct env env)
{
	const struct name *variables = j->variables;
	const struct aac_jq_node *kid = loop->kids;
	bool element = judge(j, kid, as_value(env, false)), sure;

	name_new(j, &j->variables, loop, element);
	kid = kid->next;
	sure = judge(j, kid, as_value(env, false));
	for (kid = kid->next; kid; kid = kid->next)
		sure = judge(j, kid, with_input(env, sure)) && sure;
	j->variables = variables;
	return sure;
}

/* ---- pipes and branches -------------------------------------------------- */

/* The condition of a stage that lets `.` through as it is; NULL: it makes another. */
static const struct aac_jq_node *passes(const struct judge *j,
					const struct aac_jq_node *stage)
{
	while (stage->type == AAC_JQ_GROUP)
		stage = stage->kids;
	if (stage->type == AAC_JQ_CALL && stage->kids && stage->kids == stage->last &&
	    aac_jq_says(j->text, stage, "select"))
		return stage->kids;
	return NULL;
}

static bool judge_pipe(struct judge *j, const struct aac_jq_node *pipe, struct env env)
{
	bool sure = true;

	env = as_stage(env);
	for (const struct aac_jq_node *stage = pipe->kids; stage; stage = stage->next) {
		const struct aac_jq_node *condition = passes(j, stage);
		struct aac_jq_facts facts = facts_of(j, env.known);

		sure = judge(j, stage, env);
		if (condition)
			env.known = learn(j, env, condition, true);
		else
			env.known =
				aac_jq_facts_below(&facts, aac_jq_path(&facts, stage));
		env.sure = sure;
	}
	return sure;
}

static bool judge_if(struct judge *j, const struct aac_jq_node *node, struct env env)
{
	const struct aac_jq_node *kid = node->kids;
	bool sure = node->has_else || env.sure;

	env = as_stage(env);
	while (kid && kid->next) {
		struct env branch = env;

		judge(j, kid, as_value(env, false));
		branch.known = learn(j, env, kid, true);
		sure &= judge(j, kid->next, branch);
		env.known = learn(j, env, kid, false);
		kid = kid->next->next;
	}
	return kid ? judge(j, kid, env) && sure : sure;
}

/* `and` asks its right side only when the left one is true, `or` when it is not. */
static bool judge_logic(struct judge *j, const struct aac_jq_node *node, struct env env)
{
	env = as_value(env, true);
	for (const struct aac_jq_node *kid = node->kids; kid; kid = kid->next) {
		judge(j, kid, env);
		env.known = learn(j, env, kid, node->type == AAC_JQ_AND);
	}
	return true;
}

static bool judge_alt(struct judge *j, const struct aac_jq_node *node, struct env env)
{
	bool sure = false;

	for (const struct aac_jq_node *kid = node->kids; kid; kid = kid->next) {
		env.operand = kid != node->kids;
		sure = judge(j, kid, env);
	}
	return sure;
}

static bool judge_plus(struct judge *j, const struct aac_jq_node *node, struct env env)
{
	bool sure = node->minus;

	for (const struct aac_jq_node *kid = node->kids; kid; kid = kid->next)
		sure |= judge(j, kid, as_value(env, true));
	return sure;
}

static bool judge_assign(struct judge *j, const struct aac_jq_node *node, struct env env)
{
	struct env left = as_stage(env), right = as_value(env, true);

	left.path = true;
	judge(j, node->kids, left);
	if (j->text[node->name] == '|')
		right = with_input(env, false);
	judge_kids(j, node->kids->next, right);
	return true;
}

static bool judge_try(struct judge *j, const struct aac_jq_node *node, struct env env)
{
	struct env body = as_stage(env);
	bool sure;

	body.caught = true;
	sure = judge(j, node->kids, body);
	if (node->kids->next)
		sure &= judge(j, node->kids->next, with_input(env, true));
	return sure;
}

static bool judge(struct judge *j, const struct aac_jq_node *node, struct env env)
{
	switch ((int)node->type) {
	case AAC_JQ_DOT:
		return env.sure || aac_jq_is_known(env.known, "");
	case AAC_JQ_NULL:
		return false;
	case AAC_JQ_UNKNOWN:
		if (!env.operand)
			note_unknown(j, node->begin);
		return false;
	case AAC_JQ_NAME:
		return judge_variable(j, node);
	case AAC_JQ_CALL:
		return judge_call(j, node, env);
	case AAC_JQ_TERM:
		return judge_term(j, node, env);
	case AAC_JQ_GROUP:
	case AAC_JQ_LABEL:
		return judge(j, node->kids, env);
	case AAC_JQ_COMMA:
		return judge_kids(j, node->kids, as_stage(env));
	case AAC_JQ_PIPE:
		return judge_pipe(j, node, env);
	case AAC_JQ_ALT:
		return judge_alt(j, node, env);
	case AAC_JQ_ASSIGN:
		return judge_assign(j, node, env);
	case AAC_JQ_OR:
	case AAC_JQ_AND:
		return judge_logic(j, node, env);
	case AAC_JQ_PLUS:
		return judge_plus(j, node, env);
	case AAC_JQ_IF:
		return judge_if(j, node, env);
	case AAC_JQ_TRY:
		return judge_try(j, node, env);
	case AAC_JQ_REDUCE:
	case AAC_JQ_FOREACH:
		return judge_loop(j, node, env);
	case AAC_JQ_BIND:
		return judge_bind(j, node, env);
	case AAC_JQ_DEF:
		return judge_def(j, node, env);
	case AAC_JQ_LIST:
		judge_kids(j, node->kids, as_value(env, false));
		return true;
	case AAC_JQ_STRING:
	case AAC_JQ_OBJECT:
	case AAC_JQ_COMPARE:
	case AAC_JQ_TIMES:
	case AAC_JQ_MINUS:
		judge_kids(j, node->kids, as_value(env, true));
		return true;
	default:
		return true;
	}
}

void aac_jq_judge(struct arena *arena, const char *text, const struct aac_jq_node *filter,
		  const struct aac_jq_input *input, struct aac_jq_verdict *verdict)
{
	struct judge j = {
		.arena = arena, .text = text, .input = input, .verdict = verdict
	};

	*verdict = (struct aac_jq_verdict){ 0 };
	judge(&j, filter, (struct env){ .sure = input->list });
}
