/*
 * Rules that are short for others, as their parts: `PATTERN except (…)` gives a rule for
 * each rung of its ladder (core/glob_except.h), `options=(a, b?)` one for each set of
 * options.  What is emitted, judged and compared is the parts; each is made and checked
 * like a rule that somebody wrote.
 */
#include <string.h>

#include "base/arena.h"
#include "core/context.h"
#include "core/diag.h"
#include "core/field.h"
#include "core/glob_except.h"
#include "core/mount_view.h"
#include "core/rule_text.h"

/* More parts than this make no profile that anybody could load. */
enum { PARTS_MAX = 4096 };

static const char except_hint[] =
	"write: PATTERN except (PATTERN, …), of paths with '{a,b}', with a '*' before "
	"a '/' or at the end, or a '**' at the end";

/* ---- where `except` may stand ----------------------------------------------------- */

static bool took_word(const struct aac_rule *rule, const struct aac_word *word)
{
	for (size_t i = 0; rule && i < rule->kind->field_count; i++)
		for (const struct aac_pattern *p = rule->fields[i].patterns; p;
		     p = p->next)
			if (p->word == word)
				return rule->kind->fields[i].type == AAC_FIELD_PATHS;
	return false;
}

static bool check_word(struct aac_context *ctx, const struct aac_word *word,
		       const struct aac_rule *rule)
{
	struct aac_diag *diag;

	if (!word || !word->except || took_word(rule, word))
		return true;
	diag = aac_report(ctx->diags, AAC_ERROR, "misplaced-except",
			  aac_span_join(word->span, word->except->span),
			  "'except' stands behind what is no path");
	aac_hint(ctx->diags, diag,
		 "it may follow the paths of file, link, mount, umount, "
		 "pivot_root and change_profile rules");
	return false;
}

bool aac_rule_check_except(struct aac_context *ctx, const struct aac_shape *shape,
			   const struct aac_rule *rule)
{
	for (const struct aac_arg *arg = shape->args.head; arg; arg = arg->next) {
		if (!check_word(ctx, arg->word, rule))
			return false;
		for (const struct aac_arg *a = arg->list.head; a; a = a->next)
			if (!check_word(ctx, a->word, rule))
				return false;
	}
	return true;
}

/* ---- ladders ---------------------------------------------------------------------- */

static bool refuse(struct aac_context *ctx, struct aac_span at, const char *slug,
		   const char *message, const char *hint)
{
	aac_hint(ctx->diags, aac_report(ctx->diags, AAC_ERROR, slug, at, "%s", message),
		 "%s", hint);
	return false;
}

/* An exception outside of its pattern is a slip of the pen; with a parameter it may come
 * to that. */
static bool check_inside(struct aac_context *ctx, const struct aac_pattern *pattern)
{
	for (const struct aac_pattern *not = pattern->except; not ; not = not ->next)
		if (!pattern->word->holes &&
		    aac_glob_overlaps(pattern->glob, not ->glob) == AAC_NO)
			return refuse(ctx, not ->word->span, "except-outside",
				      arena_printf(ctx->arena,
						   "'%.200s' is no part of '%.200s'",
						   not ->text, pattern->text),
				      "leave it out, or correct it: it takes nothing "
				      "away");
	return true;
}

/* The ladder of PATTERN; false after reporting. */
static bool make_ladder(struct aac_context *ctx, const struct aac_pattern *pattern,
			struct aac_ladder *ladder)
{
	const struct aac_pattern *culprit = pattern;
	const char **except;
	size_t count = 0;

	for (const struct aac_pattern *not = pattern->except; not ; not = not ->next)
		count++;
	except = ARENA_ARRAY(ctx->arena, const char *, count);
	count = 0;
	for (const struct aac_pattern *not = pattern->except; not ; not = not ->next)
		except[count++] = not ->text;
	if (!check_inside(ctx, pattern))
		return false;
	if (aac_glob_except(ctx->arena, pattern->text, except, count, ladder)) {
		if (ladder->count)
			return true;
		return refuse(
			ctx, pattern->word->span, "except-all",
			arena_printf(ctx->arena,
				     "nothing of '%.200s' is left by its exceptions",
				     pattern->text),
			"leave the rule out, or except less");
	}
	for (size_t i = 0; i < ladder->which; i++)
		culprit = i ? culprit->next : pattern->except;
	return refuse(ctx, culprit->word->span, "bad-except",
		      arena_printf(ctx->arena, "'%.200s' %s", culprit->text, ladder->why),
		      strchr(culprit->text, '@')
			      ? "write out the path that the variable stands for"
			      : except_hint);
}

