/*
 * What apparmor_parser printed, made fit to be read: takes the bytes, gives text of
 * bounded lines.  What it prints on every host, whatever the profile says, is noise.
 *
 * Not obvious: a parser may print anything, so a byte 0 must not hide what follows, and
 * a line of megabytes must not become a message.
 */
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/macro.h"
#include "host/compiler_run.h"

#define LINE_MAX_BYTES 600

static void put_line(struct buf *into, const char *line, size_t len)
{
	bool cut = len > LINE_MAX_BYTES;

	if (cut)
		len = LINE_MAX_BYTES;
	for (size_t i = 0; i < len; i++)
		buf_putc(into, line[i] ? line[i] : '?');
	buf_puts(into, cut ? " [...]\n" : "\n");
}

const char *aac_compiler_text(struct arena *arena, const struct buf *bytes)
{
	CLEANUP_BUF text = { 0 };
	const char *at = buf_str(bytes), *end = at + bytes->len;

	while (at < end) {
		const char *stop = memchr(at, '\n', (size_t)(end - at));

		put_line(&text, at, (size_t)((stop ? stop : end) - at));
		at = stop ? stop + 1 : end;
	}
	return arena_strndup(arena, buf_str(&text), text.len);
}

bool aac_compiler_is_noise(const char *line, size_t len)
{
	static const char *const words[] = { "Cache read/write disabled",
					     "unable to find a suitable fs",
					     "Caching disabled for" };

	for (size_t i = 0; i < ARRAY_SIZE(words); i++)
		if (memmem(line, len, words[i], strlen(words[i])))
			return true;
	return len == 0;
}

/* It takes each deny for one that asks for audit. */
bool aac_compiler_is_audit(const char *line, size_t len)
{
	static const char words[] = "not support audit modifier for change_profile";

	return memmem(line, len, words, strlen(words)) != NULL;
}

bool aac_compiler_is_exhausted(const char *text)
{
	return strstr(text, "bad_alloc") || strstr(text, "Out of memory") ||
	       strstr(text, "emory allocation error");
}

static bool starts_with(const char *text, const char *start)
{
	return strncmp(text, start, strlen(start)) == 0;
}

/* ---- reading an error ------------------------------------------------------- */

/* " at line N: MESSAGE" in TEXT; the number's value, or 0. */
static size_t find_line(const char *text, const char **begin, const char **message)
{
	static const char words[] = " at line ";

	for (const char *at = text; (at = strstr(at, words)); at++) {
		char *end;
		unsigned long line = strtoul(at + strlen(words), &end, 10);

		if (end == at + strlen(words) || !starts_with(end, ": "))
			continue;
		*begin = at;
		*message = end + 2;
		return line;
	}
	return 0;
}

/* "AppArmor parser error for TOP in profile FILE at line N: MESSAGE" and its shorter kin;
 * what stands behind "in profile" is a file. */
bool aac_compiler_locate(struct arena *arena, const char *text,
			 struct aac_located *error)
{
	static const char start[] = "AppArmor parser error";
	const char *begin, *file, *in;

	if (!starts_with(text, start))
		return false;
	error->line = find_line(text, &begin, &error->message);
	if (error->line == 0)
		return false;
	text += strlen(start);
	text = arena_strndup(arena, text, (size_t)(begin - text));
	file = starts_with(text, " for ") ? text + strlen(" for ") : "";
	for (in = text; (in = strstr(in, " in ")); in++)
		file = in + strlen(" in ");
	if (starts_with(file, "profile "))
		file += strlen("profile ");
	error->file = *file && strcmp(file, AAC_COMPILER_INPUT) != 0 &&
				      strcmp(file, "stdin") != 0
			      ? file
			      : NULL;
	return true;
}
