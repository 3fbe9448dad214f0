/*
 * Targets: a record's text to a value, and the questions that conditions and rule kinds
 * ask of it.  A record is refused unless every key is there exactly once: a target that
 * is half known would let rules through that its parser or kernel does not enforce.
 */
#include "core/target.h"

#include <stdarg.h>
#include <string.h>

#include "base/arena.h"
#include "base/macro.h"
#include "base/suggest.h"
#include "core/context.h"
#include "core/diag.h"
#include "core/feature.h"
#include "core/kind.h"

enum value_type { VALUE_TEXT, VALUE_PATH, VALUE_VERSION };

struct key {
	const char *name;
	size_t offset; /* of the member that holds it */
	enum value_type type;
};

static const struct key keys[] = {
	{ "summary", offsetof(struct aac_target, summary), VALUE_TEXT },
	{ "abi", offsetof(struct aac_target, abi), VALUE_PATH },
	{ "parser", offsetof(struct aac_target, parser), VALUE_VERSION },
	{ "parser-min", offsetof(struct aac_target, parser_min), VALUE_VERSION },
	{ "parser-max", offsetof(struct aac_target, parser_max), VALUE_VERSION },
	{ "kernel", offsetof(struct aac_target, kernel), VALUE_VERSION },
};

#define DIGITS "0123456789"
#define LETTERS "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"

/* ---- versions -------------------------------------------------------------- */

/* Not <ctype.h>: that asks the locale. */
static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static bool is_control(char c)
{
	return (unsigned char)c < 0x20 || c == 0x7f;
}

/* The number at *AT, without leading zeros; *AT moves behind it and its dot. */
static size_t take_number(const char **at, const char **digits)
{
	size_t len;

	*at += strspn(*at, "0");
	*digits = *at;
	len = strspn(*at, DIGITS);
	*at += len;
	if (**at == '.')
		(*at)++;
	return len;
}

int aac_version_compare(const char *a, const char *b)
{
	while (is_digit(*a) || is_digit(*b)) {
		const char *x, *y;
		size_t xlen = take_number(&a, &x), ylen = take_number(&b, &y);
		int order;

		if (xlen != ylen)
			return xlen < ylen ? -1 : 1;
		order = strncmp(x, y, xlen);
		if (order != 0)
			return order < 0 ? -1 : 1;
	}
	return 0;
}

bool aac_version_valid(const char *text)
{
	bool digit = false;

	for (; *text; text++) {
		if (!is_digit(*text) && (*text != '.' || !digit))
			return false;
		digit = *text != '.';
	}
	return digit;
}

/* ---- records --------------------------------------------------------------- */

struct record {
	struct aac_context *ctx;
	const struct aac_source *source;
	struct aac_target *target;
	struct aac_span seen[ARRAY_SIZE(keys)]; /* .source NULL: not yet */
	bool bad;
};

static struct aac_diag *complain(struct record *record, struct aac_span span,
				 const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));

static struct aac_diag *complain(struct record *record, struct aac_span span,
				 const char *fmt, ...)
{
	const char *message;
	va_list ap;

	va_start(ap, fmt);
	message = arena_vprintf(record->ctx->arena, fmt, ap);
	va_end(ap);
	record->bad = true;
	return aac_report(record->ctx->diags, AAC_ERROR, "target-record", span, "%s",
			  message);
}

static const char **find_member(struct record *record, const struct key *key)
{
	return (const char **)(void *)((char *)record->target + key->offset);
}

static struct aac_span trim(const struct aac_source *source, uint32_t begin, uint32_t end)
{
	while (begin < end && strchr(" \t\r", source->text[begin]) && source->text[begin])
		begin++;
	while (end > begin && strchr(" \t\r", source->text[end - 1]) &&
	       source->text[end - 1])
		end--;
	return (struct aac_span){ source, begin, end };
}

static const char *copy_span(struct arena *arena, struct aac_span span)
{
	return arena_strndup(arena, span.source->text + span.begin,
			     span.end - span.begin);
}

static void refuse_key(struct record *record, struct aac_span span, const char *name)
{
	struct suggest suggest = { .word = name };
	struct aac_diag *diag =
		complain(record, span, "unknown key '%s' in a target's record", name);

	for (size_t i = 0; i < ARRAY_SIZE(keys); i++)
		suggest_offer(&suggest, keys[i].name);
	if (suggest_best(&suggest))
		aac_hint(record->ctx->diags, diag, "did you mean '%s'?",
			 suggest_best(&suggest));
}

