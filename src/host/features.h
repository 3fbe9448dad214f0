#pragma once

#include <stdbool.h>

struct buf;

/*
 * The folder tree PATH, as /sys/kernel/security/apparmor/features is one, in its text
 * form.  Names are in byte order.  False, with errno, when it cannot be read or is
 * unreasonable.
 */
bool aac_features_dump(const char *path, struct buf *out);
