/*
 * What is asked about rules: qualifiers, targets, covering, overlapping, conflicts.
 * Where apparmor_parser can judge an answer, tests/property asks it about many more
 * pairs.
 */
#include "core/rule.h"

#include <criterion/criterion.h>
#include <string.h>

#include "base/arena.h"
#include "base/macro.h"
#include "core/source.h"
#include "core/target.h"
#include "support/rule_text.h"

/* ---- qualifiers -------------------------------------------------------------------- */

Test(rule, qualifiers_in_order)
{
	cr_expect_str_eq(rule_text("allow /p r,"), "/p r,");
	cr_expect_str_eq(rule_text("audit allow owner /p r,"), "audit owner /p r,");
	cr_expect_str_eq(rule_text("priority=7 audit deny other /p w,"),
			 "priority=7 audit deny other /p w,");
}

Test(rule, qualifiers_out_of_order)
{
	struct aac_context *ctx = rule_context();

	cr_assert_null(rule_new(ctx, "deny audit mount fstype=binfmt_misc,"));
	cr_expect_str_eq(ctx->diags->head->slug, "qualifier-order");
	cr_expect_str_eq(ctx->diags->head->message, "'deny' must follow 'audit'");
	cr_expect_str_eq(ctx->diags->head->hint, "write 'audit deny mount …'");
	cr_expect_eq(ctx->diags->errors, 1);

	cr_expect_str_eq(rule_slug("owner audit /p r,"), "qualifier-order");
	cr_expect_str_eq(rule_slug("audit priority=1 /p r,"), "qualifier-order");
	cr_expect_str_eq(rule_slug("audit audit /p r,"), "qualifier-duplicate");
	cr_expect_str_eq(rule_slug("allow deny /p r,"), "qualifier-conflict");
	cr_expect_str_eq(rule_slug("owner other /p r,"), "qualifier-conflict");
	cr_expect_str_eq(rule_slug("owner capability chown,"), "qualifier-misplaced");
}

/* ---- targets ----------------------------------------------------------------------- */

static struct aac_context *context_for(const char *parser, const char *features)
{
	struct aac_context *ctx = rule_context();
	const char *record =
		arena_printf(ctx->arena,
			     "summary = s\nabi = abi/3.0\nparser = %s\n"
			     "parser-min = %s\nparser-max = %s\nkernel = 6.1\n",
			     parser, parser, parser);

	ctx->target = aac_target_parse(
		ctx, "debian12",
		aac_source_new(ctx->arena, "t", "t", record, strlen(record)),
		aac_source_new(ctx->arena, "f", "f", features, strlen(features)));
	cr_assert_not_null(ctx->target);
	return ctx;
}

#define OLD_FEATURES                                                                     \
	"mount {mask {mount umount pivot_root\n}\n}\nsignal {mask {hup\n}\n}\n"

static const char *unsupported(const char *parser, const char *text)
{
	struct aac_context *ctx = context_for(parser, OLD_FEATURES);
	const struct aac_rule *rule = rule_new(ctx, text);

	cr_assert_not_null(rule, "%s", text);
	if (aac_rule_supported(ctx, rule))
		return "";
	cr_expect_str_eq(ctx->diags->head->slug, "target-unsupported");
	return arena_printf(ctx->arena, "%s; %s", ctx->diags->head->message,
			    ctx->diags->head->hint);
}

Test(target, what_it_does_not_know)
{
	cr_expect_str_eq(
		unsupported("3.0.8", "userns,"),
		"'userns' is not known to target 'debian12' (apparmor_parser 3.0.8); put "
		"it in: if target supports \"userns\" { userns, }");
	cr_expect_str_eq(
		unsupported("3.0.8", "mount options=(ro, nosymfollow),"),
		"'nosymfollow' is not known to target 'debian12' (apparmor_parser "
		"3.0.8); "
		"put it in: if target supports \"nosymfollow\" { mount options=(ro, "
		"nosymfollow), }");
	cr_expect_str_eq(unsupported("4.0", "priority=1 /p r,"),
			 "'priority=' is not known to target 'debian12' (apparmor_parser "
			 "4.0); put "
			 "it in: if target parser >= \"4.1\" { priority=1 /p r, }");
	cr_expect_str_eq(unsupported("3.0.8", "dbus,"),
			 "'dbus' is not mediated by the kernel of target 'debian12' "
			 "(6.1): the rule "
			 "would not be enforced; put it in: if target supports \"dbus\" "
			 "{ dbus, }");
	cr_expect_neq(*unsupported("3.0.8", "unix (send),"), '\0');
	cr_expect_neq(*unsupported("3.0.8", "ptrace,"), '\0');
	cr_expect_neq(*unsupported("4.1", "userns,"), '\0');
	cr_expect_neq(*unsupported("4.1", "mqueue,"), '\0');
	cr_expect_neq(*unsupported("4.0", "all,"), '\0');
}

