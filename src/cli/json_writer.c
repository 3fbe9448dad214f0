/*
 * JSON results: brackets, commas and indentation.  It takes keys and values in order
 * and appends to a buffer.  Not obvious: strings may be any bytes (file names are);
 * what is no UTF-8 becomes U+FFFD, so the result always parses.
 */
#include "cli/json_writer.h"

#include "base/buf.h"
#include "core/json_text.h"

static void begin_value(struct aac_json *json, const char *key)
{
	if (json->more)
		buf_puts(json->out, json->compact ? ", " : ",");
	if (json->depth > 0 && !json->compact) {
		buf_putc(json->out, '\n');
		buf_fill(json->out, ' ', 2 * (size_t)json->depth);
	}
	if (key) {
		aac_json_text(json->out, key);
		buf_puts(json->out, ": ");
	}
	json->more = true;
}

void aac_json_begin(struct aac_json *json, const char *key, char bracket)
{
	begin_value(json, key);
	buf_putc(json->out, bracket);
	json->depth++;
	json->more = false;
}

void aac_json_end(struct aac_json *json, char bracket)
{
	json->depth--;
	if (json->more && !json->compact) {
		buf_putc(json->out, '\n');
		buf_fill(json->out, ' ', 2 * (size_t)json->depth);
	}
	buf_putc(json->out, bracket);
	json->more = true;
	if (json->depth == 0)
		buf_putc(json->out, '\n');
}

void aac_json_put(struct aac_json *json, const char *key, const char *text)
{
	begin_value(json, key);
	aac_json_text(json->out, text);
}

void aac_json_number(struct aac_json *json, const char *key, size_t number)
{
	begin_value(json, key);
	buf_printf(json->out, "%zu", number);
}

void aac_json_bool(struct aac_json *json, const char *key, bool value)
{
	begin_value(json, key);
	buf_puts(json->out, value ? "true" : "false");
}

void aac_json_raw(struct aac_json *json, const char *key, const char *text)
{
	begin_value(json, key);
	buf_puts(json->out, text);
}
