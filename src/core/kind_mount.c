/*
 * mount, remount and umount.  A mount rule has conditions, then a source, then `->
 * target`; the other two have conditions and a mount point without an arrow.  What is
 * refused here beyond apparmor_parser's own refusals are rules that it reads otherwise
 * than they look: flags that contradict each other, two options conditions (merged by old
 * parsers, alternatives to new ones), a type beside bind or remount (the kernel does not
 * compare it).
 */
#include <string.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/macro.h"
#include "core/ask.h"
#include "core/context.h"
#include "core/diag.h"
#include "core/field.h"
#include "core/mount_view.h"
#include "core/rule_text.h"
#include "core/word.h"

extern const struct aac_kind aac_kind_mount, aac_kind_remount, aac_kind_umount;

static const struct aac_field_spec mount_fields[] = {
	[MOUNT_FSTYPE] = { AAC_FIELD_LABEL, "fstype", NULL, "file system types" },
	[MOUNT_OPTIONS] = { AAC_FIELD_SET, "options", &aac_mount_options,
			    "exactly these options" },
	[MOUNT_OPTIONS_IN] = { AAC_FIELD_SET, "options", &aac_mount_options,
			       "any of these options" },
	[MOUNT_SOURCE] = { AAC_FIELD_PATHS, "source", NULL,
			   "device, or what is bound or moved" },
	[MOUNT_TARGET] = { AAC_FIELD_PATHS, "mount point", NULL, "ends in '/'" },
};

/* ---- building ---------------------------------------------------------------------- */

static bool refuse(struct aac_context *ctx, struct aac_span span, const char *slug,
		   const char *message, const char *hint)
{
	aac_hint(ctx->diags, aac_report(ctx->diags, AAC_ERROR, slug, span, "%s", message),
		 "%s", hint);
	return false;
}

/* `nosuid?`: with it and without it.  A value of a parameter holds no '?' that counts. */
static bool set_option(struct aac_context *ctx, struct aac_rule *rule, size_t field,
		       struct aac_span span, const char *text)
{
	const struct aac_vocab *vocab = &aac_mount_options;
	size_t len = strlen(text);
	bool optional = len > 1 && text[len - 1] == '?' && span.end > span.begin &&
			span.source->text[span.end - 1] == '?';
	const char *word = optional ? arena_strndup(ctx->arena, text, len - 1) : text;
	uint64_t bits = aac_vocab_bits(vocab, word);

	if (!bits)
		return aac_field_unknown(ctx, rule, field, span, word);
	if (!optional) {
		rule->fields[field].set |= bits;
		return true;
	}
	if (field == MOUNT_OPTIONS_IN)
		return refuse(ctx, span, "bad-option",
			      "'options in (…)' takes any of its options already",
			      "remove the '?', or write options=(…)");
	rule->fields[field].maybe |= bits;
	rule->expands = true;
	return true;
}

static bool build_options(struct aac_context *ctx, struct aac_rule *rule,
			  const struct aac_arg *arg)
{
	bool in = arg->type == AAC_ARG_KEY_IN;

	if (rule->fields[MOUNT_OPTIONS].present || rule->fields[MOUNT_OPTIONS_IN].present)
		return refuse(
			ctx, arg->span, "mount-options-twice",
			"options are given twice, which apparmor_parser's versions read "
			"differently",
			"write one rule for each set of options");
	return aac_field_words(ctx, rule, in ? MOUNT_OPTIONS_IN : MOUNT_OPTIONS, arg,
			       &arg->list);
}

static bool build_fstype(struct aac_context *ctx, struct aac_rule *rule,
			 const struct aac_arg *arg)
{
	if (!arg->list.head)
		return refuse(ctx, arg->span, "empty-list", "the list of types is empty",
			      "leave it out to mean any type");
	for (const struct aac_arg *a = arg->list.head; a; a = a->next) {
		if (a->type != AAC_ARG_WORD)
			return aac_refuse_arg(ctx, rule, a);
		if (!aac_field_pattern(ctx, rule, MOUNT_FSTYPE, a->word))
			return false;
	}
	return true;
}

/* For did-you-mean. */
static const struct aac_cond mount_conds[] = {
	{ .key = "fstype", .field = MOUNT_FSTYPE },
	{ .key = "options", .field = MOUNT_OPTIONS },
};

