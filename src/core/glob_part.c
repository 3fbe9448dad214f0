/*
 * Takes a glob, gives the literal bytes that stand at its inner slashes.  As long as a
 * glob holds only bytes and wildcards that match no slash, it is known how many slashes
 * stand before a place; from there on the literal bytes are those of every name.
 */
#include "core/glob.h"

#include "base/arena.h"
#include "core/glob_scan.h"

/* A set of no bytes makes a glob of no names, of which everything is true. */
static bool has_empty_set(const struct aac_glob_scan *scan)
{
	for (size_t i = 0; i < scan->set_count; i++) {
		const uint64_t *bits = scan->sets[i].bits;

		if (!(bits[0] | bits[1] | bits[2] | bits[3]))
			return true;
	}
	return false;
}

/* Is it known which slashes every name has at TOKEN? */
static bool is_settled(const struct aac_glob_scan *scan,
		       const struct aac_glob_token *token)
{
	switch (token->kind) {
	case AAC_GLOB_TOKEN_BYTE:
	case AAC_GLOB_TOKEN_ONE:
		return true;
	case AAC_GLOB_TOKEN_STAR:
		return !token->deep;
	case AAC_GLOB_TOKEN_SET:
		return !aac_glob_set_has(&scan->sets[token->ref], '/');
	case AAC_GLOB_TOKEN_VAR:
	case AAC_GLOB_TOKEN_OPEN:
	case AAC_GLOB_TOKEN_COMMA:
	case AAC_GLOB_TOKEN_CLOSE:
	case AAC_GLOB_TOKEN_OPAQUE:
	default:
		return false;
	}
}

static const struct aac_glob_token *token_at(const struct aac_glob_scan *scan, size_t i,
					     bool backwards)
{
	return &scan->tokens[backwards ? scan->count - 1 - i : i];
}

/* The bytes from the token FROM on, up to the next wildcard. */
static struct aac_glob_part part_at(struct arena *arena, const struct aac_glob_scan *scan,
				    size_t from, bool backwards)
{
	struct aac_glob_part part = { 0 };
	unsigned char *bytes;

	while (from + part.len < scan->count &&
	       token_at(scan, from + part.len, backwards)->kind == AAC_GLOB_TOKEN_BYTE)
		part.len++;
	bytes = ARENA_ARRAY(arena, unsigned char, part.len);
	for (size_t i = 0; i < part.len; i++)
		bytes[backwards ? part.len - 1 - i : i] =
			token_at(scan, from + i, backwards)->byte;
	part.bytes = bytes;
	return part;
}

void aac_glob_parts(struct arena *arena, const char *text, bool backwards,
		    struct aac_glob_part parts[AAC_GLOB_PARTS])
{
	struct aac_glob_scan scan = aac_glob_scan(arena, text);
	size_t count = 0;
	bool inner = false;

	for (size_t i = 0; i < AAC_GLOB_PARTS; i++)
		parts[i] = (struct aac_glob_part){ 0 };
	if (scan.error || has_empty_set(&scan))
		return;
	for (size_t i = 0; i < scan.count && count < AAC_GLOB_PARTS; i++) {
		const struct aac_glob_token *token = token_at(&scan, i, backwards);

		if (!is_settled(&scan, token))
			return;
		inner |= token->kind != AAC_GLOB_TOKEN_BYTE;
		if (token->kind != AAC_GLOB_TOKEN_BYTE || token->byte != '/')
			continue;
		parts[count] = part_at(arena, &scan, i + 1, backwards);
		parts[count++].inner = inner;
	}
}
