/*
 * Checks of mount rules: what the kernel compares of them and what parsers make of them.
 * Source: mounts tried on Linux 6.1 and 6.12 under policy of apparmor_parser 3.0.8 and
 * 4.1.0, and what these compile the rules to.
 */
#include <string.h>

#include "base/arena.h"
#include "core/compare.h"
#include "core/context.h"
#include "core/lint.h"
#include "core/mount_view.h"
#include "core/query.h"
#include "core/rule.h"
#include "core/rule_means.h"
#include "core/target.h"

static bool is_mount(const struct aac_rule *rule)
{
	return rule->kind->id == AAC_KIND_MOUNT || rule->kind->id == AAC_KIND_REMOUNT;
}

/* ---- mount-widens-on-old-parser ---------------------------------------------------- */

/* What TARGET's parser reads into RULE, which nobody narrows; NULL: nothing more. */
static const char *widening(struct aac_lint *lint, const struct aac_rule *rule,
			    const struct aac_target *target)
{
	struct aac_context ctx = *lint->ctx;
	struct aac_diags silent;
	const char *why;

	aac_diags_init(&silent, ctx.arena);
	ctx.diags = &silent;
	ctx.target = target;
	if (aac_rule_narrow(&ctx, rule, &why) != rule)
		return "any new mount with its other options";
	why = aac_rule_widened(&ctx, rule);
	return why ? arena_printf(ctx.arena, "'%s'", why) : NULL;
}

static void widens_written(struct aac_lint *lint, const struct aac_lint_rule *one)
{
	const struct aac_rule *rule = one->rule;

	if (one->decl || !is_mount(rule) || rule->deny || rule->has_holes)
		return;
	for (size_t i = 0; i < lint->world->target_count; i++) {
		const struct aac_target *target = lint->world->targets[i];
		const char *more = widening(lint, rule, target);

		if (!more)
			continue;
		aac_lint_tell(lint, NULL, one, NULL, rule->shape->span,
			      "'%s' allows more than it says: apparmor_parser %s of '%s' "
			      "also reads %s into it",
			      rule->text, target->parser, target->name, more);
		return;
	}
}

/* Of a composition everything was narrowed that can be. */
static void widens_composed(struct aac_lint *lint, const struct aac_lint_unit *unit)
{
	for (size_t i = 0; i < unit->rules.count; i++) {
		const struct aac_lone_rule *rule = &unit->rules.items[i];

		if (rule->grant && rule->grant->widened && !rule->deny &&
		    aac_lint_own(unit, rule))
			aac_lint_tell(lint, rule, NULL, NULL, rule->span,
				      "'%s' allows more than it says: apparmor_parser %s "
				      "also reads '%s' into it",
				      rule->text, lint->ctx->target->parser,
				      rule->grant->widened);
	}
}

const struct aac_check aac_check_mount_widens_on_old_parser = {
	.slug = "mount-widens-on-old-parser",
	.severity = AAC_WARNING,
	.summary = "an old apparmor_parser makes any new mount of a mount rule",
	.rationale =
		"apparmor_parser before 3.0.10 (CVE-2016-1585) compiles a rule that "
		"names bind, move, remount or make-* beside other options to two "
		"expressions. The second has lost the command, so it allows a new mount "
		"of anything that has the other options. (rw, bind) allows any plain "
		"mount: ext4, devtmpfs, proc. Composing narrows what can be narrowed; "
		"this names the rest, and every such rule in text that nobody composes.",
	.cure = "leave out all options but the command, or hold the rule to few mount "
		"points",
	.also = "mount-widened",
	.dialect = AAC_LINT_PROFILE,
	.bad = "profile lxc-a {\n  mount options=(rw, bind) /srv/ -> /mnt/,\n}\n",
	.good = "profile lxc-a {\n  mount options=(bind) /srv/ -> /mnt/,\n}\n",
	.options = "--target debian12",
	.varies = true,
	.rule = widens_written,
	.unit = widens_composed,
};

/* ---- bind-from-anywhere, mount-any ------------------------------------------------- */

