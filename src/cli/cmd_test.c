/*
 * aa-compose test: is a profile what its rule files expect of it?  It composes, has each
 * distinct profile compiled once, and decides every line of `expect` on it.
 */
#include <stdint.h>
#include <string.h>

#include "base/arena.h"
#include "base/map.h"
#include "cli/command.h"
#include "cli/expects_format.h"
#include "cli/run.h"
#include "cli/selection.h"
#include "core/target.h"

/* The distinct profiles to test. */
struct wanted {
	const struct aac_profile_text **texts;
	size_t count;
};

static void add(struct aac_run *run, struct wanted *wanted, struct map *seen,
		const struct aac_policy *policy)
{
	void **slot = map_slot(seen, policy->name, strlen(policy->name));

	if (*slot)
		return;
	*slot = run;
	wanted->texts[wanted->count] = aac_render_policy(run, policy);
	wanted->count += wanted->texts[wanted->count] != NULL;
}

static bool choose(struct aac_run *run, struct wanted *wanted)
{
	size_t named = run->opts->arg_count;
	size_t all = run->fleet->policy_count;
	CLEANUP_MAP seen = { 0 };

	wanted->texts = ARENA_ARRAY(run->arena, const struct aac_profile_text *,
				    named ? named : all);
	for (size_t i = 0; i < named; i++) {
		const struct aac_policy *policy =
			aac_find_policy(run, run->opts->args[i]);

		if (policy)
			add(run, wanted, &seen, policy);
	}
	for (size_t i = 0; !named && i < all; i++)
		add(run, wanted, &seen, run->fleet->policies[i]);
	return aac_run_ok(run);
}

static void put_summary(struct aac_expects *all, struct buf *out)
{
	struct aac_run *run = all->run;
	const char *profiles = aac_count_text(run->arena, all->profiles, "profile");
	const char *target = run->ctx.target->name;

	if (all->profiles == 0)
		buf_puts(out, "no profiles to test\n");
	else if (all->count == 0)
		buf_printf(out, "nothing is expected of %s\n", profiles);
	else if (all->failed)
		buf_printf(out, "%zu of %s failed in %s for %s\n", all->failed,
			   aac_count_text(run->arena, all->count, "expect"), profiles,
			   target);
	else
		buf_printf(out, "%s held in %s for %s\n",
			   aac_count_text(run->arena, all->count, "expect"), profiles,
			   target);
}

static void test(struct aac_run *run, const struct wanted *wanted, struct buf *policies)
{
	const struct aac_outcome_form *form = &aac_outcome_forms[run->opts->format];
	struct aac_outcomes outcomes = { 0 };
	struct aac_diags findings;
	struct aac_expects all = {
		.run = run, .tell = form->tell, .env = &outcomes, .diags = &findings
	};

	aac_diags_init(&findings, run->arena);
	form->begin(&all);
	for (size_t i = 0; i < wanted->count; i++) {
		aac_expects_try(&all, wanted->texts[i], &policies[i]);
		buf_fini(&policies[i]);
	}
	aac_expects_end(&all);
	form->end(&all, &run->out);
	if (run->opts->format == AAC_FORMAT_TEXT &&
	    !(all.failed == 0 && aac_option_given(run->opts, AAC_OPT_QUIET)))
		put_summary(&all, &run->out);
	run->no |= all.failed > 0;
	buf_fini(&outcomes.body);
}

static void perform_test(struct aac_run *run)
{
	struct wanted wanted = { 0 };
	struct buf *policies;

	if (!aac_run_compose(run) ||
	    (run->opts->arg_count == 0 && !aac_run_needs_config(run)) ||
	    !choose(run, &wanted))
		return;
	policies = ARENA_ARRAY(run->arena, struct buf, wanted.count);
	if (aac_check_texts(run, wanted.texts, wanted.count, "testing", false, policies))
		test(run, &wanted, policies);
	for (size_t i = 0; i < wanted.count; i++)
		buf_fini(&policies[i]);
}

const struct aac_command aac_command_test = {
	.name = "test",
	.arguments = "[CTID|PROFILE]...",
	.summary = "whether the profiles allow and deny what the rule files expect",
	.help = "Has the target's apparmor_parser compile the profiles of all "
		"containers, or those of the containers and profiles that are named, "
		"and decides each line of every 'expect' on them, as the kernel "
		"would. Writes nothing. What does not hold is shown at its line, with "
		"the rule that decided, whichever fragment it comes from, or the rule "
		"that nearly allows it.\n\n"
		"-v shows what held, too; -q says nothing when all of it did. The exit "
		"status is 1 when something does not hold.\n\n"
		"--format json gives a list of what does not hold (with -v of "
		"everything), tap and junit all of it in the forms that test "
		"harnesses and CI servers read.",
	.examples = "aa-compose test -c containers.json\n"
		    "aa-compose test -c containers.json --target debian12 -v 953\n"
		    "aa-compose test -c containers.json --format junit > expects.xml\n",
	.options = AAC_OPTS_COMMON | AAC_OPTS_COMPOSE | AAC_OPT(JOBS) | AAC_OPTS_COMPILE,
	.max_args = SIZE_MAX,
	.test_formats = true,
	.perform = perform_test,
};
