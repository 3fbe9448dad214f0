/*
 * The rules of a profile as lines: sections with their headings, comments, and the
 * rules themselves.  Comments are escaped, since a line break in one would end it and
 * begin a rule. The permissions of file rules that follow each other stand in one
 * column.
 */
#include "core/render_lines.h"

#include <string.h>

#include "base/arena.h"
#include "core/visible.h"

#define COLUMN_MAX 56u /* a rule that is longer stands out rather than move the others   \
			*/

/* ---- lines --------------------------------------------------------------------- */

void aac_lines_begin(struct aac_lines *lines)
{
	lines->start = lines->text.len;
	buf_putn(&lines->text, lines->indent, lines->indent_len);
	buf_fill(&lines->text, ' ', (size_t)lines->depth * 4);
}

/* Ends the line, or the lines: each has a record of its own. */
void aac_lines_end(struct aac_lines *lines)
{
	struct aac_line record = { lines->grant, lines->grant ? NULL : lines->frame };

	buf_putc(&lines->text, '\n');
	for (size_t i = lines->start; i < lines->text.len; i++)
		if (lines->text.data[i] == '\n')
			buf_putn(&lines->records, (const char *)&record, sizeof(record));
	lines->start = lines->text.len;
}

static void put_blank(struct aac_lines *lines)
{
	lines->start = lines->text.len;
	aac_lines_end(lines);
}

void aac_lines_comment(struct aac_lines *lines, const char *label, const char *text)
{
	do {
		size_t len = strcspn(text, "\n"), shown = len;

		while (shown && (text[shown - 1] == ' ' || text[shown - 1] == '\r'))
			shown--;
		aac_lines_begin(lines);
		buf_puts(&lines->text, shown || *label ? "# " : "#");
		aac_visible_print(&lines->text, label, strlen(label));
		aac_visible_print(&lines->text, text, shown);
		aac_lines_end(lines);
		text += len + (text[len] == '\n');
	} while (*text);
}

const struct aac_line *aac_lines_take(struct aac_lines *lines, struct arena *arena,
				      size_t *count)
{
	struct aac_line *taken;

	*count = lines->records.len / sizeof(struct aac_line);
	taken = ARENA_ARRAY(arena, struct aac_line, *count);
	if (*count)
		memcpy(taken, lines->records.data, lines->records.len);
	buf_fini(&lines->text);
	buf_fini(&lines->records);
	return taken;
}

/* ---- rules --------------------------------------------------------------------- */

/* Past the word at AT: it ends at white space outside of quotes. */
static const char *skip_word(const char *at)
{
	bool quoted = false;

	for (; *at && (quoted || *at != ' '); at++) {
		if (*at == '"')
			quoted = !quoted;
		else if (*at == '\\' && at[1])
			at++;
	}
	return at;
}

/* How many bytes of a file rule's text stand before the space before its permissions;
 * 0: it is none that has a column. */
static size_t left_part(const struct aac_rule *rule)
{
	const char *text = rule->text, *word = text, *previous = NULL;

	if (rule->kind->id != AAC_KIND_FILE)
		return 0;
	for (;;) {
		const char *end = skip_word(word);

		if (*end == '\0' || strncmp(end, " -> ", 4) == 0)
			return previous ? (size_t)(word - text) - 1 : 0;
		previous = word;
		word = end + 1;
	}
}

/* A doc that the rule before has too (one rule, repeated by `for`) is not said again. */
static bool has_doc(const struct aac_grant *grant, const struct aac_grant *previous)
{
	if (!grant->doc || !*grant->doc)
		return false;
	return !previous || !previous->doc || strcmp(previous->doc, grant->doc) != 0;
}

/* Neither is what is said of a rule of which the one before is a part as well. */
static bool begins_whole(const struct aac_grant *grant, const struct aac_grant *previous)
{
	if (!grant->whole)
		return false;
	return !previous || !previous->whole ||
	       strcmp(previous->whole, grant->whole) != 0;
}

static bool is_next_part(const struct aac_grant *grant, const struct aac_grant *previous)
{
	return grant->whole && !begins_whole(grant, previous);
}

static bool has_accepts(const struct aac_grant *grant, const struct aac_grant *previous)
{
	return grant->accepts && !(is_next_part(grant, previous) &&
				   grant->accepts == previous->accepts);
}

static bool has_why(const struct aac_grant *grant, const struct aac_grant *previous)
{
	return grant->why && !(is_next_part(grant, previous) && previous->why &&
			       strcmp(grant->why, previous->why) == 0);
}

static bool has_comment(const struct aac_grant *grant, const struct aac_grant *previous)
{
	return has_doc(grant, previous) || begins_whole(grant, previous) ||
	       has_accepts(grant, previous) || has_why(grant, previous);
}

/* The column of the permissions for the rows that begin with FIRST. */
static size_t find_column(const struct aac_grant *first)
{
	const struct aac_grant *previous = NULL;
	size_t column = 0;

	for (const struct aac_grant *at = first; at; previous = at, at = at->next) {
		size_t left = left_part(at->rule);

		if (left == 0 || (previous && has_comment(at, previous)))
			break;
		if (left <= COLUMN_MAX && left > column)
			column = left;
	}
	return column;
}

static void put_rule(struct aac_lines *lines, const struct aac_grant *grant,
		     size_t column)
{
	const char *text = grant->rule->text;
	size_t left = left_part(grant->rule);

	lines->grant = grant;
	aac_lines_begin(lines);
	buf_putn(&lines->text, text, left);
	if (left && left < column)
		buf_fill(&lines->text, ' ', column - left);
	buf_puts(&lines->text, text + left);
	aac_lines_end(lines);
	lines->grant = NULL;
}

