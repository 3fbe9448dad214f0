/*
 * Checks of what denies take away: from included files, from the log, from runc.  A deny
 * wins over every allow and nothing undoes it, so each of them is looked at by what it
 * covers, not by what it was written for.
 */
#include <string.h>

#include "base/arena.h"
#include "core/access.h"
#include "core/context.h"
#include "core/lint.h"
#include "core/rule.h"
#include "core/rule_means.h"

/* ---- deny-blocks-runc -------------------------------------------------------------- */

/* Are containers started inside? */
static bool starts_containers(struct aac_lint *lint, const struct aac_lint_unit *unit)
{
	return aac_lint_allowed(lint, unit,
				"mount fstype=overlay overlay -> "
				"/var/lib/docker/overlay2/l/merged/") ||
	       aac_lint_allowed(lint, unit,
				"mount fstype=proc proc -> "
				"/var/lib/docker/overlay2/l/merged/proc/");
}

/* Does RULE refuse ACCESS?  *INSIDE: the deny of the file that it includes. */
static bool refuses(struct aac_lint *lint, const struct aac_lint_unit *unit,
		    const struct aac_lone_rule *rule, const char *access,
		    const struct aac_lone_rule **inside)
{
	const struct aac_lone_rules *included =
		unit->inside ? unit->inside[rule - unit->rules.items] : NULL;

	*inside = NULL;
	if (aac_lint_allowed(lint, unit, access))
		return false;
	if (rule->deny)
		return aac_lint_grants(lint, rule, access);
	for (size_t i = 0; included && i < included->count && !*inside; i++)
		if (included->items[i].deny &&
		    aac_lint_grants(lint, &included->items[i], access))
			*inside = &included->items[i];
	return *inside;
}

/* Each rule is told once, with the first access that it refuses. */
static void find_block(struct aac_lint *lint, const struct aac_lint_unit *unit,
		       const struct aac_lone_rule *rule, const char *const *list)
{
	const struct aac_lone_rule *inside = NULL;
	struct aac_diag *diag;

	while (*list && !refuses(lint, unit, rule, *list, &inside))
		list++;
	if (!*list)
		return;
	diag = aac_lint_tell(lint, rule, NULL, NULL, rule->span,
			     "'%s' denies what runc does to start a container: %s",
			     rule->text, *list);
	if (diag && inside)
		aac_note(&lint->diags, diag, inside->span, "by '%s'", inside->text);
}

static void deny_blocks_runc(struct aac_lint *lint, const struct aac_lint_unit *unit)
{
	static const char *const list[] = {
		"file /proc/sys/net/ipv4/ip_unprivileged_port_start w",
		"file /sys/net/ipv4/ip_unprivileged_port_start w",
		"file /sys/net/ipv4/ping_group_range w",
		"file /sys/kernel/domainname w",
		NULL,
	};

	if (!starts_containers(lint, unit))
		return;
	for (size_t i = 0; i < unit->rules.count; i++)
		if (aac_lint_own(unit, &unit->rules.items[i]))
			find_block(lint, unit, &unit->rules.items[i], list);
}

const struct aac_check aac_check_deny_blocks_runc = {
	.slug = "deny-blocks-runc",
	.severity = AAC_ERROR,
	.summary = "a deny over /proc/sys or /sys stops runc 1.3.3 and later",
	.rationale =
		"Since 1.3.3 (CVE-2025-52881) runc writes a container's sysctls through "
		"a procfs that is mounted nowhere. AppArmor sees such a file by its path "
		"from that file system's root, with /sys in front: "
		"/sys/net/ipv4/ip_unprivileged_port_start. Denies over /sys that leave "
		"room for sysfs only, as LXC's container-base has them, stop every "
		"container with 'permission denied', and no allow undoes a deny.",
	.cure = "leave /sys/net, /sys/kernel/{domainname,hostname,msg*,sem*,shm*} and "
		"/proc/sys/net out of the deny",
	.bad = "fragment a \"Runs containers\" {\n    /sys/net/** rw,\n"
	       "    mount fstype=overlay,\n    deny /sys/[^fdck]** wklx,\n"
	       "    expect { deny file /sys/power/state w; }\n}\n",
	.good = "fragment a \"Runs containers\" {\n    /sys/net/** rw,\n"
		"    mount fstype=overlay,\n    deny /sys/[^fdckn]** wklx,\n"
		"    expect { deny file /sys/power/state w; }\n}\n",
	.compiled = true,
	.unit = deny_blocks_runc,
};

/* ---- deny-undoes-include ----------------------------------------------------------- */

/* A rule of a file that is included, granted there. */
struct granted {
	const struct aac_lone_rule *rule, *include;
	const struct aac_finding *sorts;
};

static bool undoes(struct aac_lint *lint, const struct aac_lint_unit *unit,
		   const struct aac_lone_rule *deny, const struct granted *granted)
{
	return deny->deny && deny->blob && aac_lint_own(unit, deny) &&
	       aac_rules_meet(granted->rule->rule, deny->rule) &&
	       aac_lone_within(lint->ctx, granted->rule, granted->sorts, deny);
}

/* Each deny is told once for each include. */
static void tell_undone(struct aac_lint *lint, const struct aac_lint_unit *unit,
			const struct granted *granted, const void **told)
{
	for (size_t i = 0; i < unit->rules.count; i++) {
		const struct aac_lone_rule *deny = &unit->rules.items[i];
		struct aac_diag *diag;

		if (told[i] == granted->include || !undoes(lint, unit, deny, granted))
			continue;
		told[i] = granted->include;
		diag = aac_lint_tell(lint, deny, NULL, NULL, deny->span,
				     "'%s' takes away all of '%s', which '%s' grants",
				     deny->text, granted->rule->text,
				     granted->include->text);
		if (!diag)
			continue;
		aac_note(&lint->diags, diag, granted->include->span, "included here");
		aac_note(&lint->diags, diag, granted->rule->span, "granted there");
	}
}

