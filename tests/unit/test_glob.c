/*
 * AppArmor's globs.  Each fact here was asked of apparmor_parser 3.0.8 by comparing
 * compiled policies; tests/property/glob_oracle.sh asks it about many more.
 */
#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/macro.h"
#include "core/glob.h"

static struct arena *arena;

static void setup(void)
{
	arena = arena_new();
}

static void teardown(void)
{
	arena_free(arena);
}

TestSuite(glob, .init = setup, .fini = teardown);

static const struct aac_glob *make(const char *text)
{
	const char *error;
	size_t at;
	const struct aac_glob *glob = aac_glob_new(arena, text, &error, &at);

	cr_assert_not_null(glob, "%s: %s at %zu", text, error, at);
	cr_assert_null(error);
	return glob;
}

static bool covers(const char *wide, const char *narrow)
{
	return aac_glob_covers(make(wide), make(narrow));
}

static enum aac_answer overlaps(const char *a, const char *b)
{
	enum aac_answer answer = aac_glob_overlaps(make(a), make(b));

	cr_assert_eq(aac_glob_overlaps(make(b), make(a)), answer, "%s and %s", a, b);
	return answer;
}

struct fact {
	const char *glob;
	const char *in[8];
	const char *out[8];
};

static void check_facts(const struct fact *facts, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		const struct fact *fact = &facts[i];

		for (const char *const *name = fact->in; *name; name++) {
			cr_expect(covers(fact->glob, *name), "%s: %s", fact->glob, *name);
			cr_expect_eq(overlaps(fact->glob, *name), AAC_YES, "%s: %s",
				     fact->glob, *name);
		}
		for (const char *const *name = fact->out; *name; name++) {
			cr_expect_not(covers(fact->glob, *name), "%s: not %s", fact->glob,
				      *name);
			cr_expect_eq(overlaps(fact->glob, *name), AAC_NO, "%s: not %s",
				     fact->glob, *name);
		}
	}
}

Test(glob, stars)
{
	static const struct fact facts[] = {
		{ "/a/*", { "/a/x", "/a/xy" }, { "/a/", "/a/x/", "/a" } },
		{ "/a/**", { "/a/x", "/a/x/", "/a/x/y" }, { "/a/", "/a" } },
		{ "/a/***", { "/a/x", "/a/x/y", "/a/x/" }, { "/a/", "/a/[/]b" } },
		{ "/a/*b", { "/a/b", "/a/xb" }, { "/a/x/b", "/a/" } },
		{ "/a/**b", { "/a/b", "/a/x/b", "/a/[/]b" }, { "/a/" } },
		{ "/a/*/", { "/a/x/" }, { "/a/", "/a/{/,/}" } },
		{ "/a/**/", { "/a/x/", "/a/x/y/" }, { "/a/" } },
		{ "/a/*/*", { "/a/x/y" }, { "/a/x/", "/a/" } },
		{ "/a*", { "/a", "/ab" }, { "/a/" } },
		{ "/a**", { "/a", "/ab", "/a/", "/a[/][/]" }, { NULL } },
		{ "/a/*?", { "/a/b", "/a/bc" }, { "/a/" } },
		{ "/**", { "/a", "/a/b", "/a/b/" }, { "/" } },
		{ "/{,**}", { "/", "/a" }, { NULL } },
		{ "/a?b", { "/axb" }, { "/a/b", "/ab" } },
	};

	check_facts(facts, ARRAY_SIZE(facts));
}

Test(glob, a_star_needs_a_byte_only_by_its_text)
{
	static const struct fact facts[] = {
		{ "/a/{*,b}", { "/a/", "/a/b", "/a/x" }, { NULL } },
		{ "/a/*{,c}", { "/a/", "/a/c", "/a/x" }, { NULL } },
		{ "/a{/,x}*", { "/a/", "/ax", "/a/b" }, { NULL } },
		{ "/a{/*,b}", { "/a/", "/ab", "/a/y" }, { NULL } },
		{ "/a[/]*", { "/a/", "/a/x" }, { NULL } },
		{ "/a/*[/]", { "/a/x/" }, { "/a/{/,/}x" } },
		{ "/a/*{/,}", { "/a/", "/a/x/" }, { NULL } },
		{ "/a\\057*", { "/a/x" }, { "/a/" } },
		{ "/a/*\\x2f", { "/a/x/" }, { "/a/" } },
	};

	cr_assert(covers("/a/*[/]", "/a/[/]"));
	check_facts(facts, ARRAY_SIZE(facts));
}

