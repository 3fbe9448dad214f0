/*
 * What each rule kind takes, how it prints it, and what it refuses.  The long lists stand
 * in tests/property, where apparmor_parser judges them; here is what each line of the
 * kinds is there for, and that the cure is named.
 */
#include "core/kind.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

#include "base/macro.h"
#include "core/rule.h"
#include "support/rule_text.h"

struct right {
	const char *text, *canonical; /* NULL: as it stands */
};

struct wrong {
	const char *text, *slug, *hint; /* part of the hint, or NULL */
};

/* Every right rule prints as wanted, and its text prints as itself. */
static void expect_right(const struct right *rows, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		const char *wanted = rows[i].canonical ? rows[i].canonical : rows[i].text;

		cr_expect_str_eq(rule_text(rows[i].text), wanted, "'%s' gave '%s'",
				 rows[i].text, rule_text(rows[i].text));
		cr_expect_str_eq(rule_text(wanted), wanted, "'%s' is no fixpoint: '%s'",
				 wanted, rule_text(wanted));
	}
}

static void expect_wrong(const struct wrong *rows, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		const char *slug = rule_slug(rows[i].text),
			   *hint = rule_hint(rows[i].text);

		cr_assert_not_null(slug, "'%s' passes", rows[i].text);
		cr_expect_str_eq(slug, rows[i].slug, "'%s': %s", rows[i].text, slug);
		cr_expect(aac_slug_known(slug), "%s has no row", slug);
		if (rows[i].hint)
			cr_expect(strstr(hint, rows[i].hint), "'%s': the hint is '%s'",
				  rows[i].text, hint);
	}
}

#define RIGHT(...)                                                                       \
	do {                                                                             \
		static const struct right rows[] = { __VA_ARGS__ };                      \
		expect_right(rows, ARRAY_SIZE(rows));                                    \
	} while (0)
#define WRONG(...)                                                                       \
	do {                                                                             \
		static const struct wrong rows[] = { __VA_ARGS__ };                      \
		expect_wrong(rows, ARRAY_SIZE(rows));                                    \
	} while (0)

Test(kinds, every_record_is_whole)
{
	for (int i = 0; i < AAC_KIND_COUNT; i++) {
		const struct aac_kind *kind = aac_kind_get(i);

		cr_assert_eq((int)kind->id, i);
		cr_assert_eq(aac_kind_find(kind->keyword), kind, "%s", kind->keyword);
		cr_assert(kind->summary && kind->usage && kind->build && kind->print);
		cr_assert_leq(kind->field_count, AAC_FIELDS_MAX);
		for (size_t f = 0; f < kind->field_count; f++) {
			const struct aac_field_spec *spec = &kind->fields[f];

			cr_assert(spec->name && spec->doc, "%s", kind->keyword);
			cr_assert_eq(!!spec->vocab, spec->type == AAC_FIELD_SET);
			cr_assert(!spec->vocab || spec->vocab->count <= 64);
		}
	}
	cr_assert_null(aac_kind_find("nosuch"));
	cr_assert_eq(aac_kind_find("unmount"), aac_kind_get(AAC_KIND_UMOUNT));
	cr_assert_not_null(aac_mount_option_find("nosymfollow"));
	cr_assert_null(aac_mount_option_find("nosuch"));
}

/* A synonym stands for words of its own table that stand for themselves. */
Test(kinds, synonyms_lead_to_words)
{
	for (int i = 0; i < AAC_KIND_COUNT; i++)
		for (size_t f = 0; f < aac_kind_get(i)->field_count; f++) {
			const struct aac_vocab *vocab = aac_kind_get(i)->fields[f].vocab;

			for (size_t t = 0; vocab && t < vocab->count; t++) {
				const char *is = vocab->terms[t].is, *end;

				for (; is && *is; is = *end ? end + 1 : end) {
					size_t found = 0;

					end = is + strcspn(is, " ");
					for (size_t u = 0; u < vocab->count; u++)
						found += !vocab->terms[u].is &&
							 strlen(vocab->terms[u].word) ==
								 (size_t)(end - is) &&
							 strncmp(vocab->terms[u].word, is,
								 (size_t)(end - is)) == 0;
					cr_assert_eq(found, 1, "%s",
						     vocab->terms[t].word);
				}
			}
		}
}

Test(kinds, capability)
{
	RIGHT({ "capability,", NULL },
	      { "capability mknod chown mknod,", "capability chown mknod," },
	      { "audit deny capability sys_admin,", NULL });
	WRONG({ "capability CAP_SYS_ADMIN,", "unknown-word", "'sys_admin'" },
	      { "capability sys_amdin,", "unknown-word", "'sys_admin'" },
	      { "capability (chown),", "unexpected-argument", "capability [NAME" },
	      { "owner capability chown,", "qualifier-misplaced", "file and link" });
}

