/*
 * The product of composing: what stays goes to its section, what another rule covers to
 * the list of dropped rules, and a key says whether two compositions emit the same.
 */
#include <string.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/digest.h"
#include "base/macro.h"
#include "core/compose_rules.h"
#include "core/context.h"

void aac_compose_drop(struct aac_laying *l, const struct aac_rule *rule,
		      const struct aac_origin *origins, const struct aac_grant *by,
		      const char *reason)
{
	struct aac_dropped *dropped = ARENA_NEW(l->ctx.arena, struct aac_dropped);

	*dropped = (struct aac_dropped){
		.rule = rule, .origins = origins, .by = by, .reason = reason
	};
	*l->dropped_tail = dropped;
	l->dropped_tail = &dropped->next;
}

/* What stays goes to its section, or before the profile; what is covered to the list of
 * dropped rules. */
static void distribute(struct aac_laying *l, const struct aac_entries *entries)
{
	for (size_t i = 0; i < entries->count; i++) {
		struct aac_entry *entry = &entries->items[i];
		const struct aac_entry *by = entry;

		if (entry->by < 0 && entry->grant->rule->kind->preamble) {
			*l->preamble_tail = entry->grant;
			l->preamble_tail = &entry->grant->next;
			continue;
		}
		if (entry->by < 0) {
			*entry->section->tail = entry->grant;
			entry->section->tail = &entry->grant->next;
			continue;
		}
		while (by->by >= 0)
			by = &entries->items[by->by];
		aac_compose_drop(l,
				 entry->grant->written ? entry->grant->written
						       : entry->grant->rule,
				 entry->grant->origins, by->grant,
				 "another rule covers it");
	}
}

static const struct aac_child *make_children(struct aac_laying *l,
					     struct aac_laid_child *laid)
{
	const struct aac_child *first = NULL, **tail = &first;

	for (; laid; laid = laid->next) {
		struct aac_child *child = ARENA_NEW(l->ctx.arena, struct aac_child);

		distribute(l, &laid->entries);
		*child = (struct aac_child){
			.head = laid->head,
			.sections = laid->sections,
			.children = make_children(l, laid->children),
		};
		*tail = child;
		tail = &child->next;
	}
	return first;
}

static void add_tunables(const struct aac_words *list, struct map *names)
{
	for (const struct aac_word *w = list->head; w; w = w->next)
		map_slot(names, w->text, strlen(w->text));
}

static void collect_tunables(struct aac_laying *l, struct aac_fragments fragments,
			     const struct aac_profile_decl *profile,
			     struct aac_policy *policy)
{
	CLEANUP_MAP names = { 0 };
	const char **out;

	for (size_t i = 0; i < fragments.count; i++)
		add_tunables(&fragments.items[i]->decl->tunables, &names);
	if (profile)
		add_tunables(&profile->decl->tunables, &names);
	out = ARENA_ARRAY(l->ctx.arena, const char *, names.count);
	for (size_t i = 0; i < names.count; i++)
		out[i] = names.entries[i].key;
	policy->tunables = out;
	policy->tunable_count = names.count;
}

static const char *const *collect_words(struct aac_laying *l,
					const struct aac_words *words, size_t *count)
{
	const char **out;

	for (const struct aac_word *w = words->head; w; w = w->next)
		(*count)++;
	out = ARENA_ARRAY(l->ctx.arena, const char *, *count);
	*count = 0;
	for (const struct aac_word *w = words->head; w; w = w->next)
		out[(*count)++] = w->text;
	return out;
}

/* What it attaches to. */
static void collect_attach(struct aac_laying *l, const struct aac_profile_decl *profile,
			   struct aac_policy *policy)
{
	if (!profile)
		return;
	policy->attach = collect_words(l, &profile->decl->attach, &policy->attach_count);
	policy->xattrs = collect_words(l, &profile->decl->xattrs, &policy->xattr_count);
}

