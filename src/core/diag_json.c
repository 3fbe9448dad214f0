/*
 * Diagnostics as JSON, one object a line, for programs: all of them (floods too),
 * always with the same keys in the same order.  What has no place has null there.
 */
#include "core/diag.h"

#include "base/buf.h"
#include "core/json_text.h"

static void put_key(struct buf *out, const char *key, const char *text)
{
	buf_printf(out, "\"%s\":", key);
	aac_json_text(out, text);
}

static void put_place(struct buf *out, const char *prefix, struct aac_span span,
		      uint32_t offset)
{
	struct aac_place place;

	if (!span.source) {
		buf_printf(out, ",\"%sline\":null,\"%scolumn\":null", prefix, prefix);
		return;
	}
	place = aac_source_place(span.source, offset);
	buf_printf(out, ",\"%sline\":%u,\"%scolumn\":%u", prefix, place.line, prefix,
		   place.column);
}

static void put_note(struct buf *out, const struct aac_diag *note)
{
	buf_putc(out, '{');
	put_key(out, "file", note->span.source ? note->span.source->name : NULL);
	put_place(out, "", note->span, note->span.begin);
	buf_putc(out, ',');
	put_key(out, "message", note->message);
	buf_putc(out, '}');
}

static void put_diag(struct buf *out, const struct aac_diag *diag)
{
	static const char *const names[] = {
		[AAC_NOTE] = "note",
		[AAC_WARNING] = "warning",
		[AAC_ERROR] = "error",
	};

	buf_putc(out, '{');
	put_key(out, "severity", names[diag->severity]);
	buf_putc(out, ',');
	put_key(out, "slug", diag->slug);
	buf_putc(out, ',');
	put_key(out, "message", diag->message);
	buf_putc(out, ',');
	put_key(out, "file", diag->span.source ? diag->span.source->name : NULL);
	put_place(out, "", diag->span, diag->span.begin);
	put_place(out, "end_", diag->span, diag->span.end);
	buf_putc(out, ',');
	put_key(out, "hint", diag->hint);
	buf_puts(out, ",\"notes\":[");
	for (const struct aac_diag *note = diag->notes; note; note = note->next) {
		put_note(out, note);
		if (note->next)
			buf_putc(out, ',');
	}
	buf_puts(out, "]}\n");
}

void aac_diags_render_json(const struct aac_diags *diags,
			   const struct aac_diag_style *style, struct buf *out)
{
	for (const struct aac_diag *d = diags->head; d; d = d->next)
		if (!style->quiet || d->severity == AAC_ERROR)
			put_diag(out, d);
}
