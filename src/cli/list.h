#pragma once

#include "cli/json_writer.h"
#include "cli/run.h"

/* What the rule files declare, for `list`: as text, or as elements of an open list. */
void aac_list_fragments(struct aac_run *run);
void aac_list_profiles(struct aac_run *run);
void aac_list_conditions(struct aac_run *run);
void aac_list_fragments_json(struct aac_run *run, struct aac_json *json);
void aac_list_profiles_json(struct aac_run *run, struct aac_json *json);
void aac_list_conditions_json(struct aac_run *run, struct aac_json *json);