static bool grants_all(struct aac_lint *lint, const struct aac_lone_rule *rule,
		       const char *const *accesses)
{
	for (; *accesses; accesses++)
		if (!aac_lint_grants(lint, rule, *accesses))
			return false;
	return true;
}

/* Mounts that have nothing in common but that they are mounts. */
static bool is_mount_any(struct aac_lint *lint, const struct aac_lone_rule *rule)
{
	static const char *const accesses[] = {
		"mount fstype=aa-any /dev/aa-any -> /aa-any/",
		"mount fstype=ext4 options=(ro, sync) /dev/sda1 -> /mnt/",
		"mount options=(bind) /aa-any/ -> /mnt/",
		"mount options=(move) /mnt/ -> /aa-any/",
		NULL,
	};

	return grants_all(lint, rule, accesses);
}

/* May RULE bind the folder SOURCE to some place? */
static bool binds_from(struct aac_lint *lint, const struct aac_lone_rule *rule,
		       const char *source)
{
	struct aac_query query = { .type = AAC_QUERY_MOUNT,
				   .request = AAC_MAY_MOUNT,
				   .flags = MOUNT_BIND,
				   .other = source,
				   .fstype = "" };
	struct aac_decision decision = aac_decide(lint->ctx->arena, rule->blob, &query);

	/* Old parsers read a bind into (remount, bind). */
	if (!aac_rule_means(rule->rule, &query))
		return false;
	if (decision.mediated && decision.outcome == AAC_DENIED) {
		query.flags |= MOUNT_REC;
		decision = aac_decide(lint->ctx->arena, rule->blob, &query);
	}
	return decision.mediated && decision.outcome != AAC_DENIED;
}

static bool binds_anything(struct aac_lint *lint, const struct aac_lone_rule *rule)
{
	return binds_from(lint, rule, "/proc/") && binds_from(lint, rule, "/sys/") &&
	       binds_from(lint, rule, "/aa-any/") &&
	       binds_from(lint, rule, "/aa-any/aa-any");
}

static void bind_from_anywhere(struct aac_lint *lint, const struct aac_lint_unit *unit)
{
	for (size_t i = 0; i < unit->rules.count; i++) {
		const struct aac_lone_rule *rule = &unit->rules.items[i];

		if (rule->deny || !rule->blob || !is_mount(rule->rule) ||
		    !aac_lint_own(unit, rule) || !binds_anything(lint, rule) ||
		    is_mount_any(lint, rule))
			continue;
		aac_lint_tell(lint, rule, NULL, NULL, rule->span,
			      "'%s' lets anything be bound, /proc too", rule->text);
	}
}

const struct aac_check aac_check_bind_from_anywhere = {
	.slug = "bind-from-anywhere",
	.severity = AAC_WARNING,
	.summary = "a rule lets every file and folder be bound to another place",
	.rationale =
		"AppArmor decides by path. What is bound to another place has another "
		"path there, so whoever may bind /proc to /tmp/p writes "
		"/tmp/p/sysrq-trigger, which no rule about /proc/sysrq-trigger stops. A "
		"rule that binds from anywhere makes all path rules of a profile a "
		"matter of courtesy.",
	.cure = "name what is bound: mount options=(bind) /srv/** -> /mnt/**,",
	.bad = "fragment a \"Binds\" {\n    mount options=(bind),\n"
	       "    expect { allow mount options=(bind) /a/ -> /b/; }\n}\n",
	.good = "fragment a \"Binds\" {\n    mount options=(bind) /srv/** -> /mnt/**,\n"
		"    expect { allow mount options=(bind) /srv/a/ -> /mnt/a/; }\n}\n",
	.compiled = true,
	.varies = true,
	.unit = bind_from_anywhere,
};

static void mount_any(struct aac_lint *lint, const struct aac_lint_unit *unit)
{
	for (size_t i = 0; i < unit->rules.count; i++) {
		const struct aac_lone_rule *rule = &unit->rules.items[i];

		if (!rule->deny && rule->blob && is_mount(rule->rule) &&
		    aac_lint_own(unit, rule) && is_mount_any(lint, rule))
			aac_lint_tell(lint, rule, NULL, NULL, rule->span,
				      "'%s' allows every mount there is", rule->text);
	}
}

