#pragma once

#include <stddef.h>

struct buf;

/*
 * Text of unknown origin made safe to show: valid UTF-8 passes, every other byte, control
 * characters and characters that reorder or hide text are written as \xNN.
 */

/* Bytes of the character at AT, which is before END: 0 when it is not valid UTF-8. */
size_t aac_utf8_length(const char *at, const char *end);
/* How many of the bytes at AT make one character to show as it is; 0: one byte,
 * escaped. */
size_t aac_visible_length(const char *at, const char *end);
void aac_visible_print(struct buf *out, const char *text, size_t len);
