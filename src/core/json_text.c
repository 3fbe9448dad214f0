/*
 * Writing JSON strings without a tree in between: map files have one entry for each
 * line of a profile and diagnostics come by the thousand.  Runs of plain bytes are
 * copied at once.
 */
#include "core/json_text.h"

#include <stdbool.h>
#include <string.h>

#include "base/buf.h"
#include "core/visible.h"

static void put_escape(struct buf *out, unsigned char byte)
{
	static const char short_from[] = "\"\\\b\f\n\r\t";
	static const char short_to[] = "\"\\bfnrt";
	const char *found = byte ? strchr(short_from, byte) : NULL;

	if (found)
		buf_printf(out, "\\%c", short_to[found - short_from]);
	else
		buf_printf(out, "\\u%04x", byte);
}

/* Bytes that stand for themselves, whatever stands beside them. */
static const bool plain[256] = {
	[' ' ... '!'] = true, ['#' ... '['] = true, [']' ... '~'] = true
};

/* How many of the bytes at AT stand for themselves. */
static size_t plain_run(const char *at, const char *end)
{
	const char *start = at;

	for (;;) {
		size_t step = 0;

		while (at < end && plain[(unsigned char)*at])
			at++;
		if (at < end && (unsigned char)*at >= 0x80)
			step = aac_utf8_length(at, end);
		if (step == 0)
			break;
		at += step;
	}
	return (size_t)(at - start);
}

void aac_json_string(struct buf *out, const char *text, size_t len)
{
	const char *end = text + len;

	buf_putc(out, '"');
	while (text < end) {
		size_t run = plain_run(text, end);

		buf_putn(out, text, run);
		text += run;
		if (text == end)
			break;
		if ((unsigned char)*text < 0x80)
			put_escape(out, (unsigned char)*text);
		else
			buf_puts(out, "\xef\xbf\xbd");
		text++;
	}
	buf_putc(out, '"');
}

void aac_json_text(struct buf *out, const char *text)
{
	if (text)
		aac_json_string(out, text, strlen(text));
	else
		buf_puts(out, "null");
}
