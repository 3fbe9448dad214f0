/*
 * set rlimit NAME <= VALUE: a resource limit.  What a value may be depends on the limit:
 * a size (K, M, G), a number, a time or a niceness; `infinity` always.
 */
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/macro.h"
#include "core/ask.h"
#include "core/context.h"
#include "core/diag.h"
#include "core/field.h"
#include "core/number.h"

extern const struct aac_kind aac_kind_rlimit;

enum { NAME, VALUE, UNIT };

static const struct aac_term name_terms[] = {
	{ .word = "cpu" },
	{ .word = "fsize" },
	{ .word = "data" },
	{ .word = "stack" },
	{ .word = "core" },
	{ .word = "rss" },
	{ .word = "nofile" },
	{ .word = "as" },
	{ .word = "nproc" },
	{ .word = "memlock" },
	{ .word = "locks" },
	{ .word = "sigpending" },
	{ .word = "msgqueue" },
	{ .word = "nice" },
	{ .word = "rtprio" },
	{ .word = "rttime" },
	{ .word = "ofile", .is = "nofile" },
};

/* In the order of name_terms. */
static const enum {
	SIZE,
	NUMBER,
	TIME,
	SECONDS,
	NICE
} value_types[] = {
	SECONDS, SIZE, SIZE,   SIZE,   SIZE, SIZE, NUMBER, SIZE,
	NUMBER,	 SIZE, NUMBER, NUMBER, SIZE, NICE, NUMBER, TIME,
};

static const struct aac_vocab name_vocab = { "resource limit", name_terms,
					     ARRAY_SIZE(name_terms) };

static const struct aac_field_spec rlimit_fields[] = {
	[NAME] = { AAC_FIELD_SET, "limit", &name_vocab, "setrlimit(2) without RLIMIT_" },
	[VALUE] = { AAC_FIELD_PATTERN, "value", NULL,
		    "number, with its unit, or infinity" },
	[UNIT] = { AAC_FIELD_PATTERN, "unit", NULL, "when it stands apart" },
};

static bool build_rlimit(struct aac_context *ctx, const struct aac_shape *shape,
			 struct aac_rule *rule)
{
	const struct aac_arg *arg = shape->args.head;

	if (strcmp(arg->word->text, "set") != 0 || !arg->next ||
	    arg->next->type != AAC_ARG_WORD ||
	    strcmp(arg->next->word->text, "rlimit") != 0)
		return aac_refuse_missing(ctx, rule, shape,
					  "its beginning, 'set rlimit'");
	arg = arg->next->next;
	if (arg && arg->type == AAC_ARG_KEY)
		return aac_refuse_arg(ctx, rule, arg);
	if (!arg || arg->type != AAC_ARG_WORD)
		return aac_refuse_missing(ctx, rule, shape, "the name of a limit");
	if (!aac_field_word(ctx, rule, NAME, arg->word))
		return false;
	arg = arg->next;
	if (!arg || arg->type != AAC_ARG_LE)
		return arg ? aac_refuse_arg(ctx, rule, arg)
			   : aac_refuse_missing(ctx, rule, shape, "'<= VALUE'");
	arg = arg->next;
	if (!arg || arg->type != AAC_ARG_WORD)
		return aac_refuse_missing(ctx, rule, shape, "a value behind '<='");
	if (!aac_field_pattern(ctx, rule, VALUE, arg->word))
		return false;
	arg = arg->next;
	if (!arg)
		return true;
	if (arg->type != AAC_ARG_WORD || arg->next)
		return aac_refuse_arg(ctx, rule, arg->next ? arg->next : arg);
	return aac_field_pattern(ctx, rule, UNIT, arg->word);
}

static bool is_one_of(const char *word, const char *const *words)
{
	for (; *words; words++)
		if (strcmp(word, *words) == 0)
			return true;
	return false;
}

static bool unit_fits(int type, const char *unit)
{
	static const char *const sizes[] = { "", "K", "M", "G", "KB", "MB", "GB", NULL };
	static const char *const seconds[] = { "",	  "s",	  "sec",    "second",
					       "seconds", "min",  "minute", "minutes",
					       "h",	  "hour", "hours",  "d",
					       "day",	  "days", "week",   "weeks",
					       NULL };
	static const char *const fractions[] = { "us", "microsecond", "microseconds",
						 "ms", "millisecond", "milliseconds",
						 NULL };

	switch (type) {
	case SIZE:
		return is_one_of(unit, sizes);
	case TIME:
		return is_one_of(unit, seconds) || is_one_of(unit, fractions);
	case SECONDS:
		return is_one_of(unit, seconds);
	default:
		return !*unit;
	}
}

/* Digits, with a sign for nice; at most as many as 64 bits always hold; no octal. */
static size_t number_length(int type, const char *text)
{
	size_t sign = type == NICE && *text == '-',
	       digits = strspn(text + sign, "0123456789");
	const char *number = text + sign;

	if (!digits || digits > 18 || (digits > 1 && *number == '0'))
		return 0;
	if (type == NICE &&
	    (digits > 2 ||
	     (digits == 2 &&
	      (*number > '2' || (*number == '2' && (number[1] > '0' || !sign))))))
		return 0;
	return sign + digits;
}

