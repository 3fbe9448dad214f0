/*
 * The text of an import in the making: takes a source and places in it, keeps what stands
 * between them, and makes comments of what does not count.
 */
#include "core/import_edit.h"

#include <string.h>

#include "core/ast.h"
#include "core/source.h"

static bool is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\r';
}

void aac_import_copy(struct aac_import_edit *e, uint32_t to)
{
	if (to <= e->done)
		return;
	if (!e->laid)
		buf_putn(&e->out, e->source->text + e->done, to - e->done);
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
