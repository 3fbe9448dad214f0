/*
 * The compiler and its messages, with programs that only pretend to be
 * apparmor_parser: they print what it was seen to print, exit, sleep or kill
 * themselves.  test_parser.c asks the real one.  Long because all cases pretend with the
 * same few functions.
 */
#include "host/compiler.h"

#include <criterion/criterion.h>
#include <string.h>
#include <sys/stat.h>

#include "base/arena.h"
#include "core/target.h"
#include "support/fake_text.h"
#include "support/scratch.h"

static struct aac_target target = {
	.name = "debian12",
	.abi = "abi/3.0",
	.parser = "3.0.8",
	.parser_min = "3.0.0",
	.parser_max = "3.0.13",
	.kernel = "6.1",
};

static void setup(void)
{
	scratch_setup();
	scratch_write("features", "mount {mask {mount\n}\n}\n");
	target.features_path = scratch_path("features");
	scratch.ctx.target = &target;
}

TestSuite(compiler, .init = setup, .fini = scratch_teardown);

/* A parser of VERSION that runs SCRIPT for each profile. */
static void pretend(const char *version, const char *script)
{
	scratch_script("parser", arena_printf(scratch.arena,
					      "#!/bin/sh\n"
					      "if [ \"$1\" = --version ]; then\n"
					      "	echo 'AppArmor parser version %s'\n"
					      "	exit 0\n"
					      "fi\n"
					      "printf '\\004\\010\\000version\\000'\n"
					      "%s\n",
					      version, script));
	scratch.host.parser = scratch_path("parser");
}

/* One that prints MESSAGE and exits with CODE. */
static void pretend_says(const char *message, int code)
{
	scratch_write("message", message);
	pretend("3.0.8", arena_printf(scratch.arena, "cat '%s' >&2; exit %d",
				      scratch_path("message"), code));
}

static enum aac_check_result check(const struct aac_profile_text *text)
{
	return aac_check(&scratch.ctx, &scratch.host, &text, 1, NULL);
}

/* Lines 2 to 5 are rules; the third one stands on lines 3 and 4 of the rule file. */
static const struct aac_profile_text *example(const char *name)
{
	struct fake_text *fake = fake_text_new(name);

	fake_text_rule(fake, AAC_KIND_INCLUDE,
		       "include <abstractions/lxc/container-base>");
	fake_text_rule(fake, AAC_KIND_FILE, "/a{b r,");
	fake_text_rule(fake, AAC_KIND_FILE, "/bin/x px,");
	fake_text_again(fake);
	fake_text_rule(fake, AAC_KIND_FILE, "/bin/x cx,");
	return fake_text_end(fake);
}

/* The only error: SLUG, at LINE of the rule file (0: without a place), with WORDS in
 * it. */
static const struct aac_diag *expect_error(const char *slug, uint32_t line,
					   const char *words)
{
	const struct aac_diag *diag = scratch_find(slug);

	cr_assert_eq(scratch.diags.errors, 1, "%s", scratch_said());
	cr_assert_not_null(diag, "%s", scratch_said());
	cr_assert(strstr(diag->message, words), "%s", diag->message);
	if (line == 0)
		cr_assert_null(diag->span.source, "%s", scratch_said());
	else
		cr_assert_eq(aac_source_place(diag->span.source, diag->span.begin).line,
			     line, "%s", scratch_said());
	return diag;
}

static void expect_refused(const char *message, uint32_t line, const char *words)
{
	pretend_says(message, 1);
	cr_assert_eq(check(example("lxc-x")), AAC_CHECK_REFUSED, "%s", scratch_said());
	expect_error("parser-refused", line, words);
}

/* ---- finding it ------------------------------------------------------------- */

Test(compiler, finds_the_one_that_is_named)
{
	const struct aac_compiler *compiler;

	pretend("4.1.0~beta1", "exit 0");
	compiler = aac_compiler_find(&scratch.ctx, &scratch.host, true);
	cr_assert_not_null(compiler, "%s", scratch_said());
	cr_assert_str_eq(compiler->version, "4.1.0");
	cr_assert_str_eq(compiler->path, scratch_path("parser"));
}

