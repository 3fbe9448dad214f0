/*
 * Configurations of LXC and of Proxmox: what their readers see in a line, where ours go,
 * and that what was put in goes without a trace, whatever the text was like.
 */
#include "core/lxc_conf.h"

#include <criterion/criterion.h>
#include <string.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/macro.h"
#include "core/lxc_effective.h"
#include "core/lxc_key.h"

static struct arena *arena;

static void setup(void)
{
	arena = arena_new();
}

static void teardown(void)
{
	arena_free(arena);
}

TestSuite(lxc_conf, .init = setup, .fini = teardown);

static const struct aac_conf *parse(enum aac_conf_style style, const char *text)
{
	return aac_conf_parse(
		arena, aac_source_new(arena, "config", "config", text, strlen(text)),
		style);
}

static const char *value(enum aac_conf_style style, const char *text, const char *key)
{
	const char *found = aac_conf_value(parse(style, text), key);

	return found ? found : "(none)";
}

/* ---- reading --------------------------------------------------------------- */

Test(lxc_conf, reads_as_liblxc_does)
{
	static const struct {
		const char *text, *value;
	} lines[] = {
		{ "lxc.uts.name = a", "a" },
		{ "  lxc.uts.name=a  \r\n", "a" },
		{ "lxc.uts.name = \"a b\"\n", "a b" },
		{ "lxc.uts.name = 'a\"\n", "'a\"" },
		{ "lxc.uts.name = a # b\n", "a # b" },
		{ "lxc.uts.name = a\nlxc.uts.name = b\n", "b" },
		{ "lxc.uts.name =\n", "" },
		{ "lxc.uts.name = x=y\n", "x=y" },
		{ "# lxc.uts.name = a\n", "(none)" },
		{ "#lxc.uts.name = a\n", "(none)" },
		{ "lxc.uts.name: a\n", "(none)" },
		{ "[snap]\nlxc.uts.name = a\n", "a" },
	};

	for (size_t i = 0; i < ARRAY_SIZE(lines); i++)
		cr_assert_str_eq(value(AAC_CONF_LXC, lines[i].text, "lxc.uts.name"),
				 lines[i].value, "%s", lines[i].text);
	cr_assert(parse(AAC_CONF_LXC, "lxc.uts.name: a\n")->lines[0].refused);
	cr_assert_not(parse(AAC_CONF_LXC, "uts.name: a\n")->lines[0].refused);
}

Test(lxc_conf, reads_as_proxmox_does)
{
	static const struct {
		const char *text, *value;
	} lines[] = {
		{ "lxc.include: a\n", "a" },
		{ "lxc.include = a \n", "a" },
		{ "lxc.include=a\r\n", "a" },
		{ "lxc.include : a\n", "(none)" },
		{ " lxc.include: a\n", "(none)" },
		{ "#lxc.include: a\n", "(none)" },
		{ "lxc.include: \"a\"", "\"a\"" },
		{ "[snap]\nlxc.include: a\n", "(none)" },
		{ "[pve:pending]\nlxc.include: a\n", "(none)" },
		{ "arch: amd64\n\n[s-1]  \nlxc.include: a\n", "(none)" },
		{ "lxc.include: a\n[s]\nlxc.include: b\n", "a" },
	};

	for (size_t i = 0; i < ARRAY_SIZE(lines); i++)
		cr_assert_str_eq(value(AAC_CONF_PROXMOX, lines[i].text, "lxc.include"),
				 lines[i].value, "%s", lines[i].text);
	cr_assert_str_eq(value(AAC_CONF_PROXMOX, "lock: backup\n", "lock"), "backup");
	cr_assert_str_eq(value(AAC_CONF_PROXMOX, "net0: name=a: b\n", "net0"),
			 "name=a: b");
}

Test(lxc_conf, knows_features)
{
	const struct aac_conf *conf =
		parse(AAC_CONF_PROXMOX,
		      "features: keyctl=1,nesting=on, mount=nfs;cifs,fuse=0\n");

	cr_assert(aac_conf_feature(conf, "keyctl"));
	cr_assert(aac_conf_feature(conf, "nesting"));
	cr_assert_not(aac_conf_feature(conf, "fuse"));
	cr_assert_not(aac_conf_feature(conf, "nest"));
	cr_assert_not(aac_conf_feature(conf, "mount"));
	cr_assert_not(aac_conf_feature(parse(AAC_CONF_PROXMOX, ""), "nesting"));
}

