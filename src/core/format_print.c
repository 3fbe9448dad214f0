/*
 * The formatter's items as text: where lines end, what stands in columns.  Not obvious:
 * columns are chosen before lines are broken where a column moves what follows it, and
 * among single lines only where it is at the end; so that the result, read again, is laid
 * out alike.
 */
#include <string.h>

#include "base/arena.h"
#include "base/buf.h"
#include "core/format_item.h"

/* A rule that is longer stands out rather than move the others. */
#define PERMS_MAX 56u
#define ARROW_MAX 60u
/* So do those that are much shorter than the longest. */
#define PAD_MAX 30u

struct printing {
	struct buf *out;
	struct format_items *items;
	bool *breaks; /* scratch: of the pieces of an item */
};

/* Columns that TEXT takes, of which UTF-8's further bytes take none. */
static size_t width_of(const char *text, size_t len)
{
	size_t width = 0;

	for (size_t i = 0; i < len; i++)
		width += ((unsigned char)text[i] & 0xc0) != 0x80;
	return width;
}

static bool has_newline(const struct format_piece *piece)
{
	return memchr(piece->text, '\n', piece->len);
}

/* A string may run over lines. */
static size_t first_line(const struct format_piece *piece)
{
	const char *end = memchr(piece->text, '\n', piece->len);

	return width_of(piece->text, end ? (size_t)(end - piece->text) : piece->len);
}

static size_t advance(size_t column, const struct format_piece *piece)
{
	size_t at = piece->len;

	if (!has_newline(piece))
		return column + width_of(piece->text, piece->len);
	while (piece->text[at - 1] != '\n')
		at--;
	return width_of(piece->text + at, piece->len - at);
}

static size_t begin_of(const struct format_item *item)
{
	return (size_t)item->depth * FORMAT_INDENT + (item->goes_on ? 2 : 0);
}

/* ---- where lines end ----------------------------------------------------------------
 */

/* Of the pieces from AT on, up to where a line may end next. */
static size_t segment_width(const struct format_item *item, size_t at)
{
	size_t width = first_line(&item->pieces[at]);

	while (!has_newline(&item->pieces[at]) && ++at < item->count) {
		const struct format_piece *piece = &item->pieces[at];

		if (piece->before >= FORMAT_MAY || piece->comment)
			break;
		width += (piece->before == FORMAT_SPACED) + first_line(piece);
	}
	return width;
}

/* The piece that begins the condition of ITEM; 0: it has none. */
static size_t operand_of(const struct format_item *item)
{
	static const struct {
		const char *word;
		size_t operand;
	} heads[] = { { "condition", 3 }, { "when", 1 }, { "if", 1 }, { "else", 2 } };

	for (size_t i = 0; i < sizeof(heads) / sizeof(*heads); i++)
		if (strlen(heads[i].word) == item->pieces[0].len &&
		    memcmp(heads[i].word, item->pieces[0].text, item->pieces[0].len) == 0)
			return heads[i].operand;
	return 0;
}

/* The longest of `and` and `or` in ITEM, and a blank. */
static size_t joint_width(const struct format_item *item)
{
	size_t width = 0;

	for (size_t i = 0; i < item->count; i++)
		if (item->pieces[i].joins && item->pieces[i].len + 1 > width)
			width = item->pieces[i].len + 1;
	return width;
}

/* Where piece AT stands when it begins a line; OPERANDS: the column of operands, or 0. */
static size_t new_column(const struct format_item *item, size_t at, size_t operands)
{
	size_t column = (size_t)item->depth * FORMAT_INDENT + FORMAT_INDENT;
	const struct format_piece *piece = &item->pieces[at];

	if (at == operand_of(item) && at)
		return column + joint_width(item);
	if (piece->joins && operands > column + piece->len)
		return operands - piece->len - 1;
	return column;
}

