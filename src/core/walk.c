/*
 * The engine of the product walk: a queue of pairs of states, each looked at once.  A
 * pair that A has left is not followed: nothing that A allows lies behind it.
 */
#include "core/walk.h"

#include <string.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/macro.h"
#include "core/mount_view.h"

/* Bytes that read well are tried first, so that witnesses do. */
static const char readable[] = "abcdefghijklmnopqrstuvwxyz0123456789"
			       "ABCDEFGHIJKLMNOPQRSTUVWXYZ/._-";

_Static_assert(sizeof(struct walk_node) == 4 * sizeof(uint32_t), "a key has no padding");

struct walk_node walk_both(const struct walk *walk, const struct walk_node *at,
			   uint8_t byte)
{
	struct walk_node to = *at;

	to.a = aac_dfa_step(walk->a->dfa, at->a, byte);
	to.b = aac_dfa_step(walk->b->dfa, at->b, byte);
	return to;
}

static void push(struct walk *walk, const struct walk_node *node,
		 const struct walk_step *parent, uint8_t byte)
{
	struct walk_step *step;

	if (map_get(&walk->seen, (const char *)node, sizeof(*node)))
		return;
	step = ARENA_NEW(walk->arena, struct walk_step);
	step->node = *node;
	step->parent = parent;
	step->byte = byte;
	map_add(&walk->seen, (const char *)&step->node, sizeof(step->node), step);
	LIST_APPEND(&walk->queue, step);
}

static void expand(struct walk *walk, const struct walk_step *step, const uint8_t *order)
{
	struct walk_node to;

	for (unsigned int i = 0; i < 256; i++)
		if (walk->class->step(walk, &step->node, order[i], &to) &&
		    to.a != AAC_DFA_DEAD)
			push(walk, &to, step, order[i]);
}

static void order_bytes(uint8_t order[256])
{
	unsigned int count = 0;

	for (const char *c = readable; *c; c++)
		order[count++] = (uint8_t)*c;
	for (unsigned int byte = 0; byte < 256; byte++)
		if (!byte || !strchr(readable, (int)byte))
			order[count++] = (uint8_t)byte;
}

void walk_run(struct walk *walk, const struct walk_class *class, uint32_t a, uint32_t b)
{
	struct walk_node first = { .a = a, .b = b };
	uint8_t order[256];

	order_bytes(order);
	walk->class = class;
	walk->queue.head = walk->queue.last = NULL;
	if (a != AAC_DFA_DEAD)
		push(walk, &first, NULL, 0);
	for (struct walk_step *step = walk->queue.head; step; step = step->next) {
		walk->at = step;
		class->judge(walk, &step->node);
		expand(walk, step, order);
	}
	map_fini(&walk->seen);
}

/* ---- what is found ------------------------------------------------------------------
 */

static void print_byte(struct buf *out, uint8_t byte)
{
	if (byte == '"' || byte == '\\')
		buf_printf(out, "\\%c", byte);
	else if (byte < 0x20 || byte >= 0x7f)
		buf_printf(out, "\\x%02x", byte);
	else
		buf_putc(out, (char)byte);
}

/* A flag of mount(2), by its number when rules have no word for it. */
static void print_flag(struct buf *out, char before, unsigned int flag)
{
	const char *word = aac_mount_flag_word((uint32_t)1 << flag);

	if (word)
		buf_printf(out, "%c%s", before, word);
	else
		buf_printf(out, "%c%u", before, flag);
}

static void print_part(struct buf *out, const struct walk_part *part, const char *bytes,
		       size_t len)
{
	buf_printf(out, "%s%s", out->len ? " " : "", part->name);
	if (part->form == WALK_TEXT) {
		buf_puts(out, " \"");
		for (size_t i = 0; i < len; i++)
			print_byte(out, (uint8_t)bytes[i]);
		buf_putc(out, '"');
		return;
	}
	if (len == 0)
		buf_puts(out, " none");
	for (size_t i = 0; i < len; i++) {
		uint8_t byte = (uint8_t)bytes[i];

		if (part->form == WALK_NUMBERS)
			buf_printf(out, " %u", byte);
		else
			print_flag(out, i ? ',' : ' ', byte - 1u);
	}
}

/* The bytes of an access, the NULs between its parts among them, part by part. */
static const char *describe(const struct walk *walk, const struct walk_step *last)
{
	CLEANUP_BUF bytes = { 0 };
	CLEANUP_BUF out = { 0 };
	size_t count = 0;
	const struct walk_step **path;

	for (const struct walk_step *s = last; s; s = s->parent)
		count++;
	path = ARENA_ARRAY(walk->arena, const struct walk_step *, count);
	for (const struct walk_step *s = last; s; s = s->parent)
		path[--count] = s;
	for (;; count++) {
		const struct walk_step *s = path[count];
		bool leaves = s != last && path[count + 1]->node.part != s->node.part;
		const struct walk_part *part = &walk->class->parts[s->node.part];

		if (s != last && (!leaves || part->form == WALK_NUMBERS))
			buf_putc(&bytes, (char)path[count + 1]->byte);
		if (!leaves && s != last)
			continue;
		if (part->name && (leaves || bytes.len || part->form != WALK_NUMBERS))
			print_part(&out, part, bytes.data, bytes.len);
		buf_clear(&bytes);
		if (s == last)
			return arena_strdup(walk->arena, buf_str(&out));
	}
}

void walk_gain(struct walk *walk, const char *what, uint32_t allow)
{
	struct aac_gain *gain = walk->gains.head;

	if (!allow)
		return;
	for (; gain; gain = gain->next)
		if (strcmp(gain->class, walk->class->name) == 0 &&
		    strcmp(gain->what, what) == 0 && gain->allow == allow)
			break;
	if (!gain) {
		gain = ARENA_NEW(walk->arena, struct aac_gain);
		gain->class = walk->class->name;
		gain->what = what;
		gain->allow = allow;
		gain->access = describe(walk, walk->at);
		LIST_APPEND(&walk->gains, gain);
	}
	gain->count++;
}
