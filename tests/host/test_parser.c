/*
 * The real apparmor_parser: that it says what compiler_report.c expects, that features
 * and abi are pinned, and that rules do not vanish in silence.  Without it nothing can
 * be asked, and each test says so.
 */
#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "core/target.h"
#include "host/compiler.h"
#include "support/fake_text.h"
#include "support/scratch.h"

static struct aac_target target = {
	.name = "debian12",
	.abi = "abi/3.0",
	.parser = "3.0.8",
	.parser_min = "3.0",
	.parser_max = "99",
	.kernel = "6.1",
};

static void setup(void)
{
	const char *top = getenv("top_srcdir");

	scratch_setup();
	scratch.host.root = "";
	target.features_path = arena_printf(
		scratch.arena, "%s/rules/targets/debian12.features", top ? top : ".");
	scratch.ctx.target = &target;
}

TestSuite(parser, .init = setup, .fini = scratch_teardown);

static void need_parser(void)
{
	if (!aac_compiler_find(&scratch.ctx, &scratch.host, false))
		cr_skip_test("apparmor_parser is not installed: apt install apparmor");
}

static struct fake_text *begin(void)
{
	need_parser();
	return fake_text_new("lxc-test");
}

static enum aac_check_result check(struct fake_text *fake)
{
	const struct aac_profile_text *text = fake_text_end(fake);

	return aac_check(&scratch.ctx, &scratch.host, &text, 1, NULL);
}

static void expect_line(const char *slug, uint32_t line)
{
	const struct aac_diag *diag = scratch_find(slug);

	cr_assert_not_null(diag, "%s", scratch_said());
	cr_assert_not_null(diag->span.source, "%s", scratch_said());
	cr_assert_eq(aac_source_place(diag->span.source, diag->span.begin).line, line,
		     "%s", scratch_said());
}

static void expect_note(const char *slug, uint32_t line)
{
	const struct aac_diag *diag = scratch_find(slug);

	cr_assert(diag && diag->notes && diag->notes->span.source, "%s", scratch_said());
	cr_assert_eq(
		aac_source_place(diag->notes->span.source, diag->notes->span.begin).line,
		line, "%s", scratch_said());
}

Test(parser, accepts_a_good_profile)
{
	struct fake_text *fake = begin();

	fake_text_rule(fake, AAC_KIND_MOUNT,
		       "  mount fstype=overlay -> /var/lib/docker/**,");
	fake_text_rule(fake, AAC_KIND_SIGNAL, "  signal,");
	cr_assert_eq(check(fake), AAC_CHECK_OK, "%s", scratch_said());
	cr_assert_null(scratch.diags.head, "%s", scratch_said());
}

Test(parser, finds_includes_below_the_base)
{
	struct fake_text *fake = begin();

	fake_text_rule(fake, AAC_KIND_INCLUDE, "  include <abstractions/one>");
	scratch.host.root = scratch.dir;
	scratch_write("etc/apparmor.d/abstractions/one", "/one r,\n");
	cr_assert_eq(check(fake), AAC_CHECK_OK, "%s", scratch_said());
}

/* The abi that is found there knows mount, and no signal. */
Test(parser, finds_the_abi_below_the_base_and_obeys_it)
{
	struct fake_text *fake;

	need_parser();
	fake = fake_text_with_abi("lxc-test", "abi/our");
	fake_text_rule(fake, AAC_KIND_MOUNT, "  mount fstype=overlay,");
	fake_text_rule(fake, AAC_KIND_SIGNAL, "  signal,");
	scratch.host.root = scratch.dir;
	scratch_write("etc/apparmor.d/abi/our",
		      "mount {mask {mount umount pivot_root\n}\n}\n"
		      "policy {versions {v7 {yes\n}\n}\n}\n");
	cr_assert_eq(check(fake), AAC_CHECK_REFUSED, "%s", scratch_said());
	cr_assert_eq(scratch.diags.errors, 1, "%s", scratch_said());
	expect_line("rule-not-enforced", 2);
}

Test(parser, a_missing_abi_is_the_hosts_fault)
{
	struct fake_text *fake;

	need_parser();
	fake = fake_text_with_abi("lxc-test", "abi/3.0");
	scratch.host.root = scratch.dir;
	scratch_mkdir("etc/apparmor.d/abstractions");
	cr_assert_eq(check(fake), AAC_CHECK_HOST, "%s", scratch_said());
	cr_assert_not_null(scratch_find("include-missing"), "%s", scratch_said());
	cr_assert(strstr(scratch_said(), "'abi/3.0'"), "%s", scratch_said());
}

Test(parser, an_error_comes_home)
{
	struct fake_text *fake = begin();

	fake_text_rule(fake, AAC_KIND_FILE, "  /a r,");
	fake_text_rule(fake, AAC_KIND_MOUNT, "  deny audit mount fstype=binfmt_misc,");
	cr_assert_eq(check(fake), AAC_CHECK_REFUSED);
	expect_line("parser-refused", 2);
}

