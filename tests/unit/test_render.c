/*
 * Templates and the text of profiles: layout, places of lines, and that nothing which
 * comes from a file can leave the comment that it stands in.
 */
#include "core/render.h"

#include <criterion/criterion.h>
#include <string.h>

#include "base/arena.h"
#include "base/macro.h"
#include "core/context.h"
#include "core/diag.h"
#include "core/target.h"
#include "core/template.h"
#include "support/hand_policy.h"

#define FRAME                                                                            \
	"%% not emitted\n"                                                               \
	"%prefix lxc-\n"                                                                 \
	"%summary  A container \n"                                                       \
	"@HEADER@\n"                                                                     \
	"\n"                                                                             \
	"@ABI@\n"                                                                        \
	"include <tunables/global>\n"                                                    \
	"@TUNABLES@\n"                                                                   \
	"\n"                                                                             \
	"profile @PROFILE@@ATTACH@@FLAGS@ {\n"                                           \
	"  @RULES@\n"                                                                    \
	"}\n"

static struct arena *arena;
static struct aac_diags diags;
static struct aac_context ctx;
static struct hand hand;
static const struct aac_target target = { .name = "debian12", .abi = "abi/3.0" };

static void setup(void)
{
	arena = arena_new();
	aac_diags_init(&diags, arena);
	ctx = (struct aac_context){ .arena = arena, .diags = &diags, .target = &target };
	hand_init(&hand, arena, "lxc-docker");
}

static void teardown(void)
{
	arena_free(arena);
}

TestSuite(template, .init = setup, .fini = teardown);
TestSuite(render, .init = setup, .fini = teardown);

static const struct aac_template *parse(const char *text)
{
	const struct aac_source *source =
		aac_source_new(arena, "t.profile", "t.profile", text, strlen(text));

	aac_diags_init(&diags, arena);
	return aac_template_parse(&ctx, "t", source);
}

static const struct aac_profile_text *render_with(const char *frame)
{
	const struct aac_template *template = parse(frame);

	cr_assert_not_null(template);
	return aac_render(&ctx, &hand.policy, template);
}

static void expect_text(const char *frame, const char *want)
{
	const char *got = render_with(frame)->text;

	cr_assert_str_eq(got, want, "got:\n%s\nwant:\n%s", got, want);
}

/* ---- templates ---------------------------------------------------------------- */

Test(template, parts)
{
	const struct aac_template *frame = parse(FRAME);
	size_t indent;

	cr_assert_not_null(frame);
	cr_assert_str_eq(frame->name, "t");
	cr_assert_str_eq(frame->prefix, "lxc-");
	cr_assert_str_eq(frame->summary, "A container");
	cr_assert_str_eq(frame->lines->text, "@HEADER@");
	cr_assert_eq(aac_template_part(" \t@RULES@ ", &indent), AAC_TEMPLATE_RULES);
	cr_assert_eq(indent, 2u);
	cr_assert_eq(aac_template_part("x @RULES@", &indent), AAC_TEMPLATE_TEXT);
	cr_assert_eq(aac_template_part("@PROFILE@", &indent), AAC_TEMPLATE_TEXT);
	cr_assert_eq(aac_template_part("", &indent), AAC_TEMPLATE_TEXT);
}

Test(template, carriage_returns_and_no_last_newline)
{
	const struct aac_template *frame =
		parse("%prefix\r\n@PROFILE@ {\r\n@RULES@\r\n}");

	cr_assert_not_null(frame);
	cr_assert_str_eq(frame->prefix, "");
	cr_assert_str_eq(frame->lines->text, "@PROFILE@ {");
	cr_assert_str_eq(frame->lines->next->next->text, "}");
}

