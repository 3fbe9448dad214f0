/*
 * Fields of a rule: takes words as they stand in a shape, gives sets of vocabulary terms
 * and patterns.  A word with holes is kept as it stands until aac_rule_fill comes with
 * values, and then takes the same way; a word that no table knows is refused with the
 * nearest one.
 */
#include <ctype.h>
#include <string.h>

#include "base/arena.h"
#include "base/macro.h"
#include "base/suggest.h"
#include "core/context.h"
#include "core/diag.h"
#include "core/field.h"
#include "core/glob_scan.h"
#include "core/word.h"

const struct aac_term *aac_vocab_find(const struct aac_vocab *vocab, const char *word)
{
	for (size_t i = 0; i < vocab->count; i++)
		if (strcmp(vocab->terms[i].word, word) == 0)
			return &vocab->terms[i];
	return NULL;
}

uint64_t aac_vocab_bits(const struct aac_vocab *vocab, const char *text)
{
	const struct aac_term *term = aac_vocab_find(vocab, text);
	uint64_t bits = 0;

	if (!term)
		return 0;
	if (!term->is)
		return (uint64_t)1 << (term - vocab->terms);
	for (size_t i = 0; i < vocab->count; i++) {
		const char *at = strstr(term->is, vocab->terms[i].word);
		size_t len = strlen(vocab->terms[i].word);

		if (at && !vocab->terms[i].is && (at == term->is || at[-1] == ' ') &&
		    (!at[len] || at[len] == ' '))
			bits |= (uint64_t)1 << i;
	}
	return bits;
}

/* TEXT in lower case, without a prefix such as CAP_ or SIG that AppArmor leaves out. */
static const char *plain_spelling(struct arena *arena, const char *text)
{
	static const char *const prefixes[] = { "cap_", "sig",	 "af_",
						"pf_",	"sock_", "rlimit_" };
	char *lower = arena_strdup(arena, text);

	for (char *p = lower; *p; p++)
		*p = (char)tolower((unsigned char)*p);
	if (strcmp(lower, "ipv4") == 0 || strcmp(lower, "ipv6") == 0)
		return lower[3] == '4' ? "inet" : "inet6";
	for (size_t i = 0; i < ARRAY_SIZE(prefixes); i++)
		if (strncmp(lower, prefixes[i], strlen(prefixes[i])) == 0)
			return lower + strlen(prefixes[i]);
	return lower;
}

bool aac_field_unknown(struct aac_context *ctx, const struct aac_rule *rule, size_t field,
		       struct aac_span span, const char *text)
{
	const struct aac_kind *kind = rule->kind;
	const char *name = kind->fields[field].name;
	const char *plain = plain_spelling(ctx->arena, text);
	struct suggest suggest = { .word = plain };
	struct aac_diag *diag;

	if (aac_lacks_comma(ctx, rule, span))
		return false;
	for (size_t i = 0; i < kind->field_count; i++) {
		const struct aac_vocab *vocab = kind->fields[i].vocab;

		if (!vocab || strcmp(kind->fields[i].name, name) != 0)
			continue;
		for (size_t t = 0; t < vocab->count; t++)
			suggest_offer(&suggest, vocab->terms[t].word);
	}
	diag = aac_report(ctx->diags, AAC_ERROR, "unknown-word", span, "'%.80s' is no %s",
			  text, kind->fields[field].vocab->what);
	if (suggest_best(&suggest) && strcmp(suggest_best(&suggest), text) == 0)
		aac_hint(ctx->diags, diag,
			 "a rule holds one word of each sort, in this order: %s",
			 kind->usage);
	else if (suggest_best(&suggest))
		aac_hint(ctx->diags, diag, "did you mean '%s'?", suggest_best(&suggest));
	else
		aac_hint(ctx->diags, diag, "%s", kind->usage);
	return false;
}

bool aac_field_put(struct aac_context *ctx, struct aac_rule *rule, size_t field,
		   struct aac_span span, const char *text)
{
	uint64_t bits;

