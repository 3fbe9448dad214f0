#pragma once

/*
 * Texts that are too long to be held: logs, line by line as they come.
 */

#include <stdbool.h>
#include <stddef.h>

struct aac_context;
struct aac_host;

/* The most of a line that is given at a time: the rest of a longer one is given as if it
 * were another, with the same number. */
#define AAC_LINE_MAX (1u << 20)

struct aac_lines {
	/* LEN bytes, NULs among them, without the newline; NUMBER from 1. */
	void (*take)(void *env, const char *line, size_t len, size_t number);
	void *env;
};

/* All lines of the file PATH, of standard input where it is "-".  False after reporting
 * (slug file-unreadable). */
bool aac_host_lines(struct aac_context *ctx, const struct aac_host *host,
		    const char *path, const struct aac_lines *lines);
