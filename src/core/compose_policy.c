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

/* What stays goes to its section; what is covered to the list of dropped rules. */
static void distribute(struct aac_laying *l)
{
	for (size_t i = 0; i < l->entries.count; i++) {
		struct aac_entry *entry = &l->entries.items[i];
		const struct aac_entry *by = entry;

		if (entry->by < 0) {
			*entry->section->tail = entry->grant;
			entry->section->tail = &entry->grant->next;
			continue;
		}
		while (by->by >= 0)
			by = &l->entries.items[by->by];
		aac_compose_drop(l,
				 entry->grant->written ? entry->grant->written
						       : entry->grant->rule,
				 entry->grant->origins, by->grant,
				 "another rule covers it");
	}
}

static void collect_tunables(struct aac_laying *l, struct aac_fragments fragments,
			     struct aac_policy *policy)
{
	struct arena *arena = l->ctx.arena;
	size_t count = 0;
	const char **out;

	for (size_t i = 0; i < fragments.count; i++)
		for (const struct aac_word *w = fragments.items[i]->decl->tunables.head;
		     w; w = w->next)
			count++;
	out = ARENA_ARRAY(arena, const char *, count);
	for (size_t i = 0; i < fragments.count; i++) {
		for (const struct aac_word *w = fragments.items[i]->decl->tunables.head;
		     w; w = w->next) {
			size_t k = 0;

			while (k < policy->tunable_count && strcmp(out[k], w->text) != 0)
				k++;
			if (k == policy->tunable_count)
				out[policy->tunable_count++] = w->text;
		}
	}
	policy->tunables = out;
}

static void collect_attach(struct aac_laying *l, const struct aac_profile_decl *profile,
			   struct aac_policy *policy)
{
	const char **out;
	size_t count = 0;

	for (const struct aac_word *w = profile ? profile->decl->attach.head : NULL; w;
	     w = w->next)
		count++;
	out = ARENA_ARRAY(l->ctx.arena, const char *, count);
	for (const struct aac_word *w = profile ? profile->decl->attach.head : NULL; w;
	     w = w->next)
		out[policy->attach_count++] = w->text;
	policy->attach = out;
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
	for (const struct aac_section *s = policy->sections; s; s = s->next) {
		buf_printf(&key, "\n# %s", s->name);
		for (const struct aac_grant *g = s->grants; g; g = g->next)
			buf_printf(&key, "\n%s", g->rule->text);
	}
	return arena_strdup(l->ctx.arena, digest_bytes(key.data, key.len).hex);
}

const struct aac_policy *aac_compose_policy(struct aac_laying *l,
					    struct aac_fragments fragments,
					    const struct aac_profile_decl *profile)
{
	static const char *const usual[] = { "attach_disconnected", "mediate_deleted" };
	struct aac_policy *policy = ARENA_NEW(l->ctx.arena, struct aac_policy);

	distribute(l);
	*policy = (struct aac_policy){
		.summary = profile ? profile->decl->summary : NULL,
		.decl = profile,
		.template_name = profile ? profile->template_name : "lxc",
		.flags = profile ? profile->flags : usual,
		.flag_count = profile ? profile->flag_count : ARRAY_SIZE(usual),
		.fragments = fragments,
		.sections = l->sections,
		.dropped = l->dropped,
	};
	collect_tunables(l, fragments, policy);
	collect_attach(l, profile, policy);
	policy->key = policy_key(l, policy);
	return policy;
}