Test(target, what_it_knows)
{
	static const char *const rules[] = { "mount,",		"umount /a/,",
					     "pivot_root,",	"signal,",
					     "network inet,",	"/p r,",
					     "capability bpf,", "change_profile -> a," };
	struct aac_context *none = rule_context();

	for (size_t i = 0; i < ARRAY_SIZE(rules); i++)
		cr_expect_str_eq(unsupported("3.0.8", rules[i]), "", "%s", rules[i]);
	cr_expect_str_eq(unsupported("4.1", "priority=1 /p r,"), "");
	cr_expect_str_eq(unsupported("4.0", "mount options=(nosymfollow),"), "");
	cr_expect_str_eq(unsupported("4.1", "all,"), "");
	cr_expect(aac_rule_supported(none, rule_new(none, "userns,")));
}

static const char *narrowed(const char *parser, const char *text)
{
	struct aac_context *ctx = context_for(parser, OLD_FEATURES);
	const struct aac_rule *rule = rule_new(ctx, text), *narrow;
	const char *why = "";

	cr_assert_not_null(rule, "%s", text);
	narrow = aac_rule_narrow(ctx, rule, &why);
	cr_expect_eq(narrow != rule, why != NULL, "%s", text);
	return narrow->text;
}

Test(target, old_parsers_get_narrow_mounts)
{
	static const struct {
		const char *text, *narrow; /* NULL: as it stands */
	} rows[] = {
		{ "mount options=(rw, bind) /a -> /b,",
		  "mount options=(bind) /a -> /b," },
		{ "mount options=(ro, nosuid, rbind),", "mount options=(rbind)," },
		{ "mount options=(bind, rbind),", "mount options=(rbind)," },
		{ "mount options=(rw, move) -> /b,", "mount options=(move) -> /b," },
		{ "audit deny mount options=(rw, make-rslave) -> /,",
		  "audit deny mount options=(rslave) -> /," },
		{ "mount options=(rw, silent, slave),",
		  "mount options=(silent, slave)," },
		{ "mount options=(rw, remount) -> /a/,",
		  "mount options=(remount) -> /a/," },
		{ "mount options=(bind),", NULL },
		{ "mount options=(rslave),", NULL },
		{ "mount options=(ro, remount) -> /a/,", NULL },
		{ "mount options=(ro, remount, bind) -> /a/,", NULL },
		{ "mount options=(rw, nosuid),", NULL },
		{ "mount options in (rw, bind),", NULL },
		{ "mount fstype=ext4 options=(rw),", NULL },
		{ "mount,", NULL },
		{ "remount options=(rw) /a/,", NULL },
		{ "umount /a/,", NULL },
		{ "/p rw,", NULL },
	};

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		const char *wanted = rows[i].narrow ? rows[i].narrow : rows[i].text;

		cr_expect_str_eq(narrowed("3.0.8", rows[i].text), wanted, "%s gave %s",
				 rows[i].text, narrowed("3.0.8", rows[i].text));
		cr_expect_str_eq(narrowed("3.0.10", rows[i].text),
				 rule_text(rows[i].text));
	}
	cr_expect_str_eq(narrowed("3.1.2", "mount options=(rw, bind),"),
			 "mount options=(bind),");
}

/* ---- two rules --------------------------------------------------------------------- */

static const struct aac_rule *made(const char *text)
{
	const struct aac_rule *rule = rule_new(rule_context(), text);

	cr_assert_not_null(rule, "%s", text);
	return rule;
}

static void covers(const char *wide, const char *narrow)
{
	cr_expect(aac_rule_covers(made(wide), made(narrow)), "%s should cover %s", wide,
		  narrow);
}

static void covers_not(const char *wide, const char *narrow)
{
	cr_expect_not(aac_rule_covers(made(wide), made(narrow)), "%s should not cover %s",
		      wide, narrow);
}

Test(covers, qualifiers)
{
	covers("/p rw,", "/p r,");
	covers("audit /p rw,", "/p r,");
	covers_not("/p rw,", "audit /p r,");
	covers("/p rw,", "owner /p r,");
	covers_not("owner /p rw,", "/p r,");
	covers_not("owner /p rw,", "other /p r,");
	covers_not("/p rw,", "deny /p r,");
	covers_not("deny /p rw,", "/p r,");
	covers("deny /p rw,", "deny /p r,");
	covers("deny /p rw,", "audit deny /p r,");
	covers_not("audit deny /p rw,", "deny /p r,");
	covers("audit deny /p rw,", "audit deny /p r,");
	covers_not("priority=1 /p rw,", "/p r,");
	covers("priority=1 /p rw,", "priority=1 /p r,");
	covers("priority=0 /p rw,", "/p r,");
}

