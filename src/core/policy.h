#pragma once

/*
 * A composed profile: the grants in canonical order, each with all its origins, what was
 * dropped and why.  Const once aac_compose has returned.
 */

#include <stdbool.h>
#include <stddef.h>

#include "core/head.h"
#include "core/library.h"
#include "core/rule.h"
#include "core/value.h"

/* A parameter and the value that a rule took from it. */
struct aac_used {
	const struct aac_used *next;
	const char *name;  /* FRAGMENT.PARAM, or the spelling of a loop's path, or ctid,
			      profile */
	const char *value; /* as JSON text */
};

/* Where a rule comes from. */
struct aac_origin {
	const struct aac_origin *next;
	struct aac_span span;	     /* in the rule file */
	const char *section;	     /* the fragment's or the profile's name */
	const struct aac_used *used; /* by parameter name */
};

struct aac_grant {
	const struct aac_grant *next;
	const struct aac_rule *rule; /* as it is emitted */
	const struct aac_origin
		*origins; /* the first is the one that it is printed under */
	const char *doc;  /* ## lines, or NULL */
	const char *whole; /* the rule that it is a part of (core/rule.h), or NULL */
	const struct aac_accept *accepts; /* list */
	/* Narrowed for the target: the rule as written, and the reason. */
	const struct aac_rule *written;
	const char *why;
	/* Rules that the target's parser reads into this one, too; or NULL. */
	const char *widened;
};

struct aac_dropped {
	const struct aac_dropped *next;
	const struct aac_rule *rule; /* as written (filled) */
	const struct aac_origin *origins;
	const struct aac_grant *by; /* what covers it */
	const char *reason; /* "covered", "equal after narrowing": a full sentence part */
};

/* Rules of one fragment, or the profile's own. */
struct aac_section {
	const struct aac_section *next;
	const char *name;
	const char *summary;		  /* or NULL */
	bool own;			  /* the profile's own rules */
	const struct aac_grant *grants;	  /* may be empty */
	const struct aac_accept *accepts; /* accept fragment … */
};

/* A child profile or a hat. */
struct aac_child {
	const struct aac_child *next;
	const struct aac_head *head;
	const struct aac_section *sections;
	const struct aac_child *children;
};

/* A rule of `assert never`: no access that it matches may be allowed. */
struct aac_assertion {
	const struct aac_assertion *next;
	const struct aac_rule *rule;	/* as the target must see it */
	const struct aac_rule *written; /* filled, but not narrowed */
	struct aac_span span;		/* in the rule file */
};

struct aac_lxc_line {
	const struct aac_lxc_line *next;
	const char *key, *value;
	struct aac_span span;
	const char *section;
};

/*
 * A line of `expect`, filled for a container.  Equal ones of a run are one.
 */
struct aac_expect {
	enum aac_verdict verdict;
	bool never;		      /* it is a rule of `assert never`, as DENY */
	const struct aac_rule *words; /* for aac_access_new; of NEVER the rule */
	struct aac_span span;	      /* in the rule file */
	const char *section;	      /* the fragment's or the profile's name */
	const struct aac_used *used;  /* by parameter name */
};

/* The part of a policy that containers with the same rules share. */
struct aac_policy {
	const char *name;    /* of the profile's file, and of the profile without LABEL */
	const char *label;   /* AppArmor's name of it, in its spelling; or NULL */
	const char *summary; /* of its declaration, or NULL */
	const struct aac_profile_decl
		*decl; /* NULL: derived, or named by a container's list */
	const char *template_name;
	const char *const *flags;
	size_t flag_count;
	struct aac_fragments fragments; /* in the order they are laid */
	const struct aac_section *sections;
	const struct aac_child *children;
	const struct aac_grant
		*preamble; /* abi, variables, aliases, under template raw */
	const struct aac_grant *header; /* of `preamble { … }`, in its order */
	const struct aac_dropped *dropped;
	const struct aac_assertion *assertions;
	const char *const *tunables;
	size_t tunable_count;
	const char *const *attach; /* globs of `attach`, under template raw */
	size_t attach_count;
	const char *const *xattrs;
	size_t xattr_count;
	const char *key; /* digest of everything that is emitted: equal keys, equal
			    profiles */
	/* What is expected of it, for any of the containers that share it: each once, as
	 * laid.  They are no part of the key. */
	const struct aac_expect *const *expects;
	size_t expect_count;
};

/* What AppArmor calls the profile of POLICY. */
static inline const char *aac_policy_label(const struct aac_policy *policy)
{
	return policy->label ? policy->label : policy->name;
}
