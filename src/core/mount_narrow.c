/*
 * Mount and remount rules for parsers older than 3.0.10 (CVE-2016-1585).  Where a command
 * (bind, move, remount, a change of propagation) stands beside other options they read
 * two things into the rule: the command with all its options, and a new mount of anything
 * with the options alone.  Two commands are read as each alone, too.
 *
 * What the kernel does not compare can be left out, so that only the first remains.  The
 * flags of a remount are compared, every one: such a rule stays as it is, and the rules
 * that are also read into it are told.  Mixtures that no kernel asks for are refused.
 */
#include "base/arena.h"
#include "base/buf.h"
#include "core/context.h"
#include "core/diag.h"
#include "core/field.h"
#include "core/mount_view.h"
#include "core/rule.h"
#include "core/rule_text.h"
#include "core/target.h"

extern const struct aac_kind aac_kind_mount;

#define OF_COMMANDS                                                                      \
	(MOUNT_REMOUNT | MOUNT_BIND | MOUNT_REC | MOUNT_MOVE | MOUNT_PROPAGATION)

/* By class: the flags that stay, and why the others go.  `silent` stays beside a change
 * of propagation: the kernel compares it, so without it the rule would say less. */
static const struct {
	uint32_t keep;
	const char *why;
} narrowing[] = {
	[AAC_MOUNT_REMOUNT] = { ~0u, "apparmor_parser before 3.0.10 reads 'rw' beside "
				     "'remount' as any new mount; it is no flag of the "
				     "kernel's" },
	[AAC_MOUNT_BIND] = { MOUNT_BIND, "apparmor_parser before 3.0.10 reads other "
					 "options beside 'bind' as any new mount with "
					 "them; the kernel compares a bind's flags bind "
					 "and rec only" },
	[AAC_MOUNT_PROPAGATION] = { MOUNT_PROPAGATION | MOUNT_SILENT,
				    "apparmor_parser before 3.0.10 reads other options "
				    "beside a change of propagation as any new mount "
				    "with them; the kernel compares its own flags only" },
	[AAC_MOUNT_MOVE] = { MOUNT_MOVE,
			     "apparmor_parser before 3.0.10 reads other options beside "
			     "'move' as any new mount with them; the kernel compares "
			     "the flag move only" },
};

/* `options=(…)` with a command among them. */
static bool is_exact(const struct aac_rule *rule, struct aac_mount_view *view)
{
	*view = aac_mount_view(rule);
	return view->how == AAC_MOUNT_EXACT &&
	       aac_mount_class(view->flags) != AAC_MOUNT_NEW;
}

/* A remount's `options in (…)`, which these parsers read as another set of options. */
static bool is_remount_in(const struct aac_rule *rule, const struct aac_mount_view *view)
{
	return rule->kind->id == AAC_KIND_REMOUNT && view->how == AAC_MOUNT_OPAQUE;
}

static uint64_t narrow_words(const struct aac_mount_view *view, uint64_t set)
{
	enum aac_mount_class class = aac_mount_class(view->flags);

	if (class == AAC_MOUNT_BIND)
		return aac_vocab_bits(&aac_mount_options,
				      view->flags & MOUNT_REC ? "rbind" : "bind");
	return aac_mount_words(set, narrowing[class].keep);
}

/* Why no rule for these parsers says what this one does to newer ones; NULL: one can. */
static const char *find_mixture(const struct aac_mount_view *view)
{
	uint32_t flags = view->flags;

	if (aac_mount_class(flags) == AAC_MOUNT_BIND)
		return NULL;
	if (flags & MOUNT_PROPAGATION && flags & (MOUNT_REMOUNT | MOUNT_MOVE))
		return "a change of propagation beside another command";
	if (flags & MOUNT_REMOUNT && flags & MOUNT_MOVE)
		return "'move' beside 'remount'";
	if (flags & MOUNT_PROPAGATION && flags & MOUNT_RDONLY)
		return "'ro' beside a change of propagation";
	return NULL;
}

static const struct aac_rule *
refuse_mixture(struct aac_context *ctx, const struct aac_rule *rule, const char *what)
{
	aac_hint(ctx->diags,
		 aac_report(ctx->diags, AAC_ERROR, "target-unsupported",
			    rule->shape->body,
			    "%s cannot be said to apparmor_parser %s of target '%s'",
			    what, ctx->target->parser, ctx->target->name),
		 "write a rule for each command, without the options that it has not");
	return NULL;
}

