#pragma once

#include <stdbool.h>
#include <stddef.h>

enum aac_color { AAC_COLOR_AUTO, AAC_COLOR_ALWAYS, AAC_COLOR_NEVER };

/* Before anything else: descriptors 0, 1 and 2 are open, and a closed pipe is an error of
 * write(2), not a signal. */
void aac_term_prepare(void);

/* Is FD to be coloured? */
bool aac_term_color(enum aac_color choice, int fd);

/* Write all of it; 0 or errno. */
int aac_term_write(int fd, const char *text, size_t len);

/* `checking 3/12` on standard error when that is a terminal; ENV is the verb (a string).
 * The last one clears the line. */
void aac_term_progress(void *env, size_t done, size_t count);
