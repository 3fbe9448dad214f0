/*
 * Diagnostics as text: the place, the message, the line with a caret below it, the cure
 * and further places.  Nothing from a file or a message reaches the output unescaped,
 * and the work for one excerpt does not depend on how long its line is.
 */
#include "core/diag.h"

#include <stdint.h>
#include <string.h>

#include "base/buf.h"
#include "base/map.h"
#include "core/visible.h"

#define EXCERPT_COLUMNS 100u
#define COLUMNS_BEFORE 70u /* a caret further right than that moves the window */
#define COLUMNS_KEPT 40u
#define FLOOD 10u

struct paint {
	const char *place, *label[3], *excerpt, *caret, *hint, *end;
};

static const struct paint plain = {
	.place = "",
	.label = { "", "", "" },
	.excerpt = "",
	.caret = "",
	.hint = "",
	.end = "",
};

static const struct paint colored = {
	.place = "\033[1m",
	.label = {
		[AAC_NOTE] = "\033[1;36m",
		[AAC_WARNING] = "\033[1;35m",
		[AAC_ERROR] = "\033[1;31m",
	},
	.excerpt = "\033[2m",
	.caret = "\033[1;32m",
	.hint = "\033[1;36m",
	.end = "\033[0m",
};

static const char *const labels[] = {
	[AAC_NOTE] = "note",
	[AAC_WARNING] = "warning",
	[AAC_ERROR] = "error",
};

/* One character of an excerpt: its bytes, and the columns that it takes. */
struct cell {
	size_t bytes;
	unsigned int columns;
	bool escaped;
};

static struct cell cell_at(const char *at, const char *end)
{
	size_t len = aac_visible_length(at, end);

	if (*at == '\t')
		return (struct cell){ 1, 8, false };
	if (len == 0)
		return (struct cell){ 1, 4, true };
	return (struct cell){ len, 1, false };
}

static unsigned int count_columns(const char *at, const char *end)
{
	unsigned int columns = 0;

	while (at < end) {
		struct cell cell = cell_at(at, end);

		columns += cell.columns;
		at += cell.bytes;
	}
	return columns;
}

/* Where the excerpt begins, so that CARET stands well inside. */
static const char *window_start(const char *line, const char *caret)
{
	const char *start;

	if (caret - line <= COLUMNS_BEFORE &&
	    count_columns(line, caret) <= COLUMNS_BEFORE)
		return line;
	start = caret - line > COLUMNS_KEPT ? caret - COLUMNS_KEPT : line;
	while (start < caret && ((unsigned char)*start & 0xc0) == 0x80)
		start++;
	while (start < caret && count_columns(start, caret) > COLUMNS_KEPT)
		start += cell_at(start, caret).bytes;
	return start;
}

static const char *window_end(const char *start, const char *line_end)
{
	unsigned int columns = 0;
	const char *at = start;

	while (at < line_end) {
		struct cell cell = cell_at(at, line_end);

		columns += cell.columns;
		if (columns > EXCERPT_COLUMNS)
			break;
		at += cell.bytes;
	}
	return at;
}

static void put_text(struct buf *out, const char *at, const char *end)
{
	while (at < end) {
		struct cell cell = cell_at(at, end);

		if (cell.escaped)
			buf_printf(out, "\\x%02X", (unsigned char)*at);
		else
			buf_putn(out, at, cell.bytes);
		at += cell.bytes;
	}
}

/* What stands under the text from AT to END: tabs stay tabs, so that columns agree. */
static void put_padding(struct buf *out, const char *at, const char *end)
{
	while (at < end) {
		struct cell cell = cell_at(at, end);

		if (*at == '\t')
			buf_putc(out, '\t');
		else
			buf_fill(out, ' ', cell.columns);
		at += cell.bytes;
	}
}

static const char *line_end(const struct aac_source *source, struct aac_place place)
{
	uint32_t number = place.line - source->before;
	const char *start = source->text + source->lines[number - 1];
	uint32_t next = number < source->line_count ? source->lines[number] - 1
							: source->size;
	const char *end = source->text + next;

	return end > start && end[-1] == '\r' ? end - 1 : end;
}

