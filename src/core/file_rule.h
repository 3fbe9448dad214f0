#pragma once

/* The fields of a file rule, for kind_file.c and file_compare.c. */

#include <stdbool.h>
#include <stdint.h>

#include "core/glob.h"

struct aac_rule;

enum { FILE_PERMS, FILE_PATH, FILE_TARGET };

/* Bits of the permissions. */
enum {
	FILE_R,
	FILE_W,
	FILE_A,
	FILE_M,
	FILE_K,
	FILE_L,
	FILE_IX,
	FILE_UX,
	FILE_UX_SAFE,
	FILE_PX,
	FILE_PIX = 13,
	FILE_BARE_X = 21,
	/* No permissions, but words beside them: `safe` until the mode is known, `unsafe`
	 * before a mode that is never safe, and permissions with `l` before a pair. */
	FILE_SAFE,
	FILE_UNSAFE,
	FILE_PAIR
};

#define FILE_BIT(n) ((uint64_t)1 << (n))
/* All exec modes; those that switch to a profile by name. */
#define FILE_EXEC (FILE_BIT(FILE_BARE_X + 1) - FILE_BIT(FILE_IX))
#define FILE_TRANSITIONS (FILE_BIT(FILE_BARE_X) - FILE_BIT(FILE_PX))
/* What bare `file` stands for. */
#define FILE_ALL (FILE_BIT(FILE_UX) - 1)

bool aac_file_covers(const struct aac_rule *wide, const struct aac_rule *narrow);
int aac_file_overlaps(const struct aac_rule *a, const struct aac_rule *b);
