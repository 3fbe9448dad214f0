#pragma once

#define ARRAY_SIZE(a) (sizeof(a) / sizeof((a)[0]))

/* Append NODE to a { head, last } list of nodes with a `next` member. */
#define LIST_APPEND(list, node)                             \
	do {                                                \
		if ((list)->last)                           \
			(list)->last->next = (node);        \
		else                                        \
			(list)->head = (node);              \
		(list)->last = (node);                      \
	} while (0)