	if (rule->kind->set_word)
		return rule->kind->set_word(ctx, rule, field, span, text);
	bits = aac_vocab_bits(rule->kind->fields[field].vocab, text);
	if (!bits)
		return aac_field_unknown(ctx, rule, field, span, text);
	rule->fields[field].set |= bits;
	return true;
}

#define RELATIVE_HINT                                                                    \
	"the kernel names files by absolute paths, such a rule never matches"

static void mark_present(struct aac_field *field, struct aac_span span)
{
	field->span = field->present ? aac_span_join(field->span, span) : span;
	field->present = true;
}

bool aac_field_word(struct aac_context *ctx, struct aac_rule *rule, size_t field,
		    const struct aac_word *word)
{
	struct aac_field *f = &rule->fields[field];

	mark_present(f, word->span);
	if (!word->holes)
		return aac_field_put(ctx, rule, field, word->span, word->text);
	struct aac_word *copy = ARENA_NEW(ctx->arena, struct aac_word);

	*copy = *word;
	copy->next = NULL;
	LIST_APPEND(&f->holes, copy);
	rule->has_holes = true;
	return true;
}

bool aac_field_words(struct aac_context *ctx, struct aac_rule *rule, size_t field,
		     const struct aac_arg *arg, const struct aac_args *list)
{
	bool fine = true;

	if (!list->head) {
		aac_hint(ctx->diags,
			 aac_report(ctx->diags, AAC_ERROR, "empty-list", arg->span,
				    "the list of %s is empty",
				    rule->kind->fields[field].name),
			 "leave it out to mean any: %s", rule->kind->usage);
		return false;
	}
	for (const struct aac_arg *a = list->head; a; a = a->next) {
		if (a->type == AAC_ARG_WORD)
			fine = aac_field_word(ctx, rule, field, a->word) && fine;
		else
			fine = aac_refuse_arg(ctx, rule, a);
	}
	return fine;
}

/* ---- patterns ---------------------------------------------------------------------- */

bool aac_pattern_set(struct aac_context *ctx, struct aac_pattern *pattern,
		     const char *text)
{
	const struct aac_word *word = pattern->word;
	struct aac_span span = word->span;
	const char *error = NULL;
	size_t at = 0;

	pattern->text = text;
	pattern->glob = aac_glob_new(ctx->arena, text, &error, &at);
	if (pattern->glob)
		return true;
	if (!word->holes && at <= strlen(text)) {
		span.begin += (uint32_t)at + word->quoted;
		if (span.begin >= span.end)
			span.begin = span.end - 1;
	}
	aac_report(ctx->diags, AAC_ERROR, "bad-glob", span,
		   "'%.200s' is not a pattern: %s", text, error);
	return false;
}

/* What stands behind `except`. */
static bool add_exceptions(struct aac_context *ctx, struct aac_rule *rule, size_t field,
			   struct aac_pattern *pattern)
{
	struct aac_pattern **tail = &pattern->except;
	bool fine = true;

	if (!pattern->word->except || rule->kind->fields[field].type != AAC_FIELD_PATHS)
		return true; /* aac_rule_check_except refuses it elsewhere */
	rule->expands = true;
	for (const struct aac_word *word = pattern->word->except; word;
	     word = word->next) {
		struct aac_pattern *not = ARENA_NEW(ctx->arena, struct aac_pattern);

		not->word = word;
		*tail = not;
		tail = &not->next;
		fine = (word->holes ? aac_word_check_holes(ctx, word)
				    : aac_pattern_set(ctx, not, word->text)) &&
		       fine;
	}
	return fine;
}

bool aac_field_pattern(struct aac_context *ctx, struct aac_rule *rule, size_t field,
		       const struct aac_word *word)
{
	struct aac_field *f = &rule->fields[field];
	struct aac_pattern *pattern = ARENA_NEW(ctx->arena, struct aac_pattern);

	pattern->word = word;
	mark_present(f, word->span);
	if (f->last)
		f->last->next = pattern;
	else
		f->patterns = pattern;
	f->last = pattern;
	if (!add_exceptions(ctx, rule, field, pattern))
		return false;
	if (word->holes) {
		rule->has_holes = true;
		return aac_word_check_holes(ctx, word);
	}
	return aac_pattern_set(ctx, pattern, word->text);
}