static const char *value_text(struct buf *buf, const struct aac_rule *rule)
{
	buf_puts(buf, rule->fields[VALUE].patterns->text);
	if (rule->fields[UNIT].present)
		buf_puts(buf, rule->fields[UNIT].patterns->text);
	return buf_str(buf);
}

static bool check_rlimit(struct aac_context *ctx, const struct aac_rule *rule)
{
	static const char *const cures[] = {
		[SIZE] = "write a number, or one with K, M or G",
		[NUMBER] = "write a number",
		[TIME] = "write a number with us, ms, s, min, h, d or weeks",
		[SECONDS] = "write a number with s, min, h, d or weeks",
		[NICE] = "write a number from -20 to 19",
	};
	CLEANUP_BUF buf = { 0 };
	const char *text = value_text(&buf, rule);
	int term = __builtin_ctzll(rule->fields[NAME].set);
	int type = (int)value_types[term];
	size_t len = number_length(type, text);
	bool apart = rule->fields[UNIT].present;

	if (rule->fields[NAME].set & (rule->fields[NAME].set - 1)) {
		aac_report(ctx->diags, AAC_ERROR, "bad-combination",
			   rule->fields[NAME].span, "a rule sets one limit");
		return false;
	}
	if (!apart &&
	    (strcmp(text, "infinity") == 0 || (len && unit_fits(type, text + len))))
		return true;
	if (apart && len == strlen(rule->fields[VALUE].patterns->text) &&
	    unit_fits(type, text + len))
		return true;
	aac_hint(ctx->diags,
		 aac_report(ctx->diags, AAC_ERROR, "bad-limit", rule->fields[VALUE].span,
			    "'%.80s' is no value of the limit %s", text,
			    name_terms[term].word),
		 "%s; or infinity", cures[type]);
	return false;
}

static void print_rlimit(struct buf *out, const struct aac_rule *rule)
{
	CLEANUP_BUF buf = { 0 };

	buf_puts(out, "set rlimit");
	aac_print_set(out, rule, NAME, false);
	buf_printf(out, " <= %s", value_text(&buf, rule));
}

/* Only the same line says the same. */
static bool covers_rlimit(const struct aac_rule *wide, const struct aac_rule *narrow)
{
	(void)wide;
	(void)narrow;
	return false;
}

static int overlaps_rlimit(const struct aac_rule *a, const struct aac_rule *b)
{
	(void)a;
	(void)b;
	return AAC_NO;
}

/* ---- asking ------------------------------------------------------------------------ */

/* A value in the kernel's unit; rttime is in microseconds, cpu in seconds. */
static uint64_t limit_of(int type, const char *text)
{
	static const struct {
		const char *unit;
		uint64_t size, micros;
	} units[] = {
		{ "K", UINT64_C(1) << 10, 0 }, { "M", UINT64_C(1) << 20, 0 },
		{ "G", UINT64_C(1) << 30, 0 }, { "us", 0, 1 },
		{ "micro", 0, 1 },	       { "ms", 0, 1000 },
		{ "milli", 0, 1000 },	       { "s", 0, 1000000 },
		{ "min", 0, 60000000 },	       { "h", 0, UINT64_C(3600000000) },
		{ "d", 0, UINT64_C(86400000000) },
		{ "w", 0, UINT64_C(604800000000) },
	};
	char *unit;
	long long value = strtoll(text, &unit, 10);
	uint64_t factor = type == SECONDS ? 1000000 : 1;

	if (strcmp(text, "infinity") == 0)
		return UINT64_MAX;
	/* The kernel counts from 20 downwards, apparmor_parser upwards: what is -5 in a
	 * rule is 5 to the kernel. */
	if (type == NICE)
		return (uint64_t)(20 - value);
	for (size_t i = 0; i < ARRAY_SIZE(units); i++)
		if (strncmp(unit, units[i].unit, strlen(units[i].unit)) == 0) {
			factor = type == SIZE ? units[i].size : units[i].micros;
			break;
		}
	return (uint64_t)value * factor / (type == SECONDS ? 1000000 : 1);
}

static bool ask_rlimit(struct aac_ask *ask, const struct aac_rule *rule)
{
	struct aac_query *query;
	CLEANUP_BUF buf = { 0 };
	int term;

	if (!check_rlimit(ask->ctx, rule))
		return false;
	term = __builtin_ctzll(rule->fields[NAME].set);
	query = aac_ask_new(ask, AAC_QUERY_RLIMIT, 1);
	query->number = aac_number_find(AAC_NUMBER_LIMIT, name_terms[term].word);
	query->limit = limit_of((int)value_types[term], value_text(&buf, rule));
	return true;
}

const struct aac_kind aac_kind_rlimit = {
	.id = AAC_KIND_RLIMIT,
	.keyword = "rlimit",
	.summary = "resource limits",
	.usage = "set rlimit NAME <= VALUE",
	.fields = rlimit_fields,
	.field_count = ARRAY_SIZE(rlimit_fields),
	.no_qualifiers = true,
	.build = build_rlimit,
	.check = check_rlimit,
	.print = print_rlimit,
	.covers = covers_rlimit,
	.overlaps = overlaps_rlimit,
	.ask = ask_rlimit,
};
