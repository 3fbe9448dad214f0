#pragma once

/*
 * Private to import*.c: the rules of a profile, each with the piece of the text that it
 * came from, and where they go: into fragments by what they are about, or nowhere, since
 * a fragment that is there gives them.
 */

#include <stdbool.h>
#include <stddef.h>

#include "core/ast.h"
#include "core/import.h"

struct aac_rule;

enum aac_concern {
	AAC_CONCERN_NONE, /* it stays in the profile */
	AAC_CONCERN_CAPABILITIES,
	AAC_CONCERN_DEVICES,
	AAC_CONCERN_KERNEL,
	AAC_CONCERN_MOUNTS,
	AAC_CONCERN_NETWORK,
	AAC_CONCERN_PROCESSES,
	AAC_CONCERN_STORAGE,
	AAC_CONCERN_COUNT
};

struct aac_piece {
	const struct aac_stmt *stmt;
	const struct aac_rule *rule; /* NULL: no rule, or one that stays */
	uint32_t begin, end;	     /* with the comments above it */
	enum aac_concern concern;
	const char *given_by; /* a fragment that is used; NULL: it is kept */
};

struct aac_pieces {
	struct aac_piece *items;
	size_t count;
};

/* Is RULE the same to every parser, however old?  Only such a rule may be emitted
 * otherwise than it stands. */
bool aac_import_is_plain(struct aac_context *ctx, const struct aac_rule *rule);

/* import_against.c: marks what fragments of OPTIONS->against give; *used are the names of
 * those, ended by NULL. */
void aac_import_against(struct aac_context *ctx, const struct aac_import_options *options,
			struct aac_pieces *pieces, const char *const **used);

/* The body of BLOCK, the text of SOURCE from BEGIN to END, which gets the name NAME: the
 * fragments before the profile, its `use`, and what is left of its body. */
void aac_import_split(struct aac_context *ctx, const struct aac_source *source,
		      const struct aac_import_options *options,
		      const struct aac_stmt *block, uint32_t begin, uint32_t end,
		      const char *name, struct map *names, struct buf *fragments,
		      struct buf *uses, struct buf *body);