Test(template, refusals)
{
	static const struct {
		const char *text, *slug, *message;
	} rows[] = {
		{ "%prefix\n@PROFILE@\n", "template-placeholder",
		  "'@RULES@' stands nowhere" },
		{ "%prefix\n@RULES@\n", "template-placeholder",
		  "'@PROFILE@' stands nowhere" },
		{ "@PROFILE@\n@RULES@\n", "template-directive", "no line '%prefix'" },
		{ "%prefix\n@PROFILE@\n@RULES@\n @RULES@\n", "template-placeholder",
		  "twice" },
		{ "%prefix a\n%prefix b\n@PROFILE@\n@RULES@\n", "template-directive",
		  "twice" },
		{ "%prefix a b\n@PROFILE@\n@RULES@\n", "template-directive", "prefix" },
		{ "%prefix a/\n@PROFILE@\n@RULES@\n", "template-directive", "prefix" },
		{ "%prefixed\n%prefix\n@PROFILE@\n@RULES@\n", "template-directive",
		  "no such directive" },
		{ "%prefix\n@PROFIL@ @PROFILE@\n@RULES@\n", "template-placeholder",
		  "no placeholder '@PROFIL@'" },
		{ "%prefix\n@PROFILE@ @RULES@\n@RULES@\n", "template-placeholder",
		  "alone on its line" },
	};

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		cr_assert_null(parse(rows[i].text), "row %zu", i);
		cr_assert_eq(diags.errors, 1u, "row %zu: %u errors", i, diags.errors);
		cr_assert_str_eq(diags.head->slug, rows[i].slug, "row %zu", i);
		cr_assert_not_null(strstr(diags.head->message, rows[i].message), "%s",
				   diags.head->message);
	}
	parse("%prefix\n@PROFIL@ @PROFILE@\n@RULES@\n");
	cr_assert_str_eq(diags.head->hint, "did you mean '@PROFILE@'?");
}

Test(template, nul)
{
	static const char text[] = "%prefix\n@PROFILE@\n@RULES@\na\0b\n";
	const struct aac_source *source =
		aac_source_new(arena, "t", "t", text, sizeof(text) - 1);

	cr_assert_null(aac_template_parse(&ctx, "t", source));
}

Test(template, variables_and_addresses_are_text)
{
	cr_assert_not_null(
		parse("%prefix\n# a@b.c @{HOME} @x@\nprofile @PROFILE@ {\n@RULES@\n}\n"));
}

/* ---- rendering ---------------------------------------------------------------- */

static void fill_policy(void)
{
	static const char *const flags[] = { "attach_disconnected", "mediate_deleted" };
	static const char *const tunables[] = { "tunables/lxc", "tunables/x" };
	static struct aac_accept accept = { .slug = "wide-rule", .reason = "it must" };
	struct aac_grant *grant;

	hand.policy.summary = "Docker inside";
	hand.policy.flags = flags;
	hand.policy.flag_count = 2;
	hand.policy.tunables = tunables;
	hand.policy.tunable_count = 2;
	hand_fragment(&hand, "base");
	hand_fragment(&hand, "docker");
	hand_section(&hand, "base", NULL);
	hand_grant(&hand, "capability,", 3);
	hand_section(&hand, "docker", "dockerd and its containers");
	grant = hand_grant(&hand, "/var/lib/docker/ r,", 7);
	grant->doc = "dockerd's own files:\nlayers and volumes";
	hand_grant(&hand, "/var/lib/docker/** rwm,", 8);
	hand_grant(&hand, "deny \"/a b/c\" wl,", 9);
	hand_grant(&hand, "mount fstype=overlay,", 10);
	grant = hand_grant(&hand, "/usr/bin/runc px -> runc,", 11);
	grant->accepts = &accept;
	hand_drop(&hand, "/x r,", 12, grant);
	hand_section(&hand, "hardening", "what nobody needs");
	hand_drop(&hand, "/x r,", 13, grant);
	hand_section(&hand, "quiet", "no rules at all");
	hand_section(&hand, "lxc-docker", NULL)->own = true;
	hand_grant(&hand, "signal,", 14);
}

