/*
 * aa-compose lint: what is right by the language and still wrong.  It takes the rule
 * folders with the composed profiles, or single files, rule files as well as AppArmor's
 * own, and runs every check.  Not obvious: a rule file is read with the rule folders, so
 * that what it requires is known, but only its own findings are told.
 */
#include <stdint.h>
#include <string.h>

#include "base/arena.h"
#include "cli/command.h"
#include "cli/lint.h"
#include "cli/load.h"
#include "cli/run.h"
#include "core/library.h"
#include "core/parse.h"
#include "core/target.h"

/* ---- input ------------------------------------------------------------------------- */

static bool is_rule_file(const char *name)
{
	size_t len = strlen(name);

	return len > 4 && strcmp(name + len - 4, ".aaf") == 0;
}

static void add_name(struct aac_linting *l, const char *name)
{
	if (l->name_count == l->name_cap) {
		size_t cap = l->name_cap ? l->name_cap * 2 : 16;
		const char **grown = ARENA_ARRAY(l->run->arena, const char *, cap);

		if (l->name_count)
			memcpy(grown, l->names, l->name_count * sizeof(*grown));
		l->names = grown;
		l->name_cap = cap;
	}
	l->names[l->name_count++] = name;
}

/* The rule files of the folder PATH, or, where it has none, all of its files. */
static void add_folder(struct aac_linting *l, const char *path)
{
	static const char *const suffixes[] = { ".aaf", "" };
	struct aac_run *run = l->run;
	const char *slash = path[strlen(path) - 1] == '/' ? "" : "/";
	const char *const *names;
	size_t count = 0;

	for (size_t i = 0; i < 2 && count == 0; i++)
		if (!aac_host_list(&run->ctx, &run->host, path, suffixes[i], &names,
				   &count)) {
			run->refused = true;
			return;
		}
	for (size_t i = 0; i < count; i++)
		add_name(l, arena_printf(run->arena, "%s%s%s", path, slash, names[i]));
}

static void collect_names(struct aac_linting *l)
{
	struct aac_run *run = l->run;

	for (size_t i = 0; i < run->opts->arg_count; i++) {
		const char *name = run->opts->args[i];

		if (*name && aac_host_is_folder(&run->ctx, &run->host, name))
			add_folder(l, name);
		else
			add_name(l, name);
	}
}

static bool is_usage_right(struct aac_run *run)
{
	const struct aac_options *opts = run->opts;
	size_t inputs = 0;

	for (size_t i = 0; i < opts->arg_count; i++)
		inputs += strcmp(opts->args[i], "-") == 0;
	if (inputs > 1)
		run->usage = "standard input, '-', can be read once";
	else if (opts->arg_count && opts->config)
		run->usage = "'lint' looks at files, or with -c at containers";
	else if (opts->arg_count && opts->explain)
		run->usage = "--explain takes no files";
	return !run->usage;
}

/* What to hold rules against: the target that is asked for, else all pinned ones. */
static void choose_targets(struct aac_linting *l)
{
	struct aac_run *run = l->run;
	const struct aac_target **own;

	l->world.targets = run->targets.items;
	l->world.target_count = run->targets.count;
	if (!run->opts->target || !run->ctx.target)
		return;
	own = ARENA_NEW(run->arena, const struct aac_target *);
	*own = run->ctx.target;
	l->world.targets = own;
	l->world.target_count = 1;
}

/* Diagnostics that a check stands for become findings. */
static void take_diags(struct aac_linting *l)
{
	struct aac_diags *diags = &l->run->diags, all = *diags;

	aac_diags_init(diags, l->run->arena);
	diags->max_errors = all.max_errors;
	diags->strict = all.strict;
	aac_lint_pass_on(&l->lint, &all);
}

/* ---- rule files -------------------------------------------------------------------- */

/* The texts alone: what the declarations refer to may be missing. */
static void lint_texts(struct aac_linting *l, const struct aac_file *files)
{
	for (; files; files = files->next)
		for (const struct aac_decl *d = files->decls.head; d; d = d->next)
			if (d->type != AAC_DECL_CONDITION)
				aac_lint_decl(&l->lint, d, &d->body);
}

