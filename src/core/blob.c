/*
 * Reads the elements of compiled profiles in the one order in which they may stand.  What
 * the later stages index with is checked here: permissions that a state names are in the
 * table, targets that an exec names among the targets.
 */
#include "core/blob.h"

#include <string.h>

#include "base/arena.h"
#include "base/macro.h"
#include "core/blob_cursor.h"
#include "core/blob_targets.h"
#include "core/context.h"
#include "core/diag.h"

#define ABI_MIN 5u
#define ABI_MAX 9u
#define MODE_MAX AAC_MODE_PROMPT
#define FLAG_HAT 1u
#define PERMS_WORDS 14u
#define PATH_FLAGS_DEFAULT 0x10000u

struct reading {
	struct arena *arena;
	struct aac_cursor cursor;
	bool versioned; /* a version has been read */
	uint32_t version;
};

static bool fail(struct reading *reading, const char *why)
{
	return aac_cursor_fail(&reading->cursor, why);
}

static bool take_u32(struct reading *reading, uint32_t *value, const char *why)
{
	return aac_cursor_u32(&reading->cursor, NULL, value) || fail(reading, why);
}

static bool begin(struct reading *reading, const char *name)
{
	return aac_cursor_mark(&reading->cursor, AAC_ELEMENT_STRUCT, name);
}

static bool end(struct reading *reading, const char *why)
{
	return aac_cursor_mark(&reading->cursor, AAC_ELEMENT_STRUCT_END, NULL) ||
	       fail(reading, why);
}

/* A string without NULs; NULL when none stands next. */
static const char *take_string(struct reading *reading, const char *name)
{
	const char *text;
	size_t len;

	if (!aac_cursor_string(&reading->cursor, name, &text, &len))
		return NULL;
	if (strlen(text) != len) {
		fail(reading, "a string holds a NUL");
		return NULL;
	}
	return arena_strndup(reading->arena, text, len);
}

/* ---- automatons ------------------------------------------------------------------ */

/* Of the words of an entry those that decide: allow less deny, audit, quiet, exec. */
static bool take_perms(struct reading *reading, struct aac_perms *perms)
{
	uint32_t words[PERMS_WORDS];

	for (size_t i = 0; i < PERMS_WORDS; i++)
		if (!take_u32(reading, &words[i], "a permission is cut off"))
			return false;
	*perms = (struct aac_perms){
		.allow = words[1] & ~words[2],
		.audit = words[8],
		.quiet = words[9],
		.exec = words[11],
	};
	return true;
}

static bool take_table(struct reading *reading, struct aac_policydb *db)
{
	struct aac_perms *table;
	uint32_t version = 0;
	uint16_t count = 0;

	if (!begin(reading, "perms"))
		return !reading->cursor.why;
	if (!aac_cursor_u32(&reading->cursor, "version", &version) || version != 1)
		return fail(reading, "the permissions are of no known version");
	if (!aac_cursor_array(&reading->cursor, NULL, &count) || count == 0)
		return fail(reading, "the permissions are no list");
	table = ARENA_ARRAY(reading->arena, struct aac_perms, count);
	for (uint16_t i = 0; i < count; i++)
		if (!take_perms(reading, &table[i]))
			return false;
	if (!aac_cursor_mark(&reading->cursor, AAC_ELEMENT_ARRAY_END, NULL))
		return fail(reading, "the permissions do not end");
	db->table = table;
	db->table_count = count;
	db->table_version = 2;
	return end(reading, "the permissions do not end");
}

/* A target of a namespace has a NUL where its second colon was. */
static const char *take_target(struct reading *reading)
{
	const char *text;
	char *copy;
	size_t len, colon;

	if (!aac_cursor_string(&reading->cursor, NULL, &text, &len))
		return NULL;
	copy = arena_strndup(reading->arena, text, len);
	colon = strlen(copy);
	if (colon < len && *copy == ':')
		copy[colon] = ':';
	return strlen(copy) == len ? copy : NULL;
}

static bool take_targets(struct reading *reading, struct aac_policydb *db)
{
	const char **targets;
	uint16_t count = 0;

	if (!begin(reading, "xtable"))
		return !reading->cursor.why;
	if (!aac_cursor_array(&reading->cursor, NULL, &count))
		return fail(reading, "the targets of exec are no list");
	targets = ARENA_ARRAY(reading->arena, const char *, count);
	for (uint16_t i = 0; i < count; i++) {
		targets[i] = take_target(reading);
		if (!targets[i])
			return fail(reading, "a target of exec is no string");
	}
	if (!aac_cursor_mark(&reading->cursor, AAC_ELEMENT_ARRAY_END, NULL))
		return fail(reading, "the targets of exec do not end");
	db->targets = targets;
	db->target_count = count;
	return end(reading, "the targets of exec do not end");
}

