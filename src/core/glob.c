/*
 * Takes the text of a glob, gives an answer to "does this cover that" and "do they
 * overlap". Composing asks so many of these that the quick ways stand first: equal text,
 * the bytes before the first and behind the last wildcard, a plain name; only then the
 * automata.
 *
 * apparmor_parser squeezes "//" to "/" in what it takes for a path, but not in a label, a
 * name or a filesystem type, and a glob does not know where it stands.  A text with "//"
 * has two forms, and an answer counts only when both readings give it.
 */
#include "core/glob.h"

#include <string.h>

#include "base/arena.h"
#include "base/buf.h"
#include "core/glob_form.h"

struct aac_glob {
	const char *text;
	size_t len;
	bool variable;
	struct aac_glob_form form;
	const struct aac_glob_form *squeezed; /* NULL: the same */
};

static bool is_slash(const struct aac_glob_token *token)
{
	return token->kind == AAC_GLOB_TOKEN_BYTE && token->byte == '/';
}

/* Drop all but one of each run of '/'; exactly two at the start are kept, as by POSIX. */
static bool squeeze_slashes(struct aac_glob_scan *scan)
{
	struct aac_glob_token *tokens = scan->tokens;
	size_t count = scan->count, lead = 0;

	while (lead < count && is_slash(&tokens[lead]))
		lead++;
	scan->count = lead == 2 ? 2 : 0;
	for (size_t i = scan->count; i < count; i++) {
		if (!scan->count || !is_slash(&tokens[i]) ||
		    !is_slash(&tokens[scan->count - 1]))
			tokens[scan->count++] = tokens[i];
	}
	return scan->count != count;
}

static bool scan_has_variable(const struct aac_glob_scan *scan)
{
	for (size_t i = 0; i < scan->count; i++) {
		if (scan->tokens[i].kind == AAC_GLOB_TOKEN_VAR)
			return true;
		if (scan->tokens[i].kind == AAC_GLOB_TOKEN_OPAQUE && scan->tokens[i].name)
			return true;
	}
	return false;
}

static const struct aac_glob *glob_from_scan(struct arena *arena, const char *text,
					     struct aac_glob_scan *scan)
{
	struct aac_glob *glob = ARENA_NEW(arena, struct aac_glob);

	glob->text = text;
	glob->len = strlen(text);
	glob->variable = scan_has_variable(scan);
	glob->form = aac_glob_form_new(arena, scan);
	if (squeeze_slashes(scan)) {
		struct aac_glob_form *form = ARENA_NEW(arena, struct aac_glob_form);

		*form = aac_glob_form_new(arena, scan);
		glob->squeezed = form;
	}
	return glob;
}

const struct aac_glob *aac_glob_new(struct arena *arena, const char *text,
				    const char **error, size_t *at)
{
	struct arena *scratch = arena_new();
	const char *copy = arena_strdup(arena, text);
	struct aac_glob_scan scan = aac_glob_scan(scratch, copy);
	const struct aac_glob *glob = NULL;

	*error = scan.error;
	*at = scan.error_at;
	if (!scan.error)
		glob = glob_from_scan(arena, copy, &scan);
	arena_free(scratch);
	return glob;
}

bool aac_glob_is_literal(const struct aac_glob *glob)
{
	return glob->form.literal;
}

bool aac_glob_has_variable(const struct aac_glob *glob)
{
	return glob->variable;
}

const unsigned char *aac_glob_prefix(const struct aac_glob *glob, size_t *len)
{
	*len = glob->form.prefix_len;
	return glob->form.prefix;
}

const unsigned char *aac_glob_suffix(const struct aac_glob *glob, size_t *len)
{
	*len = glob->form.suffix_len;
	return glob->form.suffix;
}

const unsigned char *aac_glob_sample(const struct aac_glob *glob, size_t *len)
{
	const struct aac_glob_form *form = &glob->form;

	*len = form->literal ? form->prefix_len : form->sample_len;
	return form->literal ? form->prefix : form->sample;
}

bool aac_glob_is_path(const struct aac_glob *glob)
{
	return aac_glob_form_is_path(&glob->form);
}

static bool same_text(const struct aac_glob *a, const struct aac_glob *b)
{
	return a == b || (a->len == b->len && memcmp(a->text, b->text, a->len) == 0);
}

static bool same_bytes(const unsigned char *a, const unsigned char *b, size_t len)
{
	return !len || memcmp(a, b, len) == 0;
}

