#pragma once

#include <stdbool.h>

struct aac_context;
struct aac_file;

/* Has FILE, a sound profile text, only what the language can say?  Reports each thing
 * that it has not, and why. */
bool aac_import_check(struct aac_context *ctx, const struct aac_file *file);

/* Does no program in FILE, whose rules are plain, have two ways to be run?  Reports each
 * that apparmor_parser refuses to merge; what includes say is not looked at. */
bool aac_import_execs(struct aac_context *ctx, const struct aac_file *file);
