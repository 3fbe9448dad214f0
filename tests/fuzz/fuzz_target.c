/*
 * A target's record, and behind a line "====" its kernel's features.  Each name that is
 * asked for is there or not, whoever asks, and versions have one order.
 */
#include <string.h>

#include "base/arena.h"
#include "core/feature.h"
#include "core/target.h"
#include "fuzz/stage.h"

static void check_order(const char *a, const char *b)
{
	int order = aac_version_compare(a, b), turned = aac_version_compare(b, a);

	if ((order < 0) != (turned > 0) || (order == 0) != (turned == 0) ||
	    aac_version_compare(a, a) != 0)
		stage_fail("versions have no order", a);
}

static bool is_first(const struct aac_feature *folder, const struct aac_feature *feature)
{
	const struct aac_feature *f = folder->children;

	while (strcmp(f->name, feature->name) != 0)
		f = f->next;
	return f == feature;
}

/* The paths of all that is in FOLDER, as far as they are short. */
static void check_found(const struct aac_feature *root, const struct aac_feature *folder,
			const char *above, struct arena *arena)
{
	for (const struct aac_feature *f = folder->children; f; f = f->next) {
		const char *path = arena_printf(arena, "%s%s", above, f->name);

		if (!is_first(folder, f))
			continue;
		if (!f->content && !aac_feature_find(root, path))
			stage_fail("a folder is not found", path);
		if (strlen(path) < 64)
			check_found(root, f, arena_printf(arena, "%s/", path), arena);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct stage_parts parts = stage_split(data, size);
	const struct aac_target *target;
	struct stage stage;

	stage_begin(&stage);
	target = aac_target_parse(
		&stage.ctx, "fuzz",
		stage_source(&stage, "t.target", parts.first, parts.first_len),
		stage_source(&stage, "t.features", parts.second ? parts.second : "",
			     parts.second_len));
	if (target) {
		check_order(target->parser, target->parser_min);
		check_order(target->parser_max, target->kernel);
		check_found(target->tree, target->tree, "", stage.arena);
		aac_target_supports(target, "mount/move_mount");
		aac_target_supports(target, "userns");
		aac_target_supports(target, "caps/mask/bpf");
	} else if (!stage.diags.errors) {
		stage_fail("it is refused without a word", NULL);
	}
	stage_end(&stage);
	return 0;
}
