/*
 * manifest.json as a jansson tree: a build of some containers merges its own into the one
 * that is there.  The text is written with the keys in one order, a profile or a
 * container on each line, so that it can be compared; manifest_fleet.c writes the same.
 */
#include "core/manifest.h"

#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "core/json_text.h"

/* ---- merging --------------------------------------------------------------------- */

static int compare_ctid_pointers(const void *a, const void *b)
{
	return aac_ctid_compare(*(const char *const *)a, *(const char *const *)b);
}

static int compare_names(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* A new object with the members of OBJECT in order; takes OBJECT's reference. */
static json_t *sorted(json_t *object, int (*compare)(const void *, const void *))
{
	size_t count = json_object_size(object), i = 0;
	const char **keys = calloc(count + 1, sizeof(*keys));
	json_t *result = json_object();

	if (!keys)
		abort();
	for (void *at = json_object_iter(object); at;
	     at = json_object_iter_next(object, at))
		keys[i++] = json_object_iter_key(at);
	qsort(keys, count, sizeof(*keys), compare);
	for (i = 0; i < count; i++)
		json_object_set(result, keys[i], json_object_get(object, keys[i]));
	free(keys);
	json_decref(object);
	return result;
}

static json_t *merge_containers(const json_t *old, const json_t *new_,
				const char *const *ctids, size_t count)
{
	json_t *given = json_object_get(old, "containers");
	json_t *merged = given ? json_copy(given) : json_object();

	for (size_t i = 0; i < count; i++) {
		json_t *container =
			json_object_get(json_object_get(new_, "containers"), ctids[i]);

		if (container)
			json_object_set(merged, ctids[i], container);
		else
			json_object_del(merged, ctids[i]);
	}
	return sorted(merged, compare_ctid_pointers);
}

/* Add the profile NAME of MANIFEST to MERGED, without containers, unless it is there. */
static void adopt_profile(json_t *merged, const json_t *manifest, const char *name)
{
	json_t *profile = json_object_get(json_object_get(manifest, "profiles"), name);

	if (!profile || json_object_get(merged, name))
		return;
	profile = json_copy(profile);
	json_object_set_new(profile, "containers", json_array());
	json_object_set_new(merged, name, profile);
}

static const char *profile_of(const json_t *container)
{
	return json_string_value(json_object_get(container, "profile"));
}

/* Profiles that are no container's were not asked for: they stay as they were. */
static void adopt_unowned(json_t *merged, const json_t *old)
{
	const char *name;
	json_t *profile;

	json_object_foreach(
		json_object_get(old, "profiles"), name,
		profile) if (json_array_size(json_object_get(profile, "containers")) == 0)
		adopt_profile(merged, old, name);
}

static json_t *merge_profiles(const json_t *old, const json_t *new_, json_t *containers,
			      const char *const *ctids, size_t count)
{
	json_t *merged = json_object(), *container;
	const char *ctid, *name;

	for (size_t i = 0; i < count; i++) {
		name = profile_of(json_object_get(containers, ctids[i]));
		if (name)
			adopt_profile(merged, new_, name);
	}
	adopt_unowned(merged, old);
	json_object_foreach(containers, ctid, container)
	{
		name = profile_of(container);
		if (!name)
			continue;
		adopt_profile(merged, old, name);
		json_array_append_new(
			json_object_get(json_object_get(merged, name), "containers"),
			json_string(ctid));
	}
	return sorted(merged, compare_names);
}

static json_t *manifest_new(json_t *target, json_t *profiles, json_t *containers,
			    json_t *inputs)
{
	json_t *manifest = json_object();

	json_object_set_new(manifest, "version", json_integer(AAC_MANIFEST_VERSION));
	json_object_set_new(manifest, "target", target);
	json_object_set_new(manifest, "profiles", profiles);
	json_object_set_new(manifest, "containers", containers);
	json_object_set_new(manifest, "inputs", inputs);
	return manifest;
}

json_t *aac_manifest_merge(const json_t *old, const json_t *new_,
			   const char *const *ctids, size_t count)
{
	json_t *containers = merge_containers(old, new_, ctids, count);
	json_t *profiles = merge_profiles(old, new_, containers, ctids, count);

	return manifest_new(json_incref(json_object_get(new_, "target")), profiles,
			    containers, json_incref(json_object_get(new_, "inputs")));
}

/* ---- writing --------------------------------------------------------------------- */

static void put_text(struct buf *out, const json_t *value)
{
	if (json_is_string(value))
		aac_json_string(out, json_string_value(value), json_string_length(value));
	else
		buf_puts(out, "null");
}

static void put_member(struct buf *out, const json_t *object, const char *key)
{
	buf_printf(out, "\"%s\": ", key);
	put_text(out, json_object_get(object, key));
}

static void put_texts(struct buf *out, const json_t *object, const char *key)
{
	const json_t *list = json_object_get(object, key), *value;
	size_t i;

	buf_printf(out, ", \"%s\": [", key);
	json_array_foreach(list, i, value)
	{
		buf_puts(out, i ? ", " : "");
		put_text(out, value);
	}
	buf_putc(out, ']');
}

static void put_profile(struct buf *out, const json_t *profile)
{
	put_member(out, profile, "digest");
	buf_puts(out, ", ");
	put_member(out, profile, "file");
	if (json_object_get(profile, "label")) {
		buf_puts(out, ", ");
		put_member(out, profile, "label");
	}
	put_texts(out, profile, "fragments");
	put_texts(out, profile, "containers");
}

static void put_container(struct buf *out, const json_t *container)
{
	const json_t *list = json_object_get(container, "fragments"), *fragment;
	size_t i;

	put_member(out, container, "profile");
	buf_puts(out, ", \"fragments\": [");
	json_array_foreach(list, i, fragment)
	{
		buf_puts(out, i ? ", {" : "{");
		put_member(out, fragment, "name");
		buf_puts(out, ", ");
		put_member(out, fragment, "why");
		buf_putc(out, '}');
	}
	buf_putc(out, ']');
}

static void put_members(struct buf *out, const json_t *manifest, const char *key,
			void (*put)(struct buf *, const json_t *))
{
	json_t *object = json_object_get(manifest, key), *value;
	const char *name, *between = "\n";

	buf_printf(out, "  \"%s\": {", key);
	json_object_foreach(object, name, value)
	{
		buf_printf(out, "%s    ", between);
		aac_json_text(out, name);
		buf_puts(out, ": {");
		put(out, value);
		buf_putc(out, '}');
		between = ",\n";
	}
	buf_puts(out, json_object_size(object) ? "\n  },\n" : "},\n");
}

static void put_inputs(struct buf *out, const json_t *manifest)
{
	const json_t *list = json_object_get(manifest, "inputs"), *input;
	size_t i;

	buf_puts(out, "  \"inputs\": [");
	json_array_foreach(list, i, input)
	{
		buf_puts(out, i ? ",\n    {" : "\n    {");
		put_member(out, input, "file");
		buf_puts(out, ", ");
		put_member(out, input, "digest");
		buf_putc(out, '}');
	}
	buf_puts(out, json_array_size(list) ? "\n  ]\n" : "]\n");
}

char *aac_manifest_text(const json_t *manifest)
{
	struct buf out = { 0 };

	buf_printf(&out, "{\n  \"version\": %d,\n  ", AAC_MANIFEST_VERSION);
	put_member(&out, manifest, "target");
	buf_puts(&out, ",\n");
	put_members(&out, manifest, "profiles", put_profile);
	put_members(&out, manifest, "containers", put_container);
	put_inputs(&out, manifest);
	buf_puts(&out, "}\n");
	return out.data;
}
