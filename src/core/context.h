#pragma once

struct arena;
struct aac_diags;
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
};
