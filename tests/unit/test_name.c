/*
 * Names of declarations, and of profiles.
 */
#include "core/name.h"

#include <criterion/criterion.h>
#include <string.h>

#include "base/macro.h"

Test(name, declarations)
{
	static const struct {
		const char *name;
		bool plain, dotted;
	} rows[] = {
		{ "docker", true, true },      { "shared-storage", true, true },
		{ "A_1-b", true, true },       { "a.b", false, true },
		{ "", false, false },	       { "1a", false, false },
		{ "-a", false, false },	       { ".a", false, false },
		{ "a b", false, false },       { "a/b", false, false },
		{ "a\xc3\xa9", false, false },
	};

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		cr_assert_eq(aac_name_valid(rows[i].name, false), rows[i].plain, "'%s'",
			     rows[i].name);
		cr_assert_eq(aac_name_valid(rows[i].name, true), rows[i].dotted, "'%s'",
			     rows[i].name);
	}
}

Test(name, profiles_that_are_fine)
{
	char longest[201] = "lxc-";

	memset(longest + 4, 'a', 196);
	cr_assert_null(aac_profile_name_problem("lxc-nesting-gpu", "lxc-"));
	cr_assert_null(aac_profile_name_problem("lxc-", "lxc-"));
	cr_assert_null(aac_profile_name_problem("lxc-é,(x)#1", "lxc-"));
	cr_assert_null(aac_profile_name_problem("anything", ""));
	cr_assert_null(aac_profile_name_problem(longest, "lxc-"));
}

static void expect_problem(const char *name, const char *word)
{
	const char *problem = aac_profile_name_problem(name, "lxc-");

	cr_assert_not_null(problem, "'%s' passes", name);
	cr_assert_not_null(strstr(problem, word), "'%s': %s", name, problem);
}

Test(name, profiles_that_are_not)
{
	char longer[202] = "lxc-";

	memset(longer + 4, 'a', 197);
	expect_problem("", "empty");
	expect_problem(longer, "200 bytes");
	expect_problem("lxc-a b", "white space");
	expect_problem("lxc-a\n", "white space");
	expect_problem("lxc-../x", "'/'");
	expect_problem("lxc-a:b", "':'");
	expect_problem("lxc-a&b", "'&'");
	expect_problem("lxc-\"", "quote");
	expect_problem("lxc-\\", "backslash");
	expect_problem("lxc-*", "patterns");
	expect_problem("lxc-@{X}", "patterns");
	expect_problem("lxc-\033[2J", "control");
	expect_problem("lxc-\x7f", "control");
	expect_problem("lxc-\xff", "UTF-8");
	expect_problem("lxc-\xe2\x80\xae", "control");
	expect_problem(".lxc-a", "'.'");
	expect_problem("lxc-a.map.json", ".json");
	expect_problem("docker", "prefix");
	expect_problem("lxc", "prefix");
}
