/*
 * Is what is loaded what would be loaded now?  It takes composed texts, has them compiled
 * for the kernel that runs, whatever target is composed for, and compares.  Not obvious:
 * status does not fail where nothing can be compiled: it says that nobody knows.
 */
#include "cli/loaded.h"

#include "base/arena.h"
#include "cli/run.h"
#include "cli/selection.h"
#include "core/render.h"
#include "core/target.h"
#include "host/compiler.h"
#include "host/kernel.h"

struct comparing {
	struct aac_run *run;
	struct aac_context ctx; /* silent, for this kernel */
	const struct aac_profile_text *const *texts;
	size_t *indexes; /* of those that are loaded */
	size_t count;
	struct buf *policies; /* what they are compiled to, by place in INDEXES */
	struct aac_kernel_comparison *answers;
};

static const struct aac_profile_text *text_at(const struct comparing *c, size_t at)
{
	return c->texts[c->indexes[at]];
}

static void answer_all(struct comparing *c, const char *why)
{
	for (size_t i = 0; i < c->count; i++)
		c->answers[c->indexes[i]] =
			(struct aac_kernel_comparison){ AAC_EQUALITY_UNKNOWN, why };
}

static void compile(struct comparing *c)
{
	struct aac_run *run = c->run;
	const struct aac_profile_text **list =
		ARENA_ARRAY(run->arena, const struct aac_profile_text *, c->count);
	struct aac_check_options options = { .jobs = run->opts->jobs,
					     .seconds = run->opts->parser_timeout,
					     .policies = c->policies,
					     .exact = true };

	for (size_t i = 0; i < c->count; i++)
		list[i] = text_at(c, i);
	aac_check(&c->ctx, &run->host, list, c->count, &options);
}

static void compare_all(struct comparing *c, struct aac_kernel_policy *kernel)
{
	for (size_t i = 0; i < c->count; i++) {
		struct aac_kernel_comparison *answer = &c->answers[c->indexes[i]];

		if (c->policies[i].len)
			*answer = aac_kernel_policy_compare(
				kernel, aac_policy_label(text_at(c, i)->policy),
				&c->policies[i]);
		else
			answer->why = "apparmor_parser does not compile it here";
	}
}

static void compare(struct comparing *c)
{
	struct aac_run *run = c->run;
	struct aac_kernel_policy kernel;

	aac_kernel_policy_open(&c->ctx, &run->host, &kernel);
	if (kernel.problem) {
		answer_all(c, kernel.problem);
	} else if (!aac_compiler_find(&c->ctx, &run->host, false)) {
		answer_all(c, "there is no apparmor_parser here to compile it");
	} else if (!(c->ctx.target = aac_target_choose(&c->ctx, &run->host, &run->targets,
						       "host"))) {
		answer_all(c, "the kernel's features cannot be read");
	} else {
		c->policies = ARENA_ARRAY(run->arena, struct buf, c->count);
		compile(c);
		compare_all(c, &kernel);
	}
	for (size_t i = 0; c->policies && i < c->count; i++)
		buf_fini(&c->policies[i]);
	aac_kernel_policy_close(&kernel);
}

const struct aac_kernel_comparison *
aac_loaded_compare(struct aac_run *run, const struct aac_kernel_view *view,
		   const struct aac_profile_text *const *texts)
{
	size_t all = run->fleet->policy_count;
	struct comparing c = { .run = run, .ctx = run->ctx, .texts = texts };
	struct aac_diags silent;

	aac_diags_init(&silent, run->arena);
	c.ctx.diags = &silent;
	c.answers = ARENA_ARRAY(run->arena, struct aac_kernel_comparison, all);
	c.indexes = ARENA_ARRAY(run->arena, size_t, all);
	for (size_t i = 0; i < all; i++)
		if (texts[i] && aac_kernel_mode(view, aac_policy_label(texts[i]->policy)))
			c.indexes[c.count++] = i;
	if (c.count)
		compare(&c);
	return c.answers;
}
