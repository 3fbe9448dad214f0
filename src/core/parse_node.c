/*
 * Nodes of the grammar's smaller things: words with their holes, strings, paths into the
 * JSON, numbers, names, expressions.  Texts are copied out of the source, places are kept
 * beside.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/macro.h"
#include "core/diag.h"
#include "core/name.h"
#include "grammar.h"

const char *aac_parse_text(struct aac_parse *parse, struct aac_span at)
{
	return arena_strndup(parse->ctx->arena, at.source->text + at.begin,
			     at.end - at.begin);
}

static bool is_name_byte(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
	       (c >= '0' && c <= '9') || c == '_' || c == '-';
}

/* NAME or NAME.FIELD between the braces of AT, into *name and *field. */
static bool split_hole(struct aac_parse *parse, struct aac_span at, const char *text,
		       size_t len, const char **name, const char **field)
{
	const char *dot = memchr(text, '.', len);
	size_t n = dot ? (size_t)(dot - text) : len;

	*name = arena_strndup(parse->ctx->arena, text, n);
	*field = dot ? arena_strndup(parse->ctx->arena, dot + 1, len - n - 1) : NULL;
	for (size_t i = 0; i < len; i++)
		if (!is_name_byte(text[i]) && text + i != dot)
			n = 0;
	if (n > 0 && !(text[0] >= '0' && text[0] <= '9') && (!*field || **field))
		return true;
	aac_hint(parse->ctx->diags,
		 aac_report(parse->ctx->diags, AAC_ERROR, "bad-interpolation", at,
			    "'${%.*s}' names no parameter", (int)(len > 40 ? 40 : len),
			    text),
		 "write ${name}, or ${name.field} for an element of a list of objects");
	return false;
}

static void add_segment(struct aac_parse *parse, struct aac_word *word,
			struct aac_segment ***tail, struct aac_segment segment)
{
	struct aac_segment *node = ARENA_NEW(parse->ctx->arena, struct aac_segment);

	*node = segment;
	word->holes |= segment.hole;
	**tail = node;
	*tail = &node->next;
}

/* `\${name}` at OFFSET of WORD, whose text stands at FROM: its braces are AppArmor's, and
 * one alternative is none, so only a parameter can be meant. */
static void refuse_escaped(struct aac_parse *parse, struct aac_word *word, uint32_t from,
			   size_t offset)
{
	const char *hole = word->text + offset + 1;
	struct aac_span at = word->span;
	size_t len;

	if (hole[0] != '$' || hole[1] != '{')
		return;
	for (len = 2; is_name_byte(hole[len]) || hole[len] == '.'; len++)
		;
	if (hole[len] != '}' || len == 2)
		return;
	at.begin = from + (uint32_t)offset + 1;
	at.end = at.begin + (uint32_t)len + 1;
	aac_hint(parse->ctx->diags,
		 aac_report(parse->ctx->diags, AAC_ERROR, "interpolation-in-escape", at,
			    "%.*s cannot stand right behind a backslash", (int)len + 1,
			    hole),
		 "remove the backslash; '\\\\' is one that is meant");
}

/* The brace that closes the hole at P, also of one in which another stands; or NULL. */
static const char *hole_end(const char *p)
{
	const char *close = strchr(p, '}');

	return close && p[2] == '$' && p[3] == '{' && close[1] == '}' ? close + 1 : close;
}

/*
 * Cut TEXT at its holes.  EXACT: the bytes stand in the source at FROM, so each segment
 * has its own place; otherwise all have AT.  A backslash takes the next byte's meaning
 * away when ESCAPES.
 */