static void lint_library(struct aac_linting *l)
{
	const struct aac_library *library = l->run->library;

	l->lint.library = library;
	for (size_t i = 0; i < library->fragment_count; i++)
		aac_lint_decl(&l->lint, library->fragments[i]->decl,
			      &library->fragments[i]->body);
	for (size_t i = 0; i < library->profile_count; i++)
		aac_lint_decl(&l->lint, library->profiles[i]->decl,
			      &library->profiles[i]->body);
	aac_lint_library(&l->lint, library);
}

static bool is_asked_for(const struct aac_linting *l, const struct aac_decl *decl)
{
	const void *source = decl->span.source;

	return l->lint.targets.count == 0 ||
	       map_get(&l->lint.targets, (const char *)&source, sizeof(source));
}

static void add_fragments(struct aac_linting *l)
{
	const struct aac_library *library = l->run->library;

	for (size_t i = 0; l->compiles && i < library->fragment_count; i++)
		if (is_asked_for(l, library->fragments[i]->decl))
			aac_linting_add_fragment(l, library->fragments[i]);
}

/* The profile that is no container's is composed with the fleet. */
static bool is_composed(const struct aac_linting *l, size_t index)
{
	const struct aac_fleet *fleet = l->run->fleet;

	for (size_t i = 0; fleet && i < fleet->policy_count; i++)
		if (fleet->policies[i]->decl == l->run->library->profiles[index])
			return true;
	return false;
}

/* The declared profiles: of the files that are named, or all of them where there are no
 * containers. */
static void add_profiles(struct aac_linting *l)
{
	const struct aac_library *library = l->run->library;

	for (size_t i = 0; i < library->profile_count; i++) {
		const struct aac_profile_decl *profile = library->profiles[i];
		const struct aac_policy *policy;
		const char *why;

		if (!is_asked_for(l, profile->decl) || is_composed(l, i))
			continue;
		policy = aac_linting_compose(l->run, profile, &why);
		if (policy)
			aac_linting_add_policy(l, policy, NULL);
		else
			aac_linting_incomplete(l->run, profile->decl, why);
	}
}

static void lint_rule_files(struct aac_linting *l)
{
	struct aac_run *run = l->run;
	const char **names = ARENA_ARRAY(run->arena, const char *, l->name_count);
	const struct aac_file *files;
	size_t count = 0;
	bool sound;

	for (size_t i = 0; i < l->name_count; i++)
		if (is_rule_file(l->names[i]))
			names[count++] = l->names[i];
	if (count == 0)
		return;
	files = aac_load_rules_with(run, names, count);
	for (const struct aac_file *f = files; f && count > 0; f = f->next, count--)
		aac_lint_only(&l->lint, f->source);
	sound = aac_run_ok(run) && run->library;
	take_diags(l);
	if (!sound) {
		lint_texts(l, files);
		return;
	}
	lint_library(l);
	if (!run->ctx.target)
		return;
	aac_load_templates(run);
	add_fragments(l);
	add_profiles(l);
}

static void lint_profile_files(struct aac_linting *l)
{
	struct aac_run *run = l->run;

	for (size_t i = 0; i < l->name_count && !run->refused; i++) {
		const char *name = l->names[i];
		const struct aac_source *source = NULL;
		const struct aac_file *file;

		if (is_rule_file(name))
			continue;
		source = strcmp(name, "-") == 0 ? aac_load_input(run)
						: aac_load_profile_file(run, name);
		if (!source)
			continue;
		aac_lint_only(&l->lint, source);
		file = aac_parse_profile(&run->ctx, source);
		aac_lint_written(&l->lint, file);
		aac_linting_add_written(l, file);
	}
}

/* ---- folders ----------------------------------------------------------------------- */

static void lint_fleet(struct aac_linting *l)
{
	struct aac_run *run = l->run;
	struct aac_fleet_options options;
	bool sound = aac_run_load(run);

	if (run->refused)
		return;
	take_diags(l);
	if (!sound) {
		if (run->library)
			lint_texts(l, run->library->files);
		return;
	}
	l->world.containers = run->config != NULL;
	options = aac_run_fleet_options(run);
	run->fleet = aac_fleet_compose(&run->ctx, run->library, run->config, &options);
	take_diags(l);
	lint_library(l);
	if (!aac_run_ok(run))
		return;
	add_fragments(l);
	for (size_t i = 0; i < run->fleet->policy_count; i++)
		aac_linting_add_policy(l, run->fleet->policies[i], NULL);
	if (!run->config)
		add_profiles(l);
}

