/*
 * Words of rules: takes a word with ${holes} and what stands for them, gives AppArmor
 * text in which every value is a literal.  A value must never become syntax: that is why
 * holes are refused where an escape, a [class] or a @{variable} is open, and why a value
 * is spelled byte by byte.  Two slashes in a row cannot be said in AppArmor's paths, so a
 * value that would make them is refused; only "/" itself melts into the slash behind it.
 */
#include <ctype.h>
#include <inttypes.h>
#include <string.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/macro.h"
#include "core/context.h"
#include "core/diag.h"
#include "core/glob.h"
#include "core/perms.h"
#include "core/rule.h"
#include "core/value.h"
#include "core/word.h"

/* ---- where holes may stand --------------------------------------------------------- */

/* What is open at a place of a word. */
struct opened {
	bool class, variable;
	int escape; /* bytes since the backslash of an escape that more bytes could
		       extend; -1: none */
	char first; /* its first byte */
};

static bool extends_escape(const struct opened *at, char c)
{
	if (at->first >= '0' && at->first <= '7')
		return at->escape < 3 && c >= '0' && c <= '7';
	return (at->first == 'x' || at->first == 'd') && at->escape < 4 &&
	       isxdigit((unsigned char)c);
}

/* Could another digit still belong to the escape that ends here? */
static bool escape_is_open(const struct opened *at)
{
	if (at->escape <= 0)
		return at->escape == 0;
	if (at->first >= '0' && at->first <= '7')
		return at->escape < 3;
	return at->first == 'x' ? at->escape < 3 : at->first == 'd' && at->escape < 4;
}

static void step_opened(struct opened *at, char c, char next)
{
	if (at->escape == 0) {
		at->first = c;
		at->escape = 1;
		return;
	}
	if (at->escape > 0 && extends_escape(at, c)) {
		at->escape++;
		return;
	}
	at->escape = c == '\\' ? 0 : -1;
	if (at->variable)
		at->variable = c != '}';
	else if (at->class)
		at->class = c != ']';
	else if (c == '[')
		at->class = true;
	else if (c == '@' && next == '{')
		at->variable = true;
}

static bool refuse_hole(struct aac_context *ctx, const struct aac_segment *hole,
			const struct opened *at)
{
	const char *where = at->class	   ? "inside [...]"
			    : at->variable ? "inside the name of a variable"
					   : "right behind a backslash";

	aac_hint(ctx->diags,
		 aac_report(ctx->diags, AAC_ERROR,
			    at->class ? "interpolation-in-class"
				      : "interpolation-in-escape",
			    hole->span, "${%s} cannot stand %s", hole->text, where),
		 at->class ? "write a rule for each value with 'for', or use {a,b}"
			   : "remove the backslash or the braces around it: a value "
			     "stands for its own bytes only");
	return false;
}

bool aac_word_check_holes(struct aac_context *ctx, const struct aac_word *word)
{
	struct opened at = { .escape = -1 };

	if (!word->holes)
		return true;
	for (const struct aac_segment *s = word->segments; s; s = s->next) {
		if (s->hole) {
			if (at.class || at.variable || escape_is_open(&at))
				return refuse_hole(ctx, s, &at);
			at.escape = -1;
			continue;
		}
		for (const char *p = s->text; *p; p++)
			step_opened(&at, *p, p[1]);
	}
	return true;
}

/* ---- filling ----------------------------------------------------------------------- */

struct filling {
	struct aac_context *ctx;
	struct buf *out;
	enum aac_word_use use;
	bool slash_before; /* what is written may end with a slash */
};

static void refuse_value(struct filling *f, const struct aac_segment *hole,
			 const struct aac_value *value, const char *problem)
{
	struct aac_diags *diags = f->ctx->diags;
	const char *pointer =
		value->trail ? aac_trail_pointer(f->ctx->arena, value->trail) : NULL;
	CLEANUP_BUF shown = { 0 };

	aac_value_print(&shown, value);
	aac_report(diags, AAC_ERROR, "value-refused", hole->span,
		   "${%s%s%s} is %.100s%s%s%s: %s", hole->text, hole->field ? "." : "",
		   hole->field ? hole->field : "", buf_str(&shown),
		   pointer ? " (from " : "", pointer ? pointer : "", pointer ? ")" : "",
		   problem);
}