Test(compiler, a_missing_one_is_the_hosts_fault)
{
	scratch.host.parser = "/no/such/parser";
	cr_assert_eq(check(example("lxc-x")), AAC_CHECK_HOST);
	expect_error("parser-missing", 0, "/no/such/parser");
}

Test(compiler, does_not_always_complain)
{
	scratch.host.parser = "/no/such/parser";
	cr_assert_null(aac_compiler_find(&scratch.ctx, &scratch.host, false));
	cr_assert_eq(scratch.diags.errors, 0);
}

Test(compiler, one_without_a_version_is_refused)
{
	scratch_script("parser", "#!/bin/sh\necho hello\n");
	scratch.host.parser = scratch_path("parser");
	cr_assert_eq(check(example("lxc-x")), AAC_CHECK_HOST);
	expect_error("parser-failed", 0, "does not tell a version");
}

Test(compiler, one_of_another_release_is_refused)
{
	const struct aac_diag *diag;

	pretend("4.1.0", "exit 0");
	cr_assert_eq(check(example("lxc-x")), AAC_CHECK_HOST);
	diag = expect_error("parser-version", 0,
			    "'debian12' needs apparmor_parser 3.0.0");
	cr_assert(strstr(diag->message, "is version 4.1.0"), "%s", diag->message);
	cr_assert(strstr(diag->hint, "--parser"), "%s", diag->hint);
}

/* ---- running it -------------------------------------------------------------- */

Test(compiler, is_run_closed_and_pinned)
{
	const char *args;

	pretend("3.0.8", "echo \"$*\" >&2; exit 0");
	scratch_mkdir("etc/apparmor.d/tunables");
	cr_assert_eq(check(example("lxc-x")), AAC_CHECK_OK, "%s", scratch_said());
	args = arena_printf(
		scratch.arena,
		"--skip-kernel-load --stdout --skip-cache --jobs=1 --config-file "
		"/dev/null --kernel-features %s --warn=rule-not-enforced "
		"--warn=rule-downgraded --base %s /dev/stdin",
		scratch_path("features"), scratch_path("etc/apparmor.d"));
	cr_assert(strstr(scratch_said(), args), "%s", scratch_said());
}

Test(compiler, gets_the_text)
{
	const struct aac_profile_text *text = example("lxc-x");

	pretend("3.0.8", arena_printf(scratch.arena, "cat >'%s'", scratch_path("got")));
	cr_assert_eq(check(text), AAC_CHECK_OK, "%s", scratch_said());
	cr_assert_str_eq(scratch_read("got"), text->text);
}

static void count_progress(void *env, size_t done, size_t count)
{
	size_t *last = env;

	cr_assert_eq(done, *last + 1);
	cr_assert_eq(count, 3);
	*last = done;
}

Test(compiler, every_text_is_compiled_once)
{
	size_t last = 0;
	struct aac_check_options options = { .jobs = 2,
					     .progress = count_progress,
					     .env = &last };
	const struct aac_profile_text *texts[] = { example("lxc-a"), example("lxc-b"),
						   example("lxc-c") };

	pretend("3.0.8",
		arena_printf(scratch.arena, "head -1 >>'%s'", scratch_path("ran")));
	cr_assert_eq(aac_check(&scratch.ctx, &scratch.host, texts, 3, &options),
		     AAC_CHECK_OK);
	cr_assert_eq(last, 3);
	cr_assert_eq(strlen(scratch_read("ran")), 3 * strlen("profile lxc-a {\n"));
}

Test(compiler, no_texts_are_fine)
{
	pretend("3.0.8", "exit 1");
	cr_assert_eq(aac_check(&scratch.ctx, &scratch.host, NULL, 0, NULL), AAC_CHECK_OK);
}

