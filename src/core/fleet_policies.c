/*
 * The fleet's profiles by name: takes what was composed for one container after the
 * other, gives each distinct profile once, with what any of its containers expects of it.
 */
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "core/context.h"
#include "core/diag.h"
#include "core/fleet_name.h"

/* A profile under its name, and who had it first. */
struct aac_named {
	struct aac_policy policy;
	const struct aac_container *first;
	/* What any of its containers expects; and whose were put there last. */
	struct map expects;
	const struct aac_expect *const *last;
};

const char *aac_fleet_whose(struct aac_context *ctx, const struct aac_container *c)
{
	if (!c)
		return "(no container)";
	return c->name ? arena_printf(ctx->arena, "%s ('%.60s')", c->ctid, c->name)
		       : c->ctid;
}

/* Containers with the same rules may expect different things of them. */
static void add_expects(struct aac_named *named, const struct aac_policy *policy)
{
	if (named->last == policy->expects)
		return;
	named->last = policy->expects;
	for (size_t i = 0; i < policy->expect_count; i++)
		map_add(&named->expects, (const char *)&policy->expects[i],
			sizeof(policy->expects[i]),
			(void *)(uintptr_t)policy->expects[i]);
}

static void collect_expects(struct aac_fleet_run *run, struct aac_named *named)
{
	const struct aac_expect **all = ARENA_ARRAY(
		run->ctx->arena, const struct aac_expect *, named->expects.count);

	for (size_t i = 0; i < named->expects.count; i++)
		all[i] = named->expects.entries[i].value;
	named->policy.expects = all;
	named->policy.expect_count = named->expects.count;
	map_fini(&named->expects);
}

const struct aac_policy *aac_fleet_policy(struct aac_fleet_run *run,
					  const struct aac_scope *scope, const char *name,
					  const struct aac_policy *policy)
{
	void **slot = map_slot(&run->policies, name, strlen(name));
	struct aac_named *named = *slot;
	struct aac_diag *diag;

	if (!named) {
		named = ARENA_NEW(run->ctx->arena, struct aac_named);
		*named = (struct aac_named){ .policy = *policy,
					     .first = scope->container };
		named->policy.name = name;
		*slot = named;
	}
	if (strcmp(named->policy.key, policy->key) == 0) {
		add_expects(named, policy);
		return &named->policy;
	}
	diag = aac_report(run->ctx->diags, AAC_ERROR, "name-clash",
			  scope->container
				  ? aac_config_place(run->config, scope->container->trail)
				  : (struct aac_span){ 0 },
			  "containers %s and %s give the name '%s' to different rules",
			  aac_fleet_whose(run->ctx, named->first),
			  aac_fleet_whose(run->ctx, scope->container), name);
	if (named->first)
		aac_note(run->ctx->diags, diag,
			 aac_config_place(run->config, named->first->trail),
			 "the first is here");
	aac_hint(run->ctx->diags, diag,
		 "give one another .apparmor_profile, or build with --per-container");
	return NULL;
}

static int by_name(const void *a, const void *b)
{
	const struct aac_policy *x = *(const struct aac_policy *const *)a;
	const struct aac_policy *y = *(const struct aac_policy *const *)b;

	return strcmp(x->name, y->name);
}

void aac_fleet_collect(struct aac_fleet_run *run, struct aac_fleet *fleet)
{
	const struct aac_policy **items = ARENA_ARRAY(
		run->ctx->arena, const struct aac_policy *, run->policies.count);

	for (size_t i = 0; i < run->policies.count; i++) {
		struct aac_named *named = run->policies.entries[i].value;

		collect_expects(run, named);
		items[i] = &named->policy;
	}
	qsort(items, run->policies.count, sizeof(*items), by_name);
	fleet->policies = items;
	fleet->policy_count = run->policies.count;
}