/* ---- editing --------------------------------------------------------------- */

static const struct aac_conf_pair ours[] = {
	{ "lxc.include", "/etc/x.conf" },
	{ "lxc.mount.auto", "cgroup:mixed" },
};

static const char *install(const struct aac_conf *conf, size_t count,
			   struct aac_conf_delta *delta)
{
	bool *out = ARENA_ARRAY(arena, bool, conf->main_count);
	size_t len;

	for (size_t i = 0; i < conf->main_count; i++)
		out[i] = aac_conf_names_profile(&conf->lines[i]);
	return aac_conf_install(arena, conf, ours, count, out, delta, &len);
}

static const struct {
	enum aac_conf_style style;
	const char *before, *after;
} edits[] = {
	{ AAC_CONF_PROXMOX, "", "lxc.include: /etc/x.conf\n" },
	{ AAC_CONF_PROXMOX, "arch: amd64", "arch: amd64\nlxc.include: /etc/x.conf\n" },
	{ AAC_CONF_PROXMOX, "arch: amd64\r\n",
	  "arch: amd64\r\nlxc.include: /etc/x.conf\r\n" },
	{ AAC_CONF_PROXMOX, "#note\narch: amd64\n\n[pve:pending]\ncores: 2\n\n[snap]\n",
	  "#note\narch: amd64\nlxc.include: /etc/x.conf\n\n[pve:pending]\ncores: 2\n\n"
	  "[snap]\n" },
	{ AAC_CONF_PROXMOX, "[snap]\na: 1", "lxc.include: /etc/x.conf\n[snap]\na: 1" },
	{ AAC_CONF_PROXMOX,
	  "lxc.apparmor.profile: unconfined\na: 1\nlxc.aa_profile = unconfined\n\n[s]\n"
	  "lxc.apparmor.profile: unconfined\n",
	  "a: 1\nlxc.include: /etc/x.conf\n\n[s]\nlxc.apparmor.profile: unconfined\n" },
	{ AAC_CONF_LXC, "lxc.apparmor.profile = a\nlxc.include = b\n# lxc.include\n\n",
	  "lxc.include = b\n# lxc.include\nlxc.include = /etc/x.conf\n\n" },
	{ AAC_CONF_LXC, "lxc.apparmor.profile = a", "lxc.include = /etc/x.conf\n" },
	{ AAC_CONF_LXC, "a\nlxc.apparmor.profile = a\n  ",
	  "a\nlxc.include = /etc/x.conf\n  " },
};

Test(lxc_conf, puts_lines_in_and_takes_them_out)
{
	for (size_t i = 0; i < ARRAY_SIZE(edits); i++) {
		struct aac_conf_delta delta;
		struct aac_conf_undone undone;
		const char *after =
			install(parse(edits[i].style, edits[i].before), 1, &delta);
		const char *back;
		size_t len;

		cr_assert_str_eq(after, edits[i].after);
		back = aac_conf_uninstall(arena, parse(edits[i].style, after), &delta,
					  &undone, &len);
		cr_assert_str_eq(back, edits[i].before);
		cr_assert(undone.gone == 0 && !undone.withheld);
	}
}

static const char *edited_back(const char *before, const char *edited,
			       struct aac_conf_undone *undone)
{
	struct aac_conf_delta delta;
	size_t len;

	install(parse(AAC_CONF_PROXMOX, before), 1, &delta);
	return aac_conf_uninstall(arena, parse(AAC_CONF_PROXMOX, edited), &delta, undone,
				  &len);
}

