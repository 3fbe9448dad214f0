#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "core/lxc_effective.h"
#include "core/receipt.h"

struct aac_context;
struct buf;

/*
 * What apply and revert would do, as a value.  A file's new text is a function of the
 * text without us and of what is wished, so that the same wish twice changes nothing, and
 * no wish gives the text back as it was.  Paths are absolute, without --root.
 */

/* What one container is to have. */
struct aac_wish {
	const char *ctid;
	const char *profile;	  /* NULL: nothing of ours */
	const char *profile_path; /* where the profile's text lies */
	const char *text;
	size_t len;
	const struct aac_conf_pair *lines; /* of its fragments */
	size_t line_count;
	const char *conf_path; /* NULL: it has no configuration here */
	bool elsewhere;	       /* another node of the cluster has it */
	enum aac_conf_style style;
	const char *include_path; /* NULL: the lines stand in the configuration itself */
};

struct aac_plan_input {
	const struct aac_receipts *receipts;
	const char *json_path;	       /* NULL: no container file is asked for */
	const struct aac_source *json; /* its text, valid JSON */
	const struct aac_wish *wishes; /* each container once */
	size_t count;
	const struct aac_conf_world *world;
	/* The kept text of this digest; NULL: it is lost. */
	const struct aac_source *(*kept)(void *env, const char *digest);
	void *env; /* of kept */
};

struct aac_change {
	const char *path;
	const struct aac_source *before; /* NULL: not there */
	const char *after;		 /* NULL: to be removed */
	size_t len;
	const char *lock; /* CTID whose configuration Proxmox locks; or NULL */
};

/* A stored path for people: see host/snapshot.h for what two slashes mean. */
const char *aac_path_shown(const char *path);

struct aac_plan {
	const struct aac_change *changes; /* by path, what is removed last */
	size_t count;
	/* Texts that revert will need, and that stand in no file once this is done. */
	const struct aac_source *const *keep;
	size_t keep_count;
	const struct aac_receipts *receipts; /* once it is done */
	bool busy; /* a container is locked: a refusal of the host's */
};

/* Reports what is in the way; never NULL.  No change may be made when an error was. */
const struct aac_plan *aac_plan_new(struct aac_context *ctx,
				    const struct aac_plan_input *input);

/* All changes as a unified diff, each file under its path. */
void aac_plan_diff(struct arena *arena, const struct aac_plan *plan, struct buf *out);