/* Conditions up to the first argument that is none; *rest is that one. */
static bool build_conditions(struct aac_context *ctx, const struct aac_shape *shape,
			     struct aac_rule *rule, const struct aac_arg **rest)
{
	const struct aac_arg *arg = shape->args.head->next;
	bool fine = true;

	for (; arg && (arg->type == AAC_ARG_KEY || arg->type == AAC_ARG_KEY_IN);
	     arg = arg->next) {
		bool options = strcmp(arg->key, "options") == 0 ||
			       strcmp(arg->key, "option") == 0;
		bool fstype = strcmp(arg->key, "fstype") == 0 ||
			      strcmp(arg->key, "vfstype") == 0;

		if (arg->type == AAC_ARG_KEY_IN && !arg->paren)
			fine = refuse(ctx, arg->span, "bad-rule-condition",
				      "'in' takes a list in parentheses",
				      "write 'options in (ro, nosuid)'");
		else if (options)
			fine = build_options(ctx, rule, arg) && fine;
		else if (fstype)
			fine = build_fstype(ctx, rule, arg) && fine;
		else
			fine = aac_refuse_key(ctx, rule, arg, mount_conds,
					      ARRAY_SIZE(mount_conds), false);
	}
	*rest = arg;
	return fine;
}

static bool build_mount(struct aac_context *ctx, const struct aac_shape *shape,
			struct aac_rule *rule)
{
	const struct aac_arg *arg;
	bool fine = build_conditions(ctx, shape, rule, &arg);

	if (arg && arg->type == AAC_ARG_WORD) {
		fine = aac_field_pattern(ctx, rule, MOUNT_SOURCE, arg->word) && fine;
		arg = arg->next;
	}
	if (!arg)
		return fine;
	if (arg->type == AAC_ARG_KEY || arg->type == AAC_ARG_KEY_IN)
		return refuse(ctx, arg->span, "unexpected-argument",
			      "conditions must stand before the paths",
			      rule->kind->usage);
	if (arg->type != AAC_ARG_ARROW)
		return aac_refuse_arg(ctx, rule, arg);
	if (!arg->next)
		return aac_refuse_missing(ctx, rule, shape, "a mount point behind '->'");
	arg = arg->next;
	if (arg->type != AAC_ARG_WORD || arg->next)
		return aac_refuse_arg(ctx, rule, arg->next ? arg->next : arg);
	return aac_field_pattern(ctx, rule, MOUNT_TARGET, arg->word) && fine;
}

/* remount and umount: a mount point without an arrow. */
static bool build_point(struct aac_context *ctx, const struct aac_shape *shape,
			struct aac_rule *rule)
{
	const struct aac_arg *arg;
	bool fine = build_conditions(ctx, shape, rule, &arg);

	if (!arg)
		return fine;
	if (arg->type != AAC_ARG_WORD || arg->next)
		return aac_refuse_arg(ctx, rule,
				      arg->type == AAC_ARG_WORD ? arg->next : arg);
	return aac_field_pattern(ctx, rule, MOUNT_TARGET, arg->word) && fine;
}

/* ---- what does not go together ----------------------------------------------------- */

static bool check_flags(struct aac_context *ctx, const struct aac_rule *rule)
{
	uint64_t exact = rule->fields[MOUNT_OPTIONS].set;
	uint64_t set = exact | rule->fields[MOUNT_OPTIONS_IN].set;
	uint32_t cleared, flags = aac_mount_flags(set, &cleared);
	struct aac_span span = exact ? rule->fields[MOUNT_OPTIONS].span
				     : rule->fields[MOUNT_OPTIONS_IN].span;

	if (exact && flags & cleared)
		return refuse(
			ctx, span, "mount-options-contradict",
			"two of these options contradict each other, such as ro and rw",
			"write a rule for each, or 'options in (…)'");
	if (set && !flags && cleared == MOUNT_RELATIME)
		return refuse(
			ctx, span, "mount-options-void",
			"'norelatime' alone means any options to apparmor_parser 3.0",
			"write 'rw' for a mount without flags");
	return true;
}

/* `options in (…)` alone, and no plain flag in it: what the rule speaks of is no new
 * mount.  apparmor_parser 3.0 cannot encode it beside what only a new mount has. */
