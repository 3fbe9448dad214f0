/*
 * Any bytes for the checks of lint that need no compiled policy: as a rule file and as
 * AppArmor's own text, for an old parser and a newer one.  A finding has a place in the
 * text and a cure.
 */
#include <stdint.h>
#include <string.h>

#include "base/arena.h"
#include "core/lint.h"
#include "core/parse.h"
#include "core/library.h"
#include "fuzz/stage.h"

/* Nothing that is included is there. */
static bool is_nowhere(void *env, const struct aac_rule *rule, const char **near)
{
	(void)env;
	(void)rule;
	*near = "abstractions/base";
	return false;
}

static void judge(struct aac_lint *lint, const struct aac_source *source)
{
	size_t count;
	const struct aac_lint_finding *findings = aac_lint_sorted(lint, &count);

	for (size_t i = 0; i < count; i++) {
		const struct aac_diag *diag = findings[i].diag;

		if (diag->span.source != source || diag->span.end > source->size ||
		    diag->span.begin > diag->span.end)
			stage_fail("a finding has no place in the text", diag->message);
		if (!diag->hint || !*diag->hint)
			stage_fail("a finding has no cure", diag->message);
	}
}

static void lint_rules(struct stage *stage, struct aac_lint *lint,
		       const struct aac_source *source)
{
	const struct aac_file *file = aac_parse(&stage->ctx, source);
	const struct aac_library *library;

	for (const struct aac_decl *d = file->decls.head; d; d = d->next)
		if (d->type != AAC_DECL_CONDITION)
			aac_lint_decl(lint, d, &d->body);
	if (stage->diags.errors)
		return;
	library = aac_resolve(&stage->ctx, file);
	if (stage->diags.errors)
		return;
	lint->library = library;
	aac_lint_library(lint, library);
	aac_lint_accepts(lint, library, false);
}

static void lint_profile(struct stage *stage, struct aac_lint *lint,
			 const struct aac_source *source)
{
	const struct aac_file *file = aac_parse_profile(&stage->ctx, source);
	size_t count;
	const struct aac_lint_unit *units =
		aac_lint_units_written(&stage->ctx, file, &count);

	aac_lint_written(lint, file);
	for (size_t i = 0; i < count; i++)
		aac_lint_unit(lint, &units[i]);
}

static void lint_text(const uint8_t *data, size_t size, bool old, bool rules)
{
	struct stage stage;
	struct aac_lint lint;
	struct aac_lint_world world = { .include = is_nowhere };
	const struct aac_source *source;

	stage_begin(&stage);
	stage_target(&stage, old);
	world.targets = &stage.ctx.target;
	world.target_count = 1;
	source = stage_source(&stage, "text", data, size);
	aac_lint_init(&lint, &stage.ctx, &world);
	if (rules)
		lint_rules(&stage, &lint, source);
	else
		lint_profile(&stage, &lint, source);
	judge(&lint, source);
	aac_lint_fini(&lint);
	stage_end(&stage);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	for (int i = 0; i < 4; i++)
		lint_text(data, size, i & 1, i & 2);
	return 0;
}
