#pragma once

#include <stdbool.h>
#include <stddef.h>

struct aac_context;
struct aac_host;
struct buf;

/* A file's place, its folder open: what replace.c and replace_stage.c share. */
struct aac_seat {
	struct aac_context *ctx;
	struct aac_host *host;
	const char *path;
	const char *name;   /* in the folder */
	const char *beside; /* the name that a new file has first, and an old one last */
	int dirfd;
};

/* False with errno; to be closed all the same. */
bool aac_seat_open(struct aac_seat *seat, struct aac_context *ctx, struct aac_host *host,
		   const char *path);
void aac_seat_close(struct aac_seat *seat);
/* The bytes of a regular file; false with errno: ENOENT when it is not there. */
bool aac_seat_read(const struct aac_seat *seat, const char *name, struct buf *text);
/* Write TEXT beside the file and sync it; EXISTS: with its owner, mode and attributes.
 * False with errno. */
bool aac_seat_stage(const struct aac_seat *seat, const char *text, size_t len,
		    bool exists);
