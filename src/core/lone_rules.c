/*
 * The rules of a profile for compiling each alone: those of a composed one with the
 * fragments that they come from, those of somebody's text with their lines.
 */
#include <string.h>

#include "base/arena.h"
#include "base/buf.h"
#include "core/ask.h"
#include "core/context.h"
#include "core/file_rule.h"
#include "core/head.h"
#include "core/lone.h"
#include "core/render.h"
#include "core/rule_text.h"
#include "core/template.h"

struct collecting {
	struct aac_context *ctx;
	struct aac_lone_rules rules;
	size_t cap;
};

/* RULE as one that allows, without what only counts beside other rules. */
static const char *alone(struct collecting *c, const struct aac_rule *rule)
{
	struct aac_rule copy = *rule;
	CLEANUP_BUF out = { 0 };

	copy.deny = false;
	copy.has_priority = false;
	copy.audit = rule->audit && !rule->deny;
	if (rule->kind->id == AAC_KIND_FILE &&
	    copy.fields[FILE_PERMS].set & FILE_BIT(FILE_BARE_X)) {
		copy.fields[FILE_PERMS].set &= ~FILE_BIT(FILE_BARE_X);
		copy.fields[FILE_PERMS].set |= FILE_BIT(FILE_IX);
	}
	aac_rule_print(&out, &copy);
	return aac_own_name_put(c->ctx->arena, arena_strdup(c->ctx->arena, buf_str(&out)),
				c->rules.profile);
}

static struct aac_lone_rule *add_rule(struct collecting *c, const struct aac_rule *rule)
{
	struct aac_lone_rules *rules = &c->rules;
	struct aac_lone_rule *one;

	if (rules->count == c->cap) {
		size_t cap = c->cap ? c->cap * 2 : 64;
		struct aac_lone_rule *grown =
			ARENA_ARRAY(c->ctx->arena, struct aac_lone_rule, cap);

		if (rules->count)
			memcpy(grown, rules->items, rules->count * sizeof(*grown));
		rules->items = grown;
		c->cap = cap;
	}
	one = &rules->items[rules->count++];
	*one = (struct aac_lone_rule){
		.text = rule->text,
		.alone = alone(c, rule),
		.span = rule->shape->span,
		.rule = rule,
		.deny = rule->deny,
		.audit = rule->audit,
		.priority = rule->has_priority ? rule->priority : 0,
	};
	return one;
}

/* ---- composed profiles ------------------------------------------------------------- */

/* The template's text up to the profile's head: variables, includes, the abi.  Its
 * comments, which may tell the profile's name, are left out: so profiles that are one
 * body have the same. */
static const char *composed_preamble(struct aac_context *ctx,
				     const struct aac_profile_text *text)
{
	const char *at = text->text;
	CLEANUP_BUF out = { 0 };

	for (size_t i = 0; i < text->line_count; i++) {
		const struct aac_template_line *frame = text->lines[i].frame;
		const char *line = frame ? frame->text : "";
		size_t len = strcspn(at, "\n"), blank = strspn(at, " \t");

		if (strstr(line, "@PROFILE@") && line[strspn(line, " \t")] != '#')
			break;
		if (at[blank] != '#' || strncmp(at + blank, "#include", 8) == 0)
			buf_putn(&out, at, len);
		buf_putc(&out, '\n');
		at += len + (at[len] == '\n');
	}
	return arena_strdup(ctx->arena, buf_str(&out));
}

static void add_sections(struct collecting *c, const struct aac_section *sections)
{
	for (const struct aac_section *s = sections; s; s = s->next)
		for (const struct aac_grant *g = s->grants; g; g = g->next) {
			struct aac_lone_rule *one = add_rule(c, g->rule);

			one->grant = g;
			one->span = g->origins->span;
			one->fragment = g->origins->section;
		}
}

static size_t name_part(const char *name)
{
	const char *end = strstr(name, "//");

	return end ? (size_t)(end - name) : strlen(name);
}