/* Whether each piece begins a line; true when a joint does so only for want of room. */
static bool find_breaks(struct printing *p, const struct format_item *item)
{
	size_t column = begin_of(item), operands = 0;
	bool joint = false;

	for (size_t i = 0; i < item->count; i++) {
		const struct format_piece *piece = &item->pieces[i];
		size_t gap = piece->before != FORMAT_GLUED;

		if (i == item->split && i)
			gap += item->pad;
		p->breaks[i] = piece->before == FORMAT_MUST ||
			       (piece->before == FORMAT_MAY &&
				column + gap + segment_width(item, i) > FORMAT_WIDTH);
		if (p->breaks[i])
			joint |= piece->joins && piece->before == FORMAT_MAY;
		column = p->breaks[i] ? new_column(item, i, operands) : column + gap;
		if (i && i == operand_of(item))
			operands = column;
		column = advance(column, piece);
	}
	return joint;
}

/* What is too long is broken at every `or` outside of parentheses, or at every `and`. */
static bool break_joints(const struct format_item *item, size_t len)
{
	unsigned int parens = 0;
	bool any = false;

	for (size_t i = 0; i < item->count; i++) {
		struct format_piece *piece = &item->pieces[i];

		if (piece->len == 1 && *piece->text == '(')
			parens++;
		else if (piece->len == 1 && *piece->text == ')' && parens)
			parens--;
		if (piece->joins && piece->len == len && !parens)
			piece->before = FORMAT_MUST, any = true;
	}
	return any;
}

static bool has_broken_joint(const struct format_item *item)
{
	for (size_t i = 0; i < item->count; i++)
		if (item->pieces[i].joins && item->pieces[i].before == FORMAT_MUST)
			return true;
	return false;
}

static void settle_breaks(struct printing *p, struct format_item *item)
{
	size_t column = begin_of(item);

	if (find_breaks(p, item) && !has_broken_joint(item)) {
		if (!break_joints(item, strlen("or")))
			break_joints(item, strlen("and"));
		find_breaks(p, item);
	}
	item->width = 1;
	for (size_t i = 0; i < item->count; i++) {
		struct format_piece *piece = &item->pieces[i];

		if (p->breaks[i] || has_newline(piece))
			item->width = 0;
		if (piece->before == FORMAT_MAY)
			piece->before = p->breaks[i] ? FORMAT_MUST : FORMAT_SPACED;
		column += (piece->before != FORMAT_GLUED && i) + first_line(piece);
	}
	if (item->width)
		item->width = column;
}

/* ---- columns -------------------------------------------------------------------------
 */

/* What stands before the column. */
static size_t left_of(const struct format_item *item)
{
	size_t width = 0;

	for (size_t i = 0; i < item->split; i++)
		width += (i && item->pieces[i].before != FORMAT_GLUED) +
			 first_line(&item->pieces[i]);
	return width;
}

static bool at_end(enum format_column column)
{
	return column == FORMAT_PERMS || column == FORMAT_ARROW || column == FORMAT_BLOCK;
}

static bool takes_part(const struct format_item *item, size_t left)
{
	if (item->pieces[item->split].before == FORMAT_MUST)
		return false;
	if (!at_end(item->column))
		return true;
	return item->width &&
	       left <= (item->column == FORMAT_PERMS ? PERMS_MAX : ARROW_MAX);
}

/* The statements from FIRST on that share its column. */
static size_t find_run(const struct format_items *items, size_t first)
{
	const struct format_item *begin = &items->items[first];
	size_t end = first + 1;

	while (end < items->count && items->items[end].type == FORMAT_STATEMENT &&
	       items->items[end].column == begin->column && !items->items[end].blank)
		end++;
	return end;
}

/* Put the statements from FIRST to END into one column, at END of their lines or not. */
static void align_run(struct format_items *items, size_t first, size_t end)
{
	size_t column = 0;

	for (size_t i = first; i < end; i++) {
		size_t left = left_of(&items->items[i]);

		if (takes_part(&items->items[i], left) && left > column)
			column = left;
	}
	for (size_t i = first; i < end; i++) {
		struct format_item *item = &items->items[i];
		size_t left = left_of(item);

		if (!takes_part(item, left) ||
		    (at_end(item->column) &&
		     (item->width + column - left > FORMAT_WIDTH ||
		      column - left > PAD_MAX)))
			continue;
		item->pad = column - left;
		item->width += item->width ? item->pad : 0;
	}
}

