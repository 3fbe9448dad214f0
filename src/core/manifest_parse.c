/*
 * Reading a manifest.json.  The output folder may be writable by others than the one
 * who builds, and the files that the manifest names are compared and removed: so every
 * name in it must be a profile's name, which has no '/', and everything has the type it
 * should have.
 */
#include "core/manifest.h"

#include <string.h>

#include "base/arena.h"
#include "core/config_positions.h"
#include "core/context.h"
#include "core/diag.h"
#include "core/json_load.h"
#include "core/name.h"
#include "core/visible.h"

struct checker {
	struct aac_context *ctx;
	const struct aac_source *source;
	struct aac_positions *positions;
	const json_t *profiles;
};

static bool refuse(struct checker *c, const struct aac_trail *trail, const char *problem)
{
	struct aac_position place = aac_positions_find(c->positions, trail);
	const char *pointer = aac_trail_pointer(c->ctx->arena, trail);
	struct aac_diag *diag =
		aac_report(c->ctx->diags, AAC_ERROR, "manifest-invalid", place.value,
			   "the manifest's '%s' %s", *pointer ? pointer : "/", problem);

	aac_hint(c->ctx->diags, diag, "move the file away and build again");
	return false;
}

static bool check_type(struct checker *c, const struct aac_trail *trail,
		       const json_t *value, json_type type)
{
	static const char *const problems[] = {
		[JSON_OBJECT] = "is not an object",
		[JSON_ARRAY] = "is not a list",
		[JSON_STRING] = "is not a string",
	};

	if (!value)
		return refuse(c, trail, "is missing");
	if (json_typeof(value) != type)
		return refuse(c, trail, problems[type]);
	if (type == JSON_STRING &&
	    strlen(json_string_value(value)) != json_string_length(value))
		return refuse(c, trail, "holds the character NUL");
	return true;
}

static bool check_name(struct checker *c, const struct aac_trail *trail, const char *name)
{
	const char *problem = aac_profile_name_problem(name, "");

	return !problem || refuse(c, trail, problem);
}

static bool check_digest(struct checker *c, const struct aac_trail *trail,
			 const json_t *value)
{
	const char *text;

	if (!check_type(c, trail, value, JSON_STRING))
		return false;
	text = json_string_value(value);
	return (strlen(text) == 64 && strspn(text, "0123456789abcdef") == 64) ||
	       refuse(c, trail, "is not a digest");
}

static bool check_texts(struct checker *c, const struct aac_trail *trail,
			const json_t *list)
{
	if (!check_type(c, trail, list, JSON_ARRAY))
		return false;
	for (size_t i = 0; i < json_array_size(list); i++) {
		struct aac_trail item = { .up = trail, .index = i };

		if (!check_type(c, &item, json_array_get(list, i), JSON_STRING))
			return false;
	}
	return true;
}

/* A profile's file has its name: so no two share one, and none is the manifest. */
static bool check_file(struct checker *c, const struct aac_trail *trail,
		       const json_t *file)
{
	if (!check_type(c, trail, file, JSON_STRING) ||
	    !check_name(c, trail, json_string_value(file)))
		return false;
	return strcmp(json_string_value(file), trail->up->key) == 0 ||
	       refuse(c, trail, "is not named as its profile");
}

/* What AppArmor calls the profile, where that is not its file's name. */
static bool check_label(struct checker *c, const struct aac_trail *trail,
			const json_t *label)
{
	const char *text, *end;

	if (!label)
		return true;
	if (!check_type(c, trail, label, JSON_STRING))
		return false;
	text = json_string_value(label);
	end = text + strlen(text);
	if (text == end)
		return refuse(c, trail, "is empty");
	while (text < end && aac_visible_length(text, end))
		text += aac_visible_length(text, end);
	return text == end || refuse(c, trail, "holds a control character");
}

static bool check_profile(struct checker *c, const struct aac_trail *trail,
			  const json_t *profile)
{
	struct aac_trail file = { .up = trail, .key = "file" };
	struct aac_trail digest = { .up = trail, .key = "digest" };
	struct aac_trail fragments = { .up = trail, .key = "fragments" };
	struct aac_trail containers = { .up = trail, .key = "containers" };
	struct aac_trail label = { .up = trail, .key = "label" };

	return check_type(c, trail, profile, JSON_OBJECT) &&
	       check_label(c, &label, json_object_get(profile, "label")) &&
	       check_name(c, trail, trail->key) &&
	       check_file(c, &file, json_object_get(profile, "file")) &&
	       check_digest(c, &digest, json_object_get(profile, "digest")) &&
	       check_texts(c, &fragments, json_object_get(profile, "fragments")) &&
	       check_texts(c, &containers, json_object_get(profile, "containers"));
}