static void deny_undoes_include(struct aac_lint *lint, const struct aac_lint_unit *unit)
{
	const void **told;

	if (!aac_lint_closed(unit) || !unit->inside)
		return;
	told = ARENA_ARRAY(lint->ctx->arena, const void *, unit->rules.count);
	for (size_t i = 0; i < unit->rules.count; i++) {
		const struct aac_lone_rules *inside = unit->inside[i];

		for (size_t j = 0; inside && j < inside->count; j++) {
			struct granted granted = { .rule = &inside->items[j],
						   .include = &unit->rules.items[i] };

			if (granted.rule->deny ||
			    granted.rule->rule->kind->id == AAC_KIND_INCLUDE)
				continue;
			granted.sorts = aac_lone_sorts(lint->ctx, granted.rule);
			tell_undone(lint, unit, &granted, told);
		}
	}
}

const struct aac_check aac_check_deny_undoes_include = {
	.slug = "deny-undoes-include",
	.severity = AAC_WARNING,
	.summary = "a deny takes away a rule of a file that is included",
	.rationale =
		"An abstraction is included for what it grants. A deny that covers one "
		"of its rules takes it back for good, also for everyone who includes "
		"this text in turn, and nothing in it says so.",
	.cure = "narrow the deny, or include less",
	.bad = "fragment a \"Looks up names\" {\n    include <abstractions/base>\n"
	       "    deny /etc/** rwklx,\n    expect { deny file /etc/x r; }\n}\n",
	.good = "fragment a \"Looks up names\" {\n    include <abstractions/base>\n"
		"    deny /etc/shadow rwklx,\n"
		"    expect { deny file /etc/shadow r; }\n}\n",
	.compiled = true,
	.unit = deny_undoes_include,
};

/* ---- deny-silences-audit ----------------------------------------------------------- */

static bool silences(struct aac_lint *lint, const struct aac_lone_rule *plain,
		     const struct aac_lone_rule *audit, const struct aac_finding *sorts)
{
	return plain->deny && !plain->audit && plain->priority == audit->priority &&
	       aac_rules_meet(plain->rule, audit->rule) &&
	       (aac_rule_silences(plain->rule, audit->rule) ||
		aac_lone_within(lint->ctx, audit, sorts, plain));
}

struct aac_lone_rule aac_lint_dropped(const struct aac_dropped *dropped)
{
	return (struct aac_lone_rule){ .rule = dropped->rule,
				       .fragment = dropped->origins->section,
				       .text = dropped->rule->text,
				       .span = dropped->origins->span };
}

bool aac_lint_silenced(const struct aac_dropped *dropped)
{
	return dropped->rule->deny && dropped->rule->audit && !dropped->by->rule->audit;
}

static void tell_silenced(struct aac_lint *lint, const struct aac_lone_rule *audit,
			  struct aac_span by, const char *text)
{
	struct aac_diag *diag = aac_lint_tell(
		lint, audit, NULL, NULL, audit->span,
		"'%s' logs nothing of what a plain deny covers too", audit->text);

	if (diag)
		aac_note(&lint->diags, diag, by, "silenced by '%s'", text);
}

static void tell_dropped_silenced(struct aac_lint *lint, const struct aac_lint_unit *unit)
{
	const struct aac_dropped *d = unit->policy ? unit->policy->dropped : NULL;

	for (; d; d = d->next) {
		struct aac_lone_rule rule = aac_lint_dropped(d);

		if (aac_lint_silenced(d) && aac_lint_own(unit, &rule))
			tell_silenced(lint, &rule, d->by->origins->span,
				      d->by->rule->text);
	}
}

static void deny_silences_audit(struct aac_lint *lint, const struct aac_lint_unit *unit)
{
	if (!aac_lint_closed(unit))
		return;
	tell_dropped_silenced(lint, unit);
	for (size_t i = 0; i < unit->rules.count; i++) {
		const struct aac_lone_rule *audit = &unit->rules.items[i];
		const struct aac_finding *sorts;

		if (!audit->deny || !audit->audit || !aac_lint_own(unit, audit))
			continue;
		sorts = aac_lone_sorts(lint->ctx, audit);
		for (size_t j = 0; j < unit->rules.count; j++) {
			const struct aac_lone_rule *plain = &unit->rules.items[j];

			if (!silences(lint, plain, audit, sorts))
				continue;
			tell_silenced(lint, audit, plain->span, plain->text);
			break;
		}
	}
}

const struct aac_check aac_check_deny_silences_audit = {
	.slug = "deny-silences-audit",
	.severity = AAC_WARNING,
	.summary = "a plain deny keeps an audit deny out of the log",
	.rationale =
		"A plain deny is quiet, and quiet wins: where it covers what an "
		"'audit deny' covers, apparmor_parser compiles the same bytes as without "
		"the 'audit', and an attempt leaves no line in the log.",
	.cure = "make both 'audit deny', or narrow the plain one",
	.also = "audit-silenced",
	.bad = "fragment a \"Denies\" {\n    audit deny /srv/a/x wkl,\n"
	       "    deny /srv/a/** wkl,\n    expect { deny file /srv/a/x w; }\n}\n",
	.good = "fragment a \"Denies\" {\n    audit deny /srv/a/x wkl,\n"
		"    deny /srv/b/** wkl,\n    expect { deny file /srv/a/x w; }\n}\n",
	.compiled = true,
	.unit = deny_silences_audit,
};
