/*
 * Takes the text of a glob, gives its tokens or the first thing that is wrong with it.
 *
 * What is refused here is what apparmor_parser 3.0.8 refuses, found by asking it.  Less
 * obvious of that: `{}` and `{a}` are errors; a `-` in a class stands first or between
 * two bytes; an escape is decoded before a class is read, so `[\^x]` is negated and
 * `[a\-c]` is a range, while an escaped or numeric `* ? [ ] { } , \` always stands for
 * itself.
 */
#include "core/glob_scan.h"

#include <string.h>

#include "base/arena.h"

enum {
	MAX_DEPTH = 49,	  /* of {}, as in apparmor_parser */
	MAX_TEXT = 65535, /* the kernel's own limit for a path is 4096 */
	BYTE_COUNT = 256,
};

struct scanner {
	struct aac_glob_scan out;
	const char *text;
	size_t at, len;
	size_t depth;
	size_t open_at[MAX_DEPTH];
	bool has_comma[MAX_DEPTH];
};

/* One byte of the text, after escapes; META when it may have a special meaning. */
struct letter {
	unsigned char byte;
	bool meta;
	bool escaped; /* written as a backslash and the byte itself */
};

static void fail(struct scanner *scan, size_t at, const char *error)
{
	if (scan->out.error)
		return;
	scan->out.error = error;
	scan->out.error_at = at;
}

static int digit_value(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	return c >= 'A' && c <= 'F' ? c - 'A' + 10 : BYTE_COUNT;
}

/* Up to MAX digits from TEXT, as long as the value is a byte; gives how many it took. */
static size_t read_number(const char *text, int base, size_t max, unsigned char *byte)
{
	size_t count = 0;
	int value = 0;

	for (; count < max; count++) {
		int digit = digit_value(text[count]);

		if (digit >= base || value * base + digit >= BYTE_COUNT)
			break;
		value = value * base + digit;
	}
	*byte = (unsigned char)value;
	return count;
}

/* What stands behind a backslash; gives its length, 0 at the end of the text. */
static size_t read_escape(const char *text, unsigned char *byte)
{
	static const char named[] = "aefnrt", values[] = "\a\033\f\n\r\t";
	const char *found = *text ? strchr(named, *text) : NULL;
	size_t count;

	if (*text == 'x' || *text == 'd') {
		count = *text == 'x' ? read_number(text + 1, 16, 2, byte)
				     : read_number(text + 1, 10, 3, byte);
		if (count)
			return count + 1;
	}
	count = read_number(text, 8, 3, byte);
	if (count)
		return count;
	*byte = (unsigned char)(found ? values[found - named] : *text);
	return *text ? 1 : 0;
}

/* The letter at TEXT; gives its length, 0 for a backslash at the end. */
static size_t read_letter(const char *text, struct letter *letter)
{
	size_t len;

	*letter = (struct letter){ .byte = (unsigned char)*text, .meta = true };
	if (*text != '\\')
		return 1;
	len = read_escape(text + 1, &letter->byte);
	letter->meta = !letter->byte || !strchr("*?[]{},\\", letter->byte);
	letter->escaped = len == 1 && (unsigned char)text[1] == letter->byte;
	return len ? len + 1 : 0;
}

static struct letter next_letter(struct scanner *scan)
{
	struct letter letter;
	size_t len = read_letter(scan->text + scan->at, &letter);

	if (!len)
		fail(scan, scan->at, "'\\' at the end");
	scan->at += len ? len : 1;
	return letter;
}

/* The length of "{NAME}" at TEXT, or 0. */
size_t aac_glob_variable_len(const char *text)
{
	size_t len = 1;

	if (text[0] != '{')
		return 0;
	while ((text[len] >= 'a' && text[len] <= 'z') ||
	       (text[len] >= 'A' && text[len] <= 'Z') ||
	       (len > 1 && (text[len] == '_' || (text[len] >= '0' && text[len] <= '9'))))
		len++;
	return len > 1 && text[len] == '}' ? len + 1 : 0;
}

static struct aac_glob_token *push_token(struct scanner *scan,
					 enum aac_glob_token_kind kind)
{
	struct aac_glob_token *token = &scan->out.tokens[scan->out.count++];

	token->kind = kind;
	return token;
}

static bool class_ends(const struct scanner *scan)
{
	return scan->at >= scan->len || scan->text[scan->at] == ']';
}

static void add_range(struct aac_glob_set *set, unsigned char a, unsigned char b)
{
	unsigned char low = a < b ? a : b, high = a < b ? b : a;

	for (unsigned int byte = low; byte <= high; byte++)
		set->bits[byte / 64] |= (uint64_t)1 << (byte % 64);
}

static bool at_dash(const struct scanner *scan)
{
	struct letter letter;

	if (class_ends(scan) || !read_letter(scan->text + scan->at, &letter))
		return false;
	return letter.byte == '-';
}

/* `*`, `?` and variables are put in place even inside a class, with odd results. */
static bool is_beyond(const struct scanner *scan, struct letter letter)
{
	if (!letter.meta || letter.escaped)
		return false;
	return letter.byte == '*' || letter.byte == '?' ||
	       (letter.byte == '@' && aac_glob_variable_len(scan->text + scan->at));
}

/* One byte or range of a class; false when the class is beyond us or wrong. */
static bool read_member(struct scanner *scan, struct aac_glob_set *set, bool first)
{
	static const char stray[] =
		"'-' in '[]' must stand first or between two characters";
	size_t at = scan->at;
	struct letter from = next_letter(scan), to = from;

	if (is_beyond(scan, from))
		return false;
	if (from.byte == '-' && !first)
		fail(scan, at, stray);
	if (at_dash(scan)) {
		at = scan->at;
		next_letter(scan);
		if (class_ends(scan) || at_dash(scan)) {
			fail(scan, at, stray);
			return false;
		}
		to = next_letter(scan);
		if (is_beyond(scan, to))
			return false;
	}
	add_range(set, from.byte, to.byte);
	return !scan->out.error;
}