static bool take_start(struct reading *reading, const char *name, uint32_t *start)
{
	*start = 1;
	return aac_cursor_u32(&reading->cursor, name, start) || !reading->cursor.why;
}

static bool skip_zeros(const uint8_t **bytes, size_t *size)
{
	for (int i = 0; i < 7 && *size > 0 && **bytes == 0; i++) {
		++*bytes;
		--*size;
	}
	return *size > 0;
}

static bool take_dfa(struct reading *reading, struct aac_policydb *db)
{
	const uint8_t *bytes;
	const char *why;
	size_t size, offset;

	if (!aac_cursor_blob(&reading->cursor, "aadfa", &bytes, &size))
		return !reading->cursor.why;
	if (!skip_zeros(&bytes, &size))
		return fail(reading, "the automaton is empty");
	db->dfa = aac_dfa_read(reading->arena, bytes, size, &why, &offset);
	if (!db->dfa)
		return aac_cursor_fail_at(
			&reading->cursor,
			(size_t)(bytes - reading->cursor.bytes) + offset, why);
	return true;
}

/* What the states name is there.  PAIRS: an owner's entry has another's behind it. */
static bool check_table(struct reading *reading, const struct aac_policydb *db,
			bool pairs)
{
	for (uint32_t i = 0; db->table && i < db->dfa->state_count; i++)
		if (db->dfa->accept[i] >= db->table_count - (pairs ? 1 : 0))
			return fail(reading,
				    "a state names a permission that is not there");
	return true;
}

/* True with no automaton, when none stands next. */
static bool take_policydb(struct reading *reading, struct aac_policydb *db, uint32_t abi)
{
	uint32_t version;

	db->abi = abi;
	if (!take_table(reading, db))
		return false;
	if (aac_cursor_u32(&reading->cursor, "permsv", &version)) {
		if (!db->table || version < 1 || version > 3)
			return fail(reading, "the permissions are of no known version");
		db->table_version = version;
	}
	if (!take_dfa(reading, db))
		return false;
	if (!db->dfa)
		return !db->table || fail(reading, "permissions stand without automaton");
	if (!take_start(reading, "start", &db->start) ||
	    !take_start(reading, "dfa_start", &db->file_start))
		return false;
	if (db->start >= db->dfa->state_count || db->file_start >= db->dfa->state_count)
		return fail(reading, "the first state is not there");
	return take_targets(reading, db);
}

/* ---- a profile ------------------------------------------------------------------- */

static bool take_attachment(struct reading *reading, struct aac_blob *blob)
{
	uint32_t len;

	take_string(reading, "rename");
	blob->attachment = take_string(reading, "attach");
	if (!take_policydb(reading, &blob->attach, blob->abi))
		return false;
	if (!blob->attach.dfa)
		return true;
	return take_u32(reading, &len, "an attachment has no length") &&
	       check_table(reading, &blob->attach, false);
}

static bool take_flags(struct reading *reading, struct aac_blob *blob)
{
	uint32_t bits, mode, audit;

	if (!begin(reading, "flags"))
		return fail(reading, "the profile has no flags");
	if (!take_u32(reading, &bits, "the profile's flags are cut off") ||
	    !take_u32(reading, &mode, "the profile's mode is missing") ||
	    !take_u32(reading, &audit, "the profile's auditing is missing"))
		return false;
	if (mode > MODE_MAX)
		return fail(reading, "the profile's mode is not known");
	blob->hat = bits & FLAG_HAT;
	blob->mode =
		blob->force_complain ? AAC_MODE_COMPLAIN : (enum aac_profile_mode)mode;
	blob->audit_all = audit != 0;
	return end(reading, "the profile's flags do not end");
}

/* Allowed, audited, quiet, and one that is not used. */
static bool take_caps(struct reading *reading, struct aac_capability_set *caps, int shift)
{
	uint32_t allow, audit, quiet, unused;

	if (!take_u32(reading, &allow, "the capabilities are cut off") ||
	    !take_u32(reading, &audit, "the capabilities are cut off") ||
	    !take_u32(reading, &quiet, "the capabilities are cut off") ||
	    !take_u32(reading, &unused, "the capabilities are cut off"))
		return false;
	caps->allow |= (uint64_t)allow << shift;
	caps->audit |= (uint64_t)audit << shift;
	caps->quiet |= (uint64_t)quiet << shift;
	return true;
}

