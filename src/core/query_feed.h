#pragma once

/* An access on its way through the automaton: for query.c. */

#include "core/query.h"

struct buf;

struct asking {
	struct arena *arena;
	const struct aac_blob *blob;
	const struct aac_query *query;
	const struct aac_policydb *db;
	uint32_t *states; /* where the access may have led */
	size_t count;
	uint32_t one;	     /* room for the usual case */
	const char *depends; /* the first part that is not known */
	bool unsure;	     /* something else is not known that matters */
	size_t depth;	     /* bytes that led on, where the query wants them counted */
	struct buf *heard;   /* takes what is fed, instead of any automaton; or NULL */
	/* What a state decides in the end. */
	struct aac_perms (*perms)(struct asking *ask, uint32_t state);
};

void ask_at(struct asking *ask, uint32_t state);
void ask_bytes(struct asking *ask, const void *bytes, size_t len);
void ask_byte(struct asking *ask, unsigned int byte);
void ask_nul(struct asking *ask);
/* Most significant byte first. */
void ask_u16(struct asking *ask, uint32_t number);
/* One of the bytes FIRST to LAST: WHAT is not known. */
void ask_any_byte(struct asking *ask, unsigned int first, unsigned int last,
		  const char *what);
/* Some text, of at least one byte; it begins with FIRST unless that is 0. */
void ask_any(struct asking *ask, uint8_t first, const char *what);
/* TEXT, or some text when it is NULL. */
void ask_text(struct asking *ask, const char *text, uint8_t first, const char *what);
/* The same of 16 bits; AAC_QUERY_ANY is not known. */
void ask_number(struct asking *ask, uint32_t number, const char *what);
/* Of a socket: "@NAME", "none" or a path. */
void ask_address(struct asking *ask, const char *address, const char *what);

/* ---- query_judge.c ----------------------------------------------------------------- */

struct aac_perms ask_perms_policy(struct asking *ask, uint32_t state);
/* Is REQUEST granted where the access has led to? */
struct aac_decision ask_judge(struct asking *ask, uint32_t request);
/* Nobody asks the policy, so it is allowed. */
struct aac_decision ask_unmediated(const struct asking *ask);

/* ---- query_file.c ------------------------------------------------------------------ */

struct aac_decision ask_file(struct asking *ask);
struct aac_decision ask_link(struct asking *ask);
struct aac_decision ask_change_profile(struct asking *ask);
struct aac_decision ask_change_onexec(struct asking *ask);
