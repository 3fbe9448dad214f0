/*
 * Comparing compiled policy, for the property tests:
 *
 *     compare_tool compare A B   ->  how each profile of A differs from its namesake in
 *                                    B: PROFILE<TAB>KIND<TAB>CLASS<TAB>WHAT<TAB>ACCESS
 *     compare_tool beyond A B    ->  the same of what A allows and B does not
 *     compare_tool common A B    ->  what each profile of A allows that the first one of
 *                                    B allows, too
 *     compare_tool sample A B SEED COUNT
 *                                ->  COUNT accesses, made from what the automatons know,
 *                                    decided on both sides: each that differs must be of
 *                                    a kind that `compare` finds, else it is printed
 *
 * Exit 0: nothing.  1: something is printed.  2: no compiled policy.
 */
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/macro.h"
#include "core/blob.h"
#include "core/compare.h"
#include "core/context.h"
#include "core/diag.h"
#include "core/query.h"
#include "core/query_print.h"
#include "support/policy_file.h"

/* ---- findings ---------------------------------------------------------------------- */

static const char *const kinds[] = {
	[AAC_FINDING_LOST] = "lost",	     [AAC_FINDING_GAINED] = "gained",
	[AAC_FINDING_CHANGED] = "changed",   [AAC_FINDING_LOGGED] = "logged",
	[AAC_FINDING_SILENCED] = "silenced",
};

static void print_finding(const char *profile, const struct aac_finding *f)
{
	CLEANUP_BUF access = { 0 };

	if (f->witness)
		aac_query_print(&access, f->witness);
	if (f->from)
		buf_printf(&access, " (%s; %s)", f->from, f->to);
	else if (f->to)
		buf_puts(&access, f->to);
	printf("%s\t%s\t%s\t%s\t%s\n", profile, kinds[f->kind], f->class, f->what,
	       buf_str(&access));
}

static int print_findings(const char *profile, const struct aac_finding *f, bool beyond)
{
	int result = 0;

	for (; f; f = f->next) {
		if (beyond && f->kind != AAC_FINDING_LOST &&
		    f->kind != AAC_FINDING_CHANGED)
			continue;
		print_finding(profile, f);
		result = 1;
	}
	return result;
}

static int compare(struct arena *arena, const struct aac_blob *a,
		   const struct aac_blob *b, bool beyond)
{
	int result = 0;

	for (; a; a = a->next) {
		const struct aac_blob *other = policy_file_find(b, a->name);
		struct aac_comparison comparison;

		if (!other) {
			printf("%s\tlost\tprofile\tabsent\teverything\n", a->name);
			result = 1;
			continue;
		}
		comparison = aac_compare(arena, a, other);
		if (comparison.unproved) {
			printf("%s\tunproved\t%zu\n", a->name, comparison.unproved);
			result = 1;
		}
		result |= print_findings(a->name, comparison.findings, beyond);
	}
	return result;
}

static int common(struct arena *arena, const struct aac_blob *a, const struct aac_blob *b)
{
	const struct aac_common_options options = { .file_bits = UINT32_MAX };
	int result = 0;

	for (; a; a = a->next)
		result |=
			print_findings(a->name, aac_common(arena, a, b, &options), false);
	return result;
}

/* ---- samples ----------------------------------------------------------------------- */

struct sampler {
	struct arena *arena;
	uint64_t seed;
	/* The automaton that guides, and where it stands. */
	const struct aac_policydb *db;
	uint32_t state;
};

static uint32_t draw(struct sampler *sampler, uint32_t below)
{
	sampler->seed ^= sampler->seed << 13;
	sampler->seed ^= sampler->seed >> 7;
	sampler->seed ^= sampler->seed << 17;
	return (uint32_t)(sampler->seed >> 20) % below;
}

static uint32_t step(const struct sampler *sampler, uint8_t byte)
{
	return sampler->db->dfa ? aac_dfa_step(sampler->db->dfa, sampler->state, byte)
				: AAC_DFA_DEAD;
}

