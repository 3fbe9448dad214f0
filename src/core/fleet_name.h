#pragma once

/* Private to fleet*.c: one container on its way from its JSON to a profile. */

#include "base/buf.h"
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
	struct map paths;	 /* text -> struct aac_path: those that are read */
	struct map same;	 /* the values of those -> struct same */
	struct buf same_key;	 /* of the container at hand */
	struct map sets;	 /* "CTID:FRAGMENT.PARAM" -> the last --set of it */
	bool *chosen;		 /* by fragment index: some container has it */
	struct aac_nesting_off *nesting_off, **nesting_off_tail;
};

/* FRAGMENT is in CONTAINER only because another requires it, and wants Proxmox's nesting
 * turned on. */
struct aac_nesting_off {
	struct aac_nesting_off *next;
	const struct aac_container *container;
	const struct aac_fragment *fragment;
};

/* To be told when all are composed. */
void aac_fleet_nesting_off(struct aac_fleet_run *run,
			   const struct aac_container *container,
			   const struct aac_fragment *fragment);

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

/* ---- fleet_policies.c -------------------------------------------------------------- */

/* "CTID ('NAME')", for messages. */
const char *aac_fleet_whose(struct aac_context *ctx, const struct aac_container *c);
/* The policy under NAME: the first container's; another body under the same name is an
 * error, and NULL. */
const struct aac_policy *aac_fleet_policy(struct aac_fleet_run *run,
					  const struct aac_scope *scope, const char *name,
					  const struct aac_policy *policy);
/* All of them, by name, into FLEET. */
void aac_fleet_collect(struct aac_fleet_run *run, struct aac_fleet *fleet);

/* ---- fleet_same.c ------------------------------------------------------------------ */

/* Notes what the library reads of a container. */
void aac_fleet_take_paths(struct aac_fleet_run *run);
/* Gives SCOPE's container what one like it was given; false: there was none. */
bool aac_fleet_recall(struct aac_fleet_run *run, const struct aac_scope *scope,
		      struct aac_member *member);
/* MEMBER, the last one that nothing was recalled for and of whom nothing was told, shall
 * serve others.  PROFILE is the declared one, or NULL; what *NESTING_OFF and its
 * successors note was noted for it. */
void aac_fleet_remember(struct aac_fleet_run *run, const struct aac_member *member,
			const struct aac_profile_decl *profile,
			struct aac_nesting_off *const *nesting_off);
