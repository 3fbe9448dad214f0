/*
 * Logs to denials: takes the logs that the command line names and gives what was denied,
 * equal records together.  Not obvious: only the first of equal records is kept, so a log
 * of millions of lines costs as much memory as it holds different ones.
 */
#include "cli/denials.h"

#include <string.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/macro.h"
#include "cli/load.h"
#include "cli/run.h"

#define TEXT_MAX 200

struct line {
	struct aac_denials *all;
	const char *text;
	size_t len, number;
};

struct reading {
	struct aac_denials *all;
	struct arena *scratch;
};

/* ---- what cannot be read ----------------------------------------------------------- */

static void add_unread(const struct line *line, const char *why)
{
	struct aac_denials *all = line->all;
	struct arena *arena = all->run->arena;
	struct aac_unread *unread = map_get_str(&all->reasons, why);
	size_t len = line->len < TEXT_MAX ? line->len : TEXT_MAX;

	all->unread_records++;
	if (unread) {
		unread->count++;
		return;
	}
	unread = ARENA_NEW(arena, struct aac_unread);
	unread->log = all->log;
	unread->line = line->number;
	unread->why = why;
	unread->count = 1;
	unread->text = arena_strndup(arena, line->text, len);
	LIST_APPEND(&all->unread, unread);
	map_add(&all->reasons, why, strlen(why), unread);
}

/* ---- groups ------------------------------------------------------------------------ */

static void put_part(struct buf *key, const char *text)
{
	buf_puts(key, text ? text : "");
	buf_putc(key, '\0');
}

/* What the kernel says of an exec tells different things apart. */
static void put_key(struct buf *key, const struct aac_denial *denial,
		    const struct aac_record *record)
{
	put_part(key, denial->label);
	put_part(key, denial->space);
	put_part(key, denial->attempt->text);
	if (denial->attempt->kind->id == AAC_KIND_FILE)
		put_part(key, aac_record_get(record, AAC_RECORD_INFO));
}

/* The first of its kind: read again into memory that stays. */
static struct aac_denied *keep(const struct line *line,
			       const struct aac_record_walk *walk)
{
	struct aac_denials *all = line->all;
	struct arena *arena = all->run->arena;
	struct aac_denied *denied = ARENA_NEW(arena, struct aac_denied);
	struct aac_record_walk again = *walk;
	struct aac_record record;
	struct aac_denial denial;
	const char *why;

	aac_record_next(arena, &again, &record, &why);
	aac_denial_read(arena, &record, &denial, &why);
	*denied = (struct aac_denied){
		.label = denial.label,
		.space = denial.space,
		.attempt = denial.attempt,
		.learned = true,
		.log = all->log,
		.line = line->number,
		.operation = aac_record_get(&record, AAC_RECORD_OPERATION),
		.comm = aac_record_get(&record, AAC_RECORD_COMM),
		.info = aac_record_get(&record, AAC_RECORD_INFO),
	};
	LIST_APPEND(all, denied);
	all->count++;
	return denied;
}

/* WALK stands before the record. */
static void add(const struct line *line, const struct aac_record_walk *walk,
		const struct aac_record *record, struct arena *scratch)
{
	struct aac_denials *all = line->all;
	struct aac_denial denial;
	struct aac_denied *denied;
	CLEANUP_BUF key = { 0 };
	const char *why;

	if (!aac_denial_read(scratch, record, &denial, &why)) {
		add_unread(line, why);
		return;
	}
	put_key(&key, &denial, record);
	denied = map_get(&all->groups, buf_str(&key), key.len);
	if (!denied) {
		denied = keep(line, walk);
		map_add(&all->groups, arena_strndup(all->run->arena, key.data, key.len),
			key.len, denied);
	}
	denied->count++;
	denied->learned &= record->event == AAC_EVENT_ALLOWED;
	all->records++;
}

/* ---- lines ------------------------------------------------------------------------- */

static void take_line(void *env, const char *text, size_t len, size_t number)
{
	struct reading *reading = env;
	struct line line = { reading->all, text, len, number };
	struct aac_record_walk walk = { .text = text, .len = len }, before = walk;
	enum aac_record_found found;
	struct aac_record record;
	const char *why;

	reading->all->lines++;
	while ((found = aac_record_next(reading->scratch, &walk, &record, &why))) {
		if (found == AAC_RECORD_BROKEN)
			add_unread(&line, why);
		else if (record.event == AAC_EVENT_DENIED ||
			 record.event == AAC_EVENT_ALLOWED)
			add(&line, &before, &record, reading->scratch);
		else
			reading->all->others++;
		before = walk;
	}
	if (walk.at)
		arena_reset(reading->scratch);
}

bool aac_denials_read(struct aac_run *run, const char *const *args, size_t count,
		      struct aac_denials *denials)
{
	static const char *const input[] = { "-" };
	struct reading reading = { denials, arena_new() };
	struct aac_lines lines = { take_line, &reading };

	*denials = (struct aac_denials){ .run = run };
	if (count == 0) {
		args = input;
		count = 1;
	}
	for (size_t i = 0; i < count && aac_run_ok(run); i++) {
		denials->log = args[i];
		aac_load_lines(run, args[i], &lines);
	}
	arena_free(reading.scratch);
	return aac_run_ok(run);
}

void aac_denials_fini(struct aac_denials *denials)
{
	map_fini(&denials->groups);
	map_fini(&denials->reasons);
}