Test(covers, files)
{
	covers("/** rw,", "/a/b w,");
	covers("/p w,", "/p a,");
	covers_not("/p a,", "/p w,");
	covers("file,", "/p rwmklix,");
	covers_not("file,", "/p px,");
	covers_not("/** rpx,", "/p rix,");
	covers("/** px -> a,", "/p px -> a,");
	covers_not("/** px -> a,", "/p px -> b,");
	covers_not("/** px,", "/p px -> b,");
	covers("deny /** rwx,", "deny /p x,");
	covers("@{HOME}/** r,", "@{HOME}/x r,");
	covers_not("/home/** r,", "@{HOME}/x r,");
	covers_not("/* l,", "link /a -> /b,");
}

Test(covers, mounts)
{
	covers("mount,", "mount options=(ro, remount, bind) -> /a/,");
	covers("mount,", "remount /a/,");
	covers("mount -> /a/**,", "mount fstype=ext4 options=(ro) /x -> /a/b/,");
	covers_not("mount -> /a/**,", "mount fstype=ext4,");
	covers("mount fstype=ext4,", "mount fstype=ext4 options=(nosuid) -> /a/,");
	covers_not("mount fstype=ext4,", "mount options=(bind),");
	covers("mount options=(rw, nosuid),", "mount options=(nosuid) -> /a/,");
	covers_not("mount options=(nosuid),", "mount options=(nosuid, nodev),");
	covers("mount options=(rw, bind),", "mount options=(bind),");
	covers_not("mount options=(bind),", "mount options=(rw, bind),");
	covers("mount options in (ro, nosuid),", "mount options=(ro),");
	covers_not("mount options in (ro, nosuid),", "mount options=(ro, nodev),");
	covers("mount options=(ro, remount),", "remount options=(ro) /a/,");
	covers("mount fstype=fuse*,", "mount fstype=(fuse, fuseblk),");
	covers_not("mount,", "umount,");
	covers("umount,", "umount /a/,");
}

Test(covers, the_rest)
{
	covers("capability,", "capability chown,");
	covers_not("capability chown,", "capability,");
	covers("network inet,", "network inet tcp,");
	covers("network stream,", "network tcp,");
	covers_not("network tcp,", "network inet stream,");
	covers("signal (send),", "signal (send) set=(hup, rtmin+1) peer=a,");
	covers_not("signal set=(hup),", "signal set=(rtmin+1),");
	covers("unix,", "unix (send) peer=(label=a),");
	covers_not("unix (send) addr=@a,", "unix (send),");
	covers("dbus bus=system,", "dbus (send) bus=system path=/a,");
	covers_not("dbus (send),", "dbus path=/a,");
	covers("change_profile,", "change_profile -> a,");
	covers_not("change_profile -> a,", "change_profile /bin/x -> a,");
	covers("pivot_root /a/**,", "pivot_root oldroot=/a/o/ /a/b/,");
	covers_not("pivot_root /a/,", "pivot_root /a/ -> p,");
	covers("include <a>", "include if exists <a>");
	covers_not("include if exists <a>", "include <a>");
	covers_not("set rlimit nofile <= 10,", "set rlimit nofile <= 5,");
	covers_not("link /* -> /**,", "link subset /a -> /b,");
}

static enum aac_overlap overlap(const char *allow, const char *deny)
{
	return aac_rule_overlap(made(allow), made(deny));
}

Test(overlap, how_much_is_taken)
{
	cr_expect_eq(overlap("/a/** rw,", "deny /a/b w,"), AAC_OVERLAP_PART);
	cr_expect_eq(overlap("/a/b rw,", "deny /a/** rw,"), AAC_OVERLAP_WHOLE);
	cr_expect_eq(overlap("/a/b rw,", "deny /a/** w,"), AAC_OVERLAP_PART);
	cr_expect_eq(overlap("/a/b r,", "deny /a/** w,"), AAC_OVERLAP_NONE);
	cr_expect_eq(overlap("/a/b r,", "deny owner /a/** r,"), AAC_OVERLAP_PART);
	cr_expect_eq(overlap("owner /a r,", "deny other /a r,"), AAC_OVERLAP_NONE);
	cr_expect_eq(overlap("/a rpx -> t,", "deny /a x,"), AAC_OVERLAP_PART);
	cr_expect_eq(overlap("/a px -> t,", "audit deny /a x,"), AAC_OVERLAP_WHOLE);
	cr_expect_eq(overlap("file,", "deny /a r,"), AAC_OVERLAP_PART);
	cr_expect_eq(overlap("capability,", "deny capability chown,"), AAC_OVERLAP_PART);
	cr_expect_eq(overlap("change_profile,", "deny change_profile -> unconfined,"),
		     AAC_OVERLAP_PART);
	cr_expect_eq(overlap("priority=1 /a r,", "deny /a r,"), AAC_OVERLAP_NONE);
	cr_expect_eq(overlap("deny /a r,", "deny /a r,"), AAC_OVERLAP_NONE);
	cr_expect_eq(overlap("signal,", "deny ptrace,"), AAC_OVERLAP_NONE);
}

