#pragma once

/*
 * AppArmor's own profile text: preamble, profiles, children, hats, conditions.  Takes
 * what aac_parse_profile read, refuses what apparmor_parser refuses, and prints the
 * canonical spelling: printed and read again, it gives the same text, and
 * apparmor_parser the same policy for both.
 */

#include <stdbool.h>

#include "core/ast.h"

struct aac_context;
struct buf;

/* Appends the text of FILE, without its comments.  False after reporting. */
bool aac_profile_print(struct aac_context *ctx, const struct aac_file *file,
		       struct buf *out);