static void align(struct format_items *items, bool ends)
{
	for (size_t i = 0, next; i < items->count; i = next) {
		const struct format_item *item = &items->items[i];

		next = i + 1;
		if (item->type != FORMAT_STATEMENT || item->column == FORMAT_NONE)
			continue;
		next = find_run(items, i);
		if (at_end(item->column) == ends)
			align_run(items, i, next);
	}
}

static bool has_short_trail(const struct format_item *item)
{
	return item->trail && item->type == FORMAT_STATEMENT && !item->opens &&
	       item->width;
}

/* Comments behind lines that follow each other. */
static void align_trails(struct format_items *items)
{
	for (size_t i = 0, next; i < items->count; i = next) {
		size_t column = 0;

		for (next = i;
		     next < items->count && has_short_trail(&items->items[next]) &&
		     (next == i || !items->items[next].blank);
		     next++)
			if (items->items[next].width > column)
				column = items->items[next].width;
		for (size_t j = i; j < next; j++)
			if (column + 1 + items->items[j].trail_len <= FORMAT_WIDTH)
				items->items[j].trail_pad =
					column - items->items[j].width;
		next += next == i;
	}
}

/* ---- text -----------------------------------------------------------------------------
 */

static void put_statement(struct printing *p, const struct format_item *item)
{
	size_t column = begin_of(item), operands = 0;

	for (size_t i = 0; i < item->count; i++) {
		const struct format_piece *piece = &item->pieces[i];
		size_t gap = i && piece->before != FORMAT_GLUED;

		if (piece->before == FORMAT_MUST) {
			column = new_column(item, i, operands);
			buf_puts(p->out, item->assigns ? " \\\n" : "\n");
			buf_fill(p->out, ' ', column);
		} else {
			gap += i && i == item->split ? item->pad : 0;
			buf_fill(p->out, ' ', gap);
			column += gap;
		}
		if (i && i == operand_of(item))
			operands = column;
		buf_putn(p->out, piece->text, piece->len);
		column = advance(column, piece);
	}
}

/* An empty block stands on one line. */
static bool is_empty(const struct printing *p, size_t at)
{
	const struct format_item *item = &p->items->items[at];

	return item->opens && !item->trail && at + 1 < p->items->count &&
	       item[1].type == FORMAT_CLOSE;
}

static void put_item(struct printing *p, size_t at)
{
	const struct format_item *item = &p->items->items[at];
	bool closes = item->type == FORMAT_CLOSE,
	     empty = closes && at && is_empty(p, at - 1);
	bool joined = at + 1 < p->items->count && item[1].goes_on;

	if (item->blank)
		buf_putc(p->out, '\n');
	if (item->goes_on || empty)
		buf_putc(p->out, ' ');
	else
		buf_fill(p->out, ' ', (size_t)item->depth * FORMAT_INDENT);
	if (closes)
		buf_putc(p->out, '}');
	else if (item->type == FORMAT_STATEMENT)
		put_statement(p, item);
	if (item->trail) {
		if (item->type != FORMAT_COMMENT)
			buf_fill(p->out, ' ', 1 + item->trail_pad);
		buf_putn(p->out, item->trail, item->trail_len);
	}
	if (!joined && !is_empty(p, at))
		buf_putc(p->out, '\n');
}

void aac_format_print(struct buf *out, struct arena *arena, struct format_items *items)
{
	struct printing p = { .out = out, .items = items };
	size_t most = 0;

	for (size_t i = 0; i < items->count; i++)
		if (items->items[i].count > most)
			most = items->items[i].count;
	p.breaks = ARENA_ARRAY(arena, bool, most);
	align(items, false);
	for (size_t i = 0; i < items->count; i++) {
		if (items->items[i].type == FORMAT_STATEMENT)
			settle_breaks(&p, &items->items[i]);
	}
	align(items, true);
	align_trails(items);
	for (size_t i = 0; i < items->count; i++)
		put_item(&p, i);
}
