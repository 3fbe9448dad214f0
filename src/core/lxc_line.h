#pragma once

#include <stdbool.h>
#include <stddef.h>

/* Is KEY spelled as LXC's keys are: `lxc.`, then letters, digits, '.', '_' and '-' (see
 * lxc.container.conf(5))?  Whether there is such a key is not asked. */
bool aac_lxc_is_key(const char *key);

/* What LXC would refuse of the line KEY = VALUE, or NULL. */
const char *aac_lxc_problem(const char *key, const char *value);
