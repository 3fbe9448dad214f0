/*
 * Compiled policy, for the property tests:
 *
 *     policy_tool read FILE…     ->  a line for each profile: its name and classes
 *     policy_tool ask FILE       ->  for lines PROFILE<TAB>HEX on stdin, what the state
 *                                    behind the bytes allows, denies, audits, keeps quiet
 *     policy_tool ask-lock FILE  ->  the same as Linux 6.12 tells it: classes other than
 *                                    files have a bit more, which they do not use
 *     policy_tool wander FILE N  ->  N such lines, of ways through the automatons
 *     policy_tool calls FILE     ->  for recorded system calls on stdin, their parts with
 *                                    '|' between: allowed, denied or depends
 *
 *     policy_tool harm FILE      ->  how many of its beginnings, and of its copies with
 * one byte changed, are read and refused
 *
 * Exit 0: read.  2: no compiled policy.
 */
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/buf.h"
#include "core/blob.h"
#include "core/context.h"
#include "core/diag.h"
#include "core/query.h"
#include "support/policy_file.h"

static int print_profiles(struct arena *arena, char **paths)
{
	for (; *paths; paths++) {
		const struct aac_blob *blob = policy_file_read(arena, *paths);

		if (!blob)
			return 2;
		for (; blob; blob = blob->next) {
			printf("%s", blob->name);
			for (unsigned int class = 0; class < 64; class ++)
				if (aac_policydb_class(&blob->policy,
						       (enum aac_class) class))
					printf(" %u", class);
			putchar('\n');
		}
	}
	return 0;
}

/* The bytes of a query: its class first.  UNUSED: bits that each live state has, too. */
static struct aac_perms ask(const struct aac_blob *blob, const uint8_t *bytes, size_t len,
			    uint32_t unused)
{
	const struct aac_policydb *db = &blob->policy;
	bool file = bytes[0] == AAC_CLASS_FILE;
	struct aac_perms perms;
	uint32_t state;

	if (file) {
		db = &blob->file;
		state = aac_dfa_run(db->dfa, db->file_start, bytes + 1, len - 1);
		/* Asked so, the kernel does not add what it always grants. */
		return state ? aac_policydb_file_perms(db, state, true)
			     : (struct aac_perms){ 0 };
	}
	state = aac_dfa_run(db->dfa, db->start, bytes, 1);
	/* The kernel's own way of saying that a class is not mediated. */
	if (state == AAC_DFA_DEAD)
		return (struct aac_perms){ .allow = UINT32_MAX, .quiet = UINT32_MAX };
	state = aac_dfa_run(db->dfa, state, bytes + 1, len - 1);
	perms = aac_policydb_perms(db, state);
	if (state != AAC_DFA_DEAD)
		perms.allow |= unused;
	return perms;
}

/* The kernel's own way of saying that nothing is asked. */
static bool is_unmediated(const struct aac_perms *perms)
{
	return perms->allow == UINT32_MAX;
}

static void print_answer(const struct aac_blob *blob, struct aac_perms perms)
{
	if (blob->audit_all && !is_unmediated(&perms)) {
		perms.audit = UINT32_MAX;
		perms.quiet = 0;
	}
	/* The kernel tells no more of the logging than can happen. */
	printf("%08x 00000000 %08x %08x\n", perms.allow, perms.audit & perms.allow,
	       is_unmediated(&perms) ? perms.quiet : perms.quiet & ~perms.allow);
}

static int answer(struct arena *arena, const char *path, uint32_t unused)
{
	const struct aac_blob *all = policy_file_read(arena, path), *blob;
	char *line = NULL;
	size_t cap = 0;

	if (!all)
		return 2;
	while (getline(&line, &cap, stdin) > 0) {
		char *hex = strchr(line, '\t');
		CLEANUP_BUF bytes = { 0 };
		unsigned int byte;
		struct aac_perms perms;

		if (!hex)
			continue;
		*hex++ = '\0';
		for (; sscanf(hex, "%2x", &byte) == 1; hex += 2)
			buf_putc(&bytes, (char)byte);
		blob = policy_file_find(all, line);
		if (!blob || !bytes.len) {
			printf("%s\tno such profile\n", line);
			continue;
		}
		perms = ask(blob, (const uint8_t *)bytes.data, bytes.len, unused);
		print_answer(blob, perms);
	}
	free(line);
	return 0;
}