static bool take_all_caps(struct reading *reading, struct aac_blob *blob)
{
	uint32_t unused;

	if (!take_caps(reading, &blob->caps, 0))
		return false;
	if (begin(reading, "caps64") && (!take_caps(reading, &blob->caps, 32) ||
					 !end(reading, "the capabilities do not end")))
		return false;
	if (begin(reading, "capsx") &&
	    (!take_u32(reading, &unused, "the capabilities are cut off") ||
	     !take_u32(reading, &unused, "the capabilities are cut off") ||
	     !end(reading, "the capabilities do not end")))
		return false;
	return !reading->cursor.why;
}

static bool skip_strings(struct reading *reading, const char *name)
{
	const char *text;
	uint16_t count;
	size_t len;

	if (!aac_cursor_array(&reading->cursor, name, &count))
		return !reading->cursor.why;
	for (uint16_t i = 0; i < count; i++)
		if (!aac_cursor_string(&reading->cursor, NULL, &text, &len))
			return fail(reading, "a list of strings is cut off");
	return aac_cursor_mark(&reading->cursor, AAC_ELEMENT_ARRAY_END, NULL) ||
	       fail(reading, "a list of strings does not end");
}

static bool skip_xattrs(struct reading *reading)
{
	if (!begin(reading, "xattrs"))
		return !reading->cursor.why;
	return skip_strings(reading, NULL) &&
	       end(reading, "the extended attributes do not end");
}

static bool take_limits(struct reading *reading, struct aac_blob *blob)
{
	uint16_t count;

	if (!begin(reading, "rlimits"))
		return !reading->cursor.why;
	if (!take_u32(reading, &blob->limit_mask, "the limits are cut off"))
		return false;
	if (!aac_cursor_array(&reading->cursor, NULL, &count) || count > AAC_LIMITS)
		return fail(reading, "the limits are no list that is known");
	for (uint16_t i = 0; i < count; i++)
		if (!aac_cursor_u64(&reading->cursor, NULL, &blob->limits[i]))
			return fail(reading, "a limit is cut off");
	if (blob->limit_mask >> count)
		return fail(reading, "a limit is set that is not there");
	if (!aac_cursor_mark(&reading->cursor, AAC_ELEMENT_ARRAY_END, NULL))
		return fail(reading, "the limits do not end");
	return end(reading, "the limits do not end");
}

static bool skip_secmarks(struct reading *reading)
{
	const char *label;
	uint16_t count;
	uint8_t flag;
	size_t len;

	if (!begin(reading, "secmark"))
		return !reading->cursor.why;
	if (!aac_cursor_array(&reading->cursor, NULL, &count))
		return fail(reading, "the security marks are no list");
	for (uint16_t i = 0; i < count; i++)
		if (!aac_cursor_u8(&reading->cursor, NULL, &flag) ||
		    !aac_cursor_u8(&reading->cursor, NULL, &flag) ||
		    !aac_cursor_string(&reading->cursor, NULL, &label, &len))
			return fail(reading, "a security mark is cut off");
	if (!aac_cursor_mark(&reading->cursor, AAC_ELEMENT_ARRAY_END, NULL))
		return fail(reading, "the security marks do not end");
	return end(reading, "the security marks do not end");
}

static bool take_families(struct reading *reading, struct aac_blob *blob)
{
	struct aac_family_set *families;
	uint16_t count;

	if (!aac_cursor_array(&reading->cursor, "net_allowed_af", &count))
		return !reading->cursor.why;
	families = ARENA_ARRAY(reading->arena, struct aac_family_set, count);
	for (uint16_t i = 0; i < count; i++)
		if (!aac_cursor_u16(&reading->cursor, NULL, &families[i].allow) ||
		    !aac_cursor_u16(&reading->cursor, NULL, &families[i].audit) ||
		    !aac_cursor_u16(&reading->cursor, NULL, &families[i].quiet))
			return fail(reading, "a family of sockets is cut off");
	blob->families = families;
	blob->family_count = count;
	return aac_cursor_mark(&reading->cursor, AAC_ELEMENT_ARRAY_END, NULL) ||
	       fail(reading, "the families of sockets do not end");
}

static bool take_policy(struct reading *reading, struct aac_blob *blob)
{
	if (!begin(reading, "policydb"))
		return !reading->cursor.why;
	if (!take_policydb(reading, &blob->policy, blob->abi))
		return false;
	if (!blob->policy.dfa)
		return fail(reading, "the policy has no automaton");
	return check_table(reading, &blob->policy, false) &&
	       end(reading, "the policy does not end");
}