Test(kinds, network)
{
	RIGHT({ "network,", NULL }, { "network inet tcp,", NULL },
	      { "network packet,", NULL }, { "network packet packet,", NULL },
	      { "network stream,", NULL });
	WRONG({ "network inett,", "unknown-word", "'inet'" },
	      { "network inet inet6,", "unknown-word", NULL },
	      { "network inet6 icmp,", "bad-combination", "icmp of inet" },
	      { "network inet stream tcp,", "unexpected-argument", NULL },
	      { "network tcp inet,", "unexpected-argument", NULL });
}

Test(kinds, file)
{
	RIGHT({ "rw /p,", "/p rw," }, { "file /p wr,", "/p rw," }, { "file,", NULL },
	      { "owner file /p rlkmr,", "owner /p rmkl," },
	      { "deny /p xlkw,", "deny /p wklx," }, { "/p RwM,", "/p rwm," },
	      { "/p pUX,", "/p pux," }, { "/p Pux,", "/p PUx," },
	      { "/p PIX,", "/p Pix," }, { "/p pxx,", "/p px," },
	      { "safe /p rpx,", "/p rPx," }, { "unsafe PUx /p,", "/p pux," },
	      { "unsafe /p ix,", NULL }, { "safe /p ix,", "/p ix," },
	      { "/p ux -> t,", "/p px -> t," }, { "/p rIx -> t,", "/p rPix -> t," },
	      { "unsafe /p ix -> t,", "/p pix -> t," }, { "rl /p -> /q,", NULL },
	      { "file l /p -> /q,", "link /p -> /q," },
	      { "/p px -> a=b,c,", "/p px -> \"a=b,c\"," });
	WRONG({ "/p wa,", "permission-conflict", "'w'" },
	      { "/p x,", "exec-without-mode", "'ix'" },
	      { "deny /p px,", "exec-in-deny", "'x'" },
	      { "deny file,", "exec-in-deny", "deny /{,**}" },
	      { "/p ixpx,", "exec-modes", NULL }, { "/p rz,", "bad-permission", NULL },
	      { "/p A,", "bad-permission", "'a'" }, { "/p xpx,", "bad-permission", NULL },
	      { "/p,", "missing-argument", NULL },
	      { "file rw,", "missing-argument", NULL },
	      { "/p r w,", "unexpected-argument", NULL },
	      { "/p r -> t,", "exec-target", NULL },
	      { "lpx /p -> /q,", "exec-target", "link" },
	      { "safe /p r,", "exec-target", "leave" },
	      { "deny unsafe /p x,", "exec-target", NULL },
	      { "unsafe /p x,", "exec-without-mode", "'ix'" },
	      { "rw rw,", "unknown-rule", NULL },
	      { "file \"p\" r,", "path-not-absolute", NULL },
	      { "relative r,", "path-not-absolute", "absolute" },
	      { "/p rwl -> /q,", "link-target-ignored", "link" },
	      { "/p \"r\",", "unexpected-argument", NULL },
	      { "/a{b} r,", "bad-glob", NULL },
	      { "\"p\" r,", "path-not-absolute", "absolute" });
}

Test(kinds, file_exec_modes)
{
	static const char *const modes[] = { "ix",  "ux",  "Ux",  "px",	 "Px",
					     "cx",  "Cx",  "pix", "Pix", "cix",
					     "Cix", "pux", "PUx", "cux", "CUx" };
	/* With a profile behind '->' the modes without one are read as those with. */
	static const char *const switching[] = { "Pix", "px",  "Px",  "px",  "Px",
						 "cx",	"Cx",  "pix", "Pix", "cix",
						 "Cix", "pux", "PUx", "cux", "CUx" };
	char text[64], canonical[64];

	for (size_t i = 0; i < ARRAY_SIZE(modes); i++) {
		snprintf(text, sizeof(text), "%sr /p,", modes[i]);
		snprintf(canonical, sizeof(canonical), "/p r%s,", modes[i]);
		cr_expect_str_eq(rule_text(text), canonical);
		snprintf(text, sizeof(text), "/p %s -> a//b,", modes[i]);
		snprintf(canonical, sizeof(canonical), "/p %s -> a//b,", switching[i]);
		cr_expect_str_eq(rule_text(text), canonical);
	}
}

