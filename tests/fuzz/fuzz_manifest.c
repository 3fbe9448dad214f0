/*
 * Any bytes as a manifest.  One that is taken names only files of the output folder, is
 * written as a text that is taken again and written the same, and can be merged with
 * itself.
 */
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "core/manifest.h"
#include "core/name.h"
#include "fuzz/stage.h"

static void check_names(json_t *manifest)
{
	const char *name;
	json_t *profile;

	json_object_foreach(json_object_get(manifest, "profiles"), name, profile)
	{
		const char *file = json_string_value(json_object_get(profile, "file"));

		if (!file || strchr(file, '/') || aac_profile_name_problem(file, ""))
			stage_fail("it leaves the folder", name);
	}
}

static void check_again(struct stage *stage, json_t *manifest)
{
	char *once = aac_manifest_text(manifest), *twice;
	json_t *again = aac_manifest_parse(&stage->ctx,
					   stage_source(stage, "m", once, strlen(once)));

	if (!again)
		stage_fail("its own text is refused", once);
	twice = aac_manifest_text(again);
	if (strcmp(once, twice) != 0)
		stage_fail("written again it differs", twice);
	free(once);
	free(twice);
	json_decref(again);
}

static void check_merged(struct stage *stage, json_t *manifest)
{
	const char *ctids[8] = { "101" }, *ctid;
	size_t count = 0;
	json_t *value, *merged;

	json_object_foreach(json_object_get(manifest, "containers"), ctid,
			    value) if (count < 8) ctids[count++] = ctid;
	merged = aac_manifest_merge(manifest, manifest, ctids, count);
	check_names(merged);
	check_again(stage, merged);
	json_decref(merged);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct stage stage;
	json_t *manifest;

	stage_begin(&stage);
	manifest = aac_manifest_parse(&stage.ctx,
				      stage_source(&stage, "manifest.json", data, size));
	if (manifest) {
		check_names(manifest);
		check_again(&stage, manifest);
		check_merged(&stage, manifest);
	} else if (!stage.diags.errors) {
		stage_fail("it is refused without a word", NULL);
	}
	json_decref(manifest);
	stage_end(&stage);
	return 0;
}
