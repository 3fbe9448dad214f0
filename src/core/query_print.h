#pragma once

struct aac_query;
struct buf;

/*
 * Append QUERY as the line of an access, as `expect` and `query` take it:
 * "mount fstype=proc proc -> /mnt/".  What such a line has no words for is told all the
 * same, in words like its own: bits of mount(2) by number, data behind a '#'.
 */
void aac_query_print(struct buf *out, const struct aac_query *query);
