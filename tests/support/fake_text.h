#pragma once

/*
 * A rendered profile made by hand, for the tests of what comes after rendering: line
 * by line, each rule written by a line of the rule file "rules/a.aaf".
 */

#include "core/kind.h"
#include "core/render.h"

struct fake_text;

/* "profile NAME {" is line 1. */
struct fake_text *fake_text_new(const char *name);
/* "abi <ABI>," is line 1, "profile NAME {" line 2. */
struct fake_text *fake_text_with_abi(const char *name, const char *abi);
/* LINE is line 1, "profile NAME {" line 2. */
struct fake_text *fake_text_with_preamble(const char *name, const char *line);
/* A line that no rule wrote. */
void fake_text_line(struct fake_text *fake, const char *line);
/* A rule; its place is its line of the rule file: 1, 2, ... in the order of calls. */
void fake_text_rule(struct fake_text *fake, enum aac_kind_id kind, const char *text);
/* The last rule is written on one more line of the rule file. */
void fake_text_again(struct fake_text *fake);
const struct aac_profile_text *fake_text_end(struct fake_text *fake);