Test(compiler, noise_is_silent)
{
	pretend_says("Cache read/write disabled: interface file missing. (Kernel needs "
		     "AppArmor 2.4 compatibility patch.)\n\n",
		     0);
	cr_assert_eq(check(example("lxc-x")), AAC_CHECK_OK);
	cr_assert_null(scratch.diags.head, "%s", scratch_said());
}

/* ---- dying -------------------------------------------------------------------- */

static void expect_host(const char *script, const char *words)
{
	pretend("3.0.8", script);
	cr_assert_eq(check(example("lxc-x")), AAC_CHECK_HOST, "%s", scratch_said());
	expect_error("parser-failed", 0, words);
}

Test(compiler, a_crash_is_the_hosts_fault)
{
	expect_host("kill -SEGV $$",
		    "was killed by SIGSEGV while compiling profile 'lxc-x'");
}

Test(compiler, a_kill_is_the_hosts_fault)
{
	expect_host("kill -KILL $$", "was killed by SIGKILL");
	cr_assert(strstr(scratch.diags.head->hint, "memory"), "%s", scratch_said());
}

Test(compiler, one_that_hangs_ends_the_check)
{
	const struct aac_profile_text *texts[] = { example("lxc-a"), example("lxc-b"),
						   example("lxc-c") };
	const struct aac_check_options options = { .jobs = 1, .seconds = 1 };
	const struct aac_diag *diag;

	pretend("3.0.8",
		arena_printf(scratch.arena, "text=$(cat)\n"
					    "case $text in *lxc-b*) sleep 1000 ;; esac"));
	cr_assert_eq(aac_check(&scratch.ctx, &scratch.host, texts, 3, &options),
		     AAC_CHECK_HOST);
	diag = expect_error("parser-failed", 0,
			    "took longer than 1 second while compiling profile 'lxc-b'");
	cr_assert(strstr(diag->hint, "--parser-timeout"), "%s", diag->hint);
	cr_assert(strstr(scratch_said(), "1 profile more was not compiled"), "%s",
		  scratch_said());
}

Test(compiler, one_that_compiles_nothing_is_the_hosts_fault)
{
	scratch_script("parser", "#!/bin/sh\n"
				 "[ \"$1\" != --version ] || echo 'version 3.0.8'\n");
	scratch.host.parser = scratch_path("parser");
	cr_assert_eq(check(example("lxc-x")), AAC_CHECK_HOST, "%s", scratch_said());
	expect_error("parser-failed", 0, "has compiled nothing of profile 'lxc-x'");
}

Test(compiler, too_little_memory_is_the_hosts_fault)
{
	expect_host(
		"echo \"terminate called: what(): std::bad_alloc\" >&2; kill -ABRT $$",
		"ran out of memory");
}

Test(compiler, features_that_cannot_be_read_are_the_hosts_fault)
{
	expect_host(
		"echo \"Failed to load kernel features from '/x': No such file\" >&2; "
		"exit 1",
		"Failed to load kernel features");
}

/* ---- the search for a rule --------------------------------------------------------- */

/* A parser that does WHAT for a text that holds "/bin/x cx" behind "/bin/x px". */
static void pretend_dislikes(const char *words, const char *what)
{
	pretend("3.0.8", arena_printf(scratch.arena,
				      "text=$(cat)\n"
				      "case $text in *'%s'*) %s ;; esac\nexit 0",
				      words, what));
}

Test(compiler, a_rule_that_is_not_named_is_found)
{
	pretend_dislikes("/bin/x cx", "echo 'no such thing' >&2; exit 1");
	cr_assert_eq(check(example("lxc-x")), AAC_CHECK_REFUSED);
	expect_error("parser-refused", 5, "no such thing");
}

Test(compiler, two_rules_that_clash_are_found)
{
	const struct aac_diag *diag;

	pretend_dislikes("/a{b r,'*'/bin/x cx", "exit 1");
	cr_assert_eq(check(example("lxc-x")), AAC_CHECK_REFUSED);
	diag = expect_error("parser-refused", 5, "does not say why");
	cr_assert_not_null(diag->notes);
	cr_assert_str_eq(diag->notes->message, "and this rule");
	cr_assert_eq(
		aac_source_place(diag->notes->span.source, diag->notes->span.begin).line,
		2);
}

