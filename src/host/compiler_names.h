#pragma once

/*
 * What the two ways share by which texts that differ in the profile's name are compiled
 * once.  Private to src/host/compiler*.c.
 */

#include <stdbool.h>
#include <stddef.h>

#include "base/digest.h"
#include "base/map.h"

struct aac_cache;
struct aac_context;
struct aac_line;
struct aac_process;
struct aac_profile_text;
struct arena;
struct buf;

struct naming {
	struct aac_context *ctx;
	struct aac_cache *cache;
	const char *base;
	const struct aac_profile_text *const *texts;
	struct aac_process *processes;
	size_t count;
	size_t *first;	     /* of each: the text that is like it, or itself */
	bool *speaks;	     /* a rule that is compiled fast tells the name */
	bool exact;	     /* only the parser's own bytes will do */
	bool *asked;	     /* of each first: its includes were looked at for the name */
	bool *recalled;	     /* of each: it was put together before, and kept */
	struct digest *keys; /* of those that could have been: under which name */
	struct map known;
	size_t *run; /* those that are run at the moment */
	struct aac_process *running;
	bool (*done)(void *env, size_t index);
	void *env;
	bool stopped; /* DONE wanted no more */
};

/* Is the line, which speaks of the name, a rule of a kind that is compiled fast, and
 * nowhere but in a profile's name? */
bool aac_splice_may_speak(const struct aac_line *line, const char *text, size_t len);

/*
 * The text of a profile without what takes long to compile: rules of files, links and
 * mounts, with NETWORKS of networks, too; also those of the files below BASE that it
 * includes, as far as they stand on lines of their own.  How many of the text's own those
 * are; 0, too, when a line of the text is not whole.
 */
size_t aac_fast_text(struct buf *out, const char *base,
		     const struct aac_profile_text *text, bool networks);

/* Those whose rules speak of the name are taken from the cache, as far as it has them. */
void aac_names_recall(struct naming *naming);

/* What the parser said of the profile FROM, as it would of TO; false, with some of it in
 * OUT: it tells the name where that is not known to be all that it does. */
bool aac_names_said(struct buf *out, const struct buf *said, const char *from,
		    const char *to);

/* The parser has come to its end, and all that it wrote is there. */
bool aac_names_is_good(const struct aac_process *process);

/* Is the profile's compiled policy BYTES; not a namespace's, nor one of several? */
bool aac_names_is_of(struct arena *arena, const struct buf *bytes, const char *name);

/*
 * Of the COUNT texts that LIST names, whose first (naming->first) has been compiled:
 * puts their policy together, tells naming->done of each that succeeds, and leaves the
 * others in LIST.  How many those are; *MADE: how many succeeded.
 */
size_t aac_names_splice(struct naming *naming, size_t *list, size_t count,
			unsigned int jobs, size_t *made);
