#pragma once

/*
 * Words of rules: where a ${parameter} may stand in one, how one is spelled.  Filling is
 * aac_word_fill of rule.h.
 */

#include <stdbool.h>

struct aac_context;
struct aac_value;
struct aac_word;
struct arena;
struct buf;

/* May a value stand at each hole of a pattern?  Not where it would be more than a
 * literal: inside [...], inside @{...}, right behind a backslash.  False after reporting.
 */
bool aac_word_check_holes(struct aac_context *ctx, const struct aac_word *word);

/*
 * Append TEXT (AppArmor spelling without quotes) as a word, canonically: a literal is
 * spelled with as few escapes as it can be, anything else is left as it stands; quotes
 * only where the word needs them.
 */
void aac_word_print(struct buf *out, const char *text);

/* The same inside (…), where apparmor_parser takes every comma outside quotes for an end.
 */
void aac_word_print_listed(struct buf *out, const char *text);

/* Letters, digits and '_', no word of AppArmor's language and no permissions: what
 * apparmor_parser takes where it wants a path, though no path looks so. */
bool aac_word_is_bare(const struct aac_word *word);

/* The name of a profile to switch to is not taken as a pattern: apparmor_parser keeps the
 * backslash before a byte such as `*`.  Can TEXT be a name all the same? */
bool aac_word_is_name(const char *text);

/* A scalar as the text that stands for it, NULL when there is none (null, real, list …).
 */
const char *aac_value_word(struct arena *arena, const struct aac_value *value);
