/*
 * PROFILE.map.json: which rule of which file wrote each line, and which rules were left
 * out because of which others.  Written straight as text, one line of JSON for each
 * entry: a fleet of ten thousand containers has millions of them.
 */
#include "core/manifest.h"

#include <string.h>

#include "base/arena.h"
#include "base/buf.h"
#include "core/json_text.h"

static void put_text(struct buf *out, const char *key, const char *text)
{
	buf_puts(out, ", \"");
	buf_puts(out, key);
	buf_puts(out, "\": ");
	aac_json_text(out, text);
}

static void put_place(struct buf *out, const struct aac_origin *origin)
{
	struct aac_place place = { 0, 0 };

	if (origin->span.source)
		place = aac_source_place(origin->span.source, origin->span.begin);
	buf_puts(out, "\"file\": ");
	aac_json_text(out, origin->span.source ? origin->span.source->logical : NULL);
	buf_puts(out, ", \"source_line\": ");
	buf_number(out, place.line);
	buf_puts(out, ", \"source_column\": ");
	buf_number(out, place.column);
	put_text(out, "fragment", origin->section);
}

/* The values are JSON texts already. */
static void put_parameters(struct buf *out, const struct aac_used *used)
{
	if (!used)
		return;
	buf_puts(out, ", \"parameters\": {");
	for (const struct aac_used *at = used; at; at = at->next) {
		if (at != used)
			buf_puts(out, ", ");
		aac_json_text(out, at->name);
		buf_puts(out, ": ");
		buf_puts(out, at->value);
	}
	buf_putc(out, '}');
}

/* Further rules that say the same. */
static void put_also(struct buf *out, const struct aac_origin *origins)
{
	if (!origins)
		return;
	buf_puts(out, ", \"also\": [");
	for (const struct aac_origin *at = origins; at; at = at->next) {
		buf_puts(out, at == origins ? "{" : ", {");
		put_place(out, at);
		put_parameters(out, at->used);
		buf_putc(out, '}');
	}
	buf_putc(out, ']');
}

static void put_line(struct buf *out, size_t number, const struct aac_grant *grant)
{
	buf_puts(out, "{\"line\": ");
	buf_number(out, number);
	buf_puts(out, ", ");
	put_place(out, grant->origins);
	put_text(out, "rule", grant->rule->text);
	if (grant->doc)
		put_text(out, "doc", grant->doc);
	put_parameters(out, grant->origins->used);
	put_also(out, grant->origins->next);
	if (grant->why) {
		buf_puts(out, ", \"narrowed\": {\"written\": ");
		aac_json_text(out, grant->written ? grant->written->text : NULL);
		put_text(out, "why", grant->why);
		buf_putc(out, '}');
	}
	if (grant->widened)
		put_text(out, "widened", grant->widened);
	buf_putc(out, '}');
}

static void put_dropped(struct buf *out, const struct aac_dropped *dropped)
{
	buf_puts(out, "{\"rule\": ");
	aac_json_text(out, dropped->rule->text);
	put_text(out, "reason", dropped->reason);
	buf_puts(out, ", ");
	put_place(out, dropped->origins);
	put_parameters(out, dropped->origins->used);
	put_also(out, dropped->origins->next);
	if (dropped->by) {
		buf_puts(out, ", \"by\": {\"rule\": ");
		aac_json_text(out, dropped->by->rule->text);
		buf_puts(out, ", ");
		put_place(out, dropped->by->origins);
		buf_putc(out, '}');
	}
	buf_putc(out, '}');
}

const char *aac_map_text(struct arena *arena, const struct aac_profile_text *profile,
			 size_t *len)
{
	const char *between = "\n    ";
	CLEANUP_BUF out = { 0 };

	buf_puts(&out, "{\n  \"lines\": [");
	for (size_t i = 0; i < profile->line_count; i++) {
		const struct aac_grant *grant = profile->lines[i].grant;

		if (!grant || !grant->origins)
			continue;
		buf_puts(&out, between);
		put_line(&out, i + 1, grant);
		between = ",\n    ";
	}
	buf_puts(&out, "\n  ],\n  \"dropped\": [");
	between = "\n    ";
	for (const struct aac_dropped *d = profile->policy->dropped; d; d = d->next) {
		if (!d->origins)
			continue;
		buf_puts(&out, between);
		put_dropped(&out, d);
		between = ",\n    ";
	}
	buf_puts(&out, "\n  ]\n}\n");
	*len = out.len;
	return arena_strndup(arena, buf_str(&out), out.len);
}
