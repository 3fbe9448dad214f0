#pragma once

/*
 * Files of a git repository as they were at a commit, read with git itself: nothing is
 * checked out, and no hook, filter, transport or helper of the repository is run.
 */

#include <stdbool.h>
#include <stddef.h>

struct aac_context;
struct aac_host;
struct aac_source;

/* A folder that lies in a repository. */
struct aac_git {
	const char *folder; /* absolute */
	const char *prefix; /* from the repository's top to it: "" or "a/b/" */
};

/* A commit, by its name on the command line. */
struct aac_commit {
	const char *name, *id;
};

/* A file of a commit. */
struct aac_git_file {
	const char *name; /* in its folder */
	const char *blob;
};

/* False after reporting; *REFUSED: it is the host's fault, as there is no git. */
bool aac_git_find(struct aac_context *ctx, const struct aac_host *host,
		  const char *folder, struct aac_git *git, bool *refused);
bool aac_git_commit(struct aac_context *ctx, const struct aac_git *git, const char *name,
		    struct aac_commit *commit);
/* The plain files of GIT's folder at COMMIT whose names end in SUFFIX, by name.  False
 * after reporting; a folder that was not there has none. */
bool aac_git_list(struct aac_context *ctx, const struct aac_git *git,
		  const struct aac_commit *commit, const char *suffix,
		  const struct aac_git_file **files, size_t *count);
/*
 * What "REVISION:PATH" names, as git spells it: from the repository's top, or behind "./"
 * from the folder that GIT is of.  A file is a list of one; of a folder all plain files.
 * Changes GIT to the folder they lie in.  False after reporting.
 */
bool aac_git_resolve(struct aac_context *ctx, struct aac_git *git, const char *spelled,
		     struct aac_commit *commit, const struct aac_git_file **files,
		     size_t *count);
/* The text of FILE, called "COMMIT:PATH" in messages; LOGICAL as for aac_source_new.
 * NULL after reporting. */
const struct aac_source *aac_git_read(struct aac_context *ctx, const struct aac_git *git,
				      const struct aac_commit *commit,
				      const struct aac_git_file *file,
				      const char *logical);
