/*
 * What of a profile's text is compiled fast.  Of the text itself it is known which rule
 * wrote a line; the files that it includes are read line by line.  Not obvious: what is
 * left must be read by the parser as it is in the whole text, which compiler_splice.c
 * cannot see by comparing.  So each line, of the text and of the files, must be whole:
 * else a line that is left out might be the end of a string.
 */
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/macro.h"
#include "core/kind.h"
#include "core/policy.h"
#include "core/render.h"
#include "core/rule.h"
#include "host/cache_store.h"
#include "host/compiler_names.h"
#include "host/rule_lines.h"

#define DEPTH_MAX 8
#define SIZE_MAX_READ ((size_t)1 << 20)
#define TEXT_MAX ((size_t)4 << 20)

/* ---- lines ------------------------------------------------------------------------ */

/* LINE begins with WORD, and not with a longer one; then it is what is behind it. */
static bool skip_word(struct aac_text_line *line, const char *word)
{
	size_t len = strlen(word);

	if (line->len <= len || memcmp(line->at, word, len) != 0 ||
	    !strchr(" \t(,", line->at[len]))
		return false;
	*line = aac_text_line(line->at + len, line->len - len);
	return true;
}

static bool skip_any(struct aac_text_line *line, const char *const *words, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (skip_word(line, words[i]))
			return true;
	return false;
}

/* Is the line, which is whole, a rule of one of the kinds that are left out? */
static bool is_slow_line(struct aac_text_line line, bool networks)
{
	static const char *const before[] = { "audit", "deny", "allow", "owner" };
	static const char *const kinds[] = { "mount",	   "remount", "umount",
					     "pivot_root", "file",    "link" };

	while (skip_any(&line, before, ARRAY_SIZE(before)))
		;
	return *line.at == '/' || *line.at == '@' ||
	       skip_any(&line, kinds, ARRAY_SIZE(kinds)) ||
	       (networks && skip_word(&line, "network"));
}

/* PATH (with room for MAX bytes) of `include <PATH>`, or as old text writes it. */
static bool is_include(struct aac_text_line line, char *path, size_t max)
{
	size_t len;

	if (line.len > 0 && *line.at == '#')
		line = (struct aac_text_line){ line.at + 1, line.len - 1 };
	if (!skip_word(&line, "include") || *line.at != '<')
		return false;
	if (line.at[line.len - 1] == ',')
		line = aac_text_line(line.at, line.len - 1);
	if (line.len < 3 || line.at[line.len - 1] != '>')
		return false;
	len = line.len - 2;
	if (len >= max || memchr(line.at + 1, '\0', len) || memchr(line.at + 1, '>', len))
		return false;
	memcpy(path, line.at + 1, len);
	path[len] = '\0';
	return true;
}

/* ---- files ------------------------------------------------------------------------ */

static bool read_file(const char *base, const char *path, struct buf *bytes)
{
	CLEANUP_BUF whole = { 0 };
	struct stat info;
	int fd;
	bool good;

	buf_printf(&whole, "%s/%s", base, path);
	fd = open(buf_str(&whole), O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
	if (fd < 0)
		return false;
	good = fstat(fd, &info) == 0 && S_ISREG(info.st_mode) &&
	       aac_cache_read(fd, SIZE_MAX_READ, bytes);
	close(fd);
	return good && !memchr(buf_str(bytes), '\0', bytes->len);
}

/* False, with some of it in OUT: it is best included as it is. */
static bool put_file(struct buf *out, const char *base, const char *path, bool networks,
		     unsigned int depth)
{
	CLEANUP_BUF bytes = { 0 };
	const char *at, *end;

	if (depth > DEPTH_MAX || !read_file(base, path, &bytes))
		return false;
	at = buf_str(&bytes);
	for (end = at + bytes.len; at < end && out->len < TEXT_MAX;) {
		size_t len = strcspn(at, "\n");
		struct aac_text_line line = aac_text_line(at, len);
		char more[256];

		at += len + (at[len] == '\n');
		if (!aac_line_is_whole(line))
			return false;
		if (is_include(line, more, sizeof(more))) {
			if (!put_file(out, base, more, networks, depth + 1))
				return false;
			continue;
		}
		if (line.len == 0 || *line.at == '#' || is_slow_line(line, networks))
			continue;
		buf_putn(out, line.at, line.len);
		buf_putc(out, '\n');
	}
	return at == end;
}

/* ---- a text ----------------------------------------------------------------------- */

static bool is_slow(const struct aac_grant *grant, bool networks)
{
	enum aac_kind_id kind = grant->rule->kind->id;

	return (networks && kind == AAC_KIND_NETWORK) || kind == AAC_KIND_FILE ||
	       kind == AAC_KIND_LINK || kind == AAC_KIND_MOUNT ||
	       kind == AAC_KIND_REMOUNT || kind == AAC_KIND_UMOUNT ||
	       kind == AAC_KIND_PIVOT_ROOT;
}

/* The profile's first line, or its last. */
static bool is_frame(struct aac_text_line line)
{
	return (line.len == 1 && *line.at == '}') ||
	       (line.len > 8 && memcmp(line.at, "profile ", 8) == 0 &&
		line.at[line.len - 1] == '{' && !memchr(line.at, '"', line.len) &&
		!memchr(line.at, '#', line.len));
}

size_t aac_fast_text(struct buf *out, const char *base,
		     const struct aac_profile_text *text, bool networks)
{
	const char *at = text->text;
	bool broken = false;
	size_t slow = 0;

	for (size_t i = 0; i < text->line_count; i++) {
		const struct aac_grant *grant = text->lines[i].grant;
		size_t len = strcspn(at, "\n"), start = out->len;
		struct aac_text_line line = aac_text_line(at, len);
		bool comment = line.len > 0 && *line.at == '#';
		char path[256];

		broken |= !aac_line_is_whole(line) && !is_frame(line);
		if (grant && is_slow(grant, networks) && line.len > 0 && !comment) {
			slow++;
		} else if (!grant || !is_include(line, path, sizeof(path)) ||
			   !put_file(out, base, path, networks, 0)) {
			out->len = start;
			buf_putn(out, at, len);
		}
		buf_putc(out, '\n');
		at += len + (at[len] == '\n');
	}
	return broken ? 0 : slow;
}
