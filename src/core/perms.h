#pragma once

/* Permissions of file rules, as the rest of the rules needs to know them. */

#include <stdbool.h>

#include "core/glob.h"

struct aac_rule;

/* Made of letters that permissions are made of: `rw /p,` begins with its permissions. */
bool aac_perms_like(const char *text);
/* May what the link rule LINK speaks of be spoken of by the file rule's `l`? */
enum aac_answer aac_file_links(const struct aac_rule *file, const struct aac_rule *link);
/* Would apparmor_parser refuse to merge the exec transitions of two allowing file rules?
 */
bool aac_file_exec_conflict(const struct aac_rule *a, const struct aac_rule *b,
			    const char *parser);
