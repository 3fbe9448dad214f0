/*
 * Checks of rules against the targets: what a parser does not know yet, and what a kernel
 * denies to a profile that does not say anything about it.
 */
#include <string.h>

#include "base/arena.h"
#include "base/buf.h"
#include "core/context.h"
#include "core/lint.h"
#include "core/rule.h"
#include "core/target.h"

/* ---- not-in-target ----------------------------------------------------------------- */

/* A rule file is refused too where only the kernel does not know the rule. */
static const struct aac_diag *find_unknown(struct aac_lint *lint,
					   const struct aac_lint_rule *one,
					   const struct aac_target *target)
{
	struct aac_diags *silent = ARENA_NEW(lint->ctx->arena, struct aac_diags);
	struct aac_context ctx = *lint->ctx;
	bool known;

	aac_diags_init(silent, ctx.arena);
	ctx.diags = silent;
	ctx.target = target;
	known = one->decl ? aac_rule_supported(&ctx, one->rule)
			  : aac_rule_known(&ctx, one->rule);
	return known ? NULL : silent->head;
}

static void not_in_target(struct aac_lint *lint, const struct aac_lint_rule *one)
{
	const struct aac_diag *first = NULL;
	struct aac_diag *diag;
	CLEANUP_BUF names = { 0 };

	for (size_t i = 0; !one->guarded && i < lint->world->target_count; i++) {
		const struct aac_target *target = lint->world->targets[i];
		const struct aac_diag *unknown = find_unknown(lint, one, target);

		if (!unknown)
			continue;
		first = first ? first : unknown;
		buf_printf(&names, "%s'%s'", names.len ? ", " : "", target->name);
	}
	if (!first)
		return;
	diag = aac_lint_tell(lint, NULL, one, NULL, one->rule->shape->span,
			     "this rule is not known to target %s", buf_str(&names));
	if (diag)
		aac_hint(&lint->diags, diag, "%s",
			 one->decl && first->hint ? first->hint : lint->check->cure);
}

const struct aac_check aac_check_not_in_target = {
	.slug = "not-in-target",
	.severity = AAC_WARNING,
	.summary = "a rule is not known to one of the targets",
	.rationale =
		"userns, mqueue, io_uring, all and priority= came with AppArmor 4: an "
		"older apparmor_parser refuses the file as a syntax error, and a kernel "
		"that does not mediate the class does not enforce the rule. Without "
		"--target a rule is held against all pinned targets.",
	.cure = "keep a text without it for that target; in a rule file write it in "
		"'if target supports \"…\" { … }'",
	.varies = true,
	.bad = "fragment a \"Sandboxes\" {\n    userns,\n"
	       "    expect { deny file /x w; }\n}\n",
	.good = "fragment a \"Sandboxes\" {\n    if target supports \"userns\" {\n"
		"        userns,\n    }\n    expect { deny file /x w; }\n}\n",
	.rule = not_in_target,
};

/* ---- new-class-denies -------------------------------------------------------------- */

struct class
{
	const char *name; /* for `target supports` */
	enum aac_kind_id kind;
};

static const struct class classes[] = {
	{ "userns", AAC_KIND_USERNS },
	{ "mqueue", AAC_KIND_MQUEUE },
	{ "io_uring", AAC_KIND_IO_URING },
};

/* Does the unit say something of KIND?  What is included may. */
static bool speaks_of(const struct aac_lint_unit *unit, enum aac_kind_id kind)
{
	for (size_t i = 0; i < unit->rules.count; i++) {
		const struct aac_lone_rules *inside =
			unit->inside ? unit->inside[i] : NULL;
		enum aac_kind_id id = unit->rules.items[i].rule->kind->id;

		if (id == kind || id == AAC_KIND_ALL)
			return true;
		for (size_t j = 0; inside && j < inside->count; j++)
			if (inside->items[j].rule->kind->id == kind ||
			    inside->items[j].rule->kind->id == AAC_KIND_ALL)
				return true;
	}
	return false;
}

static void new_class_denies(struct aac_lint *lint, const struct aac_lint_unit *unit)
{
	const struct aac_target *target = lint->ctx->target;

	if (unit->fragment || !target)
		return;
	for (size_t i = 0; i < sizeof(classes) / sizeof(*classes); i++)
		if (aac_target_supports(target, classes[i].name) &&
		    !speaks_of(unit, classes[i].kind))
			aac_lint_tell(lint, NULL, NULL, unit->decl, unit->span,
				      "'%s' says nothing of %s, so target '%s' denies it",
				      unit->name, classes[i].name, target->name);
}

const struct aac_check aac_check_new_class_denies = {
	.slug = "new-class-denies",
	.severity = AAC_WARNING,
	.summary = "the target denies what a profile says nothing about",
	.rationale =
		"Where kernel and abi mediate user namespaces, message queues or "
		"io_uring, a profile without a rule about them denies them all. A "
		"profile that was right under Debian 12 then breaks systemd's "
		"sandboxes, browsers and rootless runtimes under Debian 13 and PVE 9.",
	.cure = "write 'userns,' (and so on), or 'deny userns,' if that is meant; in a "
		"rule file in 'if target supports \"userns\" { … }'",
	.dialect = AAC_LINT_PROFILE,
	.options = "--target debian13 --no-check",
	.varies = true,
	.bad = "profile lxc-a {\n  file,\n}\n",
	.good = "profile lxc-a {\n  file,\n  userns,\n  mqueue,\n  io_uring,\n}\n",
	.unit = new_class_denies,
};