Test(glob, classes)
{
	static const struct fact facts[] = {
		{ "/a[^x]b", { "/a/b", "/ayb", "/a\\377b" }, { "/axb" } },
		{ "/a[^/]b", { "/ayb" }, { "/a/b" } },
		{ "/a[a-c]b", { "/aab", "/acb" }, { "/adb", "/a-b" } },
		{ "/a[c-a]b", { "/aab", "/abb", "/acb" }, { "/adb" } },
		{ "/a[-a]b", { "/aab", "/a-b" }, { "/abb" } },
		{ "/a[--a]b", { "/a-b", "/aab", "/a.b" }, { "/abb" } },
		{ "/a[a^]b", { "/aab", "/a^b" }, { "/abb" } },
		{ "/a[\\^x]b", { "/a^b", "/ayb" }, { "/axb" } },
		{ "/a[a\\-c]b", { "/abb" }, { "/a-b" } },
		{ "/a[a\\055c]b", { "/abb" }, { "/a-b" } },
		{ "/a[\\]b]c", { "/a\\]c", "/abc" }, { "/a\\\\c" } },
		{ "/a[\\*]b", { "/a\\*b" }, { "/axb" } },
		{ "/a[\\052]b", { "/a\\*b" }, { "/axb" } },
		{ "/a[{,b]c", { "/a\\{c", "/a\\054c", "/abc" }, { "/a\\}c" } },
		{ "/a{[,],b}", { "/a\\054", "/ab" }, { "/a" } },
		{ "/a[\\x41-\\x43]b", { "/aAb", "/aBb" }, { "/aDb" } },
	};

	check_facts(facts, ARRAY_SIZE(facts));
}

Test(glob, braces)
{
	static const struct fact facts[] = {
		{ "/a{b,{c,{d,}}}", { "/ab", "/ac", "/ad", "/a" }, { "/ae" } },
		{ "/a{b\\,c,d}", { "/ab\\054c", "/ad" }, { "/ab" } },
		{ "/a,b", { "/a\\054b" }, { "/a" } },
		{ "/a{,}", { "/a" }, { "/ab" } },
		{ "/a@{v,w}", { "/a@v", "/a@w" }, { "/a@" } },
	};

	check_facts(facts, ARRAY_SIZE(facts));
}

Test(glob, escapes)
{
	static const struct {
		const char *text, *same;
	} pairs[] = {
		{ "/a\\052", "/a\\*" },	    { "/a\\x2a", "/a\\*" },
		{ "/a\\d042", "/a\\*" },    { "/a\\101", "/aA" },
		{ "/a\\1012", "/aA2" },	    { "/a\\777", "/a\\0777" },
		{ "/a\\400", "/a\\0400" },  { "/a\\12", "/a\\n" },
		{ "/a\\8", "/a8" },	    { "/a\\q", "/aq" },
		{ "/a\\x", "/ax" },	    { "/a\\xg", "/axg" },
		{ "/a\\x4g", "/a\\004g" },  { "/a\\d065", "/aA" },
		{ "/a\\d300", "/a\\0360" }, { "/a\\dx", "/adx" },
		{ "/a\\t", "/a\\011" },	    { "/a\\e", "/a\\033" },
		{ "/a\\v", "/av" },	    { "/a\\134b", "/a\\\\b" },
		{ "/a\\X41", "/aX41" },
	};

	for (size_t i = 0; i < ARRAY_SIZE(pairs); i++) {
		cr_expect(covers(pairs[i].text, pairs[i].same), "%s", pairs[i].text);
		cr_expect(covers(pairs[i].same, pairs[i].text), "%s", pairs[i].text);
		cr_expect(aac_glob_is_literal(make(pairs[i].text)), "%s", pairs[i].text);
	}
}

