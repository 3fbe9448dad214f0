/*
 * Flags of profiles: the words that stand in flags=(…), and which of them exclude each
 * other (measured with apparmor_parser 3.0.8 and 4.1, that they are refused together).
 */
#include <string.h>

#include "base/arena.h"
#include "base/macro.h"
#include "base/suggest.h"
#include "core/context.h"
#include "core/diag.h"
#include "core/field.h"
#include "core/head.h"
#include "core/target.h"

enum group { FREE, MODE, ROOT, DELETED, DISCONNECTED, PLACE, CHROOT };

struct flag {
	const char *word;
	enum group group;   /* only one of a group may stand, but for FREE */
	const char *parser; /* first apparmor_parser that knows it; NULL: 3.0 or older */
	bool value;	    /* written WORD=VALUE */
};

static const struct flag flags[] = {
	{ "attach_disconnected", DISCONNECTED, NULL, false },
	{ "attach_disconnected.path", PLACE, "4.0", true },
	{ "audit", FREE, NULL, false },
	{ "chroot_attach", CHROOT, NULL, false },
	{ "chroot_no_attach", CHROOT, NULL, false },
	{ "chroot_relative", ROOT, NULL, false },
	{ "complain", MODE, NULL, false },
	{ "debug", FREE, "4.0", false },
	{ "default_allow", MODE, "4.0", false },
	{ "delegate_deleted", DELETED, NULL, false },
	{ "enforce", MODE, NULL, false },
	{ "error", FREE, "4.0", true },
	{ "interruptible", FREE, "4.0", false },
	{ "kill", MODE, NULL, false },
	{ "kill.signal", FREE, "4.0", true },
	{ "mediate_deleted", DELETED, NULL, false },
	{ "namespace_relative", ROOT, NULL, false },
	{ "no_attach_disconnected", DISCONNECTED, NULL, false },
	{ "prompt", MODE, "4.0", false },
	{ "unconfined", MODE, NULL, false },
};

static const struct flag *find_flag(const char *text)
{
	size_t len = strcspn(text, "=");

	for (size_t i = 0; i < ARRAY_SIZE(flags); i++)
		if (strlen(flags[i].word) == len &&
		    strncmp(flags[i].word, text, len) == 0)
			return &flags[i];
	return NULL;
}

static bool is_errno(const char *name)
{
	static const char *const others[] = { "EDEADLOCK", "EOPNOTSUPP", "EWOULDBLOCK",
					      "ENOTSUP" };

	for (int i = 1; i < 256; i++) {
		const char *known = strerrorname_np(i);

		if (known && strcasecmp(known, name) == 0)
			return true;
	}
	for (size_t i = 0; i < ARRAY_SIZE(others); i++)
		if (strcasecmp(others[i], name) == 0)
			return true;
	return false;
}

static bool is_signal(const char *name)
{
	const struct aac_kind *kind = aac_kind_get(AAC_KIND_SIGNAL);

	for (size_t i = 0; i < kind->field_count; i++)
		if (kind->fields[i].vocab && strcmp(kind->fields[i].name, "set") == 0 &&
		    aac_vocab_find(kind->fields[i].vocab, name))
			return true;
	return false;
}

/* What the value of FLAG must be, when it is not; else NULL. */
static const char *value_problem(const struct flag *flag, const char *value)
{
	if (strcmp(flag->word, "error") == 0)
		return is_errno(value) ? NULL : "an error's name, such as EPERM";
	if (strcmp(flag->word, "kill.signal") == 0)
		return is_signal(value) ? NULL : "a signal, such as term or kill";
	return *value == '/' && !strpbrk(value, " \t") ? NULL
						       : "a path that begins with '/'";
}

bool aac_flag_check(struct aac_context *ctx, struct aac_span at, const char *text)
{
	const struct flag *flag = find_flag(text);
	const char *value = strchr(text, '=');
	struct suggest suggest = { .word = text };
	struct aac_diag *diag;

	if (flag && flag->value && value && value[1]) {
		const char *problem = value_problem(flag, value + 1);

		if (!problem)
			return true;
		aac_hint(ctx->diags,
			 aac_report(ctx->diags, AAC_ERROR, "bad-flag", at,
				    "'%.60s' is no value of the flag '%s'", value + 1,
				    flag->word),
			 "it takes %s", problem);
		return false;
	}
	if (flag && !flag->value && !value)
		return true;
	if (flag) {
		diag = aac_report(ctx->diags, AAC_ERROR, "bad-flag", at,
				  flag->value ? "the flag '%s' needs a value"
					      : "the flag '%s' takes no value",
				  flag->word);
		aac_hint(ctx->diags, diag, flag->value ? "write '%s=…'" : "write '%s'",
			 flag->word);
		return false;
	}
	for (size_t i = 0; i < ARRAY_SIZE(flags); i++)
		suggest_offer(&suggest, flags[i].word);
	diag = aac_report(ctx->diags, AAC_ERROR, "bad-flag", at,
			  "'%.60s' is no flag of a profile", text);
	if (suggest_best(&suggest))
		aac_hint(ctx->diags, diag, "did you mean '%s'?", suggest_best(&suggest));
	else
		aac_hint(ctx->diags, diag,
			 "flags are for example 'complain', "
			 "'attach_disconnected', 'mediate_deleted'");
	return false;
}

/* Two flags of which a profile can have one only? */
static bool clash(const char *a, const char *b)
{
	const struct flag *x = find_flag(a), *y = find_flag(b);

	if (!x || !y)
		return false;
	if (strcmp(x->word, "attach_disconnected.path") == 0 && x == y)
		return strcmp(a, b) != 0;
	if (x->group == PLACE || y->group == PLACE)
		return strcmp(x->word, "no_attach_disconnected") == 0 ||
		       strcmp(y->word, "no_attach_disconnected") == 0;
	return x != y && x->group != FREE && x->group == y->group;
}

bool aac_flag_pair(struct aac_context *ctx, struct aac_span at, const char *a,
		   const char *b)
{
	if (!clash(a, b))
		return true;
	aac_hint(ctx->diags,
		 aac_report(ctx->diags, AAC_ERROR, "bad-flag", at,
			    "a profile cannot be both '%s' and '%s'", a, b),
		 "remove one of them");
	return false;
}

bool aac_flags_check(struct aac_context *ctx, const struct aac_words *list)
{
	for (const struct aac_word *b = list->head; b; b = b->next) {
		if (!aac_flag_check(ctx, b->span, b->text))
			return false;
		for (const struct aac_word *a = list->head; a != b; a = a->next) {
			if (strcmp(a->text, b->text) == 0)
				break; /* it was held against the others then */
			if (!aac_flag_pair(ctx, b->span, a->text, b->text))
				return false;
		}
	}
	return true;
}

bool aac_flag_supported(struct aac_context *ctx, struct aac_span at, const char *text)
{
	const struct flag *flag = find_flag(text);
	const struct aac_target *target = ctx->target;

	if (!flag || !flag->parser || !target ||
	    aac_version_compare(target->parser, flag->parser) >= 0)
		return true;
	aac_hint(ctx->diags,
		 aac_report(ctx->diags, AAC_ERROR, "target-unsupported", at,
			    "the flag '%s' is not known to target '%s' (apparmor_parser "
			    "%s)",
			    flag->word, target->name, target->parser),
		 "leave it out, or choose a target whose parser is %s or newer",
		 flag->parser);
	return false;
}
