/*
 * Fields as text and fields compared: takes fields without holes.  Text is canonical (the
 * order of the vocabulary, one spelling), comparing is sound: what is not proved is "no"
 * for covering and "unknown" for overlapping.
 */
#include <string.h>

#include "base/buf.h"
#include "core/field.h"
#include "core/word.h"

void aac_print_set(struct buf *out, const struct aac_rule *rule, size_t field,
		   bool parens)
{
	const struct aac_vocab *vocab = rule->kind->fields[field].vocab;
	const struct aac_field *f = &rule->fields[field];
	const char *before = parens ? " (" : " ";

	for (size_t i = 0; i < vocab->count; i++) {
		if (!((f->set | f->maybe) >> i & 1))
			continue;
		buf_puts(out, before);
		buf_puts(out, vocab->terms[i].word);
		if (f->maybe >> i & 1)
			buf_putc(out, '?');
		before = parens ? ", " : " ";
	}
	if (parens && (f->set | f->maybe))
		buf_putc(out, ')');
}

void aac_print_set_cond(struct buf *out, const struct aac_rule *rule, size_t field,
			const char *key)
{
	CLEANUP_BUF words = { 0 };
	uint64_t set = rule->fields[field].set;

	if (!set)
		return;
	aac_print_set(&words, rule, field, set & (set - 1));
	buf_printf(out, " %s=%s", key, buf_str(&words) + 1);
}

/* In a list of ours only a comma outside of braces ends a word, and so does '='. */
static void print_exception(struct buf *out, const char *text)
{
	int depth = 0;
	bool ends = false;

	for (const char *p = text; *p; p++) {
		depth += *p == '{';
		depth -= *p == '}';
		ends |= *p == '=' || (*p == ',' && !depth);
		p += *p == '\\' && p[1];
	}
	if (ends)
		aac_word_print_listed(out, text);
	else
		aac_word_print(out, text);
}

void aac_print_pattern(struct buf *out, const struct aac_rule *rule, size_t field,
		       const char *prefix)
{
	if (!rule->fields[field].present)
		return;
	buf_puts(out, prefix);
	aac_word_print(out, rule->fields[field].patterns->text);
	for (const struct aac_pattern *not = rule->fields[field].patterns->except; not;
	     not = not->next) {
		buf_puts(out, not == rule->fields[field].patterns->except ? " except ("
									  : ", ");
		print_exception(out, not->text);
		if (!not->next)
			buf_putc(out, ')');
	}
}

void aac_print_name(struct buf *out, const struct aac_rule *rule, size_t field,
		    const char *prefix)
{
	const struct aac_pattern *name = rule->fields[field].patterns;

	if (name && !name->word->holes && strpbrk(name->text, "\\^"))
		buf_printf(out, name->word->quoted ? "%s\"%s\"" : "%s%s", prefix,
			   name->text);
	else
		aac_print_pattern(out, rule, field, prefix);
}

void aac_print_peer(struct buf *out, const struct aac_rule *rule,
		    const struct aac_cond *conds, size_t count)
{
	const char *before = " peer=(";

	for (size_t i = 0; i < count; i++) {
		if (!rule->fields[conds[i].field].present)
			continue;
		buf_printf(out, "%s%s=", before, conds[i].key);
		aac_word_print_listed(out, rule->fields[conds[i].field].patterns->text);
		before = ", ";
	}
	if (*before == ',')
		buf_putc(out, ')');
}

/* ---- comparing --------------------------------------------------------------------- */

enum aac_answer aac_answer_and(enum aac_answer a, enum aac_answer b)
{
	if (a == AAC_NO || b == AAC_NO)
		return AAC_NO;
	return a == AAC_YES && b == AAC_YES ? AAC_YES : AAC_UNKNOWN;
}

bool aac_field_is_any(const struct aac_rule *rule, size_t field)
{
	const struct aac_field *f = &rule->fields[field];

	return !f->present || (f->patterns && strcmp(f->patterns->text, "**") == 0);
}

static bool pattern_covered(const struct aac_field *wide,
			    const struct aac_pattern *narrow)
{
	for (const struct aac_pattern *w = wide->patterns; w; w = w->next)
		if (strcmp(w->text, narrow->text) == 0 ||
		    aac_glob_covers(w->glob, narrow->glob))
			return true;
	return false;
}

bool aac_field_covers(const struct aac_rule *wide, const struct aac_rule *narrow,
		      size_t field)
{
	const struct aac_field *w = &wide->fields[field], *n = &narrow->fields[field];

	if (!w->present)
		return true;
	if (!n->present)
		return false;
	if (wide->kind->fields[field].type == AAC_FIELD_SET)
		return !(n->set & ~w->set);
	for (const struct aac_pattern *p = n->patterns; p; p = p->next)
		if (!pattern_covered(w, p))
			return false;
	return true;
}

enum aac_answer aac_field_overlaps(const struct aac_rule *a, const struct aac_rule *b,
				   size_t field)
{
	const struct aac_field *fa = &a->fields[field], *fb = &b->fields[field];
	enum aac_answer best = AAC_NO;

	if (!fa->present || !fb->present)
		return AAC_YES;
	if (a->kind->fields[field].type == AAC_FIELD_SET)
		return fa->set & fb->set ? AAC_YES : AAC_NO;
	for (const struct aac_pattern *p = fa->patterns; p; p = p->next)
		for (const struct aac_pattern *q = fb->patterns; q; q = q->next) {
			enum aac_answer answer = aac_glob_overlaps(p->glob, q->glob);

			if (answer == AAC_YES)
				return AAC_YES;
			if (answer == AAC_UNKNOWN)
				best = AAC_UNKNOWN;
		}
	return best;
}

bool aac_fields_cover(const struct aac_rule *wide, const struct aac_rule *narrow,
		      size_t first, size_t end)
{
	for (size_t i = first; i < end; i++)
		if (!aac_field_covers(wide, narrow, i))
			return false;
	return true;
}

enum aac_answer aac_fields_overlap(const struct aac_rule *a, const struct aac_rule *b,
				   size_t first, size_t end)
{
	enum aac_answer answer = AAC_YES;

	for (size_t i = first; i < end; i++)
		answer = aac_answer_and(answer, aac_field_overlaps(a, b, i));
	return answer;
}

bool aac_field_equal(const struct aac_rule *a, const struct aac_rule *b, size_t field)
{
	const struct aac_field *fa = &a->fields[field], *fb = &b->fields[field];

	if (fa->present != fb->present)
		return false;
	if (!fa->present)
		return true;
	if (a->kind->fields[field].type == AAC_FIELD_SET)
		return fa->set == fb->set;
	return strcmp(fa->patterns->text, fb->patterns->text) == 0;
}
