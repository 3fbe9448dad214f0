/*
 * Rules, and behind a line "====" a container file: composed and rendered.  The text of
 * a profile can be read again as AppArmor's, its map is JSON that points into it, the
 * manifest is one that would be taken, and the same input gives the same bytes.
 */
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/buf.h"
#include "core/manifest.h"
#include "core/parse.h"
#include "core/profile_text.h"
#include "core/render.h"
#include "fuzz/stage.h"

/* What stands in the text must have a meaning; printed, it keeps it. */
static void check_text(const struct aac_profile_text *text)
{
	const struct aac_file *file;
	struct stage stage;
	CLEANUP_BUF once = { 0 }, twice = { 0 };

	stage_begin(&stage);
	file = aac_parse_profile(&stage.ctx,
				 stage_source(&stage, "p", text->text, text->len));
	if (stage.diags.errors)
		stage_fail(stage.diags.head->message, text->text);
	if (aac_profile_print(&stage.ctx, file, &once)) {
		file = aac_parse_profile(&stage.ctx,
					 stage_source(&stage, "q", once.data, once.len));
		if (stage.diags.errors || !aac_profile_print(&stage.ctx, file, &twice) ||
		    strcmp(buf_str(&once), buf_str(&twice)) != 0)
			stage_fail("printed again it differs", buf_str(&once));
	}
	stage_end(&stage);
}

static void check_map(const struct aac_profile_text *text, const char *map, size_t len)
{
	json_t *root = json_loadb(map, len, JSON_REJECT_DUPLICATES, NULL);
	json_t *lines = json_object_get(root, "lines"), *line;
	size_t i;

	if (!json_is_array(lines) || !json_is_array(json_object_get(root, "dropped")))
		stage_fail("the map is not one", map);
	json_array_foreach(lines, i, line)
	{
		json_int_t at = json_integer_value(json_object_get(line, "line"));

		if (at < 1 || (size_t)at > text->line_count ||
		    json_integer_value(json_object_get(line, "source_line")) < 1)
			stage_fail("the map points nowhere", map);
	}
	json_decref(root);
}

static void put_manifest(struct stage *stage, const struct aac_fleet *fleet,
			 const struct aac_profile_text *const *texts, struct buf *out)
{
	json_t *manifest = aac_manifest_new(fleet, texts, "target", NULL), *again;
	char *text = aac_manifest_text(manifest);

	again = aac_manifest_parse(&stage->ctx,
				   stage_source(stage, "m", text, strlen(text)));
	if (!again || !json_equal(manifest, again))
		stage_fail("the manifest is not taken", text);
	buf_puts(out, text);
	free(text);
	json_decref(manifest);
	json_decref(again);
}

static void put_product(struct stage *stage, const struct aac_fleet *fleet, bool check,
			struct buf *out)
{
	const struct aac_profile_text **texts = ARENA_ARRAY(
		stage->arena, const struct aac_profile_text *, fleet->policy_count);

	for (size_t i = 0; i < fleet->policy_count; i++) {
		const struct aac_policy *policy = fleet->policies[i];
		const struct aac_template *frame =
			stage_template(stage, policy->template_name);
		const char *map;
		size_t len;

		texts[i] = aac_render(&stage->ctx, policy, frame);
		map = aac_map_text(stage->arena, texts[i], &len);
		buf_putn(out, texts[i]->text, texts[i]->len);
		buf_putn(out, map, len);
		if (check) {
			check_text(texts[i]);
			check_map(texts[i], map, len);
		}
	}
	put_manifest(stage, fleet, texts, out);
}

static void compose(const uint8_t *data, size_t size, bool check, struct buf *out)
{
	struct stage_parts parts = stage_split(data, size);
	struct aac_config *config = NULL;
	const struct aac_source *rules;
	const struct aac_fleet *fleet;
	struct stage stage;

	stage_begin(&stage);
	stage_target(&stage, size % 2);
	rules = stage_source(&stage, "fuzz.aaf", parts.first, parts.first_len);
	if (parts.second)
		config = aac_config_parse(&stage.ctx,
					  stage_source(&stage, "fuzz.json", parts.second,
						       parts.second_len));
	fleet = config || !parts.second ? stage_compose(&stage, rules, config) : NULL;
	if (fleet)
		put_product(&stage, fleet, check, out);
	aac_diags_render(&stage.diags, &(struct aac_diag_style){ .verbose = true }, out);
	aac_config_free(config);
	stage_end(&stage);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	CLEANUP_BUF once = { 0 }, twice = { 0 };

	compose(data, size, true, &once);
	compose(data, size, false, &twice);
	if (strcmp(buf_str(&once), buf_str(&twice)) != 0)
		stage_fail("the same input gives other bytes", buf_str(&twice));
	return 0;
}
