/*
 * A condition, and behind a line "====" a container file: each container is asked.  An
 * answer does not change when it is asked again, `not` turns it round, and neither
 * parentheses nor a name in between change it.
 */
#include <string.h>

#include "base/arena.h"
#include "base/buf.h"
#include "core/parse.h"
#include "core/scope.h"
#include "fuzz/stage.h"

static const struct aac_library *resolve(struct stage *stage,
					 const struct stage_parts *parts)
{
	int len = (int)parts->first_len;
	const struct aac_file *file;
	const char *text;

	text = arena_printf(stage->arena,
			    "condition c0 = %.*s;\ncondition c1 = not (%.*s);\n"
			    "condition c2 = (%.*s) and c0;\n"
			    "condition c3 = c1 or not not (%.*s);\n",
			    len, parts->first, len, parts->first, len, parts->first, len,
			    parts->first);
	file = aac_parse(&stage->ctx, stage_source(stage, "c", text, strlen(text)));
	return stage->diags.errors ? NULL : aac_resolve(&stage->ctx, file);
}

static bool holds(const struct aac_scope *scope, const char *name)
{
	return aac_expr_true(scope,
			     aac_library_condition(scope->library, name)->decl->expr);
}

static void ask(struct stage *stage, const struct aac_library *library,
		const struct aac_config *config, const struct aac_container *container)
{
	struct aac_scope scope = { .ctx = &stage->ctx,
				   .scratch = stage->arena,
				   .library = library,
				   .config = config,
				   .container = container,
				   .json = container ? aac_config_json(config, container,
								       stage->arena)
						     : NULL };
	bool answer = holds(&scope, "c0");

	if (holds(&scope, "c0") != answer || holds(&scope, "c1") == answer ||
	    holds(&scope, "c2") != answer || !holds(&scope, "c3"))
		stage_fail("the answers contradict each other",
			   container ? container->ctid : NULL);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct stage_parts parts = stage_split(data, size);
	const struct aac_library *library;
	struct aac_config *config = NULL;
	struct stage stage;

	stage_begin(&stage);
	stage_target(&stage, size % 2);
	library = resolve(&stage, &parts);
	if (parts.second)
		config = aac_config_parse(&stage.ctx,
					  stage_source(&stage, "fuzz.json", parts.second,
						       parts.second_len));
	/* A ';' in it may begin other conditions. */
	if (library && stage.diags.errors == 0 && library->condition_count == 4) {
		ask(&stage, library, config, NULL);
		for (size_t i = 0; config && i < config->count; i++)
			ask(&stage, library, config, &config->containers[i]);
	}
	aac_config_free(config);
	stage_end(&stage);
	return 0;
}
