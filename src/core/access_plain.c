/*
 * The most frequent access by far, `[owner] file PATH PERMISSIONS` with nothing special
 * in it, without lexer and grammar: millions of them come from logs and generators.
 * What is not of that very form is left to aac_access_read, which gives the same for it.
 */
#include <string.h>

#include "base/arena.h"
#include "core/access.h"
#include "core/blob.h"
#include "core/context.h"

static const char owner_word[] = "owner ", file_word[] = "file ";
/* In the order in which they are printed. */
static const char letters[] = "rwamklx";

static bool is_plain(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
	       (c >= '0' && c <= '9') || c == '/' || c == '.' || c == '_' || c == '-';
}

static bool skip(const char **at, const char *end, const char *word)
{
	size_t len = strlen(word);

	if ((size_t)(end - *at) < len || memcmp(*at, word, len) != 0)
		return false;
	*at += len;
	return true;
}

/* The end of the path at AT; NULL when it is not plain. */
static const char *path_end(const char *at, const char *end)
{
	if (at == end || *at != '/')
		return NULL;
	while (at < end && is_plain(*at)) {
		if (*at == '/' && at + 1 < end && at[1] == '/')
			return NULL;
		at++;
	}
	return at;
}

/* Bit n: letter n; 0: something else stands there. */
static unsigned int read_letters(const char *at, const char *end)
{
	unsigned int set = 0;

	for (; at < end; at++) {
		const char *letter = *at ? strchr(letters, *at) : NULL;

		if (!letter)
			return 0;
		set |= 1u << (letter - letters);
	}
	return set;
}

static uint32_t bits_of(unsigned int set)
{
	static const uint32_t bits[] = { AAC_ACCESS_READ,   AAC_ACCESS_WRITE,
					 AAC_ACCESS_APPEND, AAC_ACCESS_MMAP,
					 AAC_ACCESS_LOCK,   AAC_ACCESS_LINK,
					 AAC_ACCESS_EXEC };
	uint32_t request = 0;

	for (size_t i = 0; i < sizeof(bits) / sizeof(*bits); i++)
		if (set >> i & 1)
			request |= bits[i];
	return request;
}

const struct aac_attempt *aac_access_plain(struct arena *arena, const char *text,
					   size_t len)
{
	const char *at = text, *end = text + len, *path, *stop;
	struct {
		struct aac_attempt attempt;
		struct aac_query query;
	} * made;
	bool owner = skip(&at, end, owner_word);
	unsigned int set;
	char *spelled, *to;

	if (!skip(&at, end, file_word))
		return NULL;
	path = at;
	stop = path_end(path, end);
	if (!stop || stop == end || *stop != ' ')
		return NULL;
	set = read_letters(stop + 1, end);
	if (!set)
		return NULL;
	made = arena_alloc(arena, sizeof(*made), _Alignof(struct aac_attempt));
	spelled = arena_alloc(arena, len + 1, 1);
	memcpy(spelled, text, (size_t)(stop + 1 - text));
	to = spelled + (stop + 1 - text);
	for (size_t i = 0; letters[i]; i++)
		if (set >> i & 1)
			*to++ = letters[i];
	*to = '\0';
	made->query = (struct aac_query){ .type = AAC_QUERY_FILE,
					  .request = bits_of(set),
					  .owner = owner,
					  .number = AAC_QUERY_ANY,
					  .socket_type = AAC_QUERY_ANY };
	made->query.name = arena_strndup(arena, path, (size_t)(stop - path));
	made->attempt = (struct aac_attempt){ .kind = aac_kind_get(AAC_KIND_FILE),
					      .text = spelled,
					      .queries = &made->query,
					      .count = 1 };
	return &made->attempt;
}
