/*
 * Labels: takes what the kernel wrote, gives the profiles that are stacked in it.  Not
 * obvious: the mode stands once, behind all of them, and a name may hold blanks and
 * brackets, so it is looked for from the end; and a namespace holds for what follows it.
 */
#include "core/label.h"

#include <string.h>

#include "base/arena.h"

#define STACK "//&"

static struct aac_label_part parse_part(struct arena *arena, const char *text, size_t len)
{
	const char *colon =
		len > 1 && *text == ':' ? memchr(text + 1, ':', len - 1) : NULL;
	struct aac_label_part part = { 0 };
	const char *name = text;

	if (colon && colon > text + 1) {
		part.space = arena_strndup(arena, text + 1, (size_t)(colon - text) - 1);
		name = colon + 1;
		if (text + len - name > 2 && memcmp(name, "//", 2) == 0)
			name += 2;
	}
	part.name = arena_strndup(arena, name, (size_t)(text + len - name));
	return part;
}

struct aac_label_part aac_label_part_parse(struct arena *arena, const char *text)
{
	return parse_part(arena, text, strlen(text));
}

/* The length of TEXT without its mode, which goes to *mode. */
static size_t split_mode(struct arena *arena, const char *text, const char **mode)
{
	size_t len = strlen(text);
	const char *open = memrchr(text, '(', len);

	if (!open || open < text + 2 || open[-1] != ' ' || text[len - 1] != ')')
		return len;
	*mode = arena_strndup(arena, open + 1, (size_t)(text + len - open) - 2);
	return (size_t)(open - text) - 1;
}

static size_t count_parts(const char *text, const char *end)
{
	size_t count = 1;

	while ((text = memmem(text, (size_t)(end - text), STACK, strlen(STACK)))) {
		text += strlen(STACK);
		count++;
	}
	return count;
}

struct aac_label aac_label_parse(struct arena *arena, const char *text)
{
	struct aac_label label = { 0 };
	const char *end = text + split_mode(arena, text, &label.mode);
	struct aac_label_part *parts =
		ARENA_ARRAY(arena, struct aac_label_part, count_parts(text, end));

	label.parts = parts;
	for (;;) {
		const char *next =
			memmem(text, (size_t)(end - text), STACK, strlen(STACK));

		parts[label.count] =
			parse_part(arena, text, (size_t)((next ? next : end) - text));
		if (!parts[label.count].space && label.count > 0)
			parts[label.count].space = parts[label.count - 1].space;
		label.count++;
		if (!next)
			return label;
		text = next + strlen(STACK);
	}
}

static bool same_space(const char *a, const char *b)
{
	return a && b ? strcmp(a, b) == 0 : a == b;
}

bool aac_label_holds(const struct aac_label *label, const struct aac_label_part *profile)
{
	size_t len = strlen(profile->name);

	for (size_t i = 0; i < label->count; i++) {
		const struct aac_label_part *part = &label->parts[i];

		if (same_space(part->space, profile->space) &&
		    strncmp(part->name, profile->name, len) == 0 &&
		    (!part->name[len] || strncmp(part->name + len, "//", 2) == 0))
			return true;
	}
	return false;
}
