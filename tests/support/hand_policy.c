/*
 * Policies made by hand: see hand_policy.h.
 */
#include "support/hand_policy.h"

#include <stdint.h>
#include <string.h>

#include "base/arena.h"
#include "base/buf.h"

static const struct aac_kind file_kind = { .id = AAC_KIND_FILE, .keyword = "file" };
static const struct aac_kind other_kind = { .id = AAC_KIND_MOUNT, .keyword = "mount" };

void hand_init(struct hand *hand, struct arena *arena, const char *name)
{
	CLEANUP_BUF text = { 0 };

	*hand = (struct hand){ .arena = arena };
	for (int i = 1; i <= 40; i++)
		buf_printf(&text, "  line %d\n", i);
	hand->source = aac_source_new(arena, "/somewhere/hand.aaf", "rules/hand.aaf",
				      buf_str(&text), text.len);
	hand->policy.name = name;
	hand->policy.template_name = "lxc";
}

struct aac_fragment *hand_fragment(struct hand *hand, const char *name)
{
	struct aac_policy *policy = &hand->policy;
	struct aac_fragment *fragment = ARENA_NEW(hand->arena, struct aac_fragment);
	const struct aac_fragment **items = ARENA_ARRAY(
		hand->arena, const struct aac_fragment *, policy->fragments.count + 1);

	fragment->name = name;
	for (size_t i = 0; i < policy->fragments.count; i++)
		items[i] = policy->fragments.items[i];
	items[policy->fragments.count++] = fragment;
	policy->fragments.items = items;
	return fragment;
}

struct aac_section *hand_section(struct hand *hand, const char *name, const char *summary)
{
	struct aac_section *section = ARENA_NEW(hand->arena, struct aac_section);

	section->name = name;
	section->summary = summary;
	if (hand->section)
		hand->section->next = section;
	else
		hand->policy.sections = section;
	hand->section = section;
	hand->grant = NULL;
	return section;
}

const struct aac_rule *hand_rule(struct hand *hand, const char *text)
{
	struct aac_rule *rule = ARENA_NEW(hand->arena, struct aac_rule);
	const char *path = strchr(text, '/');

	rule->kind = path && !strstr(text, "mount") ? &file_kind : &other_kind;
	rule->text = text;
	return rule;
}

struct aac_origin *hand_origin(struct hand *hand, const char *section, unsigned int line)
{
	struct aac_origin *origin = ARENA_NEW(hand->arena, struct aac_origin);
	uint32_t begin = hand->source->lines[line - 1] + 2;

	origin->section = section;
	origin->span = (struct aac_span){ hand->source, begin, begin + 4 };
	return origin;
}

struct aac_grant *hand_grant(struct hand *hand, const char *text, unsigned int line)
{
	struct aac_grant *grant = ARENA_NEW(hand->arena, struct aac_grant);

	grant->rule = hand_rule(hand, text);
	grant->origins = hand_origin(hand, hand->section->name, line);
	if (hand->grant)
		hand->grant->next = grant;
	else
		hand->section->grants = grant;
	hand->grant = grant;
	return grant;
}

void hand_drop(struct hand *hand, const char *text, unsigned int line,
	       const struct aac_grant *by)
{
	struct aac_dropped *dropped = ARENA_NEW(hand->arena, struct aac_dropped);

	dropped->rule = hand_rule(hand, text);
	dropped->origins = hand_origin(hand, hand->section->name, line);
	dropped->by = by;
	dropped->reason = "another rule covers it";
	dropped->next = hand->policy.dropped;
	hand->policy.dropped = dropped;
}
