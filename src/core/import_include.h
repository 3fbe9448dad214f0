#pragma once

#include <stdbool.h>

#include "base/map.h"

struct aac_context;
struct aac_file;
struct aac_included;
struct aac_stmt;

/* Does FILE hold blocks and conditions, for which import looks into included files? */
bool aac_import_needs_includes(const struct aac_file *file);

/* What was read of INCLUDE, or NULL. */
const struct aac_included *aac_import_included(const struct aac_context *ctx,
					       const struct aac_stmt *include);

/*
 * What apparmor_parser has read already: in a profile, and in each child and hat of it,
 * it reads a file once.  A later include of it says nothing, also where the first stands
 * in a block of qualifiers or in a condition that does not hold.
 */
struct aac_import_seen {
	struct map files; /* by the names of their sources */
	bool gone;	  /* one of them is GONE */
};

enum aac_import_sight {
	AAC_IMPORT_FRESH,
	AAC_IMPORT_KEPT, /* by an include that the import has, too */
	AAC_IMPORT_GONE, /* by one that it has not */
};

/* FILE; what INCLUDE names: FRESH when not all of it was read. */
enum aac_import_sight aac_import_sight_file(const struct aac_import_seen *seen,
					    const struct aac_file *file);
enum aac_import_sight aac_import_sight(const struct aac_context *ctx,
				       const struct aac_import_seen *seen,
				       const struct aac_stmt *include);
/* Was any file that INCLUDE leads to read by an include that the import has not? */
bool aac_import_leads_to_gone(const struct aac_context *ctx, struct aac_import_seen *seen,
			      const struct aac_stmt *include);

/* Now it is read, as SIGHT says; with all that it leads to. */
void aac_import_see_file(struct aac_import_seen *seen, const struct aac_file *file,
			 enum aac_import_sight sight);
void aac_import_see(const struct aac_context *ctx, struct aac_import_seen *seen,
		    const struct aac_stmt *include, enum aac_import_sight sight);

/* LOOK at all that INCLUDE leads to, each file once, until it is true of one.  DEEP: by
 * includes in blocks and conditions, too. */
typedef bool aac_import_look(void *env, const struct aac_file *file);
bool aac_import_reach(const struct aac_context *ctx, const struct aac_stmt *include,
		      bool deep, aac_import_look *look, void *env);

/* Is STMT a rule about the network, or does it include one? */
bool aac_import_has_network(const struct aac_context *ctx, const struct aac_stmt *stmt);