static void put_excerpt(struct buf *out, struct aac_span span, struct aac_place place,
			const struct paint *paint)
{
	const struct aac_source *source = span.source;
	const char *line =
		source->text + source->lines[place.line - source->before - 1];
	const char *end = line_end(span.source, place);
	const char *caret =
		line + (place.column - 1) < end ? line + (place.column - 1) : end;
	const char *start = window_start(line, caret);
	const char *stop = window_end(start, end);
	const char *last = stop;
	unsigned int width;

	if (span.end < (size_t)(stop - span.source->text))
		last = span.source->text + span.end;
	width = last > caret ? count_columns(caret, last) : 1;
	buf_printf(out, "%s%5u |%s %s", paint->excerpt, place.line, paint->end,
		   start > line ? "…" : "");
	put_text(out, start, stop);
	buf_puts(out, stop < end ? "…\n" : "\n");
	buf_printf(out, "%s      |%s %s", paint->excerpt, paint->end,
		   start > line ? " " : "");
	put_padding(out, start, caret);
	buf_printf(out, "%s^", paint->caret);
	buf_fill(out, '~', width - 1);
	buf_printf(out, "%s\n", paint->end);
}

static void put_visible(struct buf *out, const char *text)
{
	aac_visible_print(out, text, strlen(text));
}

static void put_head(struct buf *out, const struct aac_diag *diag, struct aac_place place,
		     const struct paint *paint)
{
	if (diag->span.source) {
		buf_puts(out, paint->place);
		put_visible(out, diag->span.source->name);
		buf_printf(out, ":%u:%u:%s ", place.line, place.column, paint->end);
	}
	buf_printf(out, "%s%s:%s ", paint->label[diag->severity], labels[diag->severity],
		   paint->end);
	put_visible(out, diag->message);
	if (diag->slug)
		buf_printf(out, " [%s]", diag->slug);
	buf_putc(out, '\n');
}

static void put_diag(struct buf *out, const struct aac_diag *diag,
		     const struct paint *paint)
{
	struct aac_place place = { 0, 0 };

	if (diag->span.source)
		place = aac_source_place(diag->span.source, diag->span.begin);
	put_head(out, diag, place, paint);
	if (diag->span.source)
		put_excerpt(out, diag->span, place, paint);
	if (!diag->hint)
		return;
	buf_printf(out, "   %shint:%s ", paint->hint, paint->end);
	put_visible(out, diag->hint);
	buf_putc(out, '\n');
}

/* Counts DIAG among those of its slug; true when there have been too many to show it. */
static bool in_flood(struct map *counts, const struct aac_diag *diag)
{
	void **count = map_slot(counts, diag->slug, strlen(diag->slug));

	*count = (void *)((uintptr_t)*count + 1);
	return (uintptr_t)*count > FLOOD;
}

static void put_floods(struct buf *out, const struct map *counts)
{
	for (size_t i = 0; i < counts->count; i++) {
		uintptr_t count = (uintptr_t)counts->entries[i].value;

		if (count > FLOOD)
			buf_printf(out, "… and %ju more [%s]; -v shows them all\n",
				   (uintmax_t)(count - FLOOD), counts->entries[i].key);
	}
}

void aac_diags_render(const struct aac_diags *diags, const struct aac_diag_style *style,
		      struct buf *out)
{
	const struct paint *paint = style->color ? &colored : &plain;
	CLEANUP_MAP counts = { 0 };

	for (const struct aac_diag *d = diags->head; d; d = d->next) {
		if (style->quiet && d->severity != AAC_ERROR)
			continue;
		if (!style->verbose && d->severity != AAC_ERROR && in_flood(&counts, d))
			continue;
		put_diag(out, d, paint);
		for (const struct aac_diag *note = d->notes; note; note = note->next)
			put_diag(out, note, paint);
	}
	put_floods(out, &counts);
}