static void split_word(struct aac_parse *parse, struct aac_word *word, uint32_t from,
		       bool exact, bool escapes)
{
	const char *text = word->text, *p = text, *last = text,
		   *end = text + strlen(text);
	struct aac_segment **tail = &word->segments;

	while (p < end) {
		struct aac_segment hole = { .span = word->span, .hole = true };
		const char *close;

		if (escapes && *p == '\\' && p + 1 < end) {
			if (exact)
				refuse_escaped(parse, word, from, (size_t)(p - text));
			p += 2;
			continue;
		}
		if (p[0] != '$' || p[1] != '{' || !(close = hole_end(p))) {
			p++;
			continue;
		}
		if (exact) {
			hole.span.begin = from + (uint32_t)(p - text);
			hole.span.end = from + (uint32_t)(close + 1 - text);
		}
		if (!split_hole(parse, hole.span, p + 2, (size_t)(close - p - 2),
				&hole.text, &hole.field)) {
			p = close + 1;
			continue;
		}
		if (p > last)
			add_segment(parse, word, &tail,
				    (struct aac_segment){
					    .span = word->span,
					    .text = arena_strndup(parse->ctx->arena, last,
								  (size_t)(p - last)) });
		add_segment(parse, word, &tail, hole);
		last = p = close + 1;
	}
	if (last < end || !word->segments)
		add_segment(parse, word, &tail,
			    (struct aac_segment){
				    .span = word->span,
				    .text = arena_strndup(parse->ctx->arena, last,
							  (size_t)(end - last)) });
}

void aac_parse_except(struct aac_parse *parse, struct aac_word *word, struct aac_span at,
		      struct aac_args list)
{
	struct aac_words words = { 0 };
	const char *problem = NULL;
	struct aac_span place = at;

	for (struct aac_arg *arg = list.head; arg; arg = arg->next) {
		if (arg->type != AAC_ARG_WORD) {
			problem = "this is no pattern";
			place = arg->span;
			continue;
		}
		LIST_APPEND(&words, arg->word);
		word->holes |= arg->word->holes;
	}
	word->except = words.head;
	if (!list.head)
		problem = "'except' has no pattern in its list";
	if (problem)
		aac_hint(parse->ctx->diags,
			 aac_report(parse->ctx->diags, AAC_ERROR, "bad-except", place,
				    "%s", problem),
			 "write: PATTERN except (PATTERN, …)");
}

/* apparmor_parser takes a bare '!' in no word; in rule files it is quoted for it. */
static void refuse_bang(struct aac_parse *parse, struct aac_span at)
{
	const char *text = at.source->text;

	for (uint32_t i = at.begin; i < at.end; i++) {
		/* Behind any backslash it is taken, be that one escaped or not. */
		if (text[i] != '!' || (i > at.begin && text[i - 1] == '\\'))
			continue;
		at.begin = i;
		at.end = i + 1;
		aac_hint(parse->ctx->diags,
			 aac_report(parse->ctx->diags, AAC_ERROR, "bad-character", at,
				    "a '!' stands in a word without quotes"),
			 "quote the whole word");
		return;
	}
}

struct aac_word *aac_parse_word(struct aac_parse *parse, struct aac_span at, bool quoted)
{
	struct aac_word *word = ARENA_NEW(parse->ctx->arena, struct aac_word);
	struct aac_span inner = at;

	inner.begin += quoted;
	inner.end -= quoted;
	*word = (struct aac_word){ .span = at,
				   .text = aac_parse_text(parse, inner),
				   .quoted = quoted };
	if (memchr(at.source->text + inner.begin, '\0', inner.end - inner.begin))
		aac_report(parse->ctx->diags, AAC_ERROR, "bad-character", at,
			   "a NUL byte cannot stand in a rule");
	if (parse->whole && !quoted)
		refuse_bang(parse, at);
	if (!parse->whole && !parse->access) /* only rule files have parameters */
		split_word(parse, word, inner.begin, true, true);
	return word;
}

struct aac_word *aac_parse_string(struct aac_parse *parse, struct aac_span at, bool holes)
{
	struct aac_word *word = ARENA_NEW(parse->ctx->arena, struct aac_word);
	const char *p = at.source->text + at.begin + 1,
		   *end = at.source->text + at.end - 1;
	char *out = arena_alloc(parse->ctx->arena, (size_t)(end - p) + 1, 1), *to = out;

