#pragma once

#include <stdbool.h>
#include <stddef.h>

struct aac_context;
struct aac_host;

/* What of AppArmor this host's kernel shows. */
enum aac_kernel_state {
	AAC_KERNEL_NONE,       /* AppArmor is not in the kernel, or not switched on */
	AAC_KERNEL_UNREADABLE, /* it is, but may not be looked into */
	AAC_KERNEL_READABLE,
};

/* A profile that is loaded. */
struct aac_loaded {
	const char *name, *mode; /* "enforce", "complain", … */
};

struct aac_kernel_view {
	enum aac_kernel_state state;
	const struct aac_loaded *profiles; /* by name */
	size_t count;
};

/* A profile's text on its way into the kernel. */
struct aac_load {
	const char *name, *text;
	size_t len;
	const char *path; /* of the file that holds it, or held another text of it */
	bool loaded;	  /* some profile of the name is in the kernel already */
};

/*
 * The kernel as a seam (struct aac_host): tests and later loaders put their own here.
 * LOAD puts all of COUNT profiles into the kernel or none, and reports what is in the
 * way; UNDO, told the same, makes the kernel what it was before.
 */
struct aac_kernel {
	bool (*load)(struct aac_context *ctx, struct aac_host *host,
		     const struct aac_load *loads, size_t count);
	bool (*undo)(struct aac_context *ctx, struct aac_host *host,
		     const struct aac_load *loads, size_t count);
};

/* The kernel that runs (kernel_own.c). */
extern const struct aac_kernel aac_kernel_own;

/* From /sys/kernel/security/apparmor/profiles, below --root. */
const struct aac_kernel_view *aac_kernel_look(struct aac_context *ctx,
					      const struct aac_host *host);
/* NULL: NAME is not loaded. */
const char *aac_kernel_mode(const struct aac_kernel_view *view, const char *name);
