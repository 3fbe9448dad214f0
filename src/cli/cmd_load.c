/*
 * aa-compose load: what a build wrote, into the running kernel.  It takes OUTDIR, has
 * apparmor_parser compile its profiles for the kernel that runs, and loads them all at
 * once.
 */
#include <stdint.h>

#include "base/arena.h"
#include "cli/built.h"
#include "cli/command.h"
#include "cli/json_writer.h"
#include "cli/load.h"
#include "cli/run.h"
#include "cli/selection.h"
#include "host/compiler.h"
#include "host/policy.h"
#include "host/policy_cache.h"

/* A profile on its way into the kernel. */
struct entry {
	const struct aac_source *source;
	const char *key; /* in the cache */
	bool known;	 /* the cache has it */
	struct buf policy;
};

struct loading {
	struct aac_run *run;
	struct aac_built built;
	struct aac_policy_cache *cache; /* NULL: none */
	struct entry *entries;		/* of built.names */
	struct buf policy;
};

/* The text of the profile AT, and what is known of it. */
static bool take(struct loading *loading, size_t at)
{
	struct entry *entry = &loading->entries[at];
	const char *name = loading->built.names[at];

	entry->source = aac_built_text(&loading->built, name);
	if (!entry->source)
		return false;
	if (loading->cache)
		entry->known = aac_policy_cache_get(loading->cache, name, entry->source,
						    &entry->key, &entry->policy);
	if (entry->known && aac_option_given(loading->run->opts, AAC_OPT_RECOMPILE)) {
		buf_fini(&entry->policy);
		entry->policy = (struct buf){ 0 };
		entry->known = false;
	}
	return true;
}

/* What is not known. */
static bool compile(struct loading *loading)
{
	struct aac_run *run = loading->run;
	size_t all = loading->built.count, count = 0;
	const struct aac_source **sources =
		ARENA_ARRAY(run->arena, const struct aac_source *, all);
	struct buf *policies = ARENA_ARRAY(run->arena, struct buf, all);
	char verb[] = "compiling";
	struct aac_check_options options = { .jobs = run->opts->jobs,
					     .seconds = run->opts->parser_timeout,
					     .policies = policies,
					     .env = verb };

	if (aac_run_shows_progress(run))
		options.progress = aac_term_progress;
	for (size_t i = 0; i < all; i++)
		if (!loading->entries[i].known)
			sources[count++] = loading->entries[i].source;
	if (count && aac_compile_sources(&run->ctx, &run->host, sources, count,
					 &options) == AAC_CHECK_HOST)
		run->refused = true;
	if (count && options.progress)
		aac_term_progress(verb, count, count);
	count = 0;
	for (size_t i = 0; i < all; i++)
		if (!loading->entries[i].known)
			loading->entries[i].policy = policies[count++];
	return aac_run_ok(run);
}

/* What the kernel has taken. */
static void keep(struct loading *loading)
{
	for (size_t i = 0; loading->cache && i < loading->built.count; i++) {
		const struct entry *entry = &loading->entries[i];

		if (!entry->known)
			aac_policy_cache_put(loading->cache, loading->built.names[i],
					     entry->source, entry->key, &entry->policy);
	}
}

static void put_names(const struct loading *loading, struct aac_json *json,
		      const char *key, bool known_only)
{
	aac_json_begin(json, key, '[');
	for (size_t i = 0; i < loading->built.count; i++)
		if (loading->entries[i].known || !known_only)
			aac_json_put(json, NULL, loading->built.names[i]);
	aac_json_end(json, ']');
}

static void put_result(const struct loading *loading)
{
	struct aac_run *run = loading->run;
	struct aac_json json = { .out = &run->out };
	size_t count = loading->built.count, known = 0;

	if (run->opts->json) {
		aac_json_begin(&json, NULL, '{');
		put_names(loading, &json, "loaded", false);
		put_names(loading, &json, "cached", true);
		aac_json_end(&json, '}');
		return;
	}
	for (size_t i = 0; i < count; i++) {
		known += loading->entries[i].known;
		if (aac_option_given(run->opts, AAC_OPT_VERBOSE))
			buf_printf(&run->out, "loaded     %s%s\n",
				   loading->built.names[i],
				   loading->entries[i].known ? " (cached)" : "");
	}
	buf_printf(&run->out, "%s loaded", aac_count_text(run->arena, count, "profile"));
	if (loading->cache)
		buf_printf(&run->out, ", %zu from the cache", known);
	buf_putc(&run->out, '\n');
}

static void load_listed(struct loading *loading)
{
	struct aac_run *run = loading->run;
	size_t count = loading->built.count;

	loading->entries = ARENA_ARRAY(run->arena, struct entry, count);
	for (size_t i = 0; i < count; i++)
		if (!take(loading, i))
			return;
	if (!compile(loading))
		return;
	for (size_t i = 0; i < count; i++) {
		const struct buf *policy = &loading->entries[i].policy;

		buf_putn(&loading->policy, buf_str(policy), policy->len);
	}
	if (count == 0 || !aac_policy_one_space(&run->ctx, &loading->policy))
		return;
	if (aac_policy_load(&run->ctx, &run->host, &loading->policy))
		keep(loading);
	else
		run->refused = true;
}

static void load(struct loading *loading)
{
	struct aac_run *run = loading->run;
	struct aac_policy_cache cache;

	if (aac_option_given(run->opts, AAC_OPT_CACHE)) {
		loading->cache = &cache;
		run->refused |= !aac_policy_cache_open(&run->ctx, &run->host, &cache);
	}
	if (aac_run_ok(run) && aac_built_open(run, &loading->built)) {
		load_listed(loading);
		if (aac_run_ok(run))
			put_result(loading);
	}
	for (size_t i = 0; loading->entries && i < loading->built.count; i++)
		buf_fini(&loading->entries[i].policy);
	if (loading->cache)
		aac_policy_cache_close(&cache);
}

static void perform_load(struct aac_run *run)
{
	struct loading loading = { .run = run };

	if (!aac_policy_ready(&run->ctx, &run->host)) {
		run->refused = true;
		return;
	}
	aac_load_target(run);
	if (aac_run_ok(run))
		load(&loading);
	buf_fini(&loading.policy);
	aac_built_close(&loading.built);
}

const struct aac_command aac_command_load = {
	.name = "load",
	.arguments = "[PROFILE]...",
	.summary = "put the built profiles into the kernel, all or none",
	.help = "Has apparmor_parser compile the profiles that 'build' wrote into "
		"OUTDIR, or those named, for the kernel that runs, and loads them in "
		"one step: they replace those of their names, also under running "
		"containers, or nothing changes. A profile that was edited after the "
		"build is refused.\n\n"
		"With --cache what was compiled is kept in " AAC_POLICY_CACHE
		", and is taken from there as long as nothing has changed: the text, "
		"what it includes, the kernel's features, the parser.",
	.examples = "aa-compose build -c containers.json && aa-compose load\n"
		    "aa-compose load -o /var/lib/aa-compose lxc-docker\n",
	.options = AAC_OPTS_COMMON | AAC_OPT(OUT) | AAC_OPT(CACHE) | AAC_OPT(PARSER) |
		   AAC_OPT(JOBS) | AAC_OPTS_COMPILE,
	.max_args = SIZE_MAX,
	.perform = perform_load,
};
