#pragma once

struct arena;
struct aac_diags;
struct aac_includes;
struct aac_target;

/*
 * What every pass is handed: one arena for products, the queue of diagnostics, and the
 * target that is composed for (NULL while rules are only parsed).  The library has no
 * other state.
 */
struct aac_context {
	struct arena *arena;
	struct aac_diags *diags;
	const struct aac_target *target;
	/* The names of all pinned targets, ended by NULL; or NULL: not known. */
	const char *const *target_names;
	/* What `include … without` names (core/inline.h); NULL: nothing was read. */
	const struct aac_includes *includes;
};
