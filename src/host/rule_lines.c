/*
 * Lines of policy text.  Not obvious: a string may hold newlines, and in a list between
 * parentheses `#` begins no comment, so a line says what it seems to say only where all
 * before it are whole.
 */
#include "host/rule_lines.h"

#include <string.h>

#define INCLUDE "include"

struct aac_text_line aac_text_line(const char *at, size_t len)
{
	while (len > 0 && (*at == ' ' || *at == '\t')) {
		at++;
		len--;
	}
	while (len > 0 && (at[len - 1] == ' ' || at[len - 1] == '\t' ||
			   at[len - 1] == '\r'))
		len--;
	return (struct aac_text_line){ at, len };
}

static bool begins(struct aac_text_line line, const char *word)
{
	return line.len >= strlen(word) && memcmp(line.at, word, strlen(word)) == 0;
}

/* `include <PATH>` or `include if exists <PATH>`, with nothing behind it. */
static bool is_include(struct aac_text_line line)
{
	const char *close = memchr(line.at, '>', line.len);
	size_t left = close ? (size_t)(line.at + line.len - close) : 0;

	return begins(line, INCLUDE) && close && !memchr(line.at, '"', line.len) &&
	       memchr(line.at, '<', (size_t)(close - line.at)) &&
	       (left == 1 || (left == 2 && close[1] == ','));
}

/* `@{NAME} = WORDS`, of which each may be in quotes. */
static bool is_assignment(struct aac_text_line line)
{
	const char *sign = memchr(line.at, '=', line.len);
	const char *close = memchr(line.at, '}', line.len);
	size_t quotes = 0;

	if (!begins(line, "@{") || !sign || !close || close > sign ||
	    memchr(line.at, '\\', line.len) || memchr(line.at, '#', line.len))
		return false;
	for (size_t i = 0; i < line.len; i++)
		quotes += line.at[i] == '"';
	while (++close < sign)
		if (!strchr(" \t+", *close))
			return false;
	return quotes % 2 == 0;
}

/* How deep in brackets of each sort the rule is. */
struct depths {
	size_t of[3];
};

/* False: one is closed that is not open. */
static bool count(struct depths *depths, char c)
{
	static const char opening[] = "([{", closing[] = ")]}";
	const char *open = strchr(opening, c), *close = strchr(closing, c);

	if (open)
		depths->of[open - opening]++;
	return !close || depths->of[close - closing]-- > 0;
}

/* Nothing, or a comment. */
static bool is_rest(const char *at, const char *end)
{
	while (at < end && (*at == ' ' || *at == '\t'))
		at++;
	return at == end || *at == '#';
}

/* The one comma that is not between brackets ends it. */
static bool is_rule(struct aac_text_line line)
{
	const char *end = line.at + line.len;
	struct depths depths = { 0 };
	bool quoted = false;

	for (const char *at = line.at; at < end; at++) {
		if (*at == '\\' || (*at == '#' && !quoted))
			return false;
		quoted ^= *at == '"';
		if (quoted)
			continue;
		if (!count(&depths, *at))
			return false;
		if (*at == ',' && !depths.of[0] && !depths.of[1] && !depths.of[2])
			return is_rest(at + 1, end);
	}
	return false;
}

bool aac_line_is_whole(struct aac_text_line line)
{
	if (line.len == 0)
		return true;
	if (memchr(line.at, '\0', line.len))
		return false;
	if (*line.at == '#' && !begins(line, "#" INCLUDE))
		return true;
	if (*line.at == '#')
		line = aac_text_line(line.at + 1, line.len - 1);
	return begins(line, INCLUDE) ? is_include(line)
				     : is_assignment(line) || is_rule(line);
}

bool aac_lines_are_whole(const char *text, size_t len)
{
	for (const char *end = text + len; text < end;) {
		const char *stop = memchr(text, '\n', (size_t)(end - text));

		stop = stop ? stop : end;
		if (!aac_line_is_whole(aac_text_line(text, (size_t)(stop - text))))
			return false;
		text = stop + (stop < end);
	}
	return true;
}