const char *aac_value_word(struct arena *arena, const struct aac_value *value)
{
	switch (value->type) {
	case AAC_VALUE_STRING:
		return arena_strndup(arena, value->text, value->len);
	case AAC_VALUE_INT:
		return arena_printf(arena, "%" PRId64, value->integer);
	case AAC_VALUE_BOOL:
		return value->boolean ? "true" : "false";
	case AAC_VALUE_NULL:
	case AAC_VALUE_REAL:
	case AAC_VALUE_LIST:
	case AAC_VALUE_OBJECT:
	default:
		return NULL;
	}
}

/* Can an alternative of the group that TEXT begins with begin with a slash? */
static bool group_begins_with_slash(const char *text)
{
	size_t depth = 0;
	bool start = false;

	for (; *text; text++) {
		if (start && *text == '/')
			return true;
		start = *text == '{' || *text == ',';
		if (*text == '\\' && text[1])
			text++;
		else if (*text == '{')
			depth++;
		else if (*text == '}' && --depth == 0)
			return start || text[1] == '/';
	}
	return false;
}

/* May raw TEXT begin with a slash, once its alternatives are taken apart? */
static bool may_begin_with_slash(const char *text)
{
	return *text == '/' || (*text == '{' && group_begins_with_slash(text));
}

static bool may_end_with_slash(const char *text)
{
	size_t len = strlen(text);

	if (!len)
		return false;
	return text[len - 1] == '/' ||
	       (text[len - 1] == '}' &&
		(strstr(text, "/,") || strstr(text, "/}") || strstr(text, "/{")));
}

/* What is wrong with TEXT as a literal before NEXT (raw text that follows, or ""). */
static const char *value_problem(const struct filling *f, const char *text,
				 const char *next)
{
	size_t len = strlen(text);

	if (f->use != AAC_WORD_PATH)
		return NULL;
	if (strstr(text, "//") || (f->slash_before && *text == '/') ||
	    (len && text[len - 1] == '/' && may_begin_with_slash(next)))
		return "'//' would stand in the rule, which no path of the kernel holds";
	return NULL;
}

static bool put_scalar(struct filling *f, const struct aac_segment *hole,
		       const struct aac_value *value, const char *next, bool *slash)
{
	const char *text = aac_value_word(f->ctx->arena, value);
	const char *problem;

	if (!text) {
		refuse_value(f, hole, value, "no such value can stand here");
		return false;
	}
	for (size_t i = 0; value->type == AAC_VALUE_STRING && i < value->len; i++)
		if ((unsigned char)value->text[i] < 0x20 || value->text[i] == 0x7f) {
			refuse_value(f, hole, value, "it holds a control character");
			return false;
		}
	if (value->path && f->use != AAC_WORD_PLAIN && strcmp(text, "/") == 0 &&
	    *next == '/')
		text = ""; /* "/" followed by "/" is one slash */
	problem = value_problem(f, text, next);
	if (problem) {
		refuse_value(f, hole, value, problem);
		return false;
	}
	if (f->use == AAC_WORD_PLAIN)
		buf_puts(f->out, text);
	else
		aac_glob_escape(f->out, text, strlen(text));
	*slash = *slash || (*text ? text[strlen(text) - 1] == '/' : f->slash_before);
	return true;
}