/* Mostly one that leads elsewhere than most do. */
static uint8_t draw_byte(struct sampler *sampler)
{
	static const char plain[] = "abcmnsxz019/._-";
	uint32_t common_to = step(sampler, 0x80);
	uint8_t found[256];
	uint32_t count = 0;

	for (unsigned int byte = 1; byte < 256; byte++) {
		uint32_t to = step(sampler, (uint8_t)byte);

		if (to != common_to && to != AAC_DFA_DEAD)
			found[count++] = (uint8_t)byte;
	}
	if (count && draw(sampler, 8))
		return found[draw(sampler, count)];
	return (uint8_t)plain[draw(sampler, sizeof(plain) - 1)];
}

/* As the kernel has paths. */
static bool is_path(const char *text)
{
	return *text == '/' && !strstr(text, "//") && !strstr(text, "/./") &&
	       !strstr(text, "/../") && strcmp(strrchr(text, '/'), "/.") != 0 &&
	       strcmp(strrchr(text, '/'), "/..") != 0;
}

/* Up to where the automaton may accept, or somewhere; ends the part with a NUL. */
static const char *draw_text(struct sampler *sampler, bool path)
{
	uint32_t before = sampler->state;

	for (int tries = 0; tries < 50; tries++) {
		CLEANUP_BUF text = { 0 };
		uint32_t length = 1 + draw(sampler, draw(sampler, 4) ? 40 : 8);

		sampler->state = before;
		for (uint32_t i = 0; i < length; i++) {
			uint8_t byte = path && i == 0 ? '/' : draw_byte(sampler);

			buf_putc(&text, (char)byte);
			sampler->state = step(sampler, byte);
			/* An end that the automaton knows is a good one. */
			if (step(sampler, 0) != AAC_DFA_DEAD && draw(sampler, 3) == 0)
				break;
		}
		sampler->state = step(sampler, 0);
		if (!path || is_path(buf_str(&text)))
			return arena_strdup(sampler->arena, buf_str(&text));
	}
	return path ? "/" : "a";
}

static void enter(struct sampler *sampler, const struct aac_blob *blob, bool file,
		  const char *prefix, size_t len)
{
	sampler->db = file ? &blob->file : &blob->policy;
	if (!sampler->db->dfa)
		sampler->state = AAC_DFA_DEAD;
	else if (file)
		sampler->state = sampler->db->file_start;
	else
		sampler->state =
			aac_dfa_run(sampler->db->dfa, sampler->db->start, prefix, len);
}

static uint32_t draw_flags(struct sampler *sampler)
{
	static const uint32_t commands[] = { 0,
					     0,
					     0,
					     1u << 5,
					     1u << 12,
					     1u << 13,
					     1u << 18,
					     1u << 19,
					     1u << 12 | 1u << 14,
					     1u << 17 | 1u << 14 };
	uint32_t flags = commands[draw(sampler, ARRAY_SIZE(commands))];

	while (draw(sampler, 2))
		flags |= 1u << draw(sampler, 26);
	return flags;
}

static const char *draw_type(struct sampler *sampler)
{
	static const char *const types[] = { "proc",	"sysfs",  "tmpfs", "overlay",
					     "cgroup2", "devpts", "fuse" };

	return draw(sampler, 2) ? types[draw(sampler, ARRAY_SIZE(types))]
				: draw_text(sampler, false);
}

static void draw_mount(struct sampler *sampler, const struct aac_blob *blob,
		       struct aac_query *query)
{
	enter(sampler, blob, false, "\7", 1);
	query->type = AAC_QUERY_MOUNT + draw(sampler, 8) % 3;
	query->name = draw_text(sampler, true);
	query->other = draw_text(sampler,
				 query->type == AAC_QUERY_PIVOT_ROOT || draw(sampler, 2));
	query->fstype = draw_type(sampler);
	query->flags = draw_flags(sampler);
	query->data = draw(sampler, 4) ? NULL : draw_text(sampler, false);
	query->request = query->type == AAC_QUERY_MOUNT	   ? AAC_MAY_MOUNT
			 : query->type == AAC_QUERY_UMOUNT ? AAC_MAY_UMOUNT
							   : AAC_MAY_PIVOT;
}