/* A "^" after the bracket, however it is written. */
static bool read_caret(struct scanner *scan)
{
	struct letter letter;
	size_t len;

	if (class_ends(scan))
		return false;
	len = read_letter(scan->text + scan->at, &letter);
	if (!len || letter.byte != '^')
		return false;
	scan->at += len;
	return true;
}

/* The first variable in the class between BEGIN and the place where the scan is. */
static const char *class_variable(const struct scanner *scan, size_t begin)
{
	for (size_t at = begin; at < scan->at; at++) {
		if (scan->text[at] == '@' && aac_glob_variable_len(scan->text + at + 1))
			return scan->text + at + 2;
	}
	return NULL;
}

static void scan_class(struct scanner *scan, size_t begin)
{
	struct aac_glob_set set = { 0 };
	bool negated = read_caret(scan), first = true, known = true;

	for (; !class_ends(scan) && !scan->out.error; first = false) {
		if (known)
			known = read_member(scan, &set, first);
		else
			next_letter(scan);
	}
	if (scan->at >= scan->len)
		fail(scan, begin, "'[' without ']'");
	if (first)
		fail(scan, begin, "'[]' is empty");
	scan->at++;
	if (!known) {
		push_token(scan, AAC_GLOB_TOKEN_OPAQUE)->name =
			class_variable(scan, begin);
		return;
	}
	for (size_t i = 0; negated && i < 4; i++)
		set.bits[i] = ~set.bits[i];
	push_token(scan, AAC_GLOB_TOKEN_SET)->ref = (unsigned int)scan->out.set_count;
	scan->out.sets[scan->out.set_count++] = set;
}

static void scan_open(struct scanner *scan, size_t at)
{
	if (scan->depth == MAX_DEPTH) {
		fail(scan, at, "'{}' nested too deeply");
		return;
	}
	scan->open_at[scan->depth] = at;
	scan->has_comma[scan->depth++] = false;
	push_token(scan, AAC_GLOB_TOKEN_OPEN);
}

static void scan_close(struct scanner *scan, size_t at)
{
	size_t open_at;

	if (!scan->depth) {
		fail(scan, at, "'}' without '{'");
		return;
	}
	open_at = scan->open_at[--scan->depth];
	if (!scan->has_comma[scan->depth] && open_at && scan->text[open_at - 1] == '@')
		fail(scan, open_at - 1, "not a variable's name between '@{' and '}'");
	if (!scan->has_comma[scan->depth])
		fail(scan, open_at, "'{}' needs two or more alternatives");
	push_token(scan, AAC_GLOB_TOKEN_CLOSE);
}

static void scan_stars(struct scanner *scan)
{
	struct aac_glob_token *token = push_token(scan, AAC_GLOB_TOKEN_STAR);

	for (; scan->text[scan->at] == '*'; scan->at++)
		token->deep = true;
}

static void scan_variable(struct scanner *scan, size_t len)
{
	struct aac_glob_token *token = push_token(scan, AAC_GLOB_TOKEN_VAR);

	token->name = scan->text + scan->at + 1;
	token->name_len = len - 2;
	scan->at += len;
}

static void scan_byte(struct scanner *scan, struct letter letter)
{
	size_t len = aac_glob_variable_len(scan->text + scan->at);
	struct aac_glob_token *token;

	if (letter.byte == '@' && !letter.escaped && len) {
		scan_variable(scan, len);
		return;
	}
	token = push_token(scan, AAC_GLOB_TOKEN_BYTE);
	token->byte = letter.byte;
	token->deep = letter.byte == '/' && letter.escaped;
}

static void scan_comma(struct scanner *scan)
{
	scan->has_comma[scan->depth - 1] = true;
	push_token(scan, AAC_GLOB_TOKEN_COMMA);
}

static void scan_token(struct scanner *scan)
{
	size_t at = scan->at;
	struct letter letter = next_letter(scan);
	unsigned char meta = letter.meta ? letter.byte : 0;

	if (meta == '*')
		scan_stars(scan);
	else if (meta == '?')
		push_token(scan, AAC_GLOB_TOKEN_ONE);
	else if (meta == '[')
		scan_class(scan, at);
	else if (meta == ']')
		fail(scan, at, "']' without '['");
	else if (meta == '{')
		scan_open(scan, at);
	else if (meta == '}')
		scan_close(scan, at);
	else if (meta == ',' && scan->depth)
		scan_comma(scan);
	else
		scan_byte(scan, letter);
}

static size_t count_byte(const char *text, char byte)
{
	size_t count = 0;

	for (; *text; text++)
		count += *text == byte;
	return count;
}

struct aac_glob_scan aac_glob_scan(struct arena *arena, const char *text)
{
	struct scanner scan = { .text = text, .len = strlen(text) };

	if (scan.len > MAX_TEXT) {
		fail(&scan, MAX_TEXT, "longer than 65535 bytes");
		return scan.out;
	}
	scan.out.tokens = ARENA_ARRAY(arena, struct aac_glob_token, scan.len);
	scan.out.sets = ARENA_ARRAY(arena, struct aac_glob_set, count_byte(text, '['));
	while (scan.at < scan.len && !scan.out.error)
		scan_token(&scan);
	if (scan.depth)
		fail(&scan, scan.open_at[scan.depth - 1], "'{' without '}'");
	return scan.out;
}