static enum aac_fill put_value(struct filling *f, const struct aac_segment *hole,
			       const struct aac_value *value)
{
	const char *next = hole->next && !hole->next->hole ? hole->next->text : "";
	bool list = value->type == AAC_VALUE_LIST, slash = false;
	size_t count = list ? value->count : 1;
	const struct aac_value *items = list ? value->items : value;

	if (!count)
		return AAC_FILL_NONE;
	if (count > 1 && f->use == AAC_WORD_PLAIN) {
		refuse_value(f, hole, value, "a list cannot stand here; use 'for'");
		return AAC_FILL_ERROR;
	}
	if (count > 1)
		buf_putc(f->out, '{');
	for (size_t i = 0; i < count; i++) {
		if (i)
			buf_putc(f->out, ',');
		if (!put_scalar(f, hole, &items[i], next, &slash))
			return AAC_FILL_ERROR;
	}
	if (count > 1)
		buf_putc(f->out, '}');
	f->slash_before = slash;
	return AAC_FILL_DONE;
}

const char *aac_word_fill(struct aac_context *ctx, const struct aac_word *word,
			  enum aac_word_use use, aac_lookup *lookup, void *env,
			  enum aac_fill *fill)
{
	CLEANUP_BUF out = { 0 };
	struct filling f = { .ctx = ctx, .out = &out, .use = use };

	*fill = AAC_FILL_DONE;
	for (const struct aac_segment *s = word->segments; s; s = s->next) {
		const struct aac_value *value;

		if (!s->hole) {
			buf_puts(&out, s->text);
			if (*s->text)
				f.slash_before = may_end_with_slash(s->text);
			continue;
		}
		value = lookup(env, s);
		*fill = value ? put_value(&f, s, value) : AAC_FILL_ERROR;
		if (*fill != AAC_FILL_DONE)
			return NULL;
	}
	if (!word->segments)
		buf_puts(&out, word->text);
	if (!out.len && use != AAC_WORD_PLAIN) {
		aac_report(ctx->diags, AAC_ERROR, "value-refused", word->span,
			   "'%s' is empty with these values: nothing would be named",
			   word->text);
		*fill = AAC_FILL_ERROR;
		return NULL;
	}
	return arena_strdup(ctx->arena, buf_str(&out));
}

/* ---- spelling ---------------------------------------------------------------------- */

/* Bytes that need no quotes wherever they stand in a word. */
static bool is_bare(char c)
{
	return isalnum((unsigned char)c) || (c && strchr("/._-+:@%&", c));
}

/* Bytes that a quoted word may hold raw in patterns, and an unquoted one too. */
static bool is_bare_in_pattern(char c)
{
	return is_bare(c) || (c & 0x80) || (c && strchr("*?[]{}^\\$~", c));
}

static int hex_digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	c = (char)(c | 0x20);
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* The byte of the escape at *AT (behind the backslash), moving *AT behind it; -1: none
 * that is known to mean the same everywhere. */
static int unescape(const char **at)
{
	const char *p = *at;

	if (*p >= '0' && *p <= '3' && p[1] >= '0' && p[1] <= '7' && p[2] >= '0' &&
	    p[2] <= '7') {
		*at += 3;
		return (p[0] - '0') * 64 + (p[1] - '0') * 8 + (p[2] - '0');
	}
	if (*p == 'x' && hex_digit(p[1]) >= 0 && hex_digit(p[2]) >= 0) {
		*at += 3;
		return hex_digit(p[1]) * 16 + hex_digit(p[2]);
	}
	if (!*p || isalnum((unsigned char)*p))
		return -1;
	*at += 1;
	return (unsigned char)*p;
}

/* TEXT as bytes, when it is a literal of printable ASCII that quotes can spell. */
static bool decode_literal(struct buf *out, const char *text)
{
	while (*text) {
		int c = (unsigned char)*text++;

		if (c == '\\')
			c = unescape(&text);
		else if (strchr("*?[]{}", c))
			return false;
		if (c < 0x20 || c > 0x7e)
			return false;
		buf_putc(out, (char)c);
	}
	return !strstr(buf_str(out), "@{") && !strstr(buf_str(out), "${");
}

/*
 * A backslash and a quote are never written as themselves: apparmor_parser takes \" for
 * an escaped quote even where the backslash is one that was escaped, and a word would go
 * on to the next quote of the file.
 */
