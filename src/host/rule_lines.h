#pragma once

/* Policy text, line by line, where a line is to be taken out or read by itself. */

#include <stdbool.h>
#include <stddef.h>

struct aac_text_line {
	const char *at;
	size_t len; /* without blanks around it */
};

struct aac_text_line aac_text_line(const char *at, size_t len);

/*
 * Is the line nothing, or one whole comment, include, rule or assignment to a variable,
 * so that apparmor_parser is in between two rules behind it, when it was before it?
 * Sometimes said to be none, never wrongly to be one.
 */
bool aac_line_is_whole(struct aac_text_line line);
/* Is each line of TEXT? */
bool aac_lines_are_whole(const char *text, size_t len);
