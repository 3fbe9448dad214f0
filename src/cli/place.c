/*
 * Places for people and programs: FILE:LINE, and the piece of a rule file at a span.
 * It takes spans and gives text in the arena.
 */
#include "cli/place.h"

#include "base/arena.h"
#include "base/buf.h"

void aac_json_place(struct aac_json *json, struct aac_span span)
{
	if (!span.source) {
		aac_json_put(json, "file", NULL);
		aac_json_put(json, "line", NULL);
		return;
	}
	aac_json_put(json, "file", span.source->name);
	aac_json_number(json, "line", aac_source_place(span.source, span.begin).line);
}

const char *aac_place_text(struct arena *arena, struct aac_span span)
{
	if (!span.source)
		return "";
	return arena_printf(arena, "%s:%u", span.source->name,
			    aac_source_place(span.source, span.begin).line);
}

const char *aac_span_text(struct arena *arena, struct aac_span span)
{
	CLEANUP_BUF out = { 0 };
	bool space = false, quoted = false, comment = false;

	if (!span.source)
		return "";
	for (uint32_t i = span.begin; i < span.end; i++) {
		char c = span.source->text[i];

		quoted ^= c == '"' && !comment;
		comment = c != '\n' && (comment || (c == '#' && !quoted));
		if (comment)
			continue;
		if (c == ' ' || c == '\t' || c == '\n' || c == '\r') {
			space = true;
			continue;
		}
		if (space && out.len > 0)
			buf_putc(&out, ' ');
		space = false;
		buf_putc(&out, c);
	}
	return arena_strndup(arena, buf_str(&out), out.len);
}