	while (p < end) {
		unsigned char c = (unsigned char)*p;

		if (c == '\\' && p + 1 < end && p[1] != '"' && p[1] != '\\') {
			struct aac_span bad = { at.source,
						(uint32_t)(p - at.source->text),
						(uint32_t)(p + 2 - at.source->text) };

			aac_hint(parse->ctx->diags,
				 aac_report(parse->ctx->diags, AAC_ERROR, "bad-escape",
					    bad, "no such escape in a string"),
				 "write \\\\ for a backslash, \\\" for a quote");
		} else if (c == '\\' && p + 1 < end) {
			p++;
		} else if (c == '\n') { /* prose: the line break and what surrounds it is
					   a blank */
			while (to > out && strchr(" \t\r", to[-1]))
				to--;
			p += strspn(p, " \t\r\n");
			*to++ = ' ';
			continue;
		} else if ((c < ' ' && c != '\t') || c == 0x7f) {
			aac_report(parse->ctx->diags, AAC_ERROR, "bad-character", at,
				   "a control character cannot stand in a string");
		}
		*to++ = *p++;
	}
	*word = (struct aac_word){ .span = at, .text = out, .quoted = true };
	if (holes)
		split_word(parse, word, 0, false, false);
	return word;
}

/* One step of a path, at P: .key, ."key" or []; past it. */
static const char *parse_step(struct aac_parse *parse, const char *p,
			      struct aac_step *step)
{
	const char *text = parse->source->text, *from = p;

	step->span = (struct aac_span){ parse->source, (uint32_t)(p - text), 0 };
	if (*p == '[') {
		p += 2;
	} else if (p[1] == '"') {
		for (p += 2; *p != '"'; p++)
			p += *p == '\\';
		p++;
		step->key =
			aac_parse_string(parse,
					 (struct aac_span){ parse->source,
							    (uint32_t)(from + 1 - text),
							    (uint32_t)(p - text) },
					 false)
				->text;
	} else {
		for (p++; is_name_byte(*p); p++)
			;
		step->key = arena_strndup(parse->ctx->arena, from + 1,
					  (size_t)(p - from - 1));
	}
	step->span.end = (uint32_t)(p - text);
	return p;
}

struct aac_path *aac_parse_path(struct aac_parse *parse, struct aac_span at)
{
	struct aac_path *path = ARENA_NEW(parse->ctx->arena, struct aac_path);
	const char *p = at.source->text + at.begin, *end = at.source->text + at.end;
	struct aac_step **tail = &path->steps;

	path->span = at;
	path->root = *p == '$';
	path->text = aac_parse_text(parse, at);
	p += path->root;
	while (p < end) {
		struct aac_step *step = ARENA_NEW(parse->ctx->arena, struct aac_step);

		p = parse_step(parse, p, step);
		*tail = step;
		tail = &step->next;
	}
	if (!path->steps)
		aac_report(parse->ctx->diags, AAC_ERROR, "syntax", at,
			   "'$' is followed by a path, as in $.key");
	return path;
}

bool aac_integer(const char *text, int64_t *value)
{
	char *end;

	errno = 0;
	*value = strtoll(text, &end, 10);
	return *end == '\0' && end != text && errno == 0;
}

bool aac_parse_integer(struct aac_parse *parse, struct aac_span at, int64_t *value)
{
	const char *text = aac_parse_text(parse, at);

	if (aac_integer(text, value))
		return true;
	aac_report(parse->ctx->diags, AAC_ERROR, "bad-number", at,
		   "'%.40s' is not a whole number of 64 bits", text);
	return false;
}

/* Was NAME refused for SLUG already, where it is declared or used? */
static bool is_told(const struct aac_parse *parse, const char *slug, const char *name)
{
	size_t len = strlen(name);

	for (const struct aac_diag *d = parse->ctx->diags->head; d; d = d->next)
		if (strcmp(d->slug, slug) == 0 && d->span.end - d->span.begin == len &&
		    d->span.source &&
		    memcmp(d->span.source->text + d->span.begin, name, len) == 0)
			return true;
	return false;
}

void aac_parse_reserved(struct aac_parse *parse, struct aac_span at)
{
	const char *word = aac_parse_text(parse, at);

	if (!is_told(parse, "reserved-word", word))
		aac_report(parse->ctx->diags, AAC_ERROR, "reserved-word", at,
			   "'%s' is a word of the language and cannot be a name", word);
}

struct aac_name *aac_parse_name(struct aac_parse *parse, struct aac_span at, bool dot)
{
	struct aac_name *name = ARENA_NEW(parse->ctx->arena, struct aac_name);