Test(parser, an_error_in_an_include_is_not_taken_for_ours)
{
	struct fake_text *fake = begin();
	const struct aac_diag *diag;

	fake_text_rule(fake, AAC_KIND_INCLUDE, "  include <abstractions/bad>");
	fake_text_rule(fake, AAC_KIND_FILE, "  /a r,");
	scratch.host.root = scratch.dir;
	scratch_write("etc/apparmor.d/abstractions/bad", "/x r,\n/y nonsense,\n");
	cr_assert_eq(check(fake), AAC_CHECK_REFUSED);
	diag = scratch_find("parser-refused");
	cr_assert_not_null(diag, "%s", scratch_said());
	cr_assert(strstr(diag->message, "abstractions/bad:2: "), "%s", diag->message);
	cr_assert_not_null(diag->notes, "%s", scratch_said());
	cr_assert_eq(
		aac_source_place(diag->notes->span.source, diag->notes->span.begin).line,
		1);
}

Test(parser, a_missing_include_comes_home)
{
	struct fake_text *fake = begin();

	fake_text_rule(fake, AAC_KIND_FILE, "  /a r,");
	fake_text_rule(fake, AAC_KIND_INCLUDE, "  include <abstractions/lxc/none>");
	scratch.host.root = scratch.dir;
	scratch_mkdir("etc/apparmor.d");
	cr_assert_eq(check(fake), AAC_CHECK_HOST);
	expect_line("include-missing", 2);
	cr_assert(strstr(scratch_said(), "apt install liblxc-common"), "%s",
		  scratch_said());
}

Test(parser, conflicting_transitions_come_home)
{
	struct fake_text *fake = begin();

	fake_text_rule(fake, AAC_KIND_FILE, "  /other px,");
	fake_text_rule(fake, AAC_KIND_FILE, "  /bin/x px,");
	fake_text_rule(fake, AAC_KIND_FILE, "  /bin/x cx,");
	cr_assert_eq(check(fake), AAC_CHECK_REFUSED);
	expect_line("parser-refused", 3);
	expect_note("parser-refused", 2);
}

/* Neither rule is quoted as it was written: only the search can tell. */
Test(parser, transitions_that_meet_through_a_variable_come_home)
{
	struct fake_text *fake;

	need_parser();
	fake = fake_text_with_preamble("lxc-test", "@{V}=/a /b");
	fake_text_rule(fake, AAC_KIND_FILE, "  /other px,");
	fake_text_rule(fake, AAC_KIND_FILE, "  @{V}/** ix,");
	fake_text_rule(fake, AAC_KIND_FILE, "  /other/* r,");
	fake_text_rule(fake, AAC_KIND_FILE, "  /{b,c}/** px,");
	fake_text_rule(fake, AAC_KIND_FILE, "  /last r,");
	cr_assert_eq(check(fake), AAC_CHECK_REFUSED);
	expect_line("parser-refused", 4);
	expect_note("parser-refused", 2);
}

/* The parser says "Encoding of mount rule failed" and nothing else. */
Test(parser, a_mount_rule_that_it_cannot_encode_comes_home)
{
	struct fake_text *fake = begin();

	fake_text_rule(fake, AAC_KIND_MOUNT, "  mount fstype=tmpfs -> /t/,");
	fake_text_rule(fake, AAC_KIND_MOUNT, "  mount options=(remount) /a,");
	fake_text_rule(fake, AAC_KIND_MOUNT, "  mount fstype=tmpfs -> /u/,");
	cr_assert_eq(check(fake), AAC_CHECK_REFUSED);
	expect_line("parser-refused", 2);
}

Test(parser, a_regex_error_comes_home)
{
	struct fake_text *fake = begin();

	fake_text_rule(fake, AAC_KIND_FILE, "  /a r,");
	fake_text_rule(fake, AAC_KIND_FILE, "  /a{b r,");
	cr_assert_eq(check(fake), AAC_CHECK_REFUSED);
	expect_line("parser-refused", 2);
}

Test(parser, an_undeclared_variable_comes_home)
{
	struct fake_text *fake = begin();

	fake_text_rule(fake, AAC_KIND_FILE, "  /a r,");
	fake_text_rule(fake, AAC_KIND_FILE, "  @{NEVER_SET}/a r,");
	cr_assert_eq(check(fake), AAC_CHECK_REFUSED);
	expect_line("parser-refused", 2);
}

Test(parser, rules_do_not_vanish_in_silence)
{
	struct fake_text *fake = begin();

	scratch_write("poor", "capability {0xffffff\n}\nfile {mask {read write\n}\n}\n"
			      "policy {versions {v7 {yes\n}\n}\n}\n");
	target.features_path = scratch_path("poor");
	fake_text_rule(fake, AAC_KIND_FILE, "  /a r,");
	fake_text_rule(fake, AAC_KIND_MOUNT, "  mount fstype=overlay,");
	cr_assert_eq(check(fake), AAC_CHECK_REFUSED);
	expect_line("rule-not-enforced", 2);
}

Test(parser, a_feature_folder_will_do)
{
	struct fake_text *fake = begin();

	scratch_write("tree/mount/mask", "mount umount pivot_root\n");
	scratch_write("tree/policy/versions/v7", "yes\n");
	target.features_path = scratch_path("tree");
	fake_text_rule(fake, AAC_KIND_MOUNT, "  mount fstype=overlay,");
	cr_assert_eq(check(fake), AAC_CHECK_OK, "%s", scratch_said());
	cr_assert_null(scratch.diags.head, "%s", scratch_said());
}
