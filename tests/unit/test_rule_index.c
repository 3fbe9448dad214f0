/*
 * The index against the questions themselves: for many made-up sets of rules, no pair
 * that it leaves out is related, so judging only what it gives changes no result.  And it
 * leaves out nearly all pairs where rules have nothing in common.
 */
#include "core/rule_index.h"

#include <criterion/criterion.h>

#include "base/arena.h"
#include "base/macro.h"
#include "support/rule_text.h"

static const char *const paths[] = {
	"/",	      "/a",	  "/a/b",	 "/a//b",
	"//a",	      "/a/*",	  "/a/**",	 "/**",
	"/{,**}",     "/{**,}",	  "/ab",	 "/a?",
	"/{a,b}/c",   "/a/c",	  "/b/c",	 "/*/c",
	"/[ab]/c",    "@{X}",	  "@{X}/b",	 "/\\141/b",
	"/a\\052",    "/@{X}/b",  "\"/a b\"",	 "/{a,ab}",
	"/**/b",      "/***",	  "/[^a]/b",	 "/a/b/c/d",
	"/a/*/b/*",   "/*/a/?/b", "/a/[bc]/b/*", "/a/[^\\000-\\377]/c/*",
	"/*/*/c/d",   "/**/b/*",  "/**/c/*",	 "/a/b/b/c",
	"/a//b/*",    "/*//b/c",  "//a/b/?",	 "/a/*/@{X}/c",
	"/?/b/{c,d}",
};
static const char *const heads[] = { "",       "deny ",	 "audit ",	"audit deny ",
				     "owner ", "owner ", "deny owner ", "deny " };
static const char *const perms[] = { "r", "rw", "w", "l", "ix", "px", "ux", "rwl" };
static const char *const others[] = {
	"file,",
	"deny file,",
	"all,",
	"deny all,",
	"capability,",
	"deny capability chown,",
	"capability chown,",
	"link /a/b -> /c,",
	"deny link /a/* -> /**,",
	"deny link /** -> /**,",
	"mount,",
	"deny mount /a -> /b,",
	"remount /b,",
	"deny remount,",
	"umount /b,",
	"deny umount,",
	"network inet stream,",
	"deny network,",
	"signal (send),",
	"deny signal,",
	"ptrace,",
	"deny ptrace (read),",
	"unix,",
	"deny unix addr=@a,",
	"dbus bus=system,",
	"deny dbus,",
	"change_profile -> x,",
	"deny change_profile,",
	"pivot_root /a,",
	"deny pivot_root,",
	"mount /a/* -> /b/*,",
	"deny mount -> /b/**,",
	"mount fstype=proc -> /{a,b}/,",
	"deny mount fstype=(proc, sysfs) -> /a/,",
	"remount /*/b,",
	"deny umount /**,",
	"umount /{,**}/b,",
	"pivot_root oldroot=/a/ /*/b/ -> x,",
	"deny pivot_root oldroot=/*/ -> y,",
	"ptrace (read) peer=a*,",
	"deny ptrace peer=*b,",
	"ptrace (trace) peer=**,",
	"signal (send) peer=a*,",
	"deny signal (send) peer=ab,",
	"signal set=(kill) peer=@{X},",
	"unix (send) addr=@a* peer=(label=b),",
	"deny unix peer=(label=*b, addr=@*c),",
	"unix (send) peer=(addr=none),",
	"dbus send path=/a/* interface=a.b,",
	"deny dbus send path=/a/b interface=*.b peer=(name=x),",
	"dbus (send, receive) member=b bus=session,",
	"deny dbus name=a.b,",
	"change_profile /a -> x*,",
	"deny change_profile /* -> xy,",
	"change_profile -> **,",
	"mqueue (read) type=posix /a*,",
	"deny mqueue /*b,",
	"include <abstractions/a>",
	"include if exists <abstractions/a>",
	"include \"abstractions/a\"",
	"include <abstractions/ab>",
	"link subset /a/* -> /b/*,",
	"/a/* px -> x,",
	"/*/b px -> y,",
	"deny /*/b x,",
};

static unsigned int pick(unsigned int *state, size_t count)
{
	*state = *state * 1103515245u + 12345u;
	return (*state >> 16) % (unsigned int)count;
}

/* NULL when the parts do not go together. */
static const struct aac_rule *random_rule(unsigned int *state)
{
	struct aac_context *ctx = rule_context();

	if (pick(state, 4) == 0)
		return rule_new(ctx, others[pick(state, ARRAY_SIZE(others))]);
	return rule_new(ctx, arena_printf(ctx->arena, "%s%s %s,",
					  heads[pick(state, ARRAY_SIZE(heads))],
					  paths[pick(state, ARRAY_SIZE(paths))],
					  perms[pick(state, ARRAY_SIZE(perms))]));
}