Test(render, layout)
{
	fill_policy();
	expect_text(FRAME,
		    "# lxc-docker: Docker inside\n"
		    "# Generated by aa-compose for debian12 from: base, docker\n"
		    "# Do not edit: edit the fragments and build again.\n"
		    "\n"
		    "abi <abi/3.0>,\n"
		    "include <tunables/global>\n"
		    "include <tunables/lxc>\n"
		    "include <tunables/x>\n"
		    "\n"
		    "profile lxc-docker flags=(attach_disconnected, mediate_deleted) {\n"
		    "  # ---- base\n"
		    "  capability,\n"
		    "\n"
		    "  # ---- docker: dockerd and its containers\n"
		    "  # dockerd's own files:\n"
		    "  # layers and volumes\n"
		    "  /var/lib/docker/   r,\n"
		    "  /var/lib/docker/** rwm,\n"
		    "  deny \"/a b/c\"      wl,\n"
		    "  mount fstype=overlay,\n"
		    "\n"
		    "  # accepted (wide-rule): it must\n"
		    "  /usr/bin/runc px -> runc,\n"
		    "\n"
		    "  # ---- hardening: what nobody needs\n"
		    "  # (other sections cover all of its rules)\n"
		    "\n"
		    "  # ---- lxc-docker: the profile's own rules\n"
		    "  signal,\n"
		    "}\n");
}

/* Each line's record is that of the rule whose text stands in it. */
Test(render, lines)
{
	const struct aac_profile_text *text;
	const char *at;
	size_t grants = 0, frames = 0;

	fill_policy();
	text = render_with(FRAME);
	at = text->text;
	for (size_t i = 0; i < text->line_count; i++) {
		const struct aac_line *line = &text->lines[i];
		size_t len = strcspn(at, "\n");

		cr_assert_eq(at[len], '\n');
		if (line->grant) {
			const char *rule = line->grant->rule->text;

			cr_assert_null(line->frame);
			cr_assert_eq(memcmp(at, "  ", 2), 0);
			cr_assert_eq(memcmp(at + 2, rule, strcspn(rule, " ")), 0, "%s",
				     rule);
			grants++;
		}
		frames += line->frame != NULL;
		if (at[strspn(at, " ")] == '#')
			cr_assert(!line->grant && !line->frame);
		at += len + 1;
	}
	cr_assert_eq(at, text->text + text->len);
	cr_assert_eq(grants, 7u);
	cr_assert_eq(frames, 8u);
	cr_assert_str_eq(text->digest.hex, digest_bytes(text->text, text->len).hex);
}

Test(render, empty_parts_vanish)
{
	ctx.target = NULL;
	expect_text(
		"%prefix\n@HEADER@\n@ABI@\n@TUNABLES@\nprofile @PROFILE@@ATTACH@@FLAGS@ "
		"{\n@RULES@\n}\n",
		"# lxc-docker\n"
		"# Generated by aa-compose\n"
		"# Do not edit: edit the fragments and build again.\n"
		"profile lxc-docker {\n"
		"}\n");
}

Test(render, names_are_quoted)
{
	hand.policy.name = "lxc-a,b é";
	expect_text("%prefix\nprofile @PROFILE@ {\n@RULES@\n}\n",
		    "profile \"lxc-a,b é\" {\n}\n");
}

Test(render, attachments)
{
	static const char *const attach[] = { "/usr/bin/{a,b}", "/opt/my app" };

	hand.policy.attach = attach;
	hand.policy.attach_count = 1;
	expect_text("%prefix\n@PROFILE@@ATTACH@ {\n@RULES@\n}\n",
		    "lxc-docker /usr/bin/{a,b} {\n}\n");
	hand.policy.attach_count = 2;
	expect_text("%prefix\n@PROFILE@@ATTACH@ {\n@RULES@\n}\n",
		    "lxc-docker \"/{usr/bin/{a,b},opt/my app}\" {\n}\n");
}

/* Whatever stands in a summary, a doc, a reason: the only rule lines are those of
 * rules. */
