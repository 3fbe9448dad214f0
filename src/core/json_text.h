#pragma once

#include <stddef.h>

struct buf;

/*
 * JSON strings written straight into a buffer.  Bytes that are not valid UTF-8 become
 * U+FFFD, so what is written is always JSON; control characters and DEL are escaped.
 */
void aac_json_string(struct buf *out, const char *text, size_t len);
/* The same for a C string; `null` for NULL. */
void aac_json_text(struct buf *out, const char *text);
