#pragma once

#include <stdbool.h>
#include <stddef.h>

/* What LXC would refuse of the line KEY = VALUE, or NULL. */
const char *aac_lxc_problem(const char *key, const char *value);
