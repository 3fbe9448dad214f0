/*
 * signal [ACCESS] [set=(SIGNAL …)] [peer=LABEL].  There are more signals than a
 * vocabulary has bits, so real-time signals, rtmin+0 to rtmin+32, are a field of their
 * own; a rule with neither field is about every signal.
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

extern const struct aac_kind aac_kind_signal;

enum { ACCESS, SIGNALS, REALTIME, PEER };

static const struct aac_term access_terms[] = {
	{ .word = "send" },
	{ .word = "receive" },
	{ .word = "r", .is = "receive" },
	{ .word = "w", .is = "send" },
	{ .word = "rw", .is = "receive send" },
	{ .word = "wr", .is = "receive send" },
	{ .word = "read", .is = "receive" },
	{ .word = "write", .is = "send" },
};

static const struct aac_term signal_terms[] = {
	{ .word = "hup" },    { .word = "int" },    { .word = "quit" },
	{ .word = "ill" },    { .word = "trap" },   { .word = "abrt" },
	{ .word = "bus" },    { .word = "fpe" },    { .word = "kill" },
	{ .word = "usr1" },   { .word = "segv" },   { .word = "usr2" },
	{ .word = "pipe" },   { .word = "alrm" },   { .word = "term" },
	{ .word = "stkflt" }, { .word = "chld" },   { .word = "cont" },
	{ .word = "stop" },   { .word = "stp" },    { .word = "ttin" },
	{ .word = "ttou" },   { .word = "urg" },    { .word = "xcpu" },
	{ .word = "xfsz" },   { .word = "vtalrm" }, { .word = "prof" },
	{ .word = "winch" },  { .word = "io" },	    { .word = "pwr" },
	{ .word = "sys" },    { .word = "emt" },    { .word = "exists" },
};

#define RT(n)                                                                            \
	{                                                                                \
		.word = "rtmin+" #n                                                      \
	}
static const struct aac_term realtime_terms[] = {
	RT(0),	RT(1),	RT(2),	RT(3),	RT(4),	RT(5),	RT(6),	RT(7),	RT(8),
	RT(9),	RT(10), RT(11), RT(12), RT(13), RT(14), RT(15), RT(16), RT(17),
	RT(18), RT(19), RT(20), RT(21), RT(22), RT(23), RT(24), RT(25), RT(26),
	RT(27), RT(28), RT(29), RT(30), RT(31), RT(32),
};

static const struct aac_vocab access_vocab = { "access of signal rules", access_terms,
					       ARRAY_SIZE(access_terms) };
static const struct aac_vocab signal_vocab = { "signal", signal_terms,
					       ARRAY_SIZE(signal_terms) };
static const struct aac_vocab realtime_vocab = { "signal", realtime_terms,
						 ARRAY_SIZE(realtime_terms) };

static const struct aac_field_spec signal_fields[] = {
	[ACCESS] = { AAC_FIELD_SET, "access", &access_vocab, "both when left out" },
	[SIGNALS] = { AAC_FIELD_SET, "set", &signal_vocab, "signal(7) without SIG" },
	[REALTIME] = { AAC_FIELD_SET, "set", &realtime_vocab, "real-time signals" },
	[PEER] = { AAC_FIELD_LABEL, "peer", NULL, "the other side's label" },
};

static const struct aac_cond signal_conds[] = {
	{ .key = "set", .field = SIGNALS, .many = true },
	{ .key = "peer", .field = PEER, .plain = true },
};
static const struct aac_conds signal_layout = { .has_access = true,
						.conds = signal_conds,
						.count = ARRAY_SIZE(signal_conds) };

static bool build_signal(struct aac_context *ctx, const struct aac_shape *shape,
			 struct aac_rule *rule)
{
	const struct aac_arg *rest;

	if (!aac_build_conds(ctx, shape, rule, &signal_layout, &rest))
		return false;
	return !rest || aac_refuse_arg(ctx, rule, rest);
}

/* rtmin+08 and rtmin+ as apparmor_parser reads them: rtmin+8 and rtmin+0. */
static const char *plain_realtime(struct aac_context *ctx, const char *text)
{
	const char *digits = text + strlen("rtmin+");

	if (strncmp(text, "rtmin+", strlen("rtmin+")) != 0 ||
	    digits[strspn(digits, "0123456789")])
		return text;
	while (*digits == '0')
		digits++;
	return arena_printf(ctx->arena, "rtmin+%s", *digits ? digits : "0");
}

static bool set_signal_word(struct aac_context *ctx, struct aac_rule *rule, size_t field,
			    struct aac_span span, const char *text)
{
	size_t last = field == SIGNALS ? REALTIME : field;

