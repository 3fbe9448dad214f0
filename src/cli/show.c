/*
 * A composition, explained: a container's fragments with the reason for each, its
 * parameters with the origin of each value, its LXC lines; or a profile and who shares
 * it.  It takes a member of the fleet or a policy and appends to the result.
 */
#include "cli/show.h"

#include <string.h>

#include "base/arena.h"
#include "cli/place.h"
#include "cli/selection.h"
#include "cli/text.h"
#include "core/library.h"

static void put_heading(struct aac_run *run, const char *heading)
{
	buf_printf(&run->out, "\n%s\n", heading);
}

static const char *join_flags(struct arena *arena, const struct aac_policy *policy)
{
	CLEANUP_BUF out = { 0 };

	for (size_t i = 0; i < policy->flag_count; i++)
		buf_printf(&out, "%s%s", i ? ", " : "", policy->flags[i]);
	return arena_strndup(arena, buf_str(&out), out.len);
}

static const char *setting_name(struct arena *arena, const struct aac_setting *setting)
{
	return arena_printf(arena, "%s.%s", setting->fragment->name,
			    setting->param->name);
}

static const char *setting_value(struct arena *arena, const struct aac_setting *setting)
{
	CLEANUP_BUF out = { 0 };

	aac_value_print(&out, &setting->value);
	return arena_strndup(arena, buf_str(&out), out.len);
}

struct counts {
	size_t rules, narrowed, widened, dropped;
};

static struct counts count_rules(const struct aac_policy *policy)
{
	struct counts counts = { 0 };

	for (const struct aac_section *s = policy->sections; s; s = s->next) {
		for (const struct aac_grant *g = s->grants; g; g = g->next) {
			counts.rules++;
			counts.narrowed += g->written != NULL;
			counts.widened += g->widened != NULL;
		}
	}
	for (const struct aac_dropped *d = policy->dropped; d; d = d->next)
		counts.dropped++;
	return counts;
}

static const char *describe_rules(struct arena *arena, const struct aac_policy *policy)
{
	struct counts counts = count_rules(policy);

	return arena_printf(arena,
			    "%zu (%zu more dropped, since others cover them; %zu "
			    "narrowed for this target, %zu that its parser widens)",
			    counts.rules, counts.dropped, counts.narrowed,
			    counts.widened);
}

static void add_policy_rows(struct arena *arena, struct aac_table *table,
			    const struct aac_policy *policy)
{
	AAC_TABLE_ADD(table, "template", policy->template_name);
	if (policy->flag_count > 0)
		AAC_TABLE_ADD(table, "flags", join_flags(arena, policy));
	AAC_TABLE_ADD(table, "rules", describe_rules(arena, policy));
}

/* ---- a container ----------------------------------------------------------- */

static void put_choices(struct aac_run *run, const struct aac_member *member)
{
	struct aac_table table = { .arena = run->arena, .columns = 3 };

	for (size_t i = 0; i < member->choice_count; i++) {
		const struct aac_choice *choice = &member->choices[i];

		AAC_TABLE_ADD(
			&table, choice->fragment->name, choice->why,
			aac_place_text(run->arena, choice->fragment->decl->name_span));
	}
	if (!table.head)
		return;
	put_heading(run, "fragments");
	aac_table_put(&table, &run->out, 2);
}

static void put_settings(struct aac_run *run, const struct aac_member *member)
{
	struct aac_table table = { .arena = run->arena, .columns = 3 };

	for (size_t i = 0; i < member->setting_count; i++) {
		const struct aac_setting *setting = &member->settings[i];

		AAC_TABLE_ADD(&table, setting_name(run->arena, setting),
			      setting_value(run->arena, setting), setting->from);
	}
	if (!table.head)
		return;
	put_heading(run, "parameters");
	aac_table_put(&table, &run->out, 2);
}

static void put_lxc(struct aac_run *run, const struct aac_member *member)
{
	struct aac_table table = { .arena = run->arena, .columns = 2 };

	for (const struct aac_lxc_line *l = member->lxc; l; l = l->next)
		AAC_TABLE_ADD(&table,
			      arena_printf(run->arena, "%s = %s", l->key, l->value),
			      l->section);
	if (!table.head)
		return;
	put_heading(run, "lines for the container's LXC configuration");
	aac_table_put(&table, &run->out, 2);
}

void aac_show_member(struct aac_run *run, const struct aac_member *member)
{
	struct aac_table table = { .arena = run->arena, .columns = 2 };
	const struct aac_container *container = member->container;

	AAC_TABLE_ADD(&table, "container", container->ctid);
	if (container->name)
		AAC_TABLE_ADD(&table, "name", container->name);
	AAC_TABLE_ADD(&table, "profile", member->policy ? member->policy->name : "none");
	AAC_TABLE_ADD(&table, "why", member->why);
	if (member->policy)
		add_policy_rows(run->arena, &table, member->policy);
	aac_table_put(&table, &run->out, 0);
	put_choices(run, member);
	put_settings(run, member);
	put_lxc(run, member);
}

static void put_choices_json(struct aac_json *json, const struct aac_member *member)
{
	aac_json_begin(json, "fragments", '[');
	for (size_t i = 0; i < member->choice_count; i++) {
		const struct aac_choice *choice = &member->choices[i];

		aac_json_begin(json, NULL, '{');
		aac_json_put(json, "name", choice->fragment->name);
		aac_json_put(json, "why", choice->why);
		aac_json_bool(json, "required_only", choice->required_only);
		aac_json_place(json, choice->fragment->decl->name_span);
		aac_json_end(json, '}');
	}
	aac_json_end(json, ']');
}

