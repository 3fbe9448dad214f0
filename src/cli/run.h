#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <time.h>

#include "base/buf.h"
#include "base/map.h"
#include "cli/options.h"
#include "core/context.h"
#include "core/diag.h"
#include "core/fleet.h"
#include "core/manifest.h"
#include "core/render.h"
#include "core/template.h"
#include "host/host.h"
#include "host/targets.h"

struct aac_command;

/* A folder that is read: under --root, or one of ours, which --root does not move. */
struct aac_folder {
	const char *path;
	const struct aac_host *host;
};

/*
 * A run of the program: the options, what has been loaded for them, the result and the
 * diagnostics.  Everything lives in the arena but the JSON, the maps and the result.
 */
struct aac_run {
	struct arena *arena;
	const struct aac_options *opts;
	const struct aac_command *command;
	struct aac_diags diags;
	struct aac_context ctx;
	struct aac_host host;	  /* --root */
	struct aac_host own_host; /* for data of ours that is not below --root */

	time_t began;	/* for the progress alone */
	bool composing; /* it was told */

	const struct aac_library *library;
	struct aac_targets targets;
	struct aac_config *config; /* NULL: no -c */
	const struct aac_fleet *fleet;
	struct map templates; /* by name, the missing ones too */
	struct map asserted;  /* what `assert never` asks, compiled, by its text */
	struct aac_includes *includes; /* what rules lay inline; NULL: not read yet */
	const struct aac_input *inputs, **inputs_tail;

	const struct aac_diag *told; /* what was said already ends here; or NULL */
	struct buf out;	   /* the result, for standard output */
	const char *usage; /* the command line is wrong, in words */
	bool refused;	   /* the host refused */
	bool no;	   /* the answer is no */
	unsigned int findings; /* errors that are such answers, and no mistakes */
	bool lists;	   /* its diagnostics are what is asked for: all of them */
};

void aac_run_init(struct aac_run *run, struct arena *arena,
		  const struct aac_options *opts, const struct aac_command *command);
/* Print what there is to print, give everything back; the exit code. */
enum aac_exit aac_run_finish(struct aac_run *run);

/* Print the diagnostics so far, before something is done to the host. */
void aac_run_tell(struct aac_run *run);

/* Nothing is wrong so far. */
bool aac_run_ok(const struct aac_run *run);
/* Somebody looks at how far it is. */
bool aac_run_shows_progress(const struct aac_run *run);
/* After composing: there are containers, or profiles that are no container's and nothing
 * else is asked for.  False after saying that -c is missing. */
bool aac_run_needs_config(struct aac_run *run);

/* Rules, target, templates and containers; false when something is wrong. */
bool aac_run_load(struct aac_run *run);
/* The same and the fleet. */
bool aac_run_compose(struct aac_run *run);
/* Filled for aac_fleet_compose and aac_fleet_declared. */
struct aac_fleet_options aac_run_fleet_options(struct aac_run *run);

/* Print a usage error: `aa-compose: MESSAGE` and where help is. */
void aac_usage_print(const char *message, const char *command);
/* Write the result; an exit code. */
enum aac_exit aac_result_print(const struct buf *out);
