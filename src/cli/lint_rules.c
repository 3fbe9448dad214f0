/*
 * The rules of all units compiled one by one: each distinct rule once, whoever holds it.
 * Rules that need the same preamble go through the parser together.  Not obvious: one
 * that the parser refuses would take all others down, so it is left out by the line that
 * the parser names, and the rest is tried again.
 */
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "cli/compiled.h"
#include "cli/lint.h"
#include "cli/run.h"
#include "core/blob.h"
#include "core/rule.h"
#include "host/compiler.h"

#define PREFIX "aa-compose."
#define TRIES_MAX 24

/* A distinct rule, and who wants it. */
struct lone {
	const char *alone;
	const struct aac_blob *blob;
	bool refused;
};

struct group {
	const char *preamble;
	struct map rules;  /* alone -> struct lone */
	struct map inside; /* path -> struct aac_lone_rules */
};

struct groups {
	struct aac_linting *l;
	struct map by_preamble;
};

/* ---- collecting -------------------------------------------------------------------- */

/* Comments may hold the profile's name. */
static const char *without_comments(struct arena *arena, const char *text)
{
	CLEANUP_BUF out = { 0 };

	while (*text) {
		size_t len = strcspn(text, "\n");

		len += text[len] == '\n';
		if (*text != '#' || strncmp(text, "#include", 8) == 0)
			buf_putn(&out, text, len);
		text += len;
	}
	return arena_strdup(arena, buf_str(&out));
}

static struct group *find_group(struct groups *all, const char *preamble)
{
	const char *key = without_comments(all->l->run->arena, preamble);
	void **slot = map_slot(&all->by_preamble, key, strlen(key));

	if (!*slot) {
		struct group *group = ARENA_NEW(all->l->run->arena, struct group);

		group->preamble = key;
		*slot = group;
	}
	return *slot;
}

/* An include that leads nowhere would be refused. */
static bool leads_nowhere(struct aac_run *run, const struct aac_lone_rule *rule)
{
	const char *near;

	return rule->rule->kind->id == AAC_KIND_INCLUDE &&
	       !rule->rule->shape->if_exists &&
	       !aac_linting_include(run, rule->rule, &near);
}

static bool is_known(struct aac_run *run, const struct aac_lone_rule *rule)
{
	struct aac_context ctx = run->ctx;
	struct aac_diags silent;

	aac_diags_init(&silent, run->arena);
	ctx.diags = &silent;
	return aac_rule_known(&ctx, rule->rule) && !leads_nowhere(run, rule);
}

static void collect(struct groups *all, struct group *group,
		    const struct aac_lone_rules *rules)
{
	struct aac_run *run = all->l->run;

	for (size_t i = 0; i < rules->count; i++) {
		const struct aac_lone_rule *rule = &rules->items[i];
		void **slot = map_slot(&group->rules, rule->alone, strlen(rule->alone));
		struct lone *lone;

		if (*slot)
			continue;
		lone = ARENA_NEW(run->arena, struct lone);
		*lone = (struct lone){ .alone = rule->alone,
				       .refused = !is_known(run, rule) };
		*slot = lone;
	}
}

/* The files that the rules of UNIT include. */
static void collect_includes(struct groups *all, struct group *group,
			     struct aac_lint_unit *unit)
{
	struct aac_run *run = all->l->run;
	const struct aac_lone_rules **inside =
		ARENA_ARRAY(run->arena, const struct aac_lone_rules *, unit->rules.count);

	unit->inside = inside;
	for (size_t i = 0; i < unit->rules.count; i++) {
		const struct aac_rule *rule = unit->rules.items[i].rule;
		struct aac_lone_rules *found;
		const char *path;
		void **slot;

		if (rule->kind->id != AAC_KIND_INCLUDE)
			continue;
		path = aac_linting_path(run, rule);
		slot = map_slot(&group->inside, path, strlen(path));
		if (!*slot) {
			found = ARENA_NEW(run->arena, struct aac_lone_rules);
			*found = aac_compiled_included(run, &unit->rules, path);
			*slot = found;
			collect(all, group, found);
		}
		inside[i] = *slot;
	}
}

/* ---- compiling --------------------------------------------------------------------- */