static void put_settings_json(struct arena *arena, struct aac_json *json,
			      const struct aac_member *member)
{
	aac_json_begin(json, "parameters", '{');
	for (size_t i = 0; i < member->setting_count; i++) {
		const struct aac_setting *setting = &member->settings[i];

		aac_json_begin(json, setting_name(arena, setting), '{');
		aac_json_raw(json, "value", setting_value(arena, setting));
		aac_json_put(json, "from", setting->from);
		aac_json_end(json, '}');
	}
	aac_json_end(json, '}');
}

static void put_lxc_json(struct aac_json *json, const struct aac_member *member)
{
	aac_json_begin(json, "lxc", '[');
	for (const struct aac_lxc_line *l = member->lxc; l; l = l->next) {
		aac_json_begin(json, NULL, '{');
		aac_json_put(json, "key", l->key);
		aac_json_put(json, "value", l->value);
		aac_json_put(json, "fragment", l->section);
		aac_json_place(json, l->span);
		aac_json_end(json, '}');
	}
	aac_json_end(json, ']');
}

static void put_counts_json(struct aac_json *json, const struct aac_policy *policy)
{
	struct counts counts = count_rules(policy);

	aac_json_number(json, "rules", counts.rules);
	aac_json_number(json, "dropped", counts.dropped);
	aac_json_number(json, "narrowed", counts.narrowed);
	aac_json_number(json, "widened", counts.widened);
}

void aac_show_member_json(struct aac_run *run, struct aac_json *json,
			  const struct aac_member *member)
{
	aac_json_begin(json, NULL, '{');
	aac_json_put(json, "ctid", member->container->ctid);
	aac_json_put(json, "name", member->container->name);
	aac_json_put(json, "profile", member->policy ? member->policy->name : NULL);
	aac_json_put(json, "why", member->why);
	put_choices_json(json, member);
	put_settings_json(run->arena, json, member);
	put_lxc_json(json, member);
	if (member->policy)
		put_counts_json(json, member->policy);
	aac_json_end(json, '}');
}

/* ---- a profile ------------------------------------------------------------- */

static bool shares(const struct aac_member *member, const struct aac_policy *policy)
{
	return member->container && member->policy &&
	       strcmp(member->policy->name, policy->name) == 0;
}

static void put_sharers(struct aac_run *run, const struct aac_policy *policy)
{
	struct aac_table table = { .arena = run->arena, .columns = 2 };

	for (size_t i = 0; run->fleet && i < run->fleet->count; i++) {
		const struct aac_member *member = &run->fleet->members[i];

		if (shares(member, policy))
			AAC_TABLE_ADD(&table, member->container->ctid,
				      member->container->name);
	}
	if (!table.head)
		return;
	put_heading(run, "containers");
	aac_table_put(&table, &run->out, 2);
}

static void put_fragments(struct aac_run *run, const struct aac_policy *policy)
{
	struct aac_table table = { .arena = run->arena, .columns = 3 };

	for (size_t i = 0; i < policy->fragments.count; i++) {
		const struct aac_decl *decl = policy->fragments.items[i]->decl;

		AAC_TABLE_ADD(&table, decl->name, decl->summary,
			      aac_place_text(run->arena, decl->name_span));
	}
	if (!table.head)
		return;
	put_heading(run, "fragments");
	aac_table_put(&table, &run->out, 2);
}

void aac_show_policy(struct aac_run *run, const struct aac_policy *policy)
{
	struct aac_table table = { .arena = run->arena, .columns = 2 };

	AAC_TABLE_ADD(&table, "profile", policy->name);
	if (policy->summary)
		AAC_TABLE_ADD(&table, "summary", policy->summary);
	if (policy->decl)
		AAC_TABLE_ADD(&table, "declared",
			      aac_place_text(run->arena, policy->decl->decl->name_span));
	add_policy_rows(run->arena, &table, policy);
	aac_table_put(&table, &run->out, 0);
	put_sharers(run, policy);
	put_fragments(run, policy);
}

void aac_show_policy_json(struct aac_run *run, const struct aac_policy *policy)
{
	struct aac_json json = { .out = &run->out };

	aac_json_begin(&json, NULL, '{');
	aac_json_put(&json, "profile", policy->name);
	aac_json_put(&json, "summary", policy->summary);
	aac_json_put(&json, "template", policy->template_name);
	aac_json_begin(&json, "flags", '[');
	for (size_t i = 0; i < policy->flag_count; i++)
		aac_json_put(&json, NULL, policy->flags[i]);
	aac_json_end(&json, ']');
	aac_json_begin(&json, "containers", '[');
	for (size_t i = 0; run->fleet && i < run->fleet->count; i++)
		if (shares(&run->fleet->members[i], policy))
			aac_json_put(&json, NULL, run->fleet->members[i].container->ctid);
	aac_json_end(&json, ']');
	aac_json_begin(&json, "fragments", '[');
	for (size_t i = 0; i < policy->fragments.count; i++) {
		const struct aac_decl *decl = policy->fragments.items[i]->decl;

		aac_json_begin(&json, NULL, '{');
		aac_json_put(&json, "name", decl->name);
		aac_json_place(&json, decl->name_span);
		aac_json_end(&json, '}');
	}
	aac_json_end(&json, ']');
	put_counts_json(&json, policy);
	aac_json_end(&json, '}');
}
