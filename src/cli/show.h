#pragma once

#include <stddef.h>

#include "cli/json_writer.h"
#include "cli/run.h"

/* One container, as text and as JSON. */
void aac_show_member(struct aac_run *run, const struct aac_member *member);
void aac_show_member_json(struct aac_run *run, struct aac_json *json,
			  const struct aac_member *member);
/* One profile and the containers that share it. */
void aac_show_policy(struct aac_run *run, const struct aac_policy *policy);
void aac_show_policy_json(struct aac_run *run, const struct aac_policy *policy);
