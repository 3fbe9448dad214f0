/*
 * Targets: versions compared, records and feature files read and refused, questions
 * answered from the tables of rule kinds and the feature tree.
 */
#include "core/target.h"

#include <criterion/criterion.h>
#include <string.h>

#include "base/arena.h"
#include "base/buf.h"
#include "core/context.h"
#include "core/diag.h"
#include "core/feature.h"
#include "core/source.h"

static const char record[] = "# a comment\n"
			     "summary = Debian 12: Linux 6.1\n"
			     "abi = abi/3.0\n"
			     "\n"
			     "  parser=3.0.8  \r\n"
			     "parser-min = 3.0.0\n"
			     "parser-max = 3.0.13\n"
			     "kernel = 6.1";
static const char features[] = "caps {mask {chown sys_admin bpf\n}\n}\n"
			       "domain {stack {yes\n}\ndisconnected.path {yes\n}\n}\n"
			       "mount {mask {mount umount pivot_root\n}\n}\n"
			       "namespaces {pivot_root {no\n}\n}\n"
			       "network_v8 {af_mask {unix inet\n}\n}\n";

static struct arena *arena;
static struct aac_diags diags;
static struct aac_context ctx;

static void setup(void)
{
	arena = arena_new();
	aac_diags_init(&diags, arena);
	ctx = (struct aac_context){ .arena = arena, .diags = &diags };
}

static void teardown(void)
{
	arena_free(arena);
}

TestSuite(target, .init = setup, .fini = teardown);

static const struct aac_source *source(const char *name, const char *text)
{
	return aac_source_new(arena, name, NULL, text, strlen(text));
}

static const struct aac_target *parse(const char *rec, const char *feat)
{
	return aac_target_parse(&ctx, "x", source("x.target", rec),
				source("x.features", feat));
}

/* ---- versions ------------------------------------------------------------------ */

Test(target, versions_compare_by_number)
{
	cr_assert_lt(aac_version_compare("3.0.8", "3.0.10"), 0);
	cr_assert_gt(aac_version_compare("4.1.0", "3.9.9"), 0);
	cr_assert_gt(aac_version_compare("6.12", "6.7"), 0);
	cr_assert_eq(aac_version_compare("3.0", "3.0.0"), 0);
	cr_assert_eq(aac_version_compare("03.0", "3"), 0);
	cr_assert_lt(aac_version_compare("", "1"), 0);
	cr_assert_eq(aac_version_compare("", "0.0"), 0);
	cr_assert_lt(aac_version_compare("99999999999999999999", "100000000000000000000"),
		     0);
}

Test(target, versions_are_digits_and_dots)
{
	cr_assert(aac_version_valid("3.0.8"));
	cr_assert(aac_version_valid("6"));
	cr_assert_not(aac_version_valid(""));
	cr_assert_not(aac_version_valid("."));
	cr_assert_not(aac_version_valid("3."));
	cr_assert_not(aac_version_valid(".3"));
	cr_assert_not(aac_version_valid("3..0"));
	cr_assert_not(aac_version_valid("3.0~beta"));
	cr_assert_not(aac_version_valid(" 3"));
}

/* ---- records ------------------------------------------------------------------- */

Test(target, a_record_is_read)
{
	const struct aac_target *target = parse(record, features);

	cr_assert_not_null(target);
	cr_assert_eq(diags.errors, 0);
	cr_assert_str_eq(target->name, "x");
	cr_assert_str_eq(target->summary, "Debian 12: Linux 6.1");
	cr_assert_str_eq(target->abi, "abi/3.0");
	cr_assert_str_eq(target->parser, "3.0.8");
	cr_assert_str_eq(target->parser_min, "3.0.0");
	cr_assert_str_eq(target->parser_max, "3.0.13");
	cr_assert_str_eq(target->kernel, "6.1");
	cr_assert_str_eq(target->features, features);
}

/* RECORD with more text behind it is refused with WORDS, at LINE of it. */
static void expect_refused(const char *text, const char *words, uint32_t line)
{
	const struct aac_diag *diag;

	cr_assert_null(parse(text, features), "%s", text);
	diag = diags.head;
	cr_assert_not_null(diag);
	cr_assert_str_eq(diag->slug, "target-record");
	cr_assert(strstr(diag->message, words), "%s", diag->message);
	cr_assert_eq(aac_source_place(diag->span.source, diag->span.begin).line, line,
		     "%s", diag->message);
}

static const char *with(const char *more)
{
	return arena_printf(arena, "%s\n%s", record, more);
}

Test(target, an_unknown_key_is_refused)
{
	expect_refused(with("parsermin = 1\n"), "unknown key 'parsermin'", 9);
	cr_assert_str_eq(diags.head->hint, "did you mean 'parser-min'?");
}

Test(target, a_key_given_twice_is_refused)
{
	expect_refused(with("abi = abi/4.0\n"), "'abi' is given twice", 9);
	cr_assert_not_null(diags.head->notes);
}

Test(target, a_line_without_a_value_is_refused)
{
	expect_refused(with("nonsense\n"), "expected 'key = value'", 9);
}

Test(target, missing_keys_are_named)
{
	cr_assert_null(parse("", features));
	cr_assert_eq(diags.errors, 6);
	cr_assert(strstr(diags.head->message, "lacks 'summary'"));
}

Test(target, values_are_checked)
{
	expect_refused("summary = x\nabi = a/../b\n", "'abi' must be a path", 2);
}

Test(target, versions_in_records_are_checked)
{
	expect_refused("parser = new\n", "'parser' must be a version", 1);
}

