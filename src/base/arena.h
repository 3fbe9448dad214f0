#pragma once

#include <stdarg.h>
#include <stddef.h>

/*
 * Arena: what is allocated lives until the arena is reset or freed.  Memory comes zeroed;
 * out of memory aborts, so no call returns NULL.  Not thread safe.
 */
struct arena;

struct arena *arena_new(void);
void arena_free(struct arena *arena);

/* Forget everything allocated so far, keeping one block for reuse. */
void arena_reset(struct arena *arena);

/* Bytes handed out since the last reset: for `make bench`, not for decisions. */
size_t arena_used(const struct arena *arena);

void *arena_alloc(struct arena *arena, size_t size, size_t align);
char *arena_strndup(struct arena *arena, const char *str, size_t len);
char *arena_strdup(struct arena *arena, const char *str);
char *arena_vprintf(struct arena *arena, const char *fmt, va_list ap)
	__attribute__((format(printf, 2, 0), nonnull(2)));
char *arena_printf(struct arena *arena, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));

#define ARENA_NEW(arena, type)                                                           \
	((type *)arena_alloc((arena), sizeof(type), _Alignof(type)))
/* COUNT may be 0; overflow aborts. */
#define ARENA_ARRAY(arena, type, count)                                                  \
	((type *)arena_array((arena), (count), sizeof(type), _Alignof(type)))
void *arena_array(struct arena *arena, size_t count, size_t size, size_t align);
