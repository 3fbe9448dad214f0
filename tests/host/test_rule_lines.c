/* Which lines of policy text can be read by themselves. */
#include <criterion/criterion.h>
#include <string.h>

#include "host/rule_lines.h"

static bool whole(const char *text)
{
	return aac_lines_are_whole(text, strlen(text));
}

Test(rule_lines, take_what_distributions_write)
{
	cr_assert(whole(""));
	cr_assert(whole("# a \"comment\n  \t# (\n\n"));
	cr_assert(whole("/etc/{a,b}/** r,\r\n"));
	cr_assert(whole("  deny mount options=(ro, remount) -> /, # why (\n"));
	cr_assert(whole("\"/a b, c#\" r,"));
	cr_assert(whole("signal (receive, send) set=(\"exists\"),\n"));
	cr_assert(whole("include <a/b>\n#include <a/b>\ninclude if exists <a>\n"));
	cr_assert(whole("@{PROC}=/proc/\n@{X} += \"a\" b\nabi <abi/3.0>,\n"));
	cr_assert(whole("alias /a -> /b,\n"));
}

Test(rule_lines, refuse_what_goes_on)
{
	static const char *const open[] = {
		"signal",
		"mount fstype=(a,",
		"mount fstype=(a],",
		"mount fstype=\"a,",
		"\"/a,",
		"\"/a\\\",",
		"/a\\, r,",
		"xfs) -> /mnt/,",
		"/a r, /b",
		"/a r, /b r,",
		"/a#b r,",
		"include <a> mount",
		"include \"a\"",
		"#include \"a",
		"include a",
		"@{X} = \"a",
		"@{X} = a \\",
		"@{X}y = a",
		"$X = true",
		"profile a {",
		"}",
		"^hat {",
	};

	for (size_t i = 0; i < sizeof(open) / sizeof(*open); i++)
		cr_assert(!whole(open[i]), "%s", open[i]);
	cr_assert(!aac_lines_are_whole("/a\0 r,", 7));
}