/* NULL when VALUE may stand for a key of TYPE, else what it should be. */
static const char *check_value(const char *value, size_t len, enum value_type type)
{
	if (len == 0)
		return "something";
	for (size_t i = 0; i < len; i++)
		if (is_control(value[i]))
			return "text without control characters";
	if (type == VALUE_VERSION && !aac_version_valid(value))
		return "a version such as 3.0.8";
	if (type == VALUE_PATH &&
	    (strspn(value, DIGITS LETTERS) == 0 || strstr(value, "..") ||
	     value[strspn(value, DIGITS LETTERS "/._-")]))
		return "a path such as abi/3.0";
	return NULL;
}

static void set_value(struct record *record, size_t index, struct aac_span key,
		      struct aac_span span)
{
	const char *value = copy_span(record->ctx->arena, span);
	const char *wanted = check_value(value, span.end - span.begin, keys[index].type);

	if (record->seen[index].source) {
		struct aac_diag *diag =
			complain(record, key, "'%s' is given twice", keys[index].name);

		aac_note(record->ctx->diags, diag, record->seen[index],
			 "first given here");
		return;
	}
	record->seen[index] = key;
	if (wanted)
		complain(record, span.begin < span.end ? span : key, "'%s' must be %s",
			 keys[index].name, wanted);
	else
		*find_member(record, &keys[index]) = value;
}

static void read_line(struct record *record, struct aac_span line)
{
	const char *text = record->source->text;
	const char *equals = memchr(text + line.begin, '=', line.end - line.begin);
	struct aac_span key;
	const char *name;

	if (!equals) {
		complain(record, line, "expected 'key = value'");
		return;
	}
	key = trim(record->source, line.begin, (uint32_t)(equals - text));
	name = copy_span(record->ctx->arena, key);
	for (size_t i = 0; i < ARRAY_SIZE(keys); i++) {
		if (strcmp(name, keys[i].name) != 0)
			continue;
		set_value(record, i, key,
			  trim(record->source, (uint32_t)(equals - text) + 1, line.end));
		return;
	}
	refuse_key(record, key, name);
}

static void read_lines(struct record *record)
{
	const struct aac_source *source = record->source;

	for (uint32_t i = 0; i < source->line_count; i++) {
		bool last = i + 1 == source->line_count;
		uint32_t end = last ? source->size : source->lines[i + 1] - 1;
		struct aac_span line = trim(source, source->lines[i], end);

		if (aac_diags_full(record->ctx->diags))
			return;
		if (line.begin < line.end && source->text[line.begin] != '#')
			read_line(record, line);
	}
}

static void check_record(struct record *record)
{
	const struct aac_target *target = record->target;
	struct aac_span end = { record->source, record->source->size,
				record->source->size };

	for (size_t i = 0; i < ARRAY_SIZE(keys); i++)
		if (!record->seen[i].source)
			complain(record, end, "the record of target '%s' lacks '%s'",
				 target->name, keys[i].name);
	if (!target->parser || !target->parser_min || !target->parser_max)
		return;
	if (aac_version_compare(target->parser_min, target->parser) > 0 ||
	    aac_version_compare(target->parser, target->parser_max) > 0)
		complain(record, end,
			 "'parser' must lie between 'parser-min' and 'parser-max'");
}

const struct aac_target *aac_target_parse(struct aac_context *ctx, const char *name,
					  const struct aac_source *record_source,
					  const struct aac_source *features)
{
	struct aac_target *target = ARENA_NEW(ctx->arena, struct aac_target);
	struct record record = { .ctx = ctx, .source = record_source, .target = target };

	target->name = arena_strdup(ctx->arena, name);
	target->features = features->text;
	target->tree = aac_feature_parse(ctx, features);
	read_lines(&record);
	check_record(&record);
	return target->tree && !record.bad ? target : NULL;
}

/* ---- questions ------------------------------------------------------------- */

bool aac_target_feature(const struct aac_target *target, const char *path)
{
	return aac_feature_find(target->tree, path);
}

static bool is_known(const struct aac_target *target, const char *parser,
		     const char *feature)
{
	if (parser && aac_version_compare(target->parser, parser) < 0)
		return false;
	return !feature || aac_target_feature(target, feature);
}

bool aac_target_supports(const struct aac_target *target, const char *what)
{
	const struct aac_kind *kind = aac_kind_find(what);
	const struct aac_term *option = kind ? NULL : aac_mount_option_find(what);

	if (kind)
		return is_known(target, kind->parser, kind->feature);
	if (option)
		return is_known(target, option->parser, option->feature);
	return aac_target_feature(target, what);
}