/* The preamble's rules as they stand: what covers what is not asked of them. */
static const struct aac_grant *make_header(struct aac_laying *l,
					   const struct aac_profile_decl *profile)
{
	const struct aac_grant *first = NULL, **tail = &first;
	const struct aac_stmt *stmt = profile ? profile->preamble.head : NULL;

	for (; stmt; stmt = stmt->next) {
		struct aac_grant *grant;
		struct aac_origin *origin;

		if (!stmt->resolved)
			continue;
		grant = ARENA_NEW(l->ctx.arena, struct aac_grant);
		origin = ARENA_NEW(l->ctx.arena, struct aac_origin);
		*origin = (struct aac_origin){ .span = stmt->shape->span,
					       .section = profile->name };
		*grant = (struct aac_grant){ .rule = stmt->resolved,
					     .origins = origin,
					     .doc = stmt->shape->doc };
		*tail = grant;
		tail = &grant->next;
	}
	return first;
}

static void key_sections(struct buf *key, const struct aac_section *sections)
{
	for (const struct aac_section *s = sections; s; s = s->next) {
		buf_printf(key, "\n# %s", s->name);
		for (const struct aac_grant *g = s->grants; g; g = g->next)
			buf_printf(key, "\n%s", g->rule->text);
	}
}

static void key_children(struct buf *key, const struct aac_child *children)
{
	for (const struct aac_child *c = children; c; c = c->next) {
		buf_printf(key, "\n%s {", c->head->text);
		key_sections(key, c->sections);
		key_children(key, c->children);
		buf_puts(key, "\n}");
	}
}

static const char *policy_key(struct aac_laying *l, const struct aac_policy *policy)
{
	CLEANUP_BUF key = { 0 };

	buf_printf(&key, "%s\n", policy->template_name);
	for (size_t i = 0; i < policy->flag_count; i++)
		buf_printf(&key, "%s ", policy->flags[i]);
	for (size_t i = 0; i < policy->tunable_count; i++)
		buf_printf(&key, "\n%s", policy->tunables[i]);
	for (size_t i = 0; i < policy->attach_count; i++)
		buf_printf(&key, "\n%s", policy->attach[i]);
	for (size_t i = 0; i < policy->xattr_count; i++)
		buf_printf(&key, "\nxattr %s", policy->xattrs[i]);
	if (policy->label)
		buf_printf(&key, "\nname %s", policy->label);
	for (const struct aac_grant *g = policy->header; g; g = g->next)
		buf_printf(&key, "\n%s", g->rule->text);
	for (const struct aac_grant *g = policy->preamble; g; g = g->next)
		buf_printf(&key, "\n%s", g->rule->text);
	key_sections(&key, policy->sections);
	key_children(&key, policy->children);
	for (const struct aac_assertion *a = policy->assertions; a; a = a->next)
		buf_printf(&key, "\nnever %s", a->rule->text);
	return arena_strdup(l->ctx.arena, digest_bytes(key.data, key.len).hex);
}

const struct aac_policy *aac_compose_policy(struct aac_laying *l,
					    struct aac_fragments fragments,
					    const struct aac_profile_decl *profile)
{
	static const char *const usual[] = { "attach_disconnected", "mediate_deleted" };
	struct aac_policy *policy = ARENA_NEW(l->ctx.arena, struct aac_policy);

	distribute(l, &l->entries);
	*policy = (struct aac_policy){
		.summary = profile ? profile->decl->summary : NULL,
		.decl = profile,
		.template_name = profile ? profile->template_name : "lxc",
		.flags = profile ? profile->flags : usual,
		.flag_count = profile ? profile->flag_count : ARRAY_SIZE(usual),
		.fragments = fragments,
		.sections = l->sections,
		.children = make_children(l, l->children),
		.preamble = l->preamble,
		.header = make_header(l, profile),
		.label = profile ? profile->decl->label : NULL,
	};
	policy->dropped = l->dropped;
	policy->expects = l->expects;
	policy->expect_count = l->expect_count;
	policy->assertions = l->assertions;
	collect_tunables(l, fragments, profile, policy);
	collect_attach(l, profile, policy);
	policy->key = policy_key(l, policy);
	return policy;
}
