/*
 * aa-compose diff: what one policy allows and another does not, both ways, what they log
 * differently and where an exec leads elsewhere; or that they are the same, proved.  Not
 * obvious: everything is compared as the target's parser compiles it, so what differs in
 * the text alone is no difference.
 */
#include <stdint.h>
#include <string.h>

#include "base/arena.h"
#include "cli/command.h"
#include "cli/diff_revisions.h"
#include "cli/diff_text.h"
#include "cli/load.h"
#include "cli/policies.h"
#include "cli/run.h"
#include "core/blob.h"
#include "core/target.h"

struct diffing {
	struct aac_run *run;
	const char *what[2];
	const struct aac_blob *const *sides[2];
	size_t counts[2];
};

/* Files and folders need neither rules nor containers. */
static bool load(struct diffing *d)
{
	struct aac_run *run = d->run;

	for (int i = 0; i < 2; i++)
		if (!aac_policies_is_path(run, d->what[i]))
			return aac_run_compose(run);
	aac_load_target(run);
	return aac_run_ok(run);
}

/* Two parsers read one text for one kernel, whatever their versions. */
static void admit_any_parser(struct aac_run *run)
{
	struct aac_target *target = ARENA_NEW(run->arena, struct aac_target);

	*target = *run->ctx.target;
	target->parser_min = "0";
	target->parser_max = "999";
	run->ctx.target = target;
}

static bool compile(struct diffing *d, const char *const *parsers)
{
	struct aac_run *run = d->run;

	if (parsers)
		admit_any_parser(run);
	for (int i = 0; i < 2; i++) {
		if (parsers)
			run->host.parser = parsers[i];
		if (!aac_policies_find(run, d->what[i], &d->sides[i], &d->counts[i]))
			return false;
	}
	return aac_run_ok(run);
}

/* ---- pairs ------------------------------------------------------------------------- */

static const struct aac_blob *find(const struct diffing *d, int side, const char *name)
{
	for (size_t i = 0; i < d->counts[side]; i++)
		if (strcmp(d->sides[side][i]->name, name) == 0)
			return d->sides[side][i];
	return NULL;
}

/* The one profile that is no other's child; NULL: there are several. */
static const char *only(const struct diffing *d, int side)
{
	const char *name = NULL;

	for (size_t i = 0; i < d->counts[side]; i++) {
		if (strstr(d->sides[side][i]->name, "//"))
			continue;
		if (name)
			return NULL;
		name = d->sides[side][i]->name;
	}
	return name;
}

/* What stands on the OTHER side for NAME: its namesake; and where each side has one
 * profile only, that one, whatever it is called. */
static const struct aac_blob *counterpart(const struct diffing *d, int other,
					  const char *name)
{
	const char *own = only(d, !other), *theirs = only(d, other);
	const char *child = strstr(name, "//");

	if (!own || !theirs)
		return find(d, other, name);
	return find(d, other,
		    arena_printf(d->run->arena, "%s%s", theirs, child ? child : ""));
}

static void compare(const struct diffing *d, struct aac_diff *diff)
{
	for (size_t i = 0; i < d->counts[0]; i++) {
		const struct aac_blob *a = d->sides[0][i];

		aac_diff_add(diff, a, counterpart(d, 1, a->name));
	}
	for (size_t i = 0; i < d->counts[1]; i++) {
		const struct aac_blob *b = d->sides[1][i];

		if (!counterpart(d, 0, b->name))
			aac_diff_add(diff, NULL, b);
	}
}

static bool take_arguments(struct diffing *d, const char *const **parsers)
{
	const struct aac_options *opts = d->run->opts;
	bool two = aac_option_given(opts, AAC_OPT_PARSERS);

	if (opts->arg_count != (two ? 3 : 2)) {
		d->run->usage = two ? "'diff --parsers' needs two parsers and what they "
				      "are to read"
				    : "'diff' needs two things to compare: profiles, "
				      "CTIDs, files or output folders";
		return false;
	}
	*parsers = two ? (const char *const *)opts->args : NULL;
	d->what[0] = opts->args[two ? 2 : 0];
	d->what[1] = opts->args[two ? 2 : 1];
	return true;
}

static void perform_diff(struct aac_run *run)
{
	struct diffing d = { .run = run };
	struct aac_diff diff = { .run = run };
	const char *const *parsers;

	diff.widening_only = aac_option_given(run->opts, AAC_OPT_WIDENING_ONLY);
	if (run->opts->revisions) {
		if (!aac_diff_revisions(run, &diff))
			return;
	} else if (!take_arguments(&d, &parsers) || !load(&d) || !compile(&d, parsers)) {
		return;
	} else {
		compare(&d, &diff);
	}
	aac_diff_print(&diff, &run->out);
	run->no |= diff.differs;
}

const struct aac_command aac_command_diff = {
	.name = "diff",
	.arguments = "A B | --revisions A..B [CTID]...",
	.summary = "what B allows and A does not, and back, or that they are equal",
	.help = "Compares two policies as the target's apparmor_parser compiles them: of "
		"all accesses those that only B allows (+), that only A allows (-), that "
		"lead to another profile at exec (~), and that are logged otherwise (!). "
		"Each sort is told with a shortest access that a kernel can ask for. "
		"When nothing is told the two are equal, which is proved.\n\n"
		"A and B are containers (CTID), profiles, files of profile text or of "
		"compiled policy, or output folders. Profiles of the same name are "
		"compared, and where there is one on each side these two.\n\n"
		"With --revisions A..B it is told what two commits of the git repository "
		"that holds the rules make of the containers, all or those named; with A "
		"alone, what A and what is there now make of them.\n\n"
		"The exit status is 1 when they differ; with --widening-only, when B "
		"allows more.",
	.examples = "aa-compose diff -c containers.json 952 953\n"
		    "aa-compose diff --widening-only out.before out\n"
		    "aa-compose diff -c containers.json --revisions main..HEAD\n"
		    "aa-compose diff --parsers /sbin/apparmor_parser ./apparmor_parser "
		    "./profile\n",
	.options = AAC_OPTS_COMMON | AAC_OPTS_COMPOSE | AAC_OPT(WIDENING_ONLY) |
		   AAC_OPT(PARSERS) | AAC_OPT(REVISIONS) | AAC_OPT(EXAMPLES) |
		   AAC_OPTS_COMPILE,
	.max_args = SIZE_MAX,
	.perform = perform_diff,
};
