/*
 * Profiles with something changed: takes a container and the change, gives what the whole
 * program would make of it.  Not obvious: nothing that goes wrong with a change is told,
 * since a change that cannot be made is just none.
 */
#include "cli/variant.h"

#include <limits.h>
#include <stdint.h>
#include <string.h>

#include "base/arena.h"
#include "cli/load.h"
#include "core/parse.h"
#include "core/resolve.h"
#include "core/target.h"
#include "host/compiler.h"

/* A context that keeps what is wrong to itself. */
static struct aac_context quiet(struct aac_run *run, struct aac_diags *silent)
{
	struct aac_context ctx = run->ctx;

	aac_diags_init(silent, run->arena);
	silent->max_errors = 1;
	ctx.diags = silent;
	return ctx;
}

/* ---- composing --------------------------------------------------------------------- */

/* A name that no fragment has. */
static const char *free_name(struct aac_run *run)
{
	const char *name = "added-rule";

	while (aac_library_fragment(run->library, name))
		name = arena_printf(run->arena, "%s-", name);
	return name;
}

/* All rule files and one more, which holds RULE in the fragment NAME. */
static const struct aac_library *with_rule(struct aac_run *run, struct aac_context *ctx,
					   const char *name, const char *rule)
{
	const char *text =
		arena_printf(run->arena, "fragment %s \"\" {\n%s\n}\n", name, rule);
	struct aac_file *head = ARENA_NEW(run->arena, struct aac_file), *last = head;

	*head = *aac_parse(
		ctx, aac_source_new(run->arena, "added rule", NULL, text, strlen(text)));
	if (ctx->diags->errors)
		return NULL;
	head->next = NULL;
	for (const struct aac_file *file = run->library->files; file; file = file->next) {
		last->next = ARENA_NEW(run->arena, struct aac_file);
		last = last->next;
		*last = *file;
		last->next = NULL;
	}
	return aac_resolve(ctx, head);
}

/* The container's own values, and behind them those that are changed. */
static const struct aac_set *sets_of(struct aac_run *run,
				     const struct aac_variant *variant)
{
	struct aac_set *head = NULL, **tail = &head;
	const struct aac_set *own = run->opts->sets;

	for (; own; own = own->next) {
		if (strcmp(own->ctid, variant->member->container->ctid) != 0)
			continue;
		*tail = ARENA_NEW(run->arena, struct aac_set);
		**tail = *own;
		(*tail)->next = NULL;
		tail = (struct aac_set **)(uintptr_t) & (*tail)->next;
	}
	*tail = (struct aac_set *)(uintptr_t)variant->sets;
	return head;
}

static const struct aac_policy *compose(struct aac_run *run, struct aac_context *ctx,
					const struct aac_library *library,
					const struct aac_variant *variant,
					struct aac_fleet_options *options)
{
	const struct aac_member *member = variant->member;
	struct aac_config one;

	if (!member->container)
		return member->policy->decl && !variant->sets
			       ? aac_fleet_declared(
					 ctx, library,
					 aac_library_profile(library,
							     member->policy->decl->name),
					 options)
			       : NULL;
	one = *run->config;
	one.containers = member->container;
	one.count = 1;
	options->sets = sets_of(run, variant);
	return aac_fleet_compose(ctx, library, &one, options)->members[0].policy;
}

bool aac_variant_compose(struct aac_run *run, struct aac_variant *variant)
{
	struct aac_fleet_options options = aac_run_fleet_options(run);
	const struct aac_library *library = run->library;
	const char *name = variant->rule ? free_name(run) : variant->fragment;
	const struct aac_policy *now = variant->member->policy;
	const struct aac_fragment *extra = NULL;
	const struct aac_template *frame;
	struct aac_diags silent;
	struct aac_context ctx = quiet(run, &silent);

	options.name = now->name;
	options.composer = variant->composer;
	if (variant->rule)
		library = with_rule(run, &ctx, name, variant->rule);
	if (!library || silent.errors)
		return false;
	if (name) {
		extra = aac_library_fragment(library, name);
		options.extra = (struct aac_fragments){ &extra, 1 };
	}
	variant->policy = compose(run, &ctx, library, variant, &options);
	if (!variant->policy || silent.errors)
		return false;
	frame = aac_load_template(run, variant->policy->template_name,
				  (struct aac_span){ 0 });
	if (frame)
		variant->text = aac_render(&ctx, variant->policy, frame);
	if (silent.errors)
		variant->text = NULL;
	return variant->text;
}

/* ---- compiling --------------------------------------------------------------------- */

static void read_all(struct aac_run *run, struct aac_variant *const *variants,
		     size_t count, struct buf *policies)
{
	struct aac_diags silent;
	struct aac_context ctx = quiet(run, &silent);

	for (size_t i = 0; i < count; i++) {
		struct buf *bytes = &policies[i];

		if (bytes->len)
			variants[i]->all = aac_blob_read(&ctx, variants[i]->policy->name,
							 (const uint8_t *)buf_str(bytes),
							 bytes->len);
		buf_fini(bytes);
	}
}

void aac_variants_compile(struct aac_run *run, struct aac_variant *const *variants,
			  size_t count)
{
	struct aac_variant **wanted =
		ARENA_ARRAY(run->arena, struct aac_variant *, count);
	const struct aac_profile_text **texts =
		ARENA_ARRAY(run->arena, const struct aac_profile_text *, count);
	struct buf *policies = ARENA_ARRAY(run->arena, struct buf, count);
	struct aac_check_options options = { .jobs = run->opts->jobs,
					     .seconds = run->opts->parser_timeout,
					     .policies = policies };
	struct aac_diags silent;
	struct aac_context ctx = quiet(run, &silent);
	size_t n = 0;

	for (size_t i = 0; i < count; i++)
		if (variants[i]->text && !variants[i]->all) {
			wanted[n] = variants[i];
			texts[n++] = variants[i]->text;
		}
	silent.max_errors = UINT_MAX;
	if (n)
		aac_check(&ctx, &run->host, texts, n, &options);
	read_all(run, wanted, n, policies);
}

const struct aac_blob *aac_variant_blob(const struct aac_run *run,
					const struct aac_variant *variant,
					const char *child)
{
	const struct aac_blob *blob = variant->all;
	const char *name = variant->policy ? aac_policy_label(variant->policy) : "";

	if (child)
		name = arena_printf(run->arena, "%s//%s", name, child);
	while (blob && strcmp(blob->name, name) != 0)
		blob = blob->next;
	return blob;
}
