#pragma once

/*
 * What a compiled profile decides of one access, as the kernel decides it.
 *
 * Source of every fact: queries and system calls answered by Linux 6.1 and 6.12 of policy
 * that apparmor_parser 3.0.8 and 4.1.0 had compiled; some of them are in tests/vectors.
 */

#include <stdbool.h>
#include <stdint.h>

#include "core/blob.h"

struct arena;
struct buf;

enum aac_query_type {
	AAC_QUERY_FILE,
	AAC_QUERY_LINK,
	AAC_QUERY_CHANGE_PROFILE,
	AAC_QUERY_CHANGE_ONEXEC, /* the program's path matters, too */
	AAC_QUERY_MOUNT,
	AAC_QUERY_UMOUNT,
	AAC_QUERY_PIVOT_ROOT,
	AAC_QUERY_CAPABILITY,
	AAC_QUERY_NETWORK, /* all sockets where the kernel has no class unix */
	AAC_QUERY_UNIX,
	AAC_QUERY_SIGNAL,
	AAC_QUERY_PTRACE,
	AAC_QUERY_DBUS,
	AAC_QUERY_MQUEUE,
	AAC_QUERY_USERNS,
	AAC_QUERY_IO_URING,
	AAC_QUERY_RLIMIT,
};

/* Bits that other classes than files have in a request. */
enum {
	AAC_MAY_PIVOT = 1u << 0,
	AAC_MAY_MOUNT = 1u << 1,
	AAC_MAY_UMOUNT = 1u << 2,
	AAC_MAY_SEND = 1u << 1, /* a signal, a message */
	AAC_MAY_RECEIVE = 1u << 2,
	AAC_MAY_TRACE = 1u << 1,
	AAC_MAY_READ_BY_TRACE = 1u << 2,
	AAC_MAY_BE_TRACED = 1u << 3,
	AAC_MAY_BE_READ = 1u << 4,
	AAC_MAY_USERNS = 1u << 3,
	AAC_MAY_OVERRIDE_CREDS = 1u << 3,
	AAC_MAY_POLL = 1u << 4,
	AAC_MAY_EAVESDROP = 1u << 5,
	AAC_MAY_DBUS_BIND = 1u << 6,
	AAC_MAY_ACCEPT = 1u << 20,
	AAC_MAY_BIND = 1u << 21,
	AAC_MAY_LISTEN = 1u << 22,
	AAC_MAY_SET_OPTION = 1u << 24,
	AAC_MAY_GET_OPTION = 1u << 25,
};

/* Families and types of sockets that a kernel can ask for. */
#define AAC_SOCKET_FAMILIES 46u
#define AAC_SOCKET_TYPES 11u

/* A number that is not known. */
#define AAC_QUERY_ANY UINT32_MAX

/*
 * An access.  A text that is NULL is not known: then all texts are tried, and the answer
 * is "depends" when they differ.  Texts are as the kernel has them: the path of a folder
 * ends in '/', and an absent part of mount(2) is "".
 */
struct aac_query {
	enum aac_query_type type;
	uint32_t request; /* bits of the class; PIVOT_ROOT, UMOUNT, … have one only */
	bool owner;	  /* the subject owns the file, or the link's target */
	bool exec_asked;  /* the exec must lead where EXEC and OTHER say */
	uint32_t exec;	  /* of aac_exec, without an index */
	uint32_t number;  /* of the capability, signal, resource, or the family */
	uint32_t socket_type, protocol;
	uint32_t flags;	   /* of mount(2) */
	uint64_t limit;	   /* the new hard limit, in the resource's unit */
	const char *name;  /* path, mount point, new root, label, bus name, queue */
	const char *other; /* target of a link, source of a mount, old root, program,
			    * profile to switch to at exec */
	const char *fstype;
	const char *data;    /* of mount(2); NULL: none */
	const char *label;   /* of the peer, of the socket's or queue's own */
	const char *address; /* of a socket: "@NAME", "none" or a path */
	const char *peer_address, *peer_label;
	const char *bus, *path, *interface, *member;
	bool measured; /* count how far it leads, too */
};

enum aac_outcome { AAC_ALLOWED, AAC_DENIED, AAC_DEPENDS };

struct aac_decision {
	enum aac_outcome outcome;
	bool mediated;	     /* false: the policy has no say, so it is allowed */
	bool audited;	     /* what happens is logged */
	bool complain;	     /* not granted, but the profile is in complain mode */
	uint32_t missing;    /* of the request: bits that are not granted */
	uint32_t granted;    /* of the request: bits that are, in some case at least */
	size_t depth;	     /* bytes that led on, where they were counted */
	uint32_t exec;	     /* of aac_exec, where exec is granted */
	const char *depends; /* on what, when it does */
};

/* ARENA is scratch for unknown texts only. */
struct aac_decision aac_decide(struct arena *arena, const struct aac_blob *blob,
			       const struct aac_query *query);

/*
 * Some queries are decided by where one chain of bytes leads, and by what is no text in
 * them: of these OUT gets the bytes.  False for the others.
 */
bool aac_query_bytes(const struct aac_query *query, struct buf *out);
/* The automaton that BLOB feeds them to, and the state that it begins in; NULL, or
 * AAC_DFA_DEAD: what BLOB decides of such queries does not depend on the bytes. */
const struct aac_dfa *aac_query_start(const struct aac_blob *blob,
				      enum aac_query_type type, uint32_t *start);

/* What a link is decided by, as AAC_ACCESS_LINK: the permissions of its own name, of the
 * pair, and of the target, which it may have to be a subset of. */
struct aac_perms aac_link_perms(const struct aac_perms *name,
				const struct aac_perms *pair,
				const struct aac_perms *target);
