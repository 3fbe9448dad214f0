/*
 * Profiles made by hand.  The rule file's text exists before the rules do, as lines of
 * equal length, so that a place is the same whatever was added before.
 */
#include "support/fake_text.h"

#include <criterion/criterion.h>
#include <string.h>

#include "base/arena.h"
#include "base/buf.h"
#include "support/scratch.h"

enum { LINES_MAX = 64, WIDTH = 32 };

struct fake_text {
	struct aac_profile_text text;
	struct aac_policy policy;
	struct aac_line lines[LINES_MAX];
	struct aac_origin *last;
	const struct aac_source *source;
	uint32_t rules;
	struct buf bytes;
};

static const struct aac_kind kinds[AAC_KIND_COUNT] = {
#define KIND(ID, name) { .id = AAC_KIND_##ID, .keyword = #name },
#include "core/kinds.def"
#undef KIND
};

static const struct aac_source *rule_file(void)
{
	static const struct aac_source *source;
	CLEANUP_BUF text = { 0 };

	if (source)
		return source;
	for (int i = 0; i < LINES_MAX; i++) {
		buf_fill(&text, '.', WIDTH - 1);
		buf_putc(&text, '\n');
	}
	source = aac_source_new(scratch.arena, "rules/a.aaf", NULL, text.data, text.len);
	return source;
}

struct fake_text *fake_text_with_preamble(const char *name, const char *line)
{
	struct fake_text *fake = ARENA_NEW(scratch.arena, struct fake_text);

	fake->policy.name = name;
	fake->source = rule_file();
	if (line)
		fake_text_line(fake, line);
	fake_text_line(fake, arena_printf(scratch.arena, "profile %s {", name));
	return fake;
}

struct fake_text *fake_text_with_abi(const char *name, const char *abi)
{
	return fake_text_with_preamble(name,
				       arena_printf(scratch.arena, "abi <%s>,", abi));
}

struct fake_text *fake_text_new(const char *name)
{
	return fake_text_with_preamble(name, NULL);
}

void fake_text_line(struct fake_text *fake, const char *line)
{
	cr_assert_lt(fake->text.line_count, LINES_MAX);
	buf_printf(&fake->bytes, "%s\n", line);
	fake->text.line_count++;
}

static struct aac_origin *next_origin(struct fake_text *fake)
{
	struct aac_origin *origin = ARENA_NEW(scratch.arena, struct aac_origin);
	uint32_t begin = fake->rules++ * WIDTH;

	origin->section = "a";
	origin->span = (struct aac_span){ fake->source, begin, begin + WIDTH - 1 };
	return origin;
}

void fake_text_rule(struct fake_text *fake, enum aac_kind_id kind, const char *text)
{
	struct aac_grant *grant = ARENA_NEW(scratch.arena, struct aac_grant);
	struct aac_rule *rule = ARENA_NEW(scratch.arena, struct aac_rule);

	rule->kind = &kinds[kind];
	rule->text = text;
	rule->deny = strstr(text, "deny ") != NULL;
	fake->last = next_origin(fake);
	grant->rule = rule;
	grant->origins = fake->last;
	fake->lines[fake->text.line_count].grant = grant;
	fake_text_line(fake, text);
}

void fake_text_again(struct fake_text *fake)
{
	struct aac_origin *origin = next_origin(fake);

	fake->last->next = origin;
	fake->last = origin;
}

const struct aac_profile_text *fake_text_end(struct fake_text *fake)
{
	fake_text_line(fake, "}");
	fake->text.policy = &fake->policy;
	fake->text.len = fake->bytes.len;
	fake->text.text = arena_strdup(scratch.arena, buf_str(&fake->bytes));
	fake->text.lines = fake->lines;
	buf_fini(&fake->bytes);
	return &fake->text;
}
