#pragma once

/*
 * What a mount or remount rule says to the kernel: fields and flags of the two kinds
 * alike.
 */

#include <stdbool.h>
#include <stdint.h>

#include "core/glob.h"
#include "core/kind.h"

struct aac_context;
struct aac_rule;

/* Fields of mount and remount rules (a remount has neither fstype nor source). */
enum {
	MOUNT_FSTYPE,
	MOUNT_OPTIONS,
	MOUNT_OPTIONS_IN,
	MOUNT_SOURCE,
	MOUNT_TARGET,
	MOUNT_FIELDS
};

extern const struct aac_vocab aac_mount_options;

/* mount(2)'s flags, as far as rules name them. */
enum {
	MOUNT_RDONLY = 1u << 0,
	MOUNT_SILENT = 1u << 15,
	MOUNT_REMOUNT = 1u << 5,
	MOUNT_BIND = 1u << 12,
	MOUNT_MOVE = 1u << 13,
	MOUNT_REC = 1u << 14,
	MOUNT_RELATIME = 1u << 21,
	MOUNT_PROPAGATION = 15u << 17,
};

/* What the kernel takes a mount(2) with given flags for: the first that applies. */
enum aac_mount_class {
	AAC_MOUNT_REMOUNT,
	AAC_MOUNT_BIND,
	AAC_MOUNT_PROPAGATION,
	AAC_MOUNT_MOVE,
	AAC_MOUNT_NEW,
};

enum aac_mount_how {
	AAC_MOUNT_ANY,	       /* any flags */
	AAC_MOUNT_EXACT,       /* these flags and no others */
	AAC_MOUNT_IN,	       /* any of these plain flags */
	AAC_MOUNT_ANY_REMOUNT, /* `remount` without options: parsers differ about its
				  flags */
	AAC_MOUNT_OPAQUE,      /* parsers differ too much to say anything */
};

struct aac_mount_view {
	enum aac_mount_how how;
	uint32_t flags;
	bool inverse; /* a word that clears a flag, such as rw, stands there too */
};

/* Flags that the option words of SET ask for and those that they exclude. */
uint32_t aac_mount_flags(uint64_t set, uint32_t *cleared);
/* Of the words of SET those that ask for flags of MASK. */
uint64_t aac_mount_words(uint64_t set, uint32_t mask);
/* The word of one flag, such as "ro"; NULL when rules have none for it. */
const char *aac_mount_flag_word(uint32_t flag);
enum aac_mount_class aac_mount_class(uint32_t flags);
struct aac_mount_view aac_mount_view(const struct aac_rule *rule);

/* Both rules are of the kinds mount or remount. */
bool aac_mount_covers(const struct aac_rule *wide, const struct aac_rule *narrow);
enum aac_answer aac_mount_overlaps(const struct aac_rule *a, const struct aac_rule *b);

/* For parsers older than 3.0.10 (mount_narrow.c): the hooks of both kinds. */
const struct aac_rule *aac_mount_narrow(struct aac_context *ctx,
					const struct aac_rule *rule, const char **why);
const char *aac_mount_widened(struct aac_context *ctx, const struct aac_rule *rule);