static void draw_file(struct sampler *sampler, const struct aac_blob *blob,
		      struct aac_query *query)
{
	static const uint32_t bits[] = { AAC_ACCESS_EXEC, AAC_ACCESS_WRITE,
					 AAC_ACCESS_READ, AAC_ACCESS_APPEND,
					 AAC_ACCESS_LOCK, AAC_ACCESS_MMAP };

	enter(sampler, blob, true, NULL, 0);
	query->owner = draw(sampler, 2);
	query->type = AAC_QUERY_FILE;
	query->name = draw_text(sampler, true);
	query->request = bits[draw(sampler, ARRAY_SIZE(bits))];
	if (draw(sampler, 3))
		return;
	query->type = AAC_QUERY_LINK + draw(sampler, 3);
	query->request = query->type == AAC_QUERY_LINK ? AAC_ACCESS_LINK : 0;
	query->other = draw_text(sampler, query->type == AAC_QUERY_LINK);
	if (query->type == AAC_QUERY_CHANGE_ONEXEC) {
		const char *program = query->name;

		query->name = query->other;
		query->other = program;
	} else if (query->type == AAC_QUERY_CHANGE_PROFILE) {
		enter(sampler, blob, true, NULL, 0);
		query->name = draw_text(sampler, false);
	}
}

static void draw_unix(struct sampler *sampler, const struct aac_blob *blob,
		      struct aac_query *query)
{
	static const uint32_t bits[] = { AAC_ACCESS_CREATE, AAC_MAY_BIND,
					 AAC_MAY_LISTEN,    AAC_ACCESS_OPEN,
					 AAC_ACCESS_READ,   AAC_MAY_GET_OPTION };
	char prefix[] = { 4, 0, 1, 0, 1, 0, 0 };

	query->type = AAC_QUERY_UNIX;
	query->socket_type = draw(sampler, 2) ? 1 : 2;
	prefix[4] = (char)query->socket_type;
	enter(sampler, blob, false, prefix, sizeof(prefix));
	query->request = bits[draw(sampler, ARRAY_SIZE(bits))];
	query->address = draw(sampler, 2) ? "none" : "@a";
	sampler->state = step(sampler, 1);
	sampler->state = step(sampler, 0);
	query->label = draw_text(sampler, false);
	sampler->state = step(sampler, 1);
	sampler->state = step(sampler, 0);
	query->peer_address =
		arena_printf(sampler->arena, "@%s", draw_text(sampler, false));
	query->peer_label = draw_text(sampler, false);
}

static void draw_peer(struct sampler *sampler, const struct aac_blob *blob,
		      struct aac_query *query)
{
	const char prefix[] = { 10, (char)(1 + draw(sampler, 31)) };

	query->type = AAC_QUERY_SIGNAL + draw(sampler, 3);
	if (query->type == AAC_QUERY_SIGNAL) {
		query->number = (uint32_t)prefix[1];
		enter(sampler, blob, false, prefix, 2);
		query->label = draw_text(sampler, false);
		query->request = draw(sampler, 2) ? AAC_MAY_SEND : AAC_MAY_RECEIVE;
	} else if (query->type == AAC_QUERY_PTRACE) {
		enter(sampler, blob, false, "\x10\x09", 2);
		query->label = draw_text(sampler, false);
		query->request = 2u << draw(sampler, 4);
	} else {
		enter(sampler, blob, false, "\x20", 1);
		query->bus = draw_text(sampler, false);
		query->name = draw_text(sampler, false);
		query->label = draw_text(sampler, false);
		query->path = draw_text(sampler, true);
		query->interface = draw_text(sampler, false);
		query->member = draw_text(sampler, false);
		query->request = draw(sampler, 2) ? AAC_MAY_SEND : AAC_MAY_DBUS_BIND;
	}
}

