#pragma once

#include <stddef.h>

/* SHA-256 (FIPS 180-4, by Nettle) as 64 lower-case hex digits and a NUL. */
struct digest {
	char hex[65];
};

struct digest digest_bytes(const void *data, size_t len);
/* SHA-1, 40 digits: only to compare with what others have named so. */
struct digest digest_sha1(const void *data, size_t len);
