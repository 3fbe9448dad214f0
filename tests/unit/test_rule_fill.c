/*
 * Filling rules: every value is a literal, a list in a keyword place gives all its words,
 * and what cannot be said is refused.
 */
#include "core/rule.h"

#include <criterion/criterion.h>
#include <string.h>

#include "core/value.h"
#include "support/rule_text.h"

static struct aac_value string_value(const char *text)
{
	return (struct aac_value){ .type = AAC_VALUE_STRING,
				   .text = text,
				   .len = strlen(text) };
}

static struct aac_value path_value(const char *text)
{
	struct aac_value value = string_value(text);

	value.path = true;
	return value;
}

static const struct aac_value *look_up(void *env, const struct aac_segment *hole)
{
	(void)hole;
	return env;
}

/* TEXT with VALUE for every hole: the canonical text, "(none)", or the slug. */
static const char *filled(const char *text, const struct aac_value *value)
{
	struct aac_context *ctx = rule_context();
	const struct aac_rule *rule = rule_new(ctx, text), *result;

	if (!rule)
		return ctx->diags->head->slug;
	switch (aac_rule_fill(ctx, rule, look_up, (void *)(uintptr_t)value, &result)) {
	case AAC_FILL_DONE:
		return result->text;
	case AAC_FILL_NONE:
		return "(none)";
	case AAC_FILL_ERROR:
	default:
		return ctx->diags->head->slug;
	}
}

static const char *filled_with(const char *text, const char *string)
{
	struct aac_value value = string_value(string);

	return filled(text, &value);
}

static const char *filled_path(const char *text, const char *path)
{
	struct aac_value value = path_value(path);

	return filled(text, &value);
}

static const char *filled_list(const char *text, const char *const *strings, size_t count)
{
	struct aac_value items[4], list = { .type = AAC_VALUE_LIST, .items = items };

	list.count = count;
	for (size_t i = 0; i < count; i++)
		items[i] = string_value(strings[i]);
	return filled(text, &list);
}

Test(fill, a_rule_without_holes_is_itself)
{
	struct aac_context *ctx = rule_context();
	const struct aac_rule *rule = rule_new(ctx, "/p r,"), *result = NULL;

	cr_assert_eq(aac_rule_fill(ctx, rule, look_up, NULL, &result), AAC_FILL_DONE);
	cr_assert_eq(result, rule);
}

/* Values are data: none of these may add a rule or widen one. */
Test(fill, values_are_literals)
{
	cr_expect_str_eq(filled_path("${p}/** rw,", "/mnt/a b,\n/** rwx"),
			 "value-refused");
	cr_expect_str_eq(filled_path("${p} rw,", "/mnt/a b, /** rwx"),
			 "\"/mnt/a b, /\\*\\* rwx\" rw,");
	cr_expect_str_eq(filled_path("${p}/** rw,", "/mnt/a b"), "/mnt/a\\040b/** rw,");
	cr_expect_str_eq(filled_path("${p} rw,", "/mnt/*"), "\"/mnt/\\*\" rw,");
	cr_expect_str_eq(filled_path("${p} rw,", "x\"y"), "path-not-absolute");
	cr_expect_str_eq(filled_with("/a/${p} rw,", "x\"y"), "\"/a/x\\042y\" rw,");
	cr_expect_str_eq(filled_with("/a/${p}/* rw,", "@{HOME}"),
			 "/a/\\100\\173HOME\\175/* rw,");
	cr_expect_str_eq(filled_with("/a/${p} rw,", "@{HOME}"),
			 "/a/\\100\\173HOME\\175 rw,");
	cr_expect_str_eq(filled_with("/a/{${p},c} rw,", "x,y}"),
			 "/a/{x\\054y\\175,c} rw,");
	cr_expect_str_eq(filled_with("signal peer=${p},", "a b"), "signal peer=\"a b\",");
}

Test(fill, values_that_no_path_can_be)
{
	cr_expect_str_eq(filled_with("/a/${p} rw,", "/b"), "value-refused");
	cr_expect_str_eq(filled_with("/a${p}/c rw,", "/b/"), "value-refused");
	cr_expect_str_eq(filled_with("/a/${p} rw,", "b//c"), "value-refused");
	cr_expect_str_eq(filled_with("${p}{,/**} rw,", "/b/"), "value-refused");
	cr_expect_str_eq(filled_with("${p} rw,", ""), "value-refused");
	cr_expect_str_eq(filled_with("/a/${p} rw,", "\x7f"), "value-refused");
}

Test(fill, the_root_melts_into_the_slash_behind)
{
	cr_expect_str_eq(filled_path("${p}/** rw,", "/"), "/** rw,");
	cr_expect_str_eq(filled_path("${p}/ r,", "/"), "/ r,");
	cr_expect_str_eq(filled_path("${p} r,", "/"), "/ r,");
	cr_expect_str_eq(filled_with("${p}/** rw,", "/"), "value-refused");
	cr_expect_str_eq(filled_path("${p}{,/**} rw,", "/"), "value-refused");
}

