#pragma once

#include "cli/wishes.h"
#include "core/label.h"
#include "host/kernel.h"
#include "host/kernel_policy.h"
#include "host/snapshot.h"

/* The answer about one container, worst last. */
enum aac_state {
	AAC_STATE_NO_PROFILE, /* it gets none, and has none of ours */
	AAC_STATE_IN_SYNC,
	AAC_STATE_NEEDS_RESTART, /* only the running init has another label */
	AAC_STATE_DRIFTED,
	AAC_STATE_MISSING,
};

struct aac_reason {
	const struct aac_reason *next;
	const char *text;
};

/* A container's profile in all places where it may stand.  NULL: not there. */
struct aac_status {
	const char *ctid;
	const char *wanted, *json, *conf, *disk, *kernel, *running;
	bool has_conf;	   /* the container has a configuration here */
	bool disk_differs; /* the file is there, with another text */
	const char *kernel_mode;
	struct aac_kernel_comparison loaded; /* beside what would be loaded now */
	const char *label_text;	      /* the running init's; NULL: it does not run */
	struct aac_label label;
	enum aac_state state;
	const char *where; /* "json, config" of what drifted or is missing; "" */
	const struct aac_reason *reasons;
};

struct aac_status_view {
	struct aac_run *run;
	struct aac_snapshot *snapshot;
	const struct aac_receipts *receipts;
	const struct aac_kernel_view *kernel;
	struct aac_site site;
	struct map running; /* labels by LXC's name */
	const struct aac_kernel_comparison *loaded; /* by index of the fleet's policies */
};

/* TEXT is the profile's as it would be built; NULL without a profile. */
struct aac_status aac_status_find(struct aac_status_view *view,
				  const struct aac_member *member,
				  const struct aac_profile_text *text);
/* "in-sync", as JSON has it. */
const char *aac_state_name(enum aac_state state);
