/*
 * The text of an import in the making: takes a source and places in it, keeps what stands
 * between them, and makes comments of what does not count.
 */
#include "core/import_edit.h"

#include <string.h>

#include "core/ast.h"
#include "core/diag.h"
#include "core/source.h"

static bool is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\r';
}

void aac_import_put(struct aac_import_edit *e, uint32_t begin, uint32_t end)
{
	struct aac_import_piece piece = { .source = e->source,
					  .at = (uint32_t)e->out.len,
					  .len = end - begin,
					  .begin = begin };

	buf_putn(&e->pieces, (const char *)&piece, sizeof(piece));
	buf_putn(&e->out, e->source->text + begin, end - begin);
}

void aac_import_copy(struct aac_import_edit *e, uint32_t to)
{
	if (to <= e->done)
		return;
	if (!e->laid)
		aac_import_put(e, e->done, to);
	e->done = to;
}

void aac_import_begin_line(struct aac_import_edit *e)
{
	size_t at = e->out.len;

	while (at && is_blank(e->out.data[at - 1]))
		at--;
	if (at && e->out.data[at - 1] != '\n')
		buf_putc(&e->out, '\n');
}

void aac_import_end_line(struct aac_import_edit *e)
{
	const char *text = e->source->text;
	uint32_t at = e->done;

	buf_putc(&e->out, '\n');
	while (at < e->source->size && is_blank(text[at]))
		at++;
	if (!e->laid && at < e->source->size && text[at] == '\n')
		e->done = at + 1;
}

void aac_import_comment(struct aac_import_edit *e, const char *before, uint32_t begin,
			uint32_t end)
{
	const char *text = e->source->text;

	while (end > begin && (is_blank(text[end - 1]) || text[end - 1] == '\n'))
		end--;
	buf_printf(&e->out, "# %s", before);
	for (uint32_t i = begin; i < end; i++) {
		if (text[i] != '\n') {
			buf_putc(&e->out, text[i] == '\r' ? ' ' : text[i]);
			continue;
		}
		while (i + 1 < end && (is_blank(text[i + 1]) || text[i + 1] == '\n'))
			i++;
		buf_puts(&e->out, "\n#     ");
	}
}

uint32_t aac_import_body_begin(const struct aac_import_edit *e,
			       const struct aac_stmt *block)
{
	const char *text = e->source->text;
	uint32_t at = block->shape->span.end, end = block->span.end;

	if (at > block->span.begin && text[at - 1] == '{')
		return at;
	while (at < end && text[at] != '{') {
		if (text[at] == '#')
			while (at < end && text[at] != '\n')
				at++;
		else
			at++;
	}
	return at < end ? at + 1 : end;
}

/* ---- places ---------------------------------------------------------------------- */

/* The piece that holds byte AT of what was made, or else the next one, or the last. */
static struct aac_import_piece piece_at(const struct buf *pieces, uint32_t at)
{
	size_t low = 0, high = pieces->len / sizeof(struct aac_import_piece);
	struct aac_import_piece piece = { 0 };

	while (low < high) {
		size_t middle = (low + high) / 2;

		memcpy(&piece, pieces->data + middle * sizeof(piece), sizeof(piece));
		if (at < piece.at + piece.len)
			high = middle;
		else
			low = middle + 1;
	}
	if (low == pieces->len / sizeof(piece) && low)
		low--;
	if (pieces->len)
		memcpy(&piece, pieces->data + low * sizeof(piece), sizeof(piece));
	return piece;
}

static struct aac_span home(const struct buf *pieces, const struct aac_source *made,
			    struct aac_span span)
{
	uint32_t last = span.end > span.begin ? span.end - 1 : span.begin;
	struct aac_import_piece a = piece_at(pieces, span.begin),
				b = piece_at(pieces, last);
	struct aac_span own = { a.source, a.begin, a.begin + a.len };

	if (span.source != made || !a.source)
		return span;
	if (span.begin >= a.at && span.begin < a.at + a.len)
		own.begin += span.begin - a.at;
	if (b.source == a.source && last >= b.at && last < b.at + b.len)
		own.end = b.begin + (last - b.at) + (span.end > span.begin);
	if (own.end < own.begin)
		own.end = own.begin;
	return own;
}

void aac_import_bring_home(struct aac_diags *diags, const struct aac_diags *found,
			   const struct aac_source *made, const struct buf *pieces)
{
	for (const struct aac_diag *d = found->head; d; d = d->next) {
		struct aac_diag *own;

		if (d->severity != AAC_ERROR)
			continue;
		own = aac_report(diags, d->severity, d->slug,
				 home(pieces, made, d->span), "%s", d->message);
		if (d->hint)
			aac_hint(diags, own, "%s", d->hint);
		for (const struct aac_diag *n = d->notes; n; n = n->next)
			aac_note(diags, own, home(pieces, made, n->span), "%s",
				 n->message);
	}
}
