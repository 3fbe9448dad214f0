/*
 * What an attempt that a record told of comes to: the verdict of a policy, and the text
 * of the rule that allows it.  Not obvious: what an access leaves out is not asked, but
 * what a rule leaves out it allows in every form, so what was absent is written out.
 */
#include <string.h>

#include "base/arena.h"
#include "base/buf.h"
#include "core/denial.h"
#include "core/number.h"
#include "core/query_print.h"

/* Bytes that no path of a log holds in earnest, in the place of globs while the text is
 * escaped; and how they come out of that. */
#define NUMBER '\1'
#define HASH '\2'

/* ---- globs for what differs from run to run -------------------------------------- */

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static bool is_hash_byte(char c)
{
	return is_digit(c) || (c >= 'a' && c <= 'f') || c == '-';
}

static bool is_letter(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || is_digit(c);
}

/* The length of the id that begins at TEXT: eight digits of a hash or more, some of them
 * decimal; 0: none does. */
static size_t hash_length(const char *text)
{
	enum { SHORTEST = 8 };
	size_t len = 0, digits = 0, decimal = 0;

	while (is_hash_byte(text[len])) {
		digits += text[len] != '-';
		decimal += is_digit(text[len]);
		len++;
	}
	while (len && text[len - 1] == '-')
		len--;
	return digits >= SHORTEST && decimal && decimal < digits && !is_letter(text[len])
		       ? len
		       : 0;
}

/* The same of a number: a whole part between '/', '.' and '-', or the end of a name. */
static size_t number_length(const char *text, char before)
{
	size_t len = strspn(text, "0123456789");
	bool ends = !text[len] || text[len] == '/';

	if (!len || is_digit(before))
		return 0;
	return ends || (strchr("/.-", before) && strchr(".-", text[len])) ? len : 0;
}

static const char *generalize(struct arena *arena, const char *text)
{
	CLEANUP_BUF out = { 0 };
	char before = '/';

	if (!text || strpbrk(text, "\1\2"))
		return text;
	while (*text) {
		size_t hash = is_letter(before) ? 0 : hash_length(text);
		size_t number = hash ? 0 : number_length(text, before);

		if (hash + number)
			buf_putc(&out, hash ? HASH : NUMBER);
		else
			buf_putc(&out, *text);
		before = text[hash + number ? hash + number - 1 : 0];
		text += hash + number ? hash + number : 1;
	}
	return arena_strdup(arena, buf_str(&out));
}

/* Labels and types stay: they are no names of one run. */
static void generalize_names(struct arena *arena, struct aac_query *query)
{
	const uint32_t named = 1u << AAC_QUERY_FILE | 1u << AAC_QUERY_LINK |
			       1u << AAC_QUERY_MOUNT | 1u << AAC_QUERY_UMOUNT |
			       1u << AAC_QUERY_PIVOT_ROOT | 1u << AAC_QUERY_MQUEUE;

	if (!(named >> query->type & 1))
		return;
	query->name = generalize(arena, query->name);
	query->other = generalize(arena, query->other);
}

/* TEXT with globs where the marks stand. */
static void put_globs(struct buf *out, const char *text, bool generalized)
{
	while (*text) {
		bool number = generalized && strncmp(text, "\\001", 4) == 0;
		bool hash = generalized && strncmp(text, "\\002", 4) == 0;

		if (number || hash) {
			buf_puts(out, number ? "[0-9]*" : "[0-9a-f]*");
			text += 4;
		} else {
			buf_putc(out, *text++);
		}
	}
}

/* ---- the rule -------------------------------------------------------------------- */

/* A program goes on under its own profile: no rule can say less. */
static void put_exec(struct buf *out, const struct aac_query *query)
{
	struct aac_query rest = *query;

	rest.request &= ~(uint32_t)AAC_ACCESS_EXEC;
	aac_query_print(out, &rest);
	buf_puts(out, rest.request ? "ix" : " ix");
}

/* Options that a rule does not name may be any: "rw" stands for none of them. */
static void put_mount(struct buf *out, const struct aac_query *query)
{
	static const char mount[] = "mount";
	CLEANUP_BUF text = { 0 };

	aac_query_print(&text, query);
	if (query->flags) {
		buf_puts(out, buf_str(&text));
		return;
	}
	buf_printf(out, "%s options=(rw)%s", mount, buf_str(&text) + strlen(mount));
}

void aac_denial_rule(struct buf *out, const struct aac_attempt *attempt, bool generalized)
{
	const uint32_t writes = AAC_ACCESS_WRITE | AAC_ACCESS_CREATE | AAC_ACCESS_DELETE;
	struct aac_query query = attempt->queries[0];
	struct arena *arena = arena_new();
	CLEANUP_BUF text = { 0 };

	if (generalized)
		generalize_names(arena, &query);
	if (query.type == AAC_QUERY_FILE && query.request & writes) {
		query.request &= ~(writes | AAC_ACCESS_APPEND);
		query.request |= AAC_ACCESS_WRITE;
	}
	if (query.type == AAC_QUERY_FILE && query.request & AAC_ACCESS_EXEC)
		put_exec(&text, &query);
	else if (query.type == AAC_QUERY_MOUNT)
		put_mount(&text, &query);
	else
		aac_query_print(&text, &query);
	put_globs(out, buf_str(&text), generalized);
	buf_putc(out, ',');
	arena_free(arena);
}

bool aac_denial_coarse_rule(struct buf *out, const struct aac_attempt *attempt)
{
	struct aac_query query = attempt->queries[0];

	if (query.type == AAC_QUERY_UNIX)
		query.number = aac_number_find(AAC_NUMBER_FAMILY, "unix");
	else if (query.type != AAC_QUERY_NETWORK || query.request == AAC_ACCESS_CREATE)
		return false;
	query.type = AAC_QUERY_NETWORK;
	query.request = AAC_ACCESS_CREATE;
	aac_query_print(out, &query);
	buf_putc(out, ',');
	return true;
}

struct aac_ruling aac_denial_decide(struct arena *arena, const struct aac_blob *blob,
				    const struct aac_attempt *attempt,
				    const struct aac_peers *peers)
{
	const struct aac_query *query = attempt->queries;
	struct aac_ruling ruling = aac_access_decide(arena, blob, attempt, peers);

	if (ruling.outcome == AAC_DEPENDS && query->type == AAC_QUERY_CHANGE_ONEXEC &&
	    !query->other) {
		ruling.outcome = AAC_ALLOWED;
		ruling.depends = NULL;
	}
	return ruling;
}