Test(render, comments_hold)
{
	static const char evil[] = "x\r\n/** rwx,\n\033[2J\xff\v\f}";
	static struct aac_accept accept = { .slug = "s", .reason = evil };
	const struct aac_profile_text *text;
	struct aac_grant *grant;
	const char *at;

	hand.policy.summary = evil;
	hand_section(&hand, "a", evil)->accepts = &accept;
	grant = hand_grant(&hand, "/a r,", 1);
	grant->doc = evil;
	grant->accepts = &accept;
	grant->why = evil;
	text = render_with("%prefix\n@HEADER@\n@RULES@\n@PROFILE@\n");
	at = text->text;
	for (size_t i = 0; i < text->line_count; i++) {
		size_t len = strcspn(at, "\n");

		for (size_t k = 0; k < len; k++)
			cr_assert_geq((unsigned char)at[k], ' ');
		if (text->lines[i].grant || text->lines[i].frame)
			cr_assert_neq(at[0], '#');
		else if (len)
			cr_assert_eq(memcmp(at, "# ", 2), 0, "line %zu: %s", i + 1, at);
		at += len + 1;
	}
}

Test(render, comments_are_no_includes)
{
	hand_section(&hand, "a", NULL);
	hand_grant(&hand, "/a r,", 1)->doc = "include <x>\n\n  two";
	expect_text("%prefix\n@RULES@\n#@PROFILE@\n",
		    "# ---- a\n# include <x>\n#\n#   two\n/a r,\n#lxc-docker\n");
}

Test(render, a_doc_is_said_once_for_repeated_rules)
{
	hand_section(&hand, "a", NULL);
	hand_grant(&hand, "/a r,", 1)->doc = "shared paths";
	hand_grant(&hand, "/abc r,", 1)->doc = "shared paths";
	hand_grant(&hand, "/d r,", 2)->doc = "other";
	expect_text("%prefix\n@RULES@\n#@PROFILE@\n", "# ---- a\n"
						      "# shared paths\n"
						      "/a   r,\n"
						      "/abc r,\n"
						      "\n"
						      "# other\n"
						      "/d r,\n"
						      "#lxc-docker\n");
}

Test(render, long_paths_stand_out)
{
	char *path = arena_printf(arena, "/%0100d r,", 1);

	hand_section(&hand, "a", NULL);
	hand_grant(&hand, "/a r,", 1);
	hand_grant(&hand, path, 1);
	hand_grant(&hand, "/bc r,", 1);
	expect_text(
		"%prefix\n@RULES@\n#@PROFILE@\n",
		arena_printf(arena, "# ---- a\n/a  r,\n%s\n/bc r,\n#lxc-docker\n", path));
}

Test(render, what_is_accepted_for_a_fragment_stands_apart)
{
	static struct aac_accept accept = { .slug = "s", .reason = "it must" };

	hand_section(&hand, "a", NULL)->accepts = &accept;
	hand_grant(&hand, "/a r,", 1)->doc = "what for";
	expect_text("%prefix\n@RULES@\n#@PROFILE@\n",
		    "# ---- a\n# accepted for the fragment (s): it must\n\n# what for\n"
		    "/a r,\n#lxc-docker\n");
}

Test(render, narrowed_rules_say_why)
{
	hand_section(&hand, "a", NULL);
	hand_grant(&hand, "mount options=(rw),", 1)->why = "parser 3.0 takes no more";
	expect_text(
		"%prefix\n@RULES@\n#@PROFILE@\n",
		"# ---- a\n# narrowed: parser 3.0 takes no more\nmount options=(rw),\n"
		"#lxc-docker\n");
}

Test(render, many_fragments_are_wrapped)
{
	const struct aac_profile_text *text;

	for (int i = 0; i < 40; i++)
		hand_fragment(&hand, arena_printf(arena, "fragment-%d", i));
	text = render_with("%prefix\n@HEADER@\n@RULES@\n#@PROFILE@\n");
	for (const char *at = text->text; *at; at += strcspn(at, "\n") + 1)
		cr_assert(strcspn(at, "\n") <= 90 && *at == '#', "%s", at);
	cr_assert_not_null(strstr(text->text, ",\n#   fragment-"));
}
