#pragma once

#include <stddef.h>

struct arena;
struct buf;

/*
 * Text for people.  What comes from a JSON file or a rule file may hold anything:
 * control characters, bidirectional overrides and bytes that are no UTF-8 are made
 * visible, so that no name can move the cursor or disguise a line.
 */
void aac_put_safe(struct buf *out, const char *text);

/* Columns that TEXT (made safe already) takes on a terminal. */
size_t aac_text_width(const char *text);

/* TEXT, broken at spaces so that no line is wider than WIDTH; '\n' begins a new line.
 * Each line begins with INDENT spaces, the first with what stands in OUT already. */
void aac_put_wrapped(struct buf *out, const char *text, size_t indent, size_t width);

/*
 * Columns that adapt to their longest cell.  Cells are copied and made safe; NULL is an
 * empty one.  No line ends in spaces.
 */
#define AAC_TABLE_COLUMNS 8

struct aac_table_row;

struct aac_table {
	struct arena *arena;
	size_t columns;
	size_t widths[AAC_TABLE_COLUMNS];
	struct aac_table_row *head, *last;
};

void aac_table_add(struct aac_table *table, const char *const *cells);
void aac_table_put(const struct aac_table *table, struct buf *out, size_t indent);

#define AAC_TABLE_ADD(table, ...) \
	aac_table_add((table), (const char *const[AAC_TABLE_COLUMNS]){ __VA_ARGS__ })