Test(lxc_conf, takes_only_ours_out_of_an_edited_text)
{
	struct aac_conf_undone undone;

	cr_assert_str_eq(edited_back("a: 1\n",
				     "#by hand\na: 2\nlxc.include: /etc/x.conf\n"
				     "lxc.include: /etc/mine\n",
				     &undone),
			 "#by hand\na: 2\nlxc.include: /etc/mine\n");
	cr_assert_eq(undone.gone, 0);
	cr_assert_str_eq(edited_back("lxc.apparmor.profile: p\na: 1\n",
				     "b: 1\na: 1\nlxc.include: /etc/x.conf\n", &undone),
			 "lxc.apparmor.profile: p\nb: 1\na: 1\n");
	/* Ours is gone already: somebody has decided otherwise. */
	cr_assert_str_eq(
		edited_back("lxc.apparmor.profile: p\na: 1\n", "a: 2\n", &undone),
		"a: 2\n");
	cr_assert(undone.gone == 1 && undone.withheld);
	cr_assert_str_eq(edited_back("lxc.apparmor.profile: p\na: 1\n",
				     "a: 1\nlxc.include: /etc/x.conf\n"
				     "lxc.apparmor.profile: q\n",
				     &undone),
			 "a: 1\nlxc.apparmor.profile: q\n");
	cr_assert(undone.gone == 0 && undone.withheld);
}

/* ---- any text -------------------------------------------------------------- */

static unsigned int pick(uint64_t *seed, unsigned int below)
{
	*seed = *seed * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
	return (unsigned int)(*seed >> 33) % below;
}

static const char *make_text(uint64_t *seed, struct buf *text)
{
	static const char *const pieces[] = {
		"lxc.apparmor.profile: x",
		"lxc.apparmor.profile = unconfined",
		"lxc.aa_profile: y",
		"lxc.include: /etc/x.conf",
		"lxc.mount.auto = a",
		"arch: amd64",
		"#comment",
		"",
		"  ",
		"[snap]",
		"[pve:pending]",
		"\t\f",
		"lock: backup",
		"garbage",
		"lxc.include = /etc/x.conf",
		"\r",
		"[",
		"]",
	};
	static const char *const ends[] = { "\n", "\n", "\n", "\r\n", "\n\n", "" };

	buf_clear(text);
	for (unsigned int i = pick(seed, 9); i > 0; i--) {
		buf_puts(text, pieces[pick(seed, ARRAY_SIZE(pieces))]);
		buf_puts(text, ends[pick(seed, ARRAY_SIZE(ends))]);
	}
	return buf_str(text);
}

Test(lxc_conf, leaves_no_trace_in_any_text)
{
	uint64_t seed = 7;
	CLEANUP_BUF text = { 0 };

	for (size_t i = 0; i < 100000; i++) {
		enum aac_conf_style style =
			pick(&seed, 2) ? AAC_CONF_LXC : AAC_CONF_PROXMOX;
		const char *before = make_text(&seed, &text);
		struct aac_conf_delta delta;
		struct aac_conf_undone undone;
		const char *after = install(parse(style, before), pick(&seed, 3), &delta);
		size_t len;

		cr_assert_str_eq(aac_conf_uninstall(arena, parse(style, after), &delta,
						    &undone, &len),
				 before, "\"%s\"\n---\n%s", before, after);
		arena_reset(arena);
	}
}

/* ---- what it amounts to ---------------------------------------------------- */

static const struct aac_source *read_fake(void *env, const char *path)
{
	static const char *const files[][2] = {
		{ "/one", "lxc.apparmor.profile = one\n" },
		{ "/reset", "lxc.apparmor.profile =\n" },
		{ "/none", "lxc.uts.name = x\n" },
		{ "/again", "lxc.include = /again\nlxc.apparmor.profile = x\n" },
		{ "/colon", "lxc.apparmor.profile: x\n" },
		{ "/d/10.conf", "lxc.apparmor.profile = ten\n" },
		{ "/d/20.conf", "lxc.apparmor.profile = twenty\n" },
		{ "/e/10.conf", "lxc.apparmor.profile = ten\n" },
		{ "/e/20.conf", "lxc.uts.name = x\n" },
	};

	(void)env;
	for (size_t i = 0; i < ARRAY_SIZE(files); i++)
		if (strcmp(files[i][0], path) == 0)
			return aac_source_new(arena, path, path, files[i][1],
					      strlen(files[i][1]));
	return NULL;
}

static bool list_fake(void *env, const char *path, const char *const **names,
		      size_t *count)
{
	static const char *const entries[] = { "10.conf", "15.cfg", "20.conf" };

	(void)env;
	*names = entries;
	*count = ARRAY_SIZE(entries);
	return strcmp(path, "/d") == 0 || strcmp(path, "/e") == 0;
}