/* A literal has one spelling; everything else keeps its own. */
Test(kinds, words)
{
	RIGHT({ "/mnt/a\\040b r,", "\"/mnt/a b\" r," }, { "\"/p\" r,", "/p r," },
	      { "/p\\160 r,", "/pp r," }, { "\"/a,b\" r,", NULL },
	      { "/a,b r,", "\"/a,b\" r," }, { "/x\\052y r,", "\"/x\\*y\" r," },
	      { "/x\\173y r,", "\"/x\\{y\" r," }, { "/x@\\173y\\175 r,", NULL },
	      { "/x\\001y r,", NULL }, { "/x\\377y r,", NULL },
	      { "\"/a b/**\" rw,", NULL }, { "/a\\040b/* r,", NULL },
	      { "/{a,b}/[^c]?* r,", NULL }, { "@{PROC}/x r,", NULL },
	      { "/a=b r,", "\"/a=b\" r," });
}

Test(kinds, link)
{
	RIGHT({ "l /a -> /b,", "link /a -> /b," },
	      { "audit owner link subset /a -> /**,", NULL });
	WRONG({ "link /a,", "missing-argument", "link [subset]" },
	      { "link /a /b,", "unexpected-argument", NULL },
	      { "link /a -> b,", "path-not-absolute", NULL });
}

Test(kinds, mount)
{
	RIGHT({ "mount,", NULL }, { "audit deny mount fstype=binfmt_misc,", NULL },
	      { "mount options=(bind,rw),", "mount options=(rw, bind)," },
	      { "mount option=rw -> /a/,", "mount options=(rw) -> /a/," },
	      { "mount options=(make-rslave) -> /,", "mount options=(rslave) -> /," },
	      { "mount options=(R),", "mount options=(rbind)," },
	      { "mount options in (nosuid ro),", "mount options in (ro, nosuid)," },
	      { "mount vfstype in (a b) /d -> **,", "mount fstype=(a, b) /d -> **," },
	      { "mount fstype=(\"{a,b}\", c),", NULL }, { "mount overlay -> /x/,", NULL },
	      { "mount options=(ro, remount, bind) -> /a/,", NULL });
	WRONG({ "mount options=(noexc),", "unknown-word", "'noexec'" },
	      { "mount fsytpe=ext4,", "unknown-rule-condition", "'fstype'" },
	      { "mount options=(rw, ro),", "mount-options-contradict", "options in" },
	      { "mount options=(rw) options=(ro),", "mount-options-twice",
		"one rule for each" },
	      { "mount options=(norelatime),", "mount-options-void", "'rw'" },
	      { "mount options=(bind) fstype=ext4,", "mount-fstype-unused", "leave out" },
	      { "mount options=(remount) /a,", "mount-source-unused", "'-> PATH'" },
	      { "mount /a -> b,", "path-not-absolute", NULL },
	      { "mount /a options=(rw) -> /b,", "unexpected-argument", NULL },
	      { "mount /a ->,", "missing-argument", "mount [" },
	      { "mount /a /b,", "unexpected-argument", NULL },
	      { "owner mount,", "qualifier-misplaced", NULL });
}

Test(kinds, remount_and_umount)
{
	RIGHT({ "remount options=(ro) /a/,", NULL }, { "remount,", NULL },
	      { "umount /a/,", NULL }, { "unmount,", "umount," });
	WRONG({ "remount -> /a/,", "unexpected-argument", "remount [" },
	      { "remount fstype=ext4 /a/,", "mount-fstype-unused", NULL },
	      { "umount options=(ro) /a/,", "umount-condition", "leave them out" },
	      { "umount /a /b,", "unexpected-argument", NULL });
}

Test(kinds, pivot_root)
{
	RIGHT({ "pivot_root,", NULL }, { "pivot_root oldroot=/o/ /a/ -> t,", NULL });
	WRONG({ "pivot_root oldrot=/o/,", "unknown-rule-condition", "'oldroot'" },
	      { "pivot_root a/,", "path-not-absolute", NULL },
	      { "pivot_root /a/ /b/,", "unexpected-argument", NULL });
}

Test(kinds, signal)
{
	RIGHT({ "signal rw,", "signal (send, receive)," },
	      { "signal set=hup,", "signal set=(hup)," },
	      { "signal (send) set=(rtmin+3, kill) peer=a,",
		"signal (send) set=(kill, rtmin+3) peer=a," },
	      { "signal peer=@{profile_name},", NULL });
	WRONG({ "signal set=(SIGTERM),", "unknown-word", "'term'" },
	      { "signal set=(rtmin+33),", "unknown-word", "rtmin+" },
	      { "signal (snd),", "unknown-word", "'send'" },
	      { "signal peer=(a),", "bad-rule-condition", NULL },
	      { "signal peer=a peer=b,", "bad-rule-condition", "signal [" },
	      { "signal set in (hup),", "bad-rule-condition", NULL },
	      { "signal send receive,", "unexpected-argument", NULL });
}

