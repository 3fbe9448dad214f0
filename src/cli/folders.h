#pragma once

#include <stddef.h>

#include "cli/run.h"

/*
 * Where the program's own data are, and where the command line says that others are.
 * LEAF is "rules" or "templates".
 */
struct aac_folder aac_folder_data(struct aac_run *run, const char *leaf);

/* The rule folders, in the order of reading, each once. */
const struct aac_folder *aac_folder_rules(struct aac_run *run, size_t *count);
struct aac_folder aac_folder_templates(struct aac_run *run);
/* The first rule folder's own targets, else the shipped ones. */
struct aac_folder aac_folder_targets(struct aac_run *run);

/* The file NAME in FOLDER. */
const char *aac_folder_file(struct aac_run *run, struct aac_folder folder,
			    const char *name);
