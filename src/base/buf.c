/*
 * A growable byte buffer: the one thing here that lives on the heap and grows in place,
 * for text whose length nobody knows beforehand.
 *
 * The capacity at least doubles, so appending a byte costs constant time on average, and
 * there is always room for the NUL behind the text.
 */
#include "base/buf.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { FIRST_SIZE = 64 };

void buf_fini(struct buf *buf)
{
	free(buf->data);
	*buf = (struct buf){ 0 };
}

void buf_clear(struct buf *buf)
{
	buf->len = 0;
	if (buf->data)
		buf->data[0] = '\0';
}

/* Room for EXTRA bytes and the NUL. */
void buf_reserve(struct buf *buf, size_t extra)
{
	size_t need;

	if (extra > SIZE_MAX / 2 - 1 - buf->len)
		abort();
	need = buf->len + extra + 1;
	if (need <= buf->cap)
		return;
	if (need < buf->cap * 2)
		need = buf->cap * 2;
	if (need < FIRST_SIZE)
		need = FIRST_SIZE;
	buf->data = realloc(buf->data, need);
	if (!buf->data)
		abort();
	buf->cap = need;
	buf->data[buf->len] = '\0';
}

void buf_putc(struct buf *buf, char c)
{
	buf_reserve(buf, 1);
	buf->data[buf->len++] = c;
	buf->data[buf->len] = '\0';
}

void buf_puts(struct buf *buf, const char *str)
{
	buf_putn(buf, str, strlen(str));
}

void buf_putn(struct buf *buf, const char *str, size_t len)
{
	buf_reserve(buf, len);
	if (len)
		memcpy(buf->data + buf->len, str, len);
	buf->len += len;
	buf->data[buf->len] = '\0';
}

void buf_fill(struct buf *buf, char c, size_t count)
{
	buf_reserve(buf, count);
	memset(buf->data + buf->len, c, count);
	buf->len += count;
	buf->data[buf->len] = '\0';
}

void buf_number(struct buf *buf, unsigned long long number)
{
	char digits[20], *at = digits + sizeof(digits);

	do
		*--at = (char)('0' + number % 10);
	while ((number /= 10));
	buf_putn(buf, at, (size_t)(digits + sizeof(digits) - at));
}

void buf_vprintf(struct buf *buf, const char *fmt, va_list ap)
{
	va_list again;
	int len;

	va_copy(again, ap);
	len = vsnprintf(NULL, 0, fmt, again);
	va_end(again);
	if (len < 0)
		abort();
	buf_reserve(buf, (size_t)len);
	vsnprintf(buf->data + buf->len, (size_t)len + 1, fmt, ap);
	buf->len += (size_t)len;
}

void buf_printf(struct buf *buf, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	buf_vprintf(buf, fmt, ap);
	va_end(ap);
}

const char *buf_str(const struct buf *buf)
{
	return buf->data ? buf->data : "";
}