Test(target, an_empty_value_is_refused)
{
	expect_refused("summary =\n", "'summary' must be something", 1);
}

Test(target, an_abi_cannot_break_out_of_its_rule)
{
	expect_refused("abi = abi/3.0>,\\n/** rwx\n", "'abi' must be", 1);
}

Test(target, control_characters_are_refused)
{
	expect_refused("summary = a\033[31m\n", "'summary' must be text without", 1);
}

Test(target, the_range_must_hold_the_parser)
{
	cr_assert_null(parse("summary = x\nabi = abi/3.0\nparser = 5\nparser-min = 3\n"
			     "parser-max = 4\nkernel = 6.1\n",
			     features));
	cr_assert(strstr(diags.head->message, "between 'parser-min'"));
}

Test(target, the_same_record_fails_twice)
{
	cr_assert_null(parse("", features));
	cr_assert_null(parse("", features));
}

/* ---- features ------------------------------------------------------------------ */

Test(target, features_are_found)
{
	const struct aac_target *target = parse(record, features);

	cr_assert(aac_target_feature(target, "mount"));
	cr_assert(aac_target_feature(target, "mount/mask"));
	cr_assert(aac_target_feature(target, "mount/mask/pivot_root"));
	cr_assert(aac_target_feature(target, "caps/mask/bpf"));
	cr_assert(aac_target_feature(target, "domain/disconnected.path"));
	cr_assert(aac_target_feature(target, "network_v8/af_mask/unix"));
}

Test(target, what_is_no_feature_is_not_found)
{
	static const char *const paths[] = {
		"",
		"/",
		"mount/",
		"mount/mas",
		"moun",
		"mounts",
		"/mount",
		"mount//mask",
		"caps/mask/sys",
		"caps/mask/",
		"bpf",
		"caps/mask/bpf/x",
		"caps/mask/chown sys_admin",
	};
	const struct aac_target *target = parse(record, features);

	for (size_t i = 0; i < sizeof(paths) / sizeof(*paths); i++)
		cr_assert_not(aac_target_feature(target, paths[i]), "'%s'", paths[i]);
}

Test(target, a_feature_that_says_no_is_none)
{
	const struct aac_target *target = parse(record, features);

	cr_assert(aac_target_feature(target, "namespaces"));
	cr_assert_not(aac_target_feature(target, "namespaces/pivot_root"));
}

Test(target, bad_features_are_refused)
{
	static const char *const texts[] = {
		"",	     "\n",    "mount",	  "mount {",	 "mount {mask {yes\n}\n",
		"}",	     "{yes}", "a {yes}}", "a {b {c} d}", "a {b {c} {d}}",
		"a b {yes}", "a/b {yes}",
	};

	for (size_t i = 0; i < sizeof(texts) / sizeof(*texts); i++) {
		cr_assert_null(aac_feature_parse(&ctx, source("f", texts[i])), "'%s'",
			       texts[i]);
		cr_assert_str_eq(diags.head->slug, "target-features");
	}
}

Test(target, deep_features_are_refused)
{
	CLEANUP_BUF text = { 0 };

	for (int i = 0; i < 200000; i++)
		buf_puts(&text, "a {");
	cr_assert_null(aac_feature_parse(&ctx, source("f", buf_str(&text))));
	cr_assert(strstr(diags.head->message, "too deeply"));
}

Test(target, many_features_take_linear_time)
{
	CLEANUP_BUF text = { 0 };
	const struct aac_feature *root;

	for (int i = 0; i < 100000; i++)
		buf_printf(&text, "f%d {yes\n}\n", i);
	root = aac_feature_parse(&ctx, source("f", buf_str(&text)));
	cr_assert_not_null(root);
	cr_assert(aac_feature_find(root, "f99999"));
}

Test(target, a_nul_in_features_is_refused)
{
	static const char text[] = "mount {ma\0sk {yes\n}\n}\n";

	cr_assert_null(aac_feature_parse(
		&ctx, aac_source_new(arena, "f", NULL, text, sizeof(text) - 1)));
}

/* ---- supports ------------------------------------------------------------------ */

Test(target, supports_needs_parser_and_kernel)
{
	static const char rec[] = "summary = x\nabi = abi/4.0\nparser = 4.1.0\n"
				  "parser-min = 4\nparser-max = 5\nkernel = 6.12\n";
	static const char feat[] = "mount {mask {mount\n}\n}\n"
				   "namespaces {mask {userns_create\n}\n}\n";

	/* Both, only the kernel, only the parser. */
	cr_assert(aac_target_supports(parse(rec, feat), "userns"));
	cr_assert_not(aac_target_supports(parse(record, feat), "userns"));
	cr_assert_not(aac_target_supports(parse(rec, features), "userns"));
}

Test(target, supports_knows_mount_options)
{
	static const char rec[] = "summary = x\nabi = abi/4.0\nparser = 4.1.0\n"
				  "parser-min = 4\nparser-max = 5\nkernel = 6.12\n";

	cr_assert(aac_target_supports(parse(rec, features), "nosymfollow"));
	cr_assert_not(aac_target_supports(parse(record, features), "nosymfollow"));
	cr_assert(aac_target_supports(parse(record, features), "bind"));
}

Test(target, supports_knows_paths)
{
	const struct aac_target *target = parse(record, features);

	cr_assert(aac_target_supports(target, "domain/stack"));
	cr_assert_not(aac_target_supports(target, "network/af_unix"));
	cr_assert_not(aac_target_supports(target, "no such thing"));
}
