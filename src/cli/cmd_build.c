/*
 * aa-compose build: the profiles, their maps and the manifest, checked and then
 * written.  Not obvious: everything is made and checked before the first byte is
 * written, and a file that holds the right bytes already is not touched.
 */
#include <stdint.h>

#include "base/arena.h"
#include "cli/command.h"
#include "cli/json_writer.h"
#include "cli/minimize.h"
#include "cli/output.h"
#include "cli/prove.h"
#include "cli/run.h"
#include "cli/selection.h"
#include "cli/text.h"
#include "cli/vet.h"
#include "core/target.h"
#include "host/cache.h"

static void put_list_json(struct aac_json *json, const char *key,
			  const struct aac_name_list *list)
{
	aac_json_begin(json, key, '[');
	for (size_t i = 0; i < list->count; i++)
		aac_json_put(json, NULL, list->items[i]);
	aac_json_end(json, ']');
}

static void put_summary_json(const struct aac_build *build)
{
	struct aac_run *run = build->run;
	struct aac_json json = { .out = &run->out };

	aac_json_begin(&json, NULL, '{');
	aac_json_put(&json, "out", run->opts->out);
	aac_json_put(&json, "target", run->ctx.target->name);
	aac_json_number(&json, "profiles", build->selection->profiles);
	aac_json_number(&json, "containers", build->selection->containers);
	aac_json_bool(&json, "checked", !aac_option_given(run->opts, AAC_OPT_NO_CHECK));
	aac_json_bool(&json, "tested", aac_vet_tests(run));
	aac_json_number(&json, "expects", build->expects);
	put_list_json(&json, "written", &build->written);
	put_list_json(&json, "unchanged", &build->unchanged);
	put_list_json(&json, "removed", &build->removed);
	put_list_json(&json, "kept", &build->kept);
	aac_json_end(&json, '}');
}

static void put_names(struct aac_run *run, const char *what,
		      const struct aac_name_list *list)
{
	for (size_t i = 0; i < list->count; i++) {
		buf_printf(&run->out, "%-9s  ", what);
		aac_put_safe(&run->out, list->items[i]);
		buf_putc(&run->out, '\n');
	}
}

/* What the parser was spared. */
static void put_use(struct aac_run *run)
{
	struct aac_cache_use use = aac_cache_use(run->host.cache);

	if (use.made + use.kept == 0)
		return;
	buf_printf(&run->out, "compiled   %s, %zu known from before",
		   aac_count_text(run->arena, use.made, "text"), use.kept);
	if (use.derived)
		buf_printf(&run->out, ", %zu but for the name", use.derived);
	buf_putc(&run->out, '\n');
}

static void put_summary(const struct aac_build *build)
{
	struct aac_run *run = build->run;

	if (aac_option_given(run->opts, AAC_OPT_VERBOSE)) {
		put_names(run, "written", &build->written);
		put_names(run, "unchanged", &build->unchanged);
		put_names(run, "removed", &build->removed);
		put_names(run, "kept", &build->kept);
		put_use(run);
		if (aac_vet_tests(run))
			buf_printf(&run->out, "tested     %s\n",
				   aac_count_text(run->arena, build->expects, "expect"));
	}
	buf_printf(&run->out, "%s for %s in ",
		   aac_count_text(run->arena, build->selection->profiles, "profile"),
		   aac_count_text(run->arena, build->selection->containers, "container"));
	aac_put_safe(&run->out, run->opts->out);
	buf_printf(&run->out, ": %zu written, %zu unchanged", build->written.count,
		   build->unchanged.count);
	if (build->removed.count > 0)
		buf_printf(&run->out, ", %zu removed", build->removed.count);
	if (build->kept.count > 0)
		buf_printf(&run->out, ", %zu kept", build->kept.count);
	buf_putc(&run->out, '\n');
}

static bool prove(const struct aac_build *build)
{
	return !aac_option_given(build->run->opts, AAC_OPT_PROVE) ||
	       aac_prove_wanted(build->run, build->selection, build->texts);
}

static bool minimize(const struct aac_build *build)
{
	return !aac_option_given(build->run->opts, AAC_OPT_MINIMIZE) ||
	       aac_minimize_wanted(build->run, build->selection, build->texts);
}

static void perform_build(struct aac_run *run)
{
	struct aac_selection selection;
	struct aac_build build = { .run = run, .selection = &selection };

	if ((aac_option_given(run->opts, AAC_OPT_PROVE) ||
	     aac_option_given(run->opts, AAC_OPT_MINIMIZE)) &&
	    aac_option_given(run->opts, AAC_OPT_NO_CHECK)) {
		run->usage = "--prove and --minimize have the parser run, and --no-check "
			     "does not";
		return;
	}
	if (!aac_run_compose(run) || !aac_run_needs_config(run) ||
	    !aac_selection_init(run, &selection))
		return;
	build.texts = aac_render_wanted(run, &selection, true);
	if (!aac_run_ok(run))
		return;
	if (aac_vet(run, &selection, build.texts, &build.expects) && prove(&build) &&
	    minimize(&build) &&
	    aac_build_plan(&build) && aac_build_guard(&build) &&
	    aac_build_write(&build) && aac_build_prune(&build)) {
		if (run->opts->json)
			put_summary_json(&build);
		else
			put_summary(&build);
	}
	aac_build_fini(&build);
}

const struct aac_command aac_command_build = {
	.name = "build",
	.arguments = "[CTID]...",
	.summary = "write the profiles, the origin of their lines and a manifest",
	.help = "Composes the profiles of all containers, checks them as 'check' "
		"does, tests them as 'test' does, and writes for each one "
		"OUTDIR/PROFILE and "
		"OUTDIR/PROFILE.map.json, the origin of every line; and "
		"OUTDIR/manifest.json, which container has which profile. When "
		"anything is wrong nothing is written; nor when a test fails, which is "
		"exit status 1. --no-test leaves the tests out, and so does --no-check: "
		"they need what the check compiles.\n\n"
		"Files that hold the right bytes already are not touched. What an "
		"earlier manifest lists and is no longer made is removed, unless it "
		"was changed by hand. A file that no build has written is never "
		"overwritten.\n\n"
		"With CTIDs only the profiles of these containers are checked and "
		"written; the rest of the manifest stays as it is.",
	.examples = "aa-compose build -c containers.json\n"
		    "aa-compose build -c containers.json --target debian12 -o profiles\n"
		    "aa-compose build -c containers.json --set "
		    "953:docker.data_root=/srv/d 953\n",
	.options = AAC_OPTS_COMMON | AAC_OPTS_COMPOSE | AAC_OPT(OUT) | AAC_OPT(NO_CHECK) |
		   AAC_OPT(NO_TEST) | AAC_OPT(PROVE) | AAC_OPT(MINIMIZE) | AAC_OPT(JOBS) |
		   AAC_OPTS_COMPILE,
	.max_args = SIZE_MAX,
	.perform = perform_build,
};