static void put_accepts(struct aac_lines *lines, const char *what,
			const struct aac_accept *accepts)
{
	for (const struct aac_accept *a = accepts; a; a = a->next) {
		CLEANUP_BUF label = { 0 };

		buf_printf(&label, "accepted%s (%s): ", what, a->slug);
		aac_lines_comment(lines, buf_str(&label), a->reason);
	}
}

static void put_comments(struct aac_lines *lines, const struct aac_grant *grant,
			 const struct aac_grant *previous)
{
	if (previous)
		put_blank(lines);
	if (has_doc(grant, previous))
		aac_lines_comment(lines, "", grant->doc);
	if (has_accepts(grant, previous))
		put_accepts(lines, "", grant->accepts);
	if (begins_whole(grant, previous))
		aac_lines_comment(lines, "stands for: ", grant->whole);
	if (has_why(grant, previous))
		aac_lines_comment(lines, "narrowed: ", grant->why);
}

static void put_grants(struct aac_lines *lines, const struct aac_grant *grants)
{
	const struct aac_grant *previous = NULL;
	size_t column = 0;

	for (const struct aac_grant *grant = grants; grant; grant = grant->next) {
		bool comment = has_comment(grant, previous);

		if (comment)
			put_comments(lines, grant, previous);
		if (comment || !previous || left_part(previous->rule) == 0)
			column = find_column(grant);
		put_rule(lines, grant, column);
		previous = grant;
	}
}

/* ---- sections ------------------------------------------------------------------ */

static bool has_origin(const struct aac_origin *origins, const char *section)
{
	for (const struct aac_origin *at = origins; at; at = at->next)
		if (strcmp(at->section, section) == 0)
			return true;
	return false;
}

/* Has the empty section NAME rules that others say as well? */
static bool is_said_elsewhere(const struct aac_policy *policy, const char *name)
{
	for (const struct aac_dropped *d = policy->dropped; d; d = d->next)
		if (has_origin(d->origins, name))
			return true;
	for (const struct aac_section *s = policy->sections; s; s = s->next)
		for (const struct aac_grant *g = s->grants; g; g = g->next)
			if (has_origin(g->origins, name))
				return true;
	return false;
}

static void put_heading(struct aac_lines *lines, const struct aac_section *section)
{
	CLEANUP_BUF label = { 0 };

	buf_printf(&label, "---- %s: ", section->name);
	if (section->own)
		aac_lines_comment(lines, buf_str(&label), "the profile's own rules");
	else if (section->summary && *section->summary)
		aac_lines_comment(lines, buf_str(&label), section->summary);
	else
		aac_lines_comment(lines, "---- ", section->name);
}

static void put_section(struct aac_lines *lines, const struct aac_section *section)
{
	put_heading(lines, section);
	if (!section->grants) {
		aac_lines_comment(lines, "", "(other sections cover all of its rules)");
		return;
	}
	put_accepts(lines, " for the fragment", section->accepts);
	if (section->accepts && has_comment(section->grants, NULL))
		put_blank(lines);
	put_grants(lines, section->grants);
}

static void put_sections(struct aac_lines *lines, const struct aac_policy *policy,
			 const struct aac_section *sections)
{
	bool first = true;

	for (const struct aac_section *s = sections; s; s = s->next) {
		if (!s->grants && !is_said_elsewhere(policy, s->name))
			continue;
		if (!first)
			put_blank(lines);
		put_section(lines, s);
		first = false;
	}
}

/* A child that one fragment alone speaks of needs no headings. */
static void put_children(struct aac_lines *lines, const struct aac_policy *policy,
			 const struct aac_child *children, bool first)
{
	for (const struct aac_child *c = children; c; c = c->next, first = false) {
		if (!first)
			put_blank(lines);
		if (c->head->shape->doc)
			aac_lines_comment(lines, "", c->head->shape->doc);
		aac_lines_begin(lines);
		buf_printf(&lines->text, "%s {", c->head->text);
		aac_lines_end(lines);
		lines->depth++;
		if (c->sections && !c->sections->next)
			put_grants(lines, c->sections->grants);
		else
			put_sections(lines, policy, c->sections);
		put_children(lines, policy, c->children,
			     !c->sections || !c->sections->grants);
		lines->depth--;
		aac_lines_begin(lines);
		buf_puts(&lines->text, "}");
		aac_lines_end(lines);
	}
}

static bool has_rules(const struct aac_policy *policy)
{
	for (const struct aac_section *s = policy->sections; s; s = s->next)
		if (s->grants || is_said_elsewhere(policy, s->name))
			return true;
	return false;
}

void aac_lines_rules(struct aac_lines *lines, const struct aac_policy *policy)
{
	put_sections(lines, policy, policy->sections);
	put_children(lines, policy, policy->children, !has_rules(policy));
}

void aac_lines_preamble(struct aac_lines *lines, const struct aac_policy *policy,
			bool abi)
{
	for (const struct aac_grant *g = policy->preamble; g; g = g->next) {
		if ((g->rule->kind->id == AAC_KIND_ABI) != abi)
			continue;
		if (g->doc)
			aac_lines_comment(lines, "", g->doc);
		put_rule(lines, g, 0);
	}
}

void aac_lines_header(struct aac_lines *lines, const struct aac_policy *policy)
{
	const struct aac_grant *previous = NULL;

	for (const struct aac_grant *g = policy->header; g; previous = g, g = g->next) {
		if (has_doc(g, previous))
			aac_lines_comment(lines, "", g->doc);
		put_rule(lines, g, 0);
	}
}