Test(compiler, a_rule_that_crashes_it_is_found)
{
	pretend_dislikes("/a{b r", "kill -SEGV $$");
	cr_assert_eq(check(example("lxc-x")), AAC_CHECK_HOST);
	expect_error("parser-failed", 2, "killed by SIGSEGV");
}

/* Another failure than the first one is no answer to the question. */
Test(compiler, another_failure_is_not_mistaken_for_it)
{
	pretend("3.0.8", "text=$(cat)\n"
			 "case $text in *container-base*) ;;\n"
			 "*) echo 'no base' >&2; exit 1 ;; esac\n"
			 "echo 'some rule is wrong' >&2; exit 1");
	cr_assert_eq(check(example("lxc-x")), AAC_CHECK_REFUSED);
	cr_assert_eq(scratch.diags.errors, 1, "%s", scratch_said());
}

/* Many broken profiles are not searched for ever: each run leaves a byte. */
Test(compiler, the_search_is_bounded)
{
	enum { PROFILES = 30 };
	const struct aac_profile_text *texts[PROFILES];
	struct stat info;

	pretend("3.0.8", arena_printf(scratch.arena,
				      "printf x >>'%s'\ntext=$(cat)\n"
				      "case $text in *'/bin/x cx'*) exit 1 ;; esac",
				      scratch_path("runs")));
	for (int i = 0; i < PROFILES; i++)
		texts[i] = example(arena_printf(scratch.arena, "lxc-%d", i));
	cr_assert_eq(aac_check(&scratch.ctx, &scratch.host, texts, PROFILES, NULL),
		     AAC_CHECK_REFUSED);
	cr_assert_eq(stat(scratch_path("runs"), &info), 0);
	cr_assert_leq(info.st_size, PROFILES + 8 * 10);
}

Test(compiler, a_folder_is_no_parser)
{
	scratch.host.parser = scratch_path("");
	cr_assert_eq(check(example("lxc-x")), AAC_CHECK_HOST);
	expect_error("parser-missing", 0, "is no program that can be run");
}

/* ---- messages ------------------------------------------------------------------ */

Test(compiler, an_error_with_a_line_comes_home)
{
	expect_refused(
		"AppArmor parser error for /dev/stdin in profile /dev/stdin at line 3: "
		"syntax error, unexpected TOK_ID\n",
		2, "syntax error, unexpected TOK_ID");
}

Test(compiler, the_plain_shape_comes_home_too)
{
	expect_refused("AppArmor parser error at line 3: syntax error\n", 2,
		       "syntax error");
}

Test(compiler, other_origins_are_notes)
{
	const struct aac_diag *diag;

	expect_refused("AppArmor parser error at line 4: bad\n", 3, "bad");
	diag = scratch_find("parser-refused");
	cr_assert_not_null(diag->notes);
	cr_assert_eq(
		aac_source_place(diag->notes->span.source, diag->notes->span.begin).line,
		4);
}

Test(compiler, an_error_in_a_line_of_no_rule_names_the_profile)
{
	expect_refused("AppArmor parser error at line 1: bad name\n", 0,
		       "profile 'lxc-x': bad name");
}

Test(compiler, lines_beyond_the_text_do_no_harm)
{
	expect_refused("AppArmor parser error at line 99999999999999999999: bad\n", 0,
		       "bad");
}

Test(compiler, an_error_in_an_include_names_its_file)
{
	const struct aac_diag *diag;

	expect_refused("AppArmor parser error for /dev/stdin in profile "
		       "/etc/apparmor.d/abstractions/lxc/container-base at line 7: bad\n",
		       0, "/etc/apparmor.d/abstractions/lxc/container-base:7: bad");
	diag = scratch_find("parser-refused");
	cr_assert_not_null(diag->notes);
	cr_assert_eq(
		aac_source_place(diag->notes->span.source, diag->notes->span.begin).line,
		1);
}

