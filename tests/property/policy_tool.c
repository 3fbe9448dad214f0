/*
 * Compiled policy, for the property tests:
 *
 *     policy_tool read FILE…     ->  a line for each profile: its name and classes
 *     policy_tool ask FILE       ->  for lines PROFILE<TAB>HEX on stdin, what the state
 *                                    behind the bytes allows, denies, audits, keeps quiet
 *     policy_tool calls FILE     ->  for recorded system calls on stdin, their parts with
 *                                    '|' between: allowed, denied or depends
 *
 *     policy_tool beyond A B     ->  what each profile of A allows beyond its namesake in
 * B: PROFILE<TAB>CLASS<TAB>WHAT<TAB>PERMISSIONS<TAB>ACCESS
 *
 *     policy_tool harm FILE      ->  how many of its beginnings, and of its copies with
 * one byte changed, are read and refused
 *
 * Exit 0: read; beyond: nothing is.  1: something is beyond.  2: no compiled policy.
 */
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/buf.h"
#include "core/beyond.h"
#include "core/blob.h"
#include "core/context.h"
#include "core/diag.h"
#include "core/query.h"

static bool read_bytes(const char *path, struct buf *out)
{
	FILE *file = fopen(path, "rb");
	char bytes[65536];
	size_t len;

	if (!file)
		return false;
	while ((len = fread(bytes, 1, sizeof(bytes), file)) > 0)
		buf_putn(out, bytes, len);
	return fclose(file) == 0;
}

/* NULL after telling why. */
static const struct aac_blob *read_policy(struct arena *arena, const char *path)
{
	struct aac_diags diags;
	struct aac_context ctx = { .arena = arena, .diags = &diags };
	const struct aac_blob *blob;
	CLEANUP_BUF bytes = { 0 };

	aac_diags_init(&diags, arena);
	if (!read_bytes(path, &bytes)) {
		fprintf(stderr, "%s: cannot be read\n", path);
		return NULL;
	}
	blob = aac_blob_read(&ctx, path, (const uint8_t *)buf_str(&bytes), bytes.len);
	if (!blob)
		fprintf(stderr, "%s\n", diags.head->message);
	return blob;
}

static const struct aac_blob *find_profile(const struct aac_blob *blob, const char *name)
{
	while (blob && strcmp(blob->name, name) != 0)
		blob = blob->next;
	return blob;
}

static int print_profiles(struct arena *arena, char **paths)
{
	for (; *paths; paths++) {
		const struct aac_blob *blob = read_policy(arena, *paths);

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

/* The bytes of a query: its class first. */
static struct aac_perms ask(const struct aac_blob *blob, const uint8_t *bytes, size_t len)
{
	const struct aac_policydb *db = &blob->policy;
	bool file = bytes[0] == AAC_CLASS_FILE;
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
	return aac_policydb_perms(db, state);
}

static int answer(struct arena *arena, const char *path)
{
	const struct aac_blob *all = read_policy(arena, path), *blob;
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
		blob = find_profile(all, line);
		if (!blob || !bytes.len) {
			printf("%s\tno such profile\n", line);
			continue;
		}
		perms = ask(blob, (const uint8_t *)bytes.data, bytes.len);
		/* The kernel tells no more of the logging than can happen. */
		printf("%08x 00000000 %08x %08x\n", perms.allow,
		       perms.audit & perms.allow,
		       ~perms.allow ? perms.quiet & ~perms.allow : perms.quiet);
	}
	free(line);
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
	const struct aac_blob *all = read_policy(arena, path);
	char *line = NULL, *parts[CALL_PARTS];
	size_t cap = 0;
	bool fine = all;

	while (fine && getline(&line, &cap, stdin) > 0) {
		struct aac_query query;
		const struct aac_blob *blob;

		fine = split_call(line, parts) && read_call(arena, parts, &query) &&
		       (blob = find_profile(all, parts[PROFILE]));
		if (fine)
			puts(outcomes[aac_decide(arena, blob, &query).outcome]);
	}
	free(line);
	return fine ? 0 : 2;
}

/* ---- comparing, harming -------------------------------------------------------------
 */

static int print_beyond(struct arena *arena, const char *path_a, const char *path_b)
{
	const struct aac_blob *a = read_policy(arena, path_a);
	const struct aac_blob *b = read_policy(arena, path_b);
	int result = 0;

	if (!a || !b)
		return 2;
	for (; a; a = a->next) {
		const struct aac_blob *other = find_profile(b, a->name);

		if (!other) {
			printf("%s\tprofile\tabsent\t1\teverything\n", a->name);
			result = 1;
			continue;
		}
		for (const struct aac_gain *g = aac_beyond(arena, a, other); g;
		     g = g->next) {
			printf("%s\t%s\t%s\t%#x\t%s\n", a->name, g->class, g->what,
			       g->allow, g->access);
			result = 1;
		}
	}
	return result;
}

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

	if (!read_bytes(path, &bytes))
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
		return answer(arena, argv[2]);
	if (argc == 3 && strcmp(argv[1], "calls") == 0)
		return decide_calls(arena, argv[2]);
	if (argc == 3 && strcmp(argv[1], "harm") == 0)
		return harm(arena, argv[2]);
	if (argc == 4 && strcmp(argv[1], "beyond") == 0)
		return print_beyond(arena, argv[2], argv[3]);
	fprintf(stderr,
		"usage: policy_tool read FILE… | ask FILE | calls FILE | harm FILE | "
		"beyond A B\n");
	return 2;
}

int main(int argc, char **argv)
{
	struct arena *arena = arena_new();
	int result = run(arena, argc, argv);

	arena_free(arena);
	return result;
}