	*name = (struct aac_name){ .span = at, .text = aac_parse_text(parse, at) };
	if (!aac_name_valid(name->text, dot) && !is_told(parse, "bad-name", name->text))
		aac_hint(parse->ctx->diags,
			 aac_report(parse->ctx->diags, AAC_ERROR, "bad-name", at,
				    "'%.60s' is not a name", name->text),
			 "a name is a letter, then letters, digits, '_' and '-'%s",
			 dot ? ", and '.'" : "");
	return name;
}

struct aac_expr *aac_parse_expr(struct aac_parse *parse, struct aac_span at,
				enum aac_expr_type type, struct aac_expr *left,
				struct aac_expr *right)
{
	struct aac_expr *expr = ARENA_NEW(parse->ctx->arena, struct aac_expr);
	unsigned int a = left ? left->depth : 0, b = right ? right->depth : 0;

	*expr = (struct aac_expr){
		.type = type, .span = at, .left = left, .right = right
	};
	expr->depth = (a > b ? a : b) + 1;
	if (expr->depth == AAC_EXPR_DEPTH)
		aac_report(parse->ctx->diags, AAC_ERROR, "nesting-too-deep", at,
			   "an expression is nested more than %d deep", AAC_EXPR_DEPTH);
	if (expr->depth < AAC_EXPR_DEPTH)
		return expr;
	expr->left = expr->right = NULL; /* keeps every walk over it bounded */
	expr->type = AAC_EXPR_NULL;
	return expr;
}

struct aac_expr *aac_parse_hole(struct aac_parse *parse, struct aac_span at)
{
	struct aac_expr *expr = aac_parse_expr(parse, at, AAC_EXPR_PARAM, NULL, NULL);

	if (!split_hole(parse, at, at.source->text + at.begin + 2, at.end - at.begin - 3,
			&expr->text, &expr->field))
		expr->type = AAC_EXPR_NULL;
	return expr;
}

struct aac_expr *aac_parse_number(struct aac_parse *parse, struct aac_span at)
{
	struct aac_expr *expr = aac_parse_expr(parse, at, AAC_EXPR_NUMBER, NULL, NULL);
	const char *text = aac_parse_text(parse, at);

	expr->is_integer = !strchr(text, '.');
	if (expr->is_integer && aac_parse_integer(parse, at, &expr->integer))
		expr->number = (double)expr->integer;
	else if (!expr->is_integer)
		expr->number =
			strtod(text, NULL); /* the lexer let only digits and '.' in */
	return expr;
}

struct aac_type aac_parse_type(struct aac_parse *parse, struct aac_span at)
{
	static const struct {
		const char *word;
		enum aac_type_base base;
	} types[] = {
		{ "path", AAC_TYPE_PATH }, { "string", AAC_TYPE_STRING },
		{ "int", AAC_TYPE_INT },   { "bool", AAC_TYPE_BOOL },
		{ "name", AAC_TYPE_NAME },
	};
	const char *text = aac_parse_text(parse, at), *near = NULL;
	struct aac_diag *diag;

	for (size_t i = 0; i < ARRAY_SIZE(types); i++) {
		size_t len = strlen(types[i].word);

		if (strcmp(text, types[i].word) == 0)
			return (struct aac_type){ .base = types[i].base };
		if (strncasecmp(text, types[i].word, len) == 0)
			near = types[i].word; /* Path, boolean, integer */
	}
	diag = aac_report(parse->ctx->diags, AAC_ERROR, "unknown-type", at,
			  "there is no type '%.40s'", text);
	if (near)
		aac_hint(parse->ctx->diags, diag, "did you mean '%s'?", near);
	else
		aac_hint(parse->ctx->diags, diag, "%s", AAC_TYPES_HINT);
	return (struct aac_type){ .base = AAC_TYPE_STRING };
}

struct aac_literal *aac_parse_literal(struct aac_parse *parse, struct aac_span at,
				      enum aac_literal_type type)
{
	struct aac_literal *literal = ARENA_NEW(parse->ctx->arena, struct aac_literal);

	*literal = (struct aac_literal){ .span = at, .type = type };
	return literal;
}

struct aac_literal *aac_parse_reverse(struct aac_literal *list)
{
	struct aac_literal *out = NULL, *next;

	for (; list; list = next) {
		next = list->next;
		list->next = out;
		out = list;
	}
	return out;
}