void aac_check_absolute(struct aac_context *ctx, const struct aac_rule *rule,
			size_t field)
{
	for (const struct aac_pattern *p = rule->fields[field].patterns; p; p = p->next) {
		if (strchr("/*?[{", *p->text) ||
		    (*p->text == '@' && aac_glob_variable_len(p->text + 1)))
			continue;
		aac_hint(ctx->diags,
			 aac_report(ctx->diags, AAC_WARNING, "path-not-absolute",
				    p->word->span,
				    "the %s '%.200s' does not begin with '/'",
				    rule->kind->fields[field].name, p->text),
			 RELATIVE_HINT);
	}
}

bool aac_check_path(struct aac_context *ctx, const struct aac_rule *rule, size_t field,
		    bool bare)
{
	const struct aac_pattern *path = rule->fields[field].patterns;

	if (!path || *path->text == '/' ||
	    (*path->text == '@' && aac_glob_variable_len(path->text + 1)))
		return true;
	if (bare && !path->word->holes && aac_word_is_bare(path->word)) {
		aac_check_absolute(ctx, rule, field);
		return true;
	}
	aac_hint(ctx->diags,
		 aac_report(ctx->diags, AAC_ERROR, "path-not-absolute", path->word->span,
			    "the %s '%.200s' does not begin with '/'",
			    rule->kind->fields[field].name, path->text),
		 "%s",
		 *path->text == '@' ? "a variable is written @{NAME}" : RELATIVE_HINT);
	return false;
}

bool aac_check_name(struct aac_context *ctx, const struct aac_rule *rule, size_t field)
{
	static const char cure[] =
		"apparmor_parser takes a backslash for a part of the name here";
	const struct aac_pattern *name = rule->fields[field].patterns;
	bool value = name && name->word->holes;

	if (!name || aac_word_is_name(name->text))
		return true;
	aac_hint(
		ctx->diags,
		aac_report(ctx->diags, value ? AAC_ERROR : AAC_WARNING, "exec-target",
			   name->word->span,
			   value ? "'%.200s' cannot be the name of a profile to switch to"
				 : "the profile to switch to is named '%.200s' with its "
				   "backslash",
			   name->text),
		"%s", cure);
	return !value;
}

/* ---- arguments --------------------------------------------------------------------- */

static const struct aac_cond *find_cond(const struct aac_cond *conds, size_t count,
					const char *key)
{
	for (size_t i = 0; i < count; i++)
		if (strcmp(conds[i].key, key) == 0)
			return &conds[i];
	return NULL;
}

/* One key=value into its field. */
static bool build_cond(struct aac_context *ctx, struct aac_rule *rule,
		       const struct aac_arg *arg, const struct aac_cond *cond)
{
	bool set = rule->kind->fields[cond->field].type == AAC_FIELD_SET;
	const struct aac_arg *first = arg->list.head;
	const char *problem = NULL;

	if (arg->type == AAC_ARG_KEY_IN)
		problem = "'in' is for options and fstype of mount rules only";
	else if (rule->fields[cond->field].present && !cond->many)
		problem = "it can be given once only";
	else if (arg->paren && cond->plain)
		problem = "apparmor_parser takes no parentheses here";
	else if (first && first->next && !cond->many)
		problem = "it takes a single value";
	if (problem) {
		aac_hint(ctx->diags,
			 aac_report(ctx->diags, AAC_ERROR, "bad-rule-condition",
				    arg->span, "condition '%s': %s", arg->key, problem),
			 "%s", rule->kind->usage);
		return false;
	}
	if (set || !first)
		return aac_field_words(ctx, rule, cond->field, arg, &arg->list);
	if (first->type != AAC_ARG_WORD)
		return aac_refuse_arg(ctx, rule, first);
	return aac_field_pattern(ctx, rule, cond->field, first->word);
}

/* apparmor_parser reads an empty list as none. */
static void warn_empty(struct aac_context *ctx, const struct aac_rule *rule,
		       const struct aac_arg *arg, const char *what)
{
	aac_hint(ctx->diags,
		 aac_report(ctx->diags, AAC_WARNING, "empty-list", arg->span,
			    "the list of %s is empty, which means any", what),
		 "leave it out, or write what is meant: %s", rule->kind->usage);
}