struct aac_lone_rules aac_lone_composed(struct aac_context *ctx,
					const struct aac_profile_text *text,
					const char *child)
{
	struct collecting c = { .ctx = ctx };
	const struct aac_child *at = text->policy->children;

	c.rules.profile = aac_policy_label(text->policy);
	c.rules.preamble = composed_preamble(ctx, text);
	if (!child) {
		add_sections(&c, text->policy->sections);
		return c.rules;
	}
	while (at) {
		size_t len = name_part(child);

		if (strncmp(at->head->name, child, len) != 0 || at->head->name[len]) {
			at = at->next;
			continue;
		}
		if (!child[len]) {
			add_sections(&c, at->sections);
			break;
		}
		child += len + strlen("//");
		at = at->children;
	}
	return c.rules;
}

struct aac_lone_rules aac_lone_never(struct aac_context *ctx,
				     const struct aac_profile_text *text)
{
	struct collecting c = { .ctx = ctx };

	c.rules.profile = aac_policy_label(text->policy);
	c.rules.preamble = composed_preamble(ctx, text);
	for (const struct aac_assertion *a = text->policy->assertions; a; a = a->next)
		add_rule(&c, a->rule)->span = a->span;
	return c.rules;
}

/* ---- somebody's text --------------------------------------------------------------- */

static void add_statements(struct collecting *c, const struct aac_stmts *body)
{
	for (const struct aac_stmt *stmt = body->head; stmt; stmt = stmt->next) {
		const struct aac_rule *rule;

		if (stmt->type == AAC_STMT_BLOCK) {
			const struct aac_head *head =
				aac_head_build(c->ctx, stmt->shape, false);

			if (head && !head->name)
				add_statements(c, &stmt->body);
			continue;
		}
		rule = stmt->type == AAC_STMT_RULE ? aac_rule_build(c->ctx, stmt->shape)
						   : NULL;
		if (rule)
			add_rule(c, rule);
	}
}

/* The block of the profile whose name NAME begins with, and past that name. */
static const struct aac_stmt *find_block(struct aac_context *ctx,
					 const struct aac_stmts *body, const char *name,
					 bool top)
{
	size_t len = top ? strlen(name) : name_part(name);

	for (const struct aac_stmt *stmt = body->head; stmt; stmt = stmt->next) {
		const struct aac_head *head;

		if (stmt->type != AAC_STMT_BLOCK)
			continue;
		head = aac_head_build(ctx, stmt->shape, top);
		if (head && head->name && strncmp(head->name, name, len) == 0 &&
		    !head->name[len])
			return stmt;
	}
	return NULL;
}

static const char *written_preamble(struct aac_context *ctx, const struct aac_file *file)
{
	CLEANUP_BUF out = { 0 };

	for (const struct aac_stmt *stmt = file->stmts.head; stmt; stmt = stmt->next) {
		if (stmt->type == AAC_STMT_BLOCK)
			continue;
		buf_putn(&out, file->source->text + stmt->span.begin,
			 stmt->span.end - stmt->span.begin);
		buf_putc(&out, '\n');
	}
	return arena_strdup(ctx->arena, buf_str(&out));
}

struct aac_lone_rules aac_lone_written(struct aac_context *ctx,
				       const struct aac_file *file, const char *name)
{
	struct collecting c = { .ctx = ctx };
	const struct aac_stmt *block = find_block(ctx, &file->stmts, name, true);

	c.rules.profile = name;
	c.rules.preamble = written_preamble(ctx, file);
	if (!block) {
		const char *child = strstr(name, "//");

		block = find_block(ctx, &file->stmts,
				   arena_strndup(ctx->arena, name, name_part(name)),
				   true);
		while (block && child) {
			name = child + strlen("//");
			child = strstr(name, "//");
			block = find_block(ctx, &block->body, name, false);
		}
	}
	if (block)
		add_statements(&c, &block->body);
	return c.rules;
}

struct aac_lone_rules aac_lone_included(struct aac_context *ctx,
					const struct aac_lone_rules *rules,
					const struct aac_file *file)
{
	struct collecting c = { .ctx = ctx };

	c.rules.profile = rules->profile;
	c.rules.preamble = rules->preamble;
	add_statements(&c, &file->stmts);
	return c.rules;
}
