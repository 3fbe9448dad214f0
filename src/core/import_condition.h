#pragma once

#include <stdbool.h>

#include "base/map.h"
#include "core/import_block.h"

struct aac_context;
struct aac_file;
struct aac_head;

/* The variables that a file of AppArmor's has before its profiles, its includes' too. */
struct aac_import_variables {
	struct map by_name;  /* "@{NAME}" and "$NAME": -> the last struct aac_shape */
	bool unread;	     /* an include that was not read may have more */
};

/* Fills *VARIABLES, to be given back with map_fini(&variables->by_name). */
void aac_import_variables(const struct aac_context *ctx, const struct aac_file *file,
			  struct aac_import_variables *variables);

/* Does the condition of HEAD hold?  False after reporting that nobody can tell, or that
 * apparmor_parser refuses it; else *holds. */
bool aac_import_condition(struct aac_context *ctx,
			  const struct aac_import_parsers *parsers,
			  const struct aac_import_variables *variables,
			  const struct aac_head *head, bool *holds);
