/*
 * Text for people: safe printing, widths, wrapping and tables.  It takes any bytes and
 * appends to a buffer.  Not obvious: widths are counted here and not by wcwidth(),
 * because the same input has to look the same in every locale.
 */
#include "cli/text.h"

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/macro.h"
#include "core/visible.h"

struct range {
	uint32_t first, last;
};

/* Combining marks, which take no column of their own. */
static const struct range combining[] = {
	{ 0x0300, 0x036f }, { 0x0483, 0x0489 }, { 0x1ab0, 0x1aff },
	{ 0x1dc0, 0x1dff }, { 0x20d0, 0x20ff }, { 0xfe00, 0xfe0f }, { 0xfe20, 0xfe2f },
};

/* East Asian wide and emoji: two columns. */
static const struct range wide[] = {
	{ 0x1100, 0x115f },   { 0x2e80, 0x303e },   { 0x3041, 0xa4cf },
	{ 0xac00, 0xd7a3 },   { 0xf900, 0xfaff },   { 0xfe30, 0xfe6f },
	{ 0xff00, 0xff60 },   { 0xffe0, 0xffe6 },   { 0x1f300, 0x1f64f },
	{ 0x1f680, 0x1f6ff }, { 0x1f900, 0x1f9ff }, { 0x20000, 0x3fffd },
};

static bool in_ranges(const struct range *ranges, size_t count, uint32_t point)
{
	for (size_t i = 0; i < count; i++)
		if (point >= ranges[i].first && point <= ranges[i].last)
			return true;
	return false;
}

static uint32_t point_of(const unsigned char *at, size_t len)
{
	uint32_t point = len == 1 ? at[0] : at[0] & (0x7fu >> len);

	for (size_t i = 1; i < len; i++)
		point = point << 6 | (at[i] & 0x3fu);
	return point;
}

size_t aac_text_width(const char *text)
{
	const char *end = text + strlen(text);
	size_t width = 0, len;

	for (; text < end; text += len) {
		uint32_t point;

		len = aac_utf8_length(text, end);
		if (len == 0)
			len = 1;
		point = point_of((const unsigned char *)text, len);
		if (in_ranges(combining, ARRAY_SIZE(combining), point))
			continue;
		width += in_ranges(wide, ARRAY_SIZE(wide), point) ? 2 : 1;
	}
	return width;
}

void aac_put_safe(struct buf *out, const char *text)
{
	aac_visible_print(out, text, strlen(text));
}

/* Columns that are taken in the line that OUT ends with. */
static size_t line_width(const struct buf *out)
{
	const char *text = buf_str(out);
	const char *newline = strrchr(text, '\n');

	return aac_text_width(newline ? newline + 1 : text);
}

static void break_line(struct buf *out, size_t *column)
{
	buf_putc(out, '\n');
	*column = 0;
}

void aac_put_wrapped(struct buf *out, const char *text, size_t indent, size_t width)
{
	size_t column = line_width(out);

	while (*text) {
		size_t len = strcspn(text, " \n");
		bool first = column <= indent;

		if (len > 0) {
			if (!first && column + 1 + len > width) {
				break_line(out, &column);
				first = true;
			}
			if (first) {
				buf_fill(out, ' ', indent - column);
				column = indent;
			} else {
				buf_putc(out, ' ');
				column++;
			}
			buf_putn(out, text, len);
			column += len;
		}
		text += len;
		if (*text == '\n')
			break_line(out, &column);
		if (*text)
			text++;
	}
}

struct aac_table_row {
	struct aac_table_row *next;
	const char *cells[AAC_TABLE_COLUMNS];
};

void aac_table_add(struct aac_table *table, const char *const *cells)
{
	struct aac_table_row *row = ARENA_NEW(table->arena, struct aac_table_row);
	CLEANUP_BUF text = { 0 };

	for (size_t i = 0; i < table->columns; i++) {
		size_t width;

		buf_clear(&text);
		aac_put_safe(&text, cells[i] ? cells[i] : "");
		row->cells[i] = arena_strndup(table->arena, buf_str(&text), text.len);
		width = aac_text_width(row->cells[i]);
		if (width > table->widths[i])
			table->widths[i] = width;
	}
	LIST_APPEND(table, row);
}

void aac_table_put(const struct aac_table *table, struct buf *out, size_t indent)
{
	for (const struct aac_table_row *row = table->head; row; row = row->next) {
		size_t spaces = indent;

		for (size_t i = 0; i < table->columns; i++) {
			size_t width = aac_text_width(row->cells[i]);

			if (table->widths[i] == 0)
				continue;
			if (width > 0) {
				buf_fill(out, ' ', spaces);
				buf_puts(out, row->cells[i]);
				spaces = 0;
			}
			spaces += table->widths[i] - width + 2;
		}
		buf_putc(out, '\n');
	}
}