/* ---- parts ------------------------------------------------------------------------ */

struct expansion {
	struct aac_context *ctx;
	const struct aac_rule *whole;
	struct aac_ladder ladders[AAC_FIELDS_MAX]; /* count 0: the field has none */
	const struct aac_rule **parts;
	size_t count;
};

static void set_rung(struct aac_context *ctx, struct aac_rule *rule, size_t field,
		     const char *text)
{
	struct aac_pattern *pattern = ARENA_NEW(ctx->arena, struct aac_pattern);

	*pattern = *rule->fields[field].patterns;
	pattern->except = NULL;
	aac_pattern_set(ctx, pattern, text);
	rule->fields[field].patterns = rule->fields[field].last = pattern;
}

/* All is told of the first part; of the others only what makes an end. */
static bool finish_part(struct expansion *e, struct aac_rule *part)
{
	struct aac_context silent = *e->ctx;
	struct aac_diags diags;
	bool fine;

	if (!e->count)
		return aac_rule_finish(e->ctx, part);
	aac_diags_init(&diags, e->ctx->arena);
	silent.diags = &diags;
	fine = aac_rule_finish(&silent, part);
	return fine || aac_rule_finish(e->ctx, part);
}

/* The bits of MAYBE that the number CHOICE takes: its lowest bit is for the first. */
static uint64_t choose(uint64_t maybe, size_t choice)
{
	uint64_t set = 0;

	for (; maybe; maybe &= maybe - 1, choice >>= 1)
		if (choice & 1)
			set |= maybe & (~maybe + 1);
	return set;
}

/* The part that NUMBER says, field by field, as the digits of a number of mixed base. */
static bool make_part(struct expansion *e, size_t number)
{
	struct aac_rule *part = ARENA_NEW(e->ctx->arena, struct aac_rule);

	*part = *e->whole;
	part->expands = false;
	for (size_t i = e->whole->kind->field_count; i-- > 0;) {
		const struct aac_ladder *ladder = &e->ladders[i];
		uint64_t maybe = part->fields[i].maybe;
		size_t choices = (size_t)1 << __builtin_popcountll(maybe);

		if (ladder->count) {
			set_rung(e->ctx, part, i, ladder->texts[number % ladder->count]);
			number /= ladder->count;
		}
		if (!maybe)
			continue;
		part->fields[i].maybe = 0;
		part->fields[i].set |= choose(maybe, number % choices);
		if (!part->fields[i].set) /* without a word it would mean any */
			part->fields[i].set = aac_vocab_bits(&aac_mount_options, "rw");
		number /= choices;
	}
	if (!finish_part(e, part))
		return false;
	e->parts[e->count++] = part;
	return true;
}

static bool count_parts(struct expansion *e, size_t *total)
{
	*total = 1;
	for (size_t i = 0; i < e->whole->kind->field_count; i++) {
		const struct aac_field *field = &e->whole->fields[i];
		int maybe = __builtin_popcountll(field->maybe);

		if (field->patterns && field->patterns->except &&
		    !make_ladder(e->ctx, field->patterns, &e->ladders[i]))
			return false;
		if (e->ladders[i].count)
			*total *= e->ladders[i].count;
		if (*total <= PARTS_MAX)
			*total <<= maybe < 13 ? maybe : 13;
		if (*total > PARTS_MAX)
			return refuse(e->ctx, e->whole->shape->body,
				      "expansion-too-large",
				      "this rule is short for more than 4096 rules",
				      "except less, or make fewer options optional");
	}
	return true;
}

bool aac_rule_expand(struct aac_context *ctx, struct aac_rule *rule)
{
	struct expansion e = { .ctx = ctx, .whole = rule };
	size_t total;

	if (!count_parts(&e, &total))
		return false;
	e.parts = ARENA_ARRAY(ctx->arena, const struct aac_rule *, total);
	for (size_t i = 0; i < total; i++)
		if (!make_part(&e, i))
			return false;
	rule->parts = e.parts;
	rule->part_count = e.count;
	return true;
}
