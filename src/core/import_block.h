#pragma once

#include <stdbool.h>

struct aac_context;
struct aac_quals;
struct aac_stmt;

/*
 * Blocks of qualifiers, `audit { … }`, as apparmor_parser reads them: the rules about
 * files in one get its qualifiers, all others are forgotten.  The versions 3.0 and 4.1 do
 * not do it alike.
 */

/* Which parsers a text is read as: those of the target, or all that are known. */
struct aac_import_parsers {
	bool early, late; /* 3.0; 4.1 */
};

struct aac_import_parsers aac_import_parsers(const struct aac_context *ctx);

/* What is left of the rule inside of its blocks. */
enum aac_import_hold {
	AAC_IMPORT_HOLDS,
	AAC_IMPORT_LOST,    /* it says nothing */
	AAC_IMPORT_REFUSED, /* the parser does not take it */
	AAC_IMPORT_DIFFERS, /* the parsers disagree, and no target is named */
	AAC_IMPORT_UNCLEAR, /* no rule alone says the same */
};

/* The qualifiers that a rule has of its own and by the blocks around it. */
struct aac_import_quals {
	bool audit, deny, owner, other, has_priority;
	int priority;
};

/* A block or a condition, and what it stands in. */
struct aac_import_around {
	const struct aac_import_around *up;
	const struct aac_quals *quals; /* NULL: a condition */
	bool network; /* a condition: a rule about it stood before, beside it */
};

/* Is BLOCK one of which the rules in it are known to say the same by themselves? */
bool aac_import_block_plain(const struct aac_import_parsers *parsers,
			    const struct aac_stmt *block);

enum aac_import_hold aac_import_hold(struct aac_context *ctx,
				     const struct aac_import_parsers *parsers,
				     const struct aac_import_around *around,
				     const struct aac_stmt *rule,
				     struct aac_import_quals *quals);

/* Has BLOCK a `deny`?  3.0 refuses such a block, whatever is in it. */
bool aac_import_denies(const struct aac_stmt *block);

/* Is any of AROUND a block? */
bool aac_import_in_block(const struct aac_import_around *around);
/* Are QUALS those that the rule has of its OWN? */
bool aac_import_same_quals(const struct aac_import_quals *quals,
			   const struct aac_quals *own);
/* Are QUALS what the rule's OWN and those around it say to who reads them?  No, when the
 * parser makes something else of them. */
bool aac_import_said_quals(const struct aac_import_around *around,
			   const struct aac_quals *own,
			   const struct aac_import_quals *quals);