Test(glob, malformed)
{
	static const struct {
		const char *text;
		size_t at;
	} bad[] = {
		{ "/a{b", 2 },	    { "/a{b,{c,d}", 2 }, { "/ab}", 3 },
		{ "/a{b,c}}", 7 },  { "/a{}", 2 },	 { "/a{b}", 2 },
		{ "/a{{b},c}", 3 }, { "/a[b", 2 },	 { "/a[", 2 },
		{ "/a[]", 2 },	    { "/a[^]b", 2 },	 { "/a]", 2 },
		{ "/a[]b]", 2 },    { "/a[a-]", 4 },	 { "/a[^a-]", 5 },
		{ "/a[a-b-c]", 6 }, { "/a[---]", 4 },	 { "/a[--]", 4 },
		{ "/a[^^-]", 5 },   { "/a[\\^]", 2 },	 { "/a\\", 2 },
		{ "/a[b\\", 4 },    { "/a@{v", 3 },	 { "/a@{}", 2 },
		{ "/a@{v-w}", 2 },  { "/a@{1v}", 2 },	 { "/a\\@{v}", 3 },
		{ "/a@\\{v}", 6 },  { "/a[\\]b", 2 },	 { "/a${v}", 3 },
	};

	for (size_t i = 0; i < ARRAY_SIZE(bad); i++) {
		const char *error = NULL;
		size_t at = 99;

		cr_expect_null(aac_glob_new(arena, bad[i].text, &error, &at), "%s",
			       bad[i].text);
		cr_expect_not_null(error, "%s", bad[i].text);
		cr_expect_eq(at, bad[i].at, "%s: at %zu, not %zu (%s)", bad[i].text, at,
			     bad[i].at, error);
	}
}

static char *repeat(const char *head, const char *part, size_t count, const char *tail)
{
	CLEANUP_BUF buf = { 0 };

	buf_puts(&buf, head);
	while (count--)
		buf_puts(&buf, part);
	buf_puts(&buf, tail);
	return arena_strdup(arena, buf_str(&buf));
}

Test(glob, nesting_has_the_limit_of_the_parser)
{
	const char *error;
	size_t at;
	char *deep = repeat(repeat("/a", "{x,", 49, "y"), "}", 49, "");
	char *deeper = repeat(repeat("/a", "{x,", 50, "y"), "}", 50, "");

	cr_assert(covers(deep, "/ay"));
	cr_assert_null(aac_glob_new(arena, deeper, &error, &at));
	cr_assert_eq(at, 2 + 49 * 3);
}

Test(glob, globs_within_globs)
{
	cr_assert(covers("/a/**", "/a/*"));
	cr_assert(covers("/a/**", "/a/b/**"));
	cr_assert(covers("/a/**", "/a/*/x[ab]{c,d/}"));
	cr_assert(covers("/{a,b,c}/*", "/{c,a}/x"));
	cr_assert(covers("/{a,b}{c,d}", "/{ac,ad,bc,bd}"));
	cr_assert(covers("/{ac,ad,bc,bd}", "/{a,b}{c,d}"));
	cr_assert(covers("/a{,/,/**}", "/a{,/**}"));
	cr_assert(covers("/a/[a-z]*", "/a/[b-d]?"));
	cr_assert(covers("/dev/{,**}", "/dev/**"));
	cr_assert(covers("/[a-z]", "/{[a-m],[n-z]}"));
	cr_assert(covers("**", "/a/*"));
	cr_assert(covers("/a/?*", "/a/*"));
	cr_assert(covers("/a/*", "/a/?*"));

	cr_assert_not(covers("/a/*", "/a/**"));
	cr_assert_not(covers("/a/**", "/a/{,*}"));
	cr_assert_not(covers("/a/**", "/a**"));
	cr_assert_not(covers("/a/b/**", "/a/**"));
	cr_assert_not(covers("/a/[a-z]", "/a/?"));
	cr_assert_not(covers("/[a-y]", "/{[a-m],[n-z]}"));
	cr_assert_not(covers("/a/x", "/a/*"));
	cr_assert_not(covers("*", "/a"));
}

Test(glob, overlapping_globs)
{
	cr_assert_eq(overlaps("/a/*b", "/a/b*"), AAC_YES);
	cr_assert_eq(overlaps("/**/b", "/a/**"), AAC_YES);
	cr_assert_eq(overlaps("/a/*/c", "/a/b/*"), AAC_YES);
	cr_assert_eq(overlaps("/{a,b}", "/{b,c}"), AAC_YES);
	cr_assert_eq(overlaps("/[^a]", "/[b-c]"), AAC_YES);

	cr_assert_eq(overlaps("/a/*", "/a/"), AAC_NO);
	cr_assert_eq(overlaps("/a/*", "/b/*"), AAC_NO);
	cr_assert_eq(overlaps("/**a", "/**b"), AAC_NO);
	cr_assert_eq(overlaps("/a/*", "/a/*/"), AAC_NO);
	cr_assert_eq(overlaps("/{a,b}", "/{c,d}"), AAC_NO);
	cr_assert_eq(overlaps("/[a-c]x", "/[d-f]x"), AAC_NO);
	cr_assert_eq(overlaps("/a/?b*", "/a/?c*"), AAC_NO);
}

