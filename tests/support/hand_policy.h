#pragma once

/*
 * Policies made by hand, for tests of what comes after composing: rules that are only a
 * kind and a text, with origins in one rule file.
 */

#include "core/policy.h"

struct arena;

struct hand {
	struct arena *arena;
	const struct aac_source *source; /* rules/hand.aaf: forty lines, "line N" each */
	struct aac_policy policy;
	struct aac_section *section; /* the last one */
	struct aac_grant *grant;     /* the last one */
};

/* A policy NAME without sections. */
void hand_init(struct hand *hand, struct arena *arena, const char *name);
struct aac_fragment *hand_fragment(struct hand *hand, const char *name);
struct aac_section *hand_section(struct hand *hand, const char *name,
				 const char *summary);
const struct aac_rule *hand_rule(struct hand *hand, const char *text);
/* A rule of the last section, written at LINE; a file rule when it begins with '/'. */
struct aac_grant *hand_grant(struct hand *hand, const char *text, unsigned int line);
struct aac_origin *hand_origin(struct hand *hand, const char *section, unsigned int line);
void hand_drop(struct hand *hand, const char *text, unsigned int line,
	       const struct aac_grant *by);
