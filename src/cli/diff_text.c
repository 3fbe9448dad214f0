/*
 * Differences as text and as JSON: takes pairs of compiled profiles, gives a line for
 * each sort of access that differs.
 */
#include "cli/diff_text.h"

#include <string.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/macro.h"
#include "cli/json_writer.h"
#include "cli/run.h"
#include "cli/selection.h"
#include "cli/text.h"
#include "core/blob.h"
#include "core/compare.h"
#include "core/query_print.h"

struct aac_pair {
	struct aac_pair *next;
	const struct aac_blob *a, *b;
	struct aac_comparison comparison;
};

/* May B allow more by it? */
static bool widens(const struct aac_finding *finding)
{
	return finding->kind == AAC_FINDING_GAINED ||
	       finding->kind == AAC_FINDING_CHANGED;
}

static bool is_told(const struct aac_diff *diff, const struct aac_finding *finding)
{
	return !diff->widening_only || widens(finding);
}

void aac_diff_add(struct aac_diff *diff, const struct aac_blob *a,
		  const struct aac_blob *b)
{
	struct arena *arena = diff->run->arena;
	struct aac_pair *pair = ARENA_NEW(arena, struct aac_pair);

	pair->a = a;
	pair->b = b;
	if (a && b) {
		pair->comparison =
			aac_compare_more(arena, a, b, diff->run->opts->examples);
		diff->compared++;
	} else {
		/* A profile less confines what ran in it no more. */
		diff->differs |= !diff->widening_only || !b;
	}
	for (const struct aac_finding *f = pair->comparison.findings; f; f = f->next)
		diff->differs |= is_told(diff, f);
	diff->unproved += pair->comparison.unproved;
	diff->differs |= pair->comparison.unproved > 0;
	LIST_APPEND(diff, pair);
}

/* ---- words ------------------------------------------------------------------------- */

/* The sort of an access, "" where its line says it all. */
static const char *sort_of(struct arena *arena, const struct aac_finding *finding)
{
	static const char odd[] = "an odd ";

	if (strncmp(finding->what, odd, strlen(odd)) == 0)
		return arena_printf(arena, "a %s with flags that mean nothing",
				    finding->what + strlen(odd));
	return finding->what;
}

static const char *explain(struct arena *arena, const struct aac_finding *finding)
{
	bool logged = finding->kind == AAC_FINDING_LOGGED;

	if (finding->from)
		return arena_printf(arena, "%s, was %s", finding->to, finding->from);
	if (!logged && finding->kind != AAC_FINDING_SILENCED)
		return sort_of(arena, finding);
	if (!finding->witness)
		return logged ? "now logged" : "no longer logged";
	return arena_printf(arena, "%s, %s", finding->granted ? "allowed" : "denied",
			    logged ? "now logged" : "no longer logged");
}

/* The same where nothing else tells what has become of it. */
static const char *summarize(struct arena *arena, const struct aac_finding *finding)
{
	const char *what = explain(arena, finding);

	if (*what)
		return what;
	return finding->kind == AAC_FINDING_GAINED ? "now allowed" : "no longer allowed";
}

static const char *access_of(struct arena *arena, const struct aac_finding *finding)
{
	CLEANUP_BUF text = { 0 };

	if (finding->witness)
		aac_query_print(&text, finding->witness);
	else if (finding->from || !finding->to)
		buf_printf(&text, "%s %s", finding->class, finding->what);
	else
		buf_printf(&text, "%s %s", finding->class, finding->to);
	return arena_strdup(arena, buf_str(&text));
}

/* ---- text -------------------------------------------------------------------------- */

static const char signs[] = {
	[AAC_FINDING_LOST] = '-',     [AAC_FINDING_GAINED] = '+',
	[AAC_FINDING_CHANGED] = '~',  [AAC_FINDING_LOGGED] = '!',
	[AAC_FINDING_SILENCED] = '!',
};

static void put_finding(const struct aac_diff *diff, const struct aac_finding *finding,
			struct buf *out)
{
	struct arena *arena = diff->run->arena;
	const char *why = explain(arena, finding);

	buf_printf(out, "  %c ", signs[finding->kind]);
	aac_put_safe(out, access_of(arena, finding));
	if (why && *why) {
		buf_puts(out, "    # ");
		aac_put_safe(out, why);
	}
	buf_putc(out, '\n');
	for (const struct aac_example *e = finding->others; e; e = e->next) {
		CLEANUP_BUF text = { 0 };

		aac_query_print(&text, e->query);
		buf_puts(out, "      ");
		aac_put_safe(out, buf_str(&text));
		buf_putc(out, '\n');
	}
}