Test(glob, variables_match_themselves_in_their_place)
{
	cr_assert(covers("@{PROC}/**", "@{PROC}/sys/*"));
	cr_assert(covers("@{PROC}/**", "@{PROC}/x"));
	cr_assert(covers("/a/@{v}/*", "/a/@{v}/x"));
	cr_assert(covers("{@{v},/b}", "{/b,@{v}}"));
	cr_assert(covers("/a/**", "/a/x@{v}"), "whatever it is, it is behind a byte");
	cr_assert(covers("@{v}*", "@{v}*"), "the same text");
	cr_assert(covers("/a[@{v}]", "/a[@{v}]"), "the same text");

	cr_assert_not(covers("@{PROC}/**", "@{HOME}/x"));
	cr_assert_not(covers("/a/**", "/a/@{v}"), "it may be empty");
	cr_assert_not(covers("/a/*", "/a/x@{v}"));
	cr_assert_not(covers("/a/@{v}", "/a/x"));
	/* With "/" at its start or end, slashes are squeezed on one side only. */
	cr_assert_not(covers("/a{/,/b/}@{v}", "/a/@{v}"));
	cr_assert_not(covers("@{v}{,/**}", "@{v}/x"));
	/* With "a,b" the one is two names, the other is one. */
	cr_assert_not(covers("{@{v},z}", "@{v}"));
	cr_assert_not(covers("@{v}*", "@{v}*x"));
}

Test(glob, variables_may_stand_for_anything_else)
{
	cr_assert_eq(overlaps("/a/@{v}", "/a/@{v}"), AAC_YES);
	cr_assert_eq(overlaps("/a/@{v}/*", "/a/@{v}/b"), AAC_YES);
	cr_assert_eq(overlaps("/a/{@{v},b}", "/a/b"), AAC_YES);
	cr_assert_eq(overlaps("/a/@{v}", "/a/x"), AAC_UNKNOWN);
	cr_assert_eq(overlaps("/a/@{v}", "/a/@{w}"), AAC_UNKNOWN);
	cr_assert_eq(overlaps("/a/@{v}/b", "/a/b"), AAC_UNKNOWN);
	cr_assert_eq(overlaps("/a/@{v}/[b]", "/a/[b]"), AAC_UNKNOWN);
	cr_assert_eq(overlaps("/a/@{v}*", "/a/x"), AAC_UNKNOWN);
	cr_assert_eq(overlaps("/a/@{v}", "/b/x"), AAC_NO);
	cr_assert_eq(overlaps("@{v}/x", "/b/y"), AAC_NO);
	cr_assert_eq(overlaps("/a@{v}[bc]", "/a[de]"), AAC_NO);
}

Test(glob, double_slashes_count_in_both_readings)
{
	cr_assert(covers("/a//b", "/a//b"));
	cr_assert(covers("/a/**", "/a/b//c"));
	cr_assert(covers("a//*", "a//b"));
	cr_assert_not(covers("/a//b", "/a/b"), "not as the name of a profile");
	cr_assert_not(covers("/a/*", "/a//b"), "not as the name of a profile");
	cr_assert_not(covers("/a//**", "/a/b//c"));
	cr_assert_not(covers("/**", "//a"));
	cr_assert_eq(overlaps("/a//b", "/a/b"), AAC_UNKNOWN);
	cr_assert_eq(overlaps("/a//b", "/a/c"), AAC_NO);
	cr_assert_eq(overlaps("/a\\//b", "/a/[/]b"), AAC_UNKNOWN);
}

Test(glob, classes_that_are_not_what_they_seem)
{
	cr_assert(covers("/a[b*]c", "/a[b*]c"));
	cr_assert_not(covers("/a[b*]c", "/abc"));
	cr_assert_not(covers("/a?c", "/a[b*]c"));
	cr_assert(covers("/**", "/a[b*]c"));
	cr_assert_eq(overlaps("/a[b*]c", "/abc"), AAC_UNKNOWN);
	cr_assert_eq(overlaps("/a[b*]c", "/xbc"), AAC_NO);
}