/* ---- asking about ------------------------------------------------------------------
 */

static uint32_t chance(uint64_t *seed, uint32_t below)
{
	*seed = *seed * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
	return (uint32_t)(*seed >> 33) % below;
}

/* A byte that leads on from STATE if a few guesses find one; a path's bytes mostly. */
static uint8_t guess(const struct aac_dfa *dfa, uint32_t state, uint64_t *seed)
{
	static const char usual[] = "/abcdefghijklmnopqrstuvwxyz0123456789.-_";
	uint8_t byte = 0;

	for (int i = 0; i < 40; i++) {
		byte = (uint8_t)(chance(seed, 3) ? usual[chance(seed, sizeof(usual))]
						 : (char)chance(seed, 256));
		if (aac_dfa_step(dfa, state, byte) != AAC_DFA_DEAD)
			break;
	}
	return byte;
}

static void wander_one(const struct aac_blob *blob, uint64_t *seed)
{
	static const uint8_t classes[] = { 2,  2,  2,  2, 7, 7,	 7,  7,	 10, 10, 14,
					   14, 16, 16, 9, 4, 15, 17, 18, 21, 22, 32 };
	uint8_t class = classes[chance(seed, sizeof(classes))];
	const struct aac_policydb *db = class == 2 ? &blob->file : &blob->policy;
	uint32_t len = chance(seed, 48), state;

	printf("%s\t%02x", blob->name, class);
	state = class == 2 ? db->file_start : aac_policydb_class(db, class);
	for (uint32_t i = 0; i < len; i++) {
		/* Now and then a byte that is nothing but chance. */
		uint8_t byte = chance(seed, 60) ? guess(db->dfa, state, seed)
						: (uint8_t)chance(seed, 256);

		printf("%02x", byte);
		state = aac_dfa_step(db->dfa, state, byte);
	}
	putchar('\n');
}

static int wander(struct arena *arena, const char *path, const char *count)
{
	const struct aac_blob *all = policy_file_read(arena, path), *blob = all;
	uint64_t seed = 1;

	if (!all)
		return 2;
	for (unsigned long left = strtoul(count, NULL, 10); left; left--) {
		if (blob->policy.dfa && blob->file.dfa)
			wander_one(blob, &seed);
		blob = blob->next ? blob->next : all;
	}
	return 0;
}

/* ---- recorded calls -----------------------------------------------------------------
 */

enum { PROFILE, CALL, SOURCE, PATH, TYPE, FLAGS, DATA, CALL_PARTS };

/* The path as the kernel has it: that of a folder ends in a slash. */
static const char *find_path(struct arena *arena, const char *path)
{
	static const char *const folders[] = { "/mnt/a", "/mnt/b", "/src", "/src/x" };

	for (size_t i = 0; i < sizeof(folders) / sizeof(*folders); i++)
		if (strcmp(path, folders[i]) == 0)
			return arena_printf(arena, "%s/", path);
	return path;
}

static uint32_t open_request(unsigned long flags)
{
	static const uint32_t modes[] = { AAC_ACCESS_READ, AAC_ACCESS_WRITE,
					  AAC_ACCESS_READ | AAC_ACCESS_WRITE, 0 };

	return modes[flags & 3] | (flags & 0100 ? AAC_ACCESS_CREATE : 0);
}

static bool read_call(struct arena *arena, char *const *parts, struct aac_query *query)
{
	unsigned long flags = strtoul(parts[FLAGS], NULL, 10);

	*query = (struct aac_query){
		.name = find_path(arena, parts[PATH]),
		.other = find_path(arena, parts[SOURCE]),
	};
	if (strcmp(parts[CALL], "mount") == 0) {
		query->type = AAC_QUERY_MOUNT;
		query->fstype = parts[TYPE];
		query->flags = (uint32_t)flags;
		query->data = *parts[DATA] ? parts[DATA] : NULL;
	} else if (strcmp(parts[CALL], "umount") == 0) {
		query->type = AAC_QUERY_UMOUNT;
	} else if (strcmp(parts[CALL], "pivot") == 0) {
		query->type = AAC_QUERY_PIVOT_ROOT;
	} else if (strcmp(parts[CALL], "open") == 0) {
		query->type = AAC_QUERY_FILE;
		/* All belonged to the process but this one. */
		query->owner = strcmp(parts[PATH], "/src/f2") != 0;
		query->request = open_request(flags);
	} else if (strcmp(parts[CALL], "link") == 0) {
		query->type = AAC_QUERY_LINK;
		query->owner = true;
		query->other = parts[SOURCE];
	} else if (strcmp(parts[CALL], "socket") == 0) {
		query->type = AAC_QUERY_NETWORK;
		query->number = (uint32_t)strtoul(parts[SOURCE], NULL, 10);
		query->socket_type = (uint32_t)strtoul(parts[PATH], NULL, 10);
		query->request = AAC_ACCESS_CREATE;
	} else {
		return false;
	}
	return true;
}

