/*
 * Learning: takes the denials of a log, mostly one of complain mode, and gives a fragment
 * that allows them.  Not obvious: a rule that its own proof does not find to be enough is
 * taken out again, so what is printed has passed as it stands.
 */
#include "cli/learn.h"

#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/buf.h"
#include "cli/json_writer.h"
#include "cli/load.h"
#include "cli/run.h"
#include "cli/selection.h"
#include "core/format.h"
#include "core/name.h"
#include "core/parse.h"
#include "core/resolve.h"
#include "host/compiler.h"

#define LEFT_SHOWN 20

/* A denial, and what becomes of it. */
struct lesson {
	struct aac_subject *subject;
	const struct aac_explained *answer;
	const struct aac_attempt *attempt; /* with all permissions of its file */
	const char *rule;
	const char *left; /* why it is not learned; NULL: it is */
};

struct learning {
	struct aac_explanation *all;
	struct lesson *lessons;
	size_t count;
	const char *rules; /* of all that is learned, a line each */
};

/* ---- what is to be learned ------------------------------------------------------- */

static const char *why_left(struct learning *l, const struct aac_subject *subject,
			    const struct aac_explained *answer)
{
	struct arena *arena = l->all->run->arena;
	struct aac_written at;

	switch (answer->standing) {
	case AAC_STANDS_RULE:
		at = aac_compiled_place(&subject->compiled, answer->deciding.rule);
		return arena_printf(arena, "denied on purpose, by %s:%u:%u", at.file,
				    at.line, at.column);
	case AAC_STANDS_NEVER:
		return "an 'assert never' rules it out";
	case AAC_STANDS_CURED:
		return "it is allowed already";
	case AAC_STANDS_UNASKED:
		return "the target's kernel does not ask for it";
	case AAC_STANDS_LOADING:
		return "the profile that it leads to was not loaded";
	case AAC_STANDS_PEER:
		return "it is up to the peer's profile";
	case AAC_STANDS_GUEST:
		return "it is up to a profile that the guest has loaded itself";
	case AAC_STANDS_NONE:
	case AAC_STANDS_DEPENDS:
	case AAC_STANDS_FOREIGN:
		break;
	}
	return subject->child ? "it is up to the child profile's own rules" : NULL;
}

/* What the rule names, by a rule for it. */
static const char *file_key(struct learning *l, const struct aac_query *query)
{
	struct aac_run *run = l->all->run;
	struct aac_query read = *query;
	struct aac_attempt attempt = { .queries = &read, .count = 1 };
	CLEANUP_BUF text = { 0 };

	read.request = AAC_ACCESS_READ;
	aac_denial_rule(&text, &attempt, aac_option_given(run->opts, AAC_OPT_GENERALIZE));
	return arena_strdup(run->arena, buf_str(&text));
}

/* All that is asked of one file is one rule. */
static void merge(struct learning *l, struct map *files, struct lesson *lesson)
{
	struct arena *arena = l->all->run->arena;
	const struct aac_attempt *own = lesson->answer->denied->attempt;
	const struct aac_query *query = own->queries;
	struct aac_query *merged;
	struct aac_attempt *attempt;
	const char *key;

	lesson->attempt = own;
	if (query->type != AAC_QUERY_FILE)
		return;
	key = file_key(l, query);
	attempt = map_get_str(files, key);
	if (attempt) {
		merged = (struct aac_query *)(uintptr_t)attempt->queries;
		merged->request |= query->request;
	} else {
		attempt = ARENA_NEW(arena, struct aac_attempt);
		merged = ARENA_NEW(arena, struct aac_query);
		*attempt = *own;
		*merged = *query;
		attempt->queries = merged;
		map_add(files, key, strlen(key), attempt);
	}
	lesson->attempt = attempt;
}

static void gather(struct learning *l)
{
	CLEANUP_MAP files = { 0 };
	size_t count = 0;

	l->lessons =
		ARENA_ARRAY(l->all->run->arena, struct lesson, l->all->denials.count);
	for (struct aac_subject *s = l->all->head; s; s = s->next)
		for (const struct aac_explained *a = s->answers.head; a; a = a->next) {
			struct lesson *lesson = &l->lessons[count++];

			lesson->subject = s;
			lesson->answer = a;
			lesson->left = why_left(l, s, a);
			if (!lesson->left)
				merge(l, &files, lesson);
		}
	l->count = count;
}

static void write_rules(struct learning *l, bool coarse)
{
	struct aac_run *run = l->all->run;
	bool general = aac_option_given(run->opts, AAC_OPT_GENERALIZE);

	for (size_t i = 0; i < l->count; i++) {
		struct lesson *lesson = &l->lessons[i];
		CLEANUP_BUF text = { 0 };

		if (lesson->left || (coarse && lesson->rule))
			continue;
		if (!coarse)
			aac_denial_rule(&text, lesson->attempt, general);
		else if (!aac_denial_coarse_rule(&text, lesson->attempt))
			continue;
		lesson->rule = arena_strdup(run->arena, buf_str(&text));
	}
}