static bool related(const struct aac_rule *a, const struct aac_rule *b)
{
	return aac_rule_covers(a, b) || aac_rule_covers(b, a) ||
	       aac_rule_overlap(a, b) != AAC_OVERLAP_NONE ||
	       aac_rule_overlap(b, a) != AAC_OVERLAP_NONE ||
	       aac_rule_conflict(a, b, NULL) ||
	       aac_rule_silences(a, b) || aac_rule_silences(b, a);
}

Test(rule_index, leaves_out_no_related_pair)
{
	/* some so large that the index makes its further orders */
	enum { SETS = 400, SIZE = 40, LARGE_SETS = 40, LARGE_SIZE = 130 };
	struct aac_context *ctx = rule_context();
	const struct aac_rule *rules[LARGE_SIZE];
	unsigned int state = 1;
	size_t left_out = 0, met = 0;

	for (size_t set = 0; set < SETS + LARGE_SETS; set++) {
		size_t wanted = set < SETS ? SIZE : LARGE_SIZE, size = 0;
		struct aac_rule_index *index;
		const size_t *found;

		for (size_t tried = 0; size < wanted && tried < 10 * wanted; tried++) {
			rules[size] = random_rule(&state);
			size += rules[size] != NULL;
		}
		cr_assert_eq(size, wanted);
		index = aac_rule_index_new(ctx->arena, rules, size);
		for (size_t i = 0; i < size; i++) {
			size_t count = aac_rule_index_behind(index, i, &found), k = 0;

			for (size_t j = i + 1; j < size; j++) {
				bool given = k < count && found[k] == j;

				k += given;
				met += given && related(rules[i], rules[j]);
				if (given)
					continue;
				left_out++;
				cr_expect(!related(rules[i], rules[j]), "%s | %s",
					  rules[i]->text, rules[j]->text);
			}
			cr_expect_eq(k, count, "not in order, or twice");
		}
	}
	cr_expect_gt(left_out, 10000);
	cr_expect_gt(met, 1000);
}

/* With numbers in between these make rules of which no two are related. */
static const struct {
	const char *before, *behind;
} unrelated[] = {
	{ "/d/", " r," },
	{ "/d/", "/** r," },
	{ "/d/*/x", " r," },
	{ "/**/x", " r," },
	{ "/{a,b}/x", "/y r," },
	{ "/d/*/", "/* r," },
	{ "/d/?x/[a-c]*/y/", "/** r," },
	{ "/**/", "/*/[^/] r," },
	{ "mount -> /*/", "/*/," },
	{ "@{X}/", " r," },
	{ "/d/*/x", " px -> y," },
	{ "mount fstype=ext4 /dev/sda -> /mnt/*/", "/," },
	{ "mount options=(rw, bind) /a/*/", " -> /mnt/*/," },
	{ "remount /mnt/", "/," },
	{ "umount /*/", "/," },
	{ "pivot_root oldroot=/o/", "/ /n/," },
	{ "unix (connect) type=stream addr=@a", "," },
	{ "unix (send) peer=(label=p", ")," },
	{ "dbus (send) bus=session path=/a/", "," },
	{ "dbus (send) bus=session interface=*.i", "," },
	{ "ptrace (trace) peer=p", "," },
	{ "signal (send) peer=p", "," },
	{ "change_profile -> p", "," },
	{ "mqueue (read) /q", "," },
	{ "link /a/*/", " -> /b/**," },
	{ "include <abstractions/x", ">" },
};

Test(rule_index, work_grows_with_size)
{
	enum { COUNT = 2000 };
	struct aac_context *ctx = rule_context();
	const struct aac_rule **rules =
		ARENA_ARRAY(ctx->arena, const struct aac_rule *, COUNT);
	const size_t *found;

	for (size_t kind = 0; kind < ARRAY_SIZE(unrelated); kind++) {
		struct aac_rule_index *index;
		size_t pairs = 0;

		for (size_t i = 0; i < COUNT; i++) {
			rules[i] = rule_new(ctx, arena_printf(ctx->arena, "%s%05zu%s",
							      unrelated[kind].before, i,
							      unrelated[kind].behind));
			cr_assert_not_null(rules[i], "%s", unrelated[kind].before);
		}
		index = aac_rule_index_new(ctx->arena, rules, COUNT);
		for (size_t i = 0; i < COUNT; i++)
			pairs += aac_rule_index_behind(index, i, &found);
		cr_expect_eq(pairs, 0, "%s%s", unrelated[kind].before,
			     unrelated[kind].behind);
	}
}

Test(rule_index, nothing_at_all)
{
	cr_expect_not_null(aac_rule_index_new(rule_context()->arena, NULL, 0));
}
