#pragma once

#include <stdarg.h>
#include <stddef.h>

/*
 * Growable byte buffer on the heap.  `struct buf b = { 0 }` is an empty one; after the
 * first write `data` is NUL-terminated (the NUL is not in `len`).  Out of memory aborts.
 */
struct buf {
	char *data;
	size_t len, cap;
};

void buf_fini(struct buf *buf);
void buf_clear(struct buf *buf);
void buf_reserve(struct buf *buf, size_t extra);
void buf_putc(struct buf *buf, char c);
void buf_puts(struct buf *buf, const char *str);
void buf_putn(struct buf *buf, const char *str, size_t len);
void buf_fill(struct buf *buf, char c, size_t count);
/* In decimal. */
void buf_number(struct buf *buf, unsigned long long number);
void buf_printf(struct buf *buf, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));
void buf_vprintf(struct buf *buf, const char *fmt, va_list ap)
	__attribute__((format(printf, 2, 0), nonnull(2)));

/* The text so far, never NULL. */
const char *buf_str(const struct buf *buf);

#define CLEANUP_BUF __attribute__((cleanup(buf_fini))) struct buf
