/*
 * A build as its manifest lists it: takes OUTDIR and the command line, gives names and
 * texts.  Not obvious: a text that was edited after the build is refused, since nothing
 * has checked or tested it.
 */
#include "cli/built.h"

#include <string.h>

#include "base/arena.h"
#include "base/digest.h"
#include "base/suggest.h"
#include "cli/run.h"
#include "core/manifest.h"

#define MANIFEST "manifest.json"

static const struct aac_span nowhere;

/* NULL after reporting. */
static const struct aac_source *read_built(struct aac_run *run, const char *name)
{
	const char *path = arena_printf(run->arena, "%s/%s", run->opts->out, name);
	struct aac_diag *diag;

	if (aac_host_exists(&run->ctx, &run->host, path))
		return aac_host_read(&run->ctx, &run->host, path, NULL, AAC_SOURCE_MAX);
	diag = aac_report(&run->diags, AAC_ERROR, "nothing-built", nowhere,
			  "there is no '%s'", path);
	aac_hint(&run->diags, diag, "run 'aa-compose build -o %s' first", run->opts->out);
	return NULL;
}

static json_t *profiles(const struct aac_built *built)
{
	return json_object_get(built->manifest, "profiles");
}

static bool report_unlisted(const struct aac_built *built, const char *name)
{
	struct aac_run *run = built->run;
	struct suggest suggest = { .word = name };
	struct aac_diag *diag =
		aac_report(&run->diags, AAC_ERROR, "unknown-profile", nowhere,
			   "the build in '%s' has no profile '%s'", run->opts->out, name);
	const char *key;
	json_t *value;

	json_object_foreach(profiles(built), key, value) suggest_offer(&suggest, key);
	if (suggest_best(&suggest))
		aac_hint(&run->diags, diag, "did you mean '%s'?", suggest_best(&suggest));
	return false;
}

/* The names that stand on the command line, or all; each once. */
static bool choose_names(struct aac_built *built)
{
	const struct aac_options *opts = built->run->opts;
	CLEANUP_MAP wanted = { 0 };
	const char *key;
	json_t *value;

	built->names = ARENA_ARRAY(built->run->arena, const char *,
				   json_object_size(profiles(built)));
	for (size_t i = 0; i < opts->arg_count; i++) {
		if (!json_object_get(profiles(built), opts->args[i]))
			return report_unlisted(built, opts->args[i]);
		map_add(&wanted, opts->args[i], strlen(opts->args[i]), built);
	}
	json_object_foreach(profiles(built), key,
			    value) if (opts->arg_count == 0 || map_get_str(&wanted, key))
		built->names[built->count++] = key;
	return true;
}

bool aac_built_open(struct aac_run *run, struct aac_built *built)
{
	const struct aac_source *source = read_built(run, MANIFEST);

	*built = (struct aac_built){ .run = run };
	if (source)
		built->manifest = aac_manifest_parse(&run->ctx, source);
	return built->manifest && choose_names(built);
}

void aac_built_close(struct aac_built *built)
{
	json_decref(built->manifest);
}

const struct aac_source *aac_built_text(const struct aac_built *built, const char *name)
{
	struct aac_run *run = built->run;
	const json_t *profile = json_object_get(profiles(built), name);
	const struct aac_source *source =
		read_built(run, json_string_value(json_object_get(profile, "file")));
	const char *digest = json_string_value(json_object_get(profile, "digest"));

	if (!source)
		return NULL;
	if (strcmp(digest_bytes(source->text, source->size).hex, digest) == 0)
		return source;
	aac_hint(&run->diags,
		 aac_report(&run->diags, AAC_ERROR, "edited-profile", nowhere,
			    "'%s' is not as the build wrote it", source->name),
		 "change the rules and build again");
	return NULL;
}

const char *aac_built_label(const struct aac_built *built, const char *name)
{
	const json_t *label =
		json_object_get(json_object_get(profiles(built), name), "label");

	return label ? json_string_value(label) : name;
}