static bool split_call(char *line, char **parts)
{
	char *rest = line;

	line[strcspn(line, "\n")] = '\0';
	for (int i = 0; i < CALL_PARTS; i++)
		if (!(parts[i] = strsep(&rest, "|")))
			return false;
	return !rest;
}

static int decide_calls(struct arena *arena, const char *path)
{
	static const char *const outcomes[] = { "allowed", "denied", "depends" };
	const struct aac_blob *all = policy_file_read(arena, path);
	char *line = NULL, *parts[CALL_PARTS];
	size_t cap = 0;
	bool fine = all;

	while (fine && getline(&line, &cap, stdin) > 0) {
		struct aac_query query;
		const struct aac_blob *blob;

		fine = split_call(line, parts) && read_call(arena, parts, &query) &&
		       (blob = policy_file_find(all, parts[PROFILE]));
		if (fine)
			puts(outcomes[aac_decide(arena, blob, &query).outcome]);
	}
	free(line);
	return fine ? 0 : 2;
}

/* ---- harming -------------------------------------------------------------------------
 */

/* Each from memory of just its size, for sanitizers to see what is read beyond it. */
static bool is_read(struct arena *arena, const uint8_t *bytes, size_t size)
{
	struct aac_diags diags;
	struct aac_context ctx = { .arena = arena, .diags = &diags };
	uint8_t *copy = malloc(size + !size);
	bool fine;

	if (!copy)
		abort();
	memcpy(copy, bytes, size);
	aac_diags_init(&diags, arena);
	fine = aac_blob_read(&ctx, "harmed", copy, size);
	if (fine == (diags.errors > 0))
		abort();
	free(copy);
	arena_reset(arena);
	return fine;
}

static int harm(struct arena *arena, const char *path)
{
	static const uint8_t changes[] = { 0x01, 0x80, 0xff };
	size_t begun = 0, changed = 0, refused = 0;
	CLEANUP_BUF bytes = { 0 };

	if (!policy_file_bytes(path, &bytes))
		return 2;
	for (size_t len = 0; len < bytes.len; len++)
		begun += is_read(arena, (uint8_t *)bytes.data, len);
	for (size_t at = 0; at < bytes.len; at++)
		for (size_t i = 0; i < sizeof(changes); i++) {
			bytes.data[at] = (char)(bytes.data[at] ^ changes[i]);
			if (is_read(arena, (uint8_t *)bytes.data, bytes.len))
				changed++;
			else
				refused++;
			bytes.data[at] = (char)(bytes.data[at] ^ changes[i]);
		}
	printf("%zu beginnings read, %zu changes read, %zu refused\n", begun, changed,
	       refused);
	return 0;
}

static int run(struct arena *arena, int argc, char **argv)
{
	if (argc > 2 && strcmp(argv[1], "read") == 0)
		return print_profiles(arena, argv + 2);
	if (argc == 3 && strcmp(argv[1], "ask") == 0)
		return answer(arena, argv[2], 0);
	if (argc == 3 && strcmp(argv[1], "ask-lock") == 0)
		return answer(arena, argv[2], AAC_ACCESS_LOCK);
	if (argc == 3 && strcmp(argv[1], "calls") == 0)
		return decide_calls(arena, argv[2]);
	if (argc == 4 && strcmp(argv[1], "wander") == 0)
		return wander(arena, argv[2], argv[3]);
	if (argc == 3 && strcmp(argv[1], "harm") == 0)
		return harm(arena, argv[2]);
	fprintf(stderr,
		"usage: policy_tool read FILE… | ask[-lock] FILE | wander FILE N | "
		"calls FILE | harm FILE\n");
	return 2;
}

int main(int argc, char **argv)
{
	struct arena *arena = arena_new();
	int result = run(arena, argc, argv);

	arena_free(arena);
	return result;
}