/* ---- the command ------------------------------------------------------------------- */

/* All units, compiled. */
static void lint_units(struct aac_linting *l)
{
	/* What compiling says depends on more than one unit. */
	bool silent = l->run->diags.errors + l->run->diags.warnings == 0;
	struct aac_diag **said = l->run->diags.tail;

	if (l->compiles && !l->run->refused && l->unit_count)
		aac_linting_compile(l);
	silent &= l->run->diags.tail == said;
	for (size_t i = 0; i < l->unit_count; i++) {
		size_t before = l->lint.tells;

		aac_lint_unit(&l->lint, &l->units[i]);
		if (silent && l->lint.tells == before)
			aac_lint_verdict_good(l, &l->units[i]);
	}
	aac_lint_verdicts_keep(l);
}

static void lint_all(struct aac_linting *l)
{
	struct aac_run *run = l->run;

	if (l->compiles || run->opts->target || run->opts->arg_count == 0)
		aac_load_target(run);
	else
		aac_load_targets(run);
	if (!aac_run_ok(run))
		return;
	choose_targets(l);
	if (run->opts->arg_count == 0) {
		lint_fleet(l);
	} else {
		collect_names(l);
		lint_rule_files(l);
		lint_profile_files(l);
	}
	lint_units(l);
	if (run->library && l->lint.library)
		aac_lint_accepts(&l->lint, run->library, l->compiles && aac_run_ok(run));
}

static void perform_lint(struct aac_run *run)
{
	struct aac_linting l = { .run = run };

	if (!is_usage_right(run))
		return;
	if (run->opts->explain) {
		aac_linting_explain(run, run->opts->explain);
		return;
	}
	l.compiles = !aac_option_given(run->opts, AAC_OPT_NO_CHECK);
	l.world.include = aac_linting_include;
	l.world.env = run;
	run->lists = true;
	aac_lint_init(&l.lint, &run->ctx, &l.world);
	lint_all(&l);
	/* What the text tells it tells without a parser. */
	if (!run->usage)
		aac_linting_print(&l);
	aac_lint_fini(&l.lint);
}

const struct aac_command aac_command_lint = {
	.name = "lint",
	.arguments = "[FILE]...",
	.summary = "what is right by the language and still wrong",
	.help = "Runs the checks that 'list checks' marks 'lint'. Without a FILE: over "
		"each fragment of the rule folders by itself, with what it requires, "
		"over declared profiles and, with -c, over those of all containers. "
		"FILEs that end in .aaf are rule files, read together with the rule "
		"folders, and of a folder its rule files are meant, or all files where "
		"it has none; all others, and '-' for standard input, are AppArmor's own "
		"text.\n\n"
		"What a rule allows is asked of compiled policy, not of its spelling, "
		"and files that are included are read from where the parser finds them. "
		"--no-check compiles nothing and leaves those checks out.\n\n"
		"'accept SLUG \"reason\";' above a rule, or 'accept fragment SLUG "
		"\"reason\";', settles a finding; -v lists what is settled, and an "
		"accept that settles nothing is a finding itself. --explain says why "
		"something is checked, with an example of what it finds and one of what "
		"is right.\n\n"
		"The exit status is 1 when there is an error or a warning; --strict "
		"makes errors of all findings. Without --target rules are held against "
		"all pinned targets. --format sarif is for code-scanning services.",
	.examples = "aa-compose lint\n"
		    "aa-compose lint --strict -c containers.json\n"
		    "aa-compose lint /etc/apparmor.d/lxc/lxc-mine\n"
		    "aa-compose lint --explain raw-memory\n"
		    "aa-compose lint --format sarif > lint.sarif\n",
	.options = AAC_OPTS_COMMON | AAC_OPTS_COMPOSE | AAC_OPT(JOBS) | AAC_OPTS_COMPILE |
		   AAC_OPT(NO_CHECK) | AAC_OPT(EXPLAIN),
	.max_args = SIZE_MAX,
	.lint_formats = true,
	.perform = perform_lint,
};