	text = plain_realtime(ctx, text);
	for (size_t i = field; i <= last; i++) {
		uint64_t bits = aac_vocab_bits(signal_fields[i].vocab, text);

		rule->fields[i].set |= bits;
		if (!bits)
			continue;
		rule->fields[i].present = true;
		rule->fields[field].present = rule->fields[field].set;
		return true;
	}
	if (strncmp(text, "rtmin+", 6) != 0)
		return aac_field_unknown(ctx, rule, field, span, text);
	aac_hint(ctx->diags,
		 aac_report(ctx->diags, AAC_ERROR, "unknown-word", span,
			    "'%.80s' is no signal", text),
		 "real-time signals are rtmin+0 to rtmin+32");
	return false;
}

static void print_signal(struct buf *out, const struct aac_rule *rule)
{
	uint64_t set = rule->fields[SIGNALS].set, realtime = rule->fields[REALTIME].set;
	CLEANUP_BUF words = { 0 };

	buf_puts(out, "signal");
	aac_print_set(out, rule, ACCESS, true);
	if (set && realtime) {
		aac_print_set(&words, rule, SIGNALS, true);
		words.data[words.len - 1] = ',';
		buf_printf(out, " set=%s", buf_str(&words) + 1);
		buf_clear(&words);
		aac_print_set(&words, rule, REALTIME, true);
		buf_printf(out, " %s", buf_str(&words) + 2);
	} else if (set | realtime) {
		aac_print_set(&words, rule, set ? SIGNALS : REALTIME, true);
		buf_printf(out, " set=%s", buf_str(&words) + 1);
	}
	aac_print_pattern(out, rule, PEER, " peer=");
}

static bool any_signal(const struct aac_rule *rule)
{
	return !rule->fields[SIGNALS].set && !rule->fields[REALTIME].set;
}

static bool covers_signal(const struct aac_rule *wide, const struct aac_rule *narrow)
{
	if (!aac_field_covers(wide, narrow, ACCESS) ||
	    !aac_field_covers(wide, narrow, PEER))
		return false;
	if (any_signal(wide) || any_signal(narrow))
		return any_signal(wide);
	return !(narrow->fields[SIGNALS].set & ~wide->fields[SIGNALS].set) &&
	       !(narrow->fields[REALTIME].set & ~wide->fields[REALTIME].set);
}

static int overlaps_signal(const struct aac_rule *a, const struct aac_rule *b)
{
	bool meet = any_signal(a) || any_signal(b) ||
		    a->fields[SIGNALS].set & b->fields[SIGNALS].set ||
		    a->fields[REALTIME].set & b->fields[REALTIME].set;

	if (!meet || aac_field_overlaps(a, b, ACCESS) == AAC_NO)
		return AAC_NO;
	return (int)aac_field_overlaps(a, b, PEER);
}

static const uint32_t access_bits[ARRAY_SIZE(access_terms)] = { AAC_MAY_SEND,
								AAC_MAY_RECEIVE };

/* One query for each signal of a set; without one the signal is not known. */
static bool ask_each(struct aac_ask *ask, const struct aac_rule *rule, size_t field,
		     const char *peer)
{
	const struct aac_vocab *vocab = signal_fields[field].vocab;

	for (size_t i = 0; i < vocab->count; i++) {
		struct aac_query *query;

		if (!(rule->fields[field].set >> i & 1))
			continue;
		query = aac_ask_new(ask, AAC_QUERY_SIGNAL,
				    aac_ask_bits(rule, ACCESS, access_bits));
		query->number = aac_number_find(AAC_NUMBER_SIGNAL, vocab->terms[i].word);
		query->label = peer;
	}
	return true;
}

static bool ask_signal(struct aac_ask *ask, const struct aac_rule *rule)
{
	const char *peer;

	if (!aac_ask_text(ask, rule, PEER, &peer))
		return false;
	if (rule->fields[SIGNALS].set | rule->fields[REALTIME].set)
		return ask_each(ask, rule, SIGNALS, peer) &&
		       ask_each(ask, rule, REALTIME, peer);
	aac_ask_new(ask, AAC_QUERY_SIGNAL, aac_ask_bits(rule, ACCESS, access_bits))
		->label = peer;
	return true;
}

const struct aac_kind aac_kind_signal = {
	.id = AAC_KIND_SIGNAL,
	.keyword = "signal",
	.summary = "sending and receiving signals",
	.usage = "signal [(send, receive)] [set=(SIGNAL, …)] [peer=LABEL]",
	.feature = "signal/mask",
	.fields = signal_fields,
	.field_count = ARRAY_SIZE(signal_fields),
	.build = build_signal,
	.set_word = set_signal_word,
	.print = print_signal,
	.covers = covers_signal,
	.overlaps = overlaps_signal,
	.ask = ask_signal,
};