static int by_text(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* Each rule of the lessons from BEGIN to END once, in byte order. */
static const char *join_some(struct learning *l, size_t begin, size_t end)
{
	const char **rules = ARENA_ARRAY(l->all->run->arena, const char *, end - begin);
	CLEANUP_BUF out = { 0 };
	size_t count = 0;

	for (size_t i = begin; i < end; i++)
		if (!l->lessons[i].left && l->lessons[i].rule)
			rules[count++] = l->lessons[i].rule;
	qsort(rules, count, sizeof(*rules), by_text);
	for (size_t i = 0; i < count; i++)
		if (i == 0 || strcmp(rules[i], rules[i - 1]) != 0)
			buf_printf(&out, "    %s\n", rules[i]);
	return arena_strdup(l->all->run->arena, buf_str(&out));
}

static const char *join_rules(struct learning *l)
{
	return join_some(l, 0, l->count);
}

/* ---- proofs ---------------------------------------------------------------------- */

/* The rules under a profile of their own, compiled; NULL: they do not compile. */
static const struct aac_blob *compile_alone(struct learning *l, const char *rules)
{
	static const char name[] = "learned-alone";
	struct aac_run *run = l->all->run;
	struct aac_diags silent;
	struct aac_context ctx = run->ctx;
	struct aac_fleet_options options = aac_run_fleet_options(run);
	const struct aac_profile_decl *decl;
	const struct aac_library *library;
	const struct aac_policy *policy;
	const struct aac_profile_text *text;
	const struct aac_template *frame;
	CLEANUP_BUF bytes = { 0 };
	struct aac_check_options check = { .jobs = 1, .policies = &bytes };
	CLEANUP_BUF source = { 0 };

	aac_diags_init(&silent, run->arena);
	ctx.diags = &silent;
	buf_printf(&source,
		   "fragment f \"\" {\n%s}\nprofile %s \"\" { template raw; use f; }",
		   rules, name);
	library = aac_resolve(
		&ctx, aac_parse(&ctx, aac_source_new(run->arena, name, NULL,
						     buf_str(&source), source.len)));
	decl = silent.errors ? NULL : aac_library_profile(library, name);
	policy = decl ? aac_fleet_declared(&ctx, library, decl, &options) : NULL;
	if (!policy || silent.errors)
		return NULL;
	frame = aac_load_template(run, "raw", (struct aac_span){ 0 });
	if (!frame)
		return NULL;
	text = aac_render(&ctx, policy, frame);
	check.seconds = run->opts->parser_timeout;
	if (silent.errors ||
	    aac_check(&ctx, &run->host, &text, 1, &check) != AAC_CHECK_OK)
		return NULL;
	return aac_blob_read(&ctx, name, (const uint8_t *)buf_str(&bytes), bytes.len);
}

static bool allows(struct learning *l, const struct aac_blob *blob,
		   const struct lesson *lesson, const struct aac_peers *peers)
{
	struct aac_ruling ruling = aac_denial_decide(
		l->all->scratch, blob, lesson->answer->denied->attempt, peers);

	arena_reset(l->all->scratch);
	return ruling.outcome == AAC_ALLOWED && !ruling.complain;
}

/* Rules that do not compile for the target, found by halves. */
static void drop_unknown(struct learning *l, size_t begin, size_t end)
{
	const char *rules = join_some(l, begin, end);

	if (!*rules || compile_alone(l, rules))
		return;
	if (end - begin == 1) {
		l->lessons[begin].rule = NULL;
		return;
	}
	drop_unknown(l, begin, begin + (end - begin) / 2);
	drop_unknown(l, begin + (end - begin) / 2, end);
}

static void prove_alone(struct learning *l)
{
	const struct aac_blob *blob = compile_alone(l, join_rules(l));

	if (!blob) {
		drop_unknown(l, 0, l->count);
		blob = compile_alone(l, join_rules(l));
	}
	for (size_t i = 0; i < l->count; i++) {
		struct lesson *lesson = &l->lessons[i];

		if (!lesson->left && lesson->rule &&
		    (!blob || !allows(l, blob, lesson, NULL)))
			lesson->rule = NULL;
	}
}

static void prove_in(struct learning *l, struct aac_subject *subject, const char *rules)
{
	struct aac_peers peers = aac_compiled_peers(&subject->compiled);
	struct aac_variant variant = { .member = subject->members[0], .rule = rules };
	struct aac_variant *list[] = { &variant };
	const struct aac_blob *blob = NULL;

	if (aac_variant_compose(l->all->run, &variant)) {
		aac_variants_compile(l->all->run, list, 1);
		blob = aac_variant_blob(l->all->run, &variant, NULL);
	}
	for (size_t i = 0; i < l->count; i++) {
		struct lesson *lesson = &l->lessons[i];

		if (lesson->subject != subject || lesson->left)
			continue;
		if (!blob || !allows(l, blob, lesson, NULL))
			lesson->left = "the profile denies it even with its rule";
		else if (!allows(l, blob, lesson, &peers))
			lesson->left = "the peer's profile denies it, too";
	}
}

static void prove(struct learning *l)
{
	write_rules(l, false);
	prove_alone(l);
	/* What no fine rule allows a coarse one may. */
	write_rules(l, true);
	prove_alone(l);
	for (size_t i = 0; i < l->count; i++)
		if (!l->lessons[i].left && !l->lessons[i].rule)
			l->lessons[i].left = "no rule for this target says it";
	for (struct aac_subject *s = l->all->head; s; s = s->next)
		if (s->compiled.blob && !s->child)
			prove_in(l, s, join_rules(l));
	l->rules = join_rules(l);
}

/* ---- results --------------------------------------------------------------------- */

static size_t count_left(const struct learning *l)
{
	size_t left = 0;

	for (size_t i = 0; i < l->count; i++)
		left += l->lessons[i].left != NULL &&
			l->lessons[i].answer->standing != AAC_STANDS_CURED;
	return left;
}

static void tell_left(struct learning *l)
{
	struct aac_run *run = l->all->run;
	size_t left = count_left(l), shown = 0;
	struct aac_diag *diag;

	if (!left)
		return;
	run->no = true;
	diag = aac_report(&run->diags, AAC_WARNING, "log-not-learned",
			  (struct aac_span){ 0 },
			  "%zu access%s of the log %s not learned", left,
			  left == 1 ? "" : "es", left == 1 ? "is" : "are");
	for (size_t i = 0; i < l->count && shown < LEFT_SHOWN; i++) {
		const struct lesson *lesson = &l->lessons[i];
		const struct aac_denied *denied = lesson->answer->denied;
		const struct aac_source *at;

		if (!lesson->left || lesson->answer->standing == AAC_STANDS_CURED)
			continue;
		shown++;
		at = aac_source_line(run->arena, denied->log, denied->attempt->text,
				     strlen(denied->attempt->text),
				     (uint32_t)denied->line);
		aac_note(&run->diags, diag, (struct aac_span){ at, 0, at->size }, "%s",
			 lesson->left);
	}
}

static void put_json(struct learning *l, const char *text)
{
	struct aac_json json = { .out = &l->all->run->out };

	aac_json_begin(&json, NULL, '{');
	aac_json_put(&json, "fragment", l->all->run->opts->learn);
	aac_json_put(&json, "text", text);
	aac_json_number(&json, "records", l->all->denials.records);
	aac_json_begin(&json, "left_out", '[');
	for (size_t i = 0; i < l->count; i++) {
		const struct lesson *lesson = &l->lessons[i];

		if (!lesson->left)
			continue;
		aac_json_begin(&json, NULL, '{');
		aac_json_put(&json, "profile", lesson->subject->label);
		aac_json_put(&json, "access", lesson->answer->denied->attempt->text);
		aac_json_put(&json, "why", lesson->left);
		aac_json_put(&json, "file", lesson->answer->denied->log);
		aac_json_number(&json, "line", lesson->answer->denied->line);
		aac_json_end(&json, '}');
	}
	aac_json_end(&json, ']');
	aac_json_end(&json, '}');
}

static bool check_name(struct aac_run *run)
{
	const char *name = run->opts->learn;

	if (!aac_name_valid(name, false))
		run->usage = "--learn needs a fragment's name: a letter, then letters, "
			     "digits, '-' and '_'";
	else if (aac_library_fragment(run->library, name))
		run->usage = arena_printf(
			run->arena, "--learn: there is a fragment '%s' already", name);
	return !run->usage;
}

void aac_learn(struct aac_explanation *all)
{
	struct learning l = { .all = all };
	struct aac_run *run = all->run;
	CLEANUP_BUF text = { 0 };
	const char *laid;
	size_t len;

	if (!check_name(run))
		return;
	gather(&l);
	prove(&l);
	tell_left(&l);
	buf_printf(&text, "fragment %s \"What a log of %s asked for\" {\n%s}\n",
		   run->opts->learn,
		   aac_count_text(run->arena, all->denials.records, "denial"), l.rules);
	laid = aac_format(&run->ctx,
			  aac_source_new(run->arena, "learned rules", NULL,
					 buf_str(&text), text.len),
			  &len);
	if (!laid)
		return;
	if (run->opts->json)
		put_json(&l, laid);
	else if (*l.rules)
		buf_putn(&run->out, laid, len);
}