static struct aac_query draw_query(struct sampler *sampler, const struct aac_blob *blob)
{
	struct aac_query query = { .type = AAC_QUERY_CAPABILITY };

	switch (draw(sampler, 10)) {
	case 0:
	case 1:
	case 2:
		draw_mount(sampler, blob, &query);
		break;
	case 3:
	case 4:
	case 5:
		draw_file(sampler, blob, &query);
		break;
	case 6:
		draw_unix(sampler, blob, &query);
		break;
	case 7:
		query.number = draw(sampler, 41);
		break;
	case 8:
		query.type = AAC_QUERY_NETWORK;
		query.number = draw(sampler, AAC_SOCKET_FAMILIES);
		query.socket_type = draw(sampler, AAC_SOCKET_TYPES);
		query.request = AAC_ACCESS_CREATE;
		break;
	default:
		draw_peer(sampler, blob, &query);
		break;
	}
	return query;
}

/* Is a difference of this kind, in the class of QUERY, among the findings? */
static bool is_found(const struct aac_finding *f, const struct aac_query *query,
		     enum aac_finding_kind kind)
{
	for (; f; f = f->next)
		if (f->kind == kind && f->witness && f->witness->type == query->type)
			return true;
	return false;
}

static bool is_explained(const struct aac_finding *findings,
			 const struct aac_query *query, const struct aac_decision *a,
			 const struct aac_decision *b)
{
	bool may_a = a->outcome == AAC_ALLOWED && !a->complain;
	bool may_b = b->outcome == AAC_ALLOWED && !b->complain;

	if (a->outcome == AAC_DEPENDS || b->outcome == AAC_DEPENDS)
		return true;
	if (may_a != may_b)
		return is_found(findings, query,
				may_a ? AAC_FINDING_LOST : AAC_FINDING_GAINED);
	return a->audited == b->audited ||
	       is_found(findings, query,
			a->audited ? AAC_FINDING_SILENCED : AAC_FINDING_LOGGED);
}

static int sample(struct arena *arena, const struct aac_blob *a, const struct aac_blob *b,
		  const char *seed, const char *count)
{
	const struct aac_finding *findings = aac_compare(arena, a, b).findings;
	struct sampler sampler = {
		.arena = arena, .seed = strtoull(seed, NULL, 10) + 88172645463325252u
	};
	unsigned long left = strtoul(count, NULL, 10), differ = 0;
	int result = 0;

	for (; left; left--) {
		struct aac_query query = draw_query(&sampler, left % 2 ? a : b);
		struct aac_decision in_a = aac_decide(arena, a, &query);
		struct aac_decision in_b = aac_decide(arena, b, &query);
		CLEANUP_BUF access = { 0 };

		differ += in_a.outcome != in_b.outcome || in_a.audited != in_b.audited;
		if (is_explained(findings, &query, &in_a, &in_b))
			continue;
		aac_query_print(&access, &query);
		printf("%s\t%s\n", a->name, buf_str(&access));
		result = 1;
	}
	fprintf(stderr, "%lu differ\n", differ);
	return result;
}

static int run(struct arena *arena, int argc, char **argv)
{
	const struct aac_blob *a, *b;

	if (argc < 4) {
		fprintf(stderr,
			"usage: compare_tool compare A B | beyond A B | common A B | "
			"sample A B SEED COUNT\n");
		return 2;
	}
	a = policy_file_read(arena, argv[2]);
	b = a ? policy_file_read(arena, argv[3]) : NULL;
	if (!b)
		return 2;
	if (strcmp(argv[1], "sample") == 0 && argc == 6)
		return sample(arena, a, b, argv[4], argv[5]);
	if (strcmp(argv[1], "common") == 0)
		return common(arena, a, b);
	return compare(arena, a, b, strcmp(argv[1], "beyond") == 0);
}

int main(int argc, char **argv)
{
	struct arena *arena = arena_new();
	int result = run(arena, argc, argv);

	arena_free(arena);
	return result;
}
