#pragma once

/*
 * Which fragments does a container get, and why: LANGUAGE.md's three cases.
 */

#include <stdbool.h>

#include "core/scope.h"

enum aac_selected {
	AAC_SELECTED_NONE,    /* no profile */
	AAC_SELECTED_LIST,    /* .apparmor_fragments */
	AAC_SELECTED_PROFILE, /* a declared profile */
	AAC_SELECTED_WHEN,    /* each fragment's own `when` */
};

struct aac_selection {
	enum aac_selected how;
	const struct aac_profile_decl *profile; /* PROFILE */
	const char *name; /* LIST: what .apparmor_profile says, when that is a name; or
			     NULL */
	const char *why;  /* how it came to this, for people */
	struct aac_fragments fragments;	  /* as they are laid */
	const struct aac_choice *choices; /* the same order */
	const bool *members;		  /* by fragment index */
};

/* False after reporting. */
bool aac_select(struct aac_scope *scope, struct aac_selection *selection);
/* The composition of PROFILE itself, as `show PROFILE` wants it (conditions of `use` are
 * decided by the scope's container, if any). */
bool aac_select_profile(struct aac_scope *scope, const struct aac_profile_decl *profile,
			struct aac_selection *selection);