/* Without an automaton of its own a file's class is one of the policy's; targets may be
 * there all the same, of pivot_root. */
static bool take_file(struct reading *reading, struct aac_blob *blob)
{
	struct aac_policydb *file = &blob->file;

	if (!take_policydb(reading, file, blob->abi))
		return false;
	if (!file->dfa && !take_targets(reading, file))
		return false;
	if (!file->dfa && blob->policy.dfa) {
		const struct aac_policydb own = *file;

		*file = blob->policy;
		file->file_start = aac_policydb_class(&blob->policy, AAC_CLASS_FILE);
		if (own.targets) {
			file->targets = own.targets;
			file->target_count = own.target_count;
		}
	}
	if (!file->dfa)
		return true;
	return check_table(reading, file, file->table_version < 3) &&
	       (aac_blob_targets_hold(reading->arena, file,
				      file->dfa != blob->policy.dfa) ||
		fail(reading, "an exec names a target that is not there"));
}

static bool skip_data(struct reading *reading)
{
	const uint8_t *bytes;
	size_t size;

	if (!begin(reading, "data"))
		return !reading->cursor.why;
	while (take_string(reading, NULL))
		if (!aac_cursor_blob(&reading->cursor, NULL, &bytes, &size))
			return fail(reading, "a key of the data has no value");
	return end(reading, "the data does not end");
}

static bool take_body(struct reading *reading, struct aac_blob *blob)
{
	uint32_t unused;

	take_string(reading, "disconnected");
	take_string(reading, "disconnected_ipc");
	aac_cursor_u32(&reading->cursor, "kill", &unused);
	aac_cursor_u32(&reading->cursor, "error", &unused);
	if (!take_flags(reading, blob))
		return false;
	blob->path_flags = PATH_FLAGS_DEFAULT;
	aac_cursor_u32(&reading->cursor, "path_flags", &blob->path_flags);
	return take_all_caps(reading, blob) && skip_strings(reading, "identity") &&
	       skip_xattrs(reading) && take_limits(reading, blob) &&
	       skip_secmarks(reading) && take_families(reading, blob) &&
	       take_policy(reading, blob) && take_file(reading, blob) &&
	       skip_data(reading);
}

static bool take_version(struct reading *reading)
{
	if (!aac_cursor_u32(&reading->cursor, "version", &reading->version))
		return reading->versioned ||
		       fail(reading, "no compiled policy begins here");
	reading->versioned = true;
	if ((reading->version & 0x3ff) < ABI_MIN || (reading->version & 0x3ff) > ABI_MAX)
		return fail(reading, "the version of the policy's form is not known");
	return true;
}

static bool take_profile(struct reading *reading, struct aac_blob *blob)
{
	if (!take_version(reading))
		return false;
	blob->abi = reading->version & 0x3ff;
	blob->force_complain = reading->version >> 11 & 1;
	blob->parser_abi = reading->version >> 12 & 0xff;
	blob->policy_version = reading->version >> 20 & 0xff;
	blob->version = reading->version;
	blob->space = take_string(reading, "namespace");
	blob->begin = reading->cursor.at;
	if (!begin(reading, "profile"))
		return fail(reading, "no profile stands here");
	blob->name = take_string(reading, NULL);
	if (!blob->name)
		return fail(reading, "the profile has no name");
	if (!take_attachment(reading, blob) || !take_body(reading, blob) ||
	    !end(reading, "an element is not known, or stands where it must not"))
		return false;
	blob->end = reading->cursor.at;
	return true;
}

const struct aac_blob *aac_blob_read(struct aac_context *ctx, const char *name,
				     const uint8_t *bytes, size_t size)
{
	struct reading reading = { .arena = ctx->arena,
				   .cursor = { .bytes = bytes, .size = size } };
	struct {
		struct aac_blob *head, *last;
	} list = { NULL, NULL };

	do {
		struct aac_blob *blob = ARENA_NEW(ctx->arena, struct aac_blob);

		if (!take_profile(&reading, blob))
			break;
		LIST_APPEND(&list, blob);
	} while (reading.cursor.at < size);
	if (!reading.cursor.why)
		return list.head;
	aac_hint(ctx->diags,
		 aac_report(ctx->diags, AAC_ERROR, "policy-format",
			    (struct aac_span){ 0 }, "%s: byte %zu: %s", name,
			    reading.cursor.why_at, reading.cursor.why),
		 "give the output of apparmor_parser --skip-kernel-load --stdout");
	return NULL;
}
