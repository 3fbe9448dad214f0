#pragma once

#include <stdbool.h>
#include <stddef.h>

#include <jansson.h>

struct aac_run;
struct aac_source;

/* What build wrote into OUTDIR, and which of its profiles a command is about. */
struct aac_built {
	struct aac_run *run;
	json_t *manifest;
	const char **names; /* of the manifest's profiles, in its order, each once */
	size_t count;
};

/* The profiles that the command line names, or all.  False after reporting; either way
 * it is to be closed. */
bool aac_built_open(struct aac_run *run, struct aac_built *built);
void aac_built_close(struct aac_built *built);
/* The profile's text, just as the build wrote it.  NULL after reporting. */
const struct aac_source *aac_built_text(const struct aac_built *built, const char *name);
/* What AppArmor calls the profile NAME. */
const char *aac_built_label(const struct aac_built *built, const char *name);