static const struct aac_source *lay_out(struct aac_run *run, const struct group *group,
					size_t *before)
{
	CLEANUP_BUF out = { 0 };

	buf_printf(&out, "%s\n", group->preamble);
	*before = 0;
	for (size_t i = 0; i < out.len; i++)
		*before += out.data[i] == '\n';
	for (size_t i = 0; i < group->rules.count; i++) {
		const struct lone *lone = group->rules.entries[i].value;

		/* One line each, and one for each that is left out. */
		if (lone->refused)
			buf_puts(&out, "\n");
		else
			buf_printf(&out, "profile " PREFIX "%zu { %s%s\n", i, lone->alone,
				   strncmp(lone->alone, "include", 7) == 0 ? "\n}"
									   : " }");
	}
	return aac_source_new(run->arena, "rules one by one", NULL, buf_str(&out),
			      out.len);
}

static void take(struct group *group, const struct aac_blob *blobs)
{
	for (; blobs; blobs = blobs->next) {
		unsigned long at;
		char *end;

		if (strncmp(blobs->name, PREFIX, strlen(PREFIX)) != 0)
			continue;
		at = strtoul(blobs->name + strlen(PREFIX), &end, 10);
		if (!*end && at < group->rules.count)
			((struct lone *)group->rules.entries[at].value)->blob = blobs;
	}
}

/* Which rule stands at LINE of SOURCE; NULL: none. */
static struct lone *rule_at(const struct group *group, const struct aac_source *source,
			    uint32_t line)
{
	while (line > 0 && line <= source->line_count) {
		const char *text = source->text + source->lines[line - 1];
		unsigned long at;

		if (strncmp(text, "profile " PREFIX, strlen("profile " PREFIX)) == 0) {
			at = strtoul(text + strlen("profile " PREFIX), NULL, 10);
			return at < group->rules.count ? group->rules.entries[at].value
						       : NULL;
		}
		line--;
	}
	return NULL;
}

/* False: there is nothing more to try. */
static bool try_once(struct aac_run *run, struct group *group)
{
	struct aac_context ctx = run->ctx;
	const struct aac_source *source;
	struct aac_diags own;
	CLEANUP_BUF bytes = { 0 };
	struct lone *blamed = NULL;
	size_t before;

	aac_diags_init(&own, run->arena);
	ctx.diags = &own;
	source = lay_out(run, group, &before);
	switch (aac_compile_source(&ctx, &run->host, source, run->opts->parser_timeout,
				   false, &bytes)) {
	case AAC_CHECK_OK:
		take(group, aac_blob_read(&ctx, source->name,
					  (const uint8_t *)buf_str(&bytes), bytes.len));
		return false;
	case AAC_CHECK_HOST:
		run->refused = true;
		aac_report(&run->diags, AAC_ERROR, own.head->slug, own.head->span, "%s",
			   own.head->message);
		return false;
	case AAC_CHECK_REFUSED:
	default:
		break;
	}
	if (own.head && own.head->span.source == source)
		blamed = rule_at(group, source,
				 aac_source_place(source, own.head->span.begin).line);
	if (!blamed || blamed->refused)
		return false;
	blamed->refused = true;
	return true;
}

static void give(struct group *group, struct aac_lone_rules *rules)
{
	for (size_t i = 0; i < rules->count; i++) {
		const struct lone *lone =
			map_get_str(&group->rules, rules->items[i].alone);

		if (lone)
			rules->items[i].blob = lone->blob;
	}
}

void aac_linting_rules(struct aac_linting *l)
{
	struct groups all = { .l = l };

	for (size_t i = 0; i < l->unit_count; i++) {
		struct group *group;

		if (l->units[i].clean)
			continue;
		group = find_group(&all, l->units[i].rules.preamble);
		collect(&all, group, &l->units[i].rules);
		collect_includes(&all, group, &l->units[i]);
	}
	for (size_t i = 0; i < all.by_preamble.count && !l->run->refused; i++) {
		struct group *group = all.by_preamble.entries[i].value;
		int tries = 0;

		while (tries++ < TRIES_MAX && group->rules.count &&
		       try_once(l->run, group))
			l->partial = true;
		for (size_t j = 0; j < group->inside.count; j++)
			give(group, group->inside.entries[j].value);
	}
	for (size_t i = 0; i < l->unit_count; i++)
		if (!l->units[i].clean)
			give(find_group(&all, l->units[i].rules.preamble),
			     &l->units[i].rules);
	for (size_t i = 0; i < all.by_preamble.count; i++) {
		struct group *group = all.by_preamble.entries[i].value;

		map_fini(&group->rules);
		map_fini(&group->inside);
	}
	map_fini(&all.by_preamble);
}