static bool is_in_kinds_only(const struct aac_rule *rule, uint32_t *flags)
{
	uint32_t cleared, kinds = MOUNT_REMOUNT | MOUNT_BIND | MOUNT_MOVE | MOUNT_REC |
				  MOUNT_PROPAGATION;

	*flags = aac_mount_flags(rule->fields[MOUNT_OPTIONS_IN].set, &cleared);
	return *flags && !(*flags & ~kinds) && !cleared &&
	       !rule->fields[MOUNT_OPTIONS].set;
}

static bool refuse_source(struct aac_context *ctx, const struct aac_field *source)
{
	return refuse(ctx, source->span, "mount-source-unused",
		      "a remount or a change of propagation has no source",
		      "write '-> PATH' for the mount point");
}

static bool check_mount(struct aac_context *ctx, const struct aac_rule *rule)
{
	const struct aac_field *fstype = &rule->fields[MOUNT_FSTYPE];
	const struct aac_field *source = &rule->fields[MOUNT_SOURCE];
	struct aac_mount_view view = aac_mount_view(rule);
	enum aac_mount_class class = aac_mount_class(view.flags);
	uint32_t in_flags;
	bool in_kinds = is_in_kinds_only(rule, &in_flags);

	if (!check_flags(ctx, rule))
		return false;
	aac_check_absolute(ctx, rule, MOUNT_TARGET);
	if (in_kinds && source->present && !(in_flags & (MOUNT_BIND | MOUNT_MOVE)))
		return refuse_source(ctx, source);
	if ((view.how != AAC_MOUNT_EXACT || class == AAC_MOUNT_NEW) &&
	    !(in_kinds && fstype->present))
		return true;
	if (fstype->present)
		return refuse(ctx, fstype->span, "mount-fstype-unused",
			      "a type says nothing about bind, move, remount and "
			      "propagation: the "
			      "kernel does not compare it",
			      "leave out the type");
	if (source->present &&
	    (class == AAC_MOUNT_REMOUNT || class == AAC_MOUNT_PROPAGATION))
		return refuse_source(ctx, source);
	return true;
}

static bool check_remount(struct aac_context *ctx, const struct aac_rule *rule)
{
	const struct aac_field *fstype = &rule->fields[MOUNT_FSTYPE];

	if (fstype->present)
		return refuse(ctx, fstype->span, "mount-fstype-unused",
			      "a remount has no type: the kernel does not compare it",
			      "leave out the type");
	aac_check_absolute(ctx, rule, MOUNT_TARGET);
	return check_flags(ctx, rule);
}

/* apparmor_parser takes conditions here and ignores them: the rule looks narrower than it
 * is. */
static bool check_umount(struct aac_context *ctx, const struct aac_rule *rule)
{
	for (size_t i = 0; i < MOUNT_SOURCE; i++)
		if (rule->fields[i].present)
			aac_hint(ctx->diags,
				 aac_report(ctx->diags, AAC_WARNING, "umount-condition",
					    rule->fields[i].span,
					    "umount knows only the mount point: "
					    "apparmor_parser ignores fstype and options "
					    "here"),
				 "leave them out");
	aac_check_absolute(ctx, rule, MOUNT_TARGET);
	return true;
}

/* ---- text -------------------------------------------------------------------------- */

static void print_types(struct buf *out, const struct aac_rule *rule)
{
	const struct aac_pattern *first = rule->fields[MOUNT_FSTYPE].patterns;

	buf_puts(out, first->next ? " fstype=(" : " fstype=");
	for (const struct aac_pattern *p = first; p; p = p->next) {
		if (p != first)
			buf_puts(out, ", ");
		if (first->next)
			aac_word_print_listed(out, p->text);
		else
			aac_word_print(out, p->text);
	}
	if (first->next)
		buf_putc(out, ')');
}

static void print_conditions(struct buf *out, const struct aac_rule *rule)
{
	buf_puts(out, rule->kind->keyword);
	if (rule->fields[MOUNT_FSTYPE].present)
		print_types(out, rule);
	if (rule->fields[MOUNT_OPTIONS].set | rule->fields[MOUNT_OPTIONS].maybe) {
		CLEANUP_BUF words = { 0 };

		aac_print_set(&words, rule, MOUNT_OPTIONS, true);
		buf_printf(out, " options=%s", buf_str(&words) + 1);
	}
	if (rule->fields[MOUNT_OPTIONS_IN].set) {
		buf_puts(out, " options in");
		aac_print_set(out, rule, MOUNT_OPTIONS_IN, true);
	}
}

