/*
 * Records of logs, for the property tests; the lines are on standard input:
 *
 *     record_tool FILE  ->  for each record its event, what the compiled policy FILE
 *                           decides of it now, its profile, the access and the rule for
 *                           it, with tabs between; or "unread" and why
 *     record_tool       ->  for each record "same" or what libapparmor reads otherwise;
 *                           "refused": it does not read it
 */
#include <aalogparse/aalogparse.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/macro.h"
#include "core/context.h"
#include "core/denial.h"
#include "core/diag.h"

static const struct aac_blob *read_policy(struct arena *arena, const char *path)
{
	struct aac_diags diags;
	struct aac_context ctx = { .arena = arena, .diags = &diags };
	FILE *file = fopen(path, "rb");
	CLEANUP_BUF bytes = { 0 };
	char part[65536];
	size_t len;

	aac_diags_init(&diags, arena);
	if (!file)
		return NULL;
	while ((len = fread(part, 1, sizeof(part), file)) > 0)
		buf_putn(&bytes, part, len);
	fclose(file);
	return aac_blob_read(&ctx, path, (const uint8_t *)buf_str(&bytes), bytes.len);
}

static const struct aac_blob *find(void *env, const char *label)
{
	const struct aac_blob *blob = env;

	while (blob && strcmp(blob->name, label) != 0)
		blob = blob->next;
	return blob;
}

static const char *verdict(struct arena *arena, const struct aac_blob *all,
			   const struct aac_denial *denial)
{
	static const char *const words[] = { [AAC_ALLOWED] = "allowed",
					     [AAC_DENIED] = "denied",
					     [AAC_DEPENDS] = "depends" };
	const struct aac_blob *blob = find((void *)(uintptr_t)all, denial->label);
	struct aac_ruling ruling;

	if (!blob)
		return "unknown";
	ruling = aac_denial_decide(arena, blob, denial->attempt, NULL);
	return ruling.complain ? "complains" : words[ruling.outcome];
}

static void judge(struct arena *arena, const struct aac_blob *all,
		  const struct aac_record *record)
{
	static const char *const events[] = { "DENIED", "ALLOWED", "AUDIT", "STATUS" };
	struct aac_denial denial;
	CLEANUP_BUF rule = { 0 };
	const char *why;

	if (record->event == AAC_EVENT_STATUS)
		return;
	if (!aac_denial_read(arena, record, &denial, &why)) {
		printf("unread\t%s\n", why);
		return;
	}
	aac_denial_rule(&rule, denial.attempt, false);
	printf("%s\t%s\t%s\t%s\t%s\n", events[record->event],
	       verdict(arena, all, &denial), denial.label, denial.attempt->text,
	       buf_str(&rule));
}

/* ---- libapparmor's reading --------------------------------------------------------- */

/* The record as libapparmor wants it: behind an audit id, and without the keys that make
 * that of 3.0.8 refuse it. */
static char *plain(struct arena *arena, const char *line)
{
	const char *from = strstr(line, "apparmor=\"");
	const char *class = strstr(line, " class=\"");
	CLEANUP_BUF out = { 0 };

	buf_puts(&out, "type=AVC msg=audit(1.000:1): ");
	if (class && class > from) {
		buf_putn(&out, from, (size_t)(class - from));
		from = strchr(class + strlen(" class=\""), '"') + 1;
	}
	buf_putn(&out, from, strcspn(from, "\n"));
	return arena_strdup(arena, buf_str(&out));
}

static bool agree(const char *what, const char *ours, const char *theirs)
{
	if (ours && theirs ? strcmp(ours, theirs) == 0 : ours == theirs)
		return true;
	printf("%s: %s, they: %s\n", what, ours ? ours : "-", theirs ? theirs : "-");
	return false;
}

static void hold_against(struct arena *arena, const struct aac_record *record,
			 const char *line)
{
	aa_log_record *other = parse_record(plain(arena, line));
	const char *const *v = record->values;
	const char *own = v[AAC_RECORD_NAME], *name = own ? own : v[AAC_RECORD_CAPNAME];

	const struct {
		const char *what, *ours, *theirs;
	} parts[] = {
		{ "operation", v[AAC_RECORD_OPERATION], other->operation },
		{ "profile", v[AAC_RECORD_PROFILE], other->profile },
		{ "name", name, other->name },
		{ "target", v[AAC_RECORD_TARGET], other->name2 },
		{ "denied", v[AAC_RECORD_DENIED_MASK], other->denied_mask },
		{ "flags", v[AAC_RECORD_FLAGS], other->flags },
		{ "type", v[AAC_RECORD_FSTYPE], other->fs_type },
		{ "source", v[AAC_RECORD_SRCNAME], other->src_name },
		{ "family", v[AAC_RECORD_FAMILY], other->net_family },
		{ "signal", v[AAC_RECORD_SIGNAL], other->signal },
		{ "peer", v[AAC_RECORD_PEER], other->peer },
		{ "info", v[AAC_RECORD_INFO], other->info },
	};
	bool same = true;

	if (other->event == AA_RECORD_INVALID) {
		puts("refused");
	} else {
		for (size_t i = 0; i < ARRAY_SIZE(parts); i++)
			same &= agree(parts[i].what, parts[i].ours, parts[i].theirs);
		if (same)
			puts("same");
	}
	free_record(other);
}

int main(int argc, char **argv)
{
	struct arena *arena = arena_new(), *scratch = arena_new();
	const struct aac_blob *all = argc == 2 ? read_policy(arena, argv[1]) : NULL;
	char *line = NULL;
	size_t cap = 0;
	ssize_t len;

	if (argc > 1 && !all)
		return 2;
	while ((len = getline(&line, &cap, stdin)) > 0) {
		struct aac_record_walk walk = { .text = line, .len = (size_t)len };
		enum aac_record_found found;
		struct aac_record record;
		const char *why;

		while ((found = aac_record_next(scratch, &walk, &record, &why))) {
			if (found == AAC_RECORD_BROKEN)
				printf("broken\t%s\n", why);
			else if (argc == 1)
				hold_against(scratch, &record, line);
			else
				judge(scratch, all, &record);
		}
		arena_reset(scratch);
	}
	free(line);
	arena_free(scratch);
	arena_free(arena);
	return 0;
}