static void put_octal(struct buf *out, char c)
{
	buf_printf(out, "\\%03o", (unsigned int)(unsigned char)c);
}

static void print_literal(struct buf *out, const char *bytes)
{
	bool bare = *bytes;

	for (const char *p = bytes; *p; p++)
		bare = bare && is_bare(*p);
	if (bare) {
		buf_puts(out, bytes);
		return;
	}
	buf_putc(out, '"');
	for (const char *p = bytes; *p; p++) {
		if (*p == '\\' || *p == '"') {
			put_octal(out, *p);
			continue;
		}
		if (strchr("*?[]{}^", *p))
			buf_putc(out, '\\');
		buf_putc(out, *p);
	}
	buf_putc(out, '"');
}

/* A pattern: what it escapes stays, in a spelling that cannot end a word in quotes. */
static void print_pattern(struct buf *out, const char *text)
{
	for (const char *p = text; *p; p++) {
		if (p[0] == '\\' && (p[1] == '\\' || p[1] == '"')) {
			put_octal(out, *++p);
		} else if (p[0] == '\\' && p[1]) {
			buf_putn(out, p++, 2);
		} else {
			buf_putc(out, *p);
		}
	}
}

static void print_quoted(struct buf *out, const char *text)
{
	buf_putc(out, '"');
	print_pattern(out, text);
	buf_putc(out, '"');
}

/* A comma is safe outside quotes only between braces, and not beside another. */
static bool pattern_is_bare(const char *text)
{
	size_t depth = 0;

	for (const char *p = text; *p; p++) {
		if (*p == '\\' && p[1]) {
			p++;
			if (*p != '"' && !is_bare_in_pattern(*p))
				return false;
		} else if (*p == '{') {
			depth++;
		} else if (*p == '}') {
			depth -= depth > 0;
		} else if (*p == ',' ? depth == 0 || p[1] == ',' :
				       !is_bare_in_pattern(*p)) {
			return false;
		}
	}
	return *text;
}

void aac_word_print(struct buf *out, const char *text)
{
	CLEANUP_BUF bytes = { 0 };

	if (decode_literal(&bytes, text)) {
		print_literal(out, buf_str(&bytes));
	} else if (pattern_is_bare(text)) {
		print_pattern(out, text);
	} else {
		print_quoted(out, text);
	}
}

void aac_word_print_listed(struct buf *out, const char *text)
{
	CLEANUP_BUF word = { 0 };

	aac_word_print(&word, text);
	if (word.data[0] != '"' && strchr(word.data, ','))
		print_quoted(out, word.data);
	else
		buf_puts(out, word.data);
}

bool aac_word_is_bare(const struct aac_word *word)
{
	static const char *const reserved[] = {
		"if",	    "else",	 "not",	     "defined", "safe",
		"unsafe",   "owner",	 "user",     "other",	"subset",
		"audit",    "deny",	 "allow",    "set",	"in",
		"send",	    "bind",	 "receive",  "read",	"write",
		"peer",	    "hat",	 "trace",    "readby",	"profile",
		"tracedby", "eavesdrop", "rewrite",  "abi",	"delete",
		"sqpoll",   "prompt",	 "priority", "include", "override_creds",
	};
	const char *text = word->text;

	if (word->quoted || !isalpha((unsigned char)*text) || aac_perms_like(text))
		return false;
	for (size_t i = 0; i < ARRAY_SIZE(reserved); i++)
		if (strcmp(reserved[i], text) == 0)
			return false;
	while (isalnum((unsigned char)*text) || *text == '_')
		text++;
	return !*text && !aac_kind_find(word->text);
}

bool aac_word_is_name(const char *text)
{
	while (*text) {
		bool octal = *text == '\\' && text[1] >= '0' && text[1] <= '3';

		if (*text++ != '\\')
			continue;
		int c = unescape(&text);

		if (!octal || c <= 0 || strchr("\\\"*?[]{}^", c))
			return false;
	}
	return true;
}