static void print_mount(struct buf *out, const struct aac_rule *rule)
{
	print_conditions(out, rule);
	aac_print_pattern(out, rule, MOUNT_SOURCE, " ");
	aac_print_pattern(out, rule, MOUNT_TARGET, " -> ");
}

static void print_point(struct buf *out, const struct aac_rule *rule)
{
	print_conditions(out, rule);
	aac_print_pattern(out, rule, MOUNT_TARGET, " ");
}

static bool covers_point(const struct aac_rule *wide, const struct aac_rule *narrow)
{
	return aac_field_is_any(wide, MOUNT_TARGET) ||
	       aac_field_covers(wide, narrow, MOUNT_TARGET);
}

/* ---- asking ------------------------------------------------------------------------ */

static bool refuse_in(struct aac_ask *ask, const struct aac_rule *rule)
{
	return refuse(ask->ctx, rule->fields[MOUNT_OPTIONS_IN].span, "glob-in-access",
		      "an access has its options and no others",
		      "write 'options=(…)' with all of them");
}

/* Options that are left out mean none: a plain read-write mount. */
static bool ask_mount(struct aac_ask *ask, const struct aac_rule *rule)
{
	struct aac_query *query = aac_ask_new(ask, AAC_QUERY_MOUNT, AAC_MAY_MOUNT);
	uint32_t cleared;

	if (rule->fields[MOUNT_OPTIONS_IN].present)
		return refuse_in(ask, rule);
	query->flags = aac_mount_flags(rule->fields[MOUNT_OPTIONS].set, &cleared);
	if (rule->kind->id == AAC_KIND_REMOUNT)
		query->flags |= MOUNT_REMOUNT;
	if (query->flags & cleared)
		return refuse(ask->ctx, rule->fields[MOUNT_OPTIONS].span, "mount-options",
			      "two of the options contradict each other",
			      "keep one of them");
	return aac_ask_text(ask, rule, MOUNT_FSTYPE, &query->fstype) &&
	       aac_ask_text(ask, rule, MOUNT_SOURCE, &query->other) &&
	       aac_ask_text(ask, rule, MOUNT_TARGET, &query->name);
}

static bool ask_umount(struct aac_ask *ask, const struct aac_rule *rule)
{
	struct aac_query *query = aac_ask_new(ask, AAC_QUERY_UMOUNT, AAC_MAY_UMOUNT);

	return aac_ask_text(ask, rule, MOUNT_TARGET, &query->name);
}

const struct aac_kind aac_kind_mount = {
	.id = AAC_KIND_MOUNT,
	.keyword = "mount",
	.summary = "mounting, binding, moving, propagation",
	.usage = "mount [fstype=TYPE] [options=(OPTION, …)] [SOURCE] [-> MOUNTPOINT]",
	.feature = "mount/mask",
	.fields = mount_fields,
	.field_count = MOUNT_FIELDS,
	.build = build_mount,
	.set_word = set_option,
	.check = check_mount,
	.print = print_mount,
	.covers = aac_mount_covers,
	.narrow = aac_mount_narrow,
	.widened = aac_mount_widened,
	.ask = ask_mount,
};

const struct aac_kind aac_kind_remount = {
	.id = AAC_KIND_REMOUNT,
	.keyword = "remount",
	.summary = "changing the options of a mount",
	.usage = "remount [options=(OPTION, …)] [MOUNTPOINT]",
	.feature = "mount/mask",
	.fields = mount_fields,
	.field_count = MOUNT_FIELDS,
	.build = build_point,
	.set_word = set_option,
	.check = check_remount,
	.print = print_point,
	.covers = aac_mount_covers,
	.narrow = aac_mount_narrow,
	.widened = aac_mount_widened,
	.ask = ask_mount,
};

const struct aac_kind aac_kind_umount = {
	.id = AAC_KIND_UMOUNT,
	.keyword = "umount",
	.summary = "unmounting",
	.usage = "umount [MOUNTPOINT]",
	.feature = "mount/mask",
	.fields = mount_fields,
	.field_count = MOUNT_FIELDS,
	.build = build_point,
	.check = check_umount,
	.print = print_point,
	.covers = covers_point,
	.ask = ask_umount,
};