/* What the names begin and end with leaves room for a common name. */
static bool ends_agree(const struct aac_glob_form *a, const struct aac_glob_form *b)
{
	size_t first = a->prefix_len < b->prefix_len ? a->prefix_len : b->prefix_len;
	size_t last = a->suffix_len < b->suffix_len ? a->suffix_len : b->suffix_len;

	if (!same_bytes(a->prefix, b->prefix, first))
		return false;
	if (!last) /* there may be no suffix to point behind */
		return true;
	return same_bytes(a->suffix + (a->suffix_len - last),
			  b->suffix + (b->suffix_len - last), last);
}

/* All names of NARROW begin with WIDE's prefix and then something that its tail takes. */
static bool tail_covers(const struct aac_glob_form *wide,
			const struct aac_glob_form *narrow)
{
	size_t len = wide->prefix_len;

	if (wide->tail == AAC_GLOB_TAIL_NONE || narrow->prefix_len < len)
		return false;
	if (wide->tail == AAC_GLOB_TAIL_ANY)
		return true;
	return narrow->prefix_len > len && narrow->prefix[len] != '/';
}

static bool literals_equal(const struct aac_glob_form *a, const struct aac_glob_form *b)
{
	return a->prefix_len == b->prefix_len &&
	       same_bytes(a->prefix, b->prefix, a->prefix_len);
}

static bool is_sampled(const struct aac_glob_form *glob, const struct aac_glob_form *of)
{
	for (size_t i = 0; i < 4; i++)
		if (glob->needed.bits[i] & ~of->sampled.bits[i])
			return false;
	return aac_glob_form_match(glob, of->sample, of->sample_len, false) == AAC_YES;
}

static bool form_covers(const struct aac_glob_form *wide,
			const struct aac_glob_form *narrow)
{
	if (!ends_agree(wide, narrow))
		return false;
	if (wide->literal)
		return narrow->literal && literals_equal(wide, narrow);
	if (tail_covers(wide, narrow))
		return true;
	if (wide->opaque || narrow->opaque)
		return false;
	if (narrow->literal)
		return aac_glob_form_match(wide, narrow->prefix, narrow->prefix_len,
					   false) == AAC_YES;
	if (narrow->sample && !is_sampled(wide, narrow))
		return false;
	return aac_glob_form_includes(wide, narrow);
}

static const struct aac_glob_form *squeezed_form(const struct aac_glob *glob)
{
	return glob->squeezed ? glob->squeezed : &glob->form;
}

bool aac_glob_covers(const struct aac_glob *wide, const struct aac_glob *narrow)
{
	if (same_text(wide, narrow))
		return true;
	if (!form_covers(&wide->form, &narrow->form))
		return false;
	if (!wide->squeezed && !narrow->squeezed)
		return true;
	return form_covers(squeezed_form(wide), squeezed_form(narrow));
}

static enum aac_answer forms_meet(const struct aac_glob_form *a,
				  const struct aac_glob_form *b, bool loose)
{
	if (a->literal)
		return aac_glob_form_match(b, a->prefix, a->prefix_len, loose);
	if (b->literal)
		return aac_glob_form_match(a, b->prefix, b->prefix_len, loose);
	return aac_glob_form_meets(a, b, loose);
}

static enum aac_answer form_overlaps(const struct aac_glob_form *a,
				     const struct aac_glob_form *b)
{
	enum aac_answer answer;

	if (!ends_agree(a, b))
		return AAC_NO;
	if (a->literal && b->literal)
		return literals_equal(a, b) ? AAC_YES : AAC_NO;
	if (a->opaque || b->opaque)
		return AAC_UNKNOWN;
	if ((a->sample && !b->literal && is_sampled(b, a)) ||
	    (b->sample && !a->literal && is_sampled(a, b)))
		return AAC_YES;
	answer = forms_meet(a, b, false);
	if (answer != AAC_NO || (!a->var_count && !b->var_count))
		return answer;
	/* Not by the same variable; perhaps by a value that one may have. */
	return forms_meet(a, b, true) == AAC_NO ? AAC_NO : AAC_UNKNOWN;
}

enum aac_answer aac_glob_overlaps(const struct aac_glob *a, const struct aac_glob *b)
{
	enum aac_answer answer;

	if (same_text(a, b))
		return AAC_YES;
	answer = form_overlaps(&a->form, &b->form);
	if (!a->squeezed && !b->squeezed)
		return answer;
	if (answer != form_overlaps(squeezed_form(a), squeezed_form(b)))
		return AAC_UNKNOWN;
	return answer;
}

static bool is_plain(unsigned char c)
{
	return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') ||
	       (c >= '0' && c <= '9') || c == '/' || c == '.' || c == '_' || c == '-';
}

void aac_glob_escape(struct buf *out, const char *bytes, size_t len)
{
	for (size_t i = 0; i < len; i++) {
		unsigned char c = (unsigned char)bytes[i];

		if (is_plain(c))
			buf_putc(out, (char)c);
		else
			buf_printf(out, "\\%03o", c);
	}
}