const struct aac_check aac_check_mount_any = {
	.slug = "mount-any",
	.severity = AAC_WARNING,
	.summary = "a rule allows every mount",
	.rationale =
		"A bare 'mount,' allows file systems of all types, binds and moves. "
		"Path rules no longer hold (see bind-from-anywhere), and the kernel's "
		"parsers of disk images are within reach. LXC's generated profile has "
		"it for nesting; what nested runtimes do mount is a few lines.",
	.cure = "write a rule for each mount that is needed: mount fstype=overlay,",
	.bad = "fragment a \"Mounts\" {\n    mount,\n"
	       "    expect { allow mount fstype=ext4 /dev/sda1 -> /mnt/; }\n}\n",
	.good = "fragment a \"Mounts\" {\n    mount fstype=overlay,\n"
		"    expect { allow mount fstype=overlay overlay -> /mnt/; }\n}\n",
	.compiled = true,
	.unit = mount_any,
};

/* ---- options-never-match ----------------------------------------------------------- */

static bool means(const void *env, const struct aac_query *query)
{
	return aac_rule_means(env, query);
}

static void options_never_match(struct aac_lint *lint, const struct aac_lint_unit *unit)
{
	for (size_t i = 0; i < unit->rules.count; i++) {
		const struct aac_lone_rule *rule = &unit->rules.items[i];
		struct aac_common_options options = { .file_bits = UINT32_MAX,
						      .takes = means,
						      .env = rule->rule };

		if (!rule->blob || !is_mount(rule->rule) || !aac_lint_own(unit, rule) ||
		    aac_mount_view(rule->rule).how != AAC_MOUNT_EXACT ||
		    aac_common(lint->ctx->arena, rule->blob, rule->blob, &options))
			continue;
		aac_lint_tell(lint, rule, NULL, NULL, rule->span,
			      "no mount(2) has the options of '%s'", rule->text);
	}
}

const struct aac_check aac_check_options_never_match = {
	.slug = "options-never-match",
	.severity = AAC_WARNING,
	.summary = "a mount rule has options that no mount(2) comes with",
	.rationale =
		"The kernel looks at one command of a mount(2) only, and hands AppArmor "
		"the flags that go with it: a change of propagation comes without ro, a "
		"bind without make-*. A rule with both compiles, and never matches: what "
		"it should allow is denied, what it should deny is not.",
	.cure = "write a rule for each command, with its own options",
	.dialect = AAC_LINT_PROFILE,
	.bad = "profile lxc-a {\n  mount options=(ro, rprivate) -> /mnt/,\n}\n",
	.good = "profile lxc-a {\n  mount options=(rprivate) -> /mnt/,\n}\n",
	.compiled = true,
	.varies = true,
	.unit = options_never_match,
};

/* ---- bind-flags-ignored ------------------------------------------------------------ */

static void bind_flags_ignored(struct aac_lint *lint, const struct aac_lint_rule *one)
{
	const struct aac_rule *rule = one->rule;
	struct aac_mount_view view;
	uint32_t cleared, flags;

	if (!is_mount(rule) || rule->fields[MOUNT_OPTIONS].holes.head)
		return;
	view = aac_mount_view(rule);
	flags = aac_mount_flags(rule->fields[MOUNT_OPTIONS].set, &cleared);
	flags &= ~(uint32_t)(MOUNT_BIND | MOUNT_REC | MOUNT_SILENT | MOUNT_PROPAGATION);
	if (view.how != AAC_MOUNT_EXACT || !flags ||
	    aac_mount_class(view.flags) != AAC_MOUNT_BIND)
		return;
	aac_lint_tell(
		lint, NULL, one, NULL, rule->shape->span,
		"'%s' of a bind is not looked at: the rule speaks of binds that can "
		"be written to as well",
		aac_mount_flag_word(flags & -flags));
}

