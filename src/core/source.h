#pragma once

#include <stddef.h>
#include <stdint.h>

struct arena;

/* The largest text that is read: offsets are 32 bits with room to spare. */
#define AAC_SOURCE_MAX (1u << 30)

/* A half-open byte range of one source.  Copied by value, never freed. */
struct aac_span {
	const struct aac_source *source;
	uint32_t begin, end;
};

struct aac_place {
	uint32_t line, column; /* 1-based; the column counts bytes */
};

struct aac_source {
	const char *name;    /* as the user gave it: for messages */
	const char *logical; /* independent of where it lies: for maps and manifests */
	const char *text;    /* NUL-terminated, may hold NULs */
	uint32_t size;
	uint32_t *lines; /* byte offset of each line start */
	uint32_t line_count;
	uint32_t before; /* lines that stand before TEXT where it comes from */
};

/* Copies NAME, LOGICAL and TEXT into the arena; SIZE is at most AAC_SOURCE_MAX. */
const struct aac_source *aac_source_new(struct arena *arena, const char *name,
					const char *logical, const char *text,
					size_t size);
/* One line of a longer text, LINE from 1. */
const struct aac_source *aac_source_line(struct arena *arena, const char *name,
					 const char *text, size_t size, uint32_t line);
struct aac_place aac_source_place(const struct aac_source *source, uint32_t offset);

/* From the start of A to the end of B (both in one source). */
struct aac_span aac_span_join(struct aac_span a, struct aac_span b);