static struct aac_effective effective(enum aac_conf_style style, const char *text)
{
	static const struct aac_conf_world world = { read_fake, list_fake, NULL };

	return aac_conf_effective(arena, parse(style, text), &world);
}

Test(lxc_conf, follows_the_last_profile)
{
	static const struct {
		const char *text, *profile;
	} cases[] = {
		{ "", NULL },
		{ "lxc.apparmor.profile = a\nlxc.apparmor.profile = b\n", "b" },
		{ "lxc.apparmor.profile = a\nlxc.apparmor.profile =\n", NULL },
		{ "lxc.include = /one\nlxc.apparmor.profile = b\n", "b" },
		{ "lxc.apparmor.profile = b\nlxc.include = /one\n", "one" },
		{ "lxc.apparmor.profile = b\nlxc.include = /none\n", "b" },
		{ "lxc.apparmor.profile = b\nlxc.include = /reset\n", NULL },
		{ "lxc.apparmor.profile = b\nlxc.include =\n", "b" },
		{ "lxc.include = /e\n", "ten" },
		{ "lxc.include = \"/one\"\n", "one" },
	};

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		struct aac_effective e = effective(AAC_CONF_LXC, cases[i].text);

		cr_assert(e.profile == cases[i].profile ||
				  strcmp(e.profile, cases[i].profile) == 0,
			  "%s", cases[i].text);
		cr_assert(!e.problem && !e.unordered);
	}
	cr_assert_str_eq(effective(AAC_CONF_LXC, "lxc.include = /one\n").path, "/one");
	cr_assert(effective(AAC_CONF_LXC, "lxc.include = /d\n").unordered);
}

Test(lxc_conf, tells_what_would_not_load)
{
	struct aac_effective e =
		effective(AAC_CONF_LXC, "lxc.apparmor.profile = a\nlxc.include = /no\n");

	cr_assert_str_eq(e.problem, "includes '/no', which is not there");
	cr_assert_eq(e.problem_line, 2);
	e = effective(AAC_CONF_LXC, "lxc.include = /colon\n");
	cr_assert_str_eq(e.problem_path, "/colon");
	cr_assert_not_null(effective(AAC_CONF_LXC, "lxc.include = /again\n").problem);
	cr_assert_not_null(effective(AAC_CONF_LXC, "lxc.aa_profile = x\n").problem);
}

Test(lxc_conf, stands_behind_proxmox_own_profile)
{
	cr_assert_str_eq(effective(AAC_CONF_PROXMOX, "arch: amd64\n").profile,
			 "generated");
	cr_assert_str_eq(effective(AAC_CONF_PROXMOX, "lxc.include: '/one'\n[s]\n"
						     "lxc.apparmor.profile: no\n")
				 .profile,
			 "one");
	cr_assert_str_eq(
		effective(AAC_CONF_PROXMOX, "lxc.apparmor.profile = x\n").profile, "x");
	/* What Proxmox does not parse does not reach liblxc. */
	cr_assert_null(effective(AAC_CONF_PROXMOX, "lxc.include : /no\n").problem);
}

Test(lxc_conf, knows_the_keys)
{
	cr_assert_null(aac_lxc_key_problem("lxc.cgroup2.devices.allow", "c 1:3 rwm"));
	cr_assert_null(aac_lxc_key_problem("lxc.mount.auto", "proc:rw cgroup:rw:force"));
	cr_assert_null(aac_lxc_key_problem("lxc.apparmor.allow_nesting", "1"));
	cr_assert_not_null(aac_lxc_key_problem("lxc.apparmor.allow_nesting", "2"));
	cr_assert_not_null(aac_lxc_key_problem("lxc.mount.auto", "proc:maybe"));
	cr_assert_not_null(aac_lxc_key_problem("lxc.cgroup2.", "x"));
	cr_assert_not_null(aac_lxc_key_problem("lxc.aa_profile", "x"));
	cr_assert_not_null(aac_lxc_key_problem("lxc.apparmor.profilex", "x"));
	cr_assert_not_null(aac_lxc_key_problem("lxc.uts.name", "'x'"));
	cr_assert_null(aac_pve_key_problem("lxc.cgroup2.devices.allow"));
	cr_assert_not_null(aac_pve_key_problem("lxc.no_new_privs"));
}