const struct aac_rule *aac_mount_narrow(struct aac_context *ctx,
					const struct aac_rule *rule, const char **why)
{
	struct aac_mount_view view;
	struct aac_rule *narrowed;
	uint64_t words;

	if (!is_exact(rule, &view) && !is_remount_in(rule, &view))
		return rule;
	if (find_mixture(&view))
		return refuse_mixture(ctx, rule, find_mixture(&view));
	/* No new mount is read into a remount rule for its `rw`. */
	if (rule->kind->id == AAC_KIND_REMOUNT)
		return rule;
	words = narrow_words(&view, rule->fields[MOUNT_OPTIONS].set);
	if (words == rule->fields[MOUNT_OPTIONS].set)
		return rule;
	narrowed = ARENA_NEW(ctx->arena, struct aac_rule);
	*narrowed = *rule;
	narrowed->fields[MOUNT_OPTIONS].set = words;
	narrowed->fields[MOUNT_OPTIONS].present = words != 0;
	if (!aac_rule_finish(ctx, narrowed))
		return rule;
	*why = narrowing[aac_mount_class(view.flags)].why;
	return narrowed;
}

/* ---- what cannot be narrowed ---------------------------------------------------------
 */

#define BIT(word) aac_vocab_bits(&aac_mount_options, word)

struct widening {
	struct aac_context *ctx;
	const struct aac_rule *rule;
	struct buf texts;
};

/* One more mount rule: as the one at hand, but with the option words WORDS. */
static void put_rule(struct widening *w, size_t field, uint64_t words)
{
	struct aac_rule *read = ARENA_NEW(w->ctx->arena, struct aac_rule);

	*read = *w->rule;
	read->kind = &aac_kind_mount;
	for (size_t i = MOUNT_OPTIONS; i <= MOUNT_OPTIONS_IN; i++) {
		read->fields[i].set = i == field ? words : 0;
		read->fields[i].present = i == field;
	}
	if (aac_rule_finish(w->ctx, read))
		buf_printf(&w->texts, "%s%s", w->texts.len ? " " : "", read->text);
}

static void put_options(struct widening *w, uint64_t words)
{
	if (words)
		put_rule(w, MOUNT_OPTIONS, words);
}

/* `remount options in (…)`: these parsers take the words for each other's. */
static void widen_in(struct widening *w, const struct aac_mount_view *view)
{
	uint64_t set = w->rule->fields[MOUNT_OPTIONS_IN].set, words;
	uint32_t cleared;

	/* With `remount` among them they are read right. */
	if (aac_mount_flags(set, &cleared) & MOUNT_REMOUNT)
		return;
	words = aac_mount_words(set, ~(uint32_t)OF_COMMANDS);
	if (cleared & MOUNT_RDONLY)
		words |= BIT("ro");
	if (view->flags & MOUNT_BIND)
		put_options(w, BIT(view->flags & MOUNT_REC ? "rbind" : "bind"));
	if (words)
		put_rule(w, MOUNT_OPTIONS_IN, words);
}

static void widen_exact(struct widening *w, const struct aac_mount_view *view)
{
	uint64_t set = w->rule->fields[MOUNT_OPTIONS].set;

	if (view->flags & MOUNT_REMOUNT && view->flags & MOUNT_BIND)
		put_options(w, BIT(view->flags & MOUNT_REC ? "rbind" : "bind"));
	if (aac_mount_class(view->flags) != AAC_MOUNT_BIND)
		put_options(w, aac_mount_words(set, ~(uint32_t)OF_COMMANDS));
}

const char *aac_mount_widened(struct aac_context *ctx, const struct aac_rule *rule)
{
	struct widening w = { .ctx = ctx, .rule = rule };
	struct aac_mount_view view;
	const char *texts = NULL;

	if (is_exact(rule, &view))
		widen_exact(&w, &view);
	else if (is_remount_in(rule, &view))
		widen_in(&w, &view);
	if (w.texts.len)
		texts = arena_strndup(ctx->arena, w.texts.data, w.texts.len);
	buf_fini(&w.texts);
	return texts;
}