Test(compiler, a_missing_lxc_abstraction_names_its_package)
{
	const struct aac_diag *diag;

	pretend_says(
		"AppArmor parser error for /dev/stdin in profile /dev/stdin at line 2: "
		"Could not open 'abstractions/lxc/container-base'\n",
		1);
	cr_assert_eq(check(example("lxc-x")), AAC_CHECK_HOST);
	diag = expect_error("include-missing", 1, "'abstractions/lxc/container-base'");
	cr_assert_str_eq(diag->hint, "install it: apt install liblxc-common");
}

Test(compiler, any_other_missing_include_is_the_rules_fault)
{
	pretend_says("AppArmor parser error at line 2: Could not open "
		     "'abstractions/lxd': No such file or directory\n",
		     1);
	cr_assert_eq(check(example("lxc-x")), AAC_CHECK_REFUSED);
	expect_error("include-missing", 1, "there is no 'abstractions/lxd' in");
}

Test(compiler, conflicting_transitions_come_home)
{
	const struct aac_diag *diag;

	expect_refused(
		"profile lxc-x: has merged rule /bin/x with conflicting x modifiers\n"
		"ERROR merging rules for profile lxc-x, failed to load\n",
		3, "conflicting x modifiers");
	diag = scratch_find("parser-refused");
	cr_assert_not_null(diag->notes);
	cr_assert_not_null(diag->notes->next, "%s", scratch_said());
}

Test(compiler, a_regex_error_comes_home)
{
	expect_refused(
		"/usr/sbin/apparmor_parser: Regex grouping error: Unclosed grouping\n"
		"/usr/sbin/apparmor_parser: Unable to parse input line '/a{b'\n"
		"ERROR processing regexs for profile lxc-x, failed to load\n",
		2, "Regex grouping error: Unclosed grouping");
}

Test(compiler, half_a_regex_error_is_not_lost)
{
	expect_refused("parser: Regex grouping error: Unclosed grouping\n", 0,
		       "Regex grouping error");
}

Test(compiler, an_undeclared_variable_comes_home)
{
	struct fake_text *fake = fake_text_new("lxc-x");

	fake_text_rule(fake, AAC_KIND_FILE, "/a r,");
	fake_text_rule(fake, AAC_KIND_FILE, "@{FOO}/a r,");
	pretend_says("Found reference to variable FOO, but is never declared\n", 1);
	cr_assert_eq(check(fake_text_end(fake)), AAC_CHECK_REFUSED);
	expect_error("parser-refused", 2, "@{FOO} is never declared");
}

Test(compiler, what_nobody_understands_is_shown)
{
	expect_refused("Something entirely new\n", 0, "Something entirely new");
}

Test(compiler, a_silent_refusal_is_told)
{
	expect_refused("", 0, "does not say why");
}

Test(compiler, an_error_counts_even_with_exit_0)
{
	pretend_says("AppArmor parser error at line 3: bad\n", 0);
	cr_assert_eq(check(example("lxc-x")), AAC_CHECK_REFUSED);
	expect_error("parser-refused", 2, "bad");
}

Test(compiler, one_line_of_several_profiles_is_reported_once)
{
	const struct aac_profile_text *texts[] = { example("lxc-a"), example("lxc-b") };

	pretend_says("AppArmor parser error at line 4: bad\n", 1);
	cr_assert_eq(aac_check(&scratch.ctx, &scratch.host, texts, 2, NULL),
		     AAC_CHECK_REFUSED);
	expect_error("parser-refused", 3, "bad");
	cr_assert_null(scratch_find("parser-refused")->notes->next, "%s", scratch_said());
}

