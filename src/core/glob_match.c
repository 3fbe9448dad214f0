/*
 * A glob's automaton against one name: all the nodes it may be at are carried along, so a
 * name takes time in proportion to its length times the size of the glob, whatever the
 * glob.
 */
#include "core/glob_form.h"

#include <stdlib.h>
#include <string.h>

/* Sets of nodes; `mark` holds the round in which a node was added. */
struct run {
	const struct aac_glob_form *form;
	bool loose;
	uint16_t *now, *next, *stack;
	size_t now_count, next_count;
	uint32_t *mark, round;
	void *memory;
};

static struct run run_new(const struct aac_glob_form *form, bool loose)
{
	size_t count = form->node_count;
	struct run run = { .form = form, .loose = loose };

	/* A node enters the stack at most once a round, with its two targets. */
	run.memory = calloc(count, sizeof(*run.mark) + 4 * sizeof(*run.now));
	if (!run.memory)
		abort();
	run.mark = run.memory;
	run.now = (uint16_t *)(run.mark + count);
	run.next = run.now + count;
	run.stack = run.next + count;
	return run;
}

/* Add NODE, and what is reached from it for nothing, to the next set. */
static void add_node(struct run *run, uint16_t node)
{
	size_t depth = 0;

	run->stack[depth++] = node;
	while (depth) {
		uint16_t at = run->stack[--depth];
		const struct aac_glob_node *n = &run->form->nodes[at];

		if (run->mark[at] == run->round)
			continue;
		run->mark[at] = run->round;
		if (n->kind != AAC_GLOB_NODE_SPLIT)
			run->next[run->next_count++] = at;
		if (n->kind == AAC_GLOB_NODE_SPLIT ||
		    (n->kind == AAC_GLOB_NODE_VAR && run->loose)) {
			run->stack[depth++] = n->alt;
			run->stack[depth++] = n->next;
		}
	}
}

static void start_round(struct run *run)
{
	uint16_t *spare = run->now;

	run->now = run->next;
	run->now_count = run->next_count;
	run->next = spare;
	run->next_count = 0;
	run->round++;
}

static void step_node(struct run *run, uint16_t at, unsigned char byte)
{
	const struct aac_glob_node *node = &run->form->nodes[at];

	switch ((enum aac_glob_node_kind)node->kind) {
	case AAC_GLOB_NODE_BYTE:
		if (node->byte == byte)
			add_node(run, node->next);
		break;
	case AAC_GLOB_NODE_ANY:
		add_node(run, node->next);
		break;
	case AAC_GLOB_NODE_PART:
		if (byte != '/')
			add_node(run, node->next);
		break;
	case AAC_GLOB_NODE_SET:
		if (aac_glob_set_has(&run->form->sets[node->ref], byte))
			add_node(run, node->next);
		break;
	case AAC_GLOB_NODE_VAR:
		if (run->loose)
			add_node(run, at);
		break;
	case AAC_GLOB_NODE_SPLIT:
	case AAC_GLOB_NODE_END:
		break;
	}
}

static bool holds_end(const struct run *run)
{
	for (size_t i = 0; i < run->now_count; i++) {
		if (run->form->nodes[run->now[i]].kind == AAC_GLOB_NODE_END)
			return true;
	}
	return false;
}

enum { MAX_STEPS = 16 * 1000 * 1000 };

enum aac_answer aac_glob_form_match(const struct aac_glob_form *glob,
				    const unsigned char *bytes, size_t len, bool loose)
{
	struct run run;
	bool matches;

	if (len * glob->node_count > MAX_STEPS)
		return AAC_UNKNOWN;
	run = run_new(glob, loose);
	run.round = 1;
	add_node(&run, 0);
	start_round(&run);
	for (size_t i = 0; i < len && run.now_count; i++) {
		for (size_t j = 0; j < run.now_count; j++)
			step_node(&run, run.now[j], bytes[i]);
		start_round(&run);
	}
	matches = holds_end(&run);
	free(run.memory);
	return matches ? AAC_YES : AAC_NO;
}

static bool begins_path(const struct aac_glob_form *form,
			const struct aac_glob_node *node)
{
	struct aac_glob_set slash = { 0 };

	slash.bits['/' / 64] = (uint64_t)1 << ('/' % 64);
	if (node->kind == AAC_GLOB_NODE_BYTE)
		return node->byte == '/';
	if (node->kind == AAC_GLOB_NODE_SET)
		return memcmp(&form->sets[node->ref], &slash, sizeof(slash)) == 0;
	return node->kind == AAC_GLOB_NODE_VAR;
}

bool aac_glob_form_is_path(const struct aac_glob_form *form)
{
	struct run run;
	bool path = true;

	if (form->prefix_len)
		return form->prefix[0] == '/';
	if (form->opaque || form->literal)
		return false;
	run = run_new(form, false);
	run.round = 1;
	add_node(&run, 0);
	for (size_t i = 0; i < run.next_count; i++)
		path = path && begins_path(form, &form->nodes[run.next[i]]);
	free(run.memory);
	return path;
}
