/*
 * Compiled policy, for the property tests:
 *
 *     policy_tool read FILE…     ->  a line for each profile: its name and classes
 *     policy_tool ask FILE       ->  for lines PROFILE<TAB>HEX on stdin, what the state
 *                                    behind the bytes allows, denies, audits, keeps quiet
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
		return aac_policydb_file_perms(db, state, true);
	}
	state = aac_dfa_run(db->dfa, db->start, bytes, len);
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
		printf("%08x 00000000 %08x %08x\n", perms.allow, perms.audit,
		       perms.quiet);
	}
	free(line);
	return 0;
}

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
	if (argc == 3 && strcmp(argv[1], "harm") == 0)
		return harm(arena, argv[2]);
	if (argc == 4 && strcmp(argv[1], "beyond") == 0)
		return print_beyond(arena, argv[2], argv[3]);
	fprintf(stderr,
		"usage: policy_tool read FILE… | ask FILE | harm FILE | beyond A B\n");
	return 2;
}

int main(int argc, char **argv)
{
	struct arena *arena = arena_new();
	int result = run(arena, argc, argv);

	arena_free(arena);
	return result;
}
