/*
 * Making bytes visible: what a hostile file holds must reach a terminal, a comment or a
 * log as plain text.  Beside the control characters of ASCII and Latin-1 this concerns
 * the characters that turn the direction of writing, since they can make a line read as
 * another.
 */
#include "core/visible.h"

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"

static uint32_t smallest_of_length(size_t len)
{
	static const uint32_t smallest[] = { 0, 0, 0x80, 0x800, 0x10000 };

	return smallest[len];
}

static size_t lead_length(unsigned char lead)
{
	if (lead < 0x80)
		return 1;
	if (lead < 0xc2 || lead > 0xf4)
		return 0;
	return lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4;
}

/* The length of the character at AT, and the character; 0 when it is not valid. */
static size_t decode(const char *at, const char *end, uint32_t *character)
{
	const unsigned char *byte = (const unsigned char *)at;
	size_t len = lead_length(*byte);

	if (len == 0 || len > (size_t)(end - at))
		return 0;
	*character = len == 1 ? *byte : *byte & (0x7fu >> len);
	for (size_t i = 1; i < len; i++) {
		if ((byte[i] & 0xc0) != 0x80)
			return 0;
		*character = *character << 6 | (byte[i] & 0x3f);
	}
	if (*character < smallest_of_length(len) || *character > 0x10ffff)
		return 0;
	if (*character >= 0xd800 && *character <= 0xdfff)
		return 0;
	return len;
}

static bool misleads(uint32_t c)
{
	return c < 0x20 || (c >= 0x7f && c <= 0x9f) || c == 0xad || c == 0x61c ||
	       (c >= 0x200b && c <= 0x200f) || (c >= 0x2028 && c <= 0x202e) ||
	       (c >= 0x2060 && c <= 0x206f) || c == 0xfeff ||
	       (c >= 0xfff0 && c <= 0xfffb) || (c >= 0xe0000 && c <= 0xe0fff);
}

size_t aac_utf8_length(const char *at, const char *end)
{
	uint32_t character;

	return decode(at, end, &character);
}

size_t aac_visible_length(const char *at, const char *end)
{
	uint32_t character;
	size_t len = decode(at, end, &character);

	return len && !misleads(character) ? len : 0;
}

void aac_visible_print(struct buf *out, const char *text, size_t len)
{
	const char *end = text + len;

	while (text < end) {
		const char *from = text;
		size_t step;

		while (text < end && *text >= ' ' && *text < 0x7f)
			text++;
		buf_putn(out, from, (size_t)(text - from));
		if (text == end)
			break;
		step = aac_visible_length(text, end);
		if (step)
			buf_putn(out, text, step);
		else
			buf_printf(out, "\\x%02X", (unsigned char)*text);
		text += step ? step : 1;
	}
}
