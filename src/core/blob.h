#pragma once

/*
 * Compiled policy: what apparmor_parser hands to the kernel, read strictly.  An element
 * that is not known, or stands where it must not, is an error with its offset, never a
 * guess.
 *
 * Source of every fact about the format: what apparmor_parser 3.0.8 and 4.1.0 write, and
 * what Linux 6.1 and 6.12 answered of it.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/dfa.h"

struct aac_context;
struct arena;

/* A verdict's bits, as the kernel has them in memory.  A class uses some of them. */
enum aac_access {
	AAC_ACCESS_EXEC = 1u << 0,
	AAC_ACCESS_WRITE = 1u << 1,
	AAC_ACCESS_READ = 1u << 2,
	AAC_ACCESS_APPEND = 1u << 3,
	AAC_ACCESS_CREATE = 1u << 4,
	AAC_ACCESS_DELETE = 1u << 5,
	AAC_ACCESS_OPEN = 1u << 6, /* of a socket: connect */
	AAC_ACCESS_RENAME = 1u << 7,
	AAC_ACCESS_SETATTR = 1u << 8,
	AAC_ACCESS_GETATTR = 1u << 9,
	AAC_ACCESS_CHMOD = 1u << 12,
	AAC_ACCESS_CHOWN = 1u << 13,
	AAC_ACCESS_LOCK = 1u << 15, /* behind a pair of names: the link is a subset */
	AAC_ACCESS_MMAP = 1u << 16,
	AAC_ACCESS_LINK = 1u << 18,
	AAC_ACCESS_ONEXEC = 1u << 29,
	AAC_ACCESS_CHANGE_PROFILE = 1u << 30,
};

/* Where an exec leads: index into targets, or flags. */
enum aac_exec {
	AAC_EXEC_INDEX = 0x00ffffff,
	AAC_EXEC_BY_NAME = 1u << 26,
	AAC_EXEC_TABLE = 1u << 27,
	AAC_EXEC_UNSAFE = 1u << 28,
	AAC_EXEC_CHILD = 1u << 29,
	AAC_EXEC_INHERIT = 1u << 30,
	AAC_EXEC_UNCONFINED = 1u << 31,
};

/* Mediation classes: the first byte of every match. */
enum aac_class {
	AAC_CLASS_FILE = 2,
	AAC_CLASS_UNIX = 4,
	AAC_CLASS_MOUNT = 7,
	AAC_CLASS_PTRACE_MEDIATED = 9,
	AAC_CLASS_SIGNAL = 10,
	AAC_CLASS_NETWORK = 14,
	AAC_CLASS_NETWORK_V9 = 15,
	AAC_CLASS_PTRACE = 16,
	AAC_CLASS_MQUEUE = 17,
	AAC_CLASS_USERNS = 21,
	AAC_CLASS_IO_URING = 22,
	AAC_CLASS_DBUS = 32,
};

struct aac_perms {
	uint32_t allow, audit, quiet; /* bits of aac_access */
	uint32_t exec;		      /* aac_exec */
};

/* An automaton with what its states mean. */
struct aac_policydb {
	const struct aac_dfa *dfa; /* NULL: there is none */
	uint32_t start;		   /* of the classes, or of attachments */
	uint32_t file_start;
	uint32_t abi;		       /* of the kernel's interface, 5 to 9 */
	uint32_t table_version;	       /* of the permission table; 0: packed */
	const struct aac_perms *table; /* by accept, or NULL */
	uint32_t table_count;
	const char *const *targets; /* of exec */
	uint32_t target_count;
};

enum aac_profile_mode {
	AAC_MODE_ENFORCE,
	AAC_MODE_COMPLAIN,
	AAC_MODE_KILL,
	AAC_MODE_UNCONFINED,
	AAC_MODE_PROMPT,
};

struct aac_capability_set {
	uint64_t allow, audit, quiet; /* by number of the capability */
};

/* Sockets of one family, by type: for kernels without the class network. */
struct aac_family_set {
	uint16_t allow, audit, quiet;
};

#define AAC_LIMITS 16

struct aac_blob {
	const struct aac_blob *next;
	const char *name;  /* with parents: "a//b" */
	const char *space; /* namespace, or NULL */
	const char *attachment;
	uint32_t abi, parser_abi, policy_version;
	uint32_t version;  /* these together, as they are written */
	size_t begin, end; /* of its bytes, from behind its header */
	bool force_complain, hat, audit_all;
	enum aac_profile_mode mode;
	uint32_t path_flags;
	struct aac_capability_set caps;
	uint32_t limit_mask;
	uint64_t limits[AAC_LIMITS]; /* by the kernel's number of the limit */
	const struct aac_family_set *families;
	uint32_t family_count;
	struct aac_policydb attach; /* what it attaches to */
	struct aac_policydb policy; /* all classes but files */
	struct aac_policydb file;   /* .dfa is policy's where it has no own */
};

/* All profiles of BYTES, in their order; NULL after reporting.  NAME is for messages. */
const struct aac_blob *aac_blob_read(struct aac_context *ctx, const char *name,
				     const uint8_t *bytes, size_t size);

/* Where CLASS begins; AAC_DFA_DEAD: not mediated, so everything is allowed. */
uint32_t aac_policydb_class(const struct aac_policydb *db, enum aac_class class);
struct aac_perms aac_policydb_perms(const struct aac_policydb *db, uint32_t state);
/* OWNER: the subject owns the file. */
struct aac_perms aac_policydb_file_perms(const struct aac_policydb *db, uint32_t state,
					 bool owner);
