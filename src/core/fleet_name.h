#pragma once

/* Private to fleet*.c: one container on its way from its JSON to a profile. */

#include "core/compose.h"
#include "core/fleet.h"
#include "core/select.h"

struct aac_fleet_run {
	struct aac_context *ctx;
	const struct aac_library *library;
	const struct aac_config *config;
	const struct aac_fleet_options *options;
	struct aac_composer *composer;
	struct arena *scratch;	 /* forgotten after each container */
	struct arena *trial;	 /* for compositions that only answer a question */
	struct map compositions; /* everything that decides -> struct aac_composition */
	struct map baselines;	 /* the same -> key of the policy, for trials */
	struct map policies;	 /* name -> struct aac_named */
	struct map sets;	 /* "CTID:FRAGMENT.PARAM" -> the last --set of it */
	bool *chosen;		 /* by fragment index: some container has it */
	struct aac_nesting_off *nesting_off, **nesting_off_tail;
};

/* The one that asks, with its selection and its settings. */
struct aac_asker {
	struct aac_scope *scope;
	const struct aac_selection *selection;
	const struct aac_setting *settings;
	size_t setting_count;
};

/* The composition of SELECTION with SETTINGS under NAME; remembered.  False after
 * reporting. */
bool aac_fleet_composition(struct aac_fleet_run *run, const struct aac_asker *asker,
			   const char *name, struct aac_composition *composition);

/*
 * The profile's name: declared, given or derived, with a digest of the values that make
 * its rules other than the defaults'.  NULL after reporting.
 */
const char *aac_fleet_name(struct aac_fleet_run *run, const struct aac_asker *asker);