Test(kinds, ptrace)
{
	RIGHT({ "ptrace,", NULL },
	      { "ptrace rw peer=a,", "ptrace (read, trace) peer=a," },
	      { "ptrace (tracedby readby),", "ptrace (readby, tracedby)," });
	WRONG({ "ptrace (reedby),", "unknown-word", "'readby'" },
	      { "ptrace set=hup,", "unknown-rule-condition", NULL });
}

Test(kinds, unix)
{
	RIGHT({ "unix,", NULL },
	      { "unix (receive, send) peer=(label=l, addr=@a) ,",
		"unix (send, receive) peer=(addr=@a, label=l)," },
	      { "unix bind type=stream addr=@a,", "unix (bind) type=stream addr=@a," },
	      { "unix peer=(label=\"{a,b}\"),", NULL });
	WRONG({ "unix bind peer=(label=x),", "bad-combination", "rule of its own" },
	      { "unix addr=/p,", "bad-address", "file rules" },
	      { "unix type=(stream, dgram),", "bad-rule-condition", NULL },
	      { "unix label=x,", "unknown-rule-condition", NULL },
	      { "unix peer=(lable=x),", "unknown-rule-condition", "'label'" });
}

Test(kinds, dbus)
{
	RIGHT({ "dbus,", NULL }, { "dbus send bus=system,", "dbus (send) bus=system," },
	      { "dbus peer=(label=l, name=n),", "dbus peer=(name=n, label=l)," });
	WRONG({ "dbus send name=a,", "bad-combination", "two rules" },
	      { "dbus eavesdrop path=/a,", "bad-combination", NULL },
	      { "dbus bind member=a,", "bad-combination", NULL },
	      { "dbus name=a path=/b,", "bad-combination", NULL },
	      { "dbus buss=system,", "unknown-rule-condition", "'bus'" });
}

Test(kinds, change_profile)
{
	RIGHT({ "change_profile,", NULL },
	      { "change_profile -> \":ns:*\",", "change_profile -> :ns:*," },
	      { "change_profile safe /bin/x -> a,", "change_profile /bin/x -> a," },
	      { "change_profile unsafe /** -> a,", NULL },
	      { "audit deny change_profile -> unconfined,", NULL });
	WRONG({ "change_profile unsafe -> a,", "missing-argument", "/PROGRAM" },
	      { "change_profile bin/x -> a,", "path-not-absolute", NULL },
	      { "change_profile -> a b,", "unexpected-argument", NULL });
}

Test(kinds, rlimit)
{
	RIGHT({ "set rlimit ofile <= 10,", "set rlimit nofile <= 10," },
	      { "set rlimit rttime <= 10 ms,", "set rlimit rttime <= 10ms," },
	      { "set rlimit nice <= -20,", NULL },
	      { "set rlimit data <= infinity,", NULL },
	      { "set rlimit nice <= 19,", NULL });
	WRONG({ "set rlimit cpu <= 10ms,", "bad-limit", "min" },
	      { "set rlimit nofile <= 1K,", "bad-limit", "number" },
	      { "set rlimit nice <= 20,", "bad-limit", "-20 to 19" },
	      { "set rlimit nice <= -21,", "bad-limit", NULL },
	      { "set rlimit nproc <= 010,", "bad-limit", NULL },
	      { "set rlimit nofiles <= 1,", "unknown-word", "'nofile'" },
	      { "rlimit cpu <= 1,", "missing-argument", "set rlimit" },
	      { "deny set rlimit cpu <= 1,", "qualifier-misplaced", NULL });
}

Test(kinds, those_of_version_4)
{
	RIGHT({ "userns create,", NULL }, { "all,", NULL },
	      { "io_uring override_creds label=x,",
		"io_uring (override_creds) label=x," },
	      { "mqueue rw type=posix /q,", "mqueue (read, write) type=posix /q," },
	      { "priority=-3 audit deny owner /a w,", NULL });
	WRONG({ "userns destroy,", "unknown-word", NULL },
	      { "all /p,", "unexpected-argument", NULL });
}

Test(kinds, include)
{
	RIGHT({ "include <abstractions/base>", NULL },
	      { "#include <abstractions/base>", "include <abstractions/base>" },
	      { "include if exists \"/a b\"", NULL });
	WRONG({ "include <a/${ctid}>", "interpolation-in-include", "'if'" });
}

Test(kinds, unknown)
{
	WRONG({ "mont fstype=ext4,", "unknown-rule", "'mount'" },
	      { "usr/bin/x r,", "unknown-rule", "begins with '/'" },
	      { "unsafe px,", "missing-argument", NULL },
	      { "(send) signal,", "unknown-rule", NULL });
}
