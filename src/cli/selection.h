#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "cli/run.h"

/*
 * Which of the fleet's profiles a command is about: all of them, or those of the
 * containers that are named on the command line.
 */
struct aac_selection {
	bool all;	  /* no container is named */
	bool *wanted;	  /* by index into fleet->policies */
	size_t profiles;  /* that are wanted */
	size_t containers; /* that have one of these, and are named or all are */
};

/* False after reporting (a CTID that the container file lacks). */
bool aac_selection_init(struct aac_run *run, struct aac_selection *selection);

/* Report that -c holds no container CTID, with what is near. */
void aac_report_unknown(struct aac_run *run, const char *ctid);

/* The texts of the wanted profiles (or of every one), NULL for the others; by index. */
const struct aac_profile_text **aac_render_wanted(struct aac_run *run,
						  const struct aac_selection *selection,
						  bool every);
/* Text of one profile; NULL after reporting. */
const struct aac_profile_text *aac_render_policy(struct aac_run *run,
						 const struct aac_policy *policy);
/* Have apparmor_parser compile the wanted TEXTS; false when one is not accepted.
 * POLICIES: NULL, or a buffer for each of the fleet, for what they are compiled to. */
bool aac_check_wanted(struct aac_run *run, const struct aac_selection *selection,
		      const struct aac_profile_text *const *texts, struct buf *policies);
/* The same of a list of COUNT texts; VERB is for the progress.  TOGETHER: many small ones
 * in one run of the parser, where that gives the same. */
bool aac_check_texts(struct aac_run *run, const struct aac_profile_text *const *texts,
		     size_t count, const char *verb, bool together,
		     struct buf *policies);

/* The index of the profile NAME in the fleet, or SIZE_MAX. */
size_t aac_policy_index(const struct aac_fleet *fleet, const char *name);
const struct aac_member *aac_find_member(const struct aac_run *run, const char *ctid);
/* The profile that WHAT names: a container's, a composed one, a declared one.  NULL after
 * reporting. */
const struct aac_policy *aac_find_policy(struct aac_run *run, const char *what);
/* There is no container and no profile WHAT. */
void aac_report_unknown_profile(struct aac_run *run, const char *what);
/* "1 profile", "2 profiles". */
const char *aac_count_text(struct arena *arena, size_t count, const char *noun);