const struct aac_check aac_check_bind_flags_ignored = {
	.slug = "bind-flags-ignored",
	.severity = AAC_WARNING,
	.summary = "a rule for a bind names flags that the kernel does not look at",
	.rationale =
		"At mount(2) with MS_BIND the kernel ignores ro, nosuid and all other "
		"flags, and so does AppArmor: (ro, bind) is plain bind. What makes a "
		"bind read-only is a remount after it, (ro, remount, bind), which needs "
		"a rule of its own.",
	.cure = "write (bind) or (rbind), and (ro, remount, bind) for sealing it",
	.bad = "fragment a \"Binds\" {\n"
	       "    mount options=(ro, bind) /srv/ -> /mnt/,\n"
	       "    expect { allow mount options=(bind) /srv/ -> /mnt/; }\n}\n",
	.good = "fragment a \"Binds\" {\n"
		"    mount options=(bind) /srv/ -> /mnt/,\n"
		"    mount options=(ro, remount, bind) -> /mnt/,\n"
		"    expect { allow mount options=(bind) /srv/ -> /mnt/; }\n}\n",
	.rule = bind_flags_ignored,
};

/* ---- mount-without-trailing-slash -------------------------------------------------- */

/* Is what the rule mounts on always a folder? */
static bool needs_folder(const struct aac_rule *rule)
{
	struct aac_mount_view view = aac_mount_view(rule);

	return rule->fields[MOUNT_FSTYPE].present ||
	       (view.how == AAC_MOUNT_EXACT &&
		aac_mount_class(view.flags) == AAC_MOUNT_MOVE);
}

static void without_slash(struct aac_lint *lint, const struct aac_lint_rule *one)
{
	static const char folders[] = "/{,**/}";
	const struct aac_rule *rule = one->rule;
	const struct aac_glob *folder;
	const char *error;
	size_t at;

	if (rule->kind->id != AAC_KIND_MOUNT || !needs_folder(rule))
		return;
	folder = aac_glob_new(lint->ctx->arena, folders, &error, &at);
	for (const struct aac_pattern *p = rule->fields[MOUNT_TARGET].patterns; p;
	     p = p->next) {
		if (!p->glob || aac_glob_has_variable(p->glob) ||
		    aac_glob_overlaps(p->glob, folder) != AAC_NO)
			continue;
		aac_lint_tell(lint, NULL, one, NULL, p->word->span,
			      "no folder can match the mount point '%s'", p->text);
	}
}

const struct aac_check aac_check_mount_without_trailing_slash = {
	.slug = "mount-without-trailing-slash",
	.severity = AAC_WARNING,
	.summary = "the mount point of a rule can match no folder",
	.rationale =
		"The kernel names a folder with a slash at its end. File systems are "
		"mounted on folders, so 'mount fstype=proc -> /proc,' never matches: the "
		"mount point is called /proc/. Only a bind may have a file as its mount "
		"point.",
	.cure = "end the mount point in '/', or in '**' for whatever is below",
	.bad = "fragment a \"Mounts\" {\n    mount fstype=proc -> /mnt,\n"
	       "    expect { deny mount fstype=proc proc -> /mnt/; }\n}\n",
	.good = "fragment a \"Mounts\" {\n    mount fstype=proc -> /mnt/,\n"
		"    expect { allow mount fstype=proc proc -> /mnt/; }\n}\n",
	.rule = without_slash,
};

/* ---- fstype-with-bind -------------------------------------------------------------- */

/* The tables refuse such a rule, which is where it is found. */
const struct aac_check aac_check_fstype_with_bind = {
	.slug = "fstype-with-bind",
	.severity = AAC_ERROR,
	.summary = "a rule for a bind, move, remount or propagation names a type",
	.rationale =
		"Only a new mount has a type. apparmor_parser before 3.0.10 compiles "
		"(rw, bind) with an fstype to a new mount of that type and forgets the "
		"bind; newer ones refuse it or never match. In rule files it is an error "
		"(mount-fstype-unused); this finds it in AppArmor's own text.",
	.cure = "leave out the type",
	.diag = "mount-fstype-unused",
	.dialect = AAC_LINT_PROFILE,
	.bad = "profile lxc-a {\n"
	       "  mount options=(rw, bind) fstype=none /srv/ -> /mnt/,\n}\n",
	.good = "profile lxc-a {\n  mount options=(bind) /srv/ -> /mnt/,\n}\n",
};