static void put_pair(const struct aac_diff *diff, const struct aac_pair *pair,
		     struct buf *out)
{
	const struct aac_finding *finding = pair->comparison.findings;
	bool named = false;

	if (diff->widening_only && !pair->a)
		return;
	if (!pair->a || !pair->b) {
		buf_printf(out, "%c profile ", pair->b ? '+' : '-');
		aac_put_safe(out, pair->b ? pair->b->name : pair->a->name);
		buf_putc(out, '\n');
		return;
	}
	for (; finding; finding = finding->next) {
		if (!is_told(diff, finding))
			continue;
		if (!named) {
			aac_put_safe(out, pair->a->name);
			if (strcmp(pair->a->name, pair->b->name) != 0) {
				buf_puts(out, ", ");
				aac_put_safe(out, pair->b->name);
			}
			buf_puts(out, ":\n");
		}
		named = true;
		put_finding(diff, finding, out);
	}
	if (pair->comparison.unproved) {
		aac_put_safe(out, pair->a->name);
		buf_puts(out, ": not all of it could be compared\n");
	}
}

static void print_text(const struct aac_diff *diff, struct buf *out)
{
	const char *profiles =
		aac_count_text(diff->run->arena, diff->compared, "profile");

	for (const struct aac_pair *pair = diff->head; pair; pair = pair->next)
		put_pair(diff, pair, out);
	if (diff->differs || aac_option_given(diff->run->opts, AAC_OPT_QUIET))
		return;
	buf_printf(out,
		   diff->widening_only ? "nothing more is allowed: %s\n" : "equal: %s\n",
		   profiles);
}

/* ---- JSON -------------------------------------------------------------------------- */

/* Only where several are asked for. */
static void put_examples(struct aac_json *json, const struct aac_finding *finding)
{
	if (!finding->others)
		return;
	aac_json_begin(json, "examples", '[');
	for (const struct aac_example *e = finding->others; e; e = e->next) {
		CLEANUP_BUF text = { 0 };

		aac_query_print(&text, e->query);
		aac_json_put(json, NULL, buf_str(&text));
	}
	aac_json_end(json, ']');
}

static void put_list(const struct aac_diff *diff, struct aac_json *json, const char *key,
		     uint32_t kinds)
{
	struct arena *arena = diff->run->arena;

	aac_json_begin(json, key, '[');
	for (const struct aac_pair *pair = diff->head; pair; pair = pair->next)
		for (const struct aac_finding *f = pair->comparison.findings; f;
		     f = f->next) {
			if (!(kinds >> f->kind & 1) || !is_told(diff, f))
				continue;
			aac_json_begin(json, NULL, '{');
			aac_json_put(json, "profile", pair->a->name);
			aac_json_put(json, "class", f->class);
			aac_json_put(json, "access",
				     f->witness ? access_of(arena, f) : NULL);
			aac_json_put(json, "summary",
				     f->witness ? summarize(arena, f)
						: arena_printf(arena, "%s: %s",
							       access_of(arena, f),
							       summarize(arena, f)));
			put_examples(json, f);
			aac_json_end(json, '}');
		}
	aac_json_end(json, ']');
}

static void put_names(const struct aac_diff *diff, struct aac_json *json, const char *key,
		      bool only_a)
{
	aac_json_begin(json, key, '[');
	for (const struct aac_pair *pair = diff->head; pair; pair = pair->next)
		if (only_a ? !pair->b : !pair->a)
			aac_json_put(json, NULL, only_a ? pair->a->name : pair->b->name);
	aac_json_end(json, ']');
}

static void print_json(const struct aac_diff *diff, struct buf *out)
{
	struct aac_json json = { .out = out };

	aac_json_begin(&json, NULL, '{');
	aac_json_bool(&json, "equal", !diff->differs);
	aac_json_bool(&json, "proved", diff->unproved == 0);
	aac_json_number(&json, "compared", diff->compared);
	put_names(diff, &json, "only_a", true);
	put_names(diff, &json, "only_b", false);
	put_list(diff, &json, "gained", 1u << AAC_FINDING_GAINED);
	put_list(diff, &json, "lost", 1u << AAC_FINDING_LOST);
	put_list(diff, &json, "changed", 1u << AAC_FINDING_CHANGED);
	put_list(diff, &json, "audit",
		 1u << AAC_FINDING_LOGGED | 1u << AAC_FINDING_SILENCED);
	aac_json_end(&json, '}');
}

void aac_diff_print(const struct aac_diff *diff, struct buf *out)
{
	if (diff->run->opts->json)
		print_json(diff, out);
	else
		print_text(diff, out);
}
