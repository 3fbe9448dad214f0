#pragma once

/*
 * Labels: what a process is confined by, as the kernel writes it to
 * /proc/PID/attr/apparmor/current.
 *
 * Measured on Linux 6.12: `NAME (MODE)`, children as `NAME//CHILD (MODE)`; a stack as
 * `A//&B (MODE)`, with the mode "mixed" where its profiles differ in it; a profile of
 * another policy namespace as `:SPACE:NAME`, with `//` between nested namespaces.  In a
 * stack the namespace stands once: in `a//&:ns:b//&c` c is ns's, too.  The reader's own
 * comes first.  What is not confined has no mode: `unconfined`, `:ns:unconfined`.  A
 * profile that is taken out while it is in use becomes `unconfined`, in a stack, too, and
 * loading it again does not bring it back.  When they are written, `:SPACE://NAME` is
 * another spelling of `:SPACE:NAME`.
 */

#include <stdbool.h>
#include <stddef.h>

struct arena;

/* A profile in a label. */
struct aac_label_part {
	const char *space; /* "ns", "ns//deep"; NULL: the reader's own namespace */
	const char *name;  /* with parents, "a//b" */
};

struct aac_label {
	const struct aac_label_part *parts; /* at least one, as the kernel lists them */
	size_t count;
	const char *mode; /* "enforce", "complain", "mixed", …; NULL: there is none */
};

/* TEXT without a newline; any text is one. */
struct aac_label aac_label_parse(struct arena *arena, const char *text);
/* One profile's full name, `:SPACE:NAME` or NAME. */
struct aac_label_part aac_label_part_parse(struct arena *arena, const char *text);
/* Is PROFILE in LABEL, itself or one of its children and hats?  Those go when it goes. */
bool aac_label_holds(const struct aac_label *label, const struct aac_label_part *profile);