static bool check_choice(struct checker *c, const struct aac_trail *trail,
			 const json_t *choice)
{
	struct aac_trail name = { .up = trail, .key = "name" };
	struct aac_trail why = { .up = trail, .key = "why" };

	return check_type(c, trail, choice, JSON_OBJECT) &&
	       check_type(c, &name, json_object_get(choice, "name"), JSON_STRING) &&
	       check_type(c, &why, json_object_get(choice, "why"), JSON_STRING);
}

static bool check_container(struct checker *c, const struct aac_trail *trail,
			    const json_t *container)
{
	struct aac_trail profile = { .up = trail, .key = "profile" };
	struct aac_trail fragments = { .up = trail, .key = "fragments" };
	const json_t *name = json_object_get(container, "profile");
	const json_t *list = json_object_get(container, "fragments");

	if (!check_type(c, trail, container, JSON_OBJECT) ||
	    !check_type(c, &fragments, list, JSON_ARRAY))
		return false;
	if (!json_is_null(name)) {
		if (!check_type(c, &profile, name, JSON_STRING))
			return false;
		if (!json_object_get(c->profiles, json_string_value(name)))
			return refuse(c, &profile, "is not among the profiles");
	}
	for (size_t i = 0; i < json_array_size(list); i++) {
		struct aac_trail item = { .up = &fragments, .index = i };

		if (!check_choice(c, &item, json_array_get(list, i)))
			return false;
	}
	return true;
}

static bool check_input(struct checker *c, const struct aac_trail *trail,
			const json_t *input)
{
	struct aac_trail file = { .up = trail, .key = "file" };
	struct aac_trail digest = { .up = trail, .key = "digest" };

	return check_type(c, trail, input, JSON_OBJECT) &&
	       check_type(c, &file, json_object_get(input, "file"), JSON_STRING) &&
	       check_digest(c, &digest, json_object_get(input, "digest"));
}

static bool
check_members(struct checker *c, const struct aac_trail *trail, json_t *object,
	      bool (*check)(struct checker *, const struct aac_trail *, const json_t *))
{
	const char *key;
	json_t *value;

	if (!check_type(c, trail, object, JSON_OBJECT))
		return false;
	json_object_foreach(object, key, value)
	{
		struct aac_trail member = { .up = trail, .key = key };

		if (!check(c, &member, value))
			return false;
	}
	return true;
}

static bool check_inputs(struct checker *c, const struct aac_trail *trail,
			 const json_t *list)
{
	if (!check_type(c, trail, list, JSON_ARRAY))
		return false;
	for (size_t i = 0; i < json_array_size(list); i++) {
		struct aac_trail item = { .up = trail, .index = i };

		if (!check_input(c, &item, json_array_get(list, i)))
			return false;
	}
	return true;
}

static bool check_version(struct checker *c, const struct aac_trail *trail,
			  const json_t *version)
{
	if (!json_is_integer(version))
		return refuse(c, trail, version ? "is not a number" : "is missing");
	return json_integer_value(version) == 1 ||
	       refuse(c, trail, "is not 1, the only version that this program knows");
}

static bool check_manifest(struct checker *c, const json_t *root)
{
	static const struct aac_trail version = { .key = "version" };
	static const struct aac_trail target = { .key = "target" };
	static const struct aac_trail profiles = { .key = "profiles" };
	static const struct aac_trail containers = { .key = "containers" };
	static const struct aac_trail inputs = { .key = "inputs" };

	c->profiles = json_object_get(root, "profiles");
	return check_type(c, NULL, root, JSON_OBJECT) &&
	       check_version(c, &version, json_object_get(root, "version")) &&
	       check_type(c, &target, json_object_get(root, "target"), JSON_STRING) &&
	       check_members(c, &profiles, json_object_get(root, "profiles"),
			     check_profile) &&
	       check_members(c, &containers, json_object_get(root, "containers"),
			     check_container) &&
	       check_inputs(c, &inputs, json_object_get(root, "inputs"));
}

json_t *aac_manifest_parse(struct aac_context *ctx, const struct aac_source *source)
{
	struct checker checker = { .ctx = ctx, .source = source };
	json_t *root = aac_json_load(ctx, source);
	bool fine;

	if (!root)
		return NULL;
	checker.positions = aac_positions_new(ctx->arena, source);
	fine = check_manifest(&checker, root);
	aac_positions_fini(checker.positions);
	if (fine)
		return root;
	json_decref(root);
	return NULL;
}
