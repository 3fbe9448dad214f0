#pragma once

#include <stdbool.h>
#include <stddef.h>

#include <jansson.h>

#include "base/buf.h"
#include "base/map.h"
#include "cli/run.h"
#include "cli/selection.h"
#include "host/files.h"

/* A list of profile names, for the summary. */
struct aac_name_list {
	const char **items;
	size_t count;
};

/*
 * What a build puts into OUTDIR: for each wanted profile its text and its map, then the
 * manifest; and what becomes of the files that are there already.
 */
struct aac_build {
	struct aac_run *run;
	const struct aac_selection *selection;
	const struct aac_profile_text **texts; /* by index into fleet->policies */
	/* The manifest that is there, as far as it is looked at; or NULL.  Owned. */
	json_t *old;
	json_t *merged;	     /* with that one, for a build of some containers; owned */
	struct buf manifest; /* the one to write */
	struct aac_output *files;
	size_t count;
	struct map names;      /* of the files */
	struct arena *scratch; /* for the file at hand */
	size_t expects;	       /* that were tested */
	struct aac_name_list written, unchanged, removed, kept;
};

/* Read what an earlier build left, make the new manifest; false after reporting. */
bool aac_build_plan(struct aac_build *build);
/* Refuse to overwrite what no build has written; false after reporting. */
bool aac_build_guard(struct aac_build *build);
bool aac_build_write(struct aac_build *build);
/* Remove what the earlier manifest lists and the new one does not. */
bool aac_build_prune(struct aac_build *build);
void aac_build_fini(struct aac_build *build);
