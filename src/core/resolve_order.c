/*
 * The order in which fragments are laid: what one requires stands before it, and of those
 * that wait for nothing the first by name comes next.  Those are kept in a heap, so that
 * thousands of fragments cost little more than their number.
 */
#include <string.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/map.h"
#include "core/context.h"
#include "core/diag.h"
#include "core/resolve.h"

/* "a requires b requires a", beginning with any fragment of a cycle among the unlaid
 * ones. */
static void report_cycle(struct aac_resolver *r, const struct aac_library *library,
			 const bool *laid)
{
	const struct aac_fragment *at = NULL, *start;
	CLEANUP_BUF text = { 0 };

	for (size_t i = 0; i < library->fragment_count && !at; i++)
		if (!laid[i])
			at = library->fragments[i];
	/* Each unlaid fragment requires an unlaid one: after so many steps we are in a
	 * cycle. */
	for (size_t step = 0; at && step < 2 * library->fragment_count; step++) {
		const struct aac_fragment *next = NULL;

		for (size_t i = 0; i < at->requires.count && !next; i++)
			if (!laid[at->requires.items[i]->index])
		next = at->requires.items[i];
		at = next;
	}
	if (!at)
		return;
	start = at;
	buf_puts(&text, start->name);
	do {
		size_t i = 0;

		while (laid[at->requires.items[i]->index])
			i++;
		at = at->requires.items[i];
		buf_printf(&text, " requires %s", at->name);
	} while (at != start && text.len < 400);
	aac_report(r->ctx->diags, AAC_ERROR, "requires-cycle", start->decl->name_span,
		   "fragments require each other in a circle: %s", buf_str(&text));
}

/* Fragments by index: who requires each, and for how many each waits. */
struct order {
	size_t *first, *next, *by; /* chains of places in `by`; 0: the end */
	size_t *waits;
	size_t *heap, heap_count; /* that wait for nothing; the least on top */
};

static void push(struct order *order, size_t index)
{
	size_t at = order->heap_count++;

	for (; at > 0 && order->heap[(at - 1) / 2] > index; at = (at - 1) / 2)
		order->heap[at] = order->heap[(at - 1) / 2];
	order->heap[at] = index;
}

static size_t pop(struct order *order)
{
	size_t *heap = order->heap, least = heap[0], at = 0;
	size_t count = --order->heap_count, moved = heap[count];

	for (size_t child; (child = 2 * at + 1) < count; at = child) {
		if (child + 1 < count && heap[child + 1] < heap[child])
			child++;
		if (heap[child] >= moved)
			break;
		heap[at] = heap[child];
	}
	heap[at] = moved;
	return least;
}

static struct order order_new(struct arena *arena, const struct aac_library *library)
{
	struct order order = { 0 };
	size_t count = library->fragment_count, links = 1;

	for (size_t i = 0; i < count; i++)
	links += library->fragments[i]->requires.count;
	order.first = ARENA_ARRAY(arena, size_t, count);
	order.waits = ARENA_ARRAY(arena, size_t, count);
	order.heap = ARENA_ARRAY(arena, size_t, count);
	order.next = ARENA_ARRAY(arena, size_t, links);
	order.by = ARENA_ARRAY(arena, size_t, links);
	links = 1;
	for (size_t i = 0; i < count; i++) {
		struct aac_fragments requires = library->fragments[i]->requires;

		order.waits[i] = requires.count;
		for (size_t k = 0; k < requires.count; k++) {
			size_t *first = &order.first[requires.items[k]->index];

			order.by[links] = i;
			order.next[links] = *first;
			*first = links++;
		}
		if (!requires.count)
			push(&order, i);
	}
	return order;
}

void aac_resolve_order(struct aac_resolver *r, const struct aac_library *library)
{
	struct arena *scratch = arena_new();
	struct order order = order_new(scratch, library);
	bool *laid = ARENA_ARRAY(scratch, bool, library->fragment_count);
	size_t count = 0;

	while (order.heap_count) {
		size_t index = pop(&order);
		struct aac_fragment *fragment =
			map_get_str(&r->fragments, library->fragments[index]->name);

		fragment->order = count++;
		laid[index] = true;
		for (size_t at = order.first[index]; at; at = order.next[at])
			if (--order.waits[order.by[at]] == 0)
				push(&order, order.by[at]);
	}
	if (count < library->fragment_count)
		report_cycle(r, library, laid);
	arena_free(scratch);
}