Test(fill, keyword_places)
{
	static const char *const caps[] = { "mknod", "chown" };
	static const char *const bad[] = { "mknod", "nosuch" };

	cr_expect_str_eq(filled_with("capability ${c},", "chown"), "capability chown,");
	cr_expect_str_eq(filled_list("capability ${c},", caps, 2),
			 "capability chown mknod,");
	cr_expect_str_eq(filled_list("capability sys_admin ${c},", caps, 1),
			 "capability mknod sys_admin,");
	cr_expect_str_eq(filled_list("capability ${c},", bad, 2), "unknown-word");
	cr_expect_str_eq(filled_list("capability ${c},", caps, 0), "(none)");
	cr_expect_str_eq(filled_with("network ${f} stream,", "inet"),
			 "network inet stream,");
	cr_expect_str_eq(filled_with("network ${f},", "tcp"), "network tcp,");
	cr_expect_str_eq(
		filled_list("network ${f},", (const char *const[]){ "inet", "unix" }, 2),
		"bad-combination");
	cr_expect_str_eq(filled_with("/p ${perms},", "rw"), "/p rw,");
	cr_expect_str_eq(filled_with("/p ${perms},", "x"), "exec-without-mode");
	cr_expect_str_eq(filled_with("mount options=(rw, ${o}),", "nosuid"),
			 "mount options=(rw, nosuid),");
	cr_expect_str_eq(filled_with("signal set=(rtmin+${n}),", "3"),
			 "signal set=(rtmin+3),");
	cr_expect_str_eq(filled_with("set rlimit nofile <= ${n},", "100"),
			 "set rlimit nofile <= 100,");
	cr_expect_str_eq(filled_with("set rlimit nofile <= ${n},", "1K"), "bad-limit");
}

Test(fill, lists_in_patterns)
{
	static const char *const types[] = { "nfs", "nfs,4" };

	cr_expect_str_eq(filled_list("mount fstype=${t} -> /a/,", types, 2),
			 "mount fstype={nfs,nfs\\0544} -> /a/,");
	cr_expect_str_eq(filled_list("mount fstype=${t} -> /a/,", types, 1),
			 "mount fstype=nfs -> /a/,");
	cr_expect_str_eq(filled_list("mount fstype=${t} -> /a/,", types, 0), "(none)");
	cr_expect_str_eq(filled_list("mount fstype=(${t}, x) -> /a/,", types, 2),
			 "mount fstype=(\"{nfs,nfs\\0544}\", x) -> /a/,");
	cr_expect_str_eq(filled_list("/a/${t} r,", types, 2), "/a/{nfs,nfs\\0544} r,");
}

Test(fill, holes_stand_only_where_a_literal_can)
{
	cr_expect_str_eq(filled_with("/a[${c}] r,", "x"), "interpolation-in-class");
	cr_expect_str_eq(filled_with("/a[x] ${c},", "r"), "/a[x] r,");
	cr_expect_str_eq(filled_with("/a\\[${c} r,", "x"), "\"/a\\[x\" r,");
	cr_expect_str_eq(filled_with("/a\\1${c} r,", "01"), "interpolation-in-escape");
	cr_expect_str_eq(filled_with("/a\\101${c} r,", "1"), "/aA1 r,");
	cr_expect_str_eq(filled_with("/a\\x4${c} r,", "1"), "interpolation-in-escape");
	cr_expect_str_eq(filled_with("@{HOME}/${v} r,", "x"), "@{HOME}/x r,");
}

Test(fill, the_pointer_is_named)
{
	struct aac_trail root = { .key = "volumes" }, leaf = { .up = &root, .index = 3 };
	struct aac_value value = string_value("a//b");
	struct aac_context *ctx = rule_context();
	const struct aac_rule *rule = rule_new(ctx, "/${v} r,"), *result;

	value.trail = &leaf;
	cr_assert_eq(aac_rule_fill(ctx, rule, look_up, &value, &result), AAC_FILL_ERROR);
	cr_expect_not_null(strstr(ctx->diags->head->message, "/volumes/3"), "%s",
			   ctx->diags->head->message);
}

/* A name is not a pattern: no escape would be taken out of it again. */
Test(fill, names_of_profiles)
{
	cr_expect_str_eq(filled_with("/p px -> ${v},", "a b"), "/p px -> \"a b\",");
	cr_expect_str_eq(filled_with("/p px -> ${v},", "a*b"), "exec-target");
	cr_expect_str_eq(filled_with("change_profile -> ${v},", "a*b"),
			 "change_profile -> \"a\\*b\",");
}
