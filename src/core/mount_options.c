/*
 * The words of mount options in all their spellings, with the flag of mount(2) that each
 * sets or clears.  Rows stand in the order in which options are printed: what kind of
 * mount it is comes last, as in (ro, remount, bind).
 */
#include <string.h>

#include "base/macro.h"
#include "core/kind.h"
#include "core/mount_view.h"

#define PROPAGATION(X, name, flag)                          \
	X(#name, NULL, flag, 0, NULL)                       \
	X("make-" #name, #name, 0, 0, NULL)                 \
	X("r" #name, NULL, (flag) | MOUNT_REC, 0, NULL)     \
	X("make-r" #name, "r" #name, 0, 0, NULL)

/*  word, canonical word, sets, clears, first apparmor_parser */
#define OPTIONS(X)                                          \
	X("rw", NULL, 0, 1u << 0, NULL)                     \
	X("w", "rw", 0, 0, NULL)                            \
	X("ro", NULL, 1u << 0, 0, NULL)                     \
	X("r", "ro", 0, 0, NULL)                            \
	X("read-only", "ro", 0, 0, NULL)                    \
	X("suid", NULL, 0, 1u << 1, NULL)                   \
	X("nosuid", NULL, 1u << 1, 0, NULL)                 \
	X("dev", NULL, 0, 1u << 2, NULL)                    \
	X("nodev", NULL, 1u << 2, 0, NULL)                  \
	X("exec", NULL, 0, 1u << 3, NULL)                   \
	X("noexec", NULL, 1u << 3, 0, NULL)                 \
	X("sync", NULL, 1u << 4, 0, NULL)                   \
	X("async", NULL, 0, 1u << 4, NULL)                  \
	X("mand", NULL, 1u << 6, 0, NULL)                   \
	X("nomand", NULL, 0, 1u << 6, NULL)                 \
	X("dirsync", NULL, 1u << 7, 0, NULL)                \
	X("symfollow", NULL, 0, 1u << 8, "4.0")             \
	X("nosymfollow", NULL, 1u << 8, 0, "4.0")           \
	X("atime", NULL, 0, 1u << 10, NULL)                 \
	X("noatime", NULL, 1u << 10, 0, NULL)               \
	X("diratime", NULL, 0, 1u << 11, NULL)              \
	X("nodiratime", NULL, 1u << 11, 0, NULL)            \
	X("relatime", NULL, MOUNT_RELATIME, 0, NULL)        \
	X("norelatime", NULL, 0, MOUNT_RELATIME, NULL)      \
	X("strictatime", NULL, 1u << 24, 0, NULL)           \
	X("nostrictatime", NULL, 0, 1u << 24, "4.0")        \
	X("lazytime", NULL, 1u << 25, 0, "4.0")             \
	X("nolazytime", NULL, 0, 1u << 25, "4.0")           \
	X("iversion", NULL, 1u << 23, 0, NULL)              \
	X("noiversion", NULL, 0, 1u << 23, NULL)            \
	X("acl", NULL, 1u << 16, 0, NULL)                   \
	X("noacl", NULL, 0, 1u << 16, NULL)                 \
	X("user", NULL, 0, 1u << 31, NULL)                  \
	X("nouser", NULL, 1u << 31, 0, NULL)                \
	X("silent", NULL, MOUNT_SILENT, 0, NULL)            \
	X("verbose", "silent", 0, 0, NULL)                  \
	X("loud", NULL, 0, MOUNT_SILENT, NULL)              \
	X("remount", NULL, MOUNT_REMOUNT, 0, NULL)          \
	X("bind", NULL, MOUNT_BIND, 0, NULL)                \
	X("B", "bind", 0, 0, NULL)                          \
	X("rbind", NULL, MOUNT_BIND | MOUNT_REC, 0, NULL)   \
	X("R", "rbind", 0, 0, NULL)                         \
	X("move", NULL, MOUNT_MOVE, 0, NULL)                \
	X("M", "move", 0, 0, NULL)                          \
	PROPAGATION(X, private, 1u << 18)                   \
	PROPAGATION(X, slave, 1u << 19)                     \
	PROPAGATION(X, shared, 1u << 20)                    \
	PROPAGATION(X, unbindable, 1u << 17)

static const struct aac_term option_terms[] = {
#define X(word, is, sets, clears, parser) { word, is, parser, NULL },
	OPTIONS(X)
#undef X
};

static const struct {
	uint32_t sets, clears;
} option_flags[] = {
#define X(word, is, sets, clears, parser) { sets, clears },
	OPTIONS(X)
#undef X
};

_Static_assert(ARRAY_SIZE(option_terms) <= 64, "a vocabulary has one bit for each word");

const struct aac_vocab aac_mount_options = {
	"mount option", option_terms, ARRAY_SIZE(option_terms)
};

const struct aac_term *aac_mount_option_find(const char *word)
{
	for (size_t i = 0; i < ARRAY_SIZE(option_terms); i++)
		if (strcmp(option_terms[i].word, word) == 0)
			return &option_terms[i];
	return NULL;
}

uint32_t aac_mount_flags(uint64_t set, uint32_t *cleared)
{
	uint32_t flags = 0;

	*cleared = 0;
	for (; set; set &= set - 1) {
		size_t i = (size_t)__builtin_ctzll(set);

		if (i >= ARRAY_SIZE(option_flags))
			break;
		flags |= option_flags[i].sets;
		*cleared |= option_flags[i].clears;
	}
	return flags;
}

uint64_t aac_mount_words(uint64_t set, uint32_t mask)
{
	uint64_t words = 0;

	for (size_t i = 0; i < ARRAY_SIZE(option_flags); i++)
		if (set >> i & 1 && option_flags[i].sets & mask)
			words |= (uint64_t)1 << i;
	return words;
}

const char *aac_mount_flag_word(uint32_t flag)
{
	if (flag == MOUNT_REC)
		return "rec";
	for (size_t i = 0; i < ARRAY_SIZE(option_flags); i++)
		if (option_flags[i].sets == flag)
			return option_terms[i].word;
	return NULL;
}
