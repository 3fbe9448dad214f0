#pragma once

#include <stdbool.h>
#include <stddef.h>

/* [A-Za-z][A-Za-z0-9_-]*, and '.' too when DOT. */
bool aac_name_valid(const char *name, bool dot);
/*
 * A profile's name that the kernel, liblxc and a file system take: not empty, at most 200
 * bytes, no white space, control characters, '/', ':' or '&', no leading '.'; begins with
 * PREFIX.  NULL when it is fine, else what is wrong with it ("holds a '/'").
 */
const char *aac_profile_name_problem(const char *name, const char *prefix);
