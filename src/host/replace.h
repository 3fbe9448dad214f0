#pragma once

#include <stdbool.h>
#include <stddef.h>

struct aac_context;
struct aac_host;
struct aac_source;

/*
 * Replacing one file that somebody owns, so that it is wholly old or wholly new at any
 * moment, and can be put back without needing room on the disk: the old file stays beside
 * the new one, as .NAME.aa-compose, until aac_replace_finish.  Owner, mode and extended
 * attributes are kept; symbolic links are followed to the file itself.
 */

/* The file behind PATH (as it is on this host), links resolved; its folder must be there.
 * A link that leads out of --root is refused.  NULL after reporting. */
const char *aac_replace_resolve(struct aac_context *ctx, const struct aac_host *host,
				const char *path);

enum aac_replaced {
	AAC_REPLACED,
	AAC_REPLACE_CHANGED, /* it is not what was read: nothing was done; reported */
	AAC_REPLACE_FAILED,  /* reported; aac_replace_undo is needed */
};

/* PATH resolved.  BEFORE NULL: it must not be there.  AFTER NULL: it goes. */
enum aac_replaced aac_replace(struct aac_context *ctx, struct aac_host *host,
			      const char *path, const struct aac_source *before,
			      const char *after, size_t len);
/* The same bytes as BEFORE (NULL: is it not there)?  False after reporting. */
bool aac_replace_unchanged(struct aac_context *ctx, const char *path,
			   const struct aac_source *before);
/*
 * Put PATH back, by digests (NULL: not there) and whatever a replacement that was broken
 * off has left.  KEPT gives the text of BEFORE where nothing else does.  What somebody
 * has written meanwhile stays.  False after reporting.
 */
bool aac_replace_undo(struct aac_context *ctx, struct aac_host *host, const char *path,
		      const char *before, const char *after,
		      const struct aac_source *(*kept)(void *env, const char *digest),
		      void *env);
/* What was beside PATH goes; false with errno. */
bool aac_replace_finish(struct aac_context *ctx, struct aac_host *host, const char *path);

/* Write DIR/NAME anew, atomically, and sync both.  False with errno. */
bool aac_replace_own(struct aac_context *ctx, struct aac_host *host, const char *dir,
		     const char *name, const char *text, size_t len);
