/*
 * One member of a JSON object, changed in place.  The text is never printed anew: an edit
 * names the range of a value, or the place behind the last member.  Not obvious: what
 * stands between two members (line ends, indentation, a comma in front) is copied from
 * the object itself, so that a new member looks like its neighbours.
 */
#include "core/json_edit.h"

#include <string.h>

#include "base/arena.h"
#include "base/buf.h"
#include "core/json_scan.h"
#include "core/json_text.h"
#include "core/source.h"

/* The members of an object, as far as an edit needs them. */
struct members {
	const struct aac_source *source;
	size_t count;
	struct aac_json_range first_key;
	struct aac_json_range last_key, last_value;
	uint32_t before_last; /* where the member before the last ends; 0: none */
	/* The member that is looked for. */
	bool found;
	struct aac_json_range key, value;
	uint32_t before; /* where the one before it ends; 0: it is the first */
	uint32_t behind; /* where the key of the next one begins; 0: it is the last */
};

static struct members find_members(const struct aac_source *source, uint32_t object,
				   const char *key)
{
	struct members m = { .source = source };
	struct aac_json_walk walk;
	bool previous = false; /* the member before is the one */

	if (!aac_json_walk_start(&walk, source->text, object) || !walk.object)
		return m;
	while (aac_json_walk_next(&walk)) {
		bool is_it = aac_json_says(source->text, walk.key, key);

		if (previous)
			m.behind = walk.key.begin;
		if (is_it) {
			m.found = true;
			m.key = walk.key;
			m.value = walk.value;
			m.before = m.count ? m.last_value.end : 0;
			m.behind = 0;
		}
		if (m.count == 0)
			m.first_key = walk.key;
		m.before_last = m.count ? m.last_value.end : 0;
		m.last_key = walk.key;
		m.last_value = walk.value;
		m.count++;
		previous = is_it;
	}
	return m;
}

const char *aac_json_member_text(struct arena *arena, const struct aac_source *source,
				 uint32_t object, const char *key)
{
	struct members m = find_members(source, object, key);

	return m.found ? arena_strndup(arena, source->text + m.value.begin,
				       m.value.end - m.value.begin)
		       : NULL;
}

bool aac_json_member_says(const struct aac_source *source, uint32_t object,
			  const char *key, const char *value)
{
	struct members m = find_members(source, object, key);

	return m.found && source->text[m.value.begin] == '"' &&
	       aac_json_says(source->text, m.value, value);
}

/* ---- the object's own style ------------------------------------------------ */

static bool has_newline(const char *text, size_t len)
{
	return memchr(text, '\n', len) != NULL;
}

/* What stands between a key and its value, when that is on one line. */
static void put_colon(const struct members *m, struct buf *out)
{
	const char *from = m->source->text + m->last_key.end;
	size_t len = m->last_value.begin - m->last_key.end;

	if (m->count > 0 && !has_newline(from, len))
		buf_putn(out, from, len);
	else
		buf_puts(out, ": ");
}

/* A line end, blank lines left out, and what follows it. */
static const char *last_line_end(const char *text, size_t len)
{
	const char *end = memrchr(text, '\n', len);

	return end && end > text && end[-1] == '\r' ? end - 1 : end;
}

/* White space and the comma between the last two members; blank lines do not count. */
static void put_joint(const char *text, size_t len, struct buf *out)
{
	const char *comma = memchr(text, ',', len);
	const char *behind = comma + 1;
	size_t rest = len - (size_t)(behind - text);
	const char *line = last_line_end(behind, rest);

	buf_putn(out, text, (size_t)(behind - text));
	if (line)
		buf_putn(out, line, rest - (size_t)(line - behind));
	else
		buf_putn(out, behind, rest);
}

/* There is but one member: the next comes as that one came behind the bracket. */
static void put_first_joint(const struct members *m, uint32_t object, struct buf *out)
{
	const char *from = m->source->text + object + 1;
	size_t len = m->first_key.begin - object - 1;
	const char *line = last_line_end(from, len);
	const char *colon = m->source->text + m->last_key.end;

	buf_putc(out, ',');
	if (line)
		buf_putn(out, line, len - (size_t)(line - from));
	else if (len > 0 || memchr(colon, ' ', m->last_value.begin - m->last_key.end))
		buf_putc(out, ' ');
}

/* The white space that the line of the byte AT begins with. */
static struct aac_json_range line_indent(const struct aac_source *source, uint32_t at)
{
	const char *newline = memrchr(source->text, '\n', at);
	uint32_t begin = newline ? (uint32_t)(newline + 1 - source->text) : 0;
	uint32_t len = (uint32_t)strspn(source->text + begin, " \t");

	return (struct aac_json_range){ begin, begin + len };
}

/* One step of indentation, as the first member of the document has it. */
static struct aac_json_range find_step(const struct aac_source *source)
{
	uint32_t root = aac_json_skip_space(source->text, 0, source->size);
	struct aac_json_walk walk;

	if (!aac_json_walk_start(&walk, source->text, root) || !aac_json_walk_next(&walk))
		return (struct aac_json_range){ 0 };
	return line_indent(source, walk.object ? walk.key.begin : walk.value.begin);
}

/* An empty object: what comes between its bracket and the new member. */
static void put_opening(const struct aac_source *source, uint32_t object, struct buf *out)
{
	const char *from = source->text + object + 1;
	uint32_t close = aac_json_skip_space(source->text, object + 1, source->size);
	size_t len = close - object - 1;
	const char *line = last_line_end(from, len);
	struct aac_json_range step;

	if (!line) {
		buf_putn(out, from, len);
		return;
	}
	step = find_step(source);
	buf_putn(out, line, len - (size_t)(line - from));
	buf_putn(out, source->text + step.begin, step.end - step.begin);
}

/* ---- edits ----------------------------------------------------------------- */

static struct aac_edit add_member(struct arena *arena, const struct members *m,
				  uint32_t object, const char *key, const char *value)
{
	struct aac_edit edit = { 0 };
	CLEANUP_BUF out = { 0 };

	edit.begin = edit.end = m->count ? m->last_value.end : object + 1;
	if (m->count == 0)
		put_opening(m->source, object, &out);
	else if (m->count == 1)
		put_first_joint(m, object, &out);
	else
		put_joint(m->source->text + m->before_last,
			  m->last_key.begin - m->before_last, &out);
	aac_json_text(&out, key);
	put_colon(m, &out);
	buf_puts(&out, value);
	edit.len = out.len;
	edit.text = arena_strndup(arena, buf_str(&out), out.len);
	return edit;
}

struct aac_edit aac_json_edit_set(struct arena *arena, const struct aac_source *source,
				  uint32_t object, const char *key, const char *value)
{
	struct members m = find_members(source, object, key);

	if (!m.found)
		return add_member(arena, &m, object, key, value);
	return (struct aac_edit){ m.value.begin, m.value.end, value, strlen(value) };
}

bool aac_json_edit_remove(const struct aac_source *source, uint32_t object,
			  const char *key, struct aac_edit *edit)
{
	struct members m = find_members(source, object, key);

	if (!m.found)
		return false;
	*edit = (struct aac_edit){ m.before, m.value.end, "", 0 };
	if (!m.before) {
		edit->begin = m.behind ? m.key.begin : object + 1;
		edit->end = m.behind ? m.behind : m.value.end;
	}
	return true;
}
