#pragma once

/*
 * What apparmor_parser has answered before.  Its answer to a text depends on its own
 * bytes, its options, the features and abi files that they name, the text, and every file
 * that the text includes, whatever includes what: a digest of all of these names an
 * answer.  So a changed abstraction or another parser is another name, and what is kept
 * under a name never grows old.
 *
 * Kept are answers that say yes.  An entry that cannot be read, is cut, changed or not
 * ours is as good as none, and so is a folder that others may write to.  Nothing depends
 * on what is written here: a write that fails is not told.
 */

#include <stdbool.h>
#include <stddef.h>

#include "base/digest.h"

struct aac_cache;
struct aac_process;
struct arena;
struct buf;

/* Where it is for the user at hand: `aa-compose` below $XDG_CACHE_HOME, or else below
 * /var/cache for root and $HOME/.cache for others; NULL when none is an absolute path. */
const char *aac_cache_folder(struct arena *arena);

/* A cache in FOLDER, which is made when there is something to keep; NULL for NULL.  It
 * holds at most LIMIT bytes (0: 256 MiB) after it was closed; what was used last
 * stays. */
struct aac_cache *aac_cache_open(const char *folder, size_t limit);
/* NULL is fine. */
void aac_cache_close(struct aac_cache *cache);

/*
 * Run apparmor_parser, as aac_spawn_all does, for those processes whose answer is not
 * kept; DONE is called for each one all the same.  CACHE may be NULL.  BASE is the folder
 * of the includes, NULL when the process reads no text.
 */
void aac_cache_spawn(struct aac_cache *cache, const char *base,
		     struct aac_process *processes, size_t count, unsigned int jobs,
		     bool (*done)(void *env, size_t index), void *env);

/* How many answers were taken from it, how many were made, and how many were another's
 * under another name. */
struct aac_cache_use {
	size_t kept, made, derived;
};

struct aac_cache_use aac_cache_use(const struct aac_cache *cache);
/* What is counted elsewhere, or should not be. */
void aac_cache_set_use(struct aac_cache *cache, struct aac_cache_use use);

/* How the files that a text includes speak of @{profile_name}. */
enum aac_own_name {
	AAC_OWN_NAME_NEVER,
	/* In lines that are one rule of signals, ptrace, unix sockets or dbus each, and
	 * all lines of all files are whole (host/rule_lines.h). */
	AAC_OWN_NAME_PEERS,
	AAC_OWN_NAME_ANYWHERE, /* or that cannot be told */
};

/* Of PROCESS's text, which SPEAKS of the name itself: then the lines of files that do not
 * must be whole, too.  As the files were when they were last looked at. */
enum aac_own_name aac_cache_own_name(struct aac_cache *cache, const char *base,
				     const struct aac_process *process, bool speaks);

/* What files hold is read once, and known until it is forgotten: aac_cache_spawn forgets
 * it before it runs anything, and after. */
void aac_cache_forget(struct aac_cache *cache);

/* ---- its two halves ---------------------------------------------------------------- */

/* The name of PROCESS's question; false: none can be told, as when the program is a
 * script, which may do anything, or an include cannot be followed. */
bool aac_cache_key(struct aac_cache *cache, const char *base,
		   const struct aac_process *process, struct digest *key);

/* What is kept under KEY, into OUT and ERR, which are empty; false: nothing. */
bool aac_cache_get(struct aac_cache *cache, const struct digest *key, struct buf *out,
		   struct buf *err);
void aac_cache_put(struct aac_cache *cache, const struct digest *key,
		   const struct buf *out, const struct buf *err);
