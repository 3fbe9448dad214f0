/*
 * The `lxc` lines of a composition: takes a statement with its holes, lays the line that
 * it gives for the container at hand, unless an equal one is there or LXC would refuse
 * it.
 */
#include <string.h>

#include "base/arena.h"
#include "core/compose_rules.h"
#include "core/diag.h"
#include "core/lxc_line.h"

/* One line is as good as two that are equal; LXC would mount an entry twice. */
static bool lxc_is_there(struct aac_laying *l, const struct aac_lxc_line *line)
{
	const char *both =
		arena_printf(l->scope->scratch, "%s = %s", line->key, line->value);
	void **slot = map_slot(&l->lxc_by_text, both, strlen(both));
	bool there = *slot != NULL;

	*slot = l;
	return there;
}

static bool check_lxc(struct aac_laying *l, const struct aac_stmt *stmt,
		      const struct aac_lxc_line *line)
{
	const char *problem = aac_lxc_problem(line->key, line->value);
	bool placed = l->trail && l->scope->config;
	struct aac_diag *diag;

	if (!problem)
		return true;
	l->ok = false;
	diag = aac_report(l->ctx.diags, AAC_ERROR, "value-refused",
			  placed ? aac_config_place(l->scope->config, l->trail)
				 : stmt->value->span,
			  "'%.200s = %.200s' %s", line->key, line->value, problem);
	if (placed)
		aac_note(l->ctx.diags, diag, stmt->span, "used in this line");
	return false;
}

void aac_compose_lxc(struct aac_laying *l, const struct aac_stmt *stmt)
{
	struct aac_context *ctx = &l->ctx;
	struct aac_lxc_line *line = ARENA_NEW(ctx->arena, struct aac_lxc_line);
	enum aac_fill fill = AAC_FILL_DONE;

	bool *reads = l->scope->reads;

	l->scope->reads = NULL; /* a line changes no rule */
	l->trail = NULL;
	line->key = aac_word_fill(ctx, stmt->key, AAC_WORD_PLAIN, aac_compose_value, l,
				  &fill);
	if (line->key)
		line->value = aac_word_fill(ctx, stmt->value, AAC_WORD_PLAIN,
					    aac_compose_value, l, &fill);
	l->scope->reads = reads;
	if (!line->key || !line->value) {
		l->ok &= fill == AAC_FILL_NONE;
		return;
	}
	if (!check_lxc(l, stmt, line) || lxc_is_there(l, line))
		return;
	line->span = stmt->span;
	line->section = l->section->section.name;
	*l->lxc_tail = line;
	l->lxc_tail = &line->next;
}
