#pragma once

#include "cli/run.h"
#include "core/plan.h"
#include "core/render.h"
#include "host/container.h"

/* Where a profile's text lies on a host: what boots, and what `status` compares. */
#define AAC_PROFILE_DIR "/etc/apparmor.d"

/* What the containers at hand are to have. */
struct aac_wishes {
	struct aac_site site;
	struct aac_wish *items;
	size_t count;
};

const char *aac_profile_path(struct arena *arena, const struct aac_policy *policy);
/* Where the container's configuration is. */
struct aac_conf_place aac_find_conf(struct aac_run *run, const struct aac_site *site,
				    const struct aac_container *container);
/*
 * A wish for each container that has a profile and is asked for; one for nothing for each
 * that RECEIPTS know and that has none any more.  TEXTS by index into fleet->policies.
 */
void aac_wishes_new(struct aac_run *run, const struct aac_receipts *receipts,
		    const char *json_path, const struct aac_profile_text *const *texts,
		    struct aac_wishes *wishes);
