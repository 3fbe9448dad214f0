#pragma once

#include <stddef.h>

/* SHA-256 (FIPS 180-4, by libmd) as 64 lower-case hex digits and a NUL. */
struct digest {
	char hex[65];
};

struct digest digest_bytes(const void *data, size_t len);
