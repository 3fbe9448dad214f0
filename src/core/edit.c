/*
 * Edits of a text as values: what is not named by one stays as it is, byte for byte.  It
 * takes ranges and what they give way to, and gives the new text.
 */
#include "core/edit.h"

#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/buf.h"
#include "core/source.h"

static int by_place(const void *a, const void *b)
{
	const struct aac_edit *x = a, *y = b;

	if (x->begin != y->begin)
		return x->begin < y->begin ? -1 : 1;
	return (x->end > y->end) - (x->end < y->end);
}

const char *aac_edits_apply(struct arena *arena, const struct aac_source *source,
			    struct aac_edit *edits, size_t count, size_t *len)
{
	CLEANUP_BUF out = { 0 };
	uint32_t at = 0;

	if (count > 1)
		qsort(edits, count, sizeof(*edits), by_place);
	buf_reserve(&out, source->size);
	for (size_t i = 0; i < count; i++) {
		buf_putn(&out, source->text + at, edits[i].begin - at);
		buf_putn(&out, edits[i].text, edits[i].len);
		at = edits[i].end;
	}
	buf_putn(&out, source->text + at, source->size - at);
	*len = out.len;
	return arena_strndup(arena, buf_str(&out), out.len);
}