static bool refuse_empty(struct aac_context *ctx, const struct aac_rule *rule,
			 const struct aac_arg *arg)
{
	aac_hint(ctx->diags,
		 aac_report(ctx->diags, AAC_ERROR, "empty-word", arg->span,
			    "the %s is empty", arg->key ? arg->key : "name"),
		 "leave it out to mean any: %s", rule->kind->usage);
	return false;
}

static bool build_peer(struct aac_context *ctx, struct aac_rule *rule,
		       const struct aac_arg *arg, const struct aac_conds *conds,
		       bool *seen)
{
	bool fine = true;

	if (*seen || !arg->paren) {
		aac_hint(ctx->diags,
			 aac_report(ctx->diags, AAC_ERROR, "bad-rule-condition",
				    arg->span,
				    *seen ? "condition 'peer': it can be given once only"
					  : "condition 'peer': conditions must stand in "
					    "parentheses"),
			 "%s", rule->kind->usage);
		return false;
	}
	*seen = true;
	if (!arg->list.head)
		warn_empty(ctx, rule, arg, "conditions");
	for (const struct aac_arg *a = arg->list.head; a; a = a->next) {
		const struct aac_cond *cond;

		if (a->type != AAC_ARG_KEY && a->type != AAC_ARG_KEY_IN) {
			fine = aac_refuse_arg(ctx, rule, a);
			continue;
		}
		cond = find_cond(conds->peer, conds->peer_count, a->key);
		if (cond && a->list.head && a->list.head->word &&
		    !*a->list.head->word->text)
			return refuse_empty(ctx, rule, a);
		fine = (cond ? build_cond(ctx, rule, a, cond)
			     : aac_refuse_key(ctx, rule, a, conds->peer,
					      conds->peer_count, true)) &&
		       fine;
	}
	return fine;
}

/* apparmor_parser takes peer=(…) at the end only. */
static bool refuse_behind_peer(struct aac_context *ctx, const struct aac_rule *rule,
			       const struct aac_arg *arg)
{
	aac_hint(ctx->diags,
		 aac_report(ctx->diags, AAC_ERROR, "bad-rule-condition", arg->span,
			    "condition '%s' stands behind peer=(…)", arg->key),
		 "write peer=(…) last: %s", rule->kind->usage);
	return false;
}

bool aac_build_conds(struct aac_context *ctx, const struct aac_shape *shape,
		     struct aac_rule *rule, const struct aac_conds *conds,
		     const struct aac_arg **rest)
{
	const struct aac_arg *arg = shape->args.head->next;
	bool fine = true, peer = false;

	if (conds->has_access && arg && arg->type == AAC_ARG_LIST && !arg->list.head) {
		warn_empty(ctx, rule, arg, rule->kind->fields[0].name);
		arg = arg->next;
	} else if (conds->has_access && arg && arg->type == AAC_ARG_LIST) {
		fine = aac_field_words(ctx, rule, 0, arg, &arg->list);
		arg = arg->next;
	} else if (conds->has_access && arg && arg->type == AAC_ARG_WORD) {
		fine = aac_field_word(ctx, rule, 0, arg->word);
		arg = arg->next;
	}
	for (; arg && (arg->type == AAC_ARG_KEY || arg->type == AAC_ARG_KEY_IN);
	     arg = arg->next) {
		const struct aac_cond *cond =
			find_cond(conds->conds, conds->count, arg->key);
		bool known;

		if (peer && strcmp(arg->key, "peer") != 0)
			known = refuse_behind_peer(ctx, rule, arg);
		else if (conds->peer && strcmp(arg->key, "peer") == 0)
			known = build_peer(ctx, rule, arg, conds, &peer);
		else if (cond)
			known = build_cond(ctx, rule, arg, cond);
		else
			known = aac_refuse_key(ctx, rule, arg, conds->conds, conds->count,
					       false);
		fine = fine && known;
	}
	*rest = arg;
	return fine;
}