Test(overlap, mounts_as_the_kernel_sees_them)
{
	cr_expect_eq(
		overlap("mount options=(rw, bind) -> /a/,", "deny mount options=(bind),"),
		AAC_OVERLAP_WHOLE);
	cr_expect_eq(overlap("mount options=(bind),", "deny mount fstype=ext4,"),
		     AAC_OVERLAP_NONE);
	cr_expect_eq(overlap("mount options=(ro),", "deny mount fstype=ext4,"),
		     AAC_OVERLAP_PART);
	cr_expect_eq(overlap("mount options=(ro),", "deny mount options=(rw),"),
		     AAC_OVERLAP_NONE);
	cr_expect_eq(
		overlap("mount options=(ro),", "deny mount options in (ro, nosuid),"),
		AAC_OVERLAP_WHOLE);
	cr_expect_eq(overlap("remount,", "deny mount options=(ro, remount) -> /,"),
		     AAC_OVERLAP_NONE);
	cr_expect_eq(overlap("mount,", "deny mount options=(ro, remount) -> /,"),
		     AAC_OVERLAP_PART);
	cr_expect_eq(overlap("mount fstype=(ext4, xfs),", "deny mount fstype=xfs,"),
		     AAC_OVERLAP_PART);
	cr_expect_eq(overlap("umount,", "deny mount,"), AAC_OVERLAP_NONE);
}

Test(overlap, kinds_that_meet)
{
	cr_expect_eq(overlap("link /a -> /b,", "deny /** l,"), AAC_OVERLAP_PART);
	cr_expect_eq(overlap("link /a -> /b,", "deny /** w,"), AAC_OVERLAP_NONE);
	cr_expect_eq(overlap("all,", "deny capability chown,"), AAC_OVERLAP_PART);
	cr_expect_eq(overlap("mount,", "deny all,"), AAC_OVERLAP_WHOLE);
	cr_expect_eq(overlap("include <a>", "deny all,"), AAC_OVERLAP_NONE);
}

static bool conflict(const char *a, const char *b)
{
	bool there = aac_rule_conflict(made(a), made(b), NULL);

	cr_expect_eq(aac_rule_conflict(made(b), made(a), NULL), there, "%s and %s", a, b);
	return there;
}

Test(conflict, exec_transitions)
{
	cr_expect(conflict("/p px,", "/p ix,"));
	cr_expect(conflict("/p px -> a,", "/p px -> b,"));
	cr_expect(conflict("/p* px,", "/*p ix,"));
	cr_expect(conflict("/{a,b} px,", "/a ix,"));
	cr_expect(conflict("file,", "/p* px,"));
	cr_expect(conflict("/p px,", "owner /p ix,"));
	cr_expect_not(conflict("/p* px,", "/pa ix,"), "a name wins over a wild card");
	cr_expect_not(conflict("file,", "/p px,"));
	cr_expect_not(conflict("/p ix,", "/* ix,"));
	cr_expect_not(conflict("/p px,", "deny /p x,"));
	cr_expect_not(conflict("/p rw,", "/p px,"));
	cr_expect_not(conflict("owner /p px,", "other /p ix,"));
	cr_expect_not(conflict("/p px -> a//b,", "/p cx -> b,"));
	cr_expect_not(conflict("/pa? px,", "/pb? ix,"));
}

Test(silences, a_plain_deny_over_an_audit_deny)
{
	const struct aac_rule *audit = made("audit deny /proc/sys/fs/** w,");

	cr_expect(aac_rule_silences(made("deny /proc/sys/** wkl,"), audit));
	cr_expect(aac_rule_silences(made("deny /proc/sys/fs/x w,"), audit));
	cr_expect_not(aac_rule_silences(made("deny /proc/sys/** r,"), audit));
	cr_expect_not(aac_rule_silences(made("audit deny /proc/sys/** w,"), audit));
	cr_expect_not(aac_rule_silences(made("/proc/sys/** w,"), audit));
	cr_expect_not(aac_rule_silences(audit, made("deny /proc/sys/** w,")));
}