Test(glob, what_kind_of_glob)
{
	cr_assert(aac_glob_is_literal(make("/a/b")));
	cr_assert(aac_glob_is_literal(make("")));
	cr_assert(aac_glob_is_literal(make("/a\\*,")));
	cr_assert_not(aac_glob_is_literal(make("/a/*")));
	cr_assert_not(aac_glob_is_literal(make("/a/@{v}")));
	cr_assert_not(aac_glob_is_literal(make("/{a,a}")));

	cr_assert(aac_glob_has_variable(make("/a/@{v}")));
	cr_assert(aac_glob_has_variable(make("/a[@{v_1}]")));
	cr_assert_not(aac_glob_has_variable(make("/a/@\\{v\\}")));
	cr_assert_not(aac_glob_has_variable(make("/a@{v,w}")));

	cr_assert(aac_glob_is_path(make("/")));
	cr_assert(aac_glob_is_path(make("/*")));
	cr_assert(aac_glob_is_path(make("{/a,/b}")));
	cr_assert(aac_glob_is_path(make("{/a,@{v}}")));
	cr_assert(aac_glob_is_path(make("@{v}a")));
	cr_assert(aac_glob_is_path(make("[/]a")));
	cr_assert_not(aac_glob_is_path(make("")));
	cr_assert_not(aac_glob_is_path(make("a/b")));
	cr_assert_not(aac_glob_is_path(make("**")));
	cr_assert_not(aac_glob_is_path(make("{,/a}")));
	cr_assert_not(aac_glob_is_path(make("[^a]")));
}

Test(glob, every_byte_escapes_to_itself)
{
	char name[] = "/x?y";

	for (int byte = 1; byte < 256; byte++) {
		CLEANUP_BUF out = { 0 };
		const struct aac_glob *glob;

		name[2] = (char)byte;
		aac_glob_escape(&out, name, strlen(name));
		glob = make(buf_str(&out));
		cr_assert(aac_glob_is_literal(glob), "%d", byte);
		if (byte != '/')
			cr_assert(aac_glob_covers(make("/x?y"), glob), "%d", byte);
		cr_assert(aac_glob_covers(make("/x[^\\000]y"), glob), "%d", byte);
	}
}

Test(glob, escaping_is_octal)
{
	CLEANUP_BUF out = { 0 };

	aac_glob_escape(&out, "/a b*\xff\n.-_Z9@{x}", 16);
	cr_assert_str_eq(buf_str(&out), "/a\\040b\\052\\377\\012.-_Z9\\100\\173x\\175");
}

/* Globs that cost much must be answered, or given up, soon. */
Test(glob, hostile_globs_are_bounded, .timeout = 20)
{
	char *stars = repeat("/", "*a*b", 400, "");
	char *braces = repeat("/", "{a,aa,}", 400, "[b]");
	char *window = repeat("/**a", "[ab]", 40, "");
	char *names = repeat("/", "ab", 30000, "");
	char *wide = repeat("/**a", "?", 3000, "x*");

	aac_glob_covers(make(stars), make(repeat("/", "*a*b", 399, "*")));
	aac_glob_overlaps(make(stars), make(braces));
	aac_glob_covers(make(braces), make(repeat("/", "{a,,aa}", 400, "[b]")));
	cr_assert_not(covers(window, repeat("/**a", "[ab]", 40, "[ab]*")));
	aac_glob_covers(make(window), make(repeat("/**[ab]a", "[ab]", 39, "")));
	aac_glob_overlaps(make(wide), make(names));
	aac_glob_covers(make(wide), make(names));
	cr_assert(covers(names, names));
	cr_assert(covers("/**", names));
}

Test(glob, too_large_ones_are_unknown)
{
	char *many = repeat("/", "*a", 5000, "");
	char *sets = repeat("/", "[ab]", 100, "");
	const char *error;
	size_t at;

	cr_assert(covers(many, many));
	cr_assert_not(covers(many, repeat("/", "ba", 5000, "")));
	cr_assert_eq(overlaps(many, "/*a"), AAC_UNKNOWN);
	cr_assert_eq(overlaps(sets, repeat("/", "b", 100, "")), AAC_UNKNOWN);
	cr_assert_eq(overlaps(sets, "b"), AAC_NO);
	cr_assert_null(
		aac_glob_new(arena, repeat("/", "abcdefgh", 9000, ""), &error, &at));
	cr_assert_eq(at, 65535);
}
