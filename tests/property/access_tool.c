/*
 * Accesses that are read without the grammar beside the same read with it; lines on
 * standard input, asked of a profile "lxc-p":
 *
 *     access_tool  ->  each line that is read otherwise, then how many were read, and
 *                      how many of them as plain files, by a form that was known, and
 *                      were refused
 *
 * Exit 0: none is read otherwise.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "core/access_form.h"
#include "core/context.h"
#include "core/diag.h"

static const char profile[] = "lxc-p";

static struct {
	unsigned int lines, plain, formed, refused, wrong;
} seen;

/* NULL also when there is a warning: nobody may skip that. */
static const struct aac_attempt *read_whole(struct arena *arena, const char *text,
					    size_t len)
{
	struct aac_diags diags;
	struct aac_context ctx = { .arena = arena, .diags = &diags };
	const struct aac_attempt *attempt;

	aac_diags_init(&diags, arena);
	attempt = aac_access_read(&ctx, aac_source_new(arena, "-", NULL, text, len),
				  profile);
	return diags.errors + diags.warnings ? NULL : attempt;
}

static void hold(const struct aac_attempt *fast, const struct aac_attempt *whole,
		 const char *text, unsigned int *count)
{
	if (!fast)
		return;
	(*count)++;
	if (whole && aac_attempt_same(fast, whole))
		return;
	seen.wrong++;
	printf("%s\n    read as: %s\n    but is: %s\n", text, fast->text,
	       whole ? whole->text : "refused");
}

static void try_line(struct aac_forms *forms, struct arena *arena, const char *text,
		     size_t len)
{
	const struct aac_attempt *whole = read_whole(arena, text, len);

	seen.lines++;
	seen.refused += !whole;
	hold(aac_access_plain(arena, text, len), whole, text, &seen.plain);
	hold(aac_forms_read(forms, arena, text, len), whole, text, &seen.formed);
}

int main(void)
{
	struct arena *arena = arena_new(), *kept = arena_new();
	struct aac_context ctx = { .arena = kept };
	struct aac_forms *forms = aac_forms_new(&ctx, kept, profile);
	char *line = NULL;
	size_t cap = 0;

	while (getline(&line, &cap, stdin) > 0) {
		line[strcspn(line, "\n")] = '\0';
		try_line(forms, arena, line, strlen(line));
		arena_reset(arena);
	}
	printf("%u lines, %u plain, %u by form, %u refused, %u wrong\n", seen.lines,
	       seen.plain, seen.formed, seen.refused, seen.wrong);
	free(line);
	aac_forms_fini(forms);
	arena_free(kept);
	arena_free(arena);
	return seen.wrong > 0;
}
