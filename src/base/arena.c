/*
 * Bump allocation from a chain of blocks.  Nothing is freed singly, so the passes of the
 * compiler may share what they make without thinking of who owns it.
 *
 * Requests larger than a block get a block of their own, below the current one, so that
 * the rest of the current block is not lost.
 *
 * The address sanitizer knows only of whole blocks.  Where it is at work, what is not
 * handed out is poisoned, with a gap behind each piece, so that a step over the end of
 * one is found as it would be with malloc.
 */
#include "base/arena.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#ifdef __has_feature
#define WATCHED __has_feature(address_sanitizer)
#elif defined(__SANITIZE_ADDRESS__)
#define WATCHED 1
#else
#define WATCHED 0
#endif

#if WATCHED
#include <sanitizer/asan_interface.h>
#ifndef __clang__ /* gcc takes hiding fresh memory for reading it. */
#pragma GCC diagnostic ignored "-Wmaybe-uninitialized"
#endif
#define HIDE(at, size) __asan_poison_memory_region((at), (size))
#define SHOW(at, size) __asan_unpoison_memory_region((at), (size))
/* The sanitizer keeps one note for each 8 bytes. */
enum { GAP = 16, ALIGN_MIN = 8 };
#else
#define HIDE(at, size) ((void)(at), (void)(size))
#define SHOW(at, size) ((void)(at), (void)(size))
enum { GAP = 0, ALIGN_MIN = 1 };
#endif

enum { BLOCK_SIZE = 64 * 1024 };

struct block {
	struct block *prev;
	size_t used, size;
	_Alignas(max_align_t) unsigned char data[];
};

struct arena {
	struct block *top;
	size_t used;
};

static void *must_alloc(size_t size)
{
	void *p = malloc(size);

	if (!p)
		abort();
	return p;
}

struct arena *arena_new(void)
{
	struct arena *arena = must_alloc(sizeof(*arena));

	*arena = (struct arena){ 0 };
	return arena;
}

static void free_blocks(struct block *block)
{
	while (block) {
		struct block *prev = block->prev;

		free(block);
		block = prev;
	}
}

void arena_free(struct arena *arena)
{
	if (!arena)
		return;
	free_blocks(arena->top);
	free(arena);
}

void arena_reset(struct arena *arena)
{
	struct block *keep = arena->top;

	arena->used = 0;
	if (!keep)
		return;
	free_blocks(keep->prev);
	keep->prev = NULL;
	keep->used = 0;
	HIDE(keep->data, keep->size);
}

size_t arena_used(const struct arena *arena)
{
	return arena->used;
}

static struct block *new_block(size_t size)
{
	struct block *block;

	if (size > SIZE_MAX - sizeof(*block))
		abort();
	block = must_alloc(sizeof(*block) + size);
	block->prev = NULL;
	block->used = 0;
	block->size = size;
	HIDE(block->data, size);
	return block;
}

/* A block of its own for SIZE bytes, kept under the top one. */
static void *alloc_large(struct arena *arena, size_t size)
{
	struct block *block = new_block(size);

	block->used = size;
	if (arena->top) {
		block->prev = arena->top->prev;
		arena->top->prev = block;
	} else {
		arena->top = block;
	}
	SHOW(block->data, size);
	return memset(block->data, 0, size);
}

/* ALIGN is a power of two, at most that of max_align_t. */
void *arena_alloc(struct arena *arena, size_t size, size_t align)
{
	struct block *block = arena->top;
	size_t at;

	if (align < ALIGN_MIN)
		align = ALIGN_MIN;
	at = block ? (block->used + align - 1) & ~(align - 1) : 0;
	arena->used += size;
	if (!block || at > block->size || size > block->size - at) {
		if (size > BLOCK_SIZE / 4)
			return alloc_large(arena, size);
		block = new_block(BLOCK_SIZE);
		block->prev = arena->top;
		arena->top = block;
		at = 0;
	}
	block->used = at + size + GAP;
	SHOW(block->data + at, size);
	return memset(block->data + at, 0, size);
}

void *arena_array(struct arena *arena, size_t count, size_t size, size_t align)
{
	size_t total;

	if (__builtin_mul_overflow(count, size, &total))
		abort();
	return arena_alloc(arena, total, align);
}

char *arena_strndup(struct arena *arena, const char *str, size_t len)
{
	char *copy;

	if (len == SIZE_MAX)
		abort();
	copy = arena_alloc(arena, len + 1, 1);
	if (len)
		memcpy(copy, str, len);
	return copy;
}

char *arena_strdup(struct arena *arena, const char *str)
{
	return arena_strndup(arena, str, strlen(str));
}

char *arena_vprintf(struct arena *arena, const char *fmt, va_list ap)
{
	va_list again;
	char *out;
	int len;

	va_copy(again, ap);
	len = vsnprintf(NULL, 0, fmt, again);
	va_end(again);
	if (len < 0)
		abort();
	out = arena_alloc(arena, (size_t)len + 1, 1);
	vsnprintf(out, (size_t)len + 1, fmt, ap);
	return out;
}

char *arena_printf(struct arena *arena, const char *fmt, ...)
{
	va_list ap;
	char *out;

	va_start(ap, fmt);
	out = arena_vprintf(arena, fmt, ap);
	va_end(ap);
	return out;
}
