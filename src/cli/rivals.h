#pragma once

#include "cli/wishes.h"
#include "host/snapshot.h"

/* Warn of files below /etc/apparmor.d that define a profile of WISHES, too, and are not
 * the one that apply writes: at boot the one that is loaded last would win. */
void aac_rivals_tell(struct aac_run *run, struct aac_snapshot *snapshot,
		     const struct aac_wishes *wishes);
