#pragma once

/*
 * Records of AppArmor's as kernel logs, journals and audit logs carry them: from
 * `apparmor="` on the same text everywhere, KEY=VALUE behind KEY=VALUE.  What a program
 * could have chosen is quoted, or in hexadecimal digits where it holds a blank, a quote
 * or a byte that does not print.
 *
 * Source of every fact: what Linux 6.1 and 6.12 logged (tests/vectors), audit_log_format
 * in the kernel's documentation, and the messages of dbus-daemon.  libapparmor's
 * parse_record is no help: that of 3.0.8 refuses each record with a class, which newer
 * kernels write, and drops the numbers of capabilities and limits.
 */

#include <stdbool.h>
#include <stddef.h>

struct arena;

enum aac_record_event {
	AAC_EVENT_DENIED,
	AAC_EVENT_ALLOWED, /* would be denied, but for complain mode */
	AAC_EVENT_AUDITED, /* allowed, and asked for */
	AAC_EVENT_STATUS,  /* profiles that came or went, notes of the kernel */
};

enum aac_record_key {
#define KEY(id, word, text) AAC_RECORD_##id,
#include "core/record_keys.def"
#undef KEY
	AAC_RECORD_KEYS
};

struct aac_record {
	enum aac_record_event event;
	const char *values[AAC_RECORD_KEYS]; /* NULL: it does not say */
};

static inline const char *aac_record_get(const struct aac_record *record,
					 enum aac_record_key key)
{
	return record->values[key];
}

/* A walk along the records of a line; some have two, where writers were interleaved. */
struct aac_record_walk {
	const char *text;
	size_t len, at;
};

enum aac_record_found {
	AAC_RECORD_NONE,   /* no more of them */
	AAC_RECORD_READ,
	AAC_RECORD_BROKEN, /* there is one, which cannot be read: *WHY */
};

/*
 * The next record of the walk, its values in the ARENA.  A line may hold anything; inside
 * a JSON string, as journalctl -o json writes it, a record is found as well.  *WHY is a
 * sentence's part: "it is cut off".
 */
enum aac_record_found aac_record_next(struct arena *arena, struct aac_record_walk *walk,
				      struct aac_record *record, const char **why);
