/*
 * From what a state accepts to permissions.  Up to kernel ABI 8 they are packed into the
 * two accept words, otherwise for files than for the other classes; newer policy has a
 * table of them.  The kernel grants getattr on every path, and so do we.
 */
#include "core/blob.h"

#include "base/macro.h"

uint32_t aac_policydb_class(const struct aac_policydb *db, enum aac_class class)
{
	if (!db->dfa)
		return AAC_DFA_DEAD;
	return aac_dfa_step(db->dfa, db->start, (uint8_t) class);
}

static uint32_t accept2_of(const struct aac_dfa *dfa, uint32_t state)
{
	return dfa->accept2 ? dfa->accept2[state] : 0;
}

/* ---- other classes ------------------------------------------------------------------
 */

static uint32_t unpack_policy(uint32_t low, uint32_t high)
{
	return (low & 0x7f) | (high & 0x03) << 8 | (high & 0x1c) << 18 |
	       (high & 0x60) << 19;
}

struct aac_perms aac_policydb_perms(const struct aac_policydb *db, uint32_t state)
{
	uint32_t accept, accept2;

	if (!db->dfa || state == AAC_DFA_DEAD)
		return (struct aac_perms){ 0 };
	accept = db->dfa->accept[state];
	if (db->table)
		return db->table[accept];
	accept2 = accept2_of(db->dfa, state);
	return (struct aac_perms){
		.allow = unpack_policy(accept, accept >> 14),
		.audit = unpack_policy(accept2, accept2 >> 14),
		.quiet = unpack_policy(accept2 >> 7, accept2 >> 21),
	};
}

/* ---- files --------------------------------------------------------------------------
 */

/* One of the two groups, or its part of the audit word. */
static uint32_t unpack_file(uint32_t group)
{
	uint32_t perms = group & 0xf;

	if (group & AAC_ACCESS_READ)
		perms |= AAC_ACCESS_GETATTR | AAC_ACCESS_OPEN;
	if (group & AAC_ACCESS_WRITE)
		perms |= AAC_ACCESS_SETATTR | AAC_ACCESS_CREATE | AAC_ACCESS_DELETE |
			 AAC_ACCESS_CHMOD | AAC_ACCESS_CHOWN | AAC_ACCESS_OPEN;
	if (group & 1u << 4)
		perms |= AAC_ACCESS_LINK;
	if (group & 1u << 5)
		perms |= AAC_ACCESS_LOCK;
	if (group & 1u << 6)
		perms |= AAC_ACCESS_MMAP;
	return perms;
}

static uint32_t unpack_exec(uint32_t group)
{
	static const uint32_t fixed[] = {
		0,
		AAC_EXEC_UNCONFINED,
		AAC_EXEC_BY_NAME,
		AAC_EXEC_BY_NAME | AAC_EXEC_CHILD,
	};
	uint32_t index = group >> 10 & 0xf, exec;

	exec = index < ARRAY_SIZE(fixed)
		       ? fixed[index]
		       : AAC_EXEC_TABLE | (index - (uint32_t)ARRAY_SIZE(fixed));
	if (group & 1u << 7)
		exec |= AAC_EXEC_UNCONFINED;
	if (group & 1u << 8)
		exec |= AAC_EXEC_UNSAFE;
	if (group & 1u << 9)
		exec |= AAC_EXEC_INHERIT;
	return exec;
}

static struct aac_perms unpack_packed(const struct aac_dfa *dfa, uint32_t state,
				      bool owner)
{
	uint32_t accept = dfa->accept[state], accept2 = accept2_of(dfa, state);
	uint32_t group = accept >> (owner ? 0 : 14);
	uint32_t logging = accept2 >> (owner ? 0 : 14);
	struct aac_perms perms = {
		.allow = unpack_file(group),
		.audit = unpack_file(logging & 0x7f),
		.quiet = unpack_file(logging >> 7 & 0x7f),
		.exec = unpack_exec(group),
	};

	if (accept & 1u << 30)
		perms.allow |= AAC_ACCESS_ONEXEC;
	if (accept & 1u << 31)
		perms.allow |= AAC_ACCESS_CHANGE_PROFILE;
	return perms;
}

struct aac_perms aac_policydb_file_perms(const struct aac_policydb *db, uint32_t state,
					 bool owner)
{
	struct aac_perms perms = { 0 };
	uint32_t accept;

	if (!db->dfa || state == AAC_DFA_DEAD) {
		perms.allow = AAC_ACCESS_GETATTR;
		return perms;
	}
	accept = db->dfa->accept[state];
	if (!db->table) {
		perms = unpack_packed(db->dfa, state, owner);
	} else {
		bool pair = db->table_version < 3 || accept2_of(db->dfa, state) & 1;

		perms = db->table[accept + (pair && !owner)];
	}
	perms.allow |= AAC_ACCESS_GETATTR;
	return perms;
}
