/*
 * Any bytes as JSON: what our scanner says where a value stands must be, read by
 * jansson, that value; and what it says where a key stands must be that key.
 */
#include <jansson.h>
#include <string.h>

#include "base/arena.h"
#include "core/config_positions.h"
#include "core/json_load.h"
#include "core/json_scan.h"
#include "fuzz/stage.h"

/* So many places are asked for: each is a scan of its own. */
enum { ASKED_MAX = 300 };

struct walk {
	struct stage *stage;
	struct aac_positions *positions;
	size_t asked;
};

static void check_value(struct aac_span span, const json_t *value)
{
	json_t *read = json_loadb(span.source->text + span.begin, span.end - span.begin,
				  JSON_DECODE_ANY | JSON_ALLOW_NUL, NULL);

	if (!read || !json_equal(read, value))
		stage_fail("another value stands there", span.source->text + span.begin);
	json_decref(read);
}

static void check_key(struct walk *walk, struct aac_span span, const char *key)
{
	struct aac_json_range range = { span.begin, span.end };
	char *text = ARENA_ARRAY(walk->stage->arena, char, span.end - span.begin);
	size_t len = aac_json_decode(span.source->text, range, text);

	if (len != strlen(key) || memcmp(text, key, len) != 0 ||
	    !aac_json_says(span.source->text, range, key))
		stage_fail("another key stands there", key);
}

static void visit(struct walk *walk, const struct aac_trail *trail, json_t *value);

static void visit_children(struct walk *walk, const struct aac_trail *trail,
			   json_t *value)
{
	const char *key;
	json_t *child;
	size_t i;

	json_object_foreach(value, key, child)
	{
		struct aac_trail step = { .up = trail, .key = key };

		visit(walk, &step, child);
	}
	json_array_foreach(value, i, child)
	{
		struct aac_trail step = { .up = trail, .index = i };

		visit(walk, &step, child);
	}
}

static void visit(struct walk *walk, const struct aac_trail *trail, json_t *value)
{
	struct aac_position position;

	if (walk->asked++ >= ASKED_MAX)
		return;
	position = aac_positions_find(walk->positions, trail);
	if (!position.found)
		stage_fail("it is not found",
			   aac_trail_pointer(walk->stage->arena, trail));
	check_value(position.value, value);
	if (trail->key)
		check_key(walk, position.key, trail->key);
	visit_children(walk, trail, value);
}

static void check_missing(struct walk *walk)
{
	struct aac_trail missing = { .key = "lxc_configs" };
	struct aac_trail below = { .up = &missing, .key = "no such key, surely" };

	if (aac_positions_find(walk->positions, &below).found)
		stage_fail("what is not there is found", below.key);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const struct aac_source *source;
	struct stage stage;
	json_t *root;

	stage_begin(&stage);
	source = stage_source(&stage, "fuzz.json", data, size);
	root = aac_json_load(&stage.ctx, source);
	if (!root && !stage.diags.errors)
		stage_fail("it is refused without a word", NULL);
	if (json_is_object(root)) {
		struct walk walk = { .stage = &stage,
				     .positions =
					     aac_positions_new(stage.arena, source) };

		visit_children(&walk, NULL, root);
		if (!memmem(data, size, "no such key", strlen("no such key")))
			check_missing(&walk);
		aac_positions_fini(walk.positions);
	}
	json_decref(root);
	stage_end(&stage);
	return 0;
}