Test(compiler, hostile_messages_do_no_harm)
{
	static const char *const messages[] = {
		"AppArmor parser error",
		"AppArmor parser error for ",
		"AppArmor parser error at line ",
		"AppArmor parser error at line 0: x",
		"AppArmor parser error in in in at line -1: ",
		"has merged rule ",
		"Unable to parse input line '",
		"Unable to parse input line ''",
		"reference to variable ,",
		"Could not open '",
		"\r\n\r\n\t",
		"AppArmor parser error at line 2: Could not open '",
	};

	for (size_t i = 0; i < sizeof(messages) / sizeof(*messages); i++) {
		pretend_says(messages[i], 1);
		cr_assert_eq(check(example("lxc-x")), AAC_CHECK_REFUSED, "'%s'",
			     messages[i]);
	}
}

/* ---- the gate -------------------------------------------------------------------- */

static const struct aac_profile_text *with_rule(enum aac_kind_id kind, const char *rule)
{
	struct fake_text *fake = fake_text_new("lxc-x");

	fake_text_rule(fake, AAC_KIND_FILE, "/a r,");
	fake_text_rule(fake, kind, rule);
	return fake_text_end(fake);
}

static void expect_gate(enum aac_kind_id kind, const char *rule, const char *warning)
{
	pretend_says(arena_printf(scratch.arena,
				  "Warning from profile lxc-x (/dev/stdin): %s\n\n",
				  warning),
		     0);
	cr_assert_eq(check(with_rule(kind, rule)), AAC_CHECK_REFUSED, "%s",
		     scratch_said());
	expect_error("rule-not-enforced", 2, "'debian12'");
}

Test(compiler, a_fragments_rule_must_be_enforced)
{
	expect_gate(AAC_KIND_DBUS, "dbus send,", "dbus rules not enforced");
}

Test(compiler, mount_warnings_are_about_kin_too)
{
	expect_gate(AAC_KIND_PIVOT_ROOT, "pivot_root,", "mount rules not enforce");
}

Test(compiler, a_downgraded_rule_is_not_enforced)
{
	expect_gate(
		AAC_KIND_UNIX, "unix (send),",
		"downgrading extended network unix socket rule to generic network rule");
}

Test(compiler, network_warnings_have_another_shape)
{
	pretend_says(
		"Warning from /dev/stdin (/dev/stdin line 10): profile lxc-x network "
		"rules not enforced\n",
		0);
	cr_assert_eq(check(with_rule(AAC_KIND_NETWORK, "network inet,")),
		     AAC_CHECK_REFUSED);
	expect_error("rule-not-enforced", 2, "network");
}

Test(compiler, a_warning_about_denies_spares_allows)
{
	pretend_says("Warning from profile lxc-x (/dev/stdin): deny unix socket rule not "
		     "enforced, can't be downgraded to generic network rule\n",
		     0);
	cr_assert_eq(check(with_rule(AAC_KIND_UNIX, "unix (send),")), AAC_CHECK_OK);
	cr_assert_not_null(scratch_find("include-not-enforced"));
}

Test(compiler, an_includes_rules_are_one_note)
{
	const struct aac_profile_text *texts[] = { example("lxc-a"), example("lxc-b") };
	const struct aac_diag *diag;

	pretend_says("Warning from profile x (/dev/stdin): dbus rules not enforced\n"
		     "Warning from profile x (/dev/stdin): dbus rules not enforced\n",
		     0);
	cr_assert_eq(aac_check(&scratch.ctx, &scratch.host, texts, 2, NULL),
		     AAC_CHECK_OK);
	cr_assert_eq(scratch_count("include-not-enforced"), 1);
	diag = scratch_find("include-not-enforced");
	cr_assert_eq(diag->severity, AAC_NOTE);
	cr_assert(strstr(diag->message, "dbus (2)"), "%s", diag->message);
}

Test(compiler, an_unknown_warning_is_shown)
{
	pretend_says("Warning from profile x (/dev/stdin): teapot rules not enforced\n",
		     0);
	cr_assert_eq(check(example("lxc-x")), AAC_CHECK_OK);
	cr_assert_eq(scratch_count("parser-warning"), 1, "%s", scratch_said());
}
